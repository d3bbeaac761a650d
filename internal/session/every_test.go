package session_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

func wantIs(t *testing.T, err, wanted error, word string) {
	t.Helper()
	if !errors.Is(err, wanted) || err != nil && !strings.Contains(err.Error(), word) {
		t.Fatalf("got %v, wanted %v with %q", err, wanted, word)
	}
}

var every = session.SendOptions{Mode: session.Every, Timeout: -1}

// collect shows lists until one of them has this seq. Those that it gets while
// another viewer drives don't count.
func (g *rig) collect(v *session.Receiver, last uint64, pause time.Duration) []uint64 {
	g.t.Helper()
	var seen []uint64
	for len(seen) == 0 || seen[len(seen)-1] < last {
		l := g.next(v)
		if l.Every {
			seen = append(seen, l.Seq)
		}
		time.Sleep(pause)
		l.Ack(wire.StateShown)
		l.Release()
	}
	return seen
}

func TestEveryFrameComesInOrder(t *testing.T) {
	const n = 60
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("slow"))
	idle := g.join(viewerConfig("takes nothing"))
	sent := make(chan error, 1)
	go func() {
		for range n {
			if err := g.r.Send([]session.Given{small()}, every); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	for i, seq := range g.collect(v, n, time.Millisecond) {
		if seq != uint64(i+1) {
			t.Fatalf("list %d came as number %d", seq, i+1)
		}
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	await(t, "the last ack", func() bool { return g.r.Stats().Shown == n })
	if s := g.r.Stats(); s.Dropped != 0 {
		t.Fatalf("%+v", s)
	}
	if l := g.next(idle); l.Every {
		t.Fatal("a viewer that doesn't drive has to see every list")
	}
}

func TestEveryFrameOutlivesItsDriver(t *testing.T) {
	const n = 40
	g := newRig(t, session.RendererOptions{})
	first := g.join(viewerConfig("first"))
	sent := make(chan error, 1)
	go func() {
		for range n {
			if err := g.r.Send([]session.Given{small()}, every); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	acked := g.collect(first, 10, 0)
	held := g.next(first) // got, and not acked when its viewer leaves
	if held.Seq != 11 {
		t.Fatalf("list %d came, wanted 11", held.Seq)
	}
	second := viewerConfig("second")
	v := g.join(second)
	first.Close()
	<-first.Done()
	for i, seq := range g.collect(v, n, 0) { // what was held begins it
		if want := uint64(len(acked) + 1 + i); seq != want {
			t.Fatalf("list %d came, wanted %d", seq, want)
		}
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
}

func TestEightListsQueueWithoutAViewer(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	for range 8 {
		if err := g.r.Send([]session.Given{small()}, session.SendOptions{Mode: session.Every}); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	err := g.r.Send([]session.Given{small()}, session.SendOptions{Mode: session.Every, Timeout: 80 * time.Millisecond})
	wantIs(t, err, session.ErrTimeout, "8 lists wait, and no viewer took none")
	if d := time.Since(start); d < 80*time.Millisecond || d > 5*time.Second {
		t.Fatalf("after %v", d)
	}
	waits := make(chan error, 1)
	go func() { waits <- g.r.Send([]session.Given{small()}, every) }()
	time.Sleep(50 * time.Millisecond)
	v := g.join(viewerConfig("late"))
	for i, seq := range g.collect(v, 9, 0) {
		if seq != uint64(i+1) {
			t.Fatalf("list %d came as number %d", seq, i+1)
		}
	}
	if err := <-waits; err != nil {
		t.Fatal(err)
	}
	// Another stream has a queue of its own, and the newest mode never waits.
	g.want(v, session.Want{Mode: wire.WantNone})
	for _, stream := range []string{"", "other"} {
		g.send(session.SendOptions{Mode: session.Every, Stream: stream}, small())
	}
	g.send(session.SendOptions{}, small())
}

func TestNewestGiveWayToEveryFrame(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	g.send(session.SendOptions{}, small())                    // 1, void
	g.send(session.SendOptions{}, small())                    // 2, void
	g.send(session.SendOptions{Mode: session.Every}, small()) // 3
	g.send(session.SendOptions{}, small())                    // 4
	v := g.join(viewerConfig("v"))
	g.show(v, 3)
	g.show(v, 4)
}
