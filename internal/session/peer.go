package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

const (
	pingEvery    = time.Second
	silenceLimit = 30 * time.Second // a peer that sends nothing for so long is gone
	farewellTime = 300 * time.Millisecond
	outboxLimit  = 1024     // data values waiting for one peer
	dataLimit    = 64 << 20 // bytes of values waiting, for a peer or for who reads events
)

// patient reads from a connection and gives up after silenceLimit without a byte.
type patient struct {
	conn net.Conn
	set  time.Time
	open bool // after the handshake, which has its own deadline
}

func (p *patient) Read(b []byte) (int, error) {
	if now := time.Now(); p.open && now.Sub(p.set) > time.Second {
		p.set = now
		_ = p.conn.SetReadDeadline(now.Add(silenceLimit))
	}
	return p.conn.Read(b)
}

// Peer is a connection whose handshake is done.
type Peer struct {
	Hello wire.Hello // what the other side said of itself
	Addr  string     // where it is, for people

	cfg    Config
	conn   *transport.Conn
	reader *wire.Reader
	enc    wire.Encoding
	start  time.Time // of our clock: when our hello was written

	gone     chan struct{} // closed when the connection's context is over
	mu       sync.Mutex
	out      []outgoing
	data     int // values that wait or are being written
	bytes    int // of them
	wake     chan struct{}
	pings    [16]time.Duration // round trips, 0 unknown
	pingID   int64
	offset   time.Duration // the peer's clock minus ours
	written  atomic.Int64
	received atomic.Int64
}

type outgoing struct {
	message wire.Message
	body    []byte
}

func newPeer(conn *transport.Conn, r *wire.Reader, cfg Config, hello *wire.Hello, start time.Time) *Peer {
	hello.Name = clip(hello.Name) // it goes into log lines
	p := &Peer{Hello: *hello, cfg: cfg, conn: conn, reader: r, start: start, enc: wire.JSON, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	if slices.Contains(hello.Encodings, string(wire.MsgPack)) {
		p.enc = wire.MsgPack
	}
	if a := conn.RemoteAddr(); a != nil {
		p.Addr = a.String()
	}
	return p
}

// now is our clock of this connection, in ns.
func (p *Peer) now() int64 { return int64(time.Since(p.start)) }

func (p *Peer) at(t time.Time) int64 { return int64(t.Sub(p.start)) }

// Takes says whether the peer listed the codec.
func (p *Peer) Takes(codec string) bool {
	return codec == "raw" || slices.Contains(p.Hello.Codecs, codec)
}

// has says whether the peer listed the feature.
func (p *Peer) has(feature string) bool { return slices.Contains(p.Hello.Features, feature) }

// limits are what the peer takes: what it left out of its hello is as we have it.
func (p *Peer) limits() wire.Limits {
	lim, own := p.Hello.Limits, p.cfg.limits()
	for _, l := range []struct {
		peer *int64
		own  int64
	}{
		{&lim.Head, own.Head},
		{&lim.Images, own.Images},
		{&lim.Side, own.Side},
		{&lim.List, own.List},
		{&lim.Name, own.Name},
		{&lim.Meta, own.Meta},
	} {
		if *l.peer <= 0 {
			*l.peer = l.own
		}
	}
	return lim
}

// RoundTrip is the lowest of the last 16 pings, 0 unknown.
func (p *Peer) RoundTrip() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	var best time.Duration
	for _, d := range p.pings {
		if d > 0 && (best == 0 || d < best) {
			best = d
		}
	}
	return best
}

// Offset is the peer's clock minus ours, by the ping of lowest round trip.
func (p *Peer) Offset() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.offset
}

// errBye ends a connection after our own bye.
var errBye = fmt.Errorf("%w on purpose", ErrClosed)

// farewell leaves the other side a moment to take what was written last: closing
// with its bytes unread would make the kernel throw ours away.
func (p *Peer) farewell() {
	if tcp, ok := p.conn.Conn.(interface{ CloseWrite() error }); ok {
		_ = tcp.CloseWrite()
		time.AfterFunc(farewellTime, func() { _ = p.conn.Close() })
		return
	}
	_ = p.conn.Close()
}

// run reads and writes until the connection ends or ctx does. handle is called
// by the reading goroutine for each message; send by the writing one, whenever
// it was poked, after the outbox is empty. It always closes the connection.
func (p *Peer) run(ctx context.Context, handle func(wire.Message, int64) error, send func(*writer) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(ctx, func() { close(p.gone) })
	defer stop()
	var wg sync.WaitGroup
	heard := make(chan struct{}) // closed when nobody reads any more
	wg.Go(func() {
		defer close(heard)
		defer recoverTo(cancel)
		cancel(p.read(handle))
	})
	err := p.write(ctx, send)
	switch {
	case errors.Is(err, ErrPeer), errors.Is(err, wire.ErrLimit), errors.Is(err, wire.ErrProtocol):
		p.say(err)
		p.part(heard)
	case errors.Is(err, ErrReplaced):
		p.sayWith(&wire.Error{Code: wire.CodeReplaced, Text: err.Error()})
		p.farewell()
	case errors.Is(err, errBye):
		p.farewell()
	default:
		_ = p.conn.Close()
	}
	cancel(err)
	wg.Wait()
	_ = p.conn.Close()
	return err
}

// part ends a connection whose last words the other side shall get: what it sent
// is read away when nobody else reads.
func (p *Peer) part(heard <-chan struct{}) {
	select {
	case <-heard:
		p.conn.Farewell()
	case <-time.After(20 * time.Millisecond):
		p.farewell()
	}
}

// recoverTo turns a panic of a goroutine into the end of its connection.
func recoverTo(cancel context.CancelCauseFunc) {
	if r := recover(); r != nil {
		cancel(panicked(r))
	}
}

func (p *Peer) read(handle func(wire.Message, int64) error) error {
	for {
		m, body, err := p.reader.Next()
		if err != nil {
			return readError(err)
		}
		switch m := m.(type) {
		case *wire.Ping:
			p.put(&wire.Pong{ID: m.ID, SentNs: m.SentNs, ReceivedNs: p.now()}, nil)
			err = p.tooMuch()
		case *wire.Pong:
			p.pong(m)
		case *wire.Bye:
			return fmt.Errorf("%w by the other side", ErrClosed)
		case *wire.Error:
			return peerError(m)
		case nil:
		default:
			err = handle(m, body)
		}
		p.received.Store(p.reader.Count())
		if err != nil {
			return readError(err)
		}
	}
}

// tooMuch drops a peer that asks without reading the answers.
func (p *Peer) tooMuch() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.out) > 4*outboxLimit {
		return fmt.Errorf("%w: %d answers wait and it reads none", ErrPeer, len(p.out))
	}
	return nil
}

func readError(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w by the other side, without a bye", ErrClosed)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("%w: silent for %v", ErrClosed, silenceLimit)
	case errors.Is(err, wire.ErrProtocol) || errors.Is(err, wire.ErrLimit):
		return fmt.Errorf("%w: %w", ErrPeer, err)
	}
	return err
}

func (p *Peer) pong(m *wire.Pong) {
	now := p.now()
	trip := time.Duration(now - m.SentNs)
	p.mu.Lock()
	defer p.mu.Unlock()
	if trip <= 0 || m.ID < 1 || m.ID > p.pingID || p.pingID-m.ID >= int64(len(p.pings)) {
		return
	}
	best := true
	for _, d := range p.pings {
		best = best && (d == 0 || trip <= d)
	}
	p.pings[m.ID%int64(len(p.pings))] = trip
	if best {
		p.offset = time.Duration(m.ReceivedNs - m.SentNs - int64(trip)/2)
	}
}

// write is the body of the writing goroutine.
func (p *Peer) write(ctx context.Context, send func(*writer) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicked(r)
		}
	}()
	aborted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(aborted)
		p.conn.Abort()
	})
	defer func() {
		if !stop() {
			<-aborted // so that it doesn't undo the deadline of our last words
		}
	}()
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	w := &writer{peer: p}
	p.ping()
	for {
		if err := w.flush(); err == nil {
			err = send(w)
			if err != nil {
				return endOf(ctx, err)
			}
		} else {
			return endOf(ctx, err)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-p.wake:
		case <-tick.C:
			p.ping()
		}
	}
}

// endOf prefers the reason that ended the context over the write error that
// followed from it.
func endOf(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

func (p *Peer) ping() {
	p.mu.Lock()
	p.pingID++
	p.pings[p.pingID%int64(len(p.pings))] = 0
	m := &wire.Ping{ID: p.pingID, SentNs: p.now()}
	p.mu.Unlock()
	p.put(m, nil)
}

// say tells the peer why it is dropped, without waiting long.
func (p *Peer) say(err error) {
	code := wire.CodeProtocol
	if errors.Is(err, wire.ErrLimit) {
		code = wire.CodeLimit
	}
	p.sayWith(&wire.Error{Code: code, Text: err.Error()})
}

func (p *Peer) sayWith(m wire.Message) {
	var w wire.Writer
	b, err := w.AppendFrame(nil, p.enc, m, 0)
	if err != nil {
		return
	}
	_ = p.conn.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
	_, _ = p.conn.Conn.Write(b)
}
