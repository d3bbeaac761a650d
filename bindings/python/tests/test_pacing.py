"""When a loop renders and when it waits, against a viewer that the test drives."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
import remoteviewer as rv
from conftest import at_most, until
from plain import PlainViewer
from test_lifetime import interrupted

IMAGE = np.zeros((4, 4, 3), np.uint8)


@pytest.fixture
def renderer():
    """One that listens."""
    with rv.listen("127.0.0.1:0", quiet=True) as one:
        yield one


@pytest.fixture
def both(renderer):
    """A renderer, and a viewer that looks."""
    with PlainViewer().dial(renderer.address) as viewer:
        until(lambda: renderer.connected == 1)
        yield renderer, viewer


def asked(renderer, within=5.0, **options):
    """Asks until there is a camera."""
    found = []
    until(lambda: (cam := renderer.wants(**options)) and not found.append(cam), within)
    return found[0]


def never(renderer, seconds, **options):
    """Asks for so long, and wants no camera."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert renderer.wants(**options) is None
        time.sleep(0.002)


def test_nobody_looks(renderer):
    for _ in range(100):
        assert renderer.wants() is None


def test_a_camera_once_and_when_it_moves(both):
    renderer, viewer = both
    assert renderer.wants() is None  # from here on cameras are wanted
    until(lambda: viewer.message("cameras")[0]["wanted"])
    viewer.send_camera(1, cause="join")
    camera = asked(renderer, budget=None, refresh=None)
    assert camera.c2w[0, 3] == 1
    assert camera.viewer == viewer.session
    assert camera is renderer.camera
    renderer.show(IMAGE)
    viewer.next()
    never(renderer, 0.3, budget=None, refresh=None)
    viewer.send_camera(2)
    assert asked(renderer, budget=None, refresh=None).c2w[0, 3] == 2


def test_the_same_again_after_refresh(both):
    renderer, viewer = both
    renderer.wants()
    viewer.send_camera(1)
    first = asked(renderer, budget=1.0)
    start = time.monotonic()
    renderer.show(IMAGE)
    viewer.next()
    again = asked(renderer, budget=1.0, refresh=0.4)
    assert again is first
    assert 0.3 < time.monotonic() - start < 2.0
    renderer.show(IMAGE)
    viewer.next()
    with at_most(0.3):
        assert asked(renderer, budget=1.0, refresh=0) is first


def test_the_view_for_a_viewer_that_sends_no_camera(both):
    renderer, _ = both
    c2w = np.eye(4)
    c2w[0, 3] = 7
    renderer.set_view(c2w)
    camera = asked(renderer, budget=None)
    assert (camera.seq, camera.c2w[0, 3]) == (0, 7.0)
    renderer.show(IMAGE)
    c2w[0, 3] = 8
    renderer.set_view(c2w)
    assert asked(renderer, budget=None).c2w[0, 3] == 8.0


def test_no_room_no_camera():
    with (
        rv.listen("127.0.0.1:0", quiet=True) as renderer,
        PlainViewer(acks=False).dial(renderer.address) as viewer,
    ):
        until(lambda: renderer.connected == 1)
        renderer.wants()
        held = []
        for x in range(2):
            viewer.send_camera(x + 1)
            asked(renderer, budget=None)
            renderer.show(IMAGE)
            held.append(viewer.next())
        viewer.send_camera(9)
        never(renderer, 0.3, budget=None, refresh=0)
        viewer.ack(held[0])
        assert asked(renderer, budget=None).c2w[0, 3] == 9


def test_threads_share_wants(both):
    renderer, viewer = both
    renderer.wants()
    seen, torn, stop = set(), [], threading.Event()

    def ask():
        while not stop.is_set():
            camera = renderer.wants(budget=None, refresh=0)
            if camera is not None and camera.seq:
                seen.add(camera.seq)
                if camera.c2w[0, 3] != camera.target[0]:
                    torn.append(camera)
                renderer.show(IMAGE)

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for x in range(300):
        viewer.send_camera(x, target=[float(x), 0.0, 4.0])
        time.sleep(0.001)
    until(lambda: 300 in seen)
    stop.set()
    for thread in threads:
        thread.join(5)
    assert not torn
    assert len(seen) > 10


@pytest.mark.parametrize("budget", [0.1, 0.3])
def test_the_budget_is_kept(both, budget):
    renderer, viewer = both
    renderer.wants(budget)
    viewer.send_camera(1)
    asked(renderer, budget=budget)
    time.sleep(2.5 * budget)  # more than is saved up: from here on it is all earned
    renderer.show(IMAGE)
    asked(renderer, budget=budget, refresh=0, within=20)
    renderer.show(IMAGE)
    spent, start = 0.0, time.monotonic()
    while time.monotonic() - start < 3.0:
        if renderer.wants(budget=budget, refresh=0):
            began = time.monotonic()
            time.sleep(0.02)
            renderer.show(IMAGE)
            spent += time.monotonic() - began
        time.sleep(0.001)
    share = spent / (time.monotonic() - start)
    assert 0.5 * budget < share < 1.2 * budget


@pytest.mark.parametrize(
    "options",
    [
        {"budget": 0},
        {"budget": -1},
        {"budget": float("nan")},
        {"budget": "x"},
        {"refresh": -1},
        {"refresh": float("nan")},
        {"refresh": [1]},
    ],
)
def test_budgets_that_can_not_be(renderer, options):
    with pytest.raises(rv.InvalidError, match=r"share.*found|budget of"):
        renderer.wants(**options)


def test_windows_that_are_closed_everywhere(both):
    renderer, viewer = both
    assert renderer.closed_windows == frozenset()
    many = [("", f"a long name of a window that is closed {n} ä") for n in range(100)]
    viewer.send_closed(*many, ("", "b"), ("other", "c"))
    until(lambda: len(renderer.closed_windows) == 101)
    assert {"b", many[3][1]} < renderer.closed_windows
    assert renderer.closed_in("other") == {"c"}
    assert renderer.closed_in("none") == frozenset()
    with PlainViewer().dial(renderer.address) as second:
        second.send_closed(("", "b"))
        until(lambda: renderer.closed_windows == {"b"})
    until(lambda: len(renderer.closed_windows) == 101)
    with pytest.raises(rv.NameError):
        renderer.closed_in(None)


class Loop:
    """A loop in a thread of its own, whose rounds are counted."""

    def __init__(self, renderer, show=None):
        self.rounds, self.error = 0, None
        self._renderer, self._show = renderer, show
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        try:
            while True:
                self._renderer.gate(self._show)
                self.rounds += 1
                time.sleep(0.001)
        except rv.ClosedError as e:
            self.error = e


def rests(loop, rounds):
    """Waits until the loop rests at a number of rounds."""
    until(lambda: loop.rounds == rounds)
    time.sleep(0.25)
    assert loop.rounds == rounds


def test_pause_step_run(both):
    renderer, viewer = both
    loop = Loop(renderer)
    until(lambda: viewer.value("gate") == -1)
    until(lambda: loop.rounds > 10)
    viewer.send_control("gate", 0)
    until(lambda: viewer.value("gate") == 0)
    time.sleep(0.1)
    now = loop.rounds
    rests(loop, now)
    viewer.send_control("gate", 1)
    rests(loop, now + 1)
    viewer.send_control("gate", 20)
    rests(loop, now + 21)
    viewer.send_control("gate", -1)
    until(lambda: loop.rounds > now + 50)
    viewer.send_control("gate", 0)
    time.sleep(0.1)
    with at_most(2):
        renderer.close()
        loop.thread.join(2)
    assert isinstance(loop.error, rv.ClosedError)


def test_a_paused_loop_can_be_looked_at(both):
    renderer, viewer = both
    seen = []

    def show(camera):
        seen.append(camera.c2w[0, 3])
        renderer.show(IMAGE)

    renderer.wants()
    loop = Loop(renderer, show)
    until(lambda: viewer.value("gate") == -1)
    viewer.send_control("gate", 0)
    until(lambda: viewer.value("gate") == 0)
    time.sleep(0.1)
    rounds = loop.rounds
    for x in (1.0, 2.0, 3.0):
        viewer.send_camera(x)
        until(lambda x=x: seen[-1:] == [x])
        viewer.next()
    time.sleep(0.7)
    assert seen == [1.0, 2.0, 3.0], "what hasn't moved is not rendered again"
    rests(loop, rounds)
    renderer.close()
    loop.thread.join(2)


def test_a_paused_loop_without_show_sleeps(both):
    renderer, viewer = both
    renderer.wants()
    loop = Loop(renderer)
    until(lambda: viewer.value("gate") == -1)
    viewer.send_control("gate", 0)
    until(lambda: viewer.value("gate") == 0)
    viewer.send_camera(1)
    time.sleep(0.2)
    before = time.process_time()
    time.sleep(1)
    assert time.process_time() - before < 0.3, "it spins while a camera waits"
    renderer.close()
    loop.thread.join(2)


def test_what_show_raises_comes_out(both):
    renderer, viewer = both
    renderer.gate()
    until(lambda: viewer.value("gate") == -1)
    renderer.wants()
    viewer.send_control("gate", 0)
    viewer.send_camera(1)

    def fail(camera):
        raise ZeroDivisionError(camera)

    with pytest.raises(ZeroDivisionError):
        until(lambda: renderer.gate(fail))  # which returns None
    with pytest.raises(rv.InvalidError, match="lambda"):
        renderer.gate(IMAGE)


def test_a_control_called_gate(renderer):
    renderer.slider("gate", 0.0, 1.0)
    with pytest.raises(rv.NameError):
        renderer.gate()


def test_ctrl_c_ends_a_paused_loop():
    interrupted(
        "from plain import PlainViewer\n"
        "v = rv.listen('127.0.0.1:0', quiet=True); v.gate()\n"
        "p = PlainViewer().dial(v.address)\n"
        "while p.value('gate') is None: time.sleep(0.01)\n"
        "p.send_control('gate', 0)\n"
        "while p.value('gate'): time.sleep(0.01)\n"
        "print('blocks', flush=True)\n"
        "while True: v.gate()\n"
    )


def test_disabled(monkeypatch):
    monkeypatch.setenv("RV_DISABLE", "1")
    with rv.listen() as off, at_most(0.5):
        for _ in range(1000):
            off.gate()
            off.gate(print)
            assert off.wants() is None
            assert off.closed_windows == frozenset()
        off.want_picks()
