package listen_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/iotest"
	"time"

	"remoteviewer/internal/listen"
)

// firsts is what the first bytes of a connection tell.
var firsts = []struct {
	bytes string
	want  listen.Protocol
	taken int // bytes that have to be read for it
}{
	{"RV1M\x10\x00\x00\x00", listen.RV1, 4},
	{"RV1J\x10\x00\x00\x00", listen.RV1, 4},
	{"RV2J\x10\x00\x00\x00\x00\x00\x00\x00", listen.Unknown, 5},
	{"rv1j\x10\x00\x00\x00\x00\x00\x00\x00", listen.Unknown, 5},
	{"\x01\x00\x00\x00", listen.Classic, 4},
	{"\x02\x00\x00\x00", listen.Classic, 4},
	{"\x04\x00\x00\x00", listen.Classic, 4},
	{"\x00\x00\x00\x00", listen.Unknown, 4},
	{"\x05\x00\x00\x00\x00", listen.Unknown, 4},
	{"<?xm", listen.XML, 4},
	{"<\t\r\n", listen.XML, 4},
	{"\xef\xbb\xbf<", listen.XML, 4},
	{"\xef\xbb\xbfx\x00", listen.Unknown, 4},
	{"<a\x00\x00\x02", listen.Tev, 5},
	{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", listen.TLS, 11},
	{"\x16\x03\x04\x02\x00\x01\x00\x01\xfc\x03\x00", listen.TLS, 11},
	{"\x16\x03\x01\x02\x00\x02\x00\x01\xfc\x03\x03", listen.Tev, 11},
	{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x02\x03", listen.Tev, 11},
	{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x05", listen.Tev, 11},
	{"\x16\x03\x05\x02\x04", listen.Tev, 5},
	{"GET / HTTP/1.1", listen.HTTP, 4},
	{"POST /", listen.HTTP, 4},
	{"HEAD /", listen.HTTP, 4},
	{"PUT /x", listen.HTTP, 4},
	{"DELETE /", listen.HTTP, 4},
	{"OPTIONS *", listen.HTTP, 4},
	{"PATCH /", listen.HTTP, 4},
	{"CONNECT a:1", listen.HTTP, 4},
	{"TRACE /", listen.HTTP, 4},
	{"GETX\x00", listen.Unknown, 4},
	{"\x06\x00\x00\x00\x00", listen.Tev, 5},
	{"\x40\x00\x00\x00\x08", listen.Tev, 5},
	{"\x40\x00\x00\x00\x09", listen.Unknown, 5},
	{"\x00\x00\x00\x40\x04", listen.Tev, 5},
	{"\x01\x00\x00\x40\x04", listen.Unknown, 4},
	{"SSH-2.0-OpenSSH", listen.Unknown, 4},
	{"\xff\xff\xff\xff\xff", listen.Unknown, 4},
}

func TestSniff(t *testing.T) {
	readers := map[string]func(io.Reader) io.Reader{
		"whole":        func(r io.Reader) io.Reader { return r },
		"byte by byte": iotest.OneByteReader,
		"halves":       iotest.HalfReader,
		"with the end": iotest.DataErrReader,
	}
	for _, c := range firsts {
		for how, wrap := range readers {
			src := bytes.NewReader([]byte(c.bytes))
			got, first, err := listen.Sniff(wrap(src))
			if err != nil || got != c.want || string(first) != c.bytes[:len(first)] {
				t.Errorf("%q, %s: %v, %q, %v, wanted %v", c.bytes, how, got, first, err, c.want)
			}
			if got != listen.Unknown && len(first) != c.taken {
				t.Errorf("%q, %s: took %d bytes, wanted %d", c.bytes, how, len(first), c.taken)
			}
		}
	}
}

func TestSniffNeverDecidesOnAShortRead(t *testing.T) {
	for _, c := range firsts {
		if c.want == listen.Unknown {
			continue
		}
		for n := range c.taken {
			got, _, err := listen.Sniff(bytes.NewReader([]byte(c.bytes[:n])))
			if got != listen.Unknown || !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%q: %v, %v, wanted an error", c.bytes[:n], got, err)
			}
		}
	}
}

func TestSniffWaitsForSlowBytes(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	go func() {
		for _, c := range []byte("RV1J") {
			time.Sleep(20 * time.Millisecond)
			_, _ = b.Write([]byte{c})
		}
	}()
	if got, _, err := listen.Sniff(a); got != listen.RV1 || err != nil {
		t.Fatalf("%v, %v", got, err)
	}
	go func() { _, _ = b.Write([]byte("RV")) }()
	_ = a.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if got, _, err := listen.Sniff(a); got != listen.Unknown || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("%v, %v, wanted a timeout", got, err)
	}
}

func FuzzSniff(f *testing.F) {
	for _, c := range firsts {
		f.Add([]byte(c.bytes))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, first, err := listen.Sniff(bytes.NewReader(b))
		slow, firstSlow, errSlow := listen.Sniff(iotest.OneByteReader(bytes.NewReader(b)))
		if got != slow || !bytes.Equal(first, firstSlow) || (err == nil) != (errSlow == nil) {
			t.Fatalf("%v, %q, %v at once; %v, %q, %v byte by byte", got, first, err, slow, firstSlow, errSlow)
		}
		if !bytes.HasPrefix(b, first) || len(first) > 11 {
			t.Fatalf("%q gave back %q", b, first)
		}
		if err != nil && got != listen.Unknown {
			t.Fatalf("%v although %v", got, err)
		}
		if got == listen.RV1 != (bytes.HasPrefix(b, []byte("RV1J")) || bytes.HasPrefix(b, []byte("RV1M"))) {
			t.Fatalf("%q is %v", b, got)
		}
	})
}
