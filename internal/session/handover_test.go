package session_test

import (
	"slices"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

func (b *bare) ack(m *wire.Images, state string) {
	b.t.Helper()
	b.say(&wire.Ack{Seq: m.Seq, Pass: m.Pass, State: state})
}

// steer takes the drive over, and waits until the renderer has noticed.
func (g *rig) steer(b *bare, seq uint64) {
	g.t.Helper()
	c := turned(float64(seq))
	b.say(&wire.Camera{Pose: wire.Pose{C2W: c.C2W[:]}, Seq: seq, Cause: wire.CauseInput})
	g.drives("the camera of who moved it", c)
}

func (b *bare) leave(g *rig, left int) {
	b.t.Helper()
	_ = b.conn.Close()
	await(b.t, "the viewer to be gone", func() bool { return g.r.Stats().Viewers == left })
}

// Two drivers leave with lists that they have not acked: the second one's own,
// and those that it got from the first one after them.
func TestEveryFrameOutlivesSeveralDrivers(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	a, b := g.bareViewer(), g.bareViewer()
	for range 2 {
		g.send(every, small())
	}
	for seq := uint64(1); seq <= 2; seq++ {
		if m := a.list(); m.Seq != seq || !m.Every {
			t.Fatalf("the driver got list %d, every %v, wanted %d", m.Seq, m.Every, seq)
		}
	}
	for m := b.list(); ; m = b.list() { // as the newest, which it may see or not
		b.ack(m, wire.StateShown)
		if m.Seq == 2 {
			break
		}
	}
	g.steer(b, 1)
	g.send(every, small())
	if m := b.list(); m.Seq != 3 || !m.Every {
		t.Fatalf("the next driver got list %d, every %v, wanted 3", m.Seq, m.Every)
	}
	a.leave(g, 1)
	for seq := uint64(1); seq <= 2; seq++ {
		if m := b.list(); m.Seq != seq || !m.Every {
			t.Fatalf("the next driver got list %d, every %v, wanted %d", m.Seq, m.Every, seq)
		}
	}
	b.leave(g, 0)
	c := g.bareViewer()
	var got []uint64
	for range 3 {
		m := c.list()
		c.ack(m, wire.StateShown)
		got = append(got, m.Seq)
	}
	if !slices.Equal(got, []uint64{1, 2, 3}) {
		t.Fatalf("the last driver got %d, wanted 1, 2 and 3", got)
	}
	if err := g.r.Close(2 * time.Second); err != nil {
		t.Fatal(err)
	}
	if n := g.r.Memory().Out(); n != 0 {
		t.Fatalf("%d slices are left", n)
	}
}

// The lists of each stream go back to its own queue.
func TestEveryFrameOfEachStreamOutlivesItsDrivers(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	var sent []uint64
	for _, stream := range []string{"a", "b", "a", "b"} {
		g.send(session.SendOptions{Mode: session.Every, Stream: stream, Timeout: -1}, small())
		sent = append(sent, uint64(len(sent)+1))
	}
	for took := range 4 { // each driver gets some more before it leaves
		b := g.bareViewer()
		for range took + 1 {
			b.list()
		}
		b.leave(g, 0)
	}
	b := g.bareViewer()
	var got []uint64
	for range sent {
		m := b.list()
		b.ack(m, wire.StateShown)
		got = append(got, m.Seq)
	}
	if !slices.Equal(got, sent) {
		t.Fatalf("the last driver got %d, wanted %d", got, sent)
	}
}
