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

func TestHostileViewers(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	slider, button := g.define(sliderItem("x", 1)), g.define(wire.ControlItem{Name: "b", Kind: wire.KindButton})
	g.define(wire.ControlItem{Name: "c", Kind: wire.KindColor, Channels: 3, Value: []float64{0, 0, 0}})
	g.define(wire.ControlItem{Name: "l", Kind: wire.KindLabel, Value: ""})
	g.define(wire.ControlItem{Name: "p", Kind: wire.KindPlot})
	g.r.WantPicks(true)
	b := g.featured()
	go func() { // it reads, and looks at nothing
		for {
			if _, _, err := b.r.Next(); err != nil {
				return
			}
		}
	}()
	before := heap()
	for i, value := range []string{
		`"1"`, `null`, `true`, `[1]`, `{}`, `-1`, `1001`, `1e308`, `[[[[[[]]]]]]`, `"nan"`, `[0,0]`, `[0,0,2]`, `[null,0,0]`, strings.Repeat("[", 28) + strings.Repeat("]", 28),
		`[` + strings.Repeat("0,", 100_000) + `0]`, `"` + strings.Repeat("x", 500_000) + `"`,
	} {
		for _, name := range []string{"x", "c", "l", "p", "unknown", "", strings.Repeat("n", 10_000)} {
			b.raw(fmt.Sprintf(`{"type":"control","name":%q,"value":%s,"n":%d,"seen":9,"times":[1]}`, name, value, i), nil)
		}
	}
	for range 20_000 {
		b.raw(`{"type":"control","name":"b"}`, nil)
	}
	for i := range 5000 {
		b.raw(fmt.Sprintf(`{"type":"event","event":"pick","id":%d,"name":"a","x":1,"y":1}`, i), nil)
		b.raw(`{"type":"event","event":"click","name":"`+strings.Repeat("n", 128)+`","x":1,"y":1,"modifiers":["shift"],"new":1}`, nil)
		b.raw(`{"type":"event","event":"unheard of","name":"a"}`, nil)
	}
	v := g.join(viewerConfig("v"))
	offered(t, v, 5)
	await(t, "all presses", func() bool { return g.r.KeptEvents() >= 1000 })
	await(t, "events to be dropped", func() bool { return g.r.Stats().EventsDropped > 20_000 })
	if slider.Changed() || slider.Number() != 1 {
		t.Errorf("the slider is %v", slider.Number())
	}
	if n := button.Presses(); n < 1 || n > 20_000 {
		t.Errorf("%d presses", n)
	}
	if n := g.r.KeptEvents(); n > 1024 {
		t.Errorf("%d events are kept", n)
	}
	if n := g.r.OpenPicks(); n > 16 {
		t.Errorf("%d picks wait for answers", n)
	}
	if grown := heap() - before; grown > 8<<20 {
		t.Errorf("%d bytes more are in use", grown)
	}
	if n := g.r.Stats().Viewers; n != 2 {
		t.Errorf("%d viewers are left", n)
	}
	if err := v.SetControl("x", 5.0); err != nil { // and it works on
		t.Fatal(err)
	}
	await(t, "the slider to be set", func() bool { return slider.Number() == 5 })
	g.send(session.SendOptions{}, small())
	g.show(v, 1)
}

func TestPressesThatNobodyTakesAreBounded(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	button := g.define(wire.ControlItem{Name: "b", Kind: wire.KindButton})
	b := g.featured()
	frame, err := b.w.AppendFrame(nil, wire.MsgPack, &wire.Control{Name: "b"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	many := make([]byte, 0, 1000*len(frame))
	for range 1000 {
		many = append(many, frame...)
	}
	for range 40 {
		if _, err := b.conn.Write(many); err != nil {
			t.Fatal(err)
		}
	}
	b.sync()
	if n := button.Presses(); n != 1<<15 {
		t.Errorf("%d of 40000 presses wait, wanted %d", n, 1<<15)
	}
	if n := button.Presses(); n != 0 {
		t.Errorf("then %d", n)
	}
}

func TestEventsThatCantBeEndTheirViewersConnection(t *testing.T) {
	for name, head := range map[string]string{
		"x of an array":  `{"type":"event","event":"click","x":[1]}`,
		"a long name":    `{"type":"event","event":"click","name":"` + strings.Repeat("n", 129) + `"}`,
		"a long button":  `{"type":"event","event":"click","button":"` + strings.Repeat("n", 1000) + `"}`,
		"many modifiers": `{"type":"event","event":"click","modifiers":[` + strings.Repeat(`"",`, 40) + `""]}`,
		"a short ray":    `{"type":"event","event":"click","origin":[1,2]}`,
		"a body":         "",
	} {
		g := newRig(t, session.RendererOptions{})
		b := g.featured()
		if head != "" {
			b.raw(head, nil)
		} else {
			b.raw(`{"type":"event","event":"click"}`, []byte("body"))
		}
		if e := b.farewell(); e.Code != wire.CodeProtocol && e.Code != wire.CodeLimit {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// A renderer's controls that are no good are passed over, too many end it.
func TestHostileRenderers(t *testing.T) {
	b, v := bareRenderer(t)
	b.raw(`{"type":"controls","items":[{},{"name":"a","kind":"knob"},{"name":"b","kind":"slider","min":1,"max":0,"value":0},`+
		`{"name":"c","kind":"button"},{"name":"c","kind":"checkbox","value":true},{"name":"p","kind":"plot","value":[1],"times":[]},`+
		`{"name":"d","kind":"color","channels":0,"value":[]},{"name":"e/","kind":"button"},{"name":"q","kind":"plot","value":[],"times":[]}]}`, nil)
	items := offered(t, v, 2)
	if items[0].Name != "c" || items[0].Kind != wire.KindButton || items[1].Name != "q" {
		t.Fatalf("%+v", items)
	}
	before := heap()
	for i := range 300 {
		b.raw(fmt.Sprintf(`{"type":"control","name":"q","value":[%d,null],"times":[%d,%d]}`, i, 2*i, 2*i+1), nil)
		b.raw(`{"type":"control","name":"q","value":[1],"times":[]}`, nil)
		b.raw(`{"type":"control","name":"q","value":"x"}`, nil)
		b.raw(`{"type":"control","name":"gone","value":1}`, nil)
		b.raw(`{"type":"control","name":"c","value":[[1]]}`, nil)
		b.raw(fmt.Sprintf(`{"type":"answer","id":%d,"value":{"a":%d}}`, i, i), nil)
		b.raw(`{"type":"picks","wanted":true}`, nil)
	}
	values := strings.Repeat("0,", wire.PlotLimit-1) + "0"
	for range 20 {
		b.raw(`{"type":"control","name":"q","value":[`+values+`],"times":[`+values+`]}`, nil)
	}
	b.sync()
	if x := valueOf(v, "q").([]float64); len(x) > wire.PlotLimit {
		t.Errorf("%d values are kept", len(x))
	}
	if events := v.Events(); len(events) > 2 {
		t.Errorf("%d events are kept", len(events))
	}
	if grown := heap() - before; grown > 4<<20 {
		t.Errorf("%d bytes more are in use", grown)
	}
	b.raw(`{"type":"controls","items":[`+strings.Repeat(`{},`, 256)+`{}]}`, nil)
	if e := b.farewell(); e.Code != wire.CodeLimit || !strings.Contains(e.Text, "257 controls") {
		t.Errorf("%+v", e)
	}
}
