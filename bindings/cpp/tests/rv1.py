"""A viewer of the RV1 protocol for tests: JSON heads, raw pixels, one camera."""

from __future__ import annotations

import array
import json
import secrets
import select
import socket
import struct
import time
from typing import Any, NamedTuple

Point = tuple[float, float, float]


class Picture(NamedTuple):
    """One received image: its head, and its values, rows top first."""

    head: dict[str, Any]
    values: array.array[Any]

    def at(self, x: int, y: int, channel: int = 0) -> float:
        """The value of a channel in column x, row y."""
        channels = len(self.head["channels"])
        return float(self.values[(y * self.head["width"] + x) * channels + channel])


class Viewer:
    """Dials a renderer, acks every list, and tells it a camera."""

    def __init__(self, host: str, port: int, within: float = 10) -> None:
        end = time.monotonic() + within
        while True:
            try:
                self.socket = socket.create_connection((host, port), timeout=10)
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        self.seq = 0
        limits = {"head": 1 << 20, "images": 64, "side": 32768}
        limits.update({"list": 2 << 30, "name": 128, "meta": 64 << 10})
        self.send(
            "hello",
            versions=[1],
            role="viewer",
            name="test",
            session=secrets.token_hex(16),
            encodings=["json"],
            codecs=["raw"],
            features=[],
            limits=limits,
        )
        self.hello = self.receive("hello")[0]
        self.send("want", mode="continuous", closed=[])

    def __enter__(self) -> Viewer:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, kind: str, **fields: Any) -> None:
        head = json.dumps({"type": kind, **fields}).encode()
        self.socket.sendall(b"RV1J" + struct.pack("<IQ", len(head), 0) + head)

    def _exactly(self, size: int) -> bytes:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            n = self.socket.recv_into(view)
            if n == 0:
                raise ConnectionError("the renderer closed the connection")
            view = view[n:]
        return bytes(data)

    def next(self) -> tuple[dict[str, Any], bytes]:
        """The next message, answered where it wants an answer."""
        magic, head_size, body_size = struct.unpack("<4sIQ", self._exactly(16))
        if magic != b"RV1J":
            raise ValueError(f"wanted a head in JSON, found {magic!r}")
        head = json.loads(self._exactly(head_size))
        body = self._exactly(body_size)
        if head["type"] == "ping":
            self.send("pong", id=head["id"], sent_ns=head["sent_ns"], received_ns=0)
        if head["type"] == "images":
            answer = {"seq": head["seq"], "pass": head["pass"], "state": "shown"}
            self.send("ack", **answer, decoded_ns=0, shown_ns=0)
        return head, body

    def receive(self, kind: str) -> tuple[dict[str, Any], bytes]:
        """The next message of a kind; others are passed over."""
        while True:
            head, body = self.next()
            if head["type"] == kind:
                return head, body

    def look(self, position: Point, width: int, height: int, focal: float) -> int:
        """Sends a camera that looks along +z; returns its number."""
        self.seq += 1
        x, y, z = position
        self.send(
            "camera",
            c2w=[1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1],
            k=[focal, 0, width / 2, 0, focal, height / 2, 0, 0, 1],
            width=width,
            height=height,
            near=0.01,
            far=100,
            projection="perspective",
            up=[0, -1, 0],
            target=[0, 0, 0],
            time=0,
            seq=self.seq,
            cause="input",
            sent_ns=0,
        )
        return self.seq

    def pictures(self, camera_seq: int) -> tuple[dict[str, Any], dict[str, Picture]]:
        """The next list that was rendered with a camera, by its images' names."""
        while True:
            head, body = self.receive("images")
            if head.get("camera", {}).get("seq") != camera_seq:
                continue
            found, at = {}, 0
            for image in head["images"]:
                values: array.array[Any] = array.array(
                    {"u8": "B", "u16": "H", "f32": "f"}[image["dtype"]]
                )
                values.frombytes(body[at : at + image["bytes"]])
                at += image["bytes"]
                found[image["name"]] = Picture(image, values)
            return head, found

    def quiet_for(self, seconds: float) -> bool:
        """Whether no list comes for a while."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.socket], [], [], left)[0] and self.next()[0]["type"] == "images":
                return False
        return True
