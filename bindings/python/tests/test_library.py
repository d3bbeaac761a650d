"""Where the library is looked for, and what is said when it can't be used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import remoteviewer as rv
from remoteviewer import _library
from remoteviewer.__main__ import main


@pytest.fixture
def unloaded(monkeypatch):
    monkeypatch.setattr(_library, "_library", None)
    monkeypatch.setattr(_library, "_path", None)


def test_order(monkeypatch):
    monkeypatch.setenv("RV_LIBRARY", "/somewhere/librv.so")
    assert _library.candidates() == [Path("/somewhere/librv.so")]
    monkeypatch.delenv("RV_LIBRARY")
    package = Path(rv.__file__).resolve().parent
    first, *others = _library.candidates()
    assert first == package / "_lib" / _library.WHEEL_FILE
    assert package.parents[2] / "build" / "lib" / _library.FILE in others


@pytest.mark.usefixtures("unloaded")
def test_no_library(monkeypatch, tmp_path):
    monkeypatch.setenv("RV_LIBRARY", str(tmp_path / "none.so"))
    with pytest.raises(rv.LibraryError) as caught:
        rv.connect("127.0.0.1:9")
    assert str(tmp_path / "none.so") in str(caught.value)
    assert "make lib" in str(caught.value)


@pytest.mark.usefixtures("unloaded")
def test_a_file_that_is_no_library(monkeypatch, tmp_path):
    (tmp_path / "librv.so").write_text("hello")
    monkeypatch.setenv("RV_LIBRARY", str(tmp_path / "librv.so"))
    with pytest.raises(rv.LibraryError, match="can't be used"):
        _library.load()


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize(("version", "says"), [("2 << 16", "ABI 2.0"), ("0", "ABI 0.0")])
def test_another_abi(monkeypatch, tmp_path, version, says):
    functions = [f"int {name}(void) {{ return 0; }}" for name in _library._abi.FUNCTIONS]
    source = "\n".join(functions).replace(
        "rv_abi_version(void) { return 0; }", f"rv_abi_version(void) {{ return {version}; }}"
    )
    (tmp_path / "old.c").write_text(source)
    built = tmp_path / "librv.so"
    subprocess.run(["cc", "-shared", "-fPIC", tmp_path / "old.c", "-o", built], check=True)
    monkeypatch.setenv("RV_LIBRARY", str(built))
    with pytest.raises(rv.LibraryError, match=says) as caught:
        _library.load()
    assert "make lib" in str(caught.value)


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize(("minor", "says"), [(0, "has ABI 0.0"), (None, "is older")])
def test_an_older_library(monkeypatch, tmp_path, capsys, minor, says):
    number = _library._abi.RV_ABI_MINOR if minor is None else minor
    (tmp_path / "old.c").write_text(f"int rv_abi_version(void) {{ return {number}; }}")
    built = tmp_path / "librv.so"
    subprocess.run(["cc", "-shared", "-fPIC", tmp_path / "old.c", "-o", built], check=True)
    monkeypatch.setenv("RV_LIBRARY", str(built))
    assert main([]) == 1
    out = capsys.readouterr().out
    assert says in out
    assert "make lib" in out


def test_importing_loads_nothing():
    code = "import remoteviewer._library as l; assert l._library is None"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_disabled_needs_no_library(tmp_path):
    code = (
        "import numpy as np, remoteviewer as rv\n"
        "image = np.zeros((4, 4, 3), np.uint8)\n"
        "with rv.listen(enabled=False) as v, rv.connect(enabled=False) as w:\n"
        "    v.show(image, a=image, meta={}); w.send_images([image], mode='every')\n"
        "    assert v.camera is None and list(v.cameras()) == [] and v.read(timeout=0) is None\n"
        "    v.set_view(np.eye(4)); v.send_data('a', 1)\n"
        "    assert not v.connected and v.address == '' and not v.close()\n"
        "old = rv.RemoteViewer('nowhere', 1, enabled=False)\n"
        "old.require_camera_from_remote(True)\n"
        "assert old.read() == {'status': 0}; old.send_images([image], single=True)\n"
    )
    environment = {"RV_LIBRARY": str(tmp_path / "none.so"), "PATH": "/usr/bin:/bin"}
    root = str(Path(rv.__file__).resolve().parents[1])
    environment["PYTHONPATH"] = root
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    code = code.replace("enabled=False", "").replace(", )", ")").replace("1, )", "1)")
    environment["RV_DISABLE"] = "1"
    shown = "assert rv.show(image) is False\n"
    subprocess.run([sys.executable, "-c", code + shown], check=True, env=environment)


def test_package_and_library_are_of_one_version():
    assert _library.load().rv_version().decode() == rv.__version__
