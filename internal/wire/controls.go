package wire

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of controls.
const (
	ControlLimit = 256     // controls a session
	ChoiceLimit  = 256     // choices a dropdown, each at most a name long
	TextLimit    = 4 << 10 // bytes of a text or a label
	HelpLimit    = 1 << 10 // bytes of a help text
	PlotLimit    = 2048    // values that a plot keeps
	GateLimit    = 1 << 31 // rounds that a gate may be asked for
	AnswerLimit  = 64 << 10
	keyLimit     = 32 // bytes of a key's, a button's, a modifier's name; modifiers
)

// ErrControl is a control that can't be defined so, or a value that it can't have.
var ErrControl = errors.New("control")

// Kinds lists the kinds of control.
var Kinds = []string{
	KindSlider, KindCheckbox, KindDropdown, KindButton, KindText, KindColor, KindVector, KindPlot, KindLabel, KindGate,
}

// CheckControlName says what is wrong with a control's name.
func CheckControlName(name string) error {
	if err := CheckName("control's name", name, DefaultLimits.Name); err != nil {
		return err
	}
	if name == "" || name[0] == '/' || name[len(name)-1] == '/' || strings.Contains(name, "//") {
		return fmt.Errorf("%w: the control's name %q has an empty part, wanted a name, or \"folder/name\"", ErrControl, name)
	}
	return nil
}

// Check says what is wrong with a definition, and makes its Value one of its
// kind. A kind that is not known is an error: a viewer passes over such a control.
func (c *ControlItem) Check() error {
	if err := CheckControlName(c.Name); err != nil {
		return err
	}
	if !slices.Contains(Kinds, c.Kind) {
		return fmt.Errorf("%w: a control of kind %q, known are %s", ErrControl, c.Kind, strings.Join(Kinds, ", "))
	}
	if !utf8.ValidString(c.Help) {
		return fmt.Errorf("%w: the help of control %q is not UTF-8", ErrControl, c.Name)
	}
	if len(c.Help) > HelpLimit {
		return fmt.Errorf("%w: the help of control %q has %d bytes, the limit is %d", ErrLimit, c.Name, len(c.Help), HelpLimit)
	}
	if !finite(c.Min, c.Max, c.Step) || c.Step < 0 {
		return fmt.Errorf("%w: the control %q goes from %g to %g by %g, wanted finite numbers and a step of at least 0", ErrControl, c.Name, c.Min, c.Max, c.Step)
	}
	switch c.Kind {
	case KindSlider:
		if c.Min >= c.Max || !finite(c.Max-c.Min) {
			return fmt.Errorf("%w: the slider %q goes from %g to %g, wanted a min below the max", ErrControl, c.Name, c.Min, c.Max)
		}
		if c.Log && c.Min <= 0 {
			return fmt.Errorf("%w: the slider %q is logarithmic and starts at %g, wanted a min above 0", ErrControl, c.Name, c.Min)
		}
	case KindDropdown:
		if err := c.checkChoices(); err != nil {
			return err
		}
	case KindColor:
		if c.Channels != 3 && c.Channels != 4 {
			return fmt.Errorf("%w: the colour %q has %d channels, wanted 3 or 4", ErrControl, c.Name, c.Channels)
		}
	}
	var err error
	if c.Value, err = c.Clean(c.Value); err == nil && c.Kind == KindPlot {
		err = c.checkTimes(c.Times)
	}
	return err
}

// checkTimes holds a plot's times against its values.
func (c *ControlItem) checkTimes(times []float64) error {
	if values, _ := c.Value.([]float64); len(times) != len(values) || !finite(times...) {
		return fmt.Errorf("%w: the plot %q has %d values and %d times, wanted as many, and finite ones", ErrControl, c.Name, len(values), len(times))
	}
	return nil
}

// Extend makes values that come for a plot, and their times, those that Clean
// makes; the plot stays as it is.
func (c *ControlItem) Extend(value any, times []float64) ([]float64, error) {
	more := ControlItem{Name: c.Name, Kind: KindPlot, Value: value, Times: times}
	if err := more.Check(); err != nil {
		return nil, err
	}
	return more.Value.([]float64), nil
}

func (c *ControlItem) checkChoices() error {
	if n := len(c.Choices); n < 1 || n > ChoiceLimit {
		return fmt.Errorf("%w: the dropdown %q has %d choices, wanted 1 to %d", ErrLimit, c.Name, n, ChoiceLimit)
	}
	for i, choice := range c.Choices {
		if err := CheckName("choice", choice, DefaultLimits.Name); err != nil {
			return err
		}
		if slices.Contains(c.Choices[:i], choice) {
			return fmt.Errorf("%w: the dropdown %q has the choice %q twice", ErrControl, c.Name, choice)
		}
	}
	return nil
}

// Clean makes a value one of the control's kind: float64 of a slider, bool of a
// checkbox, int of a dropdown and a gate, nil of a button, string of a text and a
// label, []float64 of a colour, a vector and a plot, whose gaps are NaN. A
// slider's and a vector's are put on their steps.
func (c *ControlItem) Clean(value any) (any, error) {
	wrong := func(wanted string) error {
		return fmt.Errorf("%w: the %s %q can't be %s, wanted %s", ErrControl, c.Kind, c.Name, brief(value), wanted)
	}
	switch c.Kind {
	case KindSlider:
		if x, ok := Number(value); ok && x >= c.Min && x <= c.Max {
			return c.snap(x), nil
		}
		return nil, wrong(fmt.Sprintf("a number from %g to %g", c.Min, c.Max))
	case KindCheckbox:
		if x, ok := value.(bool); ok {
			return x, nil
		}
		return nil, wrong("true or false")
	case KindDropdown:
		if x, ok := Number(value); ok && x == math.Trunc(x) && x >= 0 && x < float64(len(c.Choices)) {
			return int(x), nil
		}
		return nil, wrong(fmt.Sprintf("an index from 0 to %d", len(c.Choices)-1))
	case KindGate:
		if x, ok := Number(value); ok && x == math.Trunc(x) && x >= -1 && x < GateLimit {
			return int(x), nil
		}
		return nil, wrong("-1, 0 or a number of rounds")
	case KindButton:
		return nil, nil
	case KindText, KindLabel:
		if x, ok := value.(string); ok && len(x) <= TextLimit && utf8.ValidString(x) {
			return x, nil
		}
		return nil, wrong(fmt.Sprintf("UTF-8 text of at most %d bytes", TextLimit))
	case KindColor:
		if x, ok := numbers(value, false); ok && len(x) == c.Channels && slices.Min(x) >= 0 && slices.Max(x) <= 1 {
			return x, nil
		}
		return nil, wrong(fmt.Sprintf("%d numbers from 0 to 1", c.Channels))
	case KindVector:
		if x, ok := numbers(value, false); ok && len(x) == 3 {
			for i := range x {
				x[i] = onStep(x[i], 0, c.Step)
			}
			return x, nil
		}
		return nil, wrong("3 finite numbers")
	case KindPlot:
		if x, ok := numbers(value, true); ok && len(x) <= PlotLimit {
			return x, nil
		}
		return nil, wrong(fmt.Sprintf("at most %d numbers", PlotLimit))
	}
	return nil, wrong("nothing: its kind is not known")
}

// Whole says whether a slider's or vector's values are integers.
func (c *ControlItem) Whole() bool {
	return c.Step >= 1 && c.Step == math.Trunc(c.Step) && c.Min == math.Trunc(c.Min)
}

// snap puts a slider's value on the nearest step. The last step may miss the max by
// what floats can't hold.
func (c *ControlItem) snap(x float64) float64 {
	x = onStep(x, c.Min, c.Step)
	near := min(c.Step*1e-6, (c.Max-c.Min)*1e-9)
	switch over := x - c.Max; {
	case over > near:
		return max(x-c.Step, c.Min)
	case over > -near:
		return c.Max
	}
	return max(x, c.Min)
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

// brief is a value for an error: an array or a map of a stranger's may be large.
func brief(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return fmt.Sprintf("%.60q", v)
	case []any:
		return fmt.Sprintf("an array of %d", len(v))
	case []float64:
		if len(v) > 4 {
			return fmt.Sprintf("an array of %d", len(v))
		}
	case map[string]any:
		return "an object"
	}
	return fmt.Sprint(value)
}

// Plain is a plot's values as a head holds them: gaps are null.
func Plain(values []float64) []any {
	out := make([]any, len(values))
	for i, x := range values {
		if finite(x) {
			out[i] = x
		}
	}
	return out
}

// Number reads any of the numbers that a head's decoder makes.
func Number(value any) (float64, bool) {
	var x float64
	switch v := value.(type) {
	case float64:
		x = v
	case float32:
		x = float64(v)
	case int64:
		x = float64(v)
	case uint64:
		x = float64(v)
	case int:
		x = float64(v)
	default:
		return 0, false
	}
	return x, finite(x)
}

// numbers reads an array; gaps says that null is NaN.
func numbers(value any, gaps bool) ([]float64, bool) {
	switch v := value.(type) {
	case []float64:
		return slices.Clone(v), gaps || finite(v...)
	case []any:
		out := make([]float64, len(v))
		for i, x := range v {
			n, ok := Number(x)
			if x == nil && gaps {
				n, ok = math.NaN(), true
			}
			if !ok {
				return nil, false
			}
			out[i] = n
		}
		return out, true
	case nil:
		return nil, gaps
	}
	return nil, false
}

func finite(values ...float64) bool {
	for _, x := range values {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

// Check says what is wrong with an event, before any program sees it.
func (e *Event) Check(lim Limits) error {
	if err := CheckName("image name", e.Name, lim.Name); err != nil {
		return err
	}
	if err := CheckName("stream", e.Stream, lim.Name); err != nil {
		return err
	}
	if len(e.Modifiers) > keyLimit {
		return fmt.Errorf("%w: an event with %d modifiers, the limit is %d", ErrLimit, len(e.Modifiers), keyLimit)
	}
	for _, word := range append([]string{e.Key, e.Button, e.Phase}, e.Modifiers...) {
		if len(word) > keyLimit || !utf8.ValidString(word) {
			return fmt.Errorf("%w: an event's key, button, phase or modifier of %d bytes, wanted UTF-8 of at most %d", ErrLimit, len(word), keyLimit)
		}
	}
	for _, v := range [][]float64{e.Origin, e.Direction, e.Point} {
		if len(v) != 0 && len(v) != 3 || !finite(v...) {
			return fmt.Errorf("%w: an event's origin, direction or point is %v, wanted 3 finite numbers", ErrProtocol, v)
		}
	}
	if !finite(e.X, e.Y) || e.Depth != nil && !finite(*e.Depth) {
		return fmt.Errorf("%w: an event's place is not finite", ErrProtocol)
	}
	return nil
}

// Continues says whether an event is the next place of the drag whose last one is
// old, which it makes void.
func (e *Event) Continues(old *Event) bool {
	return e.Event == EventDrag && old.Event == EventDrag && e.Phase == PhaseMove && old.Phase == PhaseMove &&
		e.Name == old.Name && e.Stream == old.Stream && e.Button == old.Button
}
