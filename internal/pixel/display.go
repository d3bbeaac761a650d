package pixel

import "math"

// Index is where a channel of this name is stored, -1 if there is none.
func (f Format) Index(name string) int {
	for i, have := range f.Channels {
		if have == name {
			return i
		}
	}
	return -1
}

// Shown picks the channels that a display of 1 to 4 channels shows: Y, Y A,
// R G B or R G B A by name, in this order whatever the order of storage; else
// the first of one or two channels, or the first three. n says how many count.
func (f Format) Shown() (index [4]int, n int) {
	alpha := f.Index("A")
	if r, g, b := f.Index("R"), f.Index("G"), f.Index("B"); r >= 0 && g >= 0 && b >= 0 {
		index, n = [4]int{r, g, b}, 3
	} else if y := f.Index("Y"); y >= 0 && f.Index("X") < 0 {
		index, n = [4]int{y}, 1
	} else if len(f.Channels) < 3 {
		return [4]int{}, 1
	} else {
		return [4]int{0, 1, 2}, 3
	}
	if alpha >= 0 {
		index[n] = alpha
		n++
	}
	return index, n
}

// Display8 makes an image that any program can show: u8 sRGB with channels Y,
// YA, RGB or RGBA and straight alpha. Colours are divided by the white value,
// linear ones go through the sRGB curve, normals go from -1..1 to 0..255,
// depth, distance and data from their smallest to their largest finite value.
// What is outside is clamped, NaN is black. It is for looking, not for keeping.
func (m Image) Display8() Image {
	index, n := m.Shown()
	out := m.Format
	out.Channels, out.DType, out.Color, out.Alpha, out.White = DefaultChannels(n), U8, SRGB, AlphaNone, 0
	hasAlpha := n == 2 || n == 4
	if hasAlpha {
		out.Alpha = Straight
	}
	colors := n
	if hasAlpha {
		colors--
	}
	scale, shift := m.displayRange(index[:colors])
	pix := make([]byte, out.Bytes())
	for i := range m.Width * m.Height {
		base, alpha := i*len(m.Channels), 1.0
		if hasAlpha {
			alpha = Value(m.Pix, m.DType, base+index[n-1]) / m.alphaWhite()
			pix[i*n+n-1] = clamp8(alpha)
		}
		if m.Alpha != Premultiplied || alpha <= 0 {
			alpha = 1
		}
		for c := range colors {
			v := Value(m.Pix, m.DType, base+index[c])/alpha*scale + shift
			if m.Color == Linear {
				v = LinearToSRGB(v)
			}
			pix[i*n+c] = clamp8(v)
		}
	}
	return Image{Format: out, Pix: pix}
}

// alphaWhite is the alpha that covers fully. Of linear floats White is only the
// exposure, alpha goes to 1.
func (m Image) alphaWhite() float64 {
	if m.Color == Linear && m.DType.Float() {
		return 1
	}
	return m.WhiteValue()
}

// displayRange gives the scale and shift that take a value to 0..1.
func (m Image) displayRange(index []int) (scale, shift float64) {
	white := m.WhiteValue()
	switch m.Color {
	case SRGB, Linear:
		return 1 / white, 0
	case Normal:
		if m.DType.Float() {
			return 0.5 / white, 0.5
		}
		return 1 / white, 0
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range m.Width * m.Height {
		for _, c := range index {
			if v := Value(m.Pix, m.DType, i*len(m.Channels)+c); !math.IsNaN(v) && !math.IsInf(v, 0) {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
	}
	if hi <= lo || math.IsInf(lo, 0) {
		return 0, 0.5
	}
	return 1 / (hi - lo), -lo / (hi - lo)
}

func clamp8(v float64) byte {
	switch {
	case !(v > 0): // NaN too
		return 0
	case v >= 1:
		return 255
	}
	return byte(v*255 + 0.5)
}
