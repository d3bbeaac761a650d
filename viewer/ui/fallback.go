package ui

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"unsafe"

	"github.com/AllenDang/cimgui-go/imgui"
)

// The system's fonts for what the Go fonts lack: of each row the first that is
// there. Names of images come from people of all languages.
var systemFonts = [][]string{
	{ // Chinese, Japanese, Korean
		"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
		"/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
		"/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
		"/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
		"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
		"/usr/share/fonts/wenquanyi/wqy-microhei/wqy-microhei.ttc",
		"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
		"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
		"/System/Library/Fonts/PingFang.ttc",
		"/System/Library/Fonts/Hiragino Sans GB.ttc",
		"/Library/Fonts/Arial Unicode.ttf",
	},
	{ // symbols; of emoji those without colours
		"/usr/share/fonts/truetype/noto/NotoEmoji-Regular.ttf",
		"/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf",
		"/System/Library/Fonts/Apple Symbols.ttf",
	},
	{ // most alphabets
		"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
		"/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
		"/usr/share/fonts/TTF/DejaVuSans.ttf",
		"/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
	},
}

// fallbacks are the bytes of the fonts found, mapped once for all windows: only
// what is drawn of them is read.
var fallbacks = sync.OnceValue(func() (found [][]byte) {
	for _, row := range systemFonts {
		for _, path := range row {
			if font := mapFont(path); font != nil {
				found = append(found, font)
				break
			}
		}
	}
	return found
})

// mapFont is a file's bytes if they look like a font, nil otherwise.
func mapFont(path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() < 1<<10 || info.Size() > 1<<28 {
		return nil
	}
	font, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	switch string(font[:4]) {
	case "ttcf", "OTTO", "true", "\x00\x01\x00\x00":
		return font
	}
	_ = syscall.Munmap(font)
	return nil
}

// addFallbacks lets the font that was added last find in the system's fonts what
// it lacks.
func addFallbacks(atlas *imgui.FontAtlas) {
	for _, font := range fallbacks() {
		cfg := imgui.NewFontConfig()
		cfg.SetFontDataOwnedByAtlas(false)
		cfg.SetMergeMode(true)
		atlas.AddFontFromMemoryTTFV(uintptr(unsafe.Pointer(&font[0])), int32(len(font)), sizeText, cfg, nil)
		cfg.Destroy()
	}
}

// readable is a text as the current font can show it.
func readable(text string) string {
	font := imgui.CurrentFont()
	return spelled(text, func(c rune) bool { return font.IsGlyphInFont(imgui.Wchar(c)) })
}

// spelled is a text in which a character that no font has stands by its number,
// not as a box.
func spelled(text string, has func(rune) bool) string {
	missing := func(c rune) bool { return c >= 0x7f && !has(c) }
	if !strings.ContainsFunc(text, missing) {
		return text
	}
	var b strings.Builder
	for _, c := range text {
		switch {
		case !missing(c):
			b.WriteRune(c)
		case c == 0x200d, c >= 0xfe00 && c <= 0xfe0f: // joins emoji, or says how they look
		default:
			fmt.Fprintf(&b, "<%04X>", c)
		}
	}
	return b.String()
}
