package main

// #include "capi.h"
import "C"

import (
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
)

// The numbers of rv.h against the Go side's: each line compiles only while both
// are equal.
var (
	_ = [1]int{}[C.RV_EVENT_CAMERA-int(session.EventCamera)]
	_ = [1]int{}[C.RV_EVENT_READY-int(session.EventReady)]
	_ = [1]int{}[C.RV_EVENT_DATA-int(session.EventData)]
	_ = [1]int{}[C.RV_EVENT_STATUS-int(session.EventStatus)]
	_ = [1]int{}[C.RV_EVENT_DRIVER-int(session.EventDriver)]
	_ = [1]int{}[C.RV_EVENT_CONTROL-int(session.EventControl)]
	_ = [1]int{}[C.RV_EVENT_PICK-int(session.EventPick)]
	_ = [1]int{}[C.RV_EVENT_CLICK-int(session.EventClick)]
	_ = [1]int{}[C.RV_EVENT_KEY-int(session.EventKey)]
	_ = [1]int{}[C.RV_EVENT_DRAG-int(session.EventDrag)]
	_ = [1]int{}[C.RV_STATUS_LISTENING-session.StatusListening]
	_ = [1]int{}[C.RV_STATUS_DIALING-session.StatusDialing]
	_ = [1]int{}[C.RV_STATUS_CONNECTED-session.StatusConnected]
	_ = [1]int{}[C.RV_STATUS_DISCONNECTED-session.StatusDisconnected]
	_ = [1]int{}[C.RV_STATUS_REFUSED-session.StatusRefused]
	_ = [1]int{}[C.RV_STATUS_PROTOCOL-session.StatusProtocol]
	_ = [1]int{}[C.RV_STATUS_UNRESOLVED-session.StatusUnresolved]
	_ = [1]int{}[C.RV_STATUS_STALLED-session.StatusStalled]
	_ = [1]int{}[C.RV_STATUS_INTERNAL-session.StatusInternal]
	_ = [1]int{}[C.RV_SEND_NEWEST-int(session.Newest)]
	_ = [1]int{}[C.RV_SEND_EVERY-int(session.Every)]
	_ = [1]int{}[C.RV_SEND_LAST-int(session.Last)]
)

var dtypes = map[C.int32_t]pixel.DType{
	C.RV_U8: pixel.U8, C.RV_U16: pixel.U16, C.RV_U32: pixel.U32, C.RV_F16: pixel.F16, C.RV_F32: pixel.F32,
}

var colors = map[C.int32_t]pixel.Color{
	C.RV_COLOR_SRGB: pixel.SRGB, C.RV_COLOR_LINEAR: pixel.Linear, C.RV_COLOR_DEPTH: pixel.Depth,
	C.RV_COLOR_DISTANCE: pixel.Distance, C.RV_COLOR_NORMAL: pixel.Normal, C.RV_COLOR_DATA: pixel.Data,
}

var alphas = map[C.int32_t]pixel.Alpha{
	C.RV_ALPHA_NONE: pixel.AlphaNone, C.RV_ALPHA_STRAIGHT: pixel.Straight, C.RV_ALPHA_PREMULTIPLIED: pixel.Premultiplied,
}

// channelNames are the default names of 0 to 64 channels.
var channelNames = func() (names [65][]string) {
	for n := range names {
		names[n] = pixel.DefaultChannels(n)
	}
	return names
}()
