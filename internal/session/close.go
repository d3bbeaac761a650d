package session

import (
	"context"
	"fmt"
	"time"

	"remoteviewer/internal/wire"
)

// How long Close waits by itself.
const (
	lingerWatched = 5 * time.Second
	lingerDialing = time.Second
)

// Go runs something that belongs to the session, such as its listener or its
// dialing, until Close. A panic in it ends the session.
func (r *Renderer) Go(run func(ctx context.Context)) {
	r.running.Go(func() {
		defer func() {
			if v := recover(); v != nil {
				r.mu.Lock()
				r.fail(panicked(v))
				r.mu.Unlock()
			}
		}()
		run(r.ctx)
	})
}

// fail ends the session because of a defect. The mutex is held.
func (r *Renderer) fail(err error) {
	if r.failed != nil {
		return
	}
	r.failed = err
	r.report(StatusInternal, nil, err.Error())
	r.cancel()
	r.signal()
}

// Close ends the session. Blocked calls return ErrClosed at once. It waits until
// the driver has acked the newest list of each stream, at most linger; -1 means
// 5 s with a viewer connected, 1 s while a dialing session has none, 0 while a
// listening one has none. ErrTimeout says that a list was not acked in time.
func (r *Renderer) Close(linger time.Duration) error {
	r.mu.Lock()
	if r.closing {
		r.mu.Unlock()
		return ErrClosed
	}
	r.closing = true
	start := time.Now()
	close(r.changed) // also for those who don't count as waiting yet
	r.changed = make(chan struct{})
	acked := r.acked()
	for !acked && r.failed == nil {
		if !r.wait(start.Add(r.lingers(linger))) {
			break
		}
		acked = r.acked()
	}
	undelivered := !acked && (len(r.watchers) > 0 || r.opts.Dialing)
	for _, w := range r.watchers {
		w.peer.put(&wire.Bye{}, nil)
	}
	watched := len(r.watchers) > 0
	goodbye := time.Now().Add(500 * time.Millisecond)
	for watched && len(r.watchers) > 0 && r.failed == nil && r.wait(goodbye) {
	}
	r.mu.Unlock()
	r.cancel()
	r.running.Wait()
	r.freeLists()
	if undelivered && linger != 0 {
		return fmt.Errorf("%w: closed before the newest list was shown", ErrTimeout)
	}
	return nil
}

func (r *Renderer) lingers(asked time.Duration) time.Duration {
	switch {
	case asked >= 0:
		return asked
	case len(r.watchers) > 0:
		return lingerWatched
	case r.opts.Dialing:
		return lingerDialing
	}
	return 0
}

// acked says whether nothing is left to wait for. The mutex is held.
func (r *Renderer) acked() bool {
	for name, s := range r.streams {
		if s.newest == nil || s.acked >= s.newest.seq {
			continue
		}
		if r.driver == nil {
			return false
		}
		paused := r.driver.want.Mode == wire.WantNone && !r.driver.isFlying(s.newest.seq)
		if r.driver.acked[name] < s.newest.seq && !paused {
			return false
		}
	}
	return true
}

func (r *Renderer) freeLists() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.streams {
		for _, l := range s.queue {
			l.release()
		}
		s.queue = nil
		if s.newest != nil {
			s.newest.release()
			s.newest = nil
		}
	}
}
