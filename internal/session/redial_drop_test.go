package session_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
)

// A peer that takes everybody in and drops them at once is dialed less and less often.
func TestRedialBacksOffFromAPeerThatDrops(t *testing.T) {
	t.Parallel()
	l, err := transport.Listen(loopback)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var dials atomic.Int64
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			dials.Add(1)
			_, _ = session.Server(context.Background(), transport.NewConn(c), viewerConfig("drops"))
			_ = c.Close()
		}
	}()
	g := newRig(t, session.RendererOptions{Dialing: true})
	d := &session.Redial{Address: transport.Bound(loopback, l), Config: g.r.Config(), Serve: g.r.Serve, Report: g.r.Report}
	g.r.Go(d.Run)
	time.Sleep(1500 * time.Millisecond)
	if n := dials.Load(); n < 3 || n >= 10 {
		t.Fatalf("%d dials in 1.5 s, wanted some, fewer than 10", n)
	}
	if n := g.r.Stats().Joined; n < 3 {
		t.Fatalf("%d were served", n)
	}
}
