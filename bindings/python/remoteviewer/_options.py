"""What a session is opened with."""

from __future__ import annotations

import operator
import os
from collections.abc import Sequence
from typing import Any

from . import _abi
from ._arrays import MAX_SIDE
from ._errors import InvalidError, TokenError
from ._library import struct_of
from ._names import default_name
from ._values import shortened, to_text


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


def disabled() -> bool:
    """Says whether RV_DISABLE turns everything off."""
    return os.environ.get("RV_DISABLE", "0") not in ("", "0")


def dialed(address: str | None) -> str | None:
    """Returns the address, or RV_ADDRESS as it is now: the library sees what it was at load."""
    return (os.environ.get("RV_ADDRESS") or None) if address is None else address
