package imagefile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"remoteviewer/internal/pixel"
)

func floats(order binary.AppendByteOrder, v ...float32) []byte {
	var b []byte
	for _, x := range v {
		b = order.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// values reads every element.
func values(m pixel.Image) []float64 {
	v := make([]float64, m.Width*m.Height*len(m.Channels))
	for i := range v {
		v[i] = pixel.Value(m.Pix, m.DType, i)
	}
	return v
}

func expect(t *testing.T, got pixel.Image, w, h, channels int, want ...float64) {
	t.Helper()
	if got.Width != w || got.Height != h || len(got.Channels) != channels {
		t.Fatalf("%d x %d x %d, wanted %d x %d x %d", got.Width, got.Height, len(got.Channels), w, h, channels)
	}
	if fmt.Sprint(values(got)) != fmt.Sprint(want) {
		t.Errorf("got %v, wanted %v", values(got), want)
	}
}

func TestPFMByHand(t *testing.T) {
	big := append([]byte("Pf\n2 2\n1.0\n"), floats(binary.BigEndian, 3, 4, 1, 2)...)
	little := append([]byte("PF 1 2 -1.0\n"), floats(binary.LittleEndian, 4, 5, 6, 1, 2, 3)...)
	img, err := Decode("big", bytes.NewReader(big))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, img, 2, 2, 1, 1, 2, 3, 4)
	if img, err = Decode("little", bytes.NewReader(little)); err != nil {
		t.Fatal(err)
	}
	expect(t, img, 1, 2, 3, 1, 2, 3, 4, 5, 6)
	for _, s := range []string{"Pf\n2 x\n1\n", "Pf\n2 2\n0\n", "Pf\n2 2\nnan\n", "Pf\n-2 2\n1\n", "Pf\n0 2\n1\n", "PF\n2 2", "Pf\n" + strings.Repeat("9", 99)} {
		if _, err := Decode("bad", strings.NewReader(s)); err == nil {
			t.Errorf("%q was read", s)
		}
	}
}

// npy builds a file of any version.
func npy(version byte, descr, order, shape string, data []byte) []byte {
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n", descr, order, shape)
	b := []byte{0x93, 'N', 'U', 'M', 'P', 'Y', version, 0}
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	}
	return append(append(b, text...), data...)
}

func TestNPYByHand(t *testing.T) {
	f64 := func(v ...float64) (b []byte) {
		for _, x := range v {
			b = binary.BigEndian.AppendUint64(b, math.Float64bits(x))
		}
		return b
	}
	count := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30}
	tests := []struct {
		name     string
		file     []byte
		d        pixel.DType
		w, h, c  int
		contents []float64
	}{
		{"bool", npy(1, "|b1", "False", "(1, 3)", []byte{0, 1, 1}), pixel.U8, 3, 1, 1, []float64{0, 255, 255}},
		{"big-endian u16", npy(2, ">u2", "False", "(1, 2)", []byte{1, 2, 3, 4}), pixel.U16, 2, 1, 1, []float64{258, 772}},
		{"little-endian u32", npy(3, "<u4", "False", "(1, 1)", []byte{1, 0, 0, 1}), pixel.U32, 1, 1, 1, []float64{16777217}},
		{"big-endian f64", npy(1, ">f8", "False", "(2, 1)", f64(0.5, -2)), pixel.F32, 1, 2, 1, []float64{0.5, -2}},
		{"f16", npy(1, "<f2", "False", "(1, 1)", []byte{0, 0x3c}), pixel.F16, 1, 1, 1, []float64{1}},
		{"i64 that fits", npy(1, "<i8", "False", "(1, 2)", []byte{7, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0}), pixel.U8, 2, 1, 1, []float64{7, 255}},
		{"H x W x C", npy(1, "|u1", "False", "(2, 1, 3)", count[:6]), pixel.U8, 1, 2, 3, []float64{1, 2, 3, 4, 5, 6}},
		{"C x H x W", npy(1, "|u1", "False", "(2, 1, 5)", count[:10]), pixel.U8, 5, 1, 2, []float64{1, 6, 2, 7, 3, 8, 4, 9, 5, 10}},
		{"1 x 1 x H x W x C", npy(1, "|u1", "False", "(1, 1, 1, 2, 2)", count[:4]), pixel.U8, 2, 1, 2, []float64{1, 2, 3, 4}},
		{"fortran", npy(1, "|u1", "True", "(2, 3)", count[:6]), pixel.U8, 3, 2, 1, []float64{1, 3, 5, 2, 4, 6}},
		{"fortran C x H x W", npy(1, "|u1", "True", "(2, 3, 5)", count), pixel.U8, 5, 3, 2, []float64{
			1, 2, 7, 8, 13, 14, 19, 20, 25, 26, 3, 4, 9, 10, 15, 16, 21, 22, 27, 28, 5, 6, 11, 12, 17, 18, 23, 24, 29, 30,
		}},
		{"five channels", npy(1, "|u1", "False", "(5, 1, 5)", count[:25]), pixel.U8, 1, 5, 5, func() (v []float64) {
			for i := range 25 {
				v = append(v, float64(i+1))
			}
			return v
		}()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			img, err := Decode(tt.name, bytes.NewReader(tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if img.DType != tt.d {
				t.Errorf("%s, wanted %s", img.DType, tt.d)
			}
			expect(t, img, tt.w, tt.h, tt.c, tt.contents...)
		})
	}
}

func TestNPYErrors(t *testing.T) {
	tests := []struct {
		name, text string
		file       []byte
	}{
		{"negative", "holds -1", npy(1, "<i2", "False", "(1, 1)", []byte{255, 255})},
		{"too large", "holds 256", npy(1, "<i4", "False", "(1, 1)", []byte{0, 1, 0, 0})},
		{"complex", "type c8", npy(1, "<c8", "False", "(1, 1)", make([]byte, 8))},
		{"text", "type U5", npy(1, "<U5", "False", "(1, 1)", make([]byte, 20))},
		{"one axis", "shape [9]", npy(1, "|u1", "False", "(9,)", make([]byte, 9))},
		{"none", "shape []", npy(1, "|u1", "False", "()", make([]byte, 9))},
		{"four axes", "shape [2 2 2 2]", npy(1, "|u1", "False", "(2, 2, 2, 2)", make([]byte, 16))},
		{"no channels fit", "shape [70 70 70]", npy(1, "|u1", "False", "(70, 70, 70)", nil)},
		{"empty", "shape [0 5]", npy(1, "|u1", "False", "(0, 5)", nil)},
		{"huge", "shape", npy(1, "|u1", "False", "(99999999999999999999, 5)", nil)},
		{"cut", "cut", npy(1, "|u1", "False", "(5, 5)", make([]byte, 24))},
		{"version", "version 9", npy(9, "|u1", "False", "(1, 1)", []byte{1})},
		{"records", "one number", npy(1, "', 'x': [('a', '<f4')], 'y': '", "False", "(1, 1)", make([]byte, 4))},
		{"long header", "64 KiB", []byte("\x93NUMPY\x02\x00\xff\xff\xff\x7f{")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Decode("it", bytes.NewReader(tt.file)); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v, wanted %q", err, tt.text)
			}
		})
	}
}

// Files by the standard library's writer, of the types that it alone writes.
func TestPNGOfOthers(t *testing.T) {
	bounds := image.Rect(0, 0, 2, 1)
	palette := color.Palette{color.NRGBA{1, 2, 3, 255}, color.NRGBA{4, 5, 6, 255}}
	glass := color.Palette{color.NRGBA{1, 2, 3, 255}, color.NRGBA{4, 5, 6, 7}}
	tests := []struct {
		name string
		m    image.Image
		c    int
		want []float64
	}{
		{"palette", &image.Paletted{Pix: []byte{1, 0}, Stride: 2, Rect: bounds, Palette: palette}, 3, []float64{4, 5, 6, 1, 2, 3}},
		{"palette with alpha", &image.Paletted{Pix: []byte{1, 0}, Stride: 2, Rect: bounds, Palette: glass}, 4, []float64{4, 5, 6, 7, 1, 2, 3, 255}},
		{"opaque 16", &image.RGBA64{Pix: []byte{1, 2, 3, 4, 5, 6, 255, 255, 7, 8, 9, 10, 11, 12, 255, 255}, Stride: 16, Rect: bounds}, 3, []float64{258, 772, 1286, 1800, 2314, 2828}},
		{"straight alpha", &image.NRGBA{Pix: []byte{200, 100, 50, 3, 1, 2, 3, 0}, Stride: 8, Rect: bounds}, 4, []float64{200, 100, 50, 3, 1, 2, 3, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := png.Encode(&b, tt.m); err != nil {
				t.Fatal(err)
			}
			img, err := Decode(tt.name, &b)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, img, 2, 1, tt.c, tt.want...)
		})
	}
}

// What we write is read by the standard library with the same values.
func TestPNGForOthers(t *testing.T) {
	img := pixel.Image{
		Format: pixel.Format{Width: 1, Height: 2, Channels: []string{"B", "G", "R", "A"}, DType: pixel.U8, Color: pixel.SRGB, Alpha: pixel.Premultiplied},
		Pix:    []byte{10, 20, 40, 128, 0, 0, 0, 0},
	}
	path := filepath.Join(t.TempDir(), "a.png")
	if err := Write(path, img); err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, got, 1, 2, 4, 80, 40, 20, 128, 0, 0, 0, 0)
}

func TestJPEG(t *testing.T) {
	grey := image.NewGray(image.Rect(0, 0, 20, 10))
	rgb := image.NewRGBA(image.Rect(0, 0, 20, 10))
	for i := range grey.Pix {
		grey.Pix[i] = 77
		copy(rgb.Pix[4*i:], []byte{200, 100, 50, 255})
	}
	for c, m := range map[int]image.Image{1: grey, 3: rgb} {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, nil); err != nil {
			t.Fatal(err)
		}
		img, err := Decode("jpeg", &b)
		if err != nil {
			t.Fatal(err)
		}
		want := []float64{77}
		if c == 3 {
			want = []float64{200, 100, 50}
		}
		for i, v := range values(img) {
			if len(img.Channels) != c || math.Abs(v-want[i%c]) > 4 {
				t.Fatalf("%d channels: value %d is %g", len(img.Channels), i, v)
			}
		}
	}
}

// A float image that is asked for as PNG or JPEG is what a display shows.
func TestFloatsAsDisplay(t *testing.T) {
	img := pixel.Image{
		Format: pixel.Format{Width: 2, Height: 1, Channels: []string{"Y"}, DType: pixel.F32, Color: pixel.Linear, Alpha: pixel.AlphaNone},
		Pix:    floats(binary.LittleEndian, 0.18, 3),
	}
	path := filepath.Join(t.TempDir(), "a.png")
	if err := Write(path, img); err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, got, 2, 1, 1, 118, 255)
}

// 8 bits asked for as EXR become linear.
func TestBytesAsEXR(t *testing.T) {
	img := pixel.Image{
		Format: pixel.Format{Width: 1, Height: 1, Channels: []string{"R", "G", "B", "A"}, DType: pixel.U8, Color: pixel.SRGB, Alpha: pixel.Straight},
		Pix:    []byte{255, 0, 188, 51},
	}
	path := filepath.Join(t.TempDir(), "a.exr")
	if err := Write(path, img); err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	v := values(got)
	if got.Color != pixel.Linear || v[0] != 1 || v[1] != 0 || math.Abs(v[2]-0.5029) > 1e-3 || math.Abs(v[3]-0.2) > 1e-6 {
		t.Errorf("%s %v", got.Color, v)
	}
}
