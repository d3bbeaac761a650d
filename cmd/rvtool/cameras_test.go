package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFilesOfCameras(t *testing.T) {
	data := filepath.Join("..", "..", "internal", "camerafile", "testdata")
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, k := range []struct {
		path  string
		count int
		says  string
	}{
		{filepath.Join(data, "cameras.json"), 5, ""},
		{filepath.Join(data, "blender.json"), 5, ""},
		{filepath.Join(data, "dataset"), 5, ""},
		{write("lines", `{"width": 64, "height": 48}`+"\n\n"+`{"width": 32, "height": 24}`+"\n"), 2, ""},
		{write("one", `{"width": 64, "height": 48}`), 1, ""},
		{write("wrong", `{"width": 64, "height": 48}`+"\n"+`{"c2w": [1]}`+"\n"), 0, "line 2: c2w has 1 numbers, wanted 16"},
		{write("transforms.json", `{"frames": [{"file_path": "a"}]}`), 0, "transform_matrix"},
		{write("text", "hello\n"), 0, "one camera as JSON a line"},
		{filepath.Join(dir, "none"), 0, "or orbit"},
	} {
		s, err := openCameras(k.path)
		if len(s.list) != k.count && k.says == "" || k.says == "" && err != nil {
			t.Errorf("%s: %d cameras, %v, wanted %d", k.path, len(s.list), err, k.count)
		}
		if k.says != "" && (err == nil || !strings.Contains(err.Error(), k.says)) {
			t.Errorf("%s: %v, wanted words with %q", k.path, err, k.says)
		}
	}
}
