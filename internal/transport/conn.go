package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"
)

const (
	farewellTime  = 300 * time.Millisecond
	farewellBytes = 64 << 10
)

// ErrStalled is a peer that took no byte for StallTimeout.
var ErrStalled = errors.New("the peer takes no data")

// Conn is a connection that writes gathered buffers and gives up on a peer that
// stops taking bytes. Reads and writes may run at the same time.
type Conn struct {
	net.Conn
	StallTimeout time.Duration // 0 never

	first   []byte
	wakeful int // bytes that wake a read; 0 and 1 are any
	aborted atomic.Bool
}

// Unread puts bytes that were read already back in front of what follows. It is
// for whoever looked at a connection's beginning, before anybody else reads.
func (c *Conn) Unread(b []byte) { c.first = append(append([]byte(nil), b...), c.first...) }

// Read gives what was unread, then what comes.
func (c *Conn) Read(p []byte) (int, error) {
	if len(c.first) > 0 {
		n := copy(p, c.first)
		c.first = c.first[n:]
		return n, nil
	}
	// A large read is woken once in a while, not by each packet: that is a tenth of
	// its cost. Its last part is shorter than what would be waited for.
	bytes := 1
	if len(p) >= 2*drowsyBytes {
		bytes = drowsyBytes
	}
	if bytes != max(1, c.wakeful) {
		c.wakeful = bytes
		setWakeful(c.Conn, bytes)
	}
	return c.Conn.Read(p)
}

// drowsyBytes is what a large read waits for.
const drowsyBytes = 512 << 10

// Abort makes a WriteBuffers that waits, and any later one, give up at once.
func (c *Conn) Abort() {
	c.aborted.Store(true)
	_ = c.SetWriteDeadline(time.Unix(1, 0))
}

// Farewell closes after what was written last: closing with bytes unread would
// make the kernel throw it away. It takes at most a moment.
func (c *Conn) Farewell() {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		_ = c.SetReadDeadline(time.Now().Add(farewellTime))
		_, _ = io.CopyN(io.Discard, c.Conn, farewellBytes)
	}
	_ = c.Close()
}

// NewConn wraps a connection: no delay, large socket buffers are left to the kernel.
func NewConn(c net.Conn) *Conn {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetNoDelay(true)
		_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 6})
	}
	return &Conn{Conn: c, StallTimeout: 15 * time.Second}
}

// WriteBuffers writes all buffers, gathered into as few system calls as the
// connection allows, straight from their memory. It consumes bufs.
func (c *Conn) WriteBuffers(bufs *net.Buffers) (int64, error) {
	var total int64
	for len(*bufs) > 0 {
		if c.StallTimeout > 0 {
			if err := c.SetWriteDeadline(time.Now().Add(c.StallTimeout)); err != nil {
				return total, err
			}
		}
		if c.aborted.Load() { // after the deadline: Abort sets the flag before it
			return total, os.ErrDeadlineExceeded
		}
		n, err := bufs.WriteTo(c.Conn)
		total += n
		if errors.Is(err, os.ErrDeadlineExceeded) {
			if n > 0 {
				continue
			}
			return total, fmt.Errorf("%w for %v", ErrStalled, c.StallTimeout)
		}
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// Dial connects, within the context's time.
func Dial(ctx context.Context, a Address) (*Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, a.Network(), a.Target())
	if err != nil {
		return nil, err
	}
	return NewConn(c), nil
}

// Listen binds a, replacing the socket file of a listener that is gone.
func Listen(a Address) (net.Listener, error) {
	if a.Path != "" {
		removeStale(a.Path)
	}
	l, err := net.Listen(a.Network(), a.Target())
	if err != nil {
		return nil, err
	}
	if a.Path != "" {
		if err := os.Chmod(a.Path, 0o600); err != nil {
			_ = l.Close()
			return nil, err
		}
	}
	return l, nil
}

// removeStale removes a socket file that nobody answers on.
func removeStale(path string) {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&os.ModeSocket == 0 {
		return
	}
	c, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		_ = c.Close()
	}
	if errors.Is(err, ErrRefused) { // a busy listener answers otherwise
		_ = os.Remove(path)
	}
}

// Bound is a with the port that the listener really has.
func Bound(a Address, l net.Listener) Address {
	if tcp, ok := l.Addr().(*net.TCPAddr); ok {
		a.Port = tcp.Port
	}
	return a
}

// Pipe gives two connected ends in memory, for tests and for peers in one process.
func Pipe() (*Conn, *Conn) {
	a, b := net.Pipe()
	return NewConn(a), NewConn(b)
}
