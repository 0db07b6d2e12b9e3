"""Why a gradient of one's own is not that of a program: the mistakes that make its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from derivcli.arrays.runs import work
from derivcli.exercises.own_networks.mistakes import ProgramMistake, mistaken, mistakes
from derivcli.language.broadcasting import Shape
from derivcli.language.tree import Program
from derivcli.matrices.results import ArrayProgram
from derivcli.networks.checking.comparing import (
    Compared,
    another,
    one_line,
    penalty,
    proportion,
    telling,
    turned,
)
from derivcli.networks.programs.check import upright
from derivcli.networks.programs.point import ProgramPoint

MOST_WORK = 200_000_000  # entries computed while mistakes are planted
MOST_PLANTED = 1_000

Explained = tuple[ProgramMistake, frozenset[str]]  # and the given arrays that it explains


def causes(case: Compared, asked: ArrayProgram, point: ProgramPoint) -> dict[str, str]:
    """Return the cause of each wrong array, by name, where one is found."""
    wrong = case.wrong
    if not wrong:
        return {}
    planted = list(_planted(case, asked, point))
    for mistake, explained in planted:
        if len(wrong) > 1 and explained >= {*wrong}:
            return dict.fromkeys(wrong, _told(mistake))
    found = {name: _cause(case, name, planted) for name in wrong}
    return {name: cause for name, cause in found.items() if cause}


def _cause(case: Compared, name: str, planted: list[Explained]) -> str | None:
    found = planted if telling(case, name) else []
    near = [mistake for mistake, explained in found if name in explained]
    own = [mistake for mistake in near if mistake.line == name]
    return (
        proportion(case, name)
        or turned(case, name)
        or another(case, name)
        or next(map(_told, own or near), None)
        or penalty(case, name)
        or one_line(case, name)
    )


def _told(mistake: ProgramMistake) -> str:
    return f"{mistake.name} in {mistake.line}, {mistake.detail}"


def _planted(case: Compared, asked: ArrayProgram, point: ProgramPoint) -> Iterator[Explained]:
    """Yield the classic mistakes that make some of the numbers that were given, all of an array."""
    shapes: dict[str, Shape] = {name: array.shape for name, array in point.known.items()}
    once = work(Program(point.gradient.statements), shapes, {}).in_floats
    most = min(MOST_PLANTED, MOST_WORK // max(once, 1))
    for mistake in islice(mistakes(asked, point), most):
        found = mistaken(point, mistake)
        fitting = frozenset(
            name
            for name in case.given
            if not isinstance(made := found.get(name, point.known[name]), str)
            and case.fits(name, upright(made))
        )
        if any(name in found and name in case.wrong for name in fitting):
            yield mistake, fitting
