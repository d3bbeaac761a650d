"""`python -m remoteviewer`: what is installed, and how to look."""

from __future__ import annotations

import sys

from . import _library
from ._errors import LibraryError
from ._version import __version__


def main() -> int:
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


if __name__ == "__main__":
    sys.exit(main())
