"""What is often taken for granted of data: that A is symmetric, that Y is one-hot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import exact
from derivcli.calculus.sampling import DIGITS
from derivcli.exercises.gradients.case import GradientCase
from derivcli.language.matrix_values import MatrixValue
from derivcli.language.operations import OPERATIONS
from derivcli.language.shapes import Shape
from derivcli.language.sizes import Sized
from derivcli.language.tree import (
    Comparison,
    Name,
    Node,
    Number,
    Program,
    Reduction,
    Transpose,
    names,
    nodes,
)

ONE = Number(Fraction(1))


def granted(case: GradientCase) -> Iterator[tuple[Comparison, str]]:
    """Yield what may be taken for granted of a program's variables, with its words."""
    used = {*names(case.answer), *names(case.expected)}
    for name in case.program.variables:
        shape = case.known.names.get(name, ())
        if name == case.variable or len(shape) != 2:
            continue
        if shape[0] == shape[1] != 1 and name in used:
            yield Comparison("==", Transpose(Name(name)), Name(name)), f"for symmetric {name}"
        for axis in (0, 1):
            if shape[axis] != 1:
                yield shares(name, axis), f"where {told_shares(name, axis)}"


def shares(name: str, axis: int) -> Comparison:
    """Return sum(Y, axis=0) == 1."""
    return Comparison("==", Reduction("sum", Name(name), axis), ONE)


def told_shares(name: str, axis: int) -> str:
    """Return the same in words."""
    return f"each {('column', 'row')[axis]} of {name} adds up to 1"


def may_be_shares(
    program: Program, shapes: Mapping[str, Shape], variable: str
) -> Iterator[tuple[str, int]]:
    """Yield names, each with an axis, along which their entries may add up to 1.

    Along this axis something in the program does: softmax.
    """
    found = {
        (node.axis or 0) % 2
        for each in program.statements
        for node in nodes(each.expression)
        if isinstance(node, Reduction) and OPERATIONS[node.function].totals is not None
    }
    for name in program.variables:
        shape = shapes.get(name, ())
        for axis in sorted(found) if len(shape) == 2 and name != variable else ():
            if shape[axis] != 1:
                yield name, axis


def shares_of_data(
    program: Program, given: Sized, shapes: Mapping[str, Shape], variable: str
) -> Iterator[Comparison]:
    """Yield what holds of the matrices that are given: sum(Y, axis=0) == 1."""
    for name, axis in may_be_shares(program, shapes, variable):
        value = given.values.get(name)
        if isinstance(value, MatrixValue):
            lines = value.rows if axis else zip(*value.rows, strict=True)
            if all(map(_is_one, lines)):
                yield shares(name, axis)


def _is_one(entries: Iterable[Node]) -> bool:
    with exact(DIGITS) as arithmetic:
        total: object = sum(evaluate(each, {}, arithmetic) for each in entries)
    return isinstance(total, Fraction) and total == 1
