package codec

import (
	"fmt"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"remoteviewer/internal/pixel"
)

// Decoder reads payloads. It keeps its memory from image to image, and is used
// by one goroutine at a time. The zero value is ready; Close frees what the JPEG
// library holds.
type Decoder struct {
	zstd     *zstd.Decoder
	jpeg     jpegDecoder
	filtered []byte
	plane    []byte
}

// Decode writes the packed pixels of payload to dst, which has to be f.Bytes()
// long. f has been checked against limits before (Format.Check), so that no
// more memory is used than they allow. Errors are ErrSpec for a codec or filter
// that doesn't go with f, ErrShape for a dst of another length, and ErrPayload
// for bytes that are not exactly an image of f; dst is then in any state.
func (d *Decoder) Decode(dst, payload []byte, f pixel.Format, spec Spec) error {
	if err := spec.Check(f); err != nil {
		return err
	}
	if len(dst) != f.Bytes() || len(dst) == 0 {
		return fmt.Errorf("%w: room for %d bytes of pixels, wanted %d", pixel.ErrShape, len(dst), f.Bytes())
	}
	switch spec.Codec {
	case Raw:
		if len(payload) != len(dst) {
			return fmt.Errorf("%w: raw of %d bytes, wanted %d", ErrPayload, len(payload), len(dst))
		}
		copy(dst, payload)
		return nil
	case JPEG:
		return d.decodeJPEG(dst, payload, f)
	}
	out := dst
	if spec.Filter == GreenPlanarLeft || spec.Filter == Shuffle {
		d.filtered = grow(d.filtered, len(dst))
		out = d.filtered
	}
	if err := d.decompress(out, payload, spec.Codec); err != nil {
		return err
	}
	if spec.Filter == Left {
		undoLeft(dst, f.RowBytes(), len(f.Channels)*f.DType.Size())
		return nil
	}
	undoFilter(spec.Filter, dst, out, f)
	return nil
}

// Close frees what the collector doesn't see. The Decoder can be used again.
func (d *Decoder) Close() {
	d.jpeg.close()
	if d.zstd != nil {
		d.zstd.Close()
		d.zstd = nil
	}
}

// decompress fills out exactly.
func (d *Decoder) decompress(out, payload []byte, codec string) error {
	if codec == Zstd {
		return d.decodeZstd(out, payload)
	}
	n, err := lz4.UncompressBlock(payload, out)
	if err != nil {
		return fmt.Errorf("%w: lz4: %w", ErrPayload, err)
	}
	if n != len(out) {
		return fmt.Errorf("%w: lz4 held %d bytes, wanted %d", ErrPayload, n, len(out))
	}
	return nil
}

func (d *Decoder) decodeZstd(out, payload []byte) error {
	if err := checkFrame(payload); err != nil {
		return err
	}
	if d.zstd == nil {
		var err error
		d.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<40),
			zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecodeAllCapLimit(true))
		if err != nil {
			return fmt.Errorf("%w: zstd: %w", ErrSpec, err)
		}
	}
	// The capacity is the limit: more content is an error, not more memory.
	got, err := d.zstd.DecodeAll(payload, out[:0:len(out)])
	if err != nil {
		return fmt.Errorf("%w: zstd: %w", ErrPayload, err)
	}
	if len(got) != len(out) {
		return fmt.Errorf("%w: zstd held %d bytes, wanted %d", ErrPayload, len(got), len(out))
	}
	return nil
}
