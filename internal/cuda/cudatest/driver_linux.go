//go:build cgo

// Package cudatest gives tests device memory: the machine's own, or that of a
// stand-in for the driver where there is no device.
package cudatest

// #cgo LDFLAGS: -ldl
// #include "calls.h"
import "C"

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"unsafe"
)

// Counts are what the stand-in has seen; see standin.h.
type Counts struct {
	Copies, Rows, Bytes, Plain, Clashes, Waits, Allocations, Events, Registered, Most, Unlocked int64
}

// Driver is a CUDA driver with a current context on this thread: tests lock theirs.
type Driver struct {
	t    testing.TB
	lib  unsafe.Pointer
	Real bool
}

var build struct {
	sync.Once
	lib unsafe.Pointer
	err string
}

// Standin makes the stand-in this process's libcuda.so.1, which lasts until it ends.
func Standin(t testing.TB) *Driver {
	t.Helper()
	build.Do(func() {
		dir, err := os.MkdirTemp("", "libcuda")
		if err != nil {
			build.err = err.Error()
			return
		}
		defer os.RemoveAll(dir)
		_, here, _, _ := runtime.Caller(0)
		source := filepath.Join(filepath.Dir(here), "..", "..", "..", "testdata", "libcuda", "libcuda.c")
		file := filepath.Join(dir, "libcuda.so.1")
		out, err := exec.Command("cc", "-O1", "-shared", "-fPIC", "-Wl,-soname,libcuda.so.1", "-o", file, source, "-pthread").CombinedOutput()
		if err != nil {
			build.err = err.Error() + "\n" + string(out)
			return
		}
		name := C.CString(file)
		defer C.free(unsafe.Pointer(name))
		if build.lib = C.cudatest_open(name); build.lib == nil {
			build.err = C.GoString(C.dlerror())
		}
	})
	if build.lib == nil {
		t.Fatalf("the stand-in can't be built and loaded: %s", build.err)
	}
	d := &Driver{t: t, lib: build.lib}
	d.use(0)
	d.Fail(0)
	d.Delay(0)
	d.Capture(false)
	return d
}

// Machine gives the machine's own driver, and skips the test where it has none.
func Machine(t testing.TB) *Driver {
	t.Helper()
	name := C.CString("libcuda.so.1")
	defer C.free(unsafe.Pointer(name))
	lib := C.cudatest_open(name)
	if lib == nil {
		t.Skipf("no GPU here: %s", C.GoString(C.dlerror()))
	}
	d := &Driver{t: t, lib: lib, Real: true}
	if code := C.cudatest_init(lib); code != 0 {
		t.Skipf("no GPU here: cuInit returned %d", int(code))
	}
	d.use(0)
	return d
}

// use makes the primary context of a device current on this thread, for good.
func (d *Driver) use(device int) {
	d.t.Helper()
	runtime.LockOSThread()
	d.t.Cleanup(runtime.UnlockOSThread)
	d.check("the context", C.cudatest_use(d.lib, C.int(device)))
}

// Use makes another device current on this thread.
func (d *Driver) Use(device int) {
	d.t.Helper()
	d.check("the context", C.cudatest_use(d.lib, C.int(device)))
}

func (d *Driver) check(what string, code C.int) {
	d.t.Helper()
	if code != 0 {
		d.t.Fatalf("%s: CUDA error %d", what, int(code))
	}
}

// Kinds of device memory.
const (
	Plain   = 0
	Managed = 1
	Pooled  = 2
)

// Upload puts bytes into new device memory, which is freed when the test ends.
func (d *Driver) Upload(b []byte, kind int) uint64 {
	d.t.Helper()
	var p C.uint64_t
	d.check("memory", C.cudatest_alloc(d.lib, &p, C.size_t(len(b)), C.int(kind)))
	d.check("an upload", C.cudatest_upload(d.lib, p, unsafe.Pointer(unsafe.SliceData(b)), C.size_t(len(b))))
	d.t.Cleanup(func() { C.cudatest_free(d.lib, p) })
	return uint64(p)
}

// Stream makes a stream of the current context.
func (d *Driver) Stream() uint64 {
	d.t.Helper()
	var s C.uint64_t
	d.check("a stream", C.cudatest_stream(d.lib, &s))
	return uint64(s)
}

// Set puts work on a stream that writes one value to n bytes.
func (d *Driver) Set(p uint64, value byte, n int, stream uint64) {
	d.t.Helper()
	d.check("a fill", C.cudatest_set(d.lib, C.uint64_t(p), C.uchar(value), C.size_t(n), C.uint64_t(stream)))
}

// Delay is how long each piece of work takes, in the stand-in.
func (d *Driver) Delay(milliseconds int) { C.cudatest_int(d.lib, C.STANDIN_DELAY, C.int(milliseconds)) }

// Fail makes everything fail with this code, in the stand-in; 0: nothing.
func (d *Driver) Fail(code int) { C.cudatest_int(d.lib, C.STANDIN_FAIL, C.int(code)) }

// Capture makes streams say that they are captured, in the stand-in.
func (d *Driver) Capture(on bool) {
	value := C.int(0)
	if on {
		value = 1
	}
	C.cudatest_int(d.lib, C.STANDIN_CAPTURE, value)
}

// ForgetLocks ends all page locks, as a reset of the device does, in the stand-in.
func (d *Driver) ForgetLocks() { C.cudatest_forget_locks(d.lib) }

// Counts is what the stand-in has seen so far.
func (d *Driver) Counts() Counts {
	var c Counts
	to := unsafe.Pointer(&c)
	C.cudatest_count(d.lib, to)
	return c
}
