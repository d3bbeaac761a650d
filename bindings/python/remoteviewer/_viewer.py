"""The modern face: a viewer that a loop shows images in, and takes cameras from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from ._camera import Camera, view_struct
from ._controls import Controls, Tree
from ._events import Events, Kept
from ._images import Packer, entries
from ._library import forked
from ._notebook import Notebook, Thumbnail, kernel
from ._options import Options, dialed, disabled
from ._pacing import Pacing
from ._session import NullSession, Session


@dataclass(frozen=True)
class Statistics:
    """What a viewer object has done so far.

    Attributes:
        viewers: connected now; joined: ever.
        lists: given to show or send_images; dropped: of these, replaced by a newer one
            before any viewer got them; sent: written, over all viewers.
        shown, skipped, failed: what viewers said became of those sent.
        bytes: written. events_dropped: nobody read them in time.
        refused: connections refused or dropped for what they sent.
        round_trip_ms: of the driver's connection; 0: not known.
    """

    viewers: int
    joined: int
    lists: int
    dropped: int
    sent: int
    shown: int
    skipped: int
    failed: int
    bytes: int
    events_dropped: int
    refused: int
    round_trip_ms: float


class Viewer(Pacing, Controls, Events, Notebook):
    """Viewers, as seen from the renderer: one object for all that are connected.

    Made by `listen` or `connect`. There need not be a viewer: the newest list waits
    for the first that comes. Any thread may call any method. It is a context manager;
    closing waits for the viewer to show the last list, at most 5 s. In a notebook it is a
    live thumbnail of the last list.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept = Kept()
        self._tree, self._prefix = Tree(session), ""
        self._known = self._tree.known("")
        self._thumbnail = None if kernel() is None else Thumbnail(self, session._packer)

    def show(self, *images: Any, meta: Mapping[str, Any] | None = None, **named: Any) -> None:
        """Shows images that belong together, each in its own window. Never waits.

        Args:
            images: arrays, `rv.Image`s, dicts of name to image, lists of these. H x W,
                H x W x C, or C x H x W where the last dimension is more than 64 (see
                `rv.Image`); N images in one array become N windows.
            meta: a dict of numbers and text that goes with the list.
            named: images, each shown in the window of that name. A float image of one
                channel that is called "depth" is shown as depth.

        Integers are display values. Floats are display values in 0..1, unless said
        otherwise by `rv.linear(x)`, `rv.depth(x)` or `rv.Image(x, color=...)`.

        Raises ArrayError, NameError, LimitError, InvalidError, ClosedError.
        """
        pairs = [*entries(images), *named.items()]
        self._session.send(pairs, meta=meta)
        self._keep(pairs)

    def send_images(
        self,
        images: Any,
        *,
        meta: Mapping[str, Any] | None = None,
        mode: str = "newest",
        stream: str = "",
        timeout: float | None = None,
        camera: Camera | None = None,
    ) -> None:
        """Sends a list of images, a dict of them by name, or one.

        Args:
            images: see `show`.
            meta: a dict that goes with the list, at most 64 KiB as JSON.
            mode: "newest" never waits, older waiting lists are dropped; "every" delivers
                every list to the driver, and waits for room; "last" is as newest, and
                viewers stop reading this connection after it.
            stream: lists of different streams don't replace each other.
            timeout: seconds that "every" waits for room; None: without end.
            camera: that the images were rendered with; None: the one last read.

        Raises what `show` does, and WaitTimeout.
        """
        pairs = entries(images)
        self._session.send(
            pairs, meta=meta, mode=mode, stream=stream, timeout=timeout, camera=camera
        )
        self._keep(pairs)

    @property
    def camera(self) -> Camera | None:
        """The driving viewer's newest camera, or None. Never waits. From the first use on,
        viewers send cameras.
        """
        self._want()
        return self._session.camera()

    def send_data(self, name: str, value: Any) -> None:
        """Sends a named value to all viewers: anything that JSON can hold, or bytes.

        Args:
            name: 1 to 128 bytes.
            value: at most 16 MiB. Arrays become lists.

        Never waits. Raises InvalidError, NameError, LimitError, ClosedError.
        """
        self._session.send_data(name, value)

    def set_view(
        self,
        c2w: Any = None,
        K: Any = None,
        *,
        width: int | None = None,
        height: int | None = None,
        near: float | None = None,
        far: float | None = None,
        fov_y: float | None = None,
        projection: str | None = None,
        ortho_height: float | None = None,
        up: Any = None,
        target: Any = None,
        time: float | None = None,
    ) -> None:
        """Sets the first view, or asks viewers to move there now.

        Args:
            c2w: (4, 4) or (3, 4), camera to world, OpenCV axes; or a Camera, of which the
                other arguments then replace parts; or another program's: gaussian-splatting's
                camera or entry of cameras.json, gsplat's keywords, a frame of transforms.json,
                a PyTorch3D camera, a Mitsuba sensor or its dict, LuxCore's scene.camera.*
                For all else there is Camera.from_...
            K: (3, 3) in pixels of `width` x `height`; None: `fov_y` degrees, or 60.
            width, height: pixels; None: the window's size.
            near, far: world units; None: 0.01 and 100.
            projection: "perspective", "orthographic" (with `ortho_height`), "equirect".
            up: what navigation holds upright; None: (0, -1, 0).
            target: what navigation turns about; None: the origin.

        A viewer takes it until its user moves, and when the user goes home. Raises
        InvalidError, ClosedError.
        """
        given = dict(
            K=K,
            width=width,
            height=height,
            near=near,
            far=far,
            fov_y=fov_y,
            projection=projection,
            ortho_height=ortho_height,
            up=up,
            target=target,
            time=time,
        )
        self._session.set_view(view_struct(c2w, given))
        self._want()  # after the view: the first camera starts there

    @property
    def connected(self) -> int:
        """How many viewers are connected now."""
        return self._session.statistics().viewers

    @property
    def address(self) -> str:
        """Where it listens, with its token: "127.0.0.1:12346"; or what it dials."""
        return self._session.address()

    @property
    def statistics(self) -> Statistics:
        """The counters."""
        struct = self._session.statistics()
        names = Statistics.__dataclass_fields__
        return Statistics(**{name: getattr(struct, name) for name in names})

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._session.closed

    def close(self) -> bool:
        """Waits until the newest lists are shown, at most 5 s (1 s when it dials and there
        is no viewer; not at all when it listens and there is none), and closes.

        Returns whether the driver showed them: False also when it doesn't read this
        connection now, or couldn't decode them. Closing twice is nothing. Ctrl-C ends the wait.
        """
        return self._session.close()

    def _want(self) -> None:
        self._session.want_cameras(True)

    def __enter__(self) -> Viewer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if self.closed or forked():
            return "Viewer(closed)" if self.closed else "Viewer(forked)"
        public = self.address.rpartition("@")[2]  # a token has no place in logs
        return f"Viewer({public!r}, connected={self.connected})"


def listen(
    address: str | None = None,
    *,
    name: str | None = None,
    cameras: bool = False,
    size: tuple[int, int] | None = None,
    device: Any = None,
    codec: str | None = None,
    quality: int = 0,
    token: str | None = None,
    token_file: str | os.PathLike[str] | None = None,
    insecure: bool = False,
    any_user: bool = False,
    strict: bool = False,
    quiet: bool = False,
    enabled: bool = True,
) -> Viewer:
    """Listens for viewers, and prints how to look. Never waits.

    Args:
        address: "host:port" or "unix:/path"; None: 127.0.0.1:12346. A taken port is
            replaced by the next free one.
        name: of this renderer in window titles; None: script@host.
        cameras: whether viewers send cameras from the start; else from the first use of
            `camera`, `cameras()`, `wants()` or `set_view()`.
        size: (width, height) in pixels that viewers render at; None: the window's.
        device: torch device of the cameras' tensors; None: the current CUDA device, if any.
        codec: "raw", "lz4", "zstd", "jpeg"; None: what the viewer asks for, else raw.
        quality: of "jpeg", 1 to 100; 0: 85.
        token, token_file: what viewers have to prove; None: RV_TOKEN. One is made when it
            listens beyond loopback, unless `insecure`.
        insecure: listen beyond loopback without a token: whoever reaches the port may look.
        any_user: let other users of this machine in without a token.
        strict: a taken port is an error.
        quiet: print nothing.
        enabled: False gives an object that does nothing, as does RV_DISABLE=1.

    Raises AddressError, TokenError, ListenError (with `strict`), LibraryError.
    """
    if not enabled or disabled():
        return Viewer(NullSession())
    options = Options(
        name=name,
        token=token,
        token_file=token_file,
        codec=codec,
        quality=quality,
        cameras=cameras,
        insecure=insecure,
        any_user=any_user,
        strict=strict,
        quiet=quiet,
        size=size,
    )
    return Viewer(Session("rv_listen", address, options, Packer(), device))


def connect(
    address: str | None = None,
    *,
    name: str | None = None,
    cameras: bool = False,
    size: tuple[int, int] | None = None,
    device: Any = None,
    codec: str | None = None,
    quality: int = 0,
    token: str | None = None,
    token_file: str | os.PathLike[str] | None = None,
    quiet: bool = False,
    enabled: bool = True,
) -> Viewer:
    """Dials a viewer, and dials again whenever it is away. Never waits.

    Args:
        address: "host:port", "rv://TOKEN@host:port" or "unix:/path"; None: RV_ADDRESS,
            else 127.0.0.1:12345, where rvviewer listens.
        token, token_file: that the viewer asks for; None: RV_TOKEN.

    The others are those of `listen`. Raises AddressError, TokenError, LibraryError.
    """
    if not enabled or disabled():
        return Viewer(NullSession())
    options = Options(
        name=name,
        token=token,
        token_file=token_file,
        codec=codec,
        quality=quality,
        cameras=cameras,
        quiet=quiet,
        size=size,
    )
    return Viewer(Session("rv_connect", dialed(address), options, Packer(), device))
