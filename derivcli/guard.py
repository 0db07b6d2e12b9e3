"""The clock and the memory limit around a computation: a process of its own, which can be killed.

A signal handler would not do: it cannot interrupt C code. Where there is no fork (Windows) the
process is started afresh, and where no limit on memory is enforced (Windows, macOS) its memory is
watched from here.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from derivcli.errors import DerivError, RefusedError, bug

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

GIBIBYTE = 2**30
WATCH_SECONDS = 0.05
WORTH_A_PROCESS = 50  # items: fewer are done before another process has loaded SymPy
PATIENCE = 2.0  # seconds after which an orphan of the clock ends itself

Task = Callable[[Any, Callable[[str], None]], Any]

SHARE = 0.2  # of the clock: how long a better answer may take once there is one


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Guard:
    """The bounds of one computation, and how the platform lets us keep them."""

    seconds: float = 10.0
    memory: int = GIBIBYTE  # beyond what the process holds at its start
    start: str = "spawn" if sys.platform == "win32" else "fork"
    processes: int = field(default_factory=lambda: min(4, _processors()))
    limited: bool = sys.platform == "linux"  # elsewhere the kernel does not keep RLIMIT_AS


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
    result = next(answers(task, (item,), guard, meanwhile, tell))
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
    streams = [_Stream(task, items[index::count], guard) for index in range(count)]
    meanwhile()
    try:
        for index in range(len(items)):
            yield streams[index % count].receive(tell)
    finally:
        for stream in streams:
            stream.close()


class _Stream:
    """The results of some items, in order, from one process at a time."""

    def __init__(self, task: Task, items: Sequence[Any], guard: Guard) -> None:
        self.task = task
        self.items = items
        self.guard = guard
        self.done = 0
        self.process, self.channel = _start(task, items, guard)

    def receive(self, tell: Callable[[str], object]) -> Any:
        """Return the next result, or the DerivError in its place."""
        result = _receive(self.process, self.channel, self.guard, tell)
        self.done += 1
        killed = self.process.exitcode not in (None, 0)
        if killed and self.done < len(self.items):
            self.close()
            self.process, self.channel = _start(self.task, self.items[self.done :], self.guard)
        return result

    def close(self) -> None:
        """End the process, whatever it is doing."""
        _end(self.process)
        self.channel.close()


def _start(task: Task, items: Sequence[Any], guard: Guard) -> tuple[BaseProcess, Connection]:
    import multiprocessing

    context: Any = multiprocessing.get_context(guard.start)
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(task, items, there, guard), daemon=True)
    process.start()
    there.close()
    return process, here


def _receive(
    process: BaseProcess, channel: Connection, guard: Guard, tell: Callable[[str], object]
) -> Any:
    """Return the next result, or the refusal that ended the process."""
    stage = "starting"
    best: Any = None  # the last of several answers
    deadline = time.monotonic() + guard.seconds
    watch = None if guard.limited else _watcher(process)
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            _end(process)
            return best or RefusedError(
                f"out of time after {guard.seconds:g} s while {stage}",
                hint="raise it with --timeout",
            )
        if channel.poll(left if watch is None else min(left, WATCH_SECONDS)):
            try:
                kind, content = channel.recv()
            except (EOFError, ConnectionResetError):
                _end(process)
                return best or _killed(process.exitcode, stage, guard)
            if kind == "stage":
                stage = content
                tell(stage)
            elif kind == "answer":
                best = content
                deadline = min(deadline, time.monotonic() + guard.seconds * SHARE)
            elif kind == "last":
                return best if content is None else best or content
            else:
                return bug(content.strip().rsplit("\n", 1)[-1], content)
        elif watch is not None and watch() > guard.memory:
            _end(process)
            return best or _too_much_memory(stage, guard)


def _end(process: BaseProcess) -> None:
    process.kill()
    process.join()


def _killed(code: int | None, stage: str, guard: Guard) -> DerivError:
    """Return why the process ended without a word: as a rule, C code that found no memory."""
    return RefusedError(
        f"the computation was ended by the system (status {code}) while {stage}",
        hint=f"it may have needed more than {guard.memory / GIBIBYTE:g} GiB of memory",
    )


def _too_much_memory(stage: str, guard: Guard) -> RefusedError:
    return RefusedError(f"out of memory ({guard.memory / GIBIBYTE:g} GiB) while {stage}")


def _watcher(process: BaseProcess) -> Callable[[], int]:
    """Return a function that tells the bytes of memory the process holds."""
    import psutil

    def resident() -> int:
        try:
            return int(psutil.Process(process.pid).memory_info().rss)
        except psutil.Error:
            return 0  # it has just ended; the channel will tell

    return resident


# In the guarded process


def _serve(task: Task, items: Sequence[Any], channel: Connection, guard: Guard) -> None:
    _limit(guard)
    _follow_parent()
    stage = "starting"

    def announce(name: str) -> None:
        nonlocal stage
        stage = name
        channel.send(("stage", name))

    for item in items:
        _set_alarm(guard.seconds + PATIENCE)
        try:
            result = task(item, announce)
            if isinstance(result, Iterator):
                for each in result:
                    channel.send(("answer", each))
                result = None
            channel.send(("last", result))
        except DerivError as error:
            channel.send(("last", error))
        except MemoryError:
            channel.send(("last", _too_much_memory(stage, guard)))
        except RecursionError:
            channel.send(("last", RefusedError(f"nested too deep for SymPy while {stage}")))
        except BrokenPipeError:
            return
        except Exception:  # noqa: BLE001 - handed to the parent whole, which reports the bug
            import traceback

            channel.send(("bug", traceback.format_exc()))


def _limit(guard: Guard) -> None:
    """Keep Ctrl-C for the parent, and memory within bounds where the kernel does it."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if guard.limited:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = _held() + guard.memory
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _held() -> int:
    """Return the bytes of address space that this process has got from the one that asked."""
    import resource
    from pathlib import Path

    pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    return int(pages) * resource.getpagesize()


def _follow_parent() -> None:
    """End this process soon after the one that asked, however that ended."""
    import threading

    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS * 4)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _set_alarm(seconds: float) -> None:
    """End this process by itself, should the parent be gone: no handler, so even in C code."""
    import signal

    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
