package imagefile

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"io"

	"github.com/klauspost/compress/zlib"

	"remoteviewer/internal/pixel"
)

// pngChannels says which channels go into a PNG, in its order, and its colour
// type. ok is false where there is none that fits.
func pngChannels(f pixel.Format) (index []int, kind byte, ok bool) {
	shown, n := f.Shown()
	switch {
	case len(f.Channels) == 1:
		return []int{0}, 0, true
	case n != len(f.Channels):
		return nil, 0, false
	case n == 2:
		return shown[:2], 4, true
	case n == 3 && f.Index("A") < 0:
		return shown[:3], 2, true
	case n == 4:
		return shown[:4], 6, true
	}
	return nil, 0, false
}

// writePNG is our own writer: the standard library's drops an alpha that is
// opaque everywhere and has no grey with alpha.
func writePNG(w io.Writer, img pixel.Image) error {
	if img.DType != pixel.U8 && img.DType != pixel.U16 {
		img = img.Display8()
	}
	index, kind, ok := pngChannels(img.Format)
	if !ok {
		return fmt.Errorf("%w: PNG of channels %q, wanted one, Y A, R G B or R G B A; .exr and .npy take any", ErrFormat, img.Channels)
	}
	if _, err := io.WriteString(w, "\x89PNG\r\n\x1a\n"); err != nil {
		return err
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(img.Width))
	header = binary.BigEndian.AppendUint32(header, uint32(img.Height))
	header = append(header, byte(8*img.DType.Size()), kind, 0, 0, 0)
	if err := writeChunk(w, "IHDR", header); err != nil {
		return err
	}
	switch img.Color {
	case pixel.SRGB:
		if err := writeChunk(w, "sRGB", []byte{0}); err != nil {
			return err
		}
	case pixel.Linear: // gamma 1, times 100000
		if err := writeChunk(w, "gAMA", []byte{0, 1, 0x86, 0xa0}); err != nil {
			return err
		}
	}
	if err := writeRows(w, img, index); err != nil {
		return err
	}
	return writeChunk(w, "IEND", nil)
}

func writeChunk(w io.Writer, name string, data []byte) error {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(b, name...)
	sum := crc32.Update(crc32.ChecksumIEEE(b[4:]), crc32.IEEETable, data)
	for _, part := range [][]byte{b, data, binary.BigEndian.AppendUint32(nil, sum)} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// idat makes a chunk of each write.
type idat struct{ w io.Writer }

func (i idat) Write(p []byte) (int, error) { return len(p), writeChunk(i.w, "IDAT", p) }

// writeRows filters every row in the way that leaves the smallest differences.
func writeRows(w io.Writer, img pixel.Image, index []int) error {
	chunks := &gather{w: idat{w}}
	z, err := zlib.NewWriterLevel(chunks, 4)
	if err != nil {
		return err
	}
	n, step := img.RowBytes(), len(index)*img.DType.Size()
	previous, row := make([]byte, n), make([]byte, n)
	var tried [len(pngFilters)][]byte
	for i := range tried {
		tried[i] = make([]byte, n+1)
		tried[i][0] = pngFilters[i].number
	}
	for y := range img.Height {
		pngRow(row, img, index, y)
		best, least := 0, -1
		for i, f := range pngFilters {
			if sum := f.apply(tried[i][1:], row, previous, step); least < 0 || sum < least {
				best, least = i, sum
			}
		}
		if _, err := z.Write(tried[best]); err != nil {
			return err
		}
		row, previous = previous, row
	}
	if err := z.Close(); err != nil {
		return err
	}
	return chunks.flush()
}

// gather collects small writes into ones of 256 KiB.
type gather struct {
	w io.Writer
	b []byte
}

func (g *gather) Write(p []byte) (int, error) {
	g.b = append(g.b, p...)
	if len(g.b) < 256<<10 {
		return len(p), nil
	}
	return len(p), g.flush()
}

func (g *gather) flush() error {
	if len(g.b) == 0 {
		return nil
	}
	_, err := g.w.Write(g.b)
	g.b = g.b[:0]
	return err
}

// pngRow brings row y into PNG's order: channels by name, straight alpha, the
// high byte first.
func pngRow(row []byte, img pixel.Image, index []int, y int) {
	n, size := len(index), img.DType.Size()
	full := 1<<(8*size) - 1
	for x := range img.Width {
		alpha := full
		if img.Alpha == pixel.Premultiplied && (n == 2 || n == 4) {
			alpha = int(img.At(x, y, index[n-1]))
		}
		for c, from := range index {
			at := ((y*img.Width+x)*n + from) * size
			v := int(img.Pix[at])
			if size == 2 {
				v |= int(img.Pix[at+1]) << 8
			}
			if alpha != full && alpha > 0 && c < n-1 {
				v = min((v*full+alpha/2)/alpha, full)
			}
			if size == 2 {
				row[(x*n+c)*2], row[(x*n+c)*2+1] = byte(v>>8), byte(v)
			} else {
				row[x*n+c] = byte(v)
			}
		}
	}
}

// pngFilters are those of the PNG specification that help: each writes the
// differences of a row and returns the sum of their sizes.
var pngFilters = [...]struct {
	number byte
	apply  func(out, row, up []byte, step int) int
}{
	{1, func(out, row, _ []byte, step int) int {
		copy(out, row[:min(step, len(row))])
		for i := step; i < len(row); i++ {
			out[i] = row[i] - row[i-step]
		}
		return size(out)
	}},
	{2, func(out, row, up []byte, _ int) int {
		for i := range row {
			out[i] = row[i] - up[i]
		}
		return size(out)
	}},
	{4, func(out, row, up []byte, step int) int {
		for i := range min(step, len(row)) {
			out[i] = row[i] - up[i]
		}
		for i := step; i < len(row); i++ {
			out[i] = row[i] - paeth(row[i-step], up[i], up[i-step])
		}
		return size(out)
	}},
}

// size is the sum of the bytes taken as signed, without their signs.
func size(b []byte) int {
	sum := 0
	for _, v := range b {
		sum += min(int(v), 256-int(v))
	}
	return sum
}

// paeth is the neighbour nearest to left + up - corner.
func paeth(left, up, corner byte) byte {
	a, b, c := int(left), int(up), int(corner)
	da, db, dc := abs(b-c), abs(a-c), abs(a+b-2*c)
	switch {
	case da <= db && da <= dc:
		return left
	case db <= dc:
		return up
	}
	return corner
}

func abs(v int) int {
	if v < 0 {
		return -v
	}
	return v
}

// writeJPEG keeps what a display shows, without alpha.
func writeJPEG(w io.Writer, img pixel.Image) error {
	shown := img.Display8()
	bounds := image.Rect(0, 0, shown.Width, shown.Height)
	n := len(shown.Channels)
	pixels := shown.Width * shown.Height
	if n < 3 {
		m := image.NewGray(bounds)
		for i := range pixels {
			m.Pix[i] = shown.Pix[i*n]
		}
		return jpeg.Encode(w, m, &jpeg.Options{Quality: 95})
	}
	m := image.NewRGBA(bounds)
	for i := range pixels {
		copy(m.Pix[4*i:4*i+3], shown.Pix[i*n:])
		m.Pix[4*i+3] = 255
	}
	return jpeg.Encode(w, m, &jpeg.Options{Quality: 95})
}
