package imagefile

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/zlib"

	"remoteviewer/internal/pixel"
)

// readEXR reads one part of scanlines, uncompressed or by RLE, ZIPS or ZIP, with
// channels of any names and types. The image is the data window.
func readEXR(r *bufio.Reader, lim pixel.Limits) (pixel.Image, error) {
	data, err := readAll(r, lim.Bytes+64<<20)
	if err != nil {
		return pixel.Image{}, err
	}
	c := &cursor{b: data}
	h, err := parseEXRHeader(c)
	if err != nil {
		return pixel.Image{}, err
	}
	f, place := h.format()
	if err := f.Check(lim); err != nil {
		return pixel.Image{}, err
	}
	lines := exrLines[h.compression]
	blocks := (f.Height + lines - 1) / lines
	table := c.take(8 * blocks)
	if c.err != nil {
		return pixel.Image{}, c.err
	}
	d := exrDecoder{header: h, place: place, data: data, img: pixel.Image{Format: f, Pix: make([]byte, f.Bytes())}}
	for _, channel := range h.channels {
		d.lineBytes += f.Width * exrSize[channel.kind]
	}
	seen := make([]bool, blocks)
	for i := range blocks {
		at, err := d.block(binary.LittleEndian.Uint64(table[8*i:]))
		if err != nil {
			return pixel.Image{}, err
		}
		if seen[at] {
			return pixel.Image{}, fmt.Errorf("%w: EXR lines from %d stand there twice", ErrFormat, at*lines)
		}
		seen[at] = true
	}
	return d.img, nil
}

type exrDecoder struct {
	header    exrHeader
	place     []int
	data      []byte
	lineBytes int
	img       pixel.Image
	zlib      io.ReadCloser
	raw, tmp  []byte
}

// block decodes the lines at an offset of the file, and says which they are.
func (d *exrDecoder) block(offset uint64) (index int, err error) {
	if offset > uint64(len(d.data)) {
		return 0, fmt.Errorf("%w: EXR lines at byte %d of %d; the file was not written to its end", ErrFormat, offset, len(d.data))
	}
	c := cursor{b: d.data[offset:]}
	y, size := int64(int32(c.u32()))-int64(d.header.window[1]), c.u32()
	packed := c.take(int(size))
	lines := exrLines[d.header.compression]
	if c.err != nil || y < 0 || y >= int64(d.img.Height) || y%int64(lines) != 0 {
		return 0, fmt.Errorf("%w: EXR lines at byte %d: line %d of %d, %d bytes", ErrFormat, offset, y, d.img.Height, size)
	}
	count := min(lines, d.img.Height-int(y))
	raw, err := d.unpack(packed, count*d.lineBytes)
	if err != nil {
		return 0, fmt.Errorf("EXR line %d: %w", y, err)
	}
	for i := range count {
		d.line(int(y)+i, raw[i*d.lineBytes:])
	}
	return int(y) / lines, nil
}

// unpack gives n bytes. What compression would not have made smaller is stored.
func (d *exrDecoder) unpack(packed []byte, n int) ([]byte, error) {
	if len(packed) == n {
		return packed, nil
	}
	if d.header.compression == exrNone || len(packed) > n {
		return nil, fmt.Errorf("%w: %d bytes, wanted %d", ErrFormat, len(packed), n)
	}
	if len(d.tmp) < n {
		d.tmp, d.raw = make([]byte, n), make([]byte, n)
	}
	tmp, raw := d.tmp[:n], d.raw[:n]
	unpack := d.inflate
	if d.header.compression == exrRLE {
		unpack = unRLE
	}
	if err := unpack(tmp, packed); err != nil {
		return nil, err
	}
	for i := 1; i < n; i++ {
		tmp[i] += tmp[i-1] - 128
	}
	half := (n + 1) / 2
	for i := range half {
		raw[2*i] = tmp[i]
	}
	for i := half; i < n; i++ {
		raw[2*(i-half)+1] = tmp[i]
	}
	return raw, nil
}

// inflate fills dst exactly.
func (d *exrDecoder) inflate(dst, packed []byte) error {
	src := bytes.NewReader(packed)
	var err error
	if d.zlib == nil {
		d.zlib, err = zlib.NewReader(src)
	} else {
		err = d.zlib.(zlib.Resetter).Reset(src, nil)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if _, err := io.ReadFull(d.zlib, dst); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if n, err := d.zlib.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		return fmt.Errorf("%w: more than %d bytes, or %v", ErrFormat, len(dst), err)
	}
	return nil
}

// unRLE: a count n below 0 is followed by -n bytes as they are, another by one
// byte that stands n+1 times.
func unRLE(dst, packed []byte) error {
	for len(packed) >= 2 {
		n := int(int8(packed[0]))
		packed = packed[1:]
		if n < 0 {
			if -n > len(dst) || -n > len(packed) {
				return fmt.Errorf("%w: a run of %d bytes does not fit", ErrFormat, -n)
			}
			copy(dst, packed[:-n])
			dst, packed = dst[-n:], packed[-n:]
			continue
		}
		if n++; n > len(dst) {
			return fmt.Errorf("%w: a run of %d bytes does not fit", ErrFormat, n)
		}
		for i := range n {
			dst[i] = packed[0]
		}
		dst, packed = dst[n:], packed[1:]
	}
	if len(dst) != 0 || len(packed) != 0 {
		return fmt.Errorf("%w: run lengths miss %d bytes", ErrFormat, len(dst))
	}
	return nil
}

// line weaves the channels of one line, which stand one after the other.
func (d *exrDecoder) line(y int, raw []byte) {
	w, n, size := d.img.Width, len(d.place), d.img.DType.Size()
	row := d.img.Pix[y*w*n*size : (y+1)*w*n*size]
	for i, channel := range d.header.channels {
		from := exrSize[channel.kind]
		src, out := raw[:w*from], row[d.place[i]*size:]
		raw = raw[w*from:]
		for x := range w {
			p, q := out[x*n*size:], src[x*from:]
			switch {
			case from == 2 && size == 2:
				p[0], p[1] = q[0], q[1]
			case from == 2:
				v := pixel.F16ToF32(binary.LittleEndian.Uint16(q))
				binary.LittleEndian.PutUint32(p, math.Float32bits(v))
			case channel.kind == 0 && d.img.DType == pixel.F32:
				v := float32(binary.LittleEndian.Uint32(q))
				binary.LittleEndian.PutUint32(p, math.Float32bits(v))
			default:
				copy(p[:4], q)
			}
		}
	}
}
