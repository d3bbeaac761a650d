"""Arrays of other libraries, none of which is imported here: what isn't loaded can't
have made the array.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple, Union

import numpy as np
import numpy.typing as npt

from . import _dlpack
from ._device import DeviceArray, broken, from_interface
from ._errors import ArrayError

Array = npt.NDArray[Any]
AnyArray = Union[Array, DeviceArray]

# Integers that travel as they are.
_PLAIN = ("u1", "u2", "u4")


class Said(NamedTuple):
    """An array, and what its type says about it."""

    array: Any
    linear: bool = False  # floats are scene-linear, unless said otherwise
    color: str | None = None
    alpha: str | None = None
    channels: tuple[str, ...] | None = None


def said(value: Any) -> Said:
    """Returns what Mitsuba's and Dr.Jit's types say of themselves."""
    kind = type(value)
    if kind.__module__.startswith("mitsuba") and kind.__name__ == "Bitmap":
        return _bitmap(value)
    return Said(value, linear=_is_drjit(value))


def _is_drjit(value: Any) -> bool:
    drjit = sys.modules.get("drjit")
    return drjit is not None and isinstance(value, getattr(drjit, "ArrayBase", ()))


def _bitmap(bitmap: Any) -> Said:
    array = np.asarray(bitmap)
    names = tuple(field.name for field in bitmap.struct_())
    formats = bitmap.PixelFormat
    plain = bitmap.pixel_format() in (formats.Y, formats.YA, formats.RGB, formats.RGBA)
    color = None
    if array.dtype.kind == "f" and bitmap.srgb_gamma():
        color = "srgb"
    elif array.dtype == np.uint16 and not bitmap.srgb_gamma():
        color = "linear"
    alpha = "none"
    if names[-1] == "A" and len(names) <= 4:
        alpha = "premultiplied" if bitmap.premultiplied_alpha() else "straight"
    return Said(array, True, color, alpha, None if plain else names)


def locate(value: Any) -> AnyArray:
    """Returns a view of anything that looks like an array, in host memory or on a CUDA
    device. Booleans and floats that don't travel are converted where they are.
    """
    if isinstance(value, (np.ndarray, DeviceArray)):
        return value
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return _of_torch(torch, value)
    if _is_drjit(value):
        return _of_drjit(value)
    if _is_jax(value):
        return _of_jax(value)
    interface = getattr(value, "__cuda_array_interface__", None)
    if interface is not None:
        return _converted(from_interface(value, interface))
    if _dlpack.device_of(value) in _dlpack.CUDA_DEVICES:
        return _of_dlpack(value)
    return as_numpy(value)


def as_numpy(value: Any) -> Array:
    """Returns a numpy view of anything that looks like an array; tensors are detached,
    and copied only when they are on a device, or of a type that numpy lacks.
    """
    if isinstance(value, np.ndarray):
        return value
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return _torch_on_host(torch, _checked_torch(torch, value))
    named = type(value).__name__
    if value is None or isinstance(value, (str, bytes, list, tuple, dict, set)):
        raise ArrayError(f"an image has to be an array, found {named}: use np.asarray(image)")
    try:
        array = np.asarray(_fetched(value))
        if array.dtype.kind == "O" and hasattr(value, "__dlpack__"):
            array = np.from_dlpack(value)
    except Exception as e:
        raise ArrayError(
            f"an image has to be an array, and numpy can't read {named}: {e}. "
            "Pass a numpy array or a torch tensor"
        ) from e
    if array.dtype.kind == "O":
        raise ArrayError(f"an image has to be an array, found {named}: pass a numpy array")
    return array


def _fetched(value: Any) -> Any:
    """Returns what numpy can read; CuPy's and Numba's arrays are copied to the host."""
    if getattr(value, "__cuda_array_interface__", None) is not None:
        for name in ("get", "copy_to_host"):
            if hasattr(value, name):
                return getattr(value, name)()
    return value


def to_host(value: Any) -> Array:
    """Returns what `locate` takes as a numpy array, copied from its device if it is on one."""
    if isinstance(value, DeviceArray):
        value = value.owner[0] if isinstance(value.owner, tuple) else value.owner
    if _is_drjit(value):
        value = sys.modules["drjit"].detach(value)
    return as_numpy(value)


# Torch.


def _checked_torch(torch: Any, tensor: Any) -> Any:
    if tensor.layout != torch.strided or tensor.is_complex() or tensor.is_quantized:
        raise ArrayError(
            f"an image has to be a dense, real tensor, found {tensor.layout} of {tensor.dtype}: "
            "use x.to_dense(), x.abs() or x.dequantize()"
        )
    if tensor.device.type == "meta":
        raise ArrayError(
            f"a tensor on the device 'meta' has no values, found shape {tuple(tensor.shape)}: "
            "use torch.empty_like(x, device='cuda')"
        )
    return tensor.detach()


def _torch_on_host(torch: Any, tensor: Any) -> Array:
    try:
        if tensor.dtype == torch.bfloat16 or "float8" in str(tensor.dtype):
            tensor = tensor.float()
        array: Array = tensor.cpu().resolve_neg().numpy()
    except RuntimeError as e:
        raise broken(e, _named(tensor)) from e
    return array


def _of_torch(torch: Any, tensor: Any) -> AnyArray:
    tensor = _checked_torch(torch, tensor)
    # A device of another maker's is called cuda as well.
    if not tensor.is_cuda or torch.version.cuda is None:
        return _torch_on_host(torch, tensor)
    try:
        return _torch_view(torch, _torch_floats(torch, tensor))
    except RuntimeError as e:
        raise broken(e, _named(tensor)) from e


def _named(tensor: Any) -> str:
    return f"a tensor of shape {tuple(tensor.shape)} on {tensor.device}"


def _torch_floats(torch: Any, tensor: Any) -> Any:
    """Converts what is not an integer to a type that travels, on the device."""
    if tensor.is_neg():
        tensor = tensor.resolve_neg()
    if tensor.dtype == torch.bool:
        return tensor.to(torch.uint8) * 255
    if tensor.is_floating_point() and tensor.dtype not in (torch.float32, torch.float16):
        return tensor.to(torch.float32)
    return tensor


def _torch_view(torch: Any, tensor: Any) -> DeviceArray:
    """Looks at a tensor, and makes its allocator wait for the copy from it."""
    strides = tensor.stride()
    if 0 in strides:
        tensor = tensor.contiguous()
        strides = tensor.stride()
    size = tensor.element_size()
    stream = torch.cuda.current_stream(tensor.device)
    tensor.record_stream(stream)  # nothing, where it was made on this one
    return DeviceArray(
        tensor,
        tensor.data_ptr(),
        tuple(tensor.shape),
        tuple(s * size for s in strides),
        np.dtype(str(tensor.dtype).partition(".")[2]),
        stream.cuda_stream,
    )


def _torch_integers(torch: Any, tensor: Any, dtype: str) -> DeviceArray:
    # Not every torch has uint32: int32 keeps the same bits.
    moved = tensor.to(torch.uint8 if dtype == "u1" else torch.int32)
    view = _torch_view(torch, moved)
    view.dtype = np.dtype(dtype)
    return view


# A tensor's layout, for lists that come again: what is not looked at again.


def layout(value: Any) -> Any:
    """Returns what the ABI's struct of a torch tensor depends on beside its address and
    stream, or None for what has to be looked at each time.
    """
    torch = sys.modules.get("torch")
    if torch is None or type(value) is not torch.Tensor:
        return None
    if value.layout is not torch.strided or value.dtype not in _travels(torch):
        return None
    device = value.device
    if value.is_neg() or not (device.type == "cpu" or (value.is_cuda and torch.version.cuda)):
        return None
    return value.shape, value.stride(), value.dtype, device


_torch_types: dict[int, Any] = {}


def _travels(torch: Any) -> Any:
    """Returns the dtypes of a torch that travel as they are."""
    types = _torch_types.get(id(torch))
    if types is None:
        names = ("uint8", "uint16", "uint32", "float16", "float32")
        types = frozenset(getattr(torch, name) for name in names if hasattr(torch, name))
        _torch_types[id(torch)] = types
    return types


def stream_of(tensor: Any) -> int:
    """Returns the stream that a CUDA tensor is used on now, and makes its allocator wait
    for the copy there.
    """
    stream = sys.modules["torch"].cuda.current_stream(tensor.device)
    tensor.record_stream(stream)
    number: int = stream.cuda_stream
    return number


# Dr.Jit, JAX, and what has an interface of its own.


def _of_drjit(value: Any) -> AnyArray:
    drjit = sys.modules["drjit"]
    value = drjit.detach(value)
    if _dlpack.device_of(value) not in _dlpack.CUDA_DEVICES:
        return as_numpy(value)
    # Who made it is kept, and not what detach gave.
    return _converted(_dlpack.from_dlpack(value))


def _is_jax(value: Any) -> bool:
    return sys.modules.get("jax") is not None and type(value).__module__.startswith("jax")


def _of_jax(value: Any) -> AnyArray:
    # Its __cuda_array_interface__ waits for the device; this doesn't.
    if _dlpack.device_of(value) not in _dlpack.CUDA_DEVICES:
        return as_numpy(value)
    name = str(value.dtype)
    if name == "bool":
        value = value.astype("uint8") * 255
    elif name.startswith(("bfloat", "float8", "float64")):
        value = value.astype("float32")
    return _converted(_dlpack.from_dlpack(value))


def _of_dlpack(value: Any) -> AnyArray:
    try:
        return _converted(_dlpack.from_dlpack(value))
    except ArrayError as e:
        try:
            return as_numpy(value)  # as TensorFlow's, which copy themselves
        except ArrayError:
            raise e from None


def _converted(array: DeviceArray) -> AnyArray:
    """Converts booleans and floats that don't travel by what the array's library has."""
    dtype = array.dtype
    kind, size = dtype.kind, dtype.itemsize
    if array.size == 0:
        return array  # refused by who looks at the shape
    if kind in "iu" or (kind == "f" and size in (2, 4)):
        return _written_out(array) if array.repeats() else array
    if kind not in "bf":
        raise ArrayError(
            f"an image has to hold integers, floats or booleans, found {dtype} of shape "
            f"{array.shape}: use {'abs(x)' if kind == 'c' else 'x.astype(np.float32)'}"
        )
    if kind == "b":
        return _changed(array, lambda x: x.astype("uint8") * 255)
    return _changed(array, lambda x: x.astype("float32"))


def _written_out(array: DeviceArray) -> AnyArray:
    return _changed(array, lambda x: x.copy())


def _changed(array: DeviceArray, change: Callable[[Any], Any]) -> AnyArray:
    """Returns an array with something done to it where it is, if its library can do
    that; else by torch, if that is loaded; else in host memory.
    """
    owner = array.owner[0] if isinstance(array.owner, tuple) else array.owner
    if hasattr(owner, "astype"):
        try:
            return locate(change(owner))
        except ArrayError:
            raise
        except Exception as e:
            raise broken(e, f"a {type(owner).__name__} of shape {array.shape}") from e
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        tensor = torch.as_tensor(owner, device="cuda").contiguous()
        if str(tensor.dtype).endswith(("bool", "float64")):
            tensor = _torch_floats(torch, tensor)
        return _torch_view(torch, tensor)
    return as_numpy(owner)


def integers(array: DeviceArray, color: str | None, shape: tuple[int, ...]) -> AnyArray:
    """Returns integers that don't travel as u8, or as u32 when they are data, after a
    check of their range, which waits for the device. Raises ArrayError as for numpy.
    """
    if array.dtype.str[1:] in _PLAIN:
        return array
    torch = sys.modules.get("torch")
    owner = array.owner
    if torch is not None and isinstance(owner, torch.Tensor):
        try:
            low, high = int(owner.min()), int(owner.max())
            dtype = target(str(array.dtype), low, high, color, shape)
            return _torch_integers(torch, owner, dtype)
        except RuntimeError as e:
            raise broken(e, _named(owner)) from e
    owner = owner[0] if isinstance(owner, tuple) else owner
    if not hasattr(owner, "astype"):
        return as_numpy(owner)
    try:
        low, high = int(owner.min()), int(owner.max())
    except Exception as e:
        raise broken(e, f"a {type(owner).__name__} of shape {shape}") from e
    dtype = target(str(array.dtype), low, high, color, shape)
    return _changed(array, lambda x: x.astype({"u1": "uint8", "u4": "uint32"}[dtype]))


def target(found: str, low: int, high: int, color: str | None, shape: tuple[int, ...]) -> str:
    """Returns what integers of a range travel as: "u1", or "u4" for data. Raises ArrayError."""
    if color == "data":
        if low >= 0 and high <= 0xFFFFFFFF:
            return "u4"
        raise ArrayError(
            f"{found} travels as u32 when it is data, found values {low} to {high} in shape "
            f"{shape}: use x - x.min(), or x.astype(np.float32)"
        )
    if low >= 0 and high <= 255:
        return "u1"
    raise ArrayError(
        f"{found} travels as display values 0 to 255, found {low} to {high} in shape "
        f"{shape}: use x.clip(0, 255).astype(np.uint8), or color='data' for counts and labels"
    )
