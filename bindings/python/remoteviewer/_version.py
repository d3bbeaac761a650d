"""The package's version, as it was installed."""

from __future__ import annotations

from importlib import metadata

try:
    __version__ = metadata.version("remoteviewer")
except metadata.PackageNotFoundError:  # used from a checkout that isn't installed
    __version__ = "0+checkout"
