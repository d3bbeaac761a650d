package model

import (
	"math"
	"testing"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

func cameras(wanted bool, size Size) session.LinkEvent {
	return session.LinkEvent{Kind: session.LinkCameras, Wanted: wanted, Width: size.W, Height: size.H}
}

func (l *fakeLink) last() (camera.Camera, string) {
	if len(l.cameras) == 0 {
		return camera.Camera{}, "none"
	}
	return l.cameras[len(l.cameras)-1], l.causes[len(l.causes)-1]
}

func wantSize(t *testing.T, what string, c camera.Camera, w, h int) {
	t.Helper()
	if c.Width != w || c.Height != h {
		t.Errorf("%s: %d x %d, wanted %d x %d", what, c.Width, c.Height, w, h)
	}
}

// driven is a model with a renderer that wants cameras and shows two windows.
func driven(t *testing.T) (*Model, *fakeLink, Key, Key) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	a.events = append(a.events, cameras(true, Size{}))
	turn(m)
	c, cause := a.last()
	wantSize(t, "before any window", c, 1280, 720)
	if cause == wire.CauseInput {
		t.Error("a camera without input took over")
	}
	a.show("rgb", "depth")
	turn(m)
	return m, a, Key{"r", "", "rgb"}, Key{"r", "", "depth"}
}

func TestCameraSizeFollowsWindows(t *testing.T) {
	m, a, rgb, depth := driven(t)
	m.Framed(depth, Size{300, 200})
	m.Framed(rgb, Size{640, 480})
	c, cause := a.last()
	wantSize(t, "the first image's window", c, 640, 480)
	want(t, "cause", cause, wire.CauseSize)
	n := len(a.cameras)
	m.Framed(depth, Size{320, 200})
	if len(a.cameras) != n {
		t.Error("another window's size sent a camera")
	}
	m.Navigate(depth, func(c camera.Camera) camera.Camera { return c.Orbit(0.1, 0) })
	c, cause = a.last()
	wantSize(t, "navigated in", c, 320, 200)
	want(t, "cause", cause, wire.CauseInput)
	m.Framed(rgb, Size{700, 500})
	if c, _ := a.last(); c.Width != 320 {
		t.Error("the size followed a window not navigated in")
	}
	m.SetRenderScale(0.5)
	c, cause = a.last()
	wantSize(t, "half", c, 160, 100)
	want(t, "cause", cause, wire.CauseSize)
	m.SetRenderScale(1)
	m.Framed(depth, Size{3840, 2160})
	c, _ = a.last()
	wantSize(t, "capped", c, 1920, 1080)
	a.events = append(a.events, cameras(true, Size{512, 512}))
	turn(m)
	c, _ = a.last()
	wantSize(t, "fixed by the renderer", c, 512, 512)
}

func TestViewsAreTakenUntilTheUserMoves(t *testing.T) {
	m, a, rgb, _ := driven(t)
	m.Framed(rgb, Size{640, 480})
	view := camera.Default().LookAt([3]float64{5, -2, 1}, [3]float64{0, 0, 1}, [3]float64{0, -1, 0})
	give := func(v camera.Camera) {
		a.events = append(a.events, session.LinkEvent{Kind: session.LinkView, Camera: v})
		turn(m)
	}
	give(view)
	c, cause := a.last()
	if c.Position() != view.Position() || cause == wire.CauseInput {
		t.Errorf("the view was not taken: %v, %s", c.Position(), cause)
	}
	wantSize(t, "a view keeps the window's size", c, 640, 480)
	m.Navigate(rgb, func(c camera.Camera) camera.Camera { return c.Dolly(0.5) })
	moved, _ := a.last()
	n := len(a.cameras)
	give(view.Orbit(1, 0))
	if len(a.cameras) != n {
		t.Error("a view moved the user's camera")
	}
	m.Home(rgb)
	c, cause = a.last()
	if c.Position() != view.Orbit(1, 0).Position() || c.Position() == moved.Position() {
		t.Errorf("Home went to %v", c.Position())
	}
	want(t, "cause", cause, wire.CauseInput)
}

func TestViewsSizeBeforeAnyWindow(t *testing.T) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	view := camera.Default().WithSize(800, 600)
	a.events = append(a.events, cameras(true, Size{}), session.LinkEvent{Kind: session.LinkView, Camera: view, HasSize: true})
	turn(m)
	c, _ := a.last()
	wantSize(t, "the view's", c, 800, 600)
}

func TestNoCamerasWhereNoneAreWanted(t *testing.T) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	a.show("rgb")
	turn(m)
	m.Navigate(Key{"r", "", "rgb"}, func(c camera.Camera) camera.Camera { return c.Dolly(0.5) })
	for _, cause := range a.causes {
		if cause == wire.CauseInput {
			t.Error("the camera moved though none is wanted")
		}
	}
}

func TestNoFirstViewIsSaid(t *testing.T) {
	m, _, _, _ := driven(t)
	m.Tick(time.Now().Add(2 * time.Second))
	if !state(m).Conns[0].NoView {
		t.Error("nothing says that there was no view")
	}
}

// The point under the cursor follows a pan, at the target's depth.
func TestPanFollowsTheCursor(t *testing.T) {
	m, a, rgb, _ := driven(t)
	m.Framed(rgb, Size{640, 480})
	project := func(c camera.Camera, p [3]float64) (x, y float64) {
		d := [3]float64{p[0] - c.C2W[3], p[1] - c.C2W[7], p[2] - c.C2W[11]}
		var v [3]float64
		for i := range 3 {
			v[i] = c.C2W[i]*d[0] + c.C2W[4+i]*d[1] + c.C2W[8+i]*d[2]
		}
		return c.K[0]*v[0]/v[2] + c.K[2], c.K[4]*v[1]/v[2] + c.K[5]
	}
	before, _ := a.last()
	m.Navigate(rgb, func(c camera.Camera) camera.Camera { return c.Pan(35, -20) })
	after, _ := a.last()
	x0, y0 := project(before, [3]float64{})
	x1, y1 := project(after, [3]float64{})
	if math.Abs(x1-x0-35) > 1e-6 || math.Abs(y1-y0+20) > 1e-6 {
		t.Errorf("the point moved by %g, %g, wanted 35, -20", x1-x0, y1-y0)
	}
}

func TestBounded(t *testing.T) {
	for _, c := range []struct {
		frame Size
		scale float64
		want  Size
	}{
		{Size{640, 480}, 1, Size{640, 480}},
		{Size{641, 479}, 0.5, Size{321, 240}},
		{Size{3840, 2160}, 1, Size{1920, 1080}},
		{Size{1000, 1000}, 4, Size{1440, 1440}},
		{Size{1, 1}, 0.1, Size{1, 1}},
	} {
		if got := bounded(c.frame, c.scale, 1920*1080); got != c.want {
			t.Errorf("%v times %g: %v, wanted %v", c.frame, c.scale, got, c.want)
		}
	}
}
