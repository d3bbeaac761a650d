package session_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// fragile is a log that panics, or takes nothing.
type fragile struct {
	slog.Handler
	stuck chan struct{}
}

func (f *fragile) Enabled(context.Context, slog.Level) bool { return true }

func (f *fragile) Handle(context.Context, slog.Record) error {
	if f.stuck == nil {
		panic("a defect of the log")
	}
	<-f.stuck
	return nil
}

func TestALogHindersNobody(t *testing.T) {
	stuck := make(chan struct{})
	defer close(stuck)
	for name, log := range map[string]*fragile{"panics": {}, "is stuck": {stuck: stuck}} {
		g := newRig(t, session.RendererOptions{Logger: slog.New(log)})
		for range 30 {
			v := g.join(viewerConfig(name))
			v.Close()
			<-v.Done()
		}
		g.send(session.SendOptions{}, small())
		g.show(g.join(viewerConfig("the last")), 1)
		took, err := timed(g.r, -1)
		wantIs(t, err, nil, "")
		within(t, took, 0, 2*time.Second)
	}
}

// ended waits for the session's end by a defect.
func ended(t *testing.T, r *session.Renderer) {
	t.Helper()
	told := false
	await(t, "the session to end", func() bool {
		e, _, err := r.Read(0)
		told = told || e.Kind == session.EventStatus && e.Code == session.StatusInternal
		return err != nil
	})
	if !told {
		t.Fatal("no event says so")
	}
	_, _, err := r.Read(-1)
	wantIs(t, err, session.ErrInternal, "report it")
	wantIs(t, r.Send([]session.Given{small()}, session.SendOptions{}), session.ErrInternal, "report it")
}

func TestPanicInAHandlerEndsTheSessionAlone(t *testing.T) {
	bystander := newRig(t, session.RendererOptions{})
	other := bystander.join(viewerConfig("other"))
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	g.send(session.SendOptions{}, small())
	l := g.next(v)
	mend := g.r.Break()
	l.Ack(wire.StateShown)
	l.Release()
	ended(t, g.r)
	mend()
	<-v.Done()
	bystander.send(session.SendOptions{}, small())
	bystander.show(other, 1)
	_ = g.r.Close(0)
	if n := g.r.Memory().Out(); n != 0 {
		t.Fatalf("%d slices are left", n)
	}
}

func TestPanicInABackgroundTaskEndsTheSession(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	g.r.Go(func(context.Context) { panic("a defect") })
	ended(t, g.r)
}
