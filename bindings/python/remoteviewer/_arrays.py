"""Any array to an H x W x C view of a type that travels, without a copy where
that can be. Errors name the shape found and the expression that mends it.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any, overload

import numpy as np

from . import _abi
from ._device import DeviceArray
from ._errors import ArrayError
from ._tensors import AnyArray, Array, as_numpy, locate, target

__all__ = ["DTYPES", "MAX_SIDE", "Array", "as_numpy", "convert", "locate", "split"]

MAX_SIDE = 32768
MAX_CHANNELS = 64
# Sides from which an array that has its channels last may well have them first.
_SMALL_IMAGE = 8

# What travels as it is, by kind and size.
DTYPES = {
    ("u", 1): _abi.RV_U8,
    ("u", 2): _abi.RV_U16,
    ("u", 4): _abi.RV_U32,
    ("f", 2): _abi.RV_F16,
    ("f", 4): _abi.RV_F32,
}


@overload
def split(array: Array, channels: int | None = None) -> list[Array]: ...
@overload
def split(array: AnyArray, channels: int | None = None) -> list[AnyArray]: ...
def split(array: AnyArray, channels: int | None = None) -> Any:
    """Returns the images of an array as H x W x C views: one, or N of a batch.

    Taken are H x W, H x W x C with at most 64 channels, C x H x W where that doesn't
    fit, the same with leading 1s, and N images in front. `channels` is how many are
    named: it decides where both fit.
    """
    shape = array.shape
    if array.size == 0:
        raise ArrayError(f"an image needs at least one pixel, found shape {shape}")
    while array.ndim > 3 and array.shape[0] == 1:
        array = array[0]
    if array.ndim == 4:
        return [_channels_last(image, shape, channels) for image in array]
    if array.ndim in (2, 3):
        return [_channels_last(array, shape, channels)]
    mend = "x.reshape(height, width, channels)" if array.ndim < 2 else "x[0], or a list of images"
    raise ArrayError(f"an image has to be H x W or H x W x C, found shape {shape}: use {mend}")


def _channels_last(image: AnyArray, shape: tuple[int, ...], channels: int | None) -> AnyArray:
    if image.ndim == 2:
        image = image.with_channel() if isinstance(image, DeviceArray) else image[:, :, None]
    elif not _channels_are_last(image.shape, channels):
        if image.shape[0] > MAX_CHANNELS:
            raise ArrayError(
                f"an image has to be H x W x C with at most {MAX_CHANNELS} channels, "
                f"found shape {shape}: use x[..., :3]"
            )
        image = image.transpose(1, 2, 0)
    if max(image.shape[:2]) > MAX_SIDE:
        raise ArrayError(
            f"a side can have {MAX_SIDE} pixels, found shape {shape}: use x[::2, ::2], or tiles"
        )
    return image


def _channels_are_last(shape: tuple[int, ...], channels: int | None) -> bool:
    first, height, last = shape
    if channels is not None and channels in (first, last):
        return channels == last
    if last > MAX_CHANNELS:
        return False
    if channels is None and first in (1, 3, 4) and min(height, last) >= _SMALL_IMAGE:
        warnings.warn(
            f"an image of shape {shape} is taken as {first} x {height} pixels of {last} channels. "
            "If its channels come first use np.moveaxis(x, -3, -1), x.movedim(-3, -1) in torch, "
            f"or rv.Image(x, channels=...) with {first} names; {last} names keep it as it is",
            stacklevel=_depth_of_caller(),
        )
    return True


def _depth_of_caller() -> int:
    """Returns the stacklevel at which a warning names the line outside this package."""
    frame, depth = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__package__") == __package__:
        frame, depth = frame.f_back, depth + 1
    return depth


def convert(image: Array, color: str | None, shape: tuple[int, ...] | None = None) -> Array:
    """Returns the image in a type that travels, as native, aligned elements that
    don't share memory; the same array when it is so already. Errors name `shape`.
    """
    shape = image.shape if shape is None else shape
    dtype = image.dtype
    if (dtype.kind, dtype.itemsize) in DTYPES and dtype.name != "bfloat16":
        if not dtype.isnative or not image.flags.aligned or _repeats(image):
            native: Array = np.array(image, dtype=dtype.newbyteorder("="), order="C")
            return native
        return image
    if dtype.kind == "b":
        white: Array = np.multiply(image, np.uint8(255), dtype=np.uint8)
        return white
    if dtype.kind == "f" or dtype.name.startswith(("bfloat", "float")):
        single: Array = image.astype(np.float32)
        return single
    if dtype.kind in "iu":
        return _checked_integers(image, color, shape)
    mend = "np.abs(x)" if dtype.kind == "c" else "x.astype(np.float32)"
    raise ArrayError(
        f"an image has to hold integers, floats or booleans, found {dtype} of shape {shape}: "
        f"use {mend}"
    )


def _repeats(image: Array) -> bool:
    """Says whether an axis has stride 0, as of np.broadcast_to; in C that means packed."""
    return 0 in image.strides and any(s == 0 and n > 1 for s, n in zip(image.strides, image.shape))


def _checked_integers(image: Array, color: str | None, shape: tuple[int, ...]) -> Array:
    dtype = target(str(image.dtype), int(image.min()), int(image.max()), color, shape)
    return image.astype(dtype)
