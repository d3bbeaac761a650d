package imagefile

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"remoteviewer/internal/pixel"
)

// Radiance pictures (.hdr) hold RGB with one exponent a pixel: a value is
// mantissa * 2^(exponent - 136), 8 bits each.
const hdrBias = 136

// readHDR reads the RGBE variant, rows from the top, in each of its packings.
// EXPOSURE lines are left alone, as other readers do.
func readHDR(r *bufio.Reader, lim pixel.Limits) (pixel.Image, error) {
	width, height, err := hdrHeader(r)
	if err != nil {
		return pixel.Image{}, err
	}
	f := displayFormat(width, height, pixel.F32, 3)
	f.Color = pixel.Linear
	if err := f.Check(lim); err != nil {
		return pixel.Image{}, err
	}
	img := pixel.Image{Format: f}
	row := make([]byte, 4*width)
	for range height { // grown as it comes: a header alone reserves nothing
		if err := hdrRow(r, row); err != nil {
			return pixel.Image{}, fmt.Errorf("%w: HDR cut or broken: %w", ErrFormat, err)
		}
		for x := 0; x < len(row); x += 4 {
			scale := math.Ldexp(1, int(row[x+3])-hdrBias)
			for _, m := range row[x : x+3] {
				img.Pix = binary.LittleEndian.AppendUint32(img.Pix, math.Float32bits(float32(float64(m)*scale)))
			}
		}
	}
	return img, nil
}

// hdrHeader reads the lines up to the blank one, and the size behind it.
func hdrHeader(r *bufio.Reader) (width, height int, err error) {
	for n := 0; ; n++ {
		line, err := hdrLine(r)
		switch {
		case err != nil:
			return 0, 0, err
		case n > 100:
			return 0, 0, fmt.Errorf("%w: HDR header of more than 100 lines", ErrFormat)
		case strings.HasPrefix(line, "FORMAT=") && line != "FORMAT=32-bit_rle_rgbe":
			return 0, 0, fmt.Errorf("%w: HDR with %s, wanted 32-bit_rle_rgbe", ErrFormat, line)
		case line != "":
			continue
		}
		break
	}
	line, err := hdrLine(r)
	if err != nil {
		return 0, 0, err
	}
	var rest string
	if n, _ := fmt.Sscanf(line, "-Y %d +X %d%s", &height, &width, &rest); n != 2 {
		return 0, 0, fmt.Errorf("%w: HDR of size %q, wanted -Y HEIGHT +X WIDTH: rows from the top", ErrFormat, line)
	}
	return width, height, nil
}

func hdrLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if err != nil || len(line) > 4096 {
		return "", fmt.Errorf("%w: HDR header cut, or with a line of over 4096 bytes", ErrFormat)
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}

// hdrRow fills row, four bytes a pixel.
func hdrRow(r *bufio.Reader, row []byte) error {
	width := len(row) / 4
	if head, err := r.Peek(4); err != nil {
		return err
	} else if head[0] != 2 || head[1] != 2 || int(head[2])<<8|int(head[3]) != width || width < 8 {
		return hdrOldRow(r, row)
	}
	_, _ = r.Discard(4)
	for c := range 4 { // each component's bytes of the whole row together
		for x := 0; x < width; {
			count, err := r.ReadByte()
			if err != nil {
				return err
			}
			run := count > 128
			if run {
				count -= 128
			}
			if count == 0 || x+int(count) > width {
				return fmt.Errorf("a run of %d at %d of %d pixels", count, x, width)
			}
			var value byte
			for i := range int(count) {
				if i == 0 || !run {
					if value, err = r.ReadByte(); err != nil {
						return err
					}
				}
				row[4*x+c] = value
				x++
			}
		}
	}
	return nil
}

// hdrOldRow reads whole pixels; 1, 1, 1, n repeats the one before n times, and n
// counts 256 times as much in each such pixel that follows at once.
func hdrOldRow(r *bufio.Reader, row []byte) error {
	shift := 0
	for x := 0; x < len(row); {
		var p [4]byte
		if _, err := io.ReadFull(r, p[:]); err != nil {
			return err
		}
		if p[0] != 1 || p[1] != 1 || p[2] != 1 {
			copy(row[x:], p[:])
			x, shift = x+4, 0
			continue
		}
		count := int(p[3]) << shift
		if shift > 16 || x == 0 || x+4*count > len(row) {
			return fmt.Errorf("a repeat of %d at pixel %d", count, x/4)
		}
		for range count {
			copy(row[x:], row[x-4:x])
			x += 4
		}
		shift += 8
	}
	return nil
}

// writeHDR rounds to 8 bits of mantissa a pixel; what is negative or no number
// becomes 0, what is infinite the largest.
func writeHDR(w io.Writer, img pixel.Image) error {
	shown, n := img.Shown()
	if img.DType == pixel.U32 || n == 2 || n == 4 {
		return fmt.Errorf("%w: HDR of channels %q as %s, wanted one or three, and no u32; .exr takes any", ErrFormat, img.Channels, img.DType)
	}
	float := toFloat(img)
	if _, err := fmt.Fprintf(w, "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y %d +X %d\n", img.Height, img.Width); err != nil {
		return err
	}
	row := make([]byte, 4*img.Width)
	var out []byte
	for y := range img.Height {
		for x := range img.Width {
			var v [3]float64
			for c := range v {
				v[c] = float.At(x, y, shown[min(c, n-1)])
			}
			hdrPixel(row[4*x:4*x+4], v)
		}
		out = hdrPack(out[:0], row)
		if _, err := w.Write(out); err != nil {
			return err
		}
	}
	return nil
}

// hdrPixel puts three values under one exponent.
func hdrPixel(p []byte, v [3]float64) {
	for c, x := range v {
		v[c] = min(max(0, x), math.MaxFloat32/4)
		if math.IsNaN(x) {
			v[c] = 0
		}
	}
	_, e := math.Frexp(max(v[0], v[1], v[2]))
	if e <= -128 || v == [3]float64{} {
		clear(p)
		return
	}
	if math.Round(math.Ldexp(max(v[0], v[1], v[2]), 8-e)) > 255 {
		e++
	}
	for c, x := range v {
		p[c] = byte(math.Round(math.Ldexp(x, 8-e)))
	}
	p[3] = byte(e + 128)
}

// hdrPack appends a row as runs, or as it is where the packing doesn't exist.
func hdrPack(out, row []byte) []byte {
	width := len(row) / 4
	if width < 8 || width > 32767 {
		return append(out, row...)
	}
	out = append(out, 2, 2, byte(width>>8), byte(width))
	for c := range 4 {
		at := func(x int) byte { return row[4*x+c] }
		runs := func(x int) bool { return x+2 < width && at(x) == at(x+1) && at(x) == at(x+2) }
		for x := 0; x < width; {
			run := 1
			for x+run < width && run < 127 && at(x+run) == at(x) {
				run++
			}
			if run > 2 {
				out = append(out, byte(128+run), at(x))
				x += run
				continue
			}
			start := x
			for x < width && x-start < 128 && !runs(x) {
				x++
			}
			out = append(out, byte(x-start))
			for i := start; i < x; i++ {
				out = append(out, at(i))
			}
		}
	}
	return out
}
