"""Matrices as the renderers take them: torch tensors where torch is, else numpy."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from ._errors import InvalidError

# A torch tensor where torch is imported, else a numpy array.
Tensor = Any

DTYPES = ("float32", "float64")


def tensor(values: npt.NDArray[Any], device: Any = None, dtype: str = "float32") -> Tensor:
    """Returns a copy on a torch device (None: the current CUDA device, else the CPU)."""
    if dtype not in DTYPES:
        raise InvalidError(f"dtype has to be 'float32' or 'float64', found {dtype!r}")
    array = np.array(values, dtype=dtype, order="C")
    torch = sys.modules.get("torch")
    if torch is None:
        array.setflags(write=False)
        return array
    if device is None:
        device = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.from_numpy(array).to(device)
