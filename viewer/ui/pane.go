package ui

import (
	"fmt"

	"github.com/AllenDang/cimgui-go/imgui"
	"github.com/go-gl/glfw/v3.3/glfw"

	"remoteviewer/viewer/gl"
	"remoteviewer/viewer/model"
)

// settleFrames are drawn after an input: ImGui needs the second one to show
// what the first one changed.
const settleFrames = 2

// pane is one GLFW window with its GL surface and its ImGui context.
type pane struct {
	app     *app
	win     *glfw.Window
	surface *gl.Surface
	layer   *layer
	taker   taker
	todo    int  // frames still to draw
	synced  bool // swap interval 1
	shape   glfw.StandardCursor
}

// taker gets a pane's input, after ImGui. Places are in framebuffer pixels.
type taker interface {
	pointer(x, y float64, inside bool)
	button(b glfw.MouseButton, a glfw.Action, mods glfw.ModifierKey)
	wheel(dy float64)
	key(k glfw.Key, a glfw.Action, mods glfw.ModifierKey)
}

// newPane opens a window, hidden as yet, that shares its textures with the
// first one.
func (a *app) newPane(title string, size model.Size, t taker) (*pane, error) {
	var share *glfw.Window
	if a.control != nil {
		share = a.control.win
	}
	a.hints()
	win, err := glfw.CreateWindow(max(1, size.W), max(1, size.H), title, nil, share)
	if err != nil {
		return nil, fmt.Errorf("a window with OpenGL %d.%d could not be opened: %w", gl.WantMajor, gl.WantMinor, err)
	}
	win.MakeContextCurrent()
	glfw.SwapInterval(0)
	p := &pane{app: a, win: win, taker: t, todo: settleFrames, shape: glfw.ArrowCursor}
	if a.renderer == nil {
		if a.renderer, err = gl.New(); err != nil {
			win.Destroy()
			return nil, err
		}
	}
	p.surface = gl.NewSurface()
	p.layer = newLayer(win)
	p.feed()
	p.follow()
	win.SetIcon(a.icons)
	return p, nil
}

// hints are those of every window: none takes the focus, all are core profile
// and forward compatible, as macOS wants it.
func (a *app) hints() {
	glfw.DefaultWindowHints()
	glfw.WindowHint(glfw.ContextVersionMajor, gl.WantMajor)
	glfw.WindowHint(glfw.ContextVersionMinor, gl.WantMinor)
	glfw.WindowHint(glfw.OpenGLProfile, glfw.OpenGLCoreProfile)
	glfw.WindowHint(glfw.OpenGLForwardCompatible, glfw.True)
	glfw.WindowHint(glfw.Visible, glfw.False)
	glfw.WindowHint(glfw.Focused, glfw.False)
	glfw.WindowHint(glfw.FocusOnShow, glfw.False)
	glfw.WindowHint(glfw.DepthBits, 0)
	glfw.WindowHint(glfw.StencilBits, 0)
	glfw.WindowHintString(glfw.X11ClassName, "rvviewer")
	glfw.WindowHintString(glfw.X11InstanceName, "rvviewer")
}

// follow keeps the pane right when the window changes.
func (p *pane) follow() {
	p.win.SetDropCallback(func(_ *glfw.Window, names []string) { p.app.dropped(names) })
	p.win.SetRefreshCallback(func(*glfw.Window) { p.touch() })
	p.win.SetFramebufferSizeCallback(func(*glfw.Window, int, int) {
		p.layer.rescale()
		p.touch()
	})
	p.win.SetContentScaleCallback(func(*glfw.Window, float32, float32) {
		p.layer.rescale()
		p.touch()
	})
}

// touch asks for the pane to be drawn.
func (p *pane) touch() { p.todo = settleFrames }

func (p *pane) io() *imgui.IO {
	p.layer.use()
	return imgui.CurrentIO()
}

// frame is the framebuffer's size in pixels.
func (p *pane) frame() model.Size {
	w, h := p.win.GetFramebufferSize()
	return model.Size{W: max(1, w), H: max(1, h)}
}

// density is the framebuffer pixels a window unit.
func (p *pane) density() (x, y float64) {
	w, h := p.win.GetSize()
	f := p.frame()
	return float64(f.W) / float64(max(1, w)), float64(f.H) / float64(max(1, h))
}

// place is where the window's content stands on the desktop.
func (p *pane) place() model.Rect {
	x, y := p.win.GetPos()
	w, h := p.win.GetSize()
	return model.Rect{X: float64(x), Y: float64(y), W: float64(w), H: float64(h)}
}

// draw makes one picture of the pane; swap shows it.
func (p *pane) draw(under func(model.Size), over func()) {
	p.win.MakeContextCurrent()
	under(p.frame())
	p.layer.frame(over)
	if shape := p.layer.pointer(); shape != p.shape {
		p.shape = shape
		p.win.SetCursor(p.app.cursor(shape))
	}
	p.todo--
}

// swap shows the picture. One window waits for the screen, the others don't,
// or the waits would add up.
func (p *pane) swap(synced bool) {
	p.win.MakeContextCurrent()
	if p.synced != synced {
		p.synced = synced
		glfw.SwapInterval(map[bool]int{false: 0, true: 1}[synced])
	}
	p.win.SwapBuffers()
}

func (p *pane) close() {
	p.win.MakeContextCurrent()
	p.layer.close()
	p.surface.Close()
	p.win.Destroy()
}
