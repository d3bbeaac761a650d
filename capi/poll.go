package main

// #include "capi.h"
import "C"

import (
	"runtime"
	"unsafe"

	"remoteviewer/internal/session"
)

// The layout that C and Go share.
var _ = [1]int{}[unsafe.Sizeof(C.rvshim_poll{})-unsafe.Sizeof(session.Poll{})]

func pollOf(handle C.uint64_t) *session.Poll {
	at := uintptr(handle%C.RVSHIM_POLLS) * unsafe.Sizeof(C.rvshim_poll{})
	return (*session.Poll)(unsafe.Add(unsafe.Pointer(&C.rvshim_polls), at))
}

// open gives a session its handle, and its place in what C looks at.
func open(e *entry) C.uint64_t {
	handle := addHandle(e)
	if runtime.GOOS == "windows" { // its clock is another one there
		return handle
	}
	if p := pollOf(handle); p.Handle.CompareAndSwap(0, uint64(handle)) {
		e.r.Watch(p)
	}
	return handle
}

// closed frees that place, when the session can't write to it any more.
func closed(handle C.uint64_t) {
	if p := pollOf(handle); p.Handle.Load() == uint64(handle) {
		p.Until.Store(0)
		p.Running.Store(0)
		p.Handle.Store(0)
	}
}
