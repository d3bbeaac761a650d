package wire

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxInt is the largest integer in a head: every language's float64 holds it.
const MaxInt = 1<<53 - 1

// CheckName says what is wrong with the name of a window, stream or value.
func CheckName(what, name string, limit int64) error {
	if !utf8.ValidString(name) {
		return fmt.Errorf("%w: the %s %q is not UTF-8", ErrProtocol, what, name)
	}
	if int64(len(name)) > limit {
		return fmt.Errorf("%w: the %s has %d bytes, the limit is %d", ErrLimit, what, len(name), limit)
	}
	return nil
}

// Check holds a list against the limits, before memory is reserved for it.
// What the pixels are is the receiver's to check.
func (m *Images) Check(lim Limits, body int64) error {
	if n := int64(len(m.Images)); n < 1 || n > lim.Images {
		return fmt.Errorf("%w: a list of %d images, wanted 1 to %d", ErrLimit, n, lim.Images)
	}
	if m.Seq < 1 || m.Seq > MaxInt {
		return fmt.Errorf("%w: seq %d, wanted 1 to 2^53-1", ErrProtocol, m.Seq)
	}
	if err := CheckName("stream", m.Stream, lim.Name); err != nil {
		return err
	}
	left := body
	for i := range m.Images {
		img := &m.Images[i]
		if err := CheckName("image name", img.Name, lim.Name); err != nil {
			return err
		}
		if img.Name == "" {
			return fmt.Errorf("%w: image %d has no name", ErrProtocol, i)
		}
		for j := range m.Images[:i] {
			if m.Images[j].Name == img.Name {
				return fmt.Errorf("%w: the name %q stands twice in a list", ErrProtocol, img.Name)
			}
		}
		if img.Bytes < 0 || img.Bytes > left {
			return fmt.Errorf("%w: image %q of %d bytes, the body has %d left", ErrProtocol, img.Name, img.Bytes, left)
		}
		if w, h := int64(img.Width), int64(img.Height); w < 1 || h < 1 || w > lim.Side || h > lim.Side {
			return fmt.Errorf("%w: image %q of %d x %d pixels, wanted 1 to %d a side", ErrLimit, img.Name, w, h, lim.Side)
		}
		left -= img.Bytes
	}
	if left != 0 {
		return fmt.Errorf("%w: %d bytes of body behind the last image", ErrProtocol, left)
	}
	if m.Camera != nil {
		if err := m.Camera.Pose.Check(lim); err != nil {
			return err
		}
	}
	var err error
	m.Meta, err = CleanMeta(m.Meta, lim)
	return err
}

// Check says what is wrong with a pose. All but c2w may be left out.
func (p *Pose) Check(lim Limits) error {
	for _, a := range []struct {
		name string
		v    []float64
		n    int
	}{{"c2w", p.C2W, 16}, {"k", p.K, 9}, {"up", p.Up, 3}, {"target", p.Target, 3}, {"near, far, ortho_height, time", []float64{p.Near, p.Far, p.OrthoHeight, p.Time}, 4}} {
		if len(a.v) != a.n && (len(a.v) != 0 || a.name == "c2w") {
			return fmt.Errorf("%w: a camera's %s has %d numbers, wanted %d", ErrProtocol, a.name, len(a.v), a.n)
		}
		for _, x := range a.v {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("%w: a camera's %s holds %g, wanted finite numbers", ErrProtocol, a.name, x)
			}
		}
	}
	if int64(p.Width) > lim.Side || int64(p.Height) > lim.Side || p.Width < 0 || p.Height < 0 {
		return fmt.Errorf("%w: a camera of %d x %d pixels, the limit is %d a side", ErrLimit, p.Width, p.Height, lim.Side)
	}
	return nil
}

// CleanMeta makes meta fit for the wire: NaN and infinities become "nan",
// "inf" and "-inf", and what a head can't hold is an error.
func CleanMeta(meta map[string]any, lim Limits) (map[string]any, error) {
	clean, err := cleanMap(meta, 1)
	if err != nil || clean == nil {
		return nil, err
	}
	if atMost(clean) <= lim.Meta {
		return clean, nil
	}
	text, err := json.Marshal(clean)
	if err != nil {
		return nil, fmt.Errorf("%w: meta: %v", ErrProtocol, err)
	}
	if int64(len(text)) > lim.Meta {
		return nil, fmt.Errorf("%w: meta of %d bytes as JSON, the limit is %d", ErrLimit, len(text), lim.Meta)
	}
	return clean, nil
}

// atMost is a bound of a clean value's length as JSON, found without writing it.
func atMost(v any) int64 {
	switch v := v.(type) {
	case string:
		return 6*int64(len(v)) + 3 // every byte escaped, quotes, comma
	case map[string]any:
		n := int64(3)
		for k, x := range v {
			n += atMost(k) + atMost(x)
		}
		return n
	case []any:
		n := int64(3)
		for _, x := range v {
			n += atMost(x)
		}
		return n
	}
	return 26 // a number, a boolean or null, and a comma
}

func cleanMap(m map[string]any, depth int) (map[string]any, error) {
	if m == nil {
		return nil, nil
	}
	// The head's own map is one level more.
	if depth >= MaxDepth {
		return nil, fmt.Errorf("%w: meta is more than %d levels deep", ErrLimit, MaxDepth-1)
	}
	out := make(map[string]any, len(m))
	for k, v := range m {
		if !utf8.ValidString(k) {
			return nil, fmt.Errorf("%w: meta has a key that is not UTF-8: %q", ErrProtocol, k)
		}
		c, err := cleanValue(v, depth+1)
		if err != nil {
			return nil, err
		}
		out[k] = c
	}
	return out, nil
}

func cleanValue(v any, depth int) (any, error) {
	switch v := v.(type) {
	case nil, bool:
		return v, nil
	case string:
		if !utf8.ValidString(v) {
			return nil, fmt.Errorf("%w: meta has a string that is not UTF-8: %q", ErrProtocol, v)
		}
		return v, nil
	case float32:
		return cleanFloat(float64(v)), nil
	case float64:
		return cleanFloat(v), nil
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, json.Number:
		return cleanInt(v)
	case map[string]any:
		return cleanMap(v, depth)
	case []any:
		if depth >= MaxDepth {
			return nil, fmt.Errorf("%w: meta is more than %d levels deep", ErrLimit, MaxDepth-1)
		}
		out := make([]any, len(v))
		for i, x := range v {
			c, err := cleanValue(x, depth+1)
			if err != nil {
				return nil, err
			}
			out[i] = c
		}
		return out, nil
	}
	return nil, fmt.Errorf("%w: meta holds a %T, wanted what JSON has", ErrProtocol, v)
}

func cleanFloat(f float64) any {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	return f
}

func cleanInt(v any) (any, error) {
	text := fmt.Sprint(v)
	if strings.ContainsAny(text, ".eE") {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("%w: meta holds the number %s, wanted one that float64 holds", ErrLimit, text)
		}
		return f, nil
	}
	i, err := strconv.ParseInt(text, 10, 64)
	if err != nil || i > MaxInt || i < -MaxInt {
		return nil, fmt.Errorf("%w: meta holds the integer %s, wanted at most 2^53-1", ErrLimit, text)
	}
	return i, nil
}
