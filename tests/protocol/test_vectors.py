"""The encoding rules and all messages, read by another MessagePack than the Go side's."""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path
from typing import Any

import msgpack
import pytest

VECTORS = Path(__file__).parents[2] / "testdata" / "vectors"
LARGEST = 2**53 - 1
LEVELS = 32


def number(text: str) -> int | float:
    """JSON doesn't tell a large float from an integer."""
    return int(text) if abs(int(text)) <= LARGEST else float(text)


HEADS = json.loads((VECTORS / "heads.json").read_text("utf-8"), parse_int=number)
MESSAGES = json.loads((VECTORS / "messages.json").read_text("utf-8"), parse_int=number)


def no_constant(name: str) -> None:
    raise ValueError(f"JSON has no {name}")


def refuse(code: int, data: bytes) -> None:
    raise ValueError(f"an extension {code}")


def read_head(encoding: str, head: bytes) -> Any:
    """Reads a head by the rules of docs/protocol.md alone."""
    if encoding == "json":
        text = head.decode("utf-8")
        value = json.loads(text, parse_constant=no_constant, parse_int=number)
    else:
        value = msgpack.unpackb(head, raw=False, strict_map_key=True, ext_hook=refuse)
    check(value, 0)
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise ValueError("no map with a type")
    return finite(value)


def check(value: Any, depth: int) -> None:
    if isinstance(value, dict):
        if any(not isinstance(key, str) for key in value):
            raise ValueError("a key that is no string")
        value = list(value.values())
    if isinstance(value, list):
        if depth + 1 > LEVELS:
            raise ValueError("too deep")
        for item in value:
            check(item, depth + 1)
    elif isinstance(value, int) and not -LARGEST <= value <= LARGEST:
        raise ValueError("an integer too large")
    elif not isinstance(value, (str, int, float, bool, type(None))):
        raise ValueError(f"a {type(value).__name__}")


def finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [finite(item) for item in value]
    return "nan" if isinstance(value, float) and math.isnan(value) else value


@pytest.mark.parametrize("case", HEADS, ids=lambda c: f"{c['encoding']}: {c['name']}")
def test_head(case: dict[str, Any]) -> None:
    head = bytes.fromhex(case["hex"])
    if "text" in case:
        assert head.decode("utf-8") == case["text"]
    if case["refused"] == "encoding":
        with pytest.raises((ValueError, msgpack.UnpackException)):
            read_head(case["encoding"], head)
        return
    value = read_head(case["encoding"], head)
    assert value == case["head"]
    if "message" in case:  # what was there is still there, and nothing was made up
        for key, item in value.items():
            if item is not None and key in case["message"]:
                assert case["message"][key] == item, key


@pytest.mark.parametrize("case", MESSAGES, ids=lambda c: c["name"])
def test_message(case: dict[str, Any]) -> None:
    frame = bytes.fromhex(case["frame"])
    magic, head, body = struct.unpack("<4sIQ", frame[:16])
    assert len(frame) == 16 + head + body
    encoding = {b"RV1J": "json", b"RV1M": "msgpack"}[magic]
    assert case["name"].endswith(encoding)
    assert read_head(encoding, frame[16 : 16 + head]) == case["head"]
    assert frame[16 + head :].hex() == case["body"]


def test_every_message_is_there() -> None:
    names = {case["head"]["type"] for case in MESSAGES}
    page = (VECTORS.parents[1] / "docs" / "protocol.md").read_text("utf-8")
    assert names == {
        *("hello", "challenge", "auth", "bye", "error", "ping", "pong"),
        *("images", "want", "ack", "cameras", "camera", "view", "data"),
        *("controls", "control", "event", "picks", "answer"),
    }
    assert all(f"`{name}`" in page for name in names)
    for case in MESSAGES:  # no field goes undescribed
        parts = [case["head"], *case["head"].get("items", [])]
        for field in {field for part in parts for field in part}:
            assert f"`{field}`" in page, f"{case['head']['type']}.{field}"


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def numbers(value: Any, count: int) -> bool:
    return isinstance(value, list) and len(value) == count and all(map(is_number, value))


# What docs/protocol.md says of the value of each kind of control.
VALUES: dict[str, Any] = {
    "slider": lambda c: is_number(c["value"]) and c.get("min", 0) <= c["value"] <= c.get("max", 0),
    "checkbox": lambda c: isinstance(c["value"], bool),
    "dropdown": lambda c: c["value"] in range(len(c["choices"])),
    "button": lambda c: c["value"] is None,
    "text": lambda c: isinstance(c["value"], str),
    "color": lambda c: numbers(c["value"], c["channels"]) and c["channels"] in (3, 4),
    "vector3": lambda c: numbers(c["value"], 3),
    "plot": lambda c: (
        len(c["value"]) == len(c["times"]) and all(x is None or is_number(x) for x in c["value"])
    ),
    "label": lambda c: isinstance(c["value"], str),
    "gate": lambda c: c["value"] == -1 or c["value"] >= 0,
}


@pytest.mark.parametrize("encoding", ["json", "msgpack"])
def test_controls(encoding: str) -> None:
    """Each kind is in the vectors as the page describes it."""
    page = (VECTORS.parents[1] / "docs" / "protocol.md").read_text("utf-8")
    (case,) = (c for c in MESSAGES if c["name"] == f"controls as {encoding}")
    frame = bytes.fromhex(case["frame"])
    items = read_head(encoding, frame[16:])["items"]
    assert {item["kind"] for item in items} == set(VALUES)
    assert len({item["name"] for item in items}) == len(items)
    for item in items:
        assert f"| `{item['kind']}` |" in page
        assert VALUES[item["kind"]](item), item
