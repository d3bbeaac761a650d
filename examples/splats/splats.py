"""Gaussian splatting's .ply files in a remote viewer: gsplat where CUDA is, else numpy.

    python examples/splats/splats.py SCENE.ply
    python examples/splats/splats.py SCENE.ply --connect HOST:PORT

The same windows and controls as the C++ renderer of bindings/cpp/examples/splats.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import remoteviewer as rv
import splatter
from gaussians import Gaussians, read_ply

DEGREES = ["degree 0", "degree 1", "degree 2", "degree 3"]


class Settings:
    """What a person may change, as it is now."""

    def __init__(self, viewer: rv.Viewer, degree: int) -> None:
        self.modifier = viewer.slider("scale modifier", 0.01, 2.0, default=1.0)
        chosen = viewer.dropdown("spherical harmonics", DEGREES, DEGREES[degree])
        self.degree = min(degree, DEGREES.index(chosen))
        self.points = viewer.checkbox("points")
        self.background = viewer.color("background", (0.0, 0.0, 0.0))


class Renderer(Protocol):
    """Renders a camera; tells what is at a pixel of that picture: (gaussian, weight, depth)."""

    def render(self, camera: rv.Camera, settings: Settings) -> dict[str, Any]: ...

    def pick(self, x: float, y: float) -> tuple[int, float, float] | None: ...


class Numpy:
    """On the CPU, by splatter.py."""

    def __init__(self, gaussians: Gaussians) -> None:
        self.gaussians = gaussians
        self.last: splatter.Projected | None = None

    def render(self, camera: rv.Camera, settings: Settings) -> dict[str, Any]:
        s = settings
        self.last = splatter.project(self.gaussians, camera, s.modifier, s.degree, s.points)
        size = (camera.width, camera.height)
        picture = splatter.draw(self.last, *size, settings.background)
        return {
            "color": rv.Image(picture.color, color="srgb"),
            "depth": rv.depth(picture.depth),
            "alpha": rv.Image(picture.alpha, color="srgb"),
        }

    def pick(self, x: float, y: float) -> tuple[int, float, float] | None:
        return splatter.pick(self.last, x, y) if self.last else None


class Gsplat:
    """On the GPU, by gsplat (pip install gsplat)."""

    def __init__(self, gaussians: Gaussians) -> None:
        import torch
        from gsplat import rasterization

        self.gaussians, self.torch, self.rasterization = gaussians, torch, rasterization
        arrays = dict(
            means=gaussians.means,
            quats=gaussians.rotations,
            scales=gaussians.scales,
            opacities=gaussians.opacity,
            colors=gaussians.sh,
        )
        self.tensors = {name: torch.from_numpy(a).cuda() for name, a in arrays.items()}
        self.camera: rv.Camera | None = None
        self.settings: Settings | None = None

    def render(self, camera: rv.Camera, settings: Settings) -> dict[str, Any]:
        torch, tensors = self.torch, dict(self.tensors)
        self.camera, self.settings = camera, settings
        if settings.points:
            tensors["opacities"] = torch.ones_like(tensors["opacities"])
        tensors["scales"] = tensors["scales"] * (1e-6 if settings.points else settings.modifier)
        color, alpha, _ = self.rasterization(
            **tensors,
            **camera.gsplat("cuda"),
            sh_degree=settings.degree,
            render_mode="RGB+ED",
        )
        alpha = alpha[0]
        background = torch.tensor(settings.background, device="cuda")
        depth = torch.where(alpha > splatter.LEAST_DEPTH_ALPHA, color[0, ..., 3:], torch.inf)
        return {
            "color": rv.Image(color[0, ..., :3] + (1 - alpha) * background, color="srgb"),
            "depth": rv.depth(depth[..., 0].contiguous()),
            "alpha": rv.Image(alpha[..., 0].contiguous(), color="srgb"),
        }

    def pick(self, x: float, y: float) -> tuple[int, float, float] | None:
        if self.camera is None or self.settings is None:
            return None
        s = self.settings
        seen = splatter.project(self.gaussians, self.camera, s.modifier, s.degree, s.points)
        return splatter.pick(seen, x, y)


def renderer_for(gaussians: Gaussians) -> Renderer:
    try:
        import torch

        if torch.cuda.is_available():
            return Gsplat(gaussians)
        reason = "torch finds no CUDA device"
    except ImportError as error:
        reason = str(error)
    print(f"splats: numpy draws, slowly ({reason})", flush=True)
    return Numpy(gaussians)


def first_view(gaussians: Gaussians) -> dict[str, Any]:
    """From outside, at the middle of the gaussians; y points down, as in scenes by COLMAP."""
    middle = np.median(gaussians.means, axis=0).astype(float)
    low, high = np.percentile(gaussians.means, (5, 95), axis=0)
    distance = max(1.0, 1.3 * float((high - low).max()))
    z = np.array([0, 0.4, 1]) / np.hypot(0.4, 1)
    x = np.array([1.0, 0, 0])
    c2w = np.eye(4)
    c2w[:3, :3] = np.stack([x, np.cross(z, x), z], axis=1)
    c2w[:3, 3] = middle - distance * np.array([0, 0.4, 1])
    return {"c2w": c2w, "target": middle}


def loop(viewer: rv.Viewer, gaussians: Gaussians, renderer: Renderer) -> None:
    while True:
        # A control that somebody changes wants the same camera rendered again.
        camera = viewer.wants(budget=None, refresh=None)
        if camera:
            start = time.perf_counter()
            images = renderer.render(camera, Settings(viewer, gaussians.degree))
            milliseconds = round(1000 * (time.perf_counter() - start), 1)
            viewer.send_images(images, meta={"frame_ms": milliseconds}, camera=camera)
            continue
        event = viewer.read(0.005)
        if event and event.kind == "pick":
            hit = renderer.pick(event.x, event.y)
            viewer.answer(event, described(gaussians, hit) if hit else None)


def described(gaussians: Gaussians, hit: tuple[int, float, float]) -> dict[str, Any]:
    n, weight, depth = hit
    return {
        "gaussian": n,
        "opacity": round(float(gaussians.opacity[n]), 4),
        "position": [float(v) for v in gaussians.means[n]],
        "depth": depth,
        "weight": round(weight, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Gaussians in a remote viewer.")
    parser.add_argument("scene", help="a .ply as gaussian-splatting's train.py writes it")
    parser.add_argument("--connect", metavar="ADDR", help="dial a viewer; without it, listen")
    parser.add_argument("--listen", metavar="ADDR", help="where to listen; 127.0.0.1:12346 if free")
    options = parser.parse_args()
    gaussians = read_ply(options.scene)
    name = Path(options.scene).name
    open_viewer = (
        rv.connect(options.connect, name=name)
        if options.connect
        else rv.listen(options.listen, name=name)
    )
    with open_viewer as viewer:
        viewer.set_view(**first_view(gaussians))
        viewer.want_picks()
        Settings(viewer, gaussians.degree)  # the controls are there from the start
        loop(viewer, gaussians, renderer_for(gaussians))


if __name__ == "__main__":
    main()
