"""Controls that viewers show: a loop asks for their values, and that is all."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from numbers import Integral
from typing import Any, TypeVar, overload

from ._control_kinds import (
    Button,
    Checkbox,
    Color,
    Control,
    Dropdown,
    Label,
    Plot,
    Slider,
    Text,
    Vector,
    color_of,
    options_of,
)
from ._errors import InvalidError, NameError
from ._session import Session
from ._values import number, numbers, to_json, to_text, truth

E = TypeVar("E", bound=Enum)
C = TypeVar("C", bound=Control[Any])
V = TypeVar("V")


class Tree:
    """The controls of a session, for the viewer and its folders."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.defined: dict[str, Control[Any]] = {}  # by their whole names
        self._caches: dict[str, dict[str, Control[Any]]] = {}

    def known(self, prefix: str) -> dict[str, Control[Any]]:
        """Returns the controls that were asked for in a folder, by their names there."""
        return self._caches.setdefault(prefix, {})

    def forget(self, whole: str) -> None:
        """Has the next call of a control, or of all in a folder ("" is all), define it anew."""
        for prefix, cache in list(self._caches.items()):
            for name in list(cache):
                if _within(prefix + name, whole):
                    cache.pop(name, None)
        for name in list(self.defined):
            if _within(name, whole):
                self.defined.pop(name, None)


class Controls:
    """The part of `Viewer` and of its folders that has controls.

    The first call with a name defines a control, which viewers show in the order of
    definition; every call, that one too, returns the value that it has now. What later
    calls say about it is not looked at. A call costs about a microsecond and never waits,
    from any thread, so that a loop simply asks:

        exposure = viewer.slider("exposure", 0, 8, default=1)

    Names are 1 to 128 bytes; a "/" makes folders; there are at most 256 controls. `help`
    is shown when the pointer rests on it. What viewers change also comes as an event of
    the kind "control" from `read()`. All of these raise NameError (a name that can't be,
    or that another kind of control has), InvalidError (what its arguments can't be),
    LimitError, ClosedError and ForkedError. With `enabled=False` they return the default, or
    what `set_control` gave.
    """

    _tree: Tree
    _prefix: str
    _known: dict[str, Control[Any]]

    @overload
    def slider(
        self,
        name: str,
        min: int,
        max: int,
        *,
        step: int,
        default: int | None = None,
        log: bool = False,
        help: str | None = None,
    ) -> int: ...

    @overload
    def slider(
        self,
        name: str,
        min: float,
        max: float,
        *,
        default: float | None = None,
        step: float = 0,
        log: bool = False,
        help: str | None = None,
    ) -> float: ...

    def slider(
        self,
        name: str,
        min: float,
        max: float,
        *,
        default: float | None = None,
        step: float = 0,
        log: bool = False,
        help: str | None = None,
    ) -> float:
        """Returns a number between two others: a float, or an int when `step` is an int of
        1 or more and the others are ints: slider("n", 0, 8, step=1).

        Args:
            min, max: finite, min below max.
            default: from min to max; None: min.
            step: of the values; 0: any.
            log: it moves by factors; min is above 0.
        """
        control = self._find(name, Slider)
        if control is None:
            pace = number(step, f"step of slider {name!r}")
            given = (min, max, step, min if default is None else default)
            whole = pace >= 1 and all(isinstance(value, Integral) for value in given)
            low = number(min, f"min of slider {name!r}")
            high = number(max, f"max of slider {name!r}")
            first = low if default is None else number(default, f"default of slider {name!r}")
            options = options_of(help, step=pace, log=log)
            return self._add(name, Slider((low, high), first, whole, options))
        return control.ask()

    def checkbox(self, name: str, default: bool = False, *, help: str | None = None) -> bool:
        """Returns a yes or no."""
        control = self._find(name, Checkbox)
        if control is None:
            first = truth(default, f"default of checkbox {name!r}")
            return self._add(name, Checkbox(options_of(help), first))
        return control.ask()

    @overload
    def dropdown(
        self,
        name: str,
        choices: Sequence[str],
        default: str | None = None,
        *,
        help: str | None = None,
    ) -> str: ...

    @overload
    def dropdown(
        self, name: str, choices: type[E], default: E | None = None, *, help: str | None = None
    ) -> E: ...

    def dropdown(
        self, name: str, choices: Any, default: Any = None, *, help: str | None = None
    ) -> Any:
        """Returns one of several.

        Args:
            choices: 1 to 256 texts of at most 128 bytes, each once; or an Enum class,
                whose members' names are shown and of which a member is returned.
            default: one of them; None: the first.
        """
        control = self._find(name, Dropdown)
        if control is None:
            return self._add(name, Dropdown(name, choices, default, options_of(help)))
        return control.ask()

    def button(self, name: str, *, help: str | None = None) -> bool:
        """Returns whether it was pressed since the last call."""
        control = self._find(name, Button)
        if control is None:
            return self._add(name, Button(options_of(help)))
        return control.ask()

    def text(self, name: str, default: str = "", *, help: str | None = None) -> str:
        """Returns a line of text, which is at most 4096 bytes."""
        control = self._find(name, Text)
        if control is None:
            first = to_text(default, f"default of text {name!r}", InvalidError)
            return self._add(name, Text(options_of(help), first))
        return control.ask()

    def color(
        self,
        name: str,
        default: str | Sequence[float] = (1.0, 1.0, 1.0),
        *,
        help: str | None = None,
    ) -> tuple[float, ...]:
        """Returns a colour: display values from 0 to 1, (R, G, B) or (R, G, B, A).

        Args:
            default: 3 or 4 numbers from 0 to 1, or "#rgb", "#rrggbb", "#rrggbbaa". With 4
                it has an alpha.
        """
        control = self._find(name, Color)
        if control is None:
            first = color_of(default, (3, 4), f"default of color {name!r}")
            return self._add(name, Color(options_of(help), first))
        return control.ask()

    def vector3(
        self,
        name: str,
        default: Sequence[float] = (0.0, 0.0, 0.0),
        *,
        step: float = 0,
        help: str | None = None,
    ) -> tuple[float, float, float]:
        """Returns three numbers.

        Args:
            default: 3 finite numbers.
            step: of the values; 0: any.
        """
        control = self._find(name, Vector)
        if control is None:
            first = numbers(default, (3,), f"default of vector3 {name!r}")
            pace = number(step, f"step of vector3 {name!r}")
            x, y, z = self._add(name, Vector(options_of(help, step=pace), first))
        else:
            x, y, z = control.ask()
        return x, y, z

    def plot(self, name: str, value: float, *, help: str | None = None) -> None:
        """Adds a number, and the time, to a plot that viewers show.

        Args:
            value: NaN and infinities leave a gap. A tensor on a device is waited for.
                Of values closer than 10 ms the newest is kept; the newest 2,048 are.
        """
        control = self._find(name, Plot)
        if control is None:
            self._add(name, Plot(options_of(help)), value)
        else:
            control.ask(value)

    def label(self, name: str, text: Any, *, help: str | None = None) -> None:
        """Shows text, which replaces that of the last call: `str(text)`, at most 4096 bytes."""
        control = self._find(name, Label)
        if control is None:
            self._add(name, Label(options_of(help)), text)
        else:
            control.ask(text)

    def folder(self, name: str) -> Folder:
        """Returns an object with the same methods, whose controls stand in a folder:
        `viewer.folder("camera").slider("fov", 1.0, 90.0)` is "camera/fov". They nest.
        """
        to_text(name, "the name of a folder")
        return Folder(self._tree, f"{self._prefix}{name}/")

    def set_control(self, name: str, value: Any) -> None:
        """Sets a control's value from the program, in all viewers.

        Args:
            value: what the control's own call returns: a number, a bool, one of the
                choices, text, or numbers. Of a colour also "#rrggbb".

        Raises NameError (not defined), InvalidError (not a value of its kind), ClosedError,
        ForkedError.
        """
        whole = self._prefix + _named(name)
        known = self._tree.defined.get(whole)
        given = value if known is None else known.plain(value, whole)
        data = to_json(given, f"the value of control {whole!r}")
        session = self._tree.session
        session.call("rv_set_control", to_text(whole, "the name of a control"), data)
        if session.null and known is not None:
            known.keep(given)

    def remove_control(self, name: str | None = None) -> int:
        """Takes a control away, or a folder with all that is in it; the name is free again.

        Args:
            name: None: all controls; of a folder: all of its own.

        Returns how many there were. Raises NameError, ClosedError, ForkedError.
        """
        if name == "":
            raise NameError(
                "the name of a control has 1 to 128 bytes, found '': leave it out to remove all"
            )
        whole = self._prefix.rstrip("/") if name is None else self._prefix + _named(name)
        text = to_text(whole, "the name of a control") if whole else None
        count = self._tree.session.call("rv_remove_control", text)
        self._tree.forget(whole)
        return count

    def _find(self, name: str, kind: type[C]) -> C | None:
        """Returns the control that was asked for by this name before, if it is of the kind."""
        try:
            control = self._known.get(name)
        except TypeError:  # a list has no hash
            _named(name)
            raise
        return control if type(control) is kind else None

    def _add(self, name: str, control: Control[V], *given: Any) -> V:
        whole = self._prefix + _named(name)
        known = self._tree.defined.get(whole)
        if self._tree.session.null and type(known) is type(control):
            control = known  # which has what set_control gave
        control.bind(self._tree.session, to_text(whole, "the name of a control"))
        value = control.ask(*given)
        self._tree.defined[whole] = control
        self._known[name] = control
        return value


class Folder(Controls):
    """Controls that stand in a folder; made by `viewer.folder(name)`."""

    def __init__(self, tree: Tree, prefix: str) -> None:
        self._tree, self._prefix = tree, prefix
        self._known = tree.known(prefix)

    def __repr__(self) -> str:
        return f"Folder({self._prefix[:-1]!r})"


def _within(name: str, whole: str) -> bool:
    """Says whether a control has this name, or is in this folder."""
    return not whole or name == whole or name.startswith(whole + "/")


def _named(name: Any) -> str:
    to_text(name, "the name of a control")
    return str(name)
