package wire

import (
	"bytes"
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

func basics(h *codec.BasicHandle) {
	h.MapType = reflect.TypeOf(map[string]any(nil))
	h.SliceType = reflect.TypeOf([]any(nil))
	h.RawToString = true
	h.MaxDepth = MaxDepth
	h.MaxInitLen = 1024
	h.ErrorIfNoField = false
	h.ErrorIfNoArrayExpand = false
}

func newMsgpackHandle() *codec.MsgpackHandle {
	h := &codec.MsgpackHandle{}
	basics(&h.BasicHandle)
	h.WriteExt = true
	return h
}

func newJSONHandle() *codec.JsonHandle {
	h := &codec.JsonHandle{}
	basics(&h.BasicHandle)
	h.HTMLCharsAsIs = true
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
	if !startsMap(e, head) {
		return nil, fmt.Errorf("%w: a head is one map", ErrProtocol)
	}
	var k peek
	if err := decodeInto(dec, head, &k); err != nil {
		return nil, err
	}
	if k.Type == "" {
		return nil, fmt.Errorf("%w: a head has no \"type\"", ErrProtocol)
	}
	if n := int64(len(k.Images)); k.Type == TypeImages && n > DefaultLimits.Images {
		return nil, fmt.Errorf("%w: a list of %d images, wanted 1 to %d", ErrLimit, n, DefaultLimits.Images)
	}
	if m = newMessage(k.Type); m == nil {
		return nil, nil
	}
	if err := decodeInto(dec, head, m); err != nil {
		return nil, fmt.Errorf("%q: %w", k.Type, err)
	}
	return m, nil
}

// peek is the first look at a head. Elements of no size count the images of a
// list before memory is reserved for them.
type peek struct {
	Type   string     `codec:"type"`
	Images []struct{} `codec:"images"`
}

func startsMap(e Encoding, head []byte) bool {
	if e == JSON {
		head = bytes.TrimLeft(head, " \t\r\n")
		return len(head) > 0 && head[0] == '{'
	}
	return len(head) > 0 && (head[0]&0xf0 == 0x80 || head[0] == 0xde || head[0] == 0xdf)
}

func decodeInto(dec *codec.Decoder, head []byte, v any) error {
	dec.ResetBytes(head)
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("%w: a head that can't be read: %v", ErrProtocol, err)
	}
	if n := dec.NumBytesRead(); n < len(head) {
		for _, c := range head[n:] {
			if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				return fmt.Errorf("%w: %d bytes behind the map of a head", ErrProtocol, len(head)-n)
			}
		}
	}
	return nil
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
