"""Arguments that are wrong: each gives one of the package's own errors."""

from __future__ import annotations

import numpy as np
import pytest
import remoteviewer as rv
from remoteviewer._names import default_name

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


NAN = float("nan")


@pytest.mark.parametrize(
    "options",
    [
        {"camera": "x"},
        {"mode": "sometimes"},
        {"mode": ["every"]},
        {"meta": 7},
        {"mode": "every", "timeout": NAN},
        {"mode": "every", "timeout": "1"},
        {"meta": {"a": 10**5000}},
    ],
)
def test_options_of_a_list(renderer, options):
    with pytest.raises(rv.InvalidError) as caught:
        renderer.send_images([IMAGE], **options)
    assert "found " in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("timeout", [NAN, "1s", [1], 1j])
def test_a_wait_is_seconds(renderer, timeout):
    old = rv.RemoteViewer("127.0.0.1", 9)
    disabled = rv.listen(enabled=False)
    for viewer in (renderer, old, disabled):
        with pytest.raises(rv.InvalidError, match="seconds, or None"):
            viewer.read(timeout=timeout)
    old._session.close(0)


@pytest.mark.parametrize("timeout", [0, -1, -float("inf"), np.float32(0)])
def test_a_wait_may_be_none_at_all(renderer, timeout):
    while renderer.read(timeout=timeout) is not None:
        pass


@pytest.mark.parametrize("size", [(5, 5, 5), (0, 5), (5, -1), (5.0, 5), (70_000, 5), 5, "55", (5,)])
def test_a_size_is_two_integers(size):
    with pytest.raises(rv.InvalidError) as caught:
        rv.listen("127.0.0.1:0", size=size, quiet=True)
    assert "found " in str(caught.value)


@pytest.mark.parametrize("quality", [-1, 101, 2.5, "90", 2**40])
def test_quality_is_an_integer(quality):
    with pytest.raises(rv.InvalidError, match="from 0 to 100"):
        rv.connect("127.0.0.1:9", quality=quality, quiet=True)


@pytest.mark.parametrize("address", ["", " "])
def test_an_empty_address_is_not_the_default(monkeypatch, address):
    monkeypatch.setenv("RV_ADDRESS", "127.0.0.1:9")
    for call in (rv.connect, rv.listen):
        with pytest.raises(rv.AddressError, match="leave it out"):
            call(address, quiet=True)
    with pytest.raises(rv.AddressError, match="leave it out"):
        rv.show(IMAGE, address=address, quiet=True)


def test_an_error_shows_no_hundreds_of_digits(renderer):
    with pytest.raises(rv.LimitError, match="2\\^53-1") as caught:
        renderer.show(IMAGE, meta={"a": 10**400})
    assert len(str(caught.value)) < 150


def test_levels_of_meta(renderer):
    def nested(levels):
        return {"a": nested(levels - 1)} if levels else 1

    renderer.show(IMAGE, meta=nested(31))
    with pytest.raises(rv.LimitError, match="levels deep"):
        renderer.show(IMAGE, meta=nested(32))
