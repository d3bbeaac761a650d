package ui

import (
	"fmt"
	"time"

	"github.com/AllenDang/cimgui-go/imgui"

	"remoteviewer/viewer/model"
)

// stateWords says where a connection stands.
func stateWords(k *model.Conn, now time.Time) string {
	seconds := int(now.Sub(k.Since).Seconds())
	if k.Refused && k.Phase == model.Waiting {
		return "disconnected by you; it dials again by itself and is not read"
	}
	switch k.Phase {
	case model.Dialing:
		return fmt.Sprintf("dialing (%d s)", seconds)
	case model.Waiting:
		if k.Mode == model.OneByOne {
			return "waiting for Next"
		}
		return fmt.Sprintf("waiting for the first image (%d s)", seconds)
	case model.Receiving:
		switch {
		case k.Mode == model.OneByOne:
			return "one by one: stopped at this image"
		case k.Mode == model.Off:
			return "not read"
		case k.FPS == 0:
			return "connected; nothing new"
		}
		return "receiving"
	case model.Ended:
		return "sent its last image; not read any more"
	}
	if k.Dialed {
		return fmt.Sprintf("lost; dialing again (%d s)", seconds)
	}
	return "gone; its last images stay"
}

// numbers is how fast and how late its images come.
func numbers(k *model.Conn) string {
	if k.Phase != model.Receiving || k.Mode != model.Continuous || k.FPS == 0 {
		return ""
	}
	text := fmt.Sprintf("%.0f frames a second", k.FPS)
	if k.FPS == 1 {
		text = "1 frame a second"
	}
	switch {
	case k.Cameras && k.Drives && k.Latency > 0:
		text += ", " + milliseconds(k.Latency) + " from camera to image"
	case k.Age > 0:
		text += ", " + milliseconds(k.Age) + " old"
	}
	return text
}

func phaseColour(k *model.Conn) imgui.Vec4 {
	switch k.Phase {
	case model.Receiving:
		return colGood
	case model.Ended:
		return colAccent
	case model.Lost:
		if !k.Dialed {
			return colFaint
		}
	}
	return colWarn
}

// connection is the card of one renderer.
func (c *controlWindow) connection(k *model.Conn, now time.Time) {
	c.card(fmt.Sprintf("connection %d", k.ID), func() {
		c.connectionHead(k)
		c.connectionState(k, now)
		if k.Phase == model.Waiting || k.Phase == model.Receiving || k.Phase == model.Ended {
			c.reading(k)
		}
		c.imageList(k)
		c.panel(k)
		if k.Phase == model.Waiting || k.Phase == model.Receiving || k.Phase == model.Ended {
			c.values(k)
		}
	})
}

func (c *controlWindow) connectionHead(k *model.Conn) {
	word := "Disconnect"
	switch {
	case k.Phase == model.Dialing:
		word = "Cancel"
	case k.Phase == model.Lost && !k.Dialed:
		word = "Close"
	}
	imgui.PushStyleVarVec2(imgui.StyleVarFramePadding, imgui.Vec2{X: 8 * c.layer.scale, Y: 2 * c.layer.scale})
	defer imgui.PopStyleVar()
	c.dot(phaseColour(k), imgui.FrameHeight())
	imgui.AlignTextToFramePadding()
	imgui.PushFont(c.layer.fonts.bold, sizeText)
	name := k.Source
	if name == "" {
		name = withoutToken(k.Address)
	}
	label(shorten(name, imgui.ContentRegionAvail().X-buttonWidth(word)-8*c.layer.scale), colText)
	imgui.PopFont()
	rightOf(buttonWidth(word))
	if quiet(word) {
		c.app.model.Disconnect(k.ID)
	}
}

func (c *controlWindow) connectionState(k *model.Conn, now time.Time) {
	words := stateWords(k, now)
	if n := numbers(k); n != "" {
		words = n
	}
	c.wrapped(words, colDim)
	if k.Source != "" && k.Address != "" {
		text := withoutToken(k.Address)
		if k.RoundTrip > 0 {
			text += ", round trip " + milliseconds(k.RoundTrip)
		}
		if k.Rate > 1000 {
			text += ", " + rate(k.Rate)
		}
		c.wrapped(text, colFaint)
	}
	if k.Trouble != "" {
		c.wrapped(k.Trouble, colWarn)
	}
	switch {
	case k.Cameras && k.NoView:
		c.wrapped("The renderer gave no first view: the camera starts 4 units before the origin.", colWarn)
	case k.Cameras && k.Others:
		c.wrapped("Another viewer drives the camera. Move it here to take over.", colDim)
	}
	c.meta(k)
}

func rate(bytes float64) string {
	switch {
	case bytes >= 1e9:
		return fmt.Sprintf("%.1f GB/s", bytes/1e9)
	case bytes >= 1e6:
		return fmt.Sprintf("%.0f MB/s", bytes/1e6)
	}
	return fmt.Sprintf("%.0f kB/s", bytes/1e3)
}

// reading is how much of what the renderer shows is taken.
func (c *controlWindow) reading(k *model.Conn) {
	if k.Mode == model.Off {
		pressed := primary("Read remote", imgui.Vec2{})
		c.note("Read remote")
		if pressed {
			c.app.model.ReadRemote(k.ID)
		}
		tip("go on reading what this renderer sends")
		return
	}
	on := 0
	if k.Mode == model.OneByOne {
		on = 1
	}
	if next := c.segments("mode", []string{"Continuous", "One by one"}, on); next != on {
		c.app.model.SetMode(k.ID, []model.Mode{model.Continuous, model.OneByOne}[next])
	}
	if on == 1 {
		imgui.SameLine()
		pressed := primary("Next", imgui.Vec2{})
		c.note("Next")
		if pressed {
			c.app.model.Next(k.ID)
		}
	}
}

// imageList has a tick box for each window of the renderer.
func (c *controlWindow) imageList(k *model.Conn) {
	for i := range c.app.state.Windows {
		w := &c.app.state.Windows[i]
		if w.Conn != k.ID {
			continue
		}
		open := w.Open
		name := w.Name
		if w.Stream != "" {
			name += "  (" + w.Stream + ")"
		}
		imgui.PushIDStr(w.Stream + "\x01" + w.Name)
		imgui.PushStyleVarVec2(imgui.StyleVarFramePadding, imgui.Vec2{X: 3 * c.layer.scale, Y: 2 * c.layer.scale})
		pressed := imgui.Checkbox("##open", &open)
		c.note("open " + w.Name)
		if pressed {
			c.app.model.SetOpen(w.Key, open)
		}
		imgui.PopStyleVar()
		imgui.SameLine()
		col := colText
		if !w.Present {
			col = colFaint
		}
		label(shorten(name, imgui.ContentRegionAvail().X*0.6), col)
		about := fmt.Sprintf("%d\u00d7%d", w.Size.W, w.Size.H)
		if w.Image != nil {
			about += "  " + string(w.Image.DType) + "  " + string(w.Image.Color)
		}
		imgui.PushFont(c.layer.fonts.text, sizeSmall)
		rightOf(imgui.CalcTextSize(about).X)
		label(about, colFaint)
		imgui.PopFont()
		imgui.PopID()
	}
}

// values are named values: those that came, and a field to send one.
func (c *controlWindow) values(k *model.Conn) {
	for _, v := range k.Values {
		c.wrapped(v.Name+" = "+v.Text, colDim)
	}
	d := c.drafts[k.ID]
	if d == nil {
		d = &draft{}
		c.drafts[k.ID] = d
	}
	spacing := imgui.CurrentStyle().ItemSpacing().X
	width := imgui.ContentRegionAvail().X - buttonWidth("Send") - 2*spacing
	imgui.SetNextItemWidth(width * 0.36)
	imgui.InputTextWithHint("##name", "name", &d.name, imgui.InputTextFlagsNone, nil)
	c.note("name")
	imgui.SameLine()
	imgui.SetNextItemWidth(width * 0.64)
	enter := imgui.InputTextWithHint("##value", "value, as JSON", &d.text, imgui.InputTextFlagsEnterReturnsTrue, nil)
	c.note("value")
	imgui.SameLine()
	pressed := imgui.Button("Send")
	c.note("Send")
	if pressed || enter {
		d.answer, d.failed = "sent", false
		if err := c.app.model.SendData(k.ID, d.name, d.text); err != nil {
			d.answer, d.failed = err.Error(), true
		}
	}
	if d.answer != "" {
		col := colGood
		if d.failed {
			col = colWarn
		}
		c.wrapped(d.answer, col)
	}
}
