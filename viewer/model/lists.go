package model

import (
	"slices"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// List is a complete list on its way to the screen. Images[i] belongs to the
// window Keys[i]; it has no pixels when the renderer knew that window to be
// closed.
type List struct {
	Source string
	Stream string
	Seq    uint64
	Pass   uint32
	Meta   map[string]any
	Keys   []Key
	Images []*Image
	// CameraMine says that the list was rendered with this viewer's camera,
	// and CameraSeq with which.
	CameraMine bool
	CameraSeq  uint64
	// Latency is the time from sending that camera to showing this list, its
	// first; 0 before it is shown, for later lists and for others' cameras.
	Latency time.Duration

	conn *conn
	meta []Field
	raw  *session.List
	hold *hold
}

// Take returns what has come since, at most one list of each connection. Every
// list has to be given to Shown.
func (m *Model) Take() []*List {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := m.late
	m.late, m.more = nil, false
	for _, c := range slices.Clone(m.conns) {
		if c.link == nil {
			continue
		}
		m.events(c)
		c.controls()
		raw, err := c.link.TryNext()
		switch {
		case raw != nil:
			out = append(out, m.accept(c, raw))
			m.more = true
		case err != nil:
			m.ended(c)
		}
	}
	return out
}

// Pending says whether there may be more to take at once.
func (m *Model) Pending() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.more
}

// accept notes a list's names and makes windows for new ones.
func (m *Model) accept(c *conn, raw *session.List) *List {
	l := &List{
		Source: c.Source, Stream: raw.Stream, Seq: raw.Seq, Pass: raw.Pass, Meta: raw.Meta,
		conn: c, raw: raw, hold: &hold{list: raw, refs: 1},
		meta:       fields(raw.Meta),
		CameraMine: raw.HasCamera && raw.CameraViewer == m.self, CameraSeq: raw.CameraSeq,
	}
	for _, w := range m.windows {
		if w.Source == c.Source && w.Stream == raw.Stream {
			w.Present = false
		}
	}
	for i := range raw.Images {
		img := &raw.Images[i]
		k := Key{c.Source, raw.Stream, img.Name}
		w := m.byKey[k]
		if w == nil {
			w = m.newWindow(k, c)
		}
		w.Present, w.Live, w.Conn = true, true, c.ID
		w.Size = Size{img.Width, img.Height}
		if w.Image == nil {
			w.Meta = l.meta
		}
		if i == 0 && (raw.Stream == "" || c.first == Key{}) {
			c.first = k
		}
		l.Keys = append(l.Keys, k)
		l.Images = append(l.Images, &Image{
			Name: img.Name, Image: img.Image, Exact: img.Exact, Codec: img.Codec,
			Quality: img.Quality, Seq: raw.Seq,
		})
	}
	if raw.HasCamera {
		c.Drives = l.CameraMine
		c.Others = raw.CameraViewer != "" && !l.CameraMine
	}
	c.listAge, c.listTaken, c.cameraAge = raw.Age, time.Now(), 0
	if l.CameraMine && raw.CameraSeq != c.lastCamera {
		// Only the first image of a camera tells how long it took: a still
		// camera is rendered again and again.
		c.lastCamera, c.cameraAge = raw.CameraSeq, raw.CameraAge
	}
	m.limitWindows(c)
	return l
}

func (m *Model) newWindow(k Key, c *conn) *window {
	w := &window{Window: Window{Key: k, Conn: c.ID}}
	open := 0
	for _, o := range m.windows {
		if o.Open {
			open++
		}
	}
	w.Open = open < AutoOpen
	m.windows = append(m.windows, w)
	m.byKey[k] = w
	return w
}

// limitWindows forgets names that a renderer uses no more, when it used many.
func (m *Model) limitWindows(c *conn) {
	count := 0
	for _, w := range m.windows {
		if w.Source == c.Source {
			count++
		}
	}
	for _, open := range []bool{false, true} {
		for _, w := range slices.Clone(m.windows) {
			if count > windowsASource && w.Source == c.Source && !w.Present && w.Open == open {
				m.removeWindow(w)
				count--
			}
		}
	}
}

// Shown notes that a list stands on the screen, or would if its windows were
// open: the windows keep its pixels, the renderer is told.
func (m *Model) Shown(l *List, now time.Time) {
	l.raw.Ack(wire.StateShown)
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, k := range l.Keys {
		w := m.byKey[k]
		if w == nil || l.Images[i].Pix == nil {
			continue
		}
		if w.hold != nil {
			w.hold.drop()
		}
		l.hold.refs++
		w.hold, w.Image, w.Meta = l.hold, l.Images[i], l.meta
		m.hover.outdated(k, l.raw.Camera)
	}
	l.hold.drop()
	c := l.conn
	c.Lists++
	c.Meta = l.meta
	m.announce(c, now)
	if c.listAge > 0 {
		c.Age = c.listAge + now.Sub(c.listTaken)
	}
	if c.cameraAge > 0 {
		c.Latency = c.cameraAge + now.Sub(c.listTaken)
		l.Latency = c.Latency
	}
	if c.link == nil {
		return
	}
	c.phase(Receiving)
	if c.wantNext {
		c.wantNext = false
	}
	if l.raw.Last {
		c.Mode = Off
		c.phase(Ended)
	}
	m.want(c)
}
