package session_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
)

// receiver joins a renderer to a viewer in memory. Run has not been called.
func receiver(t *testing.T, ctx context.Context) *session.Receiver {
	t.Helper()
	a, b := transport.Pipe()
	r := session.NewRenderer(session.RendererOptions{Name: "r"})
	go func() {
		if p, err := session.Server(ctx, a, r.Config()); err == nil {
			_ = r.Serve(ctx, p)
		}
		_ = r.Close(0)
	}()
	p, err := session.Client(ctx, b, viewerConfig("v"))
	if err != nil {
		t.Fatal(err)
	}
	return session.NewReceiver(p, &session.Pool{}, nil)
}

// Whoever waits in Next when the connection ends is told, whatever is between.
func TestNextEndsWithTheConnection(t *testing.T) {
	end := time.Now().Add(1200 * time.Millisecond)
	tries := 0
	for ; time.Now().Before(end); tries++ {
		ctx, cancel := context.WithCancel(context.Background())
		v := receiver(t, ctx)
		patience, enough := context.WithTimeout(context.Background(), 5*time.Second)
		var waiting sync.WaitGroup
		var hung atomic.Int64
		for range 32 {
			waiting.Go(func() {
				if _, err := v.Next(patience); errors.Is(err, context.DeadlineExceeded) {
					hung.Add(1)
				}
			})
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = v.Run(ctx)
		}()
		time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
		cancel()
		waiting.Wait()
		<-ended
		enough()
		if n := hung.Load(); n > 0 {
			t.Fatalf("%d of 32 calls of Next went on at try %d after the connection's end", n, tries)
		}
		if _, err := v.TryNext(); err == nil || !errors.Is(v.Err(), err) {
			t.Fatalf("afterwards: %v, the link ended by %v", err, v.Err())
		}
	}
	t.Logf("%d connections", tries)
}
