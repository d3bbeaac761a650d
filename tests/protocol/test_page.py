"""The examples on the protocol's page are right."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import struct
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")


def number(name: str) -> str:
    found = re.search(rf"^{name} +([0-9a-f]+)$", PAGE, re.MULTILINE)
    assert found, name
    return found[1]


def test_macs() -> None:
    for name, side in (("M1", "dialer"), ("M2", "listener")):
        text = f"rv1 {side} {number('D')} {number('L')}".encode()
        mac = hmac.new(number("token").encode(), text, hashlib.sha256).hexdigest()
        assert mac == number(name)


def test_frames_of_the_minimal_viewer() -> None:
    found = re.findall(
        r"^[RV]  ((?:[0-9a-f]{2} +){15}[0-9a-f]{2})\n   (\{.*\})(?:\n   ([0-9a-f ]{17}))?",
        PAGE,
        re.M,
    )
    assert len(found) == 9
    for prefix, head, body in found:
        magic, head_length, body_length = struct.unpack("<4sIQ", bytes.fromhex(prefix))
        assert magic == b"RV1J"
        assert head_length == len(head), head
        assert body_length == len(bytes.fromhex(body)), head
        message = json.loads(head)
        assert sum(image["bytes"] for image in message.get("images", [])) == body_length


def test_the_two_pings() -> None:
    start = PAGE.index('`{"type":"ping"')
    text = PAGE[start + 1 : PAGE.index("`", start + 1)]
    lines = [line for line in PAGE[start:].splitlines() if re.match(r"^ *(52|83) ", line)][:3]
    json_prefix = struct.pack("<4sIQ", b"RV1J", len(text), 0).hex(" ")
    assert lines[0].replace("  ", " ").startswith(json_prefix)
    packed = bytes.fromhex(lines[2])
    assert bytes.fromhex(lines[1]) == struct.pack("<4sIQ", b"RV1M", len(packed), 0)
    assert packed.startswith(b"\x83\xa4type\xa4ping\xa2id\x07\xa7sent_ns\xce")
    assert int.from_bytes(packed[-4:], "big") == json.loads(text)["sent_ns"]
