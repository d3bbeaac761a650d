package ui

import (
	"strconv"
	"unsafe"

	"github.com/AllenDang/cimgui-go/imgui"

	"remoteviewer/viewer/model"
)

const numberWidth = 72 // of the field behind a slider, design units

// slider is a track to drag on, and a field with the number.
func (v *panel) slider(ct *model.Control) {
	s := v.layer.scale
	key := v.at(ct, "")
	value := ct.Float()
	if v.fields.held == key {
		value = v.fields.value[0]
	}
	space := imgui.CurrentStyle().ItemSpacing().X
	width := v.right - v.split - numberWidth*s - space
	next := v.track(ct, value, width)
	hovered, active := imgui.IsItemHovered(), imgui.IsItemActive()
	v.noteControl(ct, "")
	v.drawTrack(ct.Place(next), hovered || active)
	switch {
	case hovered && imgui.IsMouseDoubleClicked(imgui.MouseButtonLeft):
		imgui.InternalClearActiveID()
		v.letGo(key)
		v.reset(ct)
	case active && imgui.CurrentIO().KeyCtrl() && imgui.IsItemActivated():
		imgui.InternalClearActiveID()
		v.letGo(key)
		v.fields.wanted = v.at(ct, "number")
	case active:
		v.fields.held, v.fields.value[0] = key, next
		if next != value {
			v.send(ct, next)
		}
	default:
		v.letGo(key)
		if next != value { // by the keyboard
			v.send(ct, next)
		}
	}
	imgui.SameLine()
	v.number(ct, ct.Float())
}

// track is the part that is dragged, not drawn; it returns the value.
func (v *panel) track(ct *model.Control, value float64, width float32) float64 {
	for _, col := range []imgui.Col{imgui.ColFrameBg, imgui.ColFrameBgHovered, imgui.ColFrameBgActive, imgui.ColSliderGrab, imgui.ColSliderGrabActive} {
		imgui.PushStyleColorVec4(col, imgui.Vec4{})
	}
	defer imgui.PopStyleColorV(5)
	const flags = imgui.SliderFlagsNoInput | imgui.SliderFlagsNoRoundToFormat | imgui.SliderFlagsAlwaysClamp
	imgui.SetNextItemWidth(width)
	if n := ct.Stops(); n > 0 {
		f := &v.fields.stops
		*f = [3]int64{int64((value-ct.Min)/ct.Step + 0.5), 0, n}
		if value == ct.Max {
			f[0] = n // the last step may be shorter than half of one
		}
		if slide(imgui.DataTypeS64, unsafe.Pointer(&f[0]), unsafe.Pointer(&f[1]), unsafe.Pointer(&f[2]), flags) {
			return ct.Snap(ct.Min + float64(f[0])*ct.Step)
		}
		return value
	}
	f := &v.fields.number
	*f = [3]float64{ct.Place(value), 0, 1}
	if slide(imgui.DataTypeDouble, unsafe.Pointer(&f[0]), unsafe.Pointer(&f[1]), unsafe.Pointer(&f[2]), flags) {
		return ct.At(f[0])
	}
	return value
}

func slide(kind imgui.DataType, value, low, high unsafe.Pointer, flags imgui.SliderFlags) bool {
	return imgui.SliderScalarV("##track", kind, uintptr(value), uintptr(low), uintptr(high), "", flags)
}

// drawTrack is a thin line, filled up to a round knob.
func (v *panel) drawTrack(place float64, bright bool) {
	s := v.layer.scale
	lo, hi := imgui.ItemRectMin(), imgui.ItemRectMax()
	mid := (lo.Y + hi.Y) / 2
	r := 6.5 * s
	from, to := lo.X+r, hi.X-r
	x := from + float32(place)*(to-from)
	list := imgui.WindowDrawList()
	thick := 2 * s
	list.AddRectFilledV(imgui.Vec2{X: lo.X, Y: mid - thick}, imgui.Vec2{X: hi.X, Y: mid + thick}, v.ink(colHover), thick, imgui.DrawFlagsNone)
	list.AddRectFilledV(imgui.Vec2{X: lo.X, Y: mid - thick}, imgui.Vec2{X: x, Y: mid + thick}, v.ink(colAccent), thick, imgui.DrawFlagsNone)
	knob := colAccent
	if bright {
		knob = colGrab
	}
	list.AddCircleFilled(imgui.Vec2{X: x, Y: mid}, r+1.5*s, imgui.ColorU32Vec4(colCard))
	list.AddCircleFilled(imgui.Vec2{X: x, Y: mid}, r, v.ink(knob))
}

// number is the field behind a slider; what is typed counts when it is done.
func (v *panel) number(ct *model.Control, value float64) {
	shown := ct.Write(value)
	imgui.SetNextItemWidth(numberWidth * v.layer.scale)
	text, done := v.field(v.at(ct, "number"), "##number", shown, imgui.InputTextFlagsAutoSelectAll|imgui.InputTextFlagsCharsScientific)
	v.noteControl(ct, "/number")
	if done {
		if typed, ok := ct.Typed(text); ok && typed != value {
			v.send(ct, typed)
		}
	}
	if whole := strconv.FormatFloat(value, 'g', -1, 64); imgui.IsItemHovered() && !imgui.IsItemActive() && len(whole) > len(shown) {
		tip(whole)
	}
}

// field is a line of text that counts when Enter is pressed or another thing is
// clicked, if it has changed; Escape takes it back.
func (v *panel) field(key place, id, shown string, flags imgui.InputTextFlags) (text string, done bool) {
	f := &v.fields
	mine := f.typed == key
	text = shown
	if mine {
		text = f.text
	}
	if f.wanted == key {
		f.wanted = place{}
		imgui.SetKeyboardFocusHere()
	}
	flags |= imgui.InputTextFlagsEnterReturnsTrue
	var enter bool
	if flags&imgui.InputTextFlagsCtrlEnterForNewLine != 0 {
		size := imgui.Vec2{X: imgui.CalcItemWidth(), Y: 4*imgui.TextLineHeight() + 2*imgui.CurrentStyle().FramePadding().Y}
		enter = imgui.InputTextMultiline(id, &text, size, flags, nil)
	} else {
		enter = imgui.InputTextWithHint(id, "", &text, flags, nil)
	}
	over := enter || imgui.IsItemDeactivated()
	switch active := imgui.IsItemActive(); {
	case over && mine:
		f.typed = place{}
		return text, text != f.was
	case active && !mine:
		f.typed, f.was, f.text = key, shown, text
	case active:
		f.text = text
	case mine:
		f.typed = place{}
	}
	return text, false
}

// letGo ends what the user does to a control, if it is this one.
func (v *panel) letGo(key place) {
	if v.fields.held == key {
		v.fields.held = place{}
	}
}
