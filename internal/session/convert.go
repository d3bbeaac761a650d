package session

import (
	"fmt"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/wire"
)

// poseOf writes a camera for the wire.
func poseOf(c *camera.Camera) wire.Pose {
	return wire.Pose{
		C2W: append([]float64(nil), c.C2W[:]...), K: append([]float64(nil), c.K[:]...),
		Width: c.Width, Height: c.Height, Near: c.Near, Far: c.Far,
		Projection: string(c.Projection), OrthoHeight: c.OrthoHeight,
		Up: append([]float64(nil), c.Up[:]...), Target: append([]float64(nil), c.Target[:]...), Time: c.Time,
	}
}

// cameraOf reads a camera from the wire; what it can't be is an error.
func cameraOf(p *wire.Pose, lim wire.Limits) (camera.Camera, error) {
	c, err := poseToCamera(p, lim)
	if err != nil {
		return c, err
	}
	if err := c.Valid(); err != nil {
		return c, fmt.Errorf("%w: %w", wire.ErrProtocol, err)
	}
	return c, nil
}

func poseToCamera(p *wire.Pose, lim wire.Limits) (camera.Camera, error) {
	var c camera.Camera
	if err := p.Check(lim); err != nil {
		return c, err
	}
	copy(c.C2W[:], p.C2W)
	copy(c.K[:], p.K)
	copy(c.Up[:], p.Up)
	copy(c.Target[:], p.Target)
	c.Width, c.Height, c.Near, c.Far, c.Time = p.Width, p.Height, p.Near, p.Far, p.Time
	c.OrthoHeight, c.Projection = p.OrthoHeight, camera.Projection(p.Projection)
	if c.Projection == "" {
		c.Projection = camera.Perspective
	}
	return c, nil
}

// formatOf reads and checks what an image's pixels are.
func formatOf(m *wire.Image, lim wire.Limits) (pixel.Format, error) {
	f := pixel.Format{
		Width: m.Width, Height: m.Height, Channels: m.Channels, DType: pixel.DType(m.DType),
		Color: pixel.Color(m.Color), Alpha: pixel.Alpha(m.Alpha), White: m.White,
	}
	if err := f.Check(pixel.Limits{Side: int(lim.Side), Channels: pixel.DefaultLimits.Channels, Bytes: lim.List}); err != nil {
		return f, fmt.Errorf("%w: image %q: %w", wire.ErrLimit, m.Name, err)
	}
	return f, nil
}
