"""One handle of the library: what Viewer and RemoteViewer are made of."""

from __future__ import annotations

import ctypes
import math
import time
import weakref
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from . import _abi
from ._camera import Camera
from ._camera_tensors import known_device
from ._closing import closer
from ._errors import (
    AddressError,
    ClosedError,
    ForkedError,
    InvalidError,
    WaitTimeout,
)
from ._event import Event, event_of
from ._images import Entry, Packer
from ._library import FORKED_TEXT, check, forked, load, struct_of
from ._options import Options
from ._values import shortened, to_json, to_text

# The longest that a call stays in C, so that Ctrl-C works.
SLICE_MS = 100

MODES = {
    "newest": _abi.RV_SEND_NEWEST,
    "every": _abi.RV_SEND_EVERY,
    "last": _abi.RV_SEND_LAST,
}


class Session:
    """An open handle. Collected, it is closed in the background; exit waits for that."""

    null = False  # whether it does nothing

    def __init__(
        self, call: str, address: str | None, options: Options, packer: Packer, device: Any
    ) -> None:
        self._library = load()
        known_device(device)
        self._packer, self._device = packer, device
        self._newest: Camera | None = None
        out = ctypes.c_uint64()
        text = None if address is None else to_text(address, "an address", AddressError)
        if text is not None and not text.strip():
            raise AddressError(
                f"an address is host:port or unix:/path, found {address!r}: leave it out "
                "for the default"
            )
        check(getattr(self._library, call)(text, ctypes.byref(options.struct), ctypes.byref(out)))
        self._handle = out.value
        closer.register(self._handle)
        weakref.finalize(self, closer.release, self._handle).atexit = False
        self._id = ctypes.c_uint64(self._handle)
        self._rv_wants = self._library["rv_wants"]
        self._spare: list[_abi.RvCamera] = []

    @property
    def handle(self) -> int:
        """The handle. Raises ClosedError, ForkedError."""
        if forked():
            raise ForkedError(FORKED_TEXT)
        if not self._handle:
            raise ClosedError("this viewer is closed: open another by rv.listen() or rv.connect()")
        return self._handle

    @property
    def closed(self) -> bool:
        """Says whether close was called."""
        return not self._handle

    def send(
        self,
        pairs: list[Entry],
        *,
        meta: Mapping[str, Any] | None = None,
        mode: str = "newest",
        stream: str = "",
        timeout: float | None = None,
        camera: Camera | None = None,
    ) -> None:
        """Sends a list; see Viewer.send_images."""
        handle = self.handle
        options = None
        if meta is not None or mode != "newest" or stream or camera is not None:
            options = _send_options(meta, mode, stream, camera)
        packed = self._packer.pack(pairs)
        try:
            if mode == "every":
                assert options is not None
                self._send_every(handle, packed, options, timeout)
            else:
                given = None if options is None else ctypes.byref(options)
                check(self._library.rv_send_images(handle, packed.structs, packed.count, given))
        finally:
            self._packer.release(packed)

    def _send_every(self, handle: int, packed: Any, options: Any, timeout: float | None) -> None:
        deadline = deadline_of(timeout)
        while True:
            options.timeout_ms = _slice(deadline)
            code = self._library.rv_send_images(
                handle, packed.structs, packed.count, ctypes.byref(options)
            )
            if code != _abi.RV_ERR_TIMEOUT:
                check(code)
                return
            if time.monotonic() >= deadline:
                raise WaitTimeout(
                    f"no viewer had room for another list within {timeout} s: look with rvviewer, "
                    "wait longer, or send with mode='newest'"
                )

    def read(self, timeout: float | None) -> Event | None:
        """Takes the next event; None when none came within `timeout` seconds."""
        deadline = deadline_of(timeout)
        out = ctypes.POINTER(_abi.RvEvent)()
        while not check(self._library.rv_read(self.handle, ctypes.byref(out), _slice(deadline))):
            if time.monotonic() >= deadline:
                return None
        try:
            return event_of(out.contents, self._device)
        finally:
            self._library.rv_event_free(out)

    def camera(self) -> Camera | None:
        """Returns the driver's newest camera, the same object until another comes."""
        struct = struct_of(_abi.RvCamera)
        if not check(self._library.rv_camera(self.handle, ctypes.byref(struct))):
            return None
        return self._camera_of(struct)

    def wants(self, budget: float | None, refresh: float | None) -> Camera | None:
        """Returns the camera to render now, or None; see Viewer.wants."""
        try:
            struct = self._spare.pop()  # one that no other thread has
        except IndexError:
            struct = struct_of(_abi.RvCamera)
        try:
            code = self._rv_wants(
                self._id,
                ctypes.c_double(1.0 if budget is None else budget),
                ctypes.c_double(math.inf if refresh is None else refresh),
                ctypes.byref(struct),
            )
        except TypeError:
            raise InvalidError(
                f"budget has to be a share of the time and refresh seconds, "
                f"found {shortened(budget)} and {shortened(refresh)}"
            ) from None
        camera = self._camera_of(struct) if code > 0 else None
        self._spare.append(struct)
        if code < 0:
            self.fail(code)
        return camera

    def _camera_of(self, struct: _abi.RvCamera) -> Camera:
        newest = self._newest
        viewer = (struct.viewer_high, struct.viewer_low)
        # Views that no viewer sent all have the number 0.
        if not struct.seq or newest is None or (newest.seq, newest._viewer) != (struct.seq, viewer):
            newest = self._newest = Camera._from_struct(struct, self._device)
        return newest

    def call(self, name: str, *arguments: Any) -> int:
        """Calls a function of the library with the handle, and returns its count."""
        return check(getattr(self._library, name)(self.handle, *arguments))

    def prepare(self, name: str, *arguments: Any) -> Callable[[], int]:
        """Returns a call with arguments that are converted once: half the time of `call`
        where it is made every round. Give a code below 0 to `fail`. The library reads what
        pointers point to at each call.
        """
        kinds = _abi.FUNCTIONS[name][1][1:]
        converted = [_converted(kind, value) for kind, value in zip(kinds, arguments)]
        return partial(self._library[name], ctypes.c_uint64(self.handle), *converted)

    def fail(self, code: int) -> None:
        """Raises the error of a code below 0."""
        if self.handle:  # which says by itself that it is closed, or forked
            check(code)

    def want_cameras(self, wanted: bool) -> None:
        """Says whether viewers shall send cameras."""
        check(self._library.rv_want_cameras(self.handle, int(wanted)))

    def set_view(self, view: _abi.RvCamera) -> None:
        """Sets the first view, or asks viewers to move there."""
        check(self._library.rv_set_view(self.handle, ctypes.byref(view)))

    def send_data(self, name: str, value: Any) -> None:
        """Sends a named value; see Viewer.send_data."""
        if isinstance(value, (bytes, bytearray, memoryview)):
            layout, data = b"bytes", bytes(value)
        else:
            layout, data = b"json", to_json(value, f"the value {name!r}")
        named = to_text(name, "the name of a value")
        check(self._library.rv_send_data(self.handle, named, layout, data, len(data)))

    def address(self) -> str:
        """Returns where it listens, with its token, or what it dials."""
        size = check(self._library.rv_address(self.handle, None, 0))
        buffer = ctypes.create_string_buffer(size)
        check(self._library.rv_address(self.handle, buffer, size))
        return buffer.value.decode()

    def statistics(self) -> _abi.RvStatistics:
        """Returns the counters."""
        out: _abi.RvStatistics = struct_of(_abi.RvStatistics)
        check(self._library.rv_stats(self.handle, ctypes.byref(out)))
        return out

    def close(self, linger_ms: int = -1) -> bool:
        """Closes, and says whether the newest lists were shown before."""
        handle, self._handle = self._handle, 0
        return not handle or closer.close(handle, linger_ms) == _abi.RV_OK


class NullSession(Session):
    """Does nothing: for `enabled=False` and RV_DISABLE=1."""

    null = True

    def __init__(self) -> None:
        self._handle = 1
        self._packer = Packer()

    def send(self, pairs: list[Entry], **options: Any) -> None:
        """Sends nothing and looks at nothing."""

    def read(self, timeout: float | None) -> Event | None:
        """Returns None, at the pace of a session without a viewer."""
        time.sleep(_slice(deadline_of(timeout)) / 1000)
        return None

    def camera(self) -> Camera | None:
        """Returns None."""
        return None

    def wants(self, budget: float | None, refresh: float | None) -> Camera | None:
        """Returns None: nobody looks."""
        return None

    def call(self, name: str, *arguments: Any) -> int:
        """Does nothing, and counts nothing."""
        return 0

    def prepare(self, name: str, *arguments: Any) -> Callable[[], int]:
        """Returns a call that does nothing: what values are written to keeps its default."""
        return _nothing

    def want_cameras(self, wanted: bool) -> None:
        """Does nothing."""

    def set_view(self, view: _abi.RvCamera) -> None:
        """Does nothing."""

    def send_data(self, name: str, value: Any) -> None:
        """Sends nothing."""

    def address(self) -> str:
        """Returns ""."""
        return ""

    def statistics(self) -> _abi.RvStatistics:
        """Returns zeros."""
        out: _abi.RvStatistics = struct_of(_abi.RvStatistics)
        return out

    def close(self, linger_ms: int = -1) -> bool:
        """Marks it closed; nothing was shown."""
        self._handle = 0
        return False


def _nothing() -> int:
    return 0


def _converted(kind: Any, value: Any) -> Any:
    """Returns an argument as C takes it, so that ctypes has nothing left to look up."""
    if value is None or isinstance(value, (ctypes.Array, kind)):
        return value
    return ctypes.byref(value) if issubclass(kind, ctypes._Pointer) else kind(value)


def _send_options(
    meta: Mapping[str, Any] | None, mode: str, stream: str, camera: Camera | None
) -> _abi.RvSendOptions:
    if not isinstance(mode, str) or mode not in MODES:
        raise InvalidError(f"mode has to be one of {', '.join(MODES)}, found {shortened(mode)}")
    if meta is not None and not isinstance(meta, Mapping):
        raise InvalidError(f"meta has to be a dict, found {type(meta).__name__}")
    options: _abi.RvSendOptions = struct_of(_abi.RvSendOptions)
    options.mode = MODES[mode]
    options.stream = to_text(stream, "stream")
    options.meta = None if meta is None else to_json(meta, "meta")
    if camera is not None and not isinstance(camera, Camera):
        raise InvalidError(f"camera has to be an rv.Camera, found {shortened(camera)}")
    if camera is not None:
        options.camera = ctypes.pointer(camera._to_struct())
    return options


def deadline_of(timeout: float | None) -> float:
    """Returns when a wait of so many seconds ends on the monotonic clock. Raises InvalidError."""
    if timeout is None:
        return math.inf
    try:
        end = float(time.monotonic() + timeout)
    except (TypeError, ValueError, OverflowError):
        end = math.nan
    if math.isnan(end):
        raise InvalidError(f"timeout has to be seconds, or None, found {shortened(timeout)}")
    return end


def _slice(deadline: float) -> int:
    """Returns the milliseconds for one call into C."""
    left = (deadline - time.monotonic()) * 1000
    return SLICE_MS if left > SLICE_MS else math.ceil(max(0.0, left))
