package session

import (
	"context"
	"fmt"
	"slices"
	"time"

	"remoteviewer/internal/codec"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/wire"
)

// images reads a list off the connection, in the reading goroutine, and queues
// it. Raw pixels go straight into the memory that will be shown.
func (r *Receiver) images(m *wire.Images, body int64) error {
	lim := r.peer.cfg.limits()
	if err := m.Check(lim, body); err != nil {
		return err
	}
	it, err := r.prepare(m, lim)
	if err != nil {
		return err
	}
	for i := range it.list.Images {
		if err := r.readImage(it, i); err != nil {
			r.free(it)
			return err
		}
	}
	l := it.list
	l.ReceivedNs = MonotonicNs()
	l.WireBytes = body + wire.PrefixLen
	r.times(m, l)
	if it.ready = !slices.ContainsFunc(it.payloads, func(p []byte) bool { return p != nil }); it.ready {
		l.DecodedNs = l.ReceivedNs
	}
	return r.enqueue(it)
}

// prepare checks the formats of a list and makes the item for it.
func (r *Receiver) prepare(m *wire.Images, lim wire.Limits) (*item, error) {
	l := &List{
		Seq: m.Seq, Pass: m.Pass, Stream: m.Stream, Last: m.Last, Every: m.Every, Waiting: m.Waiting,
		Meta: m.Meta, GivenNs: m.GivenNs, SentNs: m.SentNs, Images: make([]Image, len(m.Images)),
	}
	it := &item{list: l, payloads: make([][]byte, len(m.Images)), specs: make([]codec.Spec, len(m.Images))}
	var total int64
	for i := range m.Images {
		w := &m.Images[i]
		f, err := formatOf(w, lim)
		if err != nil {
			return nil, err
		}
		spec := codec.Spec{Codec: w.Codec, Filter: w.Filter, Quality: w.Quality}
		closed := w.Codec == wire.CodecNone
		if !closed {
			if !r.peer.takes(w.Codec) {
				return nil, fmt.Errorf("%w: image %q comes as %q, which was not offered", wire.ErrProtocol, w.Name, w.Codec)
			}
			if err := spec.Check(f); err != nil {
				return nil, fmt.Errorf("%w: image %q: %w", wire.ErrProtocol, w.Name, err)
			}
			if total += int64(f.Bytes()); total > lim.List {
				return nil, fmt.Errorf("%w: a list of more than %d bytes", wire.ErrLimit, lim.List)
			}
		}
		if (w.Codec == codec.Raw && w.Bytes != int64(f.Bytes())) || (closed && w.Bytes != 0) {
			return nil, fmt.Errorf("%w: image %q has %d bytes, its pixels are %d", wire.ErrProtocol, w.Name, w.Bytes, f.Bytes())
		}
		it.specs[i] = spec
		l.Images[i] = Image{
			Image: pixel.Image{Format: f}, Name: w.Name, Codec: w.Codec, Filter: w.Filter,
			Exact: w.Exact && spec.Exact(), Quality: w.Quality, Bytes: w.Bytes, Closed: closed,
		}
	}
	it.size = total
	if m.Camera != nil {
		c, err := cameraOf(completeView(&m.Camera.Pose), lim)
		if err != nil {
			return nil, err
		}
		l.Camera, l.HasCamera, l.CameraViewer, l.CameraSeq = c, true, m.Camera.Viewer, m.Camera.Seq
	}
	l.ack, l.release = r.ack, r.releaseList
	return it, nil
}

// takes says whether our own hello offered the codec.
func (p *Peer) takes(name string) bool {
	return name == codec.Raw || slices.Contains(p.cfg.Codecs, name)
}

func (r *Receiver) readImage(it *item, i int) error {
	img := &it.list.Images[i]
	if img.Closed {
		return nil
	}
	b := r.pool.Get(int(img.Bytes))
	if img.Codec == codec.Raw {
		img.Pix = b
	} else {
		it.payloads[i] = b
	}
	return r.peer.reader.ReadBody(b)
}

// times fills in what clocks tell of a list that has just come.
func (r *Receiver) times(m *wire.Images, l *List) {
	now := time.Now()
	if r.peer.RoundTrip() > 0 && m.GivenNs != 0 {
		l.Age = time.Duration(r.peer.at(now) + int64(r.peer.Offset()) - m.GivenNs)
		l.Age = max(l.Age, 0)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Lists++
	r.stats.LastList = now
	// Only the first list of a camera tells how long it took: a still camera is
	// rendered again and again.
	if l.CameraViewer == r.peer.cfg.Session && l.CameraSeq > r.camBack && l.CameraSeq+cameraTimes > r.camSeq {
		r.camBack = l.CameraSeq
		if sent := r.camSent[l.CameraSeq%cameraTimes]; !sent.IsZero() {
			l.CameraAge = now.Sub(sent)
		}
	}
}

// enqueue puts a list into the display queue. A list of its stream that has not
// been looked at yet gives way, unless every list is to be shown.
func (r *Receiver) enqueue(it *item) error {
	for {
		r.mu.Lock()
		dropped := r.giveWay(it, func(old *item) bool { return !old.ready && !old.decoding || it.ready })
		full := len(r.queue) >= queueLimit || len(r.queue) > 0 && r.queued()+it.size > r.peer.cfg.limits().List
		if !full {
			r.queue = append(r.queue, it)
			r.changed.wake()
		}
		changed := r.changed.wait()
		r.mu.Unlock()
		for _, old := range dropped {
			r.drop(old, wire.StateSkipped)
		}
		if !full {
			r.notify()
			return nil
		}
		select {
		case <-changed:
		case <-r.ended():
			r.free(it)
			return ErrClosed
		}
	}
}

// queued is how many bytes of pixels wait. The mutex is held.
func (r *Receiver) queued() (bytes int64) {
	for _, it := range r.queue {
		bytes += it.size
	}
	return bytes
}

// ended is closed when the connection's context is over: then nobody takes lists.
func (r *Receiver) ended() <-chan struct{} { return r.peer.gone }

// giveWay takes out of the queue the lists that it makes void. The mutex is held.
func (r *Receiver) giveWay(it *item, void func(*item) bool) []*item {
	var dropped []*item
	r.queue = slices.DeleteFunc(r.queue, func(old *item) bool {
		if old == it || old.list.Every || old.list.Stream != it.list.Stream || old.list.Seq > it.list.Seq || old.decoding || !void(old) {
			return false
		}
		dropped = append(dropped, old)
		return true
	})
	return dropped
}

func (r *Receiver) drop(it *item, state string) {
	for i, p := range it.payloads {
		if p != nil {
			r.pool.Put(p)
			it.payloads[i] = nil
		}
	}
	it.list.Ack(state)
	it.list.Release()
}

// free gives a list's memory back without an ack: its connection is over.
func (r *Receiver) free(it *item) {
	it.list.ack = nil
	r.drop(it, "")
}

// decodeLoop decodes queued lists, oldest first.
func (r *Receiver) decodeLoop(ctx context.Context) {
	dec := &codec.Decoder{}
	defer dec.Close()
	for {
		r.mu.Lock()
		var next *item
		if i := slices.IndexFunc(r.queue, func(it *item) bool { return !it.ready }); i >= 0 {
			next = r.queue[i]
			next.decoding = true
		}
		changed := r.changed.wait()
		r.mu.Unlock()
		if next == nil {
			select {
			case <-changed:
				continue
			case <-ctx.Done():
				return
			}
		}
		err := r.decode(dec, next)
		r.decoded(next, err)
	}
}

func (r *Receiver) decode(dec *codec.Decoder, it *item) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	for i := range it.list.Images {
		payload := it.payloads[i]
		if payload == nil {
			continue
		}
		img := &it.list.Images[i]
		img.Pix = r.pool.Get(img.Format.Bytes())
		if err := dec.Decode(img.Pix, payload, img.Format, it.specs[i]); err != nil {
			return fmt.Errorf("image %q: %w", img.Name, err)
		}
		r.pool.Put(payload)
		it.payloads[i] = nil
	}
	return nil
}

// decoded marks a list as ready, or acks it as failed.
func (r *Receiver) decoded(it *item, err error) {
	it.list.DecodedNs = MonotonicNs()
	r.mu.Lock()
	it.decoding, it.ready = false, err == nil
	var dropped []*item
	if err == nil {
		dropped = r.giveWay(it, func(old *item) bool { return old.ready })
	} else {
		r.queue = slices.DeleteFunc(r.queue, func(q *item) bool { return q == it })
		it.list.failed = clip(err.Error())
		dropped = []*item{it}
	}
	r.changed.wake()
	r.mu.Unlock()
	for _, old := range dropped {
		state := wire.StateSkipped
		if old == it {
			state = wire.StateFailed
		}
		r.drop(old, state)
	}
	r.notify()
}

// ack tells the renderer what became of a list.
func (r *Receiver) ack(l *List, state, text string) {
	now := time.Now()
	since := MonotonicNs() - l.DecodedNs
	m := &wire.Ack{Seq: l.Seq, Pass: l.Pass, State: state, DecodedNs: r.peer.at(now) - since, ShownNs: r.peer.at(now), Text: text}
	r.mu.Lock()
	switch state {
	case wire.StateShown:
		r.stats.Shown++
		r.shown[r.shownN%shownHistory] = now
		r.shownN++
		if l.CameraAge > 0 {
			l.CameraAge += time.Duration(MonotonicNs() - l.ReceivedNs)
			r.stats.CameraAge = l.CameraAge
		}
	case wire.StateFailed:
		r.stats.Failed++
	default:
		r.stats.Skipped++
	}
	r.mu.Unlock()
	r.peer.put(m, nil)
}

func (r *Receiver) releaseList(l *List) {
	for i := range l.Images {
		if l.Images[i].Pix != nil {
			r.pool.Put(l.Images[i].Pix)
			l.Images[i].Pix = nil
		}
	}
}
