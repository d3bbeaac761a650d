package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"

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

	cam   *wire.ListCamera // the viewer's newest camera
	cause string
	input uint64 // when a person last moved it; 0 never
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
			w.input = old.input
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
	r.report(StatusConnected, w, fmt.Sprintf("viewer %s connected from %s", w.peer.Hello.Name, w.peer.Addr))
	if r.driver == nil {
		r.drive(w)
	}
	r.passOn()
	r.trigger()
	r.signal()
	return nil
}

// leave forgets a viewer whose connection has ended.
func (r *Renderer) leave(w *watcher, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watchers = slices.DeleteFunc(r.watchers, func(x *watcher) bool { return x == w })
	r.stats.Bytes += uint64(w.peer.written.Load())
	w.requeue()
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
	r.signal()
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
		w.forgetSent()
		w.peer.poke()
	}
	r.events.add(e)
	r.signal()
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

// handle takes a message, in the reading goroutine.
func (w *watcher) handle(m wire.Message, body int64) error {
	switch m := m.(type) {
	case *wire.Ack:
		return w.ack(m)
	case *wire.Want:
		return w.wants(m)
	case *wire.Camera:
		return w.camera(m)
	case *wire.Data:
		data := make([]byte, body)
		if err := w.peer.reader.ReadBody(data); err != nil {
			return err
		}
		if err := CheckData(m.Name, m.Format, data); err != nil {
			return fmt.Errorf("%w: %w", wire.ErrProtocol, err)
		}
		w.r.mu.Lock()
		defer w.r.mu.Unlock()
		w.r.events.add(Event{Kind: EventData, Name: m.Name, Format: m.Format, Data: data, Viewer: w.peer.Hello.Session})
		w.r.signal()
	}
	return nil
}

func (w *watcher) ack(m *wire.Ack) error {
	switch m.State {
	case wire.StateShown, wire.StateSkipped, wire.StateMissing, wire.StateFailed:
	default:
		return fmt.Errorf("%w: an ack of state %q, known are shown, skipped, missing and failed", wire.ErrProtocol, m.State)
	}
	r := w.r
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(w.flying, func(f flight) bool { return f.seq == m.Seq })
	if i < 0 {
		return fmt.Errorf("%w: an ack of list %d, which is not on its way", wire.ErrProtocol, m.Seq)
	}
	f := w.flying[i]
	w.flying = slices.Delete(w.flying, i, i+1)
	if f.every != nil {
		f.every.release()
	}
	s := r.streams[f.stream]
	switch m.State {
	case wire.StateShown:
		r.stats.Shown++
		s.shown = max(s.shown, m.Seq)
	case wire.StateSkipped:
		r.stats.Skipped++
	default:
		r.stats.Failed++
		r.say(fmt.Sprintf("viewer %s could not show list %d: %s", w.peer.Hello.Name, m.Seq, clip(m.Text)), &r.unshown)
	}
	w.acked[f.stream] = max(w.acked[f.stream], m.Seq)
	w.peer.poke()
	if r.driver == w {
		s.acked = max(s.acked, m.Seq)
		r.trigger()
	}
	r.signal()
	return nil
}

// closedLimit bounds the windows that a viewer may name as closed.
const closedLimit = 64 * 64

func (w *watcher) wants(m *wire.Want) error {
	switch m.Mode {
	case wire.WantContinuous, wire.WantOne, wire.WantNone:
	default:
		return fmt.Errorf("%w: want %q, known are continuous, one and none", wire.ErrProtocol, m.Mode)
	}
	if len(m.Closed) > closedLimit {
		return fmt.Errorf("%w: %d closed windows, wanted at most %d", wire.ErrLimit, len(m.Closed), closedLimit)
	}
	closed := make(map[wire.Window]bool, len(m.Closed))
	for _, win := range m.Closed {
		closed[win] = true
	}
	r := w.r
	r.mu.Lock()
	defer r.mu.Unlock()
	for win := range w.closed {
		if !closed[win] && w.omitted[win.Stream] {
			w.again[win.Stream] = true
			delete(w.omitted, win.Stream)
		}
	}
	w.want, w.closed = *m, closed
	if r.driver != nil && m.Mode != wire.WantNone && w.input > r.driver.input {
		r.drive(w) // a person moved its camera while it read nothing
	}
	r.passOn()
	w.peer.poke()
	if r.driver == w {
		r.trigger()
	}
	r.signal()
	return nil
}

// passOn gives the drive of a viewer that reads no lists to one that does, the
// longest connected: a loop that renders for its driver would stand still. The
// mutex is held.
func (r *Renderer) passOn() {
	if r.driver == nil || r.driver.want.Mode != wire.WantNone {
		return
	}
	for _, w := range r.watchers {
		if w.want.Mode != wire.WantNone {
			r.drive(w)
			r.trigger()
			return
		}
	}
}

func (w *watcher) camera(m *wire.Camera) error {
	switch m.Cause {
	case wire.CauseInput, wire.CauseSize, wire.CauseRepeat, wire.CauseJoin:
	default:
		m.Cause = wire.CauseSize // one of a later version: it doesn't take over
	}
	if m.Seq < 1 || m.Seq > wire.MaxInt {
		return fmt.Errorf("%w: a camera of seq %d, wanted 1 to 2^53-1", wire.ErrProtocol, m.Seq)
	}
	c, err := cameraOf(completeView(&m.Pose), w.r.opts.Limits)
	if err != nil {
		return err
	}
	r := w.r
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.wanted {
		return nil // it was on its way when cameras were no longer wanted
	}
	fresh := w.cam == nil || w.cam.Seq != m.Seq
	if fresh {
		w.cam = &wire.ListCamera{Pose: poseOf(&c), Viewer: w.peer.Hello.Session, Seq: m.Seq}
		w.cause = m.Cause
	}
	if m.Cause == wire.CauseInput {
		r.inputs++
		w.input = r.inputs
		r.drive(w)
		r.passOn() // it waits for its turn while it reads no lists
	}
	if r.driver == w && fresh {
		r.trigger()
		r.signal()
	}
	return nil
}

// parcel is a list on its way to one viewer.
type parcel struct {
	*list
	how     encoding
	every   bool
	last    bool
	waiting int
	closed  map[wire.Window]bool
}

// send writes the next list, if there is one and room for it. It runs in the
// connection's writing goroutine.
func (w *watcher) send(out *writer) error {
	p, ok := w.next()
	if !ok {
		return nil
	}
	defer p.release()
	e, err := p.encode(&w.enc, p.how)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInternal, err)
	}
	if err := w.write(out, &p, e); err != nil {
		return err
	}
	w.peer.poke() // there may be one more
	return nil
}

// next takes what this viewer shall get now.
func (w *watcher) next() (parcel, bool) {
	w.r.mu.Lock()
	defer w.r.mu.Unlock()
	l, again := w.pick()
	if l == nil {
		return parcel{}, false
	}
	w.omitted[l.stream] = slices.ContainsFunc(l.names, func(name string) bool {
		return w.closed[wire.Window{Stream: l.stream, Name: name}]
	})
	return parcel{
		list: l, how: w.encoding(), every: l.every && w.r.driver == w, last: l.last && !again,
		waiting: len(w.r.streams[l.stream].queue), closed: w.closed,
	}, true
}

// pick takes the oldest list that this viewer shall get now; again says that
// it comes for a window that was opened. The mutex is held.
func (w *watcher) pick() (best *list, again bool) {
	r := w.r
	var from *stream
	for name, s := range r.streams {
		l, resend := w.candidate(name, s)
		if l != nil && (best == nil || l.seq < best.seq) {
			best, from, again = l, s, resend
		}
	}
	if best == nil || len(w.flying) >= w.window(best) {
		return nil, false
	}
	if text := w.tooMuch(best); text != "" {
		w.skip(from, best, text)
		return w.pick()
	}
	best.retain()
	f := flight{seq: best.seq, stream: best.stream}
	if r.driver == w && !again {
		from.take(best)
		if best.every {
			f.every = best.retain()
		}
		r.signal() // a sender may wait for the place
	}
	best.taken = true
	w.sent[best.stream] = max(w.sent[best.stream], best.seq)
	delete(w.again, best.stream)
	w.flying = append(w.flying, f)
	r.stats.Sent++
	if !again && (w.want.Mode == wire.WantOne || best.last) {
		w.want.Mode = wire.WantNone
		r.passOn()
	}
	return best, again
}

// tooMuch says which of the peer's limits a list is beyond, "" none.
func (w *watcher) tooMuch(l *list) string {
	lim := w.limits
	total := int64(0)
	for i := range l.images {
		f := &l.images[i].Format
		total += int64(f.Bytes())
		if side := int64(max(f.Width, f.Height)); side > lim.Side {
			return fmt.Sprintf("image %q has %d pixels a side, it takes %d", l.names[i], side, lim.Side)
		}
		if n := int64(len(l.names[i])); n > lim.Name {
			return fmt.Sprintf("a name has %d bytes, it takes %d", n, lim.Name)
		}
	}
	switch n := int64(len(l.images)); {
	case n > lim.Images:
		return fmt.Sprintf("%d images, it takes %d", n, lim.Images)
	case total > lim.List:
		return fmt.Sprintf("%d bytes, it takes %d", total, lim.List)
	case l.meta != nil && lim.Meta < w.r.opts.Limits.Meta:
		if _, err := wire.CleanMeta(l.meta, lim); err != nil {
			return err.Error()
		}
	}
	return ""
}

// skip passes over a list that is beyond the peer's limits. The mutex is held.
func (w *watcher) skip(from *stream, l *list, text string) {
	r := w.r
	r.stats.Failed++
	r.say(fmt.Sprintf("viewer %s can't take list %d: %s", w.peer.Hello.Name, l.seq, text), &r.unshown)
	w.sent[l.stream] = max(w.sent[l.stream], l.seq)
	delete(w.again, l.stream)
	if r.driver == w {
		from.acked = max(from.acked, l.seq)
		from.take(l)
		r.signal()
	}
}

// window is how many lists may be on their way when this one is sent.
func (w *watcher) window(l *list) int {
	if l.every && w.r.driver == w {
		return everyWindow
	}
	return window
}

// take removes a list that the driver gets from the queue, and those that it
// makes void.
func (s *stream) take(best *list) {
	s.queue = slices.DeleteFunc(s.queue, func(l *list) bool {
		void := l == best || l.seq <= best.seq && !l.every
		if void {
			l.release()
		}
		return void
	})
}

// candidate is the list of a stream that the viewer shall get next, nil if none.
func (w *watcher) candidate(name string, s *stream) (l *list, again bool) {
	if w.again[name] && s.newest != nil && s.newest.seq >= w.sent[name] && !w.isFlying(s.newest.seq) {
		return s.newest, true
	}
	if w.want.Mode == wire.WantNone {
		return nil, false
	}
	if w.r.driver == w {
		for _, l := range s.queue {
			if l.seq > w.sent[name] || l.every {
				return l, false
			}
		}
	}
	if s.newest != nil && s.newest.seq > w.sent[name] {
		return s.newest, false
	}
	return nil, false
}

func (w *watcher) isFlying(seq uint64) bool {
	return slices.ContainsFunc(w.flying, func(f flight) bool { return f.seq == seq })
}

// room says whether a list given now would leave at once. The mutex is held.
func (w *watcher) room() bool {
	if w.want.Mode == wire.WantNone {
		return false
	}
	n := len(w.flying)
	for name, s := range w.r.streams {
		if l, _ := w.candidate(name, s); l != nil {
			n++
		}
	}
	return n < window
}

// encoding is how lists go to this viewer. The mutex is held.
func (w *watcher) encoding() encoding {
	how := encoding{codec: w.r.opts.Codec, quality: w.r.opts.Quality, zstd: w.peer.Takes(codec.Zstd)}
	if how.codec == "" {
		how.codec, how.quality = w.want.Codec, w.want.Quality
	}
	if how.codec == "" || !w.peer.Takes(how.codec) || !slices.Contains(codec.Names(), how.codec) {
		how.codec = codec.Raw
	}
	if how.codec != codec.JPEG {
		how.quality = 0
	}
	return how
}

// write frames a list and writes it with its pixels in one gathered write,
// straight from the pooled memory.
func (w *watcher) write(out *writer, l *parcel, e *encoded) error {
	m := &wire.Images{
		Seq: l.seq, Stream: l.stream, Last: l.last, Every: l.every, Waiting: l.waiting, Meta: l.meta, Camera: l.camera,
		GivenNs: w.peer.at(l.given), SentNs: w.peer.now(), Images: make([]wire.Image, len(l.images)),
	}
	w.bufs = append(w.bufs[:0], nil) // the head
	var body int64
	for i := range l.images {
		f, spec := &l.images[i].Format, e.specs[i]
		img := wire.Image{
			Name: l.names[i], Width: f.Width, Height: f.Height, Channels: f.Channels, DType: string(f.DType),
			Color: string(f.Color), Alpha: string(f.Alpha), White: f.White,
			Codec: spec.Codec, Filter: spec.Filter, Exact: spec.Exact(), Quality: spec.Quality, Bytes: int64(len(e.payloads[i])),
		}
		if l.closed[wire.Window{Stream: l.stream, Name: img.Name}] {
			img.Codec, img.Filter, img.Quality, img.Exact, img.Bytes = wire.CodecNone, codec.None, 0, false, 0
		} else {
			w.bufs = append(w.bufs, e.payloads[i])
			body += img.Bytes
		}
		m.Images[i] = img
	}
	var err error
	if w.frame, err = out.wire.AppendFrame(w.frame[:0], w.peer.enc, m, body); err != nil {
		return err
	}
	w.bufs[0] = w.frame
	err = out.write(w.bufs)
	clear(w.bufs)
	return err
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
