package gl

import (
	"testing"

	ogl "github.com/go-gl/gl/v4.1-core/gl"

	"remoteviewer/internal/pixel"
)

// BenchmarkDraw is one picture of 320 x 240, at 1:1 and reduced.
func BenchmarkDraw(b *testing.B) {
	if renderer == nil {
		b.Skip("no DISPLAY")
	}
	for name, side := range map[string]int{"same size": 1, "a third": 3} {
		b.Run(name, func(b *testing.B) {
			img := &pixel.Image{Format: pixel.Format{
				Width: testW * side, Height: testH * side, Channels: pixel.DefaultChannels(3),
				DType: pixel.U8, Color: pixel.SRGB, Alpha: pixel.AlphaNone,
			}}
			img.Pix = make([]byte, img.Bytes())
			done := make(chan struct{})
			mainThread <- func() {
				defer close(done)
				var tex Texture
				defer tex.Close()
				up, err := renderer.Begin(&tex, img, Pick(img.Format))
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = up.Step(far)
				up.Swap()
				v := whole(pixel.SRGB)
				for range b.N {
					_ = renderer.Draw(surface, testW, testH, &tex, &v)
					ogl.Finish()
				}
			}
			<-done
		})
	}
}
