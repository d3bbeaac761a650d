package model

import (
	"fmt"
	"strings"
	"testing"
)

func TestFields(t *testing.T) {
	got := fields(map[string]any{
		"step": int64(30000), "loss": 0.012345678, "psnr": 27.0, "lr": 1.6e-7, "big": 123456.789, "huge": 1.5e9, "on": true,
		"none": nil, "name": "two\nlines", "nan": "nan", "third": float32(0.5),
		"material": map[string]any{"kind": "gold", "albedo": []any{0.25, 0.5, 1.0}, "deep": map[string]any{"a": 1, "b": 2}},
		"empty":    map[string]any{}, "matrix": []any{[]any{1.0}, []any{2.0}}, "long": make([]any, 300),
		"some": []any{1, 2, 3, 4, 5, 6, 7},
	})
	want := []string{
		"step 30000", "big 123456.8", "empty 0 values", "huge 1500000000", "long 300 values", "loss 0.01235", "lr 1.6e-07",
		"material.albedo 0.25  0.5  1", "material.deep 2 values", "material.kind gold", "matrix 2 rows", "name two lines",
		"nan nan", "none none", "on true", "psnr 27", "some 1  2  3  4  5  6 \u2026", "third 0.5",
	}
	for i, f := range got {
		if i >= len(want) || f.Key+" "+f.Value != want[i] {
			t.Errorf("%d: %q, wanted %q", i, f.Key+" "+f.Value, want[min(i, len(want)-1)])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d fields, wanted %d", len(got), len(want))
	}
}

func TestFieldsAreBounded(t *testing.T) {
	many := map[string]any{}
	for i := range 500 {
		many[fmt.Sprint(i)] = strings.Repeat("\u00e4", 5000)
	}
	got := fields(many)
	if len(got) != mostFields {
		t.Errorf("%d fields", len(got))
	}
	for _, f := range got {
		if n := len([]rune(f.Value)); n > mostValue || !strings.Contains(f.Value, "\u2026") {
			t.Fatalf("a value of %d letters: %q", n, f.Value)
		}
	}
	if fields(nil) != nil {
		t.Error("no meta is some")
	}
}

// The values that stand in a window are those of the image that stands there.
func TestMetaIsOfTheListShown(t *testing.T) {
	m := newModel()
	a := newLink("r", "s")
	m.Attach(0, a)
	a.show("rgb").Meta = map[string]any{"step": 1}
	turn(m)
	a.show("rgb").Meta = map[string]any{"step": 2}
	m.Take() // on its way to the screen
	if s := state(m); s.Windows[0].Meta[0].Value != "1" || s.Conns[0].Meta[0].Value != "1" {
		t.Errorf("%v, %v before the second list is shown", s.Windows[0].Meta, s.Conns[0].Meta)
	}
	a.show("rgb").Meta = map[string]any{"step": 3}
	turn(m)
	if s := state(m); s.Windows[0].Meta[0].Value != "3" || s.Conns[0].Meta[0].Value != "3" {
		t.Errorf("%v, %v, wanted step 3", s.Windows[0].Meta, s.Conns[0].Meta)
	}
}
