"""Draws gaussians with numpy: slow, and easy to follow. The same picture as splats.cpp's.

The projection is that of "EWA Volume Splatting" (Zwicker et al. 2001) as in
gaussian-splatting: linear about the centre, with 0.3 pixels squared added.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import remoteviewer as rv
from gaussians import Array, Gaussians, harmonics

LOW_PASS = 0.3  # pixels squared
LEAST_ALPHA, MOST_ALPHA = 1 / 255, 0.99
LEAST_TRANSMITTANCE = 1e-4  # of a pixel that more is blended into
LEAST_DEPTH_ALPHA = 0.05  # of a pixel that has a depth


@dataclass
class Projected:
    """Gaussians as a camera sees them, front to back; n of them reach the image."""

    ids: np.ndarray  # (n,), which gaussians
    centers: Array  # (n, 2), pixels, pixel centres at +0.5
    conics: Array  # (n, 3), inverse covariances: xx, xy, yy
    opacity: Array  # (n,)
    depth: Array  # (n,), along the camera's z axis
    color: Array  # (n, 3), display values
    boxes: np.ndarray  # (n, 4), left, right, top, bottom pixel; the ends are beyond


def project(
    g: Gaussians, camera: rv.Camera, modifier: float = 1.0, degree: int = 3, points: bool = False
) -> Projected:
    """Projects gaussians. `modifier` scales them, `points` makes each a dot."""
    w2c, k = camera.w2c, camera.K
    t = g.means @ w2c[:3, :3].T + w2c[:3, 3]
    opacity = np.ones(len(g), np.float32) if points else g.opacity
    seen = np.flatnonzero((t[:, 2] >= camera.near) & (opacity >= LEAST_ALPHA))
    t, opacity = t[seen], opacity[seen]
    z = t[:, 2]
    width, height, fx, fy = camera.width, camera.height, k[0, 0], k[1, 1]
    tx = np.clip(t[:, 0] / z, (-k[0, 2] - 0.15 * width) / fx, (1.15 * width - k[0, 2]) / fx)
    ty = np.clip(t[:, 1] / z, (-k[1, 2] - 0.15 * height) / fy, (1.15 * height - k[1, 2]) / fy)
    jacobian = np.zeros((len(seen), 2, 3))
    jacobian[:, 0, 0], jacobian[:, 0, 2] = fx / z, -fx * tx / z
    jacobian[:, 1, 1], jacobian[:, 1, 2] = fy / z, -fy * ty / z
    rows = jacobian @ w2c[:3, :3]
    size = 0.0 if points else modifier**2
    cov = size * (rows @ g.covariances()[seen] @ rows.transpose(0, 2, 1)) + LOW_PASS * np.eye(2)
    conics = np.linalg.inv(cov)
    centers = t[:, :2] / z[:, None] * (fx, fy) + (k[0, 2], k[1, 2])
    # As far as its alpha is 1/255.
    reach = np.sqrt(2 * np.log(255 * opacity))[:, None] * np.sqrt(cov[:, (0, 1), (0, 1)]) + 0.01
    low = np.clip(np.ceil(centers - reach - 0.5), 0, (width, height)).astype(int)
    high = np.clip(np.floor(centers + reach - 0.5) + 1, 0, (width, height)).astype(int)
    order = np.argsort(z, kind="stable")
    order = order[(high > low).all(axis=1)[order]]
    boxes = np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]], axis=1)[order]
    color = colors(g, seen[order], camera.c2w[:3, 3], min(degree, g.degree))
    conics = conics[:, (0, 0, 1), (0, 1, 1)][order]
    return Projected(seen[order], centers[order], conics, opacity[order], z[order], color, boxes)


def colors(g: Gaussians, ids: np.ndarray, eye: np.ndarray, degree: int) -> Array:
    """Display values (n, 3) of gaussians seen from `eye`."""
    directions = g.means[ids] - eye
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    basis = harmonics(degree, directions)
    return np.maximum(0, 0.5 + np.einsum("nk,nkc->nc", basis, g.sh[ids, : basis.shape[1]]))


@dataclass
class Picture:
    """What was drawn: color (H, W, 3), depth (H, W), alpha (H, W)."""

    color: Array
    depth: Array
    alpha: Array


# Called for each gaussian with its place in Projected, its rows and columns, what it
# covers of each pixel, and how much of it is seen.
Watch = Callable[[int, slice, slice, Array, Array], None]


def draw(
    p: Projected,
    width: int,
    height: int,
    background: tuple[float, ...] = (0, 0, 0),
    watch: Watch | None = None,
) -> Picture:
    """Blends gaussians front to back."""
    color = np.zeros((height, width, 3), np.float32)
    depth = np.zeros((height, width), np.float32)
    left = np.ones((height, width), np.float32)  # transmittance
    is_open = np.ones((height, width), bool)
    for n, (x0, x1, y0, y1) in enumerate(p.boxes):
        rows, columns = slice(y0, y1), slice(x0, x1)
        dx = np.arange(x0, x1, dtype=np.float32) + np.float32(0.5 - p.centers[n, 0])
        dy = np.arange(y0, y1, dtype=np.float32) + np.float32(0.5 - p.centers[n, 1])
        a, b, c = p.conics[n].astype(np.float32)
        power = -0.5 * (a * dx**2 + c * (dy**2)[:, None]) - b * dx * dy[:, None]
        alpha = np.minimum(MOST_ALPHA, np.float32(p.opacity[n]) * np.exp(power))
        before = left[rows, columns]
        after = before * (1 - alpha)
        drawn = is_open[rows, columns] & (alpha >= LEAST_ALPHA)
        is_open[rows, columns] &= ~(drawn & (after < LEAST_TRANSMITTANCE))
        drawn &= after >= LEAST_TRANSMITTANCE
        weight = np.where(drawn, alpha * before, 0)
        color[rows, columns] += weight[..., None] * p.color[n].astype(np.float32)
        depth[rows, columns] += weight * np.float32(p.depth[n])
        if watch:
            watch(n, rows, columns, np.where(drawn, alpha, 0), before.copy())
        left[rows, columns] = np.where(drawn, after, before)
    alpha = 1 - left
    color += left[..., None] * np.array(background, np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = np.where(alpha > LEAST_DEPTH_ALPHA, depth / alpha, np.inf).astype(np.float32)
    return Picture(color, depth, alpha)


def pick(p: Projected, x: float, y: float) -> tuple[int, float, float] | None:
    """Which gaussian a pixel shows most of: its number, weight and depth."""
    column, row = int(np.floor(x)), int(np.floor(y))
    dx, dy = (np.array([column, row]) + 0.5 - p.centers).T
    a, b, c = p.conics.T
    full = p.opacity * np.exp(-0.5 * (a * dx**2 + c * dy**2) - b * dx * dy)
    alpha = np.where(full >= LEAST_ALPHA, np.minimum(MOST_ALPHA, full), 0)
    before = np.concatenate([[1], np.cumprod(1 - alpha)])
    weight = np.where(before[1:] >= LEAST_TRANSMITTANCE, alpha * before[:-1], 0)
    if weight.size == 0 or weight.max() == 0:
        return None
    best = int(np.argmax(weight))
    return int(p.ids[best]), float(weight[best]), float(p.depth[best])
