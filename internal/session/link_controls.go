package session

import (
	"fmt"
	"slices"

	"remoteviewer/internal/wire"
)

// offers is what a receiver knows of its renderer's controls. It belongs to the
// receiver's mutex.
type offers struct {
	items []wire.ControlItem
	state uint64
	shown bool // items were handed out: they don't change in place any more
	n     uint64
	mine  map[string]uint64 // the newest change of ours, per control
}

// Controls is what the renderer offers, as it stands now.
func (r *Receiver) Controls(since uint64) ([]wire.ControlItem, uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := &r.offers
	if o.state == since {
		return nil, since
	}
	o.shown = true
	return o.items, o.state
}

// change makes the items ready for a change. The mutex is held.
func (o *offers) change() {
	if o.shown {
		o.items, o.shown = slices.Clone(o.items), false
	}
	o.state++
}

func (o *offers) find(name string) *wire.ControlItem {
	i := slices.IndexFunc(o.items, func(c wire.ControlItem) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &o.items[i]
}

// redefine takes all definitions. Those that can't be read, or are of a kind that
// isn't known, are passed over.
func (r *Receiver) redefine(m *wire.Controls) {
	items := make([]wire.ControlItem, 0, len(m.Items))
	names := map[string]bool{}
	for i := range m.Items {
		item := &m.Items[i]
		if item.Check() == nil && !names[item.Name] {
			names[item.Name] = true
			items = append(items, *item)
		}
	}
	r.mu.Lock()
	o := &r.offers
	for i := range items {
		// What our user has changed since the renderer last heard of it stands.
		old := o.find(items[i].Name)
		if old == nil || old.Kind != items[i].Kind || o.mine[old.Name] <= m.Seen {
			continue
		}
		if value, err := items[i].Clean(old.Value); err == nil {
			items[i].Value = value
		}
	}
	for name := range o.mine {
		i := slices.IndexFunc(items, func(c wire.ControlItem) bool { return c.Name == name })
		if old := o.find(name); i < 0 || old == nil || old.Kind != items[i].Kind {
			delete(o.mine, name) // it was another one's
		}
	}
	o.items, o.shown = items, false
	o.state++
	r.changed.wake()
	r.mu.Unlock()
	r.notify()
}

// revalue takes one control's value.
func (r *Receiver) revalue(m *wire.Control) {
	r.mu.Lock()
	o := &r.offers
	item := o.find(m.Name)
	if item == nil || o.mine[m.Name] > m.Seen {
		r.mu.Unlock()
		return // it has gone, or our user's newer value is on its way
	}
	var value any
	var more []float64
	var err error
	if item.Kind == wire.KindPlot {
		more, err = item.Extend(m.Value, m.Times)
	} else {
		value, err = item.Clean(m.Value)
	}
	if err != nil {
		r.mu.Unlock()
		return
	}
	o.change()
	item = o.find(m.Name)
	if item.Kind == wire.KindPlot {
		old, _ := item.Value.([]float64)
		item.Value, item.Times = lengthen(old, more), lengthen(item.Times, m.Times)
	} else {
		item.Value = value
	}
	r.changed.wake()
	r.mu.Unlock()
	r.notify()
}

// lengthen appends to a plot, whose older slices stay as they are.
func lengthen(old, more []float64) []float64 {
	if over := len(old) + len(more) - wire.PlotLimit; over > 0 {
		old = slices.Clone(old[min(len(old), over+wire.PlotLimit/8):])
	}
	return append(old, more...)
}

// SetControl changes a value, here at once and at the renderer.
func (r *Receiver) SetControl(name string, value any) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := &r.offers
	item := o.find(name)
	if item == nil || item.Kind == wire.KindPlot || item.Kind == wire.KindLabel {
		return fmt.Errorf("%w: the renderer has no control %q to be set", wire.ErrControl, name)
	}
	clean, err := item.Clean(value)
	if err != nil {
		return err
	}
	if !r.peer.putIfRoom(&wire.Control{Name: name, Value: clean, N: o.n + 1}) {
		return fmt.Errorf("%w: the renderer does not take what was sent before", wire.ErrControl)
	}
	o.n++
	if item.Kind == wire.KindButton {
		return nil
	}
	if o.mine == nil {
		o.mine = map[string]uint64{}
	}
	o.mine[name] = o.n
	o.change()
	o.find(name).Value = clean
	return nil
}

// SendEvent tells what the user did in an image.
func (r *Receiver) SendEvent(e wire.Event) bool {
	return r.peer.has(wire.FeatureEvents) && r.peer.putIfRoom(&e)
}
