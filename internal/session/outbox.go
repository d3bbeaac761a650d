package session

import (
	"net"
	"slices"

	"remoteviewer/internal/wire"
)

// put queues a message. One of the same type that still waits is replaced when
// the newer one makes it void (cameras, wants, views).
func (p *Peer) put(m wire.Message, body []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := m.(*wire.Data); ok {
		if p.data >= outboxLimit || p.bytes > 0 && p.bytes+len(body) > dataLimit {
			return false
		}
		p.data++
		p.bytes += len(body)
	}
	i := p.voided(m)
	_, control := m.(*wire.Control)
	switch {
	case i >= 0 && control: // the count of changes rises from message to message
		p.out = append(slices.Delete(p.out, i, i+1), outgoing{m, body})
	case i >= 0:
		p.out[i].message = m
	default:
		p.out = append(p.out, outgoing{m, body})
	}
	p.poke()
	return true
}

// voided finds the waiting message that m makes void, or -1.
func (p *Peer) voided(m wire.Message) int {
	for i := range p.out {
		switch m := m.(type) {
		case *wire.Camera:
			old, ok := p.out[i].message.(*wire.Camera)
			if ok {
				if m.Cause == wire.CauseRepeat || m.Cause == wire.CauseSize && old.Cause == wire.CauseInput {
					m.Cause = old.Cause // a drag that was not sent yet is still one
				}
				return i
			}
		case *wire.Want:
			if old, ok := p.out[i].message.(*wire.Want); ok && old.Mode != wire.WantOne {
				return i
			}
		case *wire.Cameras:
			if _, ok := p.out[i].message.(*wire.Cameras); ok {
				return i
			}
		case *wire.View:
			if _, ok := p.out[i].message.(*wire.View); ok {
				return i
			}
		case *wire.Control: // presses of a button, which have no value, all count
			if old, ok := p.out[i].message.(*wire.Control); ok && old.Name == m.Name && m.Value != nil && m.Times == nil {
				return i
			}
		case *wire.Event:
			return p.draggedOn(m)
		case *wire.Picks:
			if _, ok := p.out[i].message.(*wire.Picks); ok {
				return i
			}
		case *wire.Answer: // who asks again has given the older question up
			if _, ok := p.out[i].message.(*wire.Answer); ok {
				return i
			}
		default:
			return -1
		}
	}
	return -1
}

// draggedOn finds the waiting place of a drag that goes on with m, or -1.
func (p *Peer) draggedOn(m *wire.Event) int {
	for i := len(p.out) - 1; i >= 0; i-- {
		if old, ok := p.out[i].message.(*wire.Event); ok && old.Event == wire.EventDrag {
			if m.Continues(old) {
				return i
			}
			return -1
		}
	}
	return -1
}

// putIfRoom is put of what a person does: false when too much waits already.
func (p *Peer) putIfRoom(m wire.Message) bool {
	p.mu.Lock()
	full := len(p.out) >= outboxLimit
	p.mu.Unlock()
	return !full && p.put(m, nil)
}

func (p *Peer) poke() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// takeOut takes what waits. Values count as waiting until wrote says otherwise.
func (p *Peer) takeOut(room []outgoing) []outgoing {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.out
	p.out = room[:0]
	return out
}

// wrote takes written values off the count.
func (p *Peer) wrote(out []outgoing) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, o := range out {
		if _, ok := o.message.(*wire.Data); ok {
			p.data--
			p.bytes -= len(o.body)
		}
	}
}

// writer is what one goroutine writes with.
type writer struct {
	peer  *Peer
	wire  wire.Writer
	small []byte
	out   []outgoing
	bufs  net.Buffers
	rest  net.Buffers // what of them is still to be written
}

// smallKept is how much memory for heads a connection keeps.
const smallKept = 64 << 10

// flush writes everything in the outbox: heads from one buffer, bodies from
// where they lie.
func (w *writer) flush() error {
	out := w.peer.takeOut(w.out)
	w.out = out
	if len(out) == 0 {
		return nil
	}
	defer clear(out)
	bye, err := w.frame(out)
	if err == nil {
		err = w.write(w.bufs)
	}
	w.peer.wrote(out)
	if cap(w.small) > smallKept {
		w.small = nil
	}
	if err == nil && bye {
		err = errBye
	}
	return err
}

// frame makes w.bufs of messages, and says whether a bye is among them.
func (w *writer) frame(out []outgoing) (bye bool, err error) {
	w.small, w.bufs = w.small[:0], w.bufs[:0]
	ends := make([]int, 0, 8) // of the heads that a body follows
	for _, o := range out {
		if _, ok := o.message.(*wire.Bye); ok {
			bye = true
		}
		if w.small, err = w.wire.AppendFrame(w.small, w.peer.enc, o.message, int64(len(o.body))); err != nil {
			return bye, err
		}
		if len(o.body) > 0 {
			ends = append(ends, len(w.small))
		}
	}
	at, n := 0, 0
	for _, o := range out {
		if len(o.body) > 0 {
			w.bufs = append(w.bufs, w.small[at:ends[n]], o.body)
			at, n = ends[n], n+1
		}
	}
	if at < len(w.small) {
		w.bufs = append(w.bufs, w.small[at:])
	}
	return bye, nil
}

// write writes bufs, and forgets what they held.
func (w *writer) write(bufs net.Buffers) error {
	w.rest = bufs
	n, err := w.peer.conn.WriteBuffers(&w.rest)
	w.peer.written.Add(n)
	w.rest = nil
	clear(bufs)
	return err
}
