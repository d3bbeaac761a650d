package model

import (
	"remoteviewer/internal/camera"
	"remoteviewer/internal/pixel"
)

// What the interface needs of the layers below, which it does not import.
type (
	Color  = pixel.Color
	Format = pixel.Format
	Camera = camera.Camera
)

// The colour meanings, as in package pixel.
const (
	SRGB     = pixel.SRGB
	Linear   = pixel.Linear
	Depth    = pixel.Depth
	Distance = pixel.Distance
	Normal   = pixel.Normal
	Data     = pixel.Data
)
