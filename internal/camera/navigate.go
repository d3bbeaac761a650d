package camera

import "math"

const (
	// poleMargin keeps the view axis this far (radians) from up and down, where
	// a horizon has no direction and the image would flip.
	poleMargin = 0.5 * math.Pi / 180

	// OrbitStepDegrees is how far Orbiting turns from one camera to the next.
	OrbitStepDegrees = 1.2
)

// Orbit turns the camera about Up and about the horizontal axis, both through
// Target, so that the near side of the scene follows a drag of (dx, dy) radians
// to the right and down. The distance and the horizon's tilt stay; the view
// axis stops just before up and down.
func (c Camera) Orbit(dx, dy float64) Camera {
	if !finite(dx, dy) {
		return c
	}
	up := c.upUnit()
	c = c.turned(up, -dx)
	forward := c.axis(2)
	right := unit(cross(forward, up), c.axis(0))
	angle := math.Acos(max(-1, min(1, dot(forward, up))))
	// A start inside the margin may stay there, but not go deeper.
	low, high := min(poleMargin, angle), max(math.Pi-poleMargin, angle)
	return c.turned(right, angle-max(low, min(high, angle+dy)))
}

// Pan moves camera and target so that the point at the target's depth follows
// the cursor by (dx, dy) pixels to the right and down.
func (c Camera) Pan(dx, dy float64) Camera {
	if !finite(dx, dy) {
		return c
	}
	sx, sy := c.unitsPerPixel()
	move := add(scale(c.axis(0), -dx*sx), scale(c.axis(1), -dy*sy))
	c.Target = add(c.Target, move)
	return c.withPose(add(c.Position(), move), c.axis(1), c.axis(2))
}

// Dolly multiplies the distance to Target: below 1 moves nearer. It never
// passes through the target, and stops at Near where that is positive. An
// orthographic image is magnified by the same factor.
func (c Camera) Dolly(factor float64) Camera {
	if !finite(factor) || factor <= 0 {
		return c
	}
	arm := sub(c.Position(), c.Target)
	distance := norm(arm)
	least := max(c.Near, 1e-6)
	arm = scale(unit(arm, scale(c.axis(2), -1)), max(distance*factor, min(least, max(distance, 1e-6))))
	if c.Projection == Orthographic {
		c.OrthoHeight *= factor
	}
	return c.withPose(add(c.Target, arm), c.axis(1), c.axis(2))
}

// Roll turns the camera clockwise about its view axis, so the image turns the
// other way. Up goes along: what looks level after a roll is what Orbit keeps.
func (c Camera) Roll(radians float64) Camera {
	if !finite(radians) {
		return c
	}
	forward := c.axis(2)
	c.Up = turn(c.upUnit(), forward, radians)
	return c.withPose(c.Position(), turn(c.axis(1), forward, radians), forward)
}

// LookAt places the camera at position, looking at target with up upright, and
// takes both for the moves to come. An up along the view axis is replaced by
// the nearest upright direction the camera had.
func (c Camera) LookAt(position, target, up [3]float64) Camera {
	c.Target = target
	c.Up = unit(up, c.upUnit())
	forward := unit(sub(target, position), c.axis(2))
	down := scale(c.Up, -1)
	if norm(cross(forward, down)) < 1e-9 {
		down = anyAcross(forward, c.axis(1), c.axis(2))
	}
	return c.withPose(position, down, forward)
}

// Orbiting returns camera n of a circle about Up through Target, n times 1.2
// degrees on from start. Each is made from start, and the 300th is start again,
// so nothing drifts however long it turns.
func Orbiting(start Camera, n int) Camera {
	const round = 300
	step := ((n % round) + round) % round
	if step == 0 {
		return start
	}
	return start.turned(start.upUnit(), float64(step)*2*math.Pi/round)
}

// upUnit returns Up at length 1, or the camera's own up where there is none.
func (c Camera) upUnit() [3]float64 { return unit(c.Up, scale(c.axis(1), -1)) }

// unitsPerPixel returns the world units that a pixel spans at Target's depth.
func (c Camera) unitsPerPixel() (x, y float64) {
	if c.Projection == Orthographic {
		s := c.OrthoHeight / float64(c.Height)
		return s, s
	}
	arm := sub(c.Target, c.Position())
	if c.Projection == Equirect {
		distance := norm(arm)
		return distance * 2 * math.Pi / float64(c.Width), distance * math.Pi / float64(c.Height)
	}
	depth := dot(arm, c.axis(2))
	if depth <= 0 {
		depth = max(norm(arm), c.Near)
	}
	return depth / c.K[0], depth / c.K[4]
}

// anyAcross returns the first of the candidates that isn't along direction.
func anyAcross(direction [3]float64, candidates ...[3]float64) [3]float64 {
	for _, v := range candidates {
		if norm(cross(direction, v)) > 1e-3 {
			return v
		}
	}
	return [3]float64{direction[1], direction[2], direction[0]}
}

func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
