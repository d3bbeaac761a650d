package session

import (
	"time"

	"remoteviewer/internal/wire"
)

// Out is how many slices of the pool somebody holds.
func (p *Pool) Out() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out
}

// Memory is where a renderer's lists lie.
func (r *Renderer) Memory() *Pool { return &r.pool }

// Break takes the streams away, so that the next ack meets a defect, and gives
// what puts them back.
func (r *Renderer) Break() (mend func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	streams := r.streams
	r.streams = map[string]*stream{}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.streams = streams
	}
}

// SetClock replaces the clock of pacing.
func (r *Renderer) SetClock(now func() time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock = now
}

// Abandoned makes it long since the last viewer left.
func (r *Renderer) Abandoned() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = time.Now().Add(-gateAlone)
	r.changed.wake()
}

// OpenPicks is how many picks wait for their answers.
func (r *Renderer) OpenPicks() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.picks.open)
}

// KeptEvents is how many events wait to be read.
func (r *Renderer) KeptEvents() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.events.list)
}

// Waiting is how many messages wait to be written to viewers.
func (r *Renderer) Waiting() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range r.watchers {
		w.peer.mu.Lock()
		n += len(w.peer.out)
		w.peer.mu.Unlock()
	}
	return n
}

// Offer gives a viewer controls without a renderer.
func (r *Receiver) Offer(items []wire.ControlItem) {
	r.redefine(&wire.Controls{Items: items})
}

// Fill gives a plot n values, a second apart and long ago: all but the last are x.
func (c *Control) Fill(n int, x, last float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range n {
		if i == n-1 {
			x = last
		}
		c.plot.push(float64(i-n-1), x)
	}
}
