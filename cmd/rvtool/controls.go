package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// controlsEvery is how often a renderer's controls are printed at most.
const controlsEvery = 50 * time.Millisecond

// wish is what --set or --press asks for, done once on a connection.
type wish struct {
	flag  string // as it was given, for errors
	name  string
	press bool
	value any
}

// readWishes reads --set and --press.
func readWishes(sets, presses []string) ([]wish, error) {
	var out []wish
	for _, s := range sets {
		name, text, ok := strings.Cut(s, "=")
		w := wish{flag: "--set " + s, name: name}
		if !ok || name == "" || json.Unmarshal([]byte(text), &w.value) != nil {
			return nil, fmt.Errorf("--set %s: wanted NAME=JSON, such as --set 'exposure=1.5' or --set 'prompt=\"a cat\"'", s)
		}
		out = append(out, w)
	}
	for _, name := range presses {
		if err := wire.CheckControlName(name); err != nil {
			return nil, fmt.Errorf("--press %s: %w", name, err)
		}
		out = append(out, wish{flag: "--press " + name, name: name, press: true, value: true})
	}
	return out, nil
}

// panel is one renderer's controls.
type panel struct {
	r    *receive
	link *session.Receiver

	mu      sync.Mutex
	state   uint64
	items   []wire.ControlItem
	printed []wire.ControlItem
	stale   bool // items are to be printed
	at      time.Time
	wishes  []wish // not done yet
	told    bool   // that some are of nothing offered
}

func (r *receive) panel(link *session.Receiver) *panel {
	return &panel{r: r, link: link, wishes: slices.Clone(r.wishes)}
}

// look takes what has changed, does what was wished, and prints when it is time;
// last says that nothing comes any more.
func (p *panel) look(last bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if items, state := p.link.Controls(p.state); state != p.state {
		p.items, p.state, p.stale = items, state, true
		if err := p.grant(); err != nil {
			return err
		}
	}
	if p.stale && (last || time.Since(p.at) >= controlsEvery) {
		p.print()
		p.printed, p.stale, p.at = p.items, false, time.Now()
	}
	return nil
}

// grant does the wishes that can be done now.
func (p *panel) grant() error {
	var left []wish
	for _, w := range p.wishes {
		i := slices.IndexFunc(p.items, func(c wire.ControlItem) bool { return c.Name == w.name })
		if i < 0 {
			left = append(left, w)
			continue
		}
		if button := p.items[i].Kind == wire.KindButton; button != w.press {
			return fmt.Errorf("%s: %q is a %s; buttons are for --press, all others for --set", w.flag, w.name, p.items[i].Kind)
		}
		if err := p.link.SetControl(w.name, w.value); err != nil {
			return fmt.Errorf("%s: %w", w.flag, err)
		}
	}
	p.wishes = left
	return nil
}

// missing says once, when a list has come, which wishes are of nothing that is
// offered; nil when there are none.
func (p *panel) missing() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.wishes) == 0 {
		return nil
	}
	names := make([]string, len(p.items))
	for i, c := range p.items {
		names[i] = fmt.Sprintf("%q", c.Name)
	}
	offer := "offers no controls"
	if len(names) > 0 {
		offer = "offers " + strings.Join(names, ", ")
	}
	err := fmt.Errorf("%s: the renderer has no control %q, it %s", p.wishes[0].flag, p.wishes[0].name, offer)
	if !p.told {
		p.told = true
		p.r.door.log.Info(err.Error() + "; it is waited for")
	}
	return err
}

// controlLine is what --json prints of a control.
type controlLine struct {
	Name     string    `json:"name"`
	Kind     string    `json:"kind"`
	Value    any       `json:"value"` // of a plot its newest
	Values   []any     `json:"values,omitempty"`
	Times    []float64 `json:"times,omitempty"`
	Min      *float64  `json:"min,omitempty"`
	Max      *float64  `json:"max,omitempty"`
	Step     float64   `json:"step,omitempty"`
	Log      bool      `json:"log,omitempty"`
	Choices  []string  `json:"choices,omitempty"`
	Channels int       `json:"channels,omitempty"`
	Help     string    `json:"help,omitempty"`
}

// print writes a line. The mutex is held.
func (p *panel) print() {
	line := p.words()
	if p.r.json {
		all := make([]controlLine, len(p.items))
		for i := range p.items {
			all[i] = p.line(&p.items[i])
		}
		line = compact(map[string]any{"controls": all})
	}
	if line == "" {
		return
	}
	p.r.mu.Lock()
	defer p.r.mu.Unlock()
	fmt.Fprintln(os.Stdout, session.Printable(line))
}

func (p *panel) line(c *wire.ControlItem) controlLine {
	out := controlLine{
		Name: c.Name, Kind: c.Kind, Value: c.Value, Step: c.Step, Log: c.Log, Choices: c.Choices, Channels: c.Channels, Help: c.Help,
	}
	switch c.Kind {
	case wire.KindSlider:
		out.Min, out.Max = &c.Min, &c.Max
	case wire.KindPlot:
		values, _ := c.Value.([]float64)
		from := 0
		if old := p.before(c); old != nil && len(old.Times) > 0 {
			last := old.Times[len(old.Times)-1]
			if from = slices.IndexFunc(c.Times, func(t float64) bool { return t > last }); from < 0 {
				from = len(values)
			}
		}
		out.Value, out.Values, out.Times = nil, wire.Plain(values[from:]), c.Times[from:]
		if n := len(values); n > 0 {
			out.Value = number(values[n-1])
		}
	}
	return out
}

// before is a control as it was printed last, nil when it is new.
func (p *panel) before(c *wire.ControlItem) *wire.ControlItem {
	for i := range p.printed {
		if old := &p.printed[i]; old.Name == c.Name && old.Kind == c.Kind {
			return old
		}
	}
	return nil
}

// words is a line about what is new: plots go on too often for people.
func (p *panel) words() string {
	var parts []string
	for i := range p.items {
		c := &p.items[i]
		old := p.before(c)
		if old != nil && (c.Kind == wire.KindPlot || reflect.DeepEqual(old.Value, c.Value)) {
			continue
		}
		text := fmt.Sprintf("%s %q", c.Kind, c.Name)
		switch c.Kind {
		case wire.KindButton, wire.KindPlot:
		case wire.KindDropdown:
			n, _ := c.Value.(int)
			text += fmt.Sprintf(" %d (%q)", n, c.Choices[n])
		default:
			text += " " + compact(c.Value)
		}
		parts = append(parts, text)
	}
	for i := range p.printed {
		old := &p.printed[i]
		if !slices.ContainsFunc(p.items, func(c wire.ControlItem) bool { return c.Name == old.Name && c.Kind == old.Kind }) {
			parts = append(parts, fmt.Sprintf("%s %q is gone", old.Kind, old.Name))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "controls: " + strings.Join(parts, "; ")
}

// compact is a value as JSON; nothing that a control holds fails.
func compact(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Sprintf("%q", err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func number(x float64) any {
	if math.IsNaN(x) {
		return nil
	}
	return x
}
