// Package camerafile reads lists of cameras that other programs wrote: the
// cameras.json of gaussian-splatting, the transforms.json of Blender's NeRF data,
// instant-ngp and nerfstudio, and COLMAP's models, text and binary. What a file is
// is told by its content.
//
// All become pinhole cameras in this project's axes; the world's axes stay as they
// are. Nothing in a file is trusted: counts and lengths are checked before memory
// is reserved, and a camera that can't be used is an error that names it.
package camerafile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"remoteviewer/internal/camera"
)

// The bounds of what is read.
const (
	MaxCameras = 1 << 20
	maxJSON    = 256 << 20 // bytes
	maxName    = 1024      // bytes
)

// Errors that callers can test for.
var (
	// ErrFormat: the file is none of those that are read, or is broken.
	ErrFormat = errors.New("no camera file")
	// ErrMissing: a part of the cameras' files is not there.
	ErrMissing = errors.New("cameras are missing")
)

// Entry is one camera and what it is called: mostly its photo's file name.
type Entry struct {
	Name   string
	Camera camera.Camera
}

// List is a file's cameras, at least one, in the file's order; COLMAP's, which has
// none, by name.
type List struct {
	Entries []Entry
	Notes   []string // what was left out or assumed, a sentence each
}

// places are where a folder's cameras are looked for, the first that is there.
var places = []string{
	"sparse/0/images.bin", "sparse/0/images.txt", "images.bin", "images.txt", "sparse/images.bin", "sparse/images.txt",
	"colmap/sparse/0/images.bin", "colmap/sparse/0/images.txt", "transforms.json", "transforms_train.json", "cameras.json",
}

// Read reads a file, or what a folder has of them: a dataset's, a COLMAP model's or a
// training run's.
func Read(path string) (*List, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; wanted a cameras.json, a transforms.json, or a COLMAP model's folder", path, bare(err))
	}
	if info.IsDir() {
		if path, err = inFolder(path); err != nil {
			return nil, err
		}
	}
	l, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	finish(l)
	return l, nil
}

func inFolder(dir string) (string, error) {
	for _, p := range places {
		path := filepath.Join(dir, filepath.FromSlash(p))
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: %w: wanted cameras.json, transforms.json, or COLMAP's images.bin or images.txt "+
		"in it or in its sparse/0, found none of them", dir, ErrMissing)
}

func readFile(path string) (*List, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	start := make([]byte, 512)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("%w: it is empty", ErrFormat)
	}
	start = start[:n]
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	switch first := bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")), " \t\r\n"); {
	case len(first) == 0 || first[0] != '{' && first[0] != '[':
		return readColmap(path, isBinary(start))
	case first[0] == '{':
		return readTransforms(f, filepath.Dir(path))
	default:
		return readSplatting(f)
	}
}

// open opens a regular file: no pipe that would be waited for.
func open(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, bare(err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: it is no regular file", ErrFormat)
	}
	return os.Open(path)
}

// isBinary says whether bytes are no text: a COLMAP count has zeros in it.
func isBinary(start []byte) bool { return bytes.IndexByte(start, 0) >= 0 }

// bare is a path error without the path, which stands before it already.
func bare(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// checkName bounds what is shown of a file's text.
func checkName(name string) error {
	if len(name) > maxName {
		return fmt.Errorf("%w: a name of %d bytes, wanted at most %d", ErrFormat, len(name), maxName)
	}
	return nil
}

// shortNames takes away the folder that all names have in front.
func shortNames(all []Entry) {
	folder, _, _ := cutFile(strings.TrimPrefix(all[0].Name, "./"))
	for i := range all {
		name := strings.TrimPrefix(all[i].Name, "./")
		all[i].Name = name
		for folder != "" && !strings.HasPrefix(name, folder) {
			folder, _, _ = cutFile(strings.TrimSuffix(folder, "/"))
		}
	}
	for i := range all {
		if short := strings.TrimPrefix(all[i].Name, folder); short != "" {
			all[i].Name = short
		}
	}
}

// cutFile cuts a path behind its last slash.
func cutFile(path string) (folder, file string, ok bool) {
	i := strings.LastIndexByte(path, '/')
	return path[:i+1], path[i+1:], i >= 0
}
