"""The thumbnail of notebooks, against a stand-in for IPython's display protocol."""

from __future__ import annotations

import base64
import io
import re
import struct
import sys
import threading
import time
import types
import zlib

import numpy as np
import pytest
import remoteviewer as rv
from conftest import ROOT, until
from remoteviewer import _notebook, _thumbnail


def unpng(data):
    """The pixels of an RGB8 PNG, and its chunks' names."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    file, kinds, packed, size = io.BytesIO(data[8:]), [], b"", (0, 0)
    while head := file.read(8):
        length, kind = struct.unpack(">I4s", head)
        body = file.read(length)
        assert struct.unpack(">I", file.read(4))[0] == zlib.crc32(kind + body)
        kinds.append(kind)
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
            assert body[8:] == bytes([8, 2, 0, 0, 0])
        if kind == b"IDAT":
            packed += body
    width, height = size
    lines = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + 3 * width)
    assert set(lines[:, 0]) <= {0, 2}
    out, above = [], np.zeros(3 * width, np.uint8)
    for line in lines:
        above = line[1:] + (above if line[0] == 2 else 0)
        out.append(above)
    return np.array(out).reshape(height, width, 3), kinds


def images_of(page):
    """(name, pixels) of each image of a thumbnail's HTML."""
    found = re.findall(r'base64,([^"]+)" width="(\d+)" height="(\d+)" alt="([^"]*)"', page)
    out = {}
    for data, width, height, name in found:
        pixels, _ = unpng(base64.b64decode(data))
        assert pixels.shape == (int(height), int(width), 3)
        assert f"<figcaption>{name}</figcaption>" in page
        out[name] = pixels
    return out


class Shell(types.ModuleType):
    """IPython as far as it is asked: its shell, and what was displayed by display_id."""

    def __init__(self, kernel):
        super().__init__("IPython")
        self.display = types.ModuleType("IPython.display")
        self.display.display, self.display.DisplayHandle = self._display, self._handle
        self.kernel = kernel
        self.shown: list[tuple[str, dict]] = []
        self.updates: list[tuple[str, dict]] = []

    def get_ipython(self):
        return self

    def _display(self, bundle, *, raw, display_id):
        assert raw is True
        self.shown.append((display_id, bundle))

    def _handle(self, display_id):
        def update(bundle, *, raw):
            assert raw is True
            self.updates.append((display_id, bundle))

        return types.SimpleNamespace(update=update)


@pytest.fixture
def shell(monkeypatch):
    """A notebook's IPython."""
    one = Shell(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", one)
    monkeypatch.setitem(sys.modules, "IPython.display", one.display)
    return one


@pytest.fixture
def renderer():
    """One that listens, made before the test's shell."""
    with rv.listen("127.0.0.1:0", quiet=True) as one:
        yield one


def thumbnails(renderer, **images):
    """The thumbnails of a list."""
    renderer._repr_mimebundle_()
    renderer.show(**images)
    return images_of(renderer._repr_mimebundle_()["text/html"])


def test_png_is_png():
    rng = np.random.default_rng(3)
    for shape in ((1, 1), (5, 1), (1, 7), (33, 20)):
        pixels = rng.integers(0, 256, (*shape, 3), dtype=np.uint8)
        found, kinds = unpng(_thumbnail.png(pixels))
        assert np.array_equal(found, pixels)
        assert kinds == [b"IHDR", b"sRGB", b"IDAT", b"IEND"]


def test_bytes_are_shown_as_they_are(renderer):
    rng = np.random.default_rng(3)
    rgb = rng.integers(0, 256, (48, 64, 3), dtype=np.uint8)
    grey = rgb[:, :, 0]
    found = thumbnails(renderer, rgb=rgb, grey=grey, bottom=rv.Image(rgb, origin="bottom"))
    assert list(found) == ["rgb", "grey", "bottom"]
    assert np.array_equal(found["rgb"], rgb)
    assert np.array_equal(found["grey"], np.repeat(grey[:, :, None], 3, 2))
    assert np.array_equal(found["bottom"], rgb[::-1])


def test_what_values_mean(renderer):
    half = np.full((8, 8, 3), 0.5, np.float32)
    wide = np.full((8, 8), 65535 // 2, np.uint16)
    lost = half.copy()
    lost[0, 0, 1] = np.nan
    normal = np.zeros((8, 8, 3), np.float32)
    normal[..., 2] = -1
    clear = np.zeros((8, 8, 4), np.uint8)
    found = thumbnails(
        renderer,
        display=half,
        light=rv.linear(half),
        double=half.astype(np.float64) * 4,
        white=rv.Image(half * 4, white=4.0),
        wide=wide,
        lost=lost,
        normal=rv.Image(normal, color="normal"),
        clear=clear,
        flag=np.ones((8, 8), bool),
    )
    first = {name: tuple(map(int, pixels[0, 0])) for name, pixels in found.items()}
    assert first["display"] == (128, 128, 128)
    assert first["light"] == (188, 188, 188)  # sRGB of half the light
    assert first["double"] == (255, 255, 255)
    assert first["white"] == (128, 128, 128)
    assert first["wide"] in ((127, 127, 127), (128, 128, 128))
    assert first["lost"] == (255, 0, 255)
    assert tuple(found["lost"][1, 1]) == (128, 128, 128)
    assert first["normal"] == (128, 128, 0)
    assert first["clear"] == (102, 102, 102)  # the grey under transparent pixels
    assert first["flag"] == (255, 255, 255)


def test_depths_go_from_the_first_colour_to_the_last(renderer):
    depth = np.geomspace(1, 100, 32, dtype=np.float32)[None].repeat(8, 0).copy()
    depth[7, 5], depth[7, 6] = np.inf, -1
    found = thumbnails(renderer, depth=depth, labels=np.arange(256, dtype=np.uint32)[None])
    row = found["depth"][0].astype(int)
    ends = np.rint(np.clip([viridis(0.0), viridis(1.0)], 0, 1) * 255)
    assert np.abs(row[[0, -1]] - ends).max() <= 8
    assert np.abs(row[16] - np.rint(viridis(0.516) * 255)).max() <= 6, "over logarithms"
    nothing = tuple(round(v * 255) for v in _thumbnail.NOTHING)
    assert tuple(found["depth"][7, 5]) == tuple(found["depth"][7, 6]) == nothing
    flat = thumbnails(renderer, depth=np.full((4, 4), 2.0, np.float32))["depth"]
    assert np.abs(flat[0, 0] - np.rint(viridis(0.5) * 255)).max() <= 1
    empty = thumbnails(renderer, depth=np.full((4, 4), np.nan, np.float32))["depth"]
    assert tuple(empty[0, 0]) == nothing


def viridis(t):
    """The viewer's polynomial."""
    return sum(np.array(c) * t**n for n, c in enumerate(reversed(_thumbnail.VIRIDIS)))


def test_colour_maps_are_the_viewers():
    shader = (ROOT / "viewer" / "gl" / "image.frag").read_text()
    for name, table in (("viridis", _thumbnail.VIRIDIS), ("turbo", _thumbnail.TURBO)):
        body = re.search(rf"vec3 {name}\(float t\) {{(.*?)}}", shader, re.DOTALL)[1]
        found = re.findall(r"vec3\(([^)]+)\)", body)
        assert [tuple(map(float, v.split(","))) for v in found] == list(table)
    assert "vec3(0.11, 0.11, 0.12)" in shader


@pytest.mark.parametrize("shape", [(1080, 1920, 3), (2000, 300, 3), (3, 1000, 999), (1, 3000)])
@pytest.mark.parametrize("count", [1, 3, 20])
def test_it_is_small(renderer, shape, count):
    image = np.zeros(shape, np.float32)
    found = thumbnails(renderer, **{str(n): image for n in range(count)})
    assert len(found) == count
    width = sum(p.shape[1] for p in found.values()) + 4 * (count - 1)
    assert max(width, *(p.shape[0] for p in found.values())) <= 512
    if count == 1:
        assert max(next(iter(found.values())).shape) == 512
    whole, _ = unpng(base64.b64decode(renderer._repr_mimebundle_()["image/png"]))
    assert whole.shape[1] == width


def test_a_mean_of_what_falls_on_a_pixel(renderer):
    board = (np.indices((1024, 1024)).sum(0) % 2 * 255).astype(np.uint8)
    assert np.array_equal(np.unique(thumbnails(renderer, board=board)["board"]), [128])
    labels = rv.Image(board.astype(np.uint32), color="data")
    assert len(np.unique(thumbnails(renderer, labels=labels)["labels"].reshape(-1, 3), axis=0)) <= 2


def test_nothing_is_kept_where_no_notebook_is(renderer):
    renderer.show(np.zeros((4, 4, 3)))
    assert renderer._thumbnail is None
    assert not any(t.name == "remoteviewer-notebook" for t in threading.enumerate())


def test_a_bundle_for_others(renderer):
    bundle = renderer._repr_mimebundle_()
    assert bundle["text/plain"] == repr(renderer)
    assert "nothing was shown yet" in bundle["text/html"]
    assert "image/png" not in bundle
    renderer.show({"<b>": np.zeros((4, 4, 3), np.uint8)})
    assert "&lt;b&gt;" in renderer._repr_mimebundle_()["text/html"]
    assert set(renderer._repr_mimebundle_(include=["image/png"])) == {"image/png"}
    assert set(renderer._repr_mimebundle_(exclude=["image/png"])) == {"text/plain", "text/html"}
    with pytest.raises(NotImplementedError):  # which has IPython take the bundle
        renderer._ipython_display_()


def test_a_terminal_has_the_repr_alone(renderer, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", Shell(kernel=None))
    assert renderer._repr_mimebundle_() == {"text/plain": repr(renderer)}
    with pytest.raises(NotImplementedError):
        renderer._ipython_display_()


def test_a_display_is_kept_up_to_date(shell):
    image = np.zeros((4, 4, 3), np.uint8)
    with rv.listen("127.0.0.1:0", quiet=True) as renderer:
        renderer.show(first=image)
        renderer._ipython_display_()
        renderer._ipython_display_()  # in another cell
        (display, bundle), (again, _) = shell.shown
        assert display == again
        assert list(images_of(bundle["text/html"])) == ["first"]
        assert {"text/plain", "image/png"} < set(bundle)
        start = time.monotonic()
        for value in range(100):
            image[:] = value
            renderer.show(image)
            time.sleep(0.01)
        image[:] = 200
        renderer.show(last=image)

        def newest():
            name, page = shell.updates[-1] if shell.updates else ("", {})
            return name == display and images_of(page["text/html"]).get("last")

        until(lambda: newest() is not None and newest() is not False)
        assert (newest() == 200).all()
        seconds = time.monotonic() - start
        assert 2 <= len(shell.updates) <= seconds / _notebook.PACE_SECONDS + 2
        assert all(set(page) == {"text/plain", "text/html"} for _, page in shell.updates)
    until(lambda: not any(t.name == "remoteviewer-notebook" for t in threading.enumerate()))


def test_a_displayed_viewer_is_collected(shell):
    renderer = rv.listen("127.0.0.1:0", quiet=True)
    renderer._ipython_display_()
    del renderer
    until(lambda: not any(t.name == "remoteviewer-notebook" for t in threading.enumerate()))
    assert shell.shown


def test_an_image_that_can_not_be_read_any_more(shell):
    class Gone:
        """An array that is there once."""

        def __init__(self):
            self.array = np.zeros((4, 4, 3), np.uint8)

        def __array__(self, *_, **__):
            array, self.array = self.array, None
            if array is None:
                raise RuntimeError("the device is gone")
            return array

    with rv.listen("127.0.0.1:0", quiet=True) as renderer:
        renderer.show(Gone())
        renderer._ipython_display_()
        assert "no thumbnail" in shell.shown[0][1]["text/html"]
        renderer.show(Gone())  # and the loop goes on
        renderer.show(good=np.zeros((4, 4, 3), np.uint8))
        until(lambda: shell.updates and "good" in shell.updates[-1][1]["text/html"])


def test_disabled():
    with rv.listen(enabled=False) as off:
        off.show(np.zeros((4, 4, 3), np.uint8))
        assert "nothing was shown yet" in off._repr_mimebundle_()["text/html"]
