package pixel

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func format(w, h, channels int, d DType) Format {
	return Format{Width: w, Height: h, Channels: DefaultChannels(channels), DType: d, Color: SRGB, Alpha: AlphaNone}
}

func TestCheck(t *testing.T) {
	good := format(3, 2, 3, U8)
	if err := good.Check(DefaultLimits); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		edit func(*Format)
		want error
		text string
	}{
		{"no width", func(f *Format) { f.Width = 0 }, ErrShape, "0 x 2"},
		{"negative height", func(f *Format) { f.Height = -1 }, ErrShape, "3 x -1"},
		{"too wide", func(f *Format) { f.Width = 32769 }, ErrShape, "32768"},
		{"no channels", func(f *Format) { f.Channels = nil }, ErrShape, "0 channels"},
		{"65 channels", func(f *Format) { f.Channels = DefaultChannels(65) }, ErrShape, "65 channels"},
		{"type", func(f *Format) { f.DType = "i8" }, ErrType, "i8"},
		{"color", func(f *Format) { f.Color = "red" }, ErrType, "red"},
		{"alpha", func(f *Format) { f.Alpha = "" }, ErrType, "premultiplied"},
		{"white NaN", func(f *Format) { f.White = math.NaN() }, ErrType, "NaN"},
		{"white negative", func(f *Format) { f.White = -1 }, ErrType, "-1"},
		{"too large", func(f *Format) { f.Width, f.Height, f.DType = 32768, 32768, F32 }, ErrShape, "limit"},
		{"twice", func(f *Format) { f.Channels = []string{"R", "G", "R"} }, ErrType, "twice"},
		{"empty name", func(f *Format) { f.Channels = []string{"R", "", "B"} }, ErrType, "channel name"},
		{"long name", func(f *Format) { f.Channels = []string{strings.Repeat("x", 129)} }, ErrType, "128"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := good
			tt.edit(&f)
			err := f.Check(DefaultLimits)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v, wanted %v with %q", err, tt.want, tt.text)
			}
		})
	}
}

func TestCheckAllocatesNothing(t *testing.T) {
	for _, n := range []int{1, 4, 64} {
		f := format(16, 16, n, F32)
		if got := testing.AllocsPerRun(100, func() { _ = f.Check(DefaultLimits) }); got != 0 {
			t.Errorf("%d channels: %g allocations", n, got)
		}
	}
}

func TestHalfIsExactBothWays(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		v := F16ToF32(h)
		if h&0x7c00 == 0x7c00 && h&0x3ff != 0 {
			if !math.IsNaN(float64(v)) || !math.IsNaN(float64(F16ToF32(F32ToF16(v)))) {
				t.Fatalf("%#04x is not NaN after a round trip", h)
			}
			continue
		}
		if got := F32ToF16(v); got != h {
			t.Fatalf("%#04x -> %g -> %#04x", h, v, got)
		}
	}
}

func TestHalfRounding(t *testing.T) {
	tests := []struct {
		v    float64
		want uint16
	}{
		{1, 0x3c00},
		{-2, 0xc000},
		{65504, 0x7bff},
		{65519.99, 0x7bff},
		{65520, 0x7c00},
		{math.Inf(-1), 0xfc00},
		{math.Ldexp(1, -24), 1},
		{math.Ldexp(1, -25), 0}, // a tie goes to even
		{math.Ldexp(3, -25), 2},
		{math.Ldexp(1, -14), 0x400},
		{1 + math.Ldexp(1, -11), 0x3c00},
		{1 + math.Ldexp(3, -11), 0x3c02},
		{math.Copysign(0, -1), 0x8000},
		{1e-30, 0},
		{1e30, 0x7c00},
	}
	for _, tt := range tests {
		if got := F32ToF16(float32(tt.v)); got != tt.want {
			t.Errorf("%g: got %#04x, wanted %#04x", tt.v, got, tt.want)
		}
	}
}

// Between two neighbouring halves the nearer one wins, for every pair.
func TestHalfIsNearest(t *testing.T) {
	for i := range 0x7bff {
		a, b := float64(F16ToF32(uint16(i))), float64(F16ToF32(uint16(i+1)))
		low, high := float32(a+(b-a)*0.49), float32(a+(b-a)*0.51)
		if F32ToF16(low) != uint16(i) || F32ToF16(high) != uint16(i+1) {
			t.Fatalf("between %g and %g: %#04x %#04x", a, b, F32ToF16(low), F32ToF16(high))
		}
	}
}

func TestAt(t *testing.T) {
	tests := []struct {
		d    DType
		pix  []byte
		want float64
	}{
		{U8, []byte{1, 200}, 200},
		{U16, []byte{0, 0, 1, 2}, 513},
		{U32, []byte{0, 0, 0, 0, 1, 0, 0, 128}, 2147483649},
		{F16, []byte{0, 0, 0, 0x3c}, 1},
		{F32, []byte{0, 0, 0, 0, 0, 0, 0x20, 0xc0}, -2.5},
	}
	for _, tt := range tests {
		m := Image{Format: format(1, 1, 2, tt.d), Pix: tt.pix}
		if got := m.At(0, 0, 1); got != tt.want {
			t.Errorf("%s: got %g, wanted %g", tt.d, got, tt.want)
		}
	}
}

func TestTransferCurve(t *testing.T) {
	for i := range 256 {
		v := float64(i) / 255
		if got := LinearToSRGB(SRGBToLinear(v)); math.Abs(got-v) > 1e-6 {
			t.Errorf("%g came back as %g", v, got)
		}
	}
	if got := LinearToSRGB(0.18); math.Abs(got-0.46135) > 1e-4 {
		t.Errorf("middle grey is %g", got)
	}
}

func TestDisplay8(t *testing.T) {
	f32 := func(v ...float32) (pix []byte) {
		for _, x := range v {
			b := math.Float32bits(x)
			pix = append(pix, byte(b), byte(b>>8), byte(b>>16), byte(b>>24))
		}
		return pix
	}
	nan := float32(math.NaN())
	tests := []struct {
		name string
		f    Format
		pix  []byte
		want []byte
	}{
		{"srgb float", Format{Width: 4, Height: 1, Channels: []string{"Y"}, DType: F32, Color: SRGB}, f32(0, 0.5, 2, nan), []byte{0, 128, 255, 0}},
		{"white 255", Format{Width: 2, Height: 1, Channels: []string{"Y"}, DType: F32, Color: SRGB, White: 255}, f32(51, 255), []byte{51, 255}},
		{"linear", Format{Width: 1, Height: 1, Channels: []string{"Y"}, DType: F32, Color: Linear}, f32(0.18), []byte{118}},
		{"depth", Format{Width: 4, Height: 1, Channels: []string{"Z"}, DType: F32, Color: Depth}, f32(1, 3, 2, float32(math.Inf(1))), []byte{0, 255, 128, 255}},
		{"normal", Format{Width: 1, Height: 1, Channels: []string{"X", "Y", "Z"}, DType: F32, Color: Normal}, f32(-1, 0, 1), []byte{0, 128, 255}},
		{"stored b g r", Format{Width: 1, Height: 1, Channels: []string{"B", "G", "R"}, DType: U8, Color: SRGB}, []byte{3, 2, 1}, []byte{1, 2, 3}},
		{
			"premultiplied",
			Format{Width: 1, Height: 1, Channels: []string{"R", "G", "B", "A"}, DType: F32, Color: SRGB, Alpha: Premultiplied},
			f32(0.25, 0.5, 0, 0.5),
			[]byte{128, 255, 0, 128},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Image{Format: tt.f, Pix: tt.pix}.Display8()
			if string(got.Pix) != string(tt.want) {
				t.Errorf("got %v, wanted %v", got.Pix, tt.want)
			}
		})
	}
}
