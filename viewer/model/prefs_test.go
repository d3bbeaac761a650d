package model

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"remoteviewer/internal/pixel"
)

func TestSettingsAreKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "remoteviewer")
	m := New(dir, "me", func() {})
	for i := range 12 {
		m.prefs.remember(fmt.Sprintf("host%d:12346", i))
	}
	m.prefs.remember("host7:12346")
	m.SetLook("depth", Look{Color: pixel.Linear, Map: "turbo"})
	m.SetLook("rgb", Look{Color: pixel.Data})
	m.SetLook("rgb", Look{})
	next := New(dir, "me", func() {})
	if r := next.Recent(); len(r) != 10 || r[0] != "host7:12346" || r[1] != "host11:12346" || r[9] != "host2:12346" {
		t.Errorf("recent addresses: %v", r)
	}
	if l := next.Look("depth"); l != (Look{Color: pixel.Linear, Map: "turbo"}) {
		t.Errorf("depth looks like %+v", l)
	}
	if l := next.Look("rgb"); l != (Look{}) {
		t.Errorf("rgb looks like %+v", l)
	}
	info, err := os.Stat(filepath.Join(dir, "viewer.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("addresses hold tokens, the file is for its user alone: %v, %v", info, err)
	}
}

func TestBrokenSettingsAreNoTrouble(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "viewer.json"), []byte(`{"recent": 7`), 0o600); err != nil {
		t.Fatal(err)
	}
	m := New(dir, "me", func() {})
	m.SetLook("x", Look{Map: "grey"})
	if l := New(dir, "me", func() {}).Look("x"); l.Map != "grey" {
		t.Errorf("after a broken file: %+v", l)
	}
}

func image1(color pixel.Color, values ...float32) *pixel.Image {
	img := &pixel.Image{Format: pixel.Format{
		Width: len(values), Height: 1, Channels: []string{"Y"}, DType: pixel.F32, Color: color, Alpha: pixel.AlphaNone,
	}}
	for _, v := range values {
		b := math.Float32bits(v)
		img.Pix = append(img.Pix, byte(b), byte(b>>8), byte(b>>16), byte(b>>24))
	}
	return img
}

func TestMeasure(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct {
		img  *pixel.Image
		want Stats
	}{
		{image1(pixel.Depth, 3, inf, 0, -1, nan, 2, 8), Stats{2, 8, true}},
		{image1(pixel.Data, 3, inf, 0, -1, nan), Stats{-1, 3, true}},
		{image1(pixel.Depth, 0, inf), Stats{0, 1, false}},
	} {
		if got := Measure(c.img, c.img.Color, -1); got != c.want {
			t.Errorf("%s: %+v, wanted %+v", c.img.Color, got, c.want)
		}
	}
	// Two strays among a thousand depths don't stretch the range.
	many := make([]float32, 1000)
	for i := range many {
		many[i] = 5 + float32(i)/1000
	}
	many[10], many[500] = 1e-4, 1e6
	if s := Measure(image1(pixel.Depth, many...), pixel.Depth, -1); s.Min < 5 || s.Max > 6 {
		t.Errorf("strays count: %+v", s)
	}
}

func TestHints(t *testing.T) {
	img := image1(pixel.SRGB, 0, 0.5, 230)
	s := Measure(img, pixel.SRGB, -1)
	if h := Hint(img.Format, s, pixel.SRGB); h == "" {
		t.Error("float values up to 230 give no hint")
	}
	img.White = 255
	if h := Hint(img.Format, s, pixel.SRGB); h != "" {
		t.Errorf("with white=255: %q", h)
	}
	fine := image1(pixel.SRGB, 0, 0.5, 1)
	if h := Hint(fine.Format, Measure(fine, pixel.SRGB, -1), pixel.SRGB); h != "" {
		t.Errorf("values in 0..1: %q", h)
	}
}
