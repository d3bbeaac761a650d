package session

import (
	"runtime"
	"time"
)

// worked runs a part of the session's own work for viewers and counts the
// processor's time that it took against the budget of a loop that keeps one: not
// the time of waiting for a connection.
func (r *Renderer) worked(work func() error) error {
	if !r.paced.Load() {
		return work()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	began := threadTime()
	err := work()
	took := time.Duration(threadTime() - began)
	r.mu.Lock()
	r.pace.credit -= took
	r.mu.Unlock()
	return err
}
