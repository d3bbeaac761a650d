package gl

import (
	"os"
	"runtime"
	"testing"

	"github.com/go-gl/glfw/v3.3/glfw"
)

// Tests run beside the main thread and hand their GL work to it.
var mainThread = make(chan func())

var (
	renderer *Renderer
	surface  *Surface
)

const testW, testH = 320, 240

func init() { runtime.LockOSThread() }

func TestMain(m *testing.M) {
	if os.Getenv("DISPLAY") == "" {
		os.Exit(m.Run()) // each test says that it was skipped
	}
	if err := glfw.Init(); err != nil {
		panic(err)
	}
	glfw.WindowHint(glfw.ContextVersionMajor, WantMajor)
	glfw.WindowHint(glfw.ContextVersionMinor, WantMinor)
	glfw.WindowHint(glfw.OpenGLProfile, glfw.OpenGLCoreProfile)
	glfw.WindowHint(glfw.OpenGLForwardCompatible, glfw.True)
	glfw.WindowHint(glfw.Decorated, glfw.False)
	glfw.WindowHint(glfw.Focused, glfw.False) // other tests on this screen press keys
	glfw.WindowHint(glfw.FocusOnShow, glfw.False)
	w, err := glfw.CreateWindow(testW, testH, "picture tests", nil, nil)
	if err != nil {
		panic(err)
	}
	w.MakeContextCurrent()
	if renderer, err = New(); err != nil {
		panic(err)
	}
	surface = NewSurface()
	code := make(chan int)
	go func() { code <- m.Run() }()
	for {
		select {
		case f := <-mainThread:
			f()
		case c := <-code:
			glfw.Terminate()
			os.Exit(c)
		}
	}
}

// onGL runs f on the thread that has the context.
func onGL(t *testing.T, f func()) {
	t.Helper()
	if renderer == nil {
		t.Skip("no DISPLAY; make test-e2e runs this under Xvfb")
	}
	done := make(chan struct{})
	mainThread <- func() { defer close(done); f() }
	<-done
}
