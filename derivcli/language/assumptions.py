"""What is assumed beside a program: `sum(Y, axis=0) = 1`, `A.T = A`, `eps > 0`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction

from derivcli.errors import DerivError, LanguageError, Span
from derivcli.language.broadcasting import broadcast
from derivcli.language.parser import parse, parse_condition
from derivcli.language.shapes import Shapes, shape_text
from derivcli.language.tree import Comparison, Name, Node, Number, Program, nodes

EQUATION = re.compile(r"(?<![<>=!:])={1,2}(?!=)")
EXAMPLE = 'write an equation or a condition: "sum(Y, axis=0) = 1", "eps > 0"'
ZERO = Fraction(0)
SAYS_NOTHING = "both sides are the same"

Equation = tuple[Node, Node]


def read_assumption(source: str, known: Shapes, names: Collection[str]) -> Comparison:
    """Return the equation or the condition that a text spells, of `names` with known shapes.

    Raises LanguageError, with the place in the text, where it is none, or does not fit.
    """
    found = _comparison(source, known, names)
    for node in (found.left, found.right):
        for name in _strangers(node, names):
            hint = f"it has {', '.join(names)}"
            raise LanguageError(
                f"the program has no '{name.name}'", source=source, span=name.span, hint=hint
            )
    checked = Shapes(known.names, known.sizes, source)
    left, right = checked.of(found.left), checked.of(found.right)
    if broadcast(left, right) is None:
        message = f"{shape_text(left)} cannot be {shape_text(right)}"
        raise LanguageError(message, source=source, span=Span(0, len(source)))
    if found.left == found.right:
        raise LanguageError(SAYS_NOTHING, source=source, span=Span(0, len(source)))
    return found


def equations(assumed: Iterable[Comparison]) -> tuple[Equation, ...]:
    """Return the equations among what is assumed, as their two sides."""
    return tuple((each.left, each.right) for each in assumed if each.operator == "==")


def positive(assumed: Iterable[Comparison]) -> tuple[str, ...]:
    """Return the names that are said to be above 0."""
    return tuple(_positive(assumed))


def _positive(assumed: Iterable[Comparison]) -> Iterator[str]:
    for each in assumed:
        greater, less = (each.left, each.right) if each.operator == ">" else (each.right, each.left)
        if each.operator in ("<", ">") and isinstance(greater, Name) and less == Number(ZERO):
            yield greater.name


def _comparison(source: str, known: Shapes, names: Collection[str]) -> Comparison:
    arrays = tuple(name for name, shape in known.names.items() if shape)
    sign = next((each for each in EQUATION.finditer(source) if _is_outside(source, each)), None)
    try:
        if sign is None:
            return _condition(source, arrays, names)
        left = parse(source[: sign.start()], names, arrays=arrays)
        right = parse(source, names, start=sign.end(), arrays=arrays)
    except DerivError as error:
        raise error.located(source=source) from None
    return Comparison("==", _only(left, source), _only(right, source), Span(0, len(source)))


def _is_outside(source: str, sign: re.Match[str]) -> bool:
    """Does a sign stand outside of all brackets? That of axis=0 does not."""
    before = source[: sign.start()]
    return before.count("(") == before.count(")") and before.count("[") == before.count("]")


def _condition(source: str, arrays: Collection[str], names: Collection[str]) -> Comparison:
    if not arrays:
        return parse_condition(source, names)
    found = _only(parse(source, names, arrays=arrays), source)
    if isinstance(found, Comparison):
        return found
    raise LanguageError(
        "nothing is said of this", source=source, span=Span(0, len(source)), hint=EXAMPLE
    )


def _only(program: Program, source: str) -> Node:
    (*before, last) = program.statements
    if before or last.typed:
        raise LanguageError("one assumption at a time", source=source, span=last.span, hint=EXAMPLE)
    return last.expression


def _strangers(tree: Node, names: Collection[str]) -> Iterator[Name]:
    return (node for node in nodes(tree) if isinstance(node, Name) and node.name not in names)
