package ui

import "github.com/AllenDang/cimgui-go/imgui"

// badge is what the corner says: in full, and in fewer words for small windows.
type badge struct {
	texts []string
	col   imgui.Vec4
}

// badge is why an image is not what comes now.
func (w *imageWindow) badge() badge {
	switch {
	case !w.state.Live:
		return badge{[]string{"renderer gone - its last image", "renderer gone", "gone"}, colBad}
	case w.conn.Refused:
		return badge{[]string{"disconnected by you", "disconnected"}, colWarn}
	case !w.state.Present:
		return badge{[]string{"not in the newest list", "not in this list", "older"}, colWarn}
	}
	return badge{}
}

// drawMarks says in the corner why an image is not what comes now.
func (w *imageWindow) drawMarks(view imgui.Vec2) {
	b := w.badge()
	if len(b.texts) == 0 || w.help {
		return
	}
	s := w.layer.scale
	edge := min(10*s, view.X/30)
	imgui.PushFont(w.layer.fonts.text, sizeSmall)
	defer imgui.PopFont()
	text := fewest(b.texts, view.X-28*s-2*edge)
	size := imgui.CalcTextSize(text)
	at := imgui.Vec2{X: edge, Y: edge}
	end := imgui.Vec2{X: at.X + size.X + 28*s, Y: at.Y + size.Y + 10*s}
	list := imgui.ForegroundDrawListViewportPtr()
	list.AddRectFilledV(at, end, pack(alpha(rgb(0x101217), 0.85)), 6*s, 0)
	list.AddCircleFilled(imgui.Vec2{X: at.X + 12*s, Y: (at.Y + end.Y) / 2}, 3.5*s, pack(b.col))
	list.AddTextVec2(imgui.Vec2{X: at.X + 20*s, Y: at.Y + 5*s}, pack(colText), text)
}

// fewest is the first of these texts, each shorter than the one before, that fits a width.
func fewest(texts []string, width float32) string {
	last := len(texts) - 1
	for _, text := range texts[:last] {
		if imgui.CalcTextSize(text).X <= width {
			return text
		}
	}
	return shorten(texts[last], width)
}

// centred shows a sentence in the middle of the window.
func centred(view imgui.Vec2, text string) {
	imgui.SetNextWindowPosV(imgui.Vec2{X: view.X / 2, Y: view.Y / 2}, imgui.CondAlways, imgui.Vec2{X: 0.5, Y: 0.5})
	imgui.SetNextWindowSize(imgui.Vec2{X: view.X * 0.8, Y: 0})
	imgui.BeginV("sentence", nil, stripFlags|imgui.WindowFlagsNoInputs|imgui.WindowFlagsNoBackground)
	imgui.PushTextWrapPosV(0)
	label(text, colText)
	imgui.PopTextWrapPos()
	imgui.End()
}
