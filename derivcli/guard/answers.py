"""The clock and the memory limit around a computation: a process of its own, which can be killed.

A signal handler would not do: it cannot interrupt C code. Where there is no fork (Windows) the
process is started afresh, and where no limit on memory is enforced (Windows, macOS) its memory is
watched from here.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from signal import Signals
from typing import Any

from derivcli.errors import DerivError, RefusedError, bug
from derivcli.guard import nursery
from derivcli.guard.nursery import Child, Nursery, Spawned, processors
from derivcli.guard.work import GIBIBYTE, SHARE, TIMERS, Bounds, Task, too_much_memory

WATCH_SECONDS = 0.05
WORTH_A_PROCESS = 50  # items: fewer are done before another process is worth its fork
PATIENCE = 2.0  # seconds that a process has to end by itself, past its clock
LOADING_SECONDS = 120.0  # for a process to begin; what it loads takes no time off its clock
ENDED_BY_CLOCK = -getattr(Signals, "SIGALRM", 0)


@dataclass(frozen=True, slots=True)
class Guard:
    """The bounds of one computation, and how the platform lets us keep them.

    `loads` names the module that takes long to load: it is loaded before the clock starts.
    """

    seconds: float = 10.0
    memory: int = GIBIBYTE  # beyond what the process holds at its start
    loads: str = ""
    start: str = "spawn" if sys.platform == "win32" else "fork"
    processes: int = field(default_factory=lambda: min(4, processors()))
    limited: bool = sys.platform == "linux"  # elsewhere the kernel does not keep RLIMIT_AS

    @property
    def bounds(self) -> Bounds:
        """What each item may take."""
        return Bounds(self.seconds, self.memory, self.limited)


def answer(
    task: Task,
    item: Any,
    guard: Guard,
    meanwhile: Callable[[], object] = lambda: None,
    tell: Callable[[str], object] = lambda _: None,
) -> Any:
    """Return `task(item, stage)`, computed under guard; `meanwhile` is called here while it runs.

    `tell` is called with the name of each stage that the task comes to. Raises the DerivError that
    the task raised, or RefusedError past the clock or the memory limit.
    """
    (result,) = answers(task, (item,), guard, meanwhile, tell)
    if isinstance(result, DerivError):
        raise result
    return result


def answers(
    task: Task,
    items: Sequence[Any],
    guard: Guard,
    meanwhile: Callable[[], object] = lambda: None,
    tell: Callable[[str], object] = lambda _: None,
) -> Generator[Any, None, None]:
    """Yield a result or a DerivError for each item in turn; the clock starts anew for each.

    A task may yield answers, each better than the one before: once there is one, a share of the
    clock is left for the others, and the last that came in time is the result. Many items are
    dealt out to several processes. After one that had to be killed, another goes on behind it.
    """
    count = min(guard.processes, max(1, len(items) // WORTH_A_PROCESS))
    source = _Source(guard)
    streams: list[_Stream] = []
    try:
        streams += (_Stream(task, items[index::count], guard, source) for index in range(count))
        meanwhile()
        for index in range(len(items)):
            yield streams[index % count].receive(tell)
    finally:
        for stream in streams:
            stream.close()
        source.close()


class _Source:
    """Gives guarded processes: forked by a nursery where there is fork, else started afresh."""

    def __init__(self, guard: Guard) -> None:
        self._loads = guard.loads
        with _told():
            self._nursery = nursery.taken(guard.loads) if guard.start == "fork" else None

    def child(self, *, only: bool) -> Child:
        """Return a process; no other is wanted behind the `only` one.

        Raises RefusedError where the system gives none.
        """
        with _told():
            if self._nursery is None:
                return Spawned()
            with suppress(OSError):  # somebody killed it
                return self._nursery.child(only=only)
            self._nursery.close()
            self._nursery = Nursery(self._loads)
            return self._nursery.child(only=only)

    def close(self) -> None:
        if self._nursery is not None:
            self._nursery.close()


@contextmanager
def _told() -> Generator[None, None, None]:
    try:
        yield
    except OSError as error:
        raise RefusedError(f"cannot start a process to compute in: {error.strerror}") from None


class _Stream:
    """The results of some items, in order, from one process at a time."""

    def __init__(self, task: Task, items: Sequence[Any], guard: Guard, source: _Source) -> None:
        self._task = task
        self._items = items
        self._guard = guard
        self._source = source
        self._alone = len(items) == 1
        self._done = 0
        self._start()

    def _start(self) -> None:
        self._child = self._source.child(only=self._alone)
        self._ended = False
        items, guard = self._items[self._done :], self._guard
        with suppress(ConnectionError):  # killed already: `receive` finds nothing, and says so
            self._child.channel.send((self._task, items, guard.bounds, guard.loads))

    def receive(self, tell: Callable[[str], object]) -> Any:
        """Return the next result, or the DerivError in its place."""
        if self._ended:
            self._start()
        result = self._next(tell)
        self._done += 1
        return result

    def close(self) -> int | None:
        """End the process, whatever it is doing; return its exit status."""
        if self._ended:
            return None
        self._ended = True
        return self._child.end()

    def _next(self, tell: Callable[[str], object]) -> Any:
        stage = "starting"
        best: Any = None  # the last of several answers
        channel, guard = self._child.channel, self._guard
        deadline = time.monotonic() + LOADING_SECONDS
        while True:
            left = deadline - time.monotonic()
            watched = not guard.limited and self._child.pid is not None
            try:
                if not channel.poll(max(0, min(left, WATCH_SECONDS) if watched else left)):
                    if left <= 0:
                        self.close()
                        return best or _out_of_time(stage, guard)
                    if watched and _memory(self._child.pid) > guard.memory:
                        self.close()
                        return best or too_much_memory(stage, guard.bounds)
                    continue
                kind, content = channel.recv()
            except (EOFError, OSError):
                status = self.close()
                if self._child.pid is None:
                    return RefusedError(
                        f"the process to compute in ended before it began (status {status})"
                    )
                return best or _killed(status, stage, guard)
            match kind:
                case "begun":
                    self._child.pid = content
                    deadline = _deadline(guard.seconds)
                case "stage":
                    stage = content
                    tell(stage)
                case "answer":
                    best = content
                    deadline = min(deadline, _deadline(guard.seconds * SHARE))
                case "last":
                    return best if content is None else best or content
                case "unable":
                    self.close()
                    return content
                case _:
                    return bug(content.strip().rsplit("\n", 1)[-1], content)


def _deadline(seconds: float) -> float:
    """Return when to lose patience with a process that keeps its own clock, if it can."""
    return time.monotonic() + seconds + (PATIENCE if TIMERS else 0)


def _killed(status: int | None, stage: str, guard: Guard) -> DerivError:
    """Return why the process ended without a word: its clock, or C code that found no memory."""
    if status == ENDED_BY_CLOCK and status:
        return _out_of_time(stage, guard)
    return RefusedError(
        f"the computation was ended by the system (status {status}) while {stage}",
        hint=f"it may have needed more than {guard.memory / GIBIBYTE:g} GiB of memory",
    )


def _out_of_time(stage: str, guard: Guard) -> RefusedError:
    return RefusedError(
        f"out of time after {guard.seconds:g} s while {stage}", hint="raise it with --timeout"
    )


def _memory(pid: int | None) -> int:
    """Return the bytes of memory that a process holds."""
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0  # it has just ended; the channel will tell
