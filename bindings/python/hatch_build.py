"""Puts librv, rvtool and what C and C++ need into a wheel, and their sources into an sdist."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

# What of the checkout a wheel is made from; in an sdist it stands in native/.
SOURCES = (
    "go.mod",
    "go.sum",
    "VERSION",
    "include",
    "bindings/cpp/include",
    "capi",
    "internal",
    "cmd/rvtool",
    "cmake",
    "scripts/build-lib.sh",
    "scripts/build-tool.sh",
)
UNUSED = {"testdata", "ctest", "consumer"}
MAC = sys.platform == "darwin"
LIBRARY = "librv.dylib" if MAC else "librv.so"
# What programs look for when they start. A wheel holds no links: the file has this name there.
LINKED = "librv.0.dylib" if MAC else "librv.so.0"
# Stands for the link that -lrv is looked up by.
LINKER_SCRIPT = f"/* The library is {LINKED}. */\nINPUT(-l:{LINKED})\n"

# Where the templates of cmake/ go in the package, and what is filled into them.
TEMPLATES = {
    "rvConfig.cmake": "_lib/cmake/rv",
    "rvConfigVersion.cmake": "_lib/cmake/rv",
    "rv.pc": "_lib/pkgconfig",
}
FILLED = {
    "PROJECT_DESCRIPTION": "Send images to remote viewers, and get the camera back",
    "PACKAGE_INIT": 'get_filename_component(rv_prefix "${CMAKE_CURRENT_LIST_DIR}" ABSOLUTE)\n'
    'get_filename_component(rv_prefix "${rv_prefix}/../../.." ABSOLUTE)',
    "PACKAGE_CMAKE_INSTALL_LIBDIR": "${rv_prefix}/_lib",
    "PACKAGE_CMAKE_INSTALL_INCLUDEDIR": "${rv_prefix}/include",
    "rv_stem": LINKED,
    "rv_soname": f"@rpath/{LINKED}" if MAC else LINKED,
    "rv_pc_prefix": "${pcfiledir}/../..",
    "rv_pc_LIBDIR": "${prefix}/_lib",
    "rv_pc_INCLUDEDIR": "${prefix}/include",
}


def native_root(project: Path) -> Path:
    """Return the folder with go.mod: native/ of an sdist, else the checkout."""
    for root in (project / "native", project.parent.parent):
        if (root / "capi").is_dir() and (root / "go.mod").is_file():
            return root
    raise RuntimeError(
        f"remoteviewer: wanted the Go sources of librv, found none in {project / 'native'} "
        f"or {project.parent.parent}; build from a whole checkout or an sdist"
    )


def version_of(root: Path) -> str:
    return (root / "VERSION").read_text(encoding="utf-8").strip()


class VersionHook(MetadataHookInterface):
    """Takes the version from the one file that has it."""

    def update(self, metadata: dict[str, Any]) -> None:
        metadata["version"] = version_of(native_root(Path(self.root)))


class NativeHook(BuildHookInterface[Any]):
    """Adds what is no Python. RV_LIBRARY_PATH and RV_TOOL_PATH name what is built already."""

    scratch: str | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "sdist":
            self.add_sources(build_data["force_include"])
        elif version != "editable":  # an editable install finds build/lib itself
            self.scratch = tempfile.mkdtemp(prefix="remoteviewer-")
            library = os.environ.get("RV_LIBRARY_PATH") or self.build("build-lib.sh", LIBRARY)
            tool = os.environ.get("RV_TOOL_PATH") or self.build("build-tool.sh", "rvtool")
            files = build_data["force_include"]
            files[library] = f"remoteviewer/_lib/{LINKED}"
            if notices := os.environ.get("RV_NOTICES"):  # the licences of what is linked in
                files[notices] = "remoteviewer/_lib/NOTICES"
            self.add_package(files)
            # The program itself, not a Python launcher: it starts at once and needs no Python.
            build_data["shared_scripts"][tool] = "rvtool"
            build_data["pure_python"] = False
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["tag"] = f"py3-none-{platform}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def add_sources(self, files: dict[str, str]) -> None:
        root = native_root(Path(self.root))
        for name in SOURCES:
            path = root / name
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                inside = file.relative_to(root)
                if UNUSED.intersection(inside.parts) or file.name.endswith("_test.go"):
                    continue
                if file.is_file():
                    files[str(file)] = f"native/{inside}"

    def add_package(self, files: dict[str, str]) -> None:
        """Adds the headers, and what CMake, pkg-config and linkers read."""
        root = native_root(Path(self.root))
        for folder in (root / "include", root / "bindings/cpp/include"):
            for header in sorted(folder.rglob("*.h*")):
                files[str(header)] = f"remoteviewer/include/{header.relative_to(folder)}"
        for name, folder in TEMPLATES.items():
            text = (root / "cmake" / f"{name}.in").read_text(encoding="utf-8")
            for key, value in {**FILLED, "PROJECT_VERSION": version_of(root)}.items():
                text = text.replace(f"@{key}@", value)
            self.add_text(files, text, f"{folder}/{name}")
        if not MAC:
            self.add_text(files, LINKER_SCRIPT, f"_lib/{LIBRARY}")

    def add_text(self, files: dict[str, str], text: str, place: str) -> None:
        assert self.scratch is not None
        file = Path(self.scratch) / "package" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        files[str(file)] = f"remoteviewer/{place}"

    def build(self, script: str, name: str) -> str:
        """Returns the file that a script of the checkout builds: librv's folder, or rvtool."""
        root = native_root(Path(self.root))
        go = os.environ.get("GO", "go")
        if shutil.which(go) is None:
            raise RuntimeError(
                f"remoteviewer: wanted Go 1.26 or newer to build {name}, found no {go!r} on PATH; "
                "install Go, or take a wheel"
            )
        assert self.scratch is not None
        file = Path(self.scratch) / name
        wanted = file.parent if script == "build-lib.sh" else file
        done = subprocess.run(["bash", str(root / "scripts" / script), str(wanted)])
        if done.returncode != 0:
            raise RuntimeError(
                f"remoteviewer: building {name} failed (its output stands above); it needs gcc, "
                "pkg-config and libjpeg-turbo's headers (Debian: libturbojpeg0-dev), or "
                "RV_TAGS=purejpeg to do without the last"
            )
        return str(file)
