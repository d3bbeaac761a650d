package session

import (
	"math"
	"slices"
	"time"

	"remoteviewer/internal/wire"
)

// history is a plot's newest values. What viewers were told doesn't change: of
// values that come too close together the newest waits in `late`.
type history struct {
	times, values []float64
	first         uint64 // the number of the oldest kept, counted over all
	late          float64
	lateAt        float64
	isLate        bool
}

// Plot adds a value to a plot, at this moment. NaN and infinities are gaps.
func (r *Renderer) Plot(c *Control, value float64) {
	if math.IsInf(value, 0) {
		value = math.NaN()
	}
	now := time.Since(r.controls.start).Seconds()
	c.mu.Lock()
	c.plot.add(now, value)
	c.mu.Unlock()
	r.quietly(c)
}

func (h *history) add(now, value float64) {
	h.settle(now)
	if n := len(h.times); n > 0 && now-h.times[n-1] < plotEvery.Seconds() {
		h.late, h.lateAt, h.isLate = value, now, true
		return
	}
	h.isLate = false
	h.push(now, value)
}

// settle gives the value that waits its place, when none came soon after it.
func (h *history) settle(now float64) {
	if h.isLate && now-h.lateAt >= plotEvery.Seconds() {
		h.isLate = false
		h.push(h.lateAt, h.late)
	}
}

func (h *history) push(at, value float64) {
	if len(h.times) >= wire.PlotLimit {
		const drop = wire.PlotLimit / 8
		h.times = append(h.times[:0], h.times[drop:]...)
		h.values = append(h.values[:0], h.values[drop:]...)
		h.first += drop
	}
	h.times, h.values = append(h.times, at), append(h.values, value)
}

// since is what viewers are told who know all values before the given one.
func (h *history) since(from uint64, now float64) (values []any, times []float64, next uint64) {
	h.settle(now)
	at := min(max(from, h.first)-h.first, uint64(len(h.values)))
	return wire.Plain(h.values[at:]), slices.Clone(h.times[at:]), h.first + uint64(len(h.values))
}

// plotted is what a viewer is told of a plot who knows all values before the given
// one. A value that has to wait is told later, though no other may come.
func (r *Renderer) plotted(c *Control, from uint64) (values []any, times []float64, next uint64) {
	c.mu.Lock()
	values, times, next = c.plot.since(from, r.controls.now())
	late := c.plot.isLate
	c.mu.Unlock()
	if late {
		r.quietly(c)
	}
	return values, times, next
}
