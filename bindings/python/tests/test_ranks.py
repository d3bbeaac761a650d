"""Forked and spawned workers, and jobs of several processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading

import pytest
from conftest import PACKAGE, run_python, until
from plain import PlainViewer
from remoteviewer._images import Packer
from remoteviewer._names import default_name
from remoteviewer._options import Options
from remoteviewer._session import Session
from test_lifetime import START, shown_by

RANKS = ("RANK", "LOCAL_RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID")


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """The tests' own process is no rank of a job."""
    for name in RANKS:
        monkeypatch.delenv(name, raising=False)


# As torch's DataLoader does it: daemonic workers by fork that loop over an index queue,
# one result queue, one thread of the parent that takes the results, an end by None; new
# workers for every epoch.
LOADER = """
import multiprocessing, queue

def work(asked, done):
    while (index := asked.get()) is not None:
        done.put((index, os.getpid(), np.full((64, 64, 3), index, np.uint8)))

def epoch(context, count, workers=4):
    done = context.Queue()
    asked = [context.Queue() for _ in range(workers)]
    processes = [context.Process(target=work, args=(q, done), daemon=True) for q in asked]
    for p in processes: p.start()
    ready, here = queue.Queue(), threading.Event()
    def pin():
        while not here.is_set():
            try: ready.put(done.get(timeout=0.1))
            except queue.Empty: pass
    thread = threading.Thread(target=pin, daemon=True); thread.start()
    for index in range(count): asked[index % workers].put(index)
    for _ in range(count): yield ready.get(timeout=20)
    for q in asked: q.put(None)
    for p in processes: p.join(20); assert p.exitcode == 0, p.exitcode
    here.set(); thread.join()
"""


def test_a_loader_that_forks_while_a_session_is_open():
    code = (
        LOADER
        + """
v = rv.connect('127.0.0.1:PORT'); gain = v.slider('gain', 0.0, 1.0, default=0.5)
while not v.connected: time.sleep(0.01)
context, pids, sent = multiprocessing.get_context('fork'), set(), 0
for _ in range(3):
    seen = set()
    for index, pid, batch in epoch(context, 24):
        assert (batch == index).all()
        seen.add(index); pids.add(pid)
        v.gate(); v.wants(budget=None, refresh=0); v.plot('loss', index)
        assert v.slider('gain', 0.0, 1.0) == 0.5
        v.show(batch); sent += 1
    assert seen == set(range(24))
assert len(pids) == 12 and os.getpid() not in pids
assert v.statistics.lists == sent == 72
v.show(image)
assert v.close()
"""
    )
    with PlainViewer().listen() as viewer:
        done = run_python(START + code.replace("PORT", str(viewer.port)))
        last = None
        while not viewer.lists.empty():
            last = viewer.next()
    assert last is not None
    assert last.images["0"].shape == (48, 64, 3), "the newest list is the last one"
    assert done.seconds < 30


CALLS = [
    "v.show(image)",
    "v.wants()",
    "v.gate()",
    "v.closed_windows",
    "v.slider('known', 0.0, 1.0)",
    "v.color('known color')",
    "v.text('known text')",
    "v.plot('known plot', 1)",
    "v.button('new')",
    "v.folder('a').checkbox('new')",
    "v.set_control('known', 1)",
    "v.remove_control()",
    "v.want_picks()",
    "v.answer(rv.Event('pick'), {})",
    "v.read(0)",
    "next(v.cameras())",
    "v.camera",
    "v.connected",
]


def test_a_forked_child_is_told():
    code = f"""
v = rv.connect('127.0.0.1:PORT'); v.show(image)
v.slider('known', 0.0, 1.0); v.color('known color'); v.text('known text')
v.plot('known plot', 1); v.wants(); v.gate()
while not v.connected: time.sleep(0.01)
child = os.fork()
if not child:
    assert repr(v) == 'Viewer(forked)'
    for call in {CALLS!r}:
        try:
            eval(call)
        except rv.ForkedError as e:
            assert "'spawn'" in str(e), e
        else:
            print(call, 'gives no ForkedError', file=sys.stderr, flush=True)
            os._exit(1)
    sys.exit(7)
pid, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 7, status
v.show(image)
"""
    assert shown_by(code).seconds < 5


def test_spawned_workers_open_their_own(tmp_path):
    script = tmp_path / "job.py"
    script.write_text(
        """
import multiprocessing, sys
import numpy as np
import remoteviewer as rv

def work(number, address):
    with rv.connect(address, name=f"worker {number}", quiet=True) as v:
        assert v.slider("n", 0, 10, step=1, default=number) == number
        v.show(np.full((4, 4, 3), number, np.uint8))

if __name__ == "__main__":
    with rv.listen("127.0.0.1:0", quiet=True) as own:
        own.show(np.zeros((4, 4, 3), np.uint8))
        context = multiprocessing.get_context("spawn")
        jobs = [context.Process(target=work, args=(n, a)) for n, a in enumerate(sys.argv[1:])]
        for job in jobs: job.start()
        for job in jobs: job.join(30); assert job.exitcode == 0, job.exitcode
        own.show(np.zeros((4, 4, 3), np.uint8))
"""
    )
    with PlainViewer().listen() as one, PlainViewer().listen() as two:
        addresses = [f"127.0.0.1:{v.port}" for v in (one, two)]
        subprocess.run([sys.executable, str(script), *addresses], check=True, timeout=60)
        for number, viewer in enumerate((one, two)):
            assert (viewer.next().images["0"] == number).all()


JOB = """
import sys
import remoteviewer as rv
with rv.listen("127.0.0.1:PORT") as v:
    print(v.address, flush=True)
    sys.stdin.readline()
"""


def test_eight_ranks_have_ports_and_names_of_their_own():
    with PlainViewer().listen() as taken:  # a port that is taken, so that all begin behind it
        code, ranks = JOB.replace("PORT", str(taken.port)), []
        lock = threading.Lock()

        def start(rank):
            environment = {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "8"}
            done = popen(code, environment)
            with lock:
                ranks.append((rank, done))

        threads = [threading.Thread(target=start, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        try:
            found = {}
            for rank, process in ranks:
                address = process.stdout.readline().strip()
                with PlainViewer().dial(address) as viewer:
                    until(lambda v=viewer: v.hello)
                    found[rank] = (address, viewer.hello["name"])
        finally:
            for _, process in ranks:
                _, err = process.communicate("\n", timeout=20)
                assert process.returncode == 0, err
                assert "rvviewer" in err
    assert len({address for address, _ in found.values()}) == 8
    for rank, (_, name) in found.items():
        assert re.fullmatch(rf"python {rank}@.+", name), name


def popen(code, environment):
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(PACKAGE), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


NUMBERS = [
    ({}, ""),
    ({"RANK": "3", "WORLD_SIZE": "8"}, "3"),
    ({"RANK": "0", "WORLD_SIZE": "8"}, "0"),
    ({"RANK": "3"}, "3"),
    ({"RANK": "0", "WORLD_SIZE": "1"}, ""),
    ({"LOCAL_RANK": "2"}, "2"),
    ({"LOCAL_RANK": "2", "RANK": "10", "WORLD_SIZE": "16"}, "10"),
    ({"OMPI_COMM_WORLD_RANK": "5", "OMPI_COMM_WORLD_SIZE": "6"}, "5"),
    ({"PMI_RANK": "1", "PMI_SIZE": "2"}, "1"),
    ({"SLURM_PROCID": "4", "SLURM_NTASKS": "5"}, "4"),
    ({"SLURM_PROCID": "0"}, ""),
    ({"SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "2", "SLURM_NTASKS": "1"}, "0"),
    ({"SLURM_PROCID": "0", "SLURM_NTASKS": "1", "RANK": "6", "WORLD_SIZE": "8"}, "6"),
    ({"RANK": "x", "SLURM_PROCID": "1"}, "1"),
    ({"RANK": "-1"}, ""),
    ({"RANK": "٣"}, ""),
    ({"RANK": "9" * 30}, ""),
]


@pytest.mark.parametrize(("environment", "number"), NUMBERS)
def test_names_have_the_rank_in_python_and_in_c(monkeypatch, environment, number):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    wanted = f" {number}@" if number else "@"
    options = Options(quiet=True)
    assert re.search(r"( \d+)?@", default_name())[0] == wanted
    options.struct.name = None  # the library then makes one
    session = Session("rv_listen", "127.0.0.1:0", options, Packer(), None)
    with PlainViewer().dial(session.address()) as viewer:
        until(lambda: viewer.hello)
        assert re.search(r"( \d+)?@", viewer.hello["name"])[0] == wanted
    session.close()


def test_a_long_name_keeps_its_rank(monkeypatch):
    monkeypatch.setenv("RANK", "12")
    monkeypatch.setattr("sys.argv", [f"/{'ä' * 100}.py"])
    assert " 12@" in default_name()
    assert len(default_name().encode()) <= 128
