"""Finds and loads librv.so at first use, and turns its codes into exceptions."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import threading
from pathlib import Path
from typing import Any

from . import _abi
from ._errors import BY_CODE, Error, ForkedError, LibraryError

FILE = "librv.dylib" if sys.platform == "darwin" else "librv.so"
# A wheel holds no links, so its file has the name that linked programs look for.
WHEEL_FILE = "librv.0.dylib" if sys.platform == "darwin" else "librv.so.0"

FORKED_TEXT = (
    "this process was forked from one that uses remoteviewer, and the library doesn't survive "
    "a fork: use the viewer in the parent, or start workers with the 'spawn' method"
)

# What an error shows of an integer that has hundreds of digits.
_DIGITS = re.compile(r"(\d{20})\d{30,}")

_MEND = (
    "Build it anew with `make lib`, or reinstall the wheel, so that library and package "
    "are of one version"
)

_lock = threading.Lock()
_library: ctypes.CDLL | None = None
_path: Path | None = None
_forked = False


def candidates() -> list[Path]:
    """Returns where the library is looked for, in order: RV_LIBRARY alone if it
    is set, else the package's own and the build folders of the checkouts around it.
    """
    named = os.environ.get("RV_LIBRARY")
    if named:
        return [Path(named)]
    here = Path(__file__).resolve().parent
    return [
        here / "_lib" / WHEEL_FILE,
        *(folder / "build" / "lib" / FILE for folder in here.parents),
    ]


def load() -> ctypes.CDLL:
    """Returns the library, loading it the first time. Raises LibraryError, ForkedError."""
    if _forked:
        raise ForkedError(FORKED_TEXT)
    if _library is not None:
        return _library
    with _lock:
        return _library if _library is not None else _open()


def library_path() -> Path:
    """Returns the file that the library was loaded from."""
    load()
    assert _path is not None
    return _path


def _open() -> ctypes.CDLL:
    global _library, _path
    places = candidates()
    found = next((p for p in places if p.is_file()), None)
    if found is None:
        raise LibraryError(
            f"{FILE} wasn't found; looked for {', '.join(map(str, places[:4]))}. "
            "Build it with `make lib`, install the wheel, or set RV_LIBRARY to its path"
        )
    try:
        library = ctypes.CDLL(str(found))
        library.rv_abi_version.restype = ctypes.c_uint32
        version = library.rv_abi_version()
    except (OSError, AttributeError) as e:
        raise LibraryError(f"{found} can't be used as {FILE}: {e}. {_MEND}") from e
    major, minor = version >> 16, version & 0xFFFF
    if major != _abi.RV_ABI_MAJOR or minor < _abi.RV_ABI_MINOR:
        wanted = f"{_abi.RV_ABI_MAJOR}.{_abi.RV_ABI_MINOR}"
        raise LibraryError(f"{found} has ABI {major}.{minor}, this package needs {wanted}. {_MEND}")
    try:
        for name, (result, parameters) in _abi.FUNCTIONS.items():
            function = getattr(library, name)
            function.restype = result
            function.argtypes = parameters
    except AttributeError as e:
        raise LibraryError(f"{found} is older than this package: {e}. {_MEND}") from e
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_after_fork)
    _library, _path = library, found
    return library


def _after_fork() -> None:
    global _forked
    _forked = True


def forked() -> bool:
    """Says whether this is a forked child of a process that had loaded the library."""
    return _forked


def check(code: int) -> int:
    """Returns a code that is no error, and raises the exception of one that is."""
    if code >= 0:
        return code
    if _forked:
        raise ForkedError(FORKED_TEXT)
    text = _DIGITS.sub(r"\1...", (load().rv_last_error() or b"").decode("utf-8", "replace"))
    raise BY_CODE.get(code, Error)(text or f"the library returned error {code}")


def struct_of(kind: Any) -> Any:
    """Returns a zeroed ctypes struct with its struct_size set."""
    struct = kind()
    struct.struct_size = ctypes.sizeof(kind)
    return struct


def text_of(value: bytes | None) -> str:
    """Decodes a C string; NULL is empty."""
    return value.decode("utf-8", "replace") if value else ""


def session_text(high: int, low: int) -> str:
    """Returns a session's 128 bits as hex; "" for none."""
    return f"{high:016x}{low:016x}" if high or low else ""
