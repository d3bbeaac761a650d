package session

import (
	"math/bits"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	kernel32         = windows.NewLazySystemDLL("kernel32.dll")
	queryCounter     = kernel32.NewProc("QueryPerformanceCounter")
	queryFrequency   = kernel32.NewProc("QueryPerformanceFrequency")
	counterFrequency = func() uint64 {
		var perSecond uint64
		_, _, _ = queryFrequency.Call(uintptr(unsafe.Pointer(&perSecond))) // can't fail since Windows XP
		return perSecond
	}()
)

// MonotonicNs is the performance counter, which all processes of a machine share.
func MonotonicNs() int64 {
	var count uint64
	if ok, _, _ := queryCounter.Call(uintptr(unsafe.Pointer(&count))); ok == 0 || counterFrequency == 0 {
		return 0
	}
	high, low := bits.Mul64(count, 1e9)
	ns, _ := bits.Div64(high%counterFrequency, low, counterFrequency)
	return int64(ns)
}
