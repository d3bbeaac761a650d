#!/usr/bin/env python3
"""Writes bindings/python/remoteviewer/_abi.py from include/rv.h.

The header is the one place for the ABI's numbers. With --check nothing is
written: the exit code is 1 when the file isn't what the header gives.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
HEADER = ROOT / "include" / "rv.h"
OUTPUT = ROOT / "bindings" / "python" / "remoteviewer" / "_abi.py"

SCALARS = {
    "int": ("c_int", "int"),
    "int32_t": ("c_int32", "int"),
    "int64_t": ("c_int64", "int"),
    "uint32_t": ("c_uint32", "int"),
    "uint64_t": ("c_uint64", "int"),
    "float": ("c_float", "float"),
    "double": ("c_double", "float"),
}


class Declaration(NamedTuple):
    """A field or parameter: its name, C base type, pointer depth and array length."""

    name: str
    base: str
    stars: int
    length: int


def strip_comments(text: str) -> str:
    """Returns the header without comments, so that only declarations are left."""
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)


def class_name(c_name: str) -> str:
    """rv_send_options becomes RvSendOptions."""
    return "".join(part.capitalize() for part in c_name.split("_"))


def parse_declaration(text: str) -> Declaration:
    """Splits "const char *const *names" or "double c2w[16]" into its parts."""
    text = re.sub(r"\b(const|struct)\b", " ", text)
    match = re.fullmatch(r"\s*(\w+)\s*([*\s]*?)\s*(\w+)?\s*(?:\[(\d+)\])?\s*", text)
    if not match:
        sys.exit(f"gen_python_abi: {HEADER}: can't read the declaration {text.strip()!r}")
    base, stars, name, length = match.groups()
    return Declaration(name or "", base, stars.count("*"), int(length or 0))


def ctypes_of(declaration: Declaration) -> tuple[str, str]:
    """Returns the ctypes expression and the Python type of the attribute."""
    base, stars = declaration.base, declaration.stars
    if base in ("char", "void"):
        text = "ctypes.c_char_p" if base == "char" else "ctypes.c_void_p"
        for _ in range(stars - 1):
            text = f"ctypes.POINTER({text})"
        return text, ("Any" if stars > 1 else "CString" if base == "char" else "Address")
    text, hint = (f"ctypes.{SCALARS[base][0]}", SCALARS[base][1]) if base in SCALARS else (class_name(base), "Any")
    for _ in range(stars):
        text, hint = f"ctypes.POINTER({text})", "Any"
    if declaration.length:
        text, hint = f"{text} * {declaration.length}", "Any"
    return text, hint


def constants(text: str) -> list[tuple[str, int]]:
    """Returns every RV_ number in the header's order."""
    found = re.findall(r"^#define\s+(RV_\w+)\s+\(?(-?\d+)\)?\s*$", text, flags=re.M)
    return [(name, int(value)) for name, value in found]


def structs(text: str) -> list[tuple[str, list[Declaration]]]:
    """Returns (C name, fields) in the header's order."""
    found = re.findall(r"(?:typedef\s+)?struct\s+(rv_\w+)\s*\{(.*?)\}", text, flags=re.S)
    return [(name, [parse_declaration(f) for f in body.split(";") if f.strip()]) for name, body in found]


def functions(text: str) -> list[tuple[str, Declaration, list[Declaration]]]:
    """Returns (name, what it returns, parameters) in the header's order."""
    out = []
    for returns, name, parameters in re.findall(r"RV_API\s+([\w\s*]+?)(rv_\w+)\s*\(([^)]*)\)\s*;", text):
        wanted = [parse_declaration(p) for p in parameters.split(",") if p.strip() != "void"]
        out.append((name, parse_declaration(returns), wanted))
    return out


def render(text: str) -> str:
    """Returns the whole module for a header's text."""
    text = strip_comments(text)
    lines = [
        '"""The ABI of librv.so. Generated from include/rv.h by scripts/gen_python_abi.py: do not edit."""',
        "",
        "from __future__ import annotations",
        "",
        "import ctypes",
        "from typing import Any, Optional",
        "",
        "CString = Optional[bytes]",
        "Address = Optional[int]",
        "",
    ]
    lines += [f"{name} = {value}" for name, value in constants(text)]
    for name, fields in structs(text):
        lines += ["", "", f"class {class_name(name)}(ctypes.Structure):", f'    """struct {name}."""', ""]
        lines += [f"    {f.name}: {ctypes_of(f)[1]}" for f in fields]
        lines += ["", "    _fields_ = ["]
        lines += [f'        ("{f.name}", {ctypes_of(f)[0]}),' for f in fields]
        lines += ["    ]"]
    lines += ["", "", "# Name: (what it returns, its parameters).", "FUNCTIONS: dict[str, tuple[Optional[Any], list[Any]]] = {"]
    for name, returns, parameters in functions(text):
        result = "None" if returns == Declaration("", "void", 0, 0) else ctypes_of(returns)[0]
        lines.append(f'    "{name}": (')
        lines.append(f"        {result},")
        lines += ["        [", *(f"            {ctypes_of(p)[0]}," for p in parameters), "        ],", "    ),"]
    lines.append("}")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    arguments = parser.parse_args()
    wanted = render(HEADER.read_text(encoding="utf-8"))
    found = OUTPUT.read_text(encoding="utf-8") if OUTPUT.exists() else ""
    if wanted == found:
        return 0
    if arguments.check:
        print(f"{OUTPUT.relative_to(ROOT)} is not what include/rv.h gives: run scripts/gen_python_abi.py", file=sys.stderr)
        return 1
    OUTPUT.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
