package session_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// lines is a log that can be read.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// with gives the lines that have the words.
func (l *lines) with(words string) (found []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, words) {
			found = append(found, line)
		}
	}
	return found
}

func named(name string, w, h int) session.Given {
	g := noise(w, h, 3, pixel.U8)
	g.Name = name
	return g
}

// A list that one viewer can't take is skipped for it alone, whether it drives or not.
func TestListsBeyondAPeersLimits(t *testing.T) {
	limits := wire.Limits{Images: 2, Side: 100, List: 15_000, Name: 4, Meta: 20}
	beyond := []struct {
		meta   map[string]any
		images []session.Given
		words  string
	}{
		{nil, []session.Given{small(), small(), small()}, "3 images, it takes 2"},
		{nil, []session.Given{named("a", 101, 1)}, `image "a" has 101 pixels a side, it takes 100`},
		{nil, []session.Given{named("a", 1, 102)}, `image "a" has 102 pixels a side, it takes 100`},
		{nil, []session.Given{named("a", 60, 60), named("b", 60, 60)}, "21600 bytes, it takes 15000"},
		{nil, []session.Given{named("names", 1, 1)}, "a name has 5 bytes, it takes 4"},
		{map[string]any{"a": strings.Repeat("x", 30)}, []session.Given{small()}, "meta"},
	}
	for _, drives := range []bool{true, false} {
		for _, mode := range []session.Mode{session.Newest, session.Every} {
			t.Run(fmt.Sprint(drives, mode), func(t *testing.T) {
				log := &lines{}
				g := newRig(t, session.RendererOptions{Logger: session.NewLogger(log)})
				hello := helloAs("viewer")
				hello.Limits = limits
				var b *bare
				var other *session.Receiver
				if drives {
					b = g.bareAs(hello)
					other = g.join(viewerConfig("other"))
				} else {
					other = g.join(viewerConfig("other"))
					b = g.bareAs(hello)
				}
				o := session.SendOptions{Mode: mode, Timeout: 5 * time.Second}
				seq := uint64(0)
				for _, c := range beyond {
					o.Meta = c.meta
					g.send(o, c.images...)
					g.show(other, seq+1)
					await(t, "a line with "+c.words, func() bool { return len(log.with(c.words)) > 0 })
					o.Meta = nil
					g.send(o, named("fits", 70, 70))
					g.show(other, seq+2)
					m := b.list()
					if m.Seq != seq+2 || m.Images[0].Name != "fits" {
						t.Fatalf("after one with %s list %d came, wanted %d", c.words, m.Seq, seq+2)
					}
					b.ack(m, wire.StateShown)
					seq += 2
				}
				await(t, "all acks", func() bool { return g.r.Stats().Shown == uint64(3*len(beyond)) })
				if s := g.r.Stats(); s.Failed != uint64(len(beyond)) || s.Viewers != 2 {
					t.Fatalf("%+v", s)
				}
			})
		}
	}
}

// Limits that a peer leaves out are the protocol's.
func TestLimitsLeftOut(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	hello := helloAs("viewer")
	hello.Limits = wire.Limits{Side: 1000}
	b := g.bareAs(hello)
	g.send(session.SendOptions{Meta: map[string]any{"a": 1}}, named("a name of some length", 999, 3), small(), small())
	if m := b.list(); m.Seq != 1 {
		t.Fatalf("%+v", m)
	}
}

// What strangers say of themselves fits into one line of a log, and not many come.
func TestLogLinesOfStrangers(t *testing.T) {
	log := &lines{}
	g := newRig(t, session.RendererOptions{Logger: session.NewLogger(log)})
	hello := helloAs("viewer")
	hello.Name = "evil\x1b[2J\u009b2Jname\r\nremoteviewer: forged"
	b := g.bareAs(hello)
	for range 30 {
		g.send(session.SendOptions{}, small())
		b.say(&wire.Ack{Seq: b.list().Seq, State: wire.StateFailed, Text: "no\nremoteviewer: forged" + strings.Repeat("é", 300)})
	}
	await(t, "the acks", func() bool { return g.r.Stats().Failed == 30 })
	b.leave(g, 0)
	_ = g.r.Close(0)
	if n := len(log.with("could not show")); n != 10 {
		t.Errorf("%d lines about 30 lists", n)
	}
	all := log.with("")
	if len(all) != 12 {
		t.Errorf("%d lines, wanted one of its coming, one of its going, 10 of lists: %q", len(all), all)
	}
	for _, line := range all {
		if strings.ContainsAny(line, "\x1b\u009b\r\ufffd") || strings.HasPrefix(line, "remoteviewer: forged") {
			t.Errorf("a stranger wrote %q", line)
		}
	}
}

// What the head alone makes too large is skipped as well.
func TestAHeadBeyondAPeersLimit(t *testing.T) {
	log := &lines{}
	g := newRig(t, session.RendererOptions{Logger: session.NewLogger(log)})
	hello := helloAs("viewer")
	hello.Limits = wire.Limits{Head: 900}
	b := g.bareAs(hello)
	o := session.SendOptions{Mode: session.Every, Timeout: 5 * time.Second, Meta: map[string]any{"a": strings.Repeat("x", 900)}}
	g.send(o, named("large", 4, 4))
	o.Meta = nil
	g.send(o, named("fits", 4, 4))
	m := b.list()
	if m.Seq != 2 || len(log.with("a head of ")) != 1 {
		t.Fatalf("list %d came, and the log has %q", m.Seq, log.with(""))
	}
	b.ack(m, wire.StateShown)
	await(t, "the ack", func() bool { return g.r.Stats().Shown == 1 })
	if s := g.r.Stats(); s.Failed != 1 || s.Sent != 1 {
		t.Fatalf("%+v", s)
	}
}
