package ui

import (
	"unsafe"

	"github.com/AllenDang/cimgui-go/imgui"
	"github.com/AllenDang/cimgui-go/implot"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
)

// The palette: calm and dark, so that the images are what one looks at.
var (
	colBack   = rgb(0x15171c)
	colCard   = rgb(0x1d2027)
	colField  = rgb(0x282c35)
	colHover  = rgb(0x343a46)
	colPress  = rgb(0x3f4654)
	colLine   = rgb(0x2b2f39)
	colText   = rgb(0xe4e7ed)
	colDim    = rgb(0x8a92a1)
	colFaint  = rgb(0x5e6675)
	colAccent = rgb(0x5c9dff)
	colDeep   = rgb(0x2f6fd6)
	colGrab   = rgb(0x86b8ff) // what is held
	colChosen = rgb(0xa9ccff) // the words of what is on
	colGood   = rgb(0x55c88a)
	colWarn   = rgb(0xe6b25c)
	colBad    = rgb(0xec7070)
)

// around is the background of image windows.
var around = [3]float32{0.067, 0.071, 0.086}

const (
	sizeText  = 15
	sizeSmall = 13
	sizeTitle = 21

	sizeControl = 14 // of a renderer's controls: there may be many
	sizeAxis    = 11
)

func rgb(hex uint32) imgui.Vec4 {
	return imgui.Vec4{
		X: float32(hex>>16&255) / 255, Y: float32(hex>>8&255) / 255, Z: float32(hex&255) / 255, W: 1,
	}
}

func alpha(c imgui.Vec4, a float32) imgui.Vec4 {
	c.W *= a
	return c
}

func pack(c imgui.Vec4) uint32 { return imgui.ColorConvertFloat4ToU32(c) }

// fonts are those of one ImGui context.
type fonts struct{ text, bold, mono *imgui.Font }

// loadFonts adds the Go fonts to the current context, and the system's for what
// they lack. Their bytes are the program's own, so ImGui must not free them.
func loadFonts() fonts {
	atlas := imgui.CurrentIO().Fonts()
	add := func(ttf []byte) *imgui.Font {
		cfg := imgui.NewFontConfig()
		defer cfg.Destroy()
		cfg.SetFontDataOwnedByAtlas(false)
		font := atlas.AddFontFromMemoryTTFV(uintptr(unsafe.Pointer(&ttf[0])), int32(len(ttf)), sizeText, cfg, nil)
		addFallbacks(atlas)
		return font
	}
	return fonts{text: add(goregular.TTF), bold: add(gobold.TTF), mono: add(gomono.TTF)}
}

// applyStyle sets the current context's look for a content scale.
func applyStyle(scale float32) {
	fresh := imgui.NewStyle()
	defer fresh.Destroy()
	imgui.StyleColorsDarkV(fresh)
	s := imgui.CurrentStyle()
	colours := fresh.Colors()
	for slot, c := range styleColours {
		colours[slot] = c
	}
	s.SetColors(&colours)
	v := func(x, y float32) imgui.Vec2 { return imgui.Vec2{X: x * scale, Y: y * scale} }
	s.SetWindowPadding(v(16, 14))
	s.SetFramePadding(v(10, 6))
	s.SetItemSpacing(v(8, 7))
	s.SetItemInnerSpacing(v(7, 5))
	s.SetCellPadding(v(6, 4))
	s.SetWindowRounding(0)
	s.SetChildRounding(9 * scale)
	s.SetPopupRounding(8 * scale)
	s.SetFrameRounding(6 * scale)
	s.SetGrabRounding(6 * scale)
	s.SetScrollbarRounding(6 * scale)
	s.SetScrollbarSize(10 * scale)
	s.SetGrabMinSize(12 * scale)
	s.SetWindowBorderSize(0)
	s.SetChildBorderSize(1)
	s.SetPopupBorderSize(1)
	s.SetFrameBorderSize(0)
	s.SetDisabledAlpha(0.45)
	s.SetFontSizeBase(sizeText)
	s.SetFontScaleDpi(scale)
}

var styleColours = map[imgui.Col]imgui.Vec4{
	imgui.ColText: colText, imgui.ColTextDisabled: colDim,
	imgui.ColWindowBg: colBack, imgui.ColChildBg: colCard, imgui.ColPopupBg: rgb(0x22252d),
	imgui.ColBorder: colLine, imgui.ColSeparator: colLine,
	imgui.ColFrameBg: colField, imgui.ColFrameBgHovered: colHover, imgui.ColFrameBgActive: colPress,
	imgui.ColButton: colField, imgui.ColButtonHovered: colHover, imgui.ColButtonActive: colPress,
	imgui.ColHeader: colField, imgui.ColHeaderHovered: colHover, imgui.ColHeaderActive: colPress,
	imgui.ColCheckMark: colAccent, imgui.ColSliderGrab: colAccent, imgui.ColSliderGrabActive: colGrab,
	imgui.ColScrollbarBg: alpha(colBack, 0), imgui.ColScrollbarGrab: colHover,
	imgui.ColScrollbarGrabHovered: colPress, imgui.ColScrollbarGrabActive: colFaint,
	imgui.ColTextSelectedBg: alpha(colAccent, 0.35), imgui.ColNavCursor: alpha(colAccent, 0.6),
	imgui.ColInputTextCursor: colAccent,
}

// applyPlotStyle sets the look of plots for a content scale.
func applyPlotStyle(scale float32) {
	s := implot.GetStyle()
	colours := s.Colors()
	for slot, c := range plotColours {
		colours[slot] = c
	}
	s.SetColors(&colours)
	v := func(x, y float32) imgui.Vec2 { return imgui.Vec2{X: x * scale, Y: y * scale} }
	s.SetPlotPadding(v(0, 2))
	s.SetLabelPadding(v(0, 4))
	s.SetPlotMinSize(v(60, 40))
	s.SetMajorGridSize(v(1, 1))
	s.SetPlotBorderSize(0)
}

var plotColours = map[implot.Col]imgui.Vec4{
	implot.ColFrameBg: {}, implot.ColPlotBg: alpha(colBack, 0.75), implot.ColPlotBorder: {},
	implot.ColAxisText: colFaint, implot.ColAxisGrid: alpha(colHover, 0.8), implot.ColAxisTick: colLine, implot.ColAxisBg: {},
	implot.ColInlayText: colDim,
}
