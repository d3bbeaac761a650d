package wire

import (
	"fmt"
	"math"
)

// snap puts a slider's value on the nearest of min, min + step, min + 2 step, ... and
// the max, whatever is left to it.
func (c *ControlItem) snap(x float64) float64 {
	if c.Step <= 0 {
		return x
	}
	y := onStep(x, c.Min, c.Step)
	near := min(c.Step*1e-6, (c.Max-c.Min)*1e-9) // the last step may miss the max by what floats can't hold
	if y > c.Max-near || c.Max-x < math.Abs(x-y) {
		return c.Max
	}
	return max(y, c.Min)
}

// onStep is the number nearest to x that lies steps away from start; x itself where
// floats are too coarse for that.
func onStep(x, start, step float64) float64 {
	if step <= 0 {
		return x
	}
	y := start + math.Round((x-start)/step)*step
	whole := step == math.Trunc(step) && start == math.Trunc(start)
	if !finite(y) || !whole && math.Abs(y-x) <= step*1e-9 {
		return x // what is on a step stays as it is, to the last bit: it goes from hand to hand
	}
	return y
}

// CheckOnStep says what is wrong with a value, given for a control that Check has
// taken, which lies between two steps: who defines a control shall know where it starts.
func (c *ControlItem) CheckOnStep(value any) error {
	var given []float64
	switch c.Kind {
	case KindSlider:
		x, _ := Number(value)
		given = []float64{x}
	case KindVector:
		given, _ = numbers(value, false)
	}
	for _, x := range given {
		if c.Step <= 0 || math.Abs(c.steps(x)-x) <= c.Step*1e-6 {
			continue
		}
		below, above := c.around(x)
		return fmt.Errorf("%w: the %s %q starts at %.15g, between its steps of %g: wanted %.15g or %.15g", ErrControl, c.Kind, c.Name, x, c.Step, below, above)
	}
	return nil
}

// steps is snap of a slider's value, or of one of a vector's.
func (c *ControlItem) steps(x float64) float64 {
	if c.Kind == KindSlider {
		return c.snap(x)
	}
	return onStep(x, 0, c.Step)
}

// around is the two values nearest to one between steps.
func (c *ControlItem) around(x float64) (below, above float64) {
	start := 0.0
	if c.Kind == KindSlider {
		start = c.Min
	}
	n := math.Floor((x - start) / c.Step)
	below, above = start+n*c.Step, start+(n+1)*c.Step
	if c.Kind == KindSlider {
		above = min(above, c.Max)
	}
	return below, above
}
