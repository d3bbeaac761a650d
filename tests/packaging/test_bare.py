"""examples/plain_renderer.py is for machines where nothing can be installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

# Imports a file, and says what it gives and which modules came from elsewhere than
# Python's own library.
IMPORT = """
import importlib.util, sys, sysconfig
spec = importlib.util.spec_from_file_location("plain", sys.argv[1])
plain = importlib.util.module_from_spec(spec)
spec.loader.exec_module(plain)
own = tuple(sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib"))
files = [getattr(m, "__file__", None) or "" for m in list(sys.modules.values())]
print([f for f in files if f and f != sys.argv[1] and not f.startswith(own)])
print(callable(getattr(plain, "render", plain.main)))
"""


@pytest.mark.parametrize("name", ["plain_renderer.py", "plain_client.py"])
def test_it_imports_without_any_package(name: str) -> None:
    # -S leaves site-packages out, -I the environment and the user's folders.
    command = [sys.executable, "-I", "-S", "-B", "-c", IMPORT, str(EXAMPLES / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["[]", "True"]


def test_the_bare_python_has_no_packages() -> None:
    command = [sys.executable, "-I", "-S", "-c", "import numpy"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "ModuleNotFoundError" in done.stderr
