package model

import (
	"math"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// The phases of a drag or a key.
const (
	PhaseBegin = wire.PhaseBegin
	PhaseMove  = wire.PhaseMove
	PhaseEnd   = wire.PhaseEnd
)

// Input is what the user did at a place in an image.
type Input struct {
	X, Y      float64 // pixels of the image, centres at +0.5
	Inside    bool    // the pointer was on the image
	Button    string  // left, right, middle
	Modifiers []string
	Phase     string
	Key       string
}

// Click tells the renderer of a click; false when it does not take such things.
func (m *Model) Click(k Key, in Input) bool { return m.tell(k, wire.EventClick, in) }

// Drag tells the renderer of a drag that isn't the camera's.
func (m *Model) Drag(k Key, in Input) bool { return m.tell(k, wire.EventDrag, in) }

// Press tells the renderer of a key that the viewer has no use for.
func (m *Model) Press(k Key, in Input) bool { return m.tell(k, wire.EventKey, in) }

func (m *Model) tell(k Key, kind string, in Input) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.of(k)
	if c == nil || c.link == nil {
		return false
	}
	e := wire.Event{
		Event: kind, Stream: k.Stream, Name: k.Name, X: in.X, Y: in.Y,
		Button: in.Button, Modifiers: in.Modifiers, Phase: in.Phase, Key: in.Key,
	}
	if kind == wire.EventKey && !in.Inside {
		e.X, e.Y = -1, -1
	}
	m.locate(k, &e, in.Inside || kind == wire.EventDrag)
	return c.link.SendEvent(e)
}

// locate adds which list the window shows, and where in the world the place is. The
// mutex is held.
func (m *Model) locate(k Key, e *wire.Event, place bool) {
	w := m.byKey[k]
	if e.Modifiers == nil {
		e.Modifiers = []string{}
	}
	if w == nil || w.hold == nil {
		return
	}
	l := w.hold.list
	e.List = l.Seq
	if !place || !l.HasCamera || l.Camera.Valid() != nil {
		return
	}
	size := Size{w.Image.Width, w.Image.Height}
	cam := &l.Camera
	x := e.X * float64(cam.Width) / float64(size.W)
	y := e.Y * float64(cam.Height) / float64(size.H)
	origin, direction := cam.Ray(x, y)
	e.Origin, e.Direction = origin[:], direction[:]
	depth, ok := depthAt(l, cam, direction, k.Name, size, e.X, e.Y)
	if !ok {
		return
	}
	e.Depth = &depth
	if point, ok := cam.AtDepth(origin, direction, depth); ok {
		e.Point = point[:]
	}
}

// depthAt looks up the depth at a place of the image `name`: in that image itself, or
// in one of the same list that has its shape. Integers have no unit that is known.
func depthAt(l *session.List, cam *camera.Camera, direction [3]float64, name string, size Size, x, y float64) (z float64, ok bool) {
	var best *session.Image
	for i := range l.Images {
		img := &l.Images[i]
		if img.Pix == nil || !img.DType.Float() || img.Color != pixel.Depth && img.Color != pixel.Distance {
			continue
		}
		if rank(img, name, size) > rank(best, name, size) {
			best = img
		}
	}
	if best == nil {
		return 0, false
	}
	px := int(math.Floor(x * float64(best.Width) / float64(size.W)))
	py := int(math.Floor(y * float64(best.Height) / float64(size.H)))
	if px < 0 || py < 0 || px >= best.Width || py >= best.Height {
		return 0, false
	}
	v := best.At(px, py, 0)
	if !(v > 0) || math.IsInf(v, 0) {
		return 0, false
	}
	if best.Color == pixel.Distance {
		v = cam.DepthOf(direction, v)
	}
	return v, true
}

// rank says how well an image's depths fit another image: 0 not at all.
func rank(depth *session.Image, name string, size Size) int {
	if depth == nil {
		return 0
	}
	var n int
	// A pixel more or less is rounding of the same shape.
	wide, high := depth.Width*size.H, depth.Height*size.W
	switch {
	case depth.Name == name:
		n = 6
	case depth.Width == size.W && depth.Height == size.H:
		n = 4
	case max(wide, high)-min(wide, high) <= max(depth.Width, depth.Height, size.W, size.H):
		n = 2
	default:
		return 0
	}
	if depth.Color == pixel.Depth {
		n++
	}
	return n
}
