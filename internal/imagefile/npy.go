package imagefile

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"remoteviewer/internal/pixel"
)

// npyHeader is the dictionary in front of an array.
type npyHeader struct {
	bigEndian bool
	kind      byte // b, u, i or f
	size      int
	fortran   bool
	shape     []int
}

var (
	npyDescr   = regexp.MustCompile(`'descr'\s*:\s*'([<>|=])([a-zA-Z])(\d{1,2})'`)
	npyFortran = regexp.MustCompile(`'fortran_order'\s*:\s*(True|False)`)
	npyShape   = regexp.MustCompile(`'shape'\s*:\s*\(([\d,\sL]*)\)`)
)

// readNPY reads arrays of shape H x W, H x W x C, or C x H x W where only that
// fits; leading axes of length 1 beyond three are dropped. u8, u16, u32, f16
// and f32 stay; bool becomes u8 0 and 255, f64 becomes f32, other integers u8
// if all of them fit. Values are display values, u32 is data.
func readNPY(r *bufio.Reader, lim pixel.Limits) (pixel.Image, error) {
	h, err := readNPYHeader(r)
	if err != nil {
		return pixel.Image{}, err
	}
	d, err := h.dtype()
	if err != nil {
		return pixel.Image{}, err
	}
	f, src, err := h.layout(d)
	if err != nil {
		return pixel.Image{}, err
	}
	if err := f.Check(lim); err != nil {
		return pixel.Image{}, err
	}
	raw, err := readBytes(r, f.Bytes()/d.Size()*h.size)
	if err != nil {
		return pixel.Image{}, err
	}
	if h.bigEndian {
		swap(raw, h.size)
	}
	if src.Data, err = h.convert(raw, d); err != nil {
		return pixel.Image{}, err
	}
	img := pixel.Image{Format: f, Pix: make([]byte, f.Bytes())}
	err = f.CopyFrom(img.Pix, src)
	return img, err
}

func readNPYHeader(r io.Reader) (npyHeader, error) {
	var head [12]byte
	if _, err := io.ReadFull(r, head[:10]); err != nil {
		return npyHeader{}, fmt.Errorf("%w: NPY header cut", ErrFormat)
	}
	n := int64(binary.LittleEndian.Uint16(head[8:]))
	switch head[6] {
	case 1:
	case 2, 3:
		if _, err := io.ReadFull(r, head[10:]); err != nil {
			return npyHeader{}, fmt.Errorf("%w: NPY header cut", ErrFormat)
		}
		n = int64(binary.LittleEndian.Uint32(head[8:]))
	default:
		return npyHeader{}, fmt.Errorf("%w: NPY version %d, wanted 1, 2 or 3", ErrFormat, head[6])
	}
	if n > 64<<10 {
		return npyHeader{}, fmt.Errorf("%w: NPY header of %d bytes, wanted at most 64 KiB", ErrFormat, n)
	}
	text, err := readBytes(r, int(n))
	if err != nil {
		return npyHeader{}, err
	}
	return parseNPYHeader(string(text))
}

func parseNPYHeader(text string) (npyHeader, error) {
	descr, order, shape := npyDescr.FindStringSubmatch(text), npyFortran.FindStringSubmatch(text), npyShape.FindStringSubmatch(text)
	if descr == nil || order == nil || shape == nil {
		return npyHeader{}, fmt.Errorf("%w: NPY header %.200q, wanted descr of one number, fortran_order and shape", ErrFormat, text)
	}
	h := npyHeader{bigEndian: descr[1] == ">", kind: descr[2][0], fortran: order[1] == "True"}
	h.size, _ = strconv.Atoi(descr[3])
	for word := range strings.SplitSeq(shape[1], ",") {
		word = strings.TrimSuffix(strings.TrimSpace(word), "L") // Python 2 wrote 480L
		if word == "" {
			continue
		}
		n, err := strconv.Atoi(word)
		if err != nil || len(h.shape) == 32 {
			return npyHeader{}, fmt.Errorf("%w: NPY shape (%.100s)", ErrFormat, shape[1])
		}
		h.shape = append(h.shape, n)
	}
	return h, nil
}

// dtype is what the elements become.
func (h npyHeader) dtype() (pixel.DType, error) {
	switch fmt.Sprintf("%c%d", h.kind, h.size) {
	case "b1", "u1", "i1", "i2", "i4", "i8", "u8":
		return pixel.U8, nil
	case "u2":
		return pixel.U16, nil
	case "u4":
		return pixel.U32, nil
	case "f2":
		return pixel.F16, nil
	case "f4", "f8":
		return pixel.F32, nil
	}
	return "", fmt.Errorf("%w: NPY of type %c%d, wanted bool, integers, or floats of 2, 4 or 8 bytes", ErrFormat, h.kind, h.size)
}

// layout finds rows, columns and channels among the axes, in elements of d.
func (h npyHeader) layout(d pixel.DType) (pixel.Format, pixel.Source, error) {
	shape := h.shape
	for len(shape) > 3 && shape[0] == 1 {
		shape = shape[1:]
	}
	fail := func() (pixel.Format, pixel.Source, error) {
		return pixel.Format{}, pixel.Source{}, fmt.Errorf("%w: NPY of shape %v, wanted H x W, H x W x C or C x H x W with at most 64 channels and 32768 a side", ErrFormat, h.shape)
	}
	if len(shape) < 2 || len(shape) > 3 {
		return fail()
	}
	stride, step := make([]int, len(shape)), d.Size()
	for i := range shape {
		at := len(shape) - 1 - i
		if h.fortran {
			at = i
		}
		if shape[at] < 1 || shape[at] > 1<<15 {
			return fail()
		}
		stride[at] = step
		step *= shape[at] // at most 2^47
	}
	f := displayFormat(shape[1], shape[0], d, 1)
	if d == pixel.U32 {
		f.Color = pixel.Data
	}
	if len(shape) == 2 {
		return f, pixel.Source{Row: stride[0], Pixel: stride[1]}, nil
	}
	row, column, channel := 0, 1, 2
	if shape[2] > 4 && (shape[0] <= 4 || shape[2] > 64) {
		row, column, channel = 1, 2, 0
	}
	if shape[channel] > 64 {
		return fail()
	}
	color := f.Color
	f = displayFormat(shape[column], shape[row], d, shape[channel])
	f.Color = color
	return f, pixel.Source{Row: stride[row], Pixel: stride[column], Channel: stride[channel]}, nil
}

// convert brings little-endian elements to d.
func (h npyHeader) convert(raw []byte, d pixel.DType) ([]byte, error) {
	switch {
	case h.kind == 'b':
		for i, v := range raw {
			if v != 0 {
				raw[i] = 255
			}
		}
	case h.kind == 'f' && h.size == 8:
		for i := range len(raw) / 8 {
			v := math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
			binary.LittleEndian.PutUint32(raw[4*i:], math.Float32bits(float32(v)))
		}
		return raw[:len(raw)/2], nil
	case d == pixel.U8 && (h.kind == 'i' || h.size > 1):
		n := len(raw) / h.size
		for i := range n {
			v := integer(raw[i*h.size:], h.size)
			if v > 255 {
				return nil, fmt.Errorf("%w: NPY of %c%d holds %d, wanted 0 to 255, or save it as uint16, uint32 or float32", ErrFormat, h.kind, h.size, int64(v))
			}
			raw[i] = byte(v)
		}
		return raw[:n], nil
	}
	return raw, nil
}

// integer reads a little-endian integer; a negative one is large.
func integer(b []byte, size int) uint64 {
	switch size {
	case 1:
		return uint64(int64(int8(b[0])))
	case 2:
		return uint64(int64(int16(binary.LittleEndian.Uint16(b))))
	case 4:
		return uint64(int64(int32(binary.LittleEndian.Uint32(b))))
	}
	return binary.LittleEndian.Uint64(b)
}

// writeNPY writes version 1.0: H x W of one channel, else H x W x C.
func writeNPY(w io.Writer, img pixel.Image) error {
	descr := map[pixel.DType]string{pixel.U8: "|u1", pixel.U16: "<u2", pixel.U32: "<u4", pixel.F16: "<f2", pixel.F32: "<f4"}[img.DType]
	shape := fmt.Sprintf("(%d, %d)", img.Height, img.Width)
	if n := len(img.Channels); n > 1 {
		shape = fmt.Sprintf("(%d, %d, %d)", img.Height, img.Width, n)
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)
	// The pixels begin at a multiple of 64 bytes, after a line end.
	text += strings.Repeat(" ", 63-(10+len(text))%64) + "\n"
	head := append([]byte("\x93NUMPY\x01\x00"), byte(len(text)), byte(len(text)>>8))
	if _, err := w.Write(append(head, text...)); err != nil {
		return err
	}
	_, err := w.Write(img.Pix)
	return err
}
