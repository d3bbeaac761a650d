// Package camera holds the one camera model and its conversions to the
// conventions of the renderers that are fed with it. It is pure: no state, no
// I/O, no other package of ours.
//
// Canonical form: OpenCV axes (x right, y down, z forward), camera-to-world in
// float64, row-major, column vectors. Pixels have their origin at the image's
// top-left corner and their centres at +0.5, so cx = Width/2 is central.
package camera

import (
	"errors"
	"fmt"
	"math"
)

// Projection says how a point in front of the camera reaches the image.
type Projection string

// The projections. Orthographic images are OrthoHeight world units high and K
// gives their principal point alone; equirect images span 360 x 180 degrees,
// with the camera's z axis at the centre, and don't use K.
const (
	Perspective  Projection = "perspective"
	Orthographic Projection = "orthographic"
	Equirect     Projection = "equirect"
)

// MaxSide is the largest width or height in pixels.
const MaxSide = 32768

// The default view, for a renderer that gives none.
const (
	DefaultWidth  = 1280
	DefaultHeight = 720
	defaultFovY   = 60 * math.Pi / 180
)

// rigidTolerance lets float32 matrices pass that went through a few products.
const rigidTolerance = 1e-3

// ErrInvalid is wrapped by every error of Valid.
var ErrInvalid = errors.New("invalid camera")

// Camera is a pinhole, orthographic or panorama camera. It is a value: the
// methods that move it return the moved one.
type Camera struct {
	C2W           [16]float64 // camera to world, row-major 4x4, rigid
	K             [9]float64  // row-major 3x3: fx 0 cx, 0 fy cy, 0 0 1; pixels
	Width, Height int         // pixels
	Near, Far     float64     // world units along the view axis
	Projection    Projection
	OrthoHeight   float64 // world units, orthographic only
	Up, Target    [3]float64
	Time          float64 // seconds, or whatever the renderer calls time
}

// Default returns the view for a renderer that gave none: 4 units before the
// origin, axes along the world's, 60 degrees high.
func Default() Camera {
	c := Camera{
		C2W:        [16]float64{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, -4, 0, 0, 0, 1},
		Width:      DefaultWidth,
		Height:     DefaultHeight,
		Near:       0.01,
		Far:        100,
		Projection: Perspective,
		Up:         [3]float64{0, -1, 0},
	}
	return c.WithFovY(defaultFovY)
}

// WithFovY returns the camera with square pixels, a vertical field of view in
// radians (inside 0 to pi) and the principal point in the centre.
func (c Camera) WithFovY(radians float64) Camera {
	focal := float64(c.Height) / (2 * math.Tan(radians/2))
	c.K = [9]float64{focal, 0, float64(c.Width) / 2, 0, focal, float64(c.Height) / 2, 0, 0, 1}
	return c
}

// WithSize returns the camera for an image of another size in pixels. The
// vertical field of view, the shape of a pixel and the principal point's place
// relative to the image stay.
func (c Camera) WithSize(width, height int) Camera {
	if width == c.Width && height == c.Height || c.Width <= 0 || c.Height <= 0 {
		c.Width, c.Height = width, height
		return c
	}
	sx := float64(width) / float64(c.Width)
	sy := float64(height) / float64(c.Height)
	c.K[0] *= sy
	c.K[1] *= sy
	c.K[2] *= sx
	c.K[4] *= sy
	c.K[5] *= sy
	c.Width, c.Height = width, height
	return c
}

// FovX returns the horizontal field of view in radians, as of a camera with a
// central principal point; 2 pi for a panorama.
func (c Camera) FovX() float64 {
	if c.Projection == Equirect {
		return 2 * math.Pi
	}
	return 2 * math.Atan(float64(c.Width)/(2*c.K[0]))
}

// FovY returns the vertical field of view in radians; pi for a panorama.
func (c Camera) FovY() float64 {
	if c.Projection == Equirect {
		return math.Pi
	}
	return 2 * math.Atan(float64(c.Height)/(2*c.K[4]))
}

// Position returns the camera's centre in world units.
func (c Camera) Position() [3]float64 {
	return [3]float64{c.C2W[3], c.C2W[7], c.C2W[11]}
}

// Valid returns nil for a camera that can be rendered and moved, or an error
// that wraps ErrInvalid and says which field is wrong and what was wanted.
func (c Camera) Valid() error {
	for _, check := range []func() error{c.checkFinite, c.checkPose, c.checkLens} {
		if err := check(); err != nil {
			return fmt.Errorf("%w: %w", ErrInvalid, err)
		}
	}
	return nil
}

func (c Camera) checkFinite() error {
	fields := []struct {
		name   string
		values []float64
	}{
		{"c2w", c.C2W[:]},
		{"K", c.K[:]},
		{"near and far", []float64{c.Near, c.Far}},
		{"ortho_height", []float64{c.OrthoHeight}},
		{"up", c.Up[:]},
		{"target", c.Target[:]},
		{"time", []float64{c.Time}},
	}
	for _, f := range fields {
		for _, v := range f.values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%s has to be finite, found %v", f.name, v)
			}
		}
	}
	return nil
}

func (c Camera) checkPose() error {
	if row := [4]float64(c.C2W[12:]); row != [4]float64{0, 0, 0, 1} {
		return fmt.Errorf("the last row of c2w has to be 0 0 0 1, found %v: is it transposed?", row)
	}
	x, y, z := c.axis(0), c.axis(1), c.axis(2)
	for i, a := range [][3]float64{x, y, z} {
		if n := norm(a); math.Abs(n-1) > rigidTolerance {
			return fmt.Errorf("c2w has to be a rotation and a translation without scale, "+
				"found column %d of length %.4g: divide the 3x3 part by its scale", i, n)
		}
	}
	if skew := math.Max(math.Abs(dot(x, y)), math.Max(math.Abs(dot(y, z)), math.Abs(dot(z, x)))); skew > rigidTolerance {
		return fmt.Errorf("c2w has to be a rotation and a translation, found columns that are "+
			"not perpendicular (their product is %.4g)", skew)
	}
	if dot(cross(x, y), z) < 0 {
		return errors.New("c2w has to be right-handed (x right, y down, z forward), found a mirror image: negate one axis")
	}
	if norm(c.Up) == 0 {
		return errors.New("up has to be a direction, found 0 0 0")
	}
	return nil
}

func (c Camera) checkLens() error {
	if c.Width < 1 || c.Height < 1 || c.Width > MaxSide || c.Height > MaxSide {
		return fmt.Errorf("width and height have to be 1 to %d pixels, found %d x %d", MaxSide, c.Width, c.Height)
	}
	if c.K[0] <= 0 || c.K[4] <= 0 {
		return fmt.Errorf("the focal lengths in K have to be positive pixels, found fx %v, fy %v", c.K[0], c.K[4])
	}
	if c.K[1] != 0 || c.K[3] != 0 || [3]float64(c.K[6:]) != [3]float64{0, 0, 1} {
		return fmt.Errorf("K has to be fx 0 cx, 0 fy cy, 0 0 1, found %v", c.K)
	}
	if c.Near >= c.Far {
		return fmt.Errorf("near has to be less than far, found %v and %v", c.Near, c.Far)
	}
	switch c.Projection {
	case Perspective:
		if c.Near <= 0 {
			return fmt.Errorf("near has to be positive, found %v", c.Near)
		}
	case Orthographic:
		if c.OrthoHeight <= 0 {
			return fmt.Errorf("ortho_height has to be positive world units, found %v", c.OrthoHeight)
		}
	case Equirect:
	default:
		return fmt.Errorf("projection has to be perspective, orthographic or equirect, found %q", string(c.Projection))
	}
	return nil
}
