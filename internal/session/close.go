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
	goodbyeTime   = 500 * time.Millisecond // for the bye, and what is written before it
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

// Fail ends the session because of a defect in what belongs to it.
func (r *Renderer) Fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail(err)
}

// fail ends the session because of a defect. The mutex is held.
func (r *Renderer) fail(err error) {
	if r.failed != nil {
		return
	}
	r.failed = err
	r.shut.Store(true)
	r.stir()
	r.report(StatusInternal, nil, err.Error())
	r.cancel()
	r.changed.wake()
}

// Close ends the session. Blocked calls return ErrClosed at once. It waits until
// the driver has acked the newest list of each stream, at most linger; -1 means
// 5 s with a viewer connected, 1 s while a dialing session has none, 0 while a
// listening one has none. ErrTimeout says that nobody has shown the newest list
// although a viewer was there or was dialed: it was too slow, it failed, or it
// reads no lists now, which is not waited for.
func (r *Renderer) Close(linger time.Duration) error {
	r.mu.Lock()
	if r.closing {
		r.mu.Unlock()
		return ErrClosed
	}
	r.closing = true
	r.shut.Store(true)
	r.stir()
	start, looked := time.Now(), len(r.watchers) > 0
	r.changed.wake()
	acked := r.acked()
	for !acked && r.failed == nil {
		if !r.wait(start.Add(r.lingers(linger))) {
			break
		}
		acked = r.acked()
	}
	looked = looked || len(r.watchers) > 0
	undelivered := !r.delivered() && (looked || r.opts.Dialing)
	for _, w := range r.watchers {
		w.peer.put(&wire.Bye{}, nil)
	}
	watched := len(r.watchers) > 0
	goodbye := time.Now().Add(goodbyeTime)
	if linger >= 0 && linger < goodbyeTime {
		goodbye = start.Add(linger)
	}
	for watched && len(r.watchers) > 0 && r.failed == nil && r.wait(goodbye) {
	}
	r.mu.Unlock()
	r.cancel()
	r.running.Wait()
	r.freeLists()
	r.hush()
	if undelivered && linger != 0 {
		return fmt.Errorf("%w: nobody has shown the newest list", ErrTimeout)
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
		if len(s.coming) > 0 {
			return false
		}
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

// delivered says whether some viewer has shown the newest list of each stream.
// The mutex is held.
func (r *Renderer) delivered() bool {
	for _, s := range r.streams {
		if len(s.coming) > 0 || s.newest != nil && s.shown < s.newest.seq {
			return false
		}
	}
	return true
}

func (r *Renderer) freeLists() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.freed = true
	for _, s := range r.streams {
		s.drop()
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
