package session_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

func TestDataBothWays(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	a, b := g.join(viewerConfig("a")), g.join(viewerConfig("b"))
	large := bytes.Repeat([]byte("0123456789abcdef"), wire.DataLimit/16)
	values := []struct {
		name, format string
		data         []byte
	}{
		{"rate", "json", []byte(` {"x": [1, 2.5, null]} `)},
		{"packed", "msgpack", []byte{0x93, 1, 2, 3}},
		{"é漢😀", "bytes", []byte{0, 255}},
		{"empty", "bytes", nil},
		{strings.Repeat("n", 128), "bytes", []byte("x")},
		{"large", "bytes", large},
	}
	for _, x := range values {
		given := slices.Clone(x.data)
		if err := g.r.SendData(x.name, x.format, given); err != nil {
			t.Fatal(err)
		}
		clear(given) // it was copied
		for _, v := range []*session.Receiver{a, b} {
			var got session.LinkEvent
			await(t, "a value", func() bool {
				for _, e := range v.Events() {
					if e.Kind == session.LinkData {
						got = e
						return true
					}
				}
				return false
			})
			if got.Name != x.name || got.Format != x.format || !bytes.Equal(got.Data, x.data) {
				t.Fatalf("%q came as %q %q with %d bytes", x.name, got.Name, got.Format, len(got.Data))
			}
		}
		if !b.SendData(x.name, x.format, x.data) {
			t.Fatal("no room")
		}
		e := g.until("a value", func(e session.Event) bool { return e.Kind == session.EventData })
		if e.Name != x.name || e.Format != x.format || !bytes.Equal(e.Data, x.data) {
			t.Fatalf("%q came as %q %q with %d bytes", x.name, e.Name, e.Format, len(e.Data))
		}
	}
}

func TestBadData(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	for _, c := range []struct {
		name, format string
		data         []byte
		want         error
		word         string
	}{
		{"", "json", []byte("1"), session.ErrName, "needs a name"},
		{strings.Repeat("n", 129), "json", []byte("1"), session.ErrName, "129 bytes, the limit is 128"},
		{"\xff", "json", []byte("1"), session.ErrName, "not UTF-8"},
		{"x", "json", []byte("{"), session.ErrFormat, "not JSON"},
		{"x", "json", nil, session.ErrFormat, "not JSON"},
		{"x", "xml", nil, session.ErrFormat, `"xml"`},
		{"x", "bytes", make([]byte, wire.DataLimit+1), wire.ErrLimit, "the limit is 16777216"},
	} {
		wantIs(t, g.r.SendData(c.name, c.format, c.data), c.want, c.word)
	}
}

func TestUnreadValuesAreBounded(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.join(viewerConfig("v"))
	g.settle(v) // of its joining nothing is left to be dropped
	sent := 0
	for sent < 1500 {
		if v.SendData(fmt.Sprint(sent), "bytes", nil) {
			sent++
		}
	}
	await(t, "the oldest to be dropped", func() bool { return g.r.Stats().EventsDropped >= 1500-1024 })
	last := ""
	kept := 0
	for {
		e, ok, err := g.r.Read(0)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		if e.Kind == session.EventData {
			last, kept = e.Name, kept+1
		}
	}
	if last != "1499" || kept < 900 || kept > 1024 {
		t.Fatalf("%d values were kept, the last is %s", kept, last)
	}
}

func TestViewerThatCanSendNoMoreSaysSo(t *testing.T) {
	a, b := transport.Pipe()
	cfg := session.NewRenderer(session.RendererOptions{}).Config()
	go func() { _, _ = session.Server(context.Background(), b, cfg) }()
	peer, err := session.Client(context.Background(), a, viewerConfig("v"))
	if err != nil {
		t.Fatal(err)
	}
	v := session.NewReceiver(peer, &session.Pool{}, nil) // nobody runs it: all waits
	for i := range 1024 {
		if !v.SendData("x", "bytes", nil) {
			t.Fatalf("no room for value %d", i)
		}
	}
	if v.SendData("x", "bytes", nil) {
		t.Fatal("room for ever more")
	}
	_, _ = a.Close(), b.Close()
}
