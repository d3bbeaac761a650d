"""When a loop renders for viewers, and when it waits for them."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from typing import Any

from ._camera import Camera
from ._errors import InvalidError
from ._session import SLICE_MS, Session
from ._values import shortened, to_text

# How long a paused loop sleeps when a camera waits that it has no room or no way to render.
_SOON_SECONDS = 0.005
_NONE: frozenset[str] = frozenset()


class Pacing:
    """The part of `Viewer` that a training loop calls once a round."""

    _session: Session

    def wants(self, budget: float | None = 0.05, refresh: float | None = 0.5) -> Camera | None:
        """Returns the camera to render now, or None. Never waits, and costs about a
        microsecond, so that a loop asks every round:

            if cam := viewer.wants(budget=0.05):
                viewer.show(rgb=render(cam))

        Args:
            budget: the share of the time that rendering for viewers may take, above 0,
                averaged over the last 2 s (longer where one image takes longer). What is
                counted is the time from a camera to the next `show` or `send_images`.
                1 or more, or None: no bound.
            refresh: seconds until the same camera is rendered again; 0: at once;
                None: never. A viewer that joins is served at once.

        It is None when nobody looks, when two lists are on their way already, when nothing
        moved for less than `refresh`, and when the budget is used up. Viewers send cameras
        from the first call on; for one that sends none it is the view of `set_view`, else
        the default one, with `seq` 0. The same object is returned for the same camera.

        Raises InvalidError, ClosedError, ForkedError.
        """
        return self._session.wants(budget, refresh)

    def gate(self, show: Callable[[Camera], Any] | None = None) -> None:
        """Waits while a viewer has paused the loop: called once a round, before the work.
        From the first call on viewers show buttons to pause, to do one round, and to do n.

        Args:
            show: called with each camera that is to be rendered while the loop is paused,
                so that it can still be looked at: `lambda cam: viewer.show(render(cam))`.

        With nobody connected for 5 s the loop runs on. Ctrl-C ends the wait. Raises
        ClosedError, ForkedError, NameError (a control is called "gate"), and what `show` does.
        """
        if show is not None and not callable(show):
            raise InvalidError(
                f"show has to be a function of a camera, found {shortened(show)}: "
                "use lambda cam: viewer.show(render(cam))"
            )
        session = self._session
        if session.null:
            return
        while not session.call("rv_gate", SLICE_MS):
            camera = None if show is None else self.wants(budget=None, refresh=None)
            if show is not None and camera is not None:
                show(camera)
            else:
                time.sleep(_SOON_SECONDS)

    @property
    def closed_windows(self) -> frozenset[str]:
        """The names whose windows are closed in every connected viewer, in the stream "":
        they need not be rendered. They may still be sent. Never waits.

            if "normals" not in viewer.closed_windows: ...
        """
        return self.closed_in("")

    def closed_in(self, stream: str) -> frozenset[str]:
        """Returns the names whose windows of a stream are closed in every connected viewer.

        Raises NameError, ClosedError, ForkedError.
        """
        named, size = to_text(stream, "stream"), 0
        buffer = None
        while True:
            needed = self._session.call("rv_closed", named, buffer, size)
            if not needed:
                return _NONE
            if buffer is not None and needed <= size:
                return frozenset(_names(buffer.raw[:needed]))
            size = 2 * needed  # another may be closed until then
            buffer = ctypes.create_string_buffer(size)


def _names(raw: bytes) -> list[str]:
    return [name.decode("utf-8", "replace") for name in raw.split(b"\0") if name]
