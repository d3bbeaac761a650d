"""Arguments that are wrong: each gives one of the package's own errors."""

from __future__ import annotations

import numpy as np
import pytest
import remoteviewer as rv
from remoteviewer._session import default_name

IMAGE = np.arange(48 * 64 * 3, dtype=np.uint8).reshape(48, 64, 3)


@pytest.fixture
def renderer():
    """One that listens where nobody looks."""
    with rv.listen("127.0.0.1:0", quiet=True) as one:
        yield one


@pytest.mark.parametrize("text", ["p\0q", "\ud800"])
def test_text_arrives_whole_or_not_at_all(text):
    with rv.listen("127.0.0.1:0", quiet=True) as renderer:
        with pytest.raises(rv.NameError):
            renderer.send_images([IMAGE], stream=text)
        with pytest.raises(rv.NameError):
            renderer.send_data(text, 1)
        with pytest.raises(rv.NameError):
            renderer.show(rv.Image(IMAGE, channels=["R", "G", text]))
    calls = [
        (rv.NameError, {"name": text}),
        (rv.TokenError, {"token": text}),
        (rv.InvalidError, {"codec": text}),
        (rv.AddressError, {"address": text}),
    ]
    for error, options in calls:
        with pytest.raises(error):
            rv.connect(**{"address": "127.0.0.1:9", "quiet": True, **options})
    with pytest.raises(rv.TokenError):
        rv.listen("127.0.0.1:0", token_file="a\0b", quiet=True)


@pytest.mark.parametrize("stem", ["a" * 250, "ä" * 120, "a\n\udc80b", ""])
def test_any_script_has_a_name(monkeypatch, stem):
    monkeypatch.setattr("sys.argv", [f"/tmp/{stem}.py"])
    with rv.listen("127.0.0.1:0", quiet=True) as renderer:
        assert not renderer.closed
    name = default_name()
    assert name.isprintable()
    assert len(name.encode()) <= 128
