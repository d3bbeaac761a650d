"""Which arrays are taken, as what, and what errors say of the others."""

from __future__ import annotations

import array

import numpy as np
import pytest
import remoteviewer as rv
from remoteviewer._arrays import as_numpy, convert, split


def shapes_of(shape):
    return [view.shape for view in split(np.zeros(shape, np.uint8))]


@pytest.mark.parametrize(
    ("shape", "height", "width", "channels"),
    [
        ((48, 64), 48, 64, 1),
        ((48, 64, 1), 48, 64, 1),
        ((48, 64, 3), 48, 64, 3),
        ((3, 48, 65), 48, 65, 3),
        ((1, 48, 128), 48, 128, 1),
        ((4, 480, 640), 480, 640, 4),
        ((3, 4, 4), 3, 4, 4),  # both fit: H x W x C
        ((2, 50, 3), 2, 50, 3),
        ((48, 64, 7), 48, 64, 7),
        ((7, 480, 640), 480, 640, 7),
        ((3, 65, 80), 65, 80, 3),
        ((4, 4, 64), 4, 4, 64),
        ((2, 50, 8), 2, 50, 8),
        ((5, 50, 40), 5, 50, 40),
        ((1, 1, 48, 65), 48, 65, 1),
        ((1, 48, 64, 3), 48, 64, 3),
        ((1, 1, 1, 3, 48, 65), 48, 65, 3),
        ((1, 1), 1, 1, 1),
    ],
)
def test_one_image(shape, height, width, channels):
    assert shapes_of(shape) == [(height, width, channels)]


@pytest.mark.parametrize("shape", [(5, 48, 65, 3), (5, 3, 48, 65), (1, 5, 48, 65, 3)])
def test_a_batch_is_one_image_each(shape):
    assert shapes_of(shape) == [(48, 65, 3)] * 5


@pytest.mark.parametrize(
    ("shape", "channels", "wanted"),
    [
        ((3, 32, 32), 3, (32, 32, 3)),
        ((3, 32, 32), 32, (3, 32, 32)),
        ((4, 50, 4), 4, (4, 50, 4)),  # as long as both: H x W x C
        ((2, 50, 8), 2, (50, 8, 2)),
        ((2, 50, 8), 8, (2, 50, 8)),
        ((2, 50, 8), 5, (2, 50, 8)),  # neither; refused when the names are looked at
        ((6, 3, 32, 32), 3, (32, 32, 3)),
    ],
)
def test_names_of_channels_decide(shape, channels, wanted):
    assert split(np.zeros(shape, np.uint8), channels)[0].shape == wanted


@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 28, 28), (4, 64, 64), (5, 3, 64, 64)])
def test_a_small_image_that_may_have_its_channels_first_is_warned_of(shape):
    with pytest.warns(UserWarning, match=r"moveaxis") as caught:
        split(np.zeros(shape, np.uint8))
    assert caught[0].filename == __file__


@pytest.mark.parametrize("shape", [(3, 32, 4), (2, 32, 32), (4, 4, 64), (3, 80, 80), (5, 50, 40)])
@pytest.mark.filterwarnings("error")
def test_other_shapes_are_not(shape):
    split(np.zeros(shape, np.uint8))


def test_channels_first_keeps_the_values():
    image = np.arange(2 * 5 * 300).reshape(2, 5, 300)
    (view,) = split(image)
    assert view.base is not None
    assert np.array_equal(view, np.moveaxis(image, 0, 2))


@pytest.mark.parametrize(
    ("shape", "mend"),
    [
        ((), "reshape"),
        ((6220800,), "reshape"),
        ((2, 3, 4, 5, 6), "x[0]"),
        ((480, 640, 100), "x[..., :3]"),
        ((0, 640, 3), "at least one pixel"),
        ((480, 0), "at least one pixel"),
        ((40000, 2), "x[::2, ::2]"),
    ],
)
def test_a_wrong_shape_is_named_and_mended(shape, mend):
    with pytest.raises(rv.ArrayError) as caught:
        split(np.zeros(shape, np.uint8))
    assert str(shape) in str(caught.value)
    assert mend in str(caught.value)


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "f2", "f4"])
def test_types_that_travel_are_not_copied(dtype):
    image = np.zeros((8, 6, 3), dtype)
    assert convert(image, "srgb") is image
    mirrored = image[::-1, ::2]
    assert np.shares_memory(convert(mirrored, "srgb"), image)


@pytest.mark.parametrize(
    ("given", "dtype", "values"),
    [
        (np.array([[True, False]]), "u1", [255, 0]),
        (np.array([[0.25, -7.5]]), "f4", [0.25, -7.5]),
        (np.array([[0.25, 2.0]], np.longdouble), "f4", [0.25, 2.0]),
        (np.array([[0, 255]], np.int64), "u1", [0, 255]),
        (np.array([[3, 4]], np.int8), "u1", [3, 4]),
        (np.array([[1, 256]], ">u2"), "u2", [1, 256]),
        (np.array([[0.5, 1]], ">f4"), "f4", [0.5, 1]),
    ],
)
def test_other_types(given, dtype, values):
    found = convert(given, None)
    assert found.dtype == np.dtype(dtype)
    assert found.dtype.isnative
    assert found.ravel().tolist() == values


def test_integers_as_data():
    found = convert(np.array([[0, 2**32 - 1]], np.int64), "data")
    assert found.dtype == np.uint32
    assert found.ravel().tolist() == [0, 2**32 - 1]


@pytest.mark.parametrize(
    ("given", "color", "says"),
    [
        (np.array([[-1, 3]]), None, ["-1 to 3", "x.clip(0, 255)", "(1, 2)"]),
        (np.array([[0, 256]], np.int16), None, ["0 to 256", "color='data'"]),
        (np.array([[-1, 3]]), "data", ["-1 to 3", "x - x.min()"]),
        (np.array([[2**32]]), "data", ["4294967296"]),
        (np.array([[1j]]), None, ["complex128", "np.abs(x)"]),
        (np.array([["a"]]), None, ["<U1"]),
        (np.array([[{}]]), None, ["object"]),
    ],
)
def test_values_and_types_that_are_refused(given, color, says):
    with pytest.raises(rv.ArrayError) as caught:
        convert(given, color)
    for part in says:
        assert part in str(caught.value)


def test_repeated_memory_is_written_out():
    row = np.arange(12, dtype=np.uint8).reshape(1, 4, 3)
    found = convert(np.broadcast_to(row, (5, 4, 3)), None)
    assert 0 not in found.strides
    assert np.array_equal(found, np.repeat(row, 5, axis=0))


def test_unaligned_memory_is_written_out():
    memory = np.zeros(4 * 6 + 1, np.uint8)
    odd = memory[1:].view(np.float32).reshape(2, 3)
    odd[:] = 0.5
    assert convert(odd, None).flags.aligned
    assert convert(odd, None).tolist() == odd.tolist()


@pytest.mark.parametrize("value", [None, "image.png", b"abc", [[1, 2]], {"a": 1}, object()])
def test_no_array_at_all(value):
    with pytest.raises(rv.ArrayError) as caught:
        split(as_numpy(value))
    assert "array" in str(caught.value)


def test_buffers_are_read_without_a_copy():
    memory = bytearray(range(24))
    view = memoryview(memory).cast("B", (2, 4, 3))
    found = as_numpy(view)
    memory[0] = 99
    assert found[0, 0, 0] == 99
    assert as_numpy(array.array("f", [1, 2])).dtype == np.float32


class Interface:
    """What has __array_interface__ alone."""

    def __init__(self, image):
        self._image = image
        self.__array_interface__ = image.__array_interface__


def test_array_interface_is_read_without_a_copy():
    image = np.arange(24, dtype=np.uint16).reshape(2, 4, 3)[::-1]
    found = as_numpy(Interface(image))
    assert np.shares_memory(found, image)
    assert np.array_equal(found, image)
