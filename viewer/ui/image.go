package ui

import (
	"slices"
	"time"

	"remoteviewer/viewer/gl"
	"remoteviewer/viewer/model"
)

// The least size of an image window, and how many times as long as wide it is.
const (
	leastW, leastH = 140, 90
	longest        = 8
	rendered       = 480 // the longer side of a window whose camera is ours, at least
)

// stripHeight is that of the line under an image, in design units.
const stripHeight = 26

// imageWindow shows one image.
type imageWindow struct {
	*pane
	id      model.Key
	state   model.Window
	conn    model.Conn
	texture gl.Texture
	img     *model.Image // in the texture; nil before
	held    model.Held   // img's pixels, or those of the one that is being brought back
	stats   model.Stats  // of img, as it is shown
	fault   string       // what stands there instead of an image

	zoom     model.Zoom
	look     model.Look
	exposure float64     // stops
	solo     int         // the channel shown alone, or -1
	locked   *[2]float64 // the range that the user holds, nil for the image's own
	bare     bool        // without the strip
	help     bool

	mouse   struct{ x, y float64 } // framebuffer pixels
	inside  bool
	drag    drag
	gesture model.Gesture
	told    told
	put     model.Rect // where arrange put it
	fresh   bool       // not put anywhere yet
	drawn   string     // the strip's text when it was drawn last
	card    model.Card // as it was drawn last
	shot    model.Shot // likewise, zero when it wasn't

	metaWidths map[string]float32
	metaMore   bool // one row leaves some values out
	helpNoted  helpNote
	restore    bool // the image has to be uploaded again
}

// follow takes what the model says of the window now.
func (w *imageWindow) follow(s *model.Window) {
	if s.Present != w.state.Present || s.Live != w.state.Live || !slices.Equal(s.Meta, w.state.Meta) {
		w.touch()
	}
	w.state = *s
	if c := w.app.state.Conn(s.Conn); c != nil {
		w.conn = *c
	}
	w.app.model.Framed(w.id, w.frame())
}

// refresh asks for a picture when what it says has changed.
func (w *imageWindow) refresh() {
	if w.restore && w.img != nil {
		w.restore = false
		if w.keep(w.img) { // else something newer comes, or the window goes
			w.app.restore(w, w.img)
		}
	}
	if w.todo == 0 && (w.status() != w.drawn || w.cardChanged() || w.shotNow(time.Now()) != w.shot) {
		w.todo = 1
	}
}

// keep holds an image's pixels for as long as the window may look at them.
func (w *imageWindow) keep(img *model.Image) bool {
	held, ok := w.app.model.Hold(w.id, img)
	if ok {
		w.held.Drop()
		w.held = held
	}
	return ok
}

// replace is called when another image stands in the texture.
func (w *imageWindow) replace(img *model.Image) {
	changed := w.img == nil || !slices.Equal(w.img.Channels, img.Channels)
	w.img = img
	if changed && w.solo >= len(img.Channels) {
		w.solo = -1
	}
	w.measure()
	w.todo = max(w.todo, 1)
}

// measure finds the range of what is shown.
func (w *imageWindow) measure() {
	if w.img != nil && model.NeedsStats(w.img.Format, w.color()) {
		w.stats = model.Measure(&w.img.Image, w.color(), w.solo)
	}
}

// color is what the values are taken for: as sent, or as the user switched.
func (w *imageWindow) color() model.Color {
	if w.look.Color != "" {
		return w.look.Color
	}
	if w.img == nil {
		return model.SRGB
	}
	return w.img.Color
}

// mapped says whether the values go through a colour map.
func (w *imageWindow) mapped() bool {
	switch w.color() {
	case model.Depth, model.Distance, model.Data:
		return true
	}
	return false
}

// exposable says whether exposure does something.
func (w *imageWindow) exposable() bool {
	return w.color() == model.SRGB || w.color() == model.Linear
}

// colorMap is the one chosen for this name, else the meaning's own.
func (w *imageWindow) colorMap() gl.Map {
	if i := slices.Index(gl.MapNames, w.look.Map); i >= 0 {
		return gl.Map(i)
	}
	if w.color() == model.Data {
		return gl.Turbo
	}
	return gl.Viridis
}

// valueRange is what the ends of the colour map stand for.
func (w *imageWindow) valueRange() [2]float64 {
	if w.locked != nil {
		return *w.locked
	}
	return [2]float64{w.stats.Min, w.stats.Max}
}

// pick says which channels go to the graphics card.
func (w *imageWindow) pick(f model.Format) []int {
	if w.solo >= 0 && w.solo < len(f.Channels) && len(f.Channels) > 4 {
		return []int{w.solo}
	}
	return gl.Pick(f)
}

// setLook changes what the values are taken for and remembers it by the name.
func (w *imageWindow) setLook(look model.Look) {
	if w.img != nil && look.Color == w.img.Color {
		look.Color = ""
	}
	w.look = look
	w.locked = nil
	w.app.model.SetLook(w.id.Name, look)
	w.measure()
	w.touch()
}

// setSolo shows one channel alone, or all with -1.
func (w *imageWindow) setSolo(channel int) {
	w.solo = channel
	w.restore = w.img != nil && len(w.img.Channels) > 4
	w.locked = nil
	w.measure()
	w.touch()
}

// strip is the height of the line under the image, framebuffer pixels.
func (w *imageWindow) strip() float64 {
	if w.bare {
		return 0
	}
	_, density := w.density()
	h := float64(stripHeight)
	if w.metaShown() {
		h += metaRow
	}
	return h * float64(w.layer.scale) * density
}

// imageSize is that of the image in pixels, never 0.
func (w *imageWindow) imageSize() model.Size {
	if w.img == nil {
		return model.Size{W: 1, H: 1}
	}
	return model.Size{W: w.img.Width, H: w.img.Height}
}

// wanted is the window's size that shows its image best: pixel by pixel, with
// room for the strip. An image that is rendered for the window has the size
// that it would have on a screen of plain density.
func (w *imageWindow) wanted() model.Size {
	dx, dy := w.density()
	s := w.state.Size
	if w.conn.Cameras {
		// A renderer may begin with few pixels; its later ones fill the window.
		scale := w.layer.scale * max(1, rendered/float32(max(s.W, s.H)))
		return model.Size{W: int(float32(s.W) * scale), H: int(float32(s.H) * scale)}
	}
	k := 1 // thumbnails are magnified by whole factors
	for k < 8 && s.W*(k+1) <= 256 && s.H*(k+1) <= 256 {
		k++
	}
	out := model.Size{W: int(float64(s.W*k) / dx), H: int((float64(s.H*k) + w.strip()) / dy)}
	// A line of pixels still gets a window that one can hold.
	return model.Size{W: max(out.W, out.H/longest, leastW), H: max(out.H, out.W/longest, leastH)}
}

// view is how the image is to be drawn now.
func (w *imageWindow) view() gl.View {
	frame := w.frame()
	p := w.zoom.Place(w.imageSize(), frame, w.strip())
	v := gl.View{
		Place: gl.Rect{X: float32(p.X), Y: float32(p.Y), W: float32(p.W), H: float32(p.H)},
		Show:  w.color(), Exposure: float32(w.exposure), Map: w.colorMap(),
		Solo: w.solo, Background: around, Checker: 8 * w.layer.scale,
	}
	if w.img != nil && len(w.img.Channels) > 4 && w.solo >= 0 {
		v.Solo = 0
	}
	r := w.valueRange()
	v.Range = [2]float32{float32(r[0]), float32(r[1])}
	if w.color() == model.Depth || w.color() == model.Distance {
		v.Range[0], v.Range[1] = v.Range[1], v.Range[0] // near is bright
	}
	switch {
	case !w.state.Live:
		v.Dim = 0.3
	case !w.state.Present:
		v.Dim = 0.6
	}
	return v
}

// paint draws the window.
func (w *imageWindow) paint() {
	w.drawn = w.status()
	w.hover() // what is under the pointer changes with the image as well
	w.tellMove()
	w.draw(func(frame model.Size) {
		if w.fault != "" {
			gl.Clear(frame.W, frame.H, around)
			return
		}
		v := w.view()
		if err := w.app.renderer.Draw(w.surface, frame.W, frame.H, &w.texture, &v); err != nil {
			w.fault = err.Error()
			gl.Clear(frame.W, frame.H, around)
		}
	}, w.overlay)
}
