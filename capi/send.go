package main

// #include "capi.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// milliseconds keeps a negative time negative.
func milliseconds(ms C.int32_t) time.Duration {
	if ms < 0 {
		return -1
	}
	return time.Duration(ms) * time.Millisecond
}

//export rvgo_send_images
func rvgo_send_images(handle C.uint64_t, images *C.rv_const_image, count C.uint32_t, opts *C.rv_const_send_options) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, err := find(handle)
	if err == nil {
		err = sendImages(e.r, images, count, opts)
	}
	return
}

func sendImages(r *session.Renderer, images *C.rv_const_image, count C.uint32_t, opts *C.rv_const_send_options) error {
	if images == nil || count == 0 {
		return fmt.Errorf("%w: no images: give 1 to %d", errInvalid, wire.DefaultLimits.Images)
	}
	if int64(count) > wire.DefaultLimits.Images {
		return fmt.Errorf("%w: a list of %d images, wanted 1 to %d", wire.ErrLimit, count, wire.DefaultLimits.Images)
	}
	o, err := readSendOptions(opts)
	if err != nil {
		return err
	}
	var few [4]session.Given
	given := few[:0]
	stride, err := checkSize(unsafe.Pointer(images), firstImage, "rv_image")
	if err != nil {
		return err
	}
	for i := range uintptr(count) {
		p := unsafe.Add(unsafe.Pointer(images), i*stride)
		g, err := readImage(p, int(i), stride)
		if err != nil {
			return err
		}
		given = append(given, g)
	}
	return r.Send(given, o)
}

func readImage(p unsafe.Pointer, i int, stride uintptr) (session.Given, error) {
	var c C.rv_image
	var g session.Given
	if err := sized(unsafe.Pointer(&c), p, unsafe.Sizeof(c), firstImage, "rv_image"); err != nil {
		return g, err
	}
	if uintptr(c.struct_size) != stride {
		return g, fmt.Errorf("%w: image %d has struct_size %d, the first one has %d: they must be equal", errInvalid, i, c.struct_size, stride)
	}
	fail := func(kind error, format string, args ...any) (session.Given, error) {
		return g, fmt.Errorf("%w: image %d: %s", kind, i, fmt.Sprintf(format, args...))
	}
	var ok bool
	if g.Format.DType, ok = dtypes[c.dtype]; !ok {
		return fail(pixel.ErrType, "dtype %d, wanted RV_U8, RV_U16, RV_U32, RV_F16 or RV_F32", c.dtype)
	}
	if g.Format.Color, ok = colors[c.color]; !ok {
		return fail(pixel.ErrType, "color %d, wanted one of RV_COLOR_*: there is no default", c.color)
	}
	if g.Format.Alpha, ok = alphas[c.alpha]; !ok {
		return fail(pixel.ErrType, "alpha %d, wanted one of RV_ALPHA_*", c.alpha)
	}
	switch c.memory {
	case C.RV_MEMORY_HOST, C.RV_MEMORY_CUDA:
	default:
		return fail(errInvalid, "memory %d, wanted RV_MEMORY_HOST or RV_MEMORY_CUDA", c.memory)
	}
	if c.width > 1<<30 || c.height > 1<<30 {
		return fail(pixel.ErrShape, "%d x %d pixels, wanted 1 to 32768 a side", c.width, c.height)
	}
	if c.channels < 1 || c.channels > 64 {
		return fail(pixel.ErrType, "%d channels, wanted 1 to 64", c.channels)
	}
	if c.data == nil {
		return fail(errInvalid, "data is NULL")
	}
	g.Name = textOf((*C.rv_string)(c.name), "")
	if c.name != nil && g.Name == "" {
		return fail(session.ErrName, "its name is empty; NULL means its index")
	}
	g.Format.Width, g.Format.Height, g.Format.White = int(c.width), int(c.height), float64(c.white)
	names, err := readChannels(&c)
	if err != nil {
		return fail(errInvalid, "%v", err)
	}
	g.Format.Channels = names
	if err := g.Format.Check(pixel.DefaultLimits); err != nil {
		return g, fmt.Errorf("image %d: %w", i, err)
	}
	read := readPixels
	if c.memory == C.RV_MEMORY_CUDA {
		read = readDevice
	}
	if err := read(&g, &c); err != nil {
		return g, fmt.Errorf("image %d: %w", i, err)
	}
	return g, nil
}

func readChannels(c *C.rv_image) ([]string, error) {
	if c.channel_names == nil {
		return channelNames[c.channels], nil
	}
	names := make([]string, c.channels)
	for i, p := range unsafe.Slice(c.channel_names, int(c.channels)) {
		if p == nil {
			return nil, fmt.Errorf("the name of channel %d is NULL", i)
		}
		if names[i] = C.GoString(p); !utf8.ValidString(names[i]) {
			return nil, fmt.Errorf("the name of channel %d is %q, wanted UTF-8", i, names[i])
		}
	}
	return names, nil
}

// readPixels makes a slice of all the memory that an image's strides touch, for
// as long as the call lasts.
func readPixels(g *session.Given, c *C.rv_image) error {
	for _, s := range []C.int64_t{c.row_stride, c.pixel_stride, c.channel_stride} {
		if s == math.MinInt64 {
			return fmt.Errorf("%w: a stride of %d", pixel.ErrShape, int64(s))
		}
	}
	row, px, ch := int(c.row_stride), int(c.pixel_stride), int(c.channel_stride)
	lo, hi, err := g.Format.Extent(row, px, ch)
	if err != nil {
		return err
	}
	base := uintptr(c.data)
	if lo < 0 && uintptr(-lo) > base || base > math.MaxUint-uintptr(hi) {
		return fmt.Errorf("%w: its strides leave the address space", pixel.ErrShape)
	}
	g.Source = pixel.Source{
		Data:   unsafe.Slice((*byte)(unsafe.Add(c.data, lo)), hi-lo),
		Offset: -lo, Row: row, Pixel: px, Channel: ch,
	}
	return nil
}

func readSendOptions(p *C.rv_const_send_options) (session.SendOptions, error) {
	var o session.SendOptions
	if p == nil {
		return o, nil
	}
	var c C.rv_send_options
	if err := sized(unsafe.Pointer(&c), unsafe.Pointer(p), unsafe.Sizeof(c), firstSendOptions, "rv_send_options"); err != nil {
		return o, err
	}
	o.Mode = session.Mode(c.mode)
	if o.Mode < session.Newest || o.Mode > session.Last {
		return o, fmt.Errorf("%w: mode %d, wanted RV_SEND_NEWEST, RV_SEND_EVERY or RV_SEND_LAST", errInvalid, c.mode)
	}
	o.Stream, o.Timeout = textOf((*C.rv_string)(c.stream), ""), milliseconds(c.timeout_ms)
	if c.meta != nil {
		meta, err := readObject("meta", textOf((*C.rv_string)(c.meta), ""))
		if err != nil {
			return o, err
		}
		o.Meta = meta
	}
	if c.camera != nil {
		e, err := readCamera((*C.rv_const_camera)(c.camera))
		if err != nil {
			return o, err
		}
		o.Camera, o.Viewer, o.CamSeq = &e.Camera, e.Viewer, e.Seq
	}
	return o, nil
}

// readObject reads a JSON object and keeps its integers whole.
func readObject(what, text string) (map[string]any, error) {
	if int64(len(text)) > 4*wire.DefaultLimits.Meta {
		return nil, fmt.Errorf("%w: %s of %d bytes, the limit is %d", wire.ErrLimit, what, len(text), wire.DefaultLimits.Meta)
	}
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("%w: %s is not UTF-8", errInvalid, what)
	}
	if !json.Valid([]byte(text)) {
		return nil, fmt.Errorf("%w: %s is not JSON: %.60q", errInvalid, what, text)
	}
	var meta map[string]any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&meta); err != nil || meta == nil {
		return nil, fmt.Errorf("%w: %s is %s, wanted an object", errInvalid, what, kindOf(text))
	}
	return meta, nil
}

// kindOf says what a JSON value is.
func kindOf(text string) string {
	switch strings.TrimLeft(text, " \t\r\n")[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}

//export rvgo_send_data
func rvgo_send_data(handle C.uint64_t, name, format *C.rv_string, data unsafe.Pointer, size C.uint64_t) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, err := find(handle)
	if err != nil {
		return
	}
	switch {
	case name == nil || format == nil || data == nil && size > 0:
		err = fmt.Errorf("%w: name, format or data is NULL", errInvalid)
	case uint64(size) > wire.DataLimit:
		err = fmt.Errorf("%w: data of %d bytes, the limit is %d", wire.ErrLimit, size, wire.DataLimit)
	default:
		err = e.r.SendData(textOf(name, ""), textOf(format, ""), unsafe.Slice((*byte)(data), int(size)))
	}
	return
}
