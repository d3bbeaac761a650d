package imagefile

import (
	"bytes"
	"errors"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"remoteviewer/internal/pixel"
)

func noise(w, h int, d pixel.DType, color pixel.Color, alpha pixel.Alpha, channels ...string) pixel.Image {
	f := pixel.Format{Width: w, Height: h, Channels: channels, DType: d, Color: color, Alpha: alpha}
	m := pixel.Image{Format: f, Pix: make([]byte, f.Bytes())}
	rand.New(rand.NewSource(int64(w * h))).Read(m.Pix)
	return m
}

// same compares all of two images, bit by bit.
func same(t *testing.T, got, want pixel.Image) {
	t.Helper()
	if !slices.Equal(got.Channels, want.Channels) {
		t.Fatalf("channels %q, wanted %q", got.Channels, want.Channels)
	}
	g, w := got.Format, want.Format
	g.Channels, w.Channels = nil, nil
	if g.Width != w.Width || g.Height != w.Height || g.DType != w.DType || g.Color != w.Color || g.Alpha != w.Alpha || g.White != w.White {
		t.Fatalf("got %+v, wanted %+v", g, w)
	}
	if !bytes.Equal(got.Pix, want.Pix) {
		t.Fatal("pixels differ")
	}
}

func TestRoundTripsAreExact(t *testing.T) {
	white := noise(5, 4, pixel.F32, pixel.SRGB, pixel.AlphaNone, "Y")
	white.White = 255
	many := pixel.DefaultChannels(10)
	tests := []struct {
		name, ext string
		img       pixel.Image
	}{
		{"grey", ".png", noise(13, 7, pixel.U8, pixel.SRGB, pixel.AlphaNone, "Y")},
		{"grey alpha", ".png", noise(13, 7, pixel.U8, pixel.SRGB, pixel.Straight, "Y", "A")},
		{"rgb", ".png", noise(300, 200, pixel.U8, pixel.SRGB, pixel.AlphaNone, "R", "G", "B")},
		{"rgba", ".png", noise(13, 7, pixel.U8, pixel.SRGB, pixel.Straight, "R", "G", "B", "A")},
		{"one pixel", ".png", noise(1, 1, pixel.U8, pixel.SRGB, pixel.AlphaNone, "R", "G", "B")},
		{"grey 16", ".png", noise(13, 7, pixel.U16, pixel.SRGB, pixel.AlphaNone, "Y")},
		{"grey alpha 16", ".png", noise(13, 7, pixel.U16, pixel.SRGB, pixel.Straight, "Y", "A")},
		{"rgb 16", ".png", noise(13, 7, pixel.U16, pixel.SRGB, pixel.AlphaNone, "R", "G", "B")},
		{"rgba 16", ".png", noise(13, 7, pixel.U16, pixel.SRGB, pixel.Straight, "R", "G", "B", "A")},
		{"half", ".exr", noise(33, 35, pixel.F16, pixel.Linear, pixel.AlphaNone, "R", "G", "B")},
		{"float", ".exr", noise(33, 16, pixel.F32, pixel.Linear, pixel.Premultiplied, "R", "G", "B", "A")},
		{"straight", ".exr", noise(33, 16, pixel.F32, pixel.Linear, pixel.Straight, "R", "G", "B", "A")},
		{"uint", ".exr", noise(3, 17, pixel.U32, pixel.Data, pixel.AlphaNone, "id")},
		{"depth", ".exr", noise(7, 5, pixel.F32, pixel.Depth, pixel.AlphaNone, "Z")},
		{"distance", ".exr", noise(7, 5, pixel.F32, pixel.Distance, pixel.AlphaNone, "0")},
		{"normal", ".exr", noise(7, 5, pixel.F16, pixel.Normal, pixel.AlphaNone, "X", "Y", "Z")},
		{"display floats", ".exr", white},
		{"ten", ".exr", noise(7, 5, pixel.F32, pixel.Data, pixel.AlphaNone, many...)},
		{"long name", ".exr", noise(2, 2, pixel.F32, pixel.Linear, pixel.AlphaNone, strings.Repeat("n", 100))},
		{"layers", ".exr", noise(4, 4, pixel.F16, pixel.Linear, pixel.Premultiplied, "R", "G", "B", "A", "Z", "a.R", "a.G", "a.B", "n.X")},
		{"pfm", ".pfm", noise(7, 5, pixel.F32, pixel.Linear, pixel.AlphaNone, "Y")},
		{"pfm rgb", ".pfm", noise(7, 5, pixel.F32, pixel.Linear, pixel.AlphaNone, "R", "G", "B")},
		{"npy u8", ".npy", noise(7, 5, pixel.U8, pixel.SRGB, pixel.AlphaNone, "Y")},
		{"npy u16", ".npy", noise(7, 5, pixel.U16, pixel.SRGB, pixel.AlphaNone, "R", "G", "B")},
		{"npy u32", ".npy", noise(7, 5, pixel.U32, pixel.Data, pixel.AlphaNone, "Y")},
		{"npy f16", ".npy", noise(7, 5, pixel.F16, pixel.SRGB, pixel.Straight, "R", "G", "B", "A")},
		{"npy f32", ".npy", noise(70, 50, pixel.F32, pixel.SRGB, pixel.AlphaNone, many...)},
	}
	for _, tt := range tests {
		t.Run(tt.name+tt.ext, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "image"+tt.ext)
			if err := Write(path, tt.img); err != nil {
				t.Fatal(err)
			}
			got, err := Read(path)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, tt.img)
			if want := DefaultExt(tt.img); (tt.ext == ".png" || tt.ext == ".exr") && want != tt.ext {
				t.Errorf("the default is %s", want)
			}
		})
	}
}

// The kind comes from the first bytes, whatever the name.
func TestTheNameDoesNotMatter(t *testing.T) {
	dir := t.TempDir()
	img := noise(4, 4, pixel.F32, pixel.Linear, pixel.AlphaNone, "R", "G", "B")
	if err := Write(filepath.Join(dir, "a.exr"), img); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "a.exr"), filepath.Join(dir, "a.png")); err != nil {
		t.Fatal(err)
	}
	got, err := Read(filepath.Join(dir, "a.png"))
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, img)
}

func TestWriteIsWholeOrNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.png")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	bad := noise(4, 4, pixel.U8, pixel.Data, pixel.AlphaNone, "0", "1", "2", "3", "4")
	if err := Write(path, bad); !errors.Is(err, ErrFormat) {
		t.Fatalf("five channels as PNG: %v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "before" {
		t.Errorf("the file was touched: %q", b)
	}
	if err := Write(path, noise(4, 4, pixel.U8, pixel.SRGB, pixel.AlphaNone, "Y")); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v %v", entries, err)
	}
}

func TestWriteErrors(t *testing.T) {
	dir := t.TempDir()
	good := noise(4, 4, pixel.U8, pixel.SRGB, pixel.AlphaNone, "Y")
	short, zero := good, good
	short.Pix = short.Pix[1:]
	zero.Channels = []string{"a\x00b"}
	tests := []struct {
		name string
		img  pixel.Image
		want error
	}{
		{"a.tiff", good, ErrFormat},
		{"noext", good, ErrFormat},
		{"short.png", short, pixel.ErrShape},
		{"empty.png", pixel.Image{}, pixel.ErrShape},
		{"no/such/dir.png", good, os.ErrNotExist},
		{"u32.pfm", noise(2, 2, pixel.U32, pixel.Data, pixel.AlphaNone, "Y"), ErrFormat},
		{"two.pfm", noise(2, 2, pixel.F32, pixel.Data, pixel.AlphaNone, "U", "V"), ErrFormat},
		{"uv.png", noise(2, 2, pixel.U8, pixel.Data, pixel.AlphaNone, "U", "V"), ErrFormat},
		{"zero.exr", zero, ErrFormat},
	}
	for _, tt := range tests {
		if err := Write(filepath.Join(dir, tt.name), tt.img); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, wanted %v", tt.name, err, tt.want)
		}
	}
}

func TestDefaultExt(t *testing.T) {
	tests := []struct {
		img  pixel.Image
		want string
	}{
		{noise(1, 1, pixel.U8, pixel.SRGB, pixel.AlphaNone, "B", "G", "R"), ".png"},
		{noise(1, 1, pixel.U16, pixel.Depth, pixel.AlphaNone, "0"), ".png"},
		{noise(1, 1, pixel.U8, pixel.Data, pixel.AlphaNone, "U", "V"), ".exr"},
		{noise(1, 1, pixel.U8, pixel.Data, pixel.AlphaNone, pixel.DefaultChannels(5)...), ".exr"},
		{noise(1, 1, pixel.U32, pixel.Data, pixel.AlphaNone, "Y"), ".exr"},
		{noise(1, 1, pixel.F16, pixel.SRGB, pixel.AlphaNone, "Y"), ".exr"},
	}
	for _, tt := range tests {
		if got := DefaultExt(tt.img); got != tt.want {
			t.Errorf("%s %q: got %s, wanted %s", tt.img.DType, tt.img.Channels, got, tt.want)
		}
		path := filepath.Join(t.TempDir(), "x"+DefaultExt(tt.img))
		if err := Write(path, tt.img); err != nil {
			t.Error(err)
		}
	}
}

func TestUnknownContent(t *testing.T) {
	for _, s := range []string{"", "x", "GIF89a....", "\x89PNG", "PFx", "PF"} {
		if _, err := Decode("it", strings.NewReader(s)); !errors.Is(err, ErrFormat) || !strings.HasPrefix(err.Error(), "it: ") {
			t.Errorf("%q: %v", s, err)
		}
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none.png")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no such file: %v", err)
	}
}

// encoded is one small file of each kind that is written.
func encoded(t testing.TB) [][]byte {
	var files [][]byte
	for _, img := range []pixel.Image{
		noise(9, 5, pixel.U8, pixel.SRGB, pixel.AlphaNone, "R", "G", "B"),
		noise(5, 3, pixel.U16, pixel.SRGB, pixel.Straight, "Y", "A"),
		noise(9, 20, pixel.F16, pixel.Linear, pixel.AlphaNone, "Z"),
		{
			Format: pixel.Format{Width: 9, Height: 33, Channels: []string{"R", "G", "B"}, DType: pixel.F32, Color: pixel.Linear, Alpha: pixel.AlphaNone},
			Pix:    make([]byte, 9*33*12), // this one compresses
		},
	} {
		for _, ext := range []string{".png", ".exr", ".npy", ".pfm", ".jpg", ".hdr"} {
			var b bytes.Buffer
			if err := writerOf("x"+ext)(&b, img); err == nil {
				files = append(files, b.Bytes())
			}
		}
	}
	return files
}

func TestEveryTruncationIsAnError(t *testing.T) {
	for _, file := range encoded(t) {
		if _, err := Decode("whole", bytes.NewReader(file)); err != nil {
			t.Fatal(err)
		}
		// A PNG is complete without its last chunk's sum as far as pixels go.
		for n := range len(file) - 12 {
			if img, err := Decode("cut", bytes.NewReader(file[:n])); err == nil {
				t.Fatalf("%q: %d of %d bytes gave %v", file[:6], n, len(file), img.Format)
			}
		}
	}
}

func TestLimitsComeBeforeMemory(t *testing.T) {
	lim := pixel.Limits{Side: 64, Channels: 4, Bytes: 48}
	for _, file := range encoded(t) {
		if _, err := decode(bytes.NewReader(file), lim); err == nil {
			t.Errorf("%q was read over its limit", file[:6])
		}
	}
	for name, file := range map[string]string{
		"pfm": "PF\n32768 5000\n-1\n",
		"npy": "\x93NUMPY\x01\x00\x50\x00" + "{'descr': '<f8', 'fortran_order': True, 'shape': (20000, 20000), }" + strings.Repeat(" ", 14),
	} {
		// 1.6 GB are claimed, no byte follows.
		if _, err := Decode(name, strings.NewReader(file)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	got := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			_, _ = Decode("pfm", strings.NewReader("PF\n32768 4096\n-1\n"))
		}
	}).AllocedBytesPerOp()
	if got > 20<<20 {
		t.Errorf("%d bytes were reserved for a header", got)
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range encoded(f) {
		f.Add(file)
	}
	lim := pixel.Limits{Side: 256, Channels: 8, Bytes: 1 << 20}
	f.Fuzz(func(t *testing.T, file []byte) {
		img, err := decode(bytes.NewReader(file), lim)
		if err != nil {
			return
		}
		if err := img.Check(lim); err != nil || len(img.Pix) != img.Bytes() {
			t.Fatalf("%v, %d bytes for %+v", err, len(img.Pix), img.Format)
		}
	})
}
