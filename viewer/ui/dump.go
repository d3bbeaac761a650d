package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"remoteviewer/viewer/gl"
	"remoteviewer/viewer/model"
)

// shownList is what --dump prints of a list that stands on the screen.
type shownList struct {
	Source     string         `json:"source"`
	Stream     string         `json:"stream"`
	Seq        uint64         `json:"seq"`
	Pass       uint32         `json:"pass"`
	Meta       map[string]any `json:"meta,omitempty"`
	CameraMine bool           `json:"camera_mine"`
	CameraSeq  uint64         `json:"camera_seq"`
	CameraMs   float64        `json:"camera_ms,omitempty"` // from camera to image
	Images     []shownImage   `json:"images"`
}

type shownImage struct {
	Name     string   `json:"name"`
	Width    int      `json:"width"`
	Height   int      `json:"height"`
	DType    string   `json:"dtype"`
	Channels []string `json:"channels"` // those in the texture
	Window   bool     `json:"window"`   // it has one that is open
	SHA256   string   `json:"sha256,omitempty"`
	File     string   `json:"file,omitempty"`
}

// dumped writes one line for a list whose textures are in front.
func (a *app) dumped(l *model.List) {
	if a.opts.Dump == nil {
		return
	}
	line := shownList{
		Source: l.Source, Stream: l.Stream, Seq: l.Seq, Pass: l.Pass, Meta: l.Meta,
		CameraMine: l.CameraMine, CameraSeq: l.CameraSeq,
		CameraMs: l.Latency.Seconds() * 1e3, Images: []shownImage{},
	}
	for i, k := range l.Keys {
		img := l.Images[i]
		out := shownImage{
			Name: k.Name, Width: img.Width, Height: img.Height,
			DType: string(img.DType), Channels: img.Channels,
		}
		w := a.images[k]
		out.Window = w != nil
		if w != nil && w.img == img && w.fault == "" {
			out.Channels = w.texture.Format().Channels
			pix, err := gl.ReadBack(&w.texture)
			if err != nil {
				a.model.Trouble(err)
				continue
			}
			sum := sha256.Sum256(pix)
			out.SHA256 = hex.EncodeToString(sum[:])
			if a.opts.DumpFile != nil {
				out.File = a.opts.DumpFile(l.Seq, i, pix)
			}
		}
		line.Images = append(line.Images, out)
	}
	text, err := json.Marshal(line)
	if err != nil {
		a.model.Trouble(err)
		return
	}
	a.print(text)
}

// noteCard prints what stands beside the pointer, when it is another card.
func (w *imageWindow) noteCard() {
	if w.app.opts.Dump == nil {
		return
	}
	pairs := [][2]string{}
	for _, f := range w.card.Fields {
		pairs = append(pairs, [2]string{f.Key, f.Value})
	}
	text, err := json.Marshal(map[string]any{"card": map[string]any{
		"name": w.id.Name, "x": w.card.X, "y": w.card.Y, "fields": pairs,
	}})
	if err != nil {
		w.app.model.Trouble(err)
		return
	}
	w.app.print(text)
}

// print writes a line of --dump.
func (a *app) print(text []byte) {
	if _, err := a.opts.Dump.Write(append(text, '\n')); err != nil {
		a.opts.Dump = nil // nobody reads any more
	}
}
