package model

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"remoteviewer/internal/listen"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
)

// lines is a log that may be read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *lines) await(t *testing.T, wanted string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !strings.Contains(l.String(), wanted); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%q was never said, but:\n%s", wanted, l)
		}
	}
}

// Whatever ends the viewer, renderers hear a bye.
func TestTheEndIsSaid(t *testing.T) {
	for name, end := range map[string]func(stop context.CancelFunc, n *Network){
		"closed":   func(_ context.CancelFunc, n *Network) { n.Stop() },
		"signal":   func(stop context.CancelFunc, n *Network) { stop(); n.Stop() },
		"released": func(_ context.CancelFunc, n *Network) { n.Model.Disconnect(1) },
	} {
		log := &lines{}
		r := session.NewRenderer(session.RendererOptions{Name: "test", Logger: session.NewLogger(log)})
		l, err := listen.Open(listen.Options{
			Address: transport.Address{Scheme: "rv", Host: "127.0.0.1"}, Config: r.Config(), Report: r.Report,
			Serve: func(ctx context.Context, p *session.Peer) { _ = r.Serve(ctx, p) },
		})
		if err != nil {
			t.Fatal(err)
		}
		r.Go(l.Run)
		ctx, stop := context.WithCancel(context.Background())
		n := &Network{Model: newModel(), Config: ViewerConfig("v", NewSessionID())}
		if err := n.Start(ctx, nil, []string{l.Address().String()}); err != nil {
			t.Fatal(err)
		}
		log.await(t, "connected from")
		end(stop, n)
		log.await(t, "disconnected")
		if strings.Contains(log.String(), "without a bye") {
			t.Errorf("%s: the renderer says\n%s", name, log)
		}
		stop()
		n.Stop()
		_ = r.Close(0)
	}
}
