package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/AllenDang/cimgui-go/imgui"
	"github.com/AllenDang/cimgui-go/implot"
	"github.com/go-gl/glfw/v3.3/glfw"

	"remoteviewer/viewer/gl"
	"remoteviewer/viewer/model"
)

// The control window's size, in design units.
const (
	controlW = 430
	controlH = 760
)

// controlWindow is where one sees and says who is connected.
type controlWindow struct {
	items, printed map[string][4]int // see note
	*pane
	address  string // in the field
	problem  string // with it
	copied   string // which line was copied last
	copiedAt time.Time
	drafts   map[int]*draft // data values being written, a connection each
	fields   fields         // of the renderers' controls
	plots    *implot.Context
	plotted  float32 // the scale that plots have
	drawn    time.Time
	stale    bool // what stands there is not the newest
	said     string
}

// draft is a value that the user is about to send.
type draft struct {
	name, text, answer string
	failed             bool
}

// openControl opens the control window at the screen's left.
func (a *app) openControl() error {
	c := &controlWindow{drafts: map[int]*draft{}, fields: newFields(), stale: true}
	var err error
	if c.pane, err = a.newPane("remoteviewer", model.Size{W: controlW, H: controlH}, c); err != nil {
		return err
	}
	a.control = c
	c.plots = implot.CreateContext()
	area := a.desktop()
	s := float64(c.layer.scale)
	left, top, _, bottom := c.win.GetFrameSize()
	w, h := min(controlW*s, area.W), min(controlH*s, area.H-float64(top+bottom)-20)
	c.win.SetSize(int(w), int(h))
	c.win.SetSizeLimits(int(300*s), int(240*s), glfw.DontCare, glfw.DontCare)
	c.win.SetPos(int(area.X)+left+10, int(area.Y)+top+10)
	c.win.Show()
	return nil
}

// refresh asks for a picture when something it shows has changed, not more
// often than the eye needs.
func (c *controlWindow) refresh(now time.Time) {
	if said := c.fingerprint(now); said != c.said {
		c.said, c.stale = said, true
	}
	if c.stale && now.Sub(c.drawn) >= controlWait {
		c.todo = max(c.todo, 2)
	}
}

// fingerprint is all that the window shows of the model.
func (c *controlWindow) fingerprint(now time.Time) string {
	s := &c.app.state
	var b strings.Builder
	fmt.Fprint(&b, s.Listeners, s.CameraFile, s.Notice, s.RenderScale, len(s.Windows), now.Sub(c.copiedAt) < copiedTime)
	for i := range s.Conns {
		k := s.Conns[i]
		fmt.Fprint(&b, k.ID, stateWords(&k, now), numbers(&k), k.Mode, k.NoView, k.Meta, k.Values, k.Trouble)
		if k.Panel != nil {
			fmt.Fprint(&b, k.Panel.Number)
		}
	}
	for i := range s.Windows {
		fmt.Fprint(&b, s.Windows[i].Open, s.Windows[i].Present)
	}
	return b.String()
}

func (c *controlWindow) paint(now time.Time) {
	c.drawn, c.stale = now, false
	c.draw(func(frame model.Size) {
		gl.Clear(frame.W, frame.H, [3]float32{colBack.X, colBack.Y, colBack.Z})
	}, func() { c.content(now) })
	c.noted()
}

const wholeFlags = imgui.WindowFlagsNoDecoration | imgui.WindowFlagsNoMove | imgui.WindowFlagsNoSavedSettings |
	imgui.WindowFlagsNoBringToFrontOnFocus

// content is the whole window: first what one does, then who is there.
func (c *controlWindow) content(now time.Time) {
	imgui.SetNextWindowPos(imgui.Vec2{})
	imgui.SetNextWindowSize(imgui.MainViewport().Size())
	imgui.BeginV("control", nil, wholeFlags&^imgui.WindowFlagsNoScrollbar)
	defer imgui.End()
	c.title()
	c.notice()
	c.listeners()
	c.connect()
	if s := &c.app.state; len(s.Conns) > 0 {
		c.heading("Renderers")
		for i := range s.Conns {
			c.connection(&s.Conns[i], now)
		}
		c.cameraFile()
		c.settings()
	}
	c.howTo(now)
	c.forgetPlots()
}

func (c *controlWindow) title() {
	imgui.PushFont(c.layer.fonts.bold, sizeTitle)
	label("remoteviewer", colText)
	imgui.PopFont()
	imgui.PushFont(c.layer.fonts.text, sizeSmall)
	rightOf(imgui.CalcTextSize(c.app.opts.Version).X)
	imgui.SetCursorPosY(imgui.CursorPosY() + 7*c.layer.scale)
	label(c.app.opts.Version, colFaint)
	imgui.PopFont()
}

// notice is trouble that belongs to no connection.
func (c *controlWindow) notice() {
	text := c.app.state.Notice
	if text == "" {
		return
	}
	c.card("notice", func() {
		c.wrapped(text, colBad)
		if quiet("Dismiss") {
			c.app.model.Dismiss()
		}
	})
}

// listeners says where renderers can come in, or why not.
func (c *controlWindow) listeners() {
	all := c.app.state.Listeners
	if len(all) == 0 {
		c.dot(colFaint, imgui.TextLineHeight())
		label("Not listening", colDim)
	}
	for _, l := range all {
		if l.Error != "" {
			c.dot(colBad, imgui.TextLineHeight())
			label("Not listening on "+l.Address, colText)
			c.wrapped(l.Error, colWarn)
			continue
		}
		c.dot(colGood, imgui.TextLineHeight())
		label("Listening on "+l.Address, colText)
		if l.Token {
			c.small("renderers have to know the token; it is in the lines below", colDim)
		}
	}
}

// connect is the field for an address, with those dialed before.
func (c *controlWindow) connect() {
	c.heading("Connect to a renderer that listens")
	s := c.layer.scale
	spacing := imgui.CurrentStyle().ItemSpacing().X
	button := buttonWidth("Connect")
	arrow := imgui.FrameHeight()
	recent := c.app.model.Recent()
	width := imgui.ContentRegionAvail().X - button - spacing
	if len(recent) > 0 {
		width -= arrow + 2*s
	}
	imgui.SetNextItemWidth(width)
	enter := imgui.InputTextWithHint("##address", "host:port", &c.address, imgui.InputTextFlagsEnterReturnsTrue, nil)
	c.note("address")
	if len(recent) > 0 {
		imgui.SameLineV(0, 2*s)
		if imgui.ArrowButton("recent", imgui.DirDown) {
			imgui.OpenPopupStr("recent addresses")
		}
		tip("the last addresses")
		c.recent(recent)
	}
	imgui.SameLine()
	if primary("Connect", imgui.Vec2{}) || enter {
		c.dial(c.address)
	}
	if c.problem != "" {
		c.wrapped(c.problem, colBad)
	}
}

func (c *controlWindow) recent(all []string) {
	if !imgui.BeginPopup("recent addresses") {
		return
	}
	for i, a := range all {
		if imgui.SelectableBool(fmt.Sprintf("%s##%d", withoutToken(a), i)) {
			c.address = a
			c.dial(a)
		}
	}
	imgui.EndPopup()
}

// withoutToken keeps what opens a door out of sight.
func withoutToken(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return address
	}
	if _, host, ok := strings.Cut(rest, "@"); ok {
		return scheme + "://\u2022\u2022\u2022@" + host
	}
	return address
}

func (c *controlWindow) dial(address string) {
	c.problem = ""
	if address = strings.TrimSpace(address); address == "" {
		return
	}
	if err := c.app.model.Connect(address); err != nil {
		c.problem = err.Error()
		return
	}
	c.address = ""
}

var renderScales = []float64{0.25, 0.5, 1, 2}

// settings hold for all renderers.
func (c *controlWindow) settings() {
	imgui.Dummy(imgui.Vec2{Y: 2 * c.layer.scale})
	imgui.PushStyleVarVec2(imgui.StyleVarFramePadding, imgui.Vec2{X: 9 * c.layer.scale, Y: 3 * c.layer.scale})
	imgui.PushFont(c.layer.fonts.text, sizeSmall)
	imgui.AlignTextToFramePadding()
	label("Render scale", colDim)
	imgui.SameLine()
	on := slices.Index(renderScales, c.app.state.RenderScale)
	if next := c.segments("scale", []string{"1/4", "1/2", "1", "2"}, on); next != on {
		c.app.model.SetRenderScale(renderScales[next])
	}
	imgui.PopFont()
	imgui.PopStyleVar()
	tip("the size of the images asked for, in window pixels")
}

// The control window has no keys of its own: ImGui takes all input.
func (c *controlWindow) pointer(float64, float64, bool) {}
func (c *controlWindow) wheel(float64)                  {}

func (c *controlWindow) button(_ glfw.MouseButton, a glfw.Action, _ glfw.ModifierKey) {
	if a == glfw.Press {
		c.app.focus = c.pane
	}
}

func (c *controlWindow) key(k glfw.Key, a glfw.Action, mods glfw.ModifierKey) {
	if k == glfw.KeyQ && a == glfw.Press && ctrlHeld(mods) {
		c.win.SetShouldClose(true)
	}
}
