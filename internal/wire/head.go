package wire

import (
	"fmt"
	"reflect"

	"github.com/ugorji/go/codec"
)

// handles of ugorji/go/codec, made in one place. A head has no binary field, so
// MessagePack's raw bytes are read as strings and written as such.
var (
	msgpackHandle = newMsgpackHandle()
	jsonHandle    = newJSONHandle()
)

func options() codec.DecodeOptions {
	return codec.DecodeOptions{
		MapType:     reflect.TypeOf(map[string]any(nil)),
		SliceType:   reflect.TypeOf([]any(nil)),
		RawToString: true,
		MaxDepth:    MaxDepth + 8, // the scan before counts exactly
		MaxInitLen:  1024,
	}
}

func newMsgpackHandle() *codec.MsgpackHandle {
	h := &codec.MsgpackHandle{WriteExt: true}
	h.DecodeOptions = options()
	return h
}

func newJSONHandle() *codec.JsonHandle {
	h := &codec.JsonHandle{HTMLCharsAsIs: true}
	h.DecodeOptions = options()
	return h
}

type decoder struct {
	msgpack, json *codec.Decoder
}

func (d *decoder) of(e Encoding) *codec.Decoder {
	if e == JSON {
		if d.json == nil {
			d.json = codec.NewDecoderBytes(nil, jsonHandle)
		}
		return d.json
	}
	if d.msgpack == nil {
		d.msgpack = codec.NewDecoderBytes(nil, msgpackHandle)
	}
	return d.msgpack
}

// decode reads one head. It is nil without an error for a type not known.
func (d *decoder) decode(e Encoding, head []byte) (m Message, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: a head that can't be read: %v", ErrProtocol, r)
		}
	}()
	dec := d.of(e)
	kind, listed, err := d.look(dec, e, head)
	if err != nil {
		return nil, err
	}
	if kind == "" {
		return nil, fmt.Errorf("%w: a head has no \"type\"", ErrProtocol)
	}
	if n := int64(listed); kind == TypeImages && n > DefaultLimits.Images {
		return nil, fmt.Errorf("%w: a list of %d images, wanted 1 to %d", ErrLimit, n, DefaultLimits.Images)
	}
	if kind == TypeControls && listed > ControlLimit {
		return nil, fmt.Errorf("%w: %d controls, wanted at most %d", ErrLimit, listed, ControlLimit)
	}
	if m = newMessage(kind); m == nil {
		return nil, nil
	}
	if musts[kind] != nil {
		err = d.shape(e, kind, head, m)
	} else if err = decodeInto(dec, head, m); err != nil {
		err = d.worded(e, kind, head)
	}
	if err != nil {
		return nil, err
	}
	if err := checkIntegers(m); err != nil {
		return nil, err
	}
	if e == JSON {
		numbersOf(m)
	}
	return m, nil
}

// numbersOf makes the numbers of free values in a JSON head those that
// MessagePack gives.
func numbersOf(m Message) {
	switch m := m.(type) {
	case *Images:
		plainNumbers(m.Meta)
	case *Answer:
		plainNumbers(m.Value)
	case *Control:
		m.Value = plainNumbers(m.Value)
	case *Controls:
		for i := range m.Items {
			m.Items[i].Value = plainNumbers(m.Items[i].Value)
		}
	}
}

// plainNumbers makes floats of numbers that are too large to be integers (JSON
// has no other way to tell), and int64 of all other integers.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case int64:
		if v > MaxInt || v < -MaxInt {
			return float64(v)
		}
	case uint64:
		if v > MaxInt {
			return float64(v)
		}
		return int64(v)
	case map[string]any:
		for k, x := range v {
			v[k] = plainNumbers(x)
		}
	case []any:
		for i, x := range v {
			v[i] = plainNumbers(x)
		}
	}
	return v
}

// peek is the first look at a JSON head. It counts the images or items of a list
// before memory is reserved for them; its elements have a size because the decoder
// divides by it.
type peek struct {
	Type   string                   `codec:"type"`
	Images []struct{ unread uint8 } `codec:"images"`
	Items  []struct{ unread uint8 } `codec:"items"`
}

func (d *decoder) look(dec *codec.Decoder, e Encoding, head []byte) (kind string, listed int, err error) {
	if e == MsgPack {
		return scan(head)
	}
	if err := scanJSON(head); err != nil {
		return "", 0, err
	}
	var k peek
	if err = decodeInto(dec, head, &k); err != nil {
		return d.unlisted(dec, head)
	}
	listed = max(len(k.Images), cap(k.Images)/8, len(k.Items), cap(k.Items)/8) // a key may have stood twice
	return k.Type, listed, nil
}

// unlisted is look where images or items are no array: that is for a type that is
// not known to pass over, and an error of any other.
func (d *decoder) unlisted(dec *codec.Decoder, head []byte) (kind string, listed int, err error) {
	var k struct {
		Type string `codec:"type"`
	}
	if err := decodeInto(dec, head, &k); err != nil {
		return "", 0, fmt.Errorf("%w: a head whose \"type\" is no string", ErrProtocol)
	}
	if k.Type != TypeImages && k.Type != TypeControls {
		return k.Type, 0, nil
	}
	return "", 0, d.worded(JSON, k.Type, head)
}

// worded says what is wrong with a head that the decoder did not take: its own
// words are for programmers.
func (d *decoder) worded(e Encoding, kind string, head []byte) error {
	if err := d.shape(e, kind, head, newMessage(kind)); err != nil {
		return err
	}
	return fmt.Errorf("%w: the message %q has a field that can't be read", ErrProtocol, kind)
}

func decodeInto(dec *codec.Decoder, head []byte, v any) error {
	dec.ResetBytes(head)
	return dec.Decode(v)
}

// DecodeHead reads one head by itself; nil without an error is a type not known.
func DecodeHead(e Encoding, head []byte) (Message, error) {
	return new(decoder).decode(e, head)
}

// Writer makes frames. It is not safe for concurrent use.
type Writer struct {
	msgpack, json *codec.Encoder
	head          []byte
}

// AppendFrame appends a message's prefix and head to dst. The caller writes the
// body's bytes behind it.
func (w *Writer) AppendFrame(dst []byte, e Encoding, m Message, body int64) ([]byte, error) {
	m.setType(m.messageType())
	w.head = w.head[:0]
	if err := w.of(e).Encode(m); err != nil {
		return dst, fmt.Errorf("%w: a %s head can't be written: %v", ErrProtocol, m.messageType(), err)
	}
	at := len(dst)
	dst = append(dst, make([]byte, PrefixLen)...)
	putPrefix(dst[at:], e, len(w.head), body)
	return append(dst, w.head...), nil
}

func (w *Writer) of(e Encoding) *codec.Encoder {
	enc, h := &w.msgpack, codec.Handle(msgpackHandle)
	if e == JSON {
		enc, h = &w.json, jsonHandle
	}
	if *enc == nil {
		*enc = codec.NewEncoderBytes(&w.head, h)
	} else {
		(*enc).ResetBytes(&w.head)
	}
	return *enc
}
