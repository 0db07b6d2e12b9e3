"""A bar that shows how far a long computation is, for people who watch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TextIO, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

T = TypeVar("T")

PATIENCE = 1.0  # seconds without a bar: most computations are done by then


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
