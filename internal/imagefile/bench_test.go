package imagefile

import (
	"io"
	"testing"

	"remoteviewer/internal/pixel"
)

// BenchmarkWrite saves what a 1080p renderer sends.
func BenchmarkWrite(b *testing.B) {
	for _, d := range []pixel.DType{pixel.U8, pixel.F16} {
		f := pixel.Format{Width: 1920, Height: 1080, Channels: []string{"R", "G", "B"}, DType: d, Color: pixel.SRGB, Alpha: pixel.AlphaNone}
		img := pixel.Image{Format: f, Pix: make([]byte, f.Bytes())}
		for i := range img.Pix {
			img.Pix[i] = byte(i*i/100_000 + i/5760)
		}
		ext := DefaultExt(img)
		b.Run(ext[1:], func(b *testing.B) {
			b.SetBytes(int64(f.Bytes()))
			for b.Loop() {
				if err := writerOf(ext)(io.Discard, img); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
