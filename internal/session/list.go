package session

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"remoteviewer/internal/codec"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/wire"
)

// list is a list of images as the renderer gave it, in pooled memory. It is
// counted: the newest-list slot, the driver's queue and every connection that
// is writing it hold it.
type list struct {
	seq    uint64
	stream string
	last   bool
	every  bool
	taken  bool // a viewer got it; under the renderer's mutex
	meta   map[string]any
	camera *wire.ListCamera
	given  time.Time
	names  []string
	images []pixel.Image
	later  []coming // nil: the pixels are there

	pool *Pool
	refs atomic.Int32

	mu      sync.Mutex
	encoded []*encoded // those that are not raw
}

// encoding is what decides how a list is encoded.
type encoding struct {
	codec   string
	quality int
	zstd    bool // the peer takes it: the fallback where codec doesn't fit
}

// encoded is a list as it goes over the wire, made once for all who want it so.
type encoded struct {
	how      encoding
	specs    []codec.Spec
	payloads [][]byte
	pooled   []bool
	err      error
}

func (l *list) retain() *list {
	l.refs.Add(1)
	return l
}

// release gives the memory back with the last holder.
func (l *list) release() {
	if l.refs.Add(-1) != 0 {
		return
	}
	for i := range l.images {
		if l.later != nil && l.later[i].Later != nil {
			l.later[i].Release()
			l.later[i] = coming{}
		} else {
			l.pool.Put(l.images[i].Pix)
		}
		l.images[i].Pix = nil
	}
	for _, e := range l.encoded {
		for i, p := range e.payloads {
			if e.pooled[i] {
				l.pool.Put(p)
			}
		}
	}
	l.encoded = nil
}

// image is how image i goes, and its bytes. Raw, which is nil, is the pixels
// themselves.
func (e *encoded) image(l *list, i int) (codec.Spec, []byte) {
	if e == nil {
		return codec.Spec{Codec: codec.Raw, Filter: codec.None}, l.images[i].Pix
	}
	return e.specs[i], e.payloads[i]
}

// encode gives the list encoded as said. The first to ask does the work, off the
// renderer's thread; who asks meanwhile waits for it.
func (l *list) encode(enc *codec.Encoder, how encoding) (*encoded, error) {
	if how.codec == codec.Raw {
		return nil, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.encoded {
		if e.how == how {
			return e, e.err
		}
	}
	e := &encoded{how: how, specs: make([]codec.Spec, len(l.images)), payloads: make([][]byte, len(l.images)), pooled: make([]bool, len(l.images))}
	for i := range l.images {
		if e.err = l.encodeImage(enc, e, i); e.err != nil {
			break
		}
	}
	l.encoded = append(l.encoded, e)
	return e, e.err
}

func (l *list) encodeImage(enc *codec.Encoder, e *encoded, i int) error {
	img := l.images[i]
	spec := codec.Choose(codec.Spec{Codec: e.how.codec, Quality: e.how.quality}, img.Format)
	if spec.Codec == codec.Zstd && !e.how.zstd && e.how.codec != codec.Zstd {
		spec = codec.Spec{Codec: codec.Raw, Filter: codec.None}
	}
	e.specs[i] = spec
	if spec.Codec == codec.Raw {
		e.payloads[i] = img.Pix
		return nil
	}
	room := len(img.Pix) + len(img.Pix)/8 + 64<<10
	b, err := enc.Encode(l.pool.Get(room)[:0], img, spec)
	if err != nil {
		return fmt.Errorf("image %q as %s: %w", l.names[i], spec.Codec, err)
	}
	e.payloads[i], e.pooled[i] = b, true
	return nil
}
