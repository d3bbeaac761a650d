package session_test

import (
	"strings"
	"testing"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

func turned(angle float64) camera.Camera { return camera.Default().Orbit(angle, 0) }

// drives waits until a camera is the renderer's newest.
func (g *rig) drives(what string, c camera.Camera) {
	g.t.Helper()
	await(g.t, what, func() bool {
		e, ok := g.r.Camera()
		return ok && e.Camera.C2W == c.C2W
	})
}

// follower is a viewer that knows that cameras are wanted.
func (g *rig) follower(cfg session.Config) *session.Receiver {
	g.t.Helper()
	v := g.join(cfg)
	await(g.t, "cameras to be wanted", func() bool { return v.Stats().Wanted })
	return v
}

func (g *rig) driver(name string) session.Event {
	g.t.Helper()
	return g.until("the driver to be "+name, func(e session.Event) bool {
		return e.Kind == session.EventDriver && e.Name == name
	})
}

func TestInputTakesOver(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	a, b := g.follower(viewerConfig("a")), g.follower(viewerConfig("b"))
	g.driver("a")
	for _, cause := range []string{wire.CauseSize, wire.CauseRepeat, wire.CauseJoin} {
		b.SendCamera(turned(0.5), cause)
		g.settle(b)
		if e, ok := g.r.Camera(); ok {
			t.Fatalf("%s took over: %+v", cause, e)
		}
	}
	a.SendCamera(turned(0.1), wire.CauseSize)
	g.drives("the driver's camera", turned(0.1))
	b.SendCamera(turned(0.2), wire.CauseInput)
	g.driver("b")
	g.drives("the camera of who moved it", turned(0.2))
	a.SendCamera(turned(0.3), wire.CauseSize)
	g.settle(a)
	g.drives("the driver's camera still", turned(0.2))
	a.SendCamera(turned(0.4), wire.CauseInput)
	g.driver("a")
	g.drives("the camera of who moved it last", turned(0.4))
}

func TestDriverLeaves(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	silent := g.follower(viewerConfig("silent")) // the longest connected, and sends no cameras
	b := g.follower(viewerConfig("b"))
	c := g.follower(viewerConfig("c"))
	b.SendCamera(turned(0.2), wire.CauseInput)
	g.driver("b")
	c.SendCamera(turned(0.3), wire.CauseInput)
	g.driver("c")
	c.Close()
	g.driver("silent")
	if e, ok := g.r.Camera(); ok {
		t.Fatalf("a viewer without a camera drives, and there is %+v", e)
	}
	silent.Close()
	g.driver("b")
	g.drives("what was b's camera", turned(0.2))
	b.Close()
	g.driver("")
	if _, ok := g.r.Camera(); ok {
		t.Fatal("nobody is there, and there is a camera")
	}
}

func TestSameSessionReplacesItsOlderConnection(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	g.follower(viewerConfig("other"))
	cfg := viewerConfig("twice")
	old := g.follower(cfg)
	old.SendCamera(turned(0.2), wire.CauseInput)
	g.driver("twice")
	again := g.follower(cfg)
	select {
	case <-old.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("the older connection goes on")
	}
	if err := old.Err(); err == nil || !strings.Contains(err.Error(), "replaced") {
		t.Fatalf("it ended by %v", err)
	}
	await(t, "the older viewer to be gone", func() bool { return g.r.Stats().Viewers == 2 })
	g.driver("twice")
	again.SendCamera(turned(0.3), wire.CauseSize)
	g.drives("its camera by size alone", turned(0.3))
	g.send(session.SendOptions{}, small())
	g.show(again, 1)
}

func TestReplacedViewersWantBeginsAnew(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	cfg := viewerConfig("paused")
	g.want(g.join(cfg), session.Want{Mode: wire.WantNone})
	again := g.join(cfg)
	g.send(session.SendOptions{}, small())
	g.show(again, 1)
}

func TestPausedDriverPassesTheDriveOn(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	paused, watching := g.follower(viewerConfig("paused")), g.follower(viewerConfig("watching"))
	g.driver("paused")
	paused.Want(session.Want{Mode: wire.WantNone})
	g.driver("watching")
	watching.SendCamera(turned(0.2), wire.CauseJoin)
	g.drives("the camera of who reads", turned(0.2))
	paused.SendCamera(turned(0.4), wire.CauseInput)
	paused.Want(session.Want{Mode: wire.WantOne})
	g.drives("who moved it last, now that it reads", turned(0.4))
}

func TestCamerasComeOnlyWhileWanted(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	v.SendCamera(turned(0.1), wire.CauseInput)
	g.settle(v)
	if _, ok := g.r.Camera(); ok {
		t.Fatal("a camera came unasked")
	}
	g.r.WantCameras(true)
	g.drives("the camera that was kept", turned(0.1))
	await(t, "the viewer to know", func() bool { return v.Stats().Wanted })
	g.r.WantCameras(false)
	await(t, "the viewer to know", func() bool { return !v.Stats().Wanted })
	v.SendCamera(turned(0.2), wire.CauseInput)
	g.settle(v)
	if e, ok := g.r.Camera(); ok && e.Camera.C2W == turned(0.2).C2W {
		t.Fatal("a camera came unasked")
	}
}

func TestViewIsKeptForLateViewers(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true, Width: 320, Height: 200})
	c := turned(0.7)
	if err := g.r.SetView(c); err != nil {
		t.Fatal(err)
	}
	bad := c
	bad.C2W[0] = 2
	wantIs(t, g.r.SetView(bad), wire.ErrProtocol, "without scale")
	v := g.join(viewerConfig("late"))
	var events []session.LinkEvent
	await(t, "a view and a wish for cameras", func() bool {
		events = append(events, v.Events()...)
		return len(events) >= 2
	})
	if e := events[0]; e.Kind != session.LinkView || e.Camera.C2W != c.C2W || e.Camera.K != c.K || !e.HasSize {
		t.Fatalf("first came %+v", e)
	}
	if e := events[1]; e.Kind != session.LinkCameras || !e.Wanted || e.Width != 320 || e.Height != 200 {
		t.Fatalf("then came %+v", e)
	}
	// Only a pose: the rest is the viewer's.
	if err := g.r.SetView(camera.Camera{C2W: c.C2W}); err != nil {
		t.Fatal(err)
	}
	await(t, "the next view", func() bool {
		for _, e := range v.Events() {
			if e.Kind == session.LinkView && !e.HasSize && e.Camera.Width == camera.DefaultWidth && e.Camera.Far == 100 {
				return true
			}
		}
		return false
	})
}
