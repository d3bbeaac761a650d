package camera

import "math"

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func norm(a [3]float64) float64 { return math.Sqrt(dot(a, a)) }

func add(a, b [3]float64) [3]float64 { return [3]float64{a[0] + b[0], a[1] + b[1], a[2] + b[2]} }

func sub(a, b [3]float64) [3]float64 { return [3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

func scale(a [3]float64, s float64) [3]float64 { return [3]float64{a[0] * s, a[1] * s, a[2] * s} }

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

// unit returns a at length 1, or fallback where a has no direction.
func unit(a, fallback [3]float64) [3]float64 {
	n := norm(a)
	if n < 1e-12 {
		return fallback
	}
	return scale(a, 1/n)
}

// turn rotates v by angle radians about a unit axis, right-handed (Rodrigues).
func turn(v, axis [3]float64, angle float64) [3]float64 {
	sin, cos := math.Sincos(angle)
	along := scale(axis, dot(axis, v)*(1-cos))
	return add(add(scale(v, cos), scale(cross(axis, v), sin)), along)
}

// mul returns the product of two row-major 4x4 matrices.
func mul(a, b [16]float64) [16]float64 {
	var out [16]float64
	for r := range 4 {
		for col := range 4 {
			for k := range 4 {
				out[r*4+col] += a[r*4+k] * b[k*4+col]
			}
		}
	}
	return out
}

func transpose(a [16]float64) [16]float64 {
	var out [16]float64
	for r := range 4 {
		for col := range 4 {
			out[r*4+col] = a[col*4+r]
		}
	}
	return out
}

func diag(x, y, z float64) [16]float64 {
	return [16]float64{x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1}
}

// axis returns column i of the rotation: 0 right, 1 down, 2 forward, in world
// coordinates.
func (c Camera) axis(i int) [3]float64 {
	return [3]float64{c.C2W[i], c.C2W[4+i], c.C2W[8+i]}
}

// withPose sets position and axes. The axes are made orthonormal again, forward
// first, so that many small moves don't drift into shear or scale.
func (c Camera) withPose(position, down, forward [3]float64) Camera {
	z := unit(forward, c.axis(2))
	y := unit(sub(down, scale(z, dot(down, z))), c.axis(1))
	x := cross(y, z)
	c.C2W = [16]float64{
		x[0], y[0], z[0], position[0],
		x[1], y[1], z[1], position[1],
		x[2], y[2], z[2], position[2],
		0, 0, 0, 1,
	}
	return c
}

// turned rotates the camera as a rigid body about an axis through the target.
func (c Camera) turned(axis [3]float64, angle float64) Camera {
	arm := turn(sub(c.Position(), c.Target), axis, angle)
	return c.withPose(add(c.Target, arm), turn(c.axis(1), axis, angle), turn(c.axis(2), axis, angle))
}
