"""Show images from a renderer in viewers elsewhere, and get their camera back.

import remoteviewer as rv

viewer = rv.listen()                  # prints how to look; never waits
for camera in viewer.cameras():       # the newest, when the viewer has room
    viewer.show(rgb=render(camera))

for step in range(30_000):            # a loop with other work to do
    train(step)
    if camera := viewer.wants(budget=0.05):
        viewer.show(rgb=render(camera))

gain = viewer.slider("gain", 0.0, 8.0, default=1.0)  # what it is now

rv.show(image)                        # in the viewer that is already open
"""

from __future__ import annotations

from ._camera import Camera
from ._classic import RemoteViewer
from ._controls import Folder
from ._errors import (
    AddressError,
    ArrayError,
    ClosedError,
    Error,
    ForkedError,
    InternalError,
    InvalidError,
    LibraryError,
    LimitError,
    ListenError,
    NameError,
    TokenError,
    UnsupportedError,
    WaitTimeout,
)
from ._event import Event
from ._images import Image, depth, linear
from ._show import show
from ._version import __version__
from ._viewer import Statistics, Viewer, connect, listen

__all__ = [
    "AddressError",
    "ArrayError",
    "Camera",
    "ClosedError",
    "Error",
    "Event",
    "Folder",
    "ForkedError",
    "Image",
    "InternalError",
    "InvalidError",
    "LibraryError",
    "LimitError",
    "ListenError",
    "NameError",
    "RemoteViewer",
    "Statistics",
    "TokenError",
    "UnsupportedError",
    "Viewer",
    "WaitTimeout",
    "__version__",
    "connect",
    "depth",
    "linear",
    "listen",
    "show",
]
