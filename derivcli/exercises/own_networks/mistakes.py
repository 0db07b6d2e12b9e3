"""The classic mistakes of a derivation planted in the gradient of a program, and what they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from derivcli.arrays.entries import Array, Float64Entries
from derivcli.arrays.evaluation import evaluate
from derivcli.arrays.nudging import later
from derivcli.errors import DerivError, UsageError, printable
from derivcli.exercises.gradients.case import GradientCase
from derivcli.exercises.gradients.plants import plants
from derivcli.exercises.gradients.question import GradientQuestion
from derivcli.language.shapes import ShapeError, Shapes, shape_text
from derivcli.language.text import text
from derivcli.language.tree import Assignment, Node, Program, names
from derivcli.matrices.results import ArrayProgram
from derivcli.networks.programs.point import ProgramPoint

ROUNDING = 1e-12  # relative


@dataclass(frozen=True, slots=True)
class ProgramMistake:
    """A wrong right side of a gradient, `line`: the mistake's name, and where it was made."""

    line: str
    tree: Node
    name: str
    detail: str

    @property
    def slug(self) -> str:
        """Its name as it is typed: transpose-missing."""
        return self.name.replace(" ", "-")

    @property
    def equation(self) -> str:
        return f"{self.line} = {text(self.tree, arrays=True)}"


def planted(
    asked: ArrayProgram, point: ProgramPoint, name: str
) -> tuple[ProgramMistake, dict[str, Array | str]]:
    """Return a mistake at the first place where it changes a gradient, and what they become.

    Its words are joined by hyphens, or not, in any order: "transpose missing", missing-transpose.

    Raises UsageError for a mistake that has no place in this program, or changes nothing here.
    """
    offered: dict[str, None] = {}
    there = False
    for mistake in mistakes(asked, point):
        offered.setdefault(mistake.slug)
        if _words(mistake.name) != _words(name):
            continue
        there, found = True, mistaken(point, mistake)
        if any(_differs(found.get(f"d{each}"), point.known[f"d{each}"]) for each in asked.wrt):
            return mistake, found
    if there:
        raise UsageError(
            f"the mistake {printable(name)} changes nothing here: every gradient is what it was",
            hint="take other values, or another mistake",
        )
    near = get_close_matches(name, offered, n=1)
    raise UsageError(
        f"the mistake '{printable(name)}' has no place in this program", where="in --inject",
        hint=f"did you mean {near[0]}?" if near else f"there is a place for {', '.join(offered)}",
    )  # fmt: skip


def _words(name: str) -> list[str]:
    return sorted(name.casefold().replace("-", " ").split())


def _differs(found: Array | str | None, right: Array) -> bool:
    if found is None or isinstance(found, str):
        return found is not None
    return bool((abs(found - right) > ROUNDING * abs(right)).any())


def mistakes(asked: ArrayProgram, point: ProgramPoint) -> Iterator[ProgramMistake]:
    """Yield every classic mistake at every place of every line, in the order of backprop."""
    gradient = point.gradient
    for line in gradient.lines:
        answer = Program((Assignment("=", line.expression),))
        case = GradientCase(
            GradientQuestion(asked, answer, line.of), gradient, line.expression,
            Shapes(gradient.shapes, tuple(point.sizes)),
        )  # fmt: skip
        seen = {line.expression}
        for tree, name, detail in plants(case):
            usable = {*point.known} - {line.name}
            if tree not in seen and usable.issuperset(names(tree)):
                seen.add(tree)
                yield ProgramMistake(line.name, tree, name, detail)


def mistaken(point: ProgramPoint, mistake: ProgramMistake) -> dict[str, Array | str]:
    """Return the gradients that a mistake changes, its own and those that are computed from it.

    A text says why there is none.
    """
    after = later(Program(point.gradient.statements), mistake.line)
    statements = (Assignment(mistake.line, mistake.tree), *after.statements)
    found: dict[str, Array | str] = {}
    for each in statements:
        found[each.name] = _value(each, {**point.known, **found}, point.known[each.name])
    return found


def _value(each: Assignment, known: Mapping[str, Array | str], right: Array) -> Array | str:
    arrays = {name: array for name, array in known.items() if not isinstance(array, str)}
    if lost := next((n for n in names(each.expression) if n not in arrays and n in known), None):
        return f"{each.name} is not computed, for want of {known[lost]}"
    try:
        value = evaluate(each.expression, arrays, Float64Entries())
    except (ShapeError, ValueError) as error:
        why = error.message if isinstance(error, DerivError) else str(error)
        return f"{each.name}: {why}"
    if value.shape == right.shape or value.size == right.size == 1:
        return value.reshape(right.shape)
    return (
        f"{each.name} comes out of shape {shape_text(value.shape)}, not {shape_text(right.shape)}"
    )
