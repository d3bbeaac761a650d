package ui

import (
	"math"
	"strconv"

	"github.com/AllenDang/cimgui-go/imgui"
	"github.com/AllenDang/cimgui-go/implot"

	"remoteviewer/viewer/model"
)

const plotHeight = 92 // design units

// plot is what was prepared of a control's values, which the lists tell apart: a
// list never changes in place.
type plot struct {
	values []float64
	curve  *model.Curve
}

// curve is a plot ready for drawing; nothing is done while its values are the same.
func (v *panel) curve(ct *model.Control) *model.Curve {
	key, values := v.at(ct, ""), ct.Floats()
	p := v.fields.plots[key]
	if p == nil || len(p.values) != len(values) || len(values) > 0 && &p.values[0] != &values[0] {
		p = &plot{values, model.NewCurve(ct.Times, values)}
		v.fields.plots[key] = p
	}
	return p.curve
}

// plot is a curve below its name and its newest value.
func (v *panel) plot(ct *model.Control, depth int) {
	s := v.layer.scale
	curve := v.curve(ct)
	imgui.AlignTextToFramePadding()
	imgui.PushFont(v.layer.fonts.mono, sizeSmall)
	label(curve.Newest, colText)
	imgui.PopFont()
	left := v.left + float32(depth)*indent*s
	imgui.SetCursorPosX(left)
	size := imgui.Vec2{X: v.right - left, Y: plotHeight * s}
	if !imgui.IsRectVisible(size) {
		imgui.Dummy(size)
		v.noteControl(ct, "")
		return
	}
	const flags = implot.FlagsNoTitle | implot.FlagsNoLegend | implot.FlagsNoMouseText | implot.FlagsNoInputs | implot.FlagsNoMenus
	if !implot.BeginPlotV("##plot", size, flags) {
		return
	}
	v.axes(curve)
	if n := len(curve.X); n > 0 {
		implot.SetNextLineStyleV(colAccent, 1.5*s)
		implot.PlotLinedoublePtrdoublePtrV("##line", &curve.X[0], &curve.Y[0], int32(n), implot.LineFlagsNone, 0, 8)
	}
	v.valueLabels(curve)
	v.look(curve)
	implot.EndPlot()
	v.noteControl(ct, "")
}

func (v *panel) axes(c *model.Curve) {
	const flags = implot.AxisFlagsNoLabel | implot.AxisFlagsNoTickMarks | implot.AxisFlagsNoMenus | implot.AxisFlagsNoHighlight | implot.AxisFlagsNoInitialFit
	implot.SetupAxisV(implot.AxisX1, "##x", flags)
	implot.SetupAxisV(implot.AxisY1, "##y", flags|implot.AxisFlagsNoTickLabels)
	implot.SetupAxesLimitsV(c.From, -c.From*0.02, c.Low, c.High, implot.CondAlways)
	if len(c.XTicks) > 0 {
		implot.SetupAxisTicksdoublePtrV(implot.AxisX1, &c.XTicks[0], int32(len(c.XTicks)), c.XLabels, false)
	}
	if len(c.YTicks) > 0 {
		implot.SetupAxisTicksdoublePtrV(implot.AxisY1, &c.YTicks[0], int32(len(c.YTicks)), nil, false)
	}
	implot.SetupFinish()
}

// valueLabels stand on their lines inside the plot, so that it is as wide
// whatever they say.
func (v *panel) valueLabels(c *model.Curve) {
	s := v.layer.scale
	imgui.PushFont(v.layer.fonts.text, sizeAxis)
	list, x := implot.GetPlotDrawList(), implot.GetPlotPos().X+4*s
	h := imgui.TextLineHeight()
	next := implot.GetPlotPos().Y // what is above is cut, or written on already
	implot.PushPlotClipRect()
	for i := len(c.YTicks) - 1; i >= 0; i-- {
		at := implot.PlotToPixelsdouble(c.From, c.YTicks[i]).Y - h
		if at < next {
			continue
		}
		next = at + h
		list.AddTextVec2(imgui.Vec2{X: x, Y: at}, v.ink(alpha(colDim, 0.85)), c.YLabels[i])
	}
	implot.PopPlotClipRect()
	imgui.PopFont()
}

// look shows the value under the mouse, and marks the newest otherwise.
func (v *panel) look(c *model.Curve) {
	n := len(c.X)
	if n == 0 {
		return
	}
	s := v.layer.scale
	pos, size := implot.GetPlotPos(), implot.GetPlotSize()
	list := implot.GetPlotDrawList()
	i := n - 1
	hovered := imgui.IsWindowHovered() && imgui.IsMouseHoveringRect(pos, imgui.Vec2{X: pos.X + size.X, Y: pos.Y + size.Y})
	if hovered {
		i = c.Nearest(implot.GetPlotMousePos().X)
		x := implot.PlotToPixelsdouble(c.X[i], c.Low).X
		list.AddLineV(imgui.Vec2{X: x, Y: pos.Y}, imgui.Vec2{X: x, Y: pos.Y + size.Y}, v.ink(colFaint), max(1, s))
	}
	if !math.IsNaN(c.Y[i]) {
		list.AddCircleFilled(implot.PlotToPixelsdouble(c.X[i], c.Y[i]), 3*s, v.ink(colGrab))
	}
	if hovered && imgui.BeginTooltip() {
		words := "no value"
		if !math.IsNaN(c.Y[i]) {
			words = strconv.FormatFloat(c.Y[i], 'g', 7, 64)
		}
		imgui.TextUnformatted(words)
		label(model.Ago(-c.X[i])+" before the newest", colDim)
		imgui.EndTooltip()
	}
}

// forgetPlots drops what was prepared for connections that are gone.
func (c *controlWindow) forgetPlots() {
	for key := range c.fields.plots {
		if c.app.state.Conn(key.conn) == nil {
			delete(c.fields.plots, key)
		}
	}
}
