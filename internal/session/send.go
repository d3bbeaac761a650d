package session

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"remoteviewer/internal/pixel"
	"remoteviewer/internal/wire"
)

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
