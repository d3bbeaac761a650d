package pixel

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand"
	"strings"
	"testing"
)

// scatter lays the packed pixels out with the given strides, in memory that is
// otherwise 0xEE.
func scatter(t *testing.T, m Image, row, pixel, channel int) Source {
	t.Helper()
	lo, hi, err := m.Extent(row, pixel, channel)
	if err != nil {
		t.Fatal(err)
	}
	data := bytes.Repeat([]byte{0xEE}, hi-lo)
	n, size := len(m.Channels), m.DType.Size()
	for y := range m.Height {
		for x := range m.Width {
			for c := range n {
				at := -lo + y*row + x*pixel + c*channel
				copy(data[at:at+size], m.Pix[((y*m.Width+x)*n+c)*size:])
			}
		}
	}
	return Source{Data: data, Offset: -lo, Row: row, Pixel: pixel, Channel: channel}
}

func TestCopyFromEveryLayout(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for _, d := range []DType{U8, U16, U32, F16, F32} {
		for _, n := range []int{1, 2, 3, 4, 7} {
			for _, size := range [][2]int{{1, 1}, {1, 5}, {7, 1}, {7, 5}, {32, 3}} {
				f := format(size[0], size[1], n, d)
				m := Image{Format: f, Pix: make([]byte, f.Bytes())}
				random.Read(m.Pix)
				e, w, h := d.Size(), f.Width, f.Height
				layouts := map[string][3]int{
					"packed":          {w * n * e, n * e, e},
					"padded rows":     {w*n*e + 13, n * e, e},
					"bottom-up":       {-w * n * e, n * e, e},
					"mirrored":        {w * n * e, -n * e, e},
					"channels back":   {w * n * e, n * e, -e},
					"one unused":      {w * (n + 1) * e, (n + 1) * e, e},
					"planar":          {w * e, e, w * h * e},
					"planar, padded":  {w*e + 5, e, (w*e+5)*h + 3},
					"planar, upwards": {-w * e, e, w * h * e},
					"planes back":     {w * e, e, -w * h * e},
					"line planes":     {w * n * e, e, w * e},
					"transposed":      {n * e, h * n * e, e},
					"fortran":         {e, h * e, h * w * e},
				}
				for name, l := range layouts {
					got := make([]byte, f.Bytes())
					if err := f.CopyFrom(got, scatter(t, m, l[0], l[1], l[2])); err != nil {
						t.Errorf("%s of %d x %d x %d %s: %v", name, w, h, n, d, err)
					} else if !bytes.Equal(got, m.Pix) {
						t.Errorf("%s of %d x %d x %d %s: pixels differ", name, w, h, n, d)
					}
				}
			}
		}
	}
}

func TestZeroStridesArePacked(t *testing.T) {
	f := format(3, 2, 3, U16)
	src := make([]byte, f.Bytes())
	for i := range src {
		src[i] = byte(i)
	}
	got := make([]byte, len(src))
	if err := f.CopyFrom(got, Source{Data: src}); err != nil || !bytes.Equal(got, src) {
		t.Fatalf("%v %v", got, err)
	}
	// Bottom-up with all else packed.
	if err := f.CopyFrom(got, Source{Data: src, Offset: 18, Row: -18}); err != nil {
		t.Fatal(err)
	}
	if want := append(append([]byte{}, src[18:]...), src[:18]...); !bytes.Equal(got, want) {
		t.Errorf("got %v, wanted %v", got, want)
	}
}

func TestExtent(t *testing.T) {
	f := format(4, 3, 3, U8)
	tests := []struct{ row, pixel, channel, lo, hi int }{
		{0, 0, 0, 0, 36},
		{16, 0, 0, 0, 44},
		{-12, 0, 0, -24, 12},
		{-12, -3, -1, -35, 1},
		{4, 1, 12, 0, 36},
		{4, 1, -12, -24, 12},
	}
	for _, tt := range tests {
		lo, hi, err := f.Extent(tt.row, tt.pixel, tt.channel)
		if err != nil || lo != tt.lo || hi != tt.hi {
			t.Errorf("%v: got %d to %d, %v", tt, lo, hi, err)
		}
	}
}

func TestBadStrides(t *testing.T) {
	f := format(4, 3, 3, U16)
	tests := []struct {
		name                string
		row, pixel, channel int
		text                string
	}{
		{"row smaller than a row", 23, 0, 0, "row stride of 23 bytes, wanted at least 24"},
		{"negative row smaller than a row", -22, 0, 0, "row stride of -22"},
		{"pixel smaller than its channels", 0, 4, 0, "stride"},
		{"channel smaller than an element", 0, 0, 1, "channel stride of 1 bytes, wanted at least 2"},
		{"planes overlap", 8, 2, 22, "channel stride of 22 bytes, wanted at least 24"},
		{"row overflows", math.MaxInt, 0, 0, "overflows"},
		{"row overflows downwards", math.MinInt, 0, 0, "overflows"},
		{"pixel overflows", 0, math.MaxInt / 2, 0, "overflows"},
		{"pixel overflows downwards", 0, math.MinInt, 0, "overflows"},
		{"channel overflows", 0, 0, math.MinInt, "overflows"},
		{"sum overflows", math.MaxInt / 4, math.MaxInt / 8, 0, "stride"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := f.Extent(tt.row, tt.pixel, tt.channel)
			if !errors.Is(err, ErrShape) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v, wanted %q", err, tt.text)
			}
		})
	}
}

func TestCopyFromStaysInside(t *testing.T) {
	f := format(4, 3, 3, U8)
	data := make([]byte, 36)
	tests := []struct {
		name string
		dst  int
		src  Source
	}{
		{"short memory", 36, Source{Data: data[:35]}},
		{"no memory", 36, Source{}},
		{"offset too far", 36, Source{Data: data, Offset: 1}},
		{"offset outside", 36, Source{Data: data, Offset: 1 << 40}},
		{"offset negative", 36, Source{Data: data, Offset: -1}},
		{"below the start", 36, Source{Data: data, Row: -12}},
		{"room too small", 35, Source{Data: data}},
		{"room too large", 37, Source{Data: data}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := f.CopyFrom(make([]byte, tt.dst), tt.src); !errors.Is(err, ErrShape) {
				t.Errorf("got %v, wanted ErrShape", err)
			}
		})
	}
	if err := (Format{}).CopyFrom(nil, Source{}); !errors.Is(err, ErrShape) {
		t.Errorf("an empty format: %v", err)
	}
}

func FuzzCopyFrom(f *testing.F) {
	f.Add(4, 3, 3, 0, 0, 0, 0)
	f.Add(4, 3, 3, 24, -12, 3, 1)
	f.Fuzz(func(t *testing.T, w, h, n, offset, row, pixel, channel int) {
		m := format(w&15, h&15, n&7, F16)
		// It returns an error or stays inside of data: anything else panics.
		_ = m.CopyFrom(make([]byte, m.Bytes()), Source{make([]byte, 4096), offset, row, pixel, channel})
	})
}

func TestCopyFromAllocatesNothing(t *testing.T) {
	f := format(64, 48, 3, U8)
	src, dst := make([]byte, f.Bytes()+64*48), make([]byte, f.Bytes())
	for _, s := range []Source{{Data: src}, {Data: src, Row: 195}, {Data: src, Row: 64, Pixel: 1, Channel: 64 * 48}} {
		if n := testing.AllocsPerRun(20, func() { _ = f.CopyFrom(dst, s) }); n != 0 {
			t.Errorf("row stride %d: %g allocations", s.Row, n)
		}
	}
}

func BenchmarkCopyFrom(b *testing.B) {
	for _, d := range []DType{U8, F32} {
		f := format(1920, 1080, 3, d)
		e, plane := d.Size(), 1920*1080*d.Size()
		src, dst := make([]byte, 4*plane), make([]byte, f.Bytes())
		for name, s := range map[string]Source{
			"packed": {Data: src},
			"planar": {Data: src, Row: 1920 * e, Pixel: e, Channel: plane},
			"rgbx":   {Data: src, Row: 4 * 1920 * e, Pixel: 4 * e, Channel: e},
		} {
			b.Run(fmt.Sprintf("%s/%s", d, name), func(b *testing.B) {
				b.SetBytes(int64(f.Bytes()))
				for b.Loop() {
					if err := f.CopyFrom(dst, s); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
