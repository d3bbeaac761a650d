package ui

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/font/gofont/goregular"
)

func TestWhatNoFontHasIsSpelled(t *testing.T) {
	latin := func(c rune) bool { return c < 0x250 }
	for given, wanted := range map[string]string{
		"größe × 2":          "größe × 2",
		"深度 1":               "<6DF1><5EA6> 1",
		"\U0001f3a8":         "<1F3A8>",
		"\u2764\ufe0f\u200d": "<2764>",
		"":                   "",
	} {
		if found := spelled(given, latin); found != wanted {
			t.Errorf("%q: found %q, wanted %q", given, found, wanted)
		}
	}
	if found := spelled("深度 \U0001f3a8", func(rune) bool { return true }); found != "深度 \U0001f3a8" {
		t.Errorf("found %q though the font has it all", found)
	}
}

func TestOnlyFontsAreMapped(t *testing.T) {
	dir := t.TempDir()
	for name, bytes := range map[string][]byte{"short": []byte("ttcf"), "text": make([]byte, 5000), "empty": nil} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, bytes, 0o644); err != nil {
			t.Fatal(err)
		}
		if mapFont(path) != nil {
			t.Errorf("%s is taken for a font", name)
		}
	}
	if mapFont(dir) != nil || mapFont(filepath.Join(dir, "none")) != nil {
		t.Error("a folder, or nothing, is taken for a font")
	}
	path := filepath.Join(dir, "go.ttf")
	if err := os.WriteFile(path, goregular.TTF, 0o644); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(mapFont(path), goregular.TTF) {
		t.Error("a font is not what its file holds")
	}
}
