package main

// #include "capi.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
	"unsafe"

	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// borrowed is a C string of at most limit bytes, without a copy: it lives as long
// as the caller's call.
func borrowed(p *C.rv_string, what string, limit int) (string, error) {
	if p == nil {
		return "", fmt.Errorf("%w: the %s is NULL", errInvalid, what)
	}
	b := (*byte)(unsafe.Pointer(p))
	for n := range limit + 1 {
		if *(*byte)(unsafe.Add(unsafe.Pointer(b), n)) == 0 {
			return unsafe.String(b, n), nil
		}
	}
	return "", fmt.Errorf("%w: a %s of more than %d bytes", wire.ErrLimit, what, limit)
}

// lookup finds a control; nil when it has to be defined.
func lookup(handle C.uint64_t, name *C.rv_string, kind string) (*entry, *session.Control, string, error) {
	e, err := find(handle)
	if err != nil {
		return nil, nil, "", err
	}
	text, err := borrowed(name, "control's name", int(wire.DefaultLimits.Name))
	if err != nil {
		return nil, nil, "", fmt.Errorf("%w: %w", session.ErrName, err)
	}
	c, err := e.r.Control(text, kind)
	return e, c, text, err
}

// define defines a control that a first call asks for. Its name is wrong in a way
// of its own.
func define(e *entry, item wire.ControlItem, p *C.rv_const_control_options) (*session.Control, error) {
	if err := wire.CheckControlName(item.Name); err != nil {
		return nil, fmt.Errorf("%w: %w", session.ErrName, err)
	}
	if p != nil {
		var o C.rv_control_options
		if err := sized(unsafe.Pointer(&o), unsafe.Pointer(p), unsafe.Sizeof(o), firstControl, "rv_control_options"); err != nil {
			return nil, err
		}
		item.Log, item.Step, item.Help = o.logarithmic != 0, float64(o.step), textOf((*C.rv_string)(o.help), "")
	}
	return e.r.Define(item)
}

func noPlace(value unsafe.Pointer) error {
	if value == nil {
		return fmt.Errorf("%w: value is NULL, there is no place for the control's value", errInvalid)
	}
	return nil
}

// changed is the code of a call that gave a value.
func changed(c *session.Control) C.int {
	if c.Changed() {
		return 1
	}
	return 0
}

//export rvgo_slider
func rvgo_slider(handle C.uint64_t, name *C.rv_string, low, high, initial C.double, value *C.double, o *C.rv_const_control_options) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, c, text, err := lookup(handle, name, wire.KindSlider)
	if err == nil {
		err = noPlace(unsafe.Pointer(value))
	}
	if err == nil && c == nil {
		c, err = define(e, wire.ControlItem{
			Name: text, Kind: wire.KindSlider, Min: float64(low), Max: float64(high), Value: float64(initial),
		}, o)
	}
	if err == nil {
		code, *value = changed(c), C.double(c.Number())
	}
	return
}

//export rvgo_checkbox
func rvgo_checkbox(handle C.uint64_t, name *C.rv_string, initial C.int32_t, value *C.int32_t, o *C.rv_const_control_options) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, c, text, err := lookup(handle, name, wire.KindCheckbox)
	if err == nil {
		err = noPlace(unsafe.Pointer(value))
	}
	if err == nil && c == nil {
		c, err = define(e, wire.ControlItem{Name: text, Kind: wire.KindCheckbox, Value: initial != 0}, o)
	}
	if err == nil {
		code, *value = changed(c), C.int32_t(c.Number())
	}
	return
}

//export rvgo_dropdown
func rvgo_dropdown(handle C.uint64_t, name *C.rv_string, choices *C.rv_strings, count C.uint32_t, initial C.int32_t, value *C.int32_t, o *C.rv_const_control_options) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, c, text, err := lookup(handle, name, wire.KindDropdown)
	if err == nil {
		err = noPlace(unsafe.Pointer(value))
	}
	if err == nil && c == nil {
		item := wire.ControlItem{Name: text, Kind: wire.KindDropdown, Value: int(initial)}
		if item.Choices, err = readChoices(choices, count); err == nil {
			c, err = define(e, item, o)
		}
	}
	if err == nil {
		code, *value = changed(c), C.int32_t(c.Number())
	}
	return
}

func readChoices(p *C.rv_strings, count C.uint32_t) ([]string, error) {
	if p == nil || count < 1 || count > wire.ChoiceLimit {
		return nil, fmt.Errorf("%w: %d choices, wanted 1 to %d", errInvalid, count, wire.ChoiceLimit)
	}
	out := make([]string, count)
	for i, s := range unsafe.Slice((**C.char)(unsafe.Pointer(p)), int(count)) {
		if s == nil {
			return nil, fmt.Errorf("%w: choice %d is NULL", errInvalid, i)
		}
		out[i] = C.GoString(s)
	}
	return out, nil
}

//export rvgo_button
func rvgo_button(handle C.uint64_t, name *C.rv_string, o *C.rv_const_control_options) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, c, text, err := lookup(handle, name, wire.KindButton)
	if err == nil && c == nil {
		c, err = define(e, wire.ControlItem{Name: text, Kind: wire.KindButton}, o)
	}
	if err == nil {
		code = C.int(c.Presses())
	}
	return
}

//export rvgo_text
func rvgo_text(handle C.uint64_t, name, initial *C.rv_string, buffer *C.char, size C.uint32_t, o *C.rv_const_control_options) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, c, text, err := lookup(handle, name, wire.KindText)
	if err == nil && buffer == nil && size > 0 {
		err = fmt.Errorf("%w: buffer is NULL and size is %d", errInvalid, size)
	}
	if err == nil && c == nil {
		c, err = define(e, wire.ControlItem{Name: text, Kind: wire.KindText, Value: textOf(initial, "")}, o)
	}
	if err != nil {
		return
	}
	value := c.Text()
	if size > 0 {
		cut(unsafe.Slice((*byte)(unsafe.Pointer(buffer)), int(size)), value)
	}
	return C.int(len(value) + 1)
}

// cut copies text and a zero byte, as much as there is room for, but no part of a
// character.
func cut(out []byte, text string) {
	n := min(len(text), len(out)-1)
	for n > 0 && n < len(text) && !utf8.RuneStart(text[n]) {
		n--
	}
	out[copy(out, text[:n])] = 0
}

//export rvgo_color
func rvgo_color(handle C.uint64_t, name *C.rv_string, channels C.uint32_t, initial *C.rv_doubles, value *C.double, o *C.rv_const_control_options) (code C.int) {
	var err error
	defer answer(&code, &err)
	item := wire.ControlItem{Kind: wire.KindColor, Channels: int(channels)}
	code, err = vector(handle, name, &item, initial, 1, value, o)
	return
}

//export rvgo_vector3
func rvgo_vector3(handle C.uint64_t, name *C.rv_string, initial *C.rv_doubles, value *C.double, o *C.rv_const_control_options) (code C.int) {
	var err error
	defer answer(&code, &err)
	item := wire.ControlItem{Kind: wire.KindVector}
	code, err = vector(handle, name, &item, initial, 0, value, o)
	return
}

// vector looks a color or a vector up; fill is what its numbers are without
// initial ones.
func vector(handle C.uint64_t, name *C.rv_string, item *wire.ControlItem, initial *C.rv_doubles, fill float64, value *C.double, o *C.rv_const_control_options) (C.int, error) {
	e, c, text, err := lookup(handle, name, item.Kind)
	if err == nil {
		err = noPlace(unsafe.Pointer(value))
	}
	n := 3
	if item.Kind == wire.KindColor {
		n = item.Channels
	}
	switch {
	case err != nil:
		return 0, err
	case c != nil && c.Channels() != n:
		return 0, fmt.Errorf("%w: %q has %d channels, and is asked for with %d", session.ErrName, strings.Clone(text), c.Channels(), n)
	case c == nil:
		start := []float64{fill, fill, fill, fill}[:min(n, 4)] // more can't be
		if initial != nil {
			floats(start, unsafe.Slice((*C.double)(unsafe.Pointer(initial)), len(start)))
		}
		item.Name, item.Value = text, start
		if c, err = define(e, *item, o); err != nil {
			return 0, err
		}
	}
	c.Vector(unsafe.Slice((*float64)(unsafe.Pointer(value)), n))
	return changed(c), nil
}

//export rvgo_plot
func rvgo_plot(handle C.uint64_t, name *C.rv_string, value C.double, o *C.rv_const_control_options) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, c, text, err := lookup(handle, name, wire.KindPlot)
	if err == nil && c == nil {
		c, err = define(e, wire.ControlItem{Name: text, Kind: wire.KindPlot}, o)
	}
	if err == nil {
		e.r.Plot(c, float64(value))
	}
	return
}

//export rvgo_label
func rvgo_label(handle C.uint64_t, name, text *C.rv_string, o *C.rv_const_control_options) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, c, called, err := lookup(handle, name, wire.KindLabel)
	if err != nil {
		return
	}
	value, err := borrowed(text, "label's text", wire.TextLimit)
	if err != nil {
		return
	}
	if c == nil {
		_, err = define(e, wire.ControlItem{Name: called, Kind: wire.KindLabel, Value: strings.Clone(value)}, o)
		return
	}
	err = e.r.Label(c, value)
	return
}

//export rvgo_set_control
func rvgo_set_control(handle C.uint64_t, name, text *C.rv_string) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, err := find(handle)
	if err != nil {
		return
	}
	if name == nil || text == nil {
		err = fmt.Errorf("%w: name or json is NULL", errInvalid)
		return
	}
	value, err := readJSON(fmt.Sprintf("the value of %q", textOf(name, "")), textOf(text, ""))
	if err == nil {
		err = e.r.SetControl(textOf(name, ""), value)
	}
	return
}

// readJSON reads any JSON value. encoding/json's own words are for programmers in Go.
func readJSON(what, text string) (value any, err error) {
	switch {
	case !utf8.ValidString(text):
		return nil, fmt.Errorf("%w: %s is not UTF-8", errInvalid, what)
	case !json.Valid([]byte(text)):
		return nil, fmt.Errorf("%w: %s is not JSON: %.60q", errInvalid, what, text)
	case json.Unmarshal([]byte(text), &value) != nil:
		return nil, fmt.Errorf("%w: %s has a number beyond float64: %.60q", errInvalid, what, text)
	}
	return value, nil
}

//export rvgo_remove_control
func rvgo_remove_control(handle C.uint64_t, name *C.rv_string) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, err := find(handle)
	if err == nil && name != nil && textOf(name, "") == "" {
		err = fmt.Errorf("%w: the name is empty; NULL means all controls", session.ErrName)
	}
	if err == nil && name != nil {
		if err = wire.CheckName("control's name", textOf(name, ""), wire.DefaultLimits.Name); err != nil {
			err = fmt.Errorf("%w: %w", session.ErrName, err)
		}
	}
	if err == nil {
		code = C.int(e.r.RemoveControls(textOf(name, "")))
	}
	return
}

//export rvgo_want_picks
func rvgo_want_picks(handle C.uint64_t, wanted C.int32_t) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, err := find(handle)
	if err == nil {
		e.r.WantPicks(wanted != 0)
	}
	return
}

//export rvgo_answer
func rvgo_answer(handle, id C.uint64_t, text *C.rv_string) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, err := find(handle)
	if err != nil {
		return
	}
	var value map[string]any
	if text != nil {
		if value, err = readObject("the answer", textOf(text, "")); err != nil {
			return
		}
	}
	err = e.r.Answer(uint64(id), value)
	return
}
