//go:build !cgo || purejpeg

package codec

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
)

// JPEGName says which implementation runs.
func JPEGName() string { return "Go image/jpeg" }

// jpegEncoder writes 4:2:0 at every quality: the standard library has no other.
type jpegEncoder struct {
	rgbx []byte
	out  appender
}

type jpegDecoder struct{ in bytes.Reader }

func (*jpegEncoder) close() {}
func (*jpegDecoder) close() {}

// appender is a writer to the end of a slice.
type appender struct{ b []byte }

func (a *appender) Write(p []byte) (int, error) {
	a.b = append(a.b, p...)
	return len(p), nil
}

// encode appends a JPEG of pixels of 1, 3 or 4 bytes, of which the fourth is ignored.
func (e *jpegEncoder) encode(dst, pix []byte, width, height, step, quality int) ([]byte, error) {
	var img image.Image
	bounds := image.Rect(0, 0, width, height)
	switch step {
	case 1:
		img = &image.Gray{Pix: pix, Stride: width, Rect: bounds}
	case 3:
		e.rgbx = grow(e.rgbx, 4*width*height)
		for i := range width * height {
			copy(e.rgbx[4*i:4*i+3], pix[3*i:3*i+3])
		}
		pix = e.rgbx
		fallthrough
	default:
		img = &image.RGBA{Pix: pix, Stride: 4 * width, Rect: bounds}
	}
	e.out.b = dst
	err := jpeg.Encode(&e.out, img, &jpeg.Options{Quality: quality})
	dst, e.out.b = e.out.b, nil
	if err != nil {
		return dst, fmt.Errorf("%w: jpeg: %w", ErrSpec, err)
	}
	return dst, nil
}

// decode writes pixels of 1, 3 or 4 bytes, of which the fourth is undefined.
// The data passed checkJPEG, so its size is known.
func (d *jpegDecoder) decode(dst, data []byte, width, height, step int) error {
	d.in.Reset(data)
	img, err := jpeg.Decode(&d.in)
	if err != nil {
		return fmt.Errorf("%w: jpeg: %w", ErrPayload, err)
	}
	if img.Bounds() != image.Rect(0, 0, width, height) {
		return fmt.Errorf("%w: jpeg of %v, wanted %d x %d", ErrPayload, img.Bounds(), width, height)
	}
	for y := range height {
		row := dst[y*width*step : (y+1)*width*step]
		switch m := img.(type) {
		case *image.Gray:
			copy(row, m.Pix[y*m.Stride:])
		case *image.YCbCr:
			for x := range width {
				c := m.COffset(x, y)
				row[x*step], row[x*step+1], row[x*step+2] = color.YCbCrToRGB(m.Y[m.YOffset(x, y)], m.Cb[c], m.Cr[c])
			}
		case *image.RGBA:
			for x := range width {
				copy(row[x*step:x*step+3], m.Pix[m.PixOffset(x, y):])
			}
		default:
			return fmt.Errorf("%w: jpeg of type %T, wanted grey or YCbCr", ErrPayload, img)
		}
	}
	return nil
}
