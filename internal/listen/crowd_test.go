package listen_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"remoteviewer/internal/listen"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

// Strangers who connect and say nothing give way to who says something.
func TestACrowdOfSilentNewcomersKeepsNobodyOut(t *testing.T) {
	d := open(t, listen.Options{})
	served := d.raw(t) // before they come
	_, _ = io.WriteString(served, frame(goodHello))
	<-d.served
	crowd := make([]net.Conn, 128)
	for i := range crowd {
		crowd[i] = d.raw(t)
	}
	start := time.Now()
	if err := d.dial(t, "", false); err != nil {
		t.Fatalf("a good peer: %v", err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Fatalf("a good peer waited %v", took)
	}
	for i, conn := range []net.Conn{crowd[0], crowd[40]} { // who came first is sent away first
		if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("silent newcomer %d: %v", i, err)
		}
	}
	_, _ = io.WriteString(crowd[127], frame(strings.Replace(goodHello, "0001", "aaaa", 1)))
	select {
	case <-d.served:
	case <-time.After(5 * time.Second):
		t.Error("the last newcomer was sent away")
	}
	_, _ = io.WriteString(served, frame(`{"type":"ping","id":99}`))
	for r := wire.NewReader(served, wire.DefaultLimits); ; {
		m, _, err := r.Next()
		if err != nil {
			t.Fatalf("who is being served: %v", err)
		}
		if _, ok := m.(*wire.Hello); ok {
			r.Open()
		}
		if m, ok := m.(*wire.Pong); ok && m.ID == 99 {
			break
		}
	}
}

// A defect that one connection meets is told, and ends that connection alone.
func TestAPanicWhileServingIsTold(t *testing.T) {
	failed := make(chan error, 1)
	var served atomic.Int64
	l, err := listen.Open(listen.Options{
		Address: loopback(), Config: config(wire.RoleViewer),
		Serve: func(context.Context, *session.Peer) {
			if served.Add(1) == 1 {
				panic("a defect")
			}
		},
		Failed: func(err error) { failed <- err },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.Run(ctx)
	}()
	defer func() {
		cancel()
		<-ended
	}()
	dial := func() *transport.Conn {
		conn, err := transport.Dial(ctx, l.Address())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		if _, err := session.Client(ctx, conn, config(wire.RoleRenderer)); err != nil {
			t.Fatal(err)
		}
		return conn
	}
	first := dial()
	select {
	case err := <-failed:
		if !errors.Is(err, session.ErrInternal) || !strings.Contains(err.Error(), "a defect at ") {
			t.Fatal(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("nobody was told")
	}
	_ = first.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.Copy(io.Discard, first); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("its connection stays open: %v", err)
	}
	dial()
	for end := time.Now().Add(5 * time.Second); served.Load() < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the next one is not served")
		}
	}
}

// Without Failed a defect is reported as one.
func TestADefectIsReported(t *testing.T) {
	codes := make(chan int, 1)
	l, err := listen.Open(listen.Options{
		Address: loopback(), Config: config(wire.RoleViewer),
		Serve:  func(context.Context, *session.Peer) { panic("a defect") },
		Report: func(code int, _ string) { codes <- code },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go l.Run(ctx)
	conn, err := transport.Dial(ctx, l.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := session.Client(ctx, conn, config(wire.RoleRenderer)); err != nil {
		t.Fatal(err)
	}
	select {
	case code := <-codes:
		if code != session.StatusInternal {
			t.Fatalf("code %d", code)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("nobody was told")
	}
}
