package imagefile

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"remoteviewer/internal/pixel"
)

// exrFile is a file made by hand, independent of the writer.
type exrFile struct {
	version     uint32
	compression byte
	window      [4]int32
	channels    []byte
	more        []byte // attributes
	blocks      [][]byte
	backwards   bool
}

func chlist(kind uint32, names ...string) []byte {
	var b []byte
	for _, name := range names {
		b = append(append(b, name...), 0)
		for _, v := range []uint32{kind, 0, 1, 1} {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
	}
	return b
}

func attribute(name, kind string, value []byte) []byte {
	b := append(append(append([]byte(name), 0), kind...), 0)
	return append(binary.LittleEndian.AppendUint32(b, uint32(len(value))), value...)
}

func block(y int32, data []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(y))
	return append(binary.LittleEndian.AppendUint32(b, uint32(len(data))), data...)
}

func (e exrFile) bytes() []byte {
	b := []byte{0x76, 0x2f, 0x31, 0x01}
	b = binary.LittleEndian.AppendUint32(b, e.version)
	b = append(b, attribute("channels", "chlist", append(bytes.Clone(e.channels), 0))...)
	b = append(b, attribute("compression", "compression", []byte{e.compression})...)
	var window []byte
	for _, v := range e.window {
		window = binary.LittleEndian.AppendUint32(window, uint32(v))
	}
	b = append(b, attribute("dataWindow", "box2i", window)...)
	b = append(append(b, e.more...), 0)
	at := len(b) + 8*len(e.blocks)
	var table, rest []byte
	for i := range e.blocks {
		body := e.blocks[i]
		table = binary.LittleEndian.AppendUint64(table, uint64(at+len(rest)))
		rest = append(rest, body...)
	}
	if e.backwards { // the table is by line, the blocks stand the other way round
		rest = append(bytes.Clone(e.blocks[1]), e.blocks[0]...)
		binary.LittleEndian.PutUint64(table, uint64(at+len(e.blocks[1])))
		binary.LittleEndian.PutUint64(table[8:], uint64(at))
	}
	return append(append(b, table...), rest...)
}

// zip compresses in the way that OpenEXR describes.
func zip(raw []byte) []byte {
	t := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i += 2 {
		t = append(t, raw[i])
	}
	for i := 1; i < len(raw); i += 2 {
		t = append(t, raw[i])
	}
	d := []byte{t[0]}
	for i := 1; i < len(t); i++ {
		d = append(d, byte(int(t[i])-int(t[i-1])+128+256))
	}
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(d)
	_ = z.Close()
	return b.Bytes()
}

func u16s(v ...uint16) (b []byte) {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint16(b, x)
	}
	return b
}

func simple() exrFile {
	return exrFile{
		version: 2, window: [4]int32{-1, 5, 0, 6}, channels: chlist(2, "Z"),
		blocks: [][]byte{block(5, floats(binary.LittleEndian, 1, 2)), block(6, floats(binary.LittleEndian, 3, 4))},
	}
}

func TestEXRByHand(t *testing.T) {
	plain := simple()
	back := simple()
	back.backwards = true
	long := make([]byte, 0, 40*8)
	for range 40 {
		long = append(long, floats(binary.LittleEndian, 1)...)
	}
	zips := exrFile{version: 2, compression: exrZIPS, window: [4]int32{0, 0, 39, 0}, channels: chlist(2, "Y"), blocks: [][]byte{block(0, zip(long))}}
	// 4 zeros run, in the order of even bytes and then odd ones: the differences
	// are 0 and then always 128.
	rle := exrFile{version: 2, compression: exrRLE, window: [4]int32{0, 0, 1, 0}, channels: chlist(2, "Y"), blocks: [][]byte{block(0, []byte{0xff, 0, 6, 128})}}
	mixed := exrFile{
		version: 2, window: [4]int32{0, 0, 1, 0},
		channels: append(append(chlist(1, "A", "B", "G", "R"), chlist(2, "Z")...), chlist(0, "id")...),
		blocks: [][]byte{block(0, bytes.Join([][]byte{
			u16s(0x3c00, 0x3c00), u16s(0, 0x4000), u16s(0x3800, 0), u16s(0xbc00, 0x7c00),
			floats(binary.LittleEndian, 7, 8),
			{9, 0, 0, 0, 10, 0, 0, 0},
		}, nil))},
	}
	inf := math.Inf(1)
	tests := []struct {
		name     string
		file     exrFile
		d        pixel.DType
		color    pixel.Color
		channels string
		want     []float64
	}{
		{"plain", plain, pixel.F32, pixel.Depth, "Z", []float64{1, 2, 3, 4}},
		{"decreasing lines", back, pixel.F32, pixel.Depth, "Z", []float64{1, 2, 3, 4}},
		{"rle", rle, pixel.F32, pixel.Linear, "Y", []float64{0, 0}},
		{"mixed types", mixed, pixel.F32, pixel.Linear, "R G B A Z id", []float64{-1, 0.5, 0, 1, 7, 9, inf, 0, 2, 1, 8, 10}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			img, err := Decode(tt.name, bytes.NewReader(tt.file.bytes()))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(img.Channels, " "); img.DType != tt.d || img.Color != tt.color || got != tt.channels {
				t.Errorf("%s %s %q", img.DType, img.Color, got)
			}
			expect(t, img, 2, len(tt.want)/2/len(img.Channels), len(img.Channels), tt.want...)
		})
	}
	img, err := Decode("zips", bytes.NewReader(zips.bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range values(img) {
		if v != 1 {
			t.Fatalf("value %d is %g", i, v)
		}
	}
}

func TestEXRErrors(t *testing.T) {
	edit := func(change func(*exrFile)) []byte {
		e := simple()
		change(&e)
		return e.bytes()
	}
	subsampled := chlist(1, "RY")
	subsampled[len(subsampled)-4] = 2
	tests := []struct {
		name, text string
		file       []byte
	}{
		{"tiles", "in tiles", edit(func(e *exrFile) { e.version |= 0x200 })},
		{"deep", "deep", edit(func(e *exrFile) { e.version |= 0x800 })},
		{"parts", "several parts", edit(func(e *exrFile) { e.version |= 0x1000 })},
		{"version", "version 3", edit(func(e *exrFile) { e.version = 3 })},
		{"piz", "by PIZ", edit(func(e *exrFile) { e.compression = 4 })},
		{"dwaa", "by DWAA", edit(func(e *exrFile) { e.compression = 8 })},
		{"unknown", "by 99", edit(func(e *exrFile) { e.compression = 99 })},
		{"subsampled", "subsampled", edit(func(e *exrFile) { e.channels = subsampled })},
		{"type", "type 7", edit(func(e *exrFile) { e.channels = chlist(7, "Y") })},
		{"no channels", "0 channels", edit(func(e *exrFile) { e.channels = nil })},
		{"a channel twice", "twice", edit(func(e *exrFile) { e.channels = chlist(1, "Y", "Y") })},
		{"empty window", "0 x 2", edit(func(e *exrFile) { e.window[2] = -2 })},
		{"huge window", "4294967296", edit(func(e *exrFile) { e.window = [4]int32{math.MinInt32, 0, math.MaxInt32, 1} })},
		{"a line twice", "twice", edit(func(e *exrFile) { e.blocks[1] = e.blocks[0] })},
		{"a line outside", "line", edit(func(e *exrFile) { e.blocks[1] = block(7, make([]byte, 8)) })},
		{"a line above", "line", edit(func(e *exrFile) { e.blocks[1] = block(math.MinInt32, make([]byte, 8)) })},
		{"a short line", "wanted 8", edit(func(e *exrFile) { e.blocks[1] = block(6, make([]byte, 7)) })},
		{"not written to its end", "its end", append(simple().bytes()[:0:0], func() []byte {
			b := simple().bytes()
			copy(b[len(b)-48:], bytes.Repeat([]byte{0xff}, 16))
			return b
		}()...)},
		{"a run too long", "run", edit(func(e *exrFile) { e.compression, e.blocks[1] = exrRLE, block(6, []byte{100, 1}) })},
		{"a run missing", "run", edit(func(e *exrFile) { e.compression, e.blocks[1] = exrRLE, block(6, []byte{0, 1}) })},
		{"no zlib", "zlib", edit(func(e *exrFile) { e.compression, e.blocks[0] = exrZIPS, block(5, []byte{1, 2, 3}) })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Decode("it", bytes.NewReader(tt.file))
			if err == nil || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v, wanted %q", err, tt.text)
			}
			if !errors.Is(err, ErrFormat) && !errors.Is(err, pixel.ErrShape) && !errors.Is(err, pixel.ErrType) {
				t.Errorf("%v is of no kind", err)
			}
		})
	}
}

// What other programs say about colours is understood.
func TestEXRInterop(t *testing.T) {
	for id, want := range map[string]pixel.Color{
		"srgb_rec709_display": pixel.SRGB, "lin_rec709_scene": pixel.Linear, "data": pixel.Data, "": pixel.Linear,
	} {
		e := simple()
		e.channels = chlist(2, "Y")
		e.more = attribute("colorInteropID", "string", []byte(id))
		img, err := Decode(id, bytes.NewReader(e.bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if img.Color != want {
			t.Errorf("%q: %s, wanted %s", id, img.Color, want)
		}
	}
}
