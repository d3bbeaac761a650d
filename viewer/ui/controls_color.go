package ui

import (
	"math"

	"github.com/AllenDang/cimgui-go/imgui"

	"remoteviewer/viewer/model"
)

// color is a patch that opens a picker, and the colour in hex.
func (v *panel) color(ct *model.Control) {
	s := v.layer.scale
	now := ct.Floats()
	if len(now) != ct.Channels || len(now) < 3 {
		return
	}
	shown := imgui.Vec4{X: float32(now[0]), Y: float32(now[1]), Z: float32(now[2]), W: 1}
	flags := imgui.ColorEditFlagsNoTooltip | imgui.ColorEditFlagsNoDragDrop | imgui.ColorEditFlagsNoAlpha
	if len(now) == 4 {
		shown.W = float32(now[3])
		flags = imgui.ColorEditFlagsNoTooltip | imgui.ColorEditFlagsNoDragDrop | imgui.ColorEditFlagsAlphaPreviewHalf
	}
	space := imgui.CurrentStyle().ItemSpacing().X
	hex := 88 * s
	if imgui.ColorButtonV("##patch", shown, flags, imgui.Vec2{X: v.right - v.split - hex - space, Y: imgui.FrameHeight()}) {
		imgui.OpenPopupStr("picker")
	}
	v.noteControl(ct, "")
	if imgui.BeginPopup("picker") {
		v.picker(ct, now)
		imgui.EndPopup()
	} else {
		v.letGo(v.at(ct, ""))
	}
	imgui.SameLine()
	imgui.SetNextItemWidth(hex)
	text, done := v.field(v.at(ct, "hex"), "##hex", model.Hex(now), imgui.InputTextFlagsAutoSelectAll)
	v.noteControl(ct, "/hex")
	if done {
		if typed, ok := model.FromHex(text, now); ok {
			v.send(ct, typed)
		}
	}
}

// picker chooses a colour. It keeps its own while it is open, or a grey one would
// lose its hue.
func (v *panel) picker(ct *model.Control, now []float64) {
	key := v.at(ct, "")
	f := &v.fields
	if f.held != key || differ(f.value[:len(now)], now) && !imgui.IsAnyItemActive() {
		f.held, f.value = key, [4]float64{3: 1}
		copy(f.value[:], now)
	}
	col := [4]float32{float32(f.value[0]), float32(f.value[1]), float32(f.value[2]), float32(f.value[3])}
	flags := imgui.ColorEditFlagsNoSidePreview | imgui.ColorEditFlagsNoSmallPreview | imgui.ColorEditFlagsNoLabel |
		imgui.ColorEditFlagsFloat | imgui.ColorEditFlagsDisplayRGB | imgui.ColorEditFlagsDisplayHSV | imgui.ColorEditFlagsNoOptions
	if len(now) == 4 {
		flags |= imgui.ColorEditFlagsAlphaBar
	} else {
		flags |= imgui.ColorEditFlagsNoAlpha
	}
	imgui.SetNextItemWidth(230 * v.layer.scale)
	changed := imgui.ColorPicker4V("##picker", &col, flags, nil)
	v.noteControl(ct, "/picker")
	if !changed {
		return
	}
	for i := range f.value {
		f.value[i] = float64(col[i])
	}
	out := make([]float64, len(now))
	for i := range out {
		out[i] = math.Round(min(max(f.value[i], 0), 1)*1e6) / 1e6
	}
	v.send(ct, out)
}

func differ(a, b []float64) bool {
	for i := range a {
		if math.Abs(a[i]-b[i]) > 2e-6 {
			return true
		}
	}
	return false
}

// first is a control's first value in a few words, "" for what has none.
func (v *panel) first(ct *model.Control) string {
	switch x := ct.First.(type) {
	case float64:
		return ct.Write(x)
	case bool:
		return map[bool]string{true: "on", false: "off"}[x]
	case int:
		if x >= 0 && x < len(ct.Choices) {
			return shorten(ct.Choices[x], v.right-v.split)
		}
	case string:
		if x == "" {
			return "no text"
		}
		return shorten(x, v.right-v.split)
	case []float64:
		if ct.Kind == model.KindColor {
			return model.Hex(x)
		}
		if len(x) == 3 {
			return model.Short(x[0]) + ", " + model.Short(x[1]) + ", " + model.Short(x[2])
		}
	}
	return ""
}

// reset gives a control its first value again.
func (v *panel) reset(ct *model.Control) {
	if ct.Changed() {
		v.send(ct, ct.First)
	}
}
