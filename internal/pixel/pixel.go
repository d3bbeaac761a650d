// Package pixel holds images as plain bytes: element types, channels, colour
// meaning, strides, and the conversions between them. It is pure: no network,
// no goroutines, no GL.
package pixel

import (
	"errors"
	"fmt"
	"math"
)

// Errors that callers can test for.
var (
	ErrShape = errors.New("image shape")
	ErrType  = errors.New("image type")
)

// DType is an element type, written on the wire as its name.
type DType string

// The element types. Multi-byte elements are little-endian.
const (
	U8  DType = "u8"
	U16 DType = "u16"
	U32 DType = "u32"
	F16 DType = "f16"
	F32 DType = "f32"
)

// Size is the bytes of one element, 0 for an unknown type.
func (d DType) Size() int {
	switch d {
	case U8:
		return 1
	case U16, F16:
		return 2
	case U32, F32:
		return 4
	}
	return 0
}

// Float says whether elements are floating point.
func (d DType) Float() bool { return d == F16 || d == F32 }

// Color is what the values mean.
type Color string

// The colour meanings. SRGB values are display values, linear ones are scene
// values; depth is along the view axis, distance along the ray; data is shown
// in false colour and never altered.
const (
	SRGB     Color = "srgb"
	Linear   Color = "linear"
	Depth    Color = "depth"
	Distance Color = "distance"
	Normal   Color = "normal"
	Data     Color = "data"
)

// Valid says whether c is one of the colour meanings.
func (c Color) Valid() bool {
	switch c {
	case SRGB, Linear, Depth, Distance, Normal, Data:
		return true
	}
	return false
}

// Alpha says how a channel named A relates to the others.
type Alpha string

// The alpha meanings.
const (
	AlphaNone     Alpha = "none"
	Straight      Alpha = "straight"
	Premultiplied Alpha = "premultiplied"
)

// Valid says whether a is one of the alpha meanings.
func (a Alpha) Valid() bool { return a == AlphaNone || a == Straight || a == Premultiplied }

// Format is everything about an image but its pixels.
type Format struct {
	Width, Height int      // pixels
	Channels      []string // names in storage order, such as R, G, B
	DType         DType
	Color         Color
	Alpha         Alpha
	White         float64 // the value shown as display white; 0 is DefaultWhite
}

// Image is a packed image: rows top first, no padding, channels interleaved,
// little-endian elements, len(Pix) == Bytes().
type Image struct {
	Format
	Pix []byte
}

// Bytes is the length of the packed pixels.
func (f Format) Bytes() int {
	return f.Width * f.Height * len(f.Channels) * f.DType.Size()
}

// RowBytes is the length of one packed row.
func (f Format) RowBytes() int { return f.Width * len(f.Channels) * f.DType.Size() }

// WhiteValue is White, or the default of the element type when it is 0.
func (f Format) WhiteValue() float64 {
	if f.White != 0 {
		return f.White
	}
	return DefaultWhite(f.DType)
}

// DefaultWhite is 255 for u8, 65535 for u16, 1 for floats; u32 is data, 2^32-1.
func DefaultWhite(d DType) float64 {
	switch d {
	case U8:
		return 255
	case U16:
		return 65535
	case U32:
		return 4294967295
	}
	return 1
}

// DefaultChannels gives the names of n unnamed channels: Y, YA, RGB, RGBA, and
// "0", "1", ... for more.
func DefaultChannels(n int) []string {
	switch n {
	case 1:
		return []string{"Y"}
	case 2:
		return []string{"Y", "A"}
	case 3:
		return []string{"R", "G", "B"}
	case 4:
		return []string{"R", "G", "B", "A"}
	}
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint(i)
	}
	return names
}

// Limits bound what is accepted from a caller or a peer.
type Limits struct {
	Side     int   // pixels a side
	Channels int   // channels an image
	Bytes    int64 // decoded bytes of one image or list
}

// DefaultLimits are those of the protocol: 32768 pixels a side, 64 channels, 2 GiB.
var DefaultLimits = Limits{Side: 32768, Channels: 64, Bytes: 2 << 30}

// Check says what is wrong with a format, before memory is reserved for it.
func (f Format) Check(lim Limits) error {
	switch {
	case f.Width < 1 || f.Height < 1 || f.Width > lim.Side || f.Height > lim.Side:
		return fmt.Errorf("%w: %d x %d pixels, wanted 1 to %d a side", ErrShape, f.Width, f.Height, lim.Side)
	case len(f.Channels) < 1 || len(f.Channels) > lim.Channels:
		return fmt.Errorf("%w: %d channels, wanted 1 to %d", ErrShape, len(f.Channels), lim.Channels)
	case f.DType.Size() == 0:
		return fmt.Errorf("%w: %q, wanted u8, u16, u32, f16 or f32", ErrType, f.DType)
	case !f.Color.Valid():
		return fmt.Errorf("%w: color %q, wanted srgb, linear, depth, distance, normal or data", ErrType, f.Color)
	case !f.Alpha.Valid():
		return fmt.Errorf("%w: alpha %q, wanted none, straight or premultiplied", ErrType, f.Alpha)
	case math.IsNaN(f.White) || math.IsInf(f.White, 0) || f.White < 0:
		return fmt.Errorf("%w: white %g, wanted a finite value above 0", ErrType, f.White)
	}
	// At most 2^15 * 2^15 * 2^6 * 2^2: no overflow in 64 bits.
	if n := int64(f.Width) * int64(f.Height) * int64(len(f.Channels)) * int64(f.DType.Size()); n > lim.Bytes {
		return fmt.Errorf("%w: %d bytes of pixels, the limit is %d", ErrShape, n, lim.Bytes)
	}
	return checkNames(f.Channels)
}

// checkNames compares each with each: at most 64 names, and no allocation.
func checkNames(names []string) error {
	for i, name := range names {
		if name == "" || len(name) > 128 {
			return fmt.Errorf("%w: channel name %q, wanted 1 to 128 bytes", ErrType, name)
		}
		for _, other := range names[:i] {
			if name == other {
				return fmt.Errorf("%w: channel name %q used twice, wanted each once", ErrType, name)
			}
		}
	}
	return nil
}
