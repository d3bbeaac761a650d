package model

import (
	"fmt"
	"math"
	"slices"

	"remoteviewer/internal/pixel"
)

// The bounds of the work of finding a range: well under a millisecond each.
const (
	statSamples  = 1 << 16
	depthSamples = 1 << 13 // they are sorted
	depthTail    = 0.005   // of the values at each end that don't count
)

// Stats is the range of an image's values, from evenly spread samples.
type Stats struct {
	Min, Max float64 // of what can be shown: finite, and above 0 for depths
	Some     bool    // there was such a value
}

// Measure finds the range of an image whose values are taken for show: of its
// colours, of the first channel of depths and data, or of the channel solo
// alone where that is not negative. A few stray depths don't count.
func Measure(img *pixel.Image, show pixel.Color, solo int) Stats {
	index, n := img.Shown()
	if n%2 == 0 && n > 1 {
		n-- // alpha
	}
	positive := show == pixel.Depth || show == pixel.Distance
	samples := statSamples
	if positive {
		samples = depthSamples
	}
	if positive || show == pixel.Data {
		n = 1
	}
	if solo >= 0 && solo < len(img.Channels) {
		index[0], n = solo, 1
	}
	pixels := img.Width * img.Height
	// An odd step, so that samples don't stay in a few columns.
	step := max(1, pixels/samples)
	if step > 1 {
		step |= 1
	}
	s := Stats{Min: math.Inf(1), Max: math.Inf(-1)}
	channels := len(img.Channels)
	var depths []float64
	for p := 0; p < pixels; p += step {
		for _, c := range index[:n] {
			v := pixel.Value(img.Pix, img.DType, p*channels+c)
			if math.IsNaN(v) || math.IsInf(v, 0) || positive && v <= 0 {
				continue
			}
			s.Min, s.Max, s.Some = min(s.Min, v), max(s.Max, v), true
			if positive {
				depths = append(depths, v)
			}
		}
	}
	if len(depths) > 0 {
		slices.Sort(depths)
		cut := int(depthTail * float64(len(depths)))
		s.Min, s.Max = depths[cut], depths[len(depths)-1-cut]
	}
	if !s.Some {
		s.Min, s.Max = 0, 1
	}
	return s
}

// NeedsStats says whether showing such an image takes its range, or its range
// could show a mistake.
func NeedsStats(f pixel.Format, show pixel.Color) bool {
	return f.DType.Float() || show != pixel.SRGB && show != pixel.Linear
}

// Hint says what looks wrong about the values of an image, "" if nothing does.
func Hint(f pixel.Format, s Stats, show pixel.Color) string {
	if !f.DType.Float() || !s.Some {
		return ""
	}
	white := f.WhiteValue()
	switch {
	case show == pixel.SRGB && s.Max > 4*white && s.Max > 200 && s.Max <= 256 && white == 1:
		return fmt.Sprintf("values up to %.4g: sent as 0..255? say white=255", s.Max)
	case show == pixel.SRGB && s.Max > 4*white:
		return fmt.Sprintf("values up to %.4g: linear light? switch the colour to linear", s.Max)
	case show == pixel.SRGB && s.Min < -0.2*white:
		return fmt.Sprintf("values from %.4g: normals or data? switch the colour", s.Min)
	case show == pixel.Normal && s.Max > 1.1:
		return fmt.Sprintf("values up to %.4g: no unit normals", s.Max)
	}
	return ""
}
