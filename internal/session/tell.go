package session

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"remoteviewer/internal/wire"
)

// told is what a viewer knows of the controls. It belongs to the renderer's mutex.
type told struct {
	defined uint64
	changes uint64
	seen    uint64 // the newest n that came from it

	plots map[*Control]uint64 // how many values of each; the writing goroutine's
}

// Of a peer's largest head, what values of plots and texts may take in a message
// with all definitions is half. What is longer goes by itself.
const (
	leastHead  = 64 << 10 // a peer that takes no such heads gets no controls
	plotBytes  = 50       // of a plot's value and its time, as JSON
	plotPieces = 512      // values of a plot in one message
)

// tell queues for a viewer what it doesn't know of the controls, in the writing
// goroutine: however fast they change, only what holds now is written. It says
// whether that is anything.
func (w *watcher) tell() bool {
	if !w.peer.has(wire.FeatureControls) || w.limits.Head < leastHead {
		return false
	}
	r := w.r
	r.mu.Lock()
	o, t := &r.controls, &w.told
	seen, all := t.seen, t.defined != o.defined
	news, bytes := o.order, o.bytes
	if !all {
		news = o.since(t.changes)
	}
	if all || t.changes < o.due {
		t.defined, t.changes = o.defined, o.changes
	}
	r.mu.Unlock()
	// Values that are read from here on may be newer than what was seen: then they
	// are told once more.
	if all {
		if int64(bytes) > w.limits.Head/2 {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.say(fmt.Sprintf("viewer %s can't take the controls: %d bytes, it takes %d", w.peer.Hello.Name, bytes, w.limits.Head/2), &r.unshown)
			return false
		}
		news = w.tellAll(news, seen)
	}
	for _, c := range news {
		w.tellOne(c, seen)
	}
	return all || len(news) > 0
}

// since is the controls whose values changed after a revision, when it is time to
// tell. The renderer's mutex is held.
func (o *offered) since(changes uint64) (news []*Control) {
	if changes >= o.due {
		return nil
	}
	for _, c := range o.order {
		if c.revision > changes {
			news = append(news, c)
		}
	}
	return news
}

// tellAll queues all definitions with their values, and gives the controls whose
// values have to follow by themselves.
func (w *watcher) tellAll(order []*Control, seen uint64) (rest []*Control) {
	room := w.limits.Head / 2
	w.told.plots = map[*Control]uint64{}
	m := &wire.Controls{Items: make([]wire.ControlItem, len(order)), Seen: seen}
	for i, c := range order {
		item := c.item
		fits := true
		switch c.kind {
		case wire.KindPlot:
			item.Value = []any{}
			if fits = room >= wire.PlotLimit*plotBytes; fits {
				var values []any
				values, item.Times, w.told.plots[c] = w.r.plotted(c, 0)
				item.Value = values
				room -= int64(len(values)) * plotBytes
			}
		case wire.KindText, wire.KindLabel:
			text := c.Text()
			if fits = room >= 6*int64(len(text)); fits { // a control character takes six
				room -= 6 * int64(len(text))
			} else {
				text = ""
			}
			item.Value = text
		default:
			item.Value = c.value()
		}
		m.Items[i] = item
		if !fits {
			rest = append(rest, c)
		}
	}
	w.peer.put(m, nil)
	return rest
}

// tellOne queues a control's value, or what a plot has more.
func (w *watcher) tellOne(c *Control, seen uint64) {
	if c.kind != wire.KindPlot {
		w.peer.put(&wire.Control{Name: c.item.Name, Value: c.value(), Seen: seen}, nil)
		return
	}
	values, times, next := w.r.plotted(c, w.told.plots[c])
	w.told.plots[c] = next
	for len(values) > 0 {
		n := min(len(values), plotPieces)
		w.peer.put(&wire.Control{Name: c.item.Name, Value: values[:n], Times: times[:n], Seen: seen}, nil)
		values, times = values[n:], times[n:]
	}
}

func (o *offered) now() float64 { return time.Since(o.start).Seconds() }

// loudly tells of a change at once. The mutex is held.
func (r *Renderer) loudly(c *Control) {
	r.controls.changes++
	c.revision = r.controls.changes
	r.tellNow()
}

// tellNow lets viewers be told of all that has changed. The mutex is held.
func (r *Renderer) tellNow() {
	r.controls.due = r.controls.changes
	r.pokeAll()
}

// quietly tells of a change that the program makes again and again, soon.
func (r *Renderer) quietly(c *Control) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.softly(c)
}

// softly is quietly: at once after a pause, else when 50 ms are over. The mutex is
// held.
func (r *Renderer) softly(c *Control) {
	o := &r.controls
	o.changes++
	c.revision = o.changes
	if o.telling || len(r.watchers) == 0 {
		return
	}
	now := time.Now()
	if left := tellEvery - now.Sub(o.toldAt); left > 0 {
		o.telling = true
		time.AfterFunc(left, r.tellSoon)
		return
	}
	o.toldAt = now
	r.tellNow()
}

func (r *Renderer) tellSoon() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.controls.telling, r.controls.toldAt = false, time.Now()
	r.tellNow()
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
	r.touched(c)
	r.softly(c)
	return nil
}

// control finds a control of any kind, nil if there is none.
func (r *Renderer) control(name string) *Control {
	if all := r.controls.byName.Load(); all != nil {
		return (*all)[name]
	}
	return nil
}

// touched says that a value is another one, not by the loop itself. The mutex is held.
func (r *Renderer) touched(c *Control) {
	c.fresh.Store(true)
	r.controls.touched++
	r.stir()
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
		r.touched(c)
		r.heard(w, c, true)
		return
	}
	value, err := c.item.Clean(m.Value)
	if err != nil || c.kind == wire.KindLabel {
		r.loudly(c)
		return
	}
	c.keep(value)
	r.touched(c)
	r.loudly(c)
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
