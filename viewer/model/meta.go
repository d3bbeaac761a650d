package model

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// The bounds of what is shown of a map of values.
const (
	mostFields = 64
	mostValue  = 60 // runes
	mostItems  = 6  // of an array
)

// leading are names of what one looks at first, the first of them last.
var leading = []string{"epoch", "iteration", "step"}

// Field is a value for people, under its name.
type Field struct{ Key, Value string }

// fields lists what a map holds, by name, counters first; a map inside it one level deep.
func fields(values map[string]any) []Field {
	if len(values) == 0 {
		return nil
	}
	out := make([]Field, 0, len(values))
	for k, v := range values {
		inner, nested := v.(map[string]any)
		if !nested || len(inner) == 0 {
			out = append(out, Field{oneLine(k), valueText(v)})
			continue
		}
		for ik, iv := range inner {
			out = append(out, Field{oneLine(k + "." + ik), valueText(iv)})
		}
	}
	slices.SortFunc(out, func(a, b Field) int {
		return cmp.Or(-cmp.Compare(slices.Index(leading, a.Key), slices.Index(leading, b.Key)), strings.Compare(a.Key, b.Key))
	})
	return out[:min(len(out), mostFields)]
}

// valueText is a value in one line: numbers with as many digits as one reads.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case float64:
		return numberText(v)
	case float32:
		return numberText(float64(v))
	case map[string]any:
		return countText(len(v), "value")
	case []any:
		return arrayText(v)
	}
	return oneLine(fmt.Sprint(v))
}

// numberText has four digits that tell something, and whole numbers whole.
func numberText(v float64) string {
	a := math.Abs(v)
	switch {
	case v == math.Trunc(v) && a < 1e15:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case a >= 1000 && a < 1e6:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

func arrayText(all []any) string {
	if len(all) > 2*mostItems {
		return countText(len(all), "value")
	}
	var b strings.Builder
	for i, v := range all {
		if i == mostItems {
			b.WriteString(" \u2026")
			break
		}
		if i > 0 {
			b.WriteString("  ")
		}
		if _, deep := v.([]any); deep {
			return countText(len(all), "row")
		}
		b.WriteString(valueText(v))
	}
	return oneLine(b.String())
}

func countText(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// oneLine cuts a text in its middle, and makes breaks and tabs blanks.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, text[:min(len(text), 16*mostValue)])
	runes := []rune(text)
	if len(runes) <= mostValue {
		return text
	}
	return string(runes[:mostValue/2]) + "\u2026" + string(runes[len(runes)-mostValue/2+1:])
}
