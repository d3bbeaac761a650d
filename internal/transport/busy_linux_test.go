package transport_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"remoteviewer/internal/transport"
)

// unixSocket gives a socket that is not this runtime's.
func unixSocket(t *testing.T) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	return fd
}

// A listener that accepts nothing now keeps its file: it is busy, not gone.
func TestSocketOfABusyListenerStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rv.sock")
	at := &unix.SockaddrUnix{Name: path}
	busy := unixSocket(t)
	if err := errors.Join(unix.Bind(busy, at), unix.Listen(busy, 0), unix.Connect(unixSocket(t), at)); err != nil {
		t.Fatal(err)
	}
	if err := unix.SetNonblock(busy, true); err != nil {
		t.Fatal(err)
	}
	l, err := transport.Listen(transport.Address{Path: path})
	if err == nil {
		_ = l.Close()
	}
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Fatalf("got %v, wanted the address to be in use", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the busy listener's file: %v", err)
	}
	fd, _, err := unix.Accept(busy)
	if err != nil {
		t.Fatalf("the busy listener accepts no more: %v", err)
	}
	_ = unix.Close(fd)
}
