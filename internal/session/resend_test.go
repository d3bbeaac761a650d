package session_test

import (
	"slices"
	"testing"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

var withoutWindow = session.Want{Closed: []wire.Window{{Name: "0"}}}

// A list that comes again for a window that was opened ends no reading, although
// it was the last when it came first.
func TestAResentLastListDoesntEndReading(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	g.want(v, withoutWindow)
	g.send(session.SendOptions{Mode: session.Last}, small())
	g.show(v, 1)
	g.want(v, withoutWindow) // reads on
	g.want(v, session.Want{})
	l := g.next(v)
	if l.Seq != 1 || l.Last || l.Images[0].Closed {
		t.Fatalf("list %d came, last %v, closed %v", l.Seq, l.Last, l.Images[0].Closed)
	}
	l.Ack(wire.StateShown)
	l.Release()
	g.settle(v)
	g.send(session.SendOptions{}, small())
	g.show(v, 2)
}

// A window that is opened while the viewer reads nothing gets what is newest now.
func TestAWindowOpenedWhilePausedGetsTheNewest(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	one := withoutWindow
	one.Mode = wire.WantOne
	g.want(v, one)
	g.send(session.SendOptions{}, small())
	g.show(v, 1)
	newest := small()
	g.send(session.SendOptions{}, newest)
	g.none(v)
	g.want(v, session.Want{Mode: wire.WantNone})
	l := g.next(v)
	if l.Seq != 2 || l.Images[0].Closed || !slices.Equal(l.Images[0].Pix, newest.Source.Data) {
		t.Fatalf("list %d came, closed %v, wanted 2 with its pixels", l.Seq, l.Images[0].Closed)
	}
	l.Ack(wire.StateShown)
	l.Release()
	g.send(session.SendOptions{}, small())
	g.none(v) // it is still paused
}
