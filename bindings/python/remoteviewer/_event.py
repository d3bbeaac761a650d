"""What comes back from viewers."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _abi
from ._camera import Camera
from ._library import session_text, text_of
from ._values import from_json

Vector = npt.NDArray[np.float64]

_KINDS = {
    _abi.RV_EVENT_CAMERA: "camera",
    _abi.RV_EVENT_READY: "ready",
    _abi.RV_EVENT_DATA: "data",
    _abi.RV_EVENT_STATUS: "status",
    _abi.RV_EVENT_DRIVER: "driver",
    _abi.RV_EVENT_CONTROL: "control",
    _abi.RV_EVENT_PICK: "pick",
    _abi.RV_EVENT_CLICK: "click",
    _abi.RV_EVENT_KEY: "key",
    _abi.RV_EVENT_DRAG: "drag",
}
_STATES = {
    _abi.RV_STATUS_LISTENING: "listening",
    _abi.RV_STATUS_DIALING: "dialing",
    _abi.RV_STATUS_CONNECTED: "connected",
    _abi.RV_STATUS_DISCONNECTED: "disconnected",
    _abi.RV_STATUS_REFUSED: "refused",
    _abi.RV_STATUS_PROTOCOL: "protocol",
    _abi.RV_STATUS_UNRESOLVED: "unresolved",
    _abi.RV_STATUS_STALLED: "stalled",
    _abi.RV_STATUS_INTERNAL: "internal",
}
_BUTTONS = {
    _abi.RV_BUTTON_LEFT: "left",
    _abi.RV_BUTTON_RIGHT: "right",
    _abi.RV_BUTTON_MIDDLE: "middle",
}
_MODIFIERS = {
    _abi.RV_MOD_SHIFT: "shift",
    _abi.RV_MOD_CTRL: "ctrl",
    _abi.RV_MOD_ALT: "alt",
    _abi.RV_MOD_SUPER: "super",
}
_PHASES = {
    _abi.RV_PHASE_BEGIN: "begin",
    _abi.RV_PHASE_MOVE: "move",
    _abi.RV_PHASE_END: "end",
}
# Those that have a place in an image.
_PLACED = ("pick", "click", "drag", "key")


@dataclass(frozen=True)
class Event:
    """Something that a viewer sent, or that happened to a connection.

    Attributes:
        kind: "camera" (render it now), "ready" (room for a list, and no camera), "data",
            "status", "driver" (another viewer drives), "control" (a viewer changed one),
            or, with a place in an image, "click", "drag" (with Shift held), "key",
            "pick" (what is under the pointer? See `Viewer.answer`).
        camera: of "camera".
        name: of the value ("data") or the control, of the viewer ("status", "driver"; ""
            is nobody), of the image ("click", "drag", "key", "pick").
        value: of "data": what the JSON held, or bytes; of "control": what the control's
            own call returns; of a button True: each press is an event.
        format: of "data": "json", "msgpack" or "bytes".
        state: of "status": "listening", "dialing", "connected", "disconnected", "refused",
            "protocol", "unresolved", "stalled", "internal".
        text: the same in words.
        viewer: the session of the viewer that it came from, 32 hex digits; "" if from none.

    Of a place:
        stream: of the image; x, y: pixels from its left and top edge, centres at +0.5;
            outside it in drags; -1, -1 of a key while the pointer was elsewhere.
        ray_origin, ray_direction: (3,) float64 numpy, world, the direction of length 1;
            None where the list had no camera.
        depth: along the camera's z axis, world units; None where no image of the list tells.
        point: (3,) float64 numpy, where the ray meets `depth`, world; or None.
        list: which list the viewer showed; 1 is the session's first.
        button: "left", "right", "middle"; "" of "key" and "pick".
        modifiers: those held, of "shift", "ctrl", "alt", "super".
        phase: of "drag" and "key": "begin", "move" (a key repeats), "end".
        key: of "key": "a", "7", "space", "enter", "left", "f5", ...
        id: of "pick".
    """

    kind: str
    camera: Camera | None = None
    name: str = ""
    value: Any = None
    format: str = ""
    state: str = ""
    text: str = ""
    viewer: str = ""
    stream: str = ""
    x: float = 0.0
    y: float = 0.0
    ray_origin: Vector | None = field(default=None, compare=False)
    ray_direction: Vector | None = field(default=None, compare=False)
    depth: float | None = None
    point: Vector | None = field(default=None, compare=False)
    list: int = 0
    button: str = ""
    modifiers: frozenset[str] = frozenset()
    phase: str = ""
    key: str = ""
    id: int = 0

    @property
    def image(self) -> str:
        """The name of the image that the place is in; "" of events that have none."""
        return self.name if self.kind in _PLACED else ""

    @property
    def pixel(self) -> tuple[int, int]:
        """(column, row) of the pixel that the place is in."""
        return math.floor(self.x), math.floor(self.y)


def event_of(struct: _abi.RvEvent, device: Any) -> Event:
    """Copies an event out of the library's memory."""
    kind = _KINDS.get(struct.type, "")
    viewer = session_text(struct.viewer_high, struct.viewer_low)
    if kind == "camera" and struct.camera:
        return Event(kind, Camera._from_struct(struct.camera.contents, device), viewer=viewer)
    if kind in _PLACED:
        return _placed(kind, struct, viewer)
    name, layout = text_of(struct.name), text_of(struct.format)
    value = None
    if kind in ("data", "control"):
        data = ctypes.string_at(struct.data, struct.size) if struct.data else b""
        value = from_json(data) if layout == "json" or kind == "control" else data
    state = _STATES.get(struct.code, "") if kind == "status" else ""
    layout = layout if kind == "data" else ""
    return Event(kind, None, name, value, layout, state, text_of(struct.text), viewer)


def _placed(kind: str, struct: _abi.RvEvent, viewer: str) -> Event:
    return Event(
        kind,
        name=text_of(struct.name),
        viewer=viewer,
        stream=text_of(struct.stream),
        x=struct.x,
        y=struct.y,
        ray_origin=_vector(struct.origin),
        ray_direction=_vector(struct.direction),
        depth=None if math.isnan(struct.depth) else struct.depth,
        point=_vector(struct.point),
        list=struct.list,
        button=_BUTTONS.get(struct.button, ""),
        modifiers=frozenset(name for bit, name in _MODIFIERS.items() if struct.modifiers & bit),
        phase=_PHASES.get(struct.phase, ""),
        key=text_of(struct.text) if kind == "key" else "",
        id=struct.id,
    )


def _vector(values: Any) -> Vector | None:
    """Returns three numbers; None where C has none, which is NaN."""
    found = np.array(values[:], np.float64)
    if np.isnan(found).any():
        return None
    found.setflags(write=False)
    return found
