package session_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

// bare speaks to one side frame by frame.
type bare struct {
	t    *testing.T
	conn net.Conn
	r    *wire.Reader
	w    wire.Writer
	enc  wire.Encoding
}

func newBare(t *testing.T, conn net.Conn) *bare {
	t.Helper()
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &bare{t: t, conn: conn, r: wire.NewReader(conn, wire.DefaultLimits), enc: wire.JSON}
}

// raw writes a frame with a head as it stands.
func (b *bare) raw(head string, body []byte) {
	b.t.Helper()
	frame := []byte("RV1J")
	frame = binary.LittleEndian.AppendUint32(frame, uint32(len(head)))
	frame = binary.LittleEndian.AppendUint64(frame, uint64(len(body)))
	if _, err := b.conn.Write(append(append(frame, head...), body...)); err != nil {
		b.t.Fatalf("%s: %v", head, err)
	}
}

func (b *bare) say(m wire.Message) {
	b.t.Helper()
	frame, err := b.w.AppendFrame(nil, b.enc, m, 0)
	if err == nil {
		_, err = b.conn.Write(frame)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// hear reads the next message.
func (b *bare) hear() wire.Message {
	b.t.Helper()
	m, _, err := b.r.Next()
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

// farewell reads up to the error that the other side closes with.
func (b *bare) farewell() *wire.Error {
	b.t.Helper()
	for {
		m, _, err := b.r.Next()
		if e, ok := m.(*wire.Error); ok {
			if _, _, err := b.r.Next(); !errors.Is(err, io.EOF) {
				b.t.Fatalf("after its error: %v", err)
			}
			return e
		}
		if err != nil {
			b.t.Fatalf("closed without an error: %v", err)
		}
	}
}

func helloAs(role string) *wire.Hello {
	return &wire.Hello{Versions: []int{1}, Role: role, Name: "bare", Session: session.NewSessionID(), Encodings: []string{"json"}, Codecs: []string{"raw"}}
}

// sockets gives two ends of a TCP connection.
func sockets(t *testing.T) (net.Conn, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return a, b
}

// against runs one side of the handshake in the background.
func against(t *testing.T, side func(context.Context, *transport.Conn, session.Config) (*session.Peer, error), cfg session.Config) (*bare, chan error) {
	t.Helper()
	a, b := sockets(t)
	result := make(chan error, 1)
	go func() {
		_, err := side(context.Background(), transport.NewConn(b), cfg)
		result <- err
	}()
	return newBare(t, a), result
}

const token = "0123456789abcdef0123456789abcdef"

func TestDialersHandshakeFailures(t *testing.T) {
	for name, c := range map[string]struct {
		token string
		say   func(b *bare)
		want  error
		word  string
	}{
		"closes":                {"", func(b *bare) { _ = b.conn.(*net.TCPConn).CloseWrite() }, session.ErrPeer, "closed without a hello"},
		"garbage":               {"", func(b *bare) { _, _ = b.conn.Write([]byte("SSH-2.0-OpenSSH_9\r\n")) }, session.ErrPeer, "starts with RV1M or RV1J"},
		"cut":                   {"", func(b *bare) { _, _ = b.conn.Write([]byte("RV1J")); _ = b.conn.(*net.TCPConn).CloseWrite() }, session.ErrPeer, "cut in"},
		"not JSON":              {"", func(b *bare) { b.raw(`{"type":`, nil) }, session.ErrPeer, "not one JSON value"},
		"its error":             {"", func(b *bare) { b.say(&wire.Error{Code: "limit", Text: "too much\nof it"}) }, session.ErrPeer, "limit: too much of it"},
		"wants a token":         {"", func(b *bare) { b.say(&wire.Error{Code: "token", Text: "mine"}) }, session.ErrRefused, "mine"},
		"another user":          {"", func(b *bare) { b.say(&wire.Error{Code: "user", Text: "not you"}) }, session.ErrRefused, "not you"},
		"the same role":         {"", func(b *bare) { b.say(helloAs("viewer")) }, session.ErrPeer, `wanted a renderer`},
		"an unknown role":       {"", func(b *bare) { b.say(helloAs("printer")) }, session.ErrPeer, `"printer"`},
		"another version":       {"", func(b *bare) { h := helloAs("renderer"); h.Versions = []int{2}; b.say(h) }, session.ErrPeer, "versions [2]"},
		"a bad session":         {"", func(b *bare) { h := helloAs("renderer"); h.Session = "xyz"; b.say(h) }, session.ErrPeer, "not 16 bytes in hex"},
		"a long name":           {"", func(b *bare) { h := helloAs("renderer"); h.Name = strings.Repeat("n", 129); b.say(h) }, session.ErrPeer, "at most 128 bytes"},
		"a ping first":          {"", func(b *bare) { b.say(&wire.Ping{ID: 1}) }, session.ErrPeer, "wanted a hello"},
		"MessagePack":           {"", func(b *bare) { b.enc = wire.MsgPack; b.say(helloAs("renderer")) }, session.ErrPeer, "heads are JSON"},
		"a large head":          {"", func(b *bare) { b.raw(`{"type":"hello","x":"`+strings.Repeat("x", 4096)+`"}`, nil) }, session.ErrPeer, "the limit is 4096"},
		"a body":                {"", func(b *bare) { b.raw(`{"type":"hello"}`, []byte("x")) }, session.ErrPeer, "a body of 1 bytes before"},
		"asks for nothing":      {token, func(b *bare) { b.say(helloAs("renderer")) }, session.ErrRefused, "did not ask for our token"},
		"asks for what we lack": {"", func(b *bare) { b.say(&wire.Challenge{Nonce: strings.Repeat("ab", 32)}) }, session.ErrPeer, "asks for a token, and there is none"},
		"doesn't have it": {token, func(b *bare) {
			b.say(&wire.Challenge{Nonce: strings.Repeat("ab", 32)})
			b.hear()
			h := helloAs("renderer")
			h.Mac = strings.Repeat("cd", 32)
			b.say(h)
		}, session.ErrRefused, "does not have our token"},
		"sends no proof": {token, func(b *bare) {
			b.say(&wire.Challenge{Nonce: strings.Repeat("ab", 32)})
			b.hear()
			b.say(helloAs("renderer"))
		}, session.ErrRefused, "does not have our token"},
		"challenges twice": {token, func(b *bare) {
			b.say(&wire.Challenge{Nonce: strings.Repeat("ab", 32)})
			b.hear()
			b.say(&wire.Challenge{Nonce: strings.Repeat("ab", 32)})
		}, session.ErrPeer, "wanted a hello"},
	} {
		cfg := viewerConfig("dialer")
		cfg.Token = c.token
		b, result := against(t, session.Client, cfg)
		hello, ok := b.hear().(*wire.Hello)
		if !ok || (hello.Nonce != "") != (c.token != "") || len(hello.Nonce) != 0 && len(hello.Nonce) != 64 {
			t.Fatalf("%s: the dialer began with %+v", name, hello)
		}
		c.say(b)
		if err := <-result; !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: %v, wanted %v with %q", name, err, c.want, c.word)
		}
		if _, err := io.Copy(io.Discard, b.conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: the connection stays open", name)
		}
	}
}

func TestListenersHandshakeFailures(t *testing.T) {
	for name, c := range map[string]struct {
		token string
		say   func(b *bare)
		want  error
		code  string // of the error that it answers; "" without
		word  string
	}{
		"closes":          {"", func(b *bare) { _ = b.conn.(*net.TCPConn).CloseWrite() }, session.ErrPeer, "", "closed without a hello"},
		"the same role":   {"", func(b *bare) { b.say(helloAs("viewer")) }, session.ErrPeer, wire.CodeRole, "wanted a renderer"},
		"another version": {"", func(b *bare) { h := helloAs("renderer"); h.Versions = nil; b.say(h) }, session.ErrPeer, wire.CodeVersion, "this side speaks 1"},
		"an ack first":    {"", func(b *bare) { b.say(&wire.Ack{Seq: 1}) }, session.ErrPeer, wire.CodeProtocol, "begins with a hello"},
		"no token":        {token, func(b *bare) { b.say(helloAs("renderer")) }, session.ErrRefused, wire.CodeToken, "wants a token"},
		"a wrong mac": {token, func(b *bare) {
			h := helloAs("renderer")
			h.Nonce = strings.Repeat("ab", 32)
			b.say(h)
			b.hear()
			b.say(&wire.Auth{Mac: strings.Repeat("0", 64)})
		}, session.ErrRefused, wire.CodeToken, "not this listener's token"},
		"no mac": {token, func(b *bare) {
			h := helloAs("renderer")
			h.Nonce = strings.Repeat("ab", 32)
			b.say(h)
			b.hear()
			b.say(&wire.Auth{})
		}, session.ErrRefused, wire.CodeToken, "not this listener's token"},
		"a hello for an auth": {token, func(b *bare) {
			h := helloAs("renderer")
			h.Nonce = strings.Repeat("ab", 32)
			b.say(h)
			b.hear()
			b.say(h)
		}, session.ErrRefused, wire.CodeToken, "not this listener's token"},
		"the listener's own mac sent back": {token, func(b *bare) {
			h := helloAs("renderer")
			h.Nonce = strings.Repeat("ab", 32)
			b.say(h)
			challenge := b.hear().(*wire.Challenge)
			b.say(&wire.Auth{Mac: challenge.Nonce})
		}, session.ErrRefused, wire.CodeToken, "not this listener's token"},
		"the wrong role with the token": {"", func(b *bare) { b.say(helloAs("client")) }, session.ErrPeer, wire.CodeRole, `"client"`},
	} {
		cfg := viewerConfig("listener")
		cfg.Token = c.token
		b, result := against(t, session.Server, cfg)
		c.say(b)
		if c.code != "" {
			if e := b.farewell(); e.Code != c.code || e.Text == "" {
				t.Errorf("%s: it answers %+v, wanted code %s", name, e, c.code)
			}
		}
		if err := <-result; !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: %v, wanted %v with %q", name, err, c.want, c.word)
		}
	}
}

// TestChallengeHasTheNonceAlone also checks that nonces differ.
func TestChallengeHasTheNonceAlone(t *testing.T) {
	seen := map[string]bool{}
	for range 3 {
		cfg := viewerConfig("listener")
		cfg.Token = token
		b, _ := against(t, session.Server, cfg)
		h := helloAs("renderer")
		h.Nonce = strings.Repeat("ab", 32)
		b.say(h)
		prefix := make([]byte, wire.PrefixLen)
		if _, err := io.ReadFull(b.conn, prefix); err != nil {
			t.Fatal(err)
		}
		head := make([]byte, binary.LittleEndian.Uint32(prefix[4:]))
		if _, err := io.ReadFull(b.conn, head); err != nil {
			t.Fatal(err)
		}
		var fields map[string]string
		if err := json.Unmarshal(head, &fields); err != nil || len(fields) != 2 || fields["type"] != "challenge" {
			t.Fatalf("%s: %v", head, err)
		}
		nonce := fields["nonce"]
		if raw, err := hex.DecodeString(nonce); err != nil || len(raw) != 32 || seen[nonce] {
			t.Fatalf("nonce %q", nonce)
		}
		seen[nonce] = true
	}
}

func TestSlowHandshakeIsCutOff(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 5 s")
	}
	t.Parallel()
	b, result := against(t, session.Server, viewerConfig("listener"))
	stop := make(chan struct{})
	go func() { // a byte now and then is not enough
		for _, c := range []byte("RV1J\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00{\"type\":\"hel") {
			select {
			case <-stop:
				return
			case <-time.After(300 * time.Millisecond):
				_, _ = b.conn.Write([]byte{c})
			}
		}
	}()
	defer close(stop)
	start := time.Now()
	if err := <-result; err == nil {
		t.Fatal("it went through")
	}
	within(t, time.Since(start), 4*time.Second, 8*time.Second)
}

func TestHandshakeEndsWithItsContext(t *testing.T) {
	_, b := sockets(t)
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(30*time.Millisecond, cancel)
	start := time.Now()
	_, err := session.Server(ctx, transport.NewConn(b), viewerConfig("listener"))
	wantIs(t, err, context.Canceled, "")
	within(t, time.Since(start), 0, 2*time.Second)
}
