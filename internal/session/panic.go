package session

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

// ErrInternal is a defect of this software. The session that met it has ended.
var ErrInternal = errors.New("internal error")

// panicked makes an error of a recovered panic, in one line: what, and where in
// our own code. It is called by the deferred function that recovered.
func panicked(r any) error {
	return fmt.Errorf("%w: %v at %s; please report it", ErrInternal, r, culprit())
}

// Panicked is panicked for the packages above.
func Panicked(r any) error { return panicked(r) }

// culprit is the innermost function of ours that was running at the panic.
func culprit() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	inPanic := false
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "runtime.") {
			inPanic = inPanic || f.Function == "runtime.gopanic"
		} else if inPanic {
			return fmt.Sprintf("%s (%s:%d)", f.Function, f.File[strings.LastIndexByte(f.File, '/')+1:], f.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}
