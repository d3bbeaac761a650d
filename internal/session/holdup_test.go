package session_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// blank is an image without the time that noise takes.
func blank(w, h int) session.Given {
	f := pixel.Format{Width: w, Height: h, Channels: pixel.DefaultChannels(4), DType: pixel.U8, Color: pixel.SRGB, Alpha: pixel.Straight}
	return session.Given{Format: f, Source: pixel.Source{Data: make([]byte, f.Bytes())}}
}

// A viewer reads nothing, a write to it stands still, and it comes again.
func TestAStuckViewerThatComesAgainHoldsNothingUp(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	hello := helloAs("viewer")
	g.bareAs(hello)
	g.send(session.SendOptions{}, blank(2048, 2048)) // more than the kernel's buffers
	await(t, "the write to begin", func() bool { return g.r.Stats().Sent == 1 })
	time.Sleep(50 * time.Millisecond) // to fill them
	start := time.Now()
	again := g.bareAs(hello)
	g.send(session.SendOptions{Stream: "x"}, small())
	within(t, time.Since(start), 0, 2*time.Second)
	await(t, "the older connection to end", func() bool { return g.r.Stats().Viewers == 1 })
	within(t, time.Since(start), 0, 3*time.Second)
	if m := again.list(); m.Seq != 1 {
		t.Fatalf("list %d came, wanted 1", m.Seq)
	}
	if m := again.list(); m.Seq != 2 {
		t.Fatalf("list %d came, wanted 2", m.Seq)
	}
}

// windows is a list of closed windows with names of its own.
func windows(n int, names string) []wire.Window {
	closed := make([]wire.Window, n)
	for i := range closed {
		closed[i] = wire.Window{Name: fmt.Sprint(names, i)}
	}
	return closed
}

const mostClosed = 64 * 64 // windows of as many streams and lists as there can be

func TestTooManyClosedWindowsAreRefused(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	b := g.bareViewer()
	b.say(&wire.Want{Mode: wire.WantContinuous, Closed: windows(mostClosed, "w")})
	g.send(session.SendOptions{}, small())
	b.ack(b.list(), wire.StateShown)
	b.say(&wire.Want{Mode: wire.WantContinuous, Closed: windows(mostClosed+1, "w")})
	if e := b.farewell(); e.Code != wire.CodeLimit || !strings.Contains(e.Text, "4097 closed windows, wanted at most 4096") {
		t.Fatalf("%+v", e)
	}
}

func TestBigWantsHoldNothingUp(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	b := g.bareViewer()
	b.enc = wire.MsgPack
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 20 { // each closes other windows, and so opens all of the one before
			b.say(&wire.Want{Mode: wire.WantNone, Closed: windows(mostClosed, fmt.Sprint(i, " "))})
		}
		b.raw(`{"type":"data","name":"mark","format":"bytes"}`, nil)
	}()
	var worst time.Duration
	long := 0 // not by a hiccup of the machine
	for marked := false; !marked; {
		start := time.Now()
		g.send(session.SendOptions{}, small())
		e, ok, err := g.r.Read(0)
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(start)
		worst = max(worst, took)
		if took > 100*time.Millisecond {
			long++
		}
		marked = ok && e.Kind == session.EventData
		time.Sleep(time.Millisecond)
	}
	<-done
	if long > 3 {
		t.Fatalf("20 big wants held Send up %d times, for %v at most", long, worst)
	}
}
