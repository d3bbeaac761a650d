package gl

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"remoteviewer/internal/pixel"
)

var far = time.Now().Add(time.Hour)

func randomImage(w, h, channels int, d pixel.DType) *pixel.Image {
	img := &pixel.Image{Format: pixel.Format{
		Width: w, Height: h, Channels: pixel.DefaultChannels(channels),
		DType: d, Color: pixel.SRGB, Alpha: pixel.AlphaNone,
	}}
	img.Pix = make([]byte, img.Bytes())
	rng := rand.New(rand.NewPCG(uint64(w*h), uint64(channels)))
	for i := range img.Pix {
		img.Pix[i] = byte(rng.Uint32())
	}
	return img
}

// put uploads a whole image and brings it to the front.
func put(t *testing.T, tex *Texture, img *pixel.Image) {
	t.Helper()
	up, err := renderer.Begin(tex, img, Pick(img.Format))
	if err != nil {
		t.Error(err)
		return
	}
	for {
		done, err := up.Step(far)
		if err != nil {
			t.Error(err)
			return
		}
		if done {
			break
		}
	}
	up.Swap()
}

// Every bit pattern, NaNs and denormals included, comes back as it was sent.
func TestTexturesAreExact(t *testing.T) {
	sizes := [][2]int{{1, 1}, {3, 5}, {37, 23}, {641, 359}, {1023, 7}}
	for _, d := range []pixel.DType{pixel.U8, pixel.U16, pixel.U32, pixel.F16, pixel.F32} {
		for channels := 1; channels <= 4; channels++ {
			for _, size := range sizes {
				img := randomImage(size[0], size[1], channels, d)
				onGL(t, func() {
					var tex Texture
					defer tex.Close()
					put(t, &tex, img)
					got, err := ReadBack(&tex)
					if err != nil {
						t.Error(err)
					}
					if !bytes.Equal(got, img.Pix) {
						t.Errorf("%s x %d, %v: the texture holds other values", d, channels, size)
					}
				})
			}
		}
	}
}

// The front stays until Swap, and a texture is reused at another size and type.
func TestUploadBehindTheFront(t *testing.T) {
	first, second := randomImage(300, 200, 3, pixel.U8), randomImage(123, 457, 4, pixel.F32)
	onGL(t, func() {
		var tex Texture
		defer tex.Close()
		put(t, &tex, first)
		up, err := renderer.Begin(&tex, second, Pick(second.Format))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := up.Step(far); err != nil {
			t.Error(err)
		}
		if got, _ := ReadBack(&tex); !bytes.Equal(got, first.Pix) {
			t.Error("the front changed before Swap")
		}
		up.Swap()
		if got, _ := ReadBack(&tex); !bytes.Equal(got, second.Pix) {
			t.Error("the front is not the new image after Swap")
		}
		put(t, &tex, first)
		if got, _ := ReadBack(&tex); !bytes.Equal(got, first.Pix) {
			t.Error("the texture was not reused rightly")
		}
	})
}

// An upload that has no time left goes on slice by slice.
func TestUploadIsSliced(t *testing.T) {
	img := randomImage(2048, 2048, 3, pixel.U8)
	onGL(t, func() {
		var tex Texture
		defer tex.Close()
		up, err := renderer.Begin(&tex, img, Pick(img.Format))
		if err != nil {
			t.Error(err)
			return
		}
		steps := 0
		for done := false; !done && err == nil; steps++ {
			done, err = up.Step(time.Time{})
		}
		if err != nil || steps != 13 { // 12 MiB in rows of 6 KiB: 170 rows each
			t.Errorf("%d steps, %v; wanted 13", steps, err)
		}
		up.Swap()
		if got, _ := ReadBack(&tex); !bytes.Equal(got, img.Pix) {
			t.Error("other values after a sliced upload")
		}
	})
}

func TestPickedChannels(t *testing.T) {
	img := randomImage(33, 9, 7, pixel.F16)
	img.Channels = []string{"Z", "B", "G", "R", "u", "v", "id"}
	onGL(t, func() {
		var tex Texture
		defer tex.Close()
		put(t, &tex, img)
		got, err := ReadBack(&tex)
		if err != nil {
			t.Error(err)
		}
		var want []byte
		for p := range 33 * 9 {
			for _, c := range []int{3, 2, 1} {
				want = append(want, img.Pix[(p*7+c)*2:(p*7+c)*2+2]...)
			}
		}
		if !bytes.Equal(got, want) {
			t.Error("not the channels R, G, B")
		}
	})
}

func TestTooLargeIsSaid(t *testing.T) {
	onGL(t, func() {
		var tex Texture
		img := &pixel.Image{Format: pixel.Format{
			Width: renderer.MaxSide() + 1, Height: 1,
			Channels: []string{"Y"}, DType: pixel.U8, Color: pixel.SRGB, Alpha: pixel.AlphaNone,
		}}
		img.Pix = make([]byte, img.Bytes())
		if _, err := renderer.Begin(&tex, img, []int{0}); !errors.Is(err, ErrTooLarge) {
			t.Errorf("got %v, wanted ErrTooLarge", err)
		}
	})
}
