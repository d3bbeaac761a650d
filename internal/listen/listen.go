// Package listen accepts connections, tells protocols apart by their first
// bytes, checks who may come in, and hands over peers whose handshake is done.
package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

// The default ports.
const (
	ViewerPort   = 12345
	RendererPort = 12346
	portsTried   = 100
)

const (
	firstBytesTime = 5 * time.Second
	newcomersTaken = 64 // connections whose handshake is under way; one more ends the oldest
)

// ErrListen is a port that can't be bound.
var ErrListen = errors.New("listen")

// Options say where to listen and who may come in.
type Options struct {
	Address   transport.Address // its token counts as given
	Token     string
	TokenFile string
	Insecure  bool // no token beyond loopback
	AnyUser   bool // loopback peers of other users may come in without a token
	Strict    bool // a taken port is an error; else the next free one is taken
	Config    session.Config
	// Serve serves one peer until its connection ends; it runs in a goroutine.
	Serve func(ctx context.Context, peer *session.Peer)
	// Report tells of each peer that was refused, with codes of
	// session.EventStatus. Strangers decide how many: see session.Restrained.
	Report func(code int, text string)
	// Failed tells of a defect that was met while a connection was served.
	Failed func(err error)
}

// Listener is a bound address.
type Listener struct {
	opts    Options
	address transport.Address
	socket  net.Listener
	wg      sync.WaitGroup

	mu        sync.Mutex
	newcomers []*transport.Conn // whose handshake is under way, the oldest first
}

// Open binds the address. Beyond loopback it finds or makes a token, unless
// Insecure.
func Open(o Options) (*Listener, error) {
	if s := o.Address.Scheme; s != transport.SchemeRV && s != "" {
		return nil, fmt.Errorf("%w: listening for %s:// is not in this version; listen for rv://", transport.ErrAddress, s)
	}
	token, fromEnv, err := FindToken(o.Address.Token, o.Token, o.TokenFile)
	if err == nil && fromEnv {
		err = CheckToken(token)
	}
	if err != nil {
		return nil, err
	}
	kept := true
	if token == "" && !o.Address.Loopback() && !o.Insecure {
		token, kept = keptToken()
	}
	socket, err := bind(o.Address, o.Strict)
	if err != nil {
		return nil, err
	}
	l := &Listener{opts: o, socket: socket, address: transport.Bound(o.Address, socket)}
	l.address.Token, l.opts.Config.Token, l.opts.Config.TokenOptional = token, token, false
	if l.opts.Report == nil {
		l.opts.Report = func(int, string) {}
	}
	if !kept {
		l.opts.Report(session.StatusListening, "the token made for this listener can't be kept in the home folder: it is good for this run")
	}
	if l.opts.Failed == nil {
		l.opts.Failed = func(err error) { l.opts.Report(session.StatusInternal, err.Error()) }
	}
	return l, nil
}

func bind(a transport.Address, strict bool) (net.Listener, error) {
	wanted := a
	for i := 0; ; i++ {
		socket, err := transport.Listen(a)
		switch {
		case err == nil:
			return socket, nil
		case !errors.Is(err, transport.ErrInUse):
			return nil, fmt.Errorf("%w: %s: %w", ErrListen, wanted, err)
		case strict || a.Path != "" || a.Port == 0:
			return nil, fmt.Errorf("%w: %s is taken by another program; end that one, or choose another", ErrListen, wanted)
		case i+1 >= portsTried || a.Port == 65535:
			a.Port = 0 // whatever is free: a taken port ends no training
		default:
			a.Port++
		}
	}
}

// Address is where it listens, with its token.
func (l *Listener) Address() transport.Address { return l.address }

// Reachable is the address as another machine may dial it: with this machine's
// name where it listens on every interface.
func (l *Listener) Reachable() transport.Address {
	a := l.address
	if ip := net.ParseIP(a.Host); a.Path == "" && (a.Host == "" || ip != nil && ip.IsUnspecified()) {
		if name, err := os.Hostname(); err == nil {
			a.Host = name
		}
	}
	return a
}

// Close unbinds. Run does it by itself.
func (l *Listener) Close() { _ = l.socket.Close() }

// Run accepts until the context is over, then waits for the peers being served.
func (l *Listener) Run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer l.wg.Wait()
	defer cancel()
	stop := context.AfterFunc(ctx, l.Close)
	defer stop()
	for {
		c, err := l.socket.Accept()
		if ctx.Err() != nil {
			if err == nil {
				_ = c.Close()
			}
			return
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // such as too many open files: others must leave first
			select {
			case <-ctx.Done():
				return
			case <-time.After(100 * time.Millisecond):
			}
			continue
		}
		conn := transport.NewConn(c)
		l.enter(conn)
		l.wg.Go(func() { l.welcome(ctx, conn) })
	}
}

// enter takes a newcomer in; when there are too many, the one that has been
// silent the longest is sent away.
func (l *Listener) enter(conn *transport.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.newcomers) >= newcomersTaken {
		_ = l.newcomers[0].Close()
		l.newcomers = l.newcomers[1:]
	}
	l.newcomers = append(l.newcomers, conn)
}

func (l *Listener) entered(conn *transport.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.newcomers = slices.DeleteFunc(l.newcomers, func(c *transport.Conn) bool { return c == conn })
}

// welcome settles who a newcomer is, and serves it.
func (l *Listener) welcome(ctx context.Context, conn *transport.Conn) {
	defer func() {
		if v := recover(); v != nil {
			_ = conn.Close()
			l.opts.Failed(session.Panicked(v))
		}
	}()
	peer, err := l.admitted(ctx, conn)
	if err != nil {
		_ = conn.Close()
		if ctx.Err() == nil {
			l.opts.Report(refusal(err), fmt.Sprintf("refused a connection from %s: %v", name(conn), err))
		}
		return
	}
	l.opts.Serve(ctx, peer)
}

// admitted is admit for one that counts as a newcomer meanwhile.
func (l *Listener) admitted(ctx context.Context, conn *transport.Conn) (*session.Peer, error) {
	defer l.entered(conn)
	return l.admit(ctx, conn)
}

func name(c net.Conn) string {
	if a := c.RemoteAddr(); a != nil && a.String() != "" && a.String() != "@" {
		return a.String()
	}
	return "a Unix socket"
}

func refusal(err error) int {
	if errors.Is(err, session.ErrRefused) {
		return session.StatusRefused
	}
	return session.StatusProtocol
}

func (l *Listener) admit(ctx context.Context, conn *transport.Conn) (*session.Peer, error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	// Before a word is heard: another user can't even keep it waiting.
	if err := l.checkUser(conn); err != nil {
		return nil, err
	}
	_ = conn.SetReadDeadline(time.Now().Add(firstBytesTime))
	protocol, first, err := Sniff(conn)
	if err != nil {
		return nil, err
	}
	if protocol != RV1 {
		return nil, turnAway(conn, protocol)
	}
	conn.Unread(first)
	return session.Server(ctx, conn, l.opts.Config)
}

// turnAway refuses what is not RV1; an HTTP client gets words that it shows.
func turnAway(conn *transport.Conn, p Protocol) error {
	if p == HTTP {
		_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = conn.Write([]byte("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n" +
			"This is remoteviewer, which speaks RV1 and no HTTP. Look with rvviewer.\n"))
		conn.Farewell()
	}
	if p == Unknown {
		return fmt.Errorf("%w: it speaks %s, wanted RV1", session.ErrPeer, p)
	}
	return fmt.Errorf("%w: it speaks %s, which this version does not serve; wanted RV1", session.ErrPeer, p)
}

// checkUser refuses loopback peers of other users, unless a token will be asked for.
func (l *Listener) checkUser(conn *transport.Conn) error {
	if l.opts.AnyUser || l.opts.Config.Token != "" || !localPeer(conn) {
		return nil
	}
	same, err := sameUser(conn.Conn)
	if err == nil && same {
		return nil
	}
	text := "this listener takes connections of its own user alone; use a token (--token-file), or --any-user there"
	session.Refuse(conn, wire.CodeUser, text)
	if err != nil {
		return fmt.Errorf("%w: its user can't be looked up: %w", session.ErrRefused, err)
	}
	return fmt.Errorf("%w: it belongs to another user of this machine; a token or --any-user would let it in", session.ErrRefused)
}

// localPeer says whether the other end is on this machine for sure.
func localPeer(c *transport.Conn) bool {
	switch a := c.RemoteAddr().(type) {
	case *net.TCPAddr:
		return a.IP.IsLoopback()
	case *net.UnixAddr:
		return true
	}
	return false
}
