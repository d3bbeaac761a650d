package ui

import (
	"image"
	"image/color"
	"math"
)

// icons are drawn, not loaded: a window with a picture, in three sizes.
func icons() []image.Image {
	out := []image.Image{}
	for _, n := range []int{16, 32, 64} {
		out = append(out, icon(n))
	}
	return out
}

func icon(n int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, n, n))
	for y := range n {
		for x := range n {
			u, v := (float64(x)+0.5)/float64(n), (float64(y)+0.5)/float64(n)
			// Distance to a rounded square, in its own units.
			dx, dy := math.Abs(u-0.5)-0.28, math.Abs(v-0.5)-0.28
			d := math.Hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - 0.18
			cover := max(0, min(1, 0.5-d*float64(n)))
			r, g, b := 47+u*60, 111+v*40, 214-v*60
			if ring := math.Hypot(u-0.5, v-0.52); ring < 0.2 {
				r, g, b = 240, 244, 250
			} else if ring < 0.29 && ring > 0.245 {
				r, g, b = 190, 214, 250
			}
			img.SetNRGBA(x, y, color.NRGBA{uint8(r), uint8(g), uint8(b), uint8(255 * cover)})
		}
	}
	return img
}
