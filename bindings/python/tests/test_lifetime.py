"""Exit, collection, Ctrl-C and fork."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import remoteviewer as rv
from conftest import PACKAGE, at_most, free_port, run_python, until
from plain import PlainViewer
from remoteviewer._closing import closer

IMAGE = np.arange(48 * 64 * 3, dtype=np.uint8).reshape(48, 64, 3)
START = """
import numpy as np, os, sys, threading, time
import remoteviewer as rv
image = np.arange(48 * 64 * 3, dtype=np.uint8).reshape(48, 64, 3)
"""


def shown_by(code, **more):
    """Runs a script that shows IMAGE at {port}, and checks that it came."""
    with PlainViewer().listen() as viewer:
        done = run_python(START + code.replace("PORT", str(viewer.port)), **more)
        assert np.array_equal(viewer.next(timeout=1).images["0"], IMAGE)
    return done


def test_exit_waits_for_the_viewer():
    shown_by("v = rv.connect('127.0.0.1:PORT'); v.show(image)")


def test_exit_with_an_exception():
    done = shown_by("v = rv.connect('127.0.0.1:PORT'); v.show(image); 1 / 0", check=False)
    assert "ZeroDivisionError" in done.stderr
    assert done.returncode == 1


def test_exit_in_a_cycle_and_from_a_thread():
    shown_by("v = rv.connect('127.0.0.1:PORT'); v.show(image); v.me = v; del v")
    shown_by(
        "def run():\n"
        "    rv.connect('127.0.0.1:PORT').show(image)\n"
        "t = threading.Thread(target=run); t.start(); t.join()"
    )


def test_exit_of_many_sessions_takes_one_linger():
    code = (
        f"vs = [rv.connect('127.0.0.1:{free_port()}') for _ in range(8)]\n"
        "for v in vs: v.show(image)"
    )
    done = run_python(START + code)
    assert done.seconds < 9


def test_exit_with_a_viewer_that_never_answers():
    with PlainViewer(acks=False).listen() as viewer:
        code = f"v = rv.connect('127.0.0.1:{viewer.port}'); v.show(image)"
        done = run_python(START + code)
    assert 4.5 < done.seconds < 9


def test_collected_objects_are_closed_behind():
    with PlainViewer().listen() as viewer:
        renderer = rv.connect(f"127.0.0.1:{viewer.port}")
        renderer.show(IMAGE)
        handle = renderer._session._handle
        with at_most(0.1):
            del renderer
        assert np.array_equal(viewer.next().images["0"], IMAGE)
        until(lambda: handle not in closer._open and handle not in closer._closing)
        assert viewer.ended.wait(5)


def test_nothing_is_left_open():
    for _ in range(20):
        rv.listen("127.0.0.1:0", quiet=True)
    gc.collect()
    until(lambda: not closer._open and not closer._closing)


def interrupted(code, wanted="KeyboardInterrupt", within=2.0):
    """Runs a script that prints a line and blocks; Ctrl-C has to end it."""
    path = os.pathsep.join([str(PACKAGE), str(Path(__file__).parent)])
    environment = {**os.environ, "PYTHONPATH": path}
    process = subprocess.Popen(
        [sys.executable, "-c", START + code],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "blocks\n"
        time.sleep(0.3)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert wanted in err
        assert time.monotonic() - start < within
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    "call",
    [
        "[v.read() for _ in range(20)]",
        "next(v.cameras())",
        "[v.send_images([image], mode='every') for _ in range(20)]",
    ],
)
def test_ctrl_c_ends_what_blocks(call):
    listening = "v = rv.listen('127.0.0.1:0', quiet=True); print('blocks', flush=True);"
    interrupted(listening + call)


def test_ctrl_c_ends_a_classic_read():
    with PlainViewer(acks=False).listen() as viewer:
        interrupted(
            f"v = rv.RemoteViewer('127.0.0.1', {viewer.port})\n"
            "print('blocks', flush=True)\n"
            "while True:\n"
            "    v.read(); v.send_images([image])\n",
            within=7.0,  # exit then waits for the viewer, which never answers
        )


def test_ctrl_c_ends_the_wait_of_close():
    with PlainViewer(acks=False).listen() as viewer:
        interrupted(
            f"v = rv.connect('127.0.0.1:{viewer.port}'); v.show(image)\n"
            "while not v.connected: time.sleep(0.01)\n"
            "print('blocks', flush=True)\n"
            "try: v.close()\n"
            "except KeyboardInterrupt:\n"
            "    print('KeyboardInterrupt', file=sys.stderr, flush=True); os._exit(1)\n"
        )


def test_fork():
    code = """
v = rv.connect('127.0.0.1:PORT'); v.show(image)
while not v.connected: time.sleep(0.01)
child = os.fork()
if not child:
    try:
        v.show(image)
    except rv.ForkedError as e:
        assert 'spawn' in str(e)
        try:
            rv.listen()
        except rv.ForkedError:
            v.close()
            del v
            sys.exit(7)  # with atexit's functions
    os._exit(1)
pid, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 7, status
v.show(image)
"""
    done = shown_by(code)
    assert done.seconds < 5


def test_fork_by_multiprocessing():
    code = """
import multiprocessing
v = rv.connect('127.0.0.1:PORT'); v.show(image)
def work(n):
    return n * 2
with multiprocessing.get_context('fork').Pool(2) as pool:
    assert pool.map(work, [1, 2]) == [2, 4]
"""
    shown_by(code)


def test_a_child_may_open_its_own_when_the_parent_has_none():
    code = """
child = os.fork()
if not child:
    v = rv.connect('127.0.0.1:PORT'); v.show(image)
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
"""
    shown_by(code)


def test_a_thread_that_reads_does_not_keep_the_program():
    code = """
v = rv.listen('127.0.0.1:0', quiet=True)
threading.Thread(target=v.read, daemon=True).start()
time.sleep(0.2)
"""
    assert run_python(START + code).seconds < 5


def test_close_from_many_threads():
    renderer = rv.listen("127.0.0.1:0", quiet=True)
    threads = [threading.Thread(target=renderer.close) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()
    with pytest.raises(rv.ClosedError):
        renderer.show(IMAGE)
