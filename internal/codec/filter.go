package codec

import (
	"encoding/binary"
	"fmt"

	"remoteviewer/internal/pixel"
)

// bestFilter is the filter that makes images of this format smallest.
func bestFilter(f pixel.Format) string {
	switch {
	case f.DType.Size() > 1:
		return Shuffle
	case greenFits(f):
		return GreenPlanarLeft
	}
	return Left
}

func greenFits(f pixel.Format) bool {
	return f.DType == pixel.U8 && (named(f, "R", "G", "B") || named(f, "R", "G", "B", "A"))
}

func checkFilter(name string, f pixel.Format) error {
	switch name {
	case None, Left:
	case GreenPlanarLeft:
		if !greenFits(f) {
			return fmt.Errorf("%w: filter green-planar-left of %s with channels %q, wanted u8 with RGB or RGBA", ErrSpec, f.DType, f.Channels)
		}
	case Shuffle:
		if f.DType.Size() < 2 {
			return fmt.Errorf("%w: filter shuffle of %s, wanted elements of 2 or 4 bytes", ErrSpec, f.DType)
		}
	default:
		return fmt.Errorf("%w: filter %q, wanted none, left, green-planar-left or shuffle", ErrSpec, name)
	}
	return nil
}

// applyFilter writes the filtered in to out, which does not overlap it. Both
// are f.Bytes() long and the filter was checked.
func applyFilter(name string, out, in []byte, f pixel.Format) {
	switch name {
	case Left:
		filterLeft(out, in, f.RowBytes(), len(f.Channels)*f.DType.Size())
	case GreenPlanarLeft:
		filterGreen(out, in, f)
	case Shuffle:
		filterShuffle(out, in, f.DType.Size())
	}
}

// undoFilter is the inverse of applyFilter.
func undoFilter(name string, out, in []byte, f pixel.Format) {
	switch name {
	case GreenPlanarLeft:
		undoGreen(out, in, f)
	case Shuffle:
		undoShuffle(out, in, f.DType.Size())
	}
}

// filterLeft subtracts eight bytes at a time.
func filterLeft(out, in []byte, row, pixelBytes int) {
	for ; len(in) >= row && row > 0; in, out = in[row:], out[row:] {
		src, dst := in[:row], out[:row]
		i := copy(dst, src[:min(pixelBytes, row)])
		for ; i+8 <= row; i += 8 {
			a, b := binary.LittleEndian.Uint64(src[i:]), binary.LittleEndian.Uint64(src[i-pixelBytes:])
			binary.LittleEndian.PutUint64(dst[i:], subBytes(a, b))
		}
		for ; i < row; i++ {
			dst[i] = src[i] - src[i-pixelBytes]
		}
	}
}

// subBytes is a - b for each byte: no borrow can leave a byte whose highest bit
// was set beforehand, and that bit is mended afterwards.
func subBytes(a, b uint64) uint64 {
	const high = 0x8080808080808080
	return ((a | high) - (b &^ high)) ^ ((a ^ ^b) & high)
}

// undoLeft works in place.
func undoLeft(pix []byte, row, pixelBytes int) {
	for ; len(pix) >= row && row > 0; pix = pix[row:] {
		line := pix[:row]
		switch pixelBytes {
		case 1:
			sum := byte(0)
			for i, v := range line {
				sum += v
				line[i] = sum
			}
		case 3:
			var r, g, b byte
			for p := line; len(p) >= 3; p = p[3:] {
				r, g, b = r+p[0], g+p[1], b+p[2]
				p[0], p[1], p[2] = r, g, b
			}
		case 4:
			var r, g, b, a byte
			for p := line; len(p) >= 4; p = p[4:] {
				r, g, b, a = r+p[0], g+p[1], b+p[2], a+p[3]
				p[0], p[1], p[2], p[3] = r, g, b, a
			}
		default:
			for i := pixelBytes; i < row; i++ {
				line[i] += line[i-pixelBytes]
			}
		}
	}
}

func filterGreen(out, in []byte, f pixel.Format) {
	w, c := f.Width, len(f.Channels)
	plane := w * f.Height
	for y := range f.Height {
		row, at := in[y*w*c:(y+1)*w*c], y*w
		gs, rs, bs := out[at:][:w], out[plane+at:][:w], out[2*plane+at:][:w]
		var g, r, b byte
		for x := range gs {
			p := row[x*c : x*c+3 : x*c+3]
			g1, r1, b1 := p[1], p[0]-p[1], p[2]-p[1]
			gs[x], rs[x], bs[x] = g1-g, r1-r, b1-b
			g, r, b = g1, r1, b1
		}
		if c == 4 {
			as, a := out[3*plane+at:][:w], byte(0)
			for x := range as {
				v := row[x*4+3]
				as[x] = v - a
				a = v
			}
		}
	}
}

func undoGreen(out, in []byte, f pixel.Format) {
	w, c := f.Width, len(f.Channels)
	plane := w * f.Height
	for y := range f.Height {
		row, at := out[y*w*c:(y+1)*w*c], y*w
		gs, rs, bs := in[at:][:w], in[plane+at:][:w], in[2*plane+at:][:w]
		var g, r, b byte
		for x := range gs {
			g, r, b = g+gs[x], r+rs[x], b+bs[x]
			p := row[x*c : x*c+3 : x*c+3]
			p[0], p[1], p[2] = r+g, g, b+g
		}
		if c == 4 {
			as, a := in[3*plane+at:][:w], byte(0)
			for x := range as {
				a += as[x]
				row[x*4+3] = a
			}
		}
	}
}

func filterShuffle(out, in []byte, size int) {
	n := len(in) / size
	if size == 2 {
		b0, b1 := out[:n], out[n:][:n]
		for i := range b0 {
			v := binary.LittleEndian.Uint16(in[2*i:])
			b0[i], b1[i] = byte(v), byte(v>>8)
		}
		return
	}
	b0, b1, b2, b3 := out[:n], out[n:][:n], out[2*n:][:n], out[3*n:][:n]
	for i := range b0 {
		v := binary.LittleEndian.Uint32(in[4*i:])
		b0[i], b1[i], b2[i], b3[i] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
	}
}

func undoShuffle(out, in []byte, size int) {
	n := len(in) / size
	if size == 2 {
		b0, b1 := in[:n], in[n:][:n]
		for i := range b0 {
			binary.LittleEndian.PutUint16(out[2*i:], uint16(b0[i])|uint16(b1[i])<<8)
		}
		return
	}
	b0, b1, b2, b3 := in[:n], in[n:][:n], in[2*n:][:n], in[3*n:][:n]
	for i := range b0 {
		v := uint32(b0[i]) | uint32(b1[i])<<8 | uint32(b2[i])<<16 | uint32(b3[i])<<24
		binary.LittleEndian.PutUint32(out[4*i:], v)
	}
}
