package model

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"remoteviewer/internal/session"
)

// Attach takes a new connection in. One that came in has id 0; one that was
// dialed has the number that Dialing gave. Windows of a renderer of that name
// that is gone become this one's; the same session, still connected, is
// replaced; another one gets a number behind its name.
func (m *Model) Attach(id int, link session.Link) {
	src := link.Source()
	src.Name = Printable(src.Name)
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		link.Close()
		return
	}
	m.bury()
	var source string
	var replaced session.Link
	if old := m.sameSession(src.Session, id); old != nil {
		source, replaced = old.Source, old.link
		m.detach(old)
	} else {
		source = m.freeName(src.Name, id)
	}
	c := m.find(id)
	if c == nil {
		c = m.newConn()
		c.Address = src.Addr
	}
	m.dropFinished(source, c)
	if c.session != src.Session { // else the values to go back to are still those
		c.firsts = nil
	}
	c.link, c.name, c.session = link, src.Name, src.Session
	c.Panel, c.offered = nil, 0
	c.Source, c.Trouble = source, ""
	c.Refused = slices.Contains(m.refused, src.Session)
	switch {
	case c.Refused:
		c.Mode = Off
	case c.Mode == Off:
		c.Mode = Continuous
	}
	c.cam, c.picks = newCameraState(), false
	if m.shots != nil {
		m.goTo(c, 0)
	}
	c.sentWant, c.lastCamera, c.Latency = "", 0, 0
	c.phase(Waiting)
	for _, w := range m.windows {
		if w.Source == source {
			w.Conn, w.Live = c.ID, true
		}
	}
	m.want(c)
	m.prune()
	m.mu.Unlock()
	if replaced != nil {
		replaced.Close()
	}
	m.Log.Info(fmt.Sprintf("%s connected from %s", source, src.Addr))
	m.wake()
}

// Dialing adds a connection that is being dialed; cancel ends the dialing.
func (m *Model) Dialing(address string, cancel func()) int {
	m.prefs.remember(address)
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.newConn()
	c.Address, c.Dialed, c.cancel = address, true, cancel
	c.phase(Dialing)
	m.wake()
	return c.ID
}

// Failed says why a dialed address can't be reached now; it is tried again.
func (m *Model) Failed(id int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.find(id); c != nil && c.link == nil {
		if c.Phase == Waiting || c.Phase == Receiving {
			c.phase(Lost)
		}
		if c.Trouble != err.Error() {
			c.Trouble = err.Error()
			m.Log.Warn(err.Error())
		}
		m.wake()
	}
}

// Disconnect ends a connection for good. Its windows close with it when it is
// over already. A renderer that dials again by itself comes back unread.
func (m *Model) Disconnect(id int) {
	m.mu.Lock()
	c := m.find(id)
	if c == nil {
		m.mu.Unlock()
		return
	}
	link, cancel := c.link, c.cancel
	c.Dialed, c.cancel = false, nil
	switch {
	case link == nil:
		m.remove(c)
	case cancel == nil && c.session != "":
		m.refused = append(m.refused[max(0, len(m.refused)-finishedSources):], c.session)
	}
	m.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	if link != nil {
		link.Close()
	}
	m.wake()
}

func (m *Model) newConn() *conn {
	m.nextID++
	c := &conn{Conn: Conn{ID: m.nextID}, cam: newCameraState()}
	m.conns = append(m.conns, c)
	return c
}

// phase moves a connection on and notes when.
func (c *conn) phase(p Phase) {
	if c.Phase != p || c.Since.IsZero() {
		c.Phase, c.Since = p, time.Now()
	}
}

// bury notes which connections are over, before a newcomer's name is looked at.
func (m *Model) bury() {
	for _, c := range slices.Clone(m.conns) {
		if c.link == nil {
			continue
		}
		select {
		case <-c.link.Done():
			for raw, _ := c.link.TryNext(); raw != nil; raw, _ = c.link.TryNext() {
				m.late = append(m.late, m.accept(c, raw))
			}
			m.ended(c)
		default:
		}
	}
}

// sameSession finds the connected peer with this session, if it is another.
func (m *Model) sameSession(id string, self int) *conn {
	for _, c := range m.conns {
		if c.link != nil && c.session == id && c.ID != self && id != "" {
			return c
		}
	}
	return nil
}

// freeName is the name that windows will have: with a number behind it while
// another renderer of that name is connected.
func (m *Model) freeName(name string, self int) string {
	if name == "" {
		name = "renderer"
	}
	for n := 1; ; n++ {
		try := name
		if n > 1 {
			try = fmt.Sprintf("%s (%d)", name, n)
		}
		taken := slices.ContainsFunc(m.conns, func(c *conn) bool { return c.link != nil && c.Source == try && c.ID != self })
		if !taken {
			return try
		}
	}
}

// detach ends a connection's part in the model; its windows stay.
func (m *Model) detach(c *conn) {
	c.link = nil
	m.hover.gone(c)
	c.FPS, c.Rate, c.Drives, c.Others, c.Cameras = 0, 0, false, false, false
	for _, w := range m.windows {
		if w.Conn == c.ID {
			w.Live = false
		}
	}
}

// dropFinished removes what is left of a renderer whose place is taken. A
// dialed address keeps its line: it goes on dialing.
func (m *Model) dropFinished(source string, by *conn) {
	m.conns = slices.DeleteFunc(m.conns, func(c *conn) bool {
		return c != by && c.link == nil && c.Source == source && !c.Dialed
	})
}

// prune forgets the renderers that have been gone longest.
func (m *Model) prune() {
	gone := 0
	for _, c := range m.conns {
		if c.link == nil && !c.Dialed {
			gone++
		}
	}
	for i := 0; gone > finishedSources && i < len(m.conns); {
		if c := m.conns[i]; c.link == nil && !c.Dialed {
			m.remove(c)
			gone--
			continue
		}
		i++
	}
}

// remove takes a connection and its windows out of the model.
func (m *Model) remove(c *conn) {
	m.conns = slices.DeleteFunc(m.conns, func(o *conn) bool { return o == c })
	for _, w := range slices.Clone(m.windows) {
		if w.Conn == c.ID {
			m.removeWindow(w)
		}
	}
}

func (m *Model) removeWindow(w *window) {
	m.windows = slices.DeleteFunc(m.windows, func(o *window) bool { return o == w })
	delete(m.byKey, w.Key)
	if w.hold != nil {
		w.hold.drop()
		w.hold, w.Image = nil, nil
	}
}

// ended notes that a connection's link is over, and why.
func (m *Model) ended(c *conn) {
	why := c.link.Err()
	m.detach(c)
	if why != nil {
		c.Trouble = broken(why)
	}
	if c.Phase != Ended || c.Dialed {
		c.phase(Lost)
	}
	m.Log.Info(fmt.Sprintf("%s is gone: %s", c.Source, c.Trouble))
	has := slices.ContainsFunc(m.windows, func(w *window) bool { return w.Conn == c.ID })
	if !has && !c.Dialed {
		m.remove(c)
	}
}

// broken says why a connection ended without the addresses, which stand beside
// it already.
func broken(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		return "the connection broke: " + op.Err.Error()
	}
	return err.Error()
}
