"""One handle of the library: what Viewer and RemoteViewer are made of."""

from __future__ import annotations

import ctypes
import math
import operator
import os
import socket
import sys
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import _abi
from ._arrays import MAX_SIDE
from ._camera import Camera
from ._closing import closer
from ._errors import (
    AddressError,
    ClosedError,
    ForkedError,
    InvalidError,
    TokenError,
    WaitTimeout,
)
from ._event import Event, event_of
from ._images import MAX_NAME_BYTES, Entry, Packer
from ._library import FORKED_TEXT, check, forked, load, struct_of
from ._values import shortened, to_json, to_text

# The longest that a call stays in C, so that Ctrl-C works.
SLICE_MS = 100

MODES = {
    "newest": _abi.RV_SEND_NEWEST,
    "every": _abi.RV_SEND_EVERY,
    "last": _abi.RV_SEND_LAST,
}


class Options:
    """What listen and connect have in common; see there."""

    def __init__(
        self,
        *,
        name: str | None = None,
        token: str | None = None,
        token_file: str | os.PathLike[str] | None = None,
        codec: str | None = None,
        quality: int = 0,
        cameras: bool = False,
        insecure: bool = False,
        any_user: bool = False,
        strict: bool = False,
        quiet: bool = False,
        size: tuple[int, int] | None = None,
    ) -> None:
        struct: _abi.RvOptions = struct_of(_abi.RvOptions)
        struct.name = to_text(default_name() if name is None else name, "the renderer's name")
        struct.token = None if token is None else to_text(token, "token", TokenError)
        struct.token_file = None if token_file is None else _path(token_file)
        struct.codec = None if codec is None else to_text(codec, "codec", InvalidError)
        struct.quality, struct.cameras = _integer(quality, "quality", 0, 100), cameras
        struct.insecure, struct.any_user = insecure, any_user
        struct.strict, struct.quiet = strict, quiet
        if size is not None:
            struct.width, struct.height = _size(size)
        self.struct = struct


def _size(size: Any) -> tuple[int, int]:
    if not isinstance(size, (str, bytes)) and isinstance(size, Sequence) and len(size) == 2:
        return _integer(size[0], "the width", 1, MAX_SIDE), _integer(
            size[1], "the height", 1, MAX_SIDE
        )
    raise InvalidError(f"size has to be (width, height) in pixels, found {shortened(size)}")


def _integer(value: Any, what: str, low: int, high: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        number = low - 1
    if low <= number <= high:
        return number
    raise InvalidError(
        f"{what} has to be an integer from {low} to {high}, found {shortened(value)}"
    )


def _path(file: str | os.PathLike[str]) -> bytes:
    name = os.fsencode(file)
    if b"\0" in name:
        raise TokenError(f"token_file can't hold a NUL character, found {shortened(file)}")
    return name


def default_name() -> str:
    """Returns script@host, with the rank of a job that has several."""
    script = Path(sys.argv[0] if sys.argv and sys.argv[0] not in ("", "-c") else "python")
    stem = script.parent.name if script.stem == "__main__" else script.stem
    rank = next((os.environ[key] for key in ("RANK", "SLURM_PROCID") if os.environ.get(key)), "")
    several = os.environ.get("WORLD_SIZE") or os.environ.get("SLURM_NTASKS") or "1"
    if rank.isdigit() and several != "1":
        stem += f" {rank}"
    # A file's name may be long, no UTF-8, or hold what isn't to be printed.
    where = f"@{socket.gethostname()}"
    plain = "".join(c if c.isprintable() else "?" for c in stem or "python")
    room = MAX_NAME_BYTES - len(where.encode())
    return plain.encode("utf-8", "replace")[:room].decode("utf-8", "ignore") + where


def disabled() -> bool:
    """Says whether RV_DISABLE turns everything off."""
    return os.environ.get("RV_DISABLE", "0") not in ("", "0")


def dialed(address: str | None) -> str | None:
    """Returns the address, or RV_ADDRESS as it is now: the library sees what it was at load."""
    return (os.environ.get("RV_ADDRESS") or None) if address is None else address


class Session:
    """An open handle. Collected, it is closed in the background; exit waits for that."""

    def __init__(
        self, call: str, address: str | None, options: Options, packer: Packer, device: Any
    ) -> None:
        self._library = load()
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
        newest = self._newest
        viewer = (struct.viewer_high, struct.viewer_low)
        if newest is None or newest.seq != struct.seq or newest._viewer != viewer:
            newest = self._newest = Camera._from_struct(struct, self._device)
        return newest

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

    def __init__(self) -> None:
        self._handle = 1

    def send(self, pairs: list[Entry], **options: Any) -> None:
        """Sends nothing and looks at nothing."""

    def read(self, timeout: float | None) -> Event | None:
        """Returns None, at the pace of a session without a viewer."""
        time.sleep(_slice(deadline_of(timeout)) / 1000)
        return None

    def camera(self) -> Camera | None:
        """Returns None."""
        return None

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
