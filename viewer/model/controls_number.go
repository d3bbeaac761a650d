package model

import (
	"math"
	"strconv"
	"strings"
)

// maxStops is how many values a slider has that is moved by its steps.
const maxStops = 1e6

// Stops is how many steps a slider has from its min to its max, 0 when it moves
// freely. The last one may be shorter: it leads to the max.
func (c *Control) Stops() int64 {
	if c.Step <= 0 || c.Log {
		return 0
	}
	if n := math.Ceil((c.Max-c.Min)/c.Step - 1e-9); n >= 1 && n <= maxStops {
		return int64(n)
	}
	return 0
}

// Place is where a value of a slider stands, 0 to 1.
func (c *Control) Place(value float64) float64 {
	place := (value - c.Min) / (c.Max - c.Min)
	if c.Log && c.Min > 0 && value > 0 {
		place = math.Log(value/c.Min) / math.Log(c.Max/c.Min)
	}
	return min(max(place, 0), 1)
}

// At is the value of a slider that stands at a place.
func (c *Control) At(place float64) float64 {
	place = min(max(place, 0), 1)
	switch {
	case place == 1:
		return c.Snap(c.Max)
	case c.Log && c.Min > 0:
		return c.Snap(c.Min * math.Pow(c.Max/c.Min, place))
	}
	return c.Snap(c.Min + place*(c.Max-c.Min))
}

// Snap is the nearest value that a slider or one part of a vector may have.
func (c *Control) Snap(value float64) float64 {
	if c.Step > 0 {
		from := c.Min // a vector's is 0
		near := trim(from + math.Round((value-from)/c.Step)*c.Step)
		if c.Kind == KindSlider && (near > c.Max || c.Max-value < math.Abs(near-value)) {
			near = c.Max // a value of its own where no step meets it
		}
		value = near
	}
	if c.Kind == KindSlider {
		value = min(max(value, c.Min), c.Max)
	}
	return value
}

// trim takes away what adding steps has left: 0.30000000000000004 is 0.3.
func trim(value float64) float64 {
	text := strconv.FormatFloat(value, 'g', 15, 64)
	value, _ = strconv.ParseFloat(text, 64)
	return value
}

// Decimals is how many digits behind the point tell a control's values apart;
// -1 for numbers that take an exponent, or factors.
func (c *Control) Decimals() int {
	if c.Step > 0 {
		return max(decimals(c.Step), decimals(c.Min))
	}
	if c.Kind != KindSlider || c.Log {
		return -1
	}
	d := 3 - int(math.Floor(math.Log10(c.Max-c.Min)))
	if d > 9 || d < -5 {
		return -1
	}
	return max(d, 0)
}

// decimals is how many digits behind the point a number has as it is written, of
// its first three.
func decimals(x float64) int {
	if x == 0 {
		return 0
	}
	_, after, _ := strings.Cut(strconv.FormatFloat(x, 'f', -1, 64), ".")
	enough := 2 - int(math.Floor(math.Log10(math.Abs(x))))
	return min(len(after), max(enough, 0), 9)
}

// Write is a number as the control shows it.
func (c *Control) Write(value float64) string {
	if d := c.Decimals(); d >= 0 {
		return strconv.FormatFloat(value, 'f', d, 64)
	}
	return Short(value)
}

// Short is a number in four digits, with more where it is whole.
func Short(value float64) string {
	if value == math.Trunc(value) && math.Abs(value) < 1e7 {
		return strconv.FormatFloat(value, 'f', 0, 64)
	}
	return strconv.FormatFloat(value, 'g', 4, 64)
}

// Typed is the value that a slider takes for what was typed; false for what is no
// number.
func (c *Control) Typed(text string) (float64, bool) {
	text = strings.ReplaceAll(strings.TrimSpace(text), ",", ".")
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, false
	}
	return c.Snap(value), true
}

// Hex is a colour as it is written: #ff8000, with the alpha behind.
func Hex(color []float64) string {
	text := make([]byte, 1, 9)
	text[0] = '#'
	for _, x := range color {
		v := byte(math.Round(min(max(x, 0), 1) * 255))
		text = append(text, "0123456789abcdef"[v>>4], "0123456789abcdef"[v&15])
	}
	return string(text)
}

// FromHex reads a colour of as many channels: also f80, and without #; false for
// what is none. An alpha that is not written is the one before.
func FromHex(text string, was []float64) ([]float64, bool) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "#")
	if len(text) == 3 || len(text) == 4 {
		long := make([]byte, 0, 8)
		for i := range len(text) {
			long = append(long, text[i], text[i])
		}
		text = string(long)
	}
	if len(text) != 6 && len(text) != 8 {
		return nil, false
	}
	out := make([]float64, 0, 4)
	for i := 0; i < len(text); i += 2 {
		v, err := strconv.ParseUint(text[i:i+2], 16, 8)
		if err != nil {
			return nil, false
		}
		out = append(out, float64(v)/255)
	}
	if n := len(was); len(out) < n {
		out = append(out, was[len(out):]...)
	}
	return out[:len(was)], true
}
