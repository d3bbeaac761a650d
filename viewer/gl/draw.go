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
func (r *Renderer) Draw(s *Surface, width, height int, t *Texture, v *View) error {
	if t.Empty() || v.Place.W <= 0 || v.Place.H <= 0 {
		Clear(width, height, v.Background)
		return nil
	}
	kind, taps, smooth := variantOf(t.front.format, v)
	p, err := r.program(kind)
	if err != nil {
		return err
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
	ogl.Uniform2i(p.at("taps"), taps[0], taps[1])
	setValues(p, t.front.format, v)
	sampler := r.samplers[0]
	if smooth {
		sampler = r.samplers[1]
	}
	t.front.await()
	ogl.ActiveTexture(ogl.TEXTURE0)
	ogl.BindTexture(ogl.TEXTURE_2D, t.front.id)
	ogl.BindSampler(0, sampler)
	ogl.Uniform1i(p.at("image"), 0)
	ogl.BindVertexArray(s.vao)
	ogl.DrawArrays(ogl.TRIANGLES, 0, 3)
	ogl.BindVertexArray(0)
	ogl.BindSampler(0, 0)
	return nil
}

// variantOf chooses the shader's constants, and how many samples it takes of
// the texels under one pixel: all of them up to a factor of 8 or, where
// sampling blends four, of 16.
func variantOf(f pixel.Format, v *View) (k variant, taps [2]int32, smooth bool) {
	k = variant{
		integer: f.DType == pixel.U32, show: shown[v.Show], colorMap: v.Map, exposed: v.Exposure != 0,
	}
	if v.Show == pixel.Normal && !f.DType.Float() {
		k.show = shown[pixel.SRGB] // it holds 0.5 + 0.5 n already, as display values
	}
	mapped := k.show >= shown[pixel.Depth]
	if mapped {
		k.exposed = false
	} else {
		k.colorMap = Grey
		if roles(f)[3] >= 0 && v.Solo < 0 {
			k.alpha = alphaModes[f.Alpha]
		}
	}
	sx, sy := float64(f.Width)/float64(v.Place.W), float64(f.Height)/float64(v.Place.H)
	reduced := max(sx, sy) > 1.0001
	smooth = reduced && !mapped && !k.integer
	perTap := 1.0
	if smooth {
		perTap = 2
	}
	for i, s := range []float64{sx, sy} {
		taps[i] = int32(max(1, min(8, math.Ceil(s/perTap-0.01))))
	}
	switch {
	case reduced && taps[0]*taps[1] > 1:
		k.reduction = 2
	case reduced:
		k.reduction = 1
	}
	return k, taps, smooth
}

// setValues hands over what the numbers in the texture mean.
func setValues(p *program, f pixel.Format, v *View) {
	stored := storeScale(f.DType)
	white := float32(f.WhiteValue())
	scale := stored
	if v.Show == pixel.SRGB || v.Show == pixel.Linear || v.Show == pixel.Normal && !f.DType.Float() {
		scale = stored / white
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
	ogl.Uniform1f(p.at("scale"), scale)
	ogl.Uniform1f(p.at("alphaScale"), stored/alphaWhite)
	ogl.Uniform1f(p.at("gain"), float32(math.Exp2(float64(v.Exposure))))
	ogl.Uniform2f(p.at("range"), v.Range[0], v.Range[1])
	ogl.Uniform4i(p.at("role"), role[0], role[1], role[2], role[3])
	ogl.Uniform1i(p.at("solo"), int32(solo))
}

func flag(b bool) int32 {
	if b {
		return 1
	}
	return 0
}
