package ui

import (
	"encoding/json"

	"github.com/AllenDang/cimgui-go/imgui"
)

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
		{"T", "the renderer's values: a row, all, none"},
		{"I", "with the lines below, or without"},
		{ctrl + "+W", "close the window"},
		{"click, Shift+drag", "tell the renderer, as other keys do"},
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

// The sizes of the help, in design units.
const (
	helpGap    = 14  // between the columns
	helpNarrow = 100 // a second column with less room stands below the first
	helpIndent = 10  // there
)

// helpSizes are tried one after the other: the letters, the space between lines, and
// that around them.
var helpSizes = []struct{ letters, between, pad float32 }{{sizeSmall, 5, 14}, {12, 4, 12}, {11, 3, 10}}

// helpLayout is how the help stands in a window.
type helpLayout struct {
	letters float32 // the font's size
	between float32 // the lines
	pad     float32 // around it
	column  float32 // where what a key does begins
	stacked bool    // below the key, for want of room beside it
	box     imgui.Vec2
	scrolls bool
}

// helpIn takes the largest letters with which all of it can be seen at once, lines
// unbroken. Where there are none, lines are broken and, if that is not enough, it scrolls.
func (w *imageWindow) helpIn(room imgui.Vec2, lines []helpLine) (l helpLayout) {
	s := w.layer.scale
	for _, size := range helpSizes {
		l = helpLayout{letters: size.letters, between: size.between * s, pad: min(size.pad*s, room.X/20)}
		if w.helpWith(&l, room, lines) {
			break
		}
	}
	return l
}

// helpWith lays the help out in letters of one size, and says whether nothing is broken
// or out of sight.
func (w *imageWindow) helpWith(l *helpLayout, room imgui.Vec2, lines []helpLine) bool {
	s := w.layer.scale
	keys, does := float32(0), float32(0)
	for _, line := range lines {
		keys = max(keys, textSize(w.layer.fonts.bold, l.letters, line.key, 0).X)
		does = max(does, textSize(w.layer.fonts.text, l.letters, line.does, 0).X)
	}
	l.column = keys + helpGap*s
	width := room.X - 2*l.pad
	if l.stacked = width-l.column < min(does, helpNarrow*s); l.stacked {
		l.column = helpIndent * s
	}
	height := w.helpHeight(l, width, lines)
	bar := float32(0)
	if l.scrolls = height > room.Y; l.scrolls {
		bar = imgui.CurrentStyle().ScrollbarSize()
	}
	unbroken := l.column+does <= width-bar
	l.box = imgui.Vec2{X: room.X, Y: min(room.Y, height)}
	if unbroken && !l.stacked {
		l.box.X = l.column + does + bar + 2*l.pad
	}
	return unbroken && !l.stacked && !l.scrolls
}

// helpHeight is that of the box in which all is seen.
func (w *imageWindow) helpHeight(l *helpLayout, width float32, lines []helpLine) float32 {
	f := w.layer.fonts
	sum := 2*l.pad - l.between
	for _, line := range lines {
		key := textSize(f.bold, l.letters, line.key, 0).Y
		does := textSize(f.text, l.letters, line.does, width-l.column).Y
		if l.stacked {
			sum += key + does + l.between
		} else {
			sum += max(key, does) + l.between
		}
	}
	return sum
}

// textSize measures a text that is broken at a width; 0: unbroken.
func textSize(font *imgui.Font, size float32, text string, width float32) imgui.Vec2 {
	imgui.PushFont(font, size)
	defer imgui.PopFont()
	if width <= 0 {
		width = -1
	}
	return imgui.CalcTextSizeV(readable(text), false, width)
}

// helpFlags leave the scroll bar, for small windows.
const helpFlags = imgui.WindowFlagsNoTitleBar | imgui.WindowFlagsNoResize | imgui.WindowFlagsNoCollapse |
	imgui.WindowFlagsNoSavedSettings | imgui.WindowFlagsNoMove

// drawHelp lists the keys over the image, above the strip.
func (w *imageWindow) drawHelp(view imgui.Vec2) {
	s := w.layer.scale
	room := view
	if !w.bare {
		room.Y -= stripHeight * s
	}
	lines := w.helpLines()
	l := w.helpIn(room, lines)
	at := imgui.Vec2{X: (room.X - l.box.X) / 2, Y: (room.Y - l.box.Y) / 2}
	imgui.SetNextWindowPos(at)
	imgui.SetNextWindowSize(l.box)
	imgui.PushStyleVarFloat(imgui.StyleVarWindowRounding, min(10*s, l.pad))
	imgui.PushStyleVarVec2(imgui.StyleVarWindowPadding, imgui.Vec2{X: l.pad, Y: l.pad})
	imgui.PushStyleVarVec2(imgui.StyleVarWindowMinSize, imgui.Vec2{X: 1, Y: 1})
	imgui.PushStyleColorVec4(imgui.ColWindowBg, alpha(rgb(0x101217), 0.94))
	imgui.BeginV("help", nil, helpFlags)
	imgui.PushStyleVarVec2(imgui.StyleVarItemSpacing, imgui.Vec2{X: helpGap * s, Y: l.between})
	for _, line := range lines {
		w.helpLine(&l, line)
	}
	imgui.PopStyleVar()
	w.noteHelp(helpNote{
		Box: [4]int{int(at.X), int(at.Y), int(l.box.X), int(l.box.Y)}, Scrolls: imgui.ScrollMaxY() > 0,
		Hidden: int(imgui.ScrollMaxX()),
	})
	inside := imgui.MousePos().X < at.X+l.box.X-imgui.CurrentStyle().ScrollbarSize() || !l.scrolls
	if imgui.IsWindowHovered() && imgui.IsMouseClickedBool(imgui.MouseButtonLeft) && inside {
		w.help = false
	}
	imgui.End()
	imgui.PopStyleColor()
	imgui.PopStyleVarV(3)
}

func (w *imageWindow) helpLine(l *helpLayout, line helpLine) {
	imgui.PushFont(w.layer.fonts.bold, l.letters)
	label(line.key, colAccent)
	imgui.PopFont()
	if !l.stacked {
		imgui.SameLine()
	}
	imgui.SetCursorPosX(l.pad + l.column)
	imgui.PushFont(w.layer.fonts.text, l.letters)
	imgui.PushTextWrapPosV(0)
	label(line.does, colText)
	imgui.PopTextWrapPos()
	imgui.PopFont()
}

// helpNote is what --dump prints of the help: left, top, width and height in the
// window, and how much of its width can't be seen.
type helpNote struct {
	Box     [4]int `json:"box"`
	Scrolls bool   `json:"scrolls"`
	Hidden  int    `json:"hidden"`
}

// noteHelp prints where the help stands, when that has changed.
func (w *imageWindow) noteHelp(n helpNote) {
	if w.app.opts.Dump == nil || n == w.helpNoted {
		return
	}
	w.helpNoted = n
	text, err := json.Marshal(map[string]any{"name": w.id.Name, "help": n})
	if err != nil {
		w.app.model.Trouble(err)
		return
	}
	w.app.print(text)
}
