package session_test

import (
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// paced reads the next camera or ready event; false when none comes in time.
func (g *rig) paced(timeout time.Duration) (session.Event, bool) {
	g.t.Helper()
	for end := time.Now().Add(timeout); ; {
		e, ok, err := g.r.Read(time.Until(end))
		if err != nil {
			g.t.Fatal(err)
		}
		if !ok {
			return e, false
		}
		if e.Kind == session.EventCamera || e.Kind == session.EventReady {
			return e, true
		}
	}
}

func (g *rig) mustPace(kind session.EventKind) session.Event {
	g.t.Helper()
	e, ok := g.paced(10 * time.Second)
	if !ok || e.Kind != kind {
		g.t.Fatalf("event %+v, %v, wanted kind %d", e, ok, kind)
	}
	return e
}

func TestNoCameraWithoutAViewer(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	start := time.Now()
	if e, ok := g.paced(60 * time.Millisecond); ok {
		t.Fatalf("%+v", e)
	}
	if d := time.Since(start); d < 60*time.Millisecond || d > 2*time.Second {
		t.Fatalf("returned after %v", d)
	}
}

func TestReadyWhereThereIsNoCamera(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	v := g.join(viewerConfig("v"))
	g.mustPace(session.EventReady) // none has come
	v.SendCamera(turned(0.1), wire.CauseInput)
	g.drives("a camera", turned(0.1))
	for g.mustPace(session.EventCamera).Camera.Camera.C2W != turned(0.1).C2W {
	}
	g.r.WantCameras(false)
	g.mustPace(session.EventReady)
}

func TestCameraIsGivenAgainAfter50ms(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	v := g.join(viewerConfig("v"))
	v.SendCamera(turned(0.1), wire.CauseInput)
	g.drives("a camera", turned(0.1))
	for e, ok := g.paced(40 * time.Millisecond); ok; e, ok = g.paced(40 * time.Millisecond) {
		_ = e // what became pending while it was on its way
	}
	last := time.Now()
	for range 4 {
		e := g.mustPace(session.EventCamera)
		if d := time.Since(last); d > 2*time.Second || e.Camera.Camera.C2W != turned(0.1).C2W {
			t.Fatalf("%+v after %v", e, d)
		}
		last = time.Now()
		if e, ok := g.paced(35 * time.Millisecond); ok {
			t.Fatalf("%+v before 50 ms are over", e)
		}
	}
	// Not by itself once a list was sent: the ack makes room.
	g.mustPace(session.EventCamera)
	g.send(session.SendOptions{}, small())
	l := g.next(v)
	if e, ok := g.paced(150 * time.Millisecond); ok {
		t.Fatalf("%+v although the list is on its way", e)
	}
	l.Ack(wire.StateShown)
	start := time.Now()
	g.mustPace(session.EventCamera)
	if d := time.Since(start); d > 45*time.Millisecond {
		t.Logf("the camera came %v after the ack", d)
	}
}

func TestNoCameraWithoutRoom(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	v := g.join(viewerConfig("v"))
	v.SendCamera(turned(0.1), wire.CauseInput)
	g.drives("a camera", turned(0.1))
	g.mustPace(session.EventCamera)
	var held []*session.List
	for range 2 {
		g.send(session.SendOptions{Stream: string(rune('a' + len(held)))}, small())
		held = append(held, g.next(v))
	}
	for i := range 5 {
		v.SendCamera(turned(0.2+float64(i)), wire.CauseInput)
	}
	g.drives("the newest camera", turned(4.2))
	if e, ok := g.paced(150 * time.Millisecond); ok {
		t.Fatalf("%+v although two lists are on their way", e)
	}
	held[0].Ack(wire.StateShown)
	if e := g.mustPace(session.EventCamera); e.Camera.Camera.C2W != turned(4.2).C2W {
		t.Fatalf("not the newest: %+v", e)
	}
	if e, ok := g.paced(30 * time.Millisecond); ok {
		t.Fatalf("a second one is pending: %+v", e)
	}
	g.want(v, session.Want{Mode: wire.WantNone})
	held[1].Ack(wire.StateShown)
	if e, ok := g.paced(150 * time.Millisecond); ok {
		t.Fatalf("%+v although the viewer takes nothing", e)
	}
	g.want(v, session.Want{Mode: wire.WantOne})
	g.mustPace(session.EventCamera)
}

func TestNewestCameraReplacesThePendingOne(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	v := g.join(viewerConfig("v"))
	for i := range 20 {
		v.SendCamera(turned(float64(i)/10), wire.CauseInput)
	}
	g.drives("the newest camera", turned(1.9))
	if e := g.mustPace(session.EventCamera); e.Camera.Camera.C2W != turned(1.9).C2W {
		t.Fatalf("%+v", e)
	}
}
