package session

import (
	"fmt"
	"slices"

	"remoteviewer/internal/wire"
)

const picksLimit = 16 // of a viewer's that wait for their answers

// asked is a pick that waits for its answer.
type asked struct {
	w  *watcher
	id uint64 // the viewer's
}

// picks are what viewers asked. They belong to the renderer's mutex.
type picks struct {
	wanted bool
	last   uint64
	open   map[uint64]asked
}

var inputKinds = map[string]EventKind{
	wire.EventClick: EventClick, wire.EventDrag: EventDrag, wire.EventKey: EventKey, wire.EventPick: EventPick,
}

// input takes what a viewer's user did, in the reading goroutine.
func (w *watcher) input(m *wire.Event) error {
	r := w.r
	if err := m.Check(r.opts.Limits); err != nil {
		return err
	}
	kind, known := inputKinds[m.Event]
	if !known {
		return nil // of a later version
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if kind == EventPick {
		if !r.picks.wanted || !w.peer.has(wire.FeatureEvents) {
			return nil // it was on its way, or would not know the answer
		}
		m.ID = r.picks.add(w, m.ID)
	}
	r.events.add(Event{Kind: kind, Name: m.Name, Text: m.Key, Input: m, Viewer: w.peer.Hello.Session})
	r.changed.wake()
	return nil
}

// add gives a pick a number of the session's own. The viewer's oldest give way.
func (p *picks) add(w *watcher, id uint64) uint64 {
	if p.open == nil {
		p.open = map[uint64]asked{}
	}
	p.last++
	p.open[p.last] = asked{w, id}
	if w.asked = append(w.asked, p.last); len(w.asked) > picksLimit {
		delete(p.open, w.asked[0])
		w.asked = slices.Delete(w.asked, 0, 1)
	}
	return p.last
}

// forget drops what a viewer that has gone asked.
func (p *picks) forget(w *watcher) {
	for _, id := range w.asked {
		delete(p.open, id)
	}
}

// WantPicks says whether viewers shall ask what is under the pointer.
func (r *Renderer) WantPicks(wanted bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.picks.wanted == wanted {
		return
	}
	r.picks.wanted = wanted
	for _, w := range r.watchers {
		w.sayPicks()
	}
}

// sayPicks tells a viewer whether to ask. The mutex is held.
func (w *watcher) sayPicks() {
	if w.peer.has(wire.FeatureEvents) {
		w.peer.put(&wire.Picks{Wanted: w.r.picks.wanted}, nil)
	}
}

// Answer answers a pick; one that nobody waits for any more is nothing.
func (r *Renderer) Answer(id uint64, value map[string]any) error {
	lim := r.opts.Limits
	lim.Meta = wire.AnswerLimit
	clean, err := wire.CleanMeta(value, lim)
	if err != nil {
		return fmt.Errorf("the answer to pick %d: %w", id, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if a, ok := r.picks.open[id]; ok {
		delete(r.picks.open, id)
		a.w.peer.put(&wire.Answer{ID: a.id, Value: clean}, nil)
	}
	return nil
}
