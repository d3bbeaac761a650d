"""What comes back from viewers: the part of `Viewer` that reads and answers it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ._camera import Camera
from ._controls import Tree
from ._errors import ClosedError, InvalidError
from ._event import Event
from ._session import Session
from ._values import shortened, to_json

# Events that cameras() met and left for read().
MAX_KEPT = 1024


class Kept:
    """Events that wait for `read`: of controls the newest of each, in its first one's place,
    but every press of a button."""

    def __init__(self) -> None:
        self._events: OrderedDict[Any, Event] = OrderedDict()

    def add(self, event: Event, key: str | None = None) -> None:
        """Keeps an event, in the place of one with the same key. Drops the oldest where there
        are too many."""
        self._events[object() if key is None else key] = event
        if len(self._events) > MAX_KEPT:
            self.take()

    def take(self) -> Event | None:
        """Takes the oldest, or None."""
        try:
            return self._events.popitem(last=False)[1]
        except KeyError:
            return None


class Events:
    """The part of `Viewer` that cameras and other events come from."""

    _session: Session
    _kept: Kept
    _tree: Tree

    def cameras(self, *, still: bool = False) -> Iterator[Camera]:
        """Waits for cameras and yields them: the newest, when the viewer has room for
        another list. Ends when the viewer is closed.

        Args:
            still: also yield a camera again that hasn't changed, at the pace at which
                lists are shown, or 20 a second. Without it a camera is yielded when it
                differs from the last, and once more when a viewer joins.

        Other events are kept for `read()`: 1,024, and of each control the newest, of
        buttons every press. Raises ClosedError, ForkedError.
        """
        self._session.want_cameras(True)
        return self._cameras(still)

    def _cameras(self, still: bool) -> Iterator[Camera]:
        last: Camera | None = None
        joined = False
        while True:
            try:
                event = self._next(None)
            except ClosedError:
                return
            if event is None:
                return
            camera = event.camera
            if camera is not None:
                if still or joined or not camera._same_view(last):
                    last, joined = camera, False
                    yield camera
            elif event.kind != "ready":
                joined = joined or _joins(event, last)
                self._kept.add(event, self._key(event))

    def _key(self, event: Event) -> str | None:
        """What a newer event replaces this one by, while it is kept."""
        control = self._tree.defined.get(event.name)
        each = event.kind != "control" or (control is not None and control.each_counts)
        return None if each else event.name

    def read(self, timeout: float | None = None) -> Event | None:
        """Returns the next event: a camera to render, a value, a change of a connection or
        of a control, a click, drag, key or pick.

        Args:
            timeout: seconds to wait; 0: not at all; None: without end.

        Returns None when nothing came. Ctrl-C ends the wait. A loop that never reads loses
        nothing else: of what isn't read the newest 1,024 are kept, of cameras and of each
        control the newest, of buttons every press. Raises ClosedError, ForkedError.
        """
        return self._kept.take() or self._next(timeout)

    def _next(self, timeout: float | None) -> Event | None:
        event = self._session.read(timeout)
        if event is not None and event.kind == "control":
            control = self._tree.defined.get(event.name)
            if control is not None:  # its value as the control's own call returns it
                return replace(event, value=control.told(event.value))
        return event

    def want_picks(self, wanted: bool = True) -> None:
        """Says whether viewers shall ask what is under the pointer when it rests: events of
        the kind "pick", for `answer`. At first they do not. Raises ClosedError, ForkedError.
        """
        self._session.call("rv_want_picks", int(bool(wanted)))

    def answer(self, event: Event, value: Mapping[str, Any] | None) -> None:
        """Answers a pick: the viewer that asked shows it beside the pointer.

            viewer.want_picks()
            if (event := viewer.read(0)) and event.kind == "pick":
                column, row = event.pixel
                viewer.answer(event, {"gaussian": ids[row, column]})

        Args:
            event: of the kind "pick". Where its viewer has gone, nothing happens.
            value: shown a line each, at most 64 KiB as JSON; None: there is nothing.

        Raises InvalidError, LimitError, ClosedError, ForkedError.
        """
        if not isinstance(event, Event) or event.kind != "pick":
            found = event.kind if isinstance(event, Event) else type(event).__name__
            raise InvalidError(f"only events of the kind 'pick' are answered, found {found!r}")
        if value is not None and not isinstance(value, Mapping):
            raise InvalidError(
                f"an answer has to be a dict or None, found {shortened(value)}: use {{'value': x}}"
            )
        data = None if value is None else to_json(value, "an answer")
        self._session.call("rv_answer", event.id, data)


def _joins(event: Event, last: Camera | None) -> bool:
    """Says whether a viewer came that the last camera wasn't yielded for."""
    return event.state == "connected" and (last is None or event.viewer != last.viewer)
