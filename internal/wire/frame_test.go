package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"remoteviewer/internal/wire"
)

// framed gives a message with a body as bytes.
func framed(t testing.TB, e wire.Encoding, m wire.Message, body string) string {
	t.Helper()
	var w wire.Writer
	b, err := w.AppendFrame(nil, e, m, int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b) + body
}

func prefixed(magic string, head uint32, body uint64) string {
	var b strings.Builder
	b.WriteString(magic)
	for i := range 4 {
		b.WriteByte(byte(head >> (8 * i)))
	}
	for i := range 8 {
		b.WriteByte(byte(body >> (8 * i)))
	}
	return b.String()
}

func opened(src string) *wire.Reader {
	r := wire.NewReader(strings.NewReader(src), wire.DefaultLimits)
	r.Open()
	return r
}

func TestFramesFollowEachOther(t *testing.T) {
	list := &wire.Images{Seq: 1, Images: []wire.Image{{Name: "a", Bytes: 4}}}
	src := framed(t, wire.JSON, &wire.Ping{ID: 1}, "") + framed(t, wire.MsgPack, list, "abcd") +
		prefixed("RV1J", 16, 5) + `{"type":"scene"}` + "12345" + framed(t, wire.JSON, &wire.Ping{ID: 2}, "")
	for name, wrap := range map[string]func(io.Reader) io.Reader{"whole": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader} {
		r := wire.NewReader(wrap(strings.NewReader(src)), wire.DefaultLimits)
		r.Open()
		var got []string
		for {
			m, body, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprintf("%T %d", m, body))
			if _, ok := m.(*wire.Images); ok { // half of the body stays for Next to pass over
				half := make([]byte, 2)
				if err := r.ReadBody(half); err != nil || string(half) != "ab" {
					t.Fatalf("%q, %v", half, err)
				}
				if err := r.ReadBody(make([]byte, 3)); !errors.Is(err, wire.ErrProtocol) {
					t.Fatalf("more than the body was read: %v", err)
				}
			}
		}
		want := "[*wire.Ping 0 *wire.Images 4 <nil> 5 *wire.Ping 0]"
		if fmt.Sprint(got) != want || r.Count() != int64(len(src)) {
			t.Errorf("%s: %v, %d of %d bytes", name, got, r.Count(), len(src))
		}
	}
}

func TestFramesCutAnywhere(t *testing.T) {
	src := framed(t, wire.MsgPack, &wire.Images{Seq: 1, Images: []wire.Image{{Name: "a", Bytes: 4}}}, "abcd")
	for n := range len(src) {
		r := opened(src[:n])
		_, body, err := r.Next()
		if err == nil {
			err = r.ReadBody(make([]byte, body))
		}
		if n == 0 {
			if !errors.Is(err, io.EOF) || errors.Is(err, wire.ErrProtocol) {
				t.Errorf("an end between frames is %v", err)
			}
			continue
		}
		if !errors.Is(err, wire.ErrProtocol) || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "cut in") {
			t.Errorf("cut after %d bytes: %v", n, err)
		}
	}
}

func TestFramesBeyondTheLimits(t *testing.T) {
	small := wire.DefaultLimits
	small.Head, small.List = 100, 1<<20
	for name, c := range map[string]struct {
		src  string
		open bool
		want error
		word string
	}{
		"no magic":                  {prefixed("RV2J", 2, 0) + "{}", true, wire.ErrProtocol, `found "RV2J"`},
		"large head":                {prefixed("RV1J", 101, 0), true, wire.ErrLimit, "a head of 101 bytes, the limit is 100"},
		"head of 4 GiB":             {prefixed("RV1M", 0xffffffff, 0), true, wire.ErrLimit, "a head of 4294967295 bytes"},
		"large body":                {prefixed("RV1J", 2, 1<<20+1<<14+1<<20+1), true, wire.ErrLimit, "a body of"},
		"body of 64 bits":           {prefixed("RV1J", 2, 1<<64-1), true, wire.ErrLimit, "a body of 18446744073709551615"},
		"data too large":            {prefixed("RV1J", 24, 2<<20) + `{"type":"data","name":""}`, true, nil, ""},
		"early MessagePack":         {prefixed("RV1M", 2, 0), false, wire.ErrProtocol, "heads are JSON"},
		"early body":                {prefixed("RV1J", 2, 1), false, wire.ErrProtocol, "a body of 1 bytes before"},
		"early head of 4097":        {prefixed("RV1J", 4097, 0), false, wire.ErrLimit, "the limit is 4096"},
		"body where there is none":  {prefixed("RV1J", 14, 1) + `{"type":"bye"}x`, true, wire.ErrProtocol, `a "bye" message has no body, found 1 bytes`},
		"empty head":                {prefixed("RV1J", 0, 0), true, wire.ErrProtocol, "one map"},
		"unknown type with a body":  {prefixed("RV1J", 12, 1) + `{"type":"x"}x`, true, nil, ""},
		"early error is understood": {prefixed("RV1J", 29, 0) + `{"type":"error","code":"user"}`[:29], false, wire.ErrProtocol, "one JSON value"},
	} {
		if name == "data too large" { // needs the larger default of a list
			r := opened(prefixed("RV1J", 25, wire.DataLimit+1) + `{"type":"data","name":""}`)
			_, _, err := r.Next()
			wantError(t, err, wire.ErrLimit, "data of 16777217 bytes, the limit is 16777216")
			continue
		}
		r := wire.NewReader(strings.NewReader(c.src), small)
		if c.open {
			r.Open()
		}
		_, _, err := r.Next()
		if c.want == nil {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		wantError(t, err, c.want, c.word)
	}
}

func TestWriterAppends(t *testing.T) {
	var w wire.Writer
	b, err := w.AppendFrame([]byte("before"), wire.JSON, &wire.Bye{}, 0)
	if err != nil || string(b) != "before"+prefixed("RV1J", 14, 0)+`{"type":"bye"}` {
		t.Fatalf("%q, %v", b, err)
	}
	if n := testing.AllocsPerRun(100, func() {
		b, err = w.AppendFrame(b[:0], wire.MsgPack, &wire.Ack{Seq: 1, State: wire.StateShown}, 0)
	}); n > 2 || err != nil {
		t.Errorf("%v allocations a frame, %v", n, err)
	}
}

func TestBrokenStreamIsReportedAsItIs(t *testing.T) {
	broken := errors.New("broken")
	src := io.MultiReader(strings.NewReader("RV1J\x10"), iotest.ErrReader(broken))
	_, _, err := wire.NewReader(src, wire.DefaultLimits).Next()
	if !errors.Is(err, broken) || errors.Is(err, wire.ErrProtocol) {
		t.Fatalf("%v", err)
	}
}

func TestCleanMeta(t *testing.T) {
	lim := wire.DefaultLimits
	for _, c := range []struct {
		meta map[string]any
		want error
		word string
	}{
		{map[string]any{"a": int64(1<<53 - 1), "b": uint8(1), "c": float32(0.5), "d": []any{nil, true, "x"}, "e": map[string]any{}}, nil, ""},
		{map[string]any{"a": strings.Repeat("x", 65000)}, nil, ""},
		{map[string]any{"a": strings.Repeat("x", 65536)}, wire.ErrLimit, "65544 bytes as JSON, the limit is 65536"},
		{map[string]any{"a": int64(1 << 53)}, wire.ErrLimit, "2^53-1"},
		{map[string]any{"a": uint64(1 << 63)}, wire.ErrLimit, "2^53-1"},
		{map[string]any{"a": int64(-1 << 53)}, wire.ErrLimit, "2^53-1"},
		{map[string]any{"a": "\xff"}, wire.ErrProtocol, "not UTF-8"},
		{map[string]any{"\xff": 1}, wire.ErrProtocol, "not UTF-8"},
		{map[string]any{"a": []byte("x")}, wire.ErrProtocol, "[]uint8"},
		{map[string]any{"a": struct{}{}}, wire.ErrProtocol, "struct {}"},
	} {
		clean, err := wire.CleanMeta(c.meta, lim)
		if c.want == nil {
			if err != nil || len(clean) != len(c.meta) {
				t.Errorf("%v: %v", clean, err)
			}
			continue
		}
		wantError(t, err, c.want, c.word)
	}
	if m, err := wire.CleanMeta(nil, lim); m != nil || err != nil {
		t.Errorf("%v, %v", m, err)
	}
}

// FuzzReader reads whatever comes until an error: it never panics, always gets
// on, and reserves no memory for what is only claimed.
func FuzzReader(f *testing.F) {
	for _, e := range encodings {
		all := ""
		for _, m := range samples() {
			one := framed(f, e, m, "")
			f.Add([]byte(one), true)
			all += one
		}
		f.Add([]byte(all), true)
	}
	f.Add([]byte(prefixed("RV1J", 0xffffffff, 1<<63)), true)
	f.Add([]byte(prefixed("RV1M", 3, 1<<52)+"\x81\xa1a"), true)
	f.Add([]byte(prefixed("RV1J", 16, 9)+`{"type":"scene"}`+"0123"), false)
	f.Fuzz(func(t *testing.T, src []byte, open bool) {
		used, err := allocated(func() error {
			r := wire.NewReader(bytes.NewReader(src), wire.DefaultLimits)
			if open {
				r.Open()
			}
			last := int64(-1)
			for {
				m, body, err := r.Next()
				if err != nil {
					return err
				}
				if r.Count() <= last {
					t.Fatalf("it stands still at byte %d", last)
				}
				last = r.Count()
				if list, ok := m.(*wire.Images); ok {
					_ = list.Check(wire.DefaultLimits, body)
				}
				if err := r.ReadBody(make([]byte, min(body, 7))); err != nil {
					return err
				}
			}
		})
		if !errors.Is(err, io.EOF) && !errors.Is(err, wire.ErrProtocol) && !errors.Is(err, wire.ErrLimit) {
			t.Fatalf("%v is no error of the protocol", err)
		}
		// A head is at most 1 MiB by its limit; its claim alone may reserve that.
		if most := uint64(2<<20 + 400*len(src)); used > most {
			t.Fatalf("%d bytes of memory for %d of input", used, len(src))
		}
	})
}

func FuzzHead(f *testing.F) {
	for _, e := range encodings {
		for _, m := range samples() {
			f.Add([]byte(framed(f, e, m, "")[wire.PrefixLen:]), e == wire.JSON)
		}
	}
	for _, r := range rules {
		if r.encoding == "json" {
			f.Add([]byte(r.head), true)
		}
	}
	f.Fuzz(func(t *testing.T, head []byte, isJSON bool) {
		e := wire.MsgPack
		if isJSON {
			e = wire.JSON
		}
		m, err := wire.DecodeHead(e, head)
		if err != nil {
			if m != nil || !errors.Is(err, wire.ErrProtocol) && !errors.Is(err, wire.ErrLimit) {
				t.Fatalf("%v, %v", m, err)
			}
			return
		}
		if m == nil {
			return
		}
		if list, ok := m.(*wire.Images); ok {
			if list.Check(wire.DefaultLimits, bodyOf(list)) != nil {
				return
			}
		}
		heldControls(t, m)
		for _, other := range encodings { // what was taken can be written, and read again
			var w wire.Writer
			b, err := w.AppendFrame(nil, other, m, 0)
			if err != nil {
				return // NaN in a pose, which JSON lacks and Check refuses
			}
			again, err := wire.DecodeHead(other, b[wire.PrefixLen:])
			if err != nil {
				t.Fatalf("%s: %+v is written as %q, and read: %v", other, m, b[wire.PrefixLen:], err)
			}
			if fmt.Sprintf("%T", again) != fmt.Sprintf("%T", m) {
				t.Fatalf("%s: %T is read as %T", other, m, again)
			}
		}
	})
}

// heldControls checks that what Check takes is a control, and stays one.
func heldControls(t *testing.T, m wire.Message) {
	switch m := m.(type) {
	case *wire.Controls:
		for i := range m.Items {
			c := m.Items[i]
			if c.Check() != nil {
				continue
			}
			before := fmt.Sprintf("%#v", c)
			if err := c.Check(); err != nil || fmt.Sprintf("%#v", c) != before {
				t.Fatalf("%s became %#v, %v", before, c, err)
			}
			if c.Kind == wire.KindSlider && (c.Value.(float64) < c.Min || c.Value.(float64) > c.Max) {
				t.Fatalf("%s is out of its range", before)
			}
		}
	case *wire.Control:
		for _, kind := range wire.Kinds {
			c := wire.ControlItem{Name: "x", Kind: kind, Max: 1, Step: 0.125, Channels: 3, Choices: []string{"a"}}
			if v, err := c.Clean(m.Value); err == nil {
				if again, err := c.Clean(v); err != nil || fmt.Sprint(again) != fmt.Sprint(v) {
					t.Fatalf("%s: %v became %v, then %v, %v", kind, m.Value, v, again, err)
				}
			}
			_, _ = c.Extend(m.Value, m.Times)
		}
	case *wire.Event:
		_ = m.Check(wire.DefaultLimits)
	}
}

func bodyOf(m *wire.Images) int64 {
	var n int64
	for i := range m.Images {
		n += max(0, min(m.Images[i].Bytes, 1<<40))
	}
	return n
}
