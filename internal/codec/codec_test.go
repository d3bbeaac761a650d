package codec

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand"
	"slices"
	"testing"

	"remoteviewer/internal/pixel"
)

func format(w, h, channels int, d pixel.DType) pixel.Format {
	return pixel.Format{
		Width: w, Height: h, Channels: pixel.DefaultChannels(channels),
		DType: d, Color: pixel.SRGB, Alpha: pixel.AlphaNone,
	}
}

func noise(f pixel.Format, seed int64) pixel.Image {
	m := pixel.Image{Format: f, Pix: make([]byte, f.Bytes())}
	rand.New(rand.NewSource(seed)).Read(m.Pix)
	return m
}

// smooth has gradients and a few edges, like something rendered. Elements of
// more than a byte get a slowly changing high byte and a noisy low one.
func smooth(f pixel.Format) pixel.Image {
	m := pixel.Image{Format: f, Pix: make([]byte, 0, f.Bytes())}
	random := rand.New(rand.NewSource(7))
	for y := range f.Height {
		for x := range f.Width {
			for c := range f.Channels {
				v := 120 + 70*math.Sin(float64(x)/40+float64(c)/5) + 50*math.Cos(float64(y)/60)
				if (x/50+y/40)%3 == 0 {
					v *= 0.8
				}
				for k := f.DType.Size() - 1; k > 0; k-- {
					m.Pix = append(m.Pix, byte(random.Intn(4)))
				}
				m.Pix = append(m.Pix, byte(v))
			}
		}
	}
	return m
}

var (
	types    = []pixel.DType{pixel.U8, pixel.U16, pixel.U32, pixel.F16, pixel.F32}
	filters  = []string{None, Left, GreenPlanarLeft, Shuffle}
	lossless = []string{Raw, LZ4, Zstd}
)

func TestRoundTripIsExact(t *testing.T) {
	var enc Encoder
	var dec Decoder
	defer enc.Close()
	defer dec.Close()
	ran := map[string]int{}
	for _, d := range types {
		for _, n := range []int{1, 2, 3, 4, 5, 9} {
			for _, size := range [][2]int{{1, 1}, {1, 9}, {13, 1}, {31, 17}, {64, 48}} {
				f := format(size[0], size[1], n, d)
				for _, img := range []pixel.Image{noise(f, int64(n)), smooth(f)} {
					for _, name := range lossless {
						for _, filter := range filters {
							spec := Spec{Codec: name, Filter: filter}
							if spec.Check(f) != nil {
								continue
							}
							ran[name+" "+filter]++
							checkRoundTrip(t, &enc, &dec, img, spec)
						}
					}
				}
			}
		}
	}
	want := map[string]int{"raw none": 300}
	for _, name := range []string{LZ4, Zstd} {
		want[name+" none"], want[name+" left"], want[name+" green-planar-left"], want[name+" shuffle"] = 300, 300, 20, 240
	}
	if fmt.Sprint(ran) != fmt.Sprint(want) {
		t.Errorf("ran %v, wanted %v", ran, want)
	}
}

func checkRoundTrip(t *testing.T, enc *Encoder, dec *Decoder, img pixel.Image, spec Spec) {
	t.Helper()
	before := bytes.Clone(img.Pix)
	payload, err := enc.Encode([]byte("head"), img, spec)
	if err != nil {
		t.Fatalf("%v of %v: %v", spec, img.Format, err)
	}
	if string(payload[:4]) != "head" {
		t.Fatalf("%v: what stood in front is gone", spec)
	}
	got := bytes.Repeat([]byte{0xEE}, img.Bytes())
	if err := dec.Decode(got, payload[4:], img.Format, spec); err != nil {
		t.Fatalf("%v of %v: %v", spec, img.Format, err)
	}
	if !bytes.Equal(got, before) || !bytes.Equal(img.Pix, before) {
		t.Fatalf("%v of %v: pixels differ", spec, img.Format)
	}
}

func TestChoose(t *testing.T) {
	rgb, y, wide := format(4, 4, 3, pixel.U8), format(4, 4, 1, pixel.U8), format(4, 4, 3, pixel.F32)
	data, bgr := y, rgb
	data.Color = pixel.Data
	bgr.Channels = []string{"B", "G", "R"}
	huge := format(32768, 32768, 2, pixel.U8)
	tests := []struct {
		name string
		want Spec
		f    pixel.Format
		got  Spec
	}{
		{"nothing", Spec{}, rgb, Spec{Raw, None, 0}},
		{"raw with a filter", Spec{Raw, Left, 5}, rgb, Spec{Raw, None, 0}},
		{"unknown", Spec{"vp9", Left, 5}, rgb, Spec{Raw, None, 0}},
		{"zstd rgb", Spec{Zstd, "", 0}, rgb, Spec{Zstd, GreenPlanarLeft, 0}},
		{"zstd rgb left", Spec{Zstd, Left, 0}, rgb, Spec{Zstd, Left, 0}},
		{"zstd bgr", Spec{Zstd, GreenPlanarLeft, 0}, bgr, Spec{Zstd, Left, 0}},
		{"lz4 y shuffle", Spec{LZ4, Shuffle, 0}, y, Spec{LZ4, Left, 0}},
		{"lz4 float", Spec{LZ4, "", 0}, wide, Spec{LZ4, Shuffle, 0}},
		{"lz4 of 2 GiB", Spec{LZ4, "", 0}, huge, Spec{Zstd, Left, 0}},
		{"jpeg", Spec{JPEG, "", 0}, rgb, Spec{JPEG, None, DefaultQuality}},
		{"jpeg 400", Spec{JPEG, Left, 400}, y, Spec{JPEG, None, 100}},
		{"jpeg of data", Spec{JPEG, "", 80}, data, Spec{Zstd, Left, 0}},
		{"jpeg of floats", Spec{JPEG, "", 80}, wide, Spec{Zstd, Shuffle, 0}},
		{"jpeg of bgr", Spec{JPEG, "", 80}, bgr, Spec{Zstd, Left, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Choose(tt.want, tt.f)
			if got != tt.got {
				t.Errorf("got %v, wanted %v", got, tt.got)
			}
			if err := got.Check(tt.f); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBadSpecs(t *testing.T) {
	f := format(4, 4, 3, pixel.U8)
	img := noise(f, 1)
	for _, spec := range []Spec{
		{},
		{"gif", None, 0},
		{Raw, "", 0},
		{Raw, Left, 0},
		{JPEG, Left, 80},
		{Zstd, Shuffle, 0},
		{LZ4, "up", 0},
		{Zstd, "", 0},
	} {
		var enc Encoder
		var dec Decoder
		if _, err := enc.Encode(nil, img, spec); !errors.Is(err, ErrSpec) {
			t.Errorf("encode %v: %v", spec, err)
		}
		if err := dec.Decode(make([]byte, f.Bytes()), img.Pix, f, spec); !errors.Is(err, ErrSpec) {
			t.Errorf("decode %v: %v", spec, err)
		}
	}
	var enc Encoder
	var dec Decoder
	if _, err := enc.Encode(nil, pixel.Image{Format: f, Pix: img.Pix[1:]}, Spec{Codec: Raw, Filter: None}); !errors.Is(err, pixel.ErrShape) {
		t.Errorf("short pixels: %v", err)
	}
	if err := dec.Decode(make([]byte, f.Bytes()+1), img.Pix, f, Spec{Codec: Raw, Filter: None}); !errors.Is(err, pixel.ErrShape) {
		t.Errorf("room of another size: %v", err)
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	specs := []Spec{{Raw, None, 0}, {LZ4, GreenPlanarLeft, 0}, {Zstd, GreenPlanarLeft, 0}, {Zstd, Left, 0}}
	if JPEGName() == "libjpeg-turbo" {
		specs = append(specs, Spec{JPEG, None, 85})
	}
	for _, n := range []int{3, 4} {
		img := smooth(format(320, 200, n, pixel.U8))
		for _, spec := range specs {
			var enc Encoder
			var dec Decoder
			defer enc.Close()
			defer dec.Close()
			var payload []byte
			out := make([]byte, img.Bytes())
			run := func() {
				var err error
				if payload, err = enc.Encode(payload[:0], img, spec); err != nil {
					t.Fatal(err)
				}
				if err = dec.Decode(out, payload, img.Format, spec); err != nil {
					t.Fatal(err)
				}
			}
			run()
			if got := testing.AllocsPerRun(20, run); got != 0 && !raceDetector {
				t.Errorf("%v, %d channels: %g allocations an image", spec, n, got)
			}
		}
	}
}

func TestCloseAndGoOn(t *testing.T) {
	var enc Encoder
	var dec Decoder
	img := smooth(format(32, 32, 4, pixel.U8))
	for range 3 {
		for _, name := range Names() {
			spec := Choose(Spec{Codec: name}, img.Format)
			payload, err := enc.Encode(nil, img, spec)
			if err != nil {
				t.Fatal(err)
			}
			if err := dec.Decode(make([]byte, img.Bytes()), payload, img.Format, spec); err != nil {
				t.Fatal(err)
			}
		}
		enc.Close()
		dec.Close()
		enc.Close()
		dec.Close()
	}
}

func TestFiltersHelp(t *testing.T) {
	for _, d := range []pixel.DType{pixel.U8, pixel.F32} {
		img := smooth(format(640, 480, 3, d))
		var enc Encoder
		plain, _ := enc.Encode(nil, img, Spec{Codec: Zstd, Filter: None})
		best, _ := enc.Encode(nil, img, Choose(Spec{Codec: Zstd}, img.Format))
		if len(best) >= len(plain) || len(plain) == 0 {
			t.Errorf("%s: %d bytes with the filter, %d without", d, len(best), len(plain))
		}
	}
}

func BenchmarkCodec(b *testing.B) {
	specs := []Spec{
		{Raw, None, 0},
		{LZ4, None, 0},
		{LZ4, GreenPlanarLeft, 0},
		{Zstd, Left, 0},
		{Zstd, GreenPlanarLeft, 0},
		{JPEG, None, 75},
		{JPEG, None, 95},
	}
	img := smooth(format(1920, 1080, 3, pixel.U8))
	for _, spec := range slices.Concat(specs, []Spec{{Zstd, Shuffle, 0}, {LZ4, Shuffle, 0}}) {
		img := img
		if spec.Filter == Shuffle {
			img = smooth(format(1920, 1080, 3, pixel.F32))
		}
		name := fmt.Sprintf("%s,%s,%d", spec.Codec, spec.Filter, spec.Quality)
		var enc Encoder
		var dec Decoder
		payload, err := enc.Encode(nil, img, spec)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("encode/"+name, func(b *testing.B) {
			b.SetBytes(int64(img.Bytes()))
			b.ReportAllocs()
			for b.Loop() {
				payload, _ = enc.Encode(payload[:0], img, spec)
			}
			b.ReportMetric(float64(img.Bytes())/float64(len(payload)), "ratio")
		})
		out := make([]byte, img.Bytes())
		b.Run("decode/"+name, func(b *testing.B) {
			b.SetBytes(int64(img.Bytes()))
			b.ReportAllocs()
			for b.Loop() {
				if err := dec.Decode(out, payload, img.Format, spec); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
