package session

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/wire"
)

const (
	savedSpan = 250 * time.Millisecond // whose share may be saved up: images come evenly, not in bursts
	firstWait = 250 * time.Millisecond // that a viewer has for its first camera
	aftermath = 4                      // a quarter of an image's time is what it costs a busy loop besides: cold caches, idle cores
	gateAlone = 5 * time.Second        // without a viewer a paused loop runs on
)

// pace is what Wants knows of the loop that calls it.
type pace struct {
	last    moment
	at      time.Time     // when it was given
	began   time.Time     // rendering, zero when it doesn't
	credit  time.Duration // that rendering may still take; negative: owed
	counted time.Time     // up to when credit was earned
}

// moment is all that makes an image another one.
type moment struct {
	viewer                  string
	seq                     uint64
	view                    *wire.View // where no viewer's camera says
	joined, touched, opened uint64
}

// Wants says whether to render for viewers now, and with which camera; see
// rv_wants. budget is a share of the time, refresh seconds.
func (r *Renderer) Wants(budget, refresh float64) (CameraEvent, bool, error) {
	if math.IsNaN(budget) || budget <= 0 || math.IsNaN(refresh) || refresh < 0 {
		return CameraEvent{}, false, fmt.Errorf("%w: a budget of %g and a refresh of %g s, wanted a share above 0 and at least 0 s", ErrPace, budget, refresh)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.usable(); err != nil {
		return CameraEvent{}, false, err
	}
	r.want(true)
	r.paced.Store(budget < 1)
	now, p := r.clock(), &r.pace
	p.earn(now, budget)
	p.began = time.Time{}
	if r.driver == nil || !r.driver.room() {
		r.nothing(budget, refresh, -1, false)
		return CameraEvent{}, false, nil
	}
	if budget < 1 && p.credit <= 0 && !r.halted() {
		r.nothing(budget, refresh, time.Duration(float64(-p.credit)/budget), true)
		return CameraEvent{}, false, nil
	}
	cam, ok := r.takeNewest()
	if !ok {
		if since := now.Sub(r.driver.since); since < firstWait {
			r.nothing(budget, refresh, firstWait-since, false)
			return CameraEvent{}, false, nil
		}
		cam = CameraEvent{Camera: r.ownView()}
		r.given = &wire.ListCamera{Pose: poseOf(&cam.Camera)}
	}
	m := r.moment(cam)
	if left := refresh - now.Sub(p.at).Seconds(); m == p.last && left > 0 {
		r.nothing(budget, refresh, time.Duration(min(left, 1)*float64(time.Second)), false)
		return CameraEvent{}, false, nil
	}
	p.last, p.at = m, now
	if !r.halted() {
		p.began = now
	}
	return cam, true, nil
}

// ErrPace is a budget or a refresh that can't be.
var ErrPace = errors.New("pacing")

func (r *Renderer) moment(cam CameraEvent) moment {
	m := moment{viewer: cam.Viewer, seq: cam.Seq, joined: r.stats.Joined, touched: r.controls.touched, opened: r.opened}
	if cam.Seq == 0 {
		m.view = r.view
	}
	return m
}

// halted says whether a gate keeps the loop from its own work: then rendering takes
// nothing from it. The mutex is held.
func (r *Renderer) halted() bool {
	c := r.control(wire.KindGate)
	return c != nil && c.kind == wire.KindGate && c.Number() == 0
}

// earn adds what the time since the last call allows: at most a short span's share
// is saved up, and what a slow image owes is paid off before the next.
func (p *pace) earn(now time.Time, budget float64) {
	full := time.Duration(min(budget, 1) * float64(savedSpan))
	if p.counted.IsZero() {
		p.credit = full
	} else {
		p.credit += time.Duration(min(budget, 1) * float64(now.Sub(p.counted)))
	}
	p.credit, p.counted = min(p.credit, full), now
}

// spend counts what rendering took when its images are given. The mutex is held.
func (p *pace) spend(now time.Time) {
	if !p.began.IsZero() {
		spent := now.Sub(p.began)
		p.credit -= spent + spent/aftermath
		p.began = time.Time{}
	}
}

// ownView is the renderer's view, completed, or the default one.
func (r *Renderer) ownView() camera.Camera {
	c := camera.Default()
	if r.view != nil {
		pose := r.view.Pose
		if own, err := cameraOf(completeView(&pose), r.opts.Limits); err == nil {
			c = own
		}
	}
	if r.opts.Width > 0 && r.opts.Height > 0 {
		c = c.WithSize(r.opts.Width, r.opts.Height)
	}
	return c
}

// Gate lets a loop be paused and stepped by viewers; see rv_gate. True is a round
// to be done.
func (r *Renderer) Gate(timeout time.Duration) (bool, error) {
	c, err := r.Control(wire.KindGate, wire.KindGate)
	if c == nil && err == nil {
		c, err = r.Define(wire.ControlItem{Name: wire.KindGate, Kind: wire.KindGate, Value: -1})
	}
	if err != nil {
		return false, err
	}
	if c.Number() < 0 && !r.shut.Load() {
		r.runsOn(c)
		return true, nil
	}
	var deadline time.Time
	if timeout >= 0 {
		deadline = time.Now().Add(timeout)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		if err := r.usable(); err != nil {
			return false, err
		}
		if r.control(wire.KindGate) != c { // it was removed
			return true, nil
		}
		if r.pass(c) {
			return true, nil
		}
		if r.waits() {
			return false, nil
		}
		until := deadline
		if alone := r.left.Add(gateAlone); len(r.watchers) == 0 && (until.IsZero() || alone.Before(until)) {
			until = alone
		}
		if !r.wait(until) && until.Equal(deadline) {
			return false, nil
		}
	}
}

// pass takes a round off a gate, if there is one. The mutex is held.
func (r *Renderer) pass(c *Control) bool {
	n := int(c.Number())
	if n == 0 && len(r.watchers) == 0 && time.Since(r.left) >= gateAlone {
		n = -1
		c.keep(n)
		r.loudly(c)
	}
	if n <= 0 {
		return n < 0
	}
	c.keep(n - 1)
	if n == 1 {
		r.loudly(c)
	} else {
		r.softly(c)
	}
	return true
}

// waits says whether there is something that Wants would give while a loop is paused.
// The mutex is held.
func (r *Renderer) waits() bool {
	if r.pace.counted.IsZero() || !r.wanted || r.driver == nil || r.driver.cam == nil || !r.driver.room() {
		return false
	}
	cam := r.driver.cam
	return r.moment(CameraEvent{Viewer: cam.Viewer, Seq: cam.Seq}) != r.pace.last
}

// Closed lists the windows of a stream that are closed in every viewer that reads
// lists.
func (r *Renderer) Closed(stream string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var names []string
	looked := false
	for _, w := range r.watchers {
		if w.want.Mode == wire.WantNone {
			continue
		}
		if looked {
			names = slices.DeleteFunc(names, func(name string) bool { return !w.closed[wire.Window{Stream: stream, Name: name}] })
			continue
		}
		looked = true
		for win := range w.closed {
			if win.Stream == stream && win.Name != "" && !strings.Contains(win.Name, "\x00") {
				names = append(names, win.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}
