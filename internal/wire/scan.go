package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// scan walks over a head once and holds it against the rules that the decoder
// leaves open, before anything is made of it: one map with strings as keys, at
// most MaxDepth levels, integers within 2^53-1, strings in UTF-8, no binary, no
// extension, nothing behind it. It finds the message's type and how many images
// or items a list has.
func scan(head []byte) (kind string, listed int, err error) {
	s := scanner{p: head}
	if len(head) == 0 || head[0]&0xf0 != 0x80 && head[0] != 0xde && head[0] != 0xdf {
		return "", 0, fmt.Errorf("%w: a head is one map", ErrProtocol)
	}
	if err := s.value(0); err != nil {
		return "", 0, err
	}
	if len(s.p) > 0 {
		return "", 0, fmt.Errorf("%w: %d bytes behind the map of a head", ErrProtocol, len(s.p))
	}
	return s.kind, s.listed, nil
}

// scanner walks over MessagePack. p is what has not been looked at.
type scanner struct {
	p      []byte
	kind   string
	listed int
}

func (s *scanner) take(n int) ([]byte, error) {
	if n > len(s.p) {
		return nil, fmt.Errorf("%w: a head that ends within a value", ErrProtocol)
	}
	b := s.p[:n]
	s.p = s.p[n:]
	return b, nil
}

// size reads an unsigned integer of n bytes, big-endian.
func (s *scanner) size(n int) (uint64, error) {
	b, err := s.take(n)
	if err != nil {
		return 0, err
	}
	switch n {
	case 1:
		return uint64(b[0]), nil
	case 2:
		return uint64(binary.BigEndian.Uint16(b)), nil
	case 4:
		return uint64(binary.BigEndian.Uint32(b)), nil
	}
	return binary.BigEndian.Uint64(b), nil
}

// value walks over one value that lies depth maps and arrays deep.
func (s *scanner) value(depth int) error {
	b, err := s.take(1)
	if err != nil {
		return err
	}
	switch c := b[0]; {
	case c <= 0x7f, c >= 0xe0, c == 0xc0, c == 0xc2, c == 0xc3: // small integers, nil, booleans
		return nil
	case c <= 0x8f, c == 0xde, c == 0xdf:
		n, err := s.count(c, 0x8f, 0xde)
		if err != nil {
			return err
		}
		return s.entries(n, depth+1)
	case c <= 0x9f, c == 0xdc, c == 0xdd:
		n, err := s.count(c, 0x9f, 0xdc)
		if err != nil {
			return err
		}
		return s.elements(n, depth+1)
	case c <= 0xbf, c >= 0xd9 && c <= 0xdb:
		_, err := s.text(c)
		return err
	default:
		return s.number(c)
	}
}

// count reads how many elements follow, each of at least one byte.
func (s *scanner) count(c, small, wide byte) (int, error) {
	n := uint64(c & 0xf)
	if c > small {
		var err error
		if n, err = s.size(2 << (c - wide)); err != nil {
			return 0, err
		}
	}
	if n > uint64(len(s.p)) {
		return 0, fmt.Errorf("%w: %d elements announced, %d bytes of the head are left", ErrProtocol, n, len(s.p))
	}
	return int(n), nil
}

func deep(depth int) error {
	if depth > MaxDepth {
		return fmt.Errorf("%w: a head of more than %d levels", ErrLimit, MaxDepth)
	}
	return nil
}

func (s *scanner) entries(n, depth int) error {
	if err := deep(depth); err != nil {
		return err
	}
	for range n {
		b, err := s.take(1)
		if err != nil {
			return err
		}
		key, err := s.text(b[0])
		if err != nil {
			return err
		}
		if depth == 1 {
			s.look(string(key))
		}
		if err := s.value(depth); err != nil {
			return err
		}
	}
	return nil
}

// look remembers what stands under the keys type, images and items of a head.
func (s *scanner) look(key string) {
	ahead := scanner{p: s.p}
	b, err := ahead.take(1)
	switch {
	case err != nil:
	case key == "type":
		if text, err := ahead.text(b[0]); err == nil {
			s.kind = string(text)
		}
	case key == "images" || key == "items":
		if c := b[0]; c >= 0x90 && c <= 0x9f || c == 0xdc || c == 0xdd {
			n, _ := ahead.count(c, 0x9f, 0xdc)
			s.listed = max(s.listed, n) // of all under these keys, should one stand twice
		}
	}
}

func (s *scanner) elements(n, depth int) error {
	if err := deep(depth); err != nil {
		return err
	}
	for range n {
		if err := s.value(depth); err != nil {
			return err
		}
	}
	return nil
}

// text reads a string whose first byte is c.
func (s *scanner) text(c byte) ([]byte, error) {
	n := uint64(c & 0x1f)
	switch {
	case c >= 0xa0 && c <= 0xbf:
	case c >= 0xd9 && c <= 0xdb:
		var err error
		if n, err = s.size(1 << (c - 0xd9)); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("%w: a key that is no string (%#x)", ErrProtocol, c)
	}
	b, err := s.take(int(n))
	if err == nil && !utf8.Valid(b) {
		err = fmt.Errorf("%w: a string that is not UTF-8: %.40q", ErrProtocol, b)
	}
	return b, err
}

// number reads an integer or a float whose first byte is c.
func (s *scanner) number(c byte) error {
	var n uint64
	var err error
	switch {
	case c == 0xca || c == 0xcb:
		_, err = s.take(4 << (c - 0xca))
	case c >= 0xcc && c <= 0xcf:
		n, err = s.size(1 << (c - 0xcc))
	case c >= 0xd0 && c <= 0xd2:
		_, err = s.take(1 << (c - 0xd0))
	case c == 0xd3:
		n, err = s.size(8)
		if int64(n) < 0 {
			n = -n
		}
	case c >= 0xc4 && c <= 0xc6:
		err = fmt.Errorf("%w: a head holds no binary (%#x), write hex strings", ErrProtocol, c)
	default:
		err = fmt.Errorf("%w: a head holds no extension and no byte %#x", ErrProtocol, c)
	}
	if err == nil && n > MaxInt {
		err = fmt.Errorf("%w: an integer beyond 2^53-1", ErrLimit)
	}
	return err
}

// scanJSON holds a JSON head against the same rules. Only that a number is an
// integer can't be seen: encoders write large floats without a fraction.
func scanJSON(head []byte) error {
	switch {
	case !bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("{")):
		return fmt.Errorf("%w: a head is one map", ErrProtocol)
	case !utf8.Valid(head):
		return fmt.Errorf("%w: a head that is not UTF-8", ErrProtocol)
	case !json.Valid(head):
		return fmt.Errorf("%w: a head that is not one JSON value", ErrProtocol)
	}
	depth, quoted := 0, false
	for i := 0; i < len(head); i++ {
		switch c := head[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			if err := deep(depth); err != nil {
				return err
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
