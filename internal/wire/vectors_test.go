package wire_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ugorji/go/codec"

	"remoteviewer/internal/wire"
)

var update = flag.Bool("update", false, "write testdata/vectors anew")

// frameVector is a message as it goes over the wire.
type frameVector struct {
	Name  string `json:"name"`
	Frame string `json:"frame"` // hex: prefix, head, body
	Head  any    `json:"head"`
	Body  string `json:"body"` // hex
}

// headVector is a head by itself, and what becomes of it.
type headVector struct {
	Name     string `json:"name"`
	Encoding string `json:"encoding"`
	Hex      string `json:"hex"`
	Text     string `json:"text,omitempty"` // of a JSON head that is UTF-8
	// Refused says who refuses it: "encoding", every reader; "field", a reader that
	// knows the message; "", nobody.
	Refused string `json:"refused"`
	Head    any    `json:"head,omitempty"`    // as any reader sees it, with NaN as "nan"
	Message any    `json:"message,omitempty"` // with the defaults filled in; absent for an unknown type
}

func nested(levels int) string { // of arrays, as JSON
	return strings.Repeat("[", levels) + strings.Repeat("]", levels)
}

// rules is one case per encoding rule. MessagePack is hex with blanks; 'text'
// stands for a string with its length in front.
var rules = []struct{ name, refused, encoding, head string }{
	{"small integer", "", "json", `{"type":"ack","seq":1,"state":"shown"}`},
	{"largest integer", "", "json", `{"type":"ack","seq":9007199254740991,"state":"shown"}`},
	{"number beyond 64 bits for an integer", "field", "json", `{"type":"ack","seq":18446744073709551616,"state":"shown"}`},
	{"number beyond 2^53-1 for an integer", "field", "json", `{"type":"ack","seq":9007199254740992,"state":"shown"}`},
	{"number below -(2^53-1) for an integer", "field", "json", `{"type":"ping","id":1,"sent_ns":-9007199254740992}`},
	{"number beyond 2^53-1 for a float", "", "json", `{"type":"view","c2w":[1,0,0,10000000000000000,0,1,0,0,0,0,1,-4,0,0,0,1]}`},
	{"smallest integer", "", "json", `{"type":"ping","id":1,"sent_ns":-9007199254740991}`},
	{"negative where none can be", "field", "json", `{"type":"ack","seq":-1,"state":"shown"}`},
	{"float for an integer", "", "json", `{"type":"ack","seq":3.0,"state":"shown"}`},
	{"float with exponent for an integer", "", "json", `{"type":"ack","seq":1e3,"state":"shown"}`},
	{"fraction for an integer", "field", "json", `{"type":"ack","seq":3.5,"state":"shown"}`},
	{"integers for floats", "", "json", `{"type":"view","c2w":[1,0,0,0,0,1,0,0,0,0,1,-4,0,0,0,1],"far":100}`},
	{"NaN literal", "encoding", "json", `{"type":"images","seq":1,"images":[],"meta":{"a":NaN}}`},
	{"NaN and infinities as strings", "", "json", `{"type":"images","seq":1,"images":[],"meta":{"a":["nan","inf","-inf"]}}`},
	{"string escapes", "", "json", `{"type":"data","name":"\u00e9\ud83d\ude00\n\"\\","format":"json"}`},
	{"UTF-8 as it is", "", "json", `{"type":"data","name":"é😀漢","format":"json"}`},
	{"no UTF-8", "encoding", "json", "{\"type\":\"data\",\"name\":\"\xff\",\"format\":\"json\"}"},
	{"unknown fields", "", "json", `{"type":"ping","new":{"a":[1,null]},"id":1,"sent_ns":2}`},
	{"unknown type", "", "json", `{"type":"scene","root":[{}]}`},
	{"null is left out", "", "json", `{"type":"bye","text":null}`},
	{"duplicated key", "", "json", `{"type":"ping","id":1,"id":2,"sent_ns":0}`},
	{"blanks around", "", "json", " \n{ \"type\" : \"bye\" }\r\n\t"},
	{"something behind", "encoding", "json", `{"type":"bye"}{}`},
	{"cut", "encoding", "json", `{"type":"bye"`},
	{"array as head", "encoding", "json", `[{"type":"bye"}]`},
	{"no type", "encoding", "json", `{"id":1}`},
	{"number for a boolean", "field", "json", `{"type":"cameras","wanted":1}`},
	{"string for a boolean", "field", "json", `{"type":"cameras","wanted":"true"}`},
	{"string for an array", "field", "json", `{"type":"view","c2w":"1 0 0"}`},
	{"must-field left out", "field", "json", `{"type":"control","value":0.5}`},
	{"must-field of an item left out", "field", "json", `{"type":"controls","items":[{"name":"a"}]}`},
	{"null for a must-field", "field", "json", `{"type":"event","event":null}`},
	{"number for a string", "field", "json", `{"type":"control","name":3}`},
	{"string for a number", "field", "json", `{"type":"event","event":"click","x":"1"}`},
	{"float for a count", "", "json", `{"type":"control","name":"a","value":0.5,"n":3.0}`},
	{"32 levels", "", "json", `{"type":"x","a":` + nested(31) + `}`},
	{"33 levels", "encoding", "json", `{"type":"x","a":` + nested(32) + `}`},

	{"small integer", "", "msgpack", "83 'type' 'ack' 'seq' 01 'state' 'shown'"},
	{"u8", "", "msgpack", "83 'type' 'ack' 'seq' cc ff 'state' 'shown'"},
	{"u16", "", "msgpack", "83 'type' 'ack' 'seq' cd ff ff 'state' 'shown'"},
	{"u32", "", "msgpack", "83 'type' 'ack' 'seq' ce ff ff ff ff 'state' 'shown'"},
	{"largest integer as u64", "", "msgpack", "83 'type' 'ack' 'seq' cf 00 1f ff ff ff ff ff ff 'state' 'shown'"},
	{"largest integer as i64", "", "msgpack", "83 'type' 'ack' 'seq' d3 00 1f ff ff ff ff ff ff 'state' 'shown'"},
	{"integer beyond 2^53-1", "encoding", "msgpack", "83 'type' 'ack' 'seq' cf 00 20 00 00 00 00 00 00 'state' 'shown'"},
	{"fixint below 0", "", "msgpack", "83 'type' 'ping' 'id' 01 'sent_ns' ff"},
	{"i8", "", "msgpack", "83 'type' 'ping' 'id' 01 'sent_ns' d0 80"},
	{"i16", "", "msgpack", "83 'type' 'ping' 'id' 01 'sent_ns' d1 80 00"},
	{"i32", "", "msgpack", "83 'type' 'ping' 'id' 01 'sent_ns' d2 80 00 00 00"},
	{"smallest integer", "", "msgpack", "83 'type' 'ping' 'id' 01 'sent_ns' d3 ff e0 00 00 00 00 00 01"},
	{"integer below -(2^53-1)", "encoding", "msgpack", "83 'type' 'ping' 'id' 01 'sent_ns' d3 ff e0 00 00 00 00 00 00"},
	{"negative where none can be", "field", "msgpack", "83 'type' 'ack' 'seq' ff 'state' 'shown'"},
	{"f64 for an integer", "", "msgpack", "83 'type' 'ack' 'seq' cb 40 08 00 00 00 00 00 00 'state' 'shown'"},
	{"f32 for an integer", "", "msgpack", "83 'type' 'ack' 'seq' ca 40 40 00 00 'state' 'shown'"},
	{"fraction for an integer", "field", "msgpack", "83 'type' 'ack' 'seq' cb 40 0c 00 00 00 00 00 00 'state' 'shown'"},
	{"integers and f32 for floats", "", "msgpack", "83 'type' 'view' 'c2w' dc 00 10 01 00 00 00 00 01 00 00 00 00 01 fc 00 00 00 01 'far' ca 42 c8 00 00"},
	{"NaN and infinities as strings", "", "msgpack", "84 'type' 'images' 'seq' 01 'images' 90 'meta' 81 'a' 93 'nan' 'inf' '-inf'"},
	{"NaN as a float", "", "msgpack", "84 'type' 'images' 'seq' 01 'images' 90 'meta' 81 'a' cb 7f f8 00 00 00 00 00 00"},
	{"str8", "", "msgpack", "83 d9 04 74 79 70 65 'data' 'name' d9 09 c3 a9 f0 9f 98 80 e6 bc a2 'format' 'json'"},
	{"str16", "", "msgpack", "83 da 00 04 74 79 70 65 'data' 'name' da 00 03 61 62 63 'format' 'json'"},
	{"str32", "", "msgpack", "83 db 00 00 00 04 74 79 70 65 'data' 'name' db 00 00 00 03 61 62 63 'format' 'json'"},
	{"map16 and array32", "", "msgpack", "de 00 02 'type' 'view' 'c2w' dd 00 00 00 10 01 00 00 00 00 01 00 00 00 00 01 00 00 00 00 01"},
	{"map32", "", "msgpack", "df 00 00 00 01 'type' 'bye'"},
	{"no UTF-8", "encoding", "msgpack", "83 'type' 'data' 'name' a1 ff 'format' 'json'"},
	{"binary", "encoding", "msgpack", "83 'type' 'data' 'name' c4 01 61 'format' 'json'"},
	{"binary in an unknown field", "encoding", "msgpack", "82 'type' 'bye' 'new' c4 01 61"},
	{"binary as key", "encoding", "msgpack", "82 'type' 'bye' c4 01 61 01"},
	{"integer as key", "encoding", "msgpack", "82 'type' 'bye' 01 01"},
	{"extension", "encoding", "msgpack", "82 'type' 'bye' 'new' d4 05 00"},
	{"timestamp", "encoding", "msgpack", "82 'type' 'bye' 'new' d6 ff 00 00 00 00"},
	{"byte c1", "encoding", "msgpack", "82 'type' 'bye' 'new' c1"},
	{"unknown fields", "", "msgpack", "84 'type' 'ping' 'new' 81 'a' 92 01 c0 'id' 01 'sent_ns' 02"},
	{"unknown type", "", "msgpack", "82 'type' 'scene' 'root' 91 80"},
	{"nil is left out", "", "msgpack", "82 'type' 'bye' 'text' c0"},
	{"duplicated key", "", "msgpack", "84 'type' 'ping' 'id' 01 'id' 02 'sent_ns' 00"},
	{"something behind", "encoding", "msgpack", "81 'type' 'bye' c0"},
	{"cut", "encoding", "msgpack", "82 'type' 'bye' 'text'"},
	{"array as head", "encoding", "msgpack", "91 81 'type' 'bye'"},
	{"no type", "encoding", "msgpack", "81 'id' 01"},
	{"huge array", "encoding", "msgpack", "82 'type' 'x' 'a' dd ff ff ff ff"},
	{"huge map", "encoding", "msgpack", "82 'type' 'x' 'a' df ff ff ff ff"},
	{"huge string", "encoding", "msgpack", "82 'type' 'x' 'a' db ff ff ff ff"},
	{"string for a boolean", "field", "msgpack", "82 'type' 'cameras' 'wanted' 'true'"},
	{"string for an integer", "field", "msgpack", "83 'type' 'ack' 'seq' '1' 'state' 'shown'"},
	{"string for an array", "field", "msgpack", "82 'type' 'view' 'c2w' '1'"},
	{"must-field left out", "field", "msgpack", "82 'type' 'control' 'value' 01"},
	{"nil for a must-field", "field", "msgpack", "82 'type' 'picks' 'wanted' c0"},
	{"number for a string", "field", "msgpack", "82 'type' 'event' 'event' 03"},
	{"32 levels", "", "msgpack", "82 'type' 'x' 'a' " + strings.Repeat("91 ", 30) + "90"},
	{"33 levels", "encoding", "msgpack", "82 'type' 'x' 'a' " + strings.Repeat("91 ", 31) + "90"},
}

// spell reads a head of rules.
func spell(t *testing.T, encoding, head string) []byte {
	if encoding == "json" {
		return []byte(head)
	}
	var out []byte
	for _, word := range strings.Fields(head) {
		if text, ok := strings.CutPrefix(word, "'"); ok {
			text = strings.TrimSuffix(text, "'")
			out = append(append(out, 0xa0|byte(len(text))), text...)
			continue
		}
		b, err := hex.DecodeString(word)
		if err != nil {
			t.Fatalf("%q: %v", head, err)
		}
		out = append(out, b...)
	}
	return out
}

// plainHead reads a head without any of package wire.
func plainHead(t *testing.T, encoding string, head []byte) any {
	t.Helper()
	var v any
	err := json.Unmarshal(head, &v)
	if encoding == "msgpack" {
		h := &codec.MsgpackHandle{WriteExt: true}
		h.RawToString = true
		h.MapType = reflect.TypeOf(map[string]any(nil))
		err = codec.NewDecoderBytes(head, h).Decode(&v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return finite(v)
}

func finite(v any) any {
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) {
			return "nan"
		}
	case map[string]any:
		for k, x := range v {
			v[k] = finite(x)
		}
	case []any:
		for i, x := range v {
			v[i] = finite(x)
		}
	}
	return v
}

// compare holds what was made against a file, or writes it.
func compare(t *testing.T, file string, made any) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(made); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "testdata", "vectors", file)
	if *update {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, b.Bytes(), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: `go test ./internal/wire -update` writes it", err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("%s is not what the code makes; `go test ./internal/wire -update` writes it anew, then look at the difference", path)
	}
}

func TestRuleVectors(t *testing.T) {
	var made []headVector
	for _, r := range rules {
		head := spell(t, r.encoding, r.head)
		v := headVector{Name: r.name, Encoding: r.encoding, Hex: hex.EncodeToString(head), Refused: r.refused}
		if r.encoding == "json" && !strings.Contains(r.head, "\xff") {
			v.Text = r.head
		}
		m, err := wire.DecodeHead(wire.Encoding(r.encoding), head)
		if (err != nil) != (r.refused != "") {
			t.Errorf("%s, %s: %v, refused by %q", r.encoding, r.name, err, r.refused)
		}
		if r.refused != "encoding" {
			v.Head = plainHead(t, r.encoding, head)
		}
		if m != nil {
			v.Message = messageJSON(t, m)
		}
		made = append(made, v)
	}
	compare(t, "heads.json", made)
}

func messageJSON(t *testing.T, m wire.Message) any {
	if list, ok := m.(*wire.Images); ok {
		meta, err := wire.CleanMeta(list.Meta, wire.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		list.Meta = meta
	}
	return plainHead(t, "json", encode(t, wire.JSON, m))
}

var bodies = map[string]string{
	"images": "ff00007f8001" + "80" + "00000000" + "80003f40", // a red pixel and another; LZ4 of 1 and 2, shuffled
	"data":   hex.EncodeToString([]byte("0.001")),
}

func TestMessageVectors(t *testing.T) {
	var made []frameVector
	for _, e := range encodings {
		var w wire.Writer
		for _, m := range samples() {
			name := plainHead(t, "json", encode(t, wire.JSON, m)).(map[string]any)["type"].(string)
			body, _ := hex.DecodeString(bodies[name])
			frame, err := w.AppendFrame(nil, e, m, int64(len(body)))
			if err != nil {
				t.Fatal(err)
			}
			head := plainHead(t, string(e), frame[wire.PrefixLen:])
			frame = append(frame, body...)
			readBack(t, frame, m, body)
			made = append(made, frameVector{
				Name: name + " as " + string(e), Frame: hex.EncodeToString(frame), Head: head, Body: bodies[name],
			})
		}
	}
	compare(t, "messages.json", made)
}

func readBack(t *testing.T, frame []byte, want wire.Message, body []byte) {
	t.Helper()
	r := wire.NewReader(bytes.NewReader(frame), wire.DefaultLimits)
	r.Open()
	m, n, err := r.Next()
	if err != nil || n != int64(len(body)) || !reflect.DeepEqual(m, want) {
		t.Fatalf("read %+v with %d bytes, %v; wrote %+v with %d", m, n, err, want, len(body))
	}
	got := make([]byte, n)
	if err := r.ReadBody(got); err != nil || !bytes.Equal(got, body) {
		t.Fatalf("read the body %x, %v; wrote %x", got, err, body)
	}
	if list, ok := m.(*wire.Images); ok {
		if err := list.Check(wire.DefaultLimits, n); err != nil {
			t.Fatal(err)
		}
	}
}
