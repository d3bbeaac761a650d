package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/codec"
	"remoteviewer/internal/wire"
)

const (
	repeatEvery  = 50 * time.Millisecond
	queueLimit   = 8    // lists that wait in a receiver before it stops reading
	cameraTimes  = 256  // cameras whose sending time is remembered
	eventsLimit  = 1024 // unread events of a link
	shownHistory = 128
	closeTime    = 500 * time.Millisecond // for the last words of a connection
)

// Receiver is a viewer's end of an RV1 connection; it is a Link.
type Receiver struct {
	peer   *Peer
	pool   *Pool
	notify func()
	done   chan struct{}
	cancel context.CancelFunc

	mu      sync.Mutex
	changed signal
	queue   []*item
	events  []LinkEvent

	eventBytes int
	offers     offers

	err     error
	wanted  bool
	cam     *wire.Camera // the newest, repeated
	camSeq  uint64
	camBack uint64 // the newest that came back with a list
	camSent [cameraTimes]time.Time
	lastCam time.Time
	stats   LinkStats
	shown   [shownHistory]time.Time
	shownN  int
}

// item is a list on its way to the display.
type item struct {
	list     *List
	payloads [][]byte // encoded images; nil where the pixels are there
	specs    []codec.Spec
	size     int64 // bytes of its pixels
	decoding bool
	ready    bool
}

var _ Link = (*Receiver)(nil)

// NewReceiver makes a receiver of a peer. notify is called from other goroutines
// whenever there may be something new; it must not block; nil is nothing. Run
// has to be called.
func NewReceiver(peer *Peer, pool *Pool, notify func()) *Receiver {
	if notify == nil {
		notify = func() {}
	}
	return &Receiver{
		peer: peer, pool: pool, notify: notify, done: make(chan struct{}), cancel: func() {},
		stats: LinkStats{Since: time.Now()},
	}
}

// Run serves the connection until it ends, and returns why. It is called once.
func (r *Receiver) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.mu.Lock()
	r.cancel = cancel
	closed := r.err != nil
	r.mu.Unlock()
	if closed {
		cancel()
	}
	var wg sync.WaitGroup
	work, stop := context.WithCancel(ctx)
	wg.Go(func() { r.decodeLoop(work) })
	wg.Go(func() { r.repeatLoop(work) })
	err := r.peer.run(ctx, r.handle, func(*writer) error { return nil })
	stop()
	wg.Wait()
	if errors.Is(err, context.Canceled) {
		err = ErrClosed
	}
	r.mu.Lock()
	r.err = err
	close(r.done) // before the signal: who wakes has to see it
	r.changed.wake()
	r.mu.Unlock()
	r.notify()
	return err
}

// Source says who the renderer is.
func (r *Receiver) Source() Source {
	return Source{Name: r.peer.Hello.Name, Session: r.peer.Hello.Session, Addr: r.peer.Addr}
}

// Done is closed when the connection has ended.
func (r *Receiver) Done() <-chan struct{} { return r.done }

// Err says why the connection ended, nil while it lasts.
func (r *Receiver) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Close ends the connection with a bye, behind the acks that wait to be written.
func (r *Receiver) Close() {
	r.mu.Lock()
	ended := r.err != nil
	if !ended {
		r.err = ErrClosed
	}
	cancel := r.cancel
	r.mu.Unlock()
	if !ended {
		r.peer.put(&wire.Bye{}, nil)
		time.AfterFunc(closeTime, cancel) // where the other side takes nothing
	}
}

// Next waits for the next list.
func (r *Receiver) Next(ctx context.Context) (*List, error) {
	for {
		r.mu.Lock()
		l, err := r.take()
		changed := r.changed.wait()
		r.mu.Unlock()
		if l != nil || err != nil {
			return l, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// TryNext is Next without waiting.
func (r *Receiver) TryNext() (*List, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.take()
}

func (r *Receiver) take() (*List, error) {
	for len(r.queue) > 0 && r.queue[0].ready {
		it := r.queue[0]
		r.queue = slices.Delete(r.queue, 0, 1)
		r.changed.wake() // the reading goroutine may wait for room
		return it.list, nil
	}
	select {
	case <-r.done:
		return nil, r.err
	default:
		return nil, nil
	}
}

// Events takes what else has come.
func (r *Receiver) Events() []LinkEvent {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.events
	r.events, r.eventBytes = nil, 0
	return e
}

// event keeps what else has come: of wishes for cameras and of views the newest,
// of values as many as there is room for, the oldest give way.
func (r *Receiver) event(e LinkEvent) {
	r.mu.Lock()
	if e.Kind != LinkData {
		r.events = slices.DeleteFunc(r.events, func(old LinkEvent) bool { return old.Kind == e.Kind })
	}
	r.events = append(r.events, e)
	r.eventBytes += len(e.Data)
	for len(r.events) > eventsLimit || r.eventBytes > dataLimit {
		i := slices.IndexFunc(r.events, func(old LinkEvent) bool { return old.Kind == LinkData })
		if i < 0 || i == len(r.events)-1 {
			break
		}
		r.eventBytes -= len(r.events[i].Data)
		r.events = slices.Delete(r.events, i, i+1) // clears it: its bytes don't live on
		r.stats.EventsDropped++
	}
	r.changed.wake()
	r.mu.Unlock()
	r.notify()
}

// Want says which lists are taken.
func (r *Receiver) Want(w Want) {
	if w.Mode == "" {
		w.Mode = wire.WantContinuous
	}
	closed := append([]wire.Window{}, w.Closed...)
	r.peer.put(&wire.Want{Mode: w.Mode, Closed: closed, Codec: w.Codec, Quality: w.Quality}, nil)
}

// SendData sends a named value.
func (r *Receiver) SendData(name, format string, data []byte) bool {
	return r.peer.put(&wire.Data{Name: name, Format: format}, data)
}

// SendCamera sends the viewer's camera, or keeps it until cameras are wanted.
func (r *Receiver) SendCamera(cam camera.Camera, cause string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.camSeq++
	r.cam = &wire.Camera{Pose: poseOf(&cam), Seq: r.camSeq, Cause: cause}
	if r.wanted {
		r.putCamera(cause)
	}
}

// putCamera sends the newest camera. The mutex is held.
func (r *Receiver) putCamera(cause string) {
	now := time.Now()
	m := *r.cam
	m.Cause, m.SentNs = cause, r.peer.at(now)
	if at := &r.camSent[m.Seq%cameraTimes]; cause != wire.CauseRepeat {
		*at = now
	}
	r.lastCam = now
	r.peer.put(&m, nil)
}

// repeatLoop sends the same camera again while it is still.
func (r *Receiver) repeatLoop(ctx context.Context) {
	tick := time.NewTicker(repeatEvery / 2)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		r.mu.Lock()
		if r.wanted && r.cam != nil && time.Since(r.lastCam) >= repeatEvery-repeatEvery/8 {
			r.putCamera(wire.CauseRepeat)
		}
		r.mu.Unlock()
	}
}

// Stats is a snapshot.
func (r *Receiver) Stats() LinkStats {
	trip := r.peer.RoundTrip()
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.stats
	s.Bytes, s.RoundTrip, s.Wanted = r.peer.received.Load(), trip, r.wanted
	now := time.Now()
	n := 0
	for _, t := range r.shown {
		if !t.IsZero() && now.Sub(t) <= time.Second {
			n++
		}
	}
	s.PerSecond = float64(n)
	if n == shownHistory { // more than the history holds in a second
		oldest := r.shown[r.shownN%shownHistory]
		s.PerSecond = float64(n) / now.Sub(oldest).Seconds()
	}
	if r.err != nil {
		s.LastCause = r.err.Error()
	}
	return s
}

// handle takes a message, in the reading goroutine.
func (r *Receiver) handle(m wire.Message, body int64) error {
	switch m := m.(type) {
	case *wire.Images:
		return r.images(m, body)
	case *wire.Cameras:
		if m.Width < 0 || m.Height < 0 || m.Width > camera.MaxSide || m.Height > camera.MaxSide {
			return fmt.Errorf("%w: cameras of %d x %d pixels", wire.ErrLimit, m.Width, m.Height)
		}
		r.mu.Lock()
		first := m.Wanted && !r.wanted
		r.wanted = m.Wanted
		if first && r.cam != nil {
			r.putCamera(wire.CauseJoin)
		}
		r.mu.Unlock()
		r.event(LinkEvent{Kind: LinkCameras, Wanted: m.Wanted, Width: m.Width, Height: m.Height})
	case *wire.View:
		return r.view(m)
	case *wire.Controls:
		r.redefine(m)
	case *wire.Control:
		r.revalue(m)
	case *wire.Picks:
		r.event(LinkEvent{Kind: LinkPicks, Wanted: m.Wanted})
	case *wire.Answer:
		value, err := wire.CleanMeta(m.Value, wire.DefaultLimits)
		if err != nil {
			return err
		}
		r.event(LinkEvent{Kind: LinkAnswer, ID: m.ID, Answer: value})
	case *wire.Data:
		data := make([]byte, body)
		if err := r.peer.reader.ReadBody(data); err != nil {
			return err
		}
		if err := CheckData(m.Name, m.Format, data); err != nil {
			return fmt.Errorf("%w: %w", wire.ErrProtocol, err)
		}
		r.event(LinkEvent{Kind: LinkData, Name: m.Name, Format: m.Format, Data: data})
	}
	return nil
}

func (r *Receiver) view(m *wire.View) error {
	p := m.Pose
	hasSize := p.Width > 0 && p.Height > 0
	c, err := cameraOf(completeView(&p), r.peer.cfg.limits())
	if err != nil {
		return err
	}
	r.event(LinkEvent{Kind: LinkView, Camera: c, HasSize: hasSize})
	return nil
}

// completeView fills in what a view may leave out.
func completeView(p *wire.Pose) *wire.Pose {
	d := camera.Default()
	if p.Width == 0 || p.Height == 0 {
		p.Width, p.Height = d.Width, d.Height
	}
	if !slices.ContainsFunc(p.K, func(x float64) bool { return x != 0 }) {
		k := d.WithSize(p.Width, p.Height).K
		p.K = k[:]
	}
	if !slices.ContainsFunc(p.Up, func(x float64) bool { return x != 0 }) {
		p.Up = []float64{0, -1, 0}
	}
	if len(p.Target) == 0 {
		p.Target = []float64{0, 0, 0}
	}
	if p.Near == 0 && p.Far == 0 {
		p.Near, p.Far = d.Near, d.Far
	}
	return p
}
