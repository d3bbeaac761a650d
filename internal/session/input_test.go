package session_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// inputs reads all events of a kind that wait.
func (g *rig) inputs(kind session.EventKind) (found []session.Event) {
	g.t.Helper()
	for {
		e, ok, err := g.r.Read(0)
		if err != nil {
			g.t.Fatal(err)
		}
		if !ok {
			return found
		}
		if e.Kind == kind {
			found = append(found, e)
		}
	}
}

// marked waits until the renderer has taken all that a viewer said, without reading
// an event.
func (g *rig) marked(v *session.Receiver) {
	g.t.Helper()
	before, _ := g.r.Camera()
	v.SendCamera(turned(0.1), wire.CauseInput)
	await(g.t, "the mark", func() bool {
		cam, ok := g.r.Camera()
		return ok && (cam.Seq != before.Seq || cam.Viewer != before.Viewer)
	})
}

func TestEventsArriveWhole(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	depth := 2.5
	sent := wire.Event{
		Event: wire.EventClick, Stream: "left", Name: "rgb", List: 7, X: 10.5, Y: -3, Button: "right", Modifiers: []string{"shift", "alt"},
		Origin: []float64{1, 2, 3}, Direction: []float64{0, 0, 1}, Depth: &depth, Point: []float64{1, 2, 5.5},
	}
	for kind, event := range map[session.EventKind]string{session.EventClick: "click", session.EventDrag: "drag", session.EventKey: "key"} {
		sent.Event, sent.Key = event, ""
		if event == "key" {
			sent.Key = "f5"
		}
		if !v.SendEvent(sent) {
			t.Fatal("the renderer takes no events")
		}
		e := g.until(event, func(e session.Event) bool { return e.Kind == kind })
		if e.Name != "rgb" || e.Text != sent.Key || e.Viewer == "" || e.Input.Stream != "left" || e.Input.X != 10.5 || e.Input.Y != -3 ||
			*e.Input.Depth != 2.5 || !reflect.DeepEqual(e.Input.Point, sent.Point) || !reflect.DeepEqual(e.Input.Modifiers, sent.Modifiers) {
			t.Errorf("%s: got %+v of %+v", event, e.Input, e)
		}
	}
}

func TestARendererWithoutEventsGetsNone(t *testing.T) {
	_, v := bareRenderer(t) // lists no features
	if v.SendEvent(wire.Event{Event: wire.EventClick}) {
		t.Error("an event is sent that the renderer doesn't know")
	}
}

func TestUnreadEventsAreJoined(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	g.define(sliderItem("x", 0))
	g.define(sliderItem("y", 0))
	a, b := g.follower(viewerConfig("a")), g.follower(viewerConfig("b"))
	offered(t, a, 2)
	offered(t, b, 2)
	// Of one control the newest, where the first was.
	for i := range 50 {
		for _, name := range []string{"x", "y"} {
			if err := a.SetControl(name, float64(i)); err != nil {
				t.Fatal(err)
			}
		}
		g.marked(a)
	}
	if err := b.SetControl("x", 500.0); err != nil {
		t.Fatal(err)
	}
	g.marked(b)
	found := g.inputs(session.EventControl)
	if len(found) != 2 || found[0].Name+string(found[0].Data) != "x500" || found[1].Name+string(found[1].Data) != "y49" {
		t.Errorf("of controls came %d: %+v", len(found), found)
	}
	// Drags: the way between begin and end is its newest place; another drag is its own.
	drag := func(v *session.Receiver, phase string, x float64) {
		t.Helper()
		if !v.SendEvent(wire.Event{Event: wire.EventDrag, Name: "rgb", Button: "left", Phase: phase, X: x}) {
			t.Fatal("no room")
		}
		g.marked(v)
	}
	for n := range 2 {
		drag(a, wire.PhaseBegin, float64(100*n))
		for i := range 20 {
			drag(a, wire.PhaseMove, float64(100*n+i))
			drag(b, wire.PhaseMove, float64(i))
		}
		drag(a, wire.PhaseEnd, float64(100*n+20))
	}
	var got []string
	for _, e := range g.inputs(session.EventDrag) {
		got = append(got, fmt.Sprintf("%s%v", e.Input.Phase, e.Input.X))
	}
	if want := "begin0 move19 move19 end20 begin100 move119 end120"; strings.Join(got, " ") != want {
		t.Errorf("of drags came %v, wanted %s", got, want)
	}
	// Clicks, keys and presses each.
	for range 30 {
		a.SendEvent(wire.Event{Event: wire.EventClick, Name: "rgb"})
		a.SendEvent(wire.Event{Event: wire.EventKey, Key: "a"})
	}
	g.marked(a)
	clicks, keys := 0, 0
	for {
		e, ok, err := g.r.Read(0)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		switch e.Kind {
		case session.EventClick:
			clicks++
		case session.EventKey:
			keys++
		}
	}
	if clicks != 30 || keys != 30 {
		t.Errorf("%d clicks and %d keys came, wanted 30 each", clicks, keys)
	}
}

// A drag that waits in a viewer's outbox is joined likewise.
func TestWaitingDragsAreJoined(t *testing.T) {
	v, run := heldViewer(t, wire.FeatureEvents)
	for n := range 2 {
		for i := range 22 {
			phase := wire.PhaseMove
			switch i {
			case 0:
				phase = wire.PhaseBegin
			case 21:
				phase = wire.PhaseEnd
			}
			if !v.SendEvent(wire.Event{Event: wire.EventDrag, Name: "rgb", Phase: phase, X: float64(100*n + i)}) {
				t.Fatal("no room")
			}
		}
	}
	b := run()
	var got []string
	for range 6 {
		m := b.skipTo("event").(*wire.Event)
		got = append(got, fmt.Sprintf("%s%v", m.Phase, m.X))
	}
	if want := "begin0 move20 end21 begin100 move120 end121"; strings.Join(got, " ") != want {
		t.Errorf("it sends %v, wanted %s", got, want)
	}
}

// answers takes a viewer's answers.
func answers(v *session.Receiver) (found []session.LinkEvent) {
	for _, e := range v.Events() {
		if e.Kind == session.LinkAnswer {
			found = append(found, e)
		}
	}
	return found
}

func (g *rig) pick(v *session.Receiver, id uint64) uint64 {
	g.t.Helper()
	if !v.SendEvent(wire.Event{Event: wire.EventPick, ID: id, Name: "rgb", X: 1.5, Y: 2.5}) {
		g.t.Fatal("no room")
	}
	return g.until("the pick", func(e session.Event) bool { return e.Kind == session.EventPick }).Input.ID
}

func TestPicksAreAnsweredToWhoAsked(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	a, b := g.join(viewerConfig("a")), g.join(viewerConfig("b"))
	if !a.SendEvent(wire.Event{Event: wire.EventPick, ID: 1}) {
		t.Fatal("no room")
	}
	g.settle(a)
	if n := g.r.OpenPicks(); n != 0 {
		t.Fatalf("%d picks wait although none are wanted", n)
	}
	g.r.WantPicks(true)
	g.r.WantPicks(true)
	late := g.join(viewerConfig("late"))
	for _, v := range []*session.Receiver{a, b, late} {
		wanted := false
		await(t, "picks to be wanted", func() bool {
			for _, e := range v.Events() {
				wanted = wanted || e.Kind == session.LinkPicks && e.Wanted
			}
			return wanted
		})
	}
	first, second := g.pick(a, 7), g.pick(b, 7)
	if first == second || first == 0 || second == 0 {
		t.Fatalf("the picks are %d and %d", first, second)
	}
	if err := g.r.Answer(second, map[string]any{"gaussian": 1207, "opacity": math.NaN()}); err != nil {
		t.Fatal(err)
	}
	var got []session.LinkEvent
	await(t, "the answer", func() bool { got = append(got, answers(b)...); return len(got) > 0 })
	if len(got) != 1 || got[0].ID != 7 || !reflect.DeepEqual(got[0].Answer, map[string]any{"gaussian": int64(1207), "opacity": "nan"}) {
		t.Errorf("b got %+v", got)
	}
	if err := g.r.Answer(first, nil); err != nil { // nothing is there
		t.Fatal(err)
	}
	got = nil
	await(t, "the answer", func() bool { got = append(got, answers(a)...); return len(got) > 0 })
	if len(got) != 1 || got[0].ID != 7 || got[0].Answer != nil {
		t.Errorf("a got %+v", got)
	}
	for _, id := range []uint64{first, second, 0, 12345, math.MaxUint64} { // once, and to nobody else
		if err := g.r.Answer(id, map[string]any{"x": 1}); err != nil {
			t.Errorf("answer %d: %v", id, err)
		}
	}
	gone := g.pick(late, 1)
	late.Close()
	<-late.Done()
	await(t, "the viewer to be gone", func() bool { return g.r.Stats().Viewers == 2 && g.r.OpenPicks() == 0 })
	if err := g.r.Answer(gone, map[string]any{"x": 1}); err != nil {
		t.Error(err)
	}
	again := g.pick(a, 8) // everybody has got what was sent before this one's answer
	if err := g.r.Answer(again, nil); err != nil {
		t.Fatal(err)
	}
	got = nil
	await(t, "the last answer", func() bool { got = append(got, answers(a)...); return len(got) > 0 })
	if len(got) != 1 || got[0].ID != 8 || len(answers(b)) != 0 {
		t.Errorf("more was answered than asked: %+v", got)
	}
}

func TestAnswersThatCantBe(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	g.r.WantPicks(true)
	v := g.join(viewerConfig("v"))
	id := g.pick(v, 1)
	deep := any(1)
	for range 40 {
		deep = []any{deep}
	}
	wantIs(t, g.r.Answer(id, map[string]any{"x": strings.Repeat("x", 64<<10)}), wire.ErrLimit, "limit is 65536")
	wantIs(t, g.r.Answer(id, map[string]any{"x": deep}), wire.ErrLimit, "deep")
	wantIs(t, g.r.Answer(id, map[string]any{"x": "\xff"}), wire.ErrProtocol, "UTF-8")
	wantIs(t, g.r.Answer(id, map[string]any{"x": uint64(1 << 60)}), wire.ErrLimit, "2^53-1")
	if err := g.r.Answer(id, map[string]any{"x": strings.Repeat("x", 60<<10)}); err != nil { // none of these was one
		t.Fatal(err)
	}
	await(t, "the answer", func() bool { return len(answers(v)) == 1 })
}

// A viewer that asks and asks takes no place from another, and answers that it
// doesn't read don't pile up.
func TestAFloodOfPicksHindersNobody(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	g.r.WantPicks(true)
	v := g.join(viewerConfig("v"))
	id := g.pick(v, 1)
	b := g.featured()
	large := map[string]any{"x": strings.Repeat("x", 60<<10)}
	for i := range 500 {
		b.say(&wire.Event{Event: wire.EventPick, ID: uint64(i), Name: "rgb"})
		e := g.until("the pick", func(e session.Event) bool { return e.Kind == session.EventPick })
		if i < 100 {
			continue
		}
		if err := g.r.Answer(e.Input.ID, large); err != nil {
			t.Fatal(err)
		}
	}
	if n := g.r.OpenPicks(); n > 17 {
		t.Errorf("%d picks wait for their answers", n)
	}
	if n := g.r.Waiting(); n > 20 {
		t.Errorf("%d messages wait", n)
	}
	if err := g.r.Answer(id, large); err != nil {
		t.Fatal(err)
	}
	await(t, "the answer", func() bool { return len(answers(v)) == 1 })
}
