package session_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// settle waits until the renderer has taken all that a viewer said so far.
func (g *rig) settle(v *session.Receiver) {
	g.t.Helper()
	mark := session.NewSessionID()
	if !v.SendData(mark, "bytes", nil) {
		g.t.Fatal("no room for a value")
	}
	g.until("the mark", func(e session.Event) bool { return e.Kind == session.EventData && e.Name == mark })
}

// until reads events up to one that fits.
func (g *rig) until(what string, fits func(session.Event) bool) session.Event {
	g.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		e, ok, err := g.r.Read(100 * time.Millisecond)
		if err != nil {
			g.t.Fatal(err)
		}
		if ok && fits(e) {
			return e
		}
	}
	g.t.Fatalf("waited in vain for %s", what)
	return session.Event{}
}

func small() session.Given { return noise(8, 8, 3, pixel.U8) }

func (g *rig) want(v *session.Receiver, w session.Want) {
	g.t.Helper()
	v.Want(w)
	g.settle(v)
}

// show takes the next list, which has to be this one, and acks it.
func (g *rig) show(v *session.Receiver, seq uint64) {
	g.t.Helper()
	l := g.next(v)
	if l.Seq != seq {
		g.t.Fatalf("list %d came, wanted %d", l.Seq, seq)
	}
	l.Ack(wire.StateShown)
	l.Release()
}

func TestWantOneByOne(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	one := session.Want{Mode: wire.WantOne}
	g.want(v, one)
	g.none(v)
	g.send(session.SendOptions{}, small())
	g.show(v, 1) // the next, since there was none
	g.send(session.SendOptions{}, small())
	g.send(session.SendOptions{}, small())
	g.none(v)
	g.want(v, one)
	g.show(v, 3) // the newest that it has not got
	g.want(v, one)
	g.none(v) // it has got the newest
	g.send(session.SendOptions{}, small())
	g.show(v, 4)
	g.send(session.SendOptions{}, small())
	g.want(v, session.Want{})
	g.show(v, 5)
	g.send(session.SendOptions{}, small())
	g.show(v, 6)
}

func TestWantNone(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v, other := g.join(viewerConfig("v")), g.join(viewerConfig("other"))
	g.want(v, session.Want{Mode: wire.WantNone})
	for seq := uint64(1); seq <= 3; seq++ {
		g.send(session.SendOptions{}, small())
		g.show(other, seq)
	}
	g.none(v)
	g.want(v, session.Want{})
	g.show(v, 3)
}

func TestClosedWindowsCostNothing(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	a, b := noise(40, 30, 3, pixel.U8), noise(20, 10, 1, pixel.F32)
	a.Name, b.Name = "a", "b"
	closed := session.Want{Closed: []wire.Window{{Name: "b"}, {Stream: "other", Name: "a"}}}
	for _, mode := range []string{wire.WantContinuous, wire.WantNone} {
		closed.Mode = wire.WantContinuous
		g.want(v, closed)
		g.send(session.SendOptions{}, a, b)
		l := g.next(v)
		first, second := l.Images[0], l.Images[1]
		if first.Closed || !slices.Equal(first.Pix, a.Source.Data) {
			t.Fatalf("the open window got %+v", first)
		}
		if !second.Closed || second.Pix != nil || second.Bytes != 0 || second.Codec != wire.CodecNone || second.Width != 20 {
			t.Fatalf("the closed window got %+v", second)
		}
		l.Ack(wire.StateShown)
		l.Release()
		g.settle(v)
		// Opened again it gets its pixels without a new list, also while paused.
		g.want(v, session.Want{Mode: mode})
		again := g.next(v)
		if again.Seq != l.Seq || again.Images[1].Closed || !slices.Equal(again.Images[1].Pix, b.Source.Data) {
			t.Fatalf("mode %s: list %d came with %+v", mode, again.Seq, again.Images[1])
		}
		again.Ack(wire.StateShown)
		again.Release()
		g.none(v)
	}
	if s := g.r.Stats(); s.Lists != 2 || s.Sent != 4 || s.Shown != 4 {
		t.Fatalf("%+v", s)
	}
}

func TestClosingAWindowSendsNothing(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	g.send(session.SendOptions{}, small())
	g.show(v, 1)
	g.want(v, session.Want{Closed: []wire.Window{{Name: "0"}}})
	g.none(v)
	g.want(v, session.Want{}) // opened before any list went without it: nothing is missing
	g.none(v)
}

func TestLastEndsReadingOfThatConnectionAlone(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	g.send(session.SendOptions{Mode: session.Last}, small())
	l := g.next(v)
	if !l.Last {
		t.Fatal("the list doesn't say that it is the last")
	}
	l.Ack(wire.StateShown)
	l.Release()
	g.send(session.SendOptions{}, small())
	g.none(v)
	late := g.join(viewerConfig("late"))
	g.show(late, 2)
	g.send(session.SendOptions{}, small())
	g.show(late, 3)
	g.none(v)
	g.want(v, session.Want{}) // read remote
	g.show(v, 3)
}

func TestStreamsDontReplaceEachOther(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	for i := range 3 {
		for _, name := range []string{"", "left", "right"} {
			g.send(session.SendOptions{Stream: name, Meta: map[string]any{"i": i}}, small())
		}
	}
	v := g.join(viewerConfig("v"))
	got := map[string]string{}
	for range 3 {
		l := g.next(v)
		got[l.Stream] = fmt.Sprint(l.Meta["i"])
		l.Ack(wire.StateShown)
		l.Release()
	}
	if len(got) != 3 || got[""] != "2" || got["left"] != "2" || got["right"] != "2" {
		t.Fatalf("%v", got)
	}
	g.none(v)
	for i := 3; i < wire.StreamLimit; i++ {
		g.send(session.SendOptions{Stream: fmt.Sprint(i)}, small())
	}
	err := g.r.Send([]session.Given{small()}, session.SendOptions{Stream: "one more"})
	wantIs(t, err, wire.ErrLimit, "more than 64")
}

// join connects one more viewer, and waits until the renderer has taken it in.
func (g *rig) join(cfg session.Config) *session.Receiver {
	g.t.Helper()
	before := g.r.Stats().Joined
	v := g.viewer(cfg)
	await(g.t, "the viewer to be taken in", func() bool { return g.r.Stats().Joined > before })
	return v
}
