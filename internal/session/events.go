package session

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/wire"
)

// EventKind says what an Event is.
type EventKind int

// The kinds, in the numbers of the C ABI.
const (
	EventCamera EventKind = 1
	EventReady  EventKind = 2
	EventData   EventKind = 3
	EventStatus EventKind = 4
	EventDriver EventKind = 5

	EventControl EventKind = 6
	EventPick    EventKind = 7
	EventClick   EventKind = 8
	EventKey     EventKind = 9
	EventDrag    EventKind = 10
)

// Codes of EventStatus, in the numbers of the C ABI.
const (
	StatusListening    = 1
	StatusDialing      = 2
	StatusConnected    = 3
	StatusDisconnected = 4
	StatusRefused      = 5
	StatusProtocol     = 6
	StatusUnresolved   = 7
	StatusStalled      = 8
	StatusInternal     = 9
)

const (
	keptEvents = 1024
	againAfter = 50 * time.Millisecond // a camera is given again when no list was sent since
)

// Event is something that a renderer reads.
type Event struct {
	Kind         EventKind
	Camera       CameraEvent // EventCamera
	Name, Format string
	Data         []byte
	Code         int
	Text         string
	Viewer       string      // the session of the viewer that it came from
	Input        *wire.Event // EventPick, whose ID is the session's own, EventClick, EventKey, EventDrag

	press bool // of a button: each counts
}

// CameraEvent is a viewer's camera.
type CameraEvent struct {
	Camera camera.Camera
	Viewer string
	Seq    uint64
	Cause  string
}

// eventQueue keeps the newest events: the oldest go first when there are too
// many, or too many bytes in them.
type eventQueue struct {
	list    []Event
	bytes   int
	dropped uint64
	given   bool // the last one read came from here
}

func (q *eventQueue) add(e Event) {
	if i := q.voided(&e); i >= 0 {
		q.bytes += len(e.Data) - len(q.list[i].Data)
		q.list[i] = e
		return
	}
	q.list = append(q.list, e)
	q.bytes += len(e.Data)
	for len(q.list) > keptEvents || q.bytes > dataLimit && len(q.list) > 1 {
		q.next()
		q.dropped++
	}
}

// voided finds an event that nobody has read and need not be read any more, or -1:
// the same control's value, a viewer's question before its newest, the last place of
// its drag.
func (q *eventQueue) voided(e *Event) int {
	if e.press || e.Kind != EventControl && e.Kind != EventPick && e.Kind != EventDrag {
		return -1
	}
	for i := len(q.list) - 1; i >= 0; i-- {
		old := &q.list[i]
		if old.Kind != e.Kind {
			continue
		}
		switch e.Kind {
		case EventControl:
			if old.Name == e.Name && !old.press {
				return i
			}
		case EventPick:
			if old.Viewer == e.Viewer {
				return i
			}
		case EventDrag:
			if old.Viewer == e.Viewer { // its last: what was before has ended
				if e.Input.Continues(old.Input) {
					return i
				}
				return -1
			}
		}
	}
	return -1
}

func (q *eventQueue) next() (Event, bool) {
	if len(q.list) == 0 {
		return Event{}, false
	}
	e := q.list[0]
	q.list[0] = Event{} // or its bytes would live on
	q.list = q.list[1:]
	q.bytes -= len(e.Data)
	return e, true
}

// trigger makes a camera or ready event pending, if there is room for a list.
// The mutex is held.
func (r *Renderer) trigger() {
	if r.driver != nil && r.driver.room() {
		r.pending = true
	}
}

// Read waits for the next event; false when none came in time. A negative
// timeout is without end.
func (r *Renderer) Read(timeout time.Duration) (Event, bool, error) {
	var deadline time.Time
	if timeout >= 0 {
		deadline = time.Now().Add(timeout)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		if err := r.usable(); err != nil && (r.closing || len(r.events.list) == 0) {
			return Event{}, false, err // a failed session still says how it came to that
		}
		// In turns, so that values in plenty don't keep cameras away.
		if !r.events.given {
			if e, ok := r.events.next(); ok {
				r.events.given = true
				return e, true, nil
			}
		}
		e, ok, again := r.takeCamera()
		r.events.given = false
		if ok {
			return e, true, nil
		}
		if len(r.events.list) > 0 {
			continue
		}
		until := deadline
		if !again.IsZero() && (until.IsZero() || again.Before(until)) {
			until = again
		}
		if !r.wait(until) && until.Equal(deadline) {
			return Event{}, false, nil
		}
	}
}

// takeCamera takes the pending camera or ready event. When there is none now,
// it says when to look again, zero for not by itself.
func (r *Renderer) takeCamera() (e Event, ok bool, again time.Time) {
	if r.driver == nil || !r.driver.room() {
		r.pending = false
		return e, false, again
	}
	if !r.pending && !r.listed && !r.lastAt.IsZero() {
		again = r.lastAt.Add(againAfter)
		r.pending = !time.Now().Before(again)
	}
	if !r.pending {
		return e, false, again
	}
	r.pending, r.listed, r.lastAt = false, false, time.Now()
	c, has := r.takeNewest()
	if !r.wanted || !has {
		return Event{Kind: EventReady}, true, again
	}
	return Event{Kind: EventCamera, Camera: c, Viewer: c.Viewer}, true, again
}

// takeNewest is the driver's newest camera, which lists given from now on were
// rendered with, unless they say otherwise. The mutex is held.
func (r *Renderer) takeNewest() (CameraEvent, bool) {
	if r.driver == nil || r.driver.cam == nil {
		return CameraEvent{}, false
	}
	cam := r.driver.cam
	c, err := poseToCamera(&cam.Pose, r.opts.Limits)
	if err != nil {
		return CameraEvent{}, false
	}
	r.given = cam
	return CameraEvent{Camera: c, Viewer: cam.Viewer, Seq: cam.Seq, Cause: r.driver.cause}, true
}

// Camera is the driver's newest camera; false when none has come. It never waits.
func (r *Renderer) Camera() (CameraEvent, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.takeNewest()
}

// WantCameras says whether viewers shall send cameras.
func (r *Renderer) WantCameras(wanted bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.want(wanted)
}

// want is WantCameras. The mutex is held.
func (r *Renderer) want(wanted bool) {
	if r.wanted == wanted {
		return
	}
	r.wanted = wanted
	for _, w := range r.watchers {
		w.peer.put(r.camerasMessage(), nil)
	}
}

func (r *Renderer) camerasMessage() *wire.Cameras {
	return &wire.Cameras{Wanted: r.wanted, Width: r.opts.Width, Height: r.opts.Height}
}

// SetView sets the first view, for viewers now and later. A zero K, up, size,
// near and far take defaults at the viewer.
func (r *Renderer) SetView(c camera.Camera) error {
	p := poseOf(&c)
	if c.Projection == "" {
		p.Projection = string(camera.Perspective)
	}
	check := p
	if _, err := cameraOf(completeView(&check), r.opts.Limits); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.view = &wire.View{Pose: p}
	r.changed.wake()
	for _, w := range r.watchers {
		v := *r.view
		w.peer.put(&v, nil)
	}
	return nil
}

// ErrFormat is data in a format that is not one of json, msgpack and bytes, or
// that says json and isn't.
var ErrFormat = fmt.Errorf("data format")

// SendData sends a named value to all viewers. The bytes are copied.
func (r *Renderer) SendData(name, format string, data []byte) error {
	if err := CheckData(name, format, data); err != nil {
		return err
	}
	body := slices.Clone(data)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.usable(); err != nil {
		return err
	}
	for _, w := range r.watchers {
		if !w.peer.put(&wire.Data{Name: name, Format: format}, body) {
			r.say(fmt.Sprintf("viewer %s takes values too slowly: %q is dropped for it", w.peer.Hello.Name, name), &r.unshown)
		}
	}
	return nil
}

// CheckData says what is wrong with a named value.
func CheckData(name, format string, data []byte) error {
	if err := wire.CheckName("data name", name, wire.DefaultLimits.Name); err != nil {
		return fmt.Errorf("%w: %w", ErrName, err)
	}
	if name == "" {
		return fmt.Errorf("%w: data needs a name", ErrName)
	}
	if len(data) > wire.DataLimit {
		return fmt.Errorf("%w: data of %d bytes, the limit is %d", wire.ErrLimit, len(data), wire.DataLimit)
	}
	switch format {
	case "json":
		if !json.Valid(data) {
			return fmt.Errorf("%w: the value of %q is not JSON", ErrFormat, name)
		}
	case "msgpack", "bytes":
	default:
		return fmt.Errorf("%w %q, wanted json, msgpack or bytes", ErrFormat, format)
	}
	return nil
}

// report tells of a change: an event, and a line in the log. The mutex is held.
func (r *Renderer) report(code int, w *watcher, text string) {
	e := Event{Kind: EventStatus, Code: code, Text: text}
	restraint := &r.changes
	if w != nil {
		e.Name, e.Viewer = w.peer.Hello.Name, w.peer.Hello.Session
	} else if code == StatusRefused || code == StatusProtocol {
		restraint = &r.refused
	}
	r.events.add(e)
	r.changed.wake()
	if code != StatusListening { // said by Report
		r.say(text, restraint)
	}
}

// Report tells of a change outside of any viewer's connection: a listener's, a
// dialer's, or a peer that was refused. Where it listens stands in the log when
// it returns: what the program prints next comes behind it.
func (r *Renderer) Report(code int, text string) {
	if code == StatusListening && r.log != nil {
		r.log.Info(text)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if code == StatusRefused || code == StatusProtocol {
		r.stats.Refused++
	}
	r.report(code, nil, text)
}
