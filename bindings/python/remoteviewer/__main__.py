"""`python -m remoteviewer`: what is installed, where, and how to look."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from . import _library
from ._errors import LibraryError
from ._version import __version__

# Where a wheel has what C and C++ need, and what is said of each.
FOLDERS = {
    "cmake": ("_lib/cmake/rv", "for CMAKE_PREFIX_PATH: find_package(rv) gives the target rv::rv"),
    "include": ("include", "rv.h and rv.hpp"),
    "lib": ("_lib", "librv; pkgconfig/ in it is for PKG_CONFIG_PATH"),
}


def folder(name: str) -> int:
    """Prints one of FOLDERS; 1 where it isn't, as in a checkout."""
    path = Path(__file__).resolve().parent / FOLDERS[name][0]
    if path.is_dir():
        print(path)
        return 0
    print(
        f"remoteviewer: wanted an installed wheel, found no {path}; from a checkout use CMake's "
        "add_subdirectory, or `cmake --install build/cmake --prefix FOLDER` after `make cpp`",
        file=sys.stderr,
    )
    return 1


def what_is_here() -> int:
    """Prints the version, the library's path and how to look; 1 without the library."""
    print(f"remoteviewer {__version__}")
    try:
        library = _library.load()
    except LibraryError as e:
        print(f"library: {e}")
        return 1
    print(f"library: {_library.library_path()}, version {library.rv_version().decode()}")
    print("to look: run `rvviewer` on this machine, and rv.show(image) in Python")
    print("    or: viewer = rv.listen() in Python, and `rvviewer` with the address that it prints")
    print("    or: `rvtool recv --out FOLDER` on a machine without a screen")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m remoteviewer", description=__doc__)
    one = parser.add_mutually_exclusive_group()
    for name, (_, text) in FOLDERS.items():
        one.add_argument(
            f"--{name}-dir",
            dest="folder",
            action="store_const",
            const=name,
            help=f"print the folder {text}" if name == "cmake" else f"print the folder of {text}",
        )
    wanted = parser.parse_args(arguments).folder
    return folder(wanted) if wanted else what_is_here()


if __name__ == "__main__":
    sys.exit(main())
