package pixel

import (
	"encoding/binary"
	"math"
)

// F16ToF32 widens an IEEE 754 half; it is exact, NaNs keep their bits.
func F16ToF32(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exponent, fraction := uint32(h>>10)&0x1f, uint32(h)&0x3ff
	switch exponent {
	case 0: // zero and subnormals: fraction * 2^-24 is exact
		return math.Float32frombits(sign | math.Float32bits(float32(fraction)*(1.0/(1<<24))))
	case 0x1f:
		return math.Float32frombits(sign | 0x7f800000 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+112)<<23 | fraction<<13)
}

// F32ToF16 rounds to the nearest half, ties to even; what is too large becomes
// infinite, a NaN stays one.
func F32ToF16(v float32) uint16 {
	bits := math.Float32bits(v)
	sign := uint16(bits>>16) & 0x8000
	bits &= 0x7fffffff
	switch {
	case bits > 0x7f800000:
		return sign | 0x7e00 | uint16(bits>>13)&0x3ff
	case bits >= 0x477ff000: // 65520 and up
		return sign | 0x7c00
	case bits < 0x38800000: // below 2^-14: the sum's own rounding is the half's
		return sign | uint16(math.Float32bits(math.Float32frombits(bits)+0.5)-math.Float32bits(0.5))
	}
	bits += 0xfff + bits>>13&1
	return sign | uint16(bits>>13-112<<10)
}

// At is the value of channel c (an index into Channels) at column x, row y, as
// it is stored: 0 to 255 for u8. All three have to be inside of the image.
func (m Image) At(x, y, c int) float64 {
	i := (y*m.Width+x)*len(m.Channels) + c
	return Value(m.Pix, m.DType, i)
}

// Value is element i of packed little-endian elements.
func Value(pix []byte, d DType, i int) float64 {
	switch d {
	case U8:
		return float64(pix[i])
	case U16:
		return float64(binary.LittleEndian.Uint16(pix[2*i:]))
	case U32:
		return float64(binary.LittleEndian.Uint32(pix[4*i:]))
	case F16:
		return float64(F16ToF32(binary.LittleEndian.Uint16(pix[2*i:])))
	case F32:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(pix[4*i:])))
	}
	return 0
}

// LinearToSRGB is the sRGB transfer function (IEC 61966-2-1) of a linear value,
// 1 being white; values below 0 give negative ones.
func LinearToSRGB(v float64) float64 {
	if v < 0 {
		return -LinearToSRGB(-v)
	}
	if v <= 0.0031308 {
		return 12.92 * v
	}
	return 1.055*math.Pow(v, 1/2.4) - 0.055
}

// SRGBToLinear is the inverse of LinearToSRGB.
func SRGBToLinear(v float64) float64 {
	if v < 0 {
		return -SRGBToLinear(-v)
	}
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}
