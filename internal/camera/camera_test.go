package camera

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// someCamera is random, posed anywhere, with an off-centre principal point.
func someCamera(r *rand.Rand) Camera {
	c := Default().WithSize(640, 360)
	vec := func() [3]float64 { return [3]float64{r.NormFloat64() * 3, r.NormFloat64() * 3, r.NormFloat64() * 3} }
	c = c.LookAt(vec(), vec(), vec()).Roll(r.Float64() * 6)
	c.K = [9]float64{400 + 100*r.Float64(), 0, 300 + 40*r.Float64(), 0, 420 + 100*r.Float64(), 160 + 40*r.Float64(), 0, 0, 1}
	c.Near, c.Far = 0.1, 50
	return c
}

// pixel projects a world point with W2C and K alone: the reference.
func pixel(c Camera, p [3]float64) (u, v, z float64) {
	q := apply(c.W2C(), p)
	return c.K[0]*q[0]/q[2] + c.K[2], c.K[4]*q[1]/q[2] + c.K[5], q[2]
}

func apply(m [16]float64, p [3]float64) [4]float64 {
	var out [4]float64
	for i := range 4 {
		out[i] = m[i*4]*p[0] + m[i*4+1]*p[1] + m[i*4+2]*p[2] + m[i*4+3]
	}
	return out
}

// inFront returns a world point inside the camera's view.
func inFront(c Camera, r *rand.Rand) [3]float64 {
	z := 0.5 + 5*r.Float64()
	p := c.Position()
	p = add(p, scale(c.axis(2), z))
	p = add(p, scale(c.axis(0), z*(r.Float64()-0.5)*0.5))
	return add(p, scale(c.axis(1), z*(r.Float64()-0.5)*0.5))
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func nearAll(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tolerance) {
			t.Fatalf("%s: got %v, want %v", what, got, want)
		}
	}
}

func TestDefault(t *testing.T) {
	c := Default()
	if err := c.Valid(); err != nil {
		t.Fatal(err)
	}
	near(t, "fov", c.FovY(), math.Pi/3, 1e-12)
	u, v, z := pixel(c, c.Target)
	nearAll(t, "target", []float64{u, v, z}, []float64{640, 360, 4}, 1e-9)
	if _, v, _ := pixel(c, c.Up); v >= 360 {
		t.Errorf("a point above the target lands at row %v, below the centre", v)
	}
}

func TestWithSize(t *testing.T) {
	c := someCamera(rand.New(rand.NewPCG(1, 1)))
	for _, size := range [][2]int{{1920, 1080}, {333, 777}, {1, 1}} {
		d := c.WithSize(size[0], size[1])
		near(t, "fov y", d.FovY(), c.FovY(), 1e-12)
		near(t, "pixel shape", d.K[0]/d.K[4], c.K[0]/c.K[4], 1e-12)
		near(t, "cx", d.K[2]/float64(size[0]), c.K[2]/float64(c.Width), 1e-12)
		near(t, "cy", d.K[5]/float64(size[1]), c.K[5]/float64(c.Height), 1e-12)
		if d.Width != size[0] || d.Height != size[1] {
			t.Errorf("size %dx%d", d.Width, d.Height)
		}
	}
}

func TestValid(t *testing.T) {
	cases := []struct {
		says string
		edit func(*Camera)
	}{
		{"c2w has to be finite", func(c *Camera) { c.C2W[3] = math.NaN() }},
		{"K has to be finite", func(c *Camera) { c.K[0] = math.Inf(1) }},
		{"time has to be finite", func(c *Camera) { c.Time = math.NaN() }},
		{"transposed", func(c *Camera) { c.C2W = transpose(c.C2W) }},
		{"divide the 3x3 part", func(c *Camera) { c.C2W[0], c.C2W[5], c.C2W[10] = 2, 2, 2 }},
		{"not perpendicular", func(c *Camera) { c.C2W[0], c.C2W[4] = math.Sqrt2/2, math.Sqrt2/2 }},
		{"mirror", func(c *Camera) { c.C2W[5] = -1 }},
		{"up has to be", func(c *Camera) { c.Up = [3]float64{} }},
		{"1 to 32768", func(c *Camera) { c.Width = 0 }},
		{"1 to 32768", func(c *Camera) { c.Height = 32769 }},
		{"focal lengths", func(c *Camera) { c.K[4] = -3 }},
		{"K has to be fx 0 cx", func(c *Camera) { c.K[1] = 2 }},
		{"near has to be less", func(c *Camera) { c.Near = 200 }},
		{"near has to be positive", func(c *Camera) { c.Near = 0 }},
		{"ortho_height", func(c *Camera) { c.Projection = Orthographic }},
		{`found "fisheye"`, func(c *Camera) { c.Projection = "fisheye" }},
	}
	for _, tc := range cases {
		c := Default()
		tc.edit(&c)
		err := c.Valid()
		if err == nil || !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("want an error with %q, got %v", tc.says, err)
		}
	}
}

func TestRigidInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 50 {
		c := someCamera(r)
		if err := c.Valid(); err != nil {
			t.Fatal(err)
		}
		one, gl := mul(c.W2C(), c.C2W), mul(c.W2CGL(), c.C2WGL())
		identity := diag(1, 1, 1)
		nearAll(t, "w2c c2w", one[:], identity[:], 1e-12)
		nearAll(t, "w2c c2w in GL axes", gl[:], identity[:], 1e-12)
	}
}
