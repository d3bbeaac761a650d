package imagefile

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"remoteviewer/internal/pixel"
)

// displayFormat is what PNG and JPEG files hold.
func displayFormat(width, height int, d pixel.DType, channels int) pixel.Format {
	f := pixel.Format{
		Width: width, Height: height, Channels: pixel.DefaultChannels(channels),
		DType: d, Color: pixel.SRGB, Alpha: pixel.AlphaNone,
	}
	if channels == 2 || channels == 4 {
		f.Alpha = pixel.Straight
	}
	return f
}

func readPNG(r *bufio.Reader, lim pixel.Limits) (pixel.Image, error) {
	head, err := r.Peek(29) // signature, IHDR with its length and name
	if err != nil || string(head[12:16]) != "IHDR" {
		return pixel.Image{}, fmt.Errorf("%w: PNG without a header", ErrFormat)
	}
	width, height := binary.BigEndian.Uint32(head[16:]), binary.BigEndian.Uint32(head[20:])
	depth, kind := head[24], head[25]
	d, channels := pixel.U8, 1
	if depth == 16 {
		d = pixel.U16
	}
	if kind == 2 || kind == 6 || kind == 3 {
		channels = 3
	}
	if err := displayFormat(int(width), int(height), d, channels).Check(lim); err != nil {
		return pixel.Image{}, err
	}
	m, err := png.Decode(r)
	if err != nil {
		return pixel.Image{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	grey := kind == 0 || kind == 4
	img, err := fromImage(m, grey, lim)
	return img, err
}

func readJPEG(r *bufio.Reader, lim pixel.Limits) (pixel.Image, error) {
	data, err := readAll(r, lim.Bytes)
	if err != nil {
		return pixel.Image{}, err
	}
	config, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return pixel.Image{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	channels := 3
	if config.ColorModel == color.GrayModel {
		channels = 1
	}
	if err := displayFormat(config.Width, config.Height, pixel.U8, channels).Check(lim); err != nil {
		return pixel.Image{}, err
	}
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return pixel.Image{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return fromImage(m, channels == 1, lim)
}

// fromImage takes over what the standard library decoded. Its RGBA types come
// from files without alpha, its NRGBA types from files with; of grey files with
// alpha it makes NRGBA too.
func fromImage(m image.Image, grey bool, lim pixel.Limits) (pixel.Image, error) {
	colors := 3
	if grey {
		colors = 1
	}
	switch m := m.(type) {
	case *image.Gray:
		return fromPix(m.Rect, pixel.U8, 1, m.Pix, m.Stride, 1, 1, lim)
	case *image.Gray16:
		return fromPix(m.Rect, pixel.U16, 1, m.Pix, m.Stride, 2, 2, lim)
	case *image.RGBA:
		return fromPix(m.Rect, pixel.U8, colors, m.Pix, m.Stride, 4, 1, lim)
	case *image.RGBA64:
		return fromPix(m.Rect, pixel.U16, colors, m.Pix, m.Stride, 8, 2, lim)
	case *image.NRGBA:
		if grey { // R and A
			return fromPix(m.Rect, pixel.U8, 2, m.Pix, m.Stride, 4, 3, lim)
		}
		return fromPix(m.Rect, pixel.U8, 4, m.Pix, m.Stride, 4, 1, lim)
	case *image.NRGBA64:
		if grey {
			return fromPix(m.Rect, pixel.U16, 2, m.Pix, m.Stride, 8, 6, lim)
		}
		return fromPix(m.Rect, pixel.U16, 4, m.Pix, m.Stride, 8, 2, lim)
	}
	return fromColors(m, lim)
}

// fromPix packs rows of big-endian elements.
func fromPix(r image.Rectangle, d pixel.DType, channels int, pix []byte, row, step, channel int, lim pixel.Limits) (pixel.Image, error) {
	f := displayFormat(r.Dx(), r.Dy(), d, channels)
	if err := f.Check(lim); err != nil {
		return pixel.Image{}, err
	}
	img := pixel.Image{Format: f, Pix: make([]byte, f.Bytes())}
	err := f.CopyFrom(img.Pix, pixel.Source{Data: pix, Row: row, Pixel: step, Channel: channel})
	swap(img.Pix, d.Size())
	return img, err
}

// fromColors asks for one colour at a time: palettes, YCbCr, CMYK.
func fromColors(m image.Image, lim pixel.Limits) (pixel.Image, error) {
	channels := 3
	if p, ok := m.(*image.Paletted); ok && !p.Opaque() {
		channels = 4
	}
	r := m.Bounds()
	f := displayFormat(r.Dx(), r.Dy(), pixel.U8, channels)
	if err := f.Check(lim); err != nil {
		return pixel.Image{}, err
	}
	img := pixel.Image{Format: f, Pix: make([]byte, f.Bytes())}
	at := img.Pix
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if ycc, ok := m.(*image.YCbCr); ok {
				c := ycc.COffset(x, y)
				at[0], at[1], at[2] = color.YCbCrToRGB(ycc.Y[ycc.YOffset(x, y)], ycc.Cb[c], ycc.Cr[c])
			} else {
				c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
				copy(at[:channels], []byte{c.R, c.G, c.B, c.A})
			}
			at = at[channels:]
		}
	}
	return img, nil
}
