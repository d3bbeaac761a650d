package wire

import (
	"fmt"
	"math"
	"unicode/utf8"
)

// Check says what is wrong with an event, before any program sees it.
func (e *Event) Check(lim Limits) error {
	if err := CheckName("image name", e.Name, lim.Name); err != nil {
		return err
	}
	if err := CheckName("stream", e.Stream, lim.Name); err != nil {
		return err
	}
	if len(e.Modifiers) > keyLimit {
		return fmt.Errorf("%w: an event with %d modifiers, the limit is %d", ErrLimit, len(e.Modifiers), keyLimit)
	}
	for _, word := range append([]string{e.Key, e.Button, e.Phase}, e.Modifiers...) {
		if len(word) > keyLimit || !utf8.ValidString(word) {
			return fmt.Errorf("%w: an event's key, button, phase or modifier of %d bytes, wanted UTF-8 of at most %d", ErrLimit, len(word), keyLimit)
		}
	}
	for _, word := range append([]string{e.Name, e.Stream, e.Key, e.Button, e.Phase}, e.Modifiers...) {
		if err := noZero(ErrProtocol, "name, stream, key, button, phase or modifier", word); err != nil {
			return err
		}
	}
	return e.checkPlace()
}

// checkPlace says what is wrong with an event's place and ray, and makes the
// direction's length 1 where it is so but for rounding.
func (e *Event) checkPlace() error {
	for _, v := range [][]float64{e.Origin, e.Direction, e.Point} {
		if len(v) != 0 && len(v) != 3 || !finite(v...) {
			return fmt.Errorf("%w: an event's origin, direction or point is %s, wanted 3 finite numbers", ErrProtocol, brief(v))
		}
	}
	if !finite(e.X, e.Y) || e.Depth != nil && !finite(*e.Depth) { // behind a panorama's camera z is below 0
		return fmt.Errorf("%w: an event's place is not finite", ErrProtocol)
	}
	if len(e.Direction) == 0 {
		return nil
	}
	length := math.Hypot(math.Hypot(e.Direction[0], e.Direction[1]), e.Direction[2])
	if math.Abs(length-1) > 1e-3 {
		return fmt.Errorf("%w: an event's direction has length %g, wanted 1", ErrProtocol, length)
	}
	for i := range e.Direction {
		e.Direction[i] /= length
	}
	return nil
}

// Continues says whether an event is the next place of the drag whose last one is
// old, which it makes void.
func (e *Event) Continues(old *Event) bool {
	return e.Event == EventDrag && old.Event == EventDrag && e.Phase == PhaseMove && old.Phase == PhaseMove &&
		e.Name == old.Name && e.Stream == old.Stream && e.Button == old.Button
}
