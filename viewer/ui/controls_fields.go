package ui

import (
	"fmt"
	"math"
	"strings"
	"unsafe"

	"github.com/AllenDang/cimgui-go/imgui"

	"remoteviewer/viewer/model"
)

// filterFrom is how many choices a dropdown has that needs a filter.
const filterFrom = 13

// dropdown is a choice of several.
func (v *panel) dropdown(ct *model.Control) {
	s := v.layer.scale
	on := int(ct.Float())
	imgui.SetNextItemWidth(v.right - v.split)
	imgui.SetNextWindowSizeConstraints(imgui.Vec2{X: v.right - v.split}, imgui.Vec2{X: 2 * (v.right - v.split), Y: 340 * s})
	imgui.PushStyleColorVec4(imgui.ColButton, colField)
	open := imgui.BeginComboV("##choice", "", imgui.ComboFlagsHeightLarge)
	imgui.PopStyleColor()
	if open {
		v.choices(ct, on)
		imgui.EndCombo()
	}
	v.noteControl(ct, "")
	if on < len(ct.Choices) {
		lo, hi := imgui.ItemRectMin(), imgui.ItemRectMax()
		pad := imgui.CurrentStyle().FramePadding()
		text := shorten(ct.Choices[on], hi.X-lo.X-imgui.FrameHeight()-pad.X)
		imgui.WindowDrawList().AddTextVec2(imgui.Vec2{X: lo.X + pad.X, Y: lo.Y + pad.Y}, v.ink(colText), text)
	}
}

// choices is the list that opens, with a filter when it is long.
func (v *panel) choices(ct *model.Control, on int) {
	fresh := imgui.IsWindowAppearing()
	filter, enter := "", false
	if len(ct.Choices) >= filterFrom {
		filter, enter = v.filter(ct, fresh)
	}
	found := 0
	for i, text := range ct.Choices {
		if filter != "" && !strings.Contains(strings.ToLower(text), filter) {
			continue
		}
		found++
		imgui.PushIDInt(int32(i))
		pressed := imgui.SelectableBoolV("##", i == on, imgui.SelectableFlagsNone, imgui.Vec2{Y: imgui.TextLineHeight()})
		if v.app.opts.Dump != nil {
			v.note("control/" + ct.Name + "/" + text)
		}
		lo := imgui.ItemRectMin()
		col := colText
		if i == on {
			col = colChosen
		}
		half := imgui.CurrentStyle().ItemSpacing()
		imgui.WindowDrawList().AddTextVec2(imgui.Vec2{X: lo.X + half.X/2 + 2*v.layer.scale, Y: lo.Y + half.Y/2}, v.ink(col), readable(text))
		imgui.PopID()
		if pressed && i != on || enter {
			v.send(ct, i)
		}
		if enter {
			imgui.CloseCurrentPopup()
			break
		}
		if i == on && fresh {
			imgui.SetScrollHereY()
		}
	}
	if found == 0 {
		label("no choice has that in it", colDim)
	}
}

// filter is the field above a long list. Enter takes the first choice that is left,
// Escape closes the list.
func (v *panel) filter(ct *model.Control, fresh bool) (filter string, enter bool) {
	if fresh {
		v.fields.filter = ""
		imgui.SetKeyboardFocusHere()
	}
	imgui.SetNextItemWidth(-1)
	enter = imgui.InputTextWithHint("##filter", "filter", &v.fields.filter, imgui.InputTextFlagsEnterReturnsTrue, nil)
	if imgui.IsItemDeactivated() && imgui.IsKeyPressedBool(imgui.KeyEscape) {
		imgui.CloseCurrentPopup()
	}
	v.noteControl(ct, "/filter")
	return strings.ToLower(strings.TrimSpace(v.fields.filter)), enter
}

// textField is a line of text, or several where it has them.
func (v *panel) textField(ct *model.Control) {
	shown := ct.Text()
	key := v.at(ct, "")
	imgui.SetNextItemWidth(v.right - v.split)
	flags := imgui.InputTextFlagsNone
	if strings.Contains(shown, "\n") {
		flags = imgui.InputTextFlagsCtrlEnterForNewLine
	}
	text, done := v.field(key, "##text", shown, flags)
	v.noteControl(ct, "")
	if done {
		if len(text) > model.TextLimit {
			text = strings.ToValidUTF8(text[:model.TextLimit], "")
		}
		v.send(ct, text)
	}
}

var axes = [3]imgui.Vec4{rgb(0xd86464), rgb(0x63b56d), rgb(0x5c9dff)}

// vector is three numbers to drag or to type.
func (v *panel) vector(ct *model.Control) {
	s := v.layer.scale
	now := ct.Floats()
	if len(now) != 3 {
		return
	}
	format := "%.4g"
	speed := float32(max(math.Abs(now[0]), math.Abs(now[1]), math.Abs(now[2]), 1) * 0.004)
	if ct.Step > 0 {
		format, speed = fmt.Sprintf("%%.%df", ct.Decimals()), float32(ct.Step)*0.25
	}
	gap := 4 * s
	width := (v.right - v.split - 2*gap) / 3
	for i, axis := range []string{"x", "y", "z"} {
		if i > 0 {
			imgui.SameLineV(0, gap)
		}
		imgui.SetNextItemWidth(width)
		v.component(ct, i, axis, format, speed)
		v.noteControl(ct, "/"+axis)
		lo, hi := imgui.ItemRectMin(), imgui.ItemRectMax()
		imgui.WindowDrawList().AddRectFilledV(imgui.Vec2{X: lo.X + 4*s, Y: lo.Y + 6*s}, imgui.Vec2{X: lo.X + 6.5*s, Y: hi.Y - 6*s},
			v.ink(axes[i]), s, imgui.DrawFlagsNone)
	}
}

// component is one of a vector's numbers. While it is dragged the number is held
// as it is, not in steps, or it could not be moved by less than one.
func (v *panel) component(ct *model.Control, i int, axis, format string, speed float32) {
	key := v.at(ct, axis)
	now := ct.Floats()
	f := &v.fields
	value := now[i]
	if f.held == key {
		value = f.value[0]
	}
	f.number[0] = value
	imgui.DragScalarV("##"+axis, imgui.DataTypeDouble, uintptr(unsafe.Pointer(&f.number[0])), speed, 0, 0, format, imgui.SliderFlagsNoRoundToFormat)
	next := f.number[0]
	typing := imgui.InternalTempInputIsActive(imgui.ItemID())
	put := func(x float64) {
		x = ct.Snap(x)
		if x != now[i] && !math.IsNaN(x) && !math.IsInf(x, 0) {
			all := [3]float64(now)
			all[i] = x
			v.send(ct, all[:])
		}
	}
	switch {
	case imgui.IsItemDeactivated():
		if imgui.IsItemDeactivatedAfterEdit() && fmt.Sprintf(format, next) != fmt.Sprintf(format, now[i]) {
			put(next)
		}
		v.letGo(key)
	case imgui.IsItemActive():
		f.held, f.value[0] = key, next
		if !typing && next != value {
			put(next)
		}
	default:
		v.letGo(key)
	}
}
