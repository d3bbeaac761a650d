package transport_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"remoteviewer/internal/transport"
)

// pair gives two ends of a TCP connection with small buffers.
func pair(t *testing.T) (*transport.Conn, net.Conn) {
	t.Helper()
	l, err := transport.Listen(transport.Address{Host: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, err := transport.Dial(context.Background(), transport.Bound(transport.Address{Host: "127.0.0.1"}, l))
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	_ = a.Conn.(*net.TCPConn).SetWriteBuffer(16 << 10)
	_ = b.(*net.TCPConn).SetReadBuffer(16 << 10)
	t.Cleanup(func() { _, _ = a.Close(), b.Close() })
	return a, b
}

func TestBuffersAreWrittenInOrder(t *testing.T) {
	a, b := pair(t)
	var want []byte
	var bufs net.Buffers
	for i := range 50 {
		part := bytes.Repeat([]byte{byte(i)}, i*1000)
		bufs = append(bufs, part)
		want = append(want, part...)
	}
	done := make(chan error, 1)
	go func() {
		n, err := a.WriteBuffers(&bufs)
		if n != int64(len(want)) || len(bufs) != 0 {
			err = errors.Join(err, errors.New("not all was written"))
		}
		done <- err
	}()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(b, got); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("other bytes came, %v", err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// endless is more than the buffers of a connection hold.
func endless() net.Buffers { return net.Buffers{make([]byte, 8<<20)} }

func TestStalledPeer(t *testing.T) {
	a, _ := pair(t)
	a.StallTimeout = 50 * time.Millisecond
	start := time.Now()
	bufs := endless()
	n, err := a.WriteBuffers(&bufs)
	if !errors.Is(err, transport.ErrStalled) || n >= 8<<20 {
		t.Fatalf("%d bytes, %v, wanted a stall", n, err)
	}
	if d := time.Since(start); d < 50*time.Millisecond || d > 5*time.Second {
		t.Fatalf("gave up after %v", d)
	}
}

func TestSlowPeerIsNotStalled(t *testing.T) {
	a, b := pair(t)
	a.StallTimeout = 200 * time.Millisecond
	go func() {
		buf := make([]byte, 1<<20)
		for {
			time.Sleep(60 * time.Millisecond)
			if _, err := b.Read(buf); err != nil {
				return
			}
		}
	}()
	bufs := net.Buffers{make([]byte, 1<<20)} // takes longer than the timeout
	if n, err := a.WriteBuffers(&bufs); err != nil || n != 1<<20 {
		t.Fatalf("%d bytes, %v", n, err)
	}
}

func TestAbortEndsWrites(t *testing.T) {
	a, b := pair(t)
	time.AfterFunc(30*time.Millisecond, a.Abort)
	bufs := endless()
	start := time.Now()
	if _, err := a.WriteBuffers(&bufs); err == nil || time.Since(start) > 5*time.Second {
		t.Fatalf("%v after %v", err, time.Since(start))
	}
	bufs = net.Buffers{[]byte("later")}
	if n, err := a.WriteBuffers(&bufs); err == nil || n != 0 {
		t.Fatalf("a later write wrote %d bytes, %v", n, err)
	}
	// Reading goes on.
	if _, err := b.Write([]byte("still")); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 5)
	if _, err := io.ReadFull(a, got); err != nil || string(got) != "still" {
		t.Fatalf("%q, %v", got, err)
	}
}

func TestUnread(t *testing.T) {
	a, b := transport.Pipe()
	go func() {
		_, _ = b.Write([]byte("cdef"))
		_ = b.Close()
	}()
	a.Unread([]byte("b"))
	a.Unread([]byte("a"))
	one := make([]byte, 1)
	if n, err := a.Read(one); n != 1 || err != nil || one[0] != 'a' {
		t.Fatalf("%d, %v, %q", n, err, one)
	}
	rest, err := io.ReadAll(a)
	if err != nil || string(rest) != "bcdef" {
		t.Fatalf("%q, %v", rest, err)
	}
}

func TestUnixSockets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rv.sock")
	a := transport.Address{Path: path}
	l, err := transport.Listen(a)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v, wanted 0600", info.Mode(), err)
	}
	if second, err := transport.Listen(a); err == nil {
		_ = second.Close()
		t.Fatal("a socket in use was taken away")
	}
	c, err := transport.Dial(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	// The file of a listener that was killed stays.
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	_ = l.Close()
	l, err = transport.Listen(a)
	if err != nil {
		t.Fatalf("a stale socket is in the way: %v", err)
	}
	_ = l.Close()
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("the socket's file stays after Close: %v", err)
	}
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err := transport.Listen(a); err == nil {
		_ = l.Close()
		t.Fatal("a plain file was replaced")
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "precious" {
		t.Fatalf("%q, %v", b, err)
	}
}

func TestDialGivesUpWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if c, err := transport.Dial(ctx, transport.Address{Host: "127.0.0.1", Port: 1}); err == nil {
		_ = c.Close()
		t.Fatal("dialed")
	}
}

// A large read ends although its last part is less than what wakes it, and the
// small one behind it is woken by a byte.
func TestLargeReadsEnd(t *testing.T) {
	for _, size := range []int{1<<20 - 1, 1 << 20, 1<<20 + 1, 3<<20 + 7} {
		a, b := pair(t)
		go func() {
			for left := size; left > 0; {
				n := min(left, 100_003)
				if _, err := b.Write(make([]byte, n)); err != nil {
					return
				}
				left -= n
				time.Sleep(100 * time.Microsecond)
			}
			time.Sleep(20 * time.Millisecond)
			_, _ = b.Write([]byte("x"))
		}()
		_ = a.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.ReadFull(a, make([]byte, size)); err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if _, err := io.ReadFull(a, make([]byte, 1)); err != nil {
			t.Fatalf("the byte behind %d: %v", size, err)
		}
	}
}
