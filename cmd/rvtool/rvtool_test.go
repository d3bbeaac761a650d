package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

func TestASignalEndsWithABye(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		r, address, log := renderer(t, "")
		recv := start(t, "recv", address)
		log.await(t, "connected from")
		// While images flow: what is unread when the tool ends must not undo its bye.
		ctx, stop := context.WithCancel(context.Background())
		var sending sync.WaitGroup
		sending.Go(func() {
			for ctx.Err() == nil {
				_ = r.Send(given(256, "a"), session.SendOptions{})
				time.Sleep(time.Millisecond)
			}
		})
		recv.out.await(t, "list ")
		began := time.Now()
		if err := recv.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		log.await(t, "disconnected")
		_ = recv.Wait()
		stop()
		sending.Wait()
		if said := log.String(); strings.Contains(said, "without a bye") || !strings.Contains(said, "closed by the other side") {
			t.Errorf("%v: the renderer says\n%s", sig, said)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%v: ending took %v", sig, took)
		}
	}
}

// A peer that reads nothing gets no bye; the tool ends all the same.
func TestASignalEndsThoughThePeerIsStuck(t *testing.T) {
	recv := start(t, "recv", "--listen", "127.0.0.1:0")
	recv.err.await(t, "listening at ")
	_, address, _ := strings.Cut(strings.TrimSpace(recv.err.String()), "listening at ")
	r := dialing(t, address)
	recv.err.await(t, "connected from")
	_ = r.Close(0) // gone: nobody answers
	began := time.Now()
	_ = recv.Process.Signal(os.Interrupt)
	_ = recv.Wait()
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("ending took %v", took)
	}
}

func TestShowSaysWhyItWasRefused(t *testing.T) {
	token := session.NewToken()
	l, address := viewerWith(t, token)
	defer l()
	file := filepath.Join(t.TempDir(), "a.png")
	writePNG(t, file)
	for name, c := range map[string]struct {
		to   string
		says []string
		not  string
	}{
		"no token":    {address, []string{"not shown", "token"}, "no viewer"},
		"wrong token": {"rv://" + session.NewToken() + "@" + address, []string{"not shown", "token"}, "no viewer"},
		"nobody":      {"127.0.0.1:1", []string{"no viewer at 127.0.0.1:1", "rvviewer"}, "refused"},
	} {
		show := start(t, "show", file, "--to", c.to)
		if err := show.Wait(); err == nil {
			t.Errorf("%s: it ended well", name)
		}
		said := show.err.String()
		for _, part := range c.says {
			if !strings.Contains(said, part) {
				t.Errorf("%s: found %q, wanted %q in it", name, said, part)
			}
		}
		if strings.Contains(said, c.not) || strings.Count(said, "\n") != 1 {
			t.Errorf("%s: found %q", name, said)
		}
	}
	show := start(t, "show", file, "--to", "rv://"+token+"@"+address)
	if err := show.Wait(); err != nil || !strings.Contains(show.out.String(), "shown at") {
		t.Errorf("with the token: %v, %q", err, show.err.String())
	}
}

func TestCountIsNotOvershot(t *testing.T) {
	const count = 7
	dir := t.TempDir()
	recv := start(t, "recv", "--listen", "127.0.0.1:0", "--json", "--count", "7", "--out", dir)
	recv.err.await(t, "listening at ")
	_, address, _ := strings.Cut(strings.TrimSpace(recv.err.String()), "listening at ")
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var sending sync.WaitGroup
	defer sending.Wait()
	defer stop()
	for range 4 {
		r := dialing(t, address)
		sending.Go(func() {
			for ctx.Err() == nil {
				_ = r.Send(given(200, "a"), session.SendOptions{})
				time.Sleep(time.Millisecond)
			}
		})
	}
	if err := recv.Wait(); err != nil {
		t.Fatal(err, recv.err.String())
	}
	if n := strings.Count(recv.out.String(), "\n"); n != count {
		t.Errorf("found %d lists, wanted %d", n, count)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != count {
		t.Errorf("found %d files, wanted %d: renderers that count alike write over each other", len(files), count)
	}
}

func TestFileNames(t *testing.T) {
	long := strings.Repeat("ä", 64) // 128 bytes
	l := &session.List{Seq: 12, Stream: long}
	names := []string{"a/b", "a_b", "A_B", "a_b~2", long, long[:126] + "b", "..", "\x1b[2J", ""}
	for _, g := range given(1, names...) {
		l.Images = append(l.Images, session.Image{Name: g.Name})
		l.Images[len(l.Images)-1].Format = g.Format
	}
	found := fileNames(63, l)
	seen := map[string]bool{}
	for i, name := range found {
		if seen[strings.ToLower(name)] {
			t.Errorf("%q is used twice", name)
		}
		seen[strings.ToLower(name)] = true
		if len(name) > 255 {
			t.Errorf("%q has %d bytes", name, len(name))
		}
		if session.Printable(name) != name || strings.ContainsAny(name, `/\`) {
			t.Errorf("%q is no name for a file of %q", name, names[i])
		}
	}
	l.Stream, l.Images = "", l.Images[:2]
	if found := fileNames(1, l); found[0] != "000012-a_b.png" || found[1] != "000012-a_b~1.png" {
		t.Errorf("found %q", found)
	}
}

func TestPrintable(t *testing.T) {
	for given, wanted := range map[string]string{
		"plain, größe, 世界 😀": "plain, größe, 世界 😀",
		"\x1b]0;title\a":     `\u001b]0;title\u0007`,
		"a\nb\tc":            `a\u000ab\u0009c`,
		"\u009b2J\u202eevil": `\u009b2J\u202eevil`,
		"\U000e0041":         `\udb40\udc41`,
		"\xff":               `\ufffd`,
	} {
		if found := session.Printable(given); found != wanted {
			t.Errorf("%q: found %q, wanted %q", given, found, wanted)
		}
	}
	var b text
	if _, err := (lineWriter{&b}).Write([]byte("a\x1bb\n")); err != nil || b.String() != "a\\u001bb\n" {
		t.Errorf("found %q, %v", b.String(), err)
	}
}

// What a peer sends doesn't reach the terminal as it is.
func TestDataIsPrintedAsText(t *testing.T) {
	for _, args := range [][]string{{"recv"}, {"recv", "--json"}} {
		r, address, log := renderer(t, "")
		recv := start(t, append(args, address)...)
		log.await(t, "connected from")
		for _, v := range []struct{ format, data string }{{"json", "\"a\u009bb\""}, {"bytes", "\x1b[2J"}} {
			if err := r.SendData("x\x1b", v.format, []byte(v.data)); err != nil {
				t.Fatal(err)
			}
		}
		recv.out.await(t, "1b5b324a")
		if said := strings.ReplaceAll(recv.out.String(), "\n", ""); session.Printable(said) != said {
			t.Errorf("%v prints %q", args, said)
		}
	}
}

// viewerWith is a viewer that wants a token, and shows whatever comes.
func viewerWith(t *testing.T, token string) (end func(), address string) {
	t.Helper()
	l, err := openViewer(token, func(ctx context.Context, p *session.Peer) {
		link := session.NewReceiver(p, &session.Pool{}, nil)
		go func() { _ = link.Run(ctx) }()
		for {
			list, err := link.Next(context.Background())
			if err != nil {
				return
			}
			list.Ack(wire.StateShown)
			list.Release()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { l.Run(ctx) })
	return func() { cancel(); wg.Wait() }, l.Address().Host + ":" + portOf(l)
}
