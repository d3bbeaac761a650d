package session_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// fragile panics once, at a record with these words.
type fragile struct {
	slog.Handler
	words string
	done  atomic.Bool
}

func (f *fragile) Enabled(context.Context, slog.Level) bool { return true }

func (f *fragile) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, f.words) && !f.done.Swap(true) {
		panic("a defect")
	}
	return nil
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
	wantIs(t, err, session.ErrInternal, "a defect")
	wantIs(t, r.Send([]session.Given{small()}, session.SendOptions{}), session.ErrInternal, "a defect")
}

func TestPanicInAHandlerEndsTheSessionAlone(t *testing.T) {
	bystander := newRig(t, session.RendererOptions{})
	other := bystander.join(viewerConfig("other"))
	g := newRig(t, session.RendererOptions{Logger: slog.New(&fragile{words: "could not show"})})
	v := g.join(viewerConfig("v"))
	g.send(session.SendOptions{}, small())
	l := g.next(v)
	l.Ack(wire.StateFailed)
	l.Release()
	ended(t, g.r)
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
