"""Device memory without a GPU: the stand-in for libcuda.so.1, and objects like those of
CuPy, Numba, JAX and torch that have their values there.
"""

from __future__ import annotations

import ctypes
import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
DEAD = 700


class Counts(ctypes.Structure):
    """standin_counts of standin.h."""

    _fields_ = tuple(
        (name, ctypes.c_int64)
        for name in (
            "copies",
            "rows",
            "bytes",
            "plain",
            "clashes",
            "waits",
            "allocations",
            "events",
            "registered",
            "most",
            "unlocked",
        )
    )


def build(folder):
    """Compiles the stand-in and returns its path."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    assert compiler, "the stand-in for the driver needs a C compiler: apt-get install gcc"
    file = Path(folder) / "libcuda.so.1"
    source = ROOT / "testdata" / "libcuda" / "libcuda.c"
    flags = ["-O1", "-shared", "-fPIC", "-Wl,-soname,libcuda.so.1", "-pthread"]
    subprocess.run([compiler, *flags, "-o", str(file), str(source)], check=True)
    return file


class Driver:
    """The stand-in, loaded: who looks for libcuda.so.1 in this process finds it."""

    def __init__(self, file):
        self.lib = ctypes.CDLL(str(file), mode=ctypes.RTLD_GLOBAL)
        context = ctypes.c_void_p()
        assert self.lib.cuInit(0) == 0
        assert self.lib.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0) == 0
        self.context = context

    def use(self):
        """Makes the context current on this thread."""
        assert self.lib.cuCtxSetCurrent(self.context) == 0

    def upload(self, array):
        """Copies an array into new device memory, and returns its address."""
        array = np.ascontiguousarray(array)
        pointer = ctypes.c_uint64()
        assert self.lib.cuMemAlloc_v2(ctypes.byref(pointer), ctypes.c_size_t(array.nbytes)) == 0
        given = array.ctypes.data_as(ctypes.c_void_p)
        assert self.lib.cuMemcpyHtoD_v2(pointer, given, ctypes.c_size_t(array.nbytes)) == 0
        return pointer.value

    def free(self, pointer):
        """Frees device memory, when the device has nothing left to do."""
        self.lib.cuMemFree_v2(ctypes.c_uint64(pointer))

    def stream(self):
        """Makes a stream."""
        out = ctypes.c_uint64()
        assert self.lib.cuStreamCreate(ctypes.byref(out), 1) == 0
        return out.value

    def fill(self, pointer, value, size, stream):
        """Puts work on a stream that sets bytes."""
        code = self.lib.cuMemsetD8Async(
            ctypes.c_uint64(pointer),
            ctypes.c_ubyte(value),
            ctypes.c_size_t(size),
            ctypes.c_uint64(stream),
        )
        assert code == 0

    def counts(self):
        """What has happened so far."""
        out = Counts()
        self.lib.standin_count(ctypes.byref(out))
        return out

    def delay(self, milliseconds):
        """How long each piece of work takes from now on."""
        self.lib.standin_delay(milliseconds)

    def fail(self, code):
        """Makes every call fail; 0: none."""
        self.lib.standin_fail(code)


@functools.cache
def driver():
    """Returns the stand-in, one for this process."""
    with tempfile.TemporaryDirectory() as folder:
        return Driver(build(folder))


class OnDevice:
    """A numpy array's values in device memory; `whole` is what the view belongs to."""

    def __init__(self, driver, array, whole=None, stream=None):
        self.driver, self.mirror, self.stream = driver, array, stream
        self.whole = array if whole is None else whole
        base = self.whole.__array_interface__["data"][0]
        self.start = driver.upload(self.whole)
        self.pointer = self.start + array.__array_interface__["data"][0] - base
        self.shape, self.dtype = array.shape, array.dtype

    def __del__(self):
        self.driver.free(self.start)


class Numba(OnDevice):
    """What has `__cuda_array_interface__` and can be copied to the host."""

    @property
    def __cuda_array_interface__(self):
        packed = self.mirror.flags.c_contiguous
        return {
            "shape": self.mirror.shape,
            "typestr": self.mirror.dtype.str,
            "data": (self.pointer, False),
            "strides": None if packed else self.mirror.strides,
            "version": 3,
            "stream": self.stream,
        }

    def copy_to_host(self):
        return self.mirror.copy()


class CuPy(Numba):
    """What has numpy's methods as well."""

    def _new(self, array):
        return type(self)(self.driver, np.ascontiguousarray(array), stream=self.stream)

    def astype(self, dtype):
        return self._new(self.mirror.astype(dtype))

    def copy(self):
        return self._new(self.mirror)

    def __mul__(self, other):
        return self._new(self.mirror * self.mirror.dtype.type(other))

    def min(self):
        return self.mirror.min()

    def max(self):
        return self.mirror.max()

    def get(self):
        return self.mirror.copy()


class _Tensor(ctypes.Structure):
    """DLManagedTensor."""

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
        ("context", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
    )


_DELETE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_codes = {"i": 0, "u": 1, "f": 2, "c": 5, "b": 6}


class DLPack(OnDevice):
    """What has `__dlpack__`, as JAX's arrays; `asked` are the streams that were asked for."""

    device = 2

    def __dlpack_device__(self):
        return (self.device, 0)

    def __dlpack__(self, *, stream=None):
        self.asked = [*getattr(self, "asked", []), stream]
        array, size = self.mirror, self.mirror.dtype.itemsize
        axes = ctypes.c_int64 * max(array.ndim, 1)
        self._shape = axes(*array.shape)
        self._strides = axes(*(s // size for s in array.strides))
        packed = array.flags.c_contiguous
        self._tensor = _Tensor(
            self.start,
            self.device,
            0,
            array.ndim,
            _codes[array.dtype.kind],
            8 * size,
            1,
            self._shape,
            None if packed else self._strides,
            self.pointer - self.start,
        )
        return _new_capsule(ctypes.addressof(self._tensor), b"dltensor", None)
