package gl

import (
	"encoding/binary"
	"math"
	"testing"

	"remoteviewer/internal/pixel"
)

// picture is what a view should look like: the colour, 0 to 1, at a pixel.
type picture func(x, y int) [3]float64

// look draws and compares every pixel with what is wanted, within 1/255.
func look(t *testing.T, img *pixel.Image, v View, want picture) {
	t.Helper()
	var got []byte
	onGL(t, func() {
		var tex Texture
		defer tex.Close()
		put(t, &tex, img)
		if err := renderer.Draw(surface, testW, testH, &tex, &v); err != nil {
			t.Error(err)
		}
		if err := check("draw"); err != nil {
			t.Error(err)
		}
		got = Pixels(testW, testH)
	})
	wrong := 0
	for i := range testW * testH {
		x, y := i%testW, i/testW
		for c, w := range want(x, y) {
			g := float64(got[i*3+c])
			if math.Abs(g-w*255) > 1.001 {
				if wrong++; wrong < 4 {
					t.Errorf("pixel %d,%d channel %d: %g, wanted %.2f", x, y, c, g, w*255)
				}
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d values are wrong", wrong)
	}
}

// floats makes an f32 image of w x h pixels from a function.
func floats(w, h, channels int, color pixel.Color, at func(x, y, c int) float64) *pixel.Image {
	img := &pixel.Image{Format: pixel.Format{
		Width: w, Height: h, Channels: pixel.DefaultChannels(channels),
		DType: pixel.F32, Color: color, Alpha: pixel.AlphaNone,
	}}
	for i := range w * h * channels {
		p := i / channels
		v := math.Float32bits(float32(at(p%w, p/w, i%channels)))
		img.Pix = binary.LittleEndian.AppendUint32(img.Pix, v)
	}
	return img
}

func whole(show pixel.Color) View {
	return View{Place: Rect{0, 0, testW, testH}, Show: show, Solo: -1, Checker: 8}
}

func ramp(x, y, c int) float64 { return float64((x*3+y*7+c*50)%300) / 200 }

func clamp1(v float64) float64 { return max(0, min(1, v)) }

func TestDisplayValuesAreShownAsTheyAre(t *testing.T) {
	img := randomImage(testW, testH, 3, pixel.U8)
	look(t, img, whole(pixel.SRGB), func(x, y int) (out [3]float64) {
		for c := range 3 {
			out[c] = img.At(x, y, c) / 255
		}
		return out
	})
}

func TestLinearIsEncodedAndExposed(t *testing.T) {
	img := floats(testW, testH, 3, pixel.Linear, ramp)
	for _, stops := range []float32{0, -2, 1.5} {
		v := whole(pixel.Linear)
		v.Exposure = stops
		look(t, img, v, func(x, y int) (out [3]float64) {
			for c := range 3 {
				out[c] = clamp1(pixel.LinearToSRGB(ramp(x, y, c) * math.Exp2(float64(stops))))
			}
			return out
		})
	}
}

func TestExposureOfDisplayValues(t *testing.T) {
	v := whole(pixel.SRGB)
	v.Exposure = -1
	look(t, floats(testW, testH, 3, pixel.SRGB, ramp), v, func(x, y int) (out [3]float64) {
		for c := range 3 {
			out[c] = clamp1(pixel.LinearToSRGB(pixel.SRGBToLinear(ramp(x, y, c)) / 2))
		}
		return out
	})
}

func TestWhite(t *testing.T) {
	img := floats(testW, testH, 1, pixel.SRGB, func(x, _, _ int) float64 { return float64(x) })
	img.White = 255
	look(t, img, whole(pixel.SRGB), func(x, _ int) [3]float64 {
		v := clamp1(float64(x) / 255)
		return [3]float64{v, v, v}
	})
	twelve := randomImage(testW, testH, 1, pixel.U16)
	twelve.White = 4095
	look(t, twelve, whole(pixel.SRGB), func(x, y int) [3]float64 {
		v := clamp1(twelve.At(x, y, 0) / 4095)
		return [3]float64{v, v, v}
	})
}

func TestNormals(t *testing.T) {
	img := floats(testW, testH, 3, pixel.Normal, func(x, y, c int) float64 { return ramp(x, y, c) - 0.75 })
	look(t, img, whole(pixel.Normal), func(x, y int) (out [3]float64) {
		for c := range 3 {
			out[c] = clamp1(0.5 + 0.5*(ramp(x, y, c)-0.75))
		}
		return out
	})
}

func TestDepthRange(t *testing.T) {
	img := floats(testW, testH, 1, pixel.Depth, func(x, y, _ int) float64 {
		switch {
		case y == 0:
			return math.Inf(1)
		case y == 1:
			return 0
		}
		return 2 + float64(x)/testW
	})
	v := whole(pixel.Depth)
	v.Range = [2]float32{3, 2} // near is bright
	look(t, img, v, func(x, y int) [3]float64 {
		if y < 2 {
			return [3]float64{0.11, 0.11, 0.12}
		}
		g := math.Log(3/(2+float64(x)/testW)) / math.Log(1.5)
		return [3]float64{g, g, g}
	})
}

// The ends of the maps are those of the published tables.
func TestColourMaps(t *testing.T) {
	ends := map[Map][2][3]float64{
		Grey:    {{0, 0, 0}, {1, 1, 1}},
		Viridis: {{0.267, 0.005, 0.329}, {0.993, 0.906, 0.144}},
		Turbo:   {{0.190, 0.072, 0.232}, {0.480, 0.016, 0.011}},
		Inferno: {{0.001, 0.000, 0.014}, {0.988, 0.998, 0.645}},
	}
	img := randomImage(testW, testH, 1, pixel.U32)
	for i := range testW * testH {
		binary.LittleEndian.PutUint32(img.Pix[4*i:], uint32(10+i%2))
	}
	for m, want := range ends {
		v := whole(pixel.Data)
		v.Map, v.Range = m, [2]float32{10, 11}
		var got []byte
		onGL(t, func() {
			var tex Texture
			defer tex.Close()
			put(t, &tex, img)
			if err := renderer.Draw(surface, testW, testH, &tex, &v); err != nil {
				t.Error(err)
			}
			got = Pixels(testW, testH)
		})
		for i, colour := range want {
			for c := range 3 {
				if g := float64(got[i*3+c]) / 255; math.Abs(g-colour[c]) > 0.015 {
					t.Errorf("%s, end %d, channel %d: %.3f, wanted %.3f", MapNames[m], i, c, g, colour[c])
				}
			}
		}
	}
}

func under(x, y int) float64 {
	if (x/8+y/8)%2 == 0 {
		return 0.36
	}
	return 0.44
}

func TestAlphaOverTheChecker(t *testing.T) {
	img := randomImage(testW, testH, 4, pixel.U8)
	img.Alpha = pixel.Straight
	look(t, img, whole(pixel.SRGB), func(x, y int) (out [3]float64) {
		a := img.At(x, y, 3) / 255
		for c := range 3 {
			out[c] = img.At(x, y, c)/255*a + under(x, y)*(1-a)
		}
		return out
	})
	light := floats(testW, testH, 4, pixel.Linear, func(x, y, c int) float64 { return ramp(x, y, c) / 1.5 })
	light.Alpha = pixel.Premultiplied
	look(t, light, whole(pixel.Linear), func(x, y int) (out [3]float64) {
		a := ramp(x, y, 3) / 1.5
		for c := range 3 {
			v := float64(float32(ramp(x, y, c)/1.5)) + pixel.SRGBToLinear(under(x, y))*(1-a)
			out[c] = clamp1(pixel.LinearToSRGB(v))
		}
		return out
	})
	img.Alpha = pixel.AlphaNone
	look(t, img, whole(pixel.SRGB), func(x, y int) (out [3]float64) {
		for c := range 3 {
			out[c] = img.At(x, y, c) / 255
		}
		return out
	})
}

// Magnified, every pixel is exactly one texel; outside is the background.
func TestMagnifiedIsNearest(t *testing.T) {
	img := randomImage(9, 5, 3, pixel.U8)
	v := whole(pixel.SRGB)
	v.Place = Rect{-20, 31, 9 * 13, 5 * 13}
	v.Background = [3]float32{0.2, 0.4, 0.6}
	look(t, img, v, func(x, y int) (out [3]float64) {
		if x+20 >= 9*13 || y < 31 || y >= 31+5*13 {
			return [3]float64{0.2, 0.4, 0.6}
		}
		for c := range 3 {
			out[c] = img.At((x+20)/13, (y-31)/13, c) / 255
		}
		return out
	})
}

// Reduced by whole factors, a pixel is the mean of the light of its texels.
func TestReducedIsTheMean(t *testing.T) {
	img := floats(testW*4, testH*4, 3, pixel.Linear, func(x, y, c int) float64 {
		return float64((x*31+y*17+c*5)%11) / 10
	})
	look(t, img, whole(pixel.Linear), func(x, y int) (out [3]float64) {
		for c := range 3 {
			for i := range 16 {
				out[c] += img.At(x*4+i%4, y*4+i/4, c) / 16
			}
			out[c] = clamp1(pixel.LinearToSRGB(out[c]))
		}
		return out
	})
}

// Ids are never blended, whatever the size.
func TestDataIsNeverBlended(t *testing.T) {
	img := floats(testW*3, testH*3, 1, pixel.Data, func(x, y, _ int) float64 { return float64((x + y) % 2) })
	v := whole(pixel.Data)
	v.Range = [2]float32{0, 1}
	look(t, img, v, func(x, y int) [3]float64 {
		g := img.At(x*3+1, y*3+1, 0)
		return [3]float64{g, g, g}
	})
}

func TestSoloDimAndNaN(t *testing.T) {
	img := randomImage(testW, testH, 4, pixel.U8)
	v := whole(pixel.SRGB)
	v.Solo = 1
	v.Dim, v.Background = 0.5, [3]float32{0.1, 0.1, 0.1}
	look(t, img, v, func(x, y int) [3]float64 {
		g := img.At(x, y, 1)/255*0.5 + 0.05
		return [3]float64{g, g, g}
	})
	bad := floats(testW, testH, 3, pixel.Linear, func(_, _, c int) float64 {
		if c == 1 {
			return math.NaN()
		}
		return 0.5
	})
	look(t, bad, whole(pixel.Linear), func(_, _ int) [3]float64 { return [3]float64{1, 0, 1} })
}

// Channels are found by their names, not by their order.
func TestChannelOrder(t *testing.T) {
	img := randomImage(testW, testH, 4, pixel.U8)
	img.Channels = []string{"A", "B", "G", "R"}
	img.Alpha = pixel.Straight
	look(t, img, whole(pixel.SRGB), func(x, y int) (out [3]float64) {
		a := img.At(x, y, 0) / 255
		for c := range 3 {
			out[c] = img.At(x, y, 3-c)/255*a + under(x, y)*(1-a)
		}
		return out
	})
}
