package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// SetOpen opens or closes a window for the user. Closed, it stays so.
func (m *Model) SetOpen(k Key, open bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	w := m.byKey[k]
	if w == nil || w.Open == open {
		return
	}
	w.Open, w.shut = open, !open
	if c := m.of(k); c != nil && c.link != nil {
		m.want(c)
	}
	m.wake()
}

// SetMode says how much of a renderer's lists is shown.
func (m *Model) SetMode(id int, mode Mode) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.find(id)
	if c == nil || c.Mode == mode {
		return
	}
	c.Mode = mode
	if mode != Off && c.Refused {
		c.Refused = false
		m.refused = slices.DeleteFunc(m.refused, func(s string) bool { return s == c.session })
	}
	if c.link == nil {
		return
	}
	if c.Phase == Ended && mode != Off {
		c.resume()
	}
	m.want(c)
}

// Next asks for one more list.
func (m *Model) Next(id int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.find(id); c != nil && c.link != nil {
		c.Mode, c.wantNext = OneByOne, true
		if c.Phase == Ended {
			c.resume()
		}
		m.send(c, wire.WantOne)
	}
}

// ReadRemote reads a renderer on that said it had sent its last list.
func (m *Model) ReadRemote(id int) { m.SetMode(id, Continuous) }

func (c *conn) resume() {
	if c.Lists > 0 {
		c.phase(Receiving)
		return
	}
	c.phase(Waiting)
}

// want tells the renderer what is taken, if that changed. The mutex is held.
func (m *Model) want(c *conn) {
	mode := wire.WantContinuous
	switch {
	case c.Mode == OneByOne && c.wantNext:
		mode = wire.WantOne
	case c.Mode != Continuous:
		mode = wire.WantNone
	}
	if c.link == nil || c.sentWant == wantText(mode, m.shut(c)) {
		return
	}
	m.send(c, mode)
}

func (m *Model) send(c *conn, mode string) {
	closed := m.shut(c)
	c.sentWant = wantText(mode, closed)
	if mode == wire.WantOne {
		c.sentWant = wantText(wire.WantNone, closed) // what it becomes by itself
	}
	c.link.Want(session.Want{Mode: mode, Closed: closed})
}

func wantText(mode string, closed []wire.Window) string { return fmt.Sprint(mode, closed) }

// shut lists the windows of a renderer that are not open.
func (m *Model) shut(c *conn) []wire.Window {
	var out []wire.Window
	for _, w := range m.windows {
		if w.Conn == c.ID && !w.Open {
			out = append(out, wire.Window{Stream: w.Stream, Name: w.Name})
		}
	}
	return out
}

// SendData sends a value, written as JSON, under a name.
func (m *Model) SendData(id int, name, text string) error {
	name, text = strings.TrimSpace(name), strings.TrimSpace(text)
	if err := wire.CheckName("data name", name, wire.DefaultLimits.Name); err != nil {
		return err
	}
	if name == "" {
		return errors.New("the value needs a name")
	}
	if !json.Valid([]byte(text)) {
		return fmt.Errorf("%q is no JSON; numbers, true, \"text\", [1, 2] and {\"a\": 1} are", text)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.find(id)
	if c == nil || c.link == nil {
		return errors.New("the renderer is not connected")
	}
	if !c.link.SendData(name, "json", []byte(text)) {
		return errors.New("the renderer does not take what was sent before")
	}
	return nil
}

// events takes what a link brought besides lists. The mutex is held.
func (m *Model) events(c *conn) {
	for _, e := range c.link.Events() {
		switch e.Kind {
		case session.LinkCameras:
			c.Cameras = e.Wanted
			c.cam.fixed = Size{e.Width, e.Height}
			if c.cam.asked.IsZero() && e.Wanted {
				c.cam.asked = time.Now()
			}
			m.resize(c)
		case session.LinkView:
			m.view(c, e)
		case session.LinkData:
			c.value(e)
		case session.LinkPicks:
			c.picks = e.Wanted
		case session.LinkAnswer:
			m.answer(c, e.ID, e.Answer)
		}
	}
}

// value keeps the newest value of each name that the renderer sent.
func (c *conn) value(e session.LinkEvent) {
	text := fmt.Sprintf("%d bytes of %s", len(e.Data), e.Format)
	if e.Format == "json" {
		text = string(e.Data)
		if len(text) > 120 {
			text = text[:120] + "..."
		}
	}
	next := make([]Value, 0, len(c.values)+1)
	for _, v := range c.values {
		if v.Name != e.Name {
			next = append(next, v)
		}
	}
	next = append(next, Value{e.Name, text})
	c.values = next[max(0, len(next)-8):]
}

// Tick brings the numbers that change with time up to date, a few times a
// second.
func (m *Model) Tick(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.conns {
		if c.link == nil || now.Sub(c.bytesAt) < 250*time.Millisecond {
			continue
		}
		s := c.link.Stats()
		if dt := now.Sub(c.bytesAt).Seconds(); dt < 5 {
			c.Rate = float64(s.Bytes-c.bytes) / dt
		}
		c.bytes, c.bytesAt = s.Bytes, now
		c.FPS, c.RoundTrip = s.PerSecond, s.RoundTrip
		c.NoView = c.Cameras && !c.cam.viewed && m.shots == nil && now.Sub(c.cam.asked) > time.Second
	}
}
