package camerafile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
)

// colmapModel is a camera model of COLMAP: its parameters begin with one focal
// length or two, then the centre, then what bends the image.
type colmapModel struct {
	name    string
	params  int
	focals  int
	fisheye bool
}

// colmapModels are COLMAP's, by their numbers in binary files.
var colmapModels = []colmapModel{
	{"SIMPLE_PINHOLE", 3, 1, false},
	{"PINHOLE", 4, 2, false},
	{"SIMPLE_RADIAL", 4, 1, false},
	{"RADIAL", 5, 1, false},
	{"OPENCV", 8, 2, false},
	{"OPENCV_FISHEYE", 8, 2, true},
	{"FULL_OPENCV", 12, 2, false},
	{"FOV", 5, 2, true},
	{"SIMPLE_RADIAL_FISHEYE", 4, 1, true},
	{"RADIAL_FISHEYE", 5, 1, true},
	{"THIN_PRISM_FISHEYE", 12, 2, true},
	{"RAD_TAN_THIN_PRISM_FISHEYE", 16, 2, true},
}

// lens takes the pinhole's part of a model's parameters.
func (m *colmapModel) lens(width, height float64, p []float64) lens {
	l := lens{width: width, height: height, fx: p[0], fy: p[m.focals-1]}
	l.cx, l.cy = p[m.focals], p[m.focals+1]
	return l
}

// bends says whether the parameters are more than a pinhole's.
func (m *colmapModel) bends(p []float64) bool {
	return m.fisheye || slices.ContainsFunc(p[m.focals+2:], func(v float64) bool { return v != 0 })
}

// colmapImage is a line or record of images: world to camera, our axes.
type colmapImage struct {
	q      [4]float64 // w x y z
	t      [3]float64
	camera uint32
	name   string
}

// colmap is a model while it is read.
type colmap struct {
	lenses map[uint32]lens
	images []colmapImage
	bends  []string // names of models whose distortion is left out
}

// readColmap reads the model that a file belongs to: its cameras and images. Both
// are told from each other by their names, as COLMAP does.
func readColmap(path string, binary bool) (*List, error) {
	name := filepath.Base(path)
	ending := filepath.Ext(name)
	if stem := strings.TrimSuffix(name, ending); stem != "cameras" && stem != "images" {
		return nil, fmt.Errorf("%w: wanted gaussian-splatting's cameras.json, a transforms.json, or cameras or images, "+
			".txt or .bin, of COLMAP", ErrFormat)
	}
	m := &colmap{lenses: map[uint32]lens{}}
	read := []func(*bufio.Reader) error{m.textCameras, m.textImages}
	if binary {
		read = []func(*bufio.Reader) error{m.binaryCameras, m.binaryImages}
	}
	for i, part := range []string{"cameras", "images"} {
		beside := filepath.Join(filepath.Dir(path), part+ending)
		if err := m.part(beside, binary, read[i]); err != nil {
			if beside != path {
				err = fmt.Errorf("%s beside it: %w", part+ending, err)
			}
			return nil, err
		}
	}
	return m.list()
}

func (m *colmap) part(path string, binary bool, read func(*bufio.Reader) error) error {
	f, err := open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<16)
	start, err := r.Peek(512)
	if len(start) == 0 {
		return fmt.Errorf("%w: it is empty (%w)", ErrFormat, err)
	}
	if isBinary(start) != binary {
		return fmt.Errorf("%w: one of cameras and images is text, the other binary", ErrFormat)
	}
	err = read(r)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends in the middle of an entry", ErrFormat)
	}
	return err
}

// addCamera keeps a lens.
func (m *colmap) addCamera(id uint32, model *colmapModel, width, height float64, params []float64) error {
	if len(m.lenses) == MaxCameras {
		return fmt.Errorf("%w: more than %d cameras", ErrFormat, MaxCameras)
	}
	if _, twice := m.lenses[id]; twice {
		return fmt.Errorf("%w: two cameras have the number %d", ErrFormat, id)
	}
	for _, p := range params {
		if math.IsNaN(p) || math.IsInf(p, 0) {
			return fmt.Errorf("%w: camera %d: its parameters have to be finite, found %v", ErrFormat, id, p)
		}
	}
	m.lenses[id] = model.lens(width, height, params)
	if model.bends(params) && !slices.Contains(m.bends, model.name) {
		m.bends = append(m.bends, model.name)
	}
	return nil
}

func (m *colmap) addImage(i colmapImage) error {
	if len(m.images) == MaxCameras {
		return fmt.Errorf("%w: more than %d images", ErrFormat, MaxCameras)
	}
	if err := checkName(i.name); err != nil {
		return err
	}
	m.images = append(m.images, i)
	return nil
}

func (m *colmap) list() (*List, error) {
	if err := checkCount(len(m.images), "images"); err != nil {
		return nil, err
	}
	out := &List{Entries: make([]Entry, 0, len(m.images))}
	for i := range m.images {
		img := &m.images[i]
		e, err := m.entry(img)
		if err != nil {
			return nil, fmt.Errorf("image %d of %d (%.60q): %w", i+1, len(m.images), img.name, err)
		}
		out.Entries = append(out.Entries, e)
	}
	slices.SortStableFunc(out.Entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	if len(m.bends) > 0 {
		out.Notes = append(out.Notes, "the lens's distortion ("+strings.Join(m.bends, ", ")+") is left out")
	}
	return out, nil
}

func (m *colmap) entry(img *colmapImage) (Entry, error) {
	l, ok := m.lenses[img.camera]
	if !ok {
		return Entry{}, fmt.Errorf("%w: it was taken by camera %d, which cameras has not", ErrFormat, img.camera)
	}
	w2c, err := turned(img.q)
	if err != nil {
		return Entry{}, err
	}
	matrix := make([]float64, 12)
	for r := range 3 {
		for c := range 3 {
			matrix[4*r+c] = w2c[c][r]
		}
		matrix[4*r+3] = -(w2c[0][r]*img.t[0] + w2c[1][r]*img.t[1] + w2c[2][r]*img.t[2])
	}
	c2w, err := pose(matrix)
	if err != nil {
		return Entry{}, err
	}
	c, err := build(c2w, l)
	return Entry{img.name, c}, err
}

// turned is a quaternion's rotation matrix.
func turned(q [4]float64) (m [3][3]float64, err error) {
	n := math.Sqrt(q[0]*q[0] + q[1]*q[1] + q[2]*q[2] + q[3]*q[3])
	if !(n > 1e-9 && n < 1e9) {
		return m, fmt.Errorf("its quaternion has to have a length, found %v", q)
	}
	w, x, y, z := q[0]/n, q[1]/n, q[2]/n, q[3]/n
	return [3][3]float64{
		{1 - 2*(y*y+z*z), 2 * (x*y - w*z), 2 * (x*z + w*y)},
		{2 * (x*y + w*z), 1 - 2*(x*x+z*z), 2 * (y*z - w*x)},
		{2 * (x*z - w*y), 2 * (y*z + w*x), 1 - 2*(x*x+y*y)},
	}, nil
}
