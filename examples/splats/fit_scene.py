"""Makes the test scene of the splat renderers: gaussians fitted to a few Mitsuba renders.

    python examples/splats/fit_scene.py                       writes examples/splats/scene.ply
    python examples/splats/fit_scene.py --count 20000 --degree 3 --out build/still_life.ply

Gaussians are laid on the surfaces that the renders show, flat along the normal, and
closer together where the colours change; then all that they are is fitted by least
squares, a view at a time (descent.py). numpy only; some minutes.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import splatter
import still_life
from descent import Adam, gaussians, gradient, parameters
from gaussians import SH_0, Gaussians, write_ply
from still_life import View

FLATNESS = 0.15  # thickness of a gaussian beside its width
EDGE = 0.12  # world units between positions in neighbouring pixels: two surfaces
COVER = 0.33  # its standard deviation beside the distance to its neighbours
HELD_OUT = [(25.0, 28.0), (200.0, 20.0)]  # azimuth and elevation of views not fitted to


def main() -> None:
    parser = argparse.ArgumentParser(description="Fits gaussians to renders of a still life.")
    parser.add_argument("--count", type=int, default=2750, help="how many gaussians, about")
    parser.add_argument("--degree", type=int, default=1, help="of spherical harmonics, 0 to 3")
    parser.add_argument("--steps", type=int, default=600, help="of fitting")
    here = Path(__file__).resolve().parent
    parser.add_argument("--out", type=Path, default=here / "scene.ply", help="the .ply to write")
    parser.add_argument("--height", type=int, default=192, help="of the renders, pixels")
    parser.add_argument("--samples", type=int, default=64, help="of the renders, a pixel")
    options = parser.parse_args()
    start = time.monotonic()
    shape = options.height * 4 // 3, options.height
    train = still_life.render(still_life.ring(*shape), options.samples)
    cameras = [still_life.camera_at(*angles, *shape) for angles in HELD_OUT]
    held_out = still_life.render(cameras, options.samples)
    took = time.monotonic() - start
    print(f"{len(train) + len(held_out)} views of {shape[0]} x {shape[1]}: {took:.0f} s")
    g = lay(train, options.count, options.degree)
    print(f"{len(g)} gaussians laid, held out: {psnr(g, held_out):.2f} dB")
    g = fit(g, train, options.steps, held_out)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_ply(options.out, g)
    print(f"{options.out}: {options.out.stat().st_size} bytes, {time.monotonic() - start:.0f} s")


def psnr(g: Gaussians, views: list[View]) -> float:
    """Of display values, the mean over views, dB."""
    values = []
    for view in views:
        picture = splatter.draw(splatter.project(g, view.camera), *size(view))
        values.append(-10 * np.log10(np.mean((np.clip(picture.color, 0, 1) - view.color) ** 2)))
    return float(np.mean(values))


def size(view: View) -> tuple[int, int]:
    return view.camera.width, view.camera.height


# Laying gaussians on what the views show.


def lay(views: list[View], count: int, degree: int) -> Gaussians:
    """About `count` gaussians, where the views show surfaces."""
    masks = [one_surface(v) for v in views]
    points = np.concatenate([v.position[mask] for v, mask in zip(views, masks)])
    normals = np.concatenate([v.normal[mask] for v, mask in zip(views, masks)])
    color = np.concatenate([v.color[mask] for v, mask in zip(views, masks)])
    detail = np.concatenate([changes(v)[mask] for v, mask in zip(views, masks)])
    # Half the distance where colours change.
    around = mean_in_cells(detail, cells_of(points, 0.06))
    level = 1 / (1 + (around > np.quantile(around, 0.6)))
    low, high = 1e-3, 1.0
    for _ in range(14):  # the distance that gives so many
        step = (low * high) ** 0.5
        low, high = (step, high) if len(thin(points, level * step)) > count else (low, step)
    kept = thin(points, level * high)
    spacing = (level * high)[kept]
    sh = np.zeros((len(kept), (degree + 1) ** 2, 3), np.float32)
    sh[:, 0] = (color[kept] - 0.5) / SH_0
    widths = np.array([1, 1, FLATNESS]) * COVER * spacing[:, None]
    opacity = np.full(len(kept), 0.9, np.float32)
    means, scales = points[kept].astype(np.float32), widths.astype(np.float32)
    return Gaussians(means, sh, opacity, scales, facing(normals[kept]))


def one_surface(view: View) -> np.ndarray:
    """Pixels that show one surface: at an edge a position is a mean of two."""
    mask = view.alpha > 0.99
    for axis in (0, 1):
        jump = np.linalg.norm(np.diff(view.position, axis=axis), axis=-1) > EDGE
        before, after = [(0, 1), (0, 0)], [(1, 0), (0, 0)]
        mask &= ~np.pad(jump, before[:: 1 - 2 * axis]) & ~np.pad(jump, after[:: 1 - 2 * axis])
    return mask


def changes(view: View) -> np.ndarray:
    """How much colours change about each pixel, display values a pixel."""
    rows, columns = np.gradient(blurred(view.color), axis=(0, 1))
    return np.hypot(rows, columns).max(axis=-1)


def blurred(image: np.ndarray) -> np.ndarray:
    """The mean of 3 x 3 pixels: noise is no detail."""
    wide = np.pad(image, ((1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = image.shape[:2]
    return sum(wide[y : y + height, x : x + width] for y in range(3) for x in range(3)) / 9


def cells_of(points: np.ndarray, spacing: np.ndarray | float) -> np.ndarray:
    """A number for each cell of a grid of this spacing; those of two spacings differ."""
    x, y, z = np.floor(points.T / spacing).astype(np.int64) + (1 << 18)
    return ((x << 38) | (y << 19) | z) * 8 + np.round(4 * np.log2(spacing)).astype(np.int64) % 8


def mean_in_cells(values: np.ndarray, cells: np.ndarray) -> np.ndarray:
    _, place = np.unique(cells, return_inverse=True)
    return (np.bincount(place, values) / np.bincount(place))[place]


def thin(points: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """Which points to keep so that one is left in each cell of a grid as wide as its spacing."""
    in_cells = points / spacing[:, None]
    off_centre = np.abs(in_cells - np.floor(in_cells) - 0.5).max(axis=1)
    order = np.argsort(off_centre)  # the one in the middle of its cell
    return order[np.unique(cells_of(points, spacing)[order], return_index=True)[1]]


def facing(normals: np.ndarray) -> np.ndarray:
    """Quaternions (N, 4), w x y z, that turn the z axis to the normals."""
    q = np.stack([1 + normals[:, 2], -normals[:, 1], normals[:, 0], np.zeros(len(normals))], axis=1)
    q[normals[:, 2] < -0.999] = (0, 1, 0, 0)
    return (q / np.linalg.norm(q, axis=1, keepdims=True)).astype(np.float32)


# Fitting.


def fit(g: Gaussians, views: list[View], steps: int, held_out: list[View]) -> Gaussians:
    """Steps of Adam, a view each."""
    adam = Adam(parameters(g), steps)
    order = np.random.default_rng(5)
    for n in range(steps):
        if n % len(views) == 0:
            turn = order.permutation(len(views))
        adam.step(gradient(gaussians(adam.p), views[turn[n % len(views)]])[1])
        if n % 50 == 49 or n + 1 == steps:
            print(f"step {n + 1}: held out: {psnr(gaussians(adam.p), held_out):.2f} dB", flush=True)
    return gaussians(adam.p)


if __name__ == "__main__":
    main()
