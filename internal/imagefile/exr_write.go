package imagefile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zlib"

	"remoteviewer/internal/pixel"
)

// writeEXR writes scanlines by ZIP. The channels keep their names; the file has
// them in alphabetical order, as it must.
func writeEXR(w io.Writer, img pixel.Image) error {
	if img.DType == pixel.U8 || img.DType == pixel.U16 {
		img = toFloat(img)
	}
	order := make([]int, len(img.Channels))
	for i, name := range img.Channels {
		order[i] = i
		if strings.ContainsRune(name, 0) {
			return fmt.Errorf("%w: EXR channel name %q, wanted one without zero bytes", ErrFormat, name)
		}
	}
	sort.Slice(order, func(a, b int) bool { return img.Channels[order[a]] < img.Channels[order[b]] })
	blocks, err := exrBlocks(img, order)
	if err != nil {
		return err
	}
	head := exrHead(img, order)
	at := uint64(len(head) + 8*len(blocks))
	for _, b := range blocks {
		head = binary.LittleEndian.AppendUint64(head, at)
		at += uint64(len(b))
	}
	for _, part := range append([][]byte{head}, blocks...) {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// exrHead is all that stands before the table of offsets.
func exrHead(img pixel.Image, order []int) []byte {
	u32 := binary.LittleEndian.AppendUint32
	version := uint32(2)
	kind := map[pixel.DType]uint32{pixel.U32: 0, pixel.F16: 1, pixel.F32: 2}[img.DType]
	var channels []byte
	for _, i := range order {
		if len(img.Channels[i]) > 31 {
			version |= 0x400 // long names
		}
		channels = append(append(channels, img.Channels[i]...), 0)
		for _, v := range []uint32{kind, 0, 1, 1} {
			channels = u32(channels, v)
		}
	}
	channels = append(channels, 0)
	head := u32([]byte{0x76, 0x2f, 0x31, 0x01}, version)
	add := func(name, kind string, value []byte) {
		head = append(append(append(append(head, name...), 0), kind...), 0)
		head = append(u32(head, uint32(len(value))), value...)
	}
	window := u32(u32(make([]byte, 8), uint32(img.Width-1)), uint32(img.Height-1))
	one := u32(nil, math.Float32bits(1))
	add("channels", "chlist", channels)
	add(noteInterop, "string", []byte(interopID(img.Color)))
	add("compression", "compression", []byte{exrZIP})
	add("dataWindow", "box2i", window)
	add("displayWindow", "box2i", window)
	add("lineOrder", "lineOrder", []byte{0})
	add("pixelAspectRatio", "float", one)
	add(noteAlpha, "string", []byte(img.Alpha))
	add(noteColor, "string", []byte(img.Color))
	if img.White != 0 {
		add(noteWhite, "string", strconv.AppendFloat(nil, img.White, 'g', -1, 64))
	}
	add("screenWindowCenter", "v2f", make([]byte, 8))
	add("screenWindowWidth", "float", one)
	return append(head, 0)
}

func interopID(c pixel.Color) string {
	switch c {
	case pixel.SRGB:
		return "srgb_rec709_display"
	case pixel.Linear:
		return "lin_rec709_scene"
	}
	return "data"
}

// exrBlocks are the lines, 16 at a time, each with its head.
func exrBlocks(img pixel.Image, order []int) ([][]byte, error) {
	lines := exrLines[exrZIP]
	raw, tmp := make([]byte, lines*img.RowBytes()), make([]byte, lines*img.RowBytes())
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, 4)
	if err != nil {
		return nil, err
	}
	var blocks [][]byte
	for y := 0; y < img.Height; y += lines {
		count := min(lines, img.Height-y)
		n := count * img.RowBytes()
		for i := range count {
			exrLine(raw[i*img.RowBytes():], img, order, y+i)
		}
		exrPredict(tmp[:n], raw[:n])
		packed.Reset()
		z.Reset(&packed)
		if _, err := z.Write(tmp[:n]); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		body := packed.Bytes()
		if len(body) >= n {
			body = raw[:n] // stored, which its length tells
		}
		block := binary.LittleEndian.AppendUint32(make([]byte, 0, 8+len(body)), uint32(y))
		block = binary.LittleEndian.AppendUint32(block, uint32(len(body)))
		blocks = append(blocks, append(block, body...))
	}
	return blocks, nil
}

// exrLine puts the channels of one line one after the other.
func exrLine(out []byte, img pixel.Image, order []int, y int) {
	n, size := len(order), img.DType.Size()
	row := img.Pix[y*img.RowBytes():][:img.RowBytes()]
	for _, c := range order {
		for at := c * size; at < len(row); at += n * size {
			out = out[copy(out[:size], row[at:]):]
		}
	}
}

// exrPredict brings even bytes before odd ones and leaves only differences.
func exrPredict(tmp, raw []byte) {
	half := (len(raw) + 1) / 2
	for i, v := range raw {
		tmp[i/2+i%2*half] = v
	}
	for i := len(tmp) - 1; i > 0; i-- {
		tmp[i] -= tmp[i-1] - 128
	}
}
