package session_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

// laggard is a connection on which everything comes in pieces, and late.
type laggard struct{ net.Conn }

func (l laggard) Read(b []byte) (int, error) {
	time.Sleep(time.Duration(rand.IntN(4)) * time.Millisecond)
	return l.Conn.Read(b[:min(len(b), 1+rand.IntN(400))])
}

// slow connects a viewer over a bad line.
func (g *rig) slow(cfg session.Config) *session.Receiver {
	g.t.Helper()
	a, b := sockets(g.t)
	before := g.r.Stats().Joined
	g.r.Go(func(ctx context.Context) {
		peer, err := session.Server(ctx, transport.NewConn(laggard{b}), g.r.Config())
		if err == nil {
			_ = g.r.Serve(ctx, peer)
		}
	})
	peer, err := session.Client(g.ctx, transport.NewConn(laggard{a}), cfg)
	if err != nil {
		g.t.Fatal(err)
	}
	v := session.NewReceiver(peer, &g.pool, nil)
	done := make(chan struct{})
	go func() { defer close(done); _ = v.Run(g.ctx) }()
	g.t.Cleanup(func() { v.Close(); <-done })
	await(g.t, "the viewer to be taken in", func() bool { return g.r.Stats().Joined > before })
	return v
}

// Three drag the same controls at once, over lines of different delay, while the
// program changes and redefines some: at the end all show what the renderer has.
func TestAllEndWithTheSameValue(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	names := []string{"a", "b", "c"}
	for _, name := range names {
		g.define(sliderItem(name, 0))
	}
	viewers := []*session.Receiver{g.slow(viewerConfig("1")), g.slow(viewerConfig("2")), g.slow(viewerConfig("3"))}
	for _, v := range viewers {
		offered(t, v, len(names))
	}
	var wg sync.WaitGroup
	for i, v := range viewers {
		wg.Go(func() {
			for n := range 150 {
				name := names[rand.IntN(len(names))]
				value := float64(n + 200*i)
				if err := v.SetControl(name, value); err != nil {
					continue // it has gone for a moment
				}
				if rand.IntN(3) == 0 {
					time.Sleep(time.Duration(rand.IntN(5)) * time.Millisecond)
				}
			}
		})
	}
	wg.Go(func() {
		for n := range 40 {
			_ = g.r.SetControl("b", float64(900+n))
			time.Sleep(time.Duration(rand.IntN(8)) * time.Millisecond)
			if n%10 == 5 {
				g.r.RemoveControls("c")
				_, _ = g.r.Define(sliderItem("c", 1))
			}
		}
	})
	wg.Wait()
	for _, v := range viewers {
		g.settle(v)
	}
	for _, name := range names {
		c, err := g.r.Control(name, wire.KindSlider)
		if err != nil || c == nil {
			t.Fatal(err)
		}
		for _, v := range viewers {
			shows(t, v, name, c.Number())
		}
	}
	time.Sleep(100 * time.Millisecond) // nothing else is on its way
	for _, name := range names {
		c, _ := g.r.Control(name, wire.KindSlider)
		for i, v := range viewers {
			if got := valueOf(v, name); got != c.Number() {
				t.Errorf("viewer %d shows %v of %s, the renderer has %v", i, got, name, c.Number())
			}
		}
	}
}

// control reads up to the next change of a control by the viewer.
func (b *bare) control() *wire.Control {
	b.t.Helper()
	for {
		if m, ok := b.hear().(*wire.Control); ok {
			return m
		}
	}
}

func TestAnOlderEchoDoesntUndoAChange(t *testing.T) {
	b, v := bareRenderer(t)
	item := sliderItem
	b.say(&wire.Controls{Items: []wire.ControlItem{item("x", 1), item("y", 1)}})
	offered(t, v, 2)
	check := func(what string, x, y float64) {
		t.Helper()
		b.sync()
		if gx, gy := valueOf(v, "x"), valueOf(v, "y"); gx != x || gy != y {
			t.Errorf("%s: it shows %v and %v, wanted %v and %v", what, gx, gy, x, y)
		}
	}
	for _, x := range []float64{2, 3} {
		if err := v.SetControl("x", x); err != nil {
			t.Fatal(err)
		}
	}
	for n := uint64(0); n < 2; {
		m := b.control()
		if m.Name != "x" || m.N <= n || m.Seen != 0 {
			t.Fatalf("%+v", m)
		}
		n = m.N
	}
	b.say(&wire.Control{Name: "x", Value: 7.0, Seen: 1})
	b.say(&wire.Control{Name: "y", Value: 8.0, Seen: 0})
	check("values from before", 3, 8)
	b.say(&wire.Controls{Items: []wire.ControlItem{item("y", 9), item("x", 9)}, Seen: 1})
	check("definitions from before", 3, 9)
	b.say(&wire.Control{Name: "x", Value: 4.0, Seen: 2})
	check("an answer", 4, 9)
	if err := v.SetControl("x", 5.0); err != nil {
		t.Fatal(err)
	}
	b.say(&wire.Controls{Items: []wire.ControlItem{{Name: "x", Kind: wire.KindCheckbox, Value: true}}, Seen: 2})
	b.sync()
	if got := valueOf(v, "x"); got != true {
		t.Errorf("redefined as a checkbox it shows %v", got)
	}
	b.say(&wire.Control{Name: "x", Value: false, Seen: 2})
	b.sync()
	if got := valueOf(v, "x"); got != false {
		t.Errorf("what was changed was another control, and it shows %v", got)
	}
}

// What waits to be written keeps the order of the changes: else an echo could say
// that a change was seen which comes behind it.
func TestChangesWaitInTheirOrder(t *testing.T) {
	v, run := heldViewer(t, wire.FeatureControls)
	v.Offer([]wire.ControlItem{sliderItem("x", 0), sliderItem("y", 0), {Name: "press", Kind: wire.KindButton}})
	for _, c := range []struct {
		name  string
		value any
	}{{"x", 1.0}, {"press", nil}, {"y", 2.0}, {"press", nil}, {"x", 3.0}, {"x", 4.0}} {
		if err := v.SetControl(c.name, c.value); err != nil {
			t.Fatal(err)
		}
	}
	b := run()
	var got []string
	for range 4 {
		m := b.control()
		got = append(got, fmt.Sprintf("%s=%v/%d", m.Name, m.Value, m.N))
	}
	if want := "press=<nil>/2 y=2/3 press=<nil>/4 x=4/6"; strings.Join(got, " ") != want {
		t.Errorf("it sends %v, wanted %s", got, want)
	}
}

// heldViewer is a viewer whose connection doesn't work until run is called, which
// gives the renderer's end.
func heldViewer(t *testing.T, features ...string) (v *session.Receiver, run func() *bare) {
	t.Helper()
	a, c := sockets(t)
	joined := make(chan *session.Peer, 1)
	go func() {
		peer, err := session.Server(context.Background(), transport.NewConn(c), viewerConfig("v"))
		if err != nil {
			t.Error(err)
		}
		joined <- peer
	}()
	b := newBare(t, a)
	hello := helloAs("renderer")
	hello.Features = features
	b.say(hello)
	b.hear()
	b.r.Open()
	v = session.NewReceiver(<-joined, &session.Pool{}, nil)
	return v, func() *bare {
		done := make(chan struct{})
		go func() { defer close(done); _ = v.Run(context.Background()) }()
		t.Cleanup(func() { v.Close(); _ = a.Close(); <-done })
		return b
	}
}
