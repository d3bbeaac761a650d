package gl

import (
	ogl "github.com/go-gl/gl/v4.1-core/gl"

	"remoteviewer/internal/pixel"
)

// layout is how GL stores and is handed one kind of image. Every layout holds
// each value of its element type exactly.
type layout struct {
	internal int32
	format   uint32
	kind     uint32
}

var layouts = map[pixel.DType][4]layout{
	pixel.U8: {
		{ogl.R8, ogl.RED, ogl.UNSIGNED_BYTE},
		{ogl.RG8, ogl.RG, ogl.UNSIGNED_BYTE},
		{ogl.RGB8, ogl.RGB, ogl.UNSIGNED_BYTE},
		{ogl.RGBA8, ogl.RGBA, ogl.UNSIGNED_BYTE},
	},
	pixel.U16: {
		{ogl.R16, ogl.RED, ogl.UNSIGNED_SHORT},
		{ogl.RG16, ogl.RG, ogl.UNSIGNED_SHORT},
		{ogl.RGB16, ogl.RGB, ogl.UNSIGNED_SHORT},
		{ogl.RGBA16, ogl.RGBA, ogl.UNSIGNED_SHORT},
	},
	pixel.U32: {
		{ogl.R32UI, ogl.RED_INTEGER, ogl.UNSIGNED_INT},
		{ogl.RG32UI, ogl.RG_INTEGER, ogl.UNSIGNED_INT},
		{ogl.RGB32UI, ogl.RGB_INTEGER, ogl.UNSIGNED_INT},
		{ogl.RGBA32UI, ogl.RGBA_INTEGER, ogl.UNSIGNED_INT},
	},
	pixel.F16: {
		{ogl.R16F, ogl.RED, ogl.HALF_FLOAT},
		{ogl.RG16F, ogl.RG, ogl.HALF_FLOAT},
		{ogl.RGB16F, ogl.RGB, ogl.HALF_FLOAT},
		{ogl.RGBA16F, ogl.RGBA, ogl.HALF_FLOAT},
	},
	pixel.F32: {
		{ogl.R32F, ogl.RED, ogl.FLOAT},
		{ogl.RG32F, ogl.RG, ogl.FLOAT},
		{ogl.RGB32F, ogl.RGB, ogl.FLOAT},
		{ogl.RGBA32F, ogl.RGBA, ogl.FLOAT},
	},
}

// storeScale is what a sampled value is multiplied by to get the sent one:
// integer textures of 8 and 16 bits are read as 0 to 1.
func storeScale(d pixel.DType) float32 {
	switch d {
	case pixel.U8:
		return 255
	case pixel.U16:
		return 65535
	}
	return 1
}

// Pick says which channels of an image go to the graphics card: all when there
// are at most four; else those that Shown gives, or the first of them alone
// where the values are not colours.
func Pick(f pixel.Format) []int {
	n := len(f.Channels)
	if n <= 4 {
		return []int{0, 1, 2, 3}[:n]
	}
	index, n := f.Shown()
	switch f.Color {
	case pixel.Depth, pixel.Distance, pixel.Data:
		n = 1
	}
	return index[:n]
}

// roles says which texture component is red, green, blue and alpha; alpha is
// -1 without one, and all colours are one component in a grey image.
func roles(f pixel.Format) [4]int32 {
	index, n := f.Shown()
	at := func(i int) int32 { return int32(index[i]) }
	out := [4]int32{at(0), at(0), at(0), -1}
	if n >= 3 {
		out[1], out[2] = at(1), at(2)
	}
	if f.Alpha != pixel.AlphaNone && n%2 == 0 {
		out[3] = at(n - 1)
	}
	return out
}
