package model

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"remoteviewer/internal/wire"
)

// fakeControls are the controls of a fakeLink. A list that was given is never
// changed.
type fakeControls struct {
	items  []wire.ControlItem
	number uint64
	looks  int // how often the list was taken
	set    []string
}

func (f *fakeControls) offer(items ...wire.ControlItem) {
	f.items, f.number = items, f.number+1
}

func (f *fakeControls) Controls(since uint64) ([]wire.ControlItem, uint64) {
	if since == f.number {
		return nil, since
	}
	f.looks++
	return f.items, f.number
}

func (f *fakeControls) SetControl(name string, value any) error {
	i := slices.IndexFunc(f.items, func(c wire.ControlItem) bool { return c.Name == name })
	if i < 0 {
		return fmt.Errorf("no control is called %q", name)
	}
	clean, err := f.items[i].Clean(value)
	if err != nil {
		return err
	}
	f.set = append(f.set, fmt.Sprint(name, "=", value))
	f.offer(slices.Clone(f.items)...)
	f.items[i].Value = clean
	return nil
}

func slider(name string, value float64) wire.ControlItem {
	return wire.ControlItem{Name: name, Kind: KindSlider, Min: 0, Max: 8, Value: value}
}

// tree is a panel in one line: names, and folders in brackets.
func tree(p *Panel, f *Folder) string {
	var out []string
	for _, r := range f.Rows {
		if r.Folder != nil {
			out = append(out, r.Folder.Label+"("+tree(p, r.Folder)+")")
			continue
		}
		out = append(out, p.Controls[r.Index].Label)
	}
	return strings.Join(out, " ")
}

func TestControlsInFolders(t *testing.T) {
	m, a := newModel(), newLink("r", "s")
	m.Attach(0, a)
	turn(m)
	if state(m).Conns[0].Panel != nil {
		t.Error("a panel without controls")
	}
	a.offer(
		wire.ControlItem{Name: "camera/fov", Kind: KindSlider, Min: 1, Max: 90, Value: 60.0},
		wire.ControlItem{Name: "gate", Kind: KindGate, Value: -1},
		wire.ControlItem{Name: "save", Kind: KindButton},
		wire.ControlItem{Name: "camera/lens/blades", Kind: KindSlider, Min: 3, Max: 9, Step: 1, Value: 5.0},
		wire.ControlItem{Name: "a/lens/b", Kind: KindCheckbox, Value: true},
		wire.ControlItem{Name: "camera/near\n", Kind: KindText, Value: ""},
	)
	turn(m)
	p := state(m).Conns[0].Panel
	want(t, "in the order of definition", tree(p, p.Root), `camera(fov lens(blades) near\u000a) save a(lens(b))`)
	if p.Gate != 1 {
		t.Errorf("the gate is number %d", p.Gate)
	}
}

// A round in which nothing has changed neither takes nor makes anything.
func TestControlsAreTakenWhenTheyChange(t *testing.T) {
	m, a := newModel(), newLink("r", "s")
	m.Attach(0, a)
	a.offer(slider("a/x", 1), slider("y", 2))
	turn(m)
	first := state(m).Conns[0].Panel
	turn(m)
	turn(m)
	if again := state(m).Conns[0].Panel; again != first || a.looks != 1 {
		t.Errorf("the same panel: %v; taken %d times", again == first, a.looks)
	}
	var s State
	m.State(&s)
	if n := testing.AllocsPerRun(100, func() { m.Take(); m.State(&s) }); n > 2 { // Take clones the list of connections
		t.Errorf("%.0f allocations in a round with nothing new", n)
	}
	a.offer(slider("a/x", 5), slider("y", 2))
	turn(m)
	next := state(m).Conns[0].Panel
	if next == first || next.Number == first.Number || next.Controls[0].Float() != 5 || first.Controls[0].Float() != 1 {
		t.Errorf("the new panel has %v, the one before %v", next.Controls[0].Value, first.Controls[0].Value)
	}
	if next.Root != first.Root {
		t.Error("folders were made anew for the same names")
	}
	a.offer(slider("y", 2))
	turn(m)
	p := state(m).Conns[0].Panel
	want(t, "one was removed", tree(p, p.Root), "y")
	a.offer()
	turn(m)
	if state(m).Conns[0].Panel != nil {
		t.Error("a panel without controls is left")
	}
}

func TestSetControl(t *testing.T) {
	m, a := newModel(), newLink("r", "s")
	m.Attach(0, a)
	a.offer(slider("x", 1), wire.ControlItem{Name: "go", Kind: KindButton})
	turn(m)
	id := state(m).Conns[0].ID
	m.SetControl(id, "x", 4.5)
	m.SetControl(id, "go", nil)
	want(t, "sent", strings.Join(a.set, " "), "x=4.5 go=<nil>")
	c := state(m).Conns[0].Panel.Controls[0] // at once, before a turn
	if c.Float() != 4.5 || c.First != 1.0 || !c.Changed() {
		t.Errorf("%v, at first %v, changed %v", c.Value, c.First, c.Changed())
	}
	m.SetControl(id, "x", 9.0)
	if w := state(m).Conns[0].Trouble; !strings.Contains(w, "from 0 to 8") {
		t.Errorf("trouble: %q", w)
	}
	m.SetControl(id, "x", 1.0)
	c = state(m).Conns[0].Panel.Controls[0]
	if w := state(m).Conns[0].Trouble; w != "" || c.Changed() {
		t.Errorf("trouble %q after a good value; changed %v", w, c.Changed())
	}
	m.SetControl(id, "gone", 1.0)
	if state(m).Conns[0].Trouble == "" {
		t.Error("no trouble with a control that is not there")
	}
	m.SetControl(77, "x", 1.0) // the connection went meanwhile
}

func TestControlsOfALostConnection(t *testing.T) {
	m, a := newModel(), newLink("r", "s")
	m.Attach(0, a)
	a.offer(slider("x", 3))
	a.show("rgb")
	turn(m)
	a.end(errors.New("cable"))
	turn(m)
	c := state(m).Conns[0]
	if c.Phase != Lost || c.Panel == nil || c.Panel.Controls[0].Float() != 3 {
		t.Errorf("phase %d, panel %+v", c.Phase, c.Panel)
	}
	m.SetControl(c.ID, "x", 4.0)
	if len(a.set) != 0 {
		t.Errorf("a renderer that is gone was told %v", a.set)
	}
}

// Values to go back to are those of a session, also over a break.
func TestFirstValues(t *testing.T) {
	m := newModel()
	id := m.Dialing("gpu:1", func() {})
	a := newLink("r", "s1")
	m.Attach(id, a)
	a.offer(slider("x", 1))
	turn(m)
	m.SetControl(id, "x", 2.0)
	a.end(errors.New("cable"))
	turn(m)
	again := newLink("r", "s1")
	m.Attach(id, again)
	if state(m).Conns[0].Panel != nil {
		t.Error("the panel of the connection before")
	}
	again.offer(slider("x", 2))
	turn(m)
	if c := state(m).Conns[0].Panel.Controls[0]; c.First != 1.0 {
		t.Errorf("the same session, back: first %v", c.First)
	}
	again.offer(wire.ControlItem{Name: "x", Kind: KindText, Value: "lamp"})
	turn(m)
	if c := state(m).Conns[0].Panel.Controls[0]; c.First != "lamp" {
		t.Errorf("of another kind now: first %v", c.First)
	}
	again.end(errors.New("cable"))
	turn(m)
	other := newLink("r", "s2")
	m.Attach(id, other)
	other.offer(slider("x", 7))
	turn(m)
	if c := state(m).Conns[0].Panel.Controls[0]; c.First != 7.0 {
		t.Errorf("another session: first %v", c.First)
	}
}
