package imagefile

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"

	"remoteviewer/internal/pixel"
)

// readPFM: "PF" (three channels) or "Pf" (one), width, height, a scale whose
// sign tells the byte order (below 0: little-endian), one white space, and f32
// rows from the bottom up. The scale's size has no agreed meaning and is left.
func readPFM(r *bufio.Reader, lim pixel.Limits) (pixel.Image, error) {
	var words [4]string
	for i := range words {
		word, err := pfmWord(r)
		if err != nil {
			return pixel.Image{}, err
		}
		words[i] = word
	}
	width, err1 := strconv.Atoi(words[1])
	height, err2 := strconv.Atoi(words[2])
	scale, err3 := strconv.ParseFloat(words[3], 64)
	if err1 != nil || err2 != nil || err3 != nil || scale == 0 || math.IsNaN(scale) {
		return pixel.Image{}, fmt.Errorf("%w: PFM header %q, wanted width, height and a scale that is not 0", ErrFormat, words[1:])
	}
	channels := 1
	if words[0] == "PF" {
		channels = 3
	}
	f := displayFormat(width, height, pixel.F32, channels)
	f.Color = pixel.Linear
	if err := f.Check(lim); err != nil {
		return pixel.Image{}, err
	}
	raw, err := readBytes(r, f.Bytes())
	if err != nil {
		return pixel.Image{}, err
	}
	if scale > 0 {
		swap(raw, 4)
	}
	return flipped(f, raw)
}

// pfmWord reads up to and with one white space.
func pfmWord(r *bufio.Reader) (string, error) {
	var word []byte
	for {
		c, err := r.ReadByte()
		if err != nil {
			return "", fmt.Errorf("%w: PFM header cut", ErrFormat)
		}
		if space(c) {
			if len(word) > 0 {
				return string(word), nil
			}
			continue
		}
		if word = append(word, c); len(word) > 32 {
			return "", fmt.Errorf("%w: PFM header with %q", ErrFormat, word)
		}
	}
}

// flipped turns rows that stand bottom first.
func flipped(f pixel.Format, raw []byte) (pixel.Image, error) {
	img := pixel.Image{Format: f, Pix: make([]byte, f.Bytes())}
	last := f.Bytes() - f.RowBytes()
	err := f.CopyFrom(img.Pix, pixel.Source{Data: raw, Offset: last, Row: -f.RowBytes()})
	return img, err
}

func writePFM(w io.Writer, img pixel.Image) error {
	if img.DType == pixel.U32 {
		return fmt.Errorf("%w: PFM of u32 would lose digits; .exr and .npy keep them", ErrFormat)
	}
	shown, n := img.Shown()
	if len(img.Channels) != n || n == 2 || n == 4 {
		return fmt.Errorf("%w: PFM of channels %q, wanted one or three; .exr and .npy take any", ErrFormat, img.Channels)
	}
	ordered := img
	if n == 3 && shown != [4]int{0, 1, 2} {
		ordered = reordered(img, shown[:3])
	}
	float := toFloat(ordered)
	m, err := flipped(float.Format, float.Pix)
	if err != nil {
		return err
	}
	kind := "Pf"
	if n == 3 {
		kind = "PF"
	}
	if _, err := fmt.Fprintf(w, "%s\n%d %d\n-1.0\n", kind, m.Width, m.Height); err != nil {
		return err
	}
	_, err = w.Write(m.Pix)
	return err
}
