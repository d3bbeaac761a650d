package session

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

// Errors that callers can test for.
var (
	ErrRefused = errors.New("refused")  // a token is missing or wrong, or a user may not come in
	ErrPeer    = errors.New("bad peer") // it speaks something else, or sends what can't be read
	ErrClosed  = errors.New("closed")
	ErrTimeout = errors.New("not done in time")
	// ErrReplaced is a connection that gave way to a newer one of the same session.
	ErrReplaced = errors.New("replaced by a newer connection of the same program")
)

// errNoHello is a peer that closes before it has said anything.
var errNoHello = fmt.Errorf("%w: closed without a hello", ErrPeer)

// handshakeTime bounds everything before both hellos are through.
const handshakeTime = 5 * time.Second

// MinTokenBytes is the shortest token, in characters: 128 bits of hex.
const MinTokenBytes = 22

// Config is what one side says of itself in a handshake, and what it demands.
type Config struct {
	Role    string // wire.RoleRenderer or wire.RoleViewer
	Name    string // in window titles and lists
	Session string // of NewSessionID, kept over reconnects
	Codecs  []string
	Limits  wire.Limits // zero: wire.DefaultLimits

	// Token is demanded by a listener, and proved by a dialer. A dialer that has
	// one from the environment (TokenOptional) uses it only where it is asked for.
	Token         string
	TokenOptional bool
}

// NewSessionID makes 16 random bytes in hex.
func NewSessionID() string { return randomHex(16) }

// NewToken makes a token of 192 bits.
func NewToken() string { return randomHex(24) }

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, by its contract
	return hex.EncodeToString(b)
}

func (c Config) limits() wire.Limits {
	if c.Limits == (wire.Limits{}) {
		return wire.DefaultLimits
	}
	return c.Limits
}

func (c Config) hello() *wire.Hello {
	return &wire.Hello{
		Versions: []int{1}, Role: c.Role, Name: c.Name, Session: c.Session,
		Encodings: []string{string(wire.JSON), string(wire.MsgPack)},
		Codecs:    append([]string{"raw"}, slices.DeleteFunc(slices.Clone(c.Codecs), func(s string) bool { return s == "raw" })...),
		Features:  []string{wire.FeatureControls, wire.FeatureEvents}, Limits: c.limits(),
	}
}

// Client shakes hands as the side that dialed. On an error the connection is closed.
func Client(ctx context.Context, conn *transport.Conn, cfg Config) (*Peer, error) {
	return shake(ctx, conn, cfg, (*shaker).client)
}

// Server shakes hands as the side that listened. On an error the connection is closed.
func Server(ctx context.Context, conn *transport.Conn, cfg Config) (*Peer, error) {
	return shake(ctx, conn, cfg, (*shaker).server)
}

type shaker struct {
	cfg    Config
	conn   *transport.Conn
	reader *wire.Reader
	writer wire.Writer
	start  time.Time
}

func shake(ctx context.Context, conn *transport.Conn, cfg Config, side func(*shaker) (*wire.Hello, error)) (*Peer, error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	src := &patient{conn: conn}
	s := &shaker{cfg: cfg, conn: conn, reader: wire.NewReader(src, cfg.limits())}
	_ = conn.SetDeadline(time.Now().Add(handshakeTime))
	hello, err := side(s)
	if err == nil {
		err = s.judge(hello)
	}
	if err != nil {
		_ = conn.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	_ = conn.SetDeadline(time.Time{})
	s.reader.Open()
	src.open = true
	return newPeer(conn, s.reader, cfg, hello, s.start), nil
}

func (s *shaker) client() (*wire.Hello, error) {
	hello := s.cfg.hello()
	if s.cfg.Token != "" {
		hello.Nonce = randomHex(32)
	}
	if err := s.send(hello); err != nil {
		return nil, err
	}
	m, err := s.next()
	if err != nil {
		return nil, err
	}
	challenge, asked := m.(*wire.Challenge)
	if asked {
		if !isNonce(challenge.Nonce) {
			return nil, fmt.Errorf("%w: a challenge without 32 random bytes in hex", ErrPeer)
		}
		if s.cfg.Token == "" {
			return nil, fmt.Errorf("%w: the peer asks for a token, and there is none", ErrPeer)
		}
		if err := s.send(&wire.Auth{Mac: mac(s.cfg.Token, "dialer", hello.Nonce, challenge.Nonce)}); err != nil {
			return nil, err
		}
		if m, err = s.next(); err != nil {
			return nil, err
		}
	}
	answer, ok := m.(*wire.Hello)
	if !ok {
		return nil, fmt.Errorf("%w: wanted a hello, found another message", ErrPeer)
	}
	switch {
	case asked && !equalMac(answer.Mac, mac(s.cfg.Token, "listener", hello.Nonce, challenge.Nonce)):
		return nil, fmt.Errorf("%w: the peer does not have our token", ErrRefused)
	case !asked && s.cfg.Token != "" && !s.cfg.TokenOptional:
		return nil, fmt.Errorf("%w: the peer did not ask for our token, so it can't prove that it is the one meant; dial without a token if that is right", ErrRefused)
	}
	return answer, nil
}

func (s *shaker) server() (*wire.Hello, error) {
	m, err := s.next()
	if err != nil {
		return nil, err
	}
	hello, ok := m.(*wire.Hello)
	if !ok {
		return nil, s.refuse(wire.CodeProtocol, "a connection begins with a hello")
	}
	answer := s.cfg.hello()
	if s.cfg.Token != "" {
		if !isNonce(hello.Nonce) {
			return nil, s.refuse(wire.CodeToken, "this listener wants a token: dial rv://TOKEN@host:port")
		}
		challenge := &wire.Challenge{Nonce: randomHex(32)}
		if err := s.send(challenge); err != nil {
			return nil, err
		}
		if m, err = s.next(); err != nil {
			return nil, err
		}
		auth, ok := m.(*wire.Auth)
		if !ok || !equalMac(auth.Mac, mac(s.cfg.Token, "dialer", hello.Nonce, challenge.Nonce)) {
			return nil, s.refuse(wire.CodeToken, "that is not this listener's token")
		}
		answer.Mac = mac(s.cfg.Token, "listener", hello.Nonce, challenge.Nonce)
	}
	// What doesn't fit is said before our hello, so that the dialer can read it.
	if code, text := misfit(s.cfg, hello); code != "" {
		return nil, s.refuse(code, text)
	}
	return hello, s.send(answer)
}

// judge is a dialer's last look at the listener's hello.
func (s *shaker) judge(hello *wire.Hello) error {
	if _, text := misfit(s.cfg, hello); text != "" {
		return fmt.Errorf("%w: %s", ErrPeer, text)
	}
	return nil
}

func misfit(cfg Config, peer *wire.Hello) (code, text string) {
	fits := map[string]string{
		wire.RoleRenderer: wire.RoleViewer, wire.RoleViewer: wire.RoleRenderer,
		wire.RoleClient: wire.RoleNode, wire.RoleNode: wire.RoleClient,
	}
	raw, err := hex.DecodeString(peer.Session)
	switch {
	case !slices.Contains(peer.Versions, 1):
		return wire.CodeVersion, fmt.Sprintf("the peer speaks RV1 versions %v, this side speaks 1", peer.Versions)
	case fits[cfg.Role] != peer.Role:
		return wire.CodeRole, fmt.Sprintf("the peer is a %q and so can't be joined to a %s; wanted a %s", peer.Role, cfg.Role, fits[cfg.Role])
	case err != nil || len(raw) != 16:
		return wire.CodeProtocol, fmt.Sprintf("the session %q is not 16 bytes in hex", peer.Session)
	case wire.CheckName("name", peer.Name, cfg.limits().Name) != nil:
		return wire.CodeProtocol, "the name is not UTF-8 of at most 128 bytes"
	}
	return "", ""
}

func (s *shaker) send(m wire.Message) error {
	b, err := s.writer.AppendFrame(nil, wire.JSON, m, 0)
	if err != nil {
		return err
	}
	if _, ok := m.(*wire.Hello); ok {
		s.start = time.Now()
	}
	_, err = s.conn.Write(b)
	return err
}

// next reads the next message that this side knows; an error message is an error.
func (s *shaker) next() (wire.Message, error) {
	for {
		m, _, err := s.reader.Next()
		if err != nil {
			if errors.Is(err, wire.ErrProtocol) || errors.Is(err, wire.ErrLimit) {
				return nil, fmt.Errorf("%w: %w", ErrPeer, err)
			}
			if errors.Is(err, io.EOF) {
				return nil, errNoHello
			}
			return nil, err
		}
		switch m := m.(type) {
		case nil:
			continue
		case *wire.Error:
			return nil, peerError(m)
		default:
			return m, nil
		}
	}
}

func (s *shaker) refuse(code, text string) error {
	if s.send(&wire.Error{Code: code, Text: text}) == nil {
		s.conn.Farewell()
	}
	return peerSaid(code, text)
}

func peerError(m *wire.Error) error { return peerSaid(m.Code, m.Text) }

func peerSaid(code, text string) error {
	if code == wire.CodeToken || code == wire.CodeUser {
		return fmt.Errorf("%w: %s", ErrRefused, clip(text))
	}
	if code == wire.CodeReplaced {
		return ErrReplaced
	}
	return fmt.Errorf("%w: %s: %s", ErrPeer, clip(code), clip(text))
}

// clip makes a peer's words fit for a log line.
func clip(text string) string {
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + "..."
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) { // beyond ASCII too: a terminal may obey U+009B
			return ' '
		}
		return r
	}, text)
}

// mac is HMAC-SHA256 with the token's text as key, in hex.
func mac(token, side, dialer, listener string) string {
	h := hmac.New(sha256.New, []byte(token))
	_, _ = io.WriteString(h, "rv1 "+side+" "+dialer+" "+listener)
	return hex.EncodeToString(h.Sum(nil))
}

func equalMac(got, want string) bool { return hmac.Equal([]byte(got), []byte(want)) }

// Refuse tells a peer that has not been heard why it may not come in, and closes.
func Refuse(conn *transport.Conn, code, text string) {
	var w wire.Writer
	if b, err := w.AppendFrame(nil, wire.JSON, &wire.Error{Code: code, Text: text}, 0); err == nil {
		_ = conn.SetDeadline(time.Now().Add(time.Second))
		_, _ = conn.Conn.Write(b)
	}
	conn.Farewell()
}

// isNonce says whether text is 32 bytes in hex.
func isNonce(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == 32
}
