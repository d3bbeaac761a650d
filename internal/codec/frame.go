package codec

import (
	"encoding/binary"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is what RFC 8878 asks every decoder to support.
const maxWindow = 8 << 20

// checkFrame walks the blocks of a Zstandard frame: it has to be one frame that
// ends where the payload ends, with no dictionary.
func checkFrame(p []byte) error {
	var h zstd.Header
	if err := h.Decode(p); err != nil {
		return fmt.Errorf("%w: zstd header: %w", ErrPayload, err)
	}
	switch {
	case h.Skippable:
		return fmt.Errorf("%w: a skippable zstd frame, wanted one of data", ErrPayload)
	case h.DictionaryID != 0:
		return fmt.Errorf("%w: zstd dictionary %d, wanted none", ErrPayload, h.DictionaryID)
	case !h.SingleSegment && h.WindowSize > maxWindow:
		return fmt.Errorf("%w: zstd window of %d bytes, wanted at most %d or a single segment", ErrPayload, h.WindowSize, maxWindow)
	}
	end, last := h.HeaderSize, false
	for !last {
		if len(p)-end < 3 {
			return fmt.Errorf("%w: zstd frame cut after %d bytes", ErrPayload, len(p))
		}
		block := uint32(binary.LittleEndian.Uint16(p[end:])) | uint32(p[end+2])<<16
		last = block&1 != 0
		size := int(block >> 3)
		if kind := block >> 1 & 3; kind == 1 { // one byte, repeated
			size = 1
		}
		end += 3 + size
		if end > len(p) {
			return fmt.Errorf("%w: zstd frame cut after %d bytes", ErrPayload, len(p))
		}
	}
	if h.HasCheckSum {
		end += 4
	}
	if end != len(p) {
		return fmt.Errorf("%w: zstd frame of %d bytes in %d", ErrPayload, end, len(p))
	}
	return nil
}
