"""Lists of images in the ABI's form."""

from __future__ import annotations

import ctypes
import threading

import numpy as np
import pytest
import remoteviewer as rv
from remoteviewer import _abi
from remoteviewer._images import Packer, entries


def pack(images, **options):
    return Packer(**options).pack(entries(images))


def pixels(struct):
    """Reads the image back through its pointer and strides, as the library does."""
    types = {
        _abi.RV_U8: "u1",
        _abi.RV_U16: "u2",
        _abi.RV_U32: "u4",
        _abi.RV_F16: "f2",
        _abi.RV_F32: "f4",
    }
    dtype = np.dtype(types[struct.dtype])
    out = np.empty((struct.height, struct.width, struct.channels), dtype)
    for y, x, c in np.ndindex(out.shape):
        at = (
            struct.data
            + y * struct.row_stride
            + x * struct.pixel_stride
            + c * struct.channel_stride
        )
        out[y, x, c] = np.frombuffer(ctypes.string_at(at, dtype.itemsize), dtype)[0]
    return out


RANDOM = np.random.default_rng(7)
IMAGE = RANDOM.integers(0, 256, (7, 5, 3), np.uint8)


@pytest.mark.parametrize(
    "view",
    [
        IMAGE,
        IMAGE[::-1],
        IMAGE[:, ::-1],
        IMAGE[::2, 1::3],
        IMAGE[..., ::-1],
        IMAGE.transpose(1, 0, 2),
        IMAGE[:, :, :1],
        IMAGE[:, :, 1],
        np.asfortranarray(IMAGE),
        RANDOM.random((6, 9)).astype(np.float16),
        RANDOM.integers(0, 2**32, (3, 5, 4), np.uint32)[::-1, ::-1, ::-1],
        np.broadcast_to(IMAGE[:1], IMAGE.shape),
    ],
)
def test_every_pixel_is_where_the_struct_says(view):
    packed = pack([view])
    found = pixels(packed.structs[0])
    assert np.array_equal(found, view if view.ndim == 3 else view[:, :, None])


def test_bottom_up():
    packed = pack([rv.Image(IMAGE, origin="bottom")])
    assert packed.structs[0].row_stride == -IMAGE.strides[0]
    assert np.array_equal(pixels(packed.structs[0]), IMAGE[::-1])


def test_channels_first():
    planar = np.ascontiguousarray(RANDOM.random((3, 70, 80), np.float32))
    struct = pack([planar]).structs[0]
    assert struct.channel_stride == 70 * 80 * 4
    assert np.array_equal(pixels(struct), planar.transpose(1, 2, 0))


@pytest.mark.parametrize(
    ("image", "color", "alpha"),
    [
        (np.zeros((4, 4, 3), np.uint8), _abi.RV_COLOR_SRGB, _abi.RV_ALPHA_NONE),
        (np.zeros((4, 4, 3), np.float32), _abi.RV_COLOR_SRGB, _abi.RV_ALPHA_NONE),
        (np.zeros((4, 4, 4), np.float32), _abi.RV_COLOR_SRGB, _abi.RV_ALPHA_STRAIGHT),
        (np.zeros((4, 4, 2), np.uint8), _abi.RV_COLOR_SRGB, _abi.RV_ALPHA_STRAIGHT),
        (np.zeros((4, 4), np.uint32), _abi.RV_COLOR_DATA, _abi.RV_ALPHA_NONE),
        (np.zeros((9, 9, 5), np.float32), _abi.RV_COLOR_DATA, _abi.RV_ALPHA_NONE),
        (rv.linear(np.zeros((4, 4, 3))), _abi.RV_COLOR_LINEAR, _abi.RV_ALPHA_NONE),
        (rv.linear(np.zeros((4, 4, 4))), _abi.RV_COLOR_LINEAR, _abi.RV_ALPHA_STRAIGHT),
        (rv.depth(np.zeros((4, 4))), _abi.RV_COLOR_DEPTH, _abi.RV_ALPHA_NONE),
        (
            rv.Image(np.zeros((4, 4, 4)), alpha="premultiplied"),
            _abi.RV_COLOR_SRGB,
            _abi.RV_ALPHA_PREMULTIPLIED,
        ),
        (rv.Image(np.zeros((4, 4, 3)), color="normal"), _abi.RV_COLOR_NORMAL, _abi.RV_ALPHA_NONE),
        (rv.Image(np.zeros((4, 4)), color="distance"), _abi.RV_COLOR_DISTANCE, _abi.RV_ALPHA_NONE),
    ],
)
def test_what_the_values_mean(image, color, alpha):
    struct = pack([image]).structs[0]
    assert (struct.color, struct.alpha, struct.white) == (color, alpha, 0)


def test_a_window_called_depth_shows_depth():
    named = {"depth": np.zeros((4, 4), np.float32), "rgb": np.zeros((4, 4), np.float32)}
    packed = pack(named)
    assert [s.color for s in packed.structs] == [_abi.RV_COLOR_DEPTH, _abi.RV_COLOR_SRGB]
    coloured = pack({"depth": np.zeros((4, 4, 3), np.float32)})
    assert coloured.structs[0].color == _abi.RV_COLOR_SRGB


def test_white_and_channel_names():
    image = rv.Image(IMAGE, white=100, channels=["X", "Y", "Z"])
    struct = pack([image]).structs[0]
    assert struct.white == 100
    assert [struct.channel_names[i] for i in range(3)] == [b"X", b"Y", b"Z"]
    assert pack([IMAGE.astype(np.float32)], white=255.0).structs[0].white == 255


def test_names():
    packed = pack([IMAGE, {"left": IMAGE, "right": rv.Image(IMAGE, name="unused")}])
    assert [s.name for s in packed.structs] == [None, b"left", b"right"]
    packed = pack({"batch": np.zeros((3, 9, 9, 3), np.uint8)})
    assert [s.name for s in packed.structs] == [b"batch 0", b"batch 1", b"batch 2"]
    assert pack([rv.Image(IMAGE, name="größe")]).structs[0].name == "größe".encode()


@pytest.mark.parametrize(
    ("images", "error", "says"),
    [
        ([], rv.LimitError, "found 0"),
        ([IMAGE] * 65, rv.LimitError, "found 65"),
        ([np.zeros((65, 9, 9, 3))], rv.LimitError, "found 65"),
        ([rv.Image(IMAGE, name="a"), {"a": IMAGE}], rv.NameError, "'a' twice"),
        ([IMAGE, rv.Image(IMAGE, name="0")], rv.NameError, "'0' twice"),
        ({"": IMAGE}, rv.NameError, "1 to 128 bytes"),
        ({"a" * 129: IMAGE}, rv.NameError, "1 to 128 bytes"),
        ({"a\0b": IMAGE}, rv.NameError, "printable"),
        ({"\ud800": IMAGE}, rv.NameError, "printable"),
        ({7: IMAGE}, rv.NameError, "found 7"),
        ([rv.Image(IMAGE, channels=["R"])], rv.ArrayError, "3 channels"),
        ([np.zeros((5, 4), complex)], rv.ArrayError, "(5, 4)"),
        ([np.full((3, 5, 4), 999)], rv.ArrayError, "(3, 5, 4)"),
        ([5], rv.ArrayError, "found shape ()"),
        ({"a": IMAGE, "b": None}, rv.ArrayError, "image 'b': "),
        ([IMAGE, {"b": None}], rv.ArrayError, "image 'b': "),
        ([IMAGE, rv.Image(None, name="b")], rv.ArrayError, "image 'b': "),
        ([IMAGE, None], rv.ArrayError, "image '1': "),
    ],
)
def test_lists_that_are_refused(images, error, says):
    with pytest.raises(error) as caught:
        pack(images)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [{"color": "rgb"}, {"alpha": "yes"}, {"origin": "left"}, {"white": 0}, {"white": float("nan")}],
)
def test_options_that_do_not_exist(options):
    with pytest.raises(rv.ArrayError) as caught:
        rv.Image(IMAGE, **options)
    assert repr(next(iter(options.values()))) in str(caught.value)


def test_a_loop_uses_its_structs_again():
    packer = Packer()
    first = packer.pack(entries([IMAGE, IMAGE]))
    structs = first.structs
    packer.release(first)
    other = IMAGE + 1
    again = packer.pack(entries([other, IMAGE]))
    assert again.structs is structs
    assert np.array_equal(pixels(again.structs[0]), other)
    packer.release(again)
    changed = packer.pack(entries([other[::-1], IMAGE]))
    assert changed.structs is not structs
    assert np.array_equal(pixels(changed.structs[0]), other[::-1])


@pytest.mark.parametrize("dtype", [np.float64, np.int64, np.bool_, ">u2"])
def test_converted_images_are_converted_each_time(dtype):
    packer = Packer()
    for value in (0, 1):
        image = np.full((3, 4), value, dtype)
        packed = packer.pack(entries([image]))
        wanted = 255 if dtype is np.bool_ and value else value
        assert (pixels(packed.structs[0]) == wanted).all()
        packer.release(packed)


def test_threads_never_share_structs():
    packer = Packer()
    held = [packer.pack(entries([IMAGE])) for _ in range(3)]
    for packed in held:
        packer.release(packed)
    out = [packer.pack(entries([IMAGE])) for _ in range(4)]
    assert len({id(packed.structs) for packed in out}) == 4

    def work():
        for _ in range(300):
            image = IMAGE.copy()
            packed = packer.pack(entries([image]))
            assert packed.structs[0].data == image.ctypes.data
            packer.release(packed)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_shapes_are_forgotten_in_the_end():
    packer = Packer()
    for height in range(1, 200):
        packer.release(packer.pack(entries([np.zeros((height, 4), np.uint8)])))
    assert len(packer._plans) <= 16


def test_channel_names_say_where_the_channels_are():
    planar = RANDOM.integers(0, 256, (3, 32, 48), np.uint8)
    struct = pack([rv.Image(planar, channels="RGB")]).structs[0]
    assert np.array_equal(pixels(struct), planar.transpose(1, 2, 0))
    struct = pack([rv.Image(planar, channels=[f"c{i}" for i in range(48)])]).structs[0]
    assert np.array_equal(pixels(struct), planar)
    with pytest.raises(rv.ArrayError, match="48 channels"):
        pack([rv.Image(planar, channels=["a", "b"])])
