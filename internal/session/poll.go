package session

import (
	"math"
	"sync/atomic"
	"time"
)

// Poll is what a caller may look at instead of calling Wants and Gate in every
// round: entering Go keeps threads of its runtime awake, which a loop that uses all
// cores feels. It lies in memory that C sees too, as rvshim_poll.
type Poll struct {
	Handle  atomic.Uint64
	Until   atomic.Int64  // CLOCK_MONOTONIC, ns: before it Wants(Budget, Refresh) gives nothing
	Budget  atomic.Uint64 // bits of a float64
	Refresh atomic.Uint64
	Running atomic.Int64 // 1: Gate lets the loop run
	_       [3]uint64    // a line of the cache each
}

// Watch has the session keep p up to date. It is called before anybody uses the
// session.
func (r *Renderer) Watch(p *Poll) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.poll, r.changed.poll = p, p
}

// stir sets all of it back: the session ends, or a control has another value. The
// mutex is held.
func (r *Renderer) stir() {
	if r.poll != nil {
		r.changed.firm = false
		r.poll.Until.Store(0)
		r.poll.Running.Store(0)
	}
}

// nothing says for how long Wants has nothing to give; negative is without end. A
// change ends it before, unless it is firm. The mutex is held.
func (r *Renderer) nothing(budget, refresh float64, wait time.Duration, firm bool) {
	p := r.poll
	if p == nil {
		return
	}
	r.changed.firm = firm
	p.Budget.Store(math.Float64bits(budget))
	p.Refresh.Store(math.Float64bits(refresh))
	if wait < 0 {
		p.Until.Store(math.MaxInt64)
		return
	}
	p.Until.Store(MonotonicNs() + int64(wait))
}

// runsOn says that a gate lets the loop run without asking until something
// changes, if that is still so.
func (r *Renderer) runsOn(c *Control) {
	if r.poll == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.Number() < 0 && r.usable() == nil && r.control(c.item.Name) == c {
		r.poll.Running.Store(1)
	}
}
