//go:build !windows

package transport

import "syscall"

// What the kernel says of a socket: the address is taken, nobody listens there,
// the peer broke it off.
const (
	ErrInUse   = syscall.EADDRINUSE
	ErrRefused = syscall.ECONNREFUSED
	ErrReset   = syscall.ECONNRESET
)
