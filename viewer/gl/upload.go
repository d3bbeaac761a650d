package gl

import (
	"errors"
	"fmt"
	"time"
	"unsafe"

	ogl "github.com/go-gl/gl/v4.1-core/gl"

	"remoteviewer/internal/pixel"
)

// ErrTooLarge is returned by Begin for an image beyond the largest texture.
var ErrTooLarge = errors.New("image larger than a texture")

const (
	pboCount   = 3       // so that a copy never waits for the transfer before it
	sliceBytes = 1 << 20 // about half a millisecond on the slowest driver known
)

// uploader is the ring of pixel buffer objects that all uploads go through.
type uploader struct {
	pbo  [pboCount]uint32
	size [pboCount]int
	next int
}

func (u *uploader) close() {
	if u.pbo[0] != 0 {
		ogl.DeleteBuffers(pboCount, &u.pbo[0])
	}
}

// Upload is an image on its way into the back of a texture.
type Upload struct {
	r    *Renderer
	tex  *Texture
	img  *pixel.Image
	pick []int
	row  int // the next one to go
}

// Begin starts the upload of the channels in pick (see Pick) of an image. The
// image must not change until Step has returned true.
func (r *Renderer) Begin(t *Texture, img *pixel.Image, pick []int) (*Upload, error) {
	if img.Width > r.maxSide || img.Height > r.maxSide {
		return nil, fmt.Errorf("%w: %d x %d pixels, this graphics card takes at most %d a side",
			ErrTooLarge, img.Width, img.Height, r.maxSide)
	}
	if want := img.Bytes(); len(img.Pix) < want {
		return nil, fmt.Errorf("upload: %d bytes of pixels, wanted %d", len(img.Pix), want)
	}
	if len(pick) < 1 || len(pick) > 4 {
		return nil, fmt.Errorf("upload: %d channels, wanted 1 to 4", len(pick))
	}
	names := make([]string, len(pick))
	for i, c := range pick {
		names[i] = img.Channels[c]
	}
	if err := t.back.reserve(img.Format, names); err != nil {
		return nil, err
	}
	return &Upload{r: r, tex: t, img: img, pick: pick}, nil
}

// Step uploads slices of rows until the deadline, at least one, and says
// whether the image is complete. It then waits behind the front for Swap.
func (up *Upload) Step(deadline time.Time) (bool, error) {
	s := &up.tex.back
	ogl.BindTexture(ogl.TEXTURE_2D, s.id)
	ogl.PixelStorei(ogl.UNPACK_ALIGNMENT, 1)
	ogl.PixelStorei(ogl.UNPACK_ROW_LENGTH, 0)
	defer ogl.BindBuffer(ogl.PIXEL_UNPACK_BUFFER, 0)
	rowBytes := up.img.Width * len(up.pick) * up.img.DType.Size()
	rows := max(1, sliceBytes/rowBytes)
	for up.row < up.img.Height {
		n := min(rows, up.img.Height-up.row)
		if err := up.slice(n, rowBytes); err != nil {
			return false, err
		}
		up.row += n
		if !time.Now().Before(deadline) {
			break
		}
	}
	if up.row < up.img.Height {
		return false, check("upload")
	}
	s.seal()
	return true, check("upload")
}

// slice copies n rows into the next buffer and hands it to the texture.
func (up *Upload) slice(n, rowBytes int) error {
	u := &up.r.up
	if u.pbo[0] == 0 {
		ogl.GenBuffers(pboCount, &u.pbo[0])
	}
	i := u.next
	u.next = (u.next + 1) % pboCount
	ogl.BindBuffer(ogl.PIXEL_UNPACK_BUFFER, u.pbo[i])
	size := n * rowBytes
	if u.size[i] < size {
		u.size[i] = max(size, sliceBytes)
		ogl.BufferData(ogl.PIXEL_UNPACK_BUFFER, u.size[i], nil, ogl.STREAM_DRAW)
	}
	p := ogl.MapBufferRange(ogl.PIXEL_UNPACK_BUFFER, 0, size, ogl.MAP_WRITE_BIT|ogl.MAP_INVALIDATE_BUFFER_BIT)
	if p == nil {
		return check("map an upload buffer")
	}
	up.pack(unsafe.Slice((*byte)(p), size), n)
	if !ogl.UnmapBuffer(ogl.PIXEL_UNPACK_BUFFER) {
		return fmt.Errorf("upload: the driver lost the buffer")
	}
	lay := up.tex.back.lay
	ogl.TexSubImage2D(ogl.TEXTURE_2D, 0, 0, int32(up.row), int32(up.img.Width), int32(n), lay.format, lay.kind, nil)
	return nil
}

// pack copies n rows, leaving out channels that are not shown.
func (up *Upload) pack(dst []byte, n int) {
	src := up.img.Pix[up.row*up.img.RowBytes():]
	channels := len(up.img.Channels)
	if len(up.pick) == channels {
		copy(dst, src[:len(dst)])
		return
	}
	size := up.img.DType.Size()
	step := channels * size
	at := 0
	for p := range n * up.img.Width {
		from := src[p*step : (p+1)*step]
		for _, c := range up.pick {
			at += copy(dst[at:at+size], from[c*size:])
		}
	}
}

// Swap brings the uploaded image to the front.
func (up *Upload) Swap() {
	up.tex.front, up.tex.back = up.tex.back, up.tex.front
}
