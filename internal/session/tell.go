package session

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"remoteviewer/internal/wire"
)

// told is what a viewer knows of the controls.
type told struct {
	defined uint64
	changes uint64
	plots   map[*Control]uint64 // how many values of each
	seen    uint64              // the newest n that came from it
}

// tell sends a viewer what it doesn't know of the controls, in the writing
// goroutine: however fast they change, only what holds now is written.
func (w *watcher) tell() {
	if !w.peer.has(wire.FeatureControls) {
		return
	}
	r := w.r
	r.mu.Lock()
	defer r.mu.Unlock()
	o, t := &r.controls, &w.told
	switch {
	case t.defined != o.defined:
		w.peer.put(w.tellAll(), nil)
	case t.changes != o.changes:
		for _, c := range o.order {
			if c.revision > t.changes {
				if m := w.tellOne(c); m != nil {
					w.peer.put(m, nil)
				}
			}
		}
	}
	t.defined, t.changes = o.defined, o.changes
}

// tellAll is all definitions with their values. The renderer's mutex is held.
func (w *watcher) tellAll() *wire.Controls {
	o := &w.r.controls
	w.told.plots = map[*Control]uint64{}
	m := &wire.Controls{Items: make([]wire.ControlItem, len(o.order)), Seen: w.told.seen}
	for i, c := range o.order {
		item := c.item
		if c.kind == wire.KindPlot {
			item.Value, item.Times, w.told.plots[c] = c.plotted(0, o.now())
		} else {
			item.Value = c.value()
		}
		m.Items[i] = item
	}
	return m
}

// tellOne is a control's value; nil when there is none. The mutex is held.
func (w *watcher) tellOne(c *Control) *wire.Control {
	m := &wire.Control{Name: c.item.Name, Seen: w.told.seen}
	if c.kind != wire.KindPlot {
		m.Value = c.value()
		return m
	}
	var values []any
	if values, m.Times, w.told.plots[c] = c.plotted(w.told.plots[c], w.r.controls.now()); len(values) == 0 {
		return nil
	}
	m.Value = values
	return m
}

func (o *offered) now() float64 { return time.Since(o.start).Seconds() }

// loudly tells of a change at once. The mutex is held.
func (r *Renderer) loudly(c *Control) {
	r.controls.changes++
	c.revision = r.controls.changes
	r.pokeAll()
}

// quietly tells of a change that the program makes again and again, soon.
func (r *Renderer) quietly(c *Control) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.softly(c)
}

// softly is quietly. The mutex is held.
func (r *Renderer) softly(c *Control) {
	r.controls.changes++
	c.revision = r.controls.changes
	if r.controls.telling || len(r.watchers) == 0 {
		return
	}
	r.controls.telling = true
	time.AfterFunc(tellEvery, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.controls.telling = false
		r.pokeAll()
	})
}

// Label replaces a label's text.
func (r *Renderer) Label(c *Control, text string) error {
	if c.Text() == text {
		return nil
	}
	value, err := c.item.Clean(text)
	if err != nil {
		return err
	}
	c.keep(strings.Clone(value.(string)))
	r.quietly(c)
	return nil
}

// SetControl sets a value from the program, in all viewers.
func (r *Renderer) SetControl(name string, value any) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.control(name)
	if c == nil {
		return fmt.Errorf("%w: there is no control %q: define it first", ErrName, name)
	}
	if c.kind == wire.KindButton || c.kind == wire.KindPlot {
		return fmt.Errorf("%w: the %s %q has no value to be set", ErrName, c.kind, name)
	}
	clean, err := c.item.Clean(value)
	if err != nil {
		return err
	}
	c.keep(clean)
	r.touch(c)
	return nil
}

// control finds a control of any kind, nil if there is none.
func (r *Renderer) control(name string) *Control {
	if all := r.controls.byName.Load(); all != nil {
		return (*all)[name]
	}
	return nil
}

// touch says that a value is another one. The mutex is held.
func (r *Renderer) touch(c *Control) {
	c.fresh.Store(true)
	r.controls.touched++
	r.loudly(c)
	r.changed.wake()
}

// control takes a viewer's change, in the reading goroutine. What doesn't fit
// (any more) is answered with the value that holds.
func (w *watcher) control(m *wire.Control) {
	r := w.r
	r.mu.Lock()
	defer r.mu.Unlock()
	w.told.seen = max(w.told.seen, m.N)
	c := r.control(m.Name)
	if c == nil || c.kind == wire.KindPlot {
		return
	}
	if c.kind == wire.KindButton {
		c.press()
		r.controls.touched++
		r.changed.wake()
		r.heard(w, c, true)
		return
	}
	value, err := c.item.Clean(m.Value)
	if err != nil || c.kind == wire.KindLabel {
		r.loudly(c)
		return
	}
	c.keep(value)
	r.touch(c)
	r.heard(w, c, value)
}

// heard makes an event of a viewer's change. The mutex is held.
func (r *Renderer) heard(w *watcher, c *Control, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		return
	}
	r.events.add(Event{
		Kind: EventControl, Name: c.item.Name, Format: "json", Data: data, Viewer: w.peer.Hello.Session,
		press: c.kind == wire.KindButton,
	})
	r.changed.wake()
}
