package imagefile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"remoteviewer/internal/pixel"
)

// exrChannel is a channel of the file; kind is 0 for u32, 1 for f16, 2 for f32.
type exrChannel struct {
	name string
	kind uint32
}

var exrSize = [3]int{4, 2, 4}

// The compressions that are read, and how many lines they take together.
const (
	exrNone = 0
	exrRLE  = 1
	exrZIPS = 2
	exrZIP  = 3
)

var exrLines = [4]int{1, 1, 1, 16}

var exrCompressions = []string{"NONE", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "B44", "B44A", "DWAA", "DWAB"}

type exrHeader struct {
	channels    []exrChannel // in the file's order
	compression byte
	window      [4]int32 // xMin yMin xMax yMax, inclusive
	notes       map[string]string
	seen        map[string]bool
}

// cursor takes a file apart; after a failure it gives zeros and keeps the error.
type cursor struct {
	b   []byte
	err error
}

func (c *cursor) take(n int) []byte {
	if c.err != nil || n < 0 || n > len(c.b) {
		if c.err == nil {
			c.err = fmt.Errorf("%w: EXR cut", ErrFormat)
		}
		return make([]byte, min(max(n, 0), 8))
	}
	p := c.b[:n]
	c.b = c.b[n:]
	return p
}

func (c *cursor) u32() uint32 { return binary.LittleEndian.Uint32(c.take(4)) }

// text is what stands before the next zero byte.
func (c *cursor) text() string {
	n := bytes.IndexByte(c.b[:min(len(c.b), 256)], 0)
	if n < 0 {
		n = len(c.b) // too long or cut
		c.take(n + 1)
		return ""
	}
	return string(c.take(n + 1)[:n])
}

// parseEXRHeader reads up to the table of offsets.
func parseEXRHeader(c *cursor) (exrHeader, error) {
	h := exrHeader{notes: map[string]string{}, seen: map[string]bool{}}
	c.take(4)
	version := c.u32()
	switch {
	case c.err != nil:
		return h, c.err
	case version&0xff != 2:
		return h, fmt.Errorf("%w: EXR version %d, wanted 2", ErrFormat, version&0xff)
	case version&0x1000 != 0:
		return h, fmt.Errorf("%w: EXR of several parts, wanted one part; `exrmultipart -separate` splits it", ErrFormat)
	case version&0x800 != 0:
		return h, fmt.Errorf("%w: EXR with deep pixels, wanted flat ones", ErrFormat)
	case version&0x200 != 0:
		return h, fmt.Errorf("%w: EXR in tiles, wanted scanlines", ErrFormat)
	}
	for {
		name := c.text()
		if c.err != nil {
			return h, c.err
		}
		if name == "" {
			return h, h.complete()
		}
		kind, size := c.text(), c.u32()
		if size > math.MaxInt32 {
			return h, fmt.Errorf("%w: EXR attribute %q of %d bytes", ErrFormat, name, size)
		}
		value := cursor{b: c.take(int(size))}
		if c.err != nil {
			return h, c.err
		}
		if err := h.attribute(name, kind, &value); err != nil {
			return h, err
		}
	}
}

func (h *exrHeader) attribute(name, kind string, v *cursor) error {
	h.seen[name] = true
	switch name + " " + kind {
	case "channels chlist":
		return h.parseChannels(v)
	case "compression compression":
		h.compression = v.take(1)[0]
	case "dataWindow box2i":
		for i := range h.window {
			h.window[i] = int32(v.u32())
		}
	default:
		if kind == "string" && len(v.b) <= 256 {
			h.notes[name] = string(v.b)
		}
	}
	return v.err
}

func (h *exrHeader) parseChannels(v *cursor) error {
	h.channels = nil
	for {
		name := v.text()
		if name == "" {
			return v.err
		}
		kind := v.u32()
		v.take(4) // a hint for lossy compression, and reserved
		x, y := v.u32(), v.u32()
		if v.err != nil {
			return v.err
		}
		if kind > 2 {
			return fmt.Errorf("%w: EXR channel %q of type %d, wanted uint, half or float", ErrFormat, name, kind)
		}
		if x != 1 || y != 1 {
			return fmt.Errorf("%w: EXR channel %q is subsampled %d x %d, wanted every pixel", ErrFormat, name, x, y)
		}
		h.channels = append(h.channels, exrChannel{name, kind})
		if len(h.channels) > 1024 {
			return fmt.Errorf("%w: EXR with more than 1024 channels", ErrFormat)
		}
	}
}

// complete says whether all that is needed was there and can be read.
func (h *exrHeader) complete() error {
	for _, name := range []string{"channels", "compression", "dataWindow"} {
		if !h.seen[name] {
			return fmt.Errorf("%w: EXR without %s", ErrFormat, name)
		}
	}
	if int(h.compression) >= len(exrLines) {
		name := fmt.Sprint(h.compression)
		if int(h.compression) < len(exrCompressions) {
			name = exrCompressions[h.compression]
		}
		return fmt.Errorf("%w: EXR compressed by %s, wanted NONE, RLE, ZIPS or ZIP: save it with ZIP", ErrFormat, name)
	}
	return nil
}

// format is the image that the file holds, and the place of each of the file's
// channels in it. Of channels of several types the image's is one that holds
// all: f32, which is exact for halves and for integers up to 2^24.
func (h *exrHeader) format() (pixel.Format, []int) {
	width := int64(h.window[2]) - int64(h.window[0]) + 1
	height := int64(h.window[3]) - int64(h.window[1]) + 1
	f := pixel.Format{Width: int(width), Height: int(height), Alpha: pixel.AlphaNone, Color: pixel.Linear}
	order := exrOrder(h.channels)
	place := make([]int, len(order))
	var kinds [3]int
	for at, i := range order {
		place[i] = at
		f.Channels = append(f.Channels, h.channels[i].name)
		kinds[h.channels[i].kind]++
	}
	switch len(order) {
	case kinds[0]:
		f.DType, f.Color = pixel.U32, pixel.Data
	case kinds[1]:
		f.DType = pixel.F16
	default:
		f.DType = pixel.F32
	}
	if len(order) == 1 && f.Channels[0] == "Z" {
		f.Color = pixel.Depth
	}
	if f.Index("A") >= 0 && f.DType != pixel.U32 {
		f.Alpha = pixel.Premultiplied
	}
	h.readNotes(&f)
	return f, place
}

// exrOrder sorts channels: those of no layer first, then layer by layer; within
// each R, G, B, A, then the others as in the file, which is alphabetical.
func exrOrder(channels []exrChannel) []int {
	type key struct{ layer, rank int }
	layers := map[string]int{"": -1}
	order, keys := make([]int, len(channels)), make([]key, len(channels))
	for i, c := range channels {
		dot := strings.LastIndexByte(c.name, '.')
		layer, last := c.name[:dot+1], c.name[dot+1:]
		if _, ok := layers[layer]; !ok {
			layers[layer] = i
		}
		rank := strings.Index("RGBA", last)
		if rank < 0 || len(last) != 1 {
			rank = 4
		}
		order[i], keys[i] = i, key{layers[layer], rank}
	}
	sort.SliceStable(order, func(a, b int) bool {
		x, y := keys[order[a]], keys[order[b]]
		if x.layer != y.layer {
			return x.layer < y.layer
		}
		return x.rank < y.rank
	})
	return order
}

// The notes that Write leaves, so that what it wrote is read as it was; the
// interop id is OpenEXR's own and tells other programs about the colours.
const (
	noteColor   = "rvColor"
	noteAlpha   = "rvAlpha"
	noteWhite   = "rvWhite"
	noteInterop = "colorInteropID"
)

func (h *exrHeader) readNotes(f *pixel.Format) {
	switch id := h.notes[noteInterop]; {
	case id == "data" && f.Color == pixel.Linear:
		f.Color = pixel.Data
	case strings.HasPrefix(id, "srgb_"):
		f.Color = pixel.SRGB
	}
	if c := pixel.Color(h.notes[noteColor]); c.Valid() {
		f.Color = c
	}
	if a := pixel.Alpha(h.notes[noteAlpha]); a.Valid() {
		f.Alpha = a
	}
	if v, err := strconv.ParseFloat(h.notes[noteWhite], 64); err == nil {
		f.White = v // Check refuses what makes no sense
	}
}
