package ui

import (
	"github.com/AllenDang/cimgui-go/imgui"

	"remoteviewer/viewer/model"
)

// place names one field of one control of one connection.
type place struct {
	conn int
	name string
	part string
}

// fields are what the user is about to change: it must not follow what comes from
// elsewhere until the user lets go.
type fields struct {
	held   place      // is dragged, or its picker is open
	value  [4]float64 // what the user has made of it
	typed  place      // is typed into
	text   string     // what stands there
	was    string     // what stood there before
	wanted place      // gets the keyboard
	filter string     // of the open dropdown
	rounds map[int]int32
	folded map[string]bool // folders that the user closed, by renderer and path
	plots  map[place]*plot

	// ImGui gets the addresses of these: a variable on a stack that grows would move.
	number [3]float64 // a value and its bounds
	stops  [3]int64
}

// panel draws the controls of one connection: a column of names, and beside it one
// of what belongs to them, the same width in all folders.
type panel struct {
	*controlWindow
	k                  *model.Conn
	p                  *model.Panel
	left, split, right float32 // where the columns begin and end
}

func newFields() fields {
	return fields{rounds: map[int]int32{}, folded: map[string]bool{}, plots: map[place]*plot{}}
}

const indent = 12 // of a folder's rows, design units

// panel shows what a renderer offers to be changed.
func (c *controlWindow) panel(k *model.Conn) {
	if k.Panel == nil || k.Refused {
		return
	}
	s := c.layer.scale
	imgui.Dummy(imgui.Vec2{Y: s})
	imgui.Separator()
	imgui.Dummy(imgui.Vec2{Y: s})
	imgui.PushStyleVarVec2(imgui.StyleVarFramePadding, imgui.Vec2{X: 8 * s, Y: 4 * s})
	imgui.PushStyleVarVec2(imgui.StyleVarItemSpacing, imgui.Vec2{X: 6 * s, Y: 5 * s})
	imgui.PushStyleVarFloat(imgui.StyleVarFrameRounding, 5*s)
	imgui.PushFont(c.layer.fonts.text, sizeControl)
	gone := k.Phase == model.Dialing || k.Phase == model.Lost
	imgui.BeginDisabledV(gone)
	if c.plotted != s {
		c.plotted = s
		applyPlotStyle(s)
	}
	width := imgui.ContentRegionAvail().X
	v := panel{controlWindow: c, k: k, p: k.Panel, left: imgui.CursorPosX()}
	v.split, v.right = v.left+0.35*width, v.left+width
	if v.p.Gate >= 0 {
		v.gate(&v.p.Controls[v.p.Gate])
	}
	v.rows(v.p.Root, 0)
	imgui.EndDisabled()
	imgui.PopFont()
	imgui.PopStyleVarV(3)
	if !gone {
		imgui.Dummy(imgui.Vec2{Y: s})
		imgui.Separator()
		imgui.Dummy(imgui.Vec2{Y: s})
	}
}

// rows draws what is in a folder. Buttons that follow each other share a line.
func (v *panel) rows(f *model.Folder, depth int) {
	for i := 0; i < len(f.Rows); i++ {
		if in := f.Rows[i].Folder; in != nil {
			v.folder(in, depth)
			continue
		}
		ct := &v.p.Controls[f.Rows[i].Index]
		if ct.Kind != model.KindButton {
			v.row(ct, depth)
			continue
		}
		if n := i + 1; n < len(f.Rows) && f.Rows[n].Folder == nil {
			if next := &v.p.Controls[f.Rows[n].Index]; next.Kind == model.KindButton && v.fit(ct, next, depth) {
				v.buttons(depth, ct, next)
				i = n
				continue
			}
		}
		v.buttons(depth, ct)
	}
}

// folder is a line that opens and closes what is below it.
func (v *panel) folder(f *model.Folder, depth int) {
	s := v.layer.scale
	key := v.k.Source + "\x00" + f.Path
	closed := v.fields.folded[key]
	imgui.SetCursorPosX(v.left + float32(depth)*indent*s)
	imgui.PushIDStr(f.Path)
	imgui.PushStyleColorVec4(imgui.ColHeader, alpha(colField, 0.55))
	pressed := imgui.SelectableBoolV("##folder", false, imgui.SelectableFlagsNone, imgui.Vec2{Y: imgui.FrameHeight() - 2*s})
	imgui.PopStyleColor()
	v.note("folder/" + f.Path)
	imgui.PopID()
	lo, hi := imgui.ItemRectMin(), imgui.ItemRectMax()
	v.arrow(imgui.Vec2{X: lo.X + 9*s, Y: (lo.Y + hi.Y) / 2}, closed)
	imgui.PushFont(v.layer.fonts.bold, sizeSmall)
	name := shorten(f.Label, hi.X-lo.X-24*s)
	at := imgui.Vec2{X: lo.X + 20*s, Y: (lo.Y + hi.Y - imgui.TextLineHeight()) / 2}
	imgui.WindowDrawList().AddTextVec2(at, v.ink(colText), name)
	imgui.PopFont()
	if pressed {
		closed = !closed
		v.fields.folded[key] = closed
	}
	if closed {
		return
	}
	top := imgui.CursorScreenPos()
	v.rows(f, depth+1)
	x := lo.X + 9*s
	bottom := imgui.CursorScreenPos().Y - imgui.CurrentStyle().ItemSpacing().Y
	imgui.WindowDrawList().AddLineV(imgui.Vec2{X: x, Y: top.Y}, imgui.Vec2{X: x, Y: bottom}, v.ink(colPress), max(1, s))
}

// arrow points right for what is closed, down for what is open.
func (v *panel) arrow(mid imgui.Vec2, closed bool) {
	r := 4 * v.layer.scale
	a, b, c := imgui.Vec2{X: mid.X - r, Y: mid.Y - r*0.6}, imgui.Vec2{X: mid.X + r, Y: mid.Y - r*0.6}, imgui.Vec2{X: mid.X, Y: mid.Y + r*0.7}
	if closed {
		a, b, c = imgui.Vec2{X: mid.X - r*0.6, Y: mid.Y + r}, imgui.Vec2{X: mid.X - r*0.6, Y: mid.Y - r}, imgui.Vec2{X: mid.X + r*0.7, Y: mid.Y}
	}
	imgui.WindowDrawList().AddTriangleFilled(a, b, c, v.ink(colDim))
}

// row is one control with its name before it.
func (v *panel) row(ct *model.Control, depth int) {
	imgui.PushIDStr(ct.Name)
	defer imgui.PopID()
	imgui.BeginGroup()
	clicked := v.name(ct, depth)
	switch ct.Kind {
	case model.KindSlider:
		v.slider(ct)
	case model.KindCheckbox:
		v.checkbox(ct, clicked)
	case model.KindDropdown:
		v.dropdown(ct)
	case model.KindText:
		v.textField(ct)
	case model.KindColor:
		v.color(ct)
	case model.KindVector:
		v.vector(ct)
	case model.KindPlot:
		v.plot(ct, depth)
	case model.KindLabel:
		v.words(ct)
	}
	imgui.EndGroup()
	v.about(ct)
}

// name writes a control's name in the first column, and says whether it was
// clicked. What comes next stands in the second one.
func (v *panel) name(ct *model.Control, depth int) (clicked bool) {
	s := v.layer.scale
	imgui.SetCursorPosX(v.left + float32(depth)*indent*s)
	imgui.AlignTextToFramePadding()
	label(shorten(ct.Label, v.split-imgui.CursorPosX()-8*s), colDim)
	clicked = imgui.IsItemClicked()
	imgui.SameLine()
	imgui.SetCursorPosX(v.split)
	return clicked
}

// about is what the row before tells when asked: its help, its whole name, and a
// menu that goes back to the first value.
func (v *panel) about(ct *model.Control) {
	if imgui.IsItemHovered() && imgui.IsMouseClickedBool(imgui.MouseButtonRight) {
		imgui.OpenPopupStr("menu")
	}
	if (ct.Help != "" || v.long(ct)) && imgui.IsItemHovered() && !imgui.IsAnyItemActive() && imgui.BeginTooltip() {
		imgui.PushTextWrapPosV(300 * v.layer.scale)
		if v.long(ct) {
			label(ct.Label, colDim)
		}
		if ct.Help != "" {
			label(ct.Help, colText)
		}
		imgui.PopTextWrapPos()
		imgui.EndTooltip()
	}
	if !imgui.BeginPopup("menu") {
		return
	}
	if text := v.first(ct); text != "" {
		if imgui.SelectableBoolV("Back to "+text+"##reset", false, v.resettable(ct), imgui.Vec2{}) {
			v.reset(ct)
		}
		v.noteControl(ct, "/reset")
	}
	if imgui.SelectableBool("Copy the name") {
		imgui.SetClipboardText(ct.Name)
	}
	imgui.EndPopup()
}

func (v *panel) long(ct *model.Control) bool {
	return imgui.CalcTextSize(ct.Label).X > v.split-v.left-8*v.layer.scale
}

func (v *panel) resettable(ct *model.Control) imgui.SelectableFlags {
	if ct.Changed() {
		return imgui.SelectableFlagsNone
	}
	return imgui.SelectableFlagsDisabled
}

// words is a label's text, in as many lines as it needs.
func (v *panel) words(ct *model.Control) {
	imgui.AlignTextToFramePadding()
	imgui.PushTextWrapPosV(v.right)
	label(ct.Text(), colText)
	imgui.PopTextWrapPos()
}

func (v *panel) checkbox(ct *model.Control, clicked bool) {
	on := ct.On()
	s := v.layer.scale
	imgui.PushStyleVarVec2(imgui.StyleVarFramePadding, imgui.Vec2{X: 3 * s, Y: 3 * s})
	imgui.SetCursorPosY(imgui.CursorPosY() + s)
	if imgui.Checkbox("##on", &on) || clicked {
		v.send(ct, !ct.On())
	}
	imgui.PopStyleVar()
	v.noteControl(ct, "")
}

// fit says whether two buttons have room beside each other.
func (v *panel) fit(a, b *model.Control, depth int) bool {
	half := v.half(depth) - 2*imgui.CurrentStyle().FramePadding().X
	return imgui.CalcTextSize(a.Label).X <= half && imgui.CalcTextSize(b.Label).X <= half
}

func (v *panel) half(depth int) float32 {
	s := v.layer.scale
	return (v.right - v.left - float32(depth)*indent*s - 6*s) / 2
}

// buttons are one or two buttons in a line.
func (v *panel) buttons(depth int, all ...*model.Control) {
	s := v.layer.scale
	imgui.SetCursorPosX(v.left + float32(depth)*indent*s)
	width := 2*v.half(depth) + 6*s
	if len(all) == 2 {
		width = v.half(depth)
	}
	for i, ct := range all {
		if i > 0 {
			imgui.SameLineV(0, 6*s)
		}
		imgui.PushIDStr(ct.Name)
		if imgui.ButtonV("##press", imgui.Vec2{X: width}) {
			v.send(ct, nil)
		}
		v.noteControl(ct, "")
		v.face(ct.Label, 0.5, colText)
		if ct.Help != "" {
			v.about(ct)
		}
		imgui.PopID()
	}
}

// face writes on the item before: its own text would end at a "##".
func (v *panel) face(text string, align float32, col imgui.Vec4) {
	lo, hi := imgui.ItemRectMin(), imgui.ItemRectMax()
	pad := imgui.CurrentStyle().FramePadding().X
	text = shorten(text, hi.X-lo.X-2*pad)
	size := imgui.CalcTextSize(text)
	at := imgui.Vec2{X: lo.X + pad + align*(hi.X-lo.X-2*pad-size.X), Y: (lo.Y + hi.Y - size.Y) / 2}
	imgui.WindowDrawList().AddTextVec2(at, v.ink(col), text)
}

// ink is a colour as things are drawn that are disabled, if they are.
func (v *panel) ink(col imgui.Vec4) uint32 { return imgui.ColorU32Vec4(col) }

// send changes a control for the user.
func (v *panel) send(ct *model.Control, value any) {
	v.app.model.SetControl(v.k.ID, ct.Name, value)
	v.touch()
}

func (v *panel) at(ct *model.Control, part string) place { return place{v.k.ID, ct.Name, part} }

// noteControl is note for a control, or a part of it.
func (v *panel) noteControl(ct *model.Control, part string) {
	if v.app.opts.Dump != nil {
		v.note("control/" + ct.Name + part)
	}
}
