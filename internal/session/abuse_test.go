package session_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

// bareViewer joins the renderer as a viewer that says what the test likes.
func (g *rig) bareViewer() *bare {
	g.t.Helper()
	return g.bareAs(helloAs("viewer"))
}

func (g *rig) bareAs(hello *wire.Hello) *bare {
	g.t.Helper()
	a, b := sockets(g.t)
	before := g.r.Stats().Joined
	g.r.Go(func(ctx context.Context) {
		peer, err := session.Server(ctx, transport.NewConn(b), g.r.Config())
		if err == nil {
			_ = g.r.Serve(ctx, peer)
		}
	})
	v := newBare(g.t, a)
	v.say(hello)
	if _, ok := v.hear().(*wire.Hello); !ok {
		g.t.Fatal("no hello")
	}
	v.r.Open()
	await(g.t, "the viewer to be taken in", func() bool { return g.r.Stats().Joined > before })
	return v
}

// list reads up to the next list.
func (b *bare) list() *wire.Images {
	b.t.Helper()
	for {
		if m, ok := b.hear().(*wire.Images); ok {
			return m
		}
	}
}

func poseJSON(c2w string) string { return `"c2w":[` + c2w + `]` }

const still = "1,0,0,0,0,1,0,0,0,0,1,-4,0,0,0,1"

func TestViewersThatBreakTheRules(t *testing.T) {
	for name, c := range map[string]struct {
		say  func(b *bare)
		code string
		word string
	}{
		"ack of an unknown list": {func(b *bare) { b.say(&wire.Ack{Seq: 99, State: wire.StateShown}) }, wire.CodeProtocol, "list 99, which is not on its way"},
		"ack twice": {func(b *bare) {
			seq := b.list().Seq
			b.say(&wire.Ack{Seq: seq, State: wire.StateShown})
			b.say(&wire.Ack{Seq: seq, State: wire.StateShown})
		}, wire.CodeProtocol, "not on its way"},
		"unknown want":        {func(b *bare) { b.say(&wire.Want{Mode: "all"}) }, wire.CodeProtocol, `"all"`},
		"want without a mode": {func(b *bare) { b.raw(`{"type":"want"}`, nil) }, wire.CodeProtocol, `want ""`},
		"camera without c2w":  {func(b *bare) { b.raw(`{"type":"camera","seq":1,"cause":"input"}`, nil) }, wire.CodeProtocol, "c2w has 0 numbers"},
		"camera with a scale": {func(b *bare) { b.raw(`{"type":"camera","seq":1,"cause":"input",`+poseJSON("2"+still[1:])+`}`, nil) }, wire.CodeProtocol, "without scale"},
		"transposed camera": {func(b *bare) {
			b.raw(`{"type":"camera","seq":1,"cause":"input",`+poseJSON("1,0,0,0,0,1,0,0,0,0,1,0,0,0,-4,1")+`}`, nil)
		}, wire.CodeProtocol, "transposed"},
		"enormous camera": {func(b *bare) {
			b.raw(`{"type":"camera","seq":1,"cause":"input","width":32769,"height":1,`+poseJSON(still)+`}`, nil)
		}, wire.CodeLimit, "the limit is 32768"},
		"value without UTF-8":  {func(b *bare) { b.raw("{\"type\":\"data\",\"name\":\"\xff\",\"format\":\"bytes\"}", nil) }, wire.CodeProtocol, "UTF-8"},
		"value with long name": {func(b *bare) { b.raw(`{"type":"data","name":"`+strings.Repeat("n", 129)+`","format":"bytes"}`, nil) }, wire.CodeLimit, "the limit is 128"},
		"value of 16 MiB and 1": {func(b *bare) {
			_, _ = b.conn.Write([]byte("RV1J\x27\x00\x00\x00\x01\x00\x00\x01\x00\x00\x00\x00" + `{"type":"data","name":"x","format":"b"}`))
		}, wire.CodeLimit, "the limit is 16777216"},
		"a body on a ping": {func(b *bare) { b.raw(`{"type":"ping","id":1}`, []byte("x")) }, wire.CodeProtocol, "has no body"},
		"a head of 4 GiB":  {func(b *bare) { _, _ = b.conn.Write([]byte("RV1J\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00")) }, wire.CodeLimit, "a head of 4294967295 bytes"},
		"a body of 2^53":   {func(b *bare) { _, _ = b.conn.Write([]byte("RV1J\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x20\x00")) }, wire.CodeLimit, "a body of"},
		"no frame":         {func(b *bare) { _, _ = b.conn.Write([]byte("GET / HTTP/1.1\r\n")) }, wire.CodeProtocol, "starts with RV1M or RV1J"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newRig(t, session.RendererOptions{Cameras: true})
			g.send(session.SendOptions{}, small())
			b := g.bareViewer()
			c.say(b)
			if e := b.farewell(); e.Code != c.code || !strings.Contains(e.Text, c.word) {
				t.Errorf("%s: it answers %+v, wanted code %s with %q", name, e, c.code, c.word)
			}
			e := g.until("the end of "+name, func(e session.Event) bool { return e.Kind == session.EventStatus && e.Code == session.StatusProtocol })
			if !strings.Contains(e.Text, c.word) {
				t.Errorf("%s: the renderer says %q", name, e.Text)
			}
			g.show(g.join(viewerConfig("the next")), 1)
		})
	}
}

func TestWhatIsNotKnownIsPassedOver(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true})
	b := g.bareViewer()
	b.raw(`{"type":"scene","files":[{"name":"x"}]}`, bytes.Repeat([]byte("x"), 100_000))
	b.raw(`{"type":"controls","items":[],"new":{}}`, nil)
	b.raw(`{"type":"images","seq":1,"images":[]}`, []byte("from a viewer"))
	b.raw(`{"type":"want","mode":"continuous","closed":[],"priority":3,"codec":"new"}`, nil)
	b.raw(`{"type":"camera","seq":1,"cause":"unheard of","lens":"fisheye",`+poseJSON(still)+`}`, nil)
	b.raw(`{"type":"ping","id":5,"sent_ns":77,"more":[]}`, nil)
	for {
		if m, ok := b.hear().(*wire.Pong); ok {
			if m.ID != 5 || m.SentNs != 77 || m.ReceivedNs <= 0 {
				t.Fatalf("%+v", m)
			}
			break
		}
	}
	e, ok := g.r.Camera()
	if !ok || e.Camera.Width != 1280 || e.Camera.Far != 100 || math.Abs(e.Camera.FovY()*180/math.Pi-60) > 1e-9 {
		t.Fatalf("%+v", e)
	}
	g.send(session.SendOptions{}, small())
	if l := b.list(); l.Images[0].Codec != "raw" {
		t.Fatalf("%+v", l)
	}
}

func TestViewerThatCutsAFrame(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	b := g.bareViewer()
	_, _ = b.conn.Write([]byte("RV1J\x20\x00\x00\x00"))
	_ = b.conn.Close()
	await(t, "the viewer to be gone", func() bool { return g.r.Stats().Viewers == 0 })
	g.send(session.SendOptions{}, small())
	g.show(g.join(viewerConfig("the next")), 1)
}

// flood writes until the other side has had enough.
func flood(b *bare, frame []byte) error {
	many := bytes.Repeat(frame, 1+(64<<10)/len(frame))
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); {
		if _, err := b.conn.Write(many); err != nil {
			return err
		}
	}
	return nil
}

func TestPingsWithoutReadingTheAnswers(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	b := g.bareViewer()
	frame, err := b.w.AppendFrame(nil, wire.MsgPack, &wire.Ping{ID: 1, SentNs: 1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := flood(b, frame); err == nil {
		t.Fatal("it answers for ever")
	}
	g.until("the reason", func(e session.Event) bool {
		return e.Kind == session.EventStatus && strings.Contains(e.Text, "reads none")
	})
	v := g.join(viewerConfig("the next"))
	g.send(session.SendOptions{}, small())
	g.show(v, 1)
}

func TestAFloodOfValuesHindersNobody(t *testing.T) {
	g := newRig(t, session.RendererOptions{})
	b := g.bareViewer()
	stop := make(chan struct{})
	go func() {
		frame := []byte("RV1J\x2b\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00" + `{"type":"data","name":"x","format":"bytes"}`)
		frame = append(frame, make([]byte, 1024)...)
		for {
			select {
			case <-stop:
				return
			default:
				if _, err := b.conn.Write(frame); err != nil {
					return
				}
			}
		}
	}()
	defer close(stop)
	v := g.join(viewerConfig("v"))
	for seq := uint64(1); seq <= 50; seq++ {
		g.send(session.SendOptions{}, small())
		g.show(v, seq)
	}
	await(t, "values to be dropped", func() bool { return g.r.Stats().EventsDropped > 2000 })
}

// bareRenderer is a renderer that says what the test likes to a real viewer.
func bareRenderer(t *testing.T) (*bare, *session.Receiver) {
	t.Helper()
	a, b := sockets(t)
	joined := make(chan *session.Peer, 1)
	go func() {
		peer, err := session.Server(context.Background(), transport.NewConn(b), viewerConfig("v"))
		if err != nil {
			t.Error(err)
		}
		joined <- peer
	}()
	r := newBare(t, a)
	r.say(helloAs("renderer"))
	if _, ok := r.hear().(*wire.Hello); !ok {
		t.Fatal("no hello")
	}
	r.r.Open()
	v := session.NewReceiver(<-joined, &session.Pool{}, nil)
	done := make(chan struct{})
	go func() { defer close(done); _ = v.Run(context.Background()) }()
	t.Cleanup(func() { v.Close(); _ = a.Close(); <-done })
	return r, v
}

func imagesJSON(replace ...string) string {
	head := `{"type":"images","seq":1,"images":[{"name":"a","width":2,"height":1,"channels":["R","G","B"],"dtype":"u8",` +
		`"color":"srgb","alpha":"none","codec":"raw","filter":"none","exact":true,"bytes":6}]}`
	return strings.NewReplacer(replace...).Replace(head)
}

func TestRenderersThatBreakTheRules(t *testing.T) {
	for name, c := range map[string]struct {
		head, body string
		code, word string
	}{
		"too few bytes":        {imagesJSON(`"bytes":6`, `"bytes":5`), "abcde", wire.CodeProtocol, "its pixels are 6"},
		"bytes beyond body":    {imagesJSON(), "abc", wire.CodeProtocol, "the body has 3 left"},
		"bytes behind":         {imagesJSON(), "abcdefg", wire.CodeProtocol, "behind the last image"},
		"negative bytes":       {imagesJSON(`"bytes":6`, `"bytes":-6`), "", wire.CodeProtocol, "-6 bytes"},
		"no image":             {`{"type":"images","seq":1,"images":[]}`, "", wire.CodeLimit, "0 images"},
		"no seq":               {imagesJSON(`"seq":1`, `"seq":0`), "abcdef", wire.CodeProtocol, "seq 0"},
		"no name":              {imagesJSON(`"name":"a"`, `"name":""`), "abcdef", wire.CodeProtocol, "no name"},
		"a long name":          {imagesJSON(`"name":"a"`, `"name":"`+strings.Repeat("n", 129)+`"`), "abcdef", wire.CodeLimit, "the limit is 128"},
		"no pixels":            {imagesJSON(`"width":2`, `"width":0`), "abcdef", wire.CodeLimit, "0 x 1 pixels"},
		"a huge side":          {imagesJSON(`"width":2`, `"width":32769`), "abcdef", wire.CodeLimit, "32769"},
		"a huge image":         {imagesJSON(`"width":2,"height":1`, `"width":32768,"height":32768`, `"raw"`, `"zstd"`), "abcdef", wire.CodeLimit, "the limit is 2147483648"},
		"an unknown type":      {imagesJSON(`"u8"`, `"u9"`), "abcdef", wire.CodeLimit, "u9"},
		"an unknown colour":    {imagesJSON(`"srgb"`, `"pink"`), "abcdef", wire.CodeLimit, "pink"},
		"channels twice":       {imagesJSON(`"G"`, `"R"`), "abcdef", wire.CodeLimit, "used twice"},
		"no channels":          {imagesJSON(`"R","G","B"`, ``), "abcdef", wire.CodeLimit, "0 channels"},
		"a codec not offered":  {imagesJSON(`"raw"`, `"vp9"`), "abcdef", wire.CodeProtocol, `"vp9", which was not offered`},
		"a filter on raw":      {imagesJSON(`"filter":"none"`, `"filter":"left"`), "abcdef", wire.CodeProtocol, "wanted none"},
		"a filter that is not": {imagesJSON(`"raw"`, `"lz4"`, `"filter":"none"`, `"filter":"shuffle"`), "abcdef", wire.CodeProtocol, "shuffle of u8"},
		"jpeg of depth":        {imagesJSON(`"raw"`, `"jpeg"`, `"srgb"`, `"depth"`), "abcdef", wire.CodeProtocol, "jpeg of depth"},
		"closed with pixels":   {imagesJSON(`"raw"`, `"none"`), "abcdef", wire.CodeProtocol, "has 6 bytes"},
		"a name twice": {
			strings.Replace(imagesJSON(), `"images":[{`, `"images":[{"name":"a","width":1,"height":1,"bytes":0},{`, 1), "abcdef",
			wire.CodeProtocol, "stands twice",
		},
		"a bad camera": {imagesJSON(`"seq":1`, `"seq":1,"camera":{"c2w":[1,2,3]}`), "abcdef", wire.CodeProtocol, "3 numbers"},
		"large meta": {
			imagesJSON(`"seq":1`, `"seq":1,"meta":{"a":"`+strings.Repeat("x", 65<<10)+`"}`), "abcdef",
			wire.CodeLimit, "the limit is 65536",
		},
		"a bad view":   {`{"type":"view","c2w":[0]}`, "", wire.CodeProtocol, "1 numbers"},
		"huge cameras": {`{"type":"cameras","wanted":true,"width":40000}`, "", wire.CodeLimit, "40000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, v := bareRenderer(t)
			r.raw(c.head, []byte(c.body))
			if e := r.farewell(); e.Code != c.code || !strings.Contains(e.Text, c.word) {
				t.Errorf("%s: it answers %+v, wanted code %s with %q", name, e, c.code, c.word)
			}
			<-v.Done()
			wantIs(t, v.Err(), session.ErrPeer, c.word)
		})
	}
}

func TestPayloadsThatCantBeDecodedFailTheirListAlone(t *testing.T) {
	r, v := bareRenderer(t)
	for i, codec := range []string{"lz4", "zstd", "jpeg"} {
		r.raw(imagesJSON(`"raw"`, `"`+codec+`"`, `"seq":1`, fmt.Sprintf(`"seq":%d`, i+1)), []byte("\xffbcdef"))
		for {
			m := r.hear()
			if ack, ok := m.(*wire.Ack); ok {
				if ack.State != wire.StateFailed || ack.Seq != uint64(i+1) || !strings.Contains(ack.Text, `image "a"`) {
					t.Fatalf("%s: %+v", codec, ack)
				}
				break
			}
		}
	}
	r.raw(imagesJSON(`"seq":1`, `"seq":4`), []byte("abcdef"))
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	l, err := v.Next(ctx)
	if err != nil || l.Seq != 4 || string(l.Images[0].Pix) != "abcdef" {
		t.Fatalf("%+v, %v", l, err)
	}
	l.Release()
}

func TestListsBeyondTheDisplayWait(t *testing.T) {
	r, v := bareRenderer(t)
	for i := range 30 { // more than a receiver keeps
		r.raw(imagesJSON(`"seq":1`, fmt.Sprintf(`"every":true,"seq":%d`, i+1)), []byte("abcdef"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for i := range 30 {
		l, err := v.Next(ctx)
		if err != nil || l.Seq != uint64(i+1) {
			t.Fatalf("%+v, %v", l, err)
		}
		l.Release()
	}
}

func TestViewerThatListsRawAloneGetsRaw(t *testing.T) {
	g := newRig(t, session.RendererOptions{Cameras: true, Codec: "zstd"})
	b := g.bareViewer()
	g.send(session.SendOptions{Meta: map[string]any{"a": math.NaN(), "b": math.Inf(-1)}}, small())
	l := b.list()
	if l.Images[0].Codec != "raw" || l.Images[0].Bytes != 8*8*3 || l.Meta["a"] != "nan" || l.Meta["b"] != "-inf" {
		t.Fatalf("%+v", l)
	}
}
