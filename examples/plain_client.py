"""A viewer by docs/protocol.md: python plain_client.py [--listen] [TOKEN@]HOST:PORT"""

import hmac
import json
import secrets
import socket
import struct
import sys
import zlib


class Viewer:
    def write(self, **message):
        head = json.dumps(message).encode()
        self.sock.sendall(struct.pack("<4sIQ", b"RV1J", len(head), 0) + head)

    def read(self, head_limit=1 << 20, body_limit=1 << 31):  # stream.read loops until it has all
        magic, head, body = struct.unpack("<4sIQ", self.stream.read(16).ljust(16))
        if magic != b"RV1J" or head > head_limit or body > body_limit:
            raise ConnectionError(f"wanted a frame, found {magic}, {head} and {body} bytes")
        message, data = json.loads(self.stream.read(head)), self.stream.read(body)
        if message["type"] in ("bye", "error") or len(data) < body:
            raise ConnectionError(f"ended by {message}")
        return message, data

    def shake(self, token, listens, said=()):
        hello = {"versions": [1], "role": "viewer", "session": secrets.token_hex(16)}
        for step, kind in enumerate(("hello", "challenge", "auth", "hello")[:: 1 if token else 3]):
            key, value = ("nonce", secrets.token_hex(32)) if token else ("role", "viewer")
            if step > 1:
                text = f"rv1 {('dialer', 'listener')[step % 2]} {said[0]} {said[1]}"
                key, value = "mac", hmac.new(token, text.encode(), "sha256").hexdigest()
            if listens == step % 2:
                self.write(**{"type": kind, **(hello if kind == "hello" else {}), key: value})
            else:
                value, wanted = self.read(4096, 0)[0].get(key, ""), value
                if not value or (step > 1 and not hmac.compare_digest(value, wanted)):
                    self.write(type="error", code="token", text=f"no {key} that fits in {kind}")
                    raise ConnectionError(f"no {key} that fits in the other side's {kind}")
            said += (value,)

    def save(self, name, image, data):  # as PNG; types but u8 as bare rows, for numpy.fromfile
        w, h, n = image["width"], image["height"], len(image["channels"])
        name += f"-{w}x{h}x{n}." + image["dtype"]
        if image["dtype"] == "u8" and n <= 4:
            rows = b"".join(b"\0" + data[i : i + w * n] for i in range(0, len(data), w * n))
            head = struct.pack(">4s2I5B", b"IHDR", w, h, 8, (0, 4, 2, 6)[n - 1], 0, 0, 0)
            name, data = name + ".png", b"\x89PNG\r\n\x1a\n"
            for p in head, b"IDAT" + zlib.compress(rows, 1), b"IEND":
                data += struct.pack(">I", len(p) - 4) + p + struct.pack(">I", zlib.crc32(p))
        with open(name, "wb") as file:
            file.write(data)

    def run(self, sock, token, listens):
        self.sock, self.stream, wanted = sock, sock.makefile("rb"), False
        sock.settimeout(5)
        self.shake(token, listens)
        sock.settimeout(30)
        for seq in range(1, 1 << 53):
            message, data = self.read()
            if message["type"] == "ping":
                self.write(**{**message, "type": "pong"})
            for i, image in enumerate(message.get("images", [])):
                self.save(f"{message['seq']}-{i}", image, data[: image["bytes"]])
                data = data[image["bytes"] :]
            if message["type"] == "images":
                self.write(type="ack", seq=message["seq"], state="shown")
            if wanted := message.get("wanted", wanted):  # slides to and fro, looks along z
                c2w = [1, 0, 0, seq % 100 / 50 - 1, 0, 1, 0, 0, 0, 0, 1, -4, 0, 0, 0, 1]
                self.write(type="camera", seq=seq, cause="input", c2w=c2w, width=640, height=480)


listens, (*token, host, port) = len(sys.argv) > 2, sys.argv[-1].replace("@", ":").rsplit(":", 2)
door = (socket.create_server if listens else socket.create_connection)((host, int(port)))
for _ in range(1 << 53 if listens else 1):
    with door.accept()[0] if listens else door as sock:
        try:
            Viewer().run(sock, "".join(token).encode(), listens)
        except (OSError, ValueError, LookupError, TypeError) as error:
            print(f"{type(error).__name__}: {error}", flush=True)
