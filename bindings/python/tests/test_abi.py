"""The generated ABI module is what include/rv.h says, to this machine's C compiler."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

from remoteviewer import _abi
from remoteviewer._errors import BY_CODE

ROOT = Path(__file__).resolve().parents[3]
GENERATOR = ROOT / "scripts" / "gen_python_abi.py"
STRUCTS = {
    "rv_options": _abi.RvOptions,
    "rv_image": _abi.RvImage,
    "struct rv_camera": _abi.RvCamera,
    "rv_send_options": _abi.RvSendOptions,
    "rv_event": _abi.RvEvent,
    "rv_statistics": _abi.RvStatistics,
}


def test_the_generated_file_is_current():
    done = subprocess.run([sys.executable, GENERATOR, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_check_sees_a_difference(tmp_path):
    for part in ("scripts/gen_python_abi.py", "include/rv.h"):
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, tmp_path / part)
    package = tmp_path / "bindings/python/remoteviewer"
    package.mkdir(parents=True)
    copy = [sys.executable, str(tmp_path / "scripts/gen_python_abi.py")]
    assert subprocess.run([*copy]).returncode == 0
    assert (package / "_abi.py").read_bytes() == Path(_abi.__file__).read_bytes()
    assert subprocess.run([*copy, "--check"]).returncode == 0
    header = tmp_path / "include/rv.h"
    header.write_text(header.read_text().replace("#define RV_U16 2", "#define RV_U16 9"))
    assert subprocess.run([*copy, "--check"], capture_output=True).returncode == 1


def test_every_struct_has_the_compilers_layout(tmp_path):
    lines = ['#include "rv.h"', "#include <stddef.h>", "#include <stdio.h>", "int main(void) {"]
    wanted = []
    for name, struct in STRUCTS.items():
        lines.append(f'printf("%zu\\n", sizeof({name}));')
        wanted.append(ctypes.sizeof(struct))
        for field, *_ in struct._fields_:
            lines.append(f'printf("%zu\\n", offsetof({name}, {field}));')
            wanted.append(getattr(struct, field).offset)
    source = tmp_path / "layout.c"
    source.write_text("\n".join([*lines, "return 0; }"]))
    program = tmp_path / "layout"
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-I", ROOT / "include", source, "-o", program], check=True)
    found = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    assert [int(f) for f in found] == wanted


def test_every_error_has_an_exception():
    codes = {value for name, value in vars(_abi).items() if name.startswith("RV_ERR_")}
    assert codes == set(BY_CODE)
