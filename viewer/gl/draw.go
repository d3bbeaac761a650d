package gl

import (
	"math"

	ogl "github.com/go-gl/gl/v4.1-core/gl"

	"remoteviewer/internal/pixel"
)

// Map is a colour map for values that are no colours.
type Map int32

// The colour maps.
const (
	Grey Map = iota
	Viridis
	Turbo
	Inferno
)

// MapNames are the names of the maps, in their order.
var MapNames = []string{"grey", "viridis", "turbo", "inferno"}

// Rect is a place in framebuffer pixels; the origin is the top left corner.
type Rect struct{ X, Y, W, H float32 }

// View says how to draw an image: everything, so that the same View and
// Texture always give the same picture.
type View struct {
	Place      Rect        // of the whole image; may reach beyond the framebuffer
	Show       pixel.Color // what its values are taken for
	Exposure   float32     // stops, for srgb and linear
	Range      [2]float32  // values at the ends of the colour map, in sent units
	Map        Map         // for depth, distance and data
	Solo       int         // the one component shown as grey or through the map, or -1
	Background [3]float32  // around the image
	Checker    float32     // side of a square under transparent images, pixels
	Dim        float32     // 0 as it is, 1 gone
}

// shown are the shader's numbers for colour meanings.
var shown = map[pixel.Color]int32{
	pixel.SRGB: 0, pixel.Linear: 1, pixel.Normal: 2, pixel.Depth: 3, pixel.Distance: 3, pixel.Data: 4,
}

var alphaModes = map[pixel.Alpha]int32{pixel.AlphaNone: 0, pixel.Straight: 1, pixel.Premultiplied: 2}

// Draw fills the current framebuffer of the given size with the view of a
// texture, background included.
func (r *Renderer) Draw(s *Surface, width, height int, t *Texture, v *View) {
	if t.Empty() || v.Place.W <= 0 || v.Place.H <= 0 {
		Clear(width, height, v.Background)
		return
	}
	f := t.front.format
	p := r.floats
	if f.DType == pixel.U32 {
		p = r.integers
	}
	ogl.Viewport(0, 0, int32(width), int32(height))
	ogl.Disable(ogl.BLEND)
	ogl.Disable(ogl.SCISSOR_TEST)
	ogl.Disable(ogl.FRAMEBUFFER_SRGB)
	ogl.UseProgram(p.id)
	ogl.Uniform2f(p.at("screen"), float32(width), float32(height))
	ogl.Uniform4f(p.at("place"), v.Place.X, v.Place.Y, v.Place.W, v.Place.H)
	ogl.Uniform3f(p.at("background"), v.Background[0], v.Background[1], v.Background[2])
	ogl.Uniform1f(p.at("checker"), max(1, v.Checker))
	ogl.Uniform1f(p.at("dim"), v.Dim)
	r.values(p, f, v)
	smooth := v.Show != pixel.Data && shown[v.Show] < 3 && f.DType != pixel.U32
	sampler := r.samplers[0]
	if smooth {
		sampler = r.samplers[1]
	}
	ogl.Uniform1i(p.at("smoothly"), flag(smooth))
	ogl.ActiveTexture(ogl.TEXTURE0)
	ogl.BindTexture(ogl.TEXTURE_2D, t.front.id)
	ogl.BindSampler(0, sampler)
	ogl.Uniform1i(p.at("image"), 0)
	ogl.BindVertexArray(s.vao)
	ogl.DrawArrays(ogl.TRIANGLES, 0, 3)
	ogl.BindVertexArray(0)
	ogl.BindSampler(0, 0)
}

// values hands over what the numbers in the texture mean.
func (r *Renderer) values(p *program, f pixel.Format, v *View) {
	stored := storeScale(f.DType)
	white := float32(f.WhiteValue())
	scale := stored
	switch v.Show {
	case pixel.SRGB, pixel.Linear:
		scale = stored / white
	case pixel.Normal:
		// An integer image holds 0.5 + 0.5 n already, as display values.
		if !f.DType.Float() {
			scale = stored / white
		}
	}
	show := shown[v.Show]
	if v.Show == pixel.Normal && !f.DType.Float() {
		show = shown[pixel.SRGB]
	}
	alphaWhite := white
	if f.DType.Float() && v.Show == pixel.Linear {
		alphaWhite = 1
	}
	role := roles(f)
	solo := v.Solo
	if solo >= len(f.Channels) {
		solo = -1
	}
	ogl.Uniform2i(p.at("size"), int32(f.Width), int32(f.Height))
	ogl.Uniform1i(p.at("show"), show)
	ogl.Uniform1f(p.at("scale"), scale)
	ogl.Uniform1f(p.at("alphaScale"), stored/alphaWhite)
	ogl.Uniform1f(p.at("gain"), float32(math.Exp2(float64(v.Exposure))))
	ogl.Uniform2f(p.at("range"), v.Range[0], v.Range[1])
	ogl.Uniform1i(p.at("map"), int32(v.Map))
	ogl.Uniform1i(p.at("alphaMode"), alphaModes[f.Alpha])
	ogl.Uniform4i(p.at("role"), role[0], role[1], role[2], role[3])
	ogl.Uniform1i(p.at("solo"), int32(solo))
}

func flag(b bool) int32 {
	if b {
		return 1
	}
	return 0
}
