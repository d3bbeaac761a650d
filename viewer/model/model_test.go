package model

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// fakeLink is a renderer that says what the test wants it to say.
type fakeLink struct {
	fakeControls
	mu      sync.Mutex
	source  session.Source
	lists   []*session.List
	events  []session.LinkEvent
	cameras []camera.Camera
	causes  []string
	wants   []session.Want
	data    []string
	told    []wire.Event // what SendEvent took
	deaf    bool         // it takes no events
	err     error
	done    chan struct{}
}

func newLink(name, id string) *fakeLink {
	return &fakeLink{source: session.Source{Name: name, Session: id, Addr: "10.0.0.7:4711"}, done: make(chan struct{})}
}

func (l *fakeLink) Source() session.Source                      { return l.source }
func (l *fakeLink) Next(context.Context) (*session.List, error) { return l.TryNext() }
func (l *fakeLink) Stats() session.LinkStats                    { return session.LinkStats{} }
func (l *fakeLink) Done() <-chan struct{}                       { return l.done }
func (l *fakeLink) Want(w session.Want)                         { l.wants = append(l.wants, w) }
func (l *fakeLink) Err() error                                  { return l.err }
func (l *fakeLink) SendData(name, format string, data []byte) bool {
	l.data = append(l.data, name+" "+format+" "+string(data))
	return true
}

func (l *fakeLink) SendEvent(e wire.Event) bool {
	if !l.deaf {
		l.told = append(l.told, e)
	}
	return !l.deaf
}

func (l *fakeLink) SendCamera(c camera.Camera, cause string) {
	l.cameras, l.causes = append(l.cameras, c), append(l.causes, cause)
}

func (l *fakeLink) Close() { l.end(session.ErrClosed) }

func (l *fakeLink) end(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
		close(l.done)
	}
}

func (l *fakeLink) TryNext() (*session.List, error) {
	if len(l.lists) > 0 {
		first := l.lists[0]
		l.lists = l.lists[1:]
		return first, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return nil, l.err
}

func (l *fakeLink) Events() []session.LinkEvent {
	e := l.events
	l.events = nil
	return e
}

func (l *fakeLink) show(names ...string) *session.List {
	list := &session.List{}
	for _, n := range names {
		img := pixel.Image{Format: pixel.Format{
			Width: 40, Height: 30, Channels: []string{"Y"}, DType: pixel.U8, Color: pixel.SRGB, Alpha: pixel.AlphaNone,
		}}
		img.Pix = make([]byte, img.Bytes())
		list.Images = append(list.Images, session.Image{Image: img, Name: n, Exact: true, Codec: "raw"})
	}
	l.lists = append(l.lists, list)
	return list
}

func (l *fakeLink) mode() string {
	if len(l.wants) == 0 {
		return "never asked"
	}
	return l.wants[len(l.wants)-1].Mode
}

func newModel() *Model { return New("", "me", func() {}) }

// turn does what the interface does in a round.
func turn(m *Model) (lists []*List) {
	for {
		l := m.Take()
		for _, x := range l {
			m.Shown(x, time.Now())
		}
		lists = append(lists, l...)
		if !m.Pending() {
			return lists
		}
	}
}

func state(m *Model) *State {
	s := &State{}
	m.State(s)
	return s
}

func titles(s *State) string {
	var out []string
	for _, w := range s.Windows {
		t := w.Title()
		if !w.Open {
			t += " closed"
		}
		if !w.Present {
			t += " absent"
		}
		if !w.Live {
			t += " dead"
		}
		out = append(out, t)
	}
	return strings.Join(out, "; ")
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %q, wanted %q", what, got, want)
	}
}

func TestWindowsOfALife(t *testing.T) {
	m := newModel()
	a := newLink("train.py@gpu", "s1")
	m.Attach(0, a)
	if p := state(m).Conns[0].Phase; p != Waiting {
		t.Errorf("phase %d before the first image", p)
	}
	a.show("rgb", "depth")
	turn(m)
	want(t, "first list", titles(state(m)), "rgb - train.py@gpu; depth - train.py@gpu")
	if c := state(m).Conns[0]; c.Phase != Receiving || c.Lists != 1 {
		t.Errorf("after the first image: %+v", c)
	}
	a.show("rgb")
	turn(m)
	want(t, "a name is gone", titles(state(m)), "rgb - train.py@gpu; depth - train.py@gpu absent")
	if w := state(m).Window(Key{"train.py@gpu", "", "depth"}); w.Image == nil {
		t.Error("the absent window lost its image")
	}
	a.end(errors.New("cable"))
	turn(m)
	want(t, "lost", titles(state(m)), "rgb - train.py@gpu dead; depth - train.py@gpu absent dead")
	want(t, "why", state(m).Conns[0].Trouble, "cable")
	// The next run of the same script takes the windows over.
	b := newLink("train.py@gpu", "s2")
	m.Attach(0, b)
	b.show("depth", "normal")
	turn(m)
	want(t, "taken over", titles(state(m)), "rgb - train.py@gpu absent; depth - train.py@gpu; normal - train.py@gpu")
	if n := len(state(m).Conns); n != 1 {
		t.Errorf("%d connections, wanted the new one alone", n)
	}
}

func TestSameSessionReplacesTheOldConnection(t *testing.T) {
	m := newModel()
	a, b := newLink("r", "s"), newLink("r", "s")
	m.Attach(0, a)
	a.show("0")
	turn(m)
	m.Attach(0, b)
	if a.Err() == nil {
		t.Error("the older connection was not closed")
	}
	b.show("0")
	turn(m)
	want(t, "windows", titles(state(m)), "0 - r")
	if n := len(state(m).Conns); n != 1 {
		t.Errorf("%d connections", n)
	}
}

func TestTwoRenderersOfOneName(t *testing.T) {
	m := newModel()
	a, b, c := newLink("r", "s1"), newLink("r", "s2"), newLink("r", "s3")
	m.Attach(0, a)
	m.Attach(0, b)
	a.show("0")
	b.show("0")
	turn(m)
	want(t, "windows", titles(state(m)), "0 - r; 0 - r (2)")
	a.end(errors.New("gone"))
	turn(m)
	m.Attach(0, c)
	want(t, "the free name is taken", titles(state(m)), "0 - r; 0 - r (2)")
}

func TestStreamsAreApart(t *testing.T) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	a.show("x").Stream = "left"
	a.show("x").Stream = "right"
	turn(m)
	want(t, "windows", titles(state(m)), "x (left) - r; x (right) - r")
	a.show("y").Stream = "right"
	turn(m)
	want(t, "windows", titles(state(m)), "x (left) - r; x (right) - r absent; y (right) - r")
}

func TestClosedStaysClosed(t *testing.T) {
	m := newModel()
	a := newLink("r", "s1")
	m.Attach(0, a)
	a.show("rgb", "depth")
	turn(m)
	k := Key{"r", "", "depth"}
	m.SetOpen(k, false)
	a.show("rgb", "depth")
	turn(m)
	want(t, "closed", titles(state(m)), "rgb - r; depth - r closed")
	if w := a.wants[len(a.wants)-1]; !slices.Equal(w.Closed, []wire.Window{{Name: "depth"}}) || w.Mode != wire.WantContinuous {
		t.Errorf("the renderer was told %+v", w)
	}
	a.end(errors.New("x"))
	turn(m)
	b := newLink("r", "s2")
	m.Attach(0, b)
	b.show("rgb", "depth")
	turn(m)
	want(t, "after a restart", titles(state(m)), "rgb - r; depth - r closed")
	m.SetOpen(k, true)
	want(t, "ticked", titles(state(m)), "rgb - r; depth - r")
}

func TestSixteenOpenByThemselves(t *testing.T) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	names := strings.Split("a b c d e f g h i j k l m n o p q r s t", " ")
	a.show(names...)
	turn(m)
	open := 0
	for _, w := range state(m).Windows {
		if w.Open {
			open++
		}
	}
	if open != AutoOpen || len(state(m).Windows) != len(names) {
		t.Errorf("%d of %d open, wanted %d of %d", open, len(state(m).Windows), AutoOpen, len(names))
	}
}

func TestManyNamesAreForgotten(t *testing.T) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	for i := range 3 * windowsASource {
		a.show("step " + string(rune('a'+i%26)) + strings.Repeat("x", i/26))
		turn(m)
	}
	if n := len(state(m).Windows); n > windowsASource {
		t.Errorf("%d windows are kept", n)
	}
}

// A list's memory is given back when no window needs it, and acked once.
func TestPixelsAreGivenBack(t *testing.T) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	first := a.show("x", "y")
	turn(m)
	h := m.byKey[Key{"r", "", "x"}].hold
	if h.list != first || h.refs != 2 {
		t.Fatalf("%d windows hold the first list", h.refs)
	}
	a.show("x")
	turn(m)
	if h.refs != 1 {
		t.Errorf("%d windows hold the first list, wanted y alone", h.refs)
	}
	a.show("y")
	turn(m)
	if h.refs != 0 {
		t.Errorf("%d windows hold the first list", h.refs)
	}
}

func TestReading(t *testing.T) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	id := state(m).Conns[0].ID
	want(t, "at first", a.mode(), wire.WantContinuous)
	m.SetMode(id, OneByOne)
	want(t, "one by one", a.mode(), wire.WantNone)
	m.Next(id)
	want(t, "next", a.mode(), wire.WantOne)
	n := len(a.wants)
	a.show("0")
	turn(m)
	if len(a.wants) != n {
		t.Errorf("showing the one asked for sent %+v", a.wants[n:])
	}
	m.Next(id)
	want(t, "next again", a.mode(), wire.WantOne)
	m.SetMode(id, Continuous)
	want(t, "continuous", a.mode(), wire.WantContinuous)
	a.show("0").Last = true
	turn(m)
	want(t, "after the last", a.mode(), wire.WantNone)
	if c := state(m).Conns[0]; c.Phase != Ended || c.Mode != Off {
		t.Errorf("after the last: %+v", c)
	}
	m.ReadRemote(id)
	want(t, "read remote", a.mode(), wire.WantContinuous)
	if c := state(m).Conns[0]; c.Phase != Receiving {
		t.Errorf("read remote: phase %d", c.Phase)
	}
	a.end(errors.New("x"))
	turn(m)
	b := newLink("r", "s2")
	m.Attach(0, b)
	want(t, "a new connection", b.mode(), wire.WantContinuous)
}

func TestDisconnect(t *testing.T) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	a.show("0")
	turn(m)
	id := state(m).Conns[0].ID
	m.Disconnect(id)
	turn(m)
	want(t, "the image stays", titles(state(m)), "0 - r dead")
	again := newLink("r", "s")
	m.Attach(0, again)
	want(t, "it dials again", again.mode(), wire.WantNone)
	m.ReadRemote(state(m).Conns[0].ID)
	want(t, "taken back", again.mode(), wire.WantContinuous)
	again.end(errors.New("x"))
	turn(m)
	m.Disconnect(state(m).Conns[0].ID)
	if s := state(m); len(s.Conns)+len(s.Windows) != 0 {
		t.Errorf("left: %+v", s)
	}
}

func TestDialing(t *testing.T) {
	m := newModel()
	ended := false
	id := m.Dialing("gpu:12346", func() { ended = true })
	m.Failed(id, errors.New("nobody there"))
	c := state(m).Conns[0]
	if c.Phase != Dialing || c.Trouble != "nobody there" || c.Address != "gpu:12346" {
		t.Errorf("dialing: %+v", c)
	}
	want(t, "recent", strings.Join(m.Recent(), " "), "gpu:12346")
	a := newLink("r", "s")
	m.Attach(id, a)
	a.show("0")
	turn(m)
	a.end(errors.New("x"))
	turn(m)
	if c := state(m).Conns[0]; c.ID != id || c.Phase != Lost || !c.Dialed {
		t.Errorf("lost: %+v", c)
	}
	m.Attach(id, newLink("r", "s"))
	if c := state(m).Conns[0]; c.ID != id || c.Phase != Waiting {
		t.Errorf("back: %+v", c)
	}
	m.Disconnect(id)
	if !ended {
		t.Error("the dialing goes on")
	}
}

func TestSendData(t *testing.T) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	id := state(m).Conns[0].ID
	if err := m.SendData(id, "lr", "[1, 0.5]"); err != nil {
		t.Error(err)
	}
	want(t, "sent", strings.Join(a.data, "|"), "lr json [1, 0.5]")
	for _, bad := range [][2]string{{"", "1"}, {"x", "nope"}, {"x", ""}} {
		if err := m.SendData(id, bad[0], bad[1]); err == nil {
			t.Errorf("%q was sent", bad)
		}
	}
	a.events = []session.LinkEvent{{Kind: session.LinkData, Name: "psnr", Format: "json", Data: []byte("31.5")}}
	turn(m)
	if v := state(m).Conns[0].Values; len(v) != 1 || v[0] != (Value{"psnr", "31.5"}) {
		t.Errorf("received %v", v)
	}
}
