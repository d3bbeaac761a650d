package session

import (
	"fmt"
	"slices"

	"remoteviewer/internal/codec"
	"remoteviewer/internal/wire"
)

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
	if w.tell() { // before a list, which may take long
		if err := out.flush(); err != nil {
			return err
		}
	}
	p, ok := w.next()
	if !ok {
		return nil
	}
	defer p.release()
	if err := w.r.worked(func() error { return w.carry(out, &p) }); err != nil {
		return err
	}
	w.peer.poke() // there may be one more
	return nil
}

// carry encodes a list and writes it.
func (w *watcher) carry(out *writer, p *parcel) error {
	e, err := p.encode(&w.enc, p.how)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInternal, err)
	}
	return w.write(out, p, e)
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
		r.changed.wake() // a sender may wait for the place
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
		r.changed.wake()
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
		if l, _ := w.candidate(name, s); l != nil || len(s.coming) > 0 {
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
	m := &w.head
	*m = wire.Images{
		Seq: l.seq, Stream: l.stream, Last: l.last, Every: l.every, Waiting: l.waiting, Meta: l.meta, Camera: l.camera,
		GivenNs: w.peer.at(l.given), SentNs: w.peer.now(), Images: slices.Grow(m.Images[:0], len(l.images))[:len(l.images)],
	}
	w.bufs = append(w.bufs[:0], nil) // the head
	var body int64
	for i := range l.images {
		f := &l.images[i].Format
		spec, payload := e.image(l.list, i)
		img := wire.Image{
			Name: l.names[i], Width: f.Width, Height: f.Height, Channels: f.Channels, DType: string(f.DType),
			Color: string(f.Color), Alpha: string(f.Alpha), White: f.White,
			Codec: spec.Codec, Filter: spec.Filter, Exact: spec.Exact(), Quality: spec.Quality, Bytes: int64(len(payload)),
		}
		if l.closed[wire.Window{Stream: l.stream, Name: img.Name}] {
			img.Codec, img.Filter, img.Quality, img.Exact, img.Bytes = wire.CodecNone, codec.None, 0, false, 0
		} else {
			w.bufs = append(w.bufs, payload)
			body += img.Bytes
		}
		m.Images[i] = img
	}
	var err error
	if w.frame, err = out.wire.AppendFrame(w.frame[:0], w.peer.enc, m, body); err != nil {
		return err
	}
	if head := int64(len(w.frame) - wire.PrefixLen); head > w.limits.Head {
		clear(w.bufs)
		w.r.mu.Lock()
		defer w.r.mu.Unlock()
		w.unsent(l.list, fmt.Sprintf("a head of %d bytes, it takes %d", head, w.limits.Head))
		return nil
	}
	w.bufs[0] = w.frame
	return out.write(w.bufs)
}

// unsent takes back a list that was about to be written. The mutex is held.
func (w *watcher) unsent(l *list, text string) {
	r := w.r
	r.stats.Failed++
	r.stats.Sent--
	r.say(fmt.Sprintf("viewer %s can't take list %d: %s", w.peer.Hello.Name, l.seq, text), &r.unshown)
	for i, f := range w.flying {
		if f.seq != l.seq {
			continue
		}
		if f.every != nil {
			f.every.release()
		}
		w.flying = slices.Delete(w.flying, i, i+1)
		break
	}
	if r.driver == w {
		s := r.streams[l.stream]
		s.acked = max(s.acked, l.seq)
		r.trigger()
	}
	r.changed.wake()
}
