package camerafile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// binaryCameras reads cameras.bin: u64 count; each u32 id, i32 model, u64 width,
// u64 height and the model's f64 parameters.
func (m *colmap) binaryCameras(r *bufio.Reader) error {
	count, err := u64(r)
	if err != nil {
		return err
	}
	if count > MaxCameras {
		return fmt.Errorf("%w: %d cameras, wanted at most %d: is it cameras.bin of COLMAP?", ErrFormat, count, MaxCameras)
	}
	var head [24]byte
	for range count {
		if err := fill(r, head[:]); err != nil {
			return err
		}
		id := binary.LittleEndian.Uint32(head[:])
		number := int32(binary.LittleEndian.Uint32(head[4:]))
		if number < 0 || int(number) >= len(colmapModels) {
			return fmt.Errorf("%w: camera %d has model number %d, wanted 0 to %d: newer models have to be undistorted "+
				"first (colmap image_undistorter)", ErrFormat, id, number, len(colmapModels)-1)
		}
		model := &colmapModels[number]
		params := make([]float64, model.params)
		if err := floats(r, params); err != nil {
			return err
		}
		w, h := binary.LittleEndian.Uint64(head[8:]), binary.LittleEndian.Uint64(head[16:])
		if err := m.addCamera(id, model, float64(w), float64(h), params); err != nil {
			return err
		}
	}
	return ended(r, "cameras")
}

// binaryImages reads images.bin: u64 count; each u32 id, f64 quaternion, f64
// translation, u32 camera, a name that ends in a zero byte, and u64 points of 24
// bytes, which are passed over.
func (m *colmap) binaryImages(r *bufio.Reader) error {
	count, err := u64(r)
	if err != nil {
		return err
	}
	if count > MaxCameras {
		return fmt.Errorf("%w: %d images, wanted at most %d: is it images.bin of COLMAP?", ErrFormat, count, MaxCameras)
	}
	var id [4]byte
	for range count {
		var img colmapImage
		if err := fill(r, id[:]); err != nil {
			return err
		}
		if err := errors.Join(floats(r, img.q[:]), floats(r, img.t[:])); err != nil {
			return err
		}
		if err := fill(r, id[:]); err != nil {
			return err
		}
		img.camera = binary.LittleEndian.Uint32(id[:])
		if img.name, err = cString(r); err != nil {
			return err
		}
		points, err := u64(r)
		if err != nil {
			return err
		}
		if err := skip(r, points, 24); err != nil {
			return err
		}
		if err := m.addImage(img); err != nil {
			return err
		}
	}
	return ended(r, "images")
}

// ended says what is wrong when a file goes on.
func ended(r *bufio.Reader, what string) error {
	if _, err := r.ReadByte(); err == nil {
		return fmt.Errorf("%w: more bytes than its %s take", ErrFormat, what)
	}
	return nil
}

// fill reads all of b.
func fill(r *bufio.Reader, b []byte) error {
	_, err := io.ReadFull(r, b)
	return err
}

func u64(r *bufio.Reader) (uint64, error) {
	var b [8]byte
	err := fill(r, b[:])
	return binary.LittleEndian.Uint64(b[:]), err
}

func floats(r *bufio.Reader, into []float64) error {
	for i := range into {
		v, err := u64(r)
		if err != nil {
			return err
		}
		into[i] = math.Float64frombits(v)
	}
	return nil
}

// cString reads up to a zero byte, no more than a name may have.
func cString(r *bufio.Reader) (string, error) {
	var name []byte
	for {
		b, err := r.ReadByte()
		if err != nil {
			return "", err
		}
		if b == 0 {
			return string(name), nil
		}
		if name = append(name, b); len(name) > maxName {
			return "", fmt.Errorf("%w: a name of more than %d bytes", ErrFormat, maxName)
		}
	}
}

// skip passes over n records.
func skip(r *bufio.Reader, n, size uint64) error {
	if n > 1<<40 {
		return fmt.Errorf("%w: an image with %d points", ErrFormat, n)
	}
	for left := n * size; left > 0; {
		step := min(left, 1<<30)
		if _, err := r.Discard(int(step)); err != nil {
			return err
		}
		left -= step
	}
	return nil
}
