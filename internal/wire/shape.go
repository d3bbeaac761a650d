package wire

import (
	"fmt"
	"math"
	"reflect"
	"strings"
)

// musts are the fields without a default of the messages that are made by shape: the
// decoder itself takes 3 for "3", and doesn't miss a field.
var musts = map[string][]string{
	TypeControls: {"items"},
	TypeControl:  {"name"},
	TypeEvent:    {"event"},
	TypePicks:    {"wanted"},
	TypeAnswer:   {"id"},
}

// itemMusts are those of a control's definition.
var itemMusts = []string{"name", "kind"}

// shape decodes a head into a message, strictly: fields that must be there, and the
// types of all. Its errors name the field.
func (d *decoder) shape(e Encoding, kind string, head []byte, m Message) error {
	var fields map[string]any
	if err := decodeInto(d.of(e), head, &fields); err != nil { // it has been scanned: nothing else is left
		return fmt.Errorf("%w: the message %q has a number beyond float64", ErrProtocol, kind)
	}
	err := must(fields, musts[kind], "")
	if err == nil {
		err = fillStruct(reflect.ValueOf(m).Elem(), fields, "")
	}
	items, _ := fields["items"].([]any)
	for i := 0; err == nil && kind == TypeControls && i < len(items); i++ {
		item, _ := items[i].(map[string]any)
		err = must(item, itemMusts, fmt.Sprintf("items[%d].", i))
	}
	if err != nil {
		return fmt.Errorf("the message %q: %w", kind, err)
	}
	return nil
}

// must says which field is missing; null is left out.
func must(fields map[string]any, names []string, path string) error {
	for _, name := range names {
		if fields[name] == nil {
			return fmt.Errorf("%w: %q is missing, it has to be there", ErrProtocol, path+name)
		}
	}
	return nil
}

// fillStruct fills in a struct from a map. Fields that are null stay as they are.
func fillStruct(dst reflect.Value, fields map[string]any, path string) error {
	for i := range dst.NumField() {
		f := dst.Type().Field(i)
		if f.Anonymous {
			if err := fillStruct(dst.Field(i), fields, path); err != nil {
				return err
			}
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("codec"), ",")
		if value := fields[name]; value != nil {
			if err := fill(dst.Field(i), value, path+name); err != nil {
				return err
			}
		}
	}
	return nil
}

// fill sets a field of a message, if the value is of its type.
func fill(dst reflect.Value, value any, path string) error {
	var wanted string
	switch dst.Kind() {
	case reflect.Pointer:
		dst.Set(reflect.New(dst.Type().Elem()))
		return fill(dst.Elem(), value, path)
	case reflect.Interface:
		dst.Set(reflect.ValueOf(value))
		return nil
	case reflect.String:
		if x, ok := value.(string); ok {
			dst.SetString(x)
			return nil
		}
		wanted = "a string"
	case reflect.Bool:
		if x, ok := value.(bool); ok {
			dst.SetBool(x)
			return nil
		}
		wanted = "true or false"
	case reflect.Map:
		if x, ok := value.(map[string]any); ok {
			dst.Set(reflect.ValueOf(x))
			return nil
		}
		wanted = "an object"
	case reflect.Struct:
		if x, ok := value.(map[string]any); ok {
			return fillStruct(dst, x, path+".")
		}
		wanted = "an object"
	case reflect.Slice:
		if x, ok := value.([]any); ok {
			return fillSlice(dst, x, path)
		}
		wanted = "an array"
	default:
		return fillNumber(dst, value, path)
	}
	return fmt.Errorf("%w: %q is %s, wanted %s", ErrProtocol, path, brief(value), wanted)
}

func fillSlice(dst reflect.Value, elements []any, path string) error {
	dst.Set(reflect.MakeSlice(dst.Type(), len(elements), len(elements)))
	for i, x := range elements {
		err := fill(dst.Index(i), x, path)
		if err != nil { // found again with its place, which is not written down for all
			return fill(dst.Index(i), x, fmt.Sprintf("%s[%d]", path, i))
		}
	}
	return nil
}

// fillNumber sets a number. A float without a fraction is an integer too.
func fillNumber(dst reflect.Value, value any, path string) error {
	x, ok := Number(value)
	if f, is := value.(float64); is {
		x, ok = f, true // NaN and infinities too: where they can't be is said elsewhere
	}
	wanted := "an integer"
	switch {
	case dst.CanFloat():
		if ok {
			dst.SetFloat(x)
			return nil
		}
		wanted = "a number"
	case !ok || x != math.Trunc(x):
	case math.Abs(x) > MaxInt:
		return fmt.Errorf("%w: %q is %g, wanted an integer within 2^53-1", ErrLimit, path, x)
	case dst.CanInt():
		dst.SetInt(int64(x))
		return nil
	case x < 0:
		wanted = "an integer of at least 0"
	default:
		dst.SetUint(uint64(x))
		return nil
	}
	return fmt.Errorf("%w: %q is %s, wanted %s", ErrProtocol, path, brief(value), wanted)
}
