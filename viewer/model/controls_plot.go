package model

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Curve is a plot's values as they are drawn: over the seconds before the newest.
type Curve struct {
	X, Y      []float64 // Y is NaN in gaps
	Low, High float64   // bounds of what is drawn
	From      float64   // where X begins, below 0
	XTicks    []float64
	XLabels   []string
	YTicks    []float64
	YLabels   []string
	Newest    string // the newest value
}

// NewCurve prepares a plot for drawing.
func NewCurve(times, values []float64) *Curve {
	n := min(len(times), len(values))
	c := &Curve{X: make([]float64, n), Y: values[:n], From: -1, Newest: "\u2013"}
	low, high := math.Inf(1), math.Inf(-1)
	for i, y := range c.Y {
		c.X[i] = times[i] - times[n-1]
		if !math.IsNaN(y) && !math.IsInf(y, 0) {
			low, high = min(low, y), max(high, y)
		}
	}
	if n > 0 {
		c.From = min(c.X[0], -1e-2)
		if y := c.Y[n-1]; y == math.Trunc(y) && math.Abs(y) < 1e7 {
			c.Newest = Short(y)
		} else if !math.IsNaN(y) {
			c.Newest = fmt.Sprintf("%#.5g", y) // as wide whatever it is
		}
	}
	switch {
	case low > high:
		low, high = 0, 1
	case low == high:
		more := max(math.Abs(low)*0.1, 1e-9)
		low, high = low-more, high+more
	}
	c.YTicks, c.YLabels = valueTicks(low, high)
	c.Low, c.High = low-0.1*(high-low), high+0.2*(high-low)
	c.XTicks, c.XLabels = timeTicks(-c.From)
	return c
}

// Nearest is the index of the value nearest to a time, -1 without values.
func (c *Curve) Nearest(x float64) int {
	i, _ := slices.BinarySearch(c.X, x)
	if i == len(c.X) || i > 0 && x-c.X[i-1] < c.X[i]-x {
		i--
	}
	return i
}

// valueTicks are two to four round numbers between two others.
func valueTicks(low, high float64) (ticks []float64, labels []string) {
	step := math.Pow(10, math.Floor(math.Log10(high-low)))
	for _, f := range []float64{2, 1, 0.5, 0.2} {
		first := math.Ceil(low/(step*f)-1e-9) * step * f
		if first+step*f <= high*(1+1e-12) || first+step*f <= high {
			step *= f
			break
		}
	}
	for i := math.Ceil(low/step - 1e-9); i*step <= high+1e-9*step; i++ {
		ticks = append(ticks, i*step)
	}
	for len(ticks) > 4 {
		ticks = every(ticks, 2)
	}
	digits := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	for _, y := range ticks {
		text := strconv.FormatFloat(y+0, 'f', digits, 64)
		if digits > 5 || math.Abs(y) >= 1e6 {
			text = strconv.FormatFloat(y, 'g', 4, 64)
		}
		labels = append(labels, text)
	}
	return ticks, labels
}

func every(all []float64, n int) []float64 {
	var out []float64
	for i := 0; i < len(all); i += n {
		out = append(out, all[i])
	}
	return out
}

var timeSteps = []float64{
	0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30,
	60, 120, 300, 600, 1200, 1800, 3600, 7200, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600,
}

// timeTicks are round times before now, in seconds, and what they are called.
func timeTicks(span float64) (ticks []float64, labels []string) {
	step := timeSteps[len(timeSteps)-1]
	for _, s := range timeSteps {
		if span/s <= 5 {
			step = s
			break
		}
	}
	for step*5 < span {
		step *= 2
	}
	for i := 1; float64(i)*step <= span*0.95; i++ {
		ticks = append(ticks, -float64(i)*step)
		labels = append(labels, "-"+Ago(float64(i)*step))
	}
	return ticks, labels
}

// Ago is a time in seconds as it is called: 0.2 s, 90 s, 2 min, 1.5 h.
func Ago(seconds float64) string {
	switch {
	case seconds < 0.9995:
		return fmt.Sprintf("%.3g s", seconds)
	case seconds < 60 || seconds < 600 && math.Mod(seconds, 60) > 0.5:
		return fmt.Sprintf("%.0f s", seconds)
	case seconds < 3600:
		return fmt.Sprintf("%.3g min", seconds/60)
	}
	return fmt.Sprintf("%.3g h", seconds/3600)
}
