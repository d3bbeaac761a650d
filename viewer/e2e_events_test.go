package main

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/camerafile"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// told waits for the next thing that the user did, passing over cameras.
func told(t *testing.T, r *session.Renderer) wire.Event {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		e, ok, err := r.Read(100 * time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if ok && e.Input != nil {
			return *e.Input
		}
	}
	t.Fatal("nothing was told")
	return wire.Event{}
}

// onScreen is the colour of a place of the screen.
func onScreen(t *testing.T, x, y int) (r, g, b byte) {
	t.Helper()
	crop := "1x1+" + strconv.Itoa(x) + "+" + strconv.Itoa(y)
	out, err := exec.Command("import", "-silent", "-window", "root", "-crop", crop, "-depth", "8", "rgb:-").Output()
	if err != nil || len(out) != 3 {
		t.Skipf("no ImageMagick that reads the screen: %v", err)
	}
	return out[0], out[1], out[2]
}

// places is an image whose colours say where they are.
func places(w, h int) session.Given {
	f := pixel.Format{
		Width: w, Height: h, Channels: pixel.DefaultChannels(3), DType: pixel.U8, Color: pixel.SRGB, Alpha: pixel.AlphaNone,
	}
	pix := make([]byte, f.Bytes())
	for i := range w * h {
		copy(pix[3*i:], []byte{byte(4 * (i % w)), byte(5 * (i / w)), 77})
	}
	return given("places", f, pix)
}

func moveTo(t *testing.T, x, y int) {
	t.Helper()
	xdo(t, "mousemove", strconv.Itoa(x), strconv.Itoa(y), "sleep", "0.2")
}

// A click is at the pixel whose colour one sees under the pointer, however the image
// is zoomed and moved.
func TestClicksAreWhereOneLooks(t *testing.T) {
	v := startViewer(t)
	r, _ := dial(t, v, "click", false)
	send(t, r, places(60, 45))
	v.until(t, "a window", func(l shownLine) bool { return len(l.Images) == 1 })
	_, p := window(t, "places - click")
	steps := []struct {
		name string
		do   []string
	}{
		{"fitted", nil},
		{"zoomed", []string{"key", "equal", "key", "equal", "key", "equal", "sleep", "0.3"}},
		{"moved", []string{"mousedown", "1", "mousemove_relative", "--", "23", "-17", "sleep", "0.2", "mouseup", "1", "sleep", "0.3"}},
	}
	for _, step := range steps {
		moveTo(t, p.x+p.w/2, p.y+p.h/2)
		if step.do != nil {
			xdo(t, step.do...)
		}
		for _, d := range [][2]int{{0, 0}, {-37, 13}, {41, -29}} {
			x, y := p.x+p.w/2+d[0], p.y+p.h/2+d[1]
			moveTo(t, x, y)
			red, green, blue := onScreen(t, x, y)
			if blue != 77 || red%4 != 0 || green%5 != 0 {
				t.Fatalf("%s: no pixel of the image at %d, %d: %d %d %d", step.name, x, y, red, green, blue)
			}
			xdo(t, "keydown", "ctrl", "click", "1", "keyup", "ctrl")
			e := told(t, r)
			if e.Event != wire.EventClick || e.Button != "left" || e.Name != "places" || e.List != 1 || !slices.Equal(e.Modifiers, []string{"ctrl"}) {
				t.Fatalf("%s: told %+v", step.name, e)
			}
			if math.Floor(e.X) != float64(red/4) || math.Floor(e.Y) != float64(green/5) {
				t.Errorf("%s: a click at %g, %g, one sees the pixel %d, %d", step.name, e.X, e.Y, red/4, green/5)
			}
		}
	}
}

// Drags with Shift and keys that the viewer has no use for are the renderer's; others
// are the viewer's own.
func TestDragsAndKeysAreTold(t *testing.T) {
	v := startViewer(t)
	r, _ := dial(t, v, "drag", true)
	send(t, r, places(60, 45))
	v.until(t, "a window", func(l shownLine) bool { return len(l.Images) == 1 })
	_, p := window(t, "places - drag")
	x, y := p.x+p.w/2, p.y+p.h/3
	moveTo(t, x, y)
	l := looker{t, r}
	before := l.settle(camera.Default())
	xdo(t, "key", "c", "key", "n", "key", "p", "key", "bracketright") // the viewer's
	xdo(t, "keydown", "shift", "mousedown", "1", "sleep", "0.2", "mousemove_relative", "--", "40", "0", "sleep", "0.5",
		"mousemove_relative", "--", "0", "30", "sleep", "0.5", "mouseup", "1", "keyup", "shift")
	var all []wire.Event
	for len(all) == 0 || all[len(all)-1].Phase != "end" {
		all = append(all, told(t, r))
	}
	first, last := all[0], all[len(all)-1]
	if len(all) < 3 || first.Phase != "begin" || all[1].Phase != "move" {
		t.Fatalf("told %+v", all)
	}
	scale := 60 / float64(p.w)
	for _, e := range all {
		if e.Event != wire.EventDrag || !slices.Contains(e.Modifiers, "shift") || e.Button != "left" {
			t.Errorf("told %+v", e)
		}
	}
	if dx, dy := last.X-first.X, last.Y-first.Y; math.Abs(dx-40*scale) > 1e-6 || math.Abs(dy-30*scale) > 1e-6 {
		t.Errorf("dragged by %g, %g pixels, wanted %g, %g", dx, dy, 40*scale, 30*scale)
	}
	if after := l.settle(before); after != before {
		t.Error("the camera moved with the renderer's drag")
	}
	for _, k := range [][2]string{{"a", "a"}, {"Left", "left"}, {"F5", "f5"}, {"space", "space"}, {"7", "7"}} {
		xdo(t, "key", k[0])
		down, up := told(t, r), told(t, r)
		for up.Phase == "move" { // held for long on a busy machine
			up = told(t, r)
		}
		if down.Event != wire.EventKey || down.Key != k[1] || down.Phase != "begin" || up.Key != k[1] || up.Phase != "end" {
			t.Errorf("%s: told %+v, then %+v", k[0], down, up)
		}
		if down.X < 0 || down.X > 60 {
			t.Errorf("%s: the pointer is at %g", k[0], down.X)
		}
	}
}

// A press that goes nowhere moves no camera, and a drag is no click.
func TestAClickMovesNothing(t *testing.T) {
	v := startViewer(t)
	r, _ := dial(t, v, "still", true)
	send(t, r, places(60, 45))
	v.until(t, "a window", func(l shownLine) bool { return len(l.Images) == 1 })
	_, p := window(t, "places - still")
	moveTo(t, p.x+p.w/2, p.y+p.h/3)
	l := looker{t, r}
	before := l.settle(camera.Default())
	xdo(t, "mousedown", "1", "mousemove_relative", "--", "2", "1", "sleep", "0.2", "mouseup", "1")
	if e := told(t, r); e.Event != wire.EventClick {
		t.Errorf("told %+v", e)
	}
	if after := l.settle(before); after != before {
		t.Error("a click moved the camera")
	}
	xdo(t, "mousedown", "1", "sleep", "0.2", "mousemove_relative", "--", "30", "0", "sleep", "0.2", "mouseup", "1", "sleep", "0.3", "key", "a")
	if e := told(t, r); e.Event != wire.EventKey {
		t.Errorf("a drag that turned the camera was told as %+v", e)
	}
}

// N, P and Home reach the renderer as the file's cameras.
func TestSteppingThroughAFile(t *testing.T) {
	file := filepath.Join("..", "internal", "camerafile", "testdata", "dataset")
	list, err := camerafile.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	v := startViewer(t, "--cameras", file)
	v.saying(t, "5 cameras of dataset")
	r, _ := dialAs(t, v, session.RendererOptions{Name: "steps", Cameras: true, Width: 640, Height: 480})
	var first camera.Camera
	for end := time.Now().Add(patience); first.Width == 0 && time.Now().Before(end); {
		if e, ok, err := r.Read(100 * time.Millisecond); err != nil {
			t.Fatal(err)
		} else if ok && e.Kind == session.EventCamera {
			first = e.Camera.Camera
		}
	}
	same := func(what string, got camera.Camera, index int) {
		t.Helper()
		want := list.Entries[index].Camera
		if got.C2W != want.C2W || got.K != want.K || got.Width != 640 || got.Height != 480 {
			t.Errorf("%s: %+v, wanted camera %d of the file: %+v", what, got, index, want)
		}
	}
	same("at first", first, 0)
	send(t, r, places(60, 45))
	v.until(t, "a window", func(l shownLine) bool { return len(l.Images) == 1 })
	_, p := window(t, "places - steps")
	moveTo(t, p.x+p.w/2, p.y+p.h/3)
	l := looker{t, r}
	for _, step := range []struct {
		key   string
		index int
	}{{"n", 1}, {"n", 2}, {"p", 1}, {"p", 0}, {"p", 4}, {"n", 0}, {"p", 4}, {"Home", 0}, {"n", 1}} {
		xdo(t, "key", step.key)
		same(step.key, l.input(), step.index)
	}
}

func TestCameraFilesThatAreNone(t *testing.T) {
	needDisplay(t)
	bad := filepath.Join(t.TempDir(), "cameras.json")
	if err := os.WriteFile(bad, []byte(`[{"img_name": "x"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := viewerCommand(t, "--listen", "none", "--cameras", bad).CombinedOutput()
	want := "rvviewer: --cameras " + bad + ": camera 1 of 1 (\"x\"): no camera file: " +
		"wanted position (3 numbers) and rotation (3 x 3), as gaussian-splatting writes them\n"
	if err == nil || string(out) != want {
		t.Errorf("%v, %q", err, out)
	}
}

// What the renderer says of the pixel under the resting pointer stands beside it.
func TestWhatIsUnderThePointer(t *testing.T) {
	v := startViewer(t)
	r, _ := dial(t, v, "pick", false)
	r.WantPicks(true)
	send(t, r, places(60, 45))
	v.until(t, "a window", func(l shownLine) bool { return len(l.Images) == 1 })
	_, p := window(t, "places - pick")
	x, y := p.x+p.w/2, p.y+p.h/3
	moveTo(t, x, y)
	red, green, _ := onScreen(t, x, y)
	e := told(t, r)
	if e.Event != wire.EventPick || math.Floor(e.X) != float64(red/4) || math.Floor(e.Y) != float64(green/5) {
		t.Fatalf("asked %+v, one sees the pixel %d, %d", e, red/4, green/5)
	}
	if err := r.Answer(e.ID, map[string]any{"gaussian": 1207, "material": map[string]any{"kind": "gold"}}); err != nil {
		t.Fatal(err)
	}
	card := v.card(t)
	want := [][2]string{{"gaussian", "1207"}, {"material.kind", "gold"}}
	if card.Name != "places" || card.X != int(red/4) || card.Y != int(green/5) || !slices.Equal(card.Fields, want) {
		t.Errorf("the card is %+v", card)
	}
	moveTo(t, x+20, y)
	if card := v.card(t); len(card.Fields) != 0 {
		t.Errorf("moved away, the card is %+v", card)
	}
	if again := told(t, r); again.Event != wire.EventPick || again.X <= e.X {
		t.Errorf("asked %+v after %+v", again, e)
	}
}

// card waits for the next card beside the pointer.
func (v *viewerProcess) card(t *testing.T) cardLine {
	t.Helper()
	select {
	case c := <-v.cards:
		return c
	case <-time.After(patience):
		t.Fatal("no card")
		return cardLine{}
	}
}
