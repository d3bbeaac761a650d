package model

import "math"

// The smallest place, in screen units, that is worth a window of its own.
const (
	leastTileW = 220
	leastTileH = 165
)

// Placed is an image window for Tile: the size that it would like to have,
// and where it stands if it does.
type Placed struct {
	Want  Size
	At    Rect
	Fixed bool // the user put it there, or its size
}

// Tile finds places for the windows that have none (At.W is 0) on the part of
// the screen in area, beside each other and not on the others. Windows that
// the user never moved may get a new place when there is no room otherwise.
// Insets are what the window manager adds: left, top, right, bottom.
func Tile(area Rect, windows []Placed, inset [4]float64, gap float64) []Rect {
	out := make([]Rect, len(windows))
	var fresh []int
	var taken []Rect
	for i, w := range windows {
		if w.At.W > 0 {
			out[i] = w.At
			taken = append(taken, framed(w.At, inset, gap))
			continue
		}
		fresh = append(fresh, i)
	}
	if len(fresh) == 0 {
		return out
	}
	if grid(largestFree(area, taken), windows, fresh, inset, gap, out) {
		return out
	}
	// No room: all that the user left alone share what the others leave.
	var loose []int
	taken = taken[:0]
	for i, w := range windows {
		if w.At.W > 0 && w.Fixed {
			taken = append(taken, framed(w.At, inset, gap))
			continue
		}
		loose = append(loose, i)
	}
	if grid(largestFree(area, taken), windows, loose, inset, gap, out) {
		return out
	}
	grid(area, windows, loose, inset, gap, out)
	return out
}

// framed is the place of a window with its frame and the gap around it.
func framed(r Rect, inset [4]float64, gap float64) Rect {
	return Rect{
		r.X - inset[0] - gap, r.Y - inset[1] - gap,
		r.W + inset[0] + inset[2] + 2*gap, r.H + inset[1] + inset[3] + 2*gap,
	}
}

// grid puts the windows into the columns and rows that show them largest, and
// says whether they are large enough to look at.
func grid(area Rect, windows []Placed, which []int, inset [4]float64, gap float64, out []Rect) bool {
	n := len(which)
	// The squarest arrangement is looked at first, and has to be beaten clearly:
	// images side by side are easier to compare.
	best, bestCols := 0.0, 1
	square := int(math.Ceil(math.Sqrt(float64(n))))
	for i := range n {
		cols := (square+i-1)%n + 1
		rows := (n + cols - 1) / cols
		cw, ch := cell(area, cols, rows, inset, gap)
		shown := 0.0
		for _, i := range which {
			s := fitScale(windows[i].Want, cw, ch)
			shown += s * s * float64(windows[i].Want.W) * float64(windows[i].Want.H)
		}
		if shown > 1.35*best {
			best, bestCols = shown, cols
		}
	}
	rows := (n + bestCols - 1) / bestCols
	cw, ch := cell(area, bestCols, rows, inset, gap)
	fits := true
	y := area.Y + gap
	for row := range rows {
		x, tallest := area.X+gap, 0.0
		for _, i := range which[row*bestCols : min(n, (row+1)*bestCols)] {
			s := fitScale(windows[i].Want, cw, ch)
			w, h := math.Floor(float64(windows[i].Want.W)*s), math.Floor(float64(windows[i].Want.H)*s)
			fits = fits && (s >= 1 || w >= leastTileW && h >= leastTileH)
			out[i] = Rect{x + inset[0], y + inset[1], max(1, w), max(1, h)}
			x += w + inset[0] + inset[2] + gap
			tallest = max(tallest, h)
		}
		y += tallest + inset[1] + inset[3] + gap
	}
	return fits
}

// cell is the room for one window's content.
func cell(area Rect, cols, rows int, inset [4]float64, gap float64) (w, h float64) {
	w = (area.W-gap)/float64(cols) - gap - inset[0] - inset[2]
	h = (area.H-gap)/float64(rows) - gap - inset[1] - inset[3]
	return max(1, w), max(1, h)
}

// fitScale shrinks to fit, and never magnifies.
func fitScale(want Size, w, h float64) float64 {
	return min(1, w/float64(want.W), h/float64(want.H))
}

// largestFree is the largest rectangle of the area that no taken one touches.
// Its edges lie on edges of the area or of taken ones: there are few.
func largestFree(area Rect, taken []Rect) Rect {
	xs, ys := []float64{area.X, area.X + area.W}, []float64{area.Y, area.Y + area.H}
	for _, t := range taken {
		xs = append(xs, max(area.X, t.X), min(area.X+area.W, t.X+t.W))
		ys = append(ys, max(area.Y, t.Y), min(area.Y+area.H, t.Y+t.H))
	}
	best := Rect{area.X, area.Y, 0, 0}
	for _, x0 := range xs {
		for _, x1 := range xs {
			for _, y0 := range ys {
				for _, y1 := range ys {
					r := Rect{x0, y0, x1 - x0, y1 - y0}
					if x1 > x0 && y1 > y0 && r.W*r.H > best.W*best.H && !touches(r, taken) {
						best = r
					}
				}
			}
		}
	}
	return best
}

func touches(r Rect, taken []Rect) bool {
	for _, t := range taken {
		if r.X < t.X+t.W && t.X < r.X+r.W && r.Y < t.Y+t.H && t.Y < r.Y+r.H {
			return true
		}
	}
	return false
}
