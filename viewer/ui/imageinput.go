package ui

import (
	"math"

	"github.com/go-gl/glfw/v3.3/glfw"

	"remoteviewer/viewer/gl"
	"remoteviewer/viewer/model"
)

const (
	wheelZoom = 1.2 // a notch of the wheel
	wheelMove = 0.9 // of the distance to the target
	keyZoom   = 1.25
	rollStep  = math.Pi / 60 // three degrees
)

// drag is what the mouse does while a button is held.
type drag int

const (
	noDrag drag = iota
	dragImage
	dragOrbit
	dragPan
	dragTold // it is the renderer's
)

// pointer goes on with a drag.
func (w *imageWindow) pointer(x, y float64, inside bool) {
	w.inside = inside
	if inside {
		w.mouse.x, w.mouse.y = x, y
		if dx, dy, drag, first := w.gesture.Move(x, y); drag {
			w.dragged(dx, dy, first)
		}
	}
	w.hover()
}

func (w *imageWindow) dragged(dx, dy float64, first bool) {
	if first && w.drag == dragTold {
		w.beginTelling()
	}
	frame := w.frame()
	switch w.drag {
	case dragImage:
		w.zoom.Pan(w.imageSize(), frame, w.strip(), dx, dy)
	case dragOrbit:
		turn := math.Pi / float64(min(frame.W, frame.H)) // half a turn across the window
		w.app.model.Navigate(w.id, func(c model.Camera) model.Camera { return c.Orbit(dx*turn, dy*turn) })
	case dragPan:
		p := w.zoom.Place(w.imageSize(), frame, w.strip())
		w.app.model.Navigate(w.id, func(c model.Camera) model.Camera {
			return c.Pan(dx*float64(c.Width)/p.W, dy*float64(c.Height)/p.H)
		})
	case dragTold:
		w.told.moved = true
	}
}

// button begins or ends a drag. A press that never becomes one is a click.
func (w *imageWindow) button(b glfw.MouseButton, a glfw.Action, mods glfw.ModifierKey) {
	if a == glfw.Release {
		if click := w.gesture.Release(buttonName(b)); click && w.told.press.Inside {
			w.app.model.Click(w.id, w.told.press)
		}
		w.endTelling(mods)
		w.drag = noDrag
		w.hover()
		return
	}
	w.app.focus = w.pane
	if w.layer.wantsMouse() {
		return
	}
	if w.help {
		w.help = false
		return
	}
	_, density := w.density()
	w.gesture.Press(buttonName(b), w.mouse.x, w.mouse.y, model.ClickSlack*density)
	w.told.press = w.input(mods)
	w.told.press.Button = buttonName(b)
	w.drag = w.ownDrag(b, mods)
	if b == glfw.MouseButtonLeft && mods&glfw.ModShift != 0 && !ctrlHeld(mods) && w.told.press.Inside {
		w.drag = dragTold
	}
	w.hover()
}

// ownDrag is what a drag does here. With Ctrl it is always the image that moves.
func (w *imageWindow) ownDrag(b glfw.MouseButton, mods glfw.ModifierKey) drag {
	switch {
	case !w.conn.Cameras || ctrlHeld(mods) || b == glfw.MouseButtonMiddle:
		return dragImage
	case b == glfw.MouseButtonLeft:
		return dragOrbit
	case b == glfw.MouseButtonRight:
		return dragPan
	}
	return noDrag
}

// wheel moves the camera to and fro, or zooms the image at the cursor.
func (w *imageWindow) wheel(dy float64) {
	if w.layer.wantsMouse() {
		return
	}
	if w.conn.Cameras && !w.ctrlDown() {
		w.app.model.Navigate(w.id, func(c model.Camera) model.Camera { return c.Dolly(math.Pow(wheelMove, dy)) })
		return
	}
	w.zoom.ZoomAt(w.imageSize(), w.frame(), w.strip(), w.mouse.x, w.mouse.y, math.Pow(wheelZoom, dy))
}

// ctrlDown asks for the key itself: wheel events carry no modifiers.
func (w *imageWindow) ctrlDown() bool {
	keys := []glfw.Key{glfw.KeyLeftControl, glfw.KeyRightControl}
	if macOS {
		keys = []glfw.Key{glfw.KeyLeftSuper, glfw.KeyRightSuper}
	}
	return w.win.GetKey(keys[0]) == glfw.Press || w.win.GetKey(keys[1]) == glfw.Press
}

// key does what the help says; what it doesn't say is told to the renderer.
func (w *imageWindow) key(k glfw.Key, a glfw.Action, mods glfw.ModifierKey) {
	if a == glfw.Release {
		w.keyUp(k, mods)
		return
	}
	if w.layer.wantsKeys() {
		return
	}
	w.app.focus = w.pane
	if !w.ownKey(k, mods) {
		w.keyDown(k, a, mods)
	}
}

// ownKey says whether it was a key of the viewer's.
func (w *imageWindow) ownKey(k glfw.Key, mods glfw.ModifierKey) bool {
	if ctrlHeld(mods) {
		if k == glfw.KeyW {
			w.app.model.SetOpen(w.id, false)
		}
		return k == glfw.KeyW
	}
	if w.zoomKey(k) || w.cameraKey(k) || w.lightKey(k) {
		return true
	}
	switch k {
	case glfw.KeyC:
		w.nextChannel()
	case glfw.KeyI:
		w.bare = !w.bare
	case glfw.KeyT:
		w.app.nextMeta()
	case glfw.KeyH, glfw.KeyF1, glfw.KeySlash:
		w.help = !w.help
	case glfw.KeyEscape:
		w.help = false
	default:
		return false
	}
	return true
}

func (w *imageWindow) zoomKey(k glfw.Key) bool {
	img, frame, s := w.imageSize(), w.frame(), w.strip()
	x, y := w.mouse.x, w.mouse.y
	if !w.inside {
		x, y = float64(frame.W)/2, float64(frame.H)/2
	}
	switch k {
	case glfw.Key1, glfw.KeyKP1:
		w.zoom.OneToOne(img, frame, s, x, y)
	case glfw.KeyF:
		w.zoom.Fit()
	case glfw.KeyEqual, glfw.KeyKPAdd:
		w.zoom.ZoomAt(img, frame, s, x, y, keyZoom)
	case glfw.KeyMinus, glfw.KeyKPSubtract:
		w.zoom.ZoomAt(img, frame, s, x, y, 1/keyZoom)
	default:
		return false
	}
	return true
}

func (w *imageWindow) cameraKey(k glfw.Key) bool {
	roll := 0.0
	switch k {
	case glfw.KeyHome:
		w.app.model.Home(w.id)
		return true
	case glfw.KeyN:
		w.app.model.Step(w.id, 1)
		return true
	case glfw.KeyP:
		w.app.model.Step(w.id, -1)
		return true
	case glfw.KeyQ:
		roll = -rollStep
	case glfw.KeyE:
		roll = rollStep
	default:
		return false
	}
	w.app.model.Navigate(w.id, func(c model.Camera) model.Camera { return c.Roll(roll) })
	return true
}

func (w *imageWindow) lightKey(k glfw.Key) bool {
	switch k {
	case glfw.KeyLeftBracket:
		w.exposure = max(-20, w.exposure-0.5)
	case glfw.KeyRightBracket:
		w.exposure = min(20, w.exposure+0.5)
	case glfw.Key0, glfw.KeyKP0:
		w.exposure = 0
	case glfw.KeyM:
		look := w.look
		look.Map = gl.MapNames[(int(w.colorMap())+1)%len(gl.MapNames)]
		held := w.locked
		w.setLook(look)
		w.locked = held
	case glfw.KeyL:
		w.lockRange()
	default:
		return false
	}
	return true
}

// lockRange holds the colour map's range, or lets it follow the image again.
func (w *imageWindow) lockRange() {
	if w.locked != nil {
		w.locked = nil
		return
	}
	r := w.valueRange()
	w.locked = &r
}

// nextChannel goes from all channels through each one and back.
func (w *imageWindow) nextChannel() {
	if w.img == nil || len(w.img.Channels) < 2 {
		return
	}
	next := w.solo + 1
	if next >= len(w.img.Channels) {
		next = -1
	}
	w.setSolo(next)
}

// texel is the image pixel under the mouse.
func (w *imageWindow) texel() (x, y int, ok bool) {
	if w.img == nil || !w.inside || w.drag != noDrag {
		return 0, 0, false
	}
	return w.zoom.Texel(w.imageSize(), w.frame(), w.strip(), w.mouse.x, w.mouse.y)
}

// colours are the switch's positions, after "as sent".
var colours = []model.Color{model.SRGB, model.Linear, model.Depth, model.Distance, model.Normal, model.Data}

var _ taker = (*imageWindow)(nil)
