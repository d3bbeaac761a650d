package model

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// threeCameras is a transforms.json whose cameras stand side by side.
const threeCameras = `{"w": 640, "h": 480, "fl_x": 500, "fl_y": 510, "cx": 300, "cy": 250, "frames": [
	{"file_path": "images/a.png", "transform_matrix": [[1,0,0,1],[0,1,0,0],[0,0,1,5],[0,0,0,1]]},
	{"file_path": "images/b.png", "transform_matrix": [[1,0,0,2],[0,1,0,0],[0,0,1,5],[0,0,0,1]]},
	{"file_path": "images/c.png", "transform_matrix": [[1,0,0,3],[0,1,0,0],[0,0,1,5],[0,0,0,1]]}]}`

func openCameras(t *testing.T, m *Model) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "transforms.json")
	if err := os.WriteFile(path, []byte(threeCameras), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := m.OpenCameras(path); err != nil {
		t.Fatal(err)
	}
}

// stepped is a model with a file of cameras and a renderer that wants some.
func stepped(t *testing.T) (*Model, *fakeLink, Key) {
	m := newModel()
	openCameras(t, m)
	a := newLink("r", "s")
	m.Attach(0, a)
	view := camera.Default().LookAt([3]float64{9, 9, 9}, [3]float64{}, [3]float64{0, -1, 0})
	a.events = append(a.events, session.LinkEvent{Kind: session.LinkView, Camera: view}, cameras(true, Size{}))
	turn(m)
	return m, a, Key{"r", "", "rgb"}
}

func (l *fakeLink) wantAt(t *testing.T, what string, x float64) camera.Camera {
	t.Helper()
	c, _ := l.last()
	if c.Position() != [3]float64{x, 0, 5} {
		t.Errorf("%s: the camera is at %v, wanted x = %g", what, c.Position(), x)
	}
	return c
}

func TestTheFilesFirstCameraIsTheFirstView(t *testing.T) {
	m, a, rgb := stepped(t)
	c := a.wantAt(t, "before any window", 1)
	wantSize(t, "the photo's", c, 640, 480)
	if c.K != [9]float64{500, 0, 300, 0, 510, 250, 0, 0, 1} {
		t.Errorf("K is %v, wanted the file's", c.K)
	}
	if _, cause := a.last(); cause == wire.CauseInput {
		t.Error("it took over without input")
	}
	m.Tick(time.Now().Add(2 * time.Second))
	if state(m).Conns[0].NoView {
		t.Error("a file's camera is a first view")
	}
	if !state(m).Conns[0].Shot.At.IsZero() {
		t.Error("it was named before there is an image")
	}
	a.show("rgb")
	turn(m)
	if s := state(m).Conns[0].Shot; s.At.IsZero() || s.Name != "a.png" || s.Index != 0 || s.Count != 3 {
		t.Errorf("the first image is of %+v", s)
	}
	m.Framed(rgb, Size{480, 480}) // narrower than the photo: its sides stay in view
	if c, _ := a.last(); c.Width != 480 || c.K[0] != 500*0.75 || c.K[2] != 225 || c.K[5] != 250*0.75+60 {
		t.Errorf("fitted into a square: %v", c.K)
	}
	m.Framed(rgb, Size{1280, 960})
	if c, _ := a.last(); c.K[0] != 1000 || c.K[2] != 600 {
		t.Errorf("twice as large: %v", c.K)
	}
}

func TestSteppingThroughTheFile(t *testing.T) {
	m, a, rgb := stepped(t)
	a.show("rgb")
	turn(m)
	step := func(n int, x float64) {
		t.Helper()
		if !m.Step(rgb, n) {
			t.Error("it did not step")
		}
		a.wantAt(t, "stepped", x)
		if _, cause := a.last(); cause != wire.CauseInput {
			t.Errorf("cause %s", cause)
		}
	}
	step(1, 2)
	if s := state(m).Conns[0].Shot; s.Index != 1 || s.Name != "b.png" || time.Since(s.At) > time.Minute {
		t.Errorf("it says %+v", s)
	}
	step(1, 3)
	step(1, 1)
	step(-1, 3)
	m.Navigate(rgb, func(c camera.Camera) camera.Camera { return c.Dolly(0.5) })
	step(-1, 2)
	m.Home(rgb)
	a.wantAt(t, "home", 1)
	step(-1, 3)
}

func TestStepsWhereThereAreNone(t *testing.T) {
	m, _, rgb, _ := driven(t)
	if m.Step(rgb, 1) {
		t.Error("a step without a file")
	}
	m = newModel()
	openCameras(t, m)
	a := newLink("r", "s")
	m.Attach(0, a)
	a.show("rgb")
	turn(m)
	if m.Step(Key{"r", "", "rgb"}, 1) {
		t.Error("a step though no cameras are wanted")
	}
	for _, cause := range a.causes {
		if cause == wire.CauseInput {
			t.Error("the camera moved though none is wanted")
		}
	}
}

// A file that comes later takes those along that are connected.
func TestOpeningALaterFile(t *testing.T) {
	m, a, rgb, _ := driven(t)
	m.Navigate(rgb, func(c camera.Camera) camera.Camera { return c.Dolly(0.5) })
	openCameras(t, m)
	a.wantAt(t, "opened", 1)
	if _, cause := a.last(); cause != wire.CauseInput {
		t.Errorf("cause %s: the user opened it", cause)
	}
	if f := state(m).CameraFile; f.Name != "transforms.json" || f.Count != 3 {
		t.Errorf("it says %+v", f)
	}
	if err := m.OpenCameras(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("no such file: %v", err)
	}
	if state(m).CameraFile.Count != 3 {
		t.Error("a file that can't be read replaced one that could")
	}
}
