package gl

import (
	"errors"
	"fmt"

	ogl "github.com/go-gl/gl/v4.1-core/gl"
)

// The version of OpenGL that the package is written for: core profile,
// forward compatible, the newest that macOS has.
const (
	WantMajor = 4
	WantMinor = 1
)

// ErrVersion is returned by New when the driver is too old.
var ErrVersion = errors.New("OpenGL is too old")

// Renderer owns what all windows share: programs and upload buffers.
type Renderer struct {
	programs map[variant]*program
	samplers [2]uint32
	up       uploader
	maxSide  int
}

// New prepares the current context and its share group.
func New() (*Renderer, error) {
	if err := ogl.Init(); err != nil {
		return nil, fmt.Errorf("%w: wanted OpenGL %d.%d, found %w; update the graphics driver", ErrVersion, WantMajor, WantMinor, err)
	}
	var major, minor, side int32
	ogl.GetIntegerv(ogl.MAJOR_VERSION, &major)
	ogl.GetIntegerv(ogl.MINOR_VERSION, &minor)
	if major < WantMajor || major == WantMajor && minor < WantMinor {
		return nil, fmt.Errorf("%w: wanted %d.%d, found %d.%d (%s); update the graphics driver",
			ErrVersion, WantMajor, WantMinor, major, minor, ogl.GoStr(ogl.GetString(ogl.RENDERER)))
	}
	ogl.GetIntegerv(ogl.MAX_TEXTURE_SIZE, &side)
	r := &Renderer{maxSide: int(side), programs: map[variant]*program{}}
	if _, err := r.program(variant{}); err != nil {
		return nil, err // a driver that can't do the plainest one
	}
	r.newSamplers()
	return r, nil
}

// newSamplers makes the two ways of reading a texture: exact, and smooth.
func (r *Renderer) newSamplers() {
	ogl.GenSamplers(2, &r.samplers[0])
	for i, filter := range []int32{ogl.NEAREST, ogl.LINEAR} {
		ogl.SamplerParameteri(r.samplers[i], ogl.TEXTURE_MIN_FILTER, filter)
		ogl.SamplerParameteri(r.samplers[i], ogl.TEXTURE_MAG_FILTER, filter)
		ogl.SamplerParameteri(r.samplers[i], ogl.TEXTURE_WRAP_S, ogl.CLAMP_TO_EDGE)
		ogl.SamplerParameteri(r.samplers[i], ogl.TEXTURE_WRAP_T, ogl.CLAMP_TO_EDGE)
	}
}

// Describe names the driver, for --version and reports of trouble.
func (r *Renderer) Describe() string {
	return fmt.Sprintf("OpenGL %s, %s", ogl.GoStr(ogl.GetString(ogl.VERSION)), ogl.GoStr(ogl.GetString(ogl.RENDERER)))
}

// MaxSide is the largest width or height of a texture here, in pixels.
func (r *Renderer) MaxSide() int { return r.maxSide }

// Close frees what the renderer owns; textures are freed by their owners.
func (r *Renderer) Close() {
	for _, p := range r.programs {
		ogl.DeleteProgram(p.id)
	}
	ogl.DeleteSamplers(2, &r.samplers[0])
	r.up.close()
}

// Surface is what one context needs of its own to be drawn in.
type Surface struct{ vao uint32 }

// NewSurface makes the surface of the current context.
func NewSurface() *Surface {
	s := &Surface{}
	ogl.GenVertexArrays(1, &s.vao)
	return s
}

// Close frees the surface; its context must be current.
func (s *Surface) Close() { ogl.DeleteVertexArrays(1, &s.vao) }

// Clear fills the current framebuffer.
func Clear(width, height int, c [3]float32) {
	ogl.Viewport(0, 0, int32(width), int32(height))
	ogl.Disable(ogl.SCISSOR_TEST)
	ogl.ClearColor(c[0], c[1], c[2], 1)
	ogl.Clear(ogl.COLOR_BUFFER_BIT)
}

// Pixels reads the current framebuffer back: RGB8, rows top first.
func Pixels(width, height int) []byte {
	row := width * 3
	flipped := make([]byte, row*height)
	ogl.PixelStorei(ogl.PACK_ALIGNMENT, 1)
	ogl.ReadPixels(0, 0, int32(width), int32(height), ogl.RGB, ogl.UNSIGNED_BYTE, ogl.Ptr(flipped))
	pix := make([]byte, len(flipped))
	for y := range height {
		copy(pix[y*row:(y+1)*row], flipped[(height-1-y)*row:])
	}
	return pix
}

// check turns GL's error flag into an error that says what was being done.
func check(doing string) error {
	if code := ogl.GetError(); code != ogl.NO_ERROR {
		if code == ogl.OUT_OF_MEMORY {
			return fmt.Errorf("%s: the graphics card is out of memory", doing)
		}
		return fmt.Errorf("%s: OpenGL error 0x%04x", doing, code)
	}
	return nil
}
