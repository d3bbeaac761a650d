#!/usr/bin/env python3
"""Draws docs/conventions/*.svg: the axes of each camera frame, and how its image is counted.

Only Python's standard library is needed. Left: the camera from behind, with its image plane
before it. Right: the image as a person sees it, upright, with the origin and the first row of
its pixels.
"""

from __future__ import annotations

import math
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "conventions"
WIDTH, HEIGHT = 760, 340
INK, GREY, LINE = "#1f2933", "#66727f", "#c5ced8"
COLOURS = {"x": "#d6453d", "y": "#2c9a4b", "z": "#2f6fde"}
SKY, GROUND, SUN, HILL = "#dcecfb", "#d9ecd2", "#f6c445", "#9cc58c"
FONT = "font-family='DejaVu Sans, Verdana, sans-serif'"

# OpenCV's directions in the drawing on the left, per unit.
RIGHT, DOWN, FORWARD = (52, 15), (0, 50), (43, -21)
EYE = (138, 196)
PLANE = (3.5, 1.3, 0.87)  # how far ahead, half its width, half its height
COLUMNS, ROWS = 6, 4
IMAGE = (452, 82, 240, 160)  # left, top, width, height on the right
DIRECTIONS = {
    "right": (1, 0, 0),
    "left": (-1, 0, 0),
    "down": (0, 1, 0),
    "up": (0, -1, 0),
    "forward": (0, 0, 1),
    "backward": (0, 0, -1),
}

# name: title, x y z, handedness, first row, where (0, 0) is and how u and v run, the words of
# the first pixel's centre, ticks (left, right, bottom, top), a note.
PICTURES = {
    "opencv": (
        "OpenCV, COLMAP: ours",
        ("right", "down", "forward"),
        "right-handed",
        "top",
        ("corner", "right", "down"),
        "first pixel's centre (0.5, 0.5)",
        ("0", "width", "height", "0"),
        "u = fx x/z + cx,  v = fy y/z + cy",
    ),
    "opengl": (
        "OpenGL, Blender",
        ("right", "up", "backward"),
        "right-handed",
        "bottom",
        ("centre", "right", "up"),
        "clip space: x/w, y/w, z/w from -1 to 1",
        ("-1", "1", "-1", "1"),
        "c2w_gl = c2w diag(1, -1, -1, 1)",
    ),
    "nerf": (
        "NeRF, nerfstudio",
        ("right", "up", "backward"),
        "right-handed",
        "top",
        ("corner", "right", "down"),
        "first pixel's centre (0.5, 0.5)",
        ("0", "w", "h", "0"),
        "transform_matrix = c2w diag(1, -1, -1, 1)",
    ),
    "gs": (
        "gaussian-splatting",
        ("right", "down", "forward"),
        "right-handed, row vectors",
        "top",
        ("pixel", "right", "down"),
        "first pixel's centre (0, 0)",
        ("-0.5", "width - 0.5", "height - 0.5", "-0.5"),
        "u = fx x/z + width/2 - 0.5",
    ),
    "gsplat": (
        "gsplat",
        ("right", "down", "forward"),
        "right-handed",
        "top",
        ("corner", "right", "down"),
        "first pixel's centre (0.5, 0.5)",
        ("0", "width", "height", "0"),
        "viewmats = w2c,  Ks = K",
    ),
    "nvdiffrast": (
        "nvdiffrast",
        ("right", "up", "backward"),
        "right-handed",
        "bottom",
        ("centre", "right", "up"),
        "clip space: x/w, y/w, z/w from -1 to 1",
        ("-1", "1", "-1", "1"),
        "mvp = P_gl(K) diag(1, -1, -1, 1) w2c",
    ),
    "pytorch3d": (
        "PyTorch3D",
        ("left", "up", "forward"),
        "right-handed, row vectors",
        "top",
        ("centre", "left", "up"),
        "NDC: half the shorter side is 1",
        ("W/H", "-W/H", "-1", "1"),
        "X_view = X R + T",
    ),
    "mitsuba": (
        "Mitsuba",
        ("left", "up", "forward"),
        "right-handed",
        "top",
        ("corner", "right", "down"),
        "fov spans x; first pixel's centre (0.5, 0.5)",
        ("0", "width", "height", "0"),
        "to_world = c2w diag(-1, -1, 1, 1)",
    ),
    "luxcore": (
        "LuxCore",
        ("right", "up", "forward"),
        "left-handed",
        "bottom",
        ("centre", "right", "up"),
        "screenwindow; fieldofview spans the longer side",
        ("-1", "1", "-H/W", "H/W"),
        "orig, target = orig + z, up",
    ),
}


def seen(x, y, z):
    """A point of OpenCV's camera frame in the drawing."""
    return tuple(EYE[i] + x * RIGHT[i] + y * DOWN[i] + z * FORWARD[i] for i in (0, 1))


def text(x, y, words, size=12, colour=INK, anchor="start", weight="normal", style="normal"):
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' {FONT} font-size='{size}' fill='{colour}' "
        f"text-anchor='{anchor}' font-weight='{weight}' font-style='{style}'>{words}</text>"
    )


def line(a, b, colour=LINE, width=1.0, dash=""):
    more = f" stroke-dasharray='{dash}'" if dash else ""
    return (
        f"<line x1='{a[0]:.1f}' y1='{a[1]:.1f}' x2='{b[0]:.1f}' y2='{b[1]:.1f}' "
        f"stroke='{colour}' stroke-width='{width}' stroke-linecap='round'{more}/>"
    )


def shape(points, fill, stroke="none", width=1.0):
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (
        f"<polygon points='{joined}' fill='{fill}' stroke='{stroke}' stroke-width='{width}' "
        "stroke-linejoin='round'/>"
    )


def arrow(a, b, colour, width=3.2):
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = (dx * dx + dy * dy) ** 0.5
    ux, uy = dx / length, dy / length
    neck = (b[0] - 10 * ux, b[1] - 10 * uy)
    wing = 4.6
    head = [
        b,
        (neck[0] - wing * uy, neck[1] + wing * ux),
        (neck[0] + wing * uy, neck[1] - wing * ux),
    ]
    return line(a, neck, colour, width) + shape(head, colour, colour, 1)


def landscape(place):
    """A scene whose right way up can be seen; `place` maps (0..1, 0..1) from the top left."""
    hill = [(0.0, 0.78), (0.2, 0.5), (0.34, 0.64), (0.52, 0.36), (0.8, 0.78)]
    sun = [(0.82 + 0.07 * c, 0.2 + 0.105 * s) for c, s in CIRCLE]
    return (
        shape([place(*p) for p in ((0, 0), (1, 0), (1, 1), (0, 1))], SKY)
        + shape([place(*p) for p in hill], HILL)
        + shape([place(*p) for p in ((0, 0.76), (1, 0.76), (1, 1), (0, 1))], GROUND)
        + shape([place(*p) for p in sun], SUN)
    )


CIRCLE = [(math.cos(math.pi * i / 14), math.sin(math.pi * i / 14)) for i in range(28)]


def grid(place, colour):
    out = [line(place(i / COLUMNS, 0), place(i / COLUMNS, 1), colour) for i in range(COLUMNS + 1)]
    out += [line(place(0, i / ROWS), place(1, i / ROWS), colour) for i in range(ROWS + 1)]
    return "".join(out)


def camera_side(axes):
    """The camera, its image plane and its axes."""
    ahead, w, h = PLANE

    def place(u, v):
        return seen((2 * u - 1) * w, (2 * v - 1) * h, ahead)

    corners = [place(*p) for p in ((0, 0), (1, 0), (1, 1), (0, 1))]
    out = [landscape(place), grid(place, "#ffffffaa"), shape(corners, "none", GREY, 1.4)]
    out += [line(EYE, corner, GREY, 0.9, "3 4") for corner in corners]
    out.append(body())
    # What points away is drawn first.
    order = sorted(zip("xyz", axes), key=lambda a: -DIRECTIONS[a[1]][2])
    for name, direction in order:
        d = DIRECTIONS[direction]
        end = seen(*(1.45 * v for v in d))
        out.append(arrow(EYE, end, COLOURS[name]))
        out.append(label(name, direction, end))
    out.append(f"<circle cx='{EYE[0]}' cy='{EYE[1]}' r='4.5' fill='{INK}'/>")
    return "".join(out)


def body():
    """A small camera about its centre."""
    s = 0.26
    back = [seen(x * s, y * s, -s * 1.6) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    side = [seen(s, -s, -s * 1.6), seen(s, -s, 0), seen(s, s, 0), seen(s, s, -s * 1.6)]
    top = [seen(-s, -s, -s * 1.6), seen(-s, -s, 0), seen(s, -s, 0), seen(s, -s, -s * 1.6)]
    return shape(top, "#eef1f5", GREY) + shape(side, "#d5dbe3", GREY) + shape(back, "#e3e8ee", GREY)


def label(name, direction, end):
    """An axis' letter and word, beyond its arrow."""
    spots = {
        "right": (6, 12, "start"),
        "left": (-4, -8, "middle"),
        "down": (8, 4, "start"),
        "up": (8, 6, "start"),
        "forward": (5, 13, "start"),
        "backward": (0, 20, "middle"),
    }
    dx, dy, anchor = spots[direction]
    colour = COLOURS[name]
    words = f"<tspan font-weight='bold'>{name}</tspan> {direction}"
    return (
        f"<text x='{end[0] + dx:.1f}' y='{end[1] + dy:.1f}' {FONT} font-size='13' fill='{colour}' "
        f"text-anchor='{anchor}' paint-order='stroke' stroke='#ffffff' stroke-width='3' "
        f"stroke-linejoin='round'>{words}</text>"
    )


def image_side(first_row, origin, centre, ticks):
    """The image upright, with its coordinates and its first row."""
    left, top, width, height = IMAGE

    def place(u, v):
        return (left + u * width, top + v * height)

    out = [landscape(place)]
    row = 0 if first_row == "top" else (ROWS - 1) / ROWS
    stripe = [place(0, row), place(1, row), place(1, row + 1 / ROWS), place(0, row + 1 / ROWS)]
    out.append(shape(stripe, "#f08c2e55"))
    out.append(grid(place, "#ffffffcc"))
    out.append(shape([place(*p) for p in ((0, 0), (1, 0), (1, 1), (0, 1))], "none", GREY, 1.4))
    middle = place(0, row + 0.5 / ROWS)
    out.append(text(left + width * 0.66, middle[1] + 4, "row 0", 12, "#a4530a", "middle", "bold"))
    out += pixel_axes(place, *origin)
    out += [
        text(left, top + height + 16, ticks[0], 11, GREY, "middle"),
        text(left + width, top + height + 16, ticks[1], 11, GREY, "middle"),
        text(left - 8, top + height + 1, ticks[2], 11, GREY, "end"),
        text(left - 8, top + 8, ticks[3], 11, GREY, "end"),
        text(left + width / 2, top + height + 38, centre, 12.5, INK, "middle"),
    ]
    return "".join(out)


def pixel_axes(place, where, u, v):
    """Arrows of the image's own coordinates, from where both are 0."""
    start = {"corner": (0, 0), "pixel": (0.5 / COLUMNS, 0.5 / ROWS), "centre": (0.5, 0.5)}[where]
    a = place(*start)
    ends = []
    for name, direction in (("x", u), ("y", v)):
        d = DIRECTIONS[direction]
        ends.append((name, (a[0] + 62 * d[0], a[1] + 62 * d[1])))
    out = [arrow(a, end, COLOURS[name], 2.6) for name, end in ends]
    out.append(f"<circle cx='{a[0]:.1f}' cy='{a[1]:.1f}' r='4.2' fill='{INK}'/>")
    if where != "centre":
        pixel = place(0.5 / COLUMNS, 0.5 / ROWS)
        out.append(f"<circle cx='{pixel[0]:.1f}' cy='{pixel[1]:.1f}' r='2.6' fill='{INK}'/>")
    names = ("x", "y") if where == "centre" else ("u", "v")
    for (name, end), word in zip(ends, names):
        dx, dy = (7, 4) if name == "y" else (0, -8)
        out.append(text(end[0] + dx, end[1] + dy, word, 12, COLOURS[name], "start", "bold"))
    return out


def picture(title, axes, hand, first_row, origin, centre, ticks, note):
    rows = "rows from the top" if first_row == "top" else "rows from the bottom"
    return "\n".join(
        [
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' "
            f"width='{WIDTH}' height='{HEIGHT}' role='img'>",
            f"<title>{title}: x {axes[0]}, y {axes[1]}, z {axes[2]}; {rows}</title>",
            f"<rect x='0.5' y='0.5' width='{WIDTH - 1}' height='{HEIGHT - 1}' rx='10' "
            f"fill='#ffffff' stroke='{LINE}'/>",
            text(24, 34, title, 17, INK, weight="bold"),
            text(24, 54, hand, 12, GREY),
            text(IMAGE[0] + IMAGE[2] / 2, 54, f"the image: {rows}", 12, GREY, "middle"),
            camera_side(axes),
            image_side(first_row, origin, centre, ticks),
            text(24, HEIGHT - 20, note, 12.5, INK),
            "</svg>\n",
        ]
    )


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, parts in PICTURES.items():
        (FOLDER / f"{name}.svg").write_text(picture(*parts))


if __name__ == "__main__":
    main()
