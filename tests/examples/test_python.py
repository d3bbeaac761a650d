"""The Python examples do what they say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from conftest import example, python, torch_python


def cameras(path: Path, *eyes: tuple[float, float, float]) -> Path:
    """A file of cameras for rvtool: at these places, looking along z."""
    with path.open("w") as f:
        for eye in eyes:
            c2w = np.eye(4)
            c2w[:3, 3] = eye
            f.write(json.dumps({"c2w": c2w.ravel().tolist(), "width": 64, "height": 48}) + "\n")
    return path


def test_gradient_follows_the_camera(tmp_path: Path) -> None:
    with example(*python("gradient.py")) as run:
        lists = run.look(5)
        assert len({one["images"][0]["sha256"] for one in lists}) > 1
        run.look(1, "--out", tmp_path, camera=str(cameras(tmp_path / "c", (0, 0, -4))))
    assert lists[0]["images"][0]["name"] == "sky"
    assert list(tmp_path.glob("*sky*"))


def test_mitsuba_shows_colour_depth_and_normals() -> None:
    pytest.importorskip("mitsuba", reason="`make demo` installs it")
    with example(*python("mitsuba_cornell.py")) as run:
        images = run.look(2)[-1]["images"]
    kinds = {i["name"]: i["color"] for i in images}
    assert kinds == {"color": "linear", "depth": "depth", "normal": "normal"}


def test_nvdiffrast_runs_or_says_why_not() -> None:
    with example(*python("nvdiffrast_mesh.py")) as run:
        images = run.look(2)[-1]["images"]
        assert [i["name"] for i in images] == ["color", "normal"]


def test_training_loop_is_watched_within_its_budget() -> None:
    budget, steps = 20, 300
    arguments = ["--steps", steps, "--budget", budget / 100]
    with example(*torch_python("training_loop.py", *arguments)) as run, run.watched() as lines:
        assert run.process.wait(120) == 0
        run.join()
    lists = [line for line in map(json.loads, lines) if "images" in line]
    assert [i["name"] for i in lists[-1]["images"]] == ["color", "depth"]
    loss = [one["meta"]["loss"] for one in lists]
    assert min(loss[-2:]) < loss[0] / 2  # it learns
    found = re.search(
        r"([\d.]+) a second, .* (\d+) images for the viewer took ([\d.]+) %", " ".join(run.printed)
    )
    assert found, run.printed
    assert int(found[2]) >= 2
    # A loop that never looked, or always, would be far from it.
    assert budget / 4 < float(found[3]) < 1.6 * budget
