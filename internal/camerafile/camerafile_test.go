package camerafile

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"remoteviewer/internal/camera"
)

// expected is what testdata/make.py says of its cameras.
type expected struct {
	Points [][3]float64
	Names  []string
	Centre [][][2]float64 // pixels of the points, by camera
	Aslant [][][2]float64
}

func expectation(t *testing.T) (e expected) {
	t.Helper()
	text, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// project is where a camera sees a point.
func project(c camera.Camera, p [3]float64) (v [2]float64) {
	m := c.W2C()
	var q [3]float64
	for r := range 3 {
		q[r] = m[4*r]*p[0] + m[4*r+1]*p[1] + m[4*r+2]*p[2] + m[4*r+3]
	}
	return [2]float64{c.K[0]*q[0]/q[2] + c.K[2], c.K[4]*q[1]/q[2] + c.K[5]}
}

func TestFilesOfOtherPrograms(t *testing.T) {
	e := expectation(t)
	for _, k := range []struct {
		path  string
		want  [][][2]float64
		notes string
	}{
		{"cameras.json", e.Centre, ""},
		{"nerfstudio.json", e.Aslant, "the lens's distortion is left out"},
		{"own-lens.json", e.Aslant, ""},
		{"text", e.Aslant, "the lens's distortion (OPENCV) is left out"},
		{"text/cameras.txt", e.Aslant, "the lens's distortion (OPENCV) is left out"},
		{"text/images.txt", e.Aslant, "the lens's distortion (OPENCV) is left out"},
		{"dataset", e.Centre, "the lens's distortion (SIMPLE_RADIAL) is left out"},
		{"dataset/sparse/0", e.Centre, "the lens's distortion (SIMPLE_RADIAL) is left out"},
		{"dataset/sparse/0/cameras.bin", e.Centre, "the lens's distortion (SIMPLE_RADIAL) is left out"},
	} {
		l, err := Read(filepath.Join("testdata", filepath.FromSlash(k.path)))
		if err != nil {
			t.Errorf("%s: %v", k.path, err)
			continue
		}
		if notes := strings.Join(l.Notes, "; "); notes != k.notes {
			t.Errorf("%s: notes %q, wanted %q", k.path, notes, k.notes)
		}
		var names []string
		for i, entry := range l.Entries {
			names = append(names, entry.Name)
			if i >= len(k.want) {
				continue
			}
			if entry.Camera.Width != 640 || entry.Camera.Height != 480 {
				t.Errorf("%s: %d x %d pixels", k.path, entry.Camera.Width, entry.Camera.Height)
			}
			for j, p := range e.Points {
				if got := project(entry.Camera, p); far(got, k.want[i][j]) {
					t.Errorf("%s, %s: point %v at %v, wanted %v", k.path, entry.Name, p, got, k.want[i][j])
				}
			}
		}
		if !slices.Equal(names, e.Names) {
			t.Errorf("%s: names %q, wanted %q", k.path, names, e.Names)
		}
	}
}

func far(a, b [2]float64) bool { return math.Hypot(a[0]-b[0], a[1]-b[1]) > 1e-6 }

// Blender's files leave the size to the photos; without one it is assumed and said.
func TestSizeFromPhotos(t *testing.T) {
	text, err := os.ReadFile("testdata/blender.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, dir, "transforms_train.json", string(text))
	l, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if c := l.Entries[0].Camera; c.Width != 800 || c.Height != 800 || len(l.Notes) != 1 {
		t.Errorf("%d x %d, %q", c.Width, c.Height, l.Notes)
	}
	// The head of a PNG of 640 x 480, RGB, and its end.
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x80\x00\x00\x01\xe0\x08\x02\x00\x00\x00\xba\xb3\x4b\xb3"
	if err := os.Mkdir(filepath.Join(dir, "train"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "train/IMG 0000.JPG", png)
	if l, err = Read(dir); err != nil {
		t.Fatal(err)
	}
	e := expectation(t)
	for i, entry := range l.Entries {
		for j, p := range e.Points {
			if got := project(entry.Camera, p); far(got, e.Centre[i][j]) {
				t.Errorf("%s: %v at %v, wanted %v", entry.Name, p, got, e.Centre[i][j])
			}
		}
	}
	if len(l.Notes) != 0 {
		t.Errorf("notes %q", l.Notes)
	}
}

// Cameras around a place orbit about it, upright.
func TestTargetAndUp(t *testing.T) {
	l, err := Read("testdata/cameras.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range l.Entries {
		if distance(e.Camera.Target, [3]float64{0.1, 0, 0}) > 1e-6 {
			t.Errorf("%s turns about %v, wanted 0.1 0 0", e.Name, e.Camera.Target)
		}
		if e.Camera.Up != l.Entries[0].Camera.Up || e.Camera.Up[1] > -0.8 {
			t.Errorf("%s has up %v", e.Name, e.Camera.Up)
		}
		if e.Camera.Far < 60 || e.Camera.Valid() != nil {
			t.Errorf("%s: far %g, %v", e.Name, e.Camera.Far, e.Camera.Valid())
		}
	}
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const rotation = `"rotation": [[1,0,0],[0,1,0],[0,0,1]], "width": 4, "height": 3`

func frameOf(matrix string) string {
	return `{"w": 4, "h": 3, "fl_x": 5, "frames": [{"file_path": "a.png", "transform_matrix": ` + matrix + `}]}`
}

const identity = `[[1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]`

func TestBrokenFilesAreSaid(t *testing.T) {
	for _, k := range []struct{ name, text, says string }{
		{"a.json", "", "empty"},
		{"a.json", "[]", "found none"},
		{"a.json", "[1", "no JSON"},
		{"a.json", `{"poses": []}`, `"frames"`},
		{"a.json", `{"frames": []}`, "found none in frames"},
		{"a.json", `{"frames": 3}`, "found a number"},
		{"a.json", `[{"img_name": "x", "position": [0,0], ` + rotation + `}]`, `camera 1 of 1 ("x"): no camera file: wanted position`},
		{"a.json", `[{"img_name": "x", "position": [0,0,0], ` + rotation + `}]`, "focal lengths"},
		{"a.json", `[{"position": [0,0,0], "rotation": [[1,0,0],[0,1,0],[0,0,0]]}]`, "singular"},
		{"a.json", `[{"position": [0,0,NaN]}]`, "NaN"},
		{"a.json", frameOf(`[[1,0,0,0],[0,1,0,0],[0,0,1,0]]`), ""},
		{"a.json", frameOf(`[[2,0,0,0],[0,2,0,0],[0,0,2,0],[0,0,0,1]]`), ""},
		{"a.json", frameOf(`[[1,0,0,0],[0,2,0,0],[0,0,1,0],[0,0,0,1]]`), "sheared or stretched"},
		{"a.json", frameOf(`[[1,0,0,0],[0,1,0,0],[0,0,-1,0],[0,0,0,1]]`), "mirror image"},
		{"a.json", frameOf(`[[1,0,0,0],[0,1,0,0],[0,0,1,0],[1,2,3,1]]`), "transposed"},
		{"a.json", frameOf(`[[0,0,0,0],[0,0,0,0],[0,0,0,0],[0,0,0,1]]`), `frame 1 of 1 ("a.png"): its matrix is singular`},
		{"a.json", frameOf(`[[1,0,0],[0,1,0],[0,0,1]]`), "4 rows of 4"},
		{"a.json", strings.Replace(frameOf(identity), `"w": 4`, `"w": 1e9`, 1), "1 to 32768 pixels"},
		{"a.json", strings.Replace(frameOf(identity), `"w": 4`, `"w": 4.5`, 1), "4.5"},
		{"a.json", strings.Replace(frameOf(identity), `"fl_x"`, `"nothing"`, 1), "camera_angle_x"},
		{"a.json", strings.Replace(frameOf(identity), `"w"`, `"camera_model": "RUBBER", "w"`, 1), "RUBBER"},
		{"notes.txt", "hello", "wanted gaussian-splatting's cameras.json"},
		{"cameras.txt", "1 PINHOLE 4 3 1 1 2 1.5\n", "images.txt beside it"},
		{"cameras.bin", "\x01\x00\x00\x00\x00\x00\x00\x00", "ends in the middle"},
		{"cameras.bin", "\xff\xff\xff\xff\xff\xff\x00\x00", "cameras, wanted at most"},
		{"cameras.bin", "\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x63\x00\x00\x00" + strings.Repeat("\x00", 64), "model number 99"},
	} {
		_, err := Read(write(t, t.TempDir(), k.name, k.text))
		switch {
		case k.says == "" && err != nil:
			t.Errorf("%q: %v", k.text, err)
		case k.says != "" && (err == nil || !strings.Contains(err.Error(), k.says)):
			t.Errorf("%q: %v, wanted words with %q", k.text, err, k.says)
		}
	}
	if _, err := Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "images.txt") {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := Read(filepath.Join(t.TempDir(), "nothing")); err == nil || !strings.Contains(err.Error(), "COLMAP") {
		t.Errorf("no file: %v", err)
	}
}

func TestBrokenColmapModels(t *testing.T) {
	const camera = "1 PINHOLE 4 3 1 1 2 1.5\n"
	for _, k := range []struct{ cameras, images, says string }{
		{camera, "1 1 0 0 0 0 0 0 1 a b.png\n", ""},
		{camera, "1 0 0 0 0 0 0 0 1 a.png\n\n", `image 1 of 1 ("a.png"): its quaternion`},
		{camera, "1 NaN 0 0 0 0 0 0 1 a.png\n\n", "quaternion"},
		{camera, "1 1 0 0 0 Inf 0 0 1 a.png\n\n", "finite"},
		{camera, "1 1 0 0 0 0 0 0 2 a.png\n\n", "camera 2, which cameras has not"},
		{camera, "# nothing\n", "found none in images"},
		{camera, "1 1 0 0 0 0 0 0 1\n\n", "line 1: no camera file: wanted IMAGE_ID"},
		{camera, "\n1 1 0 x 0 0 0 0 1 a\n\n", `line 2: wanted IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME: no camera file: "x"`},
		{camera, "1 1 0 0 0 0 0 0 1 " + strings.Repeat("a", maxLine) + "\n\n", "a line of more than"},
		{camera, "1 1 0 0 0 0 0 0 1 " + strings.Repeat("a", 2000) + "\n\n", "a name of"},
		{camera + camera, "1 1 0 0 0 0 0 0 1 a\n\n", "two cameras have the number 1"},
		{"1 PINHOLE 4 3 1 1\n", "#\n", "PINHOLE has 4 parameters, found 2"},
		{"1 RUBBER 4 3 1 1\n", "#\n", `camera model "RUBBER"`},
		{"1 PINHOLE 4 3 NaN 1 2 1.5\n", "#\n", "finite"},
		{"-1 PINHOLE 4 3 1 1 2 1.5\n", "#\n", "no number of a camera"},
	} {
		dir := t.TempDir()
		write(t, dir, "cameras.txt", k.cameras)
		write(t, dir, "images.txt", k.images)
		l, err := Read(dir)
		switch {
		case k.says == "" && (err != nil || l.Entries[0].Name != "a b.png"):
			t.Errorf("%q: %v, %v", k.images, l, err)
		case k.says != "" && (err == nil || !strings.Contains(err.Error(), k.says)):
			t.Errorf("%q and %q: %v, wanted words with %q", k.cameras, k.images, err, k.says)
		}
	}
}

// Files without the lines of points give all their images too.
func TestNoLinesOfPoints(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "cameras.txt", "1 PINHOLE 4 3 1 1 2 1.5\n")
	write(t, dir, "images.txt", "1 1 0 0 0 0 0 0 1 a.png\n2 1 0 0 0 0 0 0 1 b.png\n3 1 0 0 0 0 0 0 1 c.png\n"+
		"1 2 -1 3 4 -1 5 6 -1 7 8 9\n4 1 0 0 0 0 0 0 1 d.png\n\n# end\n")
	l, err := Read(dir)
	if err != nil || len(l.Entries) != 4 || l.Entries[3].Name != "d.png" {
		t.Errorf("%v, %v", l, err)
	}
}

// A line of points of any length is passed over.
func TestLongPoints(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "cameras.txt", "1 PINHOLE 4 3 1 1 2 1.5\n")
	points := strings.Repeat("1.5 2.5 -1 ", 50_000) + "\n"
	write(t, dir, "images.txt", "1 1 0 0 0 0 0 0 1 b/a\n"+points+"2 1 0 0 0 0 0 0 1 b/c d\n"+points)
	l, err := Read(dir)
	if err != nil || len(l.Entries) != 2 || l.Entries[1].Name != "c d" {
		t.Errorf("%v, %v", l, err)
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"cameras.json", "blender.json", "nerfstudio.json", "text/images.txt", "text/cameras.txt", "dataset/sparse/0/images.bin", "dataset/sparse/0/cameras.bin"} {
		text, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(filepath.Base(name), text)
	}
	dir := f.TempDir()
	others := map[string]string{}
	for _, name := range []string{"text/images.txt", "text/cameras.txt", "dataset/sparse/0/images.bin", "dataset/sparse/0/cameras.bin"} {
		text, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
		if err != nil {
			f.Fatal(err)
		}
		others[filepath.Base(name)] = string(text)
	}
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		if _, known := others[name]; !known {
			name = "cameras.json"
		}
		for other, was := range others {
			write(t, dir, other, was)
		}
		l, err := Read(write(t, dir, name, string(text)))
		if err != nil {
			return
		}
		if len(l.Entries) == 0 {
			t.Fatal("no camera and no error")
		}
		for _, e := range l.Entries {
			if err := e.Camera.Valid(); err != nil {
				t.Fatalf("%s: %v", e.Name, err)
			}
		}
	})
}
