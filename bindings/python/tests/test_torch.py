"""Tensors. The package doesn't need torch, and the .venv has none, since PyPI's is some
gigabytes: `make test-torch` runs this file with Debian's.
"""

from __future__ import annotations

import os
import warnings

import numpy as np
import pytest
import remoteviewer as rv
from conftest import until
from plain import PlainViewer
from remoteviewer import _abi
from remoteviewer._arrays import as_numpy, convert, split
from remoteviewer._images import Packer, entries
from remoteviewer._matrices import array_of
from test_images import pixels

torch = pytest.importorskip("torch", reason="torch isn't installed, and isn't needed")


def test_a_cpu_tensor_is_not_copied():
    tensor = torch.zeros(3, 8, 6)
    view = as_numpy(tensor)
    tensor[0, 0, 0] = 5
    assert view[0, 0, 0] == 5


def test_gradients_are_detached():
    tensor = torch.rand(3, 8, 80, requires_grad=True) * 2
    (view,) = split(as_numpy(tensor))
    assert np.array_equal(view, tensor.detach().numpy().transpose(1, 2, 0))


@pytest.mark.parametrize("dtype", ["bfloat16", "float64"])
def test_types_that_become_float32(dtype):
    tensor = torch.tensor([[0.5, 1.25]], dtype=getattr(torch, dtype))
    found = convert(as_numpy(tensor), None)
    assert found.dtype == np.float32
    assert found.tolist() == [[0.5, 1.25]]


# Torch has the wider unsigned types from 2.3 on.
TYPES = [t for t in ["uint8", "uint16", "uint32", "float16", "float32"] if hasattr(torch, t)]


@pytest.mark.parametrize("dtype", TYPES)
def test_types_that_travel(dtype):
    tensor = torch.ones(2, 3, dtype=getattr(torch, dtype))
    assert convert(as_numpy(tensor), None).dtype == np.dtype(dtype)


def test_strided_and_lazily_negated():
    tensor = torch.arange(24.0).reshape(2, 4, 3)
    assert np.array_equal(
        as_numpy(tensor[:, ::2].permute(1, 0, 2)), tensor.numpy()[:, ::2].transpose(1, 0, 2)
    )
    negated = torch.imag(torch.conj(torch.complex(tensor, tensor)))
    assert negated.is_neg()
    assert np.array_equal(as_numpy(negated), -tensor.numpy())


@pytest.mark.parametrize(
    ("make", "mend"),
    [
        (lambda: torch.eye(3).to_sparse(), "to_dense"),
        (lambda: torch.complex(torch.eye(3), torch.eye(3)), "abs"),
    ],
)
def test_tensors_that_are_refused(make, mend):
    with pytest.raises(rv.ArrayError, match=mend):
        as_numpy(make())


def test_camera_matrices_are_tensors():
    camera = rv.Camera(np.eye(4), width=64, height=48)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    for name in ("world_view_transform", "full_proj_transform", "projection_matrix", "mvp_gl"):
        value = getattr(camera, name)
        assert (value.dtype, value.shape) == (torch.float32, (4, 4))
        assert value.device.type == device
        assert getattr(camera, name) is value
    assert camera.camera_center.shape == (3,)
    assert isinstance(camera.c2w, np.ndarray)
    centre = torch.inverse(camera.world_view_transform.cpu())[3, :3]
    assert torch.allclose(centre, camera.camera_center.cpu())


def test_camera_on_another_device():
    camera = rv.Camera(np.eye(4))
    assert camera.to("meta").mvp_gl.device.type == "meta"
    assert camera.gs("cpu").world_view_transform.device.type == "cpu"
    assert camera.to("cpu").c2w is camera.c2w


@pytest.mark.parametrize(
    "device", ["cuda:77", "nodevice", "", 3.5, object(), torch.float32, [], "cpu:x"], ids=repr
)
def test_devices_that_are_not(device):
    camera = rv.Camera(np.eye(4))
    calls = [camera.to, camera.gs, camera.gsplat, camera.nvdiffrast, camera.pytorch3d]
    calls.append(lambda device: rv.listen("127.0.0.1:0", device=device, quiet=True))
    for call in calls:
        with pytest.raises(rv.InvalidError, match="device has to be one that torch has here"):
            call(device)


def test_tensors_of_matrices_come_without_a_warning():
    camera = rv.Camera(np.eye(4))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert torch.equal(torch.tensor(camera.c2w), torch.eye(4, dtype=torch.float64))


def test_conventions_are_tensors():
    camera = rv.Camera(np.eye(4), width=64, height=48)
    gs = camera.gs("cpu")
    found = gs.world_view_transform @ gs.projection_matrix
    assert torch.allclose(found, gs.full_proj_transform, atol=1e-6)
    assert gs.camera_center.shape == (3,)
    assert gs.data_device == torch.device("cpu")
    gsplat, p3d = camera.gsplat("cpu"), camera.pytorch3d("cpu")
    for tensor, shape in (
        (gsplat["viewmats"], (1, 4, 4)),
        (gsplat["Ks"], (1, 3, 3)),
        (p3d["R"], (1, 3, 3)),
        (p3d["focal_length"], (1, 2)),
        (camera.nvdiffrast("cpu").mvp, (4, 4)),
        (gs.full_proj_transform, (4, 4)),
    ):
        assert (tensor.dtype, tensor.shape) == (torch.float32, shape)
        assert tensor.is_contiguous()
    assert p3d["device"] == torch.device("cpu")
    assert camera.gsplat("meta")["Ks"].device.type == "meta"
    assert camera.to("meta").gs().camera_center.device.type == "meta"
    assert camera.gsplat("cpu", dtype="float64")["Ks"].dtype == torch.float64
    for found in (
        rv.Camera.from_gs(gs),
        rv.Camera.from_gsplat(**gsplat),
        rv.Camera.from_pytorch3d(p3d),
        rv.Camera.from_nvdiffrast(camera.nvdiffrast("cpu"), width=64, height=48),
    ):
        np.testing.assert_allclose(found.c2w, camera.c2w, atol=1e-5)
        np.testing.assert_allclose(found.K, camera.K, rtol=1e-5)


def test_tensors_as_camera_matrices():
    c2w = torch.eye(4, dtype=torch.float32, requires_grad=True)
    assert array_of("c2w", c2w, (4, 4)).dtype == np.float64


class Squares(torch.utils.data.Dataset):
    """Small images whose values are their numbers, and the process that made them."""

    def __len__(self):
        return 24

    def __getitem__(self, index):
        return torch.full((3, 8, 80), float(index)), os.getpid()


def test_a_data_loader_that_forks_while_a_session_is_open():
    loader = torch.utils.data.DataLoader(
        Squares(), batch_size=2, num_workers=2, multiprocessing_context="fork"
    )
    with PlainViewer().listen() as viewer, rv.connect(f"127.0.0.1:{viewer.port}") as renderer:
        until(lambda: renderer.connected == 1)
        workers = set()
        for epoch in range(2):
            seen = []
            for batch, pids in loader:
                renderer.gate()
                renderer.wants()
                renderer.plot("loss", batch.mean())
                renderer.show(batch / 24)
                assert renderer.slider("gain", 0.0, 1.0, default=0.5) == 0.5
                seen += batch[:, 0, 0, 0].tolist()
                workers |= set(pids.tolist())
            assert seen == list(range(24)), epoch
        assert len(workers) == 4
        assert os.getpid() not in workers
        assert renderer.statistics.lists == 24
        renderer.show(torch.full((4, 4, 3), 0.5))
        assert renderer.close()
        while (last := viewer.next()).head["seq"] < 25:
            pass
        assert (last.images["0"] == 0.5).all()


def struct_of(image, packer=None):
    packed = (packer or Packer()).pack(entries([image]))
    return packed.structs[0]


LAYOUTS = [
    lambda: torch.rand(5, 7, 3),
    lambda: torch.rand(3, 70, 80),
    lambda: torch.rand(1, 3, 70, 80, requires_grad=True),
    lambda: torch.rand(9, 12, 3)[::2, 3:],
    lambda: torch.rand(7, 5, 3).permute(1, 0, 2),
    lambda: (torch.rand(4, 6) * 255).to(torch.uint8),
]


@pytest.mark.parametrize("make", LAYOUTS)
def test_tensors_come_by_a_plan_from_the_second_time_on(make):
    packer = Packer()
    for _ in range(3):
        tensor = make()
        packed = packer.pack(entries([tensor]))
        assert packed.structs[0].data == tensor.data_ptr(), "nothing is copied here"
        array = tensor.detach().numpy()
        (wanted,) = split(array)
        assert np.array_equal(pixels(packed.structs[0]), wanted)
        packer.release(packed)
    assert len(packer._plans) == 1


def test_another_layout_has_another_plan():
    packer = Packer()
    for tensor in (torch.rand(6, 5, 3), torch.rand(6, 5, 3)[:, :, :2], torch.rand(5, 6, 3)) * 2:
        packed = packer.pack(entries([tensor]))
        assert np.array_equal(pixels(packed.structs[0]), tensor.numpy())
        packer.release(packed)
    assert len(packer._plans) == 3


def test_forms_of_images():
    batch = torch.rand(4, 3, 70, 80)
    packed = Packer().pack(entries({"x": batch}))
    assert [s.name for s in packed.structs] == [b"x 0", b"x 1", b"x 2", b"x 3"]
    assert np.array_equal(pixels(packed.structs[2]), batch[2].permute(1, 2, 0).numpy())
    image = torch.rand(5, 7, 3)
    assert np.array_equal(pixels(struct_of(rv.Image(image, origin="bottom"))), image.flip(0))
    labels = torch.tensor([[1, 70000]])
    assert pixels(struct_of(rv.Image(labels, color="data"))).ravel().tolist() == [1, 70000]
    mask = torch.tensor([[True, False]])
    assert pixels(struct_of(mask)).ravel().tolist() == [255, 0]
    with pytest.raises(rv.ArrayError, match=r"found 1 to 70000 in shape \(1, 2\)"):
        struct_of(labels)
    expanded = torch.rand(1, 7, 3).expand(5, 7, 3)
    assert np.array_equal(pixels(struct_of(expanded)), expanded.numpy())


def test_a_tensor_without_values():
    with pytest.raises(rv.ArrayError, match=r"'meta' has no values, found shape \(4, 4, 3\)"):
        struct_of(torch.empty(4, 4, 3, device="meta"))


def test_a_tensor_that_is_negated_lazily_has_no_plan():
    packer, base = Packer(), torch.rand(4, 5, 3)
    negated = torch.imag(torch.conj(torch.complex(base, base)))
    for _ in range(2):
        packed = packer.pack(entries([negated]))
        assert np.array_equal(pixels(packed.structs[0]), -base.numpy())
        packer.release(packed)


def test_on_a_gpu():
    if not torch.cuda.is_available():
        pytest.skip("torch has no GPU here; tests/test_device_torch.py sends from one")
    image = torch.rand(3, 270, 480, device="cuda")
    struct = struct_of(image)
    assert (struct.data, struct.memory) == (image.data_ptr(), _abi.RV_MEMORY_CUDA)
