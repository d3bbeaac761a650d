package session_test

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// timed calls Close and says how long it took.
func timed(r *session.Renderer, linger time.Duration) (time.Duration, error) {
	start := time.Now()
	err := r.Close(linger)
	return time.Since(start), err
}

func within(t *testing.T, took, least, most time.Duration) {
	t.Helper()
	if took < least || took > most {
		t.Fatalf("it took %v, wanted %v to %v", took, least, most)
	}
}

func TestLingerOfAListenerWithoutViewers(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	g.send(session.SendOptions{}, small())
	took, err := timed(g.r, -1)
	wantIs(t, err, nil, "")
	within(t, took, 0, 300*time.Millisecond)
}

func TestLingerOfADialerWithoutViewers(t *testing.T) {
	g := newRig(t, session.RendererOptions{Dialing: true})
	g.send(session.SendOptions{}, small())
	took, err := timed(g.r, -1)
	wantIs(t, err, session.ErrTimeout, "nobody has shown")
	within(t, took, time.Second, 3*time.Second)
}

func TestLingerWithAViewer(t *testing.T) {
	t.Parallel()
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("never acks"))
	g.send(session.SendOptions{}, small())
	g.next(v)
	took, err := timed(g.r, -1)
	wantIs(t, err, session.ErrTimeout, "nobody has shown")
	within(t, took, 5*time.Second, 8*time.Second)
}

func TestLingerEndsWithTheAcks(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	for _, stream := range []string{"a", "b", "a"} {
		g.send(session.SendOptions{Stream: stream}, small())
	}
	go func() {
		for {
			l, err := v.Next(g.ctx)
			if err != nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
			l.Ack(wire.StateShown)
			l.Release()
		}
	}()
	took, err := timed(g.r, -1)
	wantIs(t, err, nil, "")
	within(t, took, 90*time.Millisecond, 2*time.Second)
	<-v.Done()
	wantIs(t, v.Err(), session.ErrClosed, "by the other side")
}

func TestLingerIsBounded(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("never acks"))
	g.send(session.SendOptions{}, small())
	g.next(v)
	took, err := timed(g.r, 80*time.Millisecond)
	wantIs(t, err, session.ErrTimeout, "nobody has shown")
	within(t, took, 80*time.Millisecond, 2*time.Second)

	g = newRig(t, session.RendererOptions{})
	v = g.join(viewerConfig("never acks"))
	g.send(session.SendOptions{}, small())
	g.next(v)
	took, err = timed(g.r, 0)
	wantIs(t, err, nil, "")
	within(t, took, 0, 2*time.Second)
}

func TestNothingIsWaitedForWhereNothingIsWanted(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("paused"))
	g.want(v, session.Want{Mode: wire.WantNone})
	g.send(session.SendOptions{}, small())
	took, err := timed(g.r, -1)
	wantIs(t, err, session.ErrTimeout, "nobody has shown")
	within(t, took, 0, 2*time.Second)
}

func TestCloseWakesBlockedCalls(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	for range 8 {
		g.send(every, small())
	}
	var wg sync.WaitGroup
	errs := make(chan error, 8)
	for range 4 {
		wg.Go(func() {
			for {
				_, _, err := g.r.Read(-1)
				if err != nil {
					errs <- err
					return
				}
			}
		})
		wg.Go(func() { errs <- g.r.Send([]session.Given{small()}, every) })
	}
	time.Sleep(50 * time.Millisecond)
	took, err := timed(g.r, 0)
	wantIs(t, err, nil, "")
	within(t, took, 0, 2*time.Second)
	wg.Wait()
	for range 8 {
		wantIs(t, <-errs, session.ErrClosed, "")
	}
	// Later calls say so too.
	_, _, err = g.r.Read(0)
	wantIs(t, err, session.ErrClosed, "")
	wantIs(t, g.r.Send([]session.Given{small()}, session.SendOptions{}), session.ErrClosed, "")
	wantIs(t, g.r.SendData("x", "bytes", nil), session.ErrClosed, "")
	wantIs(t, g.r.Close(0), session.ErrClosed, "")
	_ = g.r.SetView(camera.Default())
	g.r.WantCameras(false)
	g.r.Stats()
}

// ours is the stacks of this software's goroutines, but for this one.
func ours() []string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var left []string
	for _, stack := range strings.Split(string(buf), "\n\n") {
		if strings.Contains(stack, "remoteviewer/internal/session.(") && !strings.Contains(stack, "testing.tRunner") {
			left = append(left, stack)
		}
	}
	return left
}

func TestNothingIsLeftAfterClose(t *testing.T) {
	before := len(ours())
	for _, mode := range []session.Mode{session.Newest, session.Every} {
		g := newRig(t, session.RendererOptions{Cameras: true, Codec: "lz4"})
		var viewers []*session.Receiver
		for range 3 {
			v := g.join(viewerConfig("v"))
			v.SendCamera(camera.Default(), wire.CauseInput)
			viewers = append(viewers, v)
		}
		for range 20 {
			_ = g.r.Send([]session.Given{noise(64, 64, 3, pixel.U8), noise(3, 3, 1, pixel.F32)}, session.SendOptions{Mode: mode, Timeout: time.Millisecond})
		}
		_ = g.r.Send([]session.Given{small(), {}}, session.SendOptions{}) // an error after memory was taken
		held := g.next(viewers[0])
		_ = g.r.Close(20 * time.Millisecond)
		if n := g.r.Memory().Out(); n != 0 {
			t.Fatalf("mode %d: %d slices of lists are left", mode, n)
		}
		held.Release()
		for _, v := range viewers {
			<-v.Done()
			for {
				l, err := v.TryNext()
				if err != nil {
					break
				}
				l.Release()
			}
		}
		if n := g.pool.Out(); n != 0 {
			t.Fatalf("mode %d: %d slices of received lists are left", mode, n)
		}
	}
	var left []string
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if left = ours(); len(left) <= before {
			return
		}
	}
	t.Fatalf("%d goroutines are left, there were %d:\n%s", len(left), before, strings.Join(left, "\n\n"))
}
