package session_test

import (
	"fmt"
	"strings"
	"testing"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

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
		"without a kind": `{"type":"event","name":"a"}`,
		"a kind of 3":    `{"type":"event","event":3}`,
		"a zero byte":    `{"type":"event","event":"key","key":"a\u0000"}`,
		"no direction":   `{"type":"event","event":"click","direction":[0,0,0]}`,
		"no name":        `{"type":"control","value":1}`,
		"a number":       `{"type":"control","name":3}`,
		"a body":         "",
	} {
		g := newRig(t, session.RendererOptions{})
		b := g.featured()
		if head != "" {
			b.raw(head, nil)
		} else {
			b.raw(`{"type":"event","event":"click"}`, []byte("body"))
		}
		if e := b.farewell(); e.Code != wire.CodeProtocol && e.Code != wire.CodeLimit || strings.Contains(e.Text, "strconv") {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestMessagesThatCantBeEndTheirRenderersConnection(t *testing.T) {
	for _, head := range []string{
		`{"type":"controls"}`, `{"type":"controls","items":[{}]}`, `{"type":"controls","items":[{"name":"a","kind":3}]}`,
		`{"type":"control"}`, `{"type":"control","name":3,"value":1}`, `{"type":"control","name":"a","seen":1.5}`,
		`{"type":"picks"}`, `{"type":"picks","wanted":"true"}`, `{"type":"answer"}`, `{"type":"answer","id":1,"value":[1]}`,
	} {
		b, _ := bareRenderer(t)
		b.raw(head, nil)
		if e := b.farewell(); e.Code != wire.CodeProtocol || !strings.Contains(e.Text, "the message") {
			t.Errorf("%s: %+v", head, e)
		}
	}
}

// A renderer's controls that are no good are passed over, too many end it.
func TestHostileRenderers(t *testing.T) {
	b, v := bareRenderer(t)
	b.raw(`{"type":"controls","items":[{"name":"","kind":"button"},{"name":"a","kind":"knob"},{"name":"b","kind":"slider","min":1,"max":0,"value":0},`+
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
