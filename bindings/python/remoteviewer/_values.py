"""Python values as JSON, for `meta` and `send_data`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from ._errors import InvalidError

# The protocol's limit is 32; this one only ends a value that contains itself.
_MAX_DEPTH = 64


def to_json(value: Any, what: str) -> bytes:
    """Returns UTF-8 JSON. Arrays and scalars of numpy and torch become lists and numbers,
    NaN and infinities "nan", "inf" and "-inf". Raises InvalidError.
    """
    try:
        text = json.dumps(value, allow_nan=False, default=_plain)
    except (ValueError, TypeError, RecursionError):
        # Not finite, or not JSON: the slow way finds out which.
        text = json.dumps(_finite(value, what, 0), allow_nan=False)
    return text.encode("utf-8")


def from_json(data: bytes) -> Any:
    """Parses JSON that came from a viewer; what isn't JSON is returned as it is."""
    try:
        return json.loads(data)
    except ValueError:
        return data


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(type(value).__name__)


def _finite(value: Any, what: str, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise InvalidError(f"{what} can be 32 levels deep, found more: does it contain itself?")
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _finite(item, what, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item, what, depth + 1) for item in value]
    if hasattr(value, "tolist"):
        return _finite(value.tolist(), what, depth + 1)
    raise InvalidError(
        f"{what} can hold numbers, text, lists and dicts, found {type(value).__name__}: "
        "use float(x) or str(x)"
    )
