"""A torch of a few names whose tensors are on the stand-in's device: what the package
asks of torch.cuda, without the gigabytes.
"""

from __future__ import annotations

import types

import numpy as np
import standin


class DType:
    """A dtype, which prints as torch's."""

    def __init__(self, name, kept=None):
        self.name, self.kept = name, np.dtype(kept or name)

    def __repr__(self):
        return f"torch.{self.name}"


_names = ["uint8", "int16", "int32", "int64", "float16", "float32", "float64", "bool"]
DTYPES = {name: DType(name) for name in _names}
DTYPES["bfloat16"] = DType("bfloat16", "float32")
DTYPES["float8_e4m3fn"] = DType("float8_e4m3fn", "float32")


class Device:
    """torch.device."""

    def __init__(self, kind="cuda"):
        self.type, self.index = kind, 0

    def __eq__(self, other):
        return self.type == other.type

    def __hash__(self):
        return hash(self.type)

    def __str__(self):
        return f"{self.type}:0"


class Tensor(standin.OnDevice):
    """A tensor on the device. `noted` are the streams that it was recorded for."""

    is_quantized, layout, is_cuda, device = False, "strided", True, Device()

    def __init__(self, driver, array, dtype=None, whole=None, *, gradient=False):
        super().__init__(driver, array, whole)
        self.dtype = DTYPES[dtype or str(array.dtype)]
        self.gradient, self.noted = gradient, []

    def _with(self, array, name):
        return Tensor(self.driver, np.ascontiguousarray(array, DTYPES[name].kept), name)

    def detach(self):
        self.gradient = False
        return self

    def to(self, dtype):
        return self._with(self.mirror, dtype.name)

    def __mul__(self, other):
        return self._with(self.mirror * np.uint8(other), self.dtype.name)

    def contiguous(self):
        return self._with(self.mirror, self.dtype.name)

    def is_complex(self):
        return False

    def is_neg(self):
        return False

    def is_floating_point(self):
        return "float" in self.dtype.name

    def element_size(self):
        return self.mirror.dtype.itemsize

    def stride(self):
        return tuple(s // self.element_size() for s in self.mirror.strides)

    def data_ptr(self):
        return self.pointer

    def record_stream(self, stream):
        self.noted.append(stream.cuda_stream)

    def min(self):
        return self.mirror.min()

    def max(self):
        return self.mirror.max()


def module(cuda="12.4"):
    """Returns a module to be put at sys.modules["torch"]."""
    torch = types.ModuleType("torch")
    torch.Tensor, torch.strided, torch.version = Tensor, "strided", types.SimpleNamespace(cuda=cuda)
    stream = types.SimpleNamespace(cuda_stream=0)
    torch.cuda = types.SimpleNamespace(
        current_stream=lambda device: stream, is_available=lambda: True, stream=stream
    )
    for name, dtype in DTYPES.items():
        setattr(torch, name, dtype)
    return torch
