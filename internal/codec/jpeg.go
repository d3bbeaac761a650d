package codec

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"remoteviewer/internal/pixel"
)

// fullChroma is the lowest quality at which colour keeps its full resolution.
const fullChroma = 90

// encodeJPEG appends the colour, and alpha beside it.
func (e *Encoder) encodeJPEG(dst []byte, img pixel.Image, quality int) ([]byte, error) {
	quality = min(max(quality, 1), 100)
	n := len(img.Channels)
	pix, step := img.Pix, n
	if n == 2 {
		e.plane = grow(e.plane, img.Width*img.Height)
		unweave(e.plane, img.Pix, 2, 0)
		pix, step = e.plane, 1
	}
	if n != 2 && n != 4 {
		return e.jpeg.encode(dst, pix, img.Width, img.Height, step, quality)
	}
	start := len(dst)
	dst, err := e.jpeg.encode(append(dst, 0, 0, 0, 0), pix, img.Width, img.Height, step, quality)
	if err != nil {
		return dst[:start], err
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	e.plane, e.filtered = grow(e.plane, img.Width*img.Height), grow(e.filtered, img.Width*img.Height)
	unweave(e.plane, img.Pix, n, n-1)
	filterLeft(e.filtered, e.plane, img.Width, 1)
	return e.encodeZstd(dst, e.filtered)
}

func (d *Decoder) decodeJPEG(dst, payload []byte, f pixel.Format) error {
	n := len(f.Channels)
	if n == 1 || n == 3 {
		if err := checkJPEG(payload, f.Width, f.Height, n); err != nil {
			return err
		}
		return d.jpeg.decode(dst, payload, f.Width, f.Height, n)
	}
	if len(payload) < 4 {
		return fmt.Errorf("%w: jpeg with alpha of %d bytes, wanted a length of 4 bytes first", ErrPayload, len(payload))
	}
	size := int64(binary.LittleEndian.Uint32(payload))
	if size > int64(len(payload)-4) {
		return fmt.Errorf("%w: a jpeg of %d bytes announced, %d there", ErrPayload, size, len(payload)-4)
	}
	color, alpha := payload[4:4+size], payload[4+size:]
	if err := checkJPEG(color, f.Width, f.Height, n-1); err != nil {
		return err
	}
	d.plane = grow(d.plane, f.Width*f.Height)
	if n == 4 {
		if err := d.jpeg.decode(dst, color, f.Width, f.Height, 4); err != nil {
			return err
		}
	} else {
		if err := d.jpeg.decode(d.plane, color, f.Width, f.Height, 1); err != nil {
			return err
		}
		weave(dst, d.plane, 2, 0)
	}
	if err := d.decodeZstd(d.plane, alpha); err != nil {
		return err
	}
	undoLeft(d.plane, f.Width, 1)
	weave(dst, d.plane, n, n-1)
	return nil
}

// unweave takes one channel out of interleaved bytes, weave puts it in.
func unweave(plane, pix []byte, channels, c int) {
	for i := range plane {
		plane[i] = pix[i*channels+c]
	}
}

func weave(pix, plane []byte, channels, c int) {
	for i, v := range plane {
		pix[i*channels+c] = v
	}
}

// checkJPEG reads the markers up to the scan, so that size and kind are known
// before a library reserves memory for them, and finds the end of the scan, so
// that nothing is missing and nothing follows.
func checkJPEG(p []byte, width, height, components int) error {
	if !bytes.HasPrefix(p, []byte{0xff, 0xd8}) {
		return fmt.Errorf("%w: no JPEG, its first bytes are %x", ErrPayload, p[:min(2, len(p))])
	}
	at, frame := 2, false
	for {
		for at+1 < len(p) && p[at] == 0xff && p[at+1] == 0xff { // fill bytes
			at++
		}
		if len(p)-at < 4 || p[at] != 0xff {
			return fmt.Errorf("%w: JPEG has no marker at byte %d of %d", ErrPayload, at, len(p))
		}
		marker, size := p[at+1], int(binary.BigEndian.Uint16(p[at+2:]))
		if size < 2 || size > len(p)-at-2 {
			return fmt.Errorf("%w: JPEG segment %x of %d bytes at byte %d of %d", ErrPayload, marker, size, at, len(p))
		}
		segment := p[at+4 : at+2+size]
		at += 2 + size
		switch {
		case marker == 0xc0 && !frame:
			if err := checkFrameHeader(segment, width, height, components); err != nil {
				return err
			}
			frame = true
		case marker == 0xda && frame:
			if len(segment) < 1 || int(segment[0]) != components {
				return fmt.Errorf("%w: JPEG scan without all %d components", ErrPayload, components)
			}
			return checkScanEnd(p, at)
		case marker == 0xc4 || marker == 0xdb || marker == 0xdd || marker == 0xfe || marker&0xf0 == 0xe0:
			// tables, restart interval, comment, application data
		default:
			return fmt.Errorf("%w: JPEG marker %x, wanted baseline (c0) with one scan", ErrPayload, marker)
		}
	}
}

func checkFrameHeader(segment []byte, width, height, components int) error {
	if len(segment) < 6 || len(segment) != 6+3*int(segment[5]) || segment[0] != 8 {
		return fmt.Errorf("%w: JPEG frame header %x", ErrPayload, segment[:min(6, len(segment))])
	}
	h, w := int(binary.BigEndian.Uint16(segment[1:])), int(binary.BigEndian.Uint16(segment[3:]))
	if w != width || h != height || int(segment[5]) != components {
		return fmt.Errorf("%w: JPEG of %d x %d with %d components, wanted %d x %d with %d",
			ErrPayload, w, h, segment[5], width, height, components)
	}
	return nil
}

// checkScanEnd wants the first marker that is no restart to be the end.
func checkScanEnd(p []byte, at int) error {
	for {
		next := bytes.IndexByte(p[at:], 0xff)
		if next < 0 || at+next+1 >= len(p) {
			return fmt.Errorf("%w: JPEG without an end after %d bytes", ErrPayload, len(p))
		}
		at += next + 1
		switch m := p[at]; {
		case m == 0 || m == 0xff || m >= 0xd0 && m <= 0xd7:
		case m == 0xd9 && at+1 == len(p):
			return nil
		default:
			return fmt.Errorf("%w: JPEG marker %x at byte %d of %d, wanted the end of the image as its last", ErrPayload, m, at, len(p))
		}
	}
}

// reserve makes room for n bytes more, as slices.Grow, and returns that room.
func reserve(dst []byte, n int) (whole, room []byte) {
	whole = slices.Grow(dst, n)
	return whole, whole[len(dst) : len(dst)+n]
}
