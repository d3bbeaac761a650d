package ui

import "github.com/AllenDang/cimgui-go/imgui"

// drawMarks says in the corner why an image is not what comes now.
func (w *imageWindow) drawMarks() {
	text, col := "", colWarn
	switch {
	case !w.state.Live:
		text, col = "renderer gone - its last image", colBad
	case w.conn.Refused:
		text = "disconnected by you"
	case !w.state.Present:
		text = "not in the newest list"
	}
	if text == "" {
		return
	}
	s := w.layer.scale
	imgui.PushFont(w.layer.fonts.text, sizeSmall)
	size := imgui.CalcTextSize(text)
	at := imgui.Vec2{X: 10 * s, Y: 10 * s}
	end := imgui.Vec2{X: at.X + size.X + 28*s, Y: at.Y + size.Y + 10*s}
	list := imgui.ForegroundDrawListViewportPtr()
	list.AddRectFilledV(at, end, pack(alpha(rgb(0x101217), 0.85)), 6*s, 0)
	list.AddCircleFilled(imgui.Vec2{X: at.X + 12*s, Y: (at.Y + end.Y) / 2}, 3.5*s, pack(col))
	list.AddTextVec2(imgui.Vec2{X: at.X + 20*s, Y: at.Y + 5*s}, pack(colText), text)
	imgui.PopFont()
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

// helpLine is a key and what it does.
type helpLine struct{ key, does string }

func (w *imageWindow) helpLines() []helpLine {
	ctrl := ctrlName()
	lines := []helpLine{
		{"F  1", "fit; one image pixel, one screen pixel"},
		{"+  -  " + ctrl + "+wheel", "zoom the image"},
		{ctrl + "+drag", "move the image"},
		{"[  ]  0", "exposure, half a stop; back to none"},
		{"C", "one channel after the other"},
		{"M  L", "colour map; hold its range"},
		{"T  I", "show the image's values; the lines below"},
		{ctrl + "+W", "close the window"},
		{"click, Shift+drag", "tell the renderer"},
		{"other keys", "tell the renderer"},
	}
	if w.conn.Cameras {
		home, file := "the renderer's view", w.app.state.CameraFile
		if file.Count > 0 {
			home = "the first camera of " + file.Name
			lines = append([]helpLine{{"N  P", "its next, its previous camera"}}, lines...)
		}
		lines = append([]helpLine{
			{"left drag", "orbit"},
			{"right drag", "pan"},
			{"wheel", "nearer, farther"},
			{"Q  E", "roll"},
			{"Home", home},
		}, lines...)
	}
	return lines
}

// helpFlags leave the scroll bar, for small windows.
const helpFlags = imgui.WindowFlagsNoTitleBar | imgui.WindowFlagsNoResize | imgui.WindowFlagsNoCollapse |
	imgui.WindowFlagsAlwaysAutoResize | imgui.WindowFlagsNoSavedSettings | imgui.WindowFlagsNoMove

// drawHelp lists the keys over the image.
func (w *imageWindow) drawHelp(view imgui.Vec2) {
	s := w.layer.scale
	imgui.SetNextWindowPosV(imgui.Vec2{X: view.X / 2, Y: view.Y / 2}, imgui.CondAlways, imgui.Vec2{X: 0.5, Y: 0.5})
	imgui.SetNextWindowSizeConstraints(imgui.Vec2{}, imgui.Vec2{X: view.X, Y: view.Y})
	imgui.PushStyleVarFloat(imgui.StyleVarWindowRounding, 10*s)
	imgui.PushStyleColorVec4(imgui.ColWindowBg, alpha(rgb(0x101217), 0.92))
	imgui.BeginV("help", nil, helpFlags)
	for _, l := range w.helpLines() {
		imgui.PushFont(w.layer.fonts.bold, sizeSmall)
		label(l.key, colAccent)
		imgui.PopFont()
		imgui.SameLineV(130*s, 0)
		imgui.PushFont(w.layer.fonts.text, sizeSmall)
		label(l.does, colText)
		imgui.PopFont()
	}
	imgui.End()
	imgui.PopStyleColor()
	imgui.PopStyleVar()
}
