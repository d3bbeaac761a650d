package codec

import (
	"bytes"
	"math/rand"
	"testing"

	"remoteviewer/internal/pixel"
)

// The definitions of the package comment, byte by byte.
func TestFilterBytes(t *testing.T) {
	rgb, rgba := format(2, 2, 3, pixel.U8), format(3, 1, 4, pixel.U8)
	tests := []struct {
		name, filter string
		f            pixel.Format
		in, out      []byte
	}{
		{
			"left of bytes", Left, format(3, 2, 1, pixel.U8),
			[]byte{10, 12, 5, 200, 100, 101},
			[]byte{10, 2, 249, 200, 156, 1},
		},
		{
			"left of pixels", Left, rgb,
			[]byte{10, 20, 30, 11, 19, 33, 1, 2, 3, 0, 0, 0},
			[]byte{10, 20, 30, 1, 255, 3, 1, 2, 3, 255, 254, 253},
		},
		{
			"left of u16 does not carry", Left, format(2, 1, 1, pixel.U16),
			[]byte{0xff, 0x01, 0x00, 0x02},
			[]byte{0xff, 0x01, 0x01, 0x01},
		},
		{
			"green of RGB", GreenPlanarLeft, rgb,
			[]byte{10, 20, 30, 11, 19, 33, 1, 2, 3, 0, 0, 0},
			[]byte{20, 255, 2, 254, 246, 2, 255, 1, 10, 4, 1, 255},
		},
		{
			"green of RGBA", GreenPlanarLeft, rgba,
			[]byte{5, 5, 5, 255, 6, 5, 4, 254, 6, 5, 4, 0},
			[]byte{5, 0, 0, 0, 1, 0, 0, 255, 0, 255, 255, 2},
		},
		{
			"shuffle of u16", Shuffle, format(3, 1, 1, pixel.F16),
			[]byte{1, 2, 3, 4, 5, 6},
			[]byte{1, 3, 5, 2, 4, 6},
		},
		{
			"shuffle of f32", Shuffle, format(1, 1, 2, pixel.F32),
			[]byte{1, 2, 3, 4, 5, 6, 7, 8},
			[]byte{1, 5, 2, 6, 3, 7, 4, 8},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := make([]byte, len(tt.in))
			applyFilter(tt.filter, got, tt.in, tt.f)
			if !bytes.Equal(got, tt.out) {
				t.Errorf("got %v, wanted %v", got, tt.out)
			}
		})
	}
}

// Eight bytes at a time gives what one byte at a time gives.
func TestLeftAgainstTheFormula(t *testing.T) {
	random := rand.New(rand.NewSource(3))
	for _, p := range []int{1, 2, 3, 4, 6, 8, 12, 16, 20} {
		for w := 1; w < 40; w++ {
			in := make([]byte, 2*w*p)
			random.Read(in)
			got := make([]byte, len(in))
			filterLeft(got, in, w*p, p)
			for i := range in {
				want := in[i]
				if i%(w*p) >= p {
					want -= in[i-p]
				}
				if got[i] != want {
					t.Fatalf("%d pixels of %d bytes: byte %d is %d, wanted %d", w, p, i, got[i], want)
				}
			}
			undoLeft(got, w*p, p)
			if !bytes.Equal(got, in) {
				t.Fatalf("%d pixels of %d bytes don't come back", w, p)
			}
		}
	}
}
