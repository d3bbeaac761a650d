"""Reads what `__dlpack__` gives of device memory. It is described in dlpack.h."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from ._device import LEGACY_STREAM, DeviceArray, broken, packed_strides
from ._errors import ArrayError

CPU_DEVICES = (1, 3)  # the host's memory, and page-locked
CUDA_DEVICES = (2, 13)  # a device's, and managed

# Kinds of numpy by the code of a DLDataType.
_KINDS = {0: "i", 1: "u", 2: "f", 6: "b"}


class _Tensor(ctypes.Structure):
    """DLTensor, which a DLManagedTensor begins with."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    )


_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype = ctypes.c_void_p
_pointer_of.argtypes = (ctypes.py_object, ctypes.c_char_p)


def device_of(value: Any) -> int:
    """Returns the type of device that an object's memory is on; 0 where it doesn't say."""
    try:
        return int(value.__dlpack_device__()[0])
    except Exception:
        return 0


def from_dlpack(value: Any) -> DeviceArray:
    """Returns a view of an object in CUDA memory. The values are there for what is put on
    the legacy stream from now on. Raises ArrayError, InvalidError.
    """
    named = type(value).__name__
    try:
        capsule = value.__dlpack__(stream=LEGACY_STREAM)
    except RuntimeError as e:
        raise broken(e, f"a {named}") from e
    except Exception as e:
        raise ArrayError(f"{named} can't be handed over by DLPack: {e}") from e
    # Not renamed: the capsule gives the memory back when it is collected.
    tensor = _Tensor.from_address(_pointer_of(capsule, b"dltensor"))
    dtype = _dtype(tensor, named)
    shape = tuple(tensor.shape[i] for i in range(tensor.ndim))
    strides = packed_strides(shape, dtype.itemsize)
    if tensor.strides:
        strides = tuple(tensor.strides[i] * dtype.itemsize for i in range(tensor.ndim))
    return DeviceArray(
        (value, capsule),
        (tensor.data or 0) + tensor.byte_offset,
        shape,
        strides,
        dtype,
        LEGACY_STREAM,
        ordered=False,
        device=tensor.device_id,
    )


def _dtype(tensor: _Tensor, named: str) -> np.dtype[Any]:
    kind = _KINDS.get(tensor.code)
    if kind is None or tensor.lanes != 1 or tensor.bits % 8:
        raise ArrayError(
            f"an image has to hold integers, floats or booleans, found DLPack type "
            f"{tensor.code} of {tensor.bits} bits in {named}: use x.astype('float32')"
        )
    return np.dtype(np.bool_) if kind == "b" else np.dtype(f"{kind}{tensor.bits // 8}")
