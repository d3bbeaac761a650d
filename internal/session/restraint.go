package session

import (
	"fmt"
	"sync"
	"time"
)

// Restraint keeps what a stranger can repeat from filling a log: ten lines at
// once, then one in five seconds, which says how many were left out. The zero
// value is ready; it is not safe for concurrent use.
type Restraint struct {
	spent  float64
	at     time.Time
	unsaid int
}

const (
	restraintBurst = 10
	restraintEvery = 5 * time.Second
)

// Allow says whether a line may be written now, and how it reads.
func (r *Restraint) Allow(text string) (string, bool) {
	now := time.Now()
	r.spent = max(0, r.spent-now.Sub(r.at).Seconds()/restraintEvery.Seconds())
	r.at = now
	if r.spent > restraintBurst-1 {
		r.unsaid++
		return "", false
	}
	r.spent++
	if r.unsaid > 0 {
		text = fmt.Sprintf("%s (and %d more like it)", text, r.unsaid)
		r.unsaid = 0
	}
	return text, true
}

// Restrained is a report that leaves lines out as Restraint does; it is safe for
// concurrent use.
func Restrained(report func(code int, text string)) func(code int, text string) {
	var mu sync.Mutex
	var r Restraint
	return func(code int, text string) {
		mu.Lock()
		text, ok := r.Allow(text)
		mu.Unlock()
		if ok {
			report(code, text)
		}
	}
}
