package main

// #include "capi.h"
import "C"

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"unsafe"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/codec"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

var causes = map[string]C.int32_t{
	wire.CauseInput: C.RV_CAUSE_INPUT, wire.CauseSize: C.RV_CAUSE_SIZE,
	wire.CauseRepeat: C.RV_CAUSE_REPEAT, wire.CauseJoin: C.RV_CAUSE_JOIN,
}

var projections = []camera.Projection{
	C.RV_PERSPECTIVE: camera.Perspective, C.RV_ORTHOGRAPHIC: camera.Orthographic, C.RV_EQUIRECT: camera.Equirect,
}

//export rvgo_read
func rvgo_read(handle C.uint64_t, out **C.rv_event, timeout C.int32_t) (code C.int) {
	var err error
	defer answer(&code, &err)
	if out == nil {
		err = fmt.Errorf("%w: out is NULL, there is no place for the event", errInvalid)
		return
	}
	*out = nil
	entry, err := find(handle)
	if err != nil {
		return
	}
	e, ok, err := entry.r.Read(milliseconds(timeout))
	if err != nil || !ok {
		return
	}
	*out = newEvent(&e)
	return 1
}

// newEvent puts an event and all that it points to into one block of C memory.
func newEvent(e *session.Event) *C.rv_event {
	size := unsafe.Sizeof(C.rv_event{})
	cameraAt := size
	if e.Kind == session.EventCamera {
		size += unsafe.Sizeof(C.struct_rv_camera{})
	}
	dataAt := size
	size += uintptr(len(e.Data)) + 1
	nameAt := size
	size += uintptr(len(e.Name)) + 1
	formatAt := size
	size += uintptr(len(e.Format)) + 1
	textAt := size
	size += uintptr(len(e.Text)) + 1
	streamAt := size
	if e.Input != nil {
		size += uintptr(len(e.Input.Stream))
	}
	size++

	p := C.calloc(1, C.size_t(size))
	if p == nil {
		panic("out of memory")
	}
	block := unsafe.Slice((*byte)(p), size)
	copy(block[dataAt:], e.Data)
	copy(block[nameAt:], e.Name)
	copy(block[formatAt:], e.Format)
	copy(block[textAt:], e.Text)
	out := (*C.rv_event)(p)
	out.struct_size = C.uint32_t(unsafe.Sizeof(*out))
	out._type = C.int32_t(e.Kind)
	out.name = (*C.char)(unsafe.Add(p, nameAt))
	out.format = (*C.char)(unsafe.Add(p, formatAt))
	out.text = (*C.char)(unsafe.Add(p, textAt))
	out.data, out.size = unsafe.Add(p, dataAt), C.uint64_t(len(e.Data))
	out.code = C.int32_t(e.Code)
	out.viewer_high, out.viewer_low = idOf(e.Viewer)
	out.stream = (*C.char)(unsafe.Add(p, streamAt))
	if e.Input != nil {
		copy(block[streamAt:], e.Input.Stream)
		inputOut(out, e.Input)
	}
	if e.Kind == session.EventCamera {
		out.camera = (*C.struct_rv_camera)(unsafe.Add(p, cameraAt))
		*out.camera = cameraOut(&e.Camera)
	}
	return out
}

var (
	buttons   = map[string]C.int32_t{"left": C.RV_BUTTON_LEFT, "right": C.RV_BUTTON_RIGHT, "middle": C.RV_BUTTON_MIDDLE}
	modifiers = map[string]C.int32_t{"shift": C.RV_MOD_SHIFT, "ctrl": C.RV_MOD_CTRL, "alt": C.RV_MOD_ALT, "super": C.RV_MOD_SUPER}
	phases    = map[string]C.int32_t{wire.PhaseBegin: C.RV_PHASE_BEGIN, wire.PhaseMove: C.RV_PHASE_MOVE, wire.PhaseEnd: C.RV_PHASE_END}
)

// inputOut fills in a place in an image, and what was done there.
func inputOut(out *C.rv_event, e *wire.Event) {
	out.x, out.y, out.id, out.list = C.double(e.X), C.double(e.Y), C.uint64_t(e.ID), C.uint64_t(e.List)
	out.button, out.phase = buttons[e.Button], phases[e.Phase]
	for _, m := range e.Modifiers {
		out.modifiers |= modifiers[m]
	}
	out.depth = C.double(math.NaN())
	if e.Depth != nil {
		out.depth = C.double(*e.Depth)
	}
	for _, v := range []struct {
		to   []C.double
		from []float64
	}{{out.origin[:], e.Origin}, {out.direction[:], e.Direction}, {out.point[:], e.Point}} {
		for i := range v.to {
			v.to[i] = C.double(math.NaN())
		}
		doubles(v.to, v.from)
	}
}

// idOf reads a session's 32 hex digits.
func idOf(text string) (high, low C.uint64_t) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != 16 {
		return 0, 0
	}
	return C.uint64_t(binary.BigEndian.Uint64(b)), C.uint64_t(binary.BigEndian.Uint64(b[8:]))
}

func idText(high, low C.uint64_t) string {
	if high == 0 && low == 0 {
		return ""
	}
	return fmt.Sprintf("%016x%016x", uint64(high), uint64(low))
}

func cameraOut(e *session.CameraEvent) C.struct_rv_camera {
	c := &e.Camera
	out := C.struct_rv_camera{
		width: C.uint32_t(c.Width), height: C.uint32_t(c.Height), z_near: C.double(c.Near), z_far: C.double(c.Far),
		ortho_height: C.double(c.OrthoHeight), time: C.double(c.Time), seq: C.uint64_t(e.Seq), cause: causes[e.Cause],
	}
	out.struct_size = C.uint32_t(unsafe.Sizeof(out))
	for i, p := range projections {
		if p == c.Projection {
			out.projection = C.int32_t(i)
		}
	}
	doubles(out.c2w[:], c.C2W[:])
	doubles(out.k[:], c.K[:])
	doubles(out.up[:], c.Up[:])
	doubles(out.target[:], c.Target[:])
	out.viewer_high, out.viewer_low = idOf(e.Viewer)
	return out
}

func doubles(dst []C.double, src []float64) {
	for i, x := range src {
		dst[i] = C.double(x)
	}
}

func floats(dst []float64, src []C.double) {
	for i, x := range src {
		dst[i] = float64(x)
	}
}

func readCamera(p *C.rv_const_camera) (session.CameraEvent, error) {
	var c C.struct_rv_camera
	var e session.CameraEvent
	if err := sized(unsafe.Pointer(&c), unsafe.Pointer(p), unsafe.Sizeof(c), firstCamera, "rv_camera"); err != nil {
		return e, err
	}
	if c.projection < 0 || int(c.projection) >= len(projections) {
		return e, fmt.Errorf("%w: projection %d, wanted RV_PERSPECTIVE, RV_ORTHOGRAPHIC or RV_EQUIRECT", errInvalid, c.projection)
	}
	if c.width > camera.MaxSide || c.height > camera.MaxSide {
		return e, fmt.Errorf("%w: a camera of %d x %d pixels, wanted at most %d a side", errInvalid, c.width, c.height, camera.MaxSide)
	}
	e.Camera = camera.Camera{
		Width: int(c.width), Height: int(c.height), Near: float64(c.z_near), Far: float64(c.z_far),
		Projection: projections[c.projection], OrthoHeight: float64(c.ortho_height), Time: float64(c.time),
	}
	floats(e.Camera.C2W[:], c.c2w[:])
	floats(e.Camera.K[:], c.k[:])
	floats(e.Camera.Up[:], c.up[:])
	floats(e.Camera.Target[:], c.target[:])
	e.Seq, e.Viewer = uint64(c.seq), idText(c.viewer_high, c.viewer_low)
	return e, nil
}

// giveCamera fills in out with what a session's call gives, if it gives one. The
// caller's struct is looked at first: a call that can't answer changes nothing.
func giveCamera(handle C.uint64_t, out *C.struct_rv_camera, call func(r *session.Renderer) (session.CameraEvent, bool, error)) (C.int, error) {
	entry, err := find(handle)
	if err != nil {
		return 0, err
	}
	if out == nil {
		return 0, fmt.Errorf("%w: out is NULL, there is no place for the camera", errInvalid)
	}
	if _, err := checkSize(unsafe.Pointer(out), firstCamera, "rv_camera"); err != nil {
		return 0, err
	}
	e, ok, err := call(entry.r)
	if err != nil || !ok {
		return 0, err
	}
	c := cameraOut(&e)
	return 1, fill(unsafe.Pointer(out), unsafe.Pointer(&c), unsafe.Sizeof(c), firstCamera, "rv_camera")
}

//export rvgo_camera
func rvgo_camera(handle C.uint64_t, out *C.struct_rv_camera) (code C.int) {
	var err error
	defer answer(&code, &err)
	code, err = giveCamera(handle, out, func(r *session.Renderer) (session.CameraEvent, bool, error) {
		e, ok := r.Camera()
		return e, ok, nil
	})
	return
}

//export rvgo_want_cameras
func rvgo_want_cameras(handle C.uint64_t, wanted C.int32_t) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, err := find(handle)
	if err == nil {
		e.r.WantCameras(wanted != 0)
	}
	return
}

//export rvgo_set_view
func rvgo_set_view(handle C.uint64_t, view *C.rv_const_camera) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, err := find(handle)
	if err != nil {
		return
	}
	if view == nil {
		err = fmt.Errorf("%w: view is NULL", errInvalid)
		return
	}
	c, err := readCamera(view)
	if err == nil {
		err = e.r.SetView(c.Camera)
	}
	return
}

// jpegName lives as long as the library: rv_statistics points to it.
var jpegName = C.CString(codec.JPEGName())

//export rvgo_stats
func rvgo_stats(handle C.uint64_t, out *C.rv_statistics) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, err := find(handle)
	if err != nil {
		return
	}
	s := e.r.Stats()
	c := C.rv_statistics{
		viewers: C.uint32_t(s.Viewers), joined: C.uint64_t(s.Joined), lists: C.uint64_t(s.Lists),
		dropped: C.uint64_t(s.Dropped), sent: C.uint64_t(s.Sent), shown: C.uint64_t(s.Shown), skipped: C.uint64_t(s.Skipped),
		failed: C.uint64_t(s.Failed), bytes: C.uint64_t(s.Bytes), events_dropped: C.uint64_t(s.EventsDropped),
		refused: C.uint64_t(s.Refused), round_trip_ms: C.double(s.RoundTrip.Seconds() * 1e3), jpeg: jpegName,
	}
	err = fill(unsafe.Pointer(out), unsafe.Pointer(&c), unsafe.Sizeof(c), firstStatistics, "rv_statistics")
	return
}
