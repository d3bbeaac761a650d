"""examples/plain_renderer.py is for machines where nothing can be installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PLAIN = Path(__file__).resolve().parents[2] / "examples" / "plain_renderer.py"

# Imports it, renders, and says which modules are not of Python's own library.
USE = """
import importlib.util, json, sys, sysconfig
spec = importlib.util.spec_from_file_location("plain", sys.argv[1])
plain = importlib.util.module_from_spec(spec)
spec.loader.exec_module(plain)
size = len(plain.render(plain.VIEW, 0.0)), plain.WIDTH * plain.HEIGHT * 3
own = tuple(sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib"))
files = [getattr(module, "__file__", None) or sys.argv[1] for module in sys.modules.values()]
print(json.dumps([size, [f for f in files if f != sys.argv[1] and not f.startswith(own)]]))
"""


def bare(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python without site-packages (-S), the environment and the user's folders (-I)."""
    command = [sys.executable, "-I", "-S", "-B", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_it_needs_no_package() -> None:
    done = bare("-c", USE, str(PLAIN))
    assert done.returncode == 0, done.stderr
    (rendered, wanted), foreign = json.loads(done.stdout)
    assert rendered == wanted > 0
    assert foreign == []


def test_the_bare_python_has_no_packages() -> None:
    assert "ModuleNotFoundError" in bare("-c", "import numpy").stderr
