package model

import (
	"reflect"
	"slices"
	"strings"

	"remoteviewer/internal/wire"
)

// The kinds of a control, as in package wire.
const (
	KindSlider   = wire.KindSlider
	KindCheckbox = wire.KindCheckbox
	KindDropdown = wire.KindDropdown
	KindButton   = wire.KindButton
	KindText     = wire.KindText
	KindColor    = wire.KindColor
	KindVector   = wire.KindVector
	KindPlot     = wire.KindPlot
	KindLabel    = wire.KindLabel
	KindGate     = wire.KindGate
)

// What bounds a control's value, as in package wire.
const (
	TextLimit = wire.TextLimit // bytes of a text
	GateLimit = wire.GateLimit // above the rounds that a loop is told to do
)

// Panel is what a renderer offers to be changed, with the values that it has now.
// It never changes in place.
type Panel struct {
	Number   uint64    // another one after each change
	Controls []Control // in the order defined
	Gate     int       // the index of the loop's gate, -1 without
	Root     *Folder
}

// Control is one control of a Panel.
type Control struct {
	*wire.ControlItem
	Label string // its name without the folders
	First any    // the value it had when this viewer first saw it
}

// Folder holds rows in the order in which each was first named.
type Folder struct {
	Label string
	Path  string // with the folders around it
	Rows  []Row
}

// Row is a folder, or a control of the panel.
type Row struct {
	Folder *Folder // nil for a control
	Index  int
}

// controls takes what the renderer offers, if that has changed. The mutex is held.
func (c *conn) controls() {
	if c.link == nil {
		return
	}
	items, number := c.link.Controls(c.offered)
	if number == c.offered {
		return
	}
	c.offered = number
	if len(items) == 0 {
		c.Panel, c.firsts = nil, nil
		return
	}
	c.Panel = c.panel(items, number)
}

// panel makes what is shown of a list; the folders are those of the panel before
// where the names are.
func (c *conn) panel(items []wire.ControlItem, number uint64) *Panel {
	p := &Panel{Number: number, Controls: make([]Control, len(items)), Gate: -1}
	firsts := make(map[string]first, len(items))
	for i := range items {
		item := &items[i]
		f, known := c.firsts[item.Name]
		if !known || f.kind != item.Kind {
			f = first{kind: item.Kind}
			if item.Kind != KindPlot && item.Kind != KindLabel {
				f.value = item.Value
			}
		}
		firsts[item.Name] = f
		p.Controls[i] = Control{item, "", f.value}
		if item.Kind == KindGate {
			p.Gate = i
		}
	}
	c.firsts = firsts
	if old := c.Panel; old != nil && slices.EqualFunc(old.Controls, p.Controls, sameControl) {
		p.Root = old.Root
		for i := range p.Controls {
			p.Controls[i].Label = old.Controls[i].Label
		}
		return p
	}
	p.Root = p.folders()
	return p
}

// first is the first value of a control, and the kind that it had.
type first struct {
	kind  string
	value any
}

func sameControl(a, b Control) bool { return a.Name == b.Name && a.Kind == b.Kind }

// folders sorts the controls, all but the gate, into the folders of their names.
func (p *Panel) folders() *Folder {
	root := &Folder{}
	all := map[string]*Folder{"": root}
	for i := range p.Controls {
		c := &p.Controls[i]
		in, path := root, ""
		rest := c.Name
		for {
			name, after, more := strings.Cut(rest, "/")
			if !more {
				break
			}
			rest = after
			path += name + "/"
			f := all[path]
			if f == nil {
				f = &Folder{Label: Printable(name), Path: path}
				all[path] = f
				in.Rows = append(in.Rows, Row{Folder: f})
			}
			in = f
		}
		c.Label = Printable(rest)
		if c.Kind != KindGate {
			in.Rows = append(in.Rows, Row{Index: i})
		}
	}
	return root
}

// Changed says whether a control has another value than at first.
func (c *Control) Changed() bool { return c.First != nil && !reflect.DeepEqual(c.First, c.Value) }

// Float is a slider's value, or a gate's or dropdown's as a number.
func (c *Control) Float() float64 {
	switch v := c.Value.(type) {
	case float64:
		return v
	case int:
		return float64(v)
	}
	return 0
}

// On is a checkbox's value.
func (c *Control) On() bool {
	on, _ := c.Value.(bool)
	return on
}

// Text is a text's or label's value.
func (c *Control) Text() string {
	text, _ := c.Value.(string)
	return text
}

// Floats are a colour's, vector's or plot's values. They are not changed.
func (c *Control) Floats() []float64 {
	all, _ := c.Value.([]float64)
	return all
}

// SetControl changes a control of a renderer for the user; what is wrong with the
// value is shown at the connection.
func (m *Model) SetControl(id int, name string, value any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.find(id)
	if c == nil || c.link == nil {
		return
	}
	c.Trouble = ""
	if err := c.link.SetControl(name, value); err != nil {
		c.Trouble = err.Error()
		m.Log.Warn(c.Trouble)
	}
	c.controls()
}
