package session_test

import (
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// clock is one that a test moves.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time                  { return time.Unix(1_000_000, c.at.Load()) }
func (c *clock) pass(d time.Duration)            { c.at.Add(int64(d)) }
func (g *rig) clocked() (c *clock)               { c = &clock{}; g.r.SetClock(c.now); return c }
func (g *rig) wantsNothing(refresh float64) bool { _, ok := g.wants(1, refresh); return !ok }

func (g *rig) wants(budget, refresh float64) (session.CameraEvent, bool) {
	g.t.Helper()
	cam, ok, err := g.r.Wants(budget, refresh)
	if err != nil {
		g.t.Fatal(err)
	}
	return cam, ok
}

var never = math.Inf(1)

// rendered takes what is wanted, which has to be this camera, and has it shown.
func (g *rig) rendered(v *session.Receiver, cam session.CameraEvent) {
	g.t.Helper()
	shown := g.r.Stats().Shown
	g.send(session.SendOptions{}, small())
	l := g.next(v)
	if l.CameraSeq != cam.Seq || l.CameraViewer != cam.Viewer {
		g.t.Fatalf("the list was rendered with camera %d of %q, wanted %d of %q", l.CameraSeq, l.CameraViewer, cam.Seq, cam.Viewer)
	}
	l.Ack(wire.StateShown)
	l.Release()
	await(g.t, "the ack", func() bool { return g.r.Stats().Shown > shown })
}

// steady is a viewer whose first camera was rendered.
func (g *rig) steady(name string) *session.Receiver {
	g.t.Helper()
	g.wants(1, never) // cameras are wanted from here on
	v := g.follower(viewerConfig(name))
	v.SendCamera(turned(0.1), wire.CauseInput)
	g.drives("a camera", turned(0.1))
	cam, ok := g.wants(1, never)
	if !ok || cam.Camera.C2W != turned(0.1).C2W {
		g.t.Fatalf("a new viewer's camera is not wanted: %+v", cam)
	}
	g.rendered(v, cam)
	return v
}

func TestWantsNothingWhileNobodyWatches(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	c := g.clocked()
	for range 5 {
		if !g.wantsNothing(0) {
			t.Fatal("something is wanted by nobody")
		}
		c.pass(time.Second)
	}
	v := g.steady("v")
	c.pass(time.Second)
	if g.wantsNothing(0) {
		t.Fatal("nothing is wanted although somebody watches")
	}
	g.want(v, session.Want{Mode: wire.WantNone})
	if !g.wantsNothing(0) {
		t.Fatal("something is wanted by who reads nothing")
	}
	g.want(v, session.Want{})
	v.Close()
	<-v.Done()
	await(t, "the viewer to be gone", func() bool { return g.r.Stats().Viewers == 0 })
	if !g.wantsNothing(0) {
		t.Fatal("something is wanted by who has gone")
	}
}

func TestWantsTheSameAgainAfterRefresh(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	c := g.clocked()
	v := g.steady("v")
	if !g.wantsNothing(0.5) {
		t.Fatal("the same is wanted at once")
	}
	c.pass(499 * time.Millisecond)
	if !g.wantsNothing(0.5) {
		t.Fatal("the same is wanted before 0.5 s")
	}
	c.pass(time.Millisecond)
	cam, ok := g.wants(1, 0.5)
	if !ok {
		t.Fatal("the same is not wanted after 0.5 s")
	}
	g.rendered(v, cam)
	if cam, ok = g.wants(1, 0); !ok { // at once
		t.Fatal("the same is not wanted with a refresh of 0")
	}
	g.rendered(v, cam)
	c.pass(1000 * time.Hour)
	if !g.wantsNothing(never) {
		t.Fatal("the same is wanted with an infinite refresh")
	}
}

func TestWantsAtOnceWhatMoved(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	g.clocked()
	g.define(sliderItem("x", 0))
	g.define(wire.ControlItem{Name: "b", Kind: wire.KindButton})
	label := g.define(wire.ControlItem{Name: "l", Kind: wire.KindLabel, Value: ""})
	plot := g.define(wire.ControlItem{Name: "p", Kind: wire.KindPlot})
	v := g.steady("v")
	offered(t, v, 4)
	for _, c := range []struct {
		name string
		move func()
		is   bool
	}{
		{"a camera", func() { v.SendCamera(turned(0.2), wire.CauseInput) }, true},
		{"a size", func() { v.SendCamera(turned(0.2).WithSize(64, 64), wire.CauseSize) }, true},
		{"a viewer's slider", func() { _ = v.SetControl("x", 5.0) }, true},
		{"a press", func() { _ = v.SetControl("b", true) }, true},
		{"the program's slider", func() { _ = g.r.SetControl("x", 6.0) }, true},
		{"a window that was closed", func() { v.Want(session.Want{Closed: []wire.Window{{Name: "other"}}}) }, false},
		{"a window that was opened", func() { v.Want(session.Want{}) }, true},
		{"a click", func() { v.SendEvent(wire.Event{Event: wire.EventClick}) }, false},
		{"the program's own label", func() { _ = g.r.Label(label, "step 7") }, false},
		{"the program's own plot", func() { g.r.Plot(plot, 7) }, false},
	} {
		c.move()
		g.settle(v)
		cam, ok := g.wants(1, never)
		if ok != c.is {
			t.Errorf("%s: wanted is %v", c.name, ok)
		}
		if ok {
			g.rendered(v, cam)
		}
		if !g.wantsNothing(never) {
			t.Errorf("%s: it is wanted twice", c.name)
		}
	}
	late := g.follower(viewerConfig("late"))
	if g.wantsNothing(never) {
		t.Error("a viewer that joins is not served at once")
	}
	late.Close()
}

func TestWantsNothingWhileTwoListsAreOnTheirWay(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.steady("v")
	var held []*session.List
	for range 2 {
		if g.wantsNothing(0) {
			t.Fatal("there is room, and nothing is wanted")
		}
		g.send(session.SendOptions{}, small())
		held = append(held, g.next(v))
	}
	v.SendCamera(turned(0.3), wire.CauseInput)
	g.settle(v)
	if !g.wantsNothing(0) {
		t.Fatal("a third list is wanted")
	}
	held[0].Ack(wire.StateShown)
	await(t, "room", func() bool { return !g.wantsNothing(0) })
}

func TestViewersWithoutCamerasGetTheRenderersView(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	c := g.clocked()
	v := g.join(viewerConfig("v"))
	if !g.wantsNothing(0) {
		t.Fatal("a viewer has no moment for its first camera")
	}
	c.pass(250 * time.Millisecond)
	cam, ok := g.wants(1, never)
	if !ok || cam.Seq != 0 || cam.Viewer != "" || cam.Camera.Width != 1280 || cam.Camera.C2W[11] != -4 {
		t.Fatalf("%+v, %v", cam, ok)
	}
	g.rendered(v, cam)
	if !g.wantsNothing(never) {
		t.Fatal("the same view is wanted again")
	}
	view := turned(0.7).WithSize(320, 200)
	if err := g.r.SetView(view); err != nil {
		t.Fatal(err)
	}
	if cam, ok = g.wants(1, never); !ok || cam.Camera.C2W != view.C2W || cam.Camera.Width != 320 || cam.Seq != 0 {
		t.Fatalf("another view: %+v, %v", cam, ok)
	}
	g.rendered(v, cam)
	v.SendCamera(turned(0.2), wire.CauseJoin)
	g.settle(v)
	if cam, ok = g.wants(1, never); !ok || cam.Seq == 0 || cam.Camera.C2W != turned(0.2).C2W {
		t.Fatalf("its own camera: %+v, %v", cam, ok)
	}
}

func TestBudgetsThatCantBe(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	for _, c := range [][2]float64{{0, 1}, {-1, 1}, {math.NaN(), 1}, {0.5, -0.1}, {0.5, math.NaN()}, {0.5, math.Inf(-1)}} {
		_, _, err := g.r.Wants(c[0], c[1])
		wantIs(t, err, session.ErrPace, "share above 0")
	}
	_ = g.r.Close(0)
	_, _, err := g.r.Wants(1, 1)
	wantIs(t, err, session.ErrClosed, "")
}

// Rendering takes no more than its share, whatever an image takes, and not
// much less of it where somebody always moves.
func TestRenderingKeepsItsBudget(t *testing.T) {
	for _, image := range []time.Duration{time.Millisecond, 30 * time.Millisecond, 400 * time.Millisecond} {
		for _, budget := range []float64{0.05, 0.5, 1} {
			for _, work := range []time.Duration{100 * time.Microsecond, 20 * time.Millisecond} {
				total := 10 * time.Second
				if image < 10*time.Millisecond && budget > 0.1 {
					total = 2 * time.Second // thousands of images
				}
				g := newRig(t, session.RendererOptions{})
				c := g.clocked()
				v := g.steady("v")
				start, spent, images := c.now(), time.Duration(0), 0
				for c.now().Sub(start) < total {
					c.pass(work)
					cam, ok := g.wants(budget, 0)
					if !ok {
						continue
					}
					c.pass(image)
					spent += image
					images++
					if images%50 == 1 {
						g.rendered(v, cam)
					} else {
						g.quick(v)
					}
				}
				share := spent.Seconds() / c.now().Sub(start).Seconds()
				most := budget + (0.25*budget+image.Seconds())/total.Seconds() // a quarter of a second is saved up
				least := 0.7*min(budget, image.Seconds()/(image+work).Seconds()) - image.Seconds()/total.Seconds()
				if share > most && budget < 1 || share < least {
					t.Errorf("images of %v at a budget of %v beside %v: %.4f of the time, wanted %.4f to %.4f", image, budget, work, share, least, most)
				}
				v.Close()
			}
		}
	}
}

// quick has a list shown as fast as can be.
func (g *rig) quick(v *session.Receiver) {
	g.t.Helper()
	shown := g.r.Stats().Shown
	g.send(session.SendOptions{}, small())
	l := g.next(v)
	l.Ack(wire.StateShown)
	l.Release()
	for end := time.Now().Add(10 * time.Second); g.r.Stats().Shown == shown; {
		if time.Now().After(end) {
			g.t.Fatal("no ack")
		}
		time.Sleep(20 * time.Microsecond)
	}
}

// While a gate keeps the loop, rendering costs it nothing: no budget counts, and
// nothing is owed afterwards.
func TestBudgetOfALoopThatIsPaused(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	c := g.clocked()
	if _, err := g.r.Gate(0); err != nil {
		t.Fatal(err)
	}
	v := g.steady("v")
	cam, _ := g.wants(0.01, 0)
	c.pass(400 * time.Millisecond)
	g.rendered(v, cam)
	if _, ok := g.wants(0.01, 0); ok {
		t.Fatal("nothing is owed for an image of 400 ms")
	}
	if err := g.r.SetControl("gate", 0.0); err != nil {
		t.Fatal(err)
	}
	for n := range 20 {
		cam, ok := g.wants(0.01, 0)
		if !ok {
			t.Fatalf("image %d is not wanted", n)
		}
		c.pass(400 * time.Millisecond)
		g.rendered(v, cam)
	}
	if err := g.r.SetControl("gate", -1.0); err != nil {
		t.Fatal(err)
	}
	c.pass(50 * time.Second) // for the first image, and a quarter more
	if _, ok := g.wants(0.01, 0); !ok {
		t.Error("what was rendered while it was paused is owed")
	}
}

func TestClosedWindowsOfAllViewers(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	closed := func(stream string, wanted ...string) {
		t.Helper()
		if got := g.r.Closed(stream); !slices.Equal(got, wanted) {
			t.Errorf("closed in %q are %q, wanted %q", stream, got, wanted)
		}
	}
	closed("")
	a := g.join(viewerConfig("a"))
	closed("")
	g.want(a, session.Want{Closed: []wire.Window{{Name: "b"}, {Name: "a"}, {Stream: "s", Name: "c"}, {Name: "nul\x00"}, {Name: ""}}})
	closed("", "a", "b")
	closed("s", "c")
	closed("t")
	b := g.join(viewerConfig("b"))
	closed("")
	closed("s")
	g.want(b, session.Want{Closed: []wire.Window{{Name: "b"}, {Name: "d"}}})
	closed("", "b")
	g.want(a, session.Want{Mode: wire.WantNone, Closed: []wire.Window{{Name: "x"}}}) // it reads nothing
	closed("", "b", "d")
	b.Close()
	<-b.Done()
	await(t, "the viewer to be gone", func() bool { return g.r.Stats().Viewers == 1 })
	closed("")
}
