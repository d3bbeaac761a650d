package transport

import "golang.org/x/sys/windows"

// What the kernel says of a socket. The names that package syscall has for these
// are numbers of its own on Windows, which no call returns.
const (
	ErrInUse   = windows.WSAEADDRINUSE
	ErrRefused = windows.WSAECONNREFUSED
	ErrReset   = windows.WSAECONNRESET
)
