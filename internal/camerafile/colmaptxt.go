package camerafile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// maxLine is the longest line that is looked at; those of points, which are passed
// over, may have any length.
const maxLine = 64 << 10

// textCameras reads cameras.txt: CAMERA_ID MODEL WIDTH HEIGHT PARAMS[].
func (m *colmap) textCameras(r *bufio.Reader) error {
	for n := 1; ; n++ {
		text, err := line(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if text == "" || text[0] == '#' {
			continue
		}
		if err := m.textCamera(strings.Fields(text)); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
}

func (m *colmap) textCamera(words []string) error {
	if len(words) < 4 {
		return fmt.Errorf("%w: wanted CAMERA_ID MODEL WIDTH HEIGHT PARAMS[], found %d words", ErrFormat, len(words))
	}
	i := slices.IndexFunc(colmapModels, func(c colmapModel) bool { return c.name == words[1] })
	if i < 0 {
		return fmt.Errorf("%w: camera model %.40q is not known; newer models have to be undistorted first "+
			"(colmap image_undistorter)", ErrFormat, words[1])
	}
	id, err := number(words[0])
	if err != nil {
		return err
	}
	values, err := numbers(words[2:])
	if err != nil {
		return err
	}
	model := &colmapModels[i]
	if len(values) != 2+model.params {
		return fmt.Errorf("%w: %s has %d parameters, found %d", ErrFormat, model.name, model.params, len(values)-2)
	}
	return m.addCamera(id, model, values[0], values[1], values[2:])
}

// textImages reads images.txt, two lines an image: IMAGE_ID QW QX QY QZ TX TY TZ
// CAMERA_ID NAME, and its points, which may be an empty line.
func (m *colmap) textImages(r *bufio.Reader) error {
	for n := 1; ; n++ {
		text, err := line(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if text == "" || text[0] == '#' {
			continue
		}
		img, err := textImage(text)
		if err == nil {
			err = m.addImage(img)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if imageNext(r) {
			continue // some programs leave the line of points out
		}
		n++
		if err := skipLine(r); err != nil {
			return err
		}
	}
}

// imageNext says whether the next line is an image's: its tenth word is a name. Those
// of points are numbers.
func imageNext(r *bufio.Reader) bool {
	start, _ := r.Peek(4096)
	text, _, _ := bytes.Cut(start, []byte("\n"))
	words := strings.Fields(string(text))
	if len(words) < 10 || text[0] == '#' {
		return false
	}
	_, err := strconv.ParseFloat(words[9], 64)
	return err != nil
}

func textImage(text string) (img colmapImage, err error) {
	const wanted = "wanted IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME"
	words := strings.Fields(text)
	if len(words) < 10 {
		return img, fmt.Errorf("%w: %s, found %d words", ErrFormat, wanted, len(words))
	}
	values, err := numbers(words[1:8])
	if err != nil {
		return img, fmt.Errorf("%s: %w", wanted, err)
	}
	copy(img.q[:], values)
	copy(img.t[:], values[4:])
	if img.camera, err = number(words[8]); err != nil {
		return img, err
	}
	img.name = afterWords(text, 9) // it may have spaces
	return img, nil
}

// afterWords is what follows the first n words.
func afterWords(text string, n int) string {
	for range n {
		text = strings.TrimLeft(text, " \t")
		i := strings.IndexAny(text, " \t")
		if i < 0 {
			return ""
		}
		text = text[i:]
	}
	return strings.TrimSpace(text)
}

func numbers(words []string) ([]float64, error) {
	out := make([]float64, len(words))
	for i, w := range words {
		v, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return nil, fmt.Errorf("%w: %.40q is no number", ErrFormat, w)
		}
		out[i] = v
	}
	return out, nil
}

func number(word string) (uint32, error) {
	n, err := strconv.ParseUint(word, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%w: %.40q is no number of a camera", ErrFormat, word)
	}
	return uint32(n), nil
}

// line reads one line without its end and the blanks around it; io.EOF when there is
// none left.
func line(r *bufio.Reader) (string, error) {
	var out []byte
	for {
		part, more, err := r.ReadLine()
		if err != nil {
			return "", err
		}
		if out = append(out, part...); len(out) > maxLine {
			return "", fmt.Errorf("%w: a line of more than %d bytes", ErrFormat, maxLine)
		}
		if !more {
			return strings.TrimSpace(string(out)), nil
		}
	}
}

// skipLine passes over one line of any length, or the file's end.
func skipLine(r *bufio.Reader) error {
	for {
		_, more, err := r.ReadLine()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil || !more {
			return err
		}
	}
}
