package session

// signal wakes whoever waits for a change. It is used under its owner's mutex, and
// costs nothing while nobody waits. The zero value is ready.
type signal struct {
	c    chan struct{}
	poll *Poll // its Until is set back at each change, unless it is firm; nil is none
	firm bool
}

// wait is closed at the next change.
func (s *signal) wait() <-chan struct{} {
	if s.c == nil {
		s.c = make(chan struct{})
	}
	return s.c
}

// wake tells of a change.
func (s *signal) wake() {
	if s.poll != nil && !s.firm {
		s.poll.Until.Store(0)
	}
	if s.c != nil {
		close(s.c)
		s.c = nil
	}
}
