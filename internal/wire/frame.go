// Package wire holds the messages of RV1 and their framing. It is pure: it
// reads and writes byte streams, and knows no network and no goroutines.
//
// A frame is 4 bytes "RV1M" (the head is MessagePack) or "RV1J" (JSON), the
// head's length as u32, the body's length as u64, both little-endian, the head
// (one map, whose key "type" names the message) and the body (raw bytes).
package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Encoding is how heads are written.
type Encoding string

// The encodings.
const (
	JSON    Encoding = "json"
	MsgPack Encoding = "msgpack"
)

// PrefixLen is the length of a frame before its head.
const PrefixLen = 16

// Magic is the first four bytes of a frame in this encoding.
func (e Encoding) Magic() string {
	if e == JSON {
		return "RV1J"
	}
	return "RV1M"
}

// Errors that callers can test for.
var (
	ErrProtocol = errors.New("protocol")
	ErrLimit    = errors.New("limit")
)

// Frame is the fixed part of a frame.
type Frame struct {
	Encoding Encoding
	Head     int64
	Body     int64
}

// ParsePrefix reads a frame's first 16 bytes.
func ParsePrefix(p []byte) (Frame, error) {
	var f Frame
	switch string(p[:4]) {
	case "RV1M":
		f.Encoding = MsgPack
	case "RV1J":
		f.Encoding = JSON
	default:
		return f, fmt.Errorf("%w: a frame starts with RV1M or RV1J, found %q", ErrProtocol, p[:4])
	}
	f.Head = int64(binary.LittleEndian.Uint32(p[4:]))
	body := binary.LittleEndian.Uint64(p[8:])
	if body > 1<<53-1 {
		return f, fmt.Errorf("%w: a body of %d bytes", ErrLimit, body)
	}
	f.Body = int64(body)
	return f, nil
}

func putPrefix(dst []byte, e Encoding, head int, body int64) {
	copy(dst, e.Magic())
	binary.LittleEndian.PutUint32(dst[4:], uint32(head))
	binary.LittleEndian.PutUint64(dst[8:], uint64(body))
}

// Reader reads frames. Before access is settled it takes small heads in JSON
// and no bodies; Open lifts that.
type Reader struct {
	src     *bufio.Reader
	prefix  [PrefixLen]byte
	head    []byte
	decoder decoder
	limits  Limits
	open    bool
	left    int64 // of the current body
	count   int64 // bytes taken so far
}

// NewReader reads frames from src.
func NewReader(src io.Reader, limits Limits) *Reader {
	return &Reader{src: bufio.NewReaderSize(src, 16<<10), limits: limits}
}

// Open says that access is settled: both encodings and bodies are taken from now on.
func (r *Reader) Open() { r.open = true }

// Count is how many bytes were read, frames and bodies.
func (r *Reader) Count() int64 { return r.count }

// Next reads the next head and decodes it; what is left of the last body is
// passed over first. A message of a type that is not known is nil, with its
// body's length. The error of a stream that ended between frames is io.EOF.
func (r *Reader) Next() (Message, int64, error) {
	if err := r.Discard(); err != nil {
		return nil, 0, err
	}
	if _, err := io.ReadFull(r.src, r.prefix[:]); err != nil {
		return nil, 0, cut(err, "a frame's first 16 bytes")
	}
	f, err := ParsePrefix(r.prefix[:])
	if err != nil {
		return nil, 0, err
	}
	if err := r.check(f); err != nil {
		return nil, 0, err
	}
	if int64(cap(r.head)) < f.Head {
		r.head = make([]byte, f.Head)
	}
	head := r.head[:f.Head]
	if _, err := io.ReadFull(r.src, head); err != nil {
		return nil, 0, cut(noEOF(err), "a head of %d bytes", f.Head)
	}
	r.left = f.Body
	r.count += PrefixLen + f.Head
	m, err := r.decoder.decode(f.Encoding, head)
	if err != nil {
		return nil, 0, err
	}
	if err := checkBody(m, f.Body); err != nil {
		return nil, 0, err
	}
	return m, f.Body, nil
}

func (r *Reader) check(f Frame) error {
	limit := r.limits.Head
	if !r.open {
		if f.Encoding != JSON {
			return fmt.Errorf("%w: heads are JSON (RV1J) until both hellos are through", ErrProtocol)
		}
		if f.Body != 0 {
			return fmt.Errorf("%w: a body of %d bytes before both hellos are through", ErrProtocol, f.Body)
		}
		limit = AuthHeadLimit
	}
	if f.Head > limit {
		return fmt.Errorf("%w: a head of %d bytes, the limit is %d", ErrLimit, f.Head, limit)
	}
	// Encoded pixels may be a little larger than decoded ones.
	if f.Body > r.limits.List+r.limits.List/64+1<<20 {
		return fmt.Errorf("%w: a body of %d bytes, the limit of a list is %d", ErrLimit, f.Body, r.limits.List)
	}
	return nil
}

// checkBody refuses bodies on messages that have none.
func checkBody(m Message, body int64) error {
	switch m.(type) {
	case nil, *Images:
		return nil
	case *Data:
		if body > DataLimit {
			return fmt.Errorf("%w: data of %d bytes, the limit is %d", ErrLimit, body, DataLimit)
		}
		return nil
	}
	if body != 0 {
		return fmt.Errorf("%w: a %q message has no body, found %d bytes", ErrProtocol, m.messageType(), body)
	}
	return nil
}

// ReadBody fills p with the next bytes of the current body.
func (r *Reader) ReadBody(p []byte) error {
	if int64(len(p)) > r.left {
		return fmt.Errorf("%w: %d bytes of body wanted, %d left", ErrProtocol, len(p), r.left)
	}
	n, err := io.ReadFull(r.src, p)
	r.left -= int64(n)
	r.count += int64(n)
	if err != nil {
		return cut(noEOF(err), "a body, %d bytes before its end", r.left)
	}
	return nil
}

// Discard passes over what is left of the current body.
func (r *Reader) Discard() error {
	for r.left > 0 {
		n, err := r.src.Discard(int(min(r.left, 1<<20)))
		r.left -= int64(n)
		r.count += int64(n)
		if err != nil {
			return cut(noEOF(err), "a body, %d bytes before its end", r.left)
		}
	}
	return nil
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// cut says in which part a stream ended; other errors stay as they are.
func cut(err error, where string, args ...any) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: cut in %s: %w", ErrProtocol, fmt.Sprintf(where, args...), err)
	}
	return err
}
