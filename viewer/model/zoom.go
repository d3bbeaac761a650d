package model

import "math"

// The bounds of what a user can zoom to, framebuffer pixels an image pixel.
const (
	minScale = 1.0 / 64
	maxScale = 256
)

// Size is a width and a height in pixels.
type Size struct{ W, H int }

// Rect is a place: x and y are its top left corner.
type Rect struct{ X, Y, W, H float64 }

// Contains says whether a point lies inside.
func (r Rect) Contains(x, y float64) bool {
	return x >= r.X && y >= r.Y && x < r.X+r.W && y < r.Y+r.H
}

// Zoom is where an image stands in its window. The zero value fits it in.
type Zoom struct {
	free   bool
	scale  float64 // framebuffer pixels an image pixel
	cx, cy float64 // the part of the image, 0 to 1, at the window's centre
}

// Fitted says whether the image follows the window's size.
func (z *Zoom) Fitted() bool { return !z.free }

// Fit makes the image follow the window's size.
func (z *Zoom) Fit() { *z = Zoom{} }

// Place is the whole image's place in a framebuffer. The lowest `strip` pixels
// are left free when the image fits without them.
func (z *Zoom) Place(image, frame Size, strip float64) Rect {
	w, h := float64(frame.W), float64(frame.H)
	iw, ih := float64(image.W), float64(image.H)
	if !z.free {
		s := min(w/iw, h/ih)
		dw, dh := math.Round(iw*s), math.Round(ih*s)
		y := max(0, min((h-dh)/2, (h-strip-dh)/2))
		return Rect{math.Round((w - dw) / 2), math.Round(y), dw, dh}
	}
	dw, dh := iw*z.scale, ih*z.scale
	return Rect{math.Round(w/2 - z.cx*dw), math.Round(h/2 - z.cy*dh), dw, dh}
}

// Scale is the framebuffer pixels an image pixel takes.
func (z *Zoom) Scale(image, frame Size) float64 {
	if z.free {
		return z.scale
	}
	return min(float64(frame.W)/float64(image.W), float64(frame.H)/float64(image.H))
}

// detach keeps the image where it is, no longer following the window.
func (z *Zoom) detach(image, frame Size, strip float64) {
	if z.free {
		return
	}
	p := z.Place(image, frame, strip)
	s := z.Scale(image, frame)
	*z = Zoom{free: true, scale: s, cx: (float64(frame.W)/2 - p.X) / p.W, cy: (float64(frame.H)/2 - p.Y) / p.H}
}

// ZoomAt magnifies by a factor; the image's point under (x, y) stays there.
func (z *Zoom) ZoomAt(image, frame Size, strip, x, y, factor float64) {
	z.detach(image, frame, strip)
	next := max(minScale, min(maxScale, z.scale*factor))
	if math.Abs(next-math.Round(next)) < 0.02*next && next > 0.9 {
		next = math.Round(next) // whole factors give even pixels
	}
	iw, ih := float64(image.W), float64(image.H)
	dx, dy := x-float64(frame.W)/2, y-float64(frame.H)/2
	z.cx += dx / (iw * z.scale) * (1 - z.scale/next)
	z.cy += dy / (ih * z.scale) * (1 - z.scale/next)
	z.scale = next
}

// OneToOne shows every image pixel as one framebuffer pixel, around (x, y).
func (z *Zoom) OneToOne(image, frame Size, strip, x, y float64) {
	z.detach(image, frame, strip)
	z.ZoomAt(image, frame, strip, x, y, 1/z.scale)
	p := z.Place(image, frame, 0)
	if p.W <= float64(frame.W) && p.H <= float64(frame.H) {
		z.cx, z.cy = 0.5, 0.5
	}
}

// Pan moves the image by framebuffer pixels; its centre stays in the window.
func (z *Zoom) Pan(image, frame Size, strip, dx, dy float64) {
	z.detach(image, frame, strip)
	z.cx -= dx / (float64(image.W) * z.scale)
	z.cy -= dy / (float64(image.H) * z.scale)
	halfW := float64(frame.W) / 2 / (float64(image.W) * z.scale)
	halfH := float64(frame.H) / 2 / (float64(image.H) * z.scale)
	z.cx = max(0.5-max(0.5, halfW), min(0.5+max(0.5, halfW), z.cx))
	z.cy = max(0.5-max(0.5, halfH), min(0.5+max(0.5, halfH), z.cy))
}

// Texel is the image pixel under a framebuffer point, if there is one.
func (z *Zoom) Texel(image, frame Size, strip, x, y float64) (px, py int, ok bool) {
	fx, fy := z.Pixel(image, frame, strip, x, y)
	px, py = int(math.Floor(fx)), int(math.Floor(fy))
	return px, py, px >= 0 && py >= 0 && px < image.W && py < image.H
}

// Pixel is where a framebuffer point stands on the image, in image pixels: the
// centre of the first one is 0.5, 0.5. It need not be inside.
func (z *Zoom) Pixel(image, frame Size, strip, x, y float64) (px, py float64) {
	p := z.Place(image, frame, strip)
	return (x - p.X) * float64(image.W) / p.W, (y - p.Y) * float64(image.H) / p.H
}
