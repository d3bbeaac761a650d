//go:build cgo

package cuda

// #cgo CFLAGS: -std=gnu11 -Wall -Wextra
// #cgo LDFLAGS: -ldl
// #include "driver.h"
import "C"

import "fmt"

// Load finds the driver. A failure is tried again by the next call.
func Load() error {
	var text [512]C.char
	r := C.rvcuda_load(&text[0], C.size_t(len(text)))
	switch r.code {
	case 0:
		return nil
	case -1:
		return fmt.Errorf("%w: the driver's libcuda.so.1 can't be loaded (%s): send host memory instead", ErrUnsupported, C.GoString(&text[0]))
	case -2:
		return fmt.Errorf("%w: the driver's libcuda.so.1 is too old (%s): send host memory instead", ErrUnsupported, C.GoString(&text[0]))
	}
	return fmt.Errorf("%w: the driver finds no device that works (cuInit returned %d): send host memory instead", ErrUnsupported, int(r.code))
}

// failed says what a call's code means.
func failed(r C.rvcuda_result) error {
	if r.code == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s: %s (%s)", ErrDevice, C.GoString(r.call), C.GoString(C.rvcuda_words(r.code)), C.GoString(C.rvcuda_name(r.code)))
}

func look(pointer, stream uint64) (place, error) {
	var p C.rvcuda_place
	r := C.rvcuda_look(C.uint64_t(pointer), C.uint64_t(stream), &p)
	return place{
		context: uint64(p.context), start: uint64(p.start), size: uint64(p.size),
		device: p.kind == C.RVCUDA_DEVICE, host: p.kind == C.RVCUDA_HOST, mapped: p.mapped != 0,
	}, failed(r)
}

// put puts a copy on a stream. With an error and an event the copy may be under way.
func put(context, stream, from, to uint64, p plan) (event, error) {
	c := C.rvcuda_copy{
		context: C.uint64_t(context), stream: C.uint64_t(stream), from: C.uint64_t(from), to: C.uint64_t(to),
		width: C.uint64_t(p.width), height: C.uint64_t(p.height), pitch: C.uint64_t(p.pitch),
	}
	var e C.uint64_t
	r := C.rvcuda_start(&c, &e)
	if r.code == -1 {
		return 0, fmt.Errorf("%w: its stream is being captured into a graph: send when the capture has ended", ErrCapture)
	}
	return event(e), failed(r)
}

func wait(context uint64, e event) error {
	return failed(C.rvcuda_wait(C.uint64_t(context), C.uint64_t(e)))
}

// over says whether an event has come, or never will because the device is lost:
// then nothing is written any more.
func over(context uint64, e event) bool {
	return C.rvcuda_query(C.uint64_t(context), C.uint64_t(e)).code != C.RVCUDA_NOT_READY
}

func forget(context uint64, e event) { C.rvcuda_forget(C.uint64_t(context), C.uint64_t(e)) }

func lock(context, memory uint64, size int) error {
	return failed(C.rvcuda_lock(C.uint64_t(context), C.uint64_t(memory), C.uint64_t(size)))
}

func unlock(context, memory uint64) { C.rvcuda_unlock(C.uint64_t(context), C.uint64_t(memory)) }

func locked(memory uint64) bool { return C.rvcuda_locked(C.uint64_t(memory)) != 0 }
