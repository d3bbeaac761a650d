"""Small pictures of images as the viewer shows them, and PNG."""

from __future__ import annotations

import struct
import zlib
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

# What is under transparent pixels; where there is no value; what is not a number.
UNDER, NOTHING, NOT_A_NUMBER = 0.4, (0.11, 0.11, 0.12), (1.0, 0.0, 1.0)
# Of depths, the share at each end that doesn't count.
TAIL = 0.005

# The viewer's colour maps: polynomials from the highest power down, per channel.
VIRIDIS = (
    (-3.9091, 4.7147, 29.0958),
    (1.5868, -13.8337, -72.5217),
    (7.9659, 14.0694, 63.2551),
    (-4.3382, -5.5919, -21.8354),
    (-0.8047, 0.1304, 0.4184),
    (0.2246, 1.4123, 1.4015),
    (0.2674, 0.0049, 0.3296),
)
TURBO = (
    (-289.1307, -26.5561, -187.2493),
    (974.2627, 69.6804, 752.5350),
    (-1228.0801, -55.9550, -1170.9166),
    (690.2933, 13.8164, 868.9126),
    (-152.4645, -3.7723, -292.0208),
    (3.8668, -0.1151, 22.8814),
    (1.5415, 2.8459, 5.6355),
    (0.1889, 0.0719, 0.2335),
)


class Sample(NamedTuple):
    """Some of an image's pixels: at most twice as many a side as will be shown."""

    name: str
    pixels: npt.NDArray[Any]  # H x W x C, a copy
    color: str
    alpha: str
    white: float  # 0: the type's
    channels: tuple[str, ...] | None
    size: tuple[int, int]  # width, height that will be shown


def sampled(
    name: str,
    image: npt.NDArray[Any],
    color: str,
    alpha: str,
    white: float,
    channels: tuple[str, ...] | None,
    room: tuple[int, int],
) -> Sample:
    """Copies so much of an H x W x C image as a picture of at most `room` (width, height)
    pixels takes.
    """
    height, width = image.shape[:2]
    scale = min(1.0, room[0] / width, room[1] / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    most = 1 if color == "data" else 2  # a mean of labels is none
    columns, rows = (_places(n, min(n, most * m)) for n, m in zip((width, height), size))
    return Sample(name, image[rows][:, columns].copy(), color, alpha, white, channels, size)


def _places(count: int, wanted: int) -> npt.NDArray[np.intp]:
    """Returns evenly spread indexes."""
    return ((np.arange(wanted) + 0.5) * count / wanted).astype(np.intp)


def picture(sample: Sample) -> Pixels:
    """Returns H x W x 3 display values of a sample's size, as the viewer would show it."""
    dtype = sample.pixels.dtype
    white = sample.white or (float(np.iinfo(dtype).max) if dtype.kind == "u" else 1.0)
    values = sample.pixels.astype(np.float32)
    colour, alpha = _roles(sample)
    with np.errstate(all="ignore"):
        if sample.color in ("depth", "distance", "data"):
            shown = _false_colour(values[:, :, colour[0]], sample.color != "data")
        else:
            shown = _colour(values, colour, alpha, sample, white)
        return _reduced(shown, sample.size)


def _roles(sample: Sample) -> tuple[list[int], int | None]:
    """Returns which channels are red, green and blue, and which is alpha."""
    count = sample.pixels.shape[2]
    names = sample.channels or {1: "Y", 2: "YA", 3: "RGB", 4: "RGBA"}.get(count, "")
    found = [names.index(c) for c in "RGB" if c in names]
    if len(found) != 3:
        found = [names.index("Y") if "Y" in names else 0] * 3
    return found, names.index("A") if "A" in names and sample.alpha != "none" else None


def _colour(
    values: Floats, colour: list[int], alpha: int | None, sample: Sample, white: float
) -> Floats:
    # A normal's values are what they are.
    shown = values[:, :, colour] / (1.0 if sample.color == "normal" else white)
    wrong = np.isnan(shown).any(axis=2)
    if sample.color == "normal":
        shown = 0.5 + 0.5 * shown
    if alpha is not None:
        dtype = sample.pixels.dtype
        full = float(np.iinfo(dtype).max) if dtype.kind == "u" else 1.0
        cover = np.clip(values[:, :, alpha, None] / full, 0.0, 1.0)
        under = to_linear(np.float32(UNDER)) if sample.color == "linear" else UNDER
        shown = (shown * cover if sample.alpha == "straight" else shown) + under * (1.0 - cover)
    if sample.color == "linear":
        shown = to_display(shown)
    shown[wrong] = NOT_A_NUMBER
    result: Floats = shown.astype(np.float32)
    return result


def to_display(v: Any) -> Any:
    """Linear light to sRGB's display values."""
    low = np.abs(v)
    return np.where(low < 0.0031308, v * 12.92, np.sign(v) * (1.055 * low ** (1 / 2.4) - 0.055))


def to_linear(v: Any) -> Any:
    """sRGB's display values to linear light."""
    low = np.abs(v)
    return np.where(low < 0.04045, v / 12.92, np.sign(v) * ((low + 0.055) / 1.055) ** 2.4)


def _false_colour(values: Floats, depth: bool) -> Floats:
    """Returns colours of values: of depths over their logarithms, without a few stray ones."""
    good = np.isfinite(values) & (values > 0) if depth else ~np.isnan(values)
    finite = values[good & np.isfinite(values)]
    if depth:
        finite, values = np.log(finite), np.log(np.where(good, values, 1.0))
    tail = TAIL if depth else 0.0
    low, high = 0.0, 1.0
    if finite.size:
        low, high = (float(end) for end in np.quantile(finite, [tail, 1 - tail]))
    t = (values - low) / (high - low) if high > low else np.full(values.shape, 0.5, np.float32)
    t = np.clip(np.nan_to_num(t), 0.0, 1.0)[:, :, None]
    table = np.array(VIRIDIS if depth else TURBO, np.float32)
    shown = np.zeros((*values.shape, 3), np.float32)
    for powers in table:
        shown = shown * t + powers
    shown[~good] = NOTHING
    return shown


def _reduced(shown: Floats, size: tuple[int, int]) -> Pixels:
    """Averages the samples that fall on one pixel, and returns bytes."""
    shown = shown.clip(0.0, 1.0).astype(np.float32)
    for axis, count in ((0, size[1]), (1, size[0])):
        if shown.shape[axis] == 2 * count:
            even, odd = (np.take(shown, range(k, 2 * count, 2), axis) for k in (0, 1))
            shown = ((even + odd) / 2).astype(np.float32)
        elif shown.shape[axis] != count:
            shown = np.take(shown, _places(shown.shape[axis], count), axis)
    return np.rint(shown * 255).astype(np.uint8)


def beside(pictures: list[Pixels], gap: int) -> Pixels:
    """Returns pictures side by side, on what is shown where there is nothing."""
    height = max(p.shape[0] for p in pictures)
    width = sum(p.shape[1] for p in pictures) + gap * (len(pictures) - 1)
    out = np.empty((height, width, 3), np.uint8)
    out[:] = np.rint(np.array(NOTHING) * 255)
    x = 0
    for p in pictures:
        out[: p.shape[0], x : x + p.shape[1]] = p
        x += p.shape[1] + gap
    return out


def png(pixels: Pixels) -> bytes:
    """Returns H x W x 3 bytes as a PNG: 8 bit RGB, sRGB, each row as its difference from
    the one above.
    """
    height, width = pixels.shape[:2]
    rows = pixels.reshape(height, width * 3)
    lines = np.full((height, 1 + width * 3), 2, np.uint8)  # the filter "up"
    lines[0, 1:] = rows[0]
    lines[1:, 1:] = rows[1:] - rows[:-1]
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(lines.tobytes(), 4)
    parts = [(b"IHDR", head), (b"sRGB", b"\0"), (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
