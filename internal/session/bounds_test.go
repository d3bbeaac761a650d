package session_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

const (
	largest     = wire.DataLimit
	mostLargest = 4 // values of that size that wait, 64 MiB
)

// sync waits until the other side has taken all that was said so far.
func (b *bare) sync() {
	b.t.Helper()
	b.say(&wire.Ping{ID: 4711, SentNs: 1})
	for {
		if m, ok := b.hear().(*wire.Pong); ok && m.ID == 4711 {
			return
		}
	}
}

// value says a value of so many bytes.
func (b *bare) value(name string, size int) {
	b.t.Helper()
	b.raw(fmt.Sprintf(`{"type":"data","name":%q,"format":"bytes"}`, name), make([]byte, size))
}

func TestUnreadValuesOfARendererAreBoundedByBytes(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	b := g.bareViewer() // two events: it has come, and it drives
	const sent = 5
	for i := range sent {
		b.value(fmt.Sprint(i), largest)
	}
	b.sync()
	var names []string
	read := 0
	for {
		e, ok, err := g.r.Read(0)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		if e.Kind == session.EventReady {
			continue
		}
		read++
		if e.Kind == session.EventData && len(e.Data) == largest {
			names = append(names, e.Name)
		}
	}
	if fmt.Sprint(names) != "[1 2 3 4]" {
		t.Fatalf("values %v were kept, wanted the newest %d", names, mostLargest)
	}
	if n := g.r.Stats().EventsDropped; n != uint64(sent+2-read) {
		t.Fatalf("%d events count as dropped, %d of %d were read", n, read, sent+2)
	}
}

func TestUnreadValuesOfAViewerAreBoundedByBytes(t *testing.T) {
	r, v := bareRenderer(t)
	const sent = 5
	for i := range sent {
		r.value(fmt.Sprint(i), largest)
	}
	r.sync()
	var names []string
	for _, e := range v.Events() {
		if len(e.Data) != largest {
			t.Fatalf("a value of %d bytes", len(e.Data))
		}
		names = append(names, e.Name)
	}
	if fmt.Sprint(names) != "[1 2 3 4]" {
		t.Fatalf("values %v were kept, wanted the newest %d", names, mostLargest)
	}
	if n := v.Stats().EventsDropped; n != sent-mostLargest {
		t.Fatalf("%d values count as dropped, wanted %d", n, sent-mostLargest)
	}
	r.value("one more", 5) // what was taken counts no longer
	r.sync()
	if e := v.Events(); len(e) != 1 || e[0].Name != "one more" {
		t.Fatalf("%+v", e)
	}
}

// A viewer that reads nothing costs its renderer 64 MiB of values at the most.
func TestValuesForAViewerThatReadsNothingAreBoundedByBytes(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	b := g.bareViewer()
	value := make([]byte, largest) // more than the kernel's buffers
	for i := range 3 * mostLargest {
		if err := g.r.SendData(fmt.Sprint(i), "bytes", value); err != nil {
			t.Fatal(err)
		}
	}
	// values reads up to the answer of a ping, or so many.
	values := func(most int) (names []string) {
		for len(names) < most {
			switch m := b.hear().(type) {
			case *wire.Data:
				names = append(names, m.Name)
			case *wire.Pong:
				return names
			}
		}
		return names
	}
	b.say(&wire.Ping{ID: 1, SentNs: 1}) // its answer comes behind what waited
	if names := values(3 * mostLargest); fmt.Sprint(names) != "[0 1 2 3]" {
		t.Fatalf("values %v came, wanted the oldest %d", names, mostLargest)
	}
	await(t, "room for one more", func() bool { // all was written
		if err := g.r.SendData("mark", "bytes", value); err != nil {
			t.Fatal(err)
		}
		b.say(&wire.Ping{ID: 2, SentNs: 1})
		return slices.Equal(values(1), []string{"mark"})
	})
}

func TestViewersOutboxIsBoundedByBytes(t *testing.T) {
	a, b := transport.Pipe()
	cfg := session.NewRenderer(session.RendererOptions{}).Config()
	go func() { _, _ = session.Server(context.Background(), b, cfg) }()
	peer, err := session.Client(context.Background(), a, viewerConfig("v"))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	defer a.Close()
	v := session.NewReceiver(peer, &session.Pool{}, nil) // nobody runs it: all waits
	value := make([]byte, largest)
	for i := range mostLargest {
		if !v.SendData("x", "bytes", value) {
			t.Fatalf("no room for value %d", i)
		}
	}
	if v.SendData("x", "bytes", value[:1]) {
		t.Fatal("room for more than 64 MiB")
	}
	if !v.SendData("x", "bytes", nil) {
		t.Fatal("no room for an empty value")
	}
}

// Cameras come in turns with values, however many of those wait.
func TestValuesDontKeepCamerasAway(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	b := g.bareViewer()
	for i := range 500 {
		b.value(fmt.Sprint("flood ", i), 10)
	}
	for seq := uint64(1); seq <= 5; seq++ {
		g.steer(b, seq)
		var kinds []session.EventKind
		came := false
		for range 2 {
			e, ok, err := g.r.Read(0)
			if err != nil || !ok {
				t.Fatalf("%v, %v", ok, err)
			}
			kinds = append(kinds, e.Kind)
			came = came || e.Kind == session.EventCamera && e.Camera.Seq == seq
		}
		if !came {
			t.Fatalf("camera %d is not among two events, which are of kinds %v", seq, kinds)
		}
	}
}

func TestPoolHandsMemoryOver(t *testing.T) {
	var p session.Pool
	var many [][]byte
	for range 17 { // more than it keeps
		many = append(many, p.Get(32<<20))
	}
	for _, b := range many {
		p.Put(b)
	}
	if n := testing.AllocsPerRun(5, func() { p.Put(p.Get(40 << 20)) }); n > 0 {
		t.Fatalf("%v allocations a frame: the pool is full of memory that nobody asks for", n)
	}
	if p.Out() != 0 {
		t.Fatalf("%d slices are out", p.Out())
	}
}
