"""Puts remoteviewer into gaussian-splatting's train.py: twenty lines, at three places.

    python add_viewer.py .../train.py            writes it, and prints the difference
    python add_viewer.py .../train.py --dry-run  prints the difference alone

Then `python train.py -s DATA` prints how to look. The viewer's camera is rendered with
at most 5 % of the time; Pause, Step and Run are in the viewer. Versions that keep the
names of the original (training, scene, gaussians, pipe, background, render) are taken; the
old file is kept beside it as train.py.orig.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from pathlib import Path

IMPORT = "import remoteviewer as rv"

BEFORE_LOOP = """\
viewer = rv.listen(name="gaussian-splatting")
viewer.set_view(scene.getTrainCameras()[0])

@torch.no_grad()
def look(cam):
    scaling = viewer.slider("scaling", 0.01, 1.0, default=1.0)
    out = render(cam.gs("cuda"), gaussians, pipe, background, scaling)
    images = {"render": out["render"]}
    if "depth" in out:  # inverse depth, in versions that have it
        images["inverse depth"] = rv.Image(out["depth"], color="data")
    meta = {"iteration": iteration, "loss": ema_loss_for_log, "gaussians": len(gaussians.get_xyz)}
    viewer.show(images, meta=meta)
"""

IN_LOOP = """\
viewer.gate(look)
if (cam := viewer.wants(budget=0.05)) is not None:
    look(cam)
viewer.plot("loss", ema_loss_for_log)
"""

LOOP = r"^( +)for iteration in range\(first_iter,[^\n]*\n"


def patched(text: str) -> str:
    """Returns the file with the lines put in. Raises ValueError with what is missing."""
    if IMPORT in text:
        raise ValueError("it has them already")
    loops = list(re.finditer(LOOP, text, re.M))
    if len(loops) != 1:
        raise ValueError(
            "wanted one line that begins with 'for iteration in range(first_iter,', "
            f"found {len(loops)}: put the lines in by hand, they stand in this script"
        )
    first_import = re.search(r"^import torch\n", text, re.M)
    if first_import is None:
        raise ValueError("wanted the line 'import torch', found none: is this train.py?")
    for name in ("gaussians", "pipe", "background", "scene", "ema_loss_for_log"):
        if not re.search(rf"\b{name}\b", text[: loops[0].start()]):
            raise ValueError(f"wanted the name {name!r} before the loop, found none")
    indent = loops[0][1]
    body = re.compile(r"^( +)\S", re.M).search(text, loops[0].end())
    inside = body[1] if body and len(body[1]) > len(indent) else indent + "    "
    parts = [
        text[: first_import.end()],
        IMPORT + "\n",
        text[first_import.end() : loops[0].start()],
        _indented(BEFORE_LOOP, indent) + "\n",
        text[loops[0].start() : loops[0].end()],
        _indented(IN_LOOP, inside),
        text[loops[0].end() :],
    ]
    return "".join(parts)


def _indented(lines: str, indent: str) -> str:
    return "".join(indent + line if line.strip() else line for line in lines.splitlines(True))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("train", type=Path, help="gaussian-splatting's train.py")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    options = parser.parse_args()
    try:
        old = options.train.read_text("utf-8")
        new = patched(old)
    except (OSError, UnicodeDecodeError, ValueError) as e:
        print(f"add_viewer: {options.train}: {e}", file=sys.stderr)
        return 1
    sys.stdout.writelines(
        difflib.unified_diff(
            old.splitlines(True), new.splitlines(True), "a/train.py", "b/train.py", n=1
        )
    )
    if not options.dry_run:
        options.train.with_name(options.train.name + ".orig").write_text(old, "utf-8")
        options.train.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
