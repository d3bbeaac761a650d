"""Says which glibc the programs and libraries of a wheel ask for, and fails when it is newer.

python check_glibc.py 2.17 WHEEL
"""

from __future__ import annotations

import io
import re
import sys
import zipfile

from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

Version = tuple[int, ...]


def parsed(text: str) -> Version:
    return tuple(int(part) for part in text.split("."))


def asked_for(content: bytes) -> list[Version]:
    """Returns the versions of glibc's symbols that an ELF file uses; [] when it is static."""
    versions = []
    for section in ELFFile(io.BytesIO(content)).iter_sections():
        if isinstance(section, GNUVerNeedSection):
            for _, needed in section.iter_versions():
                names = [re.fullmatch(r"GLIBC_([0-9.]+|\w+)", v.name) for v in needed]
                # GLIBC_PRIVATE and the like are of one glibc alone.
                versions += [parsed(n[1]) if n[1][0].isdigit() else (99,) for n in names if n]
    return versions


def main() -> int:
    limit, wheel = parsed(sys.argv[1]), sys.argv[2]
    found: dict[str, Version] = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if content.startswith(b"\x7fELF"):
                found[name] = max(asked_for(content), default=())
    for name, version in found.items():
        print(f"check-glibc: {name}: {'.'.join(map(str, version)) or 'none'}")
    for wanted in ("librv", "libturbojpeg", "rvtool"):
        assert any(wanted in name for name in found), f"wanted {wanted} in {wheel}: {list(found)}"
    newer = [name for name, version in found.items() if version > limit]
    if newer:
        print(f"check-glibc: newer than {sys.argv[1]}: {', '.join(newer)}", file=sys.stderr)
    return 1 if newer else 0


if __name__ == "__main__":
    sys.exit(main())
