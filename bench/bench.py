"""Throughput and delay over loopback, as ratios against plain sockets in the same run.

    make bench                     or: .venv/bin/python bench/bench.py [--seconds 4] [--json]

1. Raw 1920 x 1080 RGB8 from Python to `rvtool recv --hash=false`, every-frame mode,
   eight rotating frames, against plain `sendall` and `recv_into` of the same frames.
   Both alternate, and the best of each counts: what disturbs them is the machine.
2. What `send_images` takes with a viewer that sleeps 100 ms a frame, against
   `numpy.copyto` of the same rotating frames, 5 ms of sleep between calls.
3. Camera to image: from a camera's arrival in the renderer's machine and back.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import remoteviewer as rv

ROOT = Path(__file__).resolve().parents[1]
RVTOOL = str(ROOT / "build" / "bin" / "rvtool")
HEIGHT, WIDTH = 1080, 1920


def make_frames(n: int = 8) -> list[np.ndarray]:
    """Noise: nothing between here and there can make it smaller."""
    rng = np.random.default_rng(7)
    return [rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8) for _ in range(n)]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Receiver:
    """`rvtool recv --json`, its lines read by a thread."""

    def __init__(self, *arguments: str) -> None:
        self.port = free_port()
        command = [RVTOOL, "recv", "--listen", f"127.0.0.1:{self.port}", "--json", "--hash=false"]
        self.process = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.lines: list[dict[str, Any]] = []
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        self.thread.join()


def connect(receiver: Receiver) -> rv.Viewer:
    viewer = rv.connect(f"127.0.0.1:{receiver.port}", name="bench", quiet=True)
    while not viewer.connected:
        time.sleep(0.005)
    return viewer


def plain_receiver(port: int) -> None:
    """The other side of `plain`: reads whole frames into one buffer, in a process of its own."""
    buffer = memoryview(bytearray(HEIGHT * WIDTH * 3))
    with socket.create_connection(("127.0.0.1", port)) as s:
        while True:
            got = 0
            while got < len(buffer):
                n = s.recv_into(buffer[got:])
                if n == 0:
                    return
                got += n


def plain(frames: list[np.ndarray], seconds: float) -> float:
    """Frames a second of sendall and recv_into."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        process = multiprocessing.get_context("spawn").Process(
            target=plain_receiver, args=(server.getsockname()[1],)
        )
        process.start()
        s, _ = server.accept()
        with s:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            rate = count(lambda i: s.sendall(frames[i % len(frames)]), seconds)
        process.join()
    return rate


def count(send: Any, seconds: float) -> float:
    """Calls a second, after a warm-up."""
    for i in range(30):
        send(i)
    began, i = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        send(i)
        i += 1
    return i / (time.perf_counter() - began)


def ours(frames: list[np.ndarray], seconds: float) -> float:
    """Frames a second of send_images in every-frame mode, as they arrive."""
    with Receiver() as receiver, connect(receiver) as viewer:
        rate = count(lambda i: viewer.send_images([frames[i % len(frames)]], mode="every"), seconds)
        viewer.close()
        given = viewer_lists(receiver)
    if given["lost"]:
        raise SystemExit(f"bench: {given['lost']} lists of an every-frame run are missing")
    return rate


def viewer_lists(receiver: Receiver) -> dict[str, int]:
    time.sleep(0.2)
    numbers = [line["seq"] for line in receiver.lines]
    return {"lost": (numbers[-1] - numbers[0] + 1 - len(numbers)) if numbers else 1}


def throughput(seconds: float) -> dict[str, float]:
    frames = make_frames()
    best_plain = best_ours = 0.0
    for _ in range(3):
        best_plain = max(best_plain, plain(frames, seconds / 3))
        best_ours = max(best_ours, ours(frames, seconds / 3))
    return {"plain_fps": best_plain, "ours_fps": best_ours, "ratio": best_ours / best_plain}


def call_time(seconds: float) -> dict[str, float]:
    frames = make_frames()
    target = np.empty_like(frames[0])
    copies, calls = [], []
    with Receiver("--sleep", "100") as receiver, connect(receiver) as viewer:
        end, i = time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            frame = frames[i % len(frames)]
            t0 = time.perf_counter()
            viewer.send_images([frame])
            t1 = time.perf_counter()
            time.sleep(0.005)
            t2 = time.perf_counter()
            np.copyto(target, frames[(i + 4) % len(frames)])
            t3 = time.perf_counter()
            time.sleep(0.005)
            if i >= 20:
                calls.append(t1 - t0)
                copies.append(t3 - t2)
            i += 1
    copy = statistics.median(copies)
    p99 = statistics.quantiles(calls, n=100)[98]
    return {
        "copy_ms": copy * 1e3,
        "call_p50_ms": statistics.median(calls) * 1e3,
        "call_p99_ms": p99 * 1e3,
        "p50_in_copies": statistics.median(calls) / copy,
        "p99_in_copies": p99 / copy,
        "calls": len(calls),
    }


def camera_to_image(seconds: float) -> dict[str, float]:
    """From a camera's event in the renderer to its image decoded in the viewer, 1080p."""
    frame = make_frames(1)[0]
    read_ns: dict[int, int] = {}
    with Receiver("--camera", "orbit") as receiver, connect(receiver) as viewer:
        end = time.perf_counter() + seconds
        for camera in viewer.cameras():
            read_ns.setdefault(camera.seq, time.clock_gettime_ns(time.CLOCK_MONOTONIC))
            viewer.show(frame)
            if time.perf_counter() > end:
                break
        viewer.close()
        time.sleep(0.2)
        ages = [
            (line["decoded_ns"] - read_ns[line["camera_seq"]]) / 1e6
            for line in receiver.lines
            if line["camera_seq"] in read_ns
        ]
    return {"p50_ms": statistics.median(ages), "p95_ms": statistics.quantiles(ages, n=20)[18]}


def report(result: dict[str, Any]) -> None:
    t, c, a = result["throughput"], result["call"], result["camera"]
    print(f"machine: {result['machine']}, load {result['load']:.1f} before the run")
    print("1. raw 1920x1080 RGB8 over loopback, every frame, eight rotating frames")
    print(f"   plain sendall/recv_into {t['plain_fps']:6.0f} frames/s")
    print(f"   send_images             {t['ours_fps']:6.0f} frames/s")
    print(f"   ratio                   {t['ratio']:6.2f}   (wanted: at least 0.6)")
    print("2. send_images with a viewer that sleeps 100 ms a frame, newest wins")
    print(f"   numpy.copyto, median    {c['copy_ms']:6.2f} ms")
    print(
        f"   call p50                {c['call_p50_ms']:6.2f} ms = {c['p50_in_copies']:.2f} copies"
    )
    print(
        f"   call p99                {c['call_p99_ms']:6.2f} ms = {c['p99_in_copies']:.2f} copies"
        f"   (wanted: under 3; {c['calls']} calls)"
    )
    print("3. camera read to its 1080p image decoded in the viewer")
    print(f"   p50 {a['p50_ms']:.1f} ms, p95 {a['p95_ms']:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description="Throughput and delay over loopback.")
    parser.add_argument("--seconds", type=float, default=6, help="of each measurement")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of words")
    options = parser.parse_args()
    result: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load": os.getloadavg()[0],
        "throughput": throughput(options.seconds),
        "call": call_time(options.seconds),
        "camera": camera_to_image(options.seconds / 2),
    }
    if options.json:
        json.dump(result, sys.stdout)
        print()
    else:
        report(result)


if __name__ == "__main__":
    main()
