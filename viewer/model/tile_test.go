package model

import "testing"

var screen = Rect{440, 0, 1160, 1000}

func sizes(n int, want Size) []Placed {
	out := make([]Placed, n)
	for i := range out {
		out[i].Want = want
	}
	return out
}

// apart fails if two windows touch or one leaves the area.
func apart(t *testing.T, area Rect, at []Rect) {
	t.Helper()
	for i, r := range at {
		if r.X < area.X || r.Y < area.Y || r.X+r.W > area.X+area.W || r.Y+r.H > area.Y+area.H {
			t.Errorf("window %d leaves the area: %v", i, r)
		}
		if touches(r, at[i+1:]) {
			t.Errorf("window %d lies on another: %v", i, at)
		}
	}
}

func TestTilesNeverLieOnEachOther(t *testing.T) {
	for n := 1; n <= 16; n++ {
		for _, want := range []Size{{1920, 1080}, {512, 512}, {300, 900}, {64, 64}} {
			at := Tile(screen, sizes(n, want), [4]float64{2, 28, 2, 2}, 8)
			apart(t, screen, at)
		}
	}
}

func TestSmallImagesKeepTheirSize(t *testing.T) {
	at := Tile(screen, sizes(2, Size{320, 240}), [4]float64{}, 8)
	if at[0] != (Rect{448, 8, 320, 240}) || at[1] != (Rect{776, 8, 320, 240}) {
		t.Errorf("got %v", at)
	}
}

// A window that comes later takes free room and leaves the others alone.
func TestLaterWindowsTakeFreeRoom(t *testing.T) {
	windows := sizes(1, Size{800, 450})
	windows[0].At = Tile(screen, windows, [4]float64{}, 8)[0]
	windows = append(windows, Placed{Want: Size{640, 480}})
	at := Tile(screen, windows, [4]float64{}, 8)
	if at[0] != windows[0].At {
		t.Errorf("the first window moved to %v", at[0])
	}
	apart(t, screen, at)
}

// Without room the windows that nobody moved shrink; the user's own stays.
func TestNoRoomLeft(t *testing.T) {
	full := []Placed{
		{Want: Size{3000, 2000}, At: Rect{448, 8, 1144, 860}},
		{Want: Size{640, 480}},
		{Want: Size{640, 480}},
		{Want: Size{640, 480}},
	}
	at := Tile(screen, full, [4]float64{}, 8)
	apart(t, screen, at)
	if at[0] == full[0].At {
		t.Error("the first window should have shrunk")
	}
	full[0].Fixed, full[0].At = true, Rect{448, 8, 700, 980}
	at = Tile(screen, full, [4]float64{}, 8)
	if at[0] != full[0].At {
		t.Errorf("the user's window moved to %v", at[0])
	}
	apart(t, screen, at)
}
