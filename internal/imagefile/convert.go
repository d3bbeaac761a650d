package imagefile

import (
	"encoding/binary"
	"math"

	"remoteviewer/internal/pixel"
)

// toFloat gives f32. Floats keep their values and meaning. Integers that are
// srgb colours become linear, 1 being white; linear ones are divided by white;
// all others keep their numbers, which f32 holds up to 2^24.
func toFloat(img pixel.Image) pixel.Image {
	if img.DType == pixel.F32 {
		return img
	}
	out := pixel.Image{Format: img.Format}
	out.DType = pixel.F32
	curve := func(v float64, _ bool) float64 { return v }
	_, shown := img.Shown()
	display := shown == len(img.Channels)
	if white := img.WhiteValue(); !img.DType.Float() && display {
		switch img.Color {
		case pixel.SRGB:
			curve = func(v float64, alpha bool) float64 {
				if alpha {
					return v / white
				}
				return pixel.SRGBToLinear(v / white)
			}
			out.Color, out.White = pixel.Linear, 0
		case pixel.Linear:
			curve = func(v float64, _ bool) float64 { return v / white }
			out.White = 0
		}
	}
	n := len(img.Channels)
	alpha := img.Index("A")
	out.Pix = make([]byte, out.Bytes())
	for i := range img.Width * img.Height * n {
		v := curve(pixel.Value(img.Pix, img.DType, i), alpha >= 0 && i%n == alpha)
		binary.LittleEndian.PutUint32(out.Pix[4*i:], math.Float32bits(float32(v)))
	}
	return out
}

// reordered puts channel index[c] at c.
func reordered(img pixel.Image, index []int) pixel.Image {
	out := pixel.Image{Format: img.Format, Pix: make([]byte, img.Bytes())}
	out.Channels = make([]string, len(index))
	for c, from := range index {
		out.Channels[c] = img.Channels[from]
	}
	n, size := len(index), img.DType.Size()
	for i := range img.Width * img.Height {
		for c, from := range index {
			copy(out.Pix[(i*n+c)*size:][:size], img.Pix[(i*n+from)*size:])
		}
	}
	return out
}
