package session

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"remoteviewer/internal/wire"
)

const (
	plotEvery = 10 * time.Millisecond // of values closer than that the newest is kept
	tellEvery = 50 * time.Millisecond // how often viewers are told what the program itself changes
	mostTaps  = 1 << 15               // presses of a button that wait for its program
)

// Control is one control of a renderer. Its methods may be called from any
// goroutine and take tens of nanoseconds: a loop asks for values by polling.
type Control struct {
	kind   string
	number atomic.Uint64 // bits of a slider's, checkbox's, dropdown's or gate's value; presses of a button
	fresh  atomic.Bool   // changed since the last look

	mu     sync.Mutex       // of what follows; taken after the renderer's
	item   wire.ControlItem // without its value; not changed
	text   string
	vector [4]float64
	plot   history
	bytes  int // of the definition as JSON

	revision uint64 // of the value, in the session's count; the renderer's mutex
}

// offered is what a session's controls are: a map for lookups, which is never
// changed in place, and the order.
type offered struct {
	byName  atomic.Pointer[map[string]*Control]
	order   []*Control
	defined uint64 // counts changes of the definitions
	changes uint64 // counts changes of values
	due     uint64 // up to which of them viewers are to be told now
	touched uint64 // counts those by viewers and by SetControl
	telling bool   // viewers will be told soon
	toldAt  time.Time
	bytes   int // of all definitions as JSON
	start   time.Time
}

// definedLimit bounds the definitions of a session, so that they fit into a head
// beside their values.
const definedLimit = 512 << 10

// Control finds a control; nil when it isn't defined yet. One of another kind is
// ErrName.
func (r *Renderer) Control(name, kind string) (*Control, error) {
	all := r.controls.byName.Load()
	if all == nil {
		return nil, nil
	}
	c := (*all)[name]
	if c == nil || c.kind == kind {
		return c, nil
	}
	return nil, fmt.Errorf("%w: %q is a %s already, and is asked for as a %s: use another name, or remove that one first", ErrName, strings.Clone(name), c.kind, kind)
}

// Define defines a control, or finds the one that has the name already.
func (r *Renderer) Define(item wire.ControlItem) (*Control, error) {
	item.Name = strings.Clone(item.Name)
	given := item.Value
	if err := item.Check(); err != nil {
		return nil, err
	}
	if err := item.CheckOnStep(given); err != nil {
		return nil, err
	}
	value := item.Value
	item.Value, item.Times = nil, nil
	text, err := json.Marshal(item)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.usable(); err != nil {
		return nil, err
	}
	if c, err := r.Control(item.Name, item.Kind); c != nil || err != nil {
		return c, err
	}
	if len(r.controls.order) >= wire.ControlLimit {
		return nil, fmt.Errorf("%w: the control %q would be one more than %d", wire.ErrLimit, item.Name, wire.ControlLimit)
	}
	if r.controls.bytes+len(text) > definedLimit {
		return nil, fmt.Errorf("%w: the controls' names, choices and helps would have more than %d bytes with %q", wire.ErrLimit, definedLimit, item.Name)
	}
	c := &Control{kind: item.Kind, item: item, bytes: len(text)}
	c.keep(value)
	if r.controls.start.IsZero() {
		r.controls.start = time.Now()
	}
	r.reorder(append(slices.Clip(r.controls.order), c))
	return c, nil
}

// reorder puts new definitions in place. The mutex is held.
func (r *Renderer) reorder(order []*Control) {
	byName := make(map[string]*Control, len(order))
	r.controls.bytes = 0
	for _, c := range order {
		byName[c.item.Name] = c
		r.controls.bytes += c.bytes
	}
	r.controls.order = order // never changed in place: who tells reads it without the mutex
	r.controls.byName.Store(&byName)
	r.controls.defined++
	r.pokeAll()
}

func (r *Renderer) pokeAll() {
	for _, w := range r.watchers {
		w.peer.poke()
	}
}

// RemoveControls takes a control away, or a folder with all that is in it; "" is
// all. It says how many there were.
func (r *Renderer) RemoveControls(name string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	var kept []*Control
	for _, c := range r.controls.order {
		if name != "" && c.item.Name != name && !strings.HasPrefix(c.item.Name, name+"/") {
			kept = append(kept, c)
		}
	}
	n := len(r.controls.order) - len(kept)
	if n > 0 {
		r.reorder(kept)
	}
	r.stir()
	r.changed.wake() // a gate may have gone
	return n
}

// keep stores a value that Clean made.
func (c *Control) keep(value any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch v := value.(type) {
	case float64:
		c.number.Store(math.Float64bits(v))
	case bool:
		n := 0.0
		if v {
			n = 1
		}
		c.number.Store(math.Float64bits(n))
	case int:
		c.number.Store(math.Float64bits(float64(v)))
	case string:
		c.text = v
	case []float64:
		copy(c.vector[:], v)
	}
}

// value is what keep stored, as it goes over the wire.
func (c *Control) value() any {
	switch c.kind {
	case wire.KindSlider:
		return c.Number()
	case wire.KindCheckbox:
		return c.Number() != 0
	case wire.KindDropdown, wire.KindGate:
		return int64(c.Number())
	case wire.KindText, wire.KindLabel:
		return c.Text()
	case wire.KindColor, wire.KindVector:
		v := make([]float64, c.Channels())
		c.Vector(v)
		return v
	}
	return nil
}

// Number is a slider's value, a checkbox's 0 or 1, a dropdown's index.
func (c *Control) Number() float64 { return math.Float64frombits(c.number.Load()) }

// Text is a text's value.
func (c *Control) Text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text
}

// Vector copies a color's or a vector's value.
func (c *Control) Vector(dst []float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	copy(dst, c.vector[:])
}

// Channels is how many numbers a color or a vector has.
func (c *Control) Channels() int {
	if c.kind == wire.KindVector {
		return 3
	}
	return c.item.Channels
}

// Changed says whether a viewer or SetControl changed the value since Changed was
// called last.
func (c *Control) Changed() bool { return c.fresh.Load() && c.fresh.Swap(false) }

// Presses is how many times a button was pressed since it was called last.
func (c *Control) Presses() int {
	if c.number.Load() == 0 {
		return 0
	}
	return int(c.number.Swap(0))
}

// press counts one.
func (c *Control) press() {
	if c.number.Load() < mostTaps {
		c.number.Add(1)
	}
}
