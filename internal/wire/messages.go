package wire

// Message is one of the structs below. Its Type field is filled in by
// AppendFrame, so that callers never write it.
type Message interface {
	messageType() string
	setType(string)
}

// Names of the messages of version 1, the value of the head's key "type".
const (
	TypeHello     = "hello"
	TypeChallenge = "challenge"
	TypeAuth      = "auth"
	TypeBye       = "bye"
	TypeError     = "error"
	TypePing      = "ping"
	TypePong      = "pong"
	TypeImages    = "images"
	TypeWant      = "want"
	TypeAck       = "ack"
	TypeCameras   = "cameras"
	TypeCamera    = "camera"
	TypeView      = "view"
	TypeData      = "data"
	TypeControls  = "controls"
	TypeControl   = "control"
	TypeEvent     = "event"
	TypePicks     = "picks"
	TypeAnswer    = "answer"
)

// Features of a hello.
const (
	FeatureControls = "controls" // a viewer shows controls, a renderer takes their values
	FeatureEvents   = "events"   // a renderer takes events, a viewer asks and shows answers
)

// Reserved lists the message names that later versions of the software use.
// Version 1 peers ignore them, as they ignore every type that they don't know.
var Reserved = []string{
	"abort",
	"scene", "need", "file", "render", "progress", "edit", "cancel", "done",
}

// Roles of a peer.
const (
	RoleRenderer = "renderer"
	RoleViewer   = "viewer"
	RoleClient   = "client"
	RoleNode     = "node"
)

// Codes of an error message.
const (
	CodeToken    = "token"    // a token is missing or wrong
	CodeVersion  = "version"  // no version in common
	CodeRole     = "role"     // both peers have the same role, or roles that don't fit
	CodeProtocol = "protocol" // a message that can't be read
	CodeLimit    = "limit"    // more than the limits allow
	CodeReplaced = "replaced" // a newer connection of the same session took over
	CodeUser     = "user"     // a loopback peer of another user without a token
)

type kind struct {
	Type string `codec:"type"`
}

func (k *kind) setType(t string) { k.Type = t }

// Limits are what a side accepts, told in its hello.
type Limits struct {
	Head   int64 `codec:"head"`   // bytes of a head
	Images int64 `codec:"images"` // images a list
	Side   int64 `codec:"side"`   // pixels a side
	List   int64 `codec:"list"`   // decoded bytes a list
	Name   int64 `codec:"name"`   // bytes of a name
	Meta   int64 `codec:"meta"`   // bytes of meta, as JSON
}

// DefaultLimits are those of the protocol.
var DefaultLimits = Limits{Head: 1 << 20, Images: 64, Side: 32768, List: 2 << 30, Name: 128, Meta: 64 << 10}

// AuthHeadLimit bounds heads until access is settled.
const AuthHeadLimit = 4 << 10

// DataLimit bounds the body of a data message.
const DataLimit = 16 << 20

// MaxDepth bounds the nesting of a head.
const MaxDepth = 32

// StreamLimit bounds the streams of one session.
const StreamLimit = 64

// Hello opens a connection, in both directions.
type Hello struct {
	kind
	Versions  []int    `codec:"versions"`
	Role      string   `codec:"role"`
	Name      string   `codec:"name"`
	Session   string   `codec:"session"` // 16 random bytes in hex, kept over reconnects
	Encodings []string `codec:"encodings"`
	Codecs    []string `codec:"codecs"`
	Features  []string `codec:"features"`
	Limits    Limits   `codec:"limits"`
	Nonce     string   `codec:"nonce,omitempty"` // a dialer that has a token
	Mac       string   `codec:"mac,omitempty"`   // a listener that wanted a token
}

// Challenge is the listener's answer to a hello with a nonce.
type Challenge struct {
	kind
	Nonce string `codec:"nonce"`
}

// Auth is the dialer's proof that it has the token.
type Auth struct {
	kind
	Mac string `codec:"mac"`
}

// Bye says that the sender closes on purpose.
type Bye struct {
	kind
	Text string `codec:"text,omitempty"`
}

// Error says why the sender closes.
type Error struct {
	kind
	Code string `codec:"code"`
	Text string `codec:"text"`
}

// Ping asks for a pong.
type Ping struct {
	kind
	ID     int64 `codec:"id"`
	SentNs int64 `codec:"sent_ns"` // the sender's clock
}

// Pong answers a ping at once.
type Pong struct {
	kind
	ID         int64 `codec:"id"`
	SentNs     int64 `codec:"sent_ns"`     // copied from the ping
	ReceivedNs int64 `codec:"received_ns"` // the answering side's clock
}

// Pose is a camera's geometry.
type Pose struct {
	C2W         []float64 `codec:"c2w"` // 16, row-major, OpenCV axes
	K           []float64 `codec:"k"`   // 9, row-major, pixels
	Width       int       `codec:"width"`
	Height      int       `codec:"height"`
	Near        float64   `codec:"near"`
	Far         float64   `codec:"far"`
	Projection  string    `codec:"projection"`             // perspective, orthographic, equirect
	OrthoHeight float64   `codec:"ortho_height,omitempty"` // world units
	Up          []float64 `codec:"up"`                     // 3
	Target      []float64 `codec:"target"`                 // 3
	Time        float64   `codec:"time"`                   // seconds
}

// Images is a list. The payloads stand in the body, in list order.
type Images struct {
	kind
	Seq     uint64         `codec:"seq"`
	Pass    uint32         `codec:"pass"`
	Stream  string         `codec:"stream"`
	Last    bool           `codec:"last"`
	Every   bool           `codec:"every"`   // not to be skipped by its receiver
	Waiting int            `codec:"waiting"` // lists queued behind this one
	Meta    map[string]any `codec:"meta,omitempty"`
	Camera  *ListCamera    `codec:"camera,omitempty"`
	GivenNs int64          `codec:"given_ns"` // when the renderer gave the list
	SentNs  int64          `codec:"sent_ns"`  // when its first byte was written
	Images  []Image        `codec:"images"`
}

// ListCamera is the camera that a list was rendered with.
type ListCamera struct {
	Pose
	Viewer string `codec:"viewer"` // the viewer's session, "" when the renderer chose it
	Seq    uint64 `codec:"seq"`
}

// Image describes one image of a list.
type Image struct {
	Name     string   `codec:"name"`
	Width    int      `codec:"width"`
	Height   int      `codec:"height"`
	Channels []string `codec:"channels"`
	DType    string   `codec:"dtype"`
	Color    string   `codec:"color"`
	Alpha    string   `codec:"alpha"`
	White    float64  `codec:"white,omitempty"`
	Codec    string   `codec:"codec"` // raw, lz4, zstd, jpeg; none: its window is closed, no payload
	Filter   string   `codec:"filter"`
	Exact    bool     `codec:"exact"`
	Quality  int      `codec:"quality,omitempty"` // 1 to 100, when not exact
	Bytes    int64    `codec:"bytes"`
}

// CodecNone marks an image whose window the viewer said is closed.
const CodecNone = "none"

// The modes of a want.
const (
	WantContinuous = "continuous"
	WantOne        = "one"
	WantNone       = "none"
)

// Want says which lists the viewer takes.
type Want struct {
	kind
	Mode    string   `codec:"mode"`
	Closed  []Window `codec:"closed"`            // windows that need no pixels
	Codec   string   `codec:"codec,omitempty"`   // pinned by the viewer
	Quality int      `codec:"quality,omitempty"` // of a lossy codec, 1 to 100
}

// Window names a window of the connection's source.
type Window struct {
	Stream string `codec:"stream"`
	Name   string `codec:"name"`
}

// The states of an ack.
const (
	StateShown   = "shown"
	StateSkipped = "skipped"
	StateMissing = "missing"
	StateFailed  = "failed"
)

// Ack answers every list once, when it leaves the viewer's display queue.
type Ack struct {
	kind
	Seq       uint64 `codec:"seq"`
	Pass      uint32 `codec:"pass"`
	State     string `codec:"state"`
	DecodedNs int64  `codec:"decoded_ns"` // the viewer's clock
	ShownNs   int64  `codec:"shown_ns"`
	Text      string `codec:"text,omitempty"` // why it failed
}

// Cameras says whether the renderer wants cameras, and of which size.
type Cameras struct {
	kind
	Wanted bool `codec:"wanted"`
	Width  int  `codec:"width,omitempty"` // 0: the window's
	Height int  `codec:"height,omitempty"`
}

// The causes of a camera.
const (
	CauseInput  = "input"
	CauseSize   = "size"
	CauseRepeat = "repeat"
	CauseJoin   = "join"
)

// Camera is the viewer's camera.
type Camera struct {
	kind
	Pose
	Seq    uint64 `codec:"seq"`
	Cause  string `codec:"cause"`
	SentNs int64  `codec:"sent_ns"`
}

// View is the renderer's first view, or its request to move.
type View struct {
	kind
	Pose
}

// Data is a named value; its bytes are the body.
type Data struct {
	kind
	Name   string `codec:"name"`
	Format string `codec:"format"` // json, msgpack, bytes
}

func (*Hello) messageType() string     { return TypeHello }
func (*Challenge) messageType() string { return TypeChallenge }
func (*Auth) messageType() string      { return TypeAuth }
func (*Bye) messageType() string       { return TypeBye }
func (*Error) messageType() string     { return TypeError }
func (*Ping) messageType() string      { return TypePing }
func (*Pong) messageType() string      { return TypePong }
func (*Images) messageType() string    { return TypeImages }
func (*Want) messageType() string      { return TypeWant }
func (*Ack) messageType() string       { return TypeAck }
func (*Cameras) messageType() string   { return TypeCameras }
func (*Camera) messageType() string    { return TypeCamera }
func (*View) messageType() string      { return TypeView }
func (*Data) messageType() string      { return TypeData }
func (*Controls) messageType() string  { return TypeControls }
func (*Control) messageType() string   { return TypeControl }
func (*Event) messageType() string     { return TypeEvent }
func (*Picks) messageType() string     { return TypePicks }
func (*Answer) messageType() string    { return TypeAnswer }

func newMessage(t string) Message {
	switch t {
	case TypeHello:
		return &Hello{}
	case TypeChallenge:
		return &Challenge{}
	case TypeAuth:
		return &Auth{}
	case TypeBye:
		return &Bye{}
	case TypeError:
		return &Error{}
	case TypePing:
		return &Ping{}
	case TypePong:
		return &Pong{}
	case TypeImages:
		return &Images{}
	case TypeWant:
		return &Want{}
	case TypeAck:
		return &Ack{}
	case TypeCameras:
		return &Cameras{}
	case TypeCamera:
		return &Camera{}
	case TypeView:
		return &View{}
	case TypeData:
		return &Data{}
	case TypeControls:
		return &Controls{}
	case TypeControl:
		return &Control{}
	case TypeEvent:
		return &Event{}
	case TypePicks:
		return &Picks{}
	case TypeAnswer:
		return &Answer{}
	}
	return nil
}
