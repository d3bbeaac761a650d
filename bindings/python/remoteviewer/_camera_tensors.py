"""Matrices as the renderers take them: torch tensors where torch is, else numpy."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from ._errors import InvalidError
from ._values import one_of, shortened

# A torch tensor where torch is imported, else a numpy array.
Tensor = Any

DTYPES = ("float32", "float64")


def tensor(values: npt.NDArray[Any], device: Any = None, dtype: str = "float32") -> Tensor:
    """Returns a copy on a torch device (None: the current CUDA device, else the CPU)."""
    one_of("dtype", dtype, *DTYPES)
    array = np.array(values, dtype=dtype, order="C")
    torch = sys.modules.get("torch")
    if torch is None:
        array.setflags(write=False)
        return array
    if device is None:
        device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        return torch.from_numpy(array).to(device=device)
    except Exception as e:  # torch has an AssertionError, RuntimeErrors and others
        raise _no_device(device, e) from e


def known_device(device: Any) -> None:
    """Raises InvalidError for a device that torch doesn't know, where torch is imported."""
    torch = sys.modules.get("torch")
    if torch is None or device is None:
        return
    try:
        kind = torch.device(device).type
    except Exception as e:
        raise _no_device(device, e) from e
    if kind == "cuda" and not torch.cuda.is_available():
        raise _no_device(device, "torch finds no CUDA device")


def _no_device(device: Any, why: object) -> InvalidError:
    """An error with the first line of torch's own."""
    lines = str(why).splitlines() or [type(why).__name__]
    return InvalidError(
        f"device has to be one that torch has here, such as 'cpu' or 'cuda:0', "
        f"found {shortened(device)}: {lines[0]}"
    )
