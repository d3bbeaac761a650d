package model

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// A window that looks at pixels keeps them, whatever the model forgets.
func TestHeldPixelsOutliveTheirWindow(t *testing.T) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	a.show("x")
	img := turn(m)[0].Images[0]
	k := Key{"r", "", "x"}
	h := m.byKey[k].hold
	held, ok := m.Hold(k, img)
	if !ok || h.refs != 2 {
		t.Fatalf("held %v, by %d", ok, h.refs)
	}
	a.end(errors.New("x"))
	turn(m)
	m.Disconnect(state(m).Conns[0].ID) // its windows go with it
	if len(state(m).Windows) != 0 || h.refs != 1 {
		t.Fatalf("%d windows are left, %d hold the pixels", len(state(m).Windows), h.refs)
	}
	if _, ok := m.Hold(k, img); ok {
		t.Error("pixels of a window that is gone were held")
	}
	held.Drop()
	held.Drop()
	if h.refs != 0 {
		t.Errorf("%d hold the pixels", h.refs)
	}
}

func TestOnlyTheImageThatIsShownIsHeld(t *testing.T) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	a.show("x")
	old := turn(m)[0].Images[0]
	a.show("x")
	turn(m)
	if _, ok := m.Hold(Key{"r", "", "x"}, old); ok {
		t.Error("pixels that were given back were held")
	}
}

// Closing while connections end and go: no connection is met half removed.
func TestCloseWhileConnectionsGo(t *testing.T) {
	for range 200 {
		m := newModel()
		var wg sync.WaitGroup
		var ids []int
		ended := make(chan int, 40)
		for i := range 20 {
			ids = append(ids, m.Dialing(fmt.Sprint("a:", i), func() { ended <- i }))
		}
		wg.Go(func() {
			for _, id := range ids {
				m.Disconnect(id)
			}
		})
		wg.Go(m.Close)
		wg.Wait()
		if len(ended) < len(ids) { // some are ended by both
			t.Fatalf("%d of %d were ended", len(ended), len(ids))
		}
	}
}

// A renderer's name is text in titles and in the log, nothing else.
func TestNamesAreText(t *testing.T) {
	m := newModel()
	a := newLink("\x1b]0;x\a\n世界", "s")
	m.Attach(0, a)
	a.show("0")
	turn(m)
	s := state(m)
	want(t, "source", s.Conns[0].Source, `\u001b]0;x\u0007\u000a世界`)
	if strings.ContainsAny(titles(s), "\x1b\a\n") {
		t.Errorf("found %q", titles(s))
	}
}
