// Package imagefile reads and writes image files: PNG, JPEG, EXR, PFM, HDR and NPY.
// What a file is comes from its first bytes when it is read, from its suffix
// when it is written. Values are never changed by reading, and by writing only
// where the suffix asks for a kind of file that can't hold them.
package imagefile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"remoteviewer/internal/pixel"
)

// ErrFormat is a file that is none of the known kinds, broken, or of a variant
// that isn't read; or an image that the wanted kind of file can't hold.
var ErrFormat = errors.New("image file")

// reader decodes what begins with the bytes that chose it.
type reader func(r *bufio.Reader, lim pixel.Limits) (pixel.Image, error)

// kindOf picks a reader by the first bytes.
func kindOf(head []byte) reader {
	has := func(prefix string) bool { return bytes.HasPrefix(head, []byte(prefix)) }
	switch {
	case has("\x89PNG\r\n\x1a\n"):
		return readPNG
	case has("\xff\xd8\xff"):
		return readJPEG
	case has("\x93NUMPY"):
		return readNPY
	case has("\x76\x2f\x31\x01"):
		return readEXR
	case has("#?RADIAN") || has("#?RGBE"):
		return readHDR
	case len(head) > 2 && (has("PF") || has("Pf")) && space(head[2]):
		return readPFM
	}
	return nil
}

// Read reads the file at path, within pixel.DefaultLimits.
func Read(path string) (pixel.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return pixel.Image{}, err
	}
	defer f.Close()
	return Decode(path, f)
}

// Decode reads an image from r, within pixel.DefaultLimits. The name is only
// for errors. Colours are srgb for PNG, JPEG and NPY, linear for EXR, PFM and HDR; a
// single EXR channel named Z is depth, u32 is data. What Write noted down in an
// EXR file comes first.
func Decode(name string, r io.Reader) (pixel.Image, error) {
	img, err := decode(r, pixel.DefaultLimits)
	if err != nil {
		return pixel.Image{}, fmt.Errorf("%s: %w", name, err)
	}
	return img, nil
}

func decode(r io.Reader, lim pixel.Limits) (pixel.Image, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	head, _ := b.Peek(8)
	read := kindOf(head)
	if read == nil {
		return pixel.Image{}, fmt.Errorf("%w: it begins with %q, wanted PNG, JPEG, NPY, EXR, PFM or HDR", ErrFormat, head)
	}
	return read(b, lim)
}

// writers by suffix.
func writerOf(path string) func(io.Writer, pixel.Image) error {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png":
		return writePNG
	case ".jpg", ".jpeg":
		return writeJPEG
	case ".exr":
		return writeEXR
	case ".pfm":
		return writePFM
	case ".hdr":
		return writeHDR
	case ".npy":
		return writeNPY
	}
	return nil
}

// DefaultExt is the suffix of the file that holds img as it is: ".png" for u8
// and u16 with channels that PNG has, ".exr" for all else.
func DefaultExt(img pixel.Image) string {
	if _, _, ok := pngChannels(img.Format); ok && (img.DType == pixel.U8 || img.DType == pixel.U16) {
		return ".png"
	}
	return ".exr"
}

// Write writes img in the format of path's suffix: .png, .jpg, .jpeg, .exr, .pfm,
// .hdr or .npy. The file appears whole or not at all: it is written beside path and
// then renamed.
//
// npy holds everything. exr holds floats and u32 as they are and notes colour,
// alpha and white value beside them; u8 and u16 become f32 (srgb Y, YA, RGB and
// RGBA are made linear, others keep their numbers). pfm holds one or three
// channels as f32, integers likewise, and hdr with 8 bits of mantissa. png holds u8 and u16, with straight
// alpha; everything else is reduced to what a display shows, 8 bits, and so is
// everything in a jpg.
func Write(path string, img pixel.Image) (err error) {
	write := writerOf(path)
	if write == nil {
		return fmt.Errorf("%w: %s: wanted a name that ends with .png, .jpg, .exr, .pfm, .hdr or .npy", ErrFormat, path)
	}
	if err := check(img); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	temporary := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%016x.tmp", filepath.Base(path), rand.Uint64()))
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(temporary)
		}
	}()
	b := bufio.NewWriterSize(f, 256<<10)
	if err = write(b, img); err == nil {
		err = b.Flush()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.Rename(temporary, path)
}

func check(img pixel.Image) error {
	if err := img.Check(pixel.DefaultLimits); err != nil {
		return err
	}
	if len(img.Pix) != img.Bytes() {
		return fmt.Errorf("%w: %d bytes of pixels, wanted %d", pixel.ErrShape, len(img.Pix), img.Bytes())
	}
	return nil
}

// readBytes reads exactly n bytes. What a header claims is not reserved until
// that much has come.
func readBytes(r io.Reader, n int) ([]byte, error) {
	const step = 16 << 20
	b := make([]byte, min(n, step))
	for have := 0; ; {
		got, err := io.ReadFull(r, b[have:])
		have += got
		if err != nil {
			return nil, fmt.Errorf("%w: cut after %d of %d bytes of pixels", ErrFormat, have, n)
		}
		if have == n {
			return b, nil
		}
		more := make([]byte, min(n, 4*len(b)))
		copy(more, b)
		b = more
	}
}

// readAll reads to the end, but no more than limit bytes.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrFormat, limit)
	}
	return b, nil
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// swap turns the bytes of each element round, in place.
func swap(b []byte, size int) {
	for ; len(b) >= size && size > 1; b = b[size:] {
		for i, j := 0, size-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
	}
}
