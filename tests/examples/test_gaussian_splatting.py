"""The lines for gaussian-splatting's train.py, in a stand-in that has its names."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import EXAMPLES, example, torch_python

SCRIPT = EXAMPLES / "gaussian-splatting" / "add_viewer.py"

# Of the original only the names that the lines touch; written for this test.
TRAIN = """\
import torch
import math, time
from stand_in import GaussianModel, Scene, render

def training(opt, pipe):
    first_iter = 0
    gaussians = GaussianModel()
    scene = Scene()
    background = torch.zeros(3)
    ema_loss_for_log = 0.0
    first_iter += 1
    for iteration in range(first_iter, opt + 1):
        time.sleep(0.002)
        ema_loss_for_log = 0.4 / iteration + 0.6 * ema_loss_for_log

training(1_000_000, None)
"""

STAND_IN = """\
import torch

class GaussianModel:
    get_xyz = torch.zeros(7, 3)

class TrainCamera:  # what scene/cameras.py keeps
    image_width, image_height, FoVx, FoVy, znear, zfar = 64, 48, 1.0, 0.8, 0.01, 100.0
    world_view_transform = torch.eye(4)
    world_view_transform[3, 2] = 4.0
    def __init__(self):
        import numpy as np
        self.R, self.T = np.eye(3), np.array([0.0, 0.0, 4.0])

class Scene:
    def getTrainCameras(self):
        return [TrainCamera()]

def render(viewpoint_camera, pc, pipe, bg_color, scaling_modifier=1.0):
    camera = viewpoint_camera
    image = torch.zeros(3, camera.image_height, camera.image_width, requires_grad=True)
    distance = camera.camera_center.norm() + 0 * camera.full_proj_transform.sum()
    return {"render": image + scaling_modifier * torch.sigmoid(distance - 4)}
"""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_trains_and_is_watched(tmp_path: Path) -> None:
    if (
        not shutil.which("/usr/bin/python3")
        or subprocess.run(
            ["/usr/bin/python3", "-c", "import torch"], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("the system's Python has no torch: scripts/deps.sh torch installs it")
    train = tmp_path / "train.py"
    train.write_text(TRAIN)
    # The lines say cuda; here it is the CPU's turn.
    (tmp_path / "stand_in.py").write_text(STAND_IN)
    done = run(train)
    assert done.returncode == 0, done.stderr
    added = [line for line in done.stdout.splitlines() if line.startswith("+") and line[1:].strip()]
    assert len(added) - 1 <= 20  # the first is the name of the file
    assert (tmp_path / "train.py.orig").read_text() == TRAIN
    train.write_text(train.read_text().replace('"cuda"', '"cpu"'))
    with example(*torch_python(train)) as training:
        lists = training.look(3)
    assert lists[-1]["meta"]["gaussians"] == 7
    assert lists[-1]["images"][0]["width"] > 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("print(1)\n", "found 0"),
        (TRAIN.replace("import torch\n", ""), "import torch"),
        (TRAIN.replace("background", "bg"), "background"),
    ],
)
def test_other_files_are_left_alone(tmp_path: Path, text: str, words: str) -> None:
    train = tmp_path / "train.py"
    train.write_text(text)
    done = run(train)
    assert done.returncode == 1
    assert words in done.stderr
    assert train.read_text() == text


def test_once_is_enough(tmp_path: Path) -> None:
    train = tmp_path / "train.py"
    train.write_text(TRAIN)
    assert run(train).returncode == 0
    assert "has them already" in run(train).stderr


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    train = tmp_path / "train.py"
    train.write_text(TRAIN)
    assert "+import remoteviewer as rv" in run(train, "--dry-run").stdout
    assert train.read_text() == TRAIN
