package session

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/codec"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/wire"
)

// Mode is how a list is delivered.
type Mode int

// The modes.
const (
	Newest Mode = iota // never waits; older waiting lists of the stream are dropped
	Every              // every list reaches the driver; waits for room
	Last               // as Newest, and viewers read no more of this connection after it
)

const (
	window        = 2 // lists on their way to a viewer that need not see each
	everyWindow   = 4 // to a viewer that gets every list
	queuedAlone   = 8 // every-frame lists that wait while there is no viewer
	queuedWatched = 2 // and while there is one
)

// RendererOptions are settings of a renderer's session.
type RendererOptions struct {
	Name          string
	Codec         string // pinned by the renderer; "": what each viewer asks for, else raw
	Quality       int    // of jpeg, 1 to 100; 0 the default
	Cameras       bool   // wanted from the start
	Width, Height int    // the size that cameras shall have; 0: the window's
	Dialing       bool   // it dials; see Close
	Limits        wire.Limits
	Logger        *slog.Logger // one line per change of state; nil: none
}

// Renderer is a renderer's session: the newest list of each stream, the viewers
// connected, and which of them drives. All methods may be called from any goroutine.
type Renderer struct {
	opts RendererOptions
	id   string
	pool Pool
	log  *slog.Logger

	mu       sync.Mutex
	changed  signal
	streams  map[string]*stream
	watchers []*watcher // the longest connected first
	driver   *watcher
	seq      uint64
	inputs   uint64 // counts cameras that a person moved
	closing  bool   // no more calls
	failed   error  // the session ended by a defect
	freed    bool   // no list is kept any more
	ctx      context.Context
	cancel   context.CancelFunc
	running  sync.WaitGroup

	controls offered
	pace     pace
	poll     *Poll  // nil: nobody looks
	opened   uint64 // counts windows that were opened again
	picks    picks
	left     time.Time        // when the last viewer left
	clock    func() time.Time // of pacing
	shut     atomic.Bool      // closing, for those who don't lock
	paced    atomic.Bool      // Wants is called, with a budget

	wanted  bool
	view    *wire.View
	given   *wire.ListCamera // the camera last read
	events  eventQueue
	pending bool // a camera or ready event
	lastAt  time.Time
	listed  bool // a list was sent since lastAt
	stats   Statistics

	lines   chan string // to the log; nil without one, and after Close
	said    chan struct{}
	changes Restraint // of lines about connections
	refused Restraint // about peers that were refused
	unshown Restraint // about lists that a viewer could not show
	lost    Restraint // about lists whose pixels did not come
}

// stream is the lists of one stream.
type stream struct {
	newest   *list
	queue    []*list // what the driver has not taken, oldest first
	reserved int     // places in queue for lists that are being copied
	coming   []*list // whose pixels aren't there yet, and who came behind them
	shown    uint64  // the newest that some viewer showed
	acked    uint64  // the newest seq that a driver has acked
}

// Statistics count what a session has done.
type Statistics struct {
	Viewers                                              int
	Joined, Lists, Dropped, Sent, Shown, Skipped, Failed uint64
	Bytes, EventsDropped, Refused                        uint64
	RoundTrip                                            time.Duration
}

// Given is an image as the caller has it: it is copied during Send.
type Given struct {
	Name   string // "" is its index
	Format pixel.Format
	Source pixel.Source
	// Start, where there is one, puts the pixels on their way: it is called once by
	// Send, when nothing else can fail. Source then says how they will lie in Later's bytes.
	Start func() (Later, error)
}

// SendOptions say how a list goes.
type SendOptions struct {
	Mode    Mode
	Stream  string
	Meta    map[string]any
	Camera  *camera.Camera // that it was rendered with; nil: the one last read
	Viewer  string         // whose camera it was, "" the renderer's own
	CamSeq  uint64
	Timeout time.Duration // of Every; negative without end
}

// NewRenderer starts a session without a connection.
func NewRenderer(o RendererOptions) *Renderer {
	if o.Limits == (wire.Limits{}) {
		o.Limits = wire.DefaultLimits
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &Renderer{
		opts: o, id: NewSessionID(), log: o.Logger, streams: map[string]*stream{},
		ctx: ctx, cancel: cancel, wanted: o.Cameras, clock: time.Now,
	}
	if r.log != nil {
		r.lines, r.said = make(chan string, linesWaiting), make(chan struct{})
		go r.talk(r.lines, r.said)
	}
	return r
}

// Config is what the session says in handshakes.
func (r *Renderer) Config() Config {
	return Config{Role: wire.RoleRenderer, Name: r.opts.Name, Session: r.id, Codecs: codec.Names(), Limits: r.opts.Limits}
}

// wait sleeps until a change or the deadline (zero: without end); false when the
// deadline has come. The mutex is held, and given up meanwhile.
func (r *Renderer) wait(deadline time.Time) bool {
	var timer <-chan time.Time
	if !deadline.IsZero() {
		left := time.Until(deadline)
		if left <= 0 {
			return false
		}
		t := time.NewTimer(left)
		defer t.Stop()
		timer = t.C
	}
	changed := r.changed.wait()
	r.mu.Unlock()
	ok := true
	select {
	case <-changed:
	case <-timer:
		ok = false
	}
	r.mu.Lock()
	return ok
}

// usable says why a call can't be served. The mutex is held.
func (r *Renderer) usable() error {
	if r.failed != nil {
		return r.failed
	}
	if r.closing {
		return ErrClosed
	}
	return nil
}

// Stats is a snapshot.
func (r *Renderer) Stats() Statistics {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.stats
	s.Viewers = len(r.watchers)
	s.EventsDropped = r.events.dropped
	for _, w := range r.watchers {
		s.Bytes += uint64(w.peer.written.Load())
	}
	if r.driver != nil {
		s.RoundTrip = r.driver.peer.RoundTrip()
	}
	return s
}
