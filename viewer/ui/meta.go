package ui

import (
	"fmt"

	"github.com/AllenDang/cimgui-go/imgui"

	"remoteviewer/viewer/model"
)

// metaRow is the height of a row of values, in design units.
const metaRow = 21

// metaShow is how many of the lists' values stand over images.
type metaShow int

const (
	metaOne  metaShow = iota // one row, which has room of its own below the image
	metaAll                  // all rows, over the image's lower part
	metaNone                 // no row
)

// next is what the key goes to: to all only where one row leaves some out.
func (m metaShow) next(more bool) metaShow {
	if m == metaOne && !more {
		return metaNone
	}
	return (m + 1) % (metaNone + 1)
}

// flow writes names, dim, and values, bright, one pair after the other, over as many
// rows as it takes. Widths are remembered, so that nothing moves while numbers change.
type flow struct {
	list     *imgui.DrawList // nil: only measured
	fonts    fonts
	scale    float32
	at       imgui.Vec2
	width    float32
	rowH     float32
	rows     int // at most
	reserved map[string]float32
}

// write returns the rows that it took. The last word counts what has no place.
func (f *flow) write(all []model.Field) int {
	gap, between := 5*f.scale, 17*f.scale
	tail := f.measure(f.fonts.text, "+99")
	x, row := float32(0), 0
	for i, p := range all {
		key := f.fitting(p.Key, f.width*0.5)
		kw := f.measure(f.fonts.text, key)
		value := f.fitting(p.Value, f.width-kw-gap)
		vw := f.measure(f.fonts.text, value)
		if f.reserved != nil && vw <= f.width-kw-gap {
			vw = max(vw, min(f.reserved[p.Key], vw+60*f.scale))
			f.reserved[p.Key] = vw
		}
		span := kw + gap + vw
		room := f.width
		if row == f.rows-1 && i < len(all)-1 {
			room -= tail + between
		}
		if x > 0 && x+span > room {
			if row == f.rows-1 {
				f.text(x, row, fmt.Sprintf("+%d", len(all)-i), colFaint)
				return f.rows
			}
			x, row = 0, row+1
		}
		f.text(x, row, key, colDim)
		f.text(x+kw+gap, row, value, colText)
		x += span + between
	}
	return row + 1
}

func (f *flow) measure(font *imgui.Font, text string) float32 {
	imgui.PushFont(font, sizeSmall)
	defer imgui.PopFont()
	return imgui.CalcTextSize(readable(text)).X
}

// fitting shortens a value to a width, in the font of values.
func (f *flow) fitting(text string, width float32) string {
	imgui.PushFont(f.fonts.text, sizeSmall)
	defer imgui.PopFont()
	return shorten(text, width)
}

func (f *flow) text(x float32, row int, text string, col imgui.Vec4) {
	f.write1(f.fonts.text, x, row, text, col)
}

func (f *flow) write1(font *imgui.Font, x float32, row int, text string, col imgui.Vec4) {
	if f.list == nil {
		return
	}
	imgui.PushFont(font, sizeSmall)
	defer imgui.PopFont()
	size := imgui.CalcTextSize(text)
	at := imgui.Vec2{X: f.at.X + x, Y: f.at.Y + float32(row)*f.rowH + (f.rowH-size.Y)/2}
	f.list.AddTextVec2(at, pack(col), readable(text))
}

// metaShown says whether the values of the list stand over the strip.
func (w *imageWindow) metaShown() bool {
	return !w.bare && w.app.meta != metaNone && len(w.state.Meta) > 0
}

// nextMeta shows more, or fewer, of the values in all windows.
func (a *app) nextMeta() {
	more := false
	for _, w := range a.order {
		more = more || w.metaMore
	}
	a.meta = a.meta.next(more)
	for _, w := range a.order {
		w.touch()
	}
}

// drawMeta writes the list's values over the strip.
func (w *imageWindow) drawMeta(view imgui.Vec2) {
	if !w.metaShown() || w.help {
		return
	}
	s := w.layer.scale
	edge := 10 * s
	if w.metaWidths == nil {
		w.metaWidths = map[string]float32{}
	}
	f := flow{
		fonts: w.layer.fonts, scale: s, width: view.X - 2*edge, rowH: metaRow * s, reserved: w.metaWidths,
		rows: max(1, int((view.Y-stripHeight*s)/(metaRow*s))),
	}
	rows := f.write(w.state.Meta)
	w.metaMore = rows > 1
	if w.app.meta == metaOne {
		rows, f.rows = 1, 1
	}
	height := float32(rows) * f.rowH
	top := view.Y - stripHeight*s - height
	f.list = imgui.BackgroundDrawListV(imgui.MainViewport())
	f.list.AddRectFilled(imgui.Vec2{Y: top}, imgui.Vec2{X: view.X, Y: view.Y - stripHeight*s}, pack(alpha(rgb(0x101217), 0.86)))
	f.at = imgui.Vec2{X: edge, Y: top}
	f.write(w.state.Meta)
}

// meta writes a renderer's newest values into its card.
func (c *controlWindow) meta(k *model.Conn) {
	if len(k.Meta) == 0 {
		return
	}
	s := c.layer.scale
	f := flow{
		list: imgui.WindowDrawList(), fonts: c.layer.fonts, scale: s, at: imgui.CursorScreenPos(),
		width: imgui.ContentRegionAvail().X, rowH: 19 * s, rows: 6,
	}
	rows := f.write(k.Meta)
	imgui.Dummy(imgui.Vec2{X: f.width, Y: float32(rows) * f.rowH})
}
