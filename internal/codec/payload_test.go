package codec

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"testing"

	"github.com/klauspost/compress/zstd"

	"remoteviewer/internal/pixel"
)

type payloadCase struct {
	name    string
	spec    Spec
	img     pixel.Image
	payload []byte
}

// payloads has one of each kind.
func payloads(t testing.TB) []payloadCase {
	var cases []payloadCase
	var enc Encoder
	defer enc.Close()
	add := func(img pixel.Image, spec Spec) {
		p, err := enc.Encode(nil, img, spec)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%s,%s,%s,%d", spec.Codec, spec.Filter, img.DType, len(img.Channels))
		cases = append(cases, payloadCase{name, spec, img, p})
	}
	for n := 1; n <= 4; n++ {
		img := smooth(format(19, 11, n, pixel.U8))
		add(img, Spec{Raw, None, 0})
		add(img, Spec{LZ4, Left, 0})
		add(img, Choose(Spec{Codec: Zstd}, img.Format))
		add(img, Spec{JPEG, None, 80})
		add(img, Spec{JPEG, None, 95})
	}
	add(smooth(format(19, 11, 3, pixel.F32)), Spec{Zstd, Shuffle, 0})
	add(smooth(format(19, 11, 3, pixel.U16)), Spec{LZ4, Shuffle, 0})
	add(noise(format(19, 11, 3, pixel.U8), 1), Spec{Zstd, None, 0})
	return cases
}

func TestEveryTruncationIsAnError(t *testing.T) {
	for _, c := range payloads(t) {
		t.Run(c.name, func(t *testing.T) {
			var dec Decoder
			defer dec.Close()
			out := make([]byte, c.img.Bytes())
			for n := range c.payload {
				if err := dec.Decode(out, c.payload[:n:n], c.img.Format, c.spec); !errors.Is(err, ErrPayload) {
					t.Fatalf("%d of %d bytes: %v", n, len(c.payload), err)
				}
			}
			if err := dec.Decode(out, c.payload, c.img.Format, c.spec); err != nil {
				t.Fatalf("the whole after that: %v", err)
			}
		})
	}
}

func TestTrailingBytesAreAnError(t *testing.T) {
	skippable := []byte{0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 7}
	for _, c := range payloads(t) {
		t.Run(c.name, func(t *testing.T) {
			var dec Decoder
			defer dec.Close()
			out := make([]byte, c.img.Bytes())
			for _, more := range [][]byte{{0}, {0xff}, {0xff, 0xd9}, {1, 2, 3, 4, 5}, skippable, c.payload} {
				if err := dec.Decode(out, append(bytes.Clone(c.payload), more...), c.img.Format, c.spec); !errors.Is(err, ErrPayload) {
					t.Errorf("%x after it: %v", more[:1], err)
				}
			}
		})
	}
}

// Whatever the bits, there is an error or an image, and never more than that.
func TestFlippedBits(t *testing.T) {
	random := rand.New(rand.NewSource(5))
	for _, c := range payloads(t) {
		t.Run(c.name, func(t *testing.T) {
			var dec Decoder
			defer dec.Close()
			room := bytes.Repeat([]byte{0xA5}, c.img.Bytes()+64)
			out := room[32 : len(room)-32 : len(room)-32]
			for range 3000 {
				p := bytes.Clone(c.payload)
				for range 1 + random.Intn(3) {
					p[random.Intn(len(p))] ^= 1 << random.Intn(8)
				}
				if err := dec.Decode(out, p, c.img.Format, c.spec); err != nil && !errors.Is(err, ErrPayload) {
					t.Fatalf("not a payload error: %v", err)
				}
			}
			guard := bytes.Repeat([]byte{0xA5}, 32)
			if !bytes.Equal(room[:32], guard) || !bytes.Equal(room[len(room)-32:], guard) {
				t.Error("written outside of the image")
			}
		})
	}
}

func TestOtherSizeIsAnError(t *testing.T) {
	for _, c := range payloads(t) {
		for _, size := range [][2]int{{11, 19}, {19, 10}, {20, 11}, {1, 1}, {190, 110}} {
			f := c.img.Format
			f.Width, f.Height = size[0], size[1]
			if c.spec.Codec != JPEG && f.Bytes() == c.img.Bytes() {
				continue // only the head knows how long its rows are
			}
			var dec Decoder
			if err := dec.Decode(make([]byte, f.Bytes()), c.payload, f, c.spec); !errors.Is(err, ErrPayload) {
				t.Errorf("%s as %d x %d: %v", c.name, size[0], size[1], err)
			}
			dec.Close()
		}
	}
}

// Frames of other writers: with checksum, without content size, with a window
// that is too large.
func TestZstdFrames(t *testing.T) {
	f := format(2048, 2048, 1, pixel.U8)
	img := smooth(f)
	write := func(options ...zstd.EOption) []byte {
		var b bytes.Buffer
		w, err := zstd.NewWriter(&b, options...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(img.Pix); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	broken := write(zstd.WithEncoderCRC(true))
	broken[len(broken)-1] ^= 1
	tests := []struct {
		name    string
		payload []byte
		good    bool
	}{
		{"streamed with checksum", write(zstd.WithEncoderCRC(true)), true},
		{"wrong checksum", broken, false},
		{"window of 8 MiB", write(zstd.WithWindowSize(8 << 20)), true},
		{"window of 16 MiB", write(zstd.WithWindowSize(16 << 20)), false},
		{"two frames", append(write(), write()...), false},
		{"claims 2^60 bytes in one segment", []byte{0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x10, 1, 0, 0}, false},
		{"a bomb of repeated bytes", bomb(200), false},
		{"reserved block", []byte{0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 7, 0, 0}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var dec Decoder
			defer dec.Close()
			out := make([]byte, f.Bytes())
			err := dec.Decode(out, tt.payload, f, Spec{Zstd, None, 0})
			if tt.good && (err != nil || !bytes.Equal(out, img.Pix)) {
				t.Errorf("%v, wanted the image", err)
			}
			if !tt.good && !errors.Is(err, ErrPayload) {
				t.Errorf("%v, wanted ErrPayload", err)
			}
		})
	}
}

// bomb is a frame of n blocks, each 128 KiB of one byte in four.
func bomb(n int) []byte {
	p := []byte{0x28, 0xb5, 0x2f, 0xfd, 0, 0x40}
	for i := range n {
		block := uint32(128<<10)<<3 | 1<<1
		if i == n-1 {
			block |= 1
		}
		p = append(p, byte(block), byte(block>>8), byte(block>>16), 7)
	}
	return p
}

func FuzzDecode(f *testing.F) {
	cases := payloads(f)
	for i, c := range cases {
		f.Add(i, c.payload)
	}
	f.Fuzz(func(t *testing.T, i int, payload []byte) {
		c := cases[uint(i)%uint(len(cases))]
		var dec Decoder
		defer dec.Close()
		if err := dec.Decode(make([]byte, c.img.Bytes()), payload, c.img.Format, c.spec); err != nil && !errors.Is(err, ErrPayload) {
			t.Fatal(err)
		}
	})
}
