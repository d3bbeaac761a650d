package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
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

// Send copies a list and leaves it to the connections. Only Every waits.
func (r *Renderer) Send(images []Given, o SendOptions) error {
	err := r.send(images, &o)
	if err == nil && r.paced.Load() {
		r.mu.Lock()
		r.pace.spend(r.clock()) // with what waking the connections took
		r.mu.Unlock()
	}
	return err
}

func (r *Renderer) send(images []Given, o *SendOptions) error {
	l, err := r.newList(images, o)
	if err != nil {
		return err
	}
	s, err := r.reserve(o)
	if err != nil {
		return err
	}
	placed := false
	defer func() { // also of a panic, which the C ABI survives
		if !placed {
			r.abandon(s, l, o)
		}
	}()
	if err := l.copy(images); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.usable(); err != nil {
		return err
	}
	placed = true
	r.number(l, o.Camera == nil)
	if l.later != nil || len(s.coming) > 0 {
		r.await(s, l)
		return nil
	}
	if o.Mode == Every {
		s.reserved--
	}
	r.place(s, l)
	return nil
}

// abandon gives back what a list took that is not sent.
func (r *Renderer) abandon(s *stream, l *list, o *SendOptions) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if o.Mode == Every {
		s.reserved--
	}
	l.release()
	r.changed.wake()
}

// newList checks everything about a list before any memory is taken for it.
func (r *Renderer) newList(images []Given, o *SendOptions) (*list, error) {
	lim := r.opts.Limits
	if n := int64(len(images)); n < 1 || n > lim.Images {
		return nil, fmt.Errorf("%w: a list of %d images, wanted 1 to %d", wire.ErrLimit, n, lim.Images)
	}
	if err := wire.CheckName("stream", o.Stream, lim.Name); err != nil {
		return nil, err
	}
	meta, err := wire.CleanMeta(o.Meta, lim)
	if err != nil {
		return nil, err
	}
	l := &list{
		stream: o.Stream, last: o.Mode == Last, every: o.Mode == Every, meta: meta, given: time.Now(),
		names: make([]string, len(images)), images: make([]pixel.Image, len(images)), pool: &r.pool,
	}
	l.refs.Store(1)
	if o.Camera != nil {
		if err := o.Camera.Valid(); err != nil {
			return nil, err
		}
		l.camera = &wire.ListCamera{Pose: poseOf(o.Camera), Viewer: o.Viewer, Seq: o.CamSeq}
	}
	var total int64
	for i := range images {
		if err := l.describe(i, &images[i], lim); err != nil {
			return nil, err
		}
		if total += int64(images[i].Format.Bytes()); total > lim.List {
			return nil, fmt.Errorf("%w: a list of more than %d bytes of pixels", wire.ErrLimit, lim.List)
		}
	}
	return l, nil
}

// ErrName is a name that is used twice, too long or not UTF-8.
var ErrName = errors.New("name")

func (l *list) describe(i int, g *Given, lim wire.Limits) error {
	name := g.Name
	if name == "" {
		name = strconv.Itoa(i)
	}
	if err := wire.CheckName("image name", name, lim.Name); err != nil {
		return fmt.Errorf("%w: %w", ErrName, err)
	}
	for j, other := range l.names[:i] {
		if other == name {
			return fmt.Errorf("%w: images %d and %d are both called %q; each needs a name of its own", ErrName, j, i, name)
		}
	}
	if err := g.Format.Check(pixel.Limits{Side: int(lim.Side), Channels: pixel.DefaultLimits.Channels, Bytes: lim.List}); err != nil {
		return fmt.Errorf("image %q: %w", name, err)
	}
	l.names[i], l.images[i].Format = name, g.Format
	return nil
}

// copy is the one copy of the pixels.
func (l *list) copy(images []Given) error {
	for i := range l.images {
		img := &l.images[i]
		if images[i].Start != nil {
			if err := l.start(i, &images[i]); err != nil {
				return err
			}
			continue
		}
		img.Pix = l.pool.Get(img.Format.Bytes())
		if err := img.Format.CopyFrom(img.Pix, images[i].Source); err != nil {
			return fmt.Errorf("image %q: %w", l.names[i], err)
		}
	}
	return nil
}

// reserve finds the list's stream, and for Every waits for a place in its queue.
func (r *Renderer) reserve(o *SendOptions) (*stream, error) {
	var deadline time.Time
	if o.Timeout >= 0 {
		deadline = time.Now().Add(o.Timeout)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		if err := r.usable(); err != nil {
			return nil, err
		}
		s := r.streams[o.Stream]
		if s == nil {
			if len(r.streams) >= wire.StreamLimit {
				return nil, fmt.Errorf("%w: a stream called %q would be one more than %d", wire.ErrLimit, o.Stream, wire.StreamLimit)
			}
			s = &stream{}
			r.streams[o.Stream] = s
		}
		if o.Mode != Every {
			return s, nil
		}
		room := queuedAlone
		if r.driver != nil {
			room = queuedWatched
		}
		if len(s.queue)+s.reserved < room {
			s.reserved++
			return s, nil
		}
		if !r.wait(deadline) {
			return nil, fmt.Errorf("%w: %d lists wait, and %s took none within %v", ErrTimeout, len(s.queue), r.driverName(), o.Timeout)
		}
	}
}

func (r *Renderer) driverName() string {
	if r.driver == nil {
		return "no viewer"
	}
	return "the viewer " + r.driver.peer.Hello.Name
}

// number takes a list in. The mutex is held.
func (r *Renderer) number(l *list, lastCamera bool) {
	r.seq++
	l.seq = r.seq
	if lastCamera {
		l.camera = r.given
	}
	r.stats.Lists++
	r.listed = true
}

// place puts a list whose pixels are there where the connections find it. The
// mutex is held.
func (r *Renderer) place(s *stream, l *list) {
	if s.newest != nil {
		s.newest.release()
	}
	s.newest = l.retain()
	if !l.every {
		s.queue = r.dropWaiting(s.queue)
	}
	s.queue = append(s.queue, l)
	for _, w := range r.watchers {
		w.peer.poke()
	}
}

// dropWaiting takes lists that need not be seen each out of a driver's queue.
func (r *Renderer) dropWaiting(queue []*list) []*list {
	kept := queue[:0]
	for _, l := range queue {
		if l.every {
			kept = append(kept, l)
			continue
		}
		if !l.taken {
			r.stats.Dropped++
		}
		l.release()
	}
	return kept
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
