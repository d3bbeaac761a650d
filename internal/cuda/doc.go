// Package cuda gets images out of the memory of CUDA devices: one asynchronous
// copy on the stream that makes them, into page-locked memory, and nothing that
// waits for the device or for other streams. The driver's library is loaded at run
// time, so that neither building nor running needs it.
package cuda

import "errors"

// Errors that callers can test for.
var (
	ErrUnsupported = errors.New("no CUDA")     // no driver, no device, or a build without it
	ErrMemory      = errors.New("CUDA memory") // not a device's, or less than the image needs
	ErrDevice      = errors.New("CUDA device") // the driver refused, or the device is lost
	ErrCapture     = errors.New("CUDA graph")  // the stream is being captured
)
