package session_test

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// device is where the pixels of these tests come from.
type device struct {
	t    *testing.T
	out  atomic.Int32 // pieces of memory that are not given back
	fail error        // what becomes of copies; nil: they succeed
}

// transfer is one copy: it is done when its channel is closed.
type transfer struct {
	d     *device
	bytes []byte
	done  chan struct{}
	mu    sync.Mutex
	freed bool
}

func (c *transfer) Wait() error {
	<-c.done
	return c.d.fail
}

func (c *transfer) Bytes() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.freed {
		c.d.t.Error("memory that was given back is looked at")
	}
	return c.bytes
}

func (c *transfer) Release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.freed {
		c.d.t.Error("memory was given back twice")
	}
	c.freed = true
	c.d.out.Add(-1)
}

// later makes an image come later, when the channel given is closed.
func (d *device) later(g session.Given, done chan struct{}) session.Given {
	data := g.Source.Data
	g.Start = func() (session.Later, error) {
		d.out.Add(1)
		return &transfer{d: d, bytes: slices.Clone(data), done: done}, nil
	}
	g.Source.Data = nil
	return g
}

func closed() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func TestPixelsComeLater(t *testing.T) {
	d := &device{t: t}
	g := newRig(t, session.RendererOptions{})
	v := g.viewer(viewerConfig("v"))
	packed, host, done := noise(37, 21, 3, pixel.U8), noise(9, 8, 1, pixel.F32), make(chan struct{})
	planar := noise(13, 7, 3, pixel.U16) // its bytes are taken as channels x height x width
	planar.Source.Row, planar.Source.Pixel, planar.Source.Channel = 13*2, 2, 13*7*2
	upside := noise(5, 6, 3, pixel.U8)
	upside.Source.Row, upside.Source.Offset = -15, 5*15
	given := []session.Given{packed, host, planar, upside}
	late := []session.Given{d.later(packed, done), host, d.later(planar, done), d.later(upside, closed())}
	for i := range given {
		given[i].Name, late[i].Name = string(rune('a'+i)), string(rune('a'+i))
	}
	g.send(session.SendOptions{}, late...)
	g.none(v)
	close(done)
	l := g.next(v)
	for i, want := range given {
		pix := make([]byte, want.Format.Bytes())
		if err := want.Format.CopyFrom(pix, want.Source); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(l.Images[i].Pix, pix) {
			t.Errorf("image %d differs", i)
		}
	}
	l.Ack(wire.StateShown)
	if n := d.out.Load(); n != 1 {
		t.Errorf("%d pieces of memory are held, wanted that of the packed image alone", n)
	}
	g.send(session.SendOptions{}, small())
	g.show(v, 2)
	await(t, "the memory", func() bool { return d.out.Load() == 0 })
}

// A renderer that is ahead of its device: the first copy is shown when it is
// there, and then the newest.
func TestNewestOfThoseThatCome(t *testing.T) {
	d := &device{t: t}
	g := newRig(t, session.RendererOptions{})
	v := g.viewer(viewerConfig("v"))
	done := make(chan struct{})
	for range 6 {
		g.send(session.SendOptions{}, d.later(small(), done))
	}
	g.send(session.SendOptions{}, small()) // of the host, and yet behind them
	if n := d.out.Load(); n > 2 {
		t.Errorf("%d pieces of memory are held, wanted at most 2", n)
	}
	g.none(v)
	close(done)
	seen := uint64(0)
	for seen != 7 {
		l := g.next(v)
		if l.Seq != 1 && l.Seq != 7 {
			t.Fatalf("list %d came, wanted 1 and 7", l.Seq)
		}
		seen = l.Seq
		l.Ack(wire.StateShown)
		l.Release()
	}
	if s := g.r.Stats(); s.Lists != 7 || s.Dropped < 5 {
		t.Errorf("%+v", s)
	}
	await(t, "the memory", func() bool { return d.out.Load() == 0 })
}

func TestEveryListComesLaterInOrder(t *testing.T) {
	const n = 30
	d := &device{t: t}
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	sent := make(chan error, 1)
	go func() {
		for i := range n {
			one := small()
			if i%3 != 2 {
				done := make(chan struct{})
				one = d.later(one, done)
				time.AfterFunc(time.Duration(i%5)*time.Millisecond, func() { close(done) })
			}
			if err := g.r.Send([]session.Given{one}, every); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	for i, seq := range g.collect(v, n, 0) {
		if seq != uint64(i+1) {
			t.Fatalf("list %d came as number %d", seq, i+1)
		}
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
}

func TestEveryListThatComesTakesItsPlace(t *testing.T) {
	d := &device{t: t}
	g := newRig(t, session.RendererOptions{})
	done := make(chan struct{})
	o := session.SendOptions{Mode: session.Every, Timeout: 20 * time.Millisecond}
	for range 8 {
		g.send(o, d.later(small(), done))
	}
	wantIs(t, g.r.Send([]session.Given{d.later(small(), done)}, o), session.ErrTimeout, "no viewer")
	if n := d.out.Load(); n != 8 {
		t.Errorf("%d copies were begun, wanted 8", n)
	}
	close(done)
	v := g.join(viewerConfig("v"))
	if seen := g.collect(v, 8, 0); len(seen) != 8 {
		t.Errorf("got %v", seen)
	}
}

func TestACopyThatFails(t *testing.T) {
	var text bytes.Buffer
	var mu sync.Mutex
	log := slog.New(slog.NewTextHandler(lockedWriter{&mu, &text}, nil))
	d := &device{t: t, fail: errors.New("the device is lost")}
	g := newRig(t, session.RendererOptions{Logger: log, Cameras: true})
	v := g.viewer(viewerConfig("v"))
	g.send(session.SendOptions{}, d.later(small(), closed()))
	await(t, "the count", func() bool { return g.r.Stats().Failed == 1 })
	await(t, "the line", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return strings.Contains(text.String(), `list 1 is not shown: image \"0\": the device is lost`)
	})
	g.send(session.SendOptions{}, small()) // the session goes on
	g.show(v, 2)
	if n := d.out.Load(); n != 0 {
		t.Errorf("%d pieces of memory are held", n)
	}
}

// A loop that waits for the next camera is not left waiting when its list is lost.
func TestALostListMakesRoom(t *testing.T) {
	d := &device{t: t, fail: errors.New("lost")}
	g := newRig(t, session.RendererOptions{})
	g.viewer(viewerConfig("v"))
	for range 4 {
		await(t, "room", func() bool {
			e, ok, _ := g.r.Read(0)
			return ok && e.Kind == session.EventReady
		})
		g.send(session.SendOptions{}, d.later(small(), closed()))
	}
}

func TestAStartThatFails(t *testing.T) {
	d := &device{t: t}
	g := newRig(t, session.RendererOptions{})
	bad := small()
	bad.Name = "bad"
	bad.Start = func() (session.Later, error) { return nil, errors.New("no such memory") }
	err := g.r.Send([]session.Given{d.later(small(), closed()), bad}, session.SendOptions{})
	if err == nil || !strings.Contains(err.Error(), `image "bad": no such memory`) {
		t.Fatalf("got %v", err)
	}
	if s := g.r.Stats(); s.Lists != 0 || d.out.Load() != 0 || g.r.Memory().Out() != 0 {
		t.Errorf("%+v, %d pieces of memory are held", s, d.out.Load())
	}
}

// Close doesn't wait for a device that never answers, and its memory comes back
// when it does.
func TestCloseWhilePixelsCome(t *testing.T) {
	d := &device{t: t}
	g := newRig(t, session.RendererOptions{})
	g.viewer(viewerConfig("v"))
	done := make(chan struct{})
	for range 3 {
		g.send(session.SendOptions{Stream: "a"}, d.later(small(), done))
	}
	begun := time.Now()
	if err := g.r.Close(100 * time.Millisecond); err != nil && !errors.Is(err, session.ErrTimeout) {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	close(done)
	await(t, "the memory", func() bool { return d.out.Load() == 0 })
}

func TestCloseWaitsForPixels(t *testing.T) {
	d := &device{t: t}
	g := newRig(t, session.RendererOptions{})
	v := g.viewer(viewerConfig("v"))
	done := make(chan struct{})
	g.send(session.SendOptions{}, d.later(small(), done))
	time.AfterFunc(50*time.Millisecond, func() { close(done) })
	ended := make(chan error, 1)
	go func() { ended <- g.r.Close(5 * time.Second) }()
	g.show(v, 1)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// The host's images cost as many allocations as without all this.
func TestHostImagesStartNothing(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	given := []session.Given{small()}
	for range 10 {
		g.send(session.SendOptions{}, given...)
	}
	if n := testing.AllocsPerRun(100, func() { _ = g.r.Send(given, session.SendOptions{}) }); n > 3 {
		t.Errorf("%v allocations a list", n)
	}
}

type lockedWriter struct {
	mu *sync.Mutex
	b  *bytes.Buffer
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}
