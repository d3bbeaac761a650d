package session_test

import (
	"math"
	"testing"
	"time"

	"remoteviewer/internal/session"
)

// What C looks at says what Wants and Gate would say, and is set back by whatever
// changes that.
func TestPollFollowsTheSession(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	var p session.Poll
	g.r.Watch(&p)
	if _, ok := g.wants(0.05, 0.5); ok || p.Until.Load() != math.MaxInt64 {
		t.Fatalf("nobody watches: until %d, wanted without end", p.Until.Load())
	}
	if math.Float64frombits(p.Budget.Load()) != 0.05 || math.Float64frombits(p.Refresh.Load()) != 0.5 {
		t.Fatal("not for this budget and refresh")
	}
	v := g.steady("v")
	if p.Until.Load() != 0 {
		t.Fatal("a viewer has come")
	}
	cam, ok := g.wants(0.05, 0)
	for end := time.Now().Add(10 * time.Second); !ok && time.Now().Before(end); cam, ok = g.wants(0.05, 0) {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	g.rendered(v, cam)
	now := session.MonotonicNs()
	if _, ok := g.wants(0.05, 60); ok || p.Until.Load() < now+int64(time.Second) {
		t.Fatalf("an image of 100 ms at a budget of 0.05 is paid off in %v", time.Duration(p.Until.Load()-now))
	}
	if ok, err := g.r.Gate(0); !ok || err != nil || p.Running.Load() != 1 {
		t.Fatal("a gate that runs needs no asking")
	}
	if err := g.r.SetControl("gate", 0.0); err != nil {
		t.Fatal(err)
	}
	if p.Running.Load() != 0 || p.Until.Load() != 0 {
		t.Fatal("the gate is paused, and no budget counts")
	}
	if err := g.r.SetControl("gate", -1.0); err != nil {
		t.Fatal(err)
	}
	_, _ = g.r.Gate(0)
	if n := g.r.RemoveControls(""); n != 1 || p.Running.Load() != 0 {
		t.Fatal("the gate has gone")
	}
	_, _ = g.r.Gate(0)
	_, _ = g.wants(0.05, 60)
	_ = g.r.Close(0)
	if p.Running.Load() != 0 || p.Until.Load() != 0 {
		t.Fatal("a closed session says so itself")
	}
}
