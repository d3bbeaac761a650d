package ui

import (
	"time"

	"github.com/AllenDang/cimgui-go/imgui"
	"github.com/AllenDang/cimgui-go/impl/opengl3"
	"github.com/go-gl/glfw/v3.3/glfw"
)

// layer is one window's ImGui context. It has to be current before anything
// of ImGui is called for this window.
type layer struct {
	ctx   *imgui.Context
	win   *glfw.Window
	fonts fonts
	scale float32 // window units an ImGui design unit
	last  time.Time
}

// newLayer makes the context of a window whose GL context is current.
func newLayer(w *glfw.Window) *layer {
	l := &layer{ctx: imgui.CreateContext(), win: w, last: time.Now()}
	l.use()
	io := imgui.CurrentIO()
	io.SetIniFilename("")
	io.SetLogFilename("")
	io.SetConfigMacOSXBehaviors(macOS)
	io.SetConfigFlags(io.ConfigFlags() | imgui.ConfigFlagsNavEnableKeyboard)
	io.SetBackendFlags(io.BackendFlags() | imgui.BackendFlagsHasMouseCursors)
	imgui.CurrentPlatformIO().SetClipboardHandler(clipboard{})
	l.fonts = loadFonts()
	l.rescale()
	opengl3.InitV("#version 410 core")
	return l
}

// use makes the context current.
func (l *layer) use() { imgui.SetCurrentContext(l.ctx) }

// rescale follows the content scale. Where window units are not pixels
// (macOS) the framebuffer's scale does a part of it.
func (l *layer) rescale() {
	content, _ := l.win.GetContentScale()
	w, _ := l.win.GetSize()
	fw, _ := l.win.GetFramebufferSize()
	scale := content
	if w > 0 && fw > 0 {
		scale = content * float32(w) / float32(fw)
	}
	if scale = max(0.5, scale); scale != l.scale {
		l.scale = scale
		l.use()
		applyStyle(scale)
	}
}

// frame runs one ImGui frame; the window's GL context must be current.
func (l *layer) frame(content func()) {
	l.use()
	io := imgui.CurrentIO()
	w, h := l.win.GetSize()
	fw, fh := l.win.GetFramebufferSize()
	io.SetDisplaySize(imgui.Vec2{X: float32(w), Y: float32(h)})
	if w > 0 && h > 0 {
		io.SetDisplayFramebufferScale(imgui.Vec2{X: float32(fw) / float32(w), Y: float32(fh) / float32(h)})
	}
	now := time.Now()
	io.SetDeltaTime(max(1e-4, float32(now.Sub(l.last).Seconds())))
	l.last = now
	keyboard := io.NavVisible()
	opengl3.NewFrame()
	imgui.NewFrame()
	if !keyboard && imgui.IsKeyPressedBool(imgui.KeyEscape) {
		// Escape goes from a card's items to the card. That is no reason to put a ring
		// around it for somebody who uses the mouse.
		imgui.SetNavCursorVisible(false)
	}
	content()
	imgui.Render()
	opengl3.RenderDrawData(imgui.CurrentDrawData())
}

// pointer is the shape that ImGui asks of the mouse.
func (l *layer) pointer() glfw.StandardCursor {
	l.use()
	switch imgui.CurrentMouseCursor() {
	case imgui.MouseCursorTextInput:
		return glfw.IBeamCursor
	case imgui.MouseCursorHand:
		return glfw.HandCursor
	case imgui.MouseCursorResizeEW:
		return glfw.HResizeCursor
	}
	return glfw.ArrowCursor
}

func (l *layer) close() {
	l.use()
	opengl3.Shutdown()
	imgui.DestroyContextV(l.ctx)
}

// wantsMouse and wantsKeys say whether ImGui uses the input itself.
func (l *layer) wantsMouse() bool {
	l.use()
	return imgui.CurrentIO().WantCaptureMouse()
}

func (l *layer) wantsKeys() bool {
	l.use()
	return imgui.CurrentIO().WantTextInput()
}

// clipboard joins ImGui to the window system's clipboard.
type clipboard struct{}

func (clipboard) GetClipboard() string     { return glfw.GetClipboardString() }
func (clipboard) SetClipboard(text string) { glfw.SetClipboardString(text) }
