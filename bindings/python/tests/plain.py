"""A viewer in plain Python, so that tests decide when it reads, acks and leaves."""

from __future__ import annotations

import contextlib
import json
import queue
import secrets
import socket
import struct
import threading

import numpy as np

DTYPES = {"u8": "u1", "u16": "<u2", "u32": "<u4", "f16": "<f2", "f32": "<f4"}
IDENTITY = [1.0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]


def camera(x=0.0, width=64, height=48, **more):
    """A camera's fields as they travel, at (x, 0, 0)."""
    c2w = list(IDENTITY)
    c2w[3] = float(x)
    fields = {
        "c2w": c2w,
        "k": [50.0, 0, width / 2, 0, 50, height / 2, 0, 0, 1],
        "width": width,
        "height": height,
        "near": 0.1,
        "far": 50.0,
        "projection": "perspective",
        "up": [0.0, -1, 0],
        "target": [0.0, 0, 4],
        "time": 0.0,
    }
    return {**fields, **more}


class Received:
    """A list: its head, and its images by name."""

    def __init__(self, head, body):
        self.head = head
        self.images = {}
        for image in head["images"]:
            assert image["codec"] == "raw", image
            payload, body = body[: image["bytes"]], body[image["bytes"] :]
            shape = (image["height"], image["width"], len(image["channels"]))
            pixels = np.frombuffer(payload, DTYPES[image["dtype"]]).reshape(shape)
            self.images[image["name"]] = pixels
        assert not body, f"{len(body)} bytes behind the last payload"


class PlainViewer:
    """One connection at a time. `lists` has what came; `acks` False: nothing is acked."""

    def __init__(self, *, acks=True, session=None):
        self.session = session or secrets.token_hex(16)
        self.lists: queue.Queue[Received] = queue.Queue()
        self.messages: queue.Queue[tuple[dict, bytes]] = queue.Queue()
        self.hello: dict | None = None
        self.controls: dict[str, dict] = {}
        self.acks = acks
        self.ended = threading.Event()
        self._listener = self._socket = None
        self._write = threading.Lock()
        self._seq = self._changes = 0

    def listen(self, port=0):
        """Binds at once; serves the first that dials."""
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def dial(self, address):
        """Connects to a renderer that listens."""
        host, _, port = address.rpartition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=10)
        self._send_hello()
        self._start()
        return self

    def _accept(self):
        with contextlib.suppress(OSError):
            self._socket, _ = self._listener.accept()
            self._start(answer=True)

    def _start(self, answer=False):
        self._socket.settimeout(None)
        threading.Thread(target=self._run, args=(answer,), daemon=True).start()

    def _send_hello(self):
        self.send(
            {
                "type": "hello",
                "versions": [1],
                "role": "viewer",
                "name": "plain",
                "session": self.session,
                "encodings": ["json"],
                "codecs": ["raw"],
                "features": ["controls", "events"],
                "limits": {
                    "head": 1 << 20,
                    "images": 64,
                    "side": 32768,
                    "list": 1 << 31,
                    "name": 128,
                    "meta": 65536,
                },
            }
        )

    def send(self, head, body=b""):
        """Writes one frame."""
        text = json.dumps(head).encode()
        with self._write:
            self._socket.sendall(b"RV1J" + struct.pack("<IQ", len(text), len(body)) + text + body)

    def send_camera(self, x=0.0, cause="input", **more):
        """Sends a camera at (x, 0, 0)."""
        self._seq += 1
        fields = camera(x, **more)
        self.send({"type": "camera", "seq": self._seq, "cause": cause, "sent_ns": 0, **fields})

    def send_data(self, name, value):
        """Sends a JSON value."""
        self.send({"type": "data", "name": name, "format": "json"}, json.dumps(value).encode())

    def send_control(self, name, value=None):
        """Changes a control, or presses a button."""
        self._changes += 1
        self.send({"type": "control", "name": name, "value": value, "n": self._changes})

    def send_event(self, event, name="rgb", **more):
        """What a user does in an image."""
        fields = {"stream": "", "x": 0.0, "y": 0.0, "modifiers": [], **more}
        self.send({"type": "event", "event": event, "name": name, **fields})

    def send_closed(self, *windows):
        """Says which windows, each (stream, name), are closed."""
        closed = [{"stream": stream, "name": name} for stream, name in windows]
        self.send({"type": "want", "mode": "continuous", "closed": closed})

    def _hear(self, head):
        """Keeps what is known of the controls: of plots all values."""
        if head["type"] == "controls":
            self.controls = {item["name"]: item for item in head["items"]}
        elif head["type"] == "control":
            item = self.controls[head["name"]]
            added = item["kind"] == "plot"
            item["value"] = item["value"] + head["value"] if added else head["value"]

    def value(self, name):
        """A control's value as this viewer knows it."""
        return self.controls[name]["value"] if name in self.controls else None

    def ack(self, received, state="shown"):
        """Acks a list."""
        head = received.head
        times = {"decoded_ns": 0, "shown_ns": 0}
        self.send(
            {"type": "ack", "seq": head["seq"], "pass": head["pass"], "state": state, **times}
        )

    def next(self, timeout=10):
        """The next list."""
        return self.lists.get(timeout=timeout)

    def message(self, kind, timeout=10):
        """The next message of a type that isn't a list."""
        while True:
            head, body = self.messages.get(timeout=timeout)
            if head["type"] == kind:
                return head, body

    def _exactly(self, count):
        data = bytearray(count)
        view = memoryview(data)
        while view:
            got = self._socket.recv_into(view)
            if not got:
                raise EOFError
            view = view[got:]
        return bytes(data)

    def _frame(self):
        magic, head, body = struct.unpack("<4sIQ", self._exactly(16))
        assert magic == b"RV1J", magic
        return json.loads(self._exactly(head)), self._exactly(body)

    def _run(self, answer):
        try:
            while True:
                head, body = self._frame()
                if head["type"] == "hello":
                    self.hello = head
                    if answer:
                        self._send_hello()
                elif head["type"] == "ping":
                    times = {"sent_ns": head["sent_ns"], "received_ns": 0}
                    self.send({"type": "pong", "id": head["id"], **times})
                elif head["type"] == "images":
                    received = Received(head, body)
                    if self.acks:
                        self.ack(received)
                    self.lists.put(received)
                else:
                    self._hear(head)
                    self.messages.put((head, body))
        except (EOFError, OSError):
            pass
        finally:
            self.ended.set()
            self._socket.close()

    def close(self):
        """Leaves without a word, as a program that is killed."""
        for end in (self._listener, self._socket):
            if end is not None:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
