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
	return noZero(ErrControl, "control's name", name)
}

// noZero refuses what a C string can't hold.
func noZero(is error, what, text string) error {
	if strings.IndexByte(text, 0) >= 0 {
		return fmt.Errorf("%w: the %s %.60q has a zero byte in it", is, what, text)
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
	err := noZero(ErrControl, "help", c.Help)
	switch {
	case err != nil:
	case c.Kind == KindSlider:
		err = c.checkRange()
	case !finite(c.Min, c.Max):
		err = fmt.Errorf("%w: the %s %q goes from %g to %g, wanted finite numbers", ErrControl, c.Kind, c.Name, c.Min, c.Max)
	case !finite(c.Step) || c.Step < 0:
		err = fmt.Errorf("%w: the %s %q has a step of %g, wanted a finite one of at least 0", ErrControl, c.Kind, c.Name, c.Step)
	case c.Kind == KindDropdown:
		err = c.checkChoices()
	case c.Kind == KindColor && c.Channels != 3 && c.Channels != 4:
		err = fmt.Errorf("%w: the color %q has %d channels, wanted 3 or 4", ErrControl, c.Name, c.Channels)
	}
	if err != nil {
		return err
	}
	if c.Value, err = c.Clean(c.Value); err == nil && c.Kind == KindPlot {
		err = c.checkTimes(c.Times)
	}
	return err
}

// checkRange says what is wrong with a slider's ends and its step.
func (c *ControlItem) checkRange() error {
	var wanted string
	switch {
	case !finite(c.Min, c.Max):
		wanted = "finite numbers"
	case c.Min >= c.Max:
		wanted = "a min below the max"
	case !finite(c.Max - c.Min):
		wanted = "a finite max - min"
	case !finite(c.Step) || c.Step < 0 || c.Step > c.Max-c.Min:
		return fmt.Errorf("%w: the slider %q has a step of %g, wanted one from 0 to max - min, which is %g", ErrControl, c.Name, c.Step, c.Max-c.Min)
	case c.Log && c.Min <= 0:
		return fmt.Errorf("%w: the slider %q is logarithmic and starts at %g, wanted a min above 0", ErrControl, c.Name, c.Min)
	default:
		return nil
	}
	return fmt.Errorf("%w: the slider %q goes from %g to %g, wanted %s", ErrControl, c.Name, c.Min, c.Max, wanted)
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
		if err := noZero(ErrControl, "choice", choice); err != nil {
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
// label, []float64 of a color, a vector and a plot, whose gaps are NaN. A
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
	case KindText:
		if x, ok := plainText(value); ok && !strings.ContainsAny(x, "\r\n") {
			return x, nil
		}
		return nil, wrong(fmt.Sprintf("one line of UTF-8, at most %d bytes and none of them zero", TextLimit))
	case KindLabel:
		if x, ok := plainText(value); ok {
			return x, nil
		}
		return nil, wrong(fmt.Sprintf("UTF-8 text of at most %d bytes, none of them zero", TextLimit))
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

// plainText reads what a text and a label may hold: C strings end at a zero byte.
func plainText(value any) (string, bool) {
	x, ok := value.(string)
	return x, ok && len(x) <= TextLimit && utf8.ValidString(x) && strings.IndexByte(x, 0) < 0
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
