package session_test

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"remoteviewer/internal/session"
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
	_, err = g.r.Define(wire.ControlItem{Name: "between", Kind: wire.KindSlider, Max: 1, Step: 0.25, Value: 0.3})
	wantIs(t, err, wire.ErrControl, "wanted 0.25 or 0.5")
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
		"prompt":        {"é", "é", `"é"`},
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
