"""A renderer by docs/protocol.md, in plain Python: a sky of colours that follows the camera.

    python plain_renderer.py [--listen] [TOKEN@]HOST:PORT [LISTS]

Every direction has a colour, which drifts with time; the viewer's camera looks around in it. With
--listen it waits for viewers, one after the other, else it dials one and ends with it. After
LISTS lists it says bye and ends.
"""

from __future__ import annotations

import hmac
import json
import secrets
import socket
import struct
import sys
import threading
import time
from typing import Any

HELLO = {"versions": [1], "role": "renderer", "name": "plain_renderer"}
SESSION = secrets.token_hex(16)  # the same over reconnects
WIDTH, HEIGHT = 160, 90
VIEW = {"c2w": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, -4, 0, 0, 0, 1], "width": 1280, "height": 720}
BAD = (OSError, ValueError, LookupError, TypeError)  # what a peer can bring about


class Peer:
    """A connection to a viewer."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.stream, self.hello_ns = sock, sock.makefile("rb"), time.monotonic_ns()
        self.writing = threading.Lock()
        self.changed = threading.Condition()  # guards what follows
        self.camera: dict[str, Any] = VIEW
        self.whose = {"viewer": "", "seq": 0}  # whose camera it is: the renderer's own
        self.mode, self.closed = "continuous", False
        self.flying: set[int] = set()  # lists on their way
        self.error = ""
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(5)

    def now(self) -> int:
        """This side's clock: nanoseconds since its hello."""
        return time.monotonic_ns() - self.hello_ns

    def write(self, message: dict[str, Any], body: bytes = b"") -> None:
        head = json.dumps(message).encode()
        with self.writing:
            self.sock.sendall(struct.pack("<4sIQ", b"RV1J", len(head), len(body)) + head + body)

    def read(self, head_limit: int = 1 << 20, body_limit: int = 16 << 20) -> dict[str, Any]:
        """Waits for the next message. The body, which data alone has, becomes its "value"."""
        magic, head, body = struct.unpack("<4sIQ", self.stream.read(16).ljust(16))
        if magic != b"RV1J" or head > head_limit or body > body_limit:
            raise ConnectionError(f"wanted a frame, found {magic}, {head} and {body} bytes")
        message, value = json.loads(self.stream.read(head)), self.stream.read(body)
        if message["type"] in ("bye", "error") or len(value) < body:
            raise ConnectionError(f"ended by {message}")
        return {**message, "value": value}

    def shake(self, token: str, listens: bool) -> None:
        """The handshake: the dialer begins, then both take turns."""
        turns = ["hello", "challenge", "auth", "hello"] if token else ["hello", "hello"]
        nonces: list[str] = []
        for turn, kind in enumerate(turns):
            side = "listener" if turn % 2 else "dialer"
            key, proof = "nonce", secrets.token_hex(32)
            if turn >= 2:
                text = f"rv1 {side} {nonces[0]} {nonces[1]}"
                key, proof = "mac", hmac.new(token.encode(), text.encode(), "sha256").hexdigest()
            if listens == (side == "listener"):
                hello = {**HELLO, "session": SESSION} if kind == "hello" else {}
                self.write({"type": kind, **hello, **({key: proof} if token else {})})
                nonces.append(proof)
                continue
            message = self.read(4096, 0)
            theirs = message.get(key, "")
            good = not token or (theirs and (turn < 2 or hmac.compare_digest(theirs, proof)))
            if message["type"] != kind or not good:
                text = f"wanted a {kind}" + (f" with a {key} that fits" if token else "")
                self.write({"type": "error", "code": "token", "text": text})
                raise ConnectionError(text)
            nonces.append(theirs)
            self.whose["viewer"] = message.get("session", "")

    def listen(self) -> None:
        """Reads until the connection ends. It has a thread of its own."""
        try:
            while True:
                self.take(self.read())
        except BAD as error:
            with self.changed:
                self.error = f"{type(error).__name__}: {error}"
                self.changed.notify()

    def take(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "ping":
            echo = {"id": message["id"], "sent_ns": message["sent_ns"]}
            self.write({"type": "pong", **echo, "received_ns": self.now()})
        with self.changed:
            if kind == "camera":
                self.camera = message
            elif kind == "want":
                self.mode = message["mode"]
                self.closed = {"stream": "", "name": "sky"} in message.get("closed", [])
            elif kind == "ack":
                self.flying.discard(message["seq"])
            elif kind == "data":
                print(f"{message['name']} = {message['value']!r}", flush=True)
            self.changed.notify()

    def room(self, seq: int) -> dict[str, Any]:
        """Waits until list seq may go, and gives the camera for it."""
        with self.changed:
            self.changed.wait_for(
                lambda: self.error or (len(self.flying) < 2 and self.mode != "none")
            )
            if self.error:
                raise ConnectionError(self.error)
            self.mode = "none" if self.mode == "one" else self.mode
            self.flying.add(seq)
            return self.camera

    def show(self, seq: int, camera: dict[str, Any], pixels: bytes) -> None:
        pose = {key: camera[key] for key in ("c2w", "k", "width", "height") if key in camera}
        whose = {**self.whose, "seq": camera["seq"]} if "seq" in camera else {}
        pixels = b"" if self.closed else pixels
        image = {"name": "sky", "width": WIDTH, "height": HEIGHT, "channels": ["R", "G", "B"]}
        image.update(dtype="u8", color="srgb", alpha="none", bytes=len(pixels), exact=True)
        image.update(codec="none" if self.closed else "raw", filter="none")
        head = {"seq": seq, "given_ns": self.now(), "sent_ns": self.now(), "meta": {"frame": seq}}
        self.write(
            {"type": "images", **head, "camera": {**pose, **whose}, "images": [image]}, pixels
        )

    def finish(self) -> None:
        """Waits a moment for the acks of what was sent, and says bye."""
        with self.changed:
            self.changed.wait_for(lambda: self.error or not self.flying, 5)
        self.write({"type": "bye"})


def render(camera: dict[str, Any], seconds: float) -> bytes:
    """The colours of the directions that the pixels look in: rows top first, RGB."""
    w, h = camera.get("width", 1280), camera.get("height", 720)
    f = 0.8660254 * h  # 60 degrees high, unless the camera says otherwise
    k = camera.get("k") or [f, 0, w / 2, 0, f, h / 2, 0, 0, 1]
    sx, sy = w / WIDTH, h / HEIGHT
    rows = [camera["c2w"][at : at + 3] for at in (0, 4, 8)]
    out = bytearray()
    for y in range(HEIGHT):
        v = ((y + 0.5) * sy - k[5]) / k[4]  # pixel centres are at +0.5
        for x in range(WIDTH):
            u = ((x + 0.5) * sx - k[2]) / k[0]
            scale = 127 / (u * u + v * v + 1) ** 0.5
            a, b, c = (int(128 + scale * (r[0] * u + r[1] * v + r[2])) for r in rows)
            out += bytes((a, b, (c + int(40 * seconds)) % 256))
    return bytes(out)


def serve(sock: socket.socket, token: str, listens: bool, lists: int) -> None:
    peer = Peer(sock)
    peer.shake(token, listens)
    sock.settimeout(30)  # of silence
    peer.write({"type": "view", **VIEW})
    peer.write({"type": "cameras", "wanted": True})
    threading.Thread(target=peer.listen, daemon=True).start()
    for seq in range(1, lists + 1):
        camera = peer.room(seq)
        peer.show(seq, camera, render(camera, time.monotonic()))
    peer.finish()


def main() -> None:
    words = sys.argv[1:]
    listens = words[0] == "--listen"
    address, lists = [*words[listens:], str(1 << 53)][:2]
    token, _, place = address.removeprefix("rv://").rpartition("@")
    host, _, port = place.rpartition(":")
    if not listens:
        with socket.create_connection((host, int(port))) as sock:
            return serve(sock, token, listens, int(lists))
    with socket.create_server((host, int(port))) as door:
        print("listening on", door.getsockname(), flush=True)
        while True:
            sock, where = door.accept()
            with sock:
                try:
                    return serve(sock, token, listens, int(lists))
                except BAD as error:
                    print(f"{where}: {type(error).__name__}: {error}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except BAD as error:
        sys.exit(f"{type(error).__name__}: {error}")
