package session_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/codec"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

// rig joins a renderer to viewers through real sockets.
type rig struct {
	t    *testing.T
	r    *session.Renderer
	ctx  context.Context
	pool session.Pool
}

func newRig(t *testing.T, o session.RendererOptions) *rig {
	ctx, cancel := context.WithCancel(context.Background())
	if o.Name == "" {
		o.Name = "test"
	}
	g := &rig{t: t, r: session.NewRenderer(o), ctx: ctx}
	t.Cleanup(func() {
		_ = g.r.Close(0)
		cancel()
	})
	return g
}

func viewerConfig(name string) session.Config {
	return session.Config{Role: wire.RoleViewer, Name: name, Session: session.NewSessionID(), Codecs: codec.Names()}
}

// viewer connects one more viewer.
func (g *rig) viewer(cfg session.Config) *session.Receiver {
	g.t.Helper()
	l, err := transport.Listen(transport.Address{Host: "127.0.0.1"})
	if err != nil {
		g.t.Fatal(err)
	}
	defer l.Close()
	g.r.Go(func(ctx context.Context) {
		c, err := l.Accept()
		if err != nil {
			return
		}
		peer, err := session.Server(ctx, transport.NewConn(c), g.r.Config())
		if err == nil {
			_ = g.r.Serve(ctx, peer)
		}
	})
	conn, err := transport.Dial(g.ctx, transport.Bound(transport.Address{Host: "127.0.0.1"}, l))
	if err != nil {
		g.t.Fatal(err)
	}
	peer, err := session.Client(g.ctx, conn, cfg)
	if err != nil {
		g.t.Fatal(err)
	}
	v := session.NewReceiver(peer, &g.pool, nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = v.Run(g.ctx)
	}()
	g.t.Cleanup(func() {
		v.Close()
		<-done
	})
	return v
}

func (g *rig) next(v *session.Receiver) *session.List {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.ctx, 10*time.Second)
	defer cancel()
	l, err := v.Next(ctx)
	if err != nil {
		g.t.Fatalf("no list: %v", err)
	}
	return l
}

// none fails when a list comes within a moment.
func (g *rig) none(v *session.Receiver) {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.ctx, 150*time.Millisecond)
	defer cancel()
	if l, err := v.Next(ctx); err == nil {
		g.t.Fatalf("list %d came, wanted none", l.Seq)
	}
}

// await waits for a condition that other goroutines bring about.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}

func noise(w, h, channels int, d pixel.DType) session.Given {
	f := pixel.Format{Width: w, Height: h, Channels: pixel.DefaultChannels(channels), DType: d, Color: pixel.SRGB, Alpha: pixel.AlphaNone}
	b := make([]byte, f.Bytes())
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return session.Given{Format: f, Source: pixel.Source{Data: b}}
}

func (g *rig) send(o session.SendOptions, images ...session.Given) {
	g.t.Helper()
	if err := g.r.Send(images, o); err != nil {
		g.t.Fatal(err)
	}
}

func TestListArrivesExactly(t *testing.T) {
	for _, c := range []string{"", "raw", "lz4", "zstd"} {
		g := newRig(t, session.RendererOptions{Codec: c})
		v := g.viewer(viewerConfig("v"))
		for _, d := range []pixel.DType{pixel.U8, pixel.U16, pixel.U32, pixel.F16, pixel.F32} {
			a, b := noise(37, 21, 3, d), noise(5, 301, 1, d)
			b.Name = "second"
			g.send(session.SendOptions{Meta: map[string]any{"step": int64(7)}}, a, b)
			l := g.next(v)
			if len(l.Images) != 2 || l.Images[0].Name != "0" || l.Images[1].Name != "second" || l.Meta["step"] != int64(7) {
				t.Fatalf("%s: %+v", c, l)
			}
			for i, want := range []session.Given{a, b} {
				if !slices.Equal(l.Images[i].Pix, want.Source.Data) || !l.Images[i].Exact {
					t.Fatalf("codec %q, %s, image %d differs", c, d, i)
				}
			}
			l.Ack(wire.StateShown)
			l.Release()
		}
		await(t, "acks", func() bool { return g.r.Stats().Shown == 5 })
	}
}

func TestLateViewerGetsNewest(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	for range 5 {
		g.send(session.SendOptions{}, noise(8, 8, 3, pixel.U8))
	}
	if s := g.r.Stats(); s.Dropped != 4 {
		t.Fatalf("dropped %d lists, wanted 4", s.Dropped)
	}
	v := g.viewer(viewerConfig("v"))
	l := g.next(v)
	if l.Seq != 5 {
		t.Fatalf("list %d came, wanted 5", l.Seq)
	}
	l.Release()
	w := g.viewer(viewerConfig("w"))
	if l := g.next(w); l.Seq != 5 {
		t.Fatalf("list %d came, wanted 5", l.Seq)
	}
}

func TestSlowViewerSeesNewest(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	v := g.viewer(viewerConfig("slow"))
	g.send(session.SendOptions{}, noise(64, 64, 3, pixel.U8))
	held := g.next(v) // being shown: it counts against the window
	for range 19 {
		g.send(session.SendOptions{}, noise(64, 64, 3, pixel.U8))
		time.Sleep(2 * time.Millisecond)
	}
	await(t, "the window to fill", func() bool { return g.r.Stats().Sent == 2 })
	held.Ack(wire.StateShown)
	held.Release()
	for seen := held.Seq; seen != 20; {
		l := g.next(v)
		if l.Seq <= seen {
			t.Fatalf("list %d after %d", l.Seq, seen)
		}
		seen = l.Seq
		l.Ack(wire.StateShown)
		l.Release()
	}
	if s := g.r.Stats(); s.Sent > 4 {
		t.Fatalf("%d of 20 lists were sent to a viewer that showed few", s.Sent)
	}
}

func TestCameraComesBack(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	v := g.viewer(viewerConfig("v"))
	cam := camera.Default().Orbit(0.3, 0.1)
	v.SendCamera(cam, wire.CauseInput)
	var got session.Event
	await(t, "a camera", func() bool {
		e, ok, err := g.r.Read(0)
		if err != nil {
			t.Fatal(err)
		}
		got = e
		return ok && e.Kind == session.EventCamera
	})
	if got.Camera.Camera.C2W != cam.C2W || got.Camera.Camera.K != cam.K {
		t.Fatalf("got %v, sent %v", got.Camera.Camera, cam)
	}
	g.send(session.SendOptions{}, noise(8, 8, 3, pixel.U8))
	l := g.next(v)
	if !l.HasCamera || l.Camera.C2W != cam.C2W || l.CameraAge <= 0 {
		t.Fatalf("the list doesn't say its camera: %+v", l)
	}
}
