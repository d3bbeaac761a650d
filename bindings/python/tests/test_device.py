"""Arrays on a CUDA device, with a stand-in for the driver: `standin.py`."""

from __future__ import annotations

import gc
import time

import numpy as np
import plain
import pytest
import remoteviewer as rv
import standin
from conftest import run_python, until
from remoteviewer._keeper import keeper

RANDOM = np.random.default_rng(3)
IMAGE = RANDOM.integers(0, 256, (31, 43, 3), np.uint8)
FLOATS = RANDOM.random((31, 43, 3), np.float32)


@pytest.fixture
def cuda():
    """The stand-in, at its best."""
    driver = standin.driver()
    driver.use()
    yield driver
    driver.fail(0)
    driver.delay(0)


@pytest.fixture
def pair(viewer):
    """A viewer, and a renderer that is connected to it."""
    with rv.connect(f"127.0.0.1:{viewer.port}", quiet=True) as renderer:
        until(lambda: renderer.connected, what="the connection")
        yield viewer, renderer


def shown(pair, *images, **named):
    viewer, renderer = pair
    renderer.show(*images, **named)
    return viewer.next().images


def views():
    """Arrays, and the memory that they lie in."""
    padded = RANDOM.integers(0, 256, (31, 64, 3), np.uint8)
    planar = RANDOM.random((3, 70, 80), np.float32)
    batch = RANDOM.integers(0, 2**16, (2, 12, 9, 3), np.uint16)
    yield IMAGE, IMAGE, [IMAGE]
    yield IMAGE[:, :, 1], IMAGE, [IMAGE[:, :, 1:2]]
    yield padded[:, :43], padded, [padded[:, :43]]
    yield IMAGE[::-1], IMAGE, [IMAGE[::-1]]
    yield IMAGE[::2, ::3, ::-1], IMAGE, [IMAGE[::2, ::3, ::-1]]
    yield planar, planar, [planar.transpose(1, 2, 0)]
    yield planar[None, None], planar, [planar.transpose(1, 2, 0)]
    yield batch, batch, list(batch)
    yield FLOATS[:, :, 0].astype(np.float16), None, [FLOATS[:, :, :1].astype(np.float16)]
    labels = RANDOM.integers(0, 2**32, (9, 8), np.uint32)
    yield labels, labels, [labels[:, :, None]]


@pytest.mark.parametrize("kind", [standin.Numba, standin.CuPy, standin.DLPack])
@pytest.mark.parametrize("case", list(views()), ids=lambda case: str(case[0].shape))
def test_every_value_arrives(cuda, pair, kind, case):
    view, whole, wanted = case
    found = shown(pair, kind(cuda, view, whole))
    assert len(found) == len(wanted)
    for image, want in zip(found.values(), wanted):
        assert image.dtype == want.dtype
        assert np.array_equal(image, want)


@pytest.mark.parametrize("kind", [standin.Numba, standin.CuPy, standin.DLPack])
def test_bottom_up_and_names(cuda, pair, kind):
    image = rv.Image(kind(cuda, IMAGE), origin="bottom", name="up", channels=["X", "Y", "Z"])
    assert np.array_equal(shown(pair, image)["up"], IMAGE[::-1])


@pytest.mark.parametrize("kind", [standin.Numba, standin.CuPy])
@pytest.mark.parametrize(
    ("given", "color", "wanted"),
    [
        (IMAGE > 99, None, (IMAGE > 99).astype(np.uint8) * 255),
        (FLOATS.astype(np.float64), None, FLOATS),
        (IMAGE.astype(np.int64), None, IMAGE),
        (IMAGE[..., 0].astype(np.int32) * 65536, "data", IMAGE[..., :1].astype(np.uint32) * 65536),
    ],
    ids=["bool", "float64", "int64", "data"],
)
def test_types_that_are_converted(cuda, pair, kind, given, color, wanted):
    (found,) = shown(pair, rv.Image(kind(cuda, given), color=color)).values()
    assert found.dtype == wanted.dtype
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("kind", [standin.Numba, standin.CuPy])
@pytest.mark.parametrize(
    ("given", "color", "says"),
    [
        (IMAGE.astype(np.int64) - 1, None, ["-1 to ", "(31, 43, 3)", "x.clip(0, 255)"]),
        (IMAGE.astype(np.int32) - 1, "data", ["-1 to ", "x - x.min()"]),
        (FLOATS.astype(np.complex64), None, ["complex64", "abs(x)"]),
        (np.zeros((5, 0, 3), np.uint8), None, ["at least one pixel"]),
        (np.zeros(7, np.uint8), None, ["(7,)", "reshape"]),
    ],
    ids=["range", "data", "complex", "empty", "flat"],
)
def test_arrays_that_are_refused(cuda, pair, kind, given, color, says):
    with pytest.raises(rv.ArrayError) as caught:
        pair[1].show(rv.Image(kind(cuda, given, np.zeros(9)), color=color))
    for part in says:
        assert part in str(caught.value)


def test_repeated_memory_is_written_out(cuda, pair):
    row = IMAGE[:1]
    given = standin.CuPy(cuda, np.broadcast_to(row, IMAGE.shape), row)
    (found,) = shown(pair, given).values()
    assert np.array_equal(found, np.broadcast_to(row, IMAGE.shape))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"stream": 0}, "stream 0"),
        ({"mask": object()}, "mask"),
        ({"strides": (3,)}, "strides"),
        ({"typestr": ">f4"}, "byte order"),
        ({"typestr": "nonsense"}, "can't be read"),
        ({"data": (0x1000, False)}, "not a pointer to device memory"),
        ({"shape": (40, 43, 3)}, "its allocation, which has"),
    ],
)
def test_interfaces_that_are_wrong(cuda, pair, change, says):
    array = standin.Numba(cuda, FLOATS)

    class Wrong:
        @property
        def __cuda_array_interface__(self):
            return {**array.__cuda_array_interface__, **change}

    with pytest.raises(ValueError, match=says) as caught:
        pair[1].show(Wrong())
    assert isinstance(caught.value, rv.Error)


def test_the_copy_stands_in_the_arrays_stream(cuda, pair):
    stream = cuda.stream()
    array = standin.Numba(cuda, np.zeros_like(IMAGE), stream=stream)
    cuda.delay(60)
    before = cuda.counts()
    cuda.fill(array.pointer, 7, IMAGE.nbytes, stream)
    start = time.monotonic()
    pair[1].show(array)
    assert time.monotonic() - start < 0.06
    cuda.fill(array.pointer, 9, IMAGE.nbytes, stream)
    (found,) = pair[0].next().images.values()
    assert (found == 7).all()
    after = cuda.counts()
    assert (after.waits, after.copies) == (before.waits, before.copies + 1)


def test_what_doesnt_know_the_stream_is_kept(cuda, pair):
    array = standin.DLPack(cuda, IMAGE)
    cuda.delay(60)
    pair[1].show(array)
    assert array.asked == [1], "the legacy stream is where the copy stands"
    del array
    gc.collect()
    assert len(keeper) == 1
    (found,) = pair[0].next().images.values()
    assert np.array_equal(found, IMAGE)
    keeper.reap()
    assert len(keeper) == 0


def test_a_dead_device(cuda, pair):
    array = standin.CuPy(cuda, FLOATS)
    cuda.fail(standin.DEAD)
    with pytest.raises(rv.InvalidError, match="illegal memory access"):
        pair[1].show(array)
    cuda.fail(0)
    assert len(shown(pair, array)) == 1, "the session goes on"


def test_a_library_whose_device_is_dead(cuda, pair):
    class Dead(standin.CuPy):
        def astype(self, dtype):
            raise RuntimeError("cudaErrorIllegalAddress: an illegal memory access")

    with pytest.raises(rv.InvalidError, match="start the process anew"):
        pair[1].show(Dead(cuda, FLOATS.astype(np.float64)))


def test_dlpack_in_host_memory(pair):
    class OnHost:
        def __init__(self, array):
            self.array = array

        def __dlpack__(self, **options):
            return self.array.__dlpack__(**options)

        def __dlpack_device__(self):
            return self.array.__dlpack_device__()

    (found,) = shown(pair, OnHost(FLOATS)).values()
    assert np.array_equal(found, FLOATS)


NO_DRIVER = """
import numpy as np, remoteviewer as rv
class There:
    __cuda_array_interface__ = {
        "shape": (4, 4), "typestr": "|u1", "data": (0x7f0000000000, False), "version": 3,
    }
with rv.listen("127.0.0.1:0", quiet=True) as viewer:
    try:
        viewer.show(There())
    except (rv.UnsupportedError, rv.InvalidError) as e:
        print(type(e).__name__, e)
"""


def test_no_driver():
    said = run_python(NO_DRIVER).stdout
    if said.startswith("InvalidError"):
        pytest.skip(f"this machine has a driver, which says: {said}")
    assert said.startswith("UnsupportedError")
    assert "send host memory instead" in said


def test_the_plain_viewer_sees_what_is_sent(pair):
    """What these tests compare by is right."""
    assert np.array_equal(shown(pair, IMAGE)["0"], IMAGE)
    assert isinstance(pair[0], plain.PlainViewer)
