package camerafile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // sizes of photos
	_ "image/png"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"remoteviewer/internal/camera"
)

// decode reads a whole JSON file of bounded size.
func decode(r io.Reader, into any) error {
	text, err := io.ReadAll(io.LimitReader(r, maxJSON+1))
	if err != nil {
		return bare(err)
	}
	if len(text) > maxJSON {
		return fmt.Errorf("%w: more than %d MiB of JSON", ErrFormat, maxJSON>>20)
	}
	err = json.Unmarshal(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), into)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("%w: byte %d is no JSON: %w (NaN and Infinity are none either)", ErrFormat, syntax.Offset, err)
	case errors.As(err, &kind):
		return fmt.Errorf("%w: byte %d, %s: found a %s", ErrFormat, kind.Offset, kind.Field, kind.Value)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return nil
}

func checkCount(n int, what string) error {
	switch {
	case n == 0:
		return fmt.Errorf("%w: wanted cameras, found none in %s", ErrMissing, what)
	case n > MaxCameras:
		return fmt.Errorf("%w: %d cameras, wanted at most %d", ErrFormat, n, MaxCameras)
	}
	return nil
}

// trainedCamera is a camera of gaussian-splatting's cameras.json: camera to world
// with our axes.
type trainedCamera struct {
	Name     string      `json:"img_name"`
	Width    float64     `json:"width"`
	Height   float64     `json:"height"`
	Position []float64   `json:"position"`
	Rotation [][]float64 `json:"rotation"`
	FX       float64     `json:"fx"`
	FY       float64     `json:"fy"`
	CX       *float64    `json:"cx"` // some programs write it
	CY       *float64    `json:"cy"`
}

func readSplatting(r io.Reader) (*List, error) {
	var all []trainedCamera
	if err := decode(r, &all); err != nil {
		return nil, err
	}
	if err := checkCount(len(all), "the array"); err != nil {
		return nil, err
	}
	out := &List{Entries: make([]Entry, len(all))}
	for i := range all {
		c, err := all[i].camera()
		if err == nil {
			err = checkName(all[i].Name)
		}
		if err != nil {
			return nil, fmt.Errorf("camera %d of %d (%.60q): %w", i+1, len(all), all[i].Name, err)
		}
		name := all[i].Name
		if name == "" {
			name = fmt.Sprintf("camera %d", i+1)
		}
		out.Entries[i] = Entry{name, c}
	}
	return out, nil
}

func (t *trainedCamera) camera() (camera.Camera, error) {
	if len(t.Position) != 3 || !isMatrix(t.Rotation, 3, 3) {
		return camera.Camera{}, fmt.Errorf("%w: wanted position (3 numbers) and rotation (3 x 3), "+
			"as gaussian-splatting writes them", ErrFormat)
	}
	var m []float64
	for r := range 3 {
		m = append(append(m, t.Rotation[r]...), t.Position[r])
	}
	c2w, err := pose(m)
	if err != nil {
		return camera.Camera{}, err
	}
	l := lens{t.Width, t.Height, t.FX, t.FY, t.Width / 2, t.Height / 2}
	if l.fy == 0 {
		l.fy = l.fx
	}
	if t.CX != nil && t.CY != nil {
		l.cx, l.cy = *t.CX, *t.CY
	}
	return build(c2w, l)
}

func isMatrix(m [][]float64, rows, columns int) bool {
	return len(m) == rows && !slices.ContainsFunc(m, func(r []float64) bool { return len(r) != columns })
}

// transforms is a transforms.json: a lens for all frames, or one each, and camera to
// world with OpenGL's axes.
type transforms struct {
	intrinsics
	Frames []frame `json:"frames"`
}

type frame struct {
	intrinsics
	File   string      `json:"file_path"`
	Matrix [][]float64 `json:"transform_matrix"`
	Time   *float64    `json:"time"`
}

type intrinsics struct {
	Model  *string  `json:"camera_model"`
	W      *float64 `json:"w"`
	H      *float64 `json:"h"`
	FX     *float64 `json:"fl_x"`
	FY     *float64 `json:"fl_y"`
	CX     *float64 `json:"cx"`
	CY     *float64 `json:"cy"`
	AngleX *float64 `json:"camera_angle_x"` // radians
	AngleY *float64 `json:"camera_angle_y"`
	K1     *float64 `json:"k1"`
	K2     *float64 `json:"k2"`
	K3     *float64 `json:"k3"`
	K4     *float64 `json:"k4"`
	P1     *float64 `json:"p1"`
	P2     *float64 `json:"p2"`
}

// over is what a frame says itself, and of the rest what the file says of all.
func (own intrinsics) over(all *intrinsics) intrinsics {
	pick := func(to **float64, from *float64) {
		if *to == nil {
			*to = from
		}
	}
	if own.Model == nil {
		own.Model = all.Model
	}
	if own.FX == nil && own.AngleX == nil { // either of them is the lens
		own.FX, own.AngleX = all.FX, all.AngleX
		pick(&own.FY, all.FY)
		pick(&own.AngleY, all.AngleY)
	}
	pick(&own.W, all.W)
	pick(&own.H, all.H)
	pick(&own.CX, all.CX)
	pick(&own.CY, all.CY)
	pick(&own.K1, all.K1)
	pick(&own.K2, all.K2)
	pick(&own.K3, all.K3)
	pick(&own.K4, all.K4)
	pick(&own.P1, all.P1)
	pick(&own.P2, all.P2)
	return own
}

func (own *intrinsics) distorted() bool {
	for _, k := range []*float64{own.K1, own.K2, own.K3, own.K4, own.P1, own.P2} {
		if k != nil && *k != 0 {
			return true
		}
	}
	return false
}

// reading is a transforms.json while it is read.
type reading struct {
	dir       string
	sizes     map[string]image.Config // of folders' photos, looked at once
	assumed   bool
	distorted bool
	fisheye   bool
}

func readTransforms(r io.Reader, dir string) (*List, error) {
	var t transforms
	if err := decode(r, &t); err != nil {
		return nil, err
	}
	if t.Frames == nil {
		return nil, fmt.Errorf("%w: wanted an object with \"frames\" (a transforms.json), found none of that name", ErrFormat)
	}
	if err := checkCount(len(t.Frames), "frames"); err != nil {
		return nil, err
	}
	in := &reading{dir: dir, sizes: map[string]image.Config{}}
	out := &List{Entries: make([]Entry, len(t.Frames))}
	for i := range t.Frames {
		f := &t.Frames[i]
		c, err := in.camera(f, f.over(&t.intrinsics))
		if err == nil {
			err = checkName(f.File)
		}
		if err != nil {
			return nil, fmt.Errorf("frame %d of %d (%.60q): %w", i+1, len(t.Frames), f.File, err)
		}
		name := f.File
		if name == "" {
			name = fmt.Sprintf("frame %d", i+1)
		}
		out.Entries[i] = Entry{name, c}
	}
	out.Notes = in.notes()
	return out, nil
}

func (in *reading) notes() (out []string) {
	if in.assumed {
		out = append(out, "the file gives no size and its photos aren't there: 800 x 800 pixels are assumed")
	}
	if in.fisheye {
		out = append(out, "fisheye lenses are shown as pinholes of the same focal length")
	} else if in.distorted {
		out = append(out, "the lens's distortion is left out")
	}
	return out
}

func (in *reading) camera(f *frame, own intrinsics) (camera.Camera, error) {
	if !isMatrix(f.Matrix, 4, 4) && !isMatrix(f.Matrix, 3, 4) {
		return camera.Camera{}, fmt.Errorf("%w: wanted transform_matrix, 4 rows of 4 numbers", ErrFormat)
	}
	var m []float64
	for _, row := range f.Matrix {
		m = append(m, row...)
	}
	c2w, err := pose(m)
	if err != nil {
		return camera.Camera{}, err
	}
	projection, err := in.projection(&own)
	if err != nil {
		return camera.Camera{}, err
	}
	l, err := in.lens(f, &own, projection)
	if err != nil {
		return camera.Camera{}, err
	}
	c, err := build(flipped(c2w), l)
	c.Projection = projection
	if f.Time != nil {
		c.Time = *f.Time
	}
	return c, err
}

func (in *reading) projection(own *intrinsics) (camera.Projection, error) {
	in.distorted = in.distorted || own.distorted()
	if own.Model == nil {
		return camera.Perspective, nil
	}
	switch *own.Model {
	case "", "PINHOLE", "SIMPLE_PINHOLE", "OPENCV", "SIMPLE_RADIAL", "RADIAL", "FULL_OPENCV", "PERSPECTIVE":
	case "OPENCV_FISHEYE", "SIMPLE_RADIAL_FISHEYE", "RADIAL_FISHEYE", "THIN_PRISM_FISHEYE", "FISHEYE":
		in.fisheye = true
	case "EQUIRECTANGULAR":
		return camera.Equirect, nil
	default:
		return "", fmt.Errorf("%w: camera_model %.40q is not known; wanted PINHOLE, OPENCV, OPENCV_FISHEYE or EQUIRECTANGULAR",
			ErrFormat, *own.Model)
	}
	return camera.Perspective, nil
}

// lens finds size, focal lengths and centre in the ways that there are to give them.
func (in *reading) lens(f *frame, own *intrinsics, p camera.Projection) (lens, error) {
	var l lens
	if own.W != nil && own.H != nil {
		l.width, l.height = *own.W, *own.H
	} else {
		l.width, l.height = in.photo(f.File)
	}
	l.cx, l.cy = l.width/2, l.height/2
	if own.CX != nil && own.CY != nil {
		l.cx, l.cy = *own.CX, *own.CY
	}
	switch {
	case own.FX != nil:
		l.fx = *own.FX
	case own.AngleX != nil && *own.AngleX > 0 && *own.AngleX < math.Pi:
		l.fx = l.width / (2 * math.Tan(*own.AngleX/2))
	case p == camera.Equirect:
		l.fx = l.height / 2
	default:
		return l, fmt.Errorf("%w: wanted fl_x in pixels or camera_angle_x in radians (0 to pi), for it or for all", ErrFormat)
	}
	l.fy = l.fx
	if own.FY != nil {
		l.fy = *own.FY
	} else if own.FX == nil && own.AngleY != nil && *own.AngleY > 0 && *own.AngleY < math.Pi {
		l.fy = l.height / (2 * math.Tan(*own.AngleY/2))
	}
	return l, nil
}

// photo is the size of the frame's photo, which Blender's files leave out. One is
// looked at in each folder.
func (in *reading) photo(file string) (w, h float64) {
	path := filepath.FromSlash(strings.ReplaceAll(file, "\\", "/"))
	folder := filepath.Dir(path)
	size, seen := in.sizes[folder]
	if !seen {
		for _, ending := range []string{"", ".png", ".jpg"} {
			if f, err := open(filepath.Join(in.dir, path+ending)); err == nil {
				size, _, _ = image.DecodeConfig(io.LimitReader(f, 1<<20))
				f.Close()
				break
			}
		}
		if len(in.sizes) < 64 {
			in.sizes[folder] = size
		}
	}
	if size.Width < 1 || size.Height < 1 {
		in.assumed = true
		return 800, 800
	}
	return float64(size.Width), float64(size.Height)
}
