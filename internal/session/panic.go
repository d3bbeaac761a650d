package session

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// ErrInternal is a defect of this software. The session that met it has ended.
var ErrInternal = errors.New("internal error")

// panicked makes an error of a recovered panic.
func panicked(r any) error {
	return fmt.Errorf("%w: %v\n%s", ErrInternal, r, debug.Stack())
}
