//go:build cgo && !purejpeg

package codec

// #cgo pkg-config: libturbojpeg
// #include <stdlib.h>
// #include <turbojpeg.h>
//
// /* The addresses of the out-parameters are taken here: Go memory may not hold
//    pointers to Go memory when it is given to C. */
// static long rv_compress(tjhandle h, const unsigned char *pix, int width, int height, int format,
//                         int subsampling, int quality, unsigned char *out, unsigned long size) {
//   if (tjCompress2(h, pix, width, 0, height, format, &out, &size, subsampling, quality, TJFLAG_NOREALLOC) != 0)
//     return -1;
//   return (long)size;
// }
import "C"

import (
	"fmt"
	"runtime"
	"unsafe"
)

// JPEGName says which implementation runs.
func JPEGName() string { return "libjpeg-turbo" }

// turbo is a handle of the C library, made at the first use. It is destroyed by
// close, or when its owner is collected.
type turbo struct {
	handle  C.tjhandle
	cleanup runtime.Cleanup
}

func destroy(h C.tjhandle) { C.tjDestroy(h) }

func (t *turbo) close() {
	if t.handle == nil {
		return
	}
	t.cleanup.Stop()
	destroy(t.handle)
	t.handle = nil
}

func (t *turbo) message() string { return C.GoString(C.tjGetErrorStr2(t.handle)) }

type (
	jpegEncoder struct{ turbo }
	jpegDecoder struct{ turbo }
)

// layoutOf tells the library what pixels of n bytes are.
func layoutOf(n int) C.int {
	switch n {
	case 1:
		return C.TJPF_GRAY
	case 3:
		return C.TJPF_RGB
	}
	return C.TJPF_RGBX
}

// encode appends a JPEG of pixels of 1, 3 or 4 bytes, of which the fourth is ignored.
func (e *jpegEncoder) encode(dst, pix []byte, width, height, step, quality int) ([]byte, error) {
	if e.handle == nil {
		if e.handle = C.tjInitCompress(); e.handle == nil {
			return dst, fmt.Errorf("%w: jpeg: no compressor: %s", ErrSpec, e.message())
		}
		e.cleanup = runtime.AddCleanup(e, destroy, e.handle)
	}
	subsampling := C.int(C.TJSAMP_420)
	if step == 1 {
		subsampling = C.TJSAMP_GRAY
	} else if quality >= fullChroma {
		subsampling = C.TJSAMP_444
	}
	bound := int(C.tjBufSize(C.int(width), C.int(height), subsampling))
	dst, room := reserve(dst, bound)
	n := C.rv_compress(e.handle, (*C.uchar)(unsafe.Pointer(&pix[0])), C.int(width), C.int(height), layoutOf(step),
		subsampling, C.int(quality), (*C.uchar)(unsafe.Pointer(&room[0])), C.ulong(bound))
	runtime.KeepAlive(e)
	if n < 0 {
		return dst, fmt.Errorf("%w: jpeg: %s", ErrSpec, e.message())
	}
	return dst[:len(dst)+int(n)], nil
}

// decode writes pixels of 1, 3 or 4 bytes, of which the fourth is undefined.
// The data passed checkJPEG, so the library writes no more than that.
func (d *jpegDecoder) decode(dst, data []byte, width, height, step int) error {
	if d.handle == nil {
		if d.handle = C.tjInitDecompress(); d.handle == nil {
			return fmt.Errorf("%w: jpeg: no decompressor: %s", ErrSpec, d.message())
		}
		d.cleanup = runtime.AddCleanup(d, destroy, d.handle)
	}
	failed := C.tjDecompress2(d.handle, (*C.uchar)(unsafe.Pointer(&data[0])), C.ulong(len(data)),
		(*C.uchar)(unsafe.Pointer(&dst[0])), C.int(width), 0, C.int(height), layoutOf(step), C.TJFLAG_STOPONWARNING)
	runtime.KeepAlive(d)
	if failed != 0 {
		return fmt.Errorf("%w: jpeg: %s", ErrPayload, d.message())
	}
	return nil
}
