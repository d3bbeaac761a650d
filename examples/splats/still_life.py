"""A small scene, rendered by Mitsuba 3 from a ring of cameras: what fit_scene.py fits to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mitsuba as mi
import numpy as np
import remoteviewer as rv

UP = np.array([0.0, -1.0, 0.0])  # y points down, as in scenes by COLMAP
TARGET = np.array([0.0, -0.2, 0.0])
DISTANCE, FOV_Y = 3.6, 40.0


@dataclass
class View:
    """A render: color (H, W, 3) display values, alpha (H, W), and of the first surface that
    each pixel's rays meet position and normal (H, W, 3), world."""

    camera: rv.Camera
    color: np.ndarray
    alpha: np.ndarray
    position: np.ndarray
    normal: np.ndarray


def camera_at(azimuth: float, elevation: float, width: int, height: int) -> rv.Camera:
    """A camera on a sphere about the scene; angles in degrees."""
    a, e = np.radians([azimuth, elevation])
    eye = TARGET + DISTANCE * np.array([np.cos(e) * np.sin(a), -np.sin(e), -np.cos(e) * np.cos(a)])
    z = (TARGET - eye) / DISTANCE
    x = np.cross(z, UP)
    x /= np.linalg.norm(x)
    c2w = np.eye(4)
    c2w[:3] = np.stack([x, np.cross(z, x), z, eye], axis=1)
    return rv.Camera(c2w, width=width, height=height, fov_y=FOV_Y, up=UP, target=TARGET)


def ring(width: int, height: int) -> list[rv.Camera]:
    """Cameras to fit to, from low, from above, and one from the zenith."""
    low = [camera_at(a, 16, width, height) for a in range(0, 360, 36)]
    high = [camera_at(a, 42, width, height) for a in range(18, 378, 60)]
    return [*low, *high, camera_at(5, 80, width, height)]


def rgb(r: float, g: float, b: float) -> dict[str, Any]:
    return {"type": "rgb", "value": [r, g, b]}


def diffuse(r: float, g: float, b: float) -> dict[str, Any]:
    return {"type": "diffuse", "reflectance": rgb(r, g, b)}


def scene() -> dict[str, Any]:
    """A table with a checkered cloth, three balls, a cube and a cylinder; y points down."""
    t = mi.ScalarTransform4f
    # A disk's own normal is +z, and up is -y.
    table = t().rotate([1, 0, 0], 90).scale(1.3)
    checkers = {
        "type": "checkerboard",
        "color0": rgb(0.75, 0.70, 0.62),
        "color1": rgb(0.16, 0.24, 0.36),
        "to_uv": t().scale([2, 12, 1]),  # of a disk: radius and angle
    }
    red = {"type": "plastic", "diffuse_reflectance": rgb(0.65, 0.06, 0.05), "nonlinear": True}
    gold = {"type": "roughconductor", "material": "Au", "alpha": 0.35}
    white = {"type": "twosided", "bsdf": diffuse(0.8, 0.8, 0.78)}
    cube = t().translate([-0.55, -0.28, 0.35]).rotate([0, 1, 0], 30).scale(0.28)
    lamp = t().look_at(origin=[1.5, -4, -2], target=[0, 0, 0], up=[0, 0, 1])
    return {
        "type": "scene",
        "integrator": {
            "type": "aov",
            "aovs": "position:position,normal:sh_normal",
            "image": {"type": "path", "max_depth": 8, "hide_emitters": True},
        },
        "sky": {"type": "constant", "radiance": rgb(0.45, 0.5, 0.58)},
        "lamp": {
            "type": "rectangle",
            "to_world": lamp,
            "emitter": {"type": "area", "radiance": rgb(9, 8.5, 7.5)},
        },
        "table": {
            "type": "disk",
            "to_world": table,
            "bsdf": {"type": "twosided", "bsdf": {"type": "diffuse", "reflectance": checkers}},
        },
        "red": {"type": "sphere", "center": [0.1, -0.42, -0.1], "radius": 0.42, "bsdf": red},
        "gold": {"type": "sphere", "center": [0.75, -0.25, 0.35], "radius": 0.25, "bsdf": gold},
        "green": {
            "type": "sphere",
            "center": [-0.55, -0.2, -0.5],
            "radius": 0.2,
            "bsdf": diffuse(0.1, 0.45, 0.15),
        },
        "cube": {"type": "cube", "to_world": cube, "bsdf": diffuse(0.75, 0.5, 0.1)},
        "column": {
            "type": "cylinder",
            "p0": [0.35, 0, 0.8],
            "p1": [0.35, -0.75, 0.8],
            "radius": 0.16,
            "bsdf": white,
        },
        "lid": {
            "type": "disk",
            "to_world": t().translate([0.35, -0.75, 0.8]).rotate([1, 0, 0], 90).scale(0.16),
            "bsdf": white,
        },
    }


def render(cameras: list[rv.Camera], samples: int) -> list[View]:
    """Renders with LLVM where Mitsuba finds it (some seconds), else without (some minutes)."""
    try:
        mi.set_variant("llvm_ad_rgb")
        loaded = mi.load_dict(scene())
    except Exception as error:  # what Dr.Jit raises without LLVM differs by version
        print(f"no LLVM ({str(error).splitlines()[0]}): Mitsuba renders slowly")
        mi.set_variant("scalar_rgb")
        loaded = mi.load_dict(scene())
    views = []
    for n, camera in enumerate(cameras):
        sensor = camera.mitsuba()
        sensor["film"].update(pixel_format="rgba", rfilter={"type": "box"})
        sensor["sampler"] = {"type": "independent", "sample_count": samples}
        image = np.array(mi.render(loaded, sensor=mi.load_dict(sensor), spp=samples, seed=n))
        views.append(view(camera, image))
    return views


def view(camera: rv.Camera, image: np.ndarray) -> View:
    alpha = np.clip(image[..., 3], 0, 1)
    inside = np.maximum(alpha, 1e-6)[..., None]
    normal = image[..., 7:10]
    length = np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-6)
    return View(camera, display(image[..., :3]), alpha, image[..., 4:7] / inside, normal / length)


def display(linear: np.ndarray) -> np.ndarray:
    """sRGB's curve (IEC 61966-2-1), cut to 0..1."""
    v = np.clip(linear, 0, 1)
    return np.where(v <= 0.0031308, 12.92 * v, 1.055 * v ** (1 / 2.4) - 0.055)
