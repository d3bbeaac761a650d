package model

import (
	"testing"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// asked is a model whose renderer answers what is under the pointer, and a clock.
type asking struct {
	t   *testing.T
	m   *Model
	a   *fakeLink
	rgb Key
	now time.Time
}

func newAsking(t *testing.T) *asking {
	m, a, rgb := seen(t, square(camera.Perspective))
	a.events = append(a.events, session.LinkEvent{Kind: session.LinkPicks, Wanted: true})
	turn(m)
	return &asking{t, m, a, rgb, time.Unix(1000, 0)}
}

func (k *asking) point(x, y float64) { k.m.Hover(k.rgb, x, y, true, k.now) }

// after lets time pass and counts what was asked in it.
func (k *asking) after(d time.Duration) int {
	k.t.Helper()
	n := len(k.a.told)
	for end := k.now.Add(d); k.now.Before(end); {
		wait := k.m.Ask(k.now)
		if wait < 0 {
			k.t.Fatalf("a wait of %v", wait)
		}
		if wait == 0 || k.now.Add(wait).After(end) {
			k.now = end
			break
		}
		k.now = k.now.Add(wait)
	}
	k.m.Ask(k.now)
	return len(k.a.told) - n
}

func (k *asking) answer(value map[string]any) {
	last := k.a.told[len(k.a.told)-1]
	k.a.events = append(k.a.events, session.LinkEvent{Kind: session.LinkAnswer, ID: last.ID, Answer: value})
	turn(k.m)
}

func (k *asking) card() Card { return state(k.m).Card }

func (k *asking) show(seq uint64, c camera.Camera) {
	l := k.a.show("rgb")
	l.Seq, l.Camera, l.HasCamera = seq, c, true
	turn(k.m)
}

var gaussian = map[string]any{"gaussian": 1207}

func TestARestingPointerAsksOnce(t *testing.T) {
	k := newAsking(t)
	k.point(10.5, 20.25)
	if k.after(59*time.Millisecond) != 0 {
		t.Error("asked before it rested")
	}
	if k.after(time.Millisecond) != 1 {
		t.Error("not asked after 60 ms")
	}
	e := k.a.told[0]
	if e.Event != wire.EventPick || e.ID == 0 || e.X != 10.5 || e.Y != 20.25 || e.Name != "rgb" || e.List != 7 || len(e.Direction) != 3 {
		t.Errorf("asked %+v", e)
	}
	k.answer(gaussian)
	if c := k.card(); c.Key != k.rgb || c.X != 10 || c.Y != 20 || len(c.Fields) != 1 || c.Fields[0] != (Field{"gaussian", "1207"}) {
		t.Errorf("the card is %+v", c)
	}
	if k.after(10*time.Second) != 0 {
		t.Error("asked again at the same place in the same image")
	}
	k.point(10.9, 20.1) // the same pixel
	if len(k.card().Fields) != 1 {
		t.Error("the card went though the pixel is the same")
	}
	k.point(11, 20)
	if len(k.card().Fields) != 0 {
		t.Error("the card of another pixel stays")
	}
	if k.after(time.Second/10) != 1 {
		t.Error("not asked at the new place")
	}
	k.answer(nil)
	if len(k.card().Fields) != 0 {
		t.Error("nothing there is a card")
	}
}

func TestOnePickIsInFlight(t *testing.T) {
	k := newAsking(t)
	for i := range 20 { // moved on, each time after a rest
		k.point(float64(i), 3)
		k.after(100 * time.Millisecond)
	}
	if n := len(k.a.told); n != 2 {
		t.Errorf("%d asked in 2 s without an answer, wanted one a second", n)
	}
	k.answer(gaussian)
	if len(k.card().Fields) != 0 {
		t.Error("an answer about another place is shown")
	}
	if k.after(0) != 1 {
		t.Error("an answer did not make room for the next")
	}
	first := k.a.told[0]
	k.a.events = append(k.a.events, session.LinkEvent{Kind: session.LinkAnswer, ID: first.ID, Answer: gaussian})
	turn(k.m)
	if len(k.card().Fields) != 0 || k.after(500*time.Millisecond) != 0 {
		t.Error("an answer that came too late counts")
	}
}

func TestNewerLists(t *testing.T) {
	k := newAsking(t)
	k.point(5, 5)
	k.after(60 * time.Millisecond)
	k.answer(gaussian)
	k.show(8, square(camera.Perspective)) // trained on: the same view
	if len(k.card().Fields) != 1 {
		t.Error("the card went with a list of the same view")
	}
	if n := k.after(190*time.Millisecond) + k.after(20*time.Millisecond); n != 1 {
		t.Errorf("asked %d times for the newer list, wanted once, after 200 ms", n)
	}
	k.answer(map[string]any{"gaussian": 1208})
	if c := k.card(); len(c.Fields) != 1 || c.Fields[0].Value != "1208" {
		t.Errorf("the newer answer is %+v", c)
	}
	moved := square(camera.Perspective).Orbit(0.1, 0)
	k.show(9, moved)
	if len(k.card().Fields) != 0 {
		t.Error("the card of another view stays")
	}
	if k.after(250*time.Millisecond) != 1 {
		t.Error("not asked in the new view")
	}
	k.show(10, moved.Orbit(0.1, 0))
	k.answer(gaussian)
	if len(k.card().Fields) != 0 {
		t.Error("an answer about a view that is gone is shown")
	}
}

func TestWhenNothingIsAsked(t *testing.T) {
	k := newAsking(t)
	k.m.Hover(k.rgb, 5, 5, false, k.now)
	if k.after(time.Second) != 0 {
		t.Error("asked outside the image")
	}
	k.point(5, 5)
	k.after(60 * time.Millisecond)
	k.answer(gaussian)
	k.m.Hover(Key{"r", "", "other"}, 0, 0, false, k.now)
	if len(k.card().Fields) != 1 {
		t.Error("another window, where the pointer isn't, took the card away")
	}
	k.m.Hover(k.rgb, 0, 0, false, k.now)
	if len(k.card().Fields) != 0 {
		t.Error("the card stays though the pointer has left")
	}
	k.a.events = append(k.a.events, session.LinkEvent{Kind: session.LinkPicks})
	turn(k.m)
	k.point(6, 6)
	if k.after(3*time.Second) != 0 {
		t.Error("asked a renderer that answers no more")
	}
	k = newAsking(t)
	k.a.deaf = true
	k.point(5, 5)
	if k.after(time.Second) != 0 || k.m.Ask(k.now) != 0 {
		t.Error("a renderer that takes no events is asked for ever")
	}
}

func TestTheCardGoesWithTheRenderer(t *testing.T) {
	k := newAsking(t)
	k.point(5, 5)
	k.after(60 * time.Millisecond)
	k.answer(gaussian)
	k.a.end(session.ErrClosed)
	turn(k.m)
	if len(k.card().Fields) != 0 || k.m.Ask(k.now) != 0 {
		t.Error("the card outlives its renderer")
	}
}
