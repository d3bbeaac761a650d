package session_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

func (g *rig) define(item wire.ControlItem) *session.Control {
	g.t.Helper()
	c, err := g.r.Define(item)
	if err != nil {
		g.t.Fatal(err)
	}
	return c
}

func sliderItem(name string, value float64) wire.ControlItem {
	return wire.ControlItem{Name: name, Kind: wire.KindSlider, Max: 1000, Value: value}
}

// allKinds is one control of each kind, in an order of its own.
func allKinds() []wire.ControlItem {
	return []wire.ControlItem{
		{Name: "view/exposure", Kind: wire.KindSlider, Min: -8, Max: 8, Step: 0.5, Value: 1.5, Help: "stops"},
		{Name: "a label", Kind: wire.KindLabel, Value: "text"},
		{Name: "paused", Kind: wire.KindCheckbox, Value: true},
		{Name: "mode", Kind: wire.KindDropdown, Value: 1, Choices: []string{"z", "y", "x"}},
		{Name: "reset", Kind: wire.KindButton},
		{Name: "prompt", Kind: wire.KindText, Value: "a cat"},
		{Name: "background", Kind: wire.KindColor, Channels: 4, Value: []float64{0.5, 0.25, 1, 0}},
		{Name: "centre", Kind: wire.KindVector, Value: []float64{-1, 0, 8}},
		{Name: "loss", Kind: wire.KindPlot},
		{Name: "gate", Kind: wire.KindGate, Value: -1},
	}
}

// offered waits until a viewer has so many controls.
func offered(t *testing.T, v *session.Receiver, n int) []wire.ControlItem {
	t.Helper()
	var items []wire.ControlItem
	await(t, fmt.Sprintf("%d controls", n), func() bool {
		items, _ = v.Controls(math.MaxUint64)
		return len(items) == n
	})
	return items
}

// valueOf is what a viewer shows of a control; nil when it has none.
func valueOf(v *session.Receiver, name string) any {
	items, _ := v.Controls(math.MaxUint64)
	for _, c := range items {
		if c.Name == name {
			return c.Value
		}
	}
	return nil
}

func shows(t *testing.T, v *session.Receiver, name string, value any) {
	t.Helper()
	await(t, fmt.Sprintf("%s to be %v", name, value), func() bool { return reflect.DeepEqual(valueOf(v, name), value) })
}

func TestViewersGetAllControlsInTheirOrder(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	early := g.join(viewerConfig("early"))
	for _, item := range allKinds() {
		g.define(item)
	}
	g.r.Plot(g.define(wire.ControlItem{Name: "loss", Kind: wire.KindPlot}), 0.25)
	again := g.define(wire.ControlItem{Name: "view/exposure", Kind: wire.KindSlider, Min: 0, Max: 1, Value: 0.5, Help: "other"})
	if again.Number() != 1.5 {
		t.Fatalf("the second call gives %v, wanted what holds", again.Number())
	}
	late := g.join(viewerConfig("late"))
	for _, v := range []*session.Receiver{early, late} {
		await(t, "the plot's value", func() bool { x, _ := valueOf(v, "loss").([]float64); return len(x) == 1 && x[0] == 0.25 })
		items := offered(t, v, len(allKinds()))
		for i, want := range allKinds() {
			got := items[i]
			if want.Kind == wire.KindPlot {
				want.Value, want.Times = got.Value, got.Times
			}
			if err := want.Check(); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("control %d is %+v, wanted %+v", i, got, want)
			}
		}
	}
}

func TestDefinitionsThatCantBe(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	g.define(sliderItem("a", 1))
	_, err := g.r.Control("a", wire.KindButton)
	wantIs(t, err, session.ErrName, `"a" is a slider already`)
	_, err = g.r.Define(wire.ControlItem{Name: "a", Kind: wire.KindButton})
	wantIs(t, err, session.ErrName, "remove that one first")
	if c, err := g.r.Control("b", wire.KindButton); c != nil || err != nil {
		t.Fatalf("%v, %v", c, err)
	}
	for i := 1; i < wire.ControlLimit; i++ {
		g.define(sliderItem(fmt.Sprint(i), 0))
	}
	_, err = g.r.Define(sliderItem("one more", 0))
	wantIs(t, err, wire.ErrLimit, "one more than 256")
	if n := g.r.RemoveControls(""); n != wire.ControlLimit {
		t.Fatalf("removed %d", n)
	}
	// All choices and helps have to fit into one head.
	choices := make([]string, wire.ChoiceLimit)
	for i := range choices {
		choices[i] = fmt.Sprintf("%0128d", i)
	}
	err = nil
	for i := 0; err == nil && i < wire.ControlLimit; i++ {
		_, err = g.r.Define(wire.ControlItem{Name: fmt.Sprint(i), Kind: wire.KindDropdown, Choices: choices, Value: 0})
	}
	wantIs(t, err, wire.ErrLimit, "524288 bytes")
	v := g.join(viewerConfig("v"))
	await(t, "what could be defined", func() bool { items, _ := v.Controls(0); return len(items) > 10 })
	_ = g.r.Close(0)
	_, err = g.r.Define(sliderItem("late", 0))
	wantIs(t, err, session.ErrClosed, "")
}

func TestFoldersAreRemovedWithWhatIsInThem(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	for _, name := range []string{"camera/fov", "camera", "camera2", "camera/lens/f", "x"} {
		g.define(sliderItem(name, 0))
	}
	if n := g.r.RemoveControls("camera"); n != 3 {
		t.Fatalf("removed %d, wanted 3", n)
	}
	if n := g.r.RemoveControls("camera"); n != 0 {
		t.Fatalf("removed %d more", n)
	}
	await(t, "the rest", func() bool {
		items, _ := v.Controls(math.MaxUint64)
		return len(items) == 2 && items[0].Name == "camera2" && items[1].Name == "x"
	})
	g.define(wire.ControlItem{Name: "camera", Kind: wire.KindButton}) // the name is free
}

func TestValuesGoBothWays(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	for _, item := range allKinds() {
		g.define(item)
	}
	a, b := g.join(viewerConfig("a")), g.join(viewerConfig("b"))
	offered(t, a, 10)
	offered(t, b, 10)
	for name, c := range map[string]struct {
		set, want any
		json      string
	}{
		"view/exposure": {2.3, 2.5, "2.5"},
		"paused":        {false, false, "false"},
		"mode":          {2, 2, "2"},
		"prompt":        {"é\n", "é\n", `"é\n"`},
		"background":    {[]float64{0, 1, 0.5, 1}, []float64{0, 1, 0.5, 1}, "[0,1,0.5,1]"},
		"centre":        {[]any{1.0, 2.0, 3.0}, []float64{1, 2, 3}, "[1,2,3]"},
		"gate":          {5, 5, "5"},
	} {
		if err := a.SetControl(name, c.set); err != nil {
			t.Fatal(err)
		}
		if got := valueOf(a, name); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: its own viewer shows %v at once, wanted %v", name, got, c.want)
		}
		shows(t, b, name, c.want)
		e := g.until("its event", func(e session.Event) bool { return e.Kind == session.EventControl && e.Name == name })
		if string(e.Data) != c.json || e.Format != "json" || e.Viewer == "" {
			t.Errorf("%s: the event is %s: %s of %q", name, e.Format, e.Data, e.Viewer)
		}
	}
	exposure, _ := g.r.Control("view/exposure", wire.KindSlider)
	if !exposure.Changed() || exposure.Changed() || exposure.Number() != 2.5 {
		t.Error("a change is told not once")
	}
	if err := g.r.SetControl("view/exposure", -7.6); err != nil {
		t.Fatal(err)
	}
	if !exposure.Changed() {
		t.Error("SetControl is no change")
	}
	shows(t, a, "view/exposure", -7.5)
	shows(t, b, "view/exposure", -7.5)
	wantIs(t, g.r.SetControl("none", 1.0), session.ErrName, "define it first")
	wantIs(t, g.r.SetControl("reset", true), session.ErrName, "no value")
	wantIs(t, g.r.SetControl("loss", 1.0), session.ErrName, "no value")
	wantIs(t, g.r.SetControl("mode", 3), wire.ErrControl, "from 0 to 2")
	for name, value := range map[string]any{"none": 1.0, "loss": 1.0, "a label": "x", "mode": 7, "paused": "yes"} {
		wantIs(t, a.SetControl(name, value), wire.ErrControl, "")
	}
}

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

func TestButtonsCountEachPress(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	c := g.define(wire.ControlItem{Name: "b", Kind: wire.KindButton})
	viewers := []*session.Receiver{g.join(viewerConfig("a")), g.join(viewerConfig("b"))}
	const each = 300
	counted := 0
	for _, v := range viewers {
		offered(t, v, 1)
		for range each {
			if err := v.SetControl("b", true); err != nil {
				t.Fatal(err)
			}
			counted += c.Presses()
		}
	}
	await(t, "every press", func() bool { counted += c.Presses(); return counted >= 2*each })
	for _, v := range viewers {
		g.settle(v)
	}
	if counted += c.Presses(); counted != 2*each {
		t.Fatalf("%d presses are counted, %d were made", counted, 2*each)
	}
}

func TestALookupTakesNoMemory(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	for i := range 100 {
		g.define(sliderItem(fmt.Sprint("control ", i), 1))
	}
	g.define(wire.ControlItem{Name: "press", Kind: wire.KindButton})
	g.define(wire.ControlItem{Name: "v", Kind: wire.KindVector, Value: []float64{1, 2, 3}})
	var sum float64
	var v [3]float64
	for name, look := range map[string]func(){
		"number": func() {
			c, _ := g.r.Control("control 50", wire.KindSlider)
			sum += c.Number()
			_ = c.Changed()
		},
		"presses": func() { c, _ := g.r.Control("press", wire.KindButton); sum += float64(c.Presses()) },
		"vector":  func() { c, _ := g.r.Control("v", wire.KindVector); c.Vector(v[:]) },
		"gate":    func() { _, _ = g.r.Gate(0) },
	} {
		if n := testing.AllocsPerRun(1000, look); n != 0 {
			t.Errorf("%s: %v allocations a lookup", name, n)
		}
	}
}
