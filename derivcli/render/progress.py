"""Progress bars for long computations, drawn on a terminal's standard error."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

T = TypeVar("T")

COUNTED = re.compile(r"([\d,]+) of ([\d,]+)\b", re.ASCII)
PATIENCE = 1.0  # seconds without a bar: most computations are done by then


@contextmanager
def stages(count: int, stream: TextIO) -> Iterator[Callable[[str], None]]:
    """Draw on the stream at which of `count` stages a long computation is, with a bar and a clock.

    Gives a function that is told the name of each stage as it begins.
    """
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=count, completed=-1)

        def tell(stage: str) -> None:
            progress.update(bar, advance=1, description=stage)

        yield tell


@contextmanager
def counted(stream: TextIO) -> Iterator[Callable[[str], None]]:
    """Draw on the stream how far a long computation is that tells "3,000 of 10,000 steps"."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=None)

        def tell(stage: str) -> None:
            found = COUNTED.match(stage)
            if found is None:
                progress.update(bar, description=stage)
                return
            done, total = (int(part.replace(",", "")) for part in found.groups())
            progress.update(bar, completed=done, total=total, description=stage)

        yield tell


def watched(items: Iterator[T], total: int, stream: TextIO) -> Iterator[T]:
    """Yield the items; after a second, draw on the stream how many of them have come."""
    start = time.monotonic()
    done = 0
    for item in items:
        done += 1
        yield item
        if time.monotonic() - start > PATIENCE:
            break
    if done == total:
        return
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=total, completed=done)
        for item in items:
            progress.advance(bar)
            yield item
