"""What a guarded process does: it takes a task and its items, and keeps clock and memory limit."""

from __future__ import annotations

import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from derivcli.errors import DerivError, RefusedError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Task = Callable[[Any, Callable[[str], None]], Any]

GIBIBYTE = 2**30
SHARE = 0.2  # of the clock: how long a better answer may take once there is one
ORPHAN_SECONDS = 0.2  # how often a process looks whether whoever asked is still there
TIMERS = hasattr(signal, "setitimer")  # Windows has none: there the clock is kept by who asked


@dataclass(frozen=True, slots=True)
class Bounds:
    """What each item may take: seconds, and bytes beyond what the process holds at its start."""

    seconds: float
    memory: int
    limited: bool  # by the kernel; elsewhere the process is watched


def serve(channel: Connection) -> None:
    """Send what becomes of each item: `("begun", pid)`, stages, answers, and the last word on it.

    The clock starts when an item is begun and rests while something is sent, since whoever asked
    may be busy. Past it this process ends by SIGALRM: there is no handler, so even in C code.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    if TIMERS:  # whoever started us may have told otherwise
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    try:
        _follow_parent()
        with _without_collection():
            task, items, bounds, loads = channel.recv()
        load(loads)
        if bounds.limited:
            _limit(bounds.memory)
        for item in items:
            channel.send(("begun", os.getpid()))
            _set_clock(bounds.seconds)
            last = _last_word(task, item, bounds, channel)
            _set_clock(0)
            channel.send(last)
    except (EOFError, ConnectionError):
        return  # nobody listens any more
    except (OSError, RuntimeError) as error:  # no thread, no limit on memory
        with suppress(ConnectionError):
            channel.send(("unable", RefusedError(f"cannot compute here: {error}")))
    except Exception:  # noqa: BLE001 - handed over whole to the process that reports the bug
        with suppress(ConnectionError):
            channel.send(_bug())


def _last_word(task: Task, item: Any, bounds: Bounds, channel: Connection) -> tuple[str, Any]:
    stage = "starting"

    def announce(name: str) -> None:
        nonlocal stage
        stage = name
        with _resting_clock():
            channel.send(("stage", name))

    try:
        result = task(item, announce)
        if isinstance(result, Iterator):
            for each in result:
                with _resting_clock(most=bounds.seconds * SHARE):
                    channel.send(("answer", each))
            result = None
        return "last", result
    except DerivError as error:
        return "last", error
    except MemoryError:
        return "last", too_much_memory(stage, bounds)
    except RecursionError:
        return "last", RefusedError(f"nested too deep for SymPy while {stage}")
    except ConnectionError:
        raise
    except Exception:  # noqa: BLE001 - handed over whole to the process that reports the bug
        return _bug()


def _bug() -> tuple[str, str]:
    import traceback

    return "bug", traceback.format_exc()


def load(module: str) -> None:
    """Load a module where it is not loaded yet."""
    if not module or module in sys.modules:
        return
    from importlib import import_module

    with _without_collection(), suppress(Exception):  # the task that needs it will tell
        import_module(module)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Let what is made meanwhile stay for good: there is no garbage, and looking takes long.

    A tenth of the time that SymPy takes to load, and four fifths of that of a large program.
    """
    import gc

    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def too_much_memory(stage: str, bounds: Bounds) -> RefusedError:
    """Return the refusal of a computation that grew beyond its bounds."""
    return RefusedError(f"out of memory ({bounds.memory / GIBIBYTE:g} GiB) while {stage}")


def _set_clock(seconds: float) -> None:
    """End this process after so many seconds, or never after 0."""
    if TIMERS:
        signal.setitimer(signal.ITIMER_REAL, seconds)


@contextmanager
def _resting_clock(most: float = math.inf) -> Iterator[None]:
    """Stop the clock meanwhile; then it goes on with what was left, but no more than `most`."""
    if not TIMERS:
        yield
        return
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    yield
    _set_clock(min(left, most))


def _limit(memory: int) -> None:
    """Let the kernel keep the limit: more is a MemoryError."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bounds = (bound for bound in (soft, hard) if bound != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_AS, (min((_held() + memory, *bounds)), hard))


def _held() -> int:
    """Return the bytes of address space that this process has got from the one it forked from."""
    import resource
    from pathlib import Path

    pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    return int(pages) * resource.getpagesize()


def _follow_parent() -> None:
    """End this process soon after the one that it was started by, however that ended."""
    import threading

    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(ORPHAN_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
