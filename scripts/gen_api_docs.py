"""Writes docs/api from the comments of include/rv.h and rv.hpp, and Python's docstrings.

python gen_api_docs.py [--check]

With --check it writes nothing, and says what is out of date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from apidocs import c, cpp, python

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "api"

README = """# API reference

| page | what it is | made from |
|---|---|---|
| [python.md](python.md) | the package `remoteviewer` | its docstrings |
| [cpp.md](cpp.md) | `rv.hpp`, header only, C++17 | the `///` comments of `bindings/cpp/include` |
| [c.md](c.md) | `rv.h` and librv, below both | the comments of `include/rv.h` |

What they have in common (windows, cameras, colour, tokens) is in the top folder's README; the
protocol beneath is [protocol.md](../protocol.md). Names are the same in all three, but for these:

| Python | C++ | C | why |
|---|---|---|---|
| `default=` | `initial` | `initial` | `default` is a keyword there |
| `log=True` | `.logarithmic` | `logarithmic` | `log` is a function there |
| `closed_windows` | `closed_windows()` | `rv_closed` | `closed`: after `close()` |
| `closed_in(stream)` | `closed_windows(stream)` | `rv_closed` | |
| `remove_control(name)` | `remove_control(name)` | `rv_remove_control` | |
| `remove_control()` | `remove_controls()` | `rv_remove_control`, NULL | all of them |
| `statistics` | `stats()` | `rv_stats` | |
| `near`, `far` | `z_near()`, `z_far()` | `z_near`, `z_far` | macros on Windows |
| `budget=None` | `budget` 1 | `budget` 1 | no bound |
| `refresh=None` | `rv::never` | infinity | |
| `event.kind == "key"` | `event.type() == RV_EVENT_KEY` | `event->type` | numbers are rv.h's |

These pages are generated: change the comments, then `make generate`.
"""


def pages() -> dict[str, str]:
    """Returns the files of docs/api."""
    return {
        "README.md": README,
        "c.md": c.page((ROOT / "include" / "rv.h").read_text(encoding="utf-8")),
        "cpp.md": cpp.page(ROOT / "bindings" / "cpp" / "include"),
        "python.md": python.page(ROOT / "bindings" / "python" / "remoteviewer"),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    check = parser.parse_args().check
    old = []
    for name, text in pages().items():
        file = FOLDER / name
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        old.append(f"docs/api/{name}")
        if not check:
            FOLDER.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    if check and old:
        print(f"{', '.join(old)}: not what the sources give: run make generate", file=sys.stderr)
    return 1 if check and old else 0


if __name__ == "__main__":
    sys.exit(main())
