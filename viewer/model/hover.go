package model

import (
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/wire"
)

// The pace of asking what is under the pointer.
const (
	pickRest    = 60 * time.Millisecond  // the pointer has to rest so long
	pickTimeout = time.Second            // an answer is waited for so long
	pickAgain   = 200 * time.Millisecond // between two for newer lists at the same place
)

// Card is what the renderer said of the pixel under the pointer.
type Card struct {
	Key    Key
	X, Y   int     // the pixel
	Fields []Field // none: there is no card
}

// spot is a pixel of a window.
type spot struct {
	key  Key
	x, y int
	on   bool
}

// hover is the pointer, and what was asked about the place where it is.
type hover struct {
	at   spot
	x, y float64   // within at, in pixels
	came time.Time // when it came there

	last  uint64 // numbers of picks
	open  uint64 // the one that waits for its answer, 0 none
	conn  int    // that it went to
	asked spot
	list  uint64        // that was shown
	view  camera.Camera // of that list
	sent  time.Time
	card  Card
}

// Hover says which pixel of a window the pointer is on.
func (m *Model) Hover(k Key, x, y float64, on bool, now time.Time) {
	next := spot{key: k, x: int(x), y: int(y), on: on}
	m.mu.Lock()
	defer m.mu.Unlock()
	h := &m.hover
	if !on && h.at.key != k {
		return // it has come to another window already
	}
	if next == h.at {
		return
	}
	h.at, h.x, h.y, h.came = next, x, y, now
	h.card = Card{}
}

// Ask sends the question that is due, if there is one, and says how long it takes
// until the next may be; 0 when nothing is to be asked.
func (m *Model) Ask(now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := &m.hover
	if h.open != 0 && now.Sub(h.sent) >= pickTimeout {
		h.open = 0
	}
	c, w := m.of(h.at.key), m.byKey[h.at.key]
	if !h.at.on || c == nil || c.link == nil || !c.picks || w.hold == nil {
		h.card = Card{}
		return 0
	}
	same := h.asked == h.at && h.conn == c.ID
	switch {
	case now.Sub(h.came) < pickRest:
		return h.came.Add(pickRest).Sub(now)
	case h.open != 0:
		return h.sent.Add(pickTimeout).Sub(now)
	case same && h.list == w.hold.list.Seq:
		return 0
	case same && now.Sub(h.sent) < pickAgain:
		return h.sent.Add(pickAgain).Sub(now)
	}
	h.ask(m, c, w, now)
	return pickTimeout
}

// ask asks. Of a renderer that takes none it is not tried again at this place.
func (h *hover) ask(m *Model, c *conn, w *window, now time.Time) {
	e := wire.Event{Event: wire.EventPick, Stream: w.Stream, Name: w.Name, X: h.x, Y: h.y, ID: h.last + 1}
	m.locate(w.Key, &e, true)
	h.asked, h.conn, h.sent, h.list, h.view = h.at, c.ID, now, w.hold.list.Seq, w.hold.list.Camera
	if c.link.SendEvent(e) {
		h.last++
		h.open = h.last
	}
}

// answer takes what a renderer says is there, if that is still what one looks at.
func (m *Model) answer(c *conn, id uint64, value map[string]any) {
	h := &m.hover
	if id != h.open || c.ID != h.conn || id == 0 {
		return
	}
	h.open = 0
	w := m.byKey[h.asked.key]
	if h.asked == h.at && w != nil && w.hold != nil && w.hold.list.Camera == h.view {
		h.card = Card{h.asked.key, h.asked.x, h.asked.y, fields(value)}
	}
}

// outdated takes the card away when its window shows another view. What has been
// trained on since is asked for again, and stands until the answer has come.
func (h *hover) outdated(k Key, view camera.Camera) {
	if h.card.Key == k && view != h.view {
		h.card = Card{}
	}
}

// gone forgets what was asked of a renderer.
func (h *hover) gone(c *conn) {
	if h.conn == c.ID {
		h.open, h.conn, h.card = 0, 0, Card{}
	}
}
