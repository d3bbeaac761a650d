package model

import (
	"encoding/binary"
	"math"
	"reflect"
	"testing"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// values is an image of floats.
func values(name string, w, h int, color pixel.Color, v ...float32) session.Image {
	img := pixel.Image{Format: pixel.Format{
		Width: w, Height: h, Channels: []string{"Y"}, DType: pixel.F32, Color: color, Alpha: pixel.AlphaNone,
	}}
	img.Pix = make([]byte, img.Bytes())
	for i := range w * h {
		binary.LittleEndian.PutUint32(img.Pix[4*i:], math.Float32bits(v[i%len(v)]))
	}
	return session.Image{Image: img, Name: name, Exact: true, Codec: "raw"}
}

// seen is a model with one list shown: rgb of 40 x 30 and what else is given.
func seen(t *testing.T, c camera.Camera, more ...session.Image) (*Model, *fakeLink, Key) {
	t.Helper()
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	l := a.show("rgb")
	l.Seq, l.Camera, l.HasCamera = 7, c, c.Width > 0
	l.Images = append(l.Images, more...)
	turn(m)
	return m, a, Key{"r", "", "rgb"}
}

// square is a camera of 80 x 60 pixels at (1, 2, 3) that looks along z.
func square(p camera.Projection) camera.Camera {
	c := camera.Default().WithSize(80, 60)
	c.C2W = [16]float64{1, 0, 0, 1, 0, 1, 0, 2, 0, 0, 1, 3, 0, 0, 0, 1}
	c.K = [9]float64{40, 0, 40, 0, 40, 30, 0, 0, 1}
	c.Projection, c.OrthoHeight = p, 6
	return c
}

func TestAClickIsTold(t *testing.T) {
	m, a, rgb := seen(t, square(camera.Perspective), values("depth", 40, 30, pixel.Depth, 2))
	in := Input{X: 30, Y: 15, Inside: true, Button: "left", Modifiers: []string{"ctrl"}}
	if !m.Click(rgb, in) {
		t.Fatal("not sent")
	}
	depth := 2.0
	s := math.Sqrt(1.25)
	want := wire.Event{
		Event: wire.EventClick, Name: "rgb", List: 7, X: 30, Y: 15, Button: "left", Modifiers: []string{"ctrl"},
		Origin: []float64{1, 2, 3}, Direction: []float64{0.5 / s, 0, 1 / s}, Depth: &depth, Point: []float64{2, 2, 5},
	}
	got := a.told[0]
	for i := range 3 {
		if math.Abs(got.Direction[i]-want.Direction[i]) > 1e-12 || math.Abs(got.Point[i]-want.Point[i]) > 1e-12 {
			t.Fatalf("direction %v, point %v, wanted %v, %v", got.Direction, got.Point, want.Direction, want.Point)
		}
	}
	got.Direction, got.Point = want.Direction, want.Point
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, wanted %+v", got, want)
	}
	if err := got.Check(wire.DefaultLimits); err != nil {
		t.Error(err)
	}
	a.deaf = true
	if m.Click(rgb, in) || m.Click(Key{"r", "", "nothing"}, in) {
		t.Error("it says sent though it was not")
	}
}

func TestWhereDepthComesFrom(t *testing.T) {
	half := values("half", 20, 15, pixel.Depth, 5)
	for _, k := range []struct {
		name  string
		more  []session.Image
		image string
		want  float64 // 0: none
	}{
		{"no depth", nil, "rgb", 0},
		{"another size of the same shape", []session.Image{half}, "rgb", 5},
		{"the same size first", []session.Image{half, values("d", 40, 30, pixel.Depth, 2)}, "rgb", 2},
		{"along the ray", []session.Image{values("d", 40, 30, pixel.Distance, float32(2*math.Sqrt2))}, "rgb", 2},
		{"depth before distance", []session.Image{values("e", 40, 30, pixel.Distance, 9), values("d", 40, 30, pixel.Depth, 3)}, "rgb", 3},
		{"the image itself first", []session.Image{values("e", 40, 30, pixel.Depth, 9), values("d", 40, 30, pixel.Depth, 3)}, "d", 3},
		{"another shape", []session.Image{values("d", 30, 30, pixel.Depth, 2)}, "rgb", 0},
		{"data is none", []session.Image{values("d", 40, 30, pixel.Data, 2)}, "rgb", 0},
		{"nothing there", []session.Image{values("d", 40, 30, pixel.Depth, 0)}, "rgb", 0},
		{"infinitely far", []session.Image{values("d", 40, 30, pixel.Depth, float32(math.Inf(1)))}, "rgb", 0},
		{"not a number", []session.Image{values("d", 40, 30, pixel.Depth, float32(math.NaN()))}, "rgb", 0},
	} {
		m, a, _ := seen(t, square(camera.Perspective), k.more...)
		// The middle of the right edge: 45 degrees off the axis.
		m.Click(Key{"r", "", k.image}, Input{X: 39.9999999, Y: 15, Inside: true})
		got := a.told[0]
		switch {
		case k.want == 0 && (got.Depth != nil || got.Point != nil):
			t.Errorf("%s: depth %v, point %v", k.name, got.Depth, got.Point)
		case k.want != 0 && (got.Depth == nil || math.Abs(*got.Depth-k.want) > 1e-6):
			t.Errorf("%s: depth %v, wanted %g", k.name, got.Depth, k.want)
		case k.want != 0 && math.Abs(got.Point[2]-3-k.want) > 1e-6:
			t.Errorf("%s: point %v", k.name, got.Point)
		}
	}
}

// The right pixel of the depth image is looked at, also when it is smaller.
func TestDepthIsThatOfThePixel(t *testing.T) {
	all := make([]float32, 20*15)
	for i := range all {
		all[i] = float32(i + 1)
	}
	m, a, rgb := seen(t, square(camera.Perspective), values("d", 20, 15, pixel.Depth, all...))
	for _, k := range []struct{ x, y, want float64 }{{0.5, 0.5, 1}, {1.9, 1.9, 1}, {2, 0, 2}, {39.9, 29.9, 300}, {10.5, 8.5, 4*20 + 6}} {
		a.told = nil
		m.Click(rgb, Input{X: k.x, Y: k.y, Inside: true})
		if d := a.told[0].Depth; d == nil || *d != k.want {
			t.Errorf("at %g, %g: %v, wanted %g", k.x, k.y, d, k.want)
		}
	}
	a.told = nil
	m.Drag(rgb, Input{X: -3, Y: 50, Phase: PhaseMove})
	if e := a.told[0]; e.Depth != nil || len(e.Origin) != 3 || e.X != -3 || e.Y != 50 || e.Phase != "move" {
		t.Errorf("a drag outside: %+v", e)
	}
}

func TestRaysOfTheOtherProjections(t *testing.T) {
	for _, k := range []struct {
		p                         camera.Projection
		origin, direction, pointz [3]float64
	}{
		{camera.Orthographic, [3]float64{3, 1, 3}, [3]float64{0, 0, 1}, [3]float64{3, 1, 5}},
		{camera.Equirect, [3]float64{1, 2, 3}, [3]float64{0.5, -math.Sqrt2 / 2, 0.5}, [3]float64{3, 2 - 2*math.Sqrt2, 5}},
	} {
		m, a, rgb := seen(t, square(k.p), values("depth", 40, 30, pixel.Depth, 2))
		x, y := 30.0, 10.0 // of 40 x 30: a quarter of the width right of the centre
		if k.p == camera.Equirect {
			x, y = 25, 7.5 // 45 degrees to the right, 45 up
		}
		m.Click(rgb, Input{X: x, Y: y, Inside: true})
		e := a.told[0]
		for i := range 3 {
			if math.Abs(e.Origin[i]-k.origin[i]) > 1e-9 || math.Abs(e.Direction[i]-k.direction[i]) > 1e-9 ||
				e.Point == nil || math.Abs(e.Point[i]-k.pointz[i]) > 1e-9 {
				t.Fatalf("%s: %v %v %v, wanted %v", k.p, e.Origin, e.Direction, e.Point, k)
			}
		}
	}
}

func TestPlacesWithoutACamera(t *testing.T) {
	m, a, rgb := seen(t, camera.Camera{}, values("depth", 40, 30, pixel.Depth, 2))
	m.Click(rgb, Input{X: 1, Y: 2, Inside: true})
	if e := a.told[0]; e.Origin != nil || e.Depth != nil || e.X != 1 || e.List != 7 {
		t.Errorf("%+v", e)
	}
}

func TestKeysHaveThePointersPlaceInsideTheImage(t *testing.T) {
	m, a, rgb := seen(t, square(camera.Perspective))
	m.Press(rgb, Input{X: 4.5, Y: 5.5, Inside: true, Key: "a", Phase: PhaseBegin})
	m.Press(rgb, Input{X: -4, Y: 5, Key: "f5", Phase: PhaseEnd, Modifiers: []string{"shift"}})
	if e := a.told[0]; e.Event != wire.EventKey || e.X != 4.5 || e.Key != "a" || len(e.Origin) != 3 || e.Phase != "begin" {
		t.Errorf("inside: %+v", e)
	}
	if e := a.told[1]; e.X != -1 || e.Y != -1 || e.Key != "f5" || e.Origin != nil || e.Phase != "end" {
		t.Errorf("outside: %+v", e)
	}
}
