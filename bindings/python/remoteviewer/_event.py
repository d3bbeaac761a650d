"""What comes back from viewers."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

from . import _abi
from ._camera import Camera
from ._library import session_text, text_of
from ._values import from_json

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


@dataclass(frozen=True)
class Event:
    """Something that a viewer sent, or that happened to a connection.

    Attributes:
        kind: "camera" (render it now), "ready" (room for a list, and no camera), "data",
            "status" or "driver" (another viewer drives).
        camera: of "camera".
        name: of the value ("data"), or of the viewer ("status", "driver"; "" is nobody).
        value: of "data": what the JSON held, or bytes.
        format: of "data": "json", "msgpack" or "bytes".
        state: of "status": "listening", "dialing", "connected", "disconnected", "refused",
            "protocol", "unresolved", "stalled", "internal".
        text: the same in words.
        viewer: the session of the viewer that it came from, 32 hex digits; "" if from none.
    """

    kind: str
    camera: Camera | None = None
    name: str = ""
    value: Any = None
    format: str = ""
    state: str = ""
    text: str = ""
    viewer: str = ""


def event_of(struct: _abi.RvEvent, device: Any) -> Event:
    """Copies an event out of the library's memory."""
    kind = _KINDS.get(struct.type, "")
    viewer = session_text(struct.viewer_high, struct.viewer_low)
    if kind == "camera" and struct.camera:
        return Event(kind, Camera._from_struct(struct.camera.contents, device), viewer=viewer)
    name, layout = text_of(struct.name), text_of(struct.format)
    value = None
    if kind == "data":
        data = ctypes.string_at(struct.data, struct.size) if struct.data else b""
        value = from_json(data) if layout == "json" else data
    state = _STATES.get(struct.code, "") if kind == "status" else ""
    return Event(kind, None, name, value, layout, state, text_of(struct.text), viewer)
