package wire_test

import "remoteviewer/internal/wire"

func pose() wire.Pose {
	return wire.Pose{
		C2W: []float64{1, 0, 0, 0.25, 0, 1, 0, 0, 0, 0, 1, -4, 0, 0, 0, 1}, K: []float64{416, 0, 320, 0, 416, 240, 0, 0, 1},
		Width: 640, Height: 480, Near: 0.01, Far: 100, Projection: "perspective",
		Up: []float64{0, -1, 0}, Target: []float64{0, 0, 0}, Time: 1.5,
	}
}

const session = "000102030405060708090a0b0c0d0e0f"

// samples has each message once, every field in use.
func samples() []wire.Message {
	ortho := pose()
	ortho.Projection, ortho.OrthoHeight = "orthographic", 2.5
	depth := 2.5
	list := []wire.Message{
		&wire.Hello{
			Versions: []int{1}, Role: wire.RoleViewer, Name: "a viewer", Session: session, Encodings: []string{"json", "msgpack"},
			Codecs: []string{"raw", "lz4"}, Features: []string{}, Limits: wire.DefaultLimits, Nonce: "ab12", Mac: "cd34",
		},
		&wire.Challenge{Nonce: "ab12"},
		&wire.Auth{Mac: "cd34"},
		&wire.Bye{Text: "done"},
		&wire.Error{Code: wire.CodeLimit, Text: "a list of 65 images, wanted 1 to 64"},
		&wire.Ping{ID: 7, SentNs: 1500000000},
		&wire.Pong{ID: 7, SentNs: 1500000000, ReceivedNs: 900000000},
		&wire.Images{
			Seq: 9, Pass: 1, Stream: "left eye", Last: true, Every: true, Waiting: 2,
			Meta:   map[string]any{"log": []any{int64(-3), 0.125, "nan", map[string]any{"a": true}, nil}},
			Camera: &wire.ListCamera{Pose: pose(), Viewer: session, Seq: 41}, GivenNs: 10, SentNs: 20,
			Images: []wire.Image{
				{
					Name: "rgb", Width: 2, Height: 1, Channels: []string{"R", "G", "B"}, DType: "u8", Color: "srgb", Alpha: "none",
					White: 200, Codec: "raw", Filter: "none", Exact: true, Bytes: 6,
				},
				{
					Name: "Tiefe \u00e9\U0001F600", Width: 2, Height: 1, Channels: []string{"Y"}, DType: "f32", Color: "depth", Alpha: "none",
					Codec: "lz4", Filter: "shuffle", Exact: true, Bytes: 9,
				},
			},
		},
		&wire.Want{Mode: wire.WantOne, Closed: []wire.Window{{Stream: "left eye", Name: "rgb"}}, Codec: "jpeg", Quality: 70},
		&wire.Ack{Seq: 9, Pass: 1, State: wire.StateFailed, DecodedNs: 5, ShownNs: 6, Text: "why"},
		&wire.Cameras{Wanted: true, Width: 800, Height: 600},
		&wire.Camera{Pose: ortho, Seq: 42, Cause: wire.CauseInput, SentNs: 30},
		&wire.View{Pose: pose()},
		&wire.Data{Name: "learning rate", Format: "json"},
		&wire.Controls{Seen: 3, Items: []wire.ControlItem{
			{Name: "view/exposure", Kind: wire.KindSlider, Value: 1.5, Min: -8, Max: 8, Step: 0.5, Help: "stops"},
			{Name: "rate", Kind: wire.KindSlider, Value: 0.25, Min: 0.125, Max: 1, Log: true},
			{Name: "paused", Kind: wire.KindCheckbox, Value: true},
			{Name: "mode", Kind: wire.KindDropdown, Value: int64(1), Choices: []string{"rgb", "Tiefe \u00e9"}},
			{Name: "reset", Kind: wire.KindButton},
			{Name: "prompt", Kind: wire.KindText, Value: "a cat"},
			{Name: "background", Kind: wire.KindColor, Value: []any{0.5, 0.25, 1.5e-3}, Channels: 3},
			{Name: "centre", Kind: wire.KindVector, Value: []any{-0.5, 0.25, 8.5}, Step: 0.125},
			{Name: "loss", Kind: wire.KindPlot, Value: []any{0.5, nil, 0.25}, Times: []float64{1.5, 2.5, 3.5}},
			{Name: "state", Kind: wire.KindLabel, Value: "step 7"},
			{Name: "gate", Kind: wire.KindGate, Value: int64(-1)},
		}},
		&wire.Control{Name: "view/exposure", Value: 2.5, N: 4},
		&wire.Control{Name: "loss", Value: []any{0.125, nil}, Times: []float64{4.5, 5.5}, Seen: 4},
		&wire.Event{
			Event: wire.EventDrag, ID: 5, Stream: "left eye", Name: "rgb", List: 9, X: 10.5, Y: 3.25, Button: "left",
			Modifiers: []string{"shift", "ctrl"}, Phase: wire.PhaseMove, Key: "k", Origin: []float64{0, 0.5, -4},
			Direction: []float64{0, 0, 1}, Depth: &depth, Point: []float64{0, 0.5, -1.5},
		},
		&wire.Picks{Wanted: true},
		&wire.Answer{ID: 5, Value: map[string]any{"gaussian": []any{int64(1207), 0.3125}}}, // one key: a map has no order
	}
	for _, m := range list {
		sampleOf(m)
	}
	return list
}

// sampleOf fills in the type, as AppendFrame does.
func sampleOf(m wire.Message) wire.Message {
	var w wire.Writer
	if _, err := w.AppendFrame(nil, wire.JSON, m, 0); err != nil {
		panic(err)
	}
	return m
}
