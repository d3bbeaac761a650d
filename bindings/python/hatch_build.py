"""Builds librv with Go into the wheel, and puts its Go sources into the sdist."""

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

# What of the checkout librv is built from; in an sdist it stands in native/.
SOURCES = ("go.mod", "go.sum", "VERSION", "include", "capi", "internal", "scripts/build-lib.sh")
LIBRARY = "librv.dylib" if sys.platform == "darwin" else "librv.so"


def native_root(project: Path) -> Path:
    """Return the folder with go.mod: native/ of an sdist, else the checkout."""
    for root in (project / "native", project.parent.parent):
        if (root / "capi").is_dir() and (root / "go.mod").is_file():
            return root
    raise RuntimeError(
        f"remoteviewer: wanted the Go sources of librv, found none in {project / 'native'} "
        f"or {project.parent.parent}; build from a whole checkout or an sdist"
    )


class VersionHook(MetadataHookInterface):
    """Takes the version from the one file that has it."""

    def update(self, metadata: dict[str, Any]) -> None:
        metadata["version"] = (native_root(Path(self.root)) / "VERSION").read_text().strip()


class LibraryHook(BuildHookInterface[Any]):
    """Adds librv to a wheel; RV_LIBRARY_PATH names one that is already built."""

    scratch: str | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "sdist":
            self.add_sources(build_data)
        elif version != "editable":  # an editable install finds build/lib itself
            library = os.environ.get("RV_LIBRARY_PATH") or self.build()
            build_data["force_include"][library] = f"remoteviewer/_lib/{LIBRARY}"
            if notices := os.environ.get("RV_NOTICES"):  # the licences of what is linked in
                build_data["force_include"][notices] = "remoteviewer/_lib/NOTICES"
            build_data["pure_python"] = False
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["tag"] = f"py3-none-{platform}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def add_sources(self, build_data: dict[str, Any]) -> None:
        root = native_root(Path(self.root))
        for name in SOURCES:
            path = root / name
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                inside = file.relative_to(root)
                if "testdata" in inside.parts or file.name.endswith("_test.go"):
                    continue
                if file.is_file():
                    build_data["force_include"][str(file)] = f"native/{inside}"

    def build(self) -> str:
        root = native_root(Path(self.root))
        go = os.environ.get("GO", "go")
        if shutil.which(go) is None:
            raise RuntimeError(
                f"remoteviewer: wanted Go 1.26 or newer to build librv, found no {go!r} on PATH; "
                "install Go, or name a built librv in RV_LIBRARY_PATH, or take a wheel"
            )
        self.scratch = tempfile.mkdtemp(prefix="librv-")
        done = subprocess.run(["bash", str(root / "scripts/build-lib.sh"), self.scratch])
        if done.returncode != 0:
            raise RuntimeError(
                "remoteviewer: building librv failed (its output stands above); it needs gcc, "
                "pkg-config and libjpeg-turbo's headers (Debian: libturbojpeg0-dev)"
            )
        return str(Path(self.scratch) / LIBRARY)
