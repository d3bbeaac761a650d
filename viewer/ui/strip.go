package ui

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/AllenDang/cimgui-go/imgui"

	"remoteviewer/viewer/gl"
	"remoteviewer/viewer/model"
)

// piece is one word of the strip. Those of the highest rank go first when the
// window is narrow.
type piece struct {
	text string
	col  imgui.Vec4
	font *imgui.Font
	rank int
	look bool // opens the switch
}

// status is everything that the strip says, to see whether it changed.
func (w *imageWindow) status() string {
	left, right := w.pieces()
	var b strings.Builder
	for _, p := range append(left, right...) {
		b.WriteString(p.text)
		b.WriteByte(' ')
	}
	return b.String()
}

// pieces are the words at the left end of the strip and at the right.
func (w *imageWindow) pieces() (left, right []piece) {
	f := w.layer.fonts
	left = append(left, piece{text: w.id.Name, col: colText, font: f.bold})
	if w.img == nil {
		return left, nil
	}
	left = append(left,
		piece{text: fmt.Sprintf("%d\u00d7%d", w.img.Width, w.img.Height), col: colDim, font: f.text, rank: 2},
		piece{text: string(w.img.DType) + " " + channelNames(w.img.Channels), col: colDim, font: f.text, rank: 5},
		piece{text: w.lookText(), col: colAccent, font: f.text, rank: 1, look: true},
	)
	if w.hint() != "" {
		left = append(left, piece{text: "!", col: colWarn, font: f.bold, rank: 1, look: true})
	}
	if s := w.zoom.Scale(w.imageSize(), w.frame()); !w.zoom.Fitted() {
		left = append(left, piece{text: fmt.Sprintf("%.3g %%", s*100), col: colDim, font: f.text, rank: 6})
	}
	if t := w.valueText(); t != "" {
		right = append(right, piece{text: t, col: colText, font: f.mono, rank: 3})
	}
	col, quality := colGood, "exact"
	if !w.img.Exact {
		col, quality = colWarn, w.img.Codec
		if w.img.Quality > 0 {
			quality = fmt.Sprintf("%s q%d", w.img.Codec, w.img.Quality)
		}
	}
	right = append(right, piece{text: quality, col: col, font: f.text, rank: 4})
	if w.state.Live && w.conn.FPS > 0 {
		right = append(right, piece{text: fmt.Sprintf("%.0f fps", w.conn.FPS), col: colDim, font: f.text, rank: 3})
		if d := lag(&w.conn); d > 0 {
			right = append(right, piece{text: milliseconds(d), col: colDim, font: f.text, rank: 4})
		}
	}
	right = append(right, piece{text: "H: keys", col: colFaint, font: f.text, rank: 7})
	return left, right
}

// lag is what a person feels: from moving the camera to seeing it, or the age
// of what is seen.
func lag(c *model.Conn) time.Duration {
	if c.Cameras && c.Drives && c.Latency > 0 {
		return c.Latency
	}
	return c.Age
}

func milliseconds(d time.Duration) string {
	ms := float64(d) / 1e6
	switch {
	case ms < 10:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 10_000:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.0f s", ms/1000)
}

func channelNames(names []string) string {
	if len(names) > 4 {
		return fmt.Sprintf("%d channels", len(names))
	}
	for _, n := range names {
		if len(n) > 1 {
			return strings.Join(names, " ")
		}
	}
	return strings.Join(names, "")
}

// lookText says how values become colours.
func (w *imageWindow) lookText() string {
	t := string(w.color())
	if w.solo >= 0 && w.solo < len(w.img.Channels) {
		t += " " + w.img.Channels[w.solo]
	}
	if w.mapped() {
		r := w.valueRange()
		t += fmt.Sprintf(" %s\u2026%s", short(r[0]), short(r[1]))
		if w.locked != nil {
			t += " held"
		}
	}
	if w.exposable() && w.exposure != 0 {
		t += fmt.Sprintf(" %+.1f EV", w.exposure)
	}
	return t
}

func (w *imageWindow) hint() string {
	if w.img == nil || !model.NeedsStats(w.img.Format, w.color()) {
		return ""
	}
	return model.Hint(w.img.Format, w.stats, w.color())
}

func short(v float64) string { return fmt.Sprintf("%.4g", v) }

// valueText is the pixel under the mouse and its values as they were sent.
func (w *imageWindow) valueText() string {
	x, y, ok := w.texel()
	if !ok {
		return ""
	}
	return w.pixelText(x, y)
}

// pixelText is a pixel and its values.
func (w *imageWindow) pixelText(x, y int) string {
	if w.img == nil || x >= w.img.Width || y >= w.img.Height {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d,%d:", x, y)
	for c := range min(len(w.img.Channels), 6) {
		v := w.img.At(x, y, c)
		if w.img.DType.Float() {
			fmt.Fprintf(&b, " %.4g", v)
		} else {
			fmt.Fprintf(&b, " %d", int64(v))
		}
	}
	return b.String()
}

// overlay is what ImGui draws over the image.
func (w *imageWindow) overlay() {
	view := imgui.MainViewport().Size()
	if !w.bare {
		w.drawStrip(view)
	}
	w.drawMeta(view)
	w.drawMarks(view)
	w.drawShot(view)
	w.drawCard(view)
	if w.fault != "" {
		centred(view, w.fault)
	}
	if w.help {
		w.drawHelp(view)
	}
}

const stripFlags = imgui.WindowFlagsNoDecoration | imgui.WindowFlagsNoMove | imgui.WindowFlagsNoSavedSettings |
	imgui.WindowFlagsNoNav | imgui.WindowFlagsNoFocusOnAppearing | imgui.WindowFlagsNoBringToFrontOnFocus

func (w *imageWindow) drawStrip(view imgui.Vec2) {
	h := stripHeight * w.layer.scale
	imgui.SetNextWindowPos(imgui.Vec2{X: 0, Y: view.Y - h})
	imgui.SetNextWindowSize(imgui.Vec2{X: view.X, Y: h})
	imgui.PushStyleVarVec2(imgui.StyleVarWindowPadding, imgui.Vec2{})
	imgui.PushStyleVarVec2(imgui.StyleVarWindowMinSize, imgui.Vec2{X: 1, Y: 1})
	imgui.PushStyleColorVec4(imgui.ColWindowBg, alpha(rgb(0x101217), 0.86))
	imgui.BeginV("strip", nil, stripFlags)
	imgui.PopStyleColor()
	imgui.PopStyleVarV(2)
	w.layStrip(view, h)
	imgui.End()
}

// layStrip leaves out the words of the highest rank until the rest fits.
func (w *imageWindow) layStrip(view imgui.Vec2, h float32) {
	left, right := w.pieces()
	gap, edge := 13*w.layer.scale, 10*w.layer.scale
	for rank := 9; rank > 0; rank-- {
		if 2*edge+w.span(left, gap)+w.span(right, gap)+gap <= view.X {
			break
		}
		left, right = without(left, rank), without(right, rank)
	}
	x := edge
	for _, p := range left {
		x += w.put1(p, x, view.Y-h, h) + gap
	}
	x = view.X - edge - w.span(right, gap)
	for _, p := range right {
		x += w.put1(p, x, view.Y-h, h) + gap
	}
	w.switchPopup()
}

func without(all []piece, rank int) []piece {
	out := all[:0:0]
	for _, p := range all {
		if p.rank < rank {
			out = append(out, p)
		}
	}
	return out
}

func (w *imageWindow) span(all []piece, gap float32) float32 {
	sum := float32(0)
	for _, p := range all {
		sum += p.width() + gap
	}
	return max(0, sum-gap)
}

func (p piece) width() float32 {
	imgui.PushFont(p.font, sizeSmall)
	defer imgui.PopFont()
	return imgui.CalcTextSize(readable(p.text)).X
}

// put1 draws one word and returns its width. The switch is a button.
func (w *imageWindow) put1(p piece, x, y, h float32) float32 {
	imgui.PushFont(p.font, sizeSmall)
	defer imgui.PopFont()
	text := readable(p.text)
	size := imgui.CalcTextSize(text)
	if p.look {
		pad := 5 * w.layer.scale
		imgui.SetCursorScreenPos(imgui.Vec2{X: x - pad, Y: y + 2*w.layer.scale})
		if imgui.InvisibleButton("look"+p.text, imgui.Vec2{X: size.X + 2*pad, Y: h - 4*w.layer.scale}) {
			imgui.OpenPopupStr("switch")
		}
		if imgui.IsItemHovered() {
			imgui.SetMouseCursor(imgui.MouseCursorHand)
			lo, hi := imgui.ItemRectMin(), imgui.ItemRectMax()
			imgui.WindowDrawList().AddRectFilledV(lo, hi, pack(alpha(colAccent, 0.18)), 4*w.layer.scale, 0)
		}
	}
	imgui.WindowDrawList().AddTextVec2(imgui.Vec2{X: x, Y: y + (h-size.Y)/2}, pack(p.col), text)
	return size.X
}

// switchPopup is where the user says what the values mean.
func (w *imageWindow) switchPopup() {
	imgui.PushStyleVarVec2(imgui.StyleVarWindowPadding, imgui.Vec2{X: 12 * w.layer.scale, Y: 10 * w.layer.scale})
	defer imgui.PopStyleVar()
	if w.img == nil || !imgui.BeginPopup("switch") {
		return
	}
	defer imgui.EndPopup()
	label("Values are", colDim)
	for i, c := range colours {
		if i%2 == 1 {
			imgui.SameLineV(150*w.layer.scale, 0)
		}
		name := string(c)
		if c == w.img.Color {
			name += "  (as sent)"
		}
		if imgui.RadioButtonBool(name, c == w.color()) {
			look := w.look
			look.Color = c
			w.setLook(look)
		}
	}
	imgui.Separator()
	if w.mapped() {
		w.mapChoice()
	}
	if w.exposable() {
		e := float32(w.exposure)
		imgui.SetNextItemWidth(150 * w.layer.scale)
		if imgui.SliderFloatV("##exposure", &e, -8, 8, "%+.1f EV", imgui.SliderFlagsNone) {
			w.exposure = math.Round(float64(e)*4) / 4
		}
	}
	if hint := w.hint(); hint != "" {
		imgui.PushTextWrapPosV(220 * w.layer.scale)
		label(hint, colWarn)
		imgui.PopTextWrapPos()
	}
}

func (w *imageWindow) mapChoice() {
	for i, name := range gl.MapNames {
		if i > 0 {
			imgui.SameLine()
		}
		if imgui.RadioButtonBool(name, w.colorMap() == gl.Map(i)) {
			look := w.look
			look.Map = name
			held := w.locked
			w.setLook(look)
			w.locked = held
		}
	}
	held := w.locked != nil
	if imgui.Checkbox("hold the range", &held) {
		w.lockRange()
	}
}

// label is unformatted text: names and values may hold any character.
func label(text string, col imgui.Vec4) {
	imgui.PushStyleColorVec4(imgui.ColText, col)
	imgui.TextUnformatted(readable(text))
	imgui.PopStyleColor()
}
