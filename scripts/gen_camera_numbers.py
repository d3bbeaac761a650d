#!/usr/bin/env python3
"""Writes testdata/cameras.json and cameras.txt: cameras, and their numbers in each convention.

Derived from the geometry alone (four axes, similar triangles), with nothing of the
packages' own code, so that Go, C++ and Python are held against something else than
themselves. Only Python's standard library is needed.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "testdata"

# Where it stands, what it looks at, what is up there, its roll about the view (degrees), its
# image, its lens in pixels: fx, fy, cx, cy; origin at the top-left corner, centres at +0.5.
CAMERAS = {
    "central": ((1.5, -0.8, -5), (0.2, 0.1, 0), (0, -1, 0), 0, (640, 480), (500, 500, 320, 240)),
    "off_centre": ((-3, -2, 4), (0, 0.3, 0), (0, -1, 0), 25, (800, 450), (610, 610, 377, 246)),
    "stretched": ((2, 5, 1), (0, 0, 0.2), (0, 0, 1), -40, (300, 500), (420, 390, 161, 238)),
    "orthographic": ((0, -4, -3), (0, 0, 0), (0, -1, 0), 10, (640, 360), (500, 500, 330, 170)),
}
NEAR, FAR, ORTHO_HEIGHT = 0.1, 50.0, 5.0
POINTS = [(0, 0, 0), (0.7, -0.4, 0.3), (-0.6, 0.5, -0.2), (0.3, 0.6, 0.8)]


def add(a, b, s=1.0):
    return [x + s * y for x, y in zip(a, b)]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def cross(a, b):
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


def unit(a):
    return [x / math.sqrt(dot(a, a)) for x in a]


def neg(a):
    return [-x for x in a]


def axes(orig, target, up, roll):
    """The camera's right, down and forward in the world."""
    forward = unit(add(target, orig, -1))
    right = unit(cross(forward, up))
    down = cross(forward, right)
    c, s = math.cos(math.radians(roll)), math.sin(math.radians(roll))
    right, down = (
        [c * r + s * d for r, d in zip(right, down)],
        [c * d - s * r for r, d in zip(right, down)],
    )
    return right, down, forward


def columns(*vectors):
    """(4, 4) row-major: three axes and a place as columns."""
    return [*(v[i] for i in range(3) for v in vectors), 0.0, 0.0, 0.0, 1.0]


def rows(vectors, orig):
    """(4, 4) row-major: world to a camera of these axes."""
    out = []
    for v in vectors:
        out += [*v, -dot(v, orig)]
    return [*out, 0.0, 0.0, 0.0, 1.0]


def transposed(m):
    return [m[c * 4 + r] for r in range(4) for c in range(4)]


def clip_rows(right, down, forward, orig, lens, size, ortho):
    """World to OpenGL clip space, each row from what x/w, y/w, z/w have to be there:
    x/w is -1 at the image's left edge and 1 at its right, y/w -1 at its bottom and 1 at its
    top, z/w -1 at NEAR and 1 at FAR."""
    (w, h), (fx, fy, cx, cy) = size, lens

    def plane(v, s):  # a row that gives s * (the point's place along v)
        return [s * x for x in v] + [-s * dot(v, orig)]

    if ortho:
        pixels = h / ORTHO_HEIGHT
        x = add(plane(right, 2 * pixels / w), [0, 0, 0, 2 * cx / w - 1])
        y = add(plane(down, -2 * pixels / h), [0, 0, 0, 1 - 2 * cy / h])
        z = add(plane(forward, 2 / (FAR - NEAR)), [0, 0, 0, -(FAR + NEAR) / (FAR - NEAR)])
        return x + y + z + [0.0, 0.0, 0.0, 1.0]
    depth = plane(forward, 1)
    x = add(plane(right, 2 * fx / w), depth, 2 * cx / w - 1)
    y = add(plane(down, -2 * fy / h), depth, 1 - 2 * cy / h)
    # a z + b is -z at NEAR and z at FAR.
    a = (FAR + NEAR) / (FAR - NEAR)
    z = add(plane(forward, a), [0, 0, 0, -2 * FAR * NEAR / (FAR - NEAR)])
    return x + y + z + depth


def splat_rows(right, down, forward, orig, lens, size):
    """gaussian-splatting's world to clip space: y down, z/w 0 at NEAR and 1 at FAR, central."""
    (w, h), (fx, fy, _, _) = size, lens
    x = [2 * fx / w * v for v in [*right, -dot(right, orig)]]
    y = [2 * fy / h * v for v in [*down, -dot(down, orig)]]
    depth = [*forward, -dot(forward, orig)]
    a = FAR / (FAR - NEAR)
    z = add([a * v for v in depth], [0, 0, 0, -FAR * NEAR / (FAR - NEAR)])
    return x + y + z + depth


def quaternion(right, down, forward):
    """w, x, y, z of world to camera, whose matrix has these rows; w >= 0.

    From the axis (what the rotation leaves alone) and the angle (its trace).
    """
    cosine = (right[0] + down[1] + forward[2] - 1) / 2
    axis = unit([forward[1] - down[2], right[2] - forward[0], down[0] - right[1]])
    half = math.acos(max(-1.0, min(1.0, cosine))) / 2
    return [math.cos(half), *(math.sin(half) * v for v in axis)]


def pixel(point, right, down, forward, orig, lens, size, ortho):
    """Where a point falls: similar triangles."""
    to = add(point, orig, -1)
    x, y, z = dot(to, right), dot(to, down), dot(to, forward)
    (fx, fy, cx, cy), pixels = lens, size[1] / ORTHO_HEIGHT
    return [pixels * x + cx, pixels * y + cy] if ortho else [fx * x / z + cx, fy * y / z + cy]


def luxcore(lens, size, ortho):
    (w, h), (fx, fy, cx, cy) = size, lens
    if ortho:
        s = ORTHO_HEIGHT / h
        return {"screenwindow": [-cx * s, (w - cx) * s, (cy - h) * s, cy * s]}
    half = math.atan(max(w / 2 / fx, h / 2 / fy))
    t = math.tan(half)
    window = [-cx / fx / t, (w - cx) / fx / t, (cy - h) / fy / t, cy / fy / t]
    return {"fieldofview": math.degrees(2 * half), "screenwindow": window}


def numbers(ortho, orig, target, up, roll, size, lens):
    """All of one camera, flat lists."""
    right, down, forward = frame = axes(orig, target, up, roll)
    (w, h), (fx, fy, cx, cy) = size, lens
    shorter = min(w, h) / 2
    k = [fx, 0, cx, 0, fy, cy, 0, 0, 1]
    scale = h / ORTHO_HEIGHT
    out = {
        "projection": "orthographic" if ortho else "perspective",
        "width": w,
        "height": h,
        "near": NEAR,
        "far": FAR,
        "ortho_height": ORTHO_HEIGHT if ortho else 0.0,
        "K": k,
        "c2w": columns(right, down, forward, orig),
        "w2c": rows(frame, orig),
        "c2w_gl": columns(right, neg(down), neg(forward), orig),
        "w2c_gl": rows((right, neg(down), neg(forward)), orig),
        "mvp_gl": clip_rows(*frame, orig, lens, size, ortho),
        "gsplat_k": [scale, 0, cx, 0, scale, cy, 0, 0, 1] if ortho else k,
        "pytorch3d_r": [v for i in range(3) for v in (-right[i], -down[i], forward[i])],
        "pytorch3d_t": [dot(right, orig), dot(down, orig), -dot(forward, orig)],
        "pytorch3d_focal": [(scale if ortho else f) / shorter for f in (fx, fy)],
        "pytorch3d_point": [(w / 2 - cx) / shorter, (h / 2 - cy) / shorter],
        "luxcore_orig": list(orig),
        "luxcore_target": add(orig, forward),
        "luxcore_up": neg(down),
        **{f"luxcore_{key}": value for key, value in luxcore(lens, size, ortho).items()},
        "points": [v for p in POINTS for v in p],
        "pixels": [v for p in POINTS for v in pixel(p, *frame, orig, lens, size, ortho)],
    }
    more = orthographic if ortho else perspective
    return {**out, **more(*frame, orig, lens, size)}


def orthographic(right, down, forward, orig, lens, size):
    """What only these have. Mitsuba's film is 2 units wide: its scale is half the image's
    width in world units, and the camera is moved sideways for its principal point."""
    (w, h), (_, _, cx, cy) = size, lens
    scale = h / ORTHO_HEIGHT
    half = w / scale / 2
    there = add(add(orig, right, (w / 2 - cx) / scale), down, (h / 2 - cy) / scale)
    sides = ([-half * v for v in right], [-half * v for v in down])
    return {"mitsuba_to_world": columns(*sides, forward, there)}


def perspective(right, down, forward, orig, lens, size):
    """What only these have; Mitsuba's only where pixels are square."""
    (w, h), (fx, fy, cx, cy) = size, lens
    frame = (right, down, forward)
    out = {
        "mitsuba_to_world": columns(neg(right), neg(down), forward, orig),
        "colmap_qvec": quaternion(*frame),
        "colmap_tvec": [-dot(v, orig) for v in frame],
        "gs_fov": [2 * math.atan(w / 2 / fx), 2 * math.atan(h / 2 / fy)],
        "gs_world_view": transposed(rows(frame, orig)),
        "gs_full_proj": transposed(splat_rows(*frame, orig, lens, size)),
        "gs_center": list(orig),
    }
    if fx == fy:
        out["mitsuba_fov"] = math.degrees(2 * math.atan(w / 2 / fx))
        out["mitsuba_offset"] = [(w / 2 - cx) / w, (h / 2 - cy) / h]
    return out


def table():
    """All cameras by name."""
    return {name: numbers(name == "orthographic", *c) for name, c in CAMERAS.items()}


def main():
    found = table()
    lines = ["# Made by scripts/gen_camera_numbers.py: NAME KEY NUMBERS; see cameras.json.\n"]
    objects = []
    for name, values in found.items():
        pairs = []
        for key, value in values.items():
            words = value if isinstance(value, list) else [value]
            lines.append(f"{name} {key} {' '.join(str(w) for w in words)}\n")
            pairs.append(f'    "{key}": {json.dumps(value)}')
        objects.append(f'  "{name}": {{\n' + ",\n".join(pairs) + "\n  }")
    (FOLDER / "cameras.json").write_text("{\n" + ",\n".join(objects) + "\n}\n")
    (FOLDER / "cameras.txt").write_text("".join(lines))


if __name__ == "__main__":
    main()
