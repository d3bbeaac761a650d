"""Closes sessions in the background: a close waits for the viewer's last ack,
and neither the garbage collector nor Ctrl-C can wait for that in C.
"""

from __future__ import annotations

import atexit
import queue
import threading
import time

from . import _abi, _library

# How long exit waits at the most, whatever the number of sessions: the longest
# that rv_close(-1) waits for one.
EXIT_SECONDS = 5.0


class _Job:
    """One session, and how its close went."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self.linger_ms = -1
        self.code = _abi.RV_OK
        self.done = threading.Event()

    def wait(self) -> int:
        """Waits for the close; a signal is handled meanwhile."""
        while not self.done.wait(0.1):
            pass
        return self.code


class Closer:
    """Owns all open handles, and the thread that closes them.

    The thread is a daemon that is started with the first session, because no
    thread can be started any more once the interpreter ends.
    """

    def __init__(self) -> None:
        self._open: dict[int, _Job] = {}
        self._closing: dict[int, _Job] = {}
        self._queue: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._exit_at = 0.0

    def register(self, handle: int) -> None:
        """Takes a handle that is to be closed once, at exit at the latest."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="remoteviewer-close", daemon=True
                )
                self._thread.start()
                atexit.register(self.close_all)
        self._open[handle] = _Job(handle)

    def close(self, handle: int, linger_ms: int = -1) -> int:
        """Closes a handle, waits for it, and returns rv_close's code. Ctrl-C ends
        the wait, not the close.
        """
        job = self._start(handle, linger_ms)
        return job.wait() if job else _abi.RV_ERR_HANDLE

    def release(self, handle: int) -> None:
        """Starts to close a handle and returns at once. It takes no lock, because
        the garbage collector calls it anywhere.
        """
        self._start(handle)

    def close_all(self) -> None:
        """Closes what is open, and waits for that and for what is closing already."""
        if _library.forked():
            return
        self._exit_at = time.monotonic() + EXIT_SECONDS
        for handle in list(self._open):
            self._start(handle)
        for job in list(self._closing.values()):
            job.wait()

    def _start(self, handle: int, linger_ms: int = -1) -> _Job | None:
        job = None if _library.forked() else self._open.pop(handle, None)
        if job is not None:
            job.linger_ms = linger_ms
            self._closing[handle] = job
            self._queue.put(job)
        return job

    def _run(self) -> None:
        while True:
            job = self._queue.get()
            try:
                # Each in its own thread, so that one that lingers holds up no other.
                thread = threading.Thread(target=self._close, args=(job,), daemon=True)
                thread.start()
            except RuntimeError:  # the interpreter is ending: one after the other
                if time.monotonic() > self._exit_at:
                    job.linger_ms = 0
                self._close(job)

    def _close(self, job: _Job) -> None:
        job.code = int(_library.load().rv_close(job.handle, job.linger_ms))
        self._closing.pop(job.handle, None)
        job.done.set()


closer = Closer()
