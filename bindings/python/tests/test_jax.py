"""JAX's arrays, where JAX is installed; the package doesn't need it."""

from __future__ import annotations

import numpy as np
import pytest
import remoteviewer as rv
from conftest import run_python
from remoteviewer import _abi
from remoteviewer._images import Packer, entries
from test_images import pixels

jax = pytest.importorskip("jax", reason="jax isn't installed, and isn't needed")
jnp = jax.numpy

IMAGE = np.random.default_rng(2).random((7, 5, 3), np.float32)


@pytest.mark.parametrize(
    ("dtype", "wanted"),
    [
        ("float32", _abi.RV_F32),
        ("float16", _abi.RV_F16),
        ("bfloat16", _abi.RV_F32),
        ("uint8", _abi.RV_U8),
        ("uint16", _abi.RV_U16),
        ("int32", _abi.RV_U8),
        ("bool", _abi.RV_U8),
    ],
)
def test_types(dtype, wanted):
    scaled = jnp.asarray(IMAGE * 200 if "int" in dtype else IMAGE)
    array = scaled > 0.5 if dtype == "bool" else scaled.astype(dtype)
    struct = Packer().pack(entries([array])).structs[0]
    assert (struct.dtype, struct.color) == (wanted, _abi.RV_COLOR_SRGB)
    found = np.asarray(array).astype(np.float32) * (255 if dtype == "bool" else 1)
    assert np.array_equal(pixels(struct).astype(np.float32), found)


def test_what_is_traced_has_no_values():
    def shown(x):
        Packer().pack(entries([x]))
        return x

    with pytest.raises(rv.ArrayError, match="numpy can't read"):
        jax.jit(shown)(jnp.asarray(IMAGE))


ON_A_GPU = """
import sys, jax, jax.numpy as jnp, numpy as np, plain, remoteviewer as rv
if jax.default_backend() != "gpu":
    sys.exit(print("jax has no GPU here"))
image = np.random.default_rng(2).random((70, 50, 3), np.float32)
with plain.PlainViewer().listen() as viewer:
    with rv.connect(f"127.0.0.1:{viewer.port}", quiet=True) as renderer:
        for array in (jnp.asarray(image) * 2, jnp.asarray(image).astype("bfloat16")):
            renderer.show(array)
            wanted = np.asarray(array).astype(np.float32)
            assert np.array_equal(viewer.next().images["0"], wanted)
"""


def test_on_a_gpu():
    """In a process of its own, in which no stand-in for the driver is loaded."""
    said = run_python(ON_A_GPU).stdout.strip()
    if said:
        pytest.skip(said)
