"""The one-line form: show images in the viewer that is already open."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

from ._images import Packer, entries
from ._options import Options, dialed, disabled
from ._session import Session

# How long to wait for a viewer, and for one that is there to show the images.
AWAY_SECONDS = 1.0
SHOWN_SECONDS = 5.0

_TROUBLE = ("refused", "protocol", "unresolved", "internal")


def show(
    *images: Any,
    meta: Mapping[str, Any] | None = None,
    address: str | None = None,
    token: str | None = None,
    quiet: bool = False,
    **named: Any,
) -> bool:
    """Shows images in a viewer that is already open, and says whether it did.

    Args:
        images, meta, named: as of Viewer.show.
        address: of the viewer; None: RV_ADDRESS, else 127.0.0.1:12345.
        token: that the viewer asks for; None: RV_TOKEN.
        quiet: print nothing.

    Returns whether it was shown. Waits at most 1 s for a viewer, and 5 s for one that
    is there. Raises ArrayError, NameError, LimitError, InvalidError, AddressError.
    """
    pairs = [*entries(images), *named.items()]
    if disabled():
        return False
    session = Session(
        "rv_connect", dialed(address), Options(token=token, quiet=True), Packer(), device=None
    )
    try:
        session.send(pairs, meta=meta)
        shown, why = _wait(session)
        where = session.address()
    finally:
        session.close(0)
    if not quiet:
        text = f"shown at {where}" if shown else f"not shown: {why} ({where})"
        print(f"remoteviewer: {text}", file=sys.stderr, flush=True)
    return shown


def _wait(session: Session) -> tuple[bool, str]:
    """Waits for the viewer's word, and returns it with the reason if it is no."""
    start = time.monotonic()
    trouble = ""
    while True:
        event = session.read(0.02)
        if event is not None and event.state in _TROUBLE:
            trouble = event.text
        statistics = session.statistics()
        if statistics.shown:
            return True, ""
        if statistics.failed or statistics.skipped:
            return False, "the viewer has another list of this name to show, or can't decode it"
        waited = time.monotonic() - start
        if waited > SHOWN_SECONDS or (waited > AWAY_SECONDS and not statistics.joined):
            if statistics.joined:
                return False, trouble or f"the viewer didn't answer within {SHOWN_SECONDS:g} s"
            return False, trouble or "no viewer is listening; start rvviewer there"
