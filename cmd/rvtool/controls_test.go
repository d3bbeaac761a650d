package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

func define(t *testing.T, r *session.Renderer, item wire.ControlItem) *session.Control {
	t.Helper()
	c, err := r.Define(item)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// panelOf gives a renderer a slider, a dropdown, a button, a text, a plot and a label.
func panelOf(t *testing.T, r *session.Renderer) (exposure, press *session.Control) {
	t.Helper()
	exposure = define(t, r, wire.ControlItem{Name: "exposure", Kind: wire.KindSlider, Max: 8, Value: 1.0, Help: "stops"})
	define(t, r, wire.ControlItem{Name: "mode", Kind: wire.KindDropdown, Choices: []string{"rgb", "depth"}, Value: 0})
	press = define(t, r, wire.ControlItem{Name: "reset", Kind: wire.KindButton})
	define(t, r, wire.ControlItem{Name: "view/prompt", Kind: wire.KindText, Value: "<b>\x1b"})
	define(t, r, wire.ControlItem{Name: "loss", Kind: wire.KindPlot})
	define(t, r, wire.ControlItem{Name: "state", Kind: wire.KindLabel, Value: "starting"})
	return exposure, press
}

// controlLines reads the lines about controls of --json.
func controlLines(t *testing.T, out string) (lines [][]map[string]any) {
	t.Helper()
	for _, line := range strings.Split(out, "\n") {
		var l struct {
			Controls []map[string]any `json:"controls"`
		}
		if !strings.HasPrefix(line, `{"controls"`) || !strings.HasSuffix(line, "}") {
			continue
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		lines = append(lines, l.Controls)
	}
	return lines
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestControlsArePrinted(t *testing.T) {
	r, address, _ := renderer(t, "")
	exposure, _ := panelOf(t, r)
	loss, _ := r.Control("loss", wire.KindPlot)
	recv := start(t, "recv", "--json", address)
	recv.out.await(t, `"controls"`)
	first := controlLines(t, recv.out.String())[0]
	var got []string
	for _, c := range first {
		got = append(got, fmt.Sprintf("%v %v %v", c["kind"], c["name"], c["value"]))
	}
	want := "slider exposure 1; dropdown mode 0; button reset <nil>; text view/prompt <b>\x1b; plot loss <nil>; label state starting"
	if s := strings.Join(got, "; "); s != want {
		t.Errorf("it prints %s, wanted %s", s, want)
	}
	if c := first[0]; c["min"] != 0.0 || c["max"] != 8.0 || c["help"] != "stops" || fmt.Sprint(first[1]["choices"]) != "[rgb depth]" {
		t.Errorf("the definitions are %v", first)
	}
	// Each value of a plot is printed once, and not more than 20 lines a second.
	begin, before := time.Now(), len(controlLines(t, recv.out.String()))
	for i := range 60 {
		r.Plot(loss, float64(i))
		if err := r.SetControl("exposure", float64(i%8)+0.125); err != nil {
			t.Fatal(err)
		}
		time.Sleep(12 * time.Millisecond)
	}
	var values []any
	waitFor(t, "the last value", func() bool {
		values = nil
		for _, line := range controlLines(t, recv.out.String()) {
			more, _ := line[4]["values"].([]any)
			values = append(values, more...)
		}
		return len(values) > 0 && values[len(values)-1] == 59.0
	})
	if n, most := len(controlLines(t, recv.out.String()))-before, int(time.Since(begin)/controlsEvery)+2; n > most {
		t.Errorf("%d lines, wanted at most %d", n, most)
	}
	for i, x := range values {
		if i > 0 && x.(float64) <= values[i-1].(float64) {
			t.Fatalf("the plot's values are %v", values)
		}
	}
	waitFor(t, "the slider's last value", func() bool {
		lines := controlLines(t, recv.out.String())
		return lines[len(lines)-1][0]["value"] == exposure.Number()
	})
	r.RemoveControls("")
	recv.out.await(t, `{"controls":[]}`)
	if said := strings.ReplaceAll(recv.out.String(), "\n", ""); session.Printable(said) != said {
		t.Errorf("it prints %q", said)
	}
}

func TestControlsArePrintedInWords(t *testing.T) {
	r, address, _ := renderer(t, "")
	panelOf(t, r)
	recv := start(t, "recv", address)
	recv.out.await(t, `controls: slider "exposure" 1; dropdown "mode" 0 ("rgb"); button "reset"; text "view/prompt" "<b>\u001b"; plot "loss"; label "state" "starting"`+"\n")
	if err := r.SetControl("mode", 1); err != nil {
		t.Fatal(err)
	}
	recv.out.await(t, `controls: dropdown "mode" 1 ("depth")`+"\n")
	r.RemoveControls("view")
	recv.out.await(t, `controls: text "view/prompt" is gone`+"\n")
}

func TestControlsAreSetAndPressed(t *testing.T) {
	r, address, _ := renderer(t, "")
	exposure, press := panelOf(t, r)
	recv := start(t, "recv", "--json", "--count", "1", "--set", "exposure=2.5", "--set", `later="set"`, "--set", "mode=1", "--press", "reset", "--press", "reset", "--camera", "orbit", address)
	waitFor(t, "the slider", func() bool { return exposure.Number() == 2.5 })
	presses := 0
	waitFor(t, "both presses", func() bool { presses += press.Presses(); return presses >= 2 })
	later := define(t, r, wire.ControlItem{Name: "later", Kind: wire.KindText, Value: ""})
	waitFor(t, "what came later", func() bool { return later.Text() == "set" })
	if err := r.SetControl("exposure", 4.0); err != nil { // it is not set again
		t.Fatal(err)
	}
	define(t, r, wire.ControlItem{Name: "one more", Kind: wire.KindButton})
	recv.out.await(t, "one more")
	waitFor(t, "a camera", func() bool { _, ok, err := r.Wants(1, 0); return ok && err == nil })
	if err := r.Send(given(4, "a"), session.SendOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := recv.Wait(); err != nil {
		t.Fatal(err, recv.err.String())
	}
	if presses += press.Presses(); presses != 2 || exposure.Number() != 4 {
		t.Errorf("%d presses, and the slider is %v", presses, exposure.Number())
	}
	if !strings.Contains(recv.out.String(), `"seq":1`) {
		t.Errorf("no list is printed: %s", recv.out.String())
	}
}

func TestWishesThatCantBe(t *testing.T) {
	for _, c := range []struct{ flag, value, word string }{
		{"--set", "exposure", "wanted NAME=JSON"},
		{"--set", "=1", "wanted NAME=JSON"},
		{"--set", "exposure=", "wanted NAME=JSON"},
		{"--set", "prompt=a cat", "wanted NAME=JSON"},
		{"--press", "", "empty part"},
		{"--press", "a//b", "empty part"},
	} {
		recv := start(t, "recv", c.flag, c.value, "--listen", "127.0.0.1:0")
		if err := recv.Wait(); err == nil || !strings.Contains(recv.err.String(), c.word) {
			t.Errorf("%s %s: %v, %q", c.flag, c.value, err, recv.err.String())
		}
	}
	for _, c := range []struct {
		args []string
		word string
	}{
		{[]string{"--set", "exposure=9"}, "a number from 0 to 8"},
		{[]string{"--set", "exposure=true"}, "a number from 0 to 8"},
		{[]string{"--set", "mode=2"}, "an index from 0 to 1"},
		{[]string{"--set", "reset=true"}, `"reset" is a button; buttons are for --press`},
		{[]string{"--press", "exposure"}, `"exposure" is a slider; buttons are for --press`},
		{[]string{"--set", "loss=1"}, "to be set"},
		{[]string{"--count", "1", "--set", "gain=1"}, `has no control "gain", it offers "exposure", "mode", "reset", "view/prompt", "loss", "state"`},
	} {
		r, address, _ := renderer(t, "")
		panelOf(t, r)
		if err := r.Send(given(4, "a"), session.SendOptions{}); err != nil {
			t.Fatal(err)
		}
		recv := start(t, append(append([]string{"recv"}, c.args...), address)...)
		if err := recv.Wait(); err == nil || !strings.Contains(recv.err.String(), c.word) {
			t.Errorf("%v: %v, %q", c.args, err, recv.err.String())
		}
	}
}

// Without --count it waits for a control that isn't there yet, and says so.
func TestAnUnknownControlIsWaitedFor(t *testing.T) {
	r, address, _ := renderer(t, "")
	if err := r.Send(given(4, "a"), session.SendOptions{}); err != nil {
		t.Fatal(err)
	}
	recv := start(t, "recv", "--set", "gain=3", address)
	recv.err.await(t, `--set gain=3: the renderer has no control "gain", it offers no controls; it is waited for`)
	gain := define(t, r, wire.ControlItem{Name: "gain", Kind: wire.KindSlider, Max: 8, Value: 1.0})
	waitFor(t, "the slider", func() bool { return gain.Number() == 3 })
}
