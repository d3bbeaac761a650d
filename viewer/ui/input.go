package ui

import (
	"runtime"

	"github.com/AllenDang/cimgui-go/imgui"
	"github.com/go-gl/glfw/v3.3/glfw"
)

// macOS has Command where others have Ctrl.
const macOS = runtime.GOOS == "darwin"

// ctrlHeld says whether the key that modifies the mouse is down.
func ctrlHeld(mods glfw.ModifierKey) bool {
	if macOS {
		return mods&glfw.ModSuper != 0
	}
	return mods&glfw.ModControl != 0
}

// ctrlName is what that key is called.
func ctrlName() string {
	if macOS {
		return "Cmd"
	}
	return "Ctrl"
}

// feed hands a window's input to its ImGui context. Each callback first makes
// the context current: there are as many as there are windows.
func (p *pane) feed() {
	w := p.win
	w.SetCursorPosCallback(func(_ *glfw.Window, x, y float64) {
		p.io().AddMousePosEvent(float32(x), float32(y))
		p.pointerAt(x, y, true)
	})
	w.SetCursorEnterCallback(func(_ *glfw.Window, entered bool) {
		if !entered {
			p.io().AddMousePosEvent(-1e30, -1e30)
			p.pointerAt(0, 0, false)
		}
	})
	w.SetMouseButtonCallback(func(_ *glfw.Window, b glfw.MouseButton, a glfw.Action, mods glfw.ModifierKey) {
		p.modifiers(mods)
		if int32(b) < 5 {
			p.io().AddMouseButtonEvent(int32(b), a == glfw.Press)
		}
		p.touch()
		p.taker.button(b, a, mods)
	})
	w.SetScrollCallback(func(_ *glfw.Window, dx, dy float64) {
		p.io().AddMouseWheelEvent(float32(dx), float32(dy))
		p.touch()
		p.taker.wheel(dy)
	})
	w.SetKeyCallback(func(_ *glfw.Window, key glfw.Key, _ int, a glfw.Action, mods glfw.ModifierKey) {
		p.modifiers(mods)
		if k, ok := keyMap[key]; ok && a != glfw.Repeat {
			p.io().AddKeyEvent(k, a == glfw.Press)
		}
		p.touch()
		p.taker.key(key, a, mods)
	})
	w.SetCharCallback(func(_ *glfw.Window, c rune) {
		p.io().AddInputCharacter(uint32(c))
		p.touch()
	})
	w.SetFocusCallback(func(_ *glfw.Window, focused bool) {
		p.io().AddFocusEvent(focused)
		p.touch()
		if t, ok := p.taker.(interface{ unfocused() }); ok && !focused {
			t.unfocused()
		}
	})
}

// pointerAt tells the window where the mouse is, in framebuffer pixels.
func (p *pane) pointerAt(x, y float64, inside bool) {
	p.touch()
	sx, sy := p.density()
	p.taker.pointer(x*sx, y*sy, inside)
}

// modifiers keeps ImGui's idea of Ctrl and Shift right even when the key went
// down in another window.
func (p *pane) modifiers(mods glfw.ModifierKey) {
	io := p.io()
	io.AddKeyEvent(imgui.ModCtrl, mods&glfw.ModControl != 0)
	io.AddKeyEvent(imgui.ModShift, mods&glfw.ModShift != 0)
	io.AddKeyEvent(imgui.ModAlt, mods&glfw.ModAlt != 0)
	io.AddKeyEvent(imgui.ModSuper, mods&glfw.ModSuper != 0)
}

// keyMap is what ImGui has to know of: editing, shortcuts and moving about.
var keyMap = map[glfw.Key]imgui.Key{
	glfw.KeyTab: imgui.KeyTab, glfw.KeyLeft: imgui.KeyLeftArrow, glfw.KeyRight: imgui.KeyRightArrow,
	glfw.KeyUp: imgui.KeyUpArrow, glfw.KeyDown: imgui.KeyDownArrow, glfw.KeyPageUp: imgui.KeyPageUp,
	glfw.KeyPageDown: imgui.KeyPageDown, glfw.KeyHome: imgui.KeyHome, glfw.KeyEnd: imgui.KeyEnd,
	glfw.KeyInsert: imgui.KeyInsert, glfw.KeyDelete: imgui.KeyDelete, glfw.KeyBackspace: imgui.KeyBackspace,
	glfw.KeySpace: imgui.KeySpace, glfw.KeyEnter: imgui.KeyEnter, glfw.KeyEscape: imgui.KeyEscape,
	glfw.KeyKPEnter: imgui.KeyKeypadEnter, glfw.KeyLeftControl: imgui.KeyLeftCtrl,
	glfw.KeyRightControl: imgui.KeyRightCtrl, glfw.KeyLeftShift: imgui.KeyLeftShift,
	glfw.KeyRightShift: imgui.KeyRightShift, glfw.KeyLeftAlt: imgui.KeyLeftAlt, glfw.KeyRightAlt: imgui.KeyRightAlt,
	glfw.KeyLeftSuper: imgui.KeyLeftSuper, glfw.KeyRightSuper: imgui.KeyRightSuper,
	glfw.KeyA: imgui.KeyA, glfw.KeyC: imgui.KeyC, glfw.KeyV: imgui.KeyV, glfw.KeyX: imgui.KeyX,
	glfw.KeyY: imgui.KeyY, glfw.KeyZ: imgui.KeyZ,
}
