"""A viewer of the RV1 protocol for tests: JSON heads, raw pixels, one camera."""

from __future__ import annotations

import array
import contextlib
import json
import re
import secrets
import select
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from typing import Any, Callable, NamedTuple

Point = tuple[float, float, float]


def want(good: bool, words: str) -> None:
    if not good:
        raise SystemExit(f"wanted {words}")


def same(what: str, found: object, wanted: object) -> None:
    want(found == wanted, f"{what} {wanted}, found {found}")


@contextlib.contextmanager
def listening(*command: str) -> Iterator[int]:
    """Runs a renderer that says on stderr where it listens, and gives the port."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = ""
            while not (where := re.search(r"127\.0\.0\.1:(\d+)", said)):
                line = process.stderr.readline()
                want(line != "", f"the address in what {command[0]} says, found {said!r}")
                said += line
            yield int(where[1])
        finally:
            process.kill()


class Picture(NamedTuple):
    """One received image: its head, and its values, rows top first."""

    head: dict[str, Any]
    values: array.array[Any]

    def at(self, x: int, y: int, channel: int = 0) -> float:
        """The value of a channel in column x, row y."""
        channels = len(self.head["channels"])
        return float(self.values[(y * self.head["width"] + x) * channels + channel])


class Viewer:
    """Dials a renderer, acks every list, and tells it a camera.

    `controls` is what it knows of the renderer's: the definition by name, with the
    value that holds now (of a plot all of them). `answers` are those to picks, by id;
    `picks` says whether it shall ask, `cameras` whether it shall send some.
    """

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
        self.seq = self.changes = 0
        self.controls: dict[str, dict[str, Any]] = {}
        self.answers: dict[int, Any] = {}
        self.picks = self.cameras = False
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
            features=["controls", "events"],
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
        self._hear(head)
        return head, body

    def _hear(self, head: dict[str, Any]) -> None:
        if head["type"] == "controls":
            self.controls = {item["name"]: item for item in head["items"]}
        elif head["type"] == "control":
            item = self.controls[head["name"]]
            if item["kind"] == "plot":
                item["value"] = item["value"] + head["value"]
            else:
                item["value"] = head["value"]
        elif head["type"] == "picks":
            self.picks = head["wanted"]
        elif head["type"] == "cameras":
            self.cameras = head["wanted"]
        elif head["type"] == "answer":
            self.answers[head["id"]] = head.get("value")

    def until(self, what: str, condition: Callable[[], Any], seconds: float = 20) -> None:
        """Reads messages until something holds; raises TimeoutError when it doesn't in time."""
        end = time.monotonic() + seconds
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"wanted {what} within {seconds} s")
            if select.select([self.socket], [], [], min(left, 0.05))[0]:
                self.next()

    def set_control(self, name: str, value: Any = None) -> None:
        """Changes a control, or presses a button."""
        self.changes += 1
        self.send("control", name=name, value=value, n=self.changes)

    def event(self, event: str, name: str, x: float, y: float, **more: Any) -> None:
        """What a user does at a place of an image: a click, drag, key or pick."""
        fields: dict[str, Any] = {"stream": "", "modifiers": [], **more}
        self.send("event", event=event, name=name, x=x, y=y, **fields)

    def receive(self, kind: str) -> tuple[dict[str, Any], bytes]:
        """The next message of a kind; others are passed over."""
        while True:
            head, body = self.next()
            if head["type"] == kind:
                return head, body

    def look(self, position: Point, width: int, height: int, focal: float) -> int:
        """Sends a camera that looks along +z, when one is wanted; returns its number."""
        self.until("cameras wanted", lambda: self.cameras)
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

    @staticmethod
    def images(head: dict[str, Any], body: bytes) -> dict[str, Picture]:
        """The images of a list by their names."""
        found, at = {}, 0
        for image in head["images"]:
            kind = {"u8": "B", "u16": "H", "f32": "f"}[image["dtype"]]
            values: array.array[Any] = array.array(kind)
            values.frombytes(body[at : at + image["bytes"]])
            at += image["bytes"]
            found[image["name"]] = Picture(image, values)
        return found

    def pictures(self, camera_seq: int) -> tuple[dict[str, Any], dict[str, Picture]]:
        """The next list that was rendered with a camera, by its images' names."""
        while True:
            head, body = self.receive("images")
            if head.get("camera", {}).get("seq") != camera_seq:
                continue
            return head, self.images(head, body)

    def quiet_for(self, seconds: float) -> bool:
        """Whether no list comes for a while."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.socket], [], [], left)[0] and self.next()[0]["type"] == "images":
                return False
        return True

    def idle(self, seconds: float) -> None:
        """Reads and answers for a while."""
        with contextlib.suppress(TimeoutError):
            self.until("nothing", lambda: False, seconds)
