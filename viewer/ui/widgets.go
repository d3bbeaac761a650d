package ui

import "github.com/AllenDang/cimgui-go/imgui"

// card draws a rounded box as high as its content.
func (c *controlWindow) card(id string, content func()) {
	imgui.PushStyleVarVec2(imgui.StyleVarWindowPadding, imgui.Vec2{X: 14 * c.layer.scale, Y: 12 * c.layer.scale})
	imgui.BeginChildStrV(id, imgui.Vec2{},
		imgui.ChildFlagsBorders|imgui.ChildFlagsAutoResizeY|imgui.ChildFlagsAlwaysUseWindowPadding, imgui.WindowFlagsNone)
	imgui.PopStyleVar()
	content()
	imgui.EndChild()
}

// heading names a part of the window.
func (c *controlWindow) heading(text string) {
	imgui.Dummy(imgui.Vec2{Y: 3 * c.layer.scale})
	imgui.PushFont(c.layer.fonts.bold, sizeSmall)
	label(text, colDim)
	imgui.PopFont()
}

// small writes in the small size.
func (c *controlWindow) small(text string, col imgui.Vec4) {
	imgui.PushFont(c.layer.fonts.text, sizeSmall)
	label(text, col)
	imgui.PopFont()
}

// wrapped writes a sentence over as many lines as it needs.
func (c *controlWindow) wrapped(text string, col imgui.Vec4) {
	imgui.PushTextWrapPosV(0)
	c.small(text, col)
	imgui.PopTextWrapPos()
}

// dot is a small filled circle before a word in a line of this height; it
// stays on the line.
func (c *controlWindow) dot(col imgui.Vec4, h float32) {
	s := c.layer.scale
	at := imgui.CursorScreenPos()
	list := imgui.WindowDrawList()
	mid := imgui.Vec2{X: at.X + 5*s, Y: at.Y + h/2}
	list.AddCircleFilled(mid, 6.5*s, pack(alpha(col, 0.22)))
	list.AddCircleFilled(mid, 3.5*s, pack(col))
	imgui.Dummy(imgui.Vec2{X: 12 * s, Y: h})
	imgui.SameLineV(0, 6*s)
}

// primary is the button that one is meant to press.
func primary(text string, size imgui.Vec2) bool {
	imgui.PushStyleColorVec4(imgui.ColButton, colDeep)
	imgui.PushStyleColorVec4(imgui.ColButtonHovered, rgb(0x3b7ee8))
	imgui.PushStyleColorVec4(imgui.ColButtonActive, rgb(0x2860bb))
	defer imgui.PopStyleColorV(3)
	return imgui.ButtonV(text, size)
}

// quiet is a button that does not call for attention.
func quiet(text string) bool {
	imgui.PushStyleColorVec4(imgui.ColButton, alpha(colField, 0))
	imgui.PushStyleColorVec4(imgui.ColText, colDim)
	defer imgui.PopStyleColorV(2)
	return imgui.Button(text)
}

// rightOf moves to where something of this width ends at the right edge.
func rightOf(width float32) {
	imgui.SameLine()
	imgui.SetCursorPosX(max(imgui.CursorPosX(), imgui.CursorPosX()+imgui.ContentRegionAvail().X-width))
}

// buttonWidth is the width of a button with this text.
func buttonWidth(text string) float32 {
	return imgui.CalcTextSizeV(text, true, -1).X + 2*imgui.CurrentStyle().FramePadding().X
}

// segments is a choice of few: one of them is on. It returns the choice.
func (c *controlWindow) segments(id string, names []string, on int) int {
	s := c.layer.scale
	imgui.PushIDStr(id)
	defer imgui.PopID()
	for i, name := range names {
		if i > 0 {
			imgui.SameLineV(0, 2*s)
		}
		if i == on {
			imgui.PushStyleColorVec4(imgui.ColButton, alpha(colAccent, 0.24))
			imgui.PushStyleColorVec4(imgui.ColButtonHovered, alpha(colAccent, 0.3))
			imgui.PushStyleColorVec4(imgui.ColText, colChosen)
		} else {
			imgui.PushStyleColorVec4(imgui.ColButton, colField)
			imgui.PushStyleColorVec4(imgui.ColButtonHovered, colHover)
			imgui.PushStyleColorVec4(imgui.ColText, colDim)
		}
		if imgui.Button(name) {
			on = i
		}
		c.note(name)
		imgui.PopStyleColorV(3)
	}
	return on
}

// tip explains the item before it.
func tip(text string) {
	if imgui.IsItemHovered() && imgui.BeginTooltip() {
		imgui.TextUnformatted(readable(text))
		imgui.EndTooltip()
	}
}

// shorten cuts a text in its middle so that it is no wider than wanted.
func shorten(text string, width float32) string {
	text = readable(text)
	if imgui.CalcTextSize(text).X <= width {
		return text
	}
	runes := []rune(text)
	for n := len(runes) - 2; n > 4; n-- {
		cut := string(runes[:n/2]) + "\u2026" + string(runes[len(runes)-(n-n/2):])
		if imgui.CalcTextSize(cut).X <= width {
			return cut
		}
	}
	return text
}
