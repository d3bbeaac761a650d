"""The kinds of control: how C is asked about each, with arguments that are converted once."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Generic, TypeVar

from . import _abi
from ._errors import InvalidError
from ._library import struct_of
from ._session import Session
from ._values import number, numbers, shortened, to_text, truth

V = TypeVar("V")

# One that a thread asks with while it is in nobody else's hands.
Look = tuple[Callable[[], int], Any]

MAX_TEXT_BYTES = 4096


class Control(Generic[V]):
    """A control. `bind` comes first; `ask` may then be called from any thread."""

    __slots__ = ("_call", "_first", "_name", "_options", "_session", "_spare", "_value")

    each_counts = False  # whether no change of it takes the place of another

    def __init__(self, options: _abi.RvControlOptions | None, first: Any = None) -> None:
        self._options, self._first = options, first
        self._spare: list[Look] = []

    def bind(self, session: Session, name: bytes) -> None:
        """Takes the session and the whole name. Raises ClosedError, ForkedError."""
        self._session, self._name = session, name
        self._call, self._value = self._prepare()

    def ask(self, *given: Any) -> V:
        """Gives C what is given, and returns the value now. Raises what C finds wrong."""
        raise NotImplementedError

    def plain(self, value: Any, name: str) -> Any:
        """Returns a value as JSON has it. Raises InvalidError."""
        return value

    def told(self, value: Any) -> Any:
        """Returns what `ask` would, from JSON of the kind that a viewer sends. What another
        kind of control of this name left is returned as it is."""
        return value

    def keep(self, value: Any) -> None:
        """Takes a value, as `plain` gave it, where there is no library that would."""
        self._first = value
        self._spare.clear()
        self._call, self._value = self._prepare()

    def _prepare(self) -> Look:
        """Returns the call, and what it writes to or reads from."""
        raise NotImplementedError

    def _take(self) -> Look:
        try:
            return self._spare.pop()
        except IndexError:
            return self._prepare()


class Slider(Control[float]):
    """A number. What is written is one word, so that threads can share it."""

    __slots__ = ("_range", "_whole")

    def __init__(
        self,
        ends: tuple[float, float],
        first: float,
        whole: bool,
        options: _abi.RvControlOptions | None,
    ) -> None:
        super().__init__(options, first)
        self._range, self._whole = ends, whole

    def _prepare(self) -> Look:
        value = ctypes.c_double(self._first)
        asked = (self._name, *self._range, self._first, value, self._options)
        return self._session.prepare("rv_slider", *asked), value

    def ask(self, *given: Any) -> float:
        """Returns the value now."""
        code = self._call()
        if code < 0:
            self._session.fail(code)
        value: float = self._value.value
        return round(value) if self._whole else value

    def plain(self, value: Any, name: str) -> Any:
        """A finite number."""
        found = number(value, f"the value of slider {name!r}")
        if not math.isfinite(found):
            raise InvalidError(f"the value of slider {name!r} has to be finite, found {found}")
        return found

    def told(self, value: Any) -> Any:
        """A number of its type."""
        if not isinstance(value, (int, float)):
            return value
        return round(value) if self._whole else float(value)


class Checkbox(Control[bool]):
    """A yes or no."""

    __slots__ = ()

    def _prepare(self) -> Look:
        value = ctypes.c_int32(self._first)
        asked = (self._name, int(self._first), value, self._options)
        return self._session.prepare("rv_checkbox", *asked), value

    def ask(self, *given: Any) -> bool:
        """Returns the value now."""
        code = self._call()
        if code < 0:
            self._session.fail(code)
        return bool(self._value.value)

    def plain(self, value: Any, name: str) -> Any:
        """True or False."""
        return truth(value, f"the value of checkbox {name!r}")

    def told(self, value: Any) -> Any:
        """True or False."""
        return bool(value) if isinstance(value, (int, float)) else value


class Dropdown(Control[Any]):
    """One of several, which C knows by their indexes."""

    __slots__ = ("_choices", "_texts")

    def __init__(
        self, name: str, choices: Any, default: Any, options: _abi.RvControlOptions | None
    ) -> None:
        super().__init__(options)
        self._choices, texts = _choices(name, choices)
        self._texts = [to_text(t, f"a choice of dropdown {name!r}", InvalidError) for t in texts]
        self._first = 0 if default is None else self._index(default, name, "default")

    def _index(self, value: Any, name: str, what: str) -> int:
        for index, choice in enumerate(self._choices):
            if choice is value or (isinstance(value, str) and choice == value):
                return index
        raise InvalidError(
            f"{what} of dropdown {name!r} has to be one of its choices, found {shortened(value)}: "
            f"use one of {shortened(self._choices)}"
        )

    def _prepare(self) -> Look:
        value = ctypes.c_int32(self._first)
        texts = (ctypes.c_char_p * max(1, len(self._texts)))(*self._texts)
        asked = (self._name, texts, len(self._texts), self._first, value, self._options)
        return self._session.prepare("rv_dropdown", *asked), value

    def ask(self, *given: Any) -> Any:
        """Returns the choice now."""
        code = self._call()
        if code < 0:
            self._session.fail(code)
        return self._choices[self._value.value]

    def plain(self, value: Any, name: str) -> Any:
        """The index of a choice."""
        return self._index(value, name, "the value")

    def told(self, value: Any) -> Any:
        """The choice, from its index."""
        known = isinstance(value, int) and 0 <= value < len(self._choices)
        return self._choices[value] if known else value


class Button(Control[bool]):
    """A button."""

    __slots__ = ()

    each_counts = True

    def _prepare(self) -> Look:
        return self._session.prepare("rv_button", self._name, self._options), None

    def ask(self, *given: Any) -> bool:
        """Returns whether it was pressed since the last call."""
        code = self._call()
        if code < 0:
            self._session.fail(code)
        return code > 0

    def keep(self, value: Any) -> None:
        """Nothing: it has no value."""


class Text(Control[str]):
    """A line of text."""

    __slots__ = ()

    def _prepare(self) -> Look:
        value = ctypes.create_string_buffer(self._first, max(MAX_TEXT_BYTES, len(self._first)) + 1)
        asked = (self._name, self._first, value, len(value), self._options)
        return self._session.prepare("rv_text", *asked), value

    def ask(self, *given: Any) -> str:
        """Returns the text now."""
        look = self._take()
        code = look[0]()
        text = look[1].value.decode("utf-8", "replace")
        self._spare.append(look)
        if code < 0:
            self._session.fail(code)
        return str(text)

    def plain(self, value: Any, name: str) -> Any:
        """Text that UTF-8 can hold."""
        to_text(value, f"the value of text {name!r}", InvalidError)
        return value

    def keep(self, value: Any) -> None:
        """Takes it as C has it."""
        super().keep(value.encode())


class Color(Control["tuple[float, ...]"]):
    """Three or four display values."""

    __slots__ = ()

    def _prepare(self) -> Look:
        kind = ctypes.c_double * len(self._first)
        value = kind(*self._first)
        asked = (self._name, len(value), kind(*self._first), value, self._options)
        return self._session.prepare("rv_color", *asked), value

    def ask(self, *given: Any) -> tuple[float, ...]:
        """Returns the numbers now."""
        look = self._take()
        code = look[0]()
        value = tuple(look[1][:])
        self._spare.append(look)
        if code < 0:
            self._session.fail(code)
        return value

    def plain(self, value: Any, name: str) -> Any:
        """As many numbers as it has."""
        return color_of(value, (len(self._first),), f"the value of color {name!r}")

    def told(self, value: Any) -> Any:
        """A tuple of floats."""
        return tuple(map(float, value)) if isinstance(value, list) else value


class Vector(Color):
    """Three numbers."""

    __slots__ = ()

    def _prepare(self) -> Look:
        kind = ctypes.c_double * 3
        value = kind(*self._first)
        asked = (self._name, kind(*self._first), value, self._options)
        return self._session.prepare("rv_vector3", *asked), value

    def plain(self, value: Any, name: str) -> Any:
        """Three numbers."""
        return numbers(value, (3,), f"the value of vector3 {name!r}")


class Plot(Control[None]):
    """Numbers over time."""

    __slots__ = ()

    def _prepare(self) -> Look:
        value = ctypes.c_double()
        return self._session.prepare("rv_plot", self._name, value, self._options), value

    def ask(self, *given: Any) -> None:
        """Adds a number."""
        found = number(given[0], "the value of a plot")
        look = self._take()
        look[1].value = found
        code = look[0]()
        self._spare.append(look)
        if code < 0:
            self._session.fail(code)


class Label(Control[None]):
    """Text that only the program changes."""

    __slots__ = ()

    def _prepare(self) -> Look:
        value = ctypes.c_char_p()
        return self._session.prepare("rv_label", self._name, value, self._options), value

    def ask(self, *given: Any) -> None:
        """Shows text."""
        text = to_text(str(given[0]), "the text of a label", InvalidError)
        look = self._take()
        look[1].value = text
        code = look[0]()
        self._spare.append(look)
        if code < 0:
            self._session.fail(code)


def options_of(
    help: str | None, *, step: float = 0.0, log: bool = False
) -> _abi.RvControlOptions | None:
    """Returns what C takes beside a control's value; None: nothing. Raises InvalidError."""
    if help is None and not step and not log:
        return None
    options: _abi.RvControlOptions = struct_of(_abi.RvControlOptions)
    options.logarithmic, options.step = bool(log), step
    options.help = None if help is None else to_text(help, "help", InvalidError)
    return options


def color_of(value: Any, counts: tuple[int, ...], what: str) -> list[float]:
    """Returns numbers, also those of "#rgb", "#rrggbb" or "#rrggbbaa". Raises InvalidError."""
    if not isinstance(value, str):
        return numbers(value, counts, what)
    digits = value[1:]
    if len(digits) in (3, 4):
        digits = "".join(2 * digit for digit in digits)
    try:
        found = [byte / 255 for byte in bytes.fromhex(digits)] if value[:1] == "#" else []
    except ValueError:
        found = []
    if len(found) in counts:
        return found
    raise InvalidError(
        f"{what} has to be numbers from 0 to 1 or '#rrggbb', found {shortened(value)}"
    )


def _choices(name: str, choices: Any) -> tuple[Sequence[Any], list[str]]:
    """Returns the choices, and what is shown of them."""
    if isinstance(choices, type) and issubclass(choices, Enum):
        members = list(choices)
        return members, [member.name for member in members]
    if not isinstance(choices, (str, bytes)):
        try:
            found = list(choices)
        except TypeError:
            found = [None]
        if all(isinstance(choice, str) for choice in found):
            return found, found
    raise InvalidError(
        f"choices of dropdown {name!r} have to be a list of str or an Enum class, "
        f"found {shortened(choices)}: use [str(x) for x in choices]"
    )
