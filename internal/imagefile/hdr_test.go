package imagefile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"remoteviewer/internal/pixel"
)

// hdrImage has values over many magnitudes, with runs in it.
func hdrImage(w, h int) pixel.Image {
	f := displayFormat(w, h, pixel.F32, 3)
	f.Color = pixel.Linear
	img := pixel.Image{Format: f}
	for i := range w * h * 3 {
		v := float32(math.Exp2(float64(i/7%40)-20)) * (1 + float32(i%5)/7)
		img.Pix = binary.LittleEndian.AppendUint32(img.Pix, math.Float32bits(v))
	}
	return img
}

func TestHDRRoundTrip(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {7, 3}, {8, 2}, {300, 5}} {
		img := hdrImage(size[0], size[1])
		var b bytes.Buffer
		if err := writeHDR(&b, img); err != nil {
			t.Fatal(err)
		}
		got, err := Decode("x.hdr", &b)
		if err != nil {
			t.Fatalf("%v: %v", size, err)
		}
		if got.Width != img.Width || got.Height != img.Height || got.Color != pixel.Linear {
			t.Fatalf("%+v", got.Format)
		}
		for y := range img.Height {
			for x := range img.Width {
				largest := 0.0
				for c := range 3 {
					largest = max(largest, img.At(x, y, c))
				}
				for c := range 3 { // half a step of the pixel's exponent, which is 2^-7 of the largest at most
					if want, v := img.At(x, y, c), got.At(x, y, c); math.Abs(want-v) > largest/255 {
						t.Fatalf("%v: pixel %d, %d, channel %d is %g, wanted %g", size, x, y, c, v, want)
					}
				}
			}
		}
	}
}

func TestHDRByHand(t *testing.T) {
	head := "#?RGBE\n# made by hand\nFORMAT=32-bit_rle_rgbe\nEXPOSURE=2\n\n"
	flat := head + "-Y 1 +X 3\n" + "\x80\x40\x00\x81" + "\x01\x01\x01\x02"
	img, err := Decode("x", strings.NewReader(flat))
	if err != nil {
		t.Fatal(err)
	}
	for x := range 3 {
		if r, g, b := img.At(x, 0, 0), img.At(x, 0, 1), img.At(x, 0, 2); r != 1 || g != 0.5 || b != 0 {
			t.Fatalf("pixel %d is %g %g %g, wanted 1 0.5 0", x, r, g, b)
		}
	}
	packed := head + "-Y 1 +X 8\n\x02\x02\x00\x08" + "\x88\x80" + "\x02\x40\x20\x86\x40" + "\x88\x00" + "\x88\x81"
	if img, err = Decode("x", strings.NewReader(packed)); err != nil || img.At(1, 0, 1) != 0.25 || img.At(7, 0, 1) != 0.5 {
		t.Fatalf("%v, %v", img.Pix, err)
	}
}

func TestHDRErrors(t *testing.T) {
	head := "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n"
	for name, text := range map[string]string{
		"xyze":            "#?RADIANCE\nFORMAT=32-bit_rle_xyze\n\n-Y 1 +X 1\n\x01\x02\x03\x04",
		"bottom up":       head + "+Y 1 +X 1\n\x01\x02\x03\x04",
		"no size":         head,
		"cut":             head + "-Y 2 +X 1\n\x01\x02\x03\x04",
		"a run too long":  head + "-Y 1 +X 8\n\x02\x02\x00\x08\x89\x01",
		"an empty run":    head + "-Y 1 +X 8\n\x02\x02\x00\x08\x00",
		"repeats nothing": head + "-Y 1 +X 3\n\x01\x01\x01\x02",
		"huge":            head + "-Y 32768 +X 32768\n",
		"no end":          "#?RADIANCE\n" + strings.Repeat("x", 200_000),
	} {
		_, err := Decode(name, strings.NewReader(text))
		if !errors.Is(err, ErrFormat) && !errors.Is(err, pixel.ErrShape) {
			t.Errorf("%s: %v", name, err)
		}
	}
	two := hdrImage(2, 2)
	two.Channels, two.Width = []string{"Y", "A"}, 3
	if err := writeHDR(&bytes.Buffer{}, two); !errors.Is(err, ErrFormat) {
		t.Errorf("two channels: %v", err)
	}
}
