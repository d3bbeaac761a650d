package model

import (
	"math"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// cameraState is the one camera that a connection has.
type cameraState struct {
	now    camera.Camera
	home   camera.Camera // the renderer's view, or the default
	moved  bool          // by the user: views are no longer taken
	viewed bool          // the renderer gave a view
	sized  bool          // that view had a size
	fixed  Size          // that the renderer asked for; 0 follows the window
	asked  time.Time     // when cameras were first wanted
	nav    Key           // the window last navigated in
	frames map[Key]Size  // framebuffers of this connection's windows
	sent   Size          // of the camera sent last
	shot   int           // of the file's cameras, the one gone to last
	atShot bool          // and not moved since
}

func newCameraState() cameraState {
	return cameraState{now: camera.Default(), home: camera.Default(), frames: map[Key]Size{}}
}

// view takes a renderer's view: the first one, and those that follow until the
// user has moved. The mutex is held.
func (m *Model) view(c *conn, e session.LinkEvent) {
	s := &c.cam
	s.home, s.viewed, s.sized = e.Camera, true, e.HasSize
	c.NoView = false
	if s.moved || m.shots != nil {
		return
	}
	s.now = s.home
	m.emit(c, wire.CauseJoin)
}

// Framed tells the size of a window's framebuffer. The camera follows that of
// the window last navigated in.
func (m *Model) Framed(k Key, frame Size) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.of(k)
	if c == nil || c.cam.frames[k] == frame {
		return
	}
	c.cam.frames[k] = frame
	m.resize(c)
}

// Unframed tells that a window has closed.
func (m *Model) Unframed(k Key) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.conns {
		delete(c.cam.frames, k)
	}
}

// SetRenderScale multiplies the size that cameras ask for.
func (m *Model) SetRenderScale(s float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.scale = max(0.1, min(4, s))
	for _, c := range m.conns {
		m.resize(c)
	}
}

// Navigate moves the camera of a window's connection, which becomes the
// driver. move gets the camera at the size that it will have.
func (m *Model) Navigate(k Key, move func(camera.Camera) camera.Camera) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.of(k)
	if c == nil || !c.Cameras {
		return
	}
	c.cam.nav, c.cam.moved = k, true
	size := m.size(c)
	c.cam.now, c.cam.atShot = move(m.sizedCamera(c, size)), false
	m.emit(c, wire.CauseInput)
}

// Home goes back to the renderer's view, or the first of the file's cameras.
func (m *Model) Home(k Key) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.of(k); c != nil && c.Cameras {
		c.cam.now, c.cam.moved = c.cam.home, false
		if m.shots != nil {
			m.goTo(c, 0)
		}
		m.emit(c, wire.CauseInput)
	}
}

// resize sends the camera when the size that it should have is another.
func (m *Model) resize(c *conn) {
	if m.size(c) != c.cam.sent {
		m.emit(c, wire.CauseSize)
	}
}

// emit gives the camera to the link. The mutex is held.
func (m *Model) emit(c *conn, cause string) {
	size := m.size(c)
	c.cam.now = m.sizedCamera(c, size)
	if c.link == nil {
		return
	}
	c.cam.sent = size
	c.link.SendCamera(c.cam.now, cause)
}

// size is the image size that a connection's camera asks for.
func (m *Model) size(c *conn) Size {
	s := &c.cam
	if s.fixed.W > 0 && s.fixed.H > 0 {
		return s.fixed
	}
	frame, ok := s.frames[s.nav]
	if !ok {
		frame, ok = s.frames[c.first]
	}
	switch {
	case ok:
		return bounded(frame, m.scale, m.area)
	case s.sent.W > 0 && len(s.frames) == 0 && c.Lists > 0:
		return s.sent // all its windows are closed
	case m.shots != nil:
		first := &m.shots.all[0].Camera
		return bounded(Size{first.Width, first.Height}, 1, m.area)
	case s.sized:
		return Size{s.home.Width, s.home.Height}
	}
	return Size{camera.DefaultWidth, camera.DefaultHeight}
}

// bounded scales a framebuffer's size, within an area, keeping its shape.
func bounded(frame Size, scale float64, area int) Size {
	w, h := float64(frame.W)*scale, float64(frame.H)*scale
	if w*h > float64(area) {
		s := math.Sqrt(float64(area) / (w * h))
		w, h = math.Floor(w*s), math.Floor(h*s)
	}
	side := func(v float64) int { return max(1, min(camera.MaxSide, int(math.Round(v)))) }
	return Size{side(w), side(h)}
}
