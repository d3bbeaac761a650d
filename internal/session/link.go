package session

import (
	"context"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/wire"
)

// Link is a viewer's end of one connection to a renderer, whatever protocol it
// speaks. All methods may be called from any goroutine; none but Next waits.
type Link interface {
	// Source says who the renderer is.
	Source() Source
	// Next waits for the next list, decoded. Lists of a stream that a newer one
	// replaced are skipped, unless the renderer sends every frame. When the
	// connection has ended it returns the reason, after the lists that came.
	Next(ctx context.Context) (*List, error)
	// TryNext is Next without waiting: nil, nil when there is none yet.
	TryNext() (*List, error)
	// Events takes what else has come: cameras wanted, a view, data.
	Events() []LinkEvent
	// SendCamera sends the viewer's camera. While cameras are wanted the link
	// repeats the newest every 50 ms by itself; while they are not it keeps it.
	SendCamera(cam camera.Camera, cause string)
	// Want says which lists are taken; see wire.Want.
	Want(want Want)
	// SendData sends a named value; false when too many wait.
	SendData(name, format string, data []byte) bool
	// Controls is what the renderer offers to be changed, with the values that hold
	// now, and the number of that state; nil when `since` is its number already.
	// The list never changes in place.
	Controls(since uint64) ([]wire.ControlItem, uint64)
	// SetControl changes a value, here at once and at the renderer; a button takes
	// any value. An error says what is wrong with it.
	SetControl(name string, value any) error
	// SendEvent tells what the user did in an image; false when the renderer takes
	// no events, or too many wait.
	SendEvent(e wire.Event) bool
	// Stats is a snapshot.
	Stats() LinkStats
	// Close ends the connection.
	Close()
	// Done is closed when the connection has ended; Err says why.
	Done() <-chan struct{}
	Err() error
}

// Source identifies a renderer.
type Source struct {
	Name    string // default script@host
	Session string // the same over reconnects
	Addr    string // of its socket, for people
}

// Want is what a viewer takes. The zero value takes everything.
type Want struct {
	Mode    string // wire.WantContinuous (""), WantOne, WantNone
	Closed  []wire.Window
	Codec   string // pinned; "" leaves the choice to the renderer
	Quality int
}

// List is a list of images as it came, decoded.
type List struct {
	Seq     uint64
	Pass    uint32
	Stream  string
	Last    bool // the renderer sends no more: the link reads on only when wanted
	Every   bool
	Waiting int // lists queued behind it at the renderer
	Meta    map[string]any
	Images  []Image

	Camera       camera.Camera // that it was rendered with
	HasCamera    bool
	CameraViewer string // the viewer's session, "" when the renderer chose the camera
	CameraSeq    uint64
	// CameraAge is the time from sending our camera to receiving the first list
	// rendered with it; 0 unknown, and for later lists.
	CameraAge time.Duration

	WireBytes  int64 // frame and payloads
	GivenNs    int64 // the renderer's clock
	SentNs     int64
	Age        time.Duration // from given to received, by the ping's clock offset; 0 unknown
	ReceivedNs int64         // CLOCK_MONOTONIC of this machine
	DecodedNs  int64

	ack     func(l *List, state, text string)
	release func(l *List)
	failed  string // why it could not be decoded
}

// Image is one image of a list. Its pixels live until the list's Release.
type Image struct {
	pixel.Image
	Name    string
	Codec   string
	Filter  string
	Exact   bool
	Quality int
	Bytes   int64 // on the wire
	Closed  bool  // this viewer said its window is closed: no pixels came
}

// Ack says what became of the list, once; later calls are nothing.
func (l *List) Ack(state string) {
	if l.ack != nil {
		l.ack(l, state, l.failed)
		l.ack = nil
	}
}

// Release gives the pixels' memory back. A list that was not acked is acked as
// skipped. Nothing of the list's pixels is used after it.
func (l *List) Release() {
	l.Ack(wire.StateSkipped)
	if l.release != nil {
		l.release(l)
		l.release = nil
	}
}

// Kinds of LinkEvent.
const (
	LinkCameras = iota + 1 // Wanted, Width, Height
	LinkView               // Camera
	LinkData               // Name, Format, Data
	LinkPicks              // Wanted: the renderer answers picks
	LinkAnswer             // ID of the pick, Answer: nil is nothing there
)

// LinkEvent is something other than a list that came from a renderer.
type LinkEvent struct {
	Kind          int
	Wanted        bool
	Width, Height int // the size that cameras shall have; 0: the window's
	Camera        camera.Camera
	HasSize       bool // Camera has the view's own size and lens, not defaults
	Name, Format  string
	Data          []byte
	ID            uint64
	Answer        map[string]any
}

// LinkStats is what a link has done.
type LinkStats struct {
	Since   time.Time // of the connection
	Lists   uint64    // received
	Shown   uint64
	Skipped uint64
	Failed  uint64
	Bytes   int64 // received
	// EventsDropped counts events that nobody took in time.
	EventsDropped uint64
	LastList      time.Time
	PerSecond     float64       // lists shown, over the last second
	RoundTrip     time.Duration // of pings, 0 unknown
	CameraAge     time.Duration // newest camera-to-image time, until shown; 0 unknown
	Wanted        bool          // cameras are
	LastCause     string        // why the connection ended
}
