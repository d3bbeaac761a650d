"""Keeps what is being copied from alive until the copy is over, where its owner
doesn't know the stream of the copy.
"""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Iterator
from typing import Any

from ._device import DeviceArray

_NO_TIMING = 2
_NOT_READY = 600


class Keeper:
    """Owners of device memory, each with an event behind the copy from it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[tuple[int, ctypes.c_void_p, Any]] = []
        self._driver: Any = None

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, array: DeviceArray) -> None:
        """Keeps the array's owner until what is on its stream by now is done."""
        with self._lock:
            self._reap()
            event = self._event(array)
            if event is not None:  # else the device is lost, and nothing is copied
                self._kept.append((array.device, event, array.owner))

    def reap(self) -> None:
        """Lets those go whose copy is over."""
        with self._lock:
            self._reap()

    def _reap(self) -> None:
        kept = []
        for device, event, owner in self._kept:
            with self._current(device) as current:
                if current and self._driver.cuEventQuery(event) == _NOT_READY:
                    kept.append((device, event, owner))
                elif current:
                    self._driver.cuEventDestroy_v2(event)
        self._kept = kept

    def _event(self, array: DeviceArray) -> ctypes.c_void_p | None:
        if self._driver is None:
            self._driver = ctypes.CDLL("libcuda.so.1")  # librv has it open already
        event = ctypes.c_void_p()
        with self._current(array.device) as current:
            if not current or self._driver.cuEventCreate(ctypes.byref(event), _NO_TIMING):
                return None
            if self._driver.cuEventRecord(event, ctypes.c_void_p(array.stream)):
                self._driver.cuEventDestroy_v2(event)
                return None
            return event

    @contextlib.contextmanager
    def _current(self, device: int) -> Iterator[bool]:
        """Makes a device's primary context current, and says whether that could be done."""
        driver = self._driver
        context, old = ctypes.c_void_p(), ctypes.c_void_p()
        if driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), device):
            yield False
            return
        pushed = not driver.cuCtxPushCurrent_v2(context)
        try:
            yield pushed
        finally:
            if pushed:
                driver.cuCtxPopCurrent_v2(ctypes.byref(old))
            driver.cuDevicePrimaryCtxRelease_v2(device)


keeper = Keeper()
