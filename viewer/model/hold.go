package model

import "remoteviewer/internal/session"

// hold keeps a list's pixels while a window may need them.
type hold struct {
	list *session.List
	refs int
}

func (h *hold) drop() {
	if h.refs--; h.refs == 0 {
		h.list.Release()
	}
}

// Held keeps the pixels of an image that a window shows, also when the model has
// forgotten the window. The zero value keeps nothing.
type Held struct {
	model *Model
	hold  *hold
}

// Hold keeps the pixels of img, which the window shows, until Drop; false when
// the model has another image for the window, or none.
func (m *Model) Hold(k Key, img *Image) (Held, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	w := m.byKey[k]
	if w == nil || w.hold == nil || w.Image != img {
		return Held{}, false
	}
	w.hold.refs++
	return Held{m, w.hold}, true
}

// Drop lets go of the pixels. Dropping twice is nothing.
func (h *Held) Drop() {
	if h.hold == nil {
		return
	}
	h.model.mu.Lock()
	h.hold.drop()
	h.model.mu.Unlock()
	*h = Held{}
}
