"""The name that a renderer has in window titles when it is given none."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from ._images import MAX_NAME_BYTES

# Where a launcher writes a process's number, and how many there are. The first that
# is set counts: a launcher within a Slurm step knows better than Slurm.
_RANKS = (
    ("RANK", ("WORLD_SIZE",)),
    ("OMPI_COMM_WORLD_RANK", ("OMPI_COMM_WORLD_SIZE",)),
    ("PMI_RANK", ("PMI_SIZE",)),
    ("SLURM_PROCID", ("SLURM_STEP_NUM_TASKS", "SLURM_NTASKS")),
    ("LOCAL_RANK", ("LOCAL_WORLD_SIZE",)),
)


def rank() -> str:
    """Returns this process's number among those of its job, as digits; "" when it is alone."""
    for name, sizes in _RANKS:
        number = os.environ.get(name, "")
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            continue
        size = next((os.environ[key] for key in sizes if os.environ.get(key)), "")
        # A Slurm batch script has the number 0 and no size.
        alone = size == "1" or (not size and name == "SLURM_PROCID" and number == "0")
        return "" if alone else number
    return ""


def default_name() -> str:
    """Returns script@host, with the rank of a job that has several: "train 3@host"."""
    script = Path(sys.argv[0] if sys.argv and sys.argv[0] not in ("", "-c") else "python")
    stem = script.parent.name if script.stem == "__main__" else script.stem
    # A file's name may be long, no UTF-8, or hold what isn't to be printed.
    plain = "".join(c if c.isprintable() else "?" for c in stem or "python")
    number = rank()
    tail = f"{number and ' '}{number}@{socket.gethostname()}"
    room = MAX_NAME_BYTES - len(tail.encode())
    return plain.encode("utf-8", "replace")[:room].decode("utf-8", "ignore") + tail
