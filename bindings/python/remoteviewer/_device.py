"""Arrays in the memory of a CUDA device, of which nothing is read here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ._errors import ArrayError, InvalidError

# Streams by number, as the driver and `__cuda_array_interface__` have them.
LEGACY_STREAM = 1


class DeviceArray:
    """Device memory with a shape, looked at as numpy looks at its own.

    Attributes:
        pointer: address of the first element.
        shape, strides: strides in bytes.
        dtype: numpy's.
        stream: the CUstream that makes the values, as a number.
        owner: what the memory belongs to, and what converts it.
        ordered: whether who frees or overwrites the memory does it on that stream; if
            not, the owner is kept until the copy is over.
        device: its number.
    """

    __slots__ = ("device", "dtype", "ordered", "owner", "pointer", "shape", "stream", "strides")

    def __init__(
        self,
        owner: Any,
        pointer: int,
        shape: tuple[int, ...],
        strides: tuple[int, ...],
        dtype: np.dtype[Any],
        stream: int,
        *,
        ordered: bool = True,
        device: int = 0,
    ) -> None:
        self.owner, self.pointer, self.shape, self.strides = owner, pointer, shape, strides
        self.dtype, self.stream, self.ordered, self.device = dtype, stream, ordered, device

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.prod(self.shape, dtype=np.int64))

    def _as(self, pointer: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> DeviceArray:
        return DeviceArray(
            self.owner,
            pointer,
            shape,
            strides,
            self.dtype,
            self.stream,
            ordered=self.ordered,
            device=self.device,
        )

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: int) -> DeviceArray:
        """Returns one of those along the first axis."""
        if not 0 <= index < self.shape[0]:
            raise IndexError(index)
        return self._as(self.pointer + index * self.strides[0], self.shape[1:], self.strides[1:])

    def __iter__(self) -> Iterator[DeviceArray]:
        return (self[i] for i in range(self.shape[0]))

    def reversed_rows(self) -> DeviceArray:
        """Returns the same with its first axis turned round."""
        last = self.pointer + (self.shape[0] - 1) * self.strides[0]
        return self._as(last, self.shape, (-self.strides[0], *self.strides[1:]))

    def with_channel(self) -> DeviceArray:
        """Returns H x W as H x W x 1."""
        return self._as(self.pointer, (*self.shape, 1), (*self.strides, self.dtype.itemsize))

    def transpose(self, *axes: int) -> DeviceArray:
        """Returns the same with its axes in this order."""
        return self._as(
            self.pointer,
            tuple(self.shape[a] for a in axes),
            tuple(self.strides[a] for a in axes),
        )

    def repeats(self) -> bool:
        """Says whether an axis has stride 0; in C that means packed."""
        return any(s == 0 and n > 1 for s, n in zip(self.strides, self.shape))


def packed_strides(shape: tuple[int, ...], itemsize: int) -> tuple[int, ...]:
    """Returns the strides in bytes of an array in C order."""
    strides, step = [], itemsize
    for n in reversed(shape):
        strides.append(step)
        step *= n
    return tuple(reversed(strides))


def from_interface(value: Any, description: Any) -> DeviceArray:
    """Returns what a `__cuda_array_interface__` describes. Raises ArrayError."""
    named = type(value).__name__
    try:
        shape = tuple(int(n) for n in description["shape"])
        dtype = np.dtype(description["typestr"])
        pointer = int(description["data"][0] or 0)
        strides = description.get("strides")
        stream = description.get("stream")
    except (KeyError, TypeError, ValueError, IndexError) as e:
        raise ArrayError(f"the __cuda_array_interface__ of {named} can't be read: {e!r}") from e
    if description.get("mask") is not None:
        raise ArrayError(f"an image can't have a mask, found one in {named}: use x.filled(0)")
    if stream == 0:
        raise ArrayError(
            f"the __cuda_array_interface__ of {named} has stream 0, which that protocol forbids: "
            "wanted 1 (legacy), 2 (per thread), a stream, or None"
        )
    bytes_apart = (
        packed_strides(shape, dtype.itemsize) if strides is None else tuple(map(int, strides))
    )
    if not dtype.isnative:
        raise ArrayError(f"an image on a device has native byte order, found {dtype} in {named}")
    if len(bytes_apart) != len(shape):
        raise ArrayError(f"{named} has shape {shape} and strides {bytes_apart}: not one for each")
    return DeviceArray(
        value, pointer, shape, bytes_apart, dtype, LEGACY_STREAM if stream is None else int(stream)
    )


def broken(error: BaseException, what: str) -> InvalidError:
    """Returns what to raise when a library's call on the device failed."""
    lines = str(error).strip().splitlines()
    said = lines[0] if lines else repr(error)
    return InvalidError(
        f"{what} can't be read from its device: {said}. After an error of a kernel the device is "
        "lost to this process: look for the first error, and start the process anew"
    )
