package session

import (
	"fmt"
	"slices"

	"remoteviewer/internal/wire"
)

// handle takes a message, in the reading goroutine.
func (w *watcher) handle(m wire.Message, body int64) error {
	switch m := m.(type) {
	case *wire.Ack:
		return w.ack(m)
	case *wire.Want:
		return w.wants(m)
	case *wire.Camera:
		return w.camera(m)
	case *wire.Control:
		w.control(m)
	case *wire.Event:
		return w.input(m)
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
		w.r.changed.wake()
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
	r.changed.wake()
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
		if closed[win] {
			continue
		}
		r.opened++ // it may not have been rendered
		if w.omitted[win.Stream] {
			w.again[win.Stream] = true
			delete(w.omitted, win.Stream)
		}
	}
	w.want, w.closed = *m, closed
	if r.driver != nil && m.Mode != wire.WantNone && w.moved > r.driver.moved {
		r.drive(w) // a person moved its camera while it read nothing
	}
	r.passOn()
	w.peer.poke()
	if r.driver == w {
		r.trigger()
	}
	r.changed.wake()
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
		w.moved = r.inputs
		r.drive(w)
		r.passOn() // it waits for its turn while it reads no lists
	}
	if r.driver == w && fresh {
		r.trigger()
		r.changed.wake()
	}
	return nil
}
