//go:build linux && !wayland

package ui

// #cgo LDFLAGS: -lX11
// #include <X11/Xlib.h>
// #include <X11/Xatom.h>
//
// static void no_user_time(void *display, unsigned long window) {
//	unsigned long never = 0;
//	Atom name = XInternAtom(display, "_NET_WM_USER_TIME", False);
//	XChangeProperty(display, window, name, XA_CARDINAL, 32, PropModeReplace, (unsigned char *)&never, 1);
// }
import "C"

import (
	"unsafe"

	"github.com/go-gl/glfw/v3.3/glfw"
)

// neverFocused tells the window manager, before the window is shown, that no
// user asked for it: EWMH's way to open without taking the focus. FocusOnShow
// alone leaves it to the window manager, and most then give it.
func neverFocused(w *glfw.Window) {
	if d := glfw.GetX11Display(); d != nil {
		C.no_user_time(unsafe.Pointer(d), C.ulong(w.GetX11Window()))
	}
}
