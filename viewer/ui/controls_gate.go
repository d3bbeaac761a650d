package ui

import (
	"fmt"

	"github.com/AllenDang/cimgui-go/imgui"

	"remoteviewer/viewer/model"
)

const someRounds = 10 // that the field offers at first

// gate is the bar that holds a loop, steps it and lets it run.
func (v *panel) gate(ct *model.Control) {
	s := v.layer.scale
	left := int(ct.Float())
	imgui.PushIDStr("gate")
	imgui.SetCursorPosX(v.left)
	wide := max(buttonWidth("Pause"), buttonWidth("Run")) + 16*s
	if v.toggle(left, wide) {
		next := 0
		if left == 0 {
			next = -1
		}
		v.send(ct, next)
	}
	v.note("gate/pause")
	imgui.SameLine()
	if imgui.Button("Step") {
		v.send(ct, 1)
	}
	v.note("gate/step")
	tip("do one round, and stop")
	imgui.SameLineV(0, 14*s)
	if imgui.Button("Run##n") {
		v.send(ct, v.rounds())
	}
	v.note("gate/run")
	tip("do so many rounds, and stop")
	imgui.SameLineV(0, 2*s)
	v.roundsField(ct)
	v.note("gate/rounds")
	v.gateWords(left)
	imgui.PopID()
	imgui.Dummy(imgui.Vec2{Y: 2 * s})
}

// toggle is Pause for what runs and Run for what doesn't.
func (v *panel) toggle(left int, width float32) bool {
	var pressed bool
	if left == 0 {
		pressed = primary("##toggle", imgui.Vec2{X: width})
	} else {
		pressed = imgui.ButtonV("##toggle", imgui.Vec2{X: width})
	}
	lo, hi := imgui.ItemRectMin(), imgui.ItemRectMax()
	s := v.layer.scale
	word := "Pause"
	if left == 0 {
		word = "Run"
	}
	size := imgui.CalcTextSize(word)
	x := (lo.X + hi.X - size.X - 14*s) / 2
	mid := (lo.Y + hi.Y) / 2
	list, ink := imgui.WindowDrawList(), v.ink(colText)
	if left == 0 {
		list.AddTriangleFilled(imgui.Vec2{X: x, Y: mid - 5*s}, imgui.Vec2{X: x + 8*s, Y: mid}, imgui.Vec2{X: x, Y: mid + 5*s}, ink)
	} else {
		for _, at := range []float32{0, 5 * s} {
			list.AddRectFilled(imgui.Vec2{X: x + at, Y: mid - 4.5*s}, imgui.Vec2{X: x + at + 3*s, Y: mid + 4.5*s}, ink)
		}
	}
	list.AddTextVec2(imgui.Vec2{X: x + 14*s, Y: mid - size.Y/2}, ink, word)
	return pressed
}

// rounds is how many the field says.
func (v *panel) rounds() int {
	if n := v.fields.rounds[v.k.ID]; n > 0 {
		return int(n)
	}
	return someRounds
}

func (v *panel) roundsField(ct *model.Control) {
	n := int32(v.rounds())
	imgui.SetNextItemWidth(54 * v.layer.scale)
	if imgui.InputIntV("##rounds", &n, 0, 0, imgui.InputTextFlagsAutoSelectAll) {
		v.fields.rounds[v.k.ID] = min(max(n, 1), 1<<31-1)
	}
	if imgui.IsItemDeactivated() && (imgui.IsKeyPressedBool(imgui.KeyEnter) || imgui.IsKeyPressedBool(imgui.KeyKeypadEnter)) {
		v.send(ct, v.rounds())
	}
}

// gateWords says what holds now, at the right.
func (v *panel) gateWords(left int) {
	s := v.layer.scale
	words, col := "running", colGood
	switch {
	case v.k.Phase == model.Dialing || v.k.Phase == model.Lost:
		words, col = "not connected", colFaint
	case left == 0:
		words, col = "paused", colWarn
	case left == 1:
		words, col = "1 more round", colAccent
	case left > 0:
		words, col = fmt.Sprintf("%d more rounds", left), colAccent
	}
	imgui.SameLineV(0, 12*s)
	at := imgui.CursorScreenPos()
	room := v.right - imgui.CursorPosX()
	h := imgui.FrameHeight()
	imgui.Dummy(imgui.Vec2{X: room, Y: h})
	v.note("gate/words")
	list := imgui.WindowDrawList()
	imgui.PushFont(v.layer.fonts.text, sizeSmall)
	words = shorten(words, room-12*s)
	size := imgui.CalcTextSize(words)
	list.AddCircleFilled(imgui.Vec2{X: at.X + 4*s, Y: at.Y + h/2}, 3.5*s, v.ink(col))
	list.AddTextVec2(imgui.Vec2{X: at.X + 12*s, Y: at.Y + (h-size.Y)/2}, v.ink(colDim), words)
	imgui.PopFont()
}
