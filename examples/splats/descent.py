"""Gradients of the splatter's pictures, and Adam: how fit_scene.py moves gaussians.

Derivatives as in gaussian-splatting's backward pass ("3D Gaussian Splatting for Real-Time
Radiance Field Rendering", Kerbl et al. 2023), except that the projection's own change and
the harmonics' with a gaussian's place are left out: both are small.
"""

from __future__ import annotations

import numpy as np
import splatter
from gaussians import Array, Gaussians, harmonics, matrices
from still_life import View

# What is fitted, in units in which steps of any gaussian are alike, and how long those are:
# world units, the logit, the logarithm, quaternions, and coefficients.
RATES = {"means": 1.5e-3, "logits": 0.06, "log_scales": 0.025, "rotations": 0.01, "sh": 0.025}

Parameters = dict[str, Array]


def parameters(g: Gaussians) -> Parameters:
    return {
        "means": g.means,
        "logits": np.log(g.opacity / (1 - g.opacity)),
        "log_scales": np.log(g.scales),
        "rotations": g.rotations,
        "sh": g.sh,
    }


def gaussians(p: Parameters) -> Gaussians:
    q = p["rotations"] / np.linalg.norm(p["rotations"], axis=1, keepdims=True)
    opacity = np.clip(1 / (1 + np.exp(-p["logits"])), 0.005, 0.995)
    scales = np.exp(np.clip(p["log_scales"], -7, 0))
    as_floats = (a.astype(np.float32) for a in (p["means"], p["sh"], opacity, scales, q))
    return Gaussians(*as_floats)


class Adam:
    """Kingma and Ba 2015; the rate falls to a tenth over `steps`."""

    def __init__(self, start: Parameters, steps: int) -> None:
        self.p = {name: value.astype(np.float32) for name, value in start.items()}
        self.mean = {name: np.zeros_like(value) for name, value in self.p.items()}
        self.square = {name: np.zeros_like(value) for name, value in self.p.items()}
        self.steps, self.done = steps, 0

    def step(self, gradient: Parameters) -> None:
        self.done += 1
        fall = 0.1 ** (self.done / self.steps)
        for name, slope in gradient.items():
            self.mean[name] += 0.1 * (slope - self.mean[name])
            self.square[name] += 0.01 * (slope**2 - self.square[name])
            mean = self.mean[name] / (1 - 0.9**self.done)
            square = self.square[name] / (1 - 0.99**self.done)
            self.p[name] -= RATES[name] * fall * mean / (np.sqrt(square) + 1e-12)


def gradient(g: Gaussians, view: View) -> tuple[float, Parameters]:
    """The squared error of a view, summed over pixels and channels, and its gradient."""
    p = splatter.project(g, view.camera)
    drawn: list[tuple[slice, slice, Array, Array]] = []
    picture = splatter.draw(
        p, view.camera.width, view.camera.height, watch=lambda n, *rest: drawn.append(rest)
    )
    residual = picture.color - view.color
    flat = backward(p, drawn, picture.color, 2 * residual)
    return float(np.sum(residual**2)), lifted(g, p, view, *flat)


def backward(
    p: splatter.Projected, drawn: list, final: Array, slope: Array
) -> tuple[Array, Array, Array, Array]:
    """Slopes by center (n, 2), conic (n, 3), opacity (n,) and colour (n, 3), of those by pixel.

    With B the colour seen behind a gaussian and T its transmittance, a pixel's colour grows
    with its alpha by T (c - B).
    """
    n = len(drawn)
    centers, conics = np.zeros((n, 2)), np.zeros((n, 3))
    opacity, color = np.zeros(n), np.zeros((n, 3))
    behind = final.copy()
    own = p.color.astype(np.float32)
    for i, (rows, columns, alpha, seen) in enumerate(drawn):
        s, rest = slope[rows, columns], behind[rows, columns]
        weight = alpha * seen
        color[i] = np.einsum("yx,yxc->c", weight, s)
        rest -= weight[..., None] * own[i]  # what is behind, times its transmittance
        by_alpha = s @ own[i] * seen - np.einsum("yxc,yxc->yx", s, rest) / (1 - alpha)
        by_power = by_alpha * alpha
        by_power[alpha >= splatter.MOST_ALPHA] = 0
        opacity[i] = by_power.sum() / p.opacity[i]
        dx = np.arange(columns.start, columns.stop) + 0.5 - p.centers[i, 0]
        dy = np.arange(rows.start, rows.stop) + 0.5 - p.centers[i, 1]
        by_column, by_row = by_power.sum(axis=0), by_power.sum(axis=1)
        xy = dy @ by_power @ dx
        conics[i] = -0.5 * (by_column @ dx**2), -xy, -0.5 * (by_row @ dy**2)
        a, b, c = p.conics[i]
        x, y = by_column @ dx, by_row @ dy
        centers[i] = a * x + b * y, b * x + c * y
    return centers, conics, opacity, color


def lifted(
    g: Gaussians, p: splatter.Projected, view: View, centers, conics, opacity, color
) -> Parameters:
    """Slopes by what is fitted, of those by what is seen."""
    ids, camera = p.ids, view.camera
    w2c, fx, fy = camera.w2c, camera.K[0, 0], camera.K[1, 1]
    t = g.means[ids] @ w2c[:3, :3].T + w2c[:3, 3]
    z = t[:, 2]
    jacobian = np.zeros((len(ids), 2, 3))
    jacobian[:, 0, 0], jacobian[:, 0, 2] = fx / z, -fx * t[:, 0] / z**2
    jacobian[:, 1, 1], jacobian[:, 1, 2] = fy / z, -fy * t[:, 1] / z**2
    rows = jacobian @ w2c[:3, :3]
    a, b, c = p.conics.T
    conic = np.array([[a, b], [b, c]]).transpose(2, 0, 1)
    ga, gb, gc = conics.T
    by_conic = np.array([[ga, gb / 2], [gb / 2, gc]]).transpose(2, 0, 1)
    by_cov = rows.transpose(0, 2, 1) @ (-conic @ by_conic @ conic) @ rows
    turned = matrices(g.rotations[ids])
    scales = g.scales[ids]
    by_axes = 2 * by_cov @ (turned * scales[:, None, :])
    directions = g.means[ids] - camera.c2w[:3, 3]
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    basis = harmonics(g.degree, directions)
    shown = color * (p.color > 0)  # those cut at black don't change
    slopes = {
        "means": np.einsum("nij,ni->nj", rows, centers),
        "logits": opacity * p.opacity * (1 - p.opacity),
        "log_scales": np.einsum("nij,nij->nj", by_axes, turned) * scales,
        "rotations": by_rotation(g.rotations[ids], by_axes * scales[:, None, :]),
        "sh": basis[:, :, None] * shown[:, None, :],
    }
    return {name: spread(value, ids, len(g)) for name, value in slopes.items()}


def spread(values: Array, ids: np.ndarray, count: int) -> Array:
    whole = np.zeros((count, *values.shape[1:]), np.float32)
    whole[ids] = values
    return whole


def by_rotation(q: Array, by_matrix: Array) -> Array:
    """Slopes by quaternions of those by their matrices."""
    w, x, y, z = q.T
    m = by_matrix.transpose(1, 2, 0)
    return 2 * np.stack(
        [
            -z * m[0, 1] + y * m[0, 2] + z * m[1, 0] - x * m[1, 2] - y * m[2, 0] + x * m[2, 1],
            y * (m[0, 1] + m[1, 0]) + z * (m[0, 2] + m[2, 0]) - 2 * x * (m[1, 1] + m[2, 2])
            + w * (m[2, 1] - m[1, 2]),
            x * (m[0, 1] + m[1, 0]) + z * (m[1, 2] + m[2, 1]) - 2 * y * (m[0, 0] + m[2, 2])
            + w * (m[0, 2] - m[2, 0]),
            x * (m[0, 2] + m[2, 0]) + y * (m[1, 2] + m[2, 1]) - 2 * z * (m[0, 0] + m[1, 1])
            + w * (m[1, 0] - m[0, 1]),
        ],
        axis=1,
    )  # fmt: skip
