"""What a call with an image on a CUDA device takes: 1920 x 1080 x 3 of float32.

    .venv/bin/python bench/bench_cuda.py [--calls 300] [--json] [--standin]

The call puts one copy on the stream of the image and returns. Measured are `show` of a
torch tensor where torch has a GPU, else of an object with `__cuda_array_interface__`, and
the same while a kernel (a matrix product) keeps the stream busy: it must not wait for it.
Where there is no GPU nothing is measured. `--standin` measures with the tests' stand-in
for the driver and for torch: the host's part alone, without a device.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import remoteviewer as rv

ROOT = Path(__file__).resolve().parents[1]
SHAPE = (1080, 1920, 3)
WANTED_US = 100.0


class Interface:
    """A whole device array, made by the driver alone."""

    def __init__(self, pointer: int) -> None:
        self.__cuda_array_interface__ = {
            "shape": SHAPE,
            "typestr": "<f4",
            "data": (pointer, False),
            "version": 3,
            "stream": 1,
        }


def torch_image() -> tuple[Any, Callable[[], None], str] | None:
    """Returns a tensor, what keeps its stream busy, and a name; None without a GPU."""
    try:
        import torch
    except ImportError:
        return None
    if not torch.cuda.is_available():
        return None
    image = torch.rand(SHAPE, device="cuda")
    big = torch.rand(4096, 4096, device="cuda")

    def work() -> None:
        for _ in range(4):
            torch.matmul(big, big)

    return image, work, f"torch {torch.__version__}, {torch.cuda.get_device_name()}"


def driver_image() -> tuple[Any, Callable[[], None], str] | None:
    """Returns the same by the driver alone; None without a GPU."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return None
    context, pointer = ctypes.c_void_p(), ctypes.c_uint64()
    size = ctypes.c_size_t(int(np.prod(SHAPE)) * 4)
    if (
        driver.cuInit(0)
        or driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0)
        or driver.cuCtxSetCurrent(context)
        or driver.cuMemAlloc_v2(ctypes.byref(pointer), size)
    ):
        return None

    def work() -> None:
        for _ in range(20):
            driver.cuMemsetD8Async(pointer, ctypes.c_ubyte(3), size, ctypes.c_uint64(1))

    return Interface(pointer.value), work, "the driver's memory, without torch"


def standin_image() -> tuple[Any, Callable[[], None], str]:
    """Returns the same of the stand-ins: what the host does."""
    sys.path.insert(0, str(ROOT / "bindings" / "python" / "tests"))
    import standin
    import standin_torch

    driver = standin.driver()
    driver.use()
    sys.modules["torch"] = standin_torch.module()
    image = standin_torch.Tensor(driver, np.zeros(SHAPE, np.float32))
    return image, lambda: None, "stand-ins for torch and the driver, no device"


def calls(viewer: rv.Viewer, image: Any, work: Callable[[], None], n: int) -> list[float]:
    """Returns what each call of `show` took, in microseconds, 60 a second."""
    out = []
    for i in range(n + 30):
        work()
        start = time.perf_counter()
        viewer.show(image)
        took = time.perf_counter() - start
        if i >= 30:  # memory is page-locked and the plan is made by then
            out.append(took * 1e6)
        time.sleep(1 / 60)
    return out


def measure(found: tuple[Any, Callable[[], None], str], n: int) -> dict[str, Any]:
    """Measures with nobody watching: the call is the same, and the machine is quiet."""
    image, work, name = found
    result: dict[str, Any] = {"with": name}
    with rv.listen("127.0.0.1:0", name="bench", quiet=True) as viewer:
        for key, before in (("idle", lambda: None), ("busy", work)):
            took = calls(viewer, image, before, n)
            result[key] = {
                "p50_us": statistics.median(took),
                "p99_us": statistics.quantiles(took, n=100)[98],
            }
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="A call with an image on a CUDA device.")
    parser.add_argument("--calls", type=int, default=300, help="of each measurement")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of words")
    parser.add_argument("--standin", action="store_true", help="without a device")
    options = parser.parse_args()
    found = standin_image() if options.standin else torch_image() or driver_image()
    if found is None:
        print("null" if options.json else "CUDA tensors: not measured: no CUDA")
        return
    result = measure(found, options.calls)
    if options.json:
        json.dump(result, sys.stdout)
        print()
        return
    print(f"show of a 1920x1080x3 float32 on a device: {result['with']}")
    for key, what in (("idle", "with nothing before it"), ("busy", "behind work on its stream")):
        took = result[key]
        wanted = f"   (wanted: under {WANTED_US:.0f})"
        print(f"   {what:26} p50 {took['p50_us']:6.0f} us, p99 {took['p99_us']:6.0f} us{wanted}")


if __name__ == "__main__":
    main()
