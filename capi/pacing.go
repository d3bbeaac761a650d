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
	entry, err := find(handle)
	if err != nil {
		return
	}
	if out == nil {
		err = fmt.Errorf("%w: out is NULL, there is no place for the camera", errInvalid)
		return
	}
	if _, err = checkSize(unsafe.Pointer(out), firstCamera, "rv_camera"); err != nil {
		return
	}
	e, ok, err := entry.r.Wants(float64(budget), float64(refresh))
	if err != nil || !ok {
		return
	}
	c := cameraOut(&e)
	err = fill(unsafe.Pointer(out), unsafe.Pointer(&c), unsafe.Sizeof(c), firstCamera, "rv_camera")
	return 1
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
