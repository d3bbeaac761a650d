"""meta and data as JSON."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import remoteviewer as rv
from remoteviewer._values import from_json, to_json, to_text


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"step": 3, "loss": 0.5, "ok": True, "none": None}, None),
        ({"nested": {"a": [1, "two", [3]]}}, None),
        ({"text": "größe"}, None),
        ({"x": np.float32(0.5), "n": np.int64(7)}, {"x": 0.5, "n": 7}),
        ({"v": np.arange(3)}, {"v": [0, 1, 2]}),
        ({"a": math.nan, "b": math.inf, "c": -math.inf}, {"a": "nan", "b": "inf", "c": "-inf"}),
        ({"a": [1.5, np.float32("nan")]}, {"a": [1.5, "nan"]}),
        ({"v": np.array([1.0, math.inf])}, {"v": [1.0, "inf"]}),
        ({"t": (1, math.nan)}, {"t": [1, "nan"]}),
        ({1: 2}, {"1": 2}),
    ],
)
def test_values(value, wanted):
    assert json.loads(to_json(value, "meta")) == (value if wanted is None else wanted)


@pytest.mark.parametrize("value", [{"a": object()}, {"a": {1, 2}}, {"a": math.nan, "b": 1j}])
def test_what_json_cannot_hold(value):
    with pytest.raises(rv.InvalidError, match="meta can hold"):
        to_json(value, "meta")


def test_a_value_that_contains_itself():
    value: dict = {}
    value["self"] = value
    with pytest.raises(rv.InvalidError, match="contain itself"):
        to_json(value, "meta")


def test_text_that_is_no_json_is_kept():
    assert from_json(b'{"a": 1}') == {"a": 1}
    assert from_json(b"{oops") == b"{oops"


@pytest.mark.parametrize("text", ["a\0b", "\ud800", 7, None, "x\0" * 500])
def test_text_that_c_would_cut_or_cannot_hold(text):
    with pytest.raises(rv.NameError) as caught:
        to_text(text, "stream")
    assert str(caught.value).startswith("stream ")
    assert len(str(caught.value)) < 250
