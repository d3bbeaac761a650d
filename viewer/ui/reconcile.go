package ui

import (
	"github.com/go-gl/glfw/v3.3/glfw"

	"remoteviewer/viewer/model"
)

// reconcile makes the windows those that the model says are open.
func (a *app) reconcile() {
	for _, w := range append([]*imageWindow(nil), a.order...) {
		if s := a.state.Window(w.id); s == nil || !s.Open {
			a.closeImage(w)
		}
	}
	var fresh []*imageWindow
	for i := range a.state.Windows {
		s := &a.state.Windows[i]
		if !s.Open || s.Size.W == 0 || a.images[s.Key] != nil {
			continue
		}
		w, err := a.openImage(s)
		if err != nil {
			a.model.Trouble(err)
			a.model.SetOpen(s.Key, false)
			continue
		}
		fresh = append(fresh, w)
	}
	if len(fresh) > 0 {
		a.arrange()
		for _, w := range fresh {
			w.win.Show()
		}
	}
	for i := range a.state.Windows {
		if w := a.images[a.state.Windows[i].Key]; w != nil {
			w.follow(&a.state.Windows[i])
		}
	}
}

// openImage opens the window of an image, not shown yet.
func (a *app) openImage(s *model.Window) (*imageWindow, error) {
	w := &imageWindow{id: s.Key, state: *s}
	var err error
	if w.pane, err = a.newPane(s.Title(), s.Size, w); err != nil {
		return nil, err
	}
	w.look = a.model.Look(s.Key.Name)
	w.fresh, w.solo = true, -1
	if c := a.state.Conn(s.Conn); c != nil {
		w.conn = *c
	}
	neverFocused(w.win)
	w.win.SetCloseCallback(func(*glfw.Window) { a.model.SetOpen(w.id, false) })
	w.win.SetSizeLimits(leastW, leastH, glfw.DontCare, glfw.DontCare)
	if r, ok := a.places[s.Key]; ok { // where it was when it was closed
		w.win.SetSize(int(r.W), int(r.H))
		w.win.SetPos(int(r.X), int(r.Y))
		w.put, w.fresh = r, false
	}
	a.images[s.Key] = w
	a.order = append(a.order, w)
	if s.Image != nil && w.keep(s.Image) {
		a.restore(w, s.Image)
	}
	return w, nil
}

func (a *app) closeImage(w *imageWindow) {
	a.forget(w)
	w.unfocused()
	w.held.Drop()
	a.places[w.id] = w.place()
	a.model.Unframed(w.id)
	delete(a.images, w.id)
	for i, o := range a.order {
		if o == w {
			a.order = append(a.order[:i], a.order[i+1:]...)
			break
		}
	}
	if a.focus == w.pane {
		a.focus = nil
	}
	w.win.MakeContextCurrent()
	w.texture.Close()
	w.pane.close()
	a.control.win.MakeContextCurrent()
}

// arrange gives new windows their places beside the control window.
func (a *app) arrange() {
	area, gap := a.desktop(), 10.0
	left, top, right, bottom := a.control.win.GetFrameSize()
	inset := [4]float64{float64(left), float64(top), float64(right), float64(bottom)}
	own := a.control.place()
	if edge := own.X + own.W + inset[2]; edge < area.X+area.W*0.7 {
		area.W -= edge - area.X
		area.X = edge
	}
	placed := make([]model.Placed, len(a.order))
	for i, w := range a.order {
		placed[i] = model.Placed{Want: w.wanted()}
		if !w.fresh {
			placed[i].At = w.place()
			placed[i].Fixed = placed[i].At != w.put
		}
	}
	for i, r := range model.Tile(area, placed, inset, gap) {
		if w := a.order[i]; w.fresh || r != placed[i].At {
			w.win.SetSize(int(r.W), int(r.H))
			w.win.SetPos(int(r.X), int(r.Y))
			w.put, w.fresh = model.Rect{X: float64(int(r.X)), Y: float64(int(r.Y)), W: float64(int(r.W)), H: float64(int(r.H))}, false
			w.touch()
		}
	}
}

// desktop is the part of the control window's monitor that windows may cover.
func (a *app) desktop() model.Rect {
	own := a.control.place()
	best := glfw.GetPrimaryMonitor()
	for _, m := range glfw.GetMonitors() {
		x, y, w, h := m.GetWorkarea()
		if (model.Rect{X: float64(x), Y: float64(y), W: float64(w), H: float64(h)}).Contains(own.X+own.W/2, own.Y+own.H/2) {
			best = m
		}
	}
	if best == nil {
		return model.Rect{W: 1280, H: 800}
	}
	x, y, w, h := best.GetWorkarea()
	return model.Rect{X: float64(x), Y: float64(y), W: float64(w), H: float64(h)}
}
