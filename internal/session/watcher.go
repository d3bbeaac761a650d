package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"remoteviewer/internal/codec"
	"remoteviewer/internal/wire"
)

// watcher is the renderer's end of one viewer's connection. Its state belongs to
// the renderer's mutex; its connection's goroutines are in Peer.run.
type watcher struct {
	r      *Renderer
	peer   *Peer
	cancel context.CancelCauseFunc
	enc    codec.Encoder
	head   wire.Images // and these: the writing goroutine's, kept from list to list
	frame  []byte
	bufs   net.Buffers

	limits  wire.Limits
	want    wire.Want
	closed  map[wire.Window]bool // windows that need no pixels
	sent    map[string]uint64    // per stream, the newest seq written
	acked   map[string]uint64
	omitted map[string]bool // streams whose newest list went without closed windows
	again   map[string]bool // streams to be sent again although reading stands still
	flying  []flight

	told  told
	asked []uint64         // its newest picks, by the session's numbers
	since time.Time        // it drives
	cam   *wire.ListCamera // the viewer's newest camera
	cause string
	moved uint64 // when a person last moved it; 0 never
}

// flight is a list that was written and not acked.
type flight struct {
	seq    uint64
	stream string
	every  *list // held until the ack, to go to the next driver if this one leaves
}

// Serve serves one viewer until its connection ends, and returns why.
func (r *Renderer) Serve(ctx context.Context, peer *Peer) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := &watcher{
		r: r, peer: peer, cancel: cancel, limits: peer.limits(), want: wire.Want{Mode: wire.WantContinuous},
		sent: map[string]uint64{}, acked: map[string]uint64{}, omitted: map[string]bool{}, again: map[string]bool{},
	}
	defer w.enc.Close()
	if err := r.join(w); err != nil {
		peer.sayWith(&wire.Bye{})
		_ = peer.conn.Close()
		return err
	}
	err := peer.run(ctx, w.handle, w.send)
	if errors.Is(err, context.Canceled) {
		err = ErrClosed
	}
	r.leave(w, err)
	return err
}

// join takes a viewer in.
func (r *Renderer) join(w *watcher) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	// A closing session still waits for a viewer to show its last list to.
	if r.failed != nil {
		return r.failed
	}
	if r.ctx.Err() != nil {
		return ErrClosed
	}
	for _, old := range r.watchers {
		if old.peer.Hello.Session == w.peer.Hello.Session {
			w.moved = old.moved
			old.cancel(ErrReplaced)
		}
	}
	r.watchers = append(r.watchers, w)
	r.stats.Joined++
	if r.view != nil { // before cameras are asked for: the first one starts there
		v := *r.view
		w.peer.put(&v, nil)
	}
	w.peer.put(r.camerasMessage(), nil)
	if r.picks.wanted {
		w.sayPicks()
	}
	r.report(StatusConnected, w, fmt.Sprintf("viewer %s connected from %s", w.peer.Hello.Name, w.peer.Addr))
	if r.driver == nil {
		r.drive(w)
	}
	r.passOn()
	r.trigger()
	r.changed.wake()
	return nil
}

// leave forgets a viewer whose connection has ended.
func (r *Renderer) leave(w *watcher, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watchers = slices.DeleteFunc(r.watchers, func(x *watcher) bool { return x == w })
	r.stats.Bytes += uint64(w.peer.written.Load())
	w.requeue()
	r.picks.forget(w)
	r.left = time.Now()
	code, why := endReason(err)
	if code != StatusDisconnected {
		r.stats.Refused++
	}
	r.report(code, w, fmt.Sprintf("viewer %s disconnected: %s", w.peer.Hello.Name, why))
	if errors.Is(err, ErrInternal) {
		r.fail(err)
	}
	if r.driver == w {
		r.drive(r.nextDriver(w))
		r.passOn()
	}
	r.trigger()
	r.changed.wake()
}

// nextDriver is the same viewer's newer connection, else the longest connected.
func (r *Renderer) nextDriver(left *watcher) *watcher {
	for _, w := range r.watchers {
		if w.peer.Hello.Session == left.peer.Hello.Session {
			return w
		}
	}
	if len(r.watchers) > 0 {
		return r.watchers[0]
	}
	return nil
}

// requeue gives lists that every driver has to see, and that this one did not
// ack, back to their queues. The mutex is held.
func (w *watcher) requeue() {
	for i := len(w.flying) - 1; i >= 0; i-- {
		f := w.flying[i]
		if f.every != nil {
			s := w.r.streams[f.stream]
			at, _ := slices.BinarySearchFunc(s.queue, f.every.seq, func(l *list, seq uint64) int { return cmp.Compare(l.seq, seq) })
			s.queue = slices.Insert(s.queue, at, f.every)
			if d := w.r.driver; d != nil {
				d.peer.poke()
			}
		}
	}
	w.flying = nil
}

// drive makes w the driver; nil is nobody. The mutex is held.
func (r *Renderer) drive(w *watcher) {
	if r.driver == w {
		return
	}
	r.driver = w
	e := Event{Kind: EventDriver}
	if w != nil {
		e.Name, e.Viewer = w.peer.Hello.Name, w.peer.Hello.Session
		w.since = r.clock()
		w.forgetSent()
		w.peer.poke()
	}
	r.events.add(e)
	r.changed.wake()
}

// forgetSent takes lists that this new driver has got already out of its queue.
func (w *watcher) forgetSent() {
	for name, s := range w.r.streams {
		s.queue = slices.DeleteFunc(s.queue, func(l *list) bool {
			void := !l.every && l.seq <= w.sent[name]
			if void {
				l.release()
			}
			return void
		})
	}
}

// endReason says in words why a connection ended.
func endReason(err error) (code int, text string) {
	switch {
	case errors.Is(err, ErrInternal):
		return StatusInternal, err.Error()
	case isStalled(err):
		return StatusStalled, err.Error()
	case errors.Is(err, ErrPeer):
		return StatusProtocol, err.Error()
	case errors.Is(err, ErrRefused):
		return StatusRefused, err.Error()
	}
	return StatusDisconnected, plain(err)
}

// plain is an error in the words that a person needs.
func plain(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err.Error()
	}
	if err == nil {
		return "closed"
	}
	return err.Error()
}
