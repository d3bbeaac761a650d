package listen

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// Protocol is what a connection's first bytes tell.
type Protocol int

// The protocols that one port tells apart.
const (
	Unknown Protocol = iota
	RV1
	Classic // RemoteViewer's original
	XML     // Aqsis
	TLS
	Tev
	HTTP
)

// tevCap is the largest tev packet that is believed.
const tevCap = 1 << 30

var names = map[Protocol]string{
	Unknown: "an unknown protocol", RV1: "RV1", Classic: "the original RemoteViewer's protocol",
	XML: "XML (Aqsis)", TLS: "TLS", Tev: "tev's protocol", HTTP: "HTTP",
}

func (p Protocol) String() string { return names[p] }

var httpMethods = []string{"GET ", "POST", "HEAD", "PUT ", "DELE", "OPTI", "PATC", "CONN", "TRAC"}

// Sniff tells a protocol by its first 4 bytes (5 or 11 where those are not
// enough), which it returns. It never decides on a short read: a stream that
// ends or times out before them is an error.
func Sniff(r io.Reader) (Protocol, []byte, error) {
	b := make([]byte, 11)
	if _, err := io.ReadFull(r, b[:4]); err != nil {
		return Unknown, nil, fmt.Errorf("no first 4 bytes: %w", err)
	}
	p, need := first4([4]byte(b))
	if need == 4 {
		return p, b[:4], nil
	}
	if _, err := io.ReadFull(r, b[4:need]); err != nil {
		return Unknown, nil, fmt.Errorf("no first %d bytes: %w", need, err)
	}
	if need == 11 {
		p = Tev
		if b[5] == 1 && b[9] == 3 && b[10] <= 4 {
			p = TLS
		}
	} else if b[4] > 8 {
		p = Unknown
	}
	return p, b[:need], nil
}

// first4 judges four bytes, and says how many are needed to be sure.
func first4(b [4]byte) (Protocol, int) {
	text := string(b[:])
	size := binary.LittleEndian.Uint32(b[:])
	switch {
	case text == "RV1M" || text == "RV1J":
		return RV1, 4
	case size >= 1 && size <= 4:
		return Classic, 4
	case text == "\xef\xbb\xbf<", b[0] == '<' && printable(b[1]) && printable(b[2]) && printable(b[3]):
		return XML, 4
	case b[0] == 0x16 && b[1] == 3 && b[2] >= 1 && b[2] <= 4:
		return TLS, 11
	}
	for _, m := range httpMethods {
		if strings.HasPrefix(text, m) {
			return HTTP, 4
		}
	}
	if size >= 6 && size <= tevCap {
		return Tev, 5
	}
	return Unknown, 4
}

func printable(c byte) bool {
	return c == '\t' || c == '\n' || c == '\r' || c >= ' ' && c <= '~'
}
