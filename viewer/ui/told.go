package ui

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-gl/glfw/v3.3/glfw"

	"remoteviewer/viewer/model"
)

// told is what the renderer is being told of.
type told struct {
	press model.Input // of the button that is held
	drag  bool        // it knows that a drag has begun
	moved bool        // and not yet that it went on
	keys  map[glfw.Key]string
}

// input is the pointer's place on the image.
func (w *imageWindow) input(mods glfw.ModifierKey) model.Input {
	in := model.Input{Modifiers: modifierNames(mods)}
	if w.img == nil {
		return in
	}
	size := w.imageSize()
	in.X, in.Y = w.zoom.Pixel(size, w.frame(), w.strip(), middle(w.mouse.x), middle(w.mouse.y))
	in.Inside = w.inside && in.X >= 0 && in.Y >= 0 && in.X < float64(size.W) && in.Y < float64(size.H)
	return in
}

// middle is a screen pixel's, where the window system only says which pixel it is.
func middle(v float64) float64 {
	if v == math.Trunc(v) {
		return v + 0.5
	}
	return v
}

// beginTelling gives a drag to the renderer; one that takes none leaves it to us.
func (w *imageWindow) beginTelling() {
	in := w.told.press
	in.Phase = model.PhaseBegin
	if w.told.drag = w.app.model.Drag(w.id, in); !w.told.drag {
		w.drag = w.ownDrag(glfw.MouseButtonLeft, 0)
	}
}

// tellMove says where a drag is, once a display frame.
func (w *imageWindow) tellMove() {
	if w.told.drag && w.told.moved {
		w.tellDrag(model.PhaseMove, w.told.press.Modifiers)
	}
}

func (w *imageWindow) endTelling(mods glfw.ModifierKey) {
	if w.told.drag {
		w.tellDrag(model.PhaseEnd, modifierNames(mods))
	}
	w.told.drag = false
}

func (w *imageWindow) tellDrag(phase string, mods []string) {
	w.told.moved = false
	in := w.input(0)
	in.Button, in.Modifiers, in.Phase = w.told.press.Button, mods, phase
	w.app.model.Drag(w.id, in)
}

// keyDown tells the renderer of a key that is no one of ours.
func (w *imageWindow) keyDown(k glfw.Key, a glfw.Action, mods glfw.ModifierKey) {
	in := w.input(mods)
	in.Phase = model.PhaseBegin
	if in.Key = w.told.keys[k]; a == glfw.Repeat || in.Key != "" {
		in.Phase = model.PhaseMove
	} else {
		in.Key = keyName(k)
	}
	if in.Key == "" || !w.app.model.Press(w.id, in) {
		return
	}
	if w.told.keys == nil {
		w.told.keys = map[glfw.Key]string{}
	}
	w.told.keys[k] = in.Key
}

func (w *imageWindow) keyUp(k glfw.Key, mods glfw.ModifierKey) {
	if name, down := w.told.keys[k]; down {
		delete(w.told.keys, k)
		in := w.input(mods)
		in.Key, in.Phase = name, model.PhaseEnd
		w.app.model.Press(w.id, in)
	}
}

// unfocused lets go of all that is held: its release will be another window's.
func (w *imageWindow) unfocused() {
	for k := range w.told.keys {
		w.keyUp(k, 0)
	}
	w.endTelling(0)
}

// hover tells the model which pixel is under the pointer.
func (w *imageWindow) hover() {
	in := model.Input{}
	if w.inside && w.drag == noDrag && !w.layer.wantsMouse() {
		in = w.input(0)
	}
	w.app.model.Hover(w.id, in.X, in.Y, in.Inside, time.Now())
}

func buttonName(b glfw.MouseButton) string {
	switch b {
	case glfw.MouseButtonLeft:
		return "left"
	case glfw.MouseButtonRight:
		return "right"
	case glfw.MouseButtonMiddle:
		return "middle"
	}
	return ""
}

func modifierNames(mods glfw.ModifierKey) []string {
	names := []string{}
	for _, m := range []struct {
		mod  glfw.ModifierKey
		name string
	}{{glfw.ModShift, "shift"}, {glfw.ModControl, "ctrl"}, {glfw.ModAlt, "alt"}, {glfw.ModSuper, "super"}} {
		if mods&m.mod != 0 {
			names = append(names, m.name)
		}
	}
	return names
}

// keyName is what a key is called: as it is labelled on the user's keyboard, if it is
// one that writes.
func keyName(k glfw.Key) string {
	if name, ok := keyNames[k]; ok {
		return name
	}
	if k >= glfw.KeyF1 && k <= glfw.KeyF25 {
		return "f" + strconv.Itoa(int(k-glfw.KeyF1)+1)
	}
	if k == glfw.KeyUnknown {
		return ""
	}
	return strings.ToLower(glfw.GetKeyName(k, 0))
}

// keyNames are those of keys that write nothing one can see. Modifiers come with
// other events, and are none themselves.
var keyNames = map[glfw.Key]string{
	glfw.KeySpace: "space", glfw.KeyEnter: "enter", glfw.KeyKPEnter: "enter", glfw.KeyTab: "tab",
	glfw.KeyBackspace: "backspace", glfw.KeyDelete: "delete", glfw.KeyInsert: "insert", glfw.KeyEnd: "end",
	glfw.KeyPageUp: "pageup", glfw.KeyPageDown: "pagedown", glfw.KeyLeft: "left", glfw.KeyRight: "right",
	glfw.KeyUp: "up", glfw.KeyDown: "down", glfw.KeyPause: "pause", glfw.KeyMenu: "menu",
	glfw.KeyPrintScreen: "printscreen", glfw.KeyScrollLock: "scrolllock",
	glfw.KeyLeftShift: "", glfw.KeyRightShift: "", glfw.KeyLeftControl: "", glfw.KeyRightControl: "",
	glfw.KeyLeftAlt: "", glfw.KeyRightAlt: "", glfw.KeyLeftSuper: "", glfw.KeyRightSuper: "",
	glfw.KeyCapsLock: "", glfw.KeyNumLock: "",
}
