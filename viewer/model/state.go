package model

import (
	"time"

	"remoteviewer/internal/pixel"
)

// Key names a window: a renderer, one of its streams, an image's name.
type Key struct{ Source, Stream, Name string }

// Title is what the window is called.
func (k Key) Title() string {
	if k.Stream != "" {
		return k.Name + " (" + k.Stream + ") - " + k.Source
	}
	return k.Name + " - " + k.Source
}

// Phase is where a connection stands.
type Phase int

// The phases of a connection.
const (
	Dialing   Phase = iota // no peer yet
	Waiting                // connected, no image yet
	Receiving              // images come
	Ended                  // the renderer sent its last list; not read until asked
	Lost                   // no peer any more
)

// Mode is how much of what a renderer shows is wanted.
type Mode int

// The modes of reading.
const (
	Continuous Mode = iota
	OneByOne
	Off
)

// Listener is one place where renderers can come in.
type Listener struct {
	Address string // where, with the port that was bound
	Full    string // the same with the token that a renderer has to know
	Token   bool   // there is one
	Error   string // why not, "" when it listens
}

// Conn is one connection as it stands now.
type Conn struct {
	ID      int
	Source  string // the renderer's name, "" before it said so
	Address string // dialed, or where it came from
	Dialed  bool   // we dial, and dial again when it is lost
	Phase   Phase
	Since   time.Time // of the phase
	Trouble string    // why it is lost or can't be reached
	Mode    Mode
	Refused bool // disconnected by the user, and here again by itself
	Cameras bool // the renderer wants cameras
	NoView  bool // it wants cameras and gave no first view
	Drives  bool // its newest list was rendered with our camera
	Others  bool // or with another viewer's

	FPS       float64       // lists shown a second
	Age       time.Duration // from sent to shown, of the newest list; 0 unknown
	Latency   time.Duration // from a camera sent to its image shown; 0 unknown
	Rate      float64       // bytes a second
	RoundTrip time.Duration // of the network; 0 unknown
	Lists     int           // shown so far
	Meta      []Field       // the newest list's; never changed in place
	Shot      Shot          // of the file's cameras, the one it went to last
	Values    []Value       // that the renderer sent; never changed in place
	Panel     *Panel        // its controls, nil without; the last ones when it is gone
}

// Window is one image window, open or not.
type Window struct {
	Key
	Conn    int
	Open    bool
	Present bool    // the newest list has this name
	Live    bool    // its renderer is connected
	Image   *Image  // the newest shown, nil before
	Size    Size    // of the newest image, shown or not
	Meta    []Field // of the list shown; never changed in place
}

// Image is one image of a list. Its pixels never change.
type Image struct {
	Name string
	pixel.Image
	Exact   bool
	Codec   string
	Quality int // of a lossy codec, 1 to 100
	Seq     uint64
}

// State is a snapshot of the whole model.
type State struct {
	Listeners   []Listener
	Conns       []Conn
	Windows     []Window // in the order in which they appeared
	Notice      string   // trouble that belongs to no connection
	RenderScale float64
	Card        Card       // what is under the pointer
	CameraFile  CameraFile // whose cameras one can step through
}

// Conn finds a connection by its number.
func (s *State) Conn(id int) *Conn {
	for i := range s.Conns {
		if s.Conns[i].ID == id {
			return &s.Conns[i]
		}
	}
	return nil
}

// Window finds a window by its key.
func (s *State) Window(k Key) *Window {
	for i := range s.Windows {
		if s.Windows[i].Key == k {
			return &s.Windows[i]
		}
	}
	return nil
}
