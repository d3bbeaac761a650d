// Package ui is what the user sees: one window per image and the control
// window. It joins the model, which knows the connections, to gl, which draws.
//
// All of it runs on the main thread. Other goroutines reach it through the
// model, which they write to, and a wake-up that ends the wait for events.
package ui

import (
	"context"
	"errors"
	"image"
	"io"
	"log"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/AllenDang/cimgui-go/implot"
	"github.com/go-gl/glfw/v3.3/glfw"

	"remoteviewer/viewer/gl"
	"remoteviewer/viewer/model"
)

// Errors that end the viewer before it shows anything.
var ErrNoDisplay = errors.New("no display")

const (
	idleWait    = 500 * time.Millisecond // an idle viewer looks at the clock twice a second
	controlWait = 120 * time.Millisecond // the control window's numbers change no faster
)

// Options are what the command line says about the interface.
type Options struct {
	Version string
	Ready   func() error // called when the control window is open; nil for nothing
	Dump    io.Writer    // a JSON line for each list shown; nil for none
	// DumpFile keeps the pixels read back of image i of a list, and says where;
	// nil keeps none.
	DumpFile func(seq uint64, i int, pix []byte) string
}

// Waker ends the main thread's wait for events from any goroutine. The zero
// value is ready and does nothing until the interface runs.
type Waker struct{ running, sent atomic.Bool }

// Wake is cheap to call for each image: one event is under way at most.
func (w *Waker) Wake() {
	if w.running.Load() && w.sent.CompareAndSwap(false, true) {
		glfw.PostEmptyEvent()
	}
}

// app is the running interface.
type app struct {
	model    *model.Model
	opts     Options
	waker    *Waker
	renderer *gl.Renderer
	control  *controlWindow
	images   map[model.Key]*imageWindow
	order    []*imageWindow
	places   map[model.Key]model.Rect // of windows that were closed
	loads    []*load
	state    model.State
	cursors  map[glfw.StandardCursor]*glfw.Cursor
	icons    []image.Image
	focus    *pane         // the pane used last: the one that waits for the screen
	meta     metaShow      // how many of the lists' values stand over images
	askIn    time.Duration // until the renderer may be asked what is under the pointer; 0 not
}

// Check says why there can be no window, before anything is started.
func Check() error {
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return ErrNoDisplay
	}
	return nil
}

// Run shows the model until the control window is closed or ctx ends. It has
// to be called on the main thread.
func Run(ctx context.Context, m *model.Model, waker *Waker, opts Options) error {
	if err := Check(); err != nil {
		return err
	}
	if err := start(); err != nil {
		return err
	}
	defer glfw.Terminate()
	a := &app{
		model: m, opts: opts, waker: waker, icons: icons(),
		images: map[model.Key]*imageWindow{}, places: map[model.Key]model.Rect{}, cursors: map[glfw.StandardCursor]*glfw.Cursor{},
	}
	if err := a.openControl(); err != nil {
		return err
	}
	defer a.close()
	waker.running.Store(true)
	if opts.Ready != nil {
		if err := opts.Ready(); err != nil {
			return err
		}
	}
	defer waker.running.Store(false)
	defer context.AfterFunc(ctx, waker.Wake)()
	for ctx.Err() == nil && !a.control.win.ShouldClose() {
		a.turn()
	}
	return nil
}

// start initialises GLFW, whose binding panics where it can't.
func start() (err error) {
	was := log.Writer()
	log.SetOutput(io.Discard) // the binding logs what is said better in an error
	defer func() {
		log.SetOutput(was)
		if r := recover(); r != nil {
			err = ErrNoDisplay
		}
	}()
	if err := glfw.Init(); err != nil {
		return errors.Join(ErrNoDisplay, err)
	}
	glfw.DefaultWindowHints() // panics when the display can't be opened
	return nil
}

// turn is one round: wait, take what came, upload, draw what changed.
func (a *app) turn() {
	if wait := a.wait(); wait > 0 {
		glfw.WaitEventsTimeout(wait.Seconds())
	} else {
		glfw.PollEvents()
	}
	a.waker.sent.Store(false)
	now := time.Now()
	a.model.Tick(now)
	if len(a.loads) == 0 {
		lists := a.model.Take()
		a.model.State(&a.state)
		a.reconcile()
		for _, l := range lists {
			a.begin(l)
		}
	} else {
		a.model.State(&a.state)
		a.reconcile()
	}
	a.askIn = a.model.Ask(now)
	a.upload(now)
	a.draw(now)
}

// wait is how long nothing has to be done without an event.
func (a *app) wait() time.Duration {
	if len(a.loads) > 0 || a.model.Pending() {
		return 0
	}
	wait := idleWait
	for _, p := range a.panes() {
		if p.todo > 0 {
			return 0
		}
	}
	if a.askIn > 0 {
		wait = min(wait, a.askIn)
	}
	for _, w := range a.order {
		if !w.shot.At.IsZero() {
			wait = min(wait, max(time.Millisecond, time.Until(w.shot.At.Add(shotTime))))
		}
	}
	if a.control.stale {
		wait = min(wait, max(time.Millisecond, time.Until(a.control.drawn.Add(controlWait))))
	}
	return wait
}

func (a *app) panes() []*pane {
	out := []*pane{a.control.pane}
	for _, w := range a.order {
		out = append(out, w.pane)
	}
	return out
}

// draw shows every pane that has something new; the one that waits for the
// screen comes last.
func (a *app) draw(now time.Time) {
	a.control.refresh(now)
	var drawn []*pane
	if a.control.todo > 0 {
		a.control.paint(now)
		drawn = append(drawn, a.control.pane)
	}
	for _, w := range a.order {
		w.refresh()
		if w.todo > 0 {
			w.paint()
			drawn = append(drawn, w.pane)
		}
	}
	if len(drawn) == 0 {
		return
	}
	last := drawn[len(drawn)-1]
	for _, p := range drawn {
		if p == a.focus {
			last = p
		}
	}
	for _, p := range drawn {
		if p != last {
			p.swap(false)
		}
	}
	last.swap(last.win.GetAttrib(glfw.Iconified) == glfw.False)
}

func (a *app) cursor(shape glfw.StandardCursor) *glfw.Cursor {
	c, ok := a.cursors[shape]
	if !ok {
		c = glfw.CreateStandardCursor(shape)
		a.cursors[shape] = c
	}
	return c
}

func (a *app) close() {
	for _, w := range a.order {
		w.texture.Close()
		w.pane.close()
	}
	a.renderer.Close()
	implot.DestroyContextV(a.control.plots)
	a.control.pane.close()
}
