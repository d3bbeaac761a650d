//go:build cgo

package cuda

import (
	"fmt"
	"syscall"
)

// mapMemory takes whole pages from the system. They are ours and not the driver's:
// a program that resets its device takes the page lock from them, and not the pixels
// that are still being sent.
func mapMemory(n int) ([]byte, error) {
	b, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("%w: no host memory for %d bytes: %w", ErrDevice, n, err)
	}
	return b, nil
}

func unmapMemory(b []byte) { _ = syscall.Munmap(b) }
