package session_test

import (
	"testing"
	"time"

	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// A script may end right after its only list, before the connection is up.
func TestCloseWaitsForAViewerOnItsWay(t *testing.T) {
	g := newRig(t, session.RendererOptions{Dialing: true})
	g.send(session.SendOptions{Mode: session.Last}, noise(8, 8, 3, pixel.U8))
	closed := make(chan error, 1)
	go func() { closed <- g.r.Close(-1) }()
	time.Sleep(50 * time.Millisecond)
	v := g.viewer(viewerConfig("v"))
	l := g.next(v)
	l.Ack(wire.StateShown)
	select {
	case err := <-closed:
		if err != nil {
			t.Fatalf("close: %v", err)
		}
	case <-time.After(2 * time.Second):
		t.Fatal("close goes on waiting after the ack")
	}
}

// A viewer that leaves right after it has shown a list still says so, and its
// word counts when it is gone.
func TestClosingViewerAcksFirst(t *testing.T) {
	for range 20 {
		g := newRig(t, session.RendererOptions{Dialing: true})
		v := g.viewer(viewerConfig("v"))
		g.send(session.SendOptions{Mode: session.Last}, noise(640, 480, 3, pixel.U8))
		l := g.next(v)
		l.Ack(wire.StateShown)
		l.Release()
		v.Close()
		await(t, "the viewer to leave", func() bool { return g.r.Stats().Viewers == 0 })
		if err := g.r.Close(2 * time.Second); err != nil {
			t.Fatal(err)
		}
	}
}
