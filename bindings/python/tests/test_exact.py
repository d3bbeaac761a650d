"""Every value arrives, through `rvtool recv` and real sockets."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
import remoteviewer as rv
from conftest import free_port
from test_camera import compare_conventions, looking_at_the_cube

DTYPES = {"u1": "u8", "u2": "u16", "u4": "u32", "f2": "f16", "f4": "f32"}


def random_image(random, dtype):
    height, width = (int(n) for n in random.integers(1, 120, 2))
    channels = int(random.integers(1, 5))
    shape = (height, width, channels)
    bits = random.integers(0, 256, (*shape, np.dtype(dtype).itemsize), np.uint8)
    image = bits.view(dtype)[..., 0]
    if random.random() < 0.7:  # something to compress
        image = np.repeat(image, 16, axis=1)
    if dtype.startswith("f"):
        image = np.where(np.isfinite(image), image, 0).astype(dtype)
    return image


def views_of(image):
    """The same memory, looked at in other ways."""
    yield image
    yield image[::-1]
    yield image[:, ::-1]
    yield image[::2, ::3]
    yield image.transpose(1, 0, 2)
    yield image[..., ::-1]
    yield np.pad(image, ((0, 0), (0, 5), (0, 0)))[:, : image.shape[1]]


def digest(pixels):
    pixels = pixels if pixels.ndim == 3 else pixels[:, :, None]
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


@pytest.mark.parametrize("codec", ["raw", "lz4", "zstd"])
@pytest.mark.parametrize("dtype", list(DTYPES))
def test_random_images(recv, dtype, codec):
    random = np.random.default_rng([ord(c) for c in dtype + codec])
    address = f"127.0.0.1:{free_port()}"
    tool = recv("--listen", address, "--codec", codec)
    used = set()
    with rv.connect(address, quiet=True, codec=codec) as renderer:
        for _ in range(6):
            sent = [rv.Image(v, color="data") for v in views_of(random_image(random, dtype))]
            renderer.send_images(sent, mode="every")
            images = tool.next()["images"]
            assert len(images) == len(sent)
            for image, given in zip(images, sent):
                height, width, channels = given.array.shape
                assert (image["height"], image["width"]) == (height, width)
                assert len(image["channels"]) == channels
                assert image["dtype"] == DTYPES[dtype]
                assert image["exact"] is True
                assert image["sha256"] == digest(given.array)
                used.add(image["codec"])
    assert codec in used
    assert used <= {codec, "raw"}, "what doesn't get smaller goes raw, nothing else"


def test_bottom_up_planar_and_converted(recv):
    random = np.random.default_rng(5)
    address = f"127.0.0.1:{free_port()}"
    tool = recv("--listen", address)
    image = random.random((37, 53, 3), np.float32)
    planar = np.ascontiguousarray(image.transpose(2, 0, 1))
    mask = image[..., 0] > 0.5
    with rv.connect(address, quiet=True) as renderer:
        renderer.show(
            rv.Image(image[::-1], origin="bottom", name="bottom"),
            planar=rv.Image(planar, channels="RGB"),
            linear=rv.linear(image.astype(np.float64)),
            mask=mask,
            depth=rv.depth(image[..., 1]),
            batch=np.stack([image, image]),
        )
        images = {i["name"]: i for i in tool.next()["images"]}
    whole = digest(image)
    for name in ("bottom", "planar", "linear", "batch 0", "batch 1"):
        assert images[name]["sha256"] == whole, name
    assert images["mask"]["sha256"] == digest(mask.astype(np.uint8) * 255)
    assert images["depth"]["sha256"] == digest(image[..., 1])
    assert images["linear"]["color"] == "linear"
    assert images["depth"]["color"] == "depth"


@pytest.mark.parametrize("listens", ["tool", "renderer"])
def test_both_may_listen(recv, listens):
    image = np.arange(60, dtype=np.uint16).reshape(4, 5, 3)
    if listens == "tool":
        address = f"127.0.0.1:{free_port()}"
        tool = recv("--listen", address)
        renderer = rv.connect(address, quiet=True)
    else:
        renderer = rv.listen("127.0.0.1:0", quiet=True)
        tool = recv(renderer.address)
    with renderer:
        renderer.show(image)
        assert tool.next()["images"][0]["sha256"] == digest(image)


def test_the_camera_comes_through_and_is_right(recv, tmp_path):
    cameras = [looking_at_the_cube(seed=seed) for seed in range(5)]
    k = [[500.0, 0, 310], [0, 490, 170], [0, 0, 1]]
    cameras.append(looking_at_the_cube(seed=6, K=k))
    path = tmp_path / "cameras.jsonl"
    with path.open("w") as file:
        for camera in cameras:
            fields = {
                "c2w": camera.c2w.ravel().tolist(),
                "k": camera.K.ravel().tolist(),
                "width": camera.width,
                "height": camera.height,
                "near": camera.near,
                "far": camera.far,
                "projection": camera.projection,
                "up": camera.up.tolist(),
                "target": camera.target.tolist(),
                "time": 0.0,
            }
            file.write(json.dumps(fields) + "\n")
    seen = []
    with rv.listen("127.0.0.1:0", quiet=True) as renderer:
        recv(renderer.address, "--camera", path)
        for camera in renderer.cameras():
            seen.append(camera)
            renderer.show(np.zeros((4, 4), np.uint8))
            if camera._same_view(cameras[-1]):
                break
    assert seen[-1].cause == "input"
    for camera in seen:
        assert any(camera._same_view(one) for one in cameras), "this camera wasn't sent"
    np.testing.assert_array_equal(seen[-1].K, k)
    for camera in seen[:-1]:
        compare_conventions(camera)


def test_the_received_camera_draws_the_cube(recv, tmp_path):
    sent = looking_at_the_cube(seed=11)
    path = tmp_path / "camera.json"
    path.write_text(
        json.dumps(
            {
                "c2w": sent.c2w.ravel().tolist(),
                "k": sent.K.ravel().tolist(),
                "width": sent.width,
                "height": sent.height,
                "near": sent.near,
                "far": sent.far,
                "projection": "perspective",
                "up": [0, -1, 0],
                "target": [0, 0, 0],
                "time": 1.5,
            }
        )
    )
    with rv.RemoteViewer("127.0.0.1", port := free_port()) as remote:
        recv("--listen", f"127.0.0.1:{port}", "--camera", path)
        remote.require_camera_from_remote(True)
        info = {}
        while "camera" not in info:
            info = remote.read()
    camera = info["camera"]
    assert np.array_equal(camera.c2w, sent.c2w)
    assert camera.time == 1.5
    compare_conventions(camera)


def test_values_from_the_tool(recv):
    with rv.listen("127.0.0.1:0", quiet=True) as renderer:
        recv(renderer.address, "--send", 'gain={"a": [1, 2]}')
        event = renderer.read(timeout=10)
        while event is not None and event.kind != "data":
            event = renderer.read(timeout=10)
    assert event is not None
    assert (event.name, event.value) == ("gain", {"a": [1, 2]})
