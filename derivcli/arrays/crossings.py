"""Where expressions of a program of numbers are 0 along each of its variables, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from derivcli.arrays.entries import Float64Entries
from derivcli.arrays.evaluation import trace
from derivcli.calculus.landmarks import GRID
from derivcli.language.tree import Assignment, Node, Program, computing

HALVINGS = 70
SHRINKS = 160  # of a third each: the bottom of a curve that touches 0
MOST = 600  # zeros that are looked for together
TOUCHES = 1e-9  # how near to 0 such a bottom is, beside the values around it

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ZeroAlong:
    """An expression, by its index, is 0 where a variable has this value and all others theirs."""

    tie: int
    variable: str
    value: float


def crossings(
    program: Program, ties: Sequence[Node], start: Mapping[str, Fraction]
) -> list[ZeroAlong]:
    """Return where expressions in a program's names are 0, along each variable from a start."""
    return [*_Lines(program, ties, start).zeros()]


class _Lines:
    """One line a variable; values of all expressions at points of the lines."""

    def __init__(
        self, program: Program, ties: Sequence[Node], start: Mapping[str, Fraction]
    ) -> None:
        named = [Assignment(f"tie {index}", tie) for index, tie in enumerate(ties)]
        self.program = needed(Program((*program.statements, *named)), len(named))
        self.count = len(named)
        self.start = {name: float(value) for name, value in start.items()}
        self.variables = [*start]

    def values(self, lines: NDArray[np.intp], at: Floats) -> Floats:
        """Return the expressions, a row each, where variables by their index have these values."""
        known = {}
        for index, name in enumerate(self.variables):
            column = np.full(len(at), self.start[name])
            chosen = lines == index
            column[chosen] = at[chosen]
            known[name] = column
        found = trace(self.program, known, Float64Entries())
        rows = [found[f"tie {index}"] for index in range(self.count)]
        return np.asarray([np.broadcast_to(row, at.shape) for row in rows])

    def zeros(self) -> Iterator[ZeroAlong]:
        grid = np.asarray(GRID)
        lines = np.repeat(np.arange(len(self.variables)), len(grid))
        found = self.values(lines, np.tile(grid, len(self.variables)))
        found = found.reshape(self.count, len(self.variables), len(grid))
        for tie, line, at in zip(*np.nonzero(found == 0), strict=True):
            yield ZeroAlong(int(tie), self.variables[line], float(grid[at]))
        yield from self._bisected(found, grid)
        yield from self._touched(found, grid)

    def _bisected(self, found: Floats, grid: Floats) -> Iterator[ZeroAlong]:
        signs = np.sign(found)
        changes = np.nonzero(signs[:, :, :-1] * signs[:, :, 1:] < 0)
        tie, line, at = (each[:MOST] for each in changes)
        if not len(tie):
            return
        low, high, below = grid[at], grid[at + 1], signs[tie, line, at]
        for _ in range(HALVINGS):
            middle = _between(low, high)
            side = np.sign(self.values(line, middle)[tie, np.arange(len(tie))])
            same = side == below
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        yield from self._told(tie, line, (low + high) / 2)

    def _touched(self, found: Floats, grid: Floats) -> Iterator[ZeroAlong]:
        """Yield where an expression comes down to 0, or up to it, without crossing."""
        size = np.abs(found)
        lower = (size[:, :, 1:-1] <= size[:, :, :-2]) & (size[:, :, 1:-1] < size[:, :, 2:])
        same = np.sign(found[:, :, :-2]) == np.sign(found[:, :, 2:])
        tie, line, at = (each[:MOST] for each in np.nonzero(lower & same))
        if not len(tie):
            return
        low, high, every = grid[at], grid[at + 2], np.arange(len(tie))
        around = np.maximum(size[tie, line, at], size[tie, line, at + 2])
        for _ in range(SHRINKS):
            one, other = low + (high - low) / 3, high - (high - low) / 3
            left = np.abs(self.values(line, one)[tie, every])
            right = np.abs(self.values(line, other)[tie, every])
            low, high = np.where(left > right, one, low), np.where(left > right, high, other)
        bottom = (low + high) / 2
        near = np.abs(self.values(line, bottom)[tie, every]) <= TOUCHES * around
        yield from self._told(tie[near], line[near], bottom[near])

    def _told(
        self, tie: NDArray[np.intp], line: NDArray[np.intp], at: Floats
    ) -> Iterator[ZeroAlong]:
        for one, other, value in zip(tie, line, at, strict=True):
            if np.isfinite(value):
                yield ZeroAlong(int(one), self.variables[other], float(value))


def _between(low: Floats, high: Floats) -> Floats:
    """Return numbers between two: by size, where these are of different ones."""
    with np.errstate(all="ignore"):
        apart = (low * high > 0) & ~((low / high > 0.5) & (low / high < 2))
        geometric = np.copysign(np.sqrt(np.abs(low)) * np.sqrt(np.abs(high)), low)
    return np.where(apart, geometric, (low + high) / 2)


def needed(program: Program, last: int) -> Program:
    """Return the statements that the last ones are computed by."""
    statements = program.statements
    wanted = (each.name for each in statements[len(statements) - last :])
    return Program(tuple(computing(statements, wanted)))
