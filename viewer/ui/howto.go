package ui

import (
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/AllenDang/cimgui-go/imgui"
	"github.com/go-gl/glfw/v3.3/glfw"

	"remoteviewer/viewer/model"
)

const copiedTime = 1500 * time.Millisecond

// howTo shows the lines that bring an image here, ready to be copied. They
// stand open until somebody is connected.
func (c *controlWindow) howTo(now time.Time) {
	l, ok := c.reachable()
	if !ok {
		return
	}
	if len(c.app.state.Conns) > 0 {
		imgui.PushStyleColorVec4(imgui.ColHeader, alpha(colField, 0))
		imgui.PushStyleColorVec4(imgui.ColText, colDim)
		open := imgui.CollapsingHeaderTreeNodeFlagsV("Show images from Python", imgui.TreeNodeFlagsNone)
		imgui.PopStyleColorV(2)
		if !open {
			return
		}
	} else {
		c.heading("Show images from Python")
	}
	c.line("python", pythonLine(l), now)
	c.wrapped("Runs on another machine? Bring this port there first:", colDim)
	c.line("ssh", sshLine(l.Address), now)
	if len(c.app.state.Conns) == 0 {
		c.wrapped("Each image gets its own window beside this one. H in a window lists its keys.", colFaint)
	}
}

// reachable is the first place where a renderer can come in.
func (c *controlWindow) reachable() (l model.Listener, ok bool) {
	for _, l := range c.app.state.Listeners {
		if l.Error == "" {
			return l, true
		}
	}
	return l, false
}

// pythonLine shows one image here.
func pythonLine(l model.Listener) string {
	if l.Full == "127.0.0.1:12345" {
		return "import remoteviewer as rv; rv.show(image)"
	}
	return fmt.Sprintf("import remoteviewer as rv; rv.connect(%q).show(image)", l.Full)
}

// sshLine makes the viewer's port reachable on the renderer's machine.
func sshLine(address string) string {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		return fmt.Sprintf("ssh -R 12345:%s user@server", path)
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		port = "12345"
	}
	return fmt.Sprintf("ssh -R %s:127.0.0.1:%s user@server", port, port)
}

// line is a line of code with a button that copies it.
func (c *controlWindow) line(id, text string, now time.Time) {
	s := c.layer.scale
	word := "Copy"
	if c.copied == id && now.Sub(c.copiedAt) < copiedTime {
		word = "Copied"
	}
	at := imgui.CursorScreenPos()
	width := imgui.ContentRegionAvail().X
	button := buttonWidth("Copied")
	height := imgui.FrameHeight() + 6*s
	list := imgui.WindowDrawList()
	list.AddRectFilledV(at, imgui.Vec2{X: at.X + width, Y: at.Y + height}, pack(rgb(0x101217)), 6*s, 0)
	list.AddRectV(at, imgui.Vec2{X: at.X + width, Y: at.Y + height}, pack(colLine), 6*s, 0, 1)
	imgui.PushFont(c.layer.fonts.mono, sizeSmall-1)
	shown := shorten(text, width-button-24*s)
	size := imgui.CalcTextSize(shown)
	list.AddTextVec2(imgui.Vec2{X: at.X + 10*s, Y: at.Y + (height-size.Y)/2}, pack(rgb(0xb9d3f7)), shown)
	imgui.PopFont()
	imgui.SetCursorScreenPos(imgui.Vec2{X: at.X + width - button - 3*s, Y: at.Y + 3*s})
	if imgui.ButtonV(word+"##"+id, imgui.Vec2{X: button}) {
		glfw.SetClipboardString(text)
		c.copied, c.copiedAt = id, now
	}
	tip(text)
	imgui.SetCursorScreenPos(at)
	imgui.Dummy(imgui.Vec2{X: width, Y: height})
}
