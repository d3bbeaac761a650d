package session

// signal wakes whoever waits for a change. It is used under its owner's mutex, and
// costs nothing while nobody waits. The zero value is ready.
type signal struct{ c chan struct{} }

// wait is closed at the next change.
func (s *signal) wait() <-chan struct{} {
	if s.c == nil {
		s.c = make(chan struct{})
	}
	return s.c
}

// wake tells of a change.
func (s *signal) wake() {
	if s.c != nil {
		close(s.c)
		s.c = nil
	}
}
