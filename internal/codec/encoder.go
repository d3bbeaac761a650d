package codec

import (
	"fmt"
	"slices"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"remoteviewer/internal/pixel"
)

// Encoder makes payloads. It keeps its memory from image to image, and is used
// by one goroutine at a time. The zero value is ready; Close frees what the JPEG
// library holds.
type Encoder struct {
	lz4      lz4.Compressor
	zstd     *zstd.Encoder
	jpeg     jpegEncoder
	filtered []byte
	plane    []byte
}

// Encode appends the payload of img to dst and returns that, in dst's memory
// where there is room. Errors are ErrSpec, and ErrShape for pixels that are not
// as many as the format says.
func (e *Encoder) Encode(dst []byte, img pixel.Image, spec Spec) ([]byte, error) {
	if err := spec.Check(img.Format); err != nil {
		return dst, err
	}
	if len(img.Pix) != img.Bytes() || len(img.Pix) == 0 {
		return dst, fmt.Errorf("%w: %d bytes of pixels, wanted %d", pixel.ErrShape, len(img.Pix), img.Bytes())
	}
	switch spec.Codec {
	case Raw:
		return append(dst, img.Pix...), nil
	case JPEG:
		return e.encodeJPEG(dst, img, spec.Quality)
	}
	src := img.Pix
	if spec.Filter != None {
		e.filtered = grow(e.filtered, len(src))
		applyFilter(spec.Filter, e.filtered, src, img.Format)
		src = e.filtered
	}
	if spec.Codec == LZ4 {
		return e.encodeLZ4(dst, src)
	}
	return e.encodeZstd(dst, src)
}

// Close frees what the collector doesn't see. The Encoder can be used again.
func (e *Encoder) Close() {
	e.jpeg.close()
	e.zstd = nil
}

func (e *Encoder) encodeLZ4(dst, src []byte) ([]byte, error) {
	start, bound := len(dst), lz4.CompressBlockBound(len(src))
	dst = slices.Grow(dst, bound)
	n, err := e.lz4.CompressBlock(src, dst[start:start+bound])
	if err != nil || n == 0 {
		return dst[:start], fmt.Errorf("%w: lz4 gave %d bytes for %d: %w", ErrSpec, n, len(src), err)
	}
	return dst[:start+n], nil
}

func (e *Encoder) encodeZstd(dst, src []byte) ([]byte, error) {
	if e.zstd == nil {
		var err error
		e.zstd, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
			zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true))
		if err != nil {
			return dst, fmt.Errorf("%w: zstd: %w", ErrSpec, err)
		}
	}
	return e.zstd.EncodeAll(src, dst), nil
}
