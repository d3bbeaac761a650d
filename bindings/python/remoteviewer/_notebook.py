"""A viewer in a notebook is a live thumbnail of the last list."""

from __future__ import annotations

import base64
import html
import sys
import threading
import time
import uuid
import weakref
from collections.abc import Collection
from importlib import import_module
from typing import Any

from ._images import ALPHAS, COLORS, Entry, Packer
from ._session import Session
from ._tensors import to_host
from ._thumbnail import Sample, beside, picture, png, sampled

# Of the whole thumbnail, pixels; and between its images.
SIDE, GAP = 512, 4
# How often a shown thumbnail changes at the most.
PACE_SECONDS = 0.25

_COLOR_NAMES = {number: name for name, number in COLORS.items()}
_ALPHA_NAMES = {number: name for name, number in ALPHAS.items()}


class Notebook:
    """The part of `Viewer` that notebooks show.

    The last expression of a cell, or `display(viewer)`, shows the images of the last list
    side by side with their names, at most 512 pixels wide, and is updated at most four
    times a second as `show` is called. Where no notebook runs nothing is kept or drawn.
    """

    _session: Session
    _thumbnail: Thumbnail | None

    def _keep(self, pairs: list[Entry]) -> None:
        """Takes the last list, which costs nothing where no notebook runs."""
        if self._thumbnail is not None:
            self._thumbnail.keep(pairs)

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Returns the thumbnail as HTML and PNG, for whatever shows objects in this way."""
        if not include and in_terminal():
            return {"text/plain": repr(self)}
        return {
            kind: value
            for kind, value in self._made().bundle(("text/html", "image/png")).items()
            if (not include or kind in include) and (not exclude or kind not in exclude)
        }

    def _ipython_display_(self) -> None:
        """Shows a thumbnail that is updated, where IPython has a notebook's kernel."""
        if kernel() is None:
            raise NotImplementedError  # IPython then asks for a bundle, or the repr
        self._made().display()

    def _made(self) -> Thumbnail:
        if self._thumbnail is None:
            self._thumbnail = Thumbnail(self, self._session._packer)
        return self._thumbnail


def kernel() -> Any:
    """Returns the shell of the notebook's kernel that runs this, or None. Imports nothing."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return None if getattr(shell, "kernel", None) is None else shell


def in_terminal() -> bool:
    """Says whether this is IPython without a notebook."""
    module = sys.modules.get("IPython")
    return module is not None and module.get_ipython() is not None and kernel() is None


class Thumbnail:
    """The last list as a small picture, and where it is displayed."""

    def __init__(self, viewer: Notebook, packer: Packer) -> None:
        self._viewer, self._packer = weakref.ref(viewer), packer
        self._lock = threading.Lock()  # of what follows
        self._pairs: list[Entry] | None = None  # the last list, where it isn't sampled yet
        self._samples: list[Sample] = []
        self._trouble = "nothing was shown yet"
        self._due = 0.0
        self._id: str | None = None  # of the display; None: nowhere
        self._wake = threading.Event()

    def keep(self, pairs: list[Entry]) -> None:
        """Takes the last list. Displayed, it is sampled here where it is time for that: the
        caller may write to its arrays afterwards. Otherwise the arrays are only held.
        """
        with self._lock:
            self._pairs = pairs
            if self._id is None:
                return
            if time.monotonic() >= self._due:
                self._sample()
        self._wake.set()

    def bundle(self, kinds: tuple[str, ...]) -> dict[str, Any]:
        """Returns the thumbnail by MIME type: PNG as bytes in base64, HTML, plain text."""
        viewer = self._viewer()
        text = repr(viewer)
        out: dict[str, Any] = {"text/plain": text}
        with self._lock:
            self._sample()
            samples, trouble = self._samples, self._trouble
        pictures = [picture(sample) for sample in samples]
        if "text/html" in kinds:
            out["text/html"] = _page(text, [s.name for s in samples], pictures, trouble)
        if "image/png" in kinds and pictures:
            out["image/png"] = _base64(beside(pictures, GAP))
        return out

    def display(self) -> None:
        """Shows the thumbnail in the cell that runs, and keeps it up to date from now on."""
        first = self._id is None
        with self._lock:
            self._id = self._id or uuid.uuid4().hex
        # Shown in several cells it is the same display: an update changes all of them.
        bundle = self.bundle(("text/html", "image/png"))
        import_module("IPython.display").display(bundle, raw=True, display_id=self._id)
        if first:
            threading.Thread(
                target=_keep_up,
                args=(weakref.ref(self), self._wake),
                name="remoteviewer-notebook",
                daemon=True,
            ).start()

    def update(self) -> None:
        """Brings what is displayed up to date."""
        handle = import_module("IPython.display").DisplayHandle(self._id)
        handle.update(self.bundle(("text/html",)), raw=True)

    @property
    def over(self) -> bool:
        """Says whether nothing more can come."""
        viewer = self._viewer()
        return viewer is None or viewer._session.closed

    def _sample(self) -> None:
        """Copies what the picture takes of the last list."""
        pairs, self._pairs = self._pairs, None
        if pairs is None:
            return
        try:
            self._samples, self._trouble = self._sampled(pairs), ""
        except Exception as e:  # an array that was sent but can't be read any more
            self._samples, self._trouble = [], f"no thumbnail: {e}"
        self._due = time.monotonic() + PACE_SECONDS

    def _sampled(self, pairs: list[Entry]) -> list[Sample]:
        parts = [part for name, value in pairs for part in self._packer.parts(name, value, to_host)]
        room = (max(1, (SIDE - GAP * (len(parts) - 1)) // len(parts)), SIDE)
        return [
            sampled(
                str(index) if part.name is None else part.name,
                to_host(part.array),
                _COLOR_NAMES[part.color],
                _ALPHA_NAMES[part.alpha],
                part.white,
                None if part.channels is None else tuple(part.channels),
                room,
            )
            for index, part in enumerate(parts)
        ]


def _keep_up(thumbnail: weakref.ref[Thumbnail], wake: threading.Event) -> None:
    """Updates a displayed thumbnail, in a thread of its own, until its viewer is gone."""
    while True:
        came = wake.wait(1.0)
        wake.clear()
        one = thumbnail()
        if one is None:
            return
        over = one.over
        if came:
            one.update()
        del one
        if over:
            return
        time.sleep(PACE_SECONDS)


def _base64(pixels: Any) -> str:
    return base64.b64encode(png(pixels)).decode("ascii")


def _page(text: str, names: list[str], pictures: list[Any], trouble: str) -> str:
    """Returns the images side by side, each over its name."""
    figures = "".join(
        f'<figure style="margin:0"><img src="data:image/png;base64,{_base64(p)}" '
        f'width="{p.shape[1]}" height="{p.shape[0]}" alt="{html.escape(name)}">'
        f"<figcaption>{html.escape(name)}</figcaption></figure>"
        for name, p in zip(names, pictures)
    )
    return (
        f"<div><code>{html.escape(text)}</code>"
        f'<div style="display:flex;gap:{GAP}px;align-items:flex-start">'
        f"{figures or html.escape(trouble)}</div></div>"
    )
