package wire

// The kinds of a control.
const (
	KindSlider   = "slider"
	KindCheckbox = "checkbox"
	KindDropdown = "dropdown"
	KindButton   = "button"
	KindText     = "text"
	KindColor    = "color"
	KindVector   = "vector3"
	KindPlot     = "plot"
	KindLabel    = "label"
	KindGate     = "gate" // of a loop: -1 runs, 0 is paused, n does n more rounds
)

// Controls is all that a renderer offers to be changed, in the order defined; it
// replaces the ones before.
type Controls struct {
	kind
	Items []ControlItem `codec:"items"`
	Seen  uint64        `codec:"seen"` // as of Control
}

// ControlItem is one control of a renderer, with the value that it has now. What
// Value is depends on Kind; see ControlItem.Clean.
type ControlItem struct {
	Name     string    `codec:"name"`
	Kind     string    `codec:"kind"`
	Value    any       `codec:"value"`
	Times    []float64 `codec:"times,omitempty"`    // of a plot's values: seconds of the renderer's
	Min      float64   `codec:"min,omitempty"`      // of a slider
	Max      float64   `codec:"max,omitempty"`      //
	Step     float64   `codec:"step,omitempty"`     // of a slider, a vector; 0: any
	Log      bool      `codec:"log,omitempty"`      // a slider moves by factors
	Choices  []string  `codec:"choices,omitempty"`  // of a dropdown
	Channels int       `codec:"channels,omitempty"` // of a colour: 3 or 4
	Help     string    `codec:"help,omitempty"`
}

// Control is a control's new value: from a viewer whose user changed it, and from
// the renderer to all viewers, that one too.
type Control struct {
	kind
	Name  string    `codec:"name"`
	Value any       `codec:"value"` // of a plot: values to be added
	Times []float64 `codec:"times,omitempty"`
	N     uint64    `codec:"n,omitempty"`    // from a viewer: counts its changes on this connection
	Seen  uint64    `codec:"seen,omitempty"` // from the renderer: the newest n that came from this viewer
}

// Event is what a viewer's user did in an image.
type Event struct {
	kind
	Event     string    `codec:"event"` // click, drag, key, pick
	ID        uint64    `codec:"id,omitempty"`
	Stream    string    `codec:"stream"`
	Name      string    `codec:"name"`
	List      uint64    `codec:"list,omitempty"` // the seq of the list shown
	X         float64   `codec:"x"`              // pixels, centres at +0.5
	Y         float64   `codec:"y"`
	Button    string    `codec:"button,omitempty"` // left, right, middle
	Modifiers []string  `codec:"modifiers"`        // shift, ctrl, alt, super
	Phase     string    `codec:"phase,omitempty"`  // begin, move, end
	Key       string    `codec:"key,omitempty"`
	Origin    []float64 `codec:"origin"`    // of the ray, 3; world
	Direction []float64 `codec:"direction"` // of length 1
	Depth     *float64  `codec:"depth,omitempty"`
	Point     []float64 `codec:"point"` // 3; world
}

// What an Event tells.
const (
	EventClick = "click"
	EventDrag  = "drag"
	EventKey   = "key"
	EventPick  = "pick"
)

// The phases of a drag or a key.
const (
	PhaseBegin = "begin"
	PhaseMove  = "move"
	PhaseEnd   = "end"
)

// Picks says whether the renderer answers picks.
type Picks struct {
	kind
	Wanted bool `codec:"wanted"`
}

// Answer answers a pick.
type Answer struct {
	kind
	ID    uint64         `codec:"id"`
	Value map[string]any `codec:"value,omitempty"`
}
