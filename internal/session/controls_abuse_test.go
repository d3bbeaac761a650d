package session_test

import (
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// featured is a bare viewer that shows controls.
func (g *rig) featured() *bare {
	g.t.Helper()
	hello := helloAs("viewer")
	hello.Features = []string{wire.FeatureControls, wire.FeatureEvents}
	return g.bareAs(hello)
}

// heap is how much memory is in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestAHastyProgramDoesntFloodItsViewers(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	label := g.define(wire.ControlItem{Name: "label", Kind: wire.KindLabel, Value: ""})
	plot := g.define(wire.ControlItem{Name: "plot", Kind: wire.KindPlot})
	g.define(sliderItem("slider", 0))
	b := g.featured()
	if m, ok := b.skipTo("controls").(*wire.Controls); !ok || len(m.Items) != 3 {
		t.Fatalf("%+v", m)
	}
	g.r.Plot(plot, 0)
	start, before, bytes := time.Now(), heap(), g.r.Stats().Bytes
	calls := 0
	for ; time.Since(start) < 500*time.Millisecond || calls < 30_000; calls++ {
		g.r.Plot(plot, float64(calls))
		if err := g.r.Label(label, fmt.Sprint("step ", calls)); err != nil {
			t.Fatal(err)
		}
		if err := g.r.SetControl("slider", float64(calls%1000)); err != nil {
			t.Fatal(err)
		}
	}
	took := time.Since(start)
	if grown := heap() - before; grown > 4<<20 {
		t.Errorf("%d calls left %d bytes behind", calls, grown)
	}
	// The newest comes, though nobody calls any more.
	messages, values, last := 0, 0, map[string]any{}
	for last["label"] != fmt.Sprint("step ", calls-1) || last["slider"] != float64((calls-1)%1000) || last["plot"] != float64(calls-1) {
		m := b.skipTo("control").(*wire.Control)
		messages++
		value := m.Value
		if many, ok := value.([]any); ok {
			values += len(many)
			value = many[len(many)-1]
		}
		if x, ok := wire.Number(value); ok {
			value = x
		}
		last[m.Name] = value
	}
	rounds := int(took/(50*time.Millisecond)) + 3 // and what came at once
	if messages > 3*rounds {
		t.Errorf("%d messages for %d calls in %v, wanted at most %d", messages, calls, took, 3*rounds)
	}
	if most := int(took/(10*time.Millisecond)) + 2; values > most {
		t.Errorf("%d values of the plot in %v, wanted at most %d", values, took, most)
	}
	if sent := g.r.Stats().Bytes - bytes; sent > uint64(rounds)*3*200+uint64(values)*60 {
		t.Errorf("%d bytes for %d calls in %v", sent, calls, took)
	}
}

// skipTo reads up to the next message of a type.
func (b *bare) skipTo(kind string) wire.Message {
	b.t.Helper()
	for {
		m := b.hear()
		if strings.EqualFold(reflect.TypeOf(m).Elem().Name(), kind) {
			return m
		}
	}
}

func TestAPlotKeepsItsNewestAndItsGaps(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	plot := g.define(wire.ControlItem{Name: "p", Kind: wire.KindPlot})
	const n = wire.PlotLimit + 500
	plot.Fill(n, math.NaN(), 7)
	v := g.join(viewerConfig("v"))
	items := offered(t, v, 1)
	check := func(last float64) bool {
		items, _ = v.Controls(math.MaxUint64)
		x, _ := items[0].Value.([]float64)
		return len(x) > 0 && x[len(x)-1] == last
	}
	await(t, "the plot", func() bool { return check(7) })
	x := items[0].Value.([]float64)
	if len(x) > wire.PlotLimit || len(x) < wire.PlotLimit/2 || len(items[0].Times) != len(x) || !math.IsNaN(x[len(x)-2]) {
		t.Fatalf("%d values, %d times", len(x), len(items[0].Times))
	}
	for i, at := range items[0].Times {
		if i > 0 && at <= items[0].Times[i-1] {
			t.Fatalf("time %d is %v after %v", i, at, items[0].Times[i-1])
		}
	}
	time.Sleep(12 * time.Millisecond)
	g.r.Plot(plot, math.Inf(1)) // a gap
	time.Sleep(12 * time.Millisecond)
	g.r.Plot(plot, 8)
	await(t, "what is more", func() bool { return check(8) })
	if x = items[0].Value.([]float64); !math.IsNaN(x[len(x)-2]) || len(x) > wire.PlotLimit {
		t.Fatalf("%d values, the end is %v", len(x), x[len(x)-3:])
	}
}

// A value that came too soon after another is told though none follows.
func TestAPlotsLastValueComes(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	plot := g.define(wire.ControlItem{Name: "p", Kind: wire.KindPlot})
	v := g.join(viewerConfig("v"))
	offered(t, v, 1)
	for n := range 8 {
		g.r.Plot(plot, float64(n))
		time.Sleep(43 * time.Millisecond) // viewers are told 50 ms after that
		g.r.Plot(plot, float64(n)+0.25)
		g.r.Plot(plot, float64(n)+0.5)
		await(t, "the last value", func() bool {
			x, _ := valueOf(v, "p").([]float64)
			return len(x) > 0 && x[len(x)-1] == float64(n)+0.5
		})
	}
}

// So many plots, or texts, would be more than a head holds.
func TestLargeControlsReachAnyPeer(t *testing.T) {
	const many = 60
	for name, item := range map[string]wire.ControlItem{
		"plots": {Kind: wire.KindPlot},
		"texts": {Kind: wire.KindText, Value: strings.Repeat("\x01", wire.TextLimit), Help: strings.Repeat("h", wire.HelpLimit)},
	} {
		g := newRig(t, session.RendererOptions{})
		for i := range many {
			item.Name = fmt.Sprint(i)
			if c := g.define(item); item.Kind == wire.KindPlot {
				c.Fill(wire.PlotLimit, 1.0/3, math.Pi)
			}
		}
		complete := func(got map[string]int) bool {
			for i := range many {
				if n := got[fmt.Sprint(i)]; item.Kind == wire.KindPlot && n != wire.PlotLimit || item.Kind == wire.KindText && n != wire.TextLimit {
					return false
				}
			}
			return true
		}
		b := g.featured() // in JSON, the longest
		got := map[string]int{}
		sized := func(name string, value any) {
			switch v := value.(type) {
			case string:
				got[name] = len(v)
			case []any:
				got[name] += len(v)
			}
		}
		for !complete(got) {
			switch m := b.hear().(type) {
			case *wire.Controls:
				for _, c := range m.Items {
					sized(c.Name, c.Value)
				}
			case *wire.Control:
				sized(m.Name, m.Value)
			}
		}
		v := g.join(viewerConfig("v"))
		offered(t, v, many)
		await(t, "all "+name, func() bool {
			items, _ := v.Controls(math.MaxUint64)
			got := map[string]int{}
			for _, c := range items {
				switch x := c.Value.(type) {
				case string:
					got[c.Name] = len(x)
				case []float64:
					got[c.Name] = len(x)
				}
			}
			return complete(got)
		})
	}
}

func TestAPeerWithoutTheFeatureGetsNone(t *testing.T) {
	for name, hello := range map[string]*wire.Hello{"without": helloAs("viewer"), "a small head": helloAs("viewer")} {
		if name == "a small head" {
			hello.Features = []string{wire.FeatureControls}
			hello.Limits.Head = 4096
		}
		g := newRig(t, session.RendererOptions{})
		label := g.define(wire.ControlItem{Name: "l", Kind: wire.KindLabel, Value: ""})
		b := g.bareAs(hello)
		g.r.WantPicks(true)
		g.define(sliderItem("s", 0))
		if err := g.r.SetControl("s", 5.0); err != nil {
			t.Fatal(err)
		}
		if err := g.r.Label(label, "x"); err != nil {
			t.Fatal(err)
		}
		b.say(&wire.Event{Event: wire.EventPick, ID: 7, Name: "a"})
		time.Sleep(100 * time.Millisecond)
		b.say(&wire.Ping{ID: 9, SentNs: 1})
		for pong := false; !pong; {
			switch m := b.hear().(type) {
			case *wire.Controls, *wire.Control, *wire.Picks, *wire.Answer:
				t.Fatalf("%s: %+v", name, m)
			case *wire.Pong:
				pong = m.ID == 9
			}
		}
		if n := g.r.OpenPicks(); n != 0 {
			t.Errorf("%s: %d picks wait for answers, which it doesn't know", name, n)
		}
	}
}

// A change is on its way while its control becomes another one.
func TestAChangeMeetsAnotherControl(t *testing.T) {
	for kind, item := range map[string]wire.ControlItem{
		"checkbox": {Kind: wire.KindCheckbox, Value: true},
		"text":     {Kind: wire.KindText, Value: "a"},
		"plot":     {Kind: wire.KindPlot},
		"label":    {Kind: wire.KindLabel, Value: "a"},
		"vector":   {Kind: wire.KindVector, Value: []float64{1, 2, 3}},
		"slider":   {Kind: wire.KindSlider, Min: 1, Max: 2, Value: 1.5},
		"nothing":  {},
	} {
		g := newRig(t, session.RendererOptions{})
		g.define(sliderItem("x", 1))
		b := g.featured()
		b.skipTo("controls")
		g.r.RemoveControls("x")
		var c *session.Control
		if item.Kind != "" {
			item.Name = "x"
			c = g.define(item)
		}
		b.say(&wire.Control{Name: "x", Value: 300.0, N: 1})
		if kind != "plot" && c != nil { // the viewer is told what holds
			for seen := uint64(0); seen < 1; {
				switch m := b.hear().(type) {
				case *wire.Control:
					seen = m.Seen
				case *wire.Controls:
					seen = m.Seen
				}
			}
		}
		b.sync()
		if c != nil && c.Changed() {
			t.Errorf("%s: it was changed by what was meant for another", kind)
		}
	}
}
