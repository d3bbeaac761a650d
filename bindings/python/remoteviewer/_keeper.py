"""Keeps what is being copied from alive until the copy is over, where its owner
doesn't know the stream of the copy.
"""

from __future__ import annotations

import ctypes
import threading
from typing import Any

from ._device import DeviceArray

_NO_TIMING = 2
_NOT_READY = 600


class Keeper:
    """Owners of device memory, each with an event behind the copy from it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[tuple[ctypes.c_void_p, Any]] = []
        self._driver: Any = None

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, array: DeviceArray) -> None:
        """Keeps the array's owner until what is on its stream by now is done."""
        with self._lock:
            self._reap()
            event = self._event(array)
            if event is not None:  # else the device is lost, and nothing is copied
                self._kept.append((event, array.owner))

    def reap(self) -> None:
        """Lets those go whose copy is over."""
        with self._lock:
            self._reap()

    def _reap(self) -> None:
        kept = []
        for event, owner in self._kept:
            if self._driver.cuEventQuery(event) == _NOT_READY:
                kept.append((event, owner))
            else:
                self._driver.cuEventDestroy_v2(event)
        self._kept = kept

    def _event(self, array: DeviceArray) -> ctypes.c_void_p | None:
        if self._driver is None:
            self._driver = ctypes.CDLL("libcuda.so.1")  # librv has it open already
        driver = self._driver
        context, old, event = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
        if driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), array.device):
            return None
        try:
            if driver.cuCtxPushCurrent_v2(context):
                return None
            try:
                if driver.cuEventCreate(ctypes.byref(event), _NO_TIMING):
                    return None
                if driver.cuEventRecord(event, ctypes.c_void_p(array.stream)):
                    driver.cuEventDestroy_v2(event)
                    return None
                return event
            finally:
                driver.cuCtxPopCurrent_v2(ctypes.byref(old))
        finally:
            driver.cuDevicePrimaryCtxRelease_v2(array.device)


keeper = Keeper()
