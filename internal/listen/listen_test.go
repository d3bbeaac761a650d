package listen_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"remoteviewer/internal/listen"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

const secret = "0123456789abcdef0123456789abcdef"

func config(role string) session.Config {
	return session.Config{Role: role, Name: role + " of a test", Session: session.NewSessionID(), Codecs: []string{"raw"}}
}

// door is a listener that runs, and what it told.
type door struct {
	*listen.Listener
	mu     sync.Mutex
	said   []string
	codes  []int
	served chan string
	ended  chan struct{}
	cancel context.CancelFunc
}

func loopback() transport.Address { return transport.Address{Scheme: "rv", Host: "127.0.0.1"} }

// open runs a listener at a free port until the test ends.
func open(t *testing.T, o listen.Options) *door {
	t.Helper()
	d := &door{served: make(chan string, 100), ended: make(chan struct{})}
	if o.Address == (transport.Address{}) {
		o.Address = loopback()
	}
	o.Config = config(wire.RoleViewer)
	o.Serve = func(ctx context.Context, peer *session.Peer) {
		d.served <- peer.Hello.Name
		_ = session.NewReceiver(peer, &session.Pool{}, nil).Run(ctx)
	}
	o.Report = func(code int, text string) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.codes, d.said = append(d.codes, code), append(d.said, text)
	}
	l, err := listen.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	d.Listener = l
	var ctx context.Context
	ctx, d.cancel = context.WithCancel(context.Background())
	go func() {
		defer close(d.ended)
		l.Run(ctx)
	}()
	t.Cleanup(func() {
		d.cancel()
		<-d.ended
	})
	return d
}

// dial shakes hands with the listener; on success the peer is being served there.
func (d *door) dial(t *testing.T, token string, optional bool) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	conn, err := transport.Dial(ctx, d.reach())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	cfg := config(wire.RoleRenderer)
	cfg.Token, cfg.TokenOptional = token, optional
	if _, err := session.Client(ctx, conn, cfg); err != nil {
		return err
	}
	select {
	case <-d.served:
		return nil
	case <-ctx.Done():
		return errors.New("shook hands but is not served")
	}
}

func (d *door) reach() transport.Address {
	a := d.Address()
	if a.Path == "" {
		a.Host = "127.0.0.1"
	}
	return a
}

// told waits for a report that has the words.
func (d *door) told(t *testing.T, code int, words string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		d.mu.Lock()
		for i, text := range d.said {
			if strings.Contains(text, words) && d.codes[i] == code {
				d.mu.Unlock()
				return
			}
		}
		d.mu.Unlock()
	}
	t.Fatalf("no report of code %d with %q among %d %q", code, words, d.codes, d.said)
}

// raw connects without shaking hands.
func (d *door) raw(t *testing.T) net.Conn {
	t.Helper()
	a := d.reach()
	c, err := net.Dial(a.Network(), a.Target())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	return c
}

func TestPeersAreServed(t *testing.T) {
	d := open(t, listen.Options{})
	for range 3 {
		if err := d.dial(t, "", false); err != nil {
			t.Fatal(err)
		}
	}
	if d.Address().Port == 0 || d.Address().Token != "" {
		t.Fatalf("listens at %s", d.Address().Full())
	}
}

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		listener, dialer string
		optional         bool
		refused          error
		word             string
	}{
		{"", "", false, nil, ""},
		{secret, secret, false, nil, ""},
		{secret, secret, true, nil, ""},
		{secret, "", false, session.ErrRefused, "wants a token"},
		{secret, strings.Repeat("x", 32), false, session.ErrRefused, "not this listener's token"},
		{secret, strings.Repeat("x", 32), true, session.ErrRefused, "not this listener's token"},
		{secret, secret[:31], false, session.ErrRefused, "not this listener's token"},
		{"", secret, false, session.ErrRefused, "did not ask for our token"},
		{"", secret, true, nil, ""},
	} {
		d := open(t, listen.Options{Token: c.listener})
		err := d.dial(t, c.dialer, c.optional)
		if !errors.Is(err, c.refused) || err != nil && !strings.Contains(err.Error(), c.word) {
			t.Errorf("listener %q, dialer %q, optional %v: %v, wanted %v with %q", c.listener, c.dialer, c.optional, err, c.refused, c.word)
		}
		if c.listener != "" && c.refused != nil {
			d.told(t, session.StatusRefused, c.word)
		}
	}
}

func TestTakenPorts(t *testing.T) {
	first := open(t, listen.Options{})
	a := first.Address()
	second := open(t, listen.Options{Address: a})
	if second.Address().Port <= a.Port || second.Address().Port > a.Port+100 {
		t.Fatalf("%s is taken, and it listens at %s", a, second.Address())
	}
	if err := second.dial(t, "", false); err != nil {
		t.Fatal(err)
	}
	_, err := listen.Open(listen.Options{Address: a, Strict: true})
	if !errors.Is(err, listen.ErrListen) || !strings.Contains(err.Error(), "taken") {
		t.Fatalf("strict gave %v", err)
	}
	_, err = listen.Open(listen.Options{Address: transport.Address{Host: "192.0.2.1", Port: 1}, Insecure: true})
	if !errors.Is(err, listen.ErrListen) {
		t.Fatalf("an address of no interface gave %v", err)
	}
	_, err = listen.Open(listen.Options{Address: transport.Address{Scheme: "tev", Host: "127.0.0.1"}})
	if !errors.Is(err, transport.ErrAddress) || !strings.Contains(err.Error(), "rv://") {
		t.Fatalf("another scheme gave %v", err)
	}
}

func TestPortIsFreeAtOnceAfterwards(t *testing.T) {
	d := open(t, listen.Options{})
	if err := d.dial(t, "", false); err != nil {
		t.Fatal(err)
	}
	d.cancel()
	<-d.ended
	again := open(t, listen.Options{Address: d.Address(), Strict: true})
	if err := again.dial(t, "", false); err != nil {
		t.Fatal(err)
	}
}

func TestHTTPClientsAreAnswered(t *testing.T) {
	d := open(t, listen.Options{})
	for range 20 {
		body := strings.NewReader(strings.Repeat("x", 8<<10))
		answer, err := http.Post(fmt.Sprintf("http://%s/", d.Address()), "text/plain", body)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), "RV1") {
			t.Fatalf("%s %q, %v", answer.Status, text, err)
		}
	}
	d.told(t, session.StatusProtocol, "it speaks HTTP")
}

func prefix(magic string, head uint32, body uint64) string {
	var b strings.Builder
	b.WriteString(magic)
	for i := range 4 {
		b.WriteByte(byte(head >> (8 * i)))
	}
	for i := range 8 {
		b.WriteByte(byte(body >> (8 * i)))
	}
	return b.String()
}

func frame(head string) string { return prefix("RV1J", uint32(len(head)), 0) + head }

const goodHello = `{"type":"hello","versions":[1],"role":"renderer","session":"000102030405060708090a0b0c0d0e0f"}`

func TestBadPeersAreDroppedAndTheNextIsServed(t *testing.T) {
	d := open(t, listen.Options{})
	for _, c := range []struct{ name, bytes, words string }{
		{"nothing", "", "no first 4 bytes"},
		{"three bytes", "RV1", "no first 4 bytes"},
		{"the original's head", "\x02\x00\x00\x00", "original RemoteViewer"},
		{"XML", "<?xml version", "XML (Aqsis)"},
		{"tev", "\x40\x00\x00\x00\x04name", "tev"},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "TLS"},
		{"garbage", "\xff\xfe\xfd\xfc\xfb", "an unknown protocol"},
		{"a cut prefix", "RV1J\x10\x00", "cut in a frame's first 16 bytes"},
		{"a cut head", prefix("RV1J", 100, 0) + "{", "cut in a head of 100 bytes"},
		{"a head of 4 GiB", prefix("RV1J", 0xffffffff, 0), "a head of 4294967295 bytes, the limit is 4096"},
		{"a head of 4097 bytes", prefix("RV1J", 4097, 0), "a head of 4097 bytes, the limit is 4096"},
		{"a body of 4 GiB", prefix("RV1J", 20, 1<<32), "a body of 4294967296 bytes before"},
		{"a body beyond 63 bits", prefix("RV1J", 20, 1<<63), "a body of"},
		{"a hello with a body", prefix("RV1J", uint32(len(goodHello)), 4) + goodHello + "abcd", "a body of 4 bytes before"},
		{"MessagePack first", prefix("RV1M", 12, 0) + "\x81\xa4type\xa5hello", "heads are JSON"},
		{"no JSON", frame("hello, there"), "one map"},
		{"no hello", frame(`{"type":"ping","id":1}`), "begins with a hello"},
		{"a viewer", frame(strings.Replace(goodHello, "renderer", "viewer", 1)), `the peer is a "viewer"`},
		{"version 2", frame(strings.Replace(goodHello, "[1]", "[2,3]", 1)), "versions [2 3]"},
		{"no session", frame(strings.Replace(goodHello, "0001", "", 1)), "not 16 bytes in hex"},
	} {
		conn := d.raw(t)
		_, _ = io.WriteString(conn, c.bytes)
		_ = conn.(*net.TCPConn).CloseWrite()
		answer, err := io.ReadAll(conn)
		if ne := net.Error(nil); errors.As(err, &ne) && ne.Timeout() {
			t.Errorf("%s: not dropped", c.name)
		}
		if strings.Contains(string(answer), `"hello"`) {
			t.Errorf("%s was welcomed: %q", c.name, answer)
		}
		d.told(t, session.StatusProtocol, c.words)
		if err := d.dial(t, "", false); err != nil {
			t.Fatalf("after %s: %v", c.name, err)
		}
	}
}

func TestMisfitsAreTold(t *testing.T) {
	d := open(t, listen.Options{})
	for head, code := range map[string]string{
		strings.Replace(goodHello, "renderer", "viewer", 1): wire.CodeRole,
		strings.Replace(goodHello, "[1]", "[2]", 1):         wire.CodeVersion,
		`{"type":"ping"}`: wire.CodeProtocol,
	} {
		conn := d.raw(t)
		_, _ = io.WriteString(conn, frame(head))
		m, _, err := wire.NewReader(conn, wire.DefaultLimits).Next()
		said, ok := m.(*wire.Error)
		if err != nil || !ok || said.Code != code || said.Text == "" {
			t.Errorf("%s: %+v, %v, wanted an error of code %s", head, m, err, code)
		}
	}
}

func TestStalledNewcomersDoNotHinder(t *testing.T) {
	d := open(t, listen.Options{Token: secret})
	for _, begin := range []string{"", "R", "RV1J", frame(strings.Replace(goodHello, `{`, `{"nonce":"ab",`, 1))} {
		for range 5 {
			_, _ = io.WriteString(d.raw(t), begin)
		}
	}
	start := time.Now()
	if err := d.dial(t, secret, false); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Fatalf("it took %v", took)
	}
	// The end doesn't wait for them either.
	start = time.Now()
	d.cancel()
	<-d.ended
	if took := time.Since(start); took > 2*time.Second {
		t.Fatalf("closing took %v", took)
	}
}

func TestSilentNewcomersAreDropped(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 5 s")
	}
	t.Parallel()
	d := open(t, listen.Options{})
	conn := d.raw(t)
	_, _ = io.WriteString(conn, "RV")
	start := time.Now()
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Fatalf("%v", err)
	}
	if took := time.Since(start); took < 4*time.Second || took > 7*time.Second {
		t.Fatalf("dropped after %v, wanted 5 s", took)
	}
}
