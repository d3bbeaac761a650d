package session_test

import (
	"strings"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// What Close says depends on what became of the newest list, and it waits only
// for what may still come.
func TestCloseSaysWhatBecameOfTheNewestList(t *testing.T) {
	acked := func(state string) func(g *rig, b *bare) {
		return func(_ *rig, b *bare) {
			b.ack(b.list(), state)
			b.sync()
		}
	}
	for name, c := range map[string]struct {
		before, after func(g *rig, b *bare)
		want          error
	}{
		"shown":  {nil, acked(wire.StateShown), nil},
		"failed": {nil, acked(wire.StateFailed), session.ErrTimeout},
		"paused": {func(_ *rig, b *bare) {
			b.say(&wire.Want{Mode: wire.WantNone})
			b.sync()
		}, nil, session.ErrTimeout},
		"paused after it was shown": {nil, func(_ *rig, b *bare) {
			b.ack(b.list(), wire.StateShown)
			b.say(&wire.Want{Mode: wire.WantNone})
			b.sync()
		}, nil},
		"paused while it was on its way": {nil, func(_ *rig, b *bare) {
			m := b.list()
			b.say(&wire.Want{Mode: wire.WantNone})
			b.sync()
			time.AfterFunc(50*time.Millisecond, func() { b.ack(m, wire.StateShown) })
		}, nil},
		"shown, and the viewer has left": {nil, func(g *rig, b *bare) {
			b.ack(b.list(), wire.StateShown)
			b.sync()
			b.leave(g, 0)
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t, session.RendererOptions{Dialing: true})
			b := g.bareViewer()
			if c.before != nil {
				c.before(g, b)
			}
			g.send(session.SendOptions{Mode: session.Last}, small())
			if c.after != nil {
				c.after(g, b)
			}
			go func() { // says goodbye
				for {
					m, _, err := b.r.Next()
					if _, bye := m.(*wire.Bye); bye || err != nil {
						_ = b.conn.Close()
						return
					}
				}
			}()
			took, err := timed(g.r, -1)
			wantIs(t, err, c.want, "")
			within(t, took, 0, 2*time.Second)
		})
	}
}

func TestCloseAtOnceDoesntWaitForAnIdleViewer(t *testing.T) {
	for _, lists := range []int{0, 1} {
		g := newRig(t, session.RendererOptions{})
		b := g.bareViewer() // takes nothing, and doesn't close after the bye
		for range lists {
			g.send(session.SendOptions{}, small())
			b.list()
		}
		took, err := timed(g.r, 0)
		wantIs(t, err, nil, "")
		within(t, took, 0, 300*time.Millisecond)
	}
}

func TestUnknownAckStatesEndTheConnection(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	b := g.bareViewer()
	for i, state := range []string{wire.StateShown, wire.StateSkipped, wire.StateMissing, wire.StateFailed} {
		g.send(session.SendOptions{}, small())
		b.ack(b.list(), state)
		await(t, state, func() bool {
			s := g.r.Stats()
			return s.Shown+s.Skipped+s.Failed == uint64(i+1)
		})
	}
	for _, state := range []string{"seen", "", "Shown"} {
		g.send(session.SendOptions{}, small())
		b.ack(b.list(), state)
		if e := b.farewell(); e.Code != wire.CodeProtocol || !strings.Contains(e.Text, `an ack of state "`+state+`"`) {
			t.Fatalf("%q: %+v", state, e)
		}
		b = g.bareViewer()
		b.ack(b.list(), wire.StateShown) // the newest, once more
	}
}
