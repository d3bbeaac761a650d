package ui

import (
	"errors"
	"time"

	"remoteviewer/viewer/gl"
	"remoteviewer/viewer/model"
)

// uploadBudget is the time that uploads may take of one display frame.
const uploadBudget = 4 * time.Millisecond

// load is a list on its way to the graphics card. All its windows change in
// one display frame, when the last image is complete.
type load struct {
	list  *model.List // nil: an image that its window lacks, shown before
	parts []part
}

// part is one image of a load.
type part struct {
	to   *imageWindow
	img  *model.Image
	up   *gl.Upload // nil before it begins
	done bool
	err  error
}

// begin queues a list for upload, for the windows that are open now.
func (a *app) begin(list *model.List) {
	l := &load{list: list}
	for i := range list.Images {
		if w := a.images[list.Keys[i]]; w != nil && list.Images[i].Pix != nil {
			l.parts = append(l.parts, part{to: w, img: list.Images[i]})
		}
	}
	a.loads = append(a.loads, l)
}

// restore brings back the image that a window showed before it was closed, or
// the same image with other channels. The window keeps its pixels.
func (a *app) restore(w *imageWindow, img *model.Image) {
	for _, l := range a.loads {
		for _, p := range l.parts {
			if p.to == w {
				return // something newer is on its way
			}
		}
	}
	a.loads = append(a.loads, &load{parts: []part{{to: w, img: img}}})
}

// upload goes on with what is on its way, at most for uploadBudget. It says
// whether something is left.
func (a *app) upload(now time.Time) bool {
	if len(a.loads) == 0 {
		return false
	}
	a.control.win.MakeContextCurrent()
	deadline := now.Add(uploadBudget)
	for len(a.loads) > 0 {
		if !a.loads[0].step(a.renderer, deadline) {
			return true
		}
		a.finish(a.loads[0])
		a.loads = a.loads[1:]
		if !time.Now().Before(deadline) {
			break
		}
	}
	return len(a.loads) > 0
}

// step uploads until the deadline and says whether all parts are complete.
func (l *load) step(r *gl.Renderer, deadline time.Time) bool {
	for i := range l.parts {
		p := &l.parts[i]
		if p.done || p.err != nil {
			continue
		}
		if p.up == nil {
			if p.up, p.err = r.Begin(&p.to.texture, &p.img.Image, p.to.pick(p.img.Format)); p.err != nil {
				continue
			}
		}
		done, err := p.up.Step(deadline)
		if p.done, p.err = done, err; err == nil && !done {
			return false
		}
	}
	return true
}

// finish shows a complete load: all its windows in this display frame.
func (a *app) finish(l *load) {
	for _, p := range l.parts {
		p.to.fault = ""
		if p.err != nil {
			p.to.fault = faultOf(p.err)
		} else {
			p.up.Swap()
		}
		p.to.replace(p.img)
	}
	if l.list != nil {
		a.model.Shown(l.list, time.Now())
		for _, p := range l.parts {
			p.to.keep(p.img)
		}
		a.dumped(l.list)
	}
}

// faultOf is the sentence that stands in a window instead of its image.
func faultOf(err error) string {
	if errors.Is(err, gl.ErrTooLarge) {
		return err.Error() + ". Send it smaller, or save it with rvtool recv --out."
	}
	return err.Error()
}

// forget drops what is on its way to a window that closes.
func (a *app) forget(w *imageWindow) {
	for _, l := range a.loads {
		kept := l.parts[:0]
		for _, p := range l.parts {
			if p.to != w {
				kept = append(kept, p)
			}
		}
		l.parts = kept
	}
}
