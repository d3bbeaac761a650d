package wire_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"remoteviewer/internal/wire"
)

func slider(low, high, step, value float64) wire.ControlItem {
	return wire.ControlItem{Name: "s", Kind: wire.KindSlider, Min: low, Max: high, Step: step, Value: value}
}

func TestControlsThatCanBe(t *testing.T) {
	many := make([]string, wire.ChoiceLimit)
	for i := range many {
		many[i] = strings.Repeat("c", i/26) + string(rune('a'+i%26))
	}
	for name, c := range map[string]struct {
		item wire.ControlItem
		want any
	}{
		"slider":             {slider(0, 8, 0, 1.25), 1.25},
		"slider, integer":    {wire.ControlItem{Name: "s", Kind: "slider", Max: 8, Value: int64(3)}, 3.0},
		"slider at its ends": {slider(-1, 1, 0, -1), -1.0},
		"slider on a step":   {slider(0, 1, 0.25, 0.4), 0.5},
		"logarithmic slider": {wire.ControlItem{Name: "s", Kind: "slider", Min: 1e-6, Max: 1, Log: true, Value: 1e-3}, 1e-3},
		"longest name":       {wire.ControlItem{Name: strings.Repeat("n", 128), Kind: "button"}, nil},
		"folders":            {wire.ControlItem{Name: "a/b/c", Kind: "button", Value: "whatever"}, nil},
		"checkbox":           {wire.ControlItem{Name: "c", Kind: "checkbox", Value: true}, true},
		"dropdown":           {wire.ControlItem{Name: "d", Kind: "dropdown", Choices: many, Value: uint64(255)}, 255},
		"dropdown, float":    {wire.ControlItem{Name: "d", Kind: "dropdown", Choices: []string{"a"}, Value: 0.0}, 0},
		"text":               {wire.ControlItem{Name: "t", Kind: "text", Value: strings.Repeat("é", 2048)}, strings.Repeat("é", 2048)},
		"label":              {wire.ControlItem{Name: "l", Kind: "label", Value: "a\r\n\tb"}, "a\r\n\tb"},
		"colour":             {wire.ControlItem{Name: "c", Kind: "color", Channels: 3, Value: []any{0.0, int64(1), 0.5}}, []float64{0, 1, 0.5}},
		"colour with A":      {wire.ControlItem{Name: "c", Kind: "color", Channels: 4, Value: []float64{0, 0, 0, 1}}, []float64{0, 0, 0, 1}},
		"vector":             {wire.ControlItem{Name: "v", Kind: "vector3", Value: []any{-1e300, 0.0, 1.0}}, []float64{-1e300, 0, 1}},
		"vector on steps":    {wire.ControlItem{Name: "v", Kind: "vector3", Step: 1, Value: []any{-1.4, 0.6, 2.0}}, []float64{-1, 1, 2}},
		"gate that runs":     {wire.ControlItem{Name: "gate", Kind: "gate", Value: int64(-1)}, -1},
		"gate of rounds":     {wire.ControlItem{Name: "gate", Kind: "gate", Value: 100.0}, 100},
		"plot":               {wire.ControlItem{Name: "p", Kind: "plot", Value: []any{1.0, 2.0}, Times: []float64{0, 1}}, []float64{1, 2}},
		"plot without any":   {wire.ControlItem{Name: "p", Kind: "plot"}, []float64(nil)},
	} {
		if err := c.item.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(c.item.Value, c.want) {
			t.Errorf("%s: the value is %#v, wanted %#v", name, c.item.Value, c.want)
		}
	}
	gap := wire.ControlItem{Name: "p", Kind: "plot", Value: []any{1.0, nil}, Times: []float64{0, 1}}
	if err := gap.Check(); err != nil || !math.IsNaN(gap.Value.([]float64)[1]) {
		t.Errorf("a gap: %v, %v", gap.Value, err)
	}
}

func TestControlsThatCantBe(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	of := func(kind string, value any) wire.ControlItem {
		return wire.ControlItem{Name: "x", Kind: kind, Max: 1, Channels: 3, Choices: []string{"a", "b"}, Value: value}
	}
	with := func(change func(*wire.ControlItem)) wire.ControlItem {
		c := slider(0.5, 1, 0, 0.75)
		change(&c)
		return c
	}
	dropdown := func(choices ...string) wire.ControlItem {
		return wire.ControlItem{Name: "x", Kind: "dropdown", Choices: choices, Value: 0}
	}
	for name, c := range map[string]struct {
		item wire.ControlItem
		is   error
		word string
	}{
		"no name":               {with(func(c *wire.ControlItem) { c.Name = "" }), wire.ErrControl, "empty part"},
		"folder first":          {with(func(c *wire.ControlItem) { c.Name = "/a" }), wire.ErrControl, "empty part"},
		"folder alone":          {with(func(c *wire.ControlItem) { c.Name = "a/" }), wire.ErrControl, "empty part"},
		"folder without name":   {with(func(c *wire.ControlItem) { c.Name = "a//b" }), wire.ErrControl, "empty part"},
		"name of 129 bytes":     {with(func(c *wire.ControlItem) { c.Name = strings.Repeat("n", 129) }), wire.ErrLimit, "129 bytes"},
		"name without UTF-8":    {with(func(c *wire.ControlItem) { c.Name = "\xff" }), wire.ErrProtocol, "UTF-8"},
		"unknown kind":          {with(func(c *wire.ControlItem) { c.Kind = "knob" }), wire.ErrControl, "known are slider"},
		"help of 1025 bytes":    {with(func(c *wire.ControlItem) { c.Help = strings.Repeat("h", 1025) }), wire.ErrLimit, "1025 bytes"},
		"help without UTF-8":    {with(func(c *wire.ControlItem) { c.Help = "\xc3" }), wire.ErrControl, "UTF-8"},
		"min of NaN":            {with(func(c *wire.ControlItem) { c.Min = nan }), wire.ErrControl, "finite"},
		"max without end":       {with(func(c *wire.ControlItem) { c.Max = inf }), wire.ErrControl, "finite"},
		"step of NaN":           {with(func(c *wire.ControlItem) { c.Step = nan }), wire.ErrControl, "step of NaN"},
		"step of a checkbox":    {wire.ControlItem{Name: "x", Kind: "checkbox", Step: nan, Value: true}, wire.ErrControl, "finite"},
		"max of a checkbox":     {wire.ControlItem{Name: "x", Kind: "checkbox", Max: inf, Value: true}, wire.ErrControl, "finite"},
		"step below 0":          {with(func(c *wire.ControlItem) { c.Step = -0.1 }), wire.ErrControl, "from 0 to max - min, which is 0.5"},
		"step beyond the max":   {with(func(c *wire.ControlItem) { c.Step = 0.75 }), wire.ErrControl, "from 0 to max - min, which is 0.5"},
		"vector step below 0":   {wire.ControlItem{Name: "x", Kind: "vector3", Step: -1, Value: []float64{0, 0, 0}}, wire.ErrControl, `the vector3 "x" has a step of -1`},
		"help with a zero byte": {with(func(c *wire.ControlItem) { c.Help = "a\x00" }), wire.ErrControl, "zero byte"},
		"name with a zero byte": {with(func(c *wire.ControlItem) { c.Name = "a\x00b" }), wire.ErrControl, "zero byte"},
		"min is max":            {with(func(c *wire.ControlItem) { c.Min = 1 }), wire.ErrControl, "below the max"},
		"range beyond floats":   {with(func(c *wire.ControlItem) { c.Min, c.Max = -1e308, 1e308 }), wire.ErrControl, "a finite max - min"},
		"logarithm of 0":        {with(func(c *wire.ControlItem) { c.Min, c.Log = 0, true }), wire.ErrControl, "above 0"},
		"slider below":          {slider(0, 1, 0, -0.001), wire.ErrControl, "from 0 to 1"},
		"slider above":          {slider(0, 1, 0, 1.001), wire.ErrControl, "from 0 to 1"},
		"slider of NaN":         {slider(0, 1, 0, nan), wire.ErrControl, "from 0 to 1"},
		"slider of text":        {of("slider", "0.5"), wire.ErrControl, `"0.5"`},
		"slider of null":        {of("slider", nil), wire.ErrControl, "null"},
		"slider of true":        {of("slider", true), wire.ErrControl, "true"},
		"slider of an array":    {of("slider", []any{0.5}), wire.ErrControl, "array of 1"},
		"checkbox of 1":         {of("checkbox", int64(1)), wire.ErrControl, "true or false"},
		"dropdown of a half":    {of("dropdown", 0.5), wire.ErrControl, "0 to 1"},
		"dropdown below":        {of("dropdown", int64(-1)), wire.ErrControl, "0 to 1"},
		"dropdown beyond":       {of("dropdown", int64(2)), wire.ErrControl, "0 to 1"},
		"dropdown of text":      {of("dropdown", "a"), wire.ErrControl, "0 to 1"},
		"dropdown of infinity":  {of("dropdown", inf), wire.ErrControl, "0 to 1"},
		"no choices":            {dropdown(), wire.ErrLimit, "0 choices"},
		"257 choices":           {dropdown(make([]string, 257)...), wire.ErrLimit, "257 choices"},
		"a choice twice":        {dropdown("a", "b", "a"), wire.ErrControl, "twice"},
		"a long choice":         {dropdown(strings.Repeat("c", 129)), wire.ErrLimit, "129 bytes"},
		"a choice not in UTF-8": {dropdown("\xff"), wire.ErrProtocol, "UTF-8"},
		"a choice with a zero":  {dropdown("a\x00"), wire.ErrControl, "zero byte"},
		"text of 4097 bytes":    {of("text", strings.Repeat("t", 4097)), wire.ErrControl, "4096"},
		"text without UTF-8":    {of("text", "\xff"), wire.ErrControl, "UTF-8"},
		"text of two lines":     {of("text", "a\nb"), wire.ErrControl, "one line"},
		"text with a CR":        {of("text", "a\r"), wire.ErrControl, "one line"},
		"text with a zero byte": {of("text", "a\x00b"), wire.ErrControl, "none of them zero"},
		"label of a number":     {of("label", 1.0), wire.ErrControl, "UTF-8 text"},
		"label with a zero":     {of("label", "a\x00b"), wire.ErrControl, "none of them zero"},
		"colour of 2 channels":  {wire.ControlItem{Name: "x", Kind: "color", Channels: 2, Value: []float64{0, 0}}, wire.ErrControl, `the color "x" has 2 channels, wanted 3 or 4`},
		"colour of 0 channels":  {wire.ControlItem{Name: "x", Kind: "color", Value: []float64{}}, wire.ErrControl, "3 or 4"},
		"colour of 4 for 3":     {of("color", []any{0.0, 0.0, 0.0, 0.0}), wire.ErrControl, "3 numbers"},
		"colour beyond 1":       {of("color", []any{0.0, 1.01, 0.0}), wire.ErrControl, "0 to 1"},
		"colour below 0":        {of("color", []any{0.0, -0.01, 0.0}), wire.ErrControl, "0 to 1"},
		"colour of NaN":         {of("color", []any{0.0, nan, 0.0}), wire.ErrControl, "0 to 1"},
		"colour with null":      {of("color", []any{0.0, nil, 0.0}), wire.ErrControl, "0 to 1"},
		"colour of nothing":     {of("color", []any{}), wire.ErrControl, "array of 0"},
		"vector of 2":           {of("vector3", []any{0.0, 0.0}), wire.ErrControl, "3 finite"},
		"vector of infinity":    {of("vector3", []float64{0, inf, 0}), wire.ErrControl, "3 finite"},
		"vector of null":        {of("vector3", nil), wire.ErrControl, "null"},
		"gate of -2":            {of("gate", int64(-2)), wire.ErrControl, "rounds"},
		"gate of 2^31":          {of("gate", int64(1<<31)), wire.ErrControl, "rounds"},
		"gate of a half":        {of("gate", 1.5), wire.ErrControl, "rounds"},
		"plot of text":          {of("plot", []any{"1"}), wire.ErrControl, "2048 numbers"},
		"plot of 2049":          {wire.ControlItem{Name: "x", Kind: "plot", Value: make([]float64, 2049), Times: make([]float64, 2049)}, wire.ErrControl, "2048 numbers"},
		"plot without times":    {of("plot", []any{1.0}), wire.ErrControl, "1 values and 0 times"},
		"plot of numbers alone": {of("plot", []float64{1}), wire.ErrControl, "1 values and 0 times"},
		"plot of times alone":   {wire.ControlItem{Name: "x", Kind: "plot", Times: []float64{1}}, wire.ErrControl, "0 values and 1 times"},
		"plot at no time":       {wire.ControlItem{Name: "x", Kind: "plot", Value: []any{1.0}, Times: []float64{nan}}, wire.ErrControl, "finite"},
	} {
		err := c.item.Check()
		if err == nil {
			t.Errorf("%s is taken: %+v", name, c.item)
			continue
		}
		wantError(t, err, c.is, c.word)
	}
}

// Every step can be reached, the ends too, and what is on a step stays there.
func TestSlidersReachTheirSteps(t *testing.T) {
	for _, c := range [][3]float64{{0, 0.3, 0.1}, {0, 0.7, 0.1}, {-1, 1, 0.2}, {0, 10, 1}, {1e9, 1e9 + 1, 0.125}, {0.1, 2.3, 0.11}} {
		item := slider(c[0], c[1], c[2], c[0])
		for n := 0; n <= int(math.Round((c[1]-c[0])/c[2])); n++ {
			x := min(c[0]+float64(n)*c[2], c[1])
			got, err := item.Clean(x)
			if err != nil || math.Abs(got.(float64)-x) > c[2]/1000 {
				t.Errorf("%v: %v became %v, %v", c, x, got, err)
				continue
			}
			if again, err := item.Clean(got); err != nil || again != got {
				t.Errorf("%v: %v became %v, then %v, %v", c, x, got, again, err)
			}
		}
	}
	for _, c := range [][4]float64{{0, 1, 0.3, 1}, {0, 1e10, 1e-308, 1e10}, {0, 1, 1e300, 1}, {-5, 5, 7, 5}} {
		item := slider(c[0], c[1], c[2], c[0])
		if got, err := item.Clean(c[1]); err != nil || math.Abs(got.(float64)-c[3]) > 1e-12 {
			t.Errorf("%v: the max became %v, %v", c, got, err)
		}
	}
	// The max is a value of its own where no step meets it.
	item := slider(0, 10, 3, 0)
	for x, want := range map[float64]float64{1.4: 0, 7.4: 6, 9: 9, 9.4: 9, 9.6: 10, 10: 10} {
		if got, err := item.Clean(x); err != nil || got != want {
			t.Errorf("%v became %v, %v, wanted %v", x, got, err, want)
		}
	}
}

func TestAFirstValueIsOnAStep(t *testing.T) {
	vector := func(step float64, value ...float64) wire.ControlItem {
		return wire.ControlItem{Name: "v", Kind: wire.KindVector, Step: step, Value: value}
	}
	for _, c := range []struct {
		item wire.ControlItem
		word string
	}{
		{slider(0, 1, 0, 0.123), ""},
		{slider(0, 0.3, 0.1, 0.3), ""},
		{slider(-1, 1, 0.1, 0.1+0.2), ""},
		{slider(0, 10, 3, 9), ""},
		{slider(0, 10, 3, 10), ""},
		{slider(1e9, 1e9+1, 0.125, 1e9+0.375), ""},
		{slider(0, 1, 0.25, 0.3), `the slider "s" starts at 0.3, between its steps of 0.25: wanted 0.25 or 0.5`},
		{slider(0, 10, 3, 9.5), "wanted 9 or 10"},
		{slider(-1, 1, 0.3, -0.65), "wanted -0.7 or -0.4"},
		{slider(0.5, 10, 1, 3), "wanted 2.5 or 3.5"},
		{vector(0, 0.1, 0.2, 0.3), ""},
		{vector(0.1, 0.1, -0.2, 0.3), ""},
		{vector(0.5, 0.5, -0.7, 0), `the vector3 "v" starts at -0.7, between its steps of 0.5: wanted -1 or -0.5`},
		{wire.ControlItem{Name: "c", Kind: wire.KindCheckbox, Value: true}, ""},
	} {
		given := c.item.Value
		if err := c.item.Check(); err != nil {
			t.Fatal(err)
		}
		switch err := c.item.CheckOnStep(given); {
		case c.word != "":
			wantError(t, err, wire.ErrControl, c.word)
		case err != nil:
			t.Errorf("%+v: %v", c.item, err)
		}
	}
}

// Whatever the range and the step, a value stays in its range, near where it was,
// and is the same when it comes back.
func TestSlidersOfAnyRange(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		low := math.Round(rng.NormFloat64()*1000) / 100
		item := slider(low, low+math.Pow(10, 8*rng.Float64()-4), math.Pow(10, 10*rng.Float64()-5), low)
		x := item.Min + rng.Float64()*(item.Max-item.Min)
		got, err := item.Clean(x)
		if err != nil {
			t.Fatal(err)
		}
		y := got.(float64)
		again, err := item.Clean(y)
		if y < item.Min || y > item.Max || math.Abs(y-x) > item.Step*1.000001 || err != nil || again != got {
			t.Fatalf("%+v: %v became %v, then %v, %v", item, x, y, again, err)
		}
	}
}

func TestPlotsAreExtended(t *testing.T) {
	plot := wire.ControlItem{Name: "p", Kind: wire.KindPlot, Value: []float64{1}, Times: []float64{0}}
	more, err := plot.Extend([]any{2.0, nil}, []float64{1, 2})
	if err != nil || len(more) != 2 || more[0] != 2 || !math.IsNaN(more[1]) || len(plot.Times) != 1 {
		t.Fatalf("%v, %v, %+v", more, err, plot)
	}
	for _, bad := range []struct {
		value any
		times []float64
	}{{[]any{1.0}, nil}, {nil, []float64{1}}, {1.0, []float64{1}}, {[]any{1.0}, []float64{math.Inf(1)}}} {
		if _, err := plot.Extend(bad.value, bad.times); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

func TestEventsThatCantBe(t *testing.T) {
	nan := math.NaN()
	good := func() wire.Event {
		return wire.Event{Event: "click", Name: "a", X: -5, Y: 1e6, Button: "left", Modifiers: []string{"shift"}, Origin: []float64{0, 0, 0}}
	}
	e := good()
	if err := e.Check(wire.DefaultLimits); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*wire.Event)
		is     error
	}{
		"long name":       {func(e *wire.Event) { e.Name = strings.Repeat("n", 129) }, wire.ErrLimit},
		"long stream":     {func(e *wire.Event) { e.Stream = strings.Repeat("n", 129) }, wire.ErrLimit},
		"long key":        {func(e *wire.Event) { e.Key = strings.Repeat("k", 33) }, wire.ErrLimit},
		"long button":     {func(e *wire.Event) { e.Button = strings.Repeat("b", 33) }, wire.ErrLimit},
		"long phase":      {func(e *wire.Event) { e.Phase = strings.Repeat("p", 33) }, wire.ErrLimit},
		"long modifier":   {func(e *wire.Event) { e.Modifiers = []string{"ctrl", strings.Repeat("m", 33)} }, wire.ErrLimit},
		"33 modifiers":    {func(e *wire.Event) { e.Modifiers = make([]string, 33) }, wire.ErrLimit},
		"no UTF-8":        {func(e *wire.Event) { e.Key = "\xff" }, wire.ErrLimit},
		"origin of 2":     {func(e *wire.Event) { e.Origin = []float64{1, 2} }, wire.ErrProtocol},
		"direction of 4":  {func(e *wire.Event) { e.Direction = make([]float64, 4) }, wire.ErrProtocol},
		"point of NaN":    {func(e *wire.Event) { e.Point = []float64{0, nan, 0} }, wire.ErrProtocol},
		"x of NaN":        {func(e *wire.Event) { e.X = nan }, wire.ErrProtocol},
		"y of infinity":   {func(e *wire.Event) { e.Y = math.Inf(-1) }, wire.ErrProtocol},
		"depth of NaN":    {func(e *wire.Event) { e.Depth = &nan }, wire.ErrProtocol},
		"name not UTF-8":  {func(e *wire.Event) { e.Name = "\xff" }, wire.ErrProtocol},
		"large origin":    {func(e *wire.Event) { e.Origin = make([]float64, 1000) }, wire.ErrProtocol},
		"stream no UTF-8": {func(e *wire.Event) { e.Stream = "\xc3" }, wire.ErrProtocol},
		"zero in a name":  {func(e *wire.Event) { e.Name = "a\x00" }, wire.ErrProtocol},
		"in a stream":     {func(e *wire.Event) { e.Stream = "\x00" }, wire.ErrProtocol},
		"in a key":        {func(e *wire.Event) { e.Key = "a\x00b" }, wire.ErrProtocol},
		"in a button":     {func(e *wire.Event) { e.Button = "left\x00" }, wire.ErrProtocol},
		"in a phase":      {func(e *wire.Event) { e.Phase = "\x00" }, wire.ErrProtocol},
		"in a modifier":   {func(e *wire.Event) { e.Modifiers = []string{"alt", "\x00"} }, wire.ErrProtocol},
		"no direction":    {func(e *wire.Event) { e.Direction = []float64{0, 0, 0} }, wire.ErrProtocol},
		"long direction":  {func(e *wire.Event) { e.Direction = []float64{0, 0, 1.002} }, wire.ErrProtocol},
		"huge direction":  {func(e *wire.Event) { e.Direction = []float64{1e300, 1e300, 1e300} }, wire.ErrProtocol},
	} {
		e := good()
		c.change(&e)
		if err := e.Check(wire.DefaultLimits); err == nil {
			t.Errorf("%s is taken", name)
		} else {
			wantError(t, err, c.is, "")
		}
	}
}

func TestADirectionGetsLength1(t *testing.T) {
	e := wire.Event{Event: "click", Direction: []float64{0.6, 0, 0.8005}}
	if err := e.Check(wire.DefaultLimits); err != nil {
		t.Fatal(err)
	}
	if d := e.Direction; math.Abs(math.Hypot(d[0], d[2])-1) > 1e-15 || math.Abs(d[0]/d[2]-0.6/0.8005) > 1e-12 {
		t.Errorf("%v", d)
	}
}

func TestADragGoesOn(t *testing.T) {
	drag := wire.Event{Event: "drag", Name: "a", Button: "left", Phase: "move"}
	if next := drag; !next.Continues(&drag) {
		t.Error("the next place of a drag is another one's")
	}
	for name, change := range map[string]func(*wire.Event){
		"its begin":    func(e *wire.Event) { e.Phase = "begin" },
		"its end":      func(e *wire.Event) { e.Phase = "end" },
		"other image":  func(e *wire.Event) { e.Name = "b" },
		"other stream": func(e *wire.Event) { e.Stream = "b" },
		"other button": func(e *wire.Event) { e.Button = "right" },
		"a key":        func(e *wire.Event) { e.Event = "key" },
	} {
		other := drag
		change(&other)
		if other.Continues(&drag) || drag.Continues(&other) {
			t.Errorf("%s is taken for the same drag", name)
		}
	}
}

// headOf is a MessagePack head of `fields` fields; the last one is added here.
func headOf(start string, n int, element string) []byte {
	head := append([]byte(start), 0xdd, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	return append(head, bytes.Repeat([]byte(element), n)...)
}

func TestHostileControlHeads(t *testing.T) {
	const mib = 1<<20 - 64
	items := "\x82\xa4type\xa8controls\xa5items"
	value := "\x83\xa4type\xa7control\xa4name\xa1x\xa5value"
	named := "\xa4name\xa1x\xa4kind"
	choices := items + "\x91\x83" + named + "\xa8dropdown\xa7choices"
	deepItem := items + "\x91\x83" + named + "\xa4plot\xa5value" + strings.Repeat("\x91", 28) + "\xc0"
	for name, c := range map[string]struct {
		e       wire.Encoding
		head    []byte
		refused bool
		most    uint64 // bytes allocated, also what is free again
	}{
		"1 MiB of empty items":         {wire.MsgPack, headOf(items, mib, "\x80"), true, 1 << 20},
		"257 items":                    {wire.MsgPack, headOf(items, 257, "\x80"), true, 1 << 20},
		"256 items":                    {wire.MsgPack, headOf(items, 256, "\x82"+named+"\xa4knob"), false, 1 << 20},
		"1 MiB of empty items in JSON": {wire.JSON, []byte(`{"type":"controls","items":[{}` + strings.Repeat(",{}", mib/3) + `]}`), true, 4 << 20},
		"items twice":                  {wire.JSON, []byte(`{"type":"controls","items":[{}` + strings.Repeat(",{}", 10_000) + `],"items":[]}`), true, 1 << 20},
		"1 MiB of empty choices":       {wire.MsgPack, headOf(choices, mib, "\xa0"), false, 128 << 20},
		"1 MiB of a value's elements":  {wire.MsgPack, headOf(value, mib, "\xc0"), false, 128 << 20},
		"a value 31 deep":              {wire.MsgPack, []byte(deepItem), false, 1 << 20},
		"a value 33 deep":              {wire.MsgPack, []byte(items + "\x91\x81\xa5value" + strings.Repeat("\x91", 32) + "\xc0"), true, 1 << 20},
		"a value of 1 MiB of depth":    {wire.MsgPack, []byte(value + strings.Repeat("\x91", mib) + "\xc0"), true, 1 << 20},
		"n beyond 2^53":                {wire.JSON, []byte(`{"type":"control","name":"x","n":9007199254740992}`), true, 1 << 20},
		"an event's id beyond 2^53":    {wire.JSON, []byte(`{"type":"event","event":"pick","id":9007199254740992}`), true, 1 << 20},
		"items that are no maps":       {wire.MsgPack, headOf(items, 3, "\x01"), true, 1 << 20},
	} {
		var m wire.Message
		bytes, err := allocated(func() (err error) {
			m, err = wire.DecodeHead(c.e, c.head)
			return err
		})
		if (err != nil) != c.refused || bytes > c.most {
			t.Errorf("%s: %d bytes for a head of %d, error %v", name, bytes, len(c.head), err)
		}
		if m, ok := m.(*wire.Controls); ok { // and nothing of it is shown
			for i := range m.Items {
				if err := m.Items[i].Check(); err == nil || len(err.Error()) > 1000 {
					t.Errorf("%s: %.200v", name, err)
				}
			}
		}
		if m, ok := m.(*wire.Control); ok {
			item := slider(0, 1, 0, 0)
			if _, err := item.Clean(m.Value); err == nil || len(err.Error()) > 1000 {
				t.Errorf("%s: %.200v", name, err)
			}
		}
	}
}
