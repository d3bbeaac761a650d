package session_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// gated calls Gate on a goroutine of its own.
func gated(r *session.Renderer, timeout time.Duration) chan error {
	done := make(chan error, 1)
	go func() {
		ok, err := r.Gate(timeout)
		if err == nil && !ok {
			err = errPaused
		}
		done <- err
	}()
	return done
}

type paused struct{}

func (paused) Error() string { return "paused" }

var errPaused = paused{}

func (g *rig) blocked(done chan error) {
	g.t.Helper()
	select {
	case err := <-done:
		g.t.Fatalf("the gate opened: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
}

func opens(t *testing.T, done chan error, wanted error) {
	t.Helper()
	select {
	case err := <-done:
		if wanted == nil && err != nil || wanted != nil {
			wantIs(t, err, wanted, "")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the gate never opened")
	}
}

func TestALoopIsPausedSteppedAndRun(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	opens(t, gated(g.r, -1), nil) // it runs at first
	offered(t, v, 1)
	set := func(n int) {
		t.Helper()
		if err := v.SetControl("gate", n); err != nil {
			t.Fatal(err)
		}
		g.settle(v)
	}
	set(0)
	opens(t, gated(g.r, 0), errPaused)
	opens(t, gated(g.r, 20*time.Millisecond), errPaused)
	done := gated(g.r, -1)
	g.blocked(done)
	set(1)
	opens(t, done, nil)
	opens(t, gated(g.r, 0), errPaused)
	shows(t, v, "gate", 0)
	set(3)
	for range 3 {
		opens(t, gated(g.r, 0), nil)
	}
	opens(t, gated(g.r, 0), errPaused)
	shows(t, v, "gate", 0)
	done = gated(g.r, -1)
	g.blocked(done)
	set(-1)
	opens(t, done, nil)
	for range 10 {
		opens(t, gated(g.r, 0), nil)
	}
	set(0)
	done = gated(g.r, -1)
	g.blocked(done)
	g.r.RemoveControls("gate")
	opens(t, done, nil)
	g.define(wire.ControlItem{Name: "gate", Kind: wire.KindButton})
	_, err := g.r.Gate(0)
	wantIs(t, err, session.ErrName, "button already")
}

func TestACameraWakesALoopThatIsPaused(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.steady("v")
	opens(t, gated(g.r, 0), nil)
	offered(t, v, 1)
	if err := v.SetControl("gate", 0); err != nil {
		t.Fatal(err)
	}
	g.settle(v)
	if cam, ok := g.wants(0.01, never); ok { // the button counts as a change
		g.rendered(v, cam)
	}
	done := gated(g.r, -1)
	g.blocked(done)
	v.SendCamera(turned(0.5), wire.CauseInput)
	opens(t, done, errPaused)
	opens(t, gated(g.r, -1), errPaused) // as long as it is not taken
	cam, ok := g.wants(0.01, never)
	if !ok || cam.Camera.C2W != turned(0.5).C2W {
		t.Fatalf("the gate says a camera waits, and Wants gives %+v, %v", cam, ok)
	}
	g.rendered(v, cam)
	done = gated(g.r, -1)
	g.blocked(done)
	_ = g.r.Close(0)
	opens(t, done, session.ErrClosed)
	opens(t, gated(g.r, -1), session.ErrClosed)
}

// A loop that takes cameras otherwise is not kept spinning by one.
func TestAGateWithoutWants(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	v := g.follower(viewerConfig("v"))
	opens(t, gated(g.r, 0), nil)
	offered(t, v, 1)
	v.SendCamera(turned(0.5), wire.CauseInput)
	g.drives("the camera", turned(0.5))
	if err := v.SetControl("gate", 0); err != nil {
		t.Fatal(err)
	}
	g.settle(v)
	done := gated(g.r, -1)
	g.blocked(done)
	if err := v.SetControl("gate", -1); err != nil {
		t.Fatal(err)
	}
	opens(t, done, nil)
}

func TestAnAbandonedLoopRunsOn(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	opens(t, gated(g.r, 0), nil)
	v := g.join(viewerConfig("v"))
	offered(t, v, 1)
	if err := v.SetControl("gate", 0); err != nil {
		t.Fatal(err)
	}
	g.settle(v)
	done := gated(g.r, -1)
	g.blocked(done)
	v.Close()
	<-v.Done()
	await(t, "the viewer to be gone", func() bool { return g.r.Stats().Viewers == 0 })
	g.blocked(done) // it may come back
	opens(t, gated(g.r, 0), errPaused)
	g.r.Abandoned()
	opens(t, done, nil)
	opens(t, gated(g.r, 0), nil)
	late := g.join(viewerConfig("late"))
	shows(t, late, "gate", -1)
}

// A loop of several threads does exactly the rounds that it was given.
func TestRoundsAreDoneOnce(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	opens(t, gated(g.r, 0), nil)
	offered(t, v, 1)
	if err := v.SetControl("gate", 100); err != nil {
		t.Fatal(err)
	}
	g.settle(v)
	var rounds atomic.Int32
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				ok, err := g.r.Gate(0)
				if err != nil {
					t.Error(err)
				}
				if !ok {
					return
				}
				rounds.Add(1)
			}
		})
	}
	wg.Wait()
	if rounds.Load() != 100 {
		t.Errorf("%d rounds were done, wanted 100", rounds.Load())
	}
}
