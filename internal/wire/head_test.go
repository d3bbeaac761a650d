package wire_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"remoteviewer/internal/wire"
)

var encodings = []wire.Encoding{wire.JSON, wire.MsgPack}

// encode gives the head of a message.
func encode(t *testing.T, e wire.Encoding, m wire.Message) []byte {
	t.Helper()
	var w wire.Writer
	b, err := w.AppendFrame(nil, e, m, 0)
	if err != nil {
		t.Fatal(err)
	}
	return b[wire.PrefixLen:]
}

func wantError(t *testing.T, err, wanted error, word string) {
	t.Helper()
	if !errors.Is(err, wanted) || !strings.Contains(err.Error(), word) {
		t.Errorf("got %v, wanted %v with %q", err, wanted, word)
	}
}

func TestHeadsComeBack(t *testing.T) {
	for _, e := range encodings {
		for _, m := range samples() {
			got, err := wire.DecodeHead(e, encode(t, e, m))
			if err != nil || !reflect.DeepEqual(got, m) {
				t.Errorf("%s: got %+v, %v, wanted %+v", e, got, err, m)
			}
		}
	}
}

func TestImagesAreCounted(t *testing.T) {
	for _, e := range encodings {
		for _, n := range []int{0, 1, 3, 64} {
			head := encode(t, e, &wire.Images{Seq: 1, Images: make([]wire.Image, n)})
			if m, err := wire.DecodeHead(e, head); err != nil || len(m.(*wire.Images).Images) != n {
				t.Errorf("%s: %d images: %v", e, n, err)
			}
		}
		head := encode(t, e, &wire.Images{Seq: 1, Images: make([]wire.Image, 65)})
		_, err := wire.DecodeHead(e, head)
		wantError(t, err, wire.ErrLimit, "65 images")
	}
}

func TestNoMemoryForCountsThatAreClaimed(t *testing.T) {
	array := append([]byte("\x82\xa4type\xa6images\xa6images\xdd"), 0xff, 0xff, 0xff, 0xff)
	many := append([]byte("\x82\xa4type\xa6images\xa6images\xdd"), 0, 1, 0, 0)
	many = append(many, bytes.Repeat([]byte{0x80}, 1<<16)...)
	twice := append([]byte("\x83\xa4type\xa6images\xa6images\xdd"), many[len("\x82\xa4type\xa6images\xa6images\xdd"):]...)
	twice = append(twice, "\xa6images\x90"...)
	jsons := `{"type":"images","images":[{}` + strings.Repeat(",{}", 1<<16) + `],"images":[]}`
	for i, c := range []struct {
		e    wire.Encoding
		head []byte
	}{{wire.MsgPack, array}, {wire.MsgPack, many}, {wire.MsgPack, twice}, {wire.JSON, []byte(jsons)}} {
		bytes, err := allocated(func() error {
			_, err := wire.DecodeHead(c.e, c.head)
			return err
		})
		if err == nil || bytes > 2<<20 {
			t.Errorf("case %d: %d bytes for a head of %d, error %v", i, bytes, len(c.head), err)
		}
	}
}

// allocated says how much memory f asked for.
func allocated(f func() error) (uint64, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, err
}

func TestUnreadableHeads(t *testing.T) {
	for _, c := range []struct {
		e    wire.Encoding
		head string // of MessagePack in hex
		want error
		word string
	}{
		{wire.JSON, ``, wire.ErrProtocol, "one map"},
		{wire.JSON, `[]`, wire.ErrProtocol, "one map"},
		{wire.JSON, `{}`, wire.ErrProtocol, `no "type"`},
		{wire.JSON, `{"Type":"ping"}`, wire.ErrProtocol, `no "type"`},
		{wire.JSON, `{"type":"ping"} x`, wire.ErrProtocol, "one JSON value"},
		{wire.JSON, `{"type":"ping"`, wire.ErrProtocol, "one JSON value"},
		{wire.JSON, `{"type":"ping","id":NaN}`, wire.ErrProtocol, "one JSON value"},
		{wire.JSON, `{"type":"ping","id":1.5}`, wire.ErrProtocol, "1.5"},
		{wire.JSON, `{"type":"ping","id":18446744073709551616}`, wire.ErrLimit, "2^53-1"},
		{wire.JSON, `{"type":"ping","id":9007199254740992}`, wire.ErrLimit, "2^53-1"},
		{wire.JSON, `{"type":"pong","received_ns":-9007199254740992}`, wire.ErrLimit, "2^53-1"},
		{wire.JSON, `{"type":"camera","seq":1e16}`, wire.ErrLimit, "2^53-1"},
		{wire.JSON, `{"type":"ack","seq":1e16}`, wire.ErrLimit, "2^53-1"},
		{wire.JSON, `{"type":"images","camera":{"seq":1e16}}`, wire.ErrLimit, "2^53-1"},
		{wire.JSON, `{"type":"images","images":[{},{"bytes":1e16}]}`, wire.ErrLimit, "2^53-1"},
		{wire.JSON, `{"type":"want","quality":-1e16}`, wire.ErrLimit, "2^53-1"},
		{wire.JSON, `{"type":"cameras","width":1e16}`, wire.ErrLimit, "2^53-1"},
		{wire.JSON, `{"type":"view","height":1e16}`, wire.ErrLimit, "2^53-1"},
		{wire.JSON, `{"type":"hello","versions":[1,1e16]}`, wire.ErrLimit, "2^53-1"},
		{wire.MsgPack, "82a474797065a361636ba3736571cb4341c37937e08000", wire.ErrLimit, "2^53-1"},
		{wire.JSON, `{"type":"ack","seq":-1}`, wire.ErrProtocol, `the message "ack": protocol: "seq" is -1, wanted an integer of at least 0`},
		{wire.JSON, "{\"type\":\"data\",\"name\":\"\xff\"}", wire.ErrProtocol, "UTF-8"},
		{wire.JSON, `{"type":"ping","x":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `}`, wire.ErrLimit, "32 levels"},
		{wire.MsgPack, "", wire.ErrProtocol, "one map"},
		{wire.MsgPack, "90", wire.ErrProtocol, "one map"},
		{wire.MsgPack, "80", wire.ErrProtocol, `no "type"`},
		{wire.MsgPack, "82a474797065a470696e67a2696401c0", wire.ErrProtocol, "behind"},
		{wire.MsgPack, "82a474797065a470696e67a269640120", wire.ErrProtocol, "behind"},
		{wire.MsgPack, "82a474797065a470696e67a26964", wire.ErrProtocol, "ends within"},
		{wire.MsgPack, "82a474797065a470696e67a26964cf0020000000000000", wire.ErrLimit, "2^53-1"},
		{wire.MsgPack, "82a474797065a470696e67a26964d3ffe0000000000000", wire.ErrLimit, "2^53-1"},
		{wire.MsgPack, "82a474797065a470696e67a26964d38000000000000000", wire.ErrLimit, "2^53-1"},
		{wire.MsgPack, "82a474797065a470696e67a26964cb3ff8000000000000", wire.ErrProtocol, `"id" is 1.5, wanted an integer`},
		{wire.MsgPack, "82a474797065c40470696e67a2696401", wire.ErrProtocol, "binary"},
		{wire.MsgPack, "82c40474797065a470696e67a2696401", wire.ErrProtocol, "key"},
		{wire.MsgPack, "83a474797065a470696e670102a2696405", wire.ErrProtocol, "key"},
		{wire.MsgPack, "82a474797065a470696e67a178d40105", wire.ErrProtocol, "extension"},
		{wire.MsgPack, "82a474797065a470696e67a178c1", wire.ErrProtocol, "0xc1"},
		{wire.MsgPack, "82a474797065a470696e67a178a1ff", wire.ErrProtocol, "UTF-8"},
		{wire.MsgPack, "82a474797065a470696e67a178dd7fffffff", wire.ErrProtocol, "announced"},
		{wire.MsgPack, "82a474797065a470696e67a178df7fffffff", wire.ErrProtocol, "announced"},
		{wire.MsgPack, "82a474797065a470696e67a178dbffffffff", wire.ErrProtocol, "ends within"},
		{wire.MsgPack, "dfffffffffa474797065a470696e67", wire.ErrProtocol, "announced"},
		{wire.MsgPack, "82a474797065a470696e67a178" + strings.Repeat("91", 32) + "01", wire.ErrLimit, "32 levels"},
	} {
		head := []byte(c.head)
		if c.e == wire.MsgPack {
			head, _ = hex.DecodeString(c.head)
		}
		m, err := wire.DecodeHead(c.e, head)
		if m != nil {
			t.Errorf("%s %q gave %+v", c.e, c.head, m)
		}
		wantError(t, err, c.want, c.word)
	}
}

// Fields that have to be there are, and all are of their types; the words name them.
func TestFieldsOfControlsAndEvents(t *testing.T) {
	for head, word := range map[string]string{
		`{"type":"control","value":0.5}`:                                       `"name" is missing`,
		`{"type":"control","name":null}`:                                       `"name" is missing`,
		`{"type":"control","name":3}`:                                          `"name" is 3, wanted a string`,
		`{"type":"control","name":true}`:                                       `"name" is true, wanted a string`,
		`{"type":"control","name":["a"]}`:                                      `"name" is an array of 1, wanted a string`,
		`{"type":"control","name":"a","n":"3"}`:                                `"n" is "3", wanted an integer`,
		`{"type":"control","name":"a","n":1.5}`:                                `"n" is 1.5, wanted an integer`,
		`{"type":"control","name":"a","seen":-1}`:                              `"seen" is -1, wanted an integer of at least 0`,
		`{"type":"control","name":"a","times":1}`:                              `"times" is 1, wanted an array`,
		`{"type":"control","name":"a","times":[0,"1"]}`:                        `"times[1]" is "1", wanted a number`,
		`{"type":"control","name":"a","value":1e400}`:                          `a number beyond float64`,
		`{"type":"event"}`:                                                     `"event" is missing`,
		`{"type":"event","event":3}`:                                           `"event" is 3, wanted a string`,
		`{"type":"event","event":"click","x":"1"}`:                             `"x" is "1", wanted a number`,
		`{"type":"event","event":"click","x":true}`:                            `"x" is true, wanted a number`,
		`{"type":"event","event":"click","modifiers":"shift"}`:                 `"modifiers" is "shift", wanted an array`,
		`{"type":"event","event":"click","modifiers":[null]}`:                  `"modifiers[0]" is null, wanted a string`,
		`{"type":"event","event":"click","depth":"1"}`:                         `"depth" is "1", wanted a number`,
		`{"type":"event","event":"click","y":1e400}`:                           `a number beyond float64`,
		`{"type":"picks"}`:                                                     `"wanted" is missing`,
		`{"type":"picks","wanted":1}`:                                          `"wanted" is 1, wanted true or false`,
		`{"type":"answer"}`:                                                    `"id" is missing`,
		`{"type":"answer","id":"1"}`:                                           `"id" is "1", wanted an integer`,
		`{"type":"answer","id":1,"value":[1]}`:                                 `"value" is an array of 1, wanted an object`,
		`{"type":"controls"}`:                                                  `"items" is missing`,
		`{"type":"controls","items":3}`:                                        `"items" is 3, wanted an array`,
		`{"type":"controls","items":{}}`:                                       `"items" is an object, wanted an array`,
		`{"type":"controls","items":[null]}`:                                   `"items[0]" is null, wanted an object`,
		`{"type":"controls","items":[{}]}`:                                     `"items[0].name" is missing`,
		`{"type":"controls","items":[{"name":"a"}]}`:                           `"items[0].kind" is missing`,
		`{"type":"controls","items":[{"name":"a","kind":3}]}`:                  `"items[0].kind" is 3, wanted a string`,
		`{"type":"controls","items":[{"name":"a","kind":"x","min":"3"}]}`:      `"items[0].min" is "3", wanted a number`,
		`{"type":"controls","items":[{"name":"a","kind":"x","log":1}]}`:        `"items[0].log" is 1, wanted true or false`,
		`{"type":"controls","items":[{"name":"a","kind":"x","choices":[1]}]}`:  `"items[0].choices[0]" is 1, wanted a string`,
		`{"type":"controls","items":[{"name":"a","kind":"x","channels":1.5}]}`: `"items[0].channels" is 1.5, wanted an integer`,
		`{"type":"images","images":3}`:                                         `"images" is 3, wanted an array`,
		`{"type":"view","c2w":[1,"a"]}`:                                        `"c2w[1]" is "a", wanted a number`,
		`{"type":"ack","seq":true}`:                                            `"seq" is true, wanted an integer`,
	} {
		m, err := wire.DecodeHead(wire.JSON, []byte(head))
		if m != nil {
			t.Errorf("%s gave %+v", head, m)
			continue
		}
		wantError(t, err, wire.ErrProtocol, word)
	}
	for _, head := range []string{
		`{"type":"control","name":"","n":3.0,"value":null,"times":null}`,
		`{"type":"controls","items":[]}`,
		`{"type":"event","event":"unheard of","x":1,"depth":null}`,
		`{"type":"ping","items":3}`,
	} {
		if m, err := wire.DecodeHead(wire.JSON, []byte(head)); m == nil || err != nil {
			t.Errorf("%s: %+v, %v", head, m, err)
		}
	}
	if m, err := wire.DecodeHead(wire.JSON, []byte(`{"type":"scene","items":3}`)); m != nil || err != nil {
		t.Errorf("a type that is not known: %+v, %v", m, err)
	}
}

// Some encoders write a float of 1e16 as JSON's 10000000000000000.
func TestLargeFloatsInJSON(t *testing.T) {
	m, err := wire.DecodeHead(wire.JSON, []byte(`{"type":"images","seq":1,"images":[{"name":"a","width":1,"height":1}],`+
		`"camera":{"c2w":[1,0,0,10000000000000000,0,1,0,0,0,0,1,0,0,0,0,1]},`+
		`"meta":{"a":[10000000000000000,-9007199254740992,18446744073709551615,9007199254740991,1e300]}}`))
	if err != nil {
		t.Fatal(err)
	}
	list := m.(*wire.Images)
	if err := list.Check(wire.DefaultLimits, 0); err != nil || list.Camera.C2W[3] != 1e16 {
		t.Fatalf("%v, %v", list.Camera, err)
	}
	want := []any{1e16, -9007199254740992.0, 18446744073709551615.0, int64(9007199254740991), 1e300}
	if got := list.Meta["a"]; !reflect.DeepEqual(got, want) {
		t.Fatalf("%v, wanted %v", got, want)
	}
}

func TestUnknownTypesAndFieldsAreIgnored(t *testing.T) {
	for _, c := range []struct {
		e    wire.Encoding
		head string
		want wire.Message
	}{
		{wire.JSON, `{"type":"scene","root":{"files":[1,2,{}]}}`, nil},
		{wire.JSON, ` {"new":[{"a":null}],"id":3,"type":"ping"} `, sampleOf(&wire.Ping{ID: 3})},
		{wire.MsgPack, "\x82\xa4type\xa5scene\xa1x\x91\xc3", nil},
		{wire.MsgPack, "\x83\xa3new\x81\xa1a\xca\x00\x00\x00\x00\xa2id\xd0\x03\xa4type\xa4ping", sampleOf(&wire.Ping{ID: 3})},
		{wire.MsgPack, "\x82\xa4type\xa4ping\xa2id\xcb\x40\x08\x00\x00\x00\x00\x00\x00", sampleOf(&wire.Ping{ID: 3})},
		{wire.MsgPack, "\x82\xa4type\xa4ping\xa2id\xc0", sampleOf(&wire.Ping{})},
	} {
		m, err := wire.DecodeHead(c.e, []byte(c.head))
		if err != nil || fmt.Sprint(m) != fmt.Sprint(c.want) {
			t.Errorf("%s %q: %+v, %v, wanted %+v", c.e, c.head, m, err, c.want)
		}
	}
	for _, name := range wire.Reserved {
		if m, err := wire.DecodeHead(wire.JSON, fmt.Appendf(nil, `{"type":%q}`, name)); m != nil || err != nil {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

func TestDepthIsExactly32(t *testing.T) {
	for _, e := range encodings {
		for _, levels := range []int{31, 32} { // below the head's own map
			open, shut := "[", "]"
			head := `{"type":"ping","x":` + strings.Repeat(open, levels) + strings.Repeat(shut, levels) + `}`
			if e == wire.MsgPack {
				head = "\x82\xa4type\xa4ping\xa1x" + strings.Repeat("\x91", levels-1) + "\x90"
			}
			if _, err := wire.DecodeHead(e, []byte(head)); (err == nil) != (levels < 32) {
				t.Errorf("%s, %d levels: %v", e, levels+1, err)
			}
		}
		deep := any("end")
		for range 30 {
			deep = map[string]any{"a": deep}
		}
		meta, err := wire.CleanMeta(map[string]any{"a": deep}, wire.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wire.DecodeHead(e, encode(t, e, &wire.Images{Meta: meta})); err != nil {
			t.Errorf("%s: what CleanMeta lets through can't be read: %v", e, err)
		}
		_, err = wire.CleanMeta(map[string]any{"a": map[string]any{"a": deep}}, wire.DefaultLimits)
		wantError(t, err, wire.ErrLimit, "31 levels")
	}
}
