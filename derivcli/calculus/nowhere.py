"""What has no value wherever its variables are: 1/0, x/0, log(sin(pi)), 1/(x - x)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import (
    DIVISION,
    Arithmetic,
    Multiprecision,
    TooLarge,
    Uncertain,
    Undefined,
    precision,
)
from derivcli.calculus.derivation.algebra import NO_VALUE
from derivcli.calculus.evaluate import (
    HOLDS,
    Failure,
    check_domain,
    formula,
    operation,
    raised,
)
from derivcli.calculus.quantity import with_digits
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.text import text
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Piecewise,
    Program,
    children,
    fold,
    inline,
    names,
    rebuild,
)

VARIES = object()  # the value of a part that is not one known number
ROUGH_DIGITS = 60
SURELY = 10.0**-10  # of numbers to so many digits: what is further from 0 is not 0


def expression(program: Program, name: str | None = None) -> Any:
    """Return a program as SymPy's expression, pieces of it that have no value marked.

    Raises UndefinedError where the program, called `name`, has no value anywhere.
    """
    name = name or program.output.name
    tree = inline(with_values(program, name))
    found = symbolic.to_sympy(tree)
    if symbolic.has_no_value(found):  # of 1/(w - w)
        part = _deepest(tree)
        message = f"{name} has no value anywhere: {text(part)} divides by 0"
        raise UndefinedError(message, source=program.source, span=part.span)
    return found


def _anywhere(name: str, error: UndefinedError) -> UndefinedError:
    message = f"{name} has no value anywhere: {error.message}"
    return UndefinedError(message, source=error.source, span=error.span)


def _deepest(tree: Node) -> Node:
    """Return a part without a value whose own parts have one."""
    while True:
        below = (each for each in children(tree) if symbolic.has_no_value(symbolic.to_sympy(each)))
        part = next(below, None)
        if part is None:
            return tree
        tree = part


def with_values(program: Program, name: str | None = None) -> Program:
    """Return the program with 1/0 for each piece of a piecewise that has no value anywhere.

    Raises UndefinedError where the program, called `name`, has no value itself. What cannot be
    told counts as having a value somewhere.
    """
    try:
        with precision(ROUGH_DIGITS):  # Arb takes long to load, and mostly all is well
            if _Search(_Rough()).through(program) is program:
                return program
    except (Uncertain, UndefinedError):
        pass
    try:
        return with_digits(1, symbolic.is_zero, lambda exact: _Search(exact).through(program))
    except UndefinedError as error:
        raise _anywhere(name or program.output.name, error) from None
    except RefusedError:
        return program


class _Rough(Multiprecision):
    """Numbers without error bounds, which do not decide what is near to 0."""

    def sign(self, value: Any) -> int:
        if abs(value) < SURELY:
            raise Uncertain(NO_VALUE)
        return super().sign(value)


class _Search:
    """The values of constant parts: a number, VARIES or a Failure beside each tree."""

    def __init__(self, arithmetic: Arithmetic) -> None:
        self.arithmetic = arithmetic
        self.known: dict[str, Any] = {}

    def through(self, program: Program) -> Program:
        """Return the program with NO_VALUE for pieces without a value, itself where all have one.

        Raises the errors of a value that is needed.
        """
        found = []
        for statement in program.statements:
            value, tree = fold(statement.expression, self._visit)
            self.known[statement.name] = raised(value, program.source)
            kept = tree is statement.expression
            found.append(statement if kept else replace(statement, expression=tree))
        same = all(one is other for one, other in zip(found, program.statements, strict=True))
        return program if same else replace(program, statements=tuple(found))

    def _visit(self, node: Node, parts: tuple[tuple[Any, Node], ...]) -> tuple[Any, Node]:
        values, trees = tuple(part[0] for part in parts), tuple(part[1] for part in parts)
        if isinstance(node, Piecewise):
            return _pieces(node, values, trees)
        kept = all(one is other for one, other in zip(trees, children(node), strict=True))
        tree = node if kept else rebuild(node, trees)
        for value in values:
            if isinstance(value, Failure):
                return value, tree
        try:
            return self._value(node, values), tree
        except TooLarge:
            return VARIES, tree
        except ZeroDivisionError:
            return Failure(Undefined(DIVISION), node), tree
        except Undefined as error:
            return Failure(error, node), tree

    def _value(self, node: Node, values: tuple[Any, ...]) -> Any:
        if isinstance(node, Name):
            return self.known.get(node.name, VARIES)
        if VARIES not in values:
            if isinstance(node, Comparison):
                return self.arithmetic.sign(values[0] - values[1]) in HOLDS[node.operator]
            return self.arithmetic.checked(operation(node, values, {}, self.arithmetic))
        if isinstance(node, Call):
            self._check_domain(FUNCTIONS[node.function], values)
        if isinstance(node, Binary):
            return self._partly(node.operator, *values)
        return VARIES

    def _partly(self, operator: str, left: Any, right: Any) -> Any:
        """Return what is known of an operation with one operand that varies, or two."""
        if operator == "/" and self._is_zero(right):
            raise Undefined(DIVISION)
        if operator in "*/" and (self._is_zero(left) or self._is_zero(right)):
            return self.arithmetic.constant(Fraction(0))
        if operator == "**" and self._is_zero(right):
            return self.arithmetic.constant(Fraction(1))
        return VARIES

    def _is_zero(self, value: Any) -> bool:
        return value is not VARIES and self.arithmetic.sign(value) == 0

    def _check_domain(self, row: Function, values: tuple[Any, ...]) -> None:
        """Raise Undefined where an argument is outside the domain, whatever varies."""
        named = dict(zip(row.parameters, values, strict=True))
        constant = {name: value for name, value in named.items() if value is not VARIES}

        def told(sources: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(each for each in sources if constant.keys() >= {*names(formula(each))})

        check_domain(
            replace(row, positive=told(row.positive), nonnegative=told(row.nonnegative),
                    nonzero=told(row.nonzero), bounded=told(row.bounded)),
            constant, self.arithmetic,
        )  # fmt: skip


def _pieces(node: Piecewise, values: tuple[Any, ...], trees: tuple[Node, ...]) -> tuple[Any, Node]:
    """Return what is known of a piecewise, and its tree with NO_VALUE for what has none."""
    pieces: list[tuple[Any, Node, Node]] = []
    last = values[-1], trees[-1]
    for value, tree, holds, condition in zip(
        values[:-1:2], trees[:-1:2], values[1::2], trees[1::2], strict=True
    ):
        if isinstance(holds, Failure) or holds is True:
            last = (holds, NO_VALUE) if isinstance(holds, Failure) else (value, tree)
            break
        if holds is not False:
            pieces.append((value, tree, condition))
    possible = [*(value for value, _, _ in pieces), last[0]]
    failures = [value for value in possible if isinstance(value, Failure)]
    if not failures:
        kept = all(one is other for one, other in zip(trees, children(node), strict=True))
        return possible[0] if len(possible) == 1 else VARIES, node if kept else rebuild(node, trees)
    parts = [
        part
        for value, tree, condition in pieces
        for part in (NO_VALUE if isinstance(value, Failure) else tree, condition)
    ]
    otherwise = NO_VALUE if isinstance(last[0], Failure) else last[1]
    tree = rebuild(node, (*parts, otherwise)) if parts else otherwise
    return failures[0] if len(failures) == len(possible) else VARIES, tree
