"""Python values as the library takes them: text, and JSON for `meta` and `send_data`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from numbers import Integral
from typing import Any

from ._errors import Error, InvalidError, NameError

# The library's limit is 31 maps and lists, the outermost counted: the head that they
# travel in is the 32nd. This one only ends a value that contains itself.
_MAX_DEPTH = 64

# Python writes no more digits than it would for this by itself.
_MAX_BITS = 4096


def to_text(value: Any, what: str, error: type[Error] = NameError) -> bytes:
    """Returns text as C takes it: UTF-8 without a NUL, which would cut it. Raises `error`."""
    if not isinstance(value, str):
        raise error(f"{what} has to be a str, found {shortened(value)}")
    if "\0" in value:
        raise error(f"{what} can't hold a NUL character, found {shortened(value)}")
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError:
        raise error(
            f"{what} has to be text that UTF-8 can hold, found {shortened(value)}: "
            "use x.encode('utf-8', 'replace').decode()"
        ) from None


def shortened(value: Any, limit: int = 100) -> str:
    """Returns a value as an error shows it: repr, cut, and never an error itself."""
    try:
        text = repr(value)
    except Exception:  # as of an int of 5,000 digits
        text = f"a {type(value).__name__}"
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


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
        raise InvalidError(f"{what} can be 31 levels deep, found more: does it contain itself?")
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        raise InvalidError(
            f"{what} can hold integers of {_MAX_BITS} bits, found one of {value.bit_length()}: "
            "use float(x), or str(x)"
        )
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


def number(value: Any, what: str) -> float:
    """Returns a number, also of numpy and torch, as a float; NaN and infinities pass.
    Raises InvalidError.
    """
    try:
        if not isinstance(value, (str, bytes, bytearray)):
            return float(value)
    except Exception:  # whatever an array's __float__ raises
        pass
    raise InvalidError(f"{what} has to be a number, found {shortened(value)}: use float(x)")


def numbers(value: Any, counts: tuple[int, ...], what: str) -> list[float]:
    """Returns the numbers of a sequence or an array of one dimension. Raises InvalidError."""
    try:
        items = [] if isinstance(value, (str, bytes, Mapping)) else list(value)
    except Exception:
        items = []
    if len(items) not in counts:
        wanted = " or ".join(map(str, counts))
        raise InvalidError(f"{what} has to be {wanted} numbers, found {shortened(value)}")
    return [number(item, f"a number of {what}") for item in items]


def truth(value: Any, what: str) -> bool:
    """Returns a yes or no, which may be numpy's or torch's. Raises InvalidError."""
    if isinstance(value, Integral) or type(value).__name__ in ("bool_", "bool"):
        return bool(value)
    raise InvalidError(f"{what} has to be True or False, found {shortened(value)}")


def one_of(name: str, value: Any, *known: str) -> str:
    """Returns a word. Raises InvalidError for others."""
    if not isinstance(value, str) or value not in known:
        raise InvalidError(f"{name} has to be one of {', '.join(known)}, found {shortened(value)}")
    return value
