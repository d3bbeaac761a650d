package model

import (
	"log/slog"
	"sync"
	"time"

	"remoteviewer/internal/session"
)

// The bounds of what is kept.
const (
	AutoOpen        = 16  // windows that open by themselves
	windowsASource  = 256 // names of one renderer
	finishedSources = 64  // renderers that are gone and still have windows
)

// Model is the viewer's state. The zero value is not ready; see New.
type Model struct {
	// Log gets one line per change of state. Set it before use.
	Log *slog.Logger

	self    string // our session, for telling whose camera a list has
	wake    func()
	connect func(address string) error // set before use
	prefs   *prefs

	mu        sync.Mutex
	conns     []*conn
	windows   []*window
	byKey     map[Key]*window
	listeners []Listener
	notice    string // the newest trouble that belongs to no connection
	nextID    int
	scale     float64  // render scale
	area      int      // the most pixels a camera asks for
	more      bool     // the last Take found something
	late      []*List  // of connections that are over, not taken yet
	refused   []string // sessions that the user disconnected
	closed    bool
	shots     *shots // a file's cameras, nil without one
	hover     hover
}

// New makes a model whose settings are kept in dir ("" keeps them in memory
// alone). self is this viewer's session id. wake is called from any goroutine
// when there is something new; it must not block.
func New(dir, self string, wake func()) *Model {
	return &Model{
		Log: slog.New(slog.DiscardHandler), self: self, wake: wake, prefs: loadPrefs(dir),
		byKey: map[Key]*window{}, scale: 1, area: 1920 * 1080,
	}
}

// conn is one connection, or the place of one that is dialed.
type conn struct {
	Conn
	link    session.Link // nil without a peer
	name    string       // what the renderer calls itself
	session string
	cancel  func() // ends the dialing, nil for one that came in

	cam       cameraState
	first     Key // the first image of the newest list
	bytes     int64
	bytesAt   time.Time
	sentWant  string
	wantNext  bool // one more list was asked for
	picks     bool // the renderer answers what is under the pointer
	values    []Value
	offered   uint64           // the number of the controls that were taken last
	firsts    map[string]first // of these, by name
	listAge   time.Duration
	listTaken time.Time

	lastCamera uint64        // the newest that an image came for
	cameraAge  time.Duration // of that image when it was taken, 0 unknown
}

// Value is a named value that the renderer sent.
type Value struct{ Name, Text string }

// window is one image window of the model.
type window struct {
	Window
	shut bool // closed by the user: it stays so until ticked
	hold *hold
}

// State copies what is now into s, whose memory is used again.
func (m *Model) State(s *State) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s.Listeners = append(s.Listeners[:0], m.listeners...)
	s.Conns = s.Conns[:0]
	for _, c := range m.conns {
		c.Values = c.values
		s.Conns = append(s.Conns, c.Conn)
	}
	s.Windows = s.Windows[:0]
	for _, w := range m.windows {
		s.Windows = append(s.Windows, w.Window)
	}
	s.Notice = m.notice
	s.Card = m.hover.card
	s.CameraFile = CameraFile{}
	if m.shots != nil {
		s.CameraFile = m.shots.file
	}
	s.RenderScale = m.scale
}

// Trouble shows a sentence that belongs to no connection.
func (m *Model) Trouble(err error) {
	m.Log.Error(err.Error())
	m.mu.Lock()
	m.notice = err.Error()
	m.mu.Unlock()
	m.wake()
}

// Dismiss takes the sentence away.
func (m *Model) Dismiss() {
	m.mu.Lock()
	m.notice = ""
	m.mu.Unlock()
}

// SetListeners says where renderers can come in.
func (m *Model) SetListeners(all []Listener) {
	m.mu.Lock()
	m.listeners = all
	m.mu.Unlock()
	m.wake()
}

// Close ends all connections.
func (m *Model) Close() {
	m.mu.Lock()
	m.closed = true
	var cancels []func()
	var links []session.Link
	for _, c := range m.conns {
		if c.cancel != nil {
			cancels = append(cancels, c.cancel)
		}
		if c.link != nil {
			links = append(links, c.link)
		}
	}
	m.mu.Unlock()
	for _, link := range links { // with a bye, before the dialing ends
		link.Close()
	}
	for _, cancel := range cancels {
		cancel()
	}
}

// find is the connection with a number, nil if it is gone. The mutex is held.
func (m *Model) find(id int) *conn {
	for _, c := range m.conns {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// of is the connection that a window belongs to. The mutex is held.
func (m *Model) of(k Key) *conn {
	if w := m.byKey[k]; w != nil {
		return m.find(w.Conn)
	}
	return nil
}
