package model

import (
	"math"
	"testing"
)

func TestFitKeepsTheShape(t *testing.T) {
	for _, c := range []struct {
		image, frame Size
		strip        float64
		want         Rect
	}{
		{Size{100, 100}, Size{400, 200}, 0, Rect{100, 0, 200, 200}},
		{Size{200, 100}, Size{400, 400}, 0, Rect{0, 100, 400, 200}},
		{Size{200, 100}, Size{200, 124}, 24, Rect{0, 0, 200, 100}},  // the strip has its own room
		{Size{640, 480}, Size{640, 480}, 24, Rect{0, 0, 640, 480}},  // else it lies over the image
		{Size{200, 100}, Size{400, 220}, 24, Rect{0, 0, 400, 200}},  // as much room as there is
		{Size{4000, 10}, Size{400, 400}, 0, Rect{0, 200, 400, 1}},   // never less than a pixel
		{Size{1920, 1080}, Size{640, 360}, 0, Rect{0, 0, 640, 360}}, // reduced
	} {
		var z Zoom
		if got := z.Place(c.image, c.frame, c.strip); got != c.want {
			t.Errorf("%v in %v: %v, wanted %v", c.image, c.frame, got, c.want)
		}
	}
}

func TestZoomKeepsThePointUnderTheCursor(t *testing.T) {
	image, frame := Size{640, 480}, Size{800, 500}
	var z Zoom
	for i, f := range []float64{1.25, 3, 0.4, 1.1, 1.1, 7, 0.2} {
		x, y := 300+float64(i*37), 120+float64(i*31)
		p := z.Place(image, frame, 0)
		u, v := (x-p.X)/p.W, (y-p.Y)/p.H
		z.ZoomAt(image, frame, 0, x, y, f)
		q := z.Place(image, frame, 0)
		// Both places are rounded to whole pixels, the first one then magnified.
		if slack := 0.51 + 0.51*max(1, f); math.Abs(q.X+u*q.W-x) > slack || math.Abs(q.Y+v*q.H-y) > slack {
			t.Errorf("zoom %d: the point went from %g,%g to %g,%g", i, x, y, q.X+u*q.W, q.Y+v*q.H)
		}
	}
	z.Fit()
	if got := z.Place(image, frame, 0); got.H != 500 || !z.Fitted() {
		t.Errorf("after Fit: %v", got)
	}
}

func TestOneToOneAndTexel(t *testing.T) {
	image, frame := Size{641, 359}, Size{300, 200}
	var z Zoom
	z.OneToOne(image, frame, 0, 150, 100)
	p := z.Place(image, frame, 0)
	if p.W != 641 || p.H != 359 || p.X != math.Round(p.X) || p.Y != math.Round(p.Y) {
		t.Errorf("1:1 is %v", p)
	}
	x, y, ok := z.Texel(image, frame, 0, 10.5, 20.5)
	if !ok || float64(x) != 10-p.X || float64(y) != 20-p.Y {
		t.Errorf("texel %d,%d %v at 10,20 of %v", x, y, ok, p)
	}
	small := Size{100, 60}
	z.Fit()
	z.OneToOne(small, frame, 0, 10, 10)
	if p := z.Place(small, frame, 0); p != (Rect{100, 70, 100, 60}) {
		t.Errorf("a small image is centred: %v", p)
	}
	if _, _, ok := z.Texel(small, frame, 0, 99.5, 80); ok {
		t.Error("a point beside the image has no texel")
	}
}

func TestPanStaysInTheWindow(t *testing.T) {
	image, frame := Size{100, 100}, Size{400, 400}
	var z Zoom
	z.Pan(image, frame, 0, 30, -20)
	if p := z.Place(image, frame, 0); p.X != 30 || p.Y != -20 {
		t.Errorf("panned to %v", p)
	}
	z.Pan(image, frame, 0, 1e6, 1e6)
	p := z.Place(image, frame, 0)
	if !(Rect{0, 0, 400, 400}).Contains(p.X, p.Y) {
		t.Errorf("the image was lost at %v", p)
	}
}
