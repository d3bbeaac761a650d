package model

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"remoteviewer/internal/wire"
)

func of(low, high, step float64, log bool) *Control {
	return &Control{ControlItem: &wire.ControlItem{Kind: KindSlider, Min: low, Max: high, Step: step, Log: log}}
}

func TestSliderPlaces(t *testing.T) {
	for _, c := range []struct {
		control *Control
		place   float64
		value   float64
	}{
		{of(0, 8, 0, false), 0.25, 2},
		{of(-1, 1, 0, false), 0, -1},
		{of(-1, 1, 0, false), 1, 1},
		{of(1e-6, 1, 0, true), 0.5, 1e-3},
		{of(1, 64, 1, false), 0.5, 33}, // 32.5, half up
		{of(0, 1, 0.3, false), 1, 1},   // whatever the step
		{of(0, 1, 0.3, false), 0.94, 0.9},
		{of(0, 1, 0.3, false), 0.96, 1},
		{of(0, 10, 0.1, false), 0.03, 0.3},
	} {
		if got := c.control.At(c.place); math.Abs(got-c.value) > 1e-12*math.Abs(c.value) {
			t.Errorf("%+v at %g: %g, wanted %g", *c.control.ControlItem, c.place, got, c.value)
		}
		back := c.control.Place(c.value)
		if c.control.Step == 0 && math.Abs(back-c.place) > 1e-12 {
			t.Errorf("%g of %+v stands at %g, wanted %g", c.value, *c.control.ControlItem, back, c.place)
		}
	}
}

// What a slider makes is what the protocol takes, unchanged.
func TestSliderValuesAreTaken(t *testing.T) {
	for _, c := range []*Control{of(0, 1, 0.1, false), of(-3, 7, 0.3, false), of(1e-6, 0.1, 0, true), of(5, 6, 1, false), of(0, 10, 3, false), of(0.5, 100, 0.25, true)} {
		for i := range 101 {
			value := c.At(float64(i) / 100)
			clean, err := c.Clean(value)
			if err != nil || math.Abs(clean.(float64)-value) > 1e-12 {
				t.Errorf("%+v at %d %%: %v becomes %v, %v", *c.ControlItem, i, value, clean, err)
			}
		}
	}
}

func TestStops(t *testing.T) {
	for _, c := range []struct {
		control *Control
		stops   int64
	}{
		{of(1, 64, 1, false), 63},
		{of(0, 1, 0.1, false), 10},
		{of(0, 1, 0.3, false), 4},
		{of(0, 0.3, 0.1, false), 3},
		{of(0, 1, 0, false), 0},
		{of(1, 100, 1, true), 0},
		{of(0, 1, 1, false), 1},
		{of(0, 1e12, 1, false), 0},
	} {
		if n := c.control.Stops(); n != c.stops {
			t.Errorf("%+v has %d stops, wanted %d", *c.control.ControlItem, n, c.stops)
		}
	}
}

func TestNumbersAsWritten(t *testing.T) {
	for _, c := range []struct {
		control *Control
		value   float64
		text    string
	}{
		{of(0, 8, 0, false), 1, "1.000"},
		{of(0, 100, 0, false), 12.345, "12.3"},
		{of(0, 1e6, 0, false), 12345.6, "12346"},
		{of(0, 0.01, 0, false), 0.00123456, "0.00123"},
		{of(0, 1e-12, 0, false), 2.5e-13, "2.5e-13"},
		{of(1, 64, 1, false), 16, "16"},
		{of(0, 1, 0.05, false), 0.25, "0.25"},
		{of(0.125, 1, 0.25, false), 0.375, "0.375"},
		{of(0, 1, 1.0/3, false), 1.0 / 3, "0.333"},
		{of(1e-6, 0.1, 0, true), 0.001, "0.001"},
		{of(1e-6, 0.1, 0, true), 0.0123456, "0.01235"},
	} {
		want(t, fmt.Sprint(c.value), c.control.Write(c.value), c.text)
	}
}

func TestTypedNumbers(t *testing.T) {
	c := of(0, 8, 0.5, false)
	for text, value := range map[string]float64{"2": 2, "2,5\n": 2.5, "1e0": 1, "99": 8, "-3": 0, "1.7": 1.5} {
		if got, ok := c.Typed(text); !ok || got != value {
			t.Errorf("%q: %g, %v, wanted %g", text, got, ok, value)
		}
	}
	for _, text := range []string{"", "x", "nan", "inf", "1 2", "1e999"} {
		if got, ok := c.Typed(text); ok {
			t.Errorf("%q was taken as %g", text, got)
		}
	}
}

func TestHex(t *testing.T) {
	want(t, "RGB", Hex([]float64{1, 0.5, 0}), "#ff8000")
	want(t, "RGBA", Hex([]float64{1, 0.5, 0, 0.6}), "#ff800099")
	for _, c := range []struct {
		text string
		was  []float64
		want []float64
	}{
		{"#ff0033", []float64{0, 0, 0}, []float64{1, 0, 0.2}},
		{"f03", []float64{0, 0, 0}, []float64{1, 0, 0.2}},
		{"#ff003399", []float64{0, 0, 0}, []float64{1, 0, 0.2}},
		{"#ff003399", []float64{0, 0, 0, 0}, []float64{1, 0, 0.2, 0.6}},
		{"#FF0033", []float64{0, 0, 0, 0.5}, []float64{1, 0, 0.2, 0.5}},
	} {
		if got, ok := FromHex(c.text, c.was); !ok || !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, %v, wanted %v", c.text, got, ok, c.want)
		}
	}
	for _, text := range []string{"", "#", "#ff", "#ff00zz", "#ff00330", "red"} {
		if got, ok := FromHex(text, []float64{0, 0, 0}); ok {
			t.Errorf("%q was taken as %v", text, got)
		}
	}
}

func TestCurve(t *testing.T) {
	nan := math.NaN()
	c := NewCurve([]float64{100, 110, 120, 130}, []float64{1, nan, 3, 2})
	if c.From != -30 || !slices.Equal(c.X, []float64{-30, -20, -10, 0}) || c.Newest != "2" {
		t.Errorf("from %g, %v, newest %q", c.From, c.X, c.Newest)
	}
	if !(c.Low < 1 && c.High > 3 && c.High < 4) {
		t.Errorf("shown from %g to %g", c.Low, c.High)
	}
	want(t, "times", strings.Join(c.XLabels, " "), "-10 s -20 s")
	want(t, "values", strings.Join(c.YLabels, " "), "1 2 3")
	want(t, "as wide as others", NewCurve([]float64{1}, []float64{-0.936}).Newest, "-0.93600")
	want(t, "a gap", NewCurve([]float64{1}, []float64{nan}).Newest, "\u2013")
	for at, i := range map[float64]int{-99: 0, -30: 0, -24: 1, -16: 1, -14: 2, -1: 3, 9: 3} {
		if got := c.Nearest(at); got != i {
			t.Errorf("nearest to %g is number %d, wanted %d", at, got, i)
		}
	}
	for _, all := range [][]float64{nil, {nan}, {nan, nan}, {0}, {5, 5, 5}, {-1e-300, 1e-300}, {1e300, -1e300}, {1e15, 1e15 + 1}} {
		times := make([]float64, len(all))
		for i := range times {
			times[i] = float64(i)
		}
		c := NewCurve(times, all)
		if !(c.Low < c.High) || !(c.From < 0) || len(c.YTicks) > 5 || len(c.YTicks) != len(c.YLabels) || math.IsInf(c.High-c.Low, 0) {
			t.Errorf("%v: from %g, %g to %g, ticks %v %v", all, c.From, c.Low, c.High, c.YTicks, c.YLabels)
		}
	}
}

func TestTimesBeforeNow(t *testing.T) {
	for span, labels := range map[float64]string{
		0.05:   "-0.01 s -0.02 s -0.03 s -0.04 s",
		9:      "-2 s -4 s -6 s -8 s",
		100:    "-20 s -40 s -1 min -80 s",
		300:    "-1 min -2 min -3 min -4 min",
		9000:   "-30 min -1 h -1.5 h -2 h",
		400000: "-24 h -48 h -72 h -96 h",
	} {
		_, got := timeTicks(span)
		want(t, fmt.Sprint(span, " s"), strings.Join(got, " "), labels)
	}
	for span := 1e-2; span < 1e9; span *= 1.3 {
		if ticks, _ := timeTicks(span); len(ticks) < 1 || len(ticks) > 5 {
			t.Errorf("%g s has %d ticks", span, len(ticks))
		}
	}
}
