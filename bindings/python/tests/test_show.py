"""The one-line form."""

from __future__ import annotations

import numpy as np
import pytest
import remoteviewer as rv
from conftest import at_most, free_port, run_python
from plain import PlainViewer

IMAGE = np.arange(48 * 64 * 3, dtype=np.uint8).reshape(48, 64, 3)


def test_shown(monkeypatch, capsys):
    with PlainViewer().listen() as viewer:
        monkeypatch.setenv("RV_ADDRESS", f"127.0.0.1:{viewer.port}")
        with at_most(2):
            assert rv.show(IMAGE, depth=IMAGE[..., 0], meta={"a": 1}) is True
        received = viewer.next()
        assert list(received.images) == ["0", "depth"]
        assert viewer.message("cameras")[0]["wanted"] is False
        assert f"shown at 127.0.0.1:{viewer.port}" in capsys.readouterr().err


def test_not_shown(capfd):
    address = f"127.0.0.1:{free_port()}"
    with at_most(2):
        assert rv.show(IMAGE, address=address) is False
    err = capfd.readouterr().err
    assert err.count("\n") == 1, err
    assert "not shown" in err
    assert address in err
    assert rv.show(IMAGE, address=address, quiet=True) is False
    assert capfd.readouterr().err == ""


def test_a_viewer_that_never_answers(capsys):
    with PlainViewer(acks=False).listen() as viewer, at_most(7):
        assert rv.show(IMAGE, address=f"127.0.0.1:{viewer.port}") is False
    assert "didn't answer within 5 s" in capsys.readouterr().err


def test_a_peer_that_is_no_viewer(capsys):
    with rv.listen("127.0.0.1:0", quiet=True) as renderer:
        assert rv.show(IMAGE, address=renderer.address) is False
    assert "not shown" in capsys.readouterr().err


def test_bad_input():
    with pytest.raises(rv.ArrayError):
        rv.show(np.zeros(3))
    with pytest.raises(rv.LimitError):
        rv.show()


def test_main_says_how_to_look():
    done = run_python(
        "import runpy; runpy.run_module('remoteviewer', run_name='__main__')", check=False
    )
    assert done.returncode == 0, done.stdout
    assert f"remoteviewer {rv.__version__}" in done.stdout
    assert "librv" in done.stdout
    assert "rvviewer" in done.stdout
