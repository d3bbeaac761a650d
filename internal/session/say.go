package session

import "time"

const (
	linesWaiting = 256                    // for a log that takes none
	lastWords    = 200 * time.Millisecond // that Close gives it
)

// say writes a line to the log, from another goroutine: whoever holds up the log
// holds up nothing else. The mutex is held.
func (r *Renderer) say(text string, restraint *Restraint) {
	text, ok := restraint.Allow(text)
	if !ok || r.lines == nil {
		return
	}
	select {
	case r.lines <- text:
	default: // nobody reads the log
	}
}

// talk is the goroutine that writes the log.
func (r *Renderer) talk(lines <-chan string, done chan<- struct{}) {
	defer close(done)
	defer func() { _ = recover() }() // of a logger that is the caller's
	for text := range lines {
		r.log.Info(text)
	}
}

// hush ends the log with what is still to be said.
func (r *Renderer) hush() {
	r.mu.Lock()
	lines := r.lines
	r.lines = nil
	r.mu.Unlock()
	if lines == nil {
		return
	}
	close(lines)
	select {
	case <-r.said:
	case <-time.After(lastWords):
	}
}
