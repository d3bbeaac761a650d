package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"remoteviewer/internal/codec"
	"remoteviewer/internal/imagefile"
	"remoteviewer/internal/listen"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

// The test binary is the tool when it is told so.
func TestMain(m *testing.M) {
	if os.Getenv("RVTOOL_ITSELF") != "" {
		os.Exit(run())
	}
	os.Exit(m.Run())
}

// text is output that may be read while it is written.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *text) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

func (t *text) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

// await waits until the text holds what is wanted.
func (t *text) await(tb testing.TB, wanted string) {
	tb.Helper()
	for end := time.Now().Add(20 * time.Second); !strings.Contains(t.String(), wanted); {
		if time.Now().After(end) {
			tb.Fatalf("%q was never said, but:\n%s", wanted, t)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// tool is a running rvtool.
type tool struct {
	*exec.Cmd
	out, err text
}

func start(tb testing.TB, args ...string) *tool {
	tb.Helper()
	t := &tool{Cmd: exec.Command(os.Args[0], args...)}
	t.Env = append(os.Environ(), "RVTOOL_ITSELF=1", "RV_TOKEN=", "RV_ADDRESS=")
	t.Stdout, t.Stderr = io.Writer(&t.out), io.Writer(&t.err)
	if err := t.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = t.Process.Kill()
		_ = t.Wait()
	})
	return t
}

// renderer is a session that listens, and its log.
func renderer(tb testing.TB, token string) (*session.Renderer, string, *text) {
	tb.Helper()
	log := &text{}
	r := session.NewRenderer(session.RendererOptions{Name: "test", Logger: session.NewLogger(log)})
	l, err := listen.Open(listen.Options{
		Address: transport.Address{Scheme: "rv", Host: "127.0.0.1"}, Token: token, Config: r.Config(), Report: r.Report,
		Serve: func(ctx context.Context, p *session.Peer) { _ = r.Serve(ctx, p) },
	})
	if err != nil {
		tb.Fatal(err)
	}
	r.Go(l.Run)
	tb.Cleanup(func() { _ = r.Close(0) })
	return r, l.Reachable().String(), log
}

// dialing is a renderer's session that dials.
func dialing(tb testing.TB, address string) *session.Renderer {
	tb.Helper()
	a, err := transport.ParseAddress(address, listen.ViewerPort)
	if err != nil {
		tb.Fatal(err)
	}
	r := session.NewRenderer(session.RendererOptions{Name: "test", Dialing: true})
	r.Go(func(ctx context.Context) {
		(&session.Redial{Address: a, Config: r.Config(), Serve: r.Serve, Report: r.Report}).Run(ctx)
	})
	tb.Cleanup(func() { _ = r.Close(0) })
	return r
}

// given is a list of images of these names.
func given(size int, names ...string) []session.Given {
	out := make([]session.Given, len(names))
	for i, name := range names {
		out[i] = session.Given{
			Name:   name,
			Format: pixel.Format{Width: size, Height: size, Channels: []string{"R", "G", "B"}, DType: pixel.U8, Color: pixel.SRGB, Alpha: pixel.AlphaNone},
			Source: pixel.Source{Data: make([]byte, size*size*3)},
		}
	}
	return out
}

func openViewer(token string, serve func(context.Context, *session.Peer)) (*listen.Listener, error) {
	return listen.Open(listen.Options{
		Address: transport.Address{Scheme: "rv", Host: "127.0.0.1"}, Token: token, Serve: serve,
		Config: session.Config{Role: wire.RoleViewer, Name: "viewer", Session: session.NewSessionID(), Codecs: []string{codec.Raw}},
	})
}

func portOf(l *listen.Listener) string { return strconv.Itoa(l.Address().Port) }

func writePNG(tb testing.TB, file string) {
	tb.Helper()
	g := given(4, "a")[0]
	if err := imagefile.Write(file, pixel.Image{Format: g.Format, Pix: g.Source.Data}); err != nil {
		tb.Fatal(err)
	}
}
