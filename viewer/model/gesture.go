package model

import "math"

// ClickSlack is how far the mouse may move between press and release of a click, in
// window units.
const ClickSlack = 4

// Gesture tells clicks from drags. The zero value is ready.
type Gesture struct {
	button string
	x, y   float64 // where the next movement counts from
	slack  float64
	far    bool
}

// Press begins one at a place in framebuffer pixels; slack is ClickSlack in these. A
// button that was held is forgotten.
func (g *Gesture) Press(button string, x, y, slack float64) { *g = Gesture{button, x, y, slack, false} }

// Move goes on. Once the mouse has left the place of the press it is a drag, which
// begins there: nothing of the way is lost. first says that it has just become one.
func (g *Gesture) Move(x, y float64) (dx, dy float64, drag, first bool) {
	if g.button == "" {
		return 0, 0, false, false
	}
	dx, dy = x-g.x, y-g.y
	if !g.far {
		if math.Hypot(dx, dy) <= g.slack {
			return 0, 0, false, false
		}
		g.far, first = true, true
	}
	g.x, g.y = x, y
	return dx, dy, true, first
}

// Release ends it and says whether it was a click.
func (g *Gesture) Release(button string) (click bool) {
	click = g.button == button && !g.far
	g.button = ""
	return click
}
