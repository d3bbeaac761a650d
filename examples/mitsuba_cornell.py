"""A real renderer to look at: Mitsuba 3 path-traces its Cornell box from the viewer's camera.

    python examples/mitsuba_cornell.py                    listens; prints how to look
    python examples/mitsuba_cornell.py --connect HOST:PORT   dials a viewer that is open

While the camera moves it renders as many pixels as fit into a tenth of a second; when
it is still it renders all of them, again and again with new seeds, and shows the mean.
A camera that moves meanwhile ends that at the next band of the image.
"""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Callable

import mitsuba as mi
import numpy as np
import remoteviewer as rv

MOVING_SECONDS = 0.1  # what a frame may take while the camera moves
STILL_PASSES = 64  # samples a pixel after which a still image is done
FAR = 12.0  # no ray of the box is longer; beyond stands nothing
SIDE = 480  # pixels of the first view
MITSUBA_AXES = np.diag([-1.0, -1.0, 1.0, 1.0])  # x left, y up, z forward, from OpenCV's and back


class Renderer:
    """Mitsuba's Cornell box, rendered as colour, depth and normals."""

    def __init__(self) -> None:
        mi.set_variant("scalar_rgb")  # starts at once, and needs nothing beside the wheel
        box = mi.cornell_box()
        box["integrator"] = {
            "type": "aov",
            "aovs": "distance:depth,normal:sh_normal",
            "image": {"type": "path", "max_depth": 5},
        }
        box["sensor"]["film"]["rfilter"] = {"type": "box"}
        box["around"] = {
            "type": "constant",
            "radiance": {"type": "rgb", "value": [0.02, 0.03, 0.05]},
        }
        to_world = np.array(box["sensor"]["to_world"].matrix, dtype=float).reshape(4, 4)
        self.first_c2w = to_world @ MITSUBA_AXES
        self.fov_y = float(box["sensor"]["fov"])
        self.scene = mi.load_dict(box)
        self.params = mi.traverse(self.scene)
        self.pixels_per_second = 3e5  # measured anew with every pass
        self.seed = 0

    def render(
        self, camera: rv.Camera, pixels: float, abandon: Callable[[], bool]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """One sample a pixel of about so many pixels: linear colour H x W x 3, depth H x W,
        normals H x W x 3 in the world.

        It goes band by band, and asks before each whether to abandon the image.
        """
        scale = min(1.0, (pixels / (camera.width * camera.height)) ** 0.5)
        width, height = max(16, round(camera.width * scale)), max(16, round(camera.height * scale))
        self.params["sensor.to_world"] = mi.Transform4f((camera.c2w @ MITSUBA_AXES).tolist())
        self.params["sensor.x_fov"] = float(np.degrees(camera.FoVx))
        self.params["sensor.film.size"] = [width, height]
        self.seed += 1
        out = np.empty((height, width, 7), np.float32)
        rows = max(1, int(self.pixels_per_second * MOVING_SECONDS / width))
        for top in range(0, height, rows):
            if top and abandon():
                return None
            self.render_band(out[top : top + rows], top)
        return out[..., :3], depth_of(out[..., 3], camera), out[..., 4:]

    def render_band(self, band: np.ndarray, top: int) -> None:
        height, width = band.shape[:2]
        self.params["sensor.film.crop_offset"] = [0, top]
        self.params["sensor.film.crop_size"] = [width, height]
        self.params.update()
        began = time.perf_counter()
        band[:] = np.asarray(mi.render(self.scene, spp=1, seed=self.seed))
        rate = width * height / (time.perf_counter() - began)
        self.pixels_per_second += 0.2 * (rate - self.pixels_per_second)


def depth_of(distance: np.ndarray, camera: rv.Camera) -> np.ndarray:
    """Depth along the view axis from distance along the rays; infinity where one meets nothing."""
    height, width = distance.shape
    x = ((np.arange(width) + 0.5) / width - 0.5) * 2 * np.tan(camera.FoVx / 2)
    y = ((np.arange(height) + 0.5) / height - 0.5) * 2 * np.tan(camera.FoVy / 2)
    depth = distance / np.sqrt(1 + x[None, :] ** 2 + y[:, None] ** 2)
    return np.where((distance > 0) & (distance < FAR), depth, np.inf).astype(np.float32)


def loop(viewer: rv.Viewer, renderer: Renderer) -> None:
    """Renders the viewer's newest camera for ever. The first image has all its pixels."""
    last: rv.Camera | None = None
    mean: np.ndarray = np.zeros((0, 0, 3), np.float32)
    passes, moved, shown = 0, -np.inf, False
    for camera in viewer.cameras(still=True):
        now = time.monotonic()
        if last is None or not same(camera, last):
            moved = now if shown else moved
            last, passes = camera, 0
        if passes >= STILL_PASSES:
            time.sleep(0.02)
            continue
        still = now - moved > 2 * MOVING_SECONDS
        pixels = np.inf if still else renderer.pixels_per_second * MOVING_SECONDS
        late = (lambda seen=camera: not same(viewer.camera, seen)) if shown else (lambda: False)
        done = renderer.render(camera, pixels, late)
        if done is None:
            continue
        color, depth, normal = done
        if not still or mean.shape != color.shape:
            passes = 0
        shown = True
        passes += 1
        mean = color if passes == 1 else mean + (color - mean) / passes
        meta = {"samples per pixel": passes, "pixels per second": round(renderer.pixels_per_second)}
        images = {
            "color": rv.linear(mean),
            "depth": rv.depth(depth),
            "normal": rv.Image(normal, color="normal"),
        }
        viewer.send_images(images, meta=meta, camera=camera)


def same(a: rv.Camera | None, b: rv.Camera | None) -> bool:
    """Whether both see the same; no camera is as good as the last one."""
    return (
        a is None
        or b is None
        or (
            (a.width, a.height) == (b.width, b.height)
            and np.array_equal(a.c2w, b.c2w)
            and np.array_equal(a.K, b.K)
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Mitsuba's Cornell box in a remote viewer.")
    parser.add_argument(
        "--connect", metavar="ADDR", help="dial a viewer that listens; without it, listen"
    )
    parser.add_argument("--listen", metavar="ADDR", help="where to listen; 127.0.0.1:12346 if free")
    options = parser.parse_args()
    name = "Mitsuba Cornell box"
    open_viewer = (
        rv.connect(options.connect, name=name)
        if options.connect
        else rv.listen(options.listen, name=name)
    )
    with open_viewer as viewer:
        renderer = Renderer()
        viewer.set_view(
            renderer.first_c2w,
            fov_y=renderer.fov_y,
            width=SIDE,
            height=SIDE,
            up=(0, 1, 0),
            target=(0, 0, 0),
        )
        with contextlib.suppress(KeyboardInterrupt):
            loop(viewer, renderer)


if __name__ == "__main__":
    main()
