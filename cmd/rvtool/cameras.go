package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/camerafile"
	"remoteviewer/internal/session"
)

// cameraSource is what --camera names: nothing, an orbit, or a file's cameras.
type cameraSource struct {
	orbit bool
	list  []camera.Camera
}

// cameraLine is a camera in a file, one JSON object a line. What is left out is
// the default camera's.
type cameraLine struct {
	C2W         []float64 `json:"c2w"` // 16, row-major, OpenCV axes
	K           []float64 `json:"k"`   // 9, row-major, pixels
	Width       int       `json:"width"`
	Height      int       `json:"height"`
	Near        float64   `json:"near"`
	Far         float64   `json:"far"`
	Projection  string    `json:"projection"`
	OrthoHeight float64   `json:"ortho_height"`
	Up          []float64 `json:"up"`
	Target      []float64 `json:"target"`
	Time        float64   `json:"time"`
}

func openCameras(name string) (cameraSource, error) {
	if name == "" {
		return cameraSource{}, nil
	}
	if name == "orbit" {
		return cameraSource{orbit: true}, nil
	}
	var s cameraSource
	list, err := camerafile.Read(name)
	if err == nil {
		for _, e := range list.Entries {
			s.list = append(s.list, e.Camera)
		}
		for _, note := range list.Notes {
			fmt.Fprintln(os.Stderr, "rvtool: "+name+": "+note)
		}
		return s, nil
	}
	if !isLines(name) {
		return s, fmt.Errorf("--camera %w; or orbit, or a file with one camera as JSON a line", err)
	}
	return readLines(name)
}

// isLines says whether a file's first line is an object by itself.
func isLines(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	start, err := io.ReadAll(io.LimitReader(f, 1<<20))
	line, _, _ := bytes.Cut(bytes.TrimSpace(start), []byte("\n"))
	first := map[string]any{}
	return err == nil && json.Unmarshal(line, &first) == nil && first["frames"] == nil
}

// readLines reads a camera a line.
func readLines(name string) (cameraSource, error) {
	var s cameraSource
	f, err := os.Open(name)
	if err != nil {
		return s, fmt.Errorf("--camera: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		c, err := parseCamera(lines.Bytes())
		if err != nil {
			return s, fmt.Errorf("--camera %s, line %d: %w", name, n, err)
		}
		s.list = append(s.list, c)
	}
	if lines.Err() == nil && len(s.list) == 0 {
		return s, fmt.Errorf("--camera %s: no camera in it", name)
	}
	return s, lines.Err()
}

func parseCamera(text []byte) (camera.Camera, error) {
	c := camera.Default().WithSize(640, 480)
	l := cameraLine{Width: c.Width, Height: c.Height, Near: c.Near, Far: c.Far, Projection: string(c.Projection)}
	if err := json.Unmarshal(text, &l); err != nil {
		return c, err
	}
	c = c.WithSize(l.Width, l.Height)
	for _, field := range []struct {
		name     string
		from, to []float64
	}{{"c2w", l.C2W, c.C2W[:]}, {"k", l.K, c.K[:]}, {"up", l.Up, c.Up[:]}, {"target", l.Target, c.Target[:]}} {
		if field.from == nil {
			continue
		}
		if len(field.from) != len(field.to) {
			return c, fmt.Errorf("%s has %d numbers, wanted %d", field.name, len(field.from), len(field.to))
		}
		copy(field.to, field.from)
	}
	c.Near, c.Far, c.OrthoHeight, c.Time = l.Near, l.Far, l.OrthoHeight, l.Time
	c.Projection = camera.Projection(l.Projection)
	return c, c.Valid()
}

// player gives one renderer its cameras.
type player struct {
	source        *cameraSource
	wanted        bool
	start         camera.Camera
	width, height int // the renderer's wish
	n             int
}

func (s *cameraSource) player() *player {
	return &player{source: s, start: camera.Default().WithSize(640, 480)}
}

// hear takes what the renderer says of cameras.
func (p *player) hear(e session.LinkEvent) {
	switch e.Kind {
	case session.LinkCameras:
		p.wanted, p.width, p.height = e.Wanted, e.Width, e.Height
	case session.LinkView:
		p.start, p.n = e.Camera, 0
		if !e.HasSize {
			p.start = p.start.WithSize(640, 480)
		}
	}
}

// next is the camera to send now; none when there is nothing new.
func (p *player) next() (camera.Camera, bool) {
	var c camera.Camera
	switch {
	case !p.wanted:
		return c, false
	case p.source.orbit:
		c = camera.Orbiting(p.start, p.n)
	case p.n < len(p.source.list):
		c = p.source.list[p.n]
	default:
		return c, false
	}
	p.n++
	if p.width > 0 && p.height > 0 {
		c = c.WithSize(p.width, p.height)
	}
	return c, true
}
