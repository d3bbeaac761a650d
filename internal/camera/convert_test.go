package camera

import (
	"math"
	"math/rand/v2"
	"testing"
)

// rowTimes multiplies the row vector (p, 1) with a row-major matrix, as
// gaussian-splatting does.
func rowTimes(p [3]float64, m [16]float64) [4]float64 { return apply(transpose(m), p) }

func TestGLAxes(t *testing.T) {
	c := Default()
	m := c.C2WGL()
	nearAll(t, "x right, y up, z backward",
		[]float64{m[0], m[5], m[10], m[3], m[7], m[11]}, []float64{1, -1, -1, 0, 0, -4}, 0)
}

func TestSplattingPixels(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 100 {
		c := someCamera(r)
		c.K[2], c.K[5] = float64(c.Width)/2, float64(c.Height)/2
		s := c.Splatting()
		p := inFront(c, r)
		u, v, z := pixel(c, p)
		view := rowTimes(p, s.WorldViewTransform)
		near(t, "view depth", view[2], z, 1e-9)

		clip := rowTimes(p, s.FullProjTransform)
		near(t, "w", clip[3], z, 1e-9)
		// The rasteriser's ndc2Pix: centres at integers, half a pixel from ours.
		gu := ((clip[0]/clip[3]+1)*float64(c.Width) - 1) / 2
		gv := ((clip[1]/clip[3]+1)*float64(c.Height) - 1) / 2
		nearAll(t, "pixel", []float64{gu, gv}, []float64{u - 0.5, v - 0.5}, 1e-8)

		near(t, "focal from fov", float64(c.Width)/(2*math.Tan(s.FovX/2)), c.K[0], 1e-9)
		near(t, "focal from fov", float64(c.Height)/(2*math.Tan(s.FovY/2)), c.K[4], 1e-9)
		// camera_center = inverse(world_view_transform)[3, :3]
		center := rowTimes(s.CameraCenter, s.WorldViewTransform)
		nearAll(t, "centre", center[:], []float64{0, 0, 0, 1}, 1e-9)
	}
}

func TestSplattingDepthRange(t *testing.T) {
	c := Default()
	m := c.Splatting().FullProjTransform
	for z, want := range map[float64]float64{c.Near: 0, c.Far: 1} {
		clip := rowTimes([3]float64{0, 0, -4 + z}, m)
		near(t, "depth", clip[2]/clip[3], want, 1e-9)
	}
}

func TestMVPGLPixels(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for i := range 100 {
		c := someCamera(r)
		p := inFront(c, r)
		u, v, z := pixel(c, p)
		if i%2 == 1 {
			c.Projection, c.OrthoHeight = Orthographic, 7
			q, s := apply(c.W2C(), p), float64(c.Height)/7
			u, v = c.K[2]+s*q[0], c.K[5]+s*q[1]
		}
		clip := apply(c.MVPGL(), p)
		x, y, d := clip[0]/clip[3], clip[1]/clip[3], clip[2]/clip[3]
		near(t, "column", (x+1)/2*float64(c.Width), u, 1e-8)
		near(t, "row from the bottom", (y+1)/2*float64(c.Height), float64(c.Height)-v, 1e-8)
		if inside := z > c.Near && z < c.Far; inside != (d > -1 && d < 1) {
			t.Errorf("depth %v with near %v, far %v gives %v in clip space", z, c.Near, c.Far, d)
		}
	}
}

func TestPyTorch3D(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 50 {
		c := someCamera(r)
		p := inFront(c, r)
		rot, tr := c.PyTorch3D()
		var view [3]float64
		for col := range 3 {
			view[col] = p[0]*rot[col] + p[1]*rot[3+col] + p[2]*rot[6+col] + tr[col]
		}
		q := apply(c.W2C(), p)
		nearAll(t, "x left, y up, z forward", view[:], []float64{-q[0], -q[1], q[2]}, 1e-9)

		// Focal length and principal point in NDC, x to the left.
		u, v, _ := pixel(c, p)
		half := float64(min(c.Width, c.Height)) / 2
		x := c.K[0]/half*view[0]/view[2] - (c.K[2]-float64(c.Width)/2)/half
		y := c.K[4]/half*view[1]/view[2] - (c.K[5]-float64(c.Height)/2)/half
		nearAll(t, "pixel", []float64{float64(c.Width)/2 - x*half, float64(c.Height)/2 - y*half}, []float64{u, v}, 1e-8)
	}
}

func TestMitsubaAndLuxCore(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for range 50 {
		c := someCamera(r)
		m, gl := c.Mitsuba(), mul(c.C2WGL(), diag(-1, 1, -1))
		nearAll(t, "both formulas", m[:], gl[:], 1e-12)
		// One unit left, up and forward of the camera.
		world := apply(m, [3]float64{1, 2, 3})
		q := apply(c.W2C(), [3]float64(world[:3]))
		nearAll(t, "left, up, forward", q[:], []float64{-1, -2, 3, 1}, 1e-9)

		orig, target, up := c.LuxCore()
		g := c.C2WGL()
		for i := range 3 {
			near(t, "orig", orig[i], g[i*4+3], 0)
			near(t, "target", target[i], g[i*4+3]-g[i*4+2], 1e-12)
			near(t, "up", up[i], g[i*4+1], 0)
		}
	}
}
