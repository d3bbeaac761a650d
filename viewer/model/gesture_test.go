package model

import "testing"

func TestClicksAndDrags(t *testing.T) {
	var g Gesture
	if _, _, drag, _ := g.Move(3, 3); drag || g.Release("left") {
		t.Error("something without a press")
	}
	g.Press("left", 100, 50, 4)
	if dx, dy, drag, _ := g.Move(102, 53); drag || dx != 0 || dy != 0 {
		t.Error("a trembling hand dragged")
	}
	if !g.Release("left") {
		t.Error("it was a click")
	}
	if g.Release("left") {
		t.Error("one press, two clicks")
	}
	g.Press("left", 100, 50, 4)
	g.Move(103, 50)
	dx, dy, drag, first := g.Move(110, 45)
	if dx != 10 || dy != -5 || !drag || !first {
		t.Errorf("the drag begins with %g, %g, %v, %v, wanted all of the way", dx, dy, drag, first)
	}
	if dx, dy, drag, first = g.Move(100, 50); dx != -10 || dy != 5 || !drag || first {
		t.Errorf("it goes on with %g, %g, %v, %v", dx, dy, drag, first)
	}
	if g.Release("left") {
		t.Error("back at its beginning, a drag became a click")
	}
	g.Press("left", 0, 0, 4)
	g.Press("right", 0, 0, 4)
	if g.Release("left") {
		t.Error("the first of two buttons clicked")
	}
}
