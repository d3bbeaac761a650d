package pixel

import (
	"encoding/binary"
	"fmt"
)

// CopyFrom packs src into dst: rows top first, no padding, channels
// interleaved. dst has to be f.Bytes() long and must not overlap src. Nothing
// is allocated. Errors are ErrShape and leave dst as it was.
func (f Format) CopyFrom(dst []byte, src Source) error {
	l, err := f.layout(src.Row, src.Pixel, src.Channel)
	if err != nil {
		return err
	}
	if src.Offset < 0 || src.Offset > len(src.Data) || l.hi > len(src.Data)-src.Offset || l.lo < -src.Offset {
		return fmt.Errorf("%w: bytes %d to %d around offset %d are outside of the %d given",
			ErrShape, l.lo, l.hi, src.Offset, len(src.Data))
	}
	if len(dst) != f.Bytes() {
		return fmt.Errorf("%w: room for %d bytes, wanted %d", ErrShape, len(dst), f.Bytes())
	}
	pixelBytes := len(f.Channels) * f.DType.Size()
	switch {
	case l.channel != f.DType.Size() || (l.pixel != pixelBytes && f.Width > 1):
		f.gather(dst, src.Data, src.Offset, l)
	case l.row == f.RowBytes() || f.Height == 1:
		copy(dst, src.Data[src.Offset:])
	default:
		n := f.RowBytes()
		for y := range f.Height {
			at := src.Offset + y*l.row
			copy(dst[y*n:(y+1)*n], src.Data[at:at+n])
		}
	}
	return nil
}

// Packed says whether an image that lies like this is packed already.
func (f Format) Packed(src Source) bool {
	l, err := f.layout(src.Row, src.Pixel, src.Channel)
	size := f.DType.Size()
	return err == nil && src.Offset == 0 && l.channel == size && l.pixel == size*len(f.Channels) &&
		(l.row == f.RowBytes() || f.Height == 1)
}

// gather copies element by element, in the order of dst's rows.
func (f Format) gather(dst, src []byte, offset int, l layout) {
	size, channels := f.DType.Size(), len(f.Channels)
	planar := l.pixel == size && f.Width > 1
	n := f.RowBytes()
	for y := range f.Height {
		out, at := dst[y*n:(y+1)*n], offset+y*l.row
		if planar && size == 1 && channels == 3 {
			weave3(out, src[at:], src[at+l.channel:], src[at+2*l.channel:])
			continue
		}
		for c := range channels {
			from := at + c*l.channel
			switch size {
			case 1:
				gather1(out[c:], src, from, l.pixel, channels)
			case 2:
				gather2(out[2*c:], src, from, l.pixel, 2*channels)
			case 4:
				gather4(out[4*c:], src, from, l.pixel, 4*channels)
			}
		}
	}
}

// weave3 makes one interleaved row of three planar ones of bytes.
func weave3(out, r, g, b []byte) {
	n := len(out) / 3
	r, g, b = r[:n], g[:n], b[:n]
	for x := range r {
		o := out[3*x : 3*x+3 : 3*x+3]
		o[0], o[1], o[2] = r[x], g[x], b[x]
	}
}

// gather1, 2 and 4 put every element that lies stride bytes after the one
// before into out, step bytes apart, until out ends.
func gather1(out, src []byte, from, stride, step int) {
	for i := 0; i < len(out); i += step {
		out[i] = src[from]
		from += stride
	}
}

func gather2(out, src []byte, from, stride, step int) {
	for i := 0; i < len(out); i += step {
		binary.NativeEndian.PutUint16(out[i:], binary.NativeEndian.Uint16(src[from:]))
		from += stride
	}
}

func gather4(out, src []byte, from, stride, step int) {
	for i := 0; i < len(out); i += step {
		binary.NativeEndian.PutUint32(out[i:], binary.NativeEndian.Uint32(src[from:]))
		from += stride
	}
}
