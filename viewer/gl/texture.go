package gl

import (
	"fmt"

	ogl "github.com/go-gl/gl/v4.1-core/gl"

	"remoteviewer/internal/pixel"
)

// Texture holds the image that a window shows and, behind it, the one that is
// being uploaded. The zero value is an empty texture.
type Texture struct {
	front, back store
}

// store is one GL texture and what it holds.
type store struct {
	id     uint32
	width  int
	height int
	lay    layout
	format pixel.Format // Channels are those in the texture
	ready  uintptr      // a fence behind the upload, for other contexts; 0 none
}

// seal marks the end of an upload: a context that draws the texture has to wait
// on the graphics card until what another one uploaded is there.
func (s *store) seal() {
	s.unseal()
	s.ready = ogl.FenceSync(ogl.SYNC_GPU_COMMANDS_COMPLETE, 0)
	ogl.Flush()
}

func (s *store) unseal() {
	if s.ready != 0 {
		ogl.DeleteSync(s.ready)
		s.ready = 0
	}
}

// await makes the current context's commands wait for the upload.
func (s *store) await() {
	if s.ready != 0 {
		ogl.WaitSync(s.ready, 0, ogl.TIMEOUT_IGNORED)
	}
}

// Empty says whether nothing has been shown yet.
func (t *Texture) Empty() bool { return t.front.id == 0 }

// Format is that of the image in front, with the channels that were uploaded.
func (t *Texture) Format() pixel.Format { return t.front.format }

// Close frees both sides.
func (t *Texture) Close() {
	for _, s := range []*store{&t.front, &t.back} {
		s.unseal()
		if s.id != 0 {
			ogl.DeleteTextures(1, &s.id)
		}
		*s = store{}
	}
}

// reserve makes the store fit for an image, keeping the storage if it fits.
func (s *store) reserve(f pixel.Format, names []string) error {
	lay := layouts[f.DType][len(names)-1]
	same := s.id != 0 && s.lay == lay && s.width == f.Width && s.height == f.Height
	f.Channels = names
	s.format = f
	if same {
		return nil
	}
	if s.id == 0 {
		ogl.GenTextures(1, &s.id)
	}
	s.lay, s.width, s.height = lay, f.Width, f.Height
	ogl.BindTexture(ogl.TEXTURE_2D, s.id)
	ogl.TexParameteri(ogl.TEXTURE_2D, ogl.TEXTURE_MAX_LEVEL, 0)
	ogl.TexParameteri(ogl.TEXTURE_2D, ogl.TEXTURE_MIN_FILTER, ogl.NEAREST)
	ogl.TexParameteri(ogl.TEXTURE_2D, ogl.TEXTURE_MAG_FILTER, ogl.NEAREST)
	ogl.TexImage2D(ogl.TEXTURE_2D, 0, lay.internal, int32(f.Width), int32(f.Height), 0, lay.format, lay.kind, nil)
	return check(fmt.Sprintf("a texture of %d x %d", f.Width, f.Height))
}

// ReadBack returns the values of the image in front as they are on the
// graphics card: rows top first, no padding, the layout of pixel.Image.
func ReadBack(t *Texture) ([]byte, error) {
	if t.Empty() {
		return nil, fmt.Errorf("read back: the texture is empty")
	}
	pix := make([]byte, t.front.format.Bytes())
	ogl.BindBuffer(ogl.PIXEL_PACK_BUFFER, 0)
	ogl.PixelStorei(ogl.PACK_ALIGNMENT, 1)
	ogl.BindTexture(ogl.TEXTURE_2D, t.front.id)
	ogl.GetTexImage(ogl.TEXTURE_2D, 0, t.front.lay.format, t.front.lay.kind, ogl.Ptr(pix))
	return pix, check("read back")
}
