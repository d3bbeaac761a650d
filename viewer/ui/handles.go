package ui

import (
	"encoding/json"
	"maps"

	"github.com/AllenDang/cimgui-go/imgui"
)

// note remembers where the last item stands, under a name, for --dump: a test
// then presses it with a real mouse.
func (c *controlWindow) note(name string) {
	if c.app.opts.Dump == nil {
		return
	}
	if c.items == nil {
		c.items = map[string][4]int{}
	}
	lo, hi := imgui.ItemRectMin(), imgui.ItemRectMax()
	c.items[name] = [4]int{int(lo.X), int(lo.Y), int(hi.X - lo.X), int(hi.Y - lo.Y)}
}

// noted prints where the items stand, when that has changed: left, top, width
// and height in the control window.
func (c *controlWindow) noted() {
	items := c.items
	c.items = nil
	if items == nil || maps.Equal(items, c.printed) {
		return
	}
	c.printed = items
	text, err := json.Marshal(map[string]any{"controls": items})
	if err != nil {
		c.app.model.Trouble(err)
		return
	}
	c.app.print(text)
}
