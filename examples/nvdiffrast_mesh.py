"""nvdiffrast rasterizes a mesh from the viewer's camera. Needs CUDA, torch and nvdiffrast.

python examples/nvdiffrast_mesh.py [MESH.obj]   without a file: a torus
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

import numpy as np
import remoteviewer as rv

try:
    import nvdiffrast.torch as dr
    import torch

    WHY_NOT = "" if torch.cuda.is_available() else "torch finds no CUDA device"
except ImportError as e:
    WHY_NOT = f"{e}: pip install torch, and nvdiffrast from its repository"


def torus(rings: int = 96, sides: int = 48) -> tuple[np.ndarray, np.ndarray]:
    """Vertices N x 3 float32 and triangles M x 3 int32 of a torus about the y axis."""
    a, b = np.meshgrid(np.arange(rings), np.arange(sides), indexing="ij")
    u, v = 2 * math.pi * a / rings, 2 * math.pi * b / sides
    r = 1 + 0.4 * np.cos(v)
    vertices = np.stack([r * np.cos(u), 0.4 * np.sin(v), r * np.sin(u)], -1).reshape(-1, 3)

    def index(i: np.ndarray, j: np.ndarray) -> np.ndarray:
        return (i % rings) * sides + j % sides

    one = np.stack([index(a, b), index(a, b + 1), index(a + 1, b)], -1).reshape(-1, 3)
    two = np.stack([index(a + 1, b), index(a, b + 1), index(a + 1, b + 1)], -1).reshape(-1, 3)
    return vertices.astype(np.float32), np.concatenate([one, two]).astype(np.int32)


def read_obj(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Reads a Wavefront OBJ's vertices and faces, which are cut into triangles."""
    vertices, triangles = [], []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        kind, *rest = line.split() or [""]
        try:
            if kind == "v":
                vertices.append([float(x) for x in rest[:3]])
            elif kind == "f":
                corners = [int(x.split("/")[0]) for x in rest]
                corners = [c - 1 if c > 0 else c + len(vertices) for c in corners]
                triangles += [[corners[0], *pair] for pair in zip(corners[1:], corners[2:])]
        except ValueError as e:
            raise SystemExit(f"{path}:{number}: wanted numbers, found {line!r} ({e})") from None
    if not triangles or not 0 <= np.min(triangles) <= np.max(triangles) < len(vertices):
        raise SystemExit(
            f"{path}: wanted faces of vertices that are there, found {len(triangles)} faces"
        )
    return np.asarray(vertices, np.float32), np.asarray(triangles, np.int32)


def normals_of(vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Unit normals at the vertices, N x 3, weighted by the triangles' areas."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    out = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(out, triangles[:, k], np.cross(b - a, c - a))
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("mesh", nargs="?", type=Path, help="a Wavefront OBJ; without: a torus")
    options = parser.parse_args()
    if WHY_NOT:
        print(f"nvdiffrast_mesh: {WHY_NOT}", file=sys.stderr)
        return 77  # what test drivers take as skipped
    vertices, triangles = read_obj(options.mesh) if options.mesh else torus()
    position = torch.tensor(vertices, device="cuda")
    position = torch.cat([position, torch.ones_like(position[:, :1])], 1)
    normal = torch.tensor(normals_of(vertices, triangles), device="cuda")
    faces = torch.tensor(triangles, device="cuda")
    light = torch.nn.functional.normalize(torch.tensor([0.3, -0.8, -0.5], device="cuda"), dim=0)
    context = dr.RasterizeCudaContext()
    with rv.listen(name="nvdiffrast") as viewer:
        viewer.set_view(rv.Camera.look_at((0, -1.5, -3.5), (0, 0, 0)))
        for camera in viewer.cameras():
            nv = camera.nvdiffrast("cuda")
            clip = position[None] @ nv.mvp.T
            hit, _ = dr.rasterize(context, clip, faces, resolution=nv.resolution)
            shaded, _ = dr.interpolate(normal[None], hit, faces)
            bright = 0.15 + 0.85 * (shaded @ light).clamp(min=0)
            color = (bright * (hit[..., 3] > 0))[..., None]
            color = dr.antialias(color.contiguous(), hit, clip.contiguous(), faces)
            # nvdiffrast's first row is the bottom one: nv.image says so.
            normals = rv.Image(shaded, color="normal", origin=nv.origin)
            viewer.show(color=nv.image(color), normal=normals)
    return 0


if __name__ == "__main__":
    sys.exit(main())
