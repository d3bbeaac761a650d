"""Mitsuba's and Dr.Jit's arrays, where Mitsuba is installed: make .venv/stamp-demo."""

from __future__ import annotations

import numpy as np
import pytest
import remoteviewer as rv
from remoteviewer import _abi
from remoteviewer._images import Packer, entries
from test_images import pixels

mi = pytest.importorskip("mitsuba", reason="mitsuba isn't installed: make .venv/stamp-demo")
drjit = pytest.importorskip("drjit")
mi.set_variant("scalar_rgb")

RANDOM = np.random.default_rng(11)
RGB = RANDOM.random((6, 9, 3), np.float32)
LINEAR, SRGB, DATA = _abi.RV_COLOR_LINEAR, _abi.RV_COLOR_SRGB, _abi.RV_COLOR_DATA


def pack(image, **options):
    return Packer(**options).pack(entries(image))


@pytest.mark.parametrize(
    ("image", "color"),
    [
        (lambda x: x, LINEAR),
        (lambda x: rv.Image(x, color="srgb"), SRGB),
        (lambda x: {"depth": x[:, :, :1]}, _abi.RV_COLOR_DEPTH),
        (lambda x: rv.Image(x, color="normal"), _abi.RV_COLOR_NORMAL),
    ],
    ids=["by itself", "said otherwise", "depth", "normal"],
)
def test_tensors_are_linear(image, color):
    packed = pack(image(mi.TensorXf(RGB)))
    assert packed.structs[0].color == color
    wanted = RGB[:, :, : packed.structs[0].channels]
    assert np.array_equal(pixels(packed.structs[0]), wanted)


def test_the_first_class_takes_them_as_display_values():
    packed = pack([mi.TensorXf(RGB * 255)], white=255.0, color="srgb")
    assert (packed.structs[0].color, packed.structs[0].white) == (SRGB, 255)


@pytest.mark.parametrize("kind", ["TensorXf16", "TensorXf64", "TensorXu", "TensorXi", "TensorXb"])
def test_other_tensors(kind):
    made = getattr(drjit.scalar, kind, None)
    if made is None:
        pytest.skip(f"this drjit has no {kind}")
    given = (RGB * 9).astype(np.int32) if kind[-1] in "uib" else RGB
    struct = pack([made(given > 4 if kind[-1] == "b" else given)]).structs[0]
    wanted = {"f16": _abi.RV_F16, "f64": _abi.RV_F32, "Xu": _abi.RV_U32}
    ending = next((key for key in wanted if kind.endswith(key)), None)
    assert struct.dtype == (wanted[ending] if ending else _abi.RV_U8)
    assert struct.color == {_abi.RV_U8: SRGB, _abi.RV_U32: DATA}.get(struct.dtype, LINEAR)


def llvm():
    """The backend that runs on the CPU; it needs LLVM's library."""
    try:
        drjit.eval(drjit.llvm.Float([1.0]))
    except Exception as e:
        pytest.skip(f"Dr.Jit finds no LLVM: {e}")
    return drjit.llvm


def test_compiled_and_differentiated_tensors():
    for module in (llvm(), llvm().ad):
        tensor = module.TensorXf(RGB)
        if module is drjit.llvm.ad:
            drjit.enable_grad(tensor)
        struct_of = pack([tensor * 2])
        assert struct_of.structs[0].color == LINEAR
        assert np.array_equal(pixels(struct_of.structs[0]), RGB * 2)


@pytest.mark.parametrize(
    ("bitmap", "dtype", "color", "alpha"),
    [
        (lambda: mi.Bitmap(RGB), _abi.RV_F32, LINEAR, "NONE"),
        (lambda: mi.Bitmap(RGB.astype(np.float16)), _abi.RV_F16, LINEAR, "NONE"),
        (lambda: mi.Bitmap((RGB * 255).astype(np.uint8)), _abi.RV_U8, SRGB, "NONE"),
        (lambda: mi.Bitmap((RGB * 9).astype(np.uint16)), _abi.RV_U16, LINEAR, "NONE"),
        (lambda: mi.Bitmap((RGB * 9).astype(np.uint32)), _abi.RV_U32, DATA, "NONE"),
        (lambda: mi.Bitmap(RGB[:, :, :1]), _abi.RV_F32, LINEAR, "NONE"),
        (lambda: mi.Bitmap(np.dstack([RGB, RGB[..., :1]])), _abi.RV_F32, LINEAR, "PREMULTIPLIED"),
    ],
    ids=["f32", "f16", "u8", "u16", "u32", "gray", "rgba"],
)
def test_bitmaps_say_what_they_are(bitmap, dtype, color, alpha):
    struct = pack([bitmap()]).structs[0]
    assert (struct.dtype, struct.color) == (dtype, color)
    assert struct.alpha == getattr(_abi, f"RV_ALPHA_{alpha}")
    assert not struct.channel_names


def test_bitmaps_with_gamma_and_straight_alpha():
    bitmap = mi.Bitmap(np.dstack([RGB, RGB[..., :1]]))
    bitmap.set_srgb_gamma(True)
    bitmap.set_premultiplied_alpha(False)
    struct = pack([bitmap]).structs[0]
    assert (struct.color, struct.alpha) == (SRGB, _abi.RV_ALPHA_STRAIGHT)
    struct = pack([rv.Image(bitmap, color="data", alpha="none")]).structs[0]
    assert (struct.color, struct.alpha) == (DATA, _abi.RV_ALPHA_NONE)


def test_channels_of_bitmaps_keep_their_names():
    names = ["R", "G", "B", "depth.T", "nn.X", "nn.Y", "nn.Z"]
    kind = mi.Bitmap.PixelFormat.MultiChannel
    bitmap = mi.Bitmap(kind, mi.Struct.Type.Float32, [9, 6], 7, names)
    np.asarray(bitmap)[:] = np.dstack([RGB, RGB, RGB[..., :1]])
    packed = pack({"aovs": bitmap})
    struct = packed.structs[0]
    assert [struct.channel_names[i].decode() for i in range(7)] == names
    assert struct.color == DATA
    assert np.array_equal(pixels(struct), np.dstack([RGB, RGB, RGB[..., :1]]))
    xyz = mi.Bitmap(mi.Bitmap.PixelFormat.XYZ, mi.Struct.Type.Float32, [9, 6])
    struct = pack([xyz]).structs[0]
    assert [struct.channel_names[i] for i in range(3)] == [b"X", b"Y", b"Z"]


def test_a_render_arrives(viewer):
    scene = mi.load_dict(mi.cornell_box())
    image = mi.render(scene, spp=1)
    with rv.connect(f"127.0.0.1:{viewer.port}", quiet=True) as renderer:
        renderer.show(tensor=image, bitmap=mi.Bitmap(image))
        received = viewer.next()
    heads = {head["name"]: head for head in received.head["images"]}
    for name in ("tensor", "bitmap"):
        assert heads[name]["color"] == "linear"
        assert np.array_equal(received.images[name], np.array(image))
