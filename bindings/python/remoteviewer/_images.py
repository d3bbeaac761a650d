"""Images with what their values mean, and lists of them as the C ABI takes them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Optional

import numpy as np

from . import _abi
from ._arrays import DTYPES, convert, locate, split
from ._device import DeviceArray
from ._errors import ArrayError, LimitError, NameError
from ._keeper import keeper
from ._tensors import AnyArray, integers, layout, said, stream_of
from ._values import to_text

COLORS = {
    "srgb": _abi.RV_COLOR_SRGB,
    "linear": _abi.RV_COLOR_LINEAR,
    "depth": _abi.RV_COLOR_DEPTH,
    "distance": _abi.RV_COLOR_DISTANCE,
    "normal": _abi.RV_COLOR_NORMAL,
    "data": _abi.RV_COLOR_DATA,
}
ALPHAS = {
    "none": _abi.RV_ALPHA_NONE,
    "straight": _abi.RV_ALPHA_STRAIGHT,
    "premultiplied": _abi.RV_ALPHA_PREMULTIPLIED,
}
MAX_IMAGES = 64
MAX_NAME_BYTES = 128
# How many shapes of lists are remembered by one Packer.
MAX_PLANS = 16


class Image:
    """An array, and what has to be known to show it.

    Args:
        array: H x W, H x W x C, or C x H x W. Three dimensions are H x W x C when the
            last is 1 to 64, also when both would fit; else C x H x W, as torch's images
            of more than 64 x 64 pixels. `channels` decides otherwise by its length.
            More leading 1s are dropped, N images become N windows. Integers, floats,
            booleans; numpy, torch, CuPy, JAX, Dr.Jit, Mitsuba, and what numpy can read or
            what has `__cuda_array_interface__` or `__dlpack__`. From a CUDA device it goes
            by one asynchronous copy on the stream that makes it: nothing is waited for,
            except to check the range of integers that don't travel as they are.
        color: what the values mean: "srgb" (display values, 0 to `white`), "linear",
            "depth" (along the camera's z axis), "distance" (along the ray), "normal"
            (-1 to 1), "data" (labels, counts, anything else). None: "data" for uint32
            and more than 4 channels, "linear" for floats of Dr.Jit and Mitsuba, else "srgb".
        alpha: "none", "straight" or "premultiplied"; None: straight for 2 or 4 channels.
        name: of the window, 1 to 128 bytes; None: the index in the list.
        origin: "top" or "bottom": where the array's first row belongs.
        white: the value shown as display white; None: 255 for u8, 65535 for u16, 1 for floats.
        channels: names of the channels, as many as there are: ("R", "G", "B") makes
            (3, 32, 32) an image of 32 x 32. None: Y, YA, RGB, RGBA, or numbers.

    Raises ArrayError for options that don't exist; the array is looked at when it is sent.
    """

    __slots__ = ("alpha", "array", "channels", "color", "name", "origin", "white")

    def __init__(
        self,
        array: Any,
        *,
        color: str | None = None,
        alpha: str | None = None,
        name: str | None = None,
        origin: str = "top",
        white: float | None = None,
        channels: Sequence[str] | None = None,
    ) -> None:
        _one_of("color", color, COLORS)
        _one_of("alpha", alpha, ALPHAS)
        if origin not in ("top", "bottom"):
            raise ArrayError(f"origin has to be 'top' or 'bottom', found {origin!r}")
        if white is not None and not 0 < float(white) < float("inf"):
            raise ArrayError(f"white has to be a finite value above 0, found {white!r}")
        self.array, self.color, self.alpha = array, color, alpha
        self.name, self.origin, self.white, self.channels = name, origin, white, channels

    def __repr__(self) -> str:
        shape = tuple(getattr(self.array, "shape", ()))
        return (
            f"Image({type(self.array).__name__}{shape}, color={self.color!r}, name={self.name!r})"
        )


def linear(array: Any, *, name: str | None = None, origin: str = "top") -> Image:
    """Says that an array holds scene-linear values, as path tracers make them."""
    return Image(array, color="linear", name=name, origin=origin)


def depth(array: Any, *, name: str | None = None, origin: str = "top") -> Image:
    """Says that an array holds depth along the camera's z axis, in world units."""
    return Image(array, color="depth", name=name, origin=origin)


def _one_of(what: str, value: str | None, known: Mapping[str, int]) -> None:
    if value is not None and value not in known:
        raise ArrayError(f"{what} has to be one of {', '.join(known)}, found {value!r}")


Entry = tuple[Optional[str], Any]


def entries(images: Any) -> list[Entry]:
    """Returns (name, image) for a list of images, a dict of them by name, or one."""
    if isinstance(images, (list, tuple)):
        return [pair for image in images for pair in _entry(image)]
    if isinstance(images, Mapping):
        return [(_name(key), image) for key, image in images.items()]
    return [(None, images)]


def _entry(image: Any) -> Iterable[Entry]:
    if type(image) is np.ndarray or not isinstance(image, (Mapping, list, tuple)):
        return ((None, image),)
    return entries(image)


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise NameError(f"the name of a window has to be a str, found {value!r}")
    return value


class Packed:
    """A list of images as the ABI takes it. The arrays live as long as this."""

    __slots__ = ("arrays", "count", "foreign", "key", "structs")

    def __init__(self, structs: Any, count: int, arrays: list[Any]) -> None:
        self.structs, self.count, self.arrays = structs, count, arrays
        # Whether memory of a device has to be kept for the copy.
        self.foreign = any(type(a) is DeviceArray and not a.ordered for a in arrays)
        self.key: Any = None


class _Part(NamedTuple):
    """One window's worth."""

    name: str | None
    array: AnyArray  # H x W x C, of a type that travels
    color: int
    alpha: int
    white: float
    channels: Sequence[str] | None


class Packer:
    """Packs lists. The structs of a list whose arrays only moved in memory are
    used again, so that a loop pays for them once.
    """

    def __init__(self, *, white: float = 0.0, color: str | None = None) -> None:
        self._white, self._color = white, color
        self._plans: dict[Any, list[Packed]] = {}

    def pack(self, pairs: list[Entry]) -> Packed:
        """Returns the list in C's form; give it back by `release`. Raises ArrayError,
        NameError, LimitError.
        """
        key = _key(pairs)
        if key is not None:
            plans = self._plans.get(key)
            try:
                packed = plans.pop() if plans else None
            except IndexError:  # another thread took it
                packed = None
            if packed is not None:
                return _point(packed, [array for _, array in pairs])
        single = len(pairs) == 1
        packed = _pack(
            [
                part
                for number, (name, image) in enumerate(pairs)
                for part in self._of(None if single else number, name, image)
            ]
        )
        if key is not None and _only_viewed(packed.arrays, pairs):
            packed.key = key
        return packed

    def release(self, packed: Packed) -> None:
        """Takes back what `pack` gave, when it was sent."""
        if packed.foreign:
            for array in packed.arrays:
                if type(array) is DeviceArray and not array.ordered:
                    keeper.keep(array)
        packed.arrays = []
        if packed.key is None:
            return
        if len(self._plans) >= MAX_PLANS and packed.key not in self._plans:
            self._plans.clear()
        self._plans.setdefault(packed.key, []).append(packed)

    def _of(self, number: int | None, name: str | None, image: Any) -> Iterator[_Part]:
        """`parts`, whose errors say which image they are about, where that isn't plain."""
        try:
            yield from self.parts(name, image)
        except ArrayError as e:
            known = image.name if name is None and isinstance(image, Image) else name
            if known is not None or number is not None:
                e.args = (f"image {str(number) if known is None else known!r}: {e}",)
            raise

    def parts(
        self, name: str | None, value: Any, find: Callable[[Any], AnyArray] = locate
    ) -> Iterator[_Part]:
        """Returns the windows that an image makes; `find` says where its values are to be."""
        image = value if isinstance(value, Image) else Image(value)
        name = image.name if name is None else name
        known = said(image.array)
        if known.channels is not None or known.alpha is not None:
            image = _completed(image, known.alpha, known.channels)
        array = find(known.array)
        shape = array.shape
        count = None if image.channels is None else len(image.channels)
        views = split(array, count)
        color = image.color or self._color or known.color
        color = color or _guess_color(views[0], name, known.linear)
        if isinstance(array, DeviceArray) and array.dtype.kind in "iu":
            views = split(integers(array, color, shape), count)
        for number, view in enumerate(views):
            of_batch = name if name is None or len(views) == 1 else f"{name} {number}"
            yield self._part(of_batch, view, color, image, shape)

    def _part(
        self, name: str | None, view: AnyArray, color: str, image: Image, shape: tuple[int, ...]
    ) -> _Part:
        if image.origin == "bottom":
            view = view.reversed_rows() if isinstance(view, DeviceArray) else view[::-1]
        alpha = image.alpha
        if alpha is None:
            colored = color in ("srgb", "linear") and image.channels is None
            alpha = "straight" if colored and view.shape[2] in (2, 4) else "none"
        if image.channels is not None and len(image.channels) != view.shape[2]:
            raise ArrayError(
                f"channels has to name each of the {view.shape[2]} channels of shape {shape}, "
                f"found {list(image.channels)}"
            )
        white = self._white if image.white is None else float(image.white)
        array = view if isinstance(view, DeviceArray) else convert(view, color, shape)
        return _Part(name, array, COLORS[color], ALPHAS[alpha], white, image.channels)


def _completed(image: Image, alpha: str | None, channels: Sequence[str] | None) -> Image:
    """Returns an image with what its array says, where nothing else was said."""
    return Image(
        image.array,
        color=image.color,
        alpha=image.alpha or (alpha if image.channels is None else None),
        name=image.name,
        origin=image.origin,
        white=image.white,
        channels=image.channels or channels,
    )


def _only_viewed(arrays: list[AnyArray], pairs: list[Entry]) -> bool:
    """Says whether what is sent is the caller's own memory, one array an image."""
    return len(arrays) == len(pairs) and all(
        _address(array) == _address(given) for array, (_, given) in zip(arrays, pairs)
    )


def _guess_color(view: AnyArray, name: str | None, linear: bool) -> str:
    channels, dtype = view.shape[2], view.dtype
    if channels > 4 or (dtype.kind, dtype.itemsize) == ("u", 4):
        return "data"
    # A window that is called depth shows depth; a colour map of it has 3 channels.
    if dtype.kind != "f":
        return "srgb"
    return "depth" if name == "depth" and channels == 1 else "linear" if linear else "srgb"


def _key(pairs: list[Entry]) -> Any:
    """Returns what the structs depend on, or None where values have to be looked at."""
    key: list[Any] = []
    for name, array in pairs:
        if type(array) is np.ndarray:
            key.append((name, array.shape, array.strides, array.dtype, array.flags.aligned))
            continue
        of_tensor = layout(array)
        if of_tensor is None:
            return None
        key.append((name, of_tensor))
    return tuple(key)


def _address(array: Any) -> int:
    if type(array) is np.ndarray:
        return array.__array_interface__["data"][0]  # type: ignore[no-any-return]
    if type(array) is DeviceArray:
        return array.pointer
    address: int = array.data_ptr()
    return address


def _point(packed: Packed, arrays: list[Any]) -> Packed:
    packed.arrays = arrays
    for struct, array in zip(packed.structs, arrays):
        struct.data = _address(array)
        if struct.memory == _abi.RV_MEMORY_CUDA:
            struct.cuda_stream = stream_of(array)
    return packed


def _pack(parts: list[_Part]) -> Packed:
    if not 1 <= len(parts) <= MAX_IMAGES:
        raise LimitError(f"a list has 1 to {MAX_IMAGES} images, found {len(parts)}")
    _check_names([part.name for part in parts])
    structs = (_abi.RvImage * len(parts))()
    for struct, part in zip(structs, parts):
        _fill(struct, part)
    return Packed(structs, len(parts), [part.array for part in parts])


def _fill(struct: _abi.RvImage, part: _Part) -> None:
    array = part.array
    struct.struct_size = ctypes.sizeof(_abi.RvImage)
    struct.dtype = DTYPES[array.dtype.kind, array.dtype.itemsize]
    struct.data = _address(array)
    if isinstance(array, DeviceArray):
        struct.memory, struct.cuda_stream = _abi.RV_MEMORY_CUDA, array.stream
    struct.name = None if part.name is None else part.name.encode("utf-8")
    if part.channels is not None:
        struct.channel_names = (ctypes.c_char_p * array.shape[2])(
            *(to_text(channel, "the name of a channel") for channel in part.channels)
        )
    struct.height, struct.width, struct.channels = array.shape
    struct.row_stride, struct.pixel_stride, struct.channel_stride = array.strides
    struct.color, struct.alpha, struct.white = part.color, part.alpha, part.white


def _check_names(names: list[str | None]) -> None:
    seen: set[str] = set()
    for index, given in enumerate(names):
        name = str(index) if given is None else given
        size = len(name.encode("utf-8", "replace"))
        if not 1 <= size <= MAX_NAME_BYTES or not name.isprintable():
            raise NameError(
                f"a name has 1 to {MAX_NAME_BYTES} bytes of printable UTF-8, found {name!r}"
            )
        if name in seen:
            raise NameError(f"each image of a list needs its own name, found {name!r} twice")
        seen.add(name)
