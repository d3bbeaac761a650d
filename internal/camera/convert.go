package camera

// W2C returns world to camera in OpenCV axes, row-major: the inverse of C2W.
func (c Camera) W2C() [16]float64 {
	m := c.C2W
	p := c.Position()
	out := diag(1, 1, 1)
	for r := range 3 {
		for col := range 3 {
			out[r*4+col] = m[col*4+r]
		}
		out[r*4+3] = -dot(c.axis(r), p)
	}
	return out
}

// C2WGL returns camera to world with OpenGL, Blender and NeRF axes (x right,
// y up, z backward), row-major.
func (c Camera) C2WGL() [16]float64 { return mul(c.C2W, diag(1, -1, -1)) }

// W2CGL returns world to camera with OpenGL axes, row-major.
func (c Camera) W2CGL() [16]float64 { return mul(diag(1, -1, -1), c.W2C()) }

// Splatting is what gaussian-splatting's rasteriser takes: row-vector (that is,
// transposed) matrices, row-major.
type Splatting struct {
	FovX, FovY         float64 // radians
	WorldViewTransform [16]float64
	FullProjTransform  [16]float64
	CameraCenter       [3]float64
}

// Splatting returns the camera as gaussian-splatting builds it. Its principal
// point is always the centre, its depth 0 to 1, its pixel centres at integers.
func (c Camera) Splatting() Splatting {
	n, f := c.Near, c.Far
	projection := [16]float64{
		2 * c.K[0] / float64(c.Width), 0, 0, 0,
		0, 2 * c.K[4] / float64(c.Height), 0, 0,
		0, 0, f / (f - n), -f * n / (f - n),
		0, 0, 1, 0,
	}
	w2c := c.W2C()
	return Splatting{
		FovX:               c.FovX(),
		FovY:               c.FovY(),
		WorldViewTransform: transpose(w2c),
		FullProjTransform:  transpose(mul(projection, w2c)),
		CameraCenter:       c.Position(),
	}
}

// MVPGL returns world to OpenGL clip space, as nvdiffrast takes it, row-major:
// x, y, z within -w to w are visible. Row 0 of what is rendered with it is the
// bottom row. A panorama has no such matrix: this is then the one of K.
func (c Camera) MVPGL() [16]float64 {
	w, h := float64(c.Width), float64(c.Height)
	cx, cy, n, f := c.K[2], c.K[5], c.Near, c.Far
	projection := [16]float64{
		2 * c.K[0] / w, 0, 1 - 2*cx/w, 0,
		0, 2 * c.K[4] / h, 2*cy/h - 1, 0,
		0, 0, -(f + n) / (f - n), -2 * f * n / (f - n),
		0, 0, -1, 0,
	}
	if c.Projection == Orthographic {
		s := h / c.OrthoHeight
		projection = [16]float64{
			2 * s / w, 0, 0, 2*cx/w - 1,
			0, 2 * s / h, 0, 1 - 2*cy/h,
			0, 0, -2 / (f - n), -(f + n) / (f - n),
			0, 0, 0, 1,
		}
	}
	return mul(projection, c.W2CGL())
}

// PyTorch3D returns R (row-major 3x3) and T for row vectors: X_view = X R + T,
// with x left, y up, z forward.
func (c Camera) PyTorch3D() (r [9]float64, t [3]float64) {
	w2c := c.W2C()
	sign := [3]float64{-1, -1, 1}
	for row := range 3 {
		for col := range 3 {
			r[row*3+col] = sign[col] * w2c[col*4+row]
		}
		t[row] = sign[row] * w2c[row*4+3]
	}
	return r, t
}

// Mitsuba returns the to_world transform, row-major: x left, y up, z forward.
func (c Camera) Mitsuba() [16]float64 { return mul(c.C2W, diag(-1, -1, 1)) }

// LuxCore returns scene.camera.lookat.orig, .target and scene.camera.up.
func (c Camera) LuxCore() (orig, target, up [3]float64) {
	orig = c.Position()
	return orig, add(orig, c.axis(2)), scale(c.axis(1), -1)
}
