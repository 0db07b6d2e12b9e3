"""Where guarded processes come from: one that loads SymPy at once, and forks them when asked.

It is started before anything is known of the question, so that SymPy loads while the question is
read. What it forks has SymPy already: one that had to be killed is replaced in milliseconds.
Where there is no fork (Windows), a guarded process is started afresh when it is needed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

FORK = b"fork"  # a process that serves the channel that comes with the request
SERVE = b"self"  # serve that channel yourself: a fork less, and no other process after it
WIDTH = 4  # bytes of a request; any other is the pid of a process whose exit status is asked for

_waiting: list[Nursery] = []  # started early, and not yet taken


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def prepare(loads: str) -> None:
    """Start a nursery that loads a module, where another processor can do that meanwhile."""
    if hasattr(os, "fork") and processors() > 1:
        with contextlib.suppress(OSError):  # no process to be had: it may be otherwise later
            _waiting.append(Nursery(loads))


def taken(loads: str) -> Nursery:
    """Return the nursery that was prepared, or a new one that loads the module."""
    return _waiting.pop() if _waiting else Nursery(loads)


def dismiss() -> None:
    """End what was prepared and not taken."""
    while _waiting:
        _waiting.pop().close()


class Child(ABC):
    """A guarded process: what it is sent and sends goes through `channel`.

    Its `pid` is known when it has begun.
    """

    def __init__(self, channel: Connection) -> None:
        self.channel = channel
        self.pid: int | None = None

    @abstractmethod
    def end(self) -> int | None:
        """End it; return its exit status, -N for signal N, None where nobody knows."""


class Nursery:
    """A process that loads a module, then forks others for as long as its owner is there."""

    def __init__(self, loads: str) -> None:
        self._status: int | None = None
        self._control, there = socket.socketpair()
        with there:
            try:
                self._pid = os.fork()
            except OSError:
                self._control.close()
                raise
            if self._pid == 0:
                try:
                    self._control.close()
                    _nurse(there, loads)
                finally:
                    os._exit(0)

    def child(self, *, only: bool) -> Child:
        """Return a guarded process, which begins as soon as the module is loaded.

        The `only` one is the nursery itself. Raises OSError where it has been ended.
        """
        from multiprocessing.connection import Pipe

        here, there = Pipe()
        with there:
            socket.send_fds(self._control, [SERVE if only else FORK], [there.fileno()])
        return _Grown(here, self) if only else _Forked(here, self)

    def wait(self, pid: int) -> int | None:
        """Return the exit status of a process that it forked, and that has ended."""
        with contextlib.suppress(OSError):
            self._control.sendall(pid.to_bytes(WIDTH, "big"))
            if told := self._control.recv(WIDTH):
                return int.from_bytes(told, "big", signed=True)
        return None

    def close(self) -> int:
        """End it and return its exit status; what it forked has ended before, or ends by itself."""
        if self._status is None:
            self._control.close()
            os.kill(self._pid, signal.SIGKILL)
            self._status = _ended(self._pid)
        return self._status


class _Grown(Child):
    """A nursery that has become a guarded process."""

    def __init__(self, channel: Connection, nursery: Nursery) -> None:
        super().__init__(channel)
        self._nursery = nursery

    def end(self) -> int | None:
        self.channel.close()
        return self._nursery.close()


class _Forked(Child):
    """A guarded process that a nursery forked, and buries: until then the pid is its own."""

    def __init__(self, channel: Connection, nursery: Nursery) -> None:
        super().__init__(channel)
        self._nursery = nursery

    def end(self) -> int | None:
        self.channel.close()
        if self.pid is None:
            return None
        with contextlib.suppress(ProcessLookupError):  # it has outlived its nursery, and ended
            os.kill(self.pid, signal.SIGKILL)
        return self._nursery.wait(self.pid)


class Spawned(Child):
    """A guarded process started afresh."""

    def __init__(self) -> None:
        import multiprocessing

        from derivcli.guard.work import serve

        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        super().__init__(here)
        self._process: BaseProcess = context.Process(target=serve, args=(there,), daemon=True)
        self._process.start()
        there.close()

    def end(self) -> int | None:
        self.channel.close()
        self._process.kill()
        self._process.join()
        return self._process.exitcode


# In the processes themselves


def _nurse(control: socket.socket, loads: str) -> None:
    """Load the module, then do what is asked until the owner's end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    from derivcli.guard.work import load, serve

    load(loads)
    forked: set[int] = set()
    while True:
        request, handles, *_ = socket.recv_fds(control, WIDTH, 1)
        if not request:
            break
        if request in (SERVE, FORK):
            try:
                pid = os.fork() if request == FORK else 0
            except OSError:  # no process to be had: the closed channel tells
                os.close(handles[0])
                continue
            if pid == 0:
                control.close()
                serve(_connection(handles[0]))
                return
            os.close(handles[0])
            forked.add(pid)
        else:
            pid = int.from_bytes(request, "big")
            forked.discard(pid)
            control.sendall(_ended(pid).to_bytes(WIDTH, "big", signed=True))
    for pid in forked:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _connection(handle: int) -> Connection:
    from multiprocessing.connection import Connection

    return Connection(handle)
