package camerafile

import (
	"errors"
	"fmt"
	"math"

	"remoteviewer/internal/camera"
)

// rigid is how far columns may be from equal length and right angles, as a share:
// files hold rounded numbers.
const rigid = 0.01

// pose makes a camera's place of a 3x4 or 4x4 camera-to-world matrix, row-major. A
// scale that all columns share is left out of the rotation.
func pose(m []float64) (c2w [16]float64, err error) {
	for _, v := range m {
		if !(math.Abs(v) < 1e12) {
			return c2w, fmt.Errorf("its matrix has to be finite and below 1e12, found %v", v)
		}
	}
	if len(m) == 16 && [4]float64(m[12:]) != [4]float64{0, 0, 0, 1} {
		return c2w, fmt.Errorf("its matrix has to end in the row 0 0 0 1, found %v: is it transposed?", m[12:])
	}
	var axis [3][3]float64
	var length [3]float64
	for i := range 3 {
		axis[i] = [3]float64{m[i], m[4+i], m[8+i]}
		length[i] = math.Sqrt(dot(axis[i], axis[i]))
	}
	mean := (length[0] + length[1] + length[2]) / 3
	if !(mean > 1e-12 && mean < 1e12) || min(length[0], length[1], length[2]) < mean*1e-3 {
		return c2w, errors.New("its matrix is singular: a camera to world matrix has a rotation in its 3x3 part")
	}
	for i := range 3 {
		if math.Abs(length[i]-mean) > rigid*mean || math.Abs(dot(axis[i], axis[(i+1)%3])) > rigid*mean*mean {
			return c2w, errors.New("its matrix is sheared or stretched, wanted a rotation and a translation")
		}
	}
	z := scaled(axis[2], 1/length[2])
	y := less(axis[1], scaled(z, dot(axis[1], z)))
	y = scaled(y, 1/math.Sqrt(dot(y, y)))
	x := cross(y, z)
	if dot(x, axis[0]) < 0 {
		return c2w, errors.New("its matrix is a mirror image (of negative determinant), wanted a rotation and a translation")
	}
	return [16]float64{
		x[0], y[0], z[0], m[3],
		x[1], y[1], z[1], m[7],
		x[2], y[2], z[2], m[11],
		0, 0, 0, 1,
	}, nil
}

// flipped goes from OpenGL's camera axes to ours.
func flipped(c2w [16]float64) [16]float64 {
	for r := range 3 {
		c2w[4*r+1], c2w[4*r+2] = -c2w[4*r+1], -c2w[4*r+2]
	}
	return c2w
}

// lens is what a file says of a camera besides its place, in pixels.
type lens struct {
	width, height  float64
	fx, fy, cx, cy float64
}

// build joins place and lens, and checks all but what finish adds.
func build(c2w [16]float64, l lens) (camera.Camera, error) {
	c := camera.Default()
	c.C2W = c2w
	if l.width != math.Trunc(l.width) || l.height != math.Trunc(l.height) ||
		!(l.width >= 1 && l.width <= camera.MaxSide && l.height >= 1 && l.height <= camera.MaxSide) {
		return c, fmt.Errorf("width and height have to be 1 to %d pixels, found %v x %v", camera.MaxSide, l.width, l.height)
	}
	c.Width, c.Height = int(l.width), int(l.height)
	c.K = [9]float64{l.fx, 0, l.cx, 0, l.fy, l.cy, 0, 0, 1}
	c.Up = [3]float64{-c2w[1], -c2w[5], -c2w[9]}
	return c, c.Valid()
}

// finish gives each camera what its file doesn't have: an up that they share, a
// point to orbit around, and a far plane behind the scene.
func finish(l *List) {
	all := l.Entries
	shortNames(all)
	up := meanUp(all)
	centre, found := focus(all)
	spread := 0.0
	for i := range all {
		spread = max(spread, distance(all[i].Camera.Position(), all[0].Camera.Position()))
	}
	for i := range all {
		c := &all[i].Camera
		if up != [3]float64{} {
			c.Up = up
		}
		z := [3]float64{c.C2W[2], c.C2W[6], c.C2W[10]}
		depth := max(1, spread/2)
		if along := dot(less(centre, c.Position()), z); found && along > 1e-3*spread {
			depth = along
		}
		c.Target = more(c.Position(), scaled(z, depth))
		c.Far = max(c.Far, 10*spread, 10*depth)
	}
}

// meanUp is the mean of the cameras' ups, where they agree.
func meanUp(all []Entry) [3]float64 {
	var sum [3]float64
	for i := range all {
		sum = more(sum, all[i].Camera.Up)
	}
	n := math.Sqrt(dot(sum, sum))
	if n < 0.3*float64(len(all)) {
		return [3]float64{}
	}
	return scaled(sum, 1/n)
}

// focus is the point nearest to all view axes: sum(I - d d') p = sum(I - d d') o.
func focus(all []Entry) (p [3]float64, ok bool) {
	var a [3][3]float64
	var b [3]float64
	for i := range all {
		m, o := all[i].Camera.C2W, all[i].Camera.Position()
		d := [3]float64{m[2], m[6], m[10]}
		for r := range 3 {
			for c := range 3 {
				v := -d[r] * d[c]
				if r == c {
					v++
				}
				a[r][c] += v
				b[r] += v * o[c]
			}
		}
	}
	n := float64(len(all))
	det := dot(a[0], cross(a[1], a[2]))
	if det < 1e-4*n*n*n { // the axes are parallel, or nearly
		return p, false
	}
	// By Cramer's rule; a is symmetric.
	return [3]float64{
		dot(b, cross(a[1], a[2])) / det,
		dot(a[0], cross(b, a[2])) / det,
		dot(a[0], cross(a[1], b)) / det,
	}, true
}

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func more(a, b [3]float64) [3]float64 { return [3]float64{a[0] + b[0], a[1] + b[1], a[2] + b[2]} }

func less(a, b [3]float64) [3]float64 { return [3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

func scaled(a [3]float64, s float64) [3]float64 { return [3]float64{a[0] * s, a[1] * s, a[2] * s} }

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

func distance(a, b [3]float64) float64 {
	d := less(a, b)
	return math.Sqrt(dot(d, d))
}
