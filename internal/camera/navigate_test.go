package camera

import (
	"math"
	"math/rand/v2"
	"testing"
)

// tilt is the angle of the horizon in the image: 0 when level.
func tilt(c Camera) float64 {
	up := c.upUnit()
	return math.Atan2(dot(up, c.axis(0)), -dot(up, c.axis(1)))
}

func distance(c Camera) float64 { return norm(sub(c.Position(), c.Target)) }

func mustBeValid(t *testing.T, c Camera) {
	t.Helper()
	if err := c.Valid(); err != nil {
		t.Fatal(err)
	}
	x, y, z := c.axis(0), c.axis(1), c.axis(2)
	nearAll(t, "orthonormal", []float64{norm(x), norm(y), norm(z), dot(x, y), dot(y, z)}, []float64{1, 1, 1, 0, 0}, 1e-12)
}

func TestOrbitKeepsDistanceHorizonAndAim(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 20 {
		c := someCamera(r)
		d, h := distance(c), tilt(c)
		for range 2000 {
			c = c.Orbit(r.NormFloat64(), r.NormFloat64())
			near(t, "distance", distance(c), d, 1e-9)
			near(t, "horizon", tilt(c), h, 1e-6)
			u, v, _ := pixel(c, c.Target)
			nearAll(t, "aim", []float64{u, v}, []float64{c.K[2], c.K[5]}, 1e-6)
			if t.Failed() {
				return
			}
		}
		mustBeValid(t, c)
	}
}

func TestOrbitFollowsTheDrag(t *testing.T) {
	c := Default()
	front := [3]float64{0, 0, -1} // on the near side of the target
	u, v, _ := pixel(c, front)
	if u1, _, _ := pixel(c.Orbit(0.1, 0), front); u1 <= u {
		t.Errorf("dragged right, the near side went from column %v to %v", u, u1)
	}
	if _, v1, _ := pixel(c.Orbit(0, 0.1), front); v1 <= v {
		t.Errorf("dragged down, the near side went from row %v to %v", v, v1)
	}
}

func TestOrbitStopsAtThePoles(t *testing.T) {
	for _, sign := range []float64{1, -1} {
		c := Default()
		for range 500 {
			before := c.axis(0)
			c = c.Orbit(0, sign*0.05)
			if dot(before, c.axis(0)) < 0.999 {
				t.Fatal("the image flipped")
			}
		}
		if over := dot(c.axis(2), c.upUnit()) * -sign; over < math.Cos(1.01*poleMargin) || over > math.Cos(0.99*poleMargin) {
			t.Errorf("stopped at %v degrees from the pole", math.Acos(over)*180/math.Pi)
		}
		near(t, "horizon", tilt(c), 0, 1e-6)
		if back := c.Orbit(0, -sign*1); math.Abs(dot(back.axis(2), back.upUnit())) > 0.6 {
			t.Error("it doesn't come back from the pole")
		}
	}
}

func TestOrbitFromAPole(t *testing.T) {
	c := Default().LookAt([3]float64{0, -4, 0}, [3]float64{}, [3]float64{0, -1, 0})
	mustBeValid(t, c)
	for range 100 {
		c = c.Orbit(0.3, -0.01)
		mustBeValid(t, c)
	}
	near(t, "distance", distance(c), 4, 1e-9)
}

func TestPanFollowsTheCursor(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for range 50 {
		c := someCamera(r)
		anchor := c.Target
		u, v, _ := pixel(c, anchor)
		d := c.Pan(37, -12)
		mustBeValid(t, d)
		u1, v1, _ := pixel(d, anchor)
		nearAll(t, "the point under the cursor", []float64{u1 - u, v1 - v}, []float64{37, -12}, 1e-7)
		near(t, "distance", distance(d), distance(c), 1e-9)
	}
}

func TestDolly(t *testing.T) {
	c := Default().Orbit(0.4, 0.3)
	near(t, "distance", distance(c.Dolly(0.5)), 2, 1e-12)
	near(t, "back", distance(c.Dolly(0.5).Dolly(2)), 4, 1e-12)
	deep := c
	for range 200 {
		deep = deep.Dolly(0.8)
	}
	mustBeValid(t, deep)
	near(t, "stops at near", distance(deep), c.Near, 1e-12)
	near(t, "comes out again", distance(deep.Dolly(100)), 100*c.Near, 1e-9)
	c.Projection, c.OrthoHeight = Orthographic, 3
	near(t, "orthographic height", c.Dolly(0.5).OrthoHeight, 1.5, 0)

	on := Default()
	on.Target = on.Position()
	mustBeValid(t, on.Dolly(2).Orbit(1, 1).Pan(1, 1))
}

func TestRoll(t *testing.T) {
	c := Default().Orbit(0.4, 0.3)
	d := c.Roll(0.25)
	near(t, "aim", dot(d.axis(2), c.axis(2)), 1, 1e-12)
	near(t, "turned", math.Acos(dot(d.axis(0), c.axis(0))), 0.25, 1e-9)
	near(t, "level in the new up", tilt(d), 0, 1e-9)
	// A point right of the axis goes up when the camera turns clockwise.
	p := add(c.Target, c.axis(0))
	_, v, _ := pixel(c, p)
	if _, v1, _ := pixel(d, p); v1 >= v {
		t.Errorf("row %v became %v", v, v1)
	}
	back := d.Roll(-0.25)
	nearAll(t, "undone", back.C2W[:], c.C2W[:], 1e-12)
	nearAll(t, "up undone", back.Up[:], c.Up[:], 1e-12)
}

func TestLookAt(t *testing.T) {
	c := Default().LookAt([3]float64{3, -2, 1}, [3]float64{0, 1, 0}, [3]float64{0, 0, 5})
	mustBeValid(t, c)
	u, v, z := pixel(c, c.Target)
	nearAll(t, "aim", []float64{u, v, z}, []float64{640, 360, math.Sqrt(19)}, 1e-9)
	near(t, "level", tilt(c), 0, 1e-12)
	mustBeValid(t, c.LookAt(c.Position(), c.Position(), [3]float64{}))
}

func TestOrbiting(t *testing.T) {
	start := Default().Orbit(0.2, 0.5)
	start.Target = [3]float64{0.3, 0.1, -0.2}
	for _, n := range []int{300, -600, 3_000_000} {
		if got := Orbiting(start, n); got != start {
			t.Errorf("camera %d isn't the first again: %v", n, got)
		}
	}
	a, b := Orbiting(start, 70), Orbiting(start, 71)
	near(t, "distance", distance(b), distance(start), 1e-12)
	near(t, "height", dot(b.Position(), start.Up), dot(start.Position(), start.Up), 1e-12)
	flat := func(c Camera) [3]float64 {
		arm := sub(c.Position(), c.Target)
		return unit(sub(arm, scale(start.upUnit(), dot(arm, start.upUnit()))), arm)
	}
	near(t, "step", math.Acos(dot(flat(a), flat(b)))*180/math.Pi, OrbitStepDegrees, 1e-9)
	near(t, "sense", dot(cross(flat(a), flat(b)), start.upUnit()), math.Sin(OrbitStepDegrees*math.Pi/180), 1e-12)
	mustBeValid(t, b)
}

func TestMovesRefuseNonsense(t *testing.T) {
	c, nan, inf := Default(), math.NaN(), math.Inf(1)
	for i, got := range []Camera{c.Orbit(nan, 0), c.Pan(0, inf), c.Dolly(nan), c.Dolly(0), c.Dolly(-1), c.Roll(inf)} {
		if got != c {
			t.Errorf("move %d changed the camera to %v", i, got)
		}
	}
}

func TestMovesOfOtherProjections(t *testing.T) {
	c := Default()
	c.Projection, c.OrthoHeight = Orthographic, 7.2
	moved := c.Pan(10, 0)
	near(t, "0.01 units a pixel", moved.Position()[0], -0.1, 1e-12)
	c.Projection = Equirect
	near(t, "a full turn", c.FovX(), 2*math.Pi, 0)
	near(t, "half a turn", c.FovY(), math.Pi, 0)
	near(t, "arc length", c.Pan(float64(c.Width), 0).Position()[0], -8*math.Pi, 1e-9)
}
