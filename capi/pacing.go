package main

// #include "capi.h"
import "C"

import (
	"fmt"
	"unsafe"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

//export rvgo_wants
func rvgo_wants(handle C.uint64_t, budget, refresh C.double, out *C.struct_rv_camera) (code C.int) {
	var err error
	defer answer(&code, &err)
	code, err = giveCamera(handle, out, func(r *session.Renderer) (session.CameraEvent, bool, error) {
		return r.Wants(float64(budget), float64(refresh))
	})
	return
}

//export rvgo_gate
func rvgo_gate(handle C.uint64_t, timeout C.int32_t) (code C.int) {
	var err error
	defer answer(&code, &err)
	entry, err := find(handle)
	if err != nil {
		return
	}
	ok, err := entry.r.Gate(milliseconds(timeout))
	if ok {
		code = 1
	}
	return
}

//export rvgo_closed
func rvgo_closed(handle C.uint64_t, stream *C.rv_string, buffer *C.char, size C.uint32_t) (code C.int) {
	var err error
	defer answer(&code, &err)
	entry, err := find(handle)
	if err != nil {
		return
	}
	if buffer == nil && size > 0 {
		err = fmt.Errorf("%w: buffer is NULL and size is %d", errInvalid, size)
		return
	}
	of := textOf(stream, "")
	if err = wire.CheckName("stream", of, wire.DefaultLimits.Name); err != nil {
		err = fmt.Errorf("%w: %w", session.ErrName, err)
		return
	}
	out := unsafe.Slice((*byte)(unsafe.Pointer(buffer)), int(size))
	for _, name := range entry.r.Closed(of) {
		n := len(name) + 1
		if len(out) >= n {
			copy(out, name)
			out[n-1] = 0
			out = out[n:]
		} else {
			out = nil
		}
		code += C.int(n)
	}
	return
}
