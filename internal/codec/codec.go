package codec

import (
	"errors"
	"fmt"

	"remoteviewer/internal/pixel"
)

// Errors that callers can test for.
var (
	ErrSpec    = errors.New("codec")         // codec, filter and format don't go together
	ErrPayload = errors.New("image payload") // the bytes are not what the head says
)

// The codecs, as they are named on the wire.
const (
	Raw  = "raw"
	LZ4  = "lz4"
	Zstd = "zstd"
	JPEG = "jpeg"
)

// The filters, as they are named on the wire.
const (
	None            = "none"
	Left            = "left"
	GreenPlanarLeft = "green-planar-left"
	Shuffle         = "shuffle"
)

// DefaultQuality is the JPEG quality when none is asked for.
const DefaultQuality = 85

// maxLZ4 is what the reference implementation takes in one block.
const maxLZ4 = 0x7E000000

// Spec says how an image travels.
type Spec struct {
	Codec   string
	Filter  string
	Quality int // of JPEG, 1 to 100; else 0
}

// Names lists the codecs that this build reads and writes.
func Names() []string { return []string{Raw, LZ4, Zstd, JPEG} }

// Exact says whether the pixels come back as they were.
func (s Spec) Exact() bool { return s.Codec != JPEG }

// Choose gives what can be used for f and comes nearest to what is wanted: JPEG
// only where it is allowed, else zstd; the wanted filter where it goes with the
// codec and the format, else the one that fits the format best. An empty codec
// is raw, so is one that is not known.
func Choose(want Spec, f pixel.Format) Spec {
	s := want
	switch {
	case s.Codec == JPEG && jpegFits(f):
		s.Filter = None
		if s.Quality < 1 {
			s.Quality = DefaultQuality
		}
		s.Quality = min(s.Quality, 100)
		return s
	case s.Codec == JPEG, s.Codec == LZ4 && f.Bytes() > maxLZ4:
		s = Spec{Codec: Zstd}
	case s.Codec != LZ4 && s.Codec != Zstd:
		return Spec{Codec: Raw, Filter: None}
	}
	s.Quality = 0
	if s.Filter == "" || s.Check(f) != nil {
		s.Filter = bestFilter(f)
	}
	return s
}

// Check says whether an image of format f can travel like this.
func (s Spec) Check(f pixel.Format) error {
	switch s.Codec {
	case Raw:
		return s.noFilter()
	case JPEG:
		if !jpegFits(f) {
			return fmt.Errorf("%w: jpeg of %s %s with channels %q, wanted srgb u8 with Y, YA, RGB or RGBA", ErrSpec, f.Color, f.DType, f.Channels)
		}
		return s.noFilter()
	case LZ4:
		if f.Bytes() > maxLZ4 {
			return fmt.Errorf("%w: lz4 of %d bytes, wanted at most %d", ErrSpec, f.Bytes(), maxLZ4)
		}
	case Zstd:
	default:
		return fmt.Errorf("%w: %q, wanted raw, lz4, zstd or jpeg", ErrSpec, s.Codec)
	}
	return checkFilter(s.Filter, f)
}

func (s Spec) noFilter() error {
	if s.Filter != None {
		return fmt.Errorf("%w: filter %q with %s, wanted none", ErrSpec, s.Filter, s.Codec)
	}
	return nil
}

func jpegFits(f pixel.Format) bool {
	return f.DType == pixel.U8 && f.Color == pixel.SRGB && f.Width <= 65535 && f.Height <= 65535 &&
		(named(f, "Y") || named(f, "Y", "A") || named(f, "R", "G", "B") || named(f, "R", "G", "B", "A"))
}

// named says whether these are f's channels, in this order.
func named(f pixel.Format, names ...string) bool {
	if len(names) != len(f.Channels) {
		return false
	}
	for i, name := range names {
		if f.Channels[i] != name {
			return false
		}
	}
	return true
}

// grow returns n bytes of room, in b's memory if it is enough.
func grow(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}
