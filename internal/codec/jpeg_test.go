package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"math"
	"testing"

	"remoteviewer/internal/pixel"
)

// psnr of the channels below n, in dB.
func psnr(a, b pixel.Image, pix []byte, n int) float64 {
	sum, count := 0.0, 0
	for i := range pix {
		if i%len(a.Channels) < n {
			d := float64(a.Pix[i]) - float64(pix[i])
			sum += d * d
			count++
		}
	}
	return 10 * math.Log10(255*255/(sum/float64(count)+1e-9))
}

func TestJPEGIsCloseAndAlphaExact(t *testing.T) {
	for _, quality := range []int{50, 85, 90, 100} {
		for _, n := range []int{1, 2, 3, 4} {
			for _, size := range [][2]int{{1, 1}, {7, 3}, {33, 65}, {640, 360}} {
				img := smooth(format(size[0], size[1], n, pixel.U8))
				checkJPEGRoundTrip(t, img, Spec{JPEG, None, quality})
			}
		}
	}
}

func checkJPEGRoundTrip(t *testing.T, img pixel.Image, spec Spec) {
	t.Helper()
	var enc Encoder
	var dec Decoder
	defer enc.Close()
	defer dec.Close()
	payload, err := enc.Encode([]byte("x"), img, spec)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, img.Bytes())
	if err := dec.Decode(out, payload[1:], img.Format, spec); err != nil {
		t.Fatal(err)
	}
	n := len(img.Channels)
	colors := n
	if n == 2 || n == 4 {
		colors--
		for i := n - 1; i < len(out); i += n {
			if out[i] != img.Pix[i] {
				t.Fatalf("alpha of pixel %d is %d, wanted %d", i/n, out[i], img.Pix[i])
			}
		}
	}
	limit := 28.0
	if spec.Quality >= 85 {
		limit = 33
	}
	if got := psnr(img, img, out, colors); got < limit {
		t.Errorf("quality %d, %d channels, %d x %d: %.1f dB, wanted %.0f", spec.Quality, n, img.Width, img.Height, got, limit)
	}
}

// A stranger reads what we write, and we read what they write.
func TestJPEGWithTheStandardLibrary(t *testing.T) {
	img := smooth(format(50, 31, 3, pixel.U8))
	var enc Encoder
	defer enc.Close()
	payload, err := enc.Encode(nil, img, Spec{JPEG, None, 92})
	if err != nil {
		t.Fatal(err)
	}
	config, err := jpeg.DecodeConfig(bytes.NewReader(payload))
	if err != nil || config.Width != 50 || config.Height != 31 {
		t.Fatalf("%v %v", config, err)
	}
	decoded, err := jpeg.Decode(bytes.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	if m := decoded.(*image.YCbCr); JPEGName() == "libjpeg-turbo" && m.SubsampleRatio != image.YCbCrSubsampleRatio444 {
		t.Errorf("%v at quality 92, wanted 4:4:4", m.SubsampleRatio)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, decoded, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	var dec Decoder
	defer dec.Close()
	out := make([]byte, img.Bytes())
	if err := dec.Decode(out, b.Bytes(), img.Format, Spec{JPEG, None, 95}); err != nil {
		t.Fatal(err)
	}
	if got := psnr(img, img, out, 3); got < 30 {
		t.Errorf("%.1f dB", got)
	}
}

func TestJPEGMarkers(t *testing.T) {
	img := smooth(format(24, 16, 3, pixel.U8))
	var enc Encoder
	defer enc.Close()
	good, err := enc.Encode(nil, img, Spec{JPEG, None, 80})
	if err != nil {
		t.Fatal(err)
	}
	frame := bytes.Index(good, []byte{0xff, 0xc0})
	scan := bytes.Index(good, []byte{0xff, 0xda})
	edit := func(at int, b ...byte) []byte {
		p := bytes.Clone(good)
		copy(p[at:], b)
		return p
	}
	insert := func(at int, b ...byte) []byte {
		return append(append(bytes.Clone(good[:at]), b...), good[at:]...)
	}
	huge := edit(frame+5, 0xff, 0xff, 0xff, 0xff)
	header := good[frame : frame+2+int(binary.BigEndian.Uint16(good[frame+2:]))]
	tests := []struct {
		name string
		p    []byte
		ok   bool
	}{
		{"as it is", good, true},
		{"a comment", insert(2, 0xff, 0xfe, 0, 5, 'a', 'b', 'c'), true},
		{"fill bytes", insert(2, 0xff, 0xff), true},
		{"65535 x 65535", huge, false},
		{"12 bits", edit(frame+4, 12), false},
		{"progressive", edit(frame+1, 0xc2), false},
		{"arithmetic", edit(frame+1, 0xc9), false},
		{"lossless", edit(frame+1, 0xc3), false},
		{"two frame headers", insert(frame, header...), false},
		{"no frame header", append(bytes.Clone(good[:frame]), good[scan:]...), false},
		{"a scan of one component", edit(scan+4, 1), false},
		{"a second scan", append(bytes.Clone(good[:len(good)-2]), good[scan:]...), false},
		{"height told later", append(bytes.Clone(good[:len(good)-2]), 0xff, 0xdc, 0, 4, 0, 16, 0xff, 0xd9), false},
		{"another file after it", append(bytes.Clone(good), good...), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var dec Decoder
			defer dec.Close()
			err := dec.Decode(make([]byte, img.Bytes()), tt.p, img.Format, Spec{JPEG, None, 80})
			if tt.ok != (err == nil) || err != nil && !errors.Is(err, ErrPayload) {
				t.Errorf("got %v", err)
			}
		})
	}
}
