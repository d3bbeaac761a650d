// Command capi is librv.so: the exports of include/rv.h over package session.
// It converts, calls, and converts back; nothing else belongs here.
package main

/*
#cgo CFLAGS: -std=gnu11 -Wall -Wextra
#cgo windows CFLAGS: -DRV_BUILD
#cgo !windows LDFLAGS: -pthread
#include "capi.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime/debug"
	"unsafe"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/listen"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

func main() {}

var (
	errHandle      = errors.New("handle")
	errUnsupported = errors.New("not supported")
	errInvalid     = errors.New("argument")
)

// codes gives each error its number; the first that fits counts.
var codes = []struct {
	err  error
	code C.int
}{
	{errHandle, C.RV_ERR_HANDLE},
	{errUnsupported, C.RV_ERR_UNSUPPORTED},
	{errInvalid, C.RV_ERR_INVALID},
	{session.ErrInternal, C.RV_ERR_INTERNAL},
	{session.ErrClosed, C.RV_ERR_CLOSED},
	{session.ErrTimeout, C.RV_ERR_TIMEOUT},
	{session.ErrName, C.RV_ERR_NAME},
	{session.ErrFormat, C.RV_ERR_TYPE},
	{transport.ErrAddress, C.RV_ERR_ADDRESS},
	{listen.ErrListen, C.RV_ERR_LISTEN},
	{listen.ErrToken, C.RV_ERR_TOKEN},
	{wire.ErrLimit, C.RV_ERR_LIMIT},
	{pixel.ErrShape, C.RV_ERR_SHAPE},
	{pixel.ErrType, C.RV_ERR_TYPE},
	{camera.ErrInvalid, C.RV_ERR_INVALID},
	{wire.ErrControl, C.RV_ERR_INVALID},
	{session.ErrPace, C.RV_ERR_INVALID},
	{wire.ErrProtocol, C.RV_ERR_INVALID},
}

// answer ends an export: it turns an error or a panic into a code and words.
func answer(code *C.int, err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v\n%s", session.ErrInternal, r, debug.Stack())
	}
	if *err == nil {
		return
	}
	*code = C.RV_ERR_INVALID
	for _, c := range codes {
		if errors.Is(*err, c.err) {
			*code = c.code
			break
		}
	}
	text := (*err).Error()
	if len(text) > 0 {
		C.rvshim_set_error((*C.char)(unsafe.Pointer(unsafe.StringData(text))), C.size_t(len(text)))
	}
}

// textOf copies a C string; nil is the fallback.
func textOf(p *C.rv_string, fallback string) string {
	if p == nil {
		return fallback
	}
	return C.GoString((*C.char)(unsafe.Pointer(p)))
}

// Sizes of the structs in the first version of the ABI: no caller's is smaller.
// A struct that grows keeps its number here.
const (
	firstOptions     = 72
	firstImage       = 88
	firstCamera      = 328
	firstSendOptions = 40
	firstStatistics  = 104
	firstControl     = 24   // rv_control_options
	largestStruct    = 4096 // what is beyond is no size but garbage
)

// sized copies a caller's struct, which may be longer than ours (a newer caller)
// or shorter (an older one), but not shorter than the first version's. What it
// doesn't have stays zero.
func sized(dst, src unsafe.Pointer, size, first uintptr, what string) error {
	given, err := checkSize(src, first, what)
	if err != nil {
		return err
	}
	n := min(given, size)
	copy(unsafe.Slice((*byte)(dst), n), unsafe.Slice((*byte)(src), n))
	return nil
}

// checkSize reads and checks a caller's struct_size.
func checkSize(p unsafe.Pointer, first uintptr, what string) (uintptr, error) {
	given := uintptr(*(*C.uint32_t)(p))
	if given < first || given > largestStruct {
		return 0, fmt.Errorf("%w: %s has struct_size %d, wanted %d or somewhat more: start from its _INIT macro", errInvalid, what, given, first)
	}
	return given, nil
}

// fill gives a struct to a caller, as much as it has room for, and leaves its
// struct_size as it was.
func fill(out, src unsafe.Pointer, size, first uintptr, what string) error {
	if out == nil {
		return fmt.Errorf("%w: out is NULL, there is no place for the %s", errInvalid, what)
	}
	given, err := checkSize(out, first, what)
	if err != nil {
		return err
	}
	n, head := min(given, size), unsafe.Sizeof(C.uint32_t(0))
	copy(unsafe.Slice((*byte)(out), n)[head:], unsafe.Slice((*byte)(src), n)[head:])
	return nil
}
