"""The class of the first RemoteViewer scripts, unchanged for them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from ._images import Packer, entries
from ._options import Options, disabled
from ._session import SLICE_MS, NullSession, Session, deadline_of

# A little less than the 100 ms after which read says that there is no viewer.
_AWAY_SECONDS = 0.8 * SLICE_MS / 1000
# How long a viewer that has just come is given to send its camera.
_COMING_SECONDS = 0.2


class RemoteViewer:
    """Sends lists of images to a viewer at host:port, and reads its camera.

    The viewer may be started before, after, or again: nothing here waits for it.

    Args:
        host, port: where the viewer listens.
        device: torch device of the camera's tensors; None: the current CUDA device, if any.
        name: of this renderer in window titles; None: script@host.
        token: that the viewer asks for; None: RV_TOKEN.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 12345,
        *,
        device: Any = None,
        name: str | None = None,
        token: str | None = None,
        enabled: bool = True,
    ) -> None:
        self._cameras = False
        self._asked_in_vain = -1
        if not enabled or disabled():
            self._session: Session = NullSession()
            return
        bare = ":" in host and not host.startswith(("[", "rv:", "unix:"))
        address = f"[{host}]:{port}" if bare else f"{host}:{port}"
        # Everything is a display value from 0 to 255 here, whatever the type.
        packer = Packer(white=255.0, color="srgb")
        options = Options(name=name, token=token)
        self._session = Session("rv_connect", address, options, packer, device)

    def require_camera_from_remote(self, required: bool = True) -> None:
        """Says whether the viewer shall send its camera; at first it does not."""
        required = bool(required)
        if required != self._cameras:
            self._session.want_cameras(required)
            self._cameras = required

    def read(self, timeout: float | None = None) -> dict[str, Any]:
        """Waits for the viewer's turn and returns a dict.

        Args:
            timeout: seconds to wait at the most while a viewer is connected; None: until
                it has room for another list. Ctrl-C ends the wait.

        Returns {"status": 0} within 100 ms when there is no viewer, or when the timeout
        has passed; else "status" is 1, "camera" is the newest `Camera` if it was required
        and one has come, and values that the viewer sent stand under their names.
        Raises ClosedError, InvalidError.
        """
        start, deadline = time.monotonic(), deadline_of(timeout)
        values: dict[str, Any] = {}
        while True:
            limit = max(0.0, min(_AWAY_SECONDS, deadline - time.monotonic()))
            event = self._session.read(limit)
            if event is None:
                if time.monotonic() >= deadline or not self._session.statistics().viewers:
                    return {**values, "status": int(bool(values))}
            elif event.kind == "data":
                values[event.name] = event.value
            elif event.kind == "camera" and self._cameras:
                return {**values, "camera": event.camera, "status": 1}
            elif event.kind in ("camera", "ready") and not self._camera_is_coming(start):
                return {**values, "status": 1}

    def _camera_is_coming(self, start: float) -> bool:
        """Says whether to wait for a camera although there is room for a list. It is on its
        way when a viewer has just come: a frame of the default camera would flash up.
        """
        if not self._cameras:
            return False
        joined = self._session.statistics().joined
        if time.monotonic() - start < _COMING_SECONDS:
            return joined != self._asked_in_vain
        self._asked_in_vain = joined
        return False

    def send_images(self, images: Sequence[Any], single: bool = False) -> None:
        """Sends a list of images, each to its own window. Never waits.

        Args:
            images: (H, W, 3), or what else `rv.Image` takes, with values 0 to 255 in any
                type. The newest list waits for a viewer when there is none.
            single: True: this is the last list, the viewer reads no more from this
                connection after it. The script may end right after.

        Raises ArrayError, NameError, LimitError, ClosedError.
        """
        self._session.send(entries(images), mode="last" if single else "newest")

    def send_data(self, name: str, value: Any) -> None:
        """Sends a named value to the viewer: anything that JSON can hold, or bytes."""
        self._session.send_data(name, value)

    @property
    def connected(self) -> int:
        """How many viewers are connected now."""
        return self._session.statistics().viewers

    def close(self) -> bool:
        """Waits until the newest list is shown, at most 5 s (1 s without a viewer), and
        closes. Returns whether the viewer showed it: False also when it doesn't read
        this connection now, or couldn't decode the list.
        """
        return self._session.close()

    def __enter__(self) -> RemoteViewer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
