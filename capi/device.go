package main

// #include "capi.h"
import "C"

import (
	"errors"
	"fmt"

	"remoteviewer/internal/cuda"
	"remoteviewer/internal/session"
)

// readDevice finds an image in a device's memory. Send puts its copy on the stream.
func readDevice(g *session.Given, c *C.rv_image) error {
	found, source, err := cuda.Find(g.Format, uint64(uintptr(c.data)), int(c.row_stride), int(c.pixel_stride), int(c.channel_stride),
		uint64(c.cuda_stream))
	if err != nil {
		return ofDevice(err)
	}
	g.Source = source
	g.Start = func() (session.Later, error) {
		later, err := found.Start()
		if err != nil {
			return nil, ofDevice(err)
		}
		return later, nil
	}
	return nil
}

// ofDevice gives an error of package cuda its place among the codes.
func ofDevice(err error) error {
	switch {
	case errors.Is(err, cuda.ErrUnsupported):
		return fmt.Errorf("%w: %w", errUnsupported, err)
	case errors.Is(err, cuda.ErrMemory), errors.Is(err, cuda.ErrDevice), errors.Is(err, cuda.ErrCapture):
		return fmt.Errorf("%w: %w", errInvalid, err)
	}
	return err
}
