package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
)

// host listens at one address for viewers that come and go.
type host struct {
	t       *testing.T
	address transport.Address
	cancel  context.CancelFunc
	done    chan struct{}
	joined  chan *session.Receiver
}

func (h *host) start() {
	h.t.Helper()
	l, err := transport.Listen(h.address)
	if err != nil {
		h.t.Fatal(err)
	}
	h.address = transport.Bound(h.address, l)
	ctx, cancel := context.WithCancel(context.Background())
	h.cancel, h.done = cancel, make(chan struct{})
	context.AfterFunc(ctx, func() { _ = l.Close() })
	go func() {
		defer close(h.done)
		var wg sync.WaitGroup
		defer wg.Wait()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				peer, err := session.Server(ctx, transport.NewConn(c), viewerConfig("host"))
				if err != nil {
					return
				}
				v := session.NewReceiver(peer, &session.Pool{}, nil)
				h.joined <- v
				_ = v.Run(ctx)
			})
		}
	}()
}

func (h *host) stop() {
	h.cancel()
	<-h.done
}

// reports collects what Redial says.
type reports struct {
	mu    sync.Mutex
	codes []int
	texts []string
}

func (r *reports) add(code int, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.codes, r.texts = append(r.codes, code), append(r.texts, text)
}

func (r *reports) count(code int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, c := range r.codes {
		if c == code {
			n++
		}
	}
	return n
}

func TestRedialThroughTenRestarts(t *testing.T) {
	g := newRig(t, session.RendererOptions{Dialing: true})
	h := &host{t: t, address: loopback, joined: make(chan *session.Receiver, 1)}
	h.start()
	said := &reports{}
	d := &session.Redial{Address: h.address, Config: g.r.Config(), Serve: g.r.Serve, Report: said.add}
	g.r.Go(d.Run)
	for i := range 10 {
		var v *session.Receiver
		select {
		case v = <-h.joined:
		case <-time.After(10 * time.Second):
			t.Fatalf("no connection after restart %d", i)
		}
		g.send(session.SendOptions{}, small())
		for l := g.next(v); ; l = g.next(v) {
			seq := l.Seq
			l.Ack("shown")
			l.Release()
			if seq == uint64(i+1) {
				break
			}
		}
		h.stop()
		if i%2 == 0 {
			time.Sleep(70 * time.Millisecond) // long enough to be missed
		}
		h.start()
	}
	h.stop()
	if n := said.count(session.StatusDialing); n > 10 {
		t.Errorf("%d reports of 10 restarts: %q", n, said.texts)
	}
	if n := said.count(session.StatusRefused) + said.count(session.StatusProtocol); n > 0 {
		t.Errorf("%q", said.texts)
	}
}

var loopback = transport.Address{Scheme: "rv", Host: "127.0.0.1"}

func TestRedialBacksOffAndSaysEachChangeOnce(t *testing.T) {
	l, err := transport.Listen(loopback)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var mu sync.Mutex
	var times []time.Time
	go func() { // drops everybody at once
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			times = append(times, time.Now())
			mu.Unlock()
			_ = c.Close()
		}
	}()
	said := &reports{}
	d := &session.Redial{Address: transport.Bound(loopback, l), Config: viewerConfig("v"), Report: said.add}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { d.Run(ctx); close(done) }()
	await(t, "six attempts", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(times) >= 6
	})
	cancel()
	select {
	case <-done:
	case <-time.After(2 * time.Second):
		t.Fatal("it goes on after its context")
	}
	for i, least := range []time.Duration{50, 100, 200, 400, 800} {
		if gap := times[i+1].Sub(times[i]); gap < (least-5)*time.Millisecond || gap > (least+1500)*time.Millisecond {
			t.Errorf("attempt %d came after %v, wanted %d ms", i+2, gap, least)
		}
	}
	if n := len(said.texts); n < 1 || n > 2 {
		t.Errorf("%d reports: %q", n, said.texts)
	}
}

func TestRedialSaysWhatIsInTheWay(t *testing.T) {
	closed, err := transport.Listen(loopback)
	if err != nil {
		t.Fatal(err)
	}
	nobody := transport.Bound(loopback, closed)
	_ = closed.Close()
	for _, c := range []struct {
		name    string
		address transport.Address
		code    int
		words   string
	}{
		{"nobody", nobody, session.StatusDialing, "nobody listens at " + nobody.String()},
		{"no file", transport.Address{Path: "/nonexistent/rv.sock"}, session.StatusDialing, "nobody listens at unix:/nonexistent/rv.sock"},
		{"no host", transport.Address{Host: "no-such-host.invalid", Port: 1}, session.StatusUnresolved, "no-such-host.invalid is not known"},
	} {
		said := &reports{}
		d := &session.Redial{Address: c.address, Config: viewerConfig("v"), Report: said.add}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { d.Run(ctx); close(done) }()
		await(t, "a report of "+c.name, func() bool { return said.count(c.code) > 0 })
		time.Sleep(200 * time.Millisecond) // several attempts more
		cancel()
		<-done
		if len(said.texts) != 1 || !strings.Contains(said.texts[0], c.words) {
			t.Errorf("%s: %q", c.name, said.texts)
		}
	}
}

func TestRedialReportsRefusals(t *testing.T) {
	l, err := transport.Listen(loopback)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	guarded := viewerConfig("guarded")
	guarded.Token = session.NewToken()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = session.Server(context.Background(), transport.NewConn(c), guarded) }()
		}
	}()
	said := &reports{}
	cfg := newRig(t, session.RendererOptions{}).r.Config()
	cfg.Token = session.NewToken()
	d := &session.Redial{Address: transport.Bound(loopback, l), Config: cfg, Report: said.add, Serve: func(context.Context, *session.Peer) error {
		return errors.New("served with a wrong token")
	}}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go d.Run(ctx)
	await(t, "the refusal", func() bool { return said.count(session.StatusRefused) > 0 })
	said.mu.Lock()
	defer said.mu.Unlock()
	if !slices.ContainsFunc(said.texts, func(s string) bool { return strings.Contains(s, "not this listener's token") }) {
		t.Errorf("%q", said.texts)
	}
}
