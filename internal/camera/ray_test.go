package camera

import (
	"math"
	"testing"
)

// posed is a camera that looks aslant, with a principal point off the centre.
func posed(p Projection) Camera {
	c := Default().WithSize(640, 480).LookAt([3]float64{3, -2, 5}, [3]float64{0.5, 0.25, -1}, [3]float64{0.1, -1, 0.2})
	c.K = [9]float64{500, 0, 300, 0, 510, 250, 0, 0, 1}
	c.Projection, c.OrthoHeight = p, 6
	return c
}

func nearVec(t *testing.T, what string, got, want [3]float64) {
	t.Helper()
	for i := range 3 {
		if math.Abs(got[i]-want[i]) > 1e-9 {
			t.Fatalf("%s: %v, wanted %v", what, got, want)
		}
	}
}

// seen puts a world point into camera axes by the matrix that renderers get.
func seen(c Camera, p [3]float64) (v [3]float64) {
	m := c.W2C()
	for r := range 3 {
		v[r] = m[4*r]*p[0] + m[4*r+1]*p[1] + m[4*r+2]*p[2] + m[4*r+3]
	}
	return v
}

// A point along a pixel's ray is drawn at that pixel, by K and by OpenGL's matrix.
func TestRaysGoThroughTheirPixels(t *testing.T) {
	for _, p := range []Projection{Perspective, Orthographic} {
		c := posed(p)
		m := c.MVPGL()
		for _, at := range [][2]float64{{0.5, 0.5}, {320, 240}, {639.5, 12.5}, {-40, 700}} {
			origin, direction := c.Ray(at[0], at[1])
			if n := norm(direction); math.Abs(n-1) > 1e-12 {
				t.Fatalf("%s: a direction of length %v", p, n)
			}
			q := add(origin, scale(direction, 7))
			var clip [4]float64
			for r := range 4 {
				clip[r] = m[4*r]*q[0] + m[4*r+1]*q[1] + m[4*r+2]*q[2] + m[4*r+3]
			}
			x := (clip[0]/clip[3] + 1) / 2 * float64(c.Width)
			y := (1 - clip[1]/clip[3]) / 2 * float64(c.Height)
			if math.Abs(x-at[0]) > 1e-6 || math.Abs(y-at[1]) > 1e-6 {
				t.Errorf("%s: the ray of %v meets the image at %g, %g", p, at, x, y)
			}
		}
	}
}

func TestOrthographicRaysAreParallel(t *testing.T) {
	c := posed(Orthographic)
	a, da := c.Ray(300, 250)
	b, db := c.Ray(300, 250-240)
	nearVec(t, "the principal point's ray", a, c.Position())
	nearVec(t, "directions", da, db)
	if d := norm(sub(a, b)); math.Abs(d-3) > 1e-9 {
		t.Errorf("half the image's height is %g units, wanted 3", d)
	}
}

func TestPanoramasSpanTheSphere(t *testing.T) {
	c := posed(Equirect)
	for _, k := range []struct {
		x, y float64
		want [3]float64 // camera axes: right, down, forward
	}{
		{320, 240, [3]float64{0, 0, 1}},
		{480, 240, [3]float64{1, 0, 0}},
		{160, 240, [3]float64{-1, 0, 0}},
		{0, 240, [3]float64{0, 0, -1}},
		{320, 0, [3]float64{0, -1, 0}},
		{320, 480, [3]float64{0, 1, 0}},
		{320, 360, [3]float64{0, math.Sqrt2 / 2, math.Sqrt2 / 2}},
	} {
		origin, direction := c.Ray(k.x, k.y)
		nearVec(t, "origin", origin, c.Position())
		nearVec(t, "direction", seen(c, add(origin, direction)), k.want)
	}
}

// Depth is along z, distance along the ray; both lead to the same point.
func TestDepthAndDistance(t *testing.T) {
	for _, p := range []Projection{Perspective, Orthographic, Equirect} {
		c := posed(p)
		origin, direction := c.Ray(400, 100)
		z := c.DepthOf(direction, 5)
		point, ok := c.AtDepth(origin, direction, z)
		if !ok {
			t.Fatalf("%s: no point at depth %g", p, z)
		}
		nearVec(t, string(p), point, add(origin, scale(direction, 5)))
		if got := seen(c, point)[2]; math.Abs(got-z) > 1e-9 {
			t.Errorf("%s: the point's z is %g, wanted %g", p, got, z)
		}
	}
	c := posed(Equirect)
	origin, direction := c.Ray(480, 240) // to the right: z stays 0
	if _, ok := c.AtDepth(origin, direction, 2); ok {
		t.Error("a ray along the image plane reached a depth")
	}
	if _, ok := c.AtDepth(origin, direction, math.NaN()); ok {
		t.Error("NaN is a depth")
	}
}

// The corners of the old image lie inside the new one, centred, and on its edges.
func TestFitShowsAll(t *testing.T) {
	for _, p := range []Projection{Perspective, Orthographic} {
		c := posed(p)
		for _, size := range [][2]int{{1280, 480}, {320, 480}, {64, 48}, {641, 359}} {
			f := c.Fit(size[0], size[1])
			w, h := float64(size[0]), float64(size[1])
			s := min(w/640, h/480)
			ox, oy := (w-640*s)/2, (h-480*s)/2
			for _, at := range [][2]float64{{0, 0}, {640, 480}, {100, 300}} {
				o1, d1 := c.Ray(at[0], at[1])
				o2, d2 := f.Ray(at[0]*s+ox, at[1]*s+oy)
				nearVec(t, "origin", o2, o1)
				nearVec(t, "direction", d2, d1)
			}
			if err := f.Valid(); err != nil {
				t.Error(err)
			}
		}
		if c.Fit(640, 480) != c {
			t.Error("the same size is another camera")
		}
	}
}
