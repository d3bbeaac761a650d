"""A PyTorch training loop that is watched without being slowed: a small neural field.

    python examples/training_loop.py [--steps N] [--budget 0.05] [--connect HOST:PORT]

It learns the colour and density of a ball above a floor from rays of random cameras, on
the CPU or with CUDA. In the viewer: orbit; the loss as a plot; Pause, Step and Run; the
learning rate as a slider. `viewer.wants(budget=0.05)` gives a camera only while rendering
for viewers has taken less than 5 % of the time. At the end it prints how long it took,
and how much of that the viewer had.
"""

from __future__ import annotations

import argparse
import sys
import time

import remoteviewer as rv

try:
    import torch
except ImportError:
    print("training_loop: it needs torch: pip install torch", file=sys.stderr)
    sys.exit(77)  # what test drivers take as skipped

NEAR, FAR, SAMPLES = 1.5, 6.5, 24
RAYS = 256  # a step
SIZE = (96, 72)  # of the images for the viewer


class Field(torch.nn.Module):
    """Colour and density at points of the world, N x 3 to N x 4."""

    def __init__(self, width: int = 32, bands: int = 4) -> None:
        super().__init__()
        self.register_buffer("bands", 2.0 ** torch.arange(bands))
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(3 + 6 * bands, width),
            torch.nn.ReLU(),
            torch.nn.Linear(width, width),
            torch.nn.ReLU(),
            torch.nn.Linear(width, 4),
        )

    def forward(self, points: torch.Tensor) -> torch.Tensor:
        waves = (points[..., None] * self.bands).flatten(-2)
        out = self.layers(torch.cat([points, waves.sin(), waves.cos()], -1))
        return torch.cat([out[..., :3].sigmoid(), torch.nn.functional.softplus(out[..., 3:])], -1)


def truth(points: torch.Tensor) -> torch.Tensor:
    """What the field has to learn: a red ball of radius 1 above a checkered floor."""
    ball = (points.norm(dim=-1) < 1).float()
    floor = ((points[..., 1] > 1) & (points[..., 1] < 1.3)).float()
    check = ((points[..., 0].floor() + points[..., 2].floor()) % 2)[..., None]
    color = torch.where(ball[..., None] > 0, points.new_tensor([0.9, 0.25, 0.2]), 0.2 + 0.7 * check)
    return torch.cat([color.expand(*points.shape[:-1], 3), (ball + floor)[..., None] * 8], -1)


def march(field, origin: torch.Tensor, ray: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Colour N x 3 and depth N along rays N x 3, by quadrature of the volume."""
    t = torch.linspace(NEAR, FAR, SAMPLES, device=ray.device)
    points = origin[..., None, :] + ray[..., None, :] * t[:, None]
    color, density = field(points).split([3, 1], -1)
    opaque = 1 - torch.exp(-density[..., 0] * (FAR - NEAR) / SAMPLES)
    clear = torch.cumprod(torch.cat([torch.ones_like(opaque[..., :1]), 1 - opaque + 1e-7], -1), -1)
    weight = opaque * clear[..., :-1]
    return (weight[..., None] * color).sum(-2), (weight * t).sum(-1) + clear[..., -1] * FAR


def rays_of(camera: rv.Camera, device: str) -> tuple[torch.Tensor, torch.Tensor]:
    """The world's rays through all pixels, (H*W) x 3, of depth 1 along the camera's axis."""
    c2w = torch.tensor(camera.c2w, dtype=torch.float32, device=device)
    back = torch.tensor(camera.K, dtype=torch.float32, device=device).inverse()
    y, x = torch.meshgrid(
        torch.arange(camera.height, device=device) + 0.5,
        torch.arange(camera.width, device=device) + 0.5,
        indexing="ij",
    )
    pixels = torch.stack([x, y, torch.ones_like(x)], -1).reshape(-1, 3)
    ray = pixels @ (c2w[:3, :3] @ back).T
    return c2w[:3, 3].expand_as(ray), ray


def random_rays(count: int, device: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Rays from a sphere of radius 4 towards the middle."""
    origin = torch.nn.functional.normalize(torch.randn(count, 3, device=device), dim=-1) * 4
    origin[:, 1] = -origin[:, 1].abs()  # above the floor: y points down
    target = torch.rand(count, 3, device=device) * 3 - 1.5
    return origin, torch.nn.functional.normalize(target - origin, dim=-1)


def train(viewer: rv.Viewer, steps: int, budget: float, device: str) -> None:
    torch.manual_seed(1)
    field = Field().to(device)
    optimizer = torch.optim.Adam(field.parameters())
    loss = torch.zeros(())
    looking, images, step = 0.0, 0, 0

    @torch.no_grad()
    def look(camera: rv.Camera) -> None:
        nonlocal looking, images
        began = time.perf_counter()
        color, depth = march(field, *rays_of(camera, device))
        shape = (camera.height, camera.width)
        meta = {"step": step, "loss": loss.item()}
        viewer.show(color=color.reshape(*shape, 3), depth=rv.depth(depth.reshape(shape)), meta=meta)
        looking, images = looking + time.perf_counter() - began, images + 1

    began = time.perf_counter()
    for step in range(1, steps + 1):  # noqa: B007 (look() reads it)
        viewer.gate(look)
        rate = viewer.slider("learning rate", 1e-5, 1e-1, default=2e-3, log=True)
        for group in optimizer.param_groups:
            group["lr"] = rate
        origin, ray = random_rays(RAYS, device)
        loss = (march(field, origin, ray)[0] - march(truth, origin, ray)[0]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        viewer.plot("loss", loss.item())
        if (camera := viewer.wants(budget=budget)) is not None:
            look(camera)
    took = time.perf_counter() - began
    print(
        f"{steps} steps in {took:.1f} s, {steps / took:.1f} a second, loss {loss.item():.4f}; "
        f"{images} images for the viewer took {100 * looking / took:.1f} % of the time"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--budget", type=float, default=0.05, help="share of the time for viewers")
    parser.add_argument("--connect", metavar="ADDR", help="dial a viewer; without it, listen")
    options = parser.parse_args()
    opener = rv.connect if options.connect else rv.listen
    with opener(options.connect, name="training loop", size=SIZE) as viewer:
        viewer.set_view(rv.Camera.look_at((2.5, -2, -3), (0, 0, 0)))
        train(viewer, options.steps, options.budget, "cuda" if torch.cuda.is_available() else "cpu")


if __name__ == "__main__":
    main()
