package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"remoteviewer/internal/session"
)

// listLine is what --json prints for a list.
type listLine struct {
	Seq        uint64         `json:"seq"`
	Pass       uint32         `json:"pass"`
	Stream     string         `json:"stream"`
	CameraSeq  uint64         `json:"camera_seq"`
	Last       bool           `json:"last"`
	Meta       map[string]any `json:"meta"`
	WireBytes  int64          `json:"wire_bytes"`
	ReceivedNs int64          `json:"received_ns"`
	DecodedNs  int64          `json:"decoded_ns"`
	Images     []imageLine    `json:"images"`
}

type imageLine struct {
	Name     string   `json:"name"`
	Width    int      `json:"width"`
	Height   int      `json:"height"`
	Channels []string `json:"channels"`
	DType    string   `json:"dtype"`
	Color    string   `json:"color"`
	Alpha    string   `json:"alpha"`
	White    float64  `json:"white"`
	Codec    string   `json:"codec"`
	Filter   string   `json:"filter"`
	Exact    bool     `json:"exact"`
	Quality  int      `json:"quality,omitempty"`
	Bytes    int64    `json:"bytes"`
	SHA256   string   `json:"sha256,omitempty"`
}

func (r *receive) line(l *session.List) []byte {
	if !r.json {
		return plainLine(l)
	}
	out := listLine{
		Seq: l.Seq, Pass: l.Pass, Stream: l.Stream, CameraSeq: l.CameraSeq, Last: l.Last, Meta: l.Meta,
		WireBytes: l.WireBytes, ReceivedNs: l.ReceivedNs, DecodedNs: l.DecodedNs, Images: make([]imageLine, len(l.Images)),
	}
	if out.Meta == nil {
		out.Meta = map[string]any{}
	}
	for i := range l.Images {
		img := &l.Images[i]
		out.Images[i] = imageLine{
			Name: img.Name, Width: img.Width, Height: img.Height, Channels: img.Channels, DType: string(img.DType),
			Color: string(img.Color), Alpha: string(img.Alpha), White: img.WhiteValue(),
			Codec: img.Codec, Filter: img.Filter, Exact: img.Exact, Quality: img.Quality, Bytes: img.Bytes,
		}
		if r.hash && img.Pix != nil {
			sum := sha256.Sum256(img.Pix)
			out.Images[i].SHA256 = hex.EncodeToString(sum[:])
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		text = []byte(fmt.Sprintf(`{"seq":%d,"error":%q}`, l.Seq, err))
	}
	return []byte(session.Printable(string(text)) + "\n")
}

func plainLine(l *session.List) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "list %d", l.Seq)
	if l.Stream != "" {
		fmt.Fprintf(&b, " of %q", l.Stream)
	}
	fmt.Fprintf(&b, ", %.2f MB:", float64(l.WireBytes)/1e6)
	for i := range l.Images {
		img := &l.Images[i]
		how := "exact"
		if !img.Exact {
			how = fmt.Sprintf("quality %d", img.Quality)
		}
		fmt.Fprintf(&b, " %q %dx%d %s %s %s %s (%s);", img.Name, img.Width, img.Height, session.Printable(strings.Join(img.Channels, "")), img.DType, img.Color, img.Codec, how)
	}
	return []byte(strings.TrimSuffix(b.String(), ";") + "\n")
}

func (r *receive) printData(e session.LinkEvent) {
	value := any(json.RawMessage(e.Data))
	if e.Format != "json" || !json.Valid(e.Data) {
		value = map[string]any{"format": e.Format, "hex": hex.EncodeToString(e.Data)}
	}
	line, err := json.Marshal(map[string]any{"data": e.Name, "value": value})
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.json {
		fmt.Println(session.Printable(string(line)))
	} else {
		text, _ := json.Marshal(value) // nothing that was marshaled above fails here
		fmt.Printf("data %q: %s\n", e.Name, session.Printable(string(text)))
	}
}
