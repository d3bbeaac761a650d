package main

import (
	"bytes"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"remoteviewer/internal/session"
)

// helpLine is what --dump prints of the keys over an image.
type helpLine struct {
	Box     [4]int
	Scrolls bool
	Hidden  int // of its width
}

// help waits until the keys stand where they stay.
func (v *viewerProcess) help(t *testing.T) (last helpLine) {
	t.Helper()
	wait := patience
	for {
		select {
		case last = <-v.helps:
			wait = time.Second
		case <-time.After(wait):
			if wait == patience {
				t.Fatal("no keys are shown")
			}
			return last
		}
	}
}

// The keys can be read in the smallest of windows: nothing is cut at the right, and what
// is too high scrolls.
func TestKeysFitSmallWindows(t *testing.T) {
	for _, size := range []struct {
		w, h    int
		cameras bool
		scrolls bool
	}{{320, 240, false, false}, {200, 150, false, true}, {140, 90, false, true}, {480, 270, true, false}, {640, 480, false, false}} {
		name := strconv.Itoa(size.w) + "x" + strconv.Itoa(size.h)
		t.Run(name, func(t *testing.T) {
			v := startViewer(t)
			r, _ := dial(t, v, name, size.cameras)
			send(t, r, given("small", grey(size.w, size.h), make([]byte, size.w*size.h)))
			v.until(t, "a window", func(l shownLine) bool { return len(l.Images) == 1 })
			_, p := window(t, "small - "+name)
			moveTo(t, p.x+p.w/2, p.y+p.h/2)
			xdo(t, "key", "h")
			h := v.help(t)
			if h.Hidden > 0 || h.Scrolls != size.scrolls {
				t.Errorf("%d pixels hidden, scrolls: %v", h.Hidden, h.Scrolls)
			}
			if b := h.Box; b[0] < 0 || b[1] < 0 || b[0]+b[2] > p.w || b[1]+b[3] > p.h || b[2] < 100 || b[3] < 50 {
				t.Errorf("the keys stand at %v in a window of %d x %d", b, p.w, p.h)
			}
		})
	}
}

// A row of values has room of its own: the image is seen whole until one asks for more.
func TestValuesLeaveTheImageAlone(t *testing.T) {
	v := startViewer(t)
	r, _ := dial(t, v, "meta", false)
	values := map[string]any{}
	for i := range 12 {
		values["a value "+strconv.Itoa(i)] = i
	}
	if err := r.Send([]session.Given{places(60, 45)}, session.SendOptions{Meta: values}); err != nil {
		t.Fatal(err)
	}
	v.until(t, "a window", func(l shownLine) bool { return len(l.Images) == 1 })
	_, p := window(t, "places - meta")
	moveTo(t, p.x+p.w/2, p.y+p.h/4)
	below, above := p.y+p.h-26-21+4, p.y+p.h-26-21-10
	free := func(y int) bool { // at the edge, where no letters are
		_, _, blue := onScreen(t, p.x+4, y)
		return blue == 77
	}
	for _, step := range []struct {
		what         string
		above, below bool // the image is seen
	}{{"one row", true, false}, {"all rows", false, false}, {"no row", true, true}, {"one row again", true, false}} {
		if a, b := free(above), free(below); a != step.above || b != step.below {
			t.Errorf("%s: the image is seen above the first row: %v, in its place: %v", step.what, a, b)
		}
		xdo(t, "key", "t", "sleep", "0.5")
	}
}

// Escape puts no ring around a renderer's card for somebody who uses the mouse.
func TestEscapeRingsNothing(t *testing.T) {
	v := startViewer(t)
	r, _ := dial(t, v, "ring", false)
	send(t, r, places(60, 45))
	v.until(t, "a window", func(l shownLine) bool { return len(l.Images) == 1 })
	_, p := window(t, "remoteviewer")
	v.mu.Lock()
	at, ok := v.items["Continuous"]
	v.mu.Unlock()
	if !ok {
		t.Fatal("nothing to press")
	}
	xdo(t, "mousemove", strconv.Itoa(p.x+at[0]+at[2]/2), strconv.Itoa(p.y+at[1]+at[3]/2), "sleep", "0.3", "click", "1", "sleep", "0.5")
	edge := func() []byte { // left of the cards' content, with their left border
		crop := "22x" + strconv.Itoa(p.h) + "+" + strconv.Itoa(p.x) + "+" + strconv.Itoa(p.y)
		out, err := exec.Command("import", "-silent", "-window", "root", "-crop", crop, "-depth", "8", "rgb:-").Output()
		if err != nil {
			t.Skipf("no ImageMagick that reads the screen: %v", err)
		}
		return out
	}
	before := edge()
	for range 3 {
		xdo(t, "key", "Escape", "sleep", "0.5")
		if after := edge(); !bytes.Equal(before, after) {
			t.Error("the control window's left edge looks different")
		}
	}
}
