package ui

import (
	"fmt"
	"slices"
	"time"

	"github.com/AllenDang/cimgui-go/imgui"

	"remoteviewer/viewer/model"
)

// shotTime is how long the camera of the file that one went to is named.
const shotTime = 2500 * time.Millisecond

// The sizes of the card beside the pointer, in design units.
const (
	cardRow    = 19
	cardOffset = 18
	cardValue  = 230 // the widest value
	cardKey    = 150
	cardRows   = 18
)

var cardBack = alpha(rgb(0x101217), 0.96)

// cardNow is what stands beside the pointer in this window.
func (w *imageWindow) cardNow() model.Card {
	if c := w.app.state.Card; c.Key == w.id && len(c.Fields) > 0 && w.inside && !w.help {
		return c
	}
	return model.Card{}
}

func (w *imageWindow) cardChanged() bool {
	c := w.cardNow()
	return c.X != w.card.X || c.Y != w.card.Y || !slices.Equal(c.Fields, w.card.Fields)
}

// drawCard shows what the renderer said of the pixel, under that pixel's own values.
func (w *imageWindow) drawCard(view imgui.Vec2) {
	if w.cardChanged() {
		w.card = w.cardNow()
		w.noteCard()
	}
	if len(w.card.Fields) == 0 {
		return
	}
	s := w.layer.scale
	f := &flow{fonts: w.layer.fonts, scale: s}
	head := w.pixelText(w.card.X, w.card.Y)
	imgui.PushFont(w.layer.fonts.mono, sizeSmall-1)
	headW := imgui.CalcTextSize(head).X
	imgui.PopFont()
	rows, keyW, valueW := w.cardCells(f, int((view.Y/s-stripHeight-40)/cardRow))
	gap, pad := 14*s, 11*s
	width := max(headW, keyW+gap+valueW) + 2*pad
	headH := 24 * s
	height := headH + float32(len(rows))*cardRow*s + 17*s
	at := w.cardPlace(view, width, height)
	list := imgui.ForegroundDrawListViewportPtr()
	end := imgui.Vec2{X: at.X + width, Y: at.Y + height}
	list.AddRectFilledV(at, end, pack(cardBack), 8*s, 0)
	list.AddRectV(at, end, pack(alpha(colText, 0.14)), 8*s, 0, 1)
	imgui.PushFont(w.layer.fonts.mono, sizeSmall-1)
	list.AddTextVec2(imgui.Vec2{X: at.X + pad, Y: at.Y + 7*s}, pack(colDim), head)
	imgui.PopFont()
	line := at.Y + headH + 2*s
	list.AddLine(imgui.Vec2{X: at.X + pad, Y: line}, imgui.Vec2{X: end.X - pad, Y: line}, pack(alpha(colText, 0.12)))
	f.list, f.rowH, f.at = list, cardRow*s, imgui.Vec2{X: at.X + pad, Y: line + 5*s}
	for i, r := range rows {
		f.text(0, i, r.Key, colDim)
		f.text(keyW+gap, i, r.Value, colText)
	}
}

// cardCells are the lines of the card, cut to size, and the widths of their columns.
func (w *imageWindow) cardCells(f *flow, most int) (rows []model.Field, keyW, valueW float32) {
	all := w.card.Fields
	most = max(1, min(most, cardRows))
	for i, p := range all {
		if i == most-1 && len(all) > most {
			rows = append(rows, model.Field{Key: fmt.Sprintf("and %d more", len(all)-i)})
			break
		}
		rows = append(rows, model.Field{Key: f.fitting(p.Key, cardKey*f.scale), Value: f.fitting(p.Value, cardValue*f.scale)})
	}
	for _, r := range rows {
		keyW = max(keyW, f.measure(f.fonts.text, r.Key))
		valueW = max(valueW, f.measure(f.fonts.text, r.Value))
	}
	return rows, keyW, valueW
}

// cardPlace is beside the pointer, on the side where there is room.
func (w *imageWindow) cardPlace(view imgui.Vec2, width, height float32) imgui.Vec2 {
	dx, dy := w.density()
	off := cardOffset * w.layer.scale
	x, y := float32(w.mouse.x/dx), float32(w.mouse.y/dy)
	at := imgui.Vec2{X: x + off, Y: y + off}
	if at.X+width > view.X {
		at.X = x - off - width
	}
	if at.Y+height > view.Y {
		at.Y = y - off - height
	}
	return imgui.Vec2{X: max(2, min(at.X, view.X-width-2)), Y: max(2, min(at.Y, view.Y-height-2))}
}

// shotNow is the camera of the file to be named, the zero one when it was long ago.
func (w *imageWindow) shotNow(now time.Time) model.Shot {
	if s := w.conn.Shot; w.state.Live && w.conn.Cameras && !w.help && !s.At.IsZero() && now.Sub(s.At) < shotTime {
		return s
	}
	return model.Shot{}
}

// drawShot names the camera of the file that one has just gone to.
func (w *imageWindow) drawShot(view imgui.Vec2) {
	w.shot = w.shotNow(time.Now())
	if w.shot.At.IsZero() {
		return
	}
	s, f := w.layer.scale, flow{fonts: w.layer.fonts, scale: w.layer.scale}
	count := fmt.Sprintf("camera %d / %d:", w.shot.Index+1, w.shot.Count)
	countW := f.measure(f.fonts.text, count)
	pad, gap := 14*s, 6*s
	imgui.PushFont(f.fonts.bold, sizeSmall)
	name := shorten(w.shot.Name, max(60*s, view.X-countW-2*pad-gap-20*s))
	imgui.PopFont()
	keys := "N next    P previous    Home first"
	width := countW + gap + f.measure(f.fonts.bold, name)
	height := 32 * s
	if w.shot.Index == 0 {
		width, height = max(width, f.measure(f.fonts.text, keys)), 52*s
	}
	at := imgui.Vec2{X: (view.X - width) / 2, Y: 12 * s}
	list := imgui.ForegroundDrawListViewportPtr()
	list.AddRectFilledV(imgui.Vec2{X: at.X - pad, Y: at.Y}, imgui.Vec2{X: at.X + width + pad, Y: at.Y + height}, pack(cardBack), 10*s, 0)
	f.list, f.rowH, f.at = list, 20*s, imgui.Vec2{X: at.X, Y: at.Y + 6*s}
	f.text(0, 0, count, colDim)
	f.write1(f.fonts.bold, countW+gap, 0, name, colText)
	if w.shot.Index == 0 {
		f.text(0, 1, keys, colFaint)
	}
}
