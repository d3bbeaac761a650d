"""CUDA tensors: with a stand-in for torch and the driver, and with torch where it has a GPU."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import remoteviewer as rv
import standin
import standin_torch
from conftest import run_python
from remoteviewer import _abi
from remoteviewer._images import Packer, entries
from test_device import FLOATS, IMAGE, cuda, pair, shown

__all__ = ["cuda", "pair"]  # fixtures


@pytest.fixture
def torch(cuda, monkeypatch):
    """The stand-in for torch, in use."""
    module = standin_torch.module()
    monkeypatch.setitem(sys.modules, "torch", module)
    return module


PLANAR = np.ascontiguousarray(FLOATS.transpose(2, 0, 1).repeat(3, axis=2))


@pytest.mark.parametrize(
    ("view", "whole", "wanted"),
    [
        (IMAGE, None, IMAGE),
        (FLOATS, None, FLOATS),
        (PLANAR, None, PLANAR.transpose(1, 2, 0)),
        (PLANAR[None], None, PLANAR.transpose(1, 2, 0)),
        (IMAGE[::2, 3:30], IMAGE, IMAGE[::2, 3:30]),
        (IMAGE.transpose(1, 0, 2), IMAGE, IMAGE.transpose(1, 0, 2)),
        (np.broadcast_to(IMAGE[:1], IMAGE.shape), IMAGE[:1], np.repeat(IMAGE[:1], 31, axis=0)),
    ],
    ids=["u8", "f32", "planar", "leading 1", "strided", "transposed", "expanded"],
)
def test_every_value_arrives(cuda, torch, pair, view, whole, wanted):
    for _ in range(3):  # by a plan from the second time on
        tensor = standin_torch.Tensor(cuda, view, whole=whole, gradient=True)
        (found,) = shown(pair, tensor).values()
        assert found.dtype == wanted.dtype
        assert np.array_equal(found, wanted)


@pytest.mark.parametrize(
    ("given", "dtype", "color", "wanted"),
    [
        (IMAGE > 99, "bool", None, (IMAGE > 99).astype(np.uint8) * 255),
        (FLOATS.astype(np.float64), "float64", None, FLOATS),
        (FLOATS, "bfloat16", None, FLOATS),
        (FLOATS, "float8_e4m3fn", None, FLOATS),
        (IMAGE.astype(np.int64), "int64", None, IMAGE),
        (IMAGE.astype(np.int64) << 24, "int64", "data", IMAGE.astype(np.uint32) << 24),
    ],
    ids=["bool", "float64", "bfloat16", "float8", "int64", "data"],
)
def test_types_are_converted_on_the_device(cuda, torch, pair, given, dtype, color, wanted):
    image = rv.Image(standin_torch.Tensor(cuda, given, dtype), color=color)
    (found,) = shown(pair, image).values()
    assert found.dtype == wanted.dtype
    assert np.array_equal(found, wanted)


def test_integers_out_of_range(cuda, torch, pair):
    tensor = standin_torch.Tensor(cuda, IMAGE.astype(np.int64) * 2)
    with pytest.raises(rv.ArrayError, match=r"int64 travels .* found 0 to .* \(31, 43, 3\)"):
        pair[1].show(tensor)


def test_the_current_stream_is_asked_each_time(cuda, torch):
    packer, tensor = Packer(), standin_torch.Tensor(cuda, FLOATS)
    for number in (0, 0, 0x1234560, 2, 0):
        torch.cuda.stream.cuda_stream = number
        packed = packer.pack(entries([tensor]))
        struct = packed.structs[0]
        assert (struct.memory, struct.cuda_stream) == (_abi.RV_MEMORY_CUDA, number)
        assert struct.data == tensor.pointer
        packer.release(packed)
    assert tensor.noted == [0, 0, 0x1234560, 2, 0], "its allocator waits for the copy"


def test_layouts_and_types_have_plans_of_their_own(cuda, torch, pair):
    for _ in range(2):
        for image in (IMAGE, FLOATS, FLOATS[:, :, :2], IMAGE.transpose(1, 0, 2)):
            whole = image if image.base is None else image.base
            (found,) = shown(pair, standin_torch.Tensor(cuda, image, whole=whole)).values()
            assert np.array_equal(found, image)
        assert np.array_equal(shown(pair, IMAGE)["0"], IMAGE)


def test_a_dead_device(cuda, torch, pair):
    tensor = standin_torch.Tensor(cuda, FLOATS)
    shown(pair, tensor)
    cuda.fail(standin.DEAD)
    with pytest.raises(rv.InvalidError, match="illegal memory access"):
        pair[1].show(tensor)
    tensor = standin_torch.Tensor.__new__(standin_torch.Tensor)
    tensor.__dict__.update(mirror=FLOATS, shape=FLOATS.shape, dtype=standin_torch.DTYPES["float64"])
    tensor.to = lambda dtype: (_ for _ in ()).throw(RuntimeError("CUDA error: unspecified\nmore"))
    tensor.driver, tensor.start = cuda, 0
    with pytest.raises(rv.InvalidError, match=r"unspecified\. After an error") as caught:
        pair[1].show(tensor)
    assert "(31, 43, 3) on cuda:0" in str(caught.value)


ON_A_GPU = """
import sys
try:
    import torch
except ImportError:
    sys.exit(print("torch isn't installed, and isn't needed"))
if not torch.cuda.is_available():
    sys.exit(print("torch has no GPU here"))
import numpy as np, plain, remoteviewer as rv
image = torch.rand(3, 270, 480, device="cuda", requires_grad=True) * 2
forms = [image, image[:, ::2], image.permute(1, 2, 0), image.bfloat16(), image > 0.5]
with plain.PlainViewer().listen() as viewer:
    with rv.connect(f"127.0.0.1:{viewer.port}", quiet=True) as renderer:
        side = torch.cuda.Stream()
        for stream in (torch.cuda.default_stream(), side):
            with torch.cuda.stream(stream):
                for given in forms:
                    given = given.detach().clone()
                    renderer.show(given)
                    wanted = given
                    if wanted.dtype == torch.bool:
                        wanted = wanted.to(torch.uint8) * 255
                    elif wanted.dtype != torch.float32:
                        wanted = wanted.float()
                    if wanted.shape[2] != 3:
                        wanted = wanted.permute(1, 2, 0)
                    found = viewer.next().images["0"]
                    assert np.array_equal(found, wanted.cpu().numpy())
"""


def test_on_a_gpu():
    """With the real torch and driver, in a process that hasn't loaded the stand-ins."""
    said = run_python(ON_A_GPU).stdout.strip()
    if said:
        pytest.skip(said)
