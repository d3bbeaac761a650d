package pixel

import (
	"fmt"
	"math"
)

// Source is an image in memory that is laid out in any way: interleaved or
// planar, padded, mirrored, bottom-up, transposed.
//
// Strides are in bytes, from one row, pixel or channel to the next, and may be
// negative. 0 means packed: Channel is then the element's size, Pixel the
// number of channels times that, Row the width times the size of Pixel. The
// stride of an axis of length 1 is not looked at.
type Source struct {
	Data                []byte // covers every byte that belongs to the image
	Offset              int    // where in Data channel 0 of pixel (0, 0) begins; (0, 0) is top left
	Row, Pixel, Channel int
}

// layout is a Source's strides with the zeros filled in and checked.
type layout struct {
	row, pixel, channel int
	lo, hi              int // bytes touched, relative to pixel (0, 0): lo <= 0 < hi
}

// axis is one direction of an image in memory.
type axis struct {
	name   string
	n      int64
	stride int64
}

// Extent tells which bytes an image with these strides covers, relative to the
// first byte of channel 0 of pixel (0, 0): from lo (0 or negative) up to but
// not including hi. It fails when two values would share a byte, as with a row
// stride that is smaller than a row, and when the addresses overflow.
func (f Format) Extent(row, pixel, channel int) (lo, hi int, err error) {
	l, err := f.layout(row, pixel, channel)
	return l.lo, l.hi, err
}

// Strides fills in those that are 0. Extent has to take them.
func (f Format) Strides(row, pixel, channel int) Source {
	l, _ := f.layout(row, pixel, channel)
	return Source{Row: l.row, Pixel: l.pixel, Channel: l.channel}
}

func (f Format) layout(row, pixel, channel int) (layout, error) {
	size := f.DType.Size()
	if f.Width < 1 || f.Height < 1 || len(f.Channels) < 1 || size == 0 {
		return layout{}, fmt.Errorf("%w: %d x %d pixels of %d channels of %q, wanted at least 1 of each and a known type",
			ErrShape, f.Width, f.Height, len(f.Channels), f.DType)
	}
	if f.Width > math.MaxInt32 || f.Height > math.MaxInt32 || len(f.Channels) > math.MaxInt16 {
		return layout{}, fmt.Errorf("%w: %d x %d pixels of %d channels is too much", ErrShape, f.Width, f.Height, len(f.Channels))
	}
	packedPixel := size * len(f.Channels)
	l := layout{row: row, pixel: pixel, channel: channel}
	if l.channel == 0 || len(f.Channels) == 1 {
		l.channel = size
	}
	if l.pixel == 0 || f.Width == 1 {
		l.pixel = packedPixel
	}
	if l.row == 0 || f.Height == 1 {
		n := distance(int64(l.pixel))
		if n > math.MaxInt64/int64(f.Width) {
			return layout{}, fmt.Errorf("%w: pixel stride %d overflows", ErrShape, pixel)
		}
		l.row = int(n) * f.Width
	}
	axes := [3]axis{
		{"channel", int64(len(f.Channels)), int64(l.channel)},
		{"pixel", int64(f.Width), int64(l.pixel)},
		{"row", int64(f.Height), int64(l.row)},
	}
	if err := checkApart(axes, int64(size)); err != nil {
		return layout{}, err
	}
	lo, hi := int64(0), int64(size)
	for _, a := range axes {
		if d := (a.n - 1) * a.stride; d < 0 {
			lo += d
		} else {
			hi += d
		}
	}
	l.lo, l.hi = int(lo), int(hi)
	return l, nil
}

// checkApart goes from the axis of the smallest stride to that of the largest:
// each step has to pass over all that the smaller ones cover. What it lets
// through spans less than 2^62 bytes, so that sums of its parts can't overflow.
func checkApart(axes [3]axis, size int64) error {
	sortAxes(&axes)
	covered := size
	for _, a := range axes {
		if a.n == 1 {
			continue
		}
		step := distance(a.stride)
		if step < covered {
			return fmt.Errorf("%w: %s stride of %d bytes, wanted at least %d (0 means packed)", ErrShape, a.name, a.stride, covered)
		}
		if step > (math.MaxInt64/2-covered)/(a.n-1) {
			return fmt.Errorf("%w: %s stride of %d bytes overflows with %d steps", ErrShape, a.name, a.stride, a.n)
		}
		covered += step * (a.n - 1)
	}
	return nil
}

// sortAxes puts the smallest stride first, of equal ones the earlier axis.
func sortAxes(a *[3]axis) {
	for i := 1; i < len(a); i++ {
		for j := i; j > 0 && distance(a[j].stride) < distance(a[j-1].stride); j-- {
			a[j], a[j-1] = a[j-1], a[j]
		}
	}
}

// distance is the absolute value; the one that has none becomes the largest.
func distance(stride int64) int64 {
	if stride == math.MinInt64 {
		return math.MaxInt64
	}
	if stride < 0 {
		return -stride
	}
	return stride
}
