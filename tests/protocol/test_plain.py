"""The examples without the library: against each other, and against rvtool."""

from __future__ import annotations

import json
import math
import os
import re
import socket
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CLIENT, RENDERER = ROOT / "examples/plain_client.py", ROOT / "examples/plain_renderer.py"
RVTOOL = ROOT / "build/bin/rvtool"
TOKEN = "5b3c1f0a9d8e7766554433221100ffee"
WAIT = 30


class Shop:
    """Starts programs in an empty folder, and ends those that still run."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("RV_")}

    def start(self, *words: object) -> subprocess.Popen[str]:
        command = [str(w) for w in words]
        if command[0].endswith(".py"):
            command.insert(0, sys.executable)
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.stack.callback(end, process)
        return process

    def images(self, pattern: str, count: int) -> list[Path]:
        """Waits for so many files."""
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline:
            found = sorted(self.folder.glob(pattern))
            if len(found) >= count:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{len(found)} files of {pattern}, wanted {count}")


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with ExitStack() as stack:
        yield Shop(tmp_path, stack)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def listening(port: int) -> None:
    """Waits until somebody listens."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"nobody listens at {port}")


def read_png(path: Path) -> tuple[int, int, int, bytes]:
    """Width, height, bytes of a pixel, and the rows, of a PNG without filters."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, parts = 8, {}
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + size]
        assert zlib.crc32(kind + body) == int.from_bytes(
            data[at + 8 + size : at + 12 + size], "big"
        )
        parts[kind] = body
        at += 12 + size
    width, height, bits, color = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    size = {0: 1, 2: 3, 4: 2, 6: 4}[color]
    assert bits == 8
    rows = zlib.decompress(parts[b"IDAT"])
    row = 1 + width * size
    assert len(rows) == row * height
    assert rows[::row] == bytes(height)
    return width, height, size, b"".join(rows[y * row + 1 : (y + 1) * row] for y in range(height))


@pytest.mark.parametrize("token", ["", TOKEN + "@"], ids=["open", "token"])
@pytest.mark.parametrize("viewer_listens", [True, False], ids=["viewer listens", "viewer dials"])
def test_each_other(shop: Shop, token: str, viewer_listens: bool) -> None:
    where = f"{token}127.0.0.1:{free_port()}"
    listener, dialer = (CLIENT, RENDERER) if viewer_listens else (RENDERER, CLIENT)
    count = {RENDERER: [8], CLIENT: []}
    server = shop.start(listener, "--listen", where, *count[listener])
    listening(int(where.rpartition(":")[2]))
    client = shop.start(dialer, where, *count[dialer])
    pngs = shop.images("*.png", 8)
    assert (client if dialer == RENDERER else server).wait(WAIT) == 0
    pictures = [read_png(path) for path in pngs]
    assert all(p[:3] == (160, 90, 3) for p in pictures)
    assert len({p[3] for p in pictures}) > 4  # it moves


@pytest.mark.parametrize("listener", [CLIENT, RENDERER], ids=["viewer", "renderer"])
@pytest.mark.parametrize("wrong", ["", "0" * 32 + "@"], ids=["none", "wrong"])
def test_no_way_in_without_the_token(shop: Shop, listener: Path, wrong: str) -> None:
    port = free_port()
    server = shop.start(listener, "--listen", f"{TOKEN}@127.0.0.1:{port}")
    listening(port)
    dialer = RENDERER if listener == CLIENT else CLIENT
    said, _ = shop.start(dialer, f"{wrong}127.0.0.1:{port}").communicate(timeout=WAIT)
    assert "'code': 'token'" in said
    assert not list(shop.folder.iterdir())
    # The right one is let in after that.
    shop.start(dialer, f"{TOKEN}@127.0.0.1:{port}")
    shop.images("*.png", 1)
    assert server.poll() is None


@pytest.mark.parametrize("dialer", [CLIENT, RENDERER], ids=["viewer", "renderer"])
def test_a_dialer_with_a_token_wants_it_proved(shop: Shop, dialer: Path) -> None:
    port = free_port()
    shop.start(RENDERER if dialer == CLIENT else CLIENT, "--listen", f"127.0.0.1:{port}")
    listening(port)
    said, _ = shop.start(dialer, f"{TOKEN}@127.0.0.1:{port}").communicate(timeout=WAIT)
    assert "ConnectionError" in said
    assert not list(shop.folder.iterdir())


@pytest.mark.parametrize("listener", [CLIENT, RENDERER], ids=["viewer", "renderer"])
def test_bad_peers(shop: Shop, listener: Path) -> None:
    port = free_port()
    shop.start(listener, "--listen", f"127.0.0.1:{port}")
    listening(port)
    for garbage in (
        b"GET / HTTP/1.1\r\n\r\n" + bytes(16),
        b"RV1J\xff\xff\xff\xff" + bytes(8),
        b"RV1J\x02\0\0\0" + b"\xff" * 8 + b"{}",
        b"RV1J\x02\0\0\0" + bytes(8) + b"[]",
        b"RV1J\x02\0\0\0" + bytes(8) + b"{",
        b"RV1",
    ):
        with socket.create_connection(("127.0.0.1", port), 5) as sock:
            sock.sendall(garbage)
            sock.shutdown(socket.SHUT_WR)
            while sock.recv(4096):
                pass
    shop.start(RENDERER if listener == CLIENT else CLIENT, f"127.0.0.1:{port}")
    shop.images("*.png", 2)


@pytest.mark.parametrize("token", ["", TOKEN], ids=["open", "token"])
@pytest.mark.parametrize("tool_listens", [True, False], ids=["rvtool listens", "rvtool dials"])
def test_renderer_follows_rvtool(shop: Shop, token: str, tool_listens: bool) -> None:
    port = free_port()
    secret = f"{token}@" if token else ""
    words = [RVTOOL, "recv", "--json", "--camera", "orbit", "--count", "12"]
    if token:
        (shop.folder / "token").write_text(token + "\n")
        words += ["--token-file", "token"]
    if tool_listens:
        tool = shop.start(*words, "--listen", f"127.0.0.1:{port}")
        listening(port)
        shop.start(RENDERER, f"{secret}127.0.0.1:{port}")
    else:
        shop.start(RENDERER, "--listen", f"{secret}127.0.0.1:{port}")
        listening(port)
        tool = shop.start(*words, f"127.0.0.1:{port}")
    said, _ = tool.communicate(timeout=WAIT)
    assert tool.returncode == 0, said
    lists = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert len(lists) == 12
    assert lists[-1]["camera_seq"] > 1, "the camera that rvtool turns did not come through"
    image: dict[str, Any] = lists[-1]["images"][0]
    assert (image["name"], image["width"], image["height"]) == ("sky", 160, 90)
    assert image["exact"]
    assert image["bytes"] == 160 * 90 * 3
    assert len({entry["images"][0]["sha256"] for entry in lists}) > 6


@pytest.mark.parametrize("token", ["", TOKEN], ids=["open", "token"])
def test_client_saves_what_rvtool_shows(shop: Shop, token: str) -> None:
    rows = bytes(i * 7 % 256 for i in range(37 * 21 * 4))
    ihdr = struct.pack(">IIBBBBB", 37, 21, 8, 6, 0, 0, 0)
    lines = b"".join(b"\0" + rows[y * 148 : (y + 1) * 148] for y in range(21))
    png = b"\x89PNG\r\n\x1a\n"
    for part in b"IHDR" + ihdr, b"IDAT" + zlib.compress(lines), b"IEND":
        png += struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
    values = [0.5, -1.25, math.inf, 2.0**100, 0.0, 3.5]
    head = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}".ljust(117) + "\n"
    given = shop.folder / "given"
    given.mkdir()
    (given / "a.png").write_bytes(png)
    (given / "b.npy").write_bytes(b"\x93NUMPY\1\0v\0" + head.encode() + struct.pack("<6f", *values))
    port = free_port()
    secret = f"{token}@" if token else ""
    shop.start(CLIENT, "--listen", f"{secret}127.0.0.1:{port}")
    listening(port)
    where = f"rv://{secret}127.0.0.1:{port}"
    tool = shop.start(RVTOOL, "show", "given/a.png", "given/b.npy", "--to", where)
    said, _ = tool.communicate(timeout=WAIT)
    assert tool.returncode == 0, said
    (saved,) = shop.images("*.png", 1)
    assert read_png(saved) == (37, 21, 4, rows)
    (floats,) = shop.images("*.f32", 1)
    assert re.fullmatch(r"\d+-1-3x2x1\.f32", floats.name)
    assert struct.unpack("<6f", floats.read_bytes()) == tuple(values)
