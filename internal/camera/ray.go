package camera

import "math"

// Ray returns where a pixel's ray begins and its direction of length 1, in world
// units. x and y are pixels of an image of the camera's size, centres at +0.5;
// places outside the image are meant as well. Perspective and equirect rays begin
// at the camera's centre, orthographic ones beside it, on the plane of z = 0.
func (c Camera) Ray(x, y float64) (origin, direction [3]float64) {
	origin, direction = c.Position(), c.axis(2)
	switch c.Projection {
	case Orthographic:
		s := c.OrthoHeight / float64(c.Height)
		origin = add(origin, add(scale(c.axis(0), (x-c.K[2])*s), scale(c.axis(1), (y-c.K[5])*s)))
	case Equirect:
		sinLon, cosLon := math.Sincos((x/float64(c.Width) - 0.5) * 2 * math.Pi)
		sinLat, cosLat := math.Sincos((y/float64(c.Height) - 0.5) * math.Pi) // down
		direction = c.rotated([3]float64{cosLat * sinLon, sinLat, cosLat * cosLon})
	default:
		direction = c.rotated([3]float64{(x - c.K[2]) / c.K[0], (y - c.K[5]) / c.K[4], 1})
	}
	return origin, unit(direction, c.axis(2))
}

// AtDepth returns the point of a ray whose z in camera axes is depth, in world
// units; ok is false where the ray never gets there.
func (c Camera) AtDepth(origin, direction [3]float64, depth float64) (point [3]float64, ok bool) {
	along := dot(direction, c.axis(2))
	if math.Abs(along) < 1e-9 || depth/along < 0 || !finite(depth/along) {
		return origin, false
	}
	return add(origin, scale(direction, depth/along)), true
}

// DepthOf returns the z in camera axes of the point at a distance along a ray.
func (c Camera) DepthOf(direction [3]float64, distance float64) float64 {
	return distance * dot(direction, c.axis(2))
}

// rotated turns a direction from camera axes to the world's.
func (c Camera) rotated(v [3]float64) [3]float64 {
	return add(add(scale(c.axis(0), v[0]), scale(c.axis(1), v[1])), scale(c.axis(2), v[2]))
}

// Fit returns the camera for an image of another size in pixels that shows all
// that this one shows, in its middle: WithSize keeps the height of what is seen and
// may cut its sides off. The shape of a pixel stays.
func (c Camera) Fit(width, height int) Camera {
	if width == c.Width && height == c.Height || c.Width <= 0 || c.Height <= 0 {
		c.Width, c.Height = width, height
		return c
	}
	s := min(float64(width)/float64(c.Width), float64(height)/float64(c.Height))
	if c.Projection == Orthographic {
		c.OrthoHeight *= float64(height) / (s * float64(c.Height))
	}
	c.K[0] *= s
	c.K[4] *= s
	c.K[2] = c.K[2]*s + (float64(width)-s*float64(c.Width))/2
	c.K[5] = c.K[5]*s + (float64(height)-s*float64(c.Height))/2
	c.Width, c.Height = width, height
	return c
}
