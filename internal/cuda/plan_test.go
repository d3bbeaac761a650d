package cuda

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"remoteviewer/internal/pixel"
)

func format(w, h, channels int, d pixel.DType) pixel.Format {
	return pixel.Format{Width: w, Height: h, Channels: pixel.DefaultChannels(channels), DType: d}
}

func TestCopiesOfTheFewestBytes(t *testing.T) {
	cases := []struct {
		what                string
		f                   pixel.Format
		row, px, channel    int
		width, height, step int64
	}{
		{"packed", format(640, 480, 3, pixel.U8), 0, 0, 0, 640 * 480 * 3, 1, 640 * 480 * 3},
		{"one pixel", format(1, 1, 1, pixel.F32), 0, 0, 0, 4, 1, 4},
		{"padded rows", format(640, 480, 3, pixel.U8), 2048, 0, 0, 1920, 480, 2048},
		{"padded rows, upside down", format(640, 480, 3, pixel.U8), -2048, 0, 0, 1920, 480, 2048},
		{"packed, upside down", format(640, 480, 3, pixel.U8), -1920, 0, 0, 640 * 480 * 3, 1, 640 * 480 * 3},
		{"planes", format(640, 480, 3, pixel.F32), 2560, 4, 2560 * 480, 2560 * 480 * 3, 1, 2560 * 480 * 3},
		{"planes of padded rows", format(100, 50, 3, pixel.F32), 512, 4, 512 * 50, 400, 150, 512},
		{"planes far apart", format(100, 50, 3, pixel.F32), 400, 4, 1 << 20, 20000, 3, 1 << 20},
		{"planes far apart, of padded rows", format(100, 50, 3, pixel.F32), 512, 4, 1 << 20, 512*49 + 400, 3, 1 << 20},
		{"every second row", format(640, 480, 3, pixel.U8), 3840, 0, 0, 1920, 480, 3840},
		{"every second pixel", format(320, 480, 3, pixel.U8), 1920, 6, 0, 1920*479 + 6*319 + 3, 1, 1920*479 + 6*319 + 3},
		{"3 of 64 floats", format(320, 4, 3, pixel.F32), 320 * 256, 256, 4, 320*256*4 - 256 + 12, 1, 320*256*4 - 256 + 12},
	}
	for _, c := range cases {
		p, _, err := newPlan(c.f, c.row, c.px, c.channel)
		if err != nil || p.width != c.width || p.height != c.height || p.pitch != c.step {
			t.Errorf("%s: %+v, %v, wanted %d rows of %d bytes, %d apart", c.what, p, err, c.height, c.width, c.step)
		}
	}
}

func TestStridesThatAreRefused(t *testing.T) {
	if _, _, err := newPlan(format(640, 480, 3, pixel.U8), 100, 0, 0); err == nil {
		t.Error("rows that overlap are taken")
	}
}

// Whatever the strides, the copy's bytes hold the same image as the memory does.
func TestCopiedRowsHoldTheImage(t *testing.T) {
	byRows := 0
	for range 3000 {
		f := format(1+rand.IntN(90), 1+rand.IntN(9), 1+rand.IntN(5), []pixel.DType{pixel.U8, pixel.U16, pixel.F32}[rand.IntN(3)])
		row, px, channel := randomStrides(f)
		p, src, err := newPlan(f, row, px, channel)
		if err != nil {
			t.Fatal(err)
		}
		memory := make([]byte, p.hi-p.lo)
		for i := range memory {
			memory[i] = byte(rand.Uint32())
		}
		var copied []byte
		for y := range p.height {
			copied = append(copied, memory[y*p.pitch:y*p.pitch+p.width]...)
		}
		if p.height > 1 {
			byRows++
		}
		want, got := make([]byte, f.Bytes()), make([]byte, f.Bytes())
		if err := f.CopyFrom(want, pixel.Source{Data: memory, Offset: int(-p.lo), Row: row, Pixel: px, Channel: channel}); err != nil {
			t.Fatal(err)
		}
		src.Data = copied
		if err := f.CopyFrom(got, src); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%+v, strides %d %d %d: %+v gives another image (%v)", f, row, px, channel, p, err)
		}
	}
	if byRows < 300 {
		t.Errorf("only %d of the copies went by rows", byRows)
	}
}

// randomStrides nests the axes in any order, with gaps and in both directions.
func randomStrides(f pixel.Format) (row, px, channel int) {
	strides := [3]*int{&row, &px, &channel}
	counts := [3]int{f.Height, f.Width, len(f.Channels)}
	step := f.DType.Size()
	for _, i := range rand.Perm(3) {
		if rand.IntN(3) == 0 {
			step += f.DType.Size() * rand.IntN(40)
		}
		*strides[i] = step
		if rand.IntN(2) == 0 {
			*strides[i] = -step
		}
		step *= counts[i]
	}
	return row, px, channel
}
