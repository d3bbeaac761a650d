package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"remoteviewer/internal/transport"
)

const (
	dialTime   = 5 * time.Second
	backoffMin = 50 * time.Millisecond
	backoffMax = time.Second
)

// Redial keeps a dialed connection up: it dials, shakes hands, serves, and does
// so again without end.
type Redial struct {
	Address transport.Address
	Config  Config
	Serve   func(ctx context.Context, peer *Peer) error
	Report  func(code int, text string) // each change, once; codes as of EventStatus
}

// Run returns when the context is over, or when the peer has a newer connection
// of this same session.
func (d *Redial) Run(ctx context.Context) {
	backoff := backoffMin
	last := ""
	for ctx.Err() == nil {
		lived, err := d.once(ctx)
		if errors.Is(err, ErrReplaced) { // dialing again would only take the place back
			d.Report(StatusDisconnected, fmt.Sprintf("%s has a newer connection of this program; this one is not dialed again", d.Address))
			return
		}
		if lived > backoffMax { // one that takes us in and drops us at once is asked less and less often
			backoff = backoffMin
		}
		if ctx.Err() != nil {
			return
		}
		code, text := d.words(err)
		if text != "" && text != last {
			d.Report(code, text)
		}
		last = text
		select {
		case <-ctx.Done():
			return
		case <-time.After(backoff):
		}
		backoff = min(2*backoff, backoffMax)
	}
}

// errServed is the end of a connection that had been up: its end was reported
// by whoever served it.
var errServed = errors.New("served")

// once dials, and serves for as long as the connection lives.
func (d *Redial) once(ctx context.Context) (lived time.Duration, err error) {
	dialCtx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	conn, err := transport.Dial(dialCtx, d.Address)
	if err != nil {
		return 0, err
	}
	peer, err := Client(ctx, conn, d.Config)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	if err := d.Serve(ctx, peer); errors.Is(err, ErrReplaced) {
		return time.Since(start), err
	}
	return time.Since(start), errServed
}

// words says what stands in the way, and what to do about it.
func (d *Redial) words(err error) (code int, text string) {
	at := d.Address.String()
	var dns *net.DNSError
	switch {
	case errors.Is(err, errServed):
		return 0, ""
	case errors.As(err, &dns):
		return StatusUnresolved, fmt.Sprintf("the host %s is not known; trying again", d.Address.Host)
	case errors.Is(err, errNoHello), errors.Is(err, transport.ErrReset):
		return StatusDialing, fmt.Sprintf("%s accepts and closes at once: a tunnel with nobody behind it yet? trying again", at)
	case errors.Is(err, ErrRefused):
		return StatusRefused, fmt.Sprintf("%s: this connection is %v", at, err)
	case errors.Is(err, ErrPeer):
		return StatusProtocol, fmt.Sprintf("what answers at %s is not what is wanted: %v", at, err)
	case errors.Is(err, transport.ErrRefused), errors.Is(err, os.ErrNotExist):
		return StatusDialing, fmt.Sprintf("nobody listens at %s yet; trying again until somebody does", at)
	}
	return StatusDialing, fmt.Sprintf("%s can't be reached: %s; trying again", at, plain(err))
}

func isStalled(err error) bool { return errors.Is(err, transport.ErrStalled) }
