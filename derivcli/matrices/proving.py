"""What is proved of the lines of a gradient, for all sizes: each by the lines before it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from operator import eq

from derivcli.algebra.results import Gradient, Line
from derivcli.index_notation.proof import proves_equal, proves_gradient
from derivcli.language.broadcasting import Shape
from derivcli.language.shapes import ShapeError, Shapes, infer
from derivcli.language.tree import (
    Assignment,
    Binary,
    Comparison,
    Name,
    Node,
    Program,
    Reduction,
    computing,
    fold,
    joined,
    names,
    rebuild,
)

SHORT = 100  # statements of a program that is looked at as a whole
MOST_PROVED = 300  # lines of a program that anybody waits for
MOST_SHORTENED = 2_000  # lines whose short forms anybody waits for
MOST_COMPARED = 24  # parts of a program, with what its helpers name
MOST_STEPS = 6  # written out in one proof: its time doubles with each


class GradientProof:
    """The lines of one gradient, and those that are proved to be derivatives already."""

    def __init__(self, gradient: Gradient, assumptions: Sequence[tuple[Node, Node]]) -> None:
        self.assumed = tuple(Comparison("==", left, right) for left, right in assumptions)
        self.short = len(gradient.program.statements) <= SHORT
        if self.short:
            gradient = replace(gradient, program=with_parts(gradient, self.assumed))
        self.gradient = gradient
        self.certain: set[str] = set()
        self.helpers = tuple(each.statement for each in gradient.helpers)
        statements = gradient.program.statements
        self.steps = {each.name: each for each in statements}
        self.order = {each.name: index for index, each in enumerate(statements)}
        self.users: dict[str, list[Assignment]] = {}
        for statement in statements:
            for name in dict.fromkeys(names(statement.expression)):
                self.users.setdefault(name, []).append(statement)

    def shortest(self, line: Line) -> Node:
        """Return the short form of a line, or what the rules made, where that is not proved."""
        if len(self.steps) > MOST_SHORTENED:
            return line.raw
        whole = tuple(self._whole()) if self.short else ()
        for definitions in ((), whole):
            if proves_equal(
                line.expression, line.raw,
                self._shapes(line.expression, line.raw, *_expressions(definitions)),
                definitions=Program(definitions) if definitions else None,
                assumptions=self.assumed,
            ):  # fmt: skip
                return line.expression
        return line.raw

    def _whole(self) -> Iterator[Assignment]:
        """Yield the steps, the helpers that are none of them, and the lines."""
        yield from self.steps.values()
        yield from (each for each in self.gradient.statements if each.name not in self.steps)

    def is_gradient(self, line: Line) -> bool:
        """Is a line proved the derivative of the output, whatever made it?

        By the chain rule from the lines that are proved before, else from the program alone.
        """
        if len(self.steps) > MOST_PROVED:
            return False
        found = self._by_steps(line) or self._as_a_whole(line)
        if found:
            self.certain.add(line.of)
        return found

    def _by_steps(self, line: Line) -> bool:
        """Is it what comes back from the steps whose lines are proved, by all ways from there?"""
        reached = self._reached(line.of)
        if reached is None:
            return False
        within = [each for each in reached if each.name not in self.certain]
        last = [each for each in reached if each.name in self.certain]
        terms = [self._moved(each) for each in last]
        if within and within[-1].name == self.gradient.program.output.name:
            terms.append(Name(within[-1].name))
        if not terms:
            return False
        total = joined("+", terms)
        used = {name for each in reached for name in names(each.expression)}
        held = {each.name for each in last} & used  # a move of it is a term of its own
        known = [each for each in (*last, *self.helpers) if each.name not in held]
        known += self._spoken(line, {f"d{each.name}" for each in last})
        return self._proves(line, [*within, Assignment("=", total)], known)

    def _spoken(self, line: Line, given: Collection[str]) -> list[Assignment]:
        """Return the lines that a line speaks of, but those `given`: dg in dZ = ... - N * dg."""
        others = (each for each in self.gradient.lines if each is not line)
        free = (each.statement for each in others if each.name not in given)
        return computing(free, names(line.expression))

    def _moved(self, step: Assignment) -> Node:
        """Return a step times its gradient, added up: what a small move of it makes of J."""
        if step.name == self.gradient.program.output.name:
            return step.expression
        product = Binary("*", Name(f"d{step.name}"), step.expression)
        return Reduction("sum", product) if self.gradient.shapes.get(step.name) else product

    def _reached(self, name: str) -> list[Assignment] | None:
        """Return the steps that a name moves, in order, none behind one whose line is proved."""
        found: set[str] = set()
        stack = [name]
        while stack:
            for step in self.users.get(stack.pop(), ()):
                if step.name not in found:
                    found.add(step.name)
                    if len(found) > MOST_STEPS:
                        return None
                    if step.name not in self.certain:
                        stack.append(step.name)
        return sorted((self.steps[each] for each in found), key=lambda step: self.order[step.name])

    def _as_a_whole(self, line: Line) -> bool:
        statements = self.gradient.program.statements
        if len(statements) > MOST_STEPS:
            return False
        return self._proves(line, statements, self.gradient.statements)

    def _shapes(self, *trees: Node) -> dict[str, Shape]:
        """Return the shapes of the names in trees, and in what is assumed."""
        sides = (side for each in self.assumed for side in (each.left, each.right))
        used = {name for tree in (*trees, *sides) for name in names(tree)}
        shapes = self.gradient.shapes
        return {name: shapes[name] for name in used if name in shapes}

    def _proves(
        self, line: Line, steps: Sequence[Assignment], known: Collection[Assignment]
    ) -> bool:
        trees = (*_expressions(steps), *_expressions(known), line.expression, Name(line.of))
        return proves_gradient(
            Program(tuple(steps)), line.of, line.expression, self._shapes(*trees),
            definitions=Program(tuple(known)) if known else None, assumptions=self.assumed,
        )  # fmt: skip


def _expressions(statements: Iterable[Assignment]) -> tuple[Node, ...]:
    return tuple(each.expression for each in statements)


def with_parts(gradient: Gradient, assumptions: Sequence[Comparison] = ()) -> Program:
    """Return the program of a gradient in which the parts that its helpers name are statements.

    A part is what a helper says, or is proved to be equal to it.
    """
    statements = [*gradient.program.statements]
    parts: _Parts | None = None
    for helper in gradient.helpers:
        found = _with_part(statements, helper, partial(eq, helper.expression))
        if found is None:
            parts = parts or _Parts(gradient, assumptions)
            found = _with_part(statements, helper, partial(parts.is_equal, helper.expression))
        statements = found or statements
    return Program(tuple(statements))


def _with_part(
    statements: Sequence[Assignment], helper: Line, is_part: Callable[[Node], bool]
) -> list[Assignment] | None:
    """Return statements in which a part has the name that a helper gives it; None without one."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        found = rebuild(node, parts)
        return Name(helper.name) if is_part(found) else found

    changed = [replace(each, expression=fold(each.expression, visit)) for each in statements]
    for place, (old, new) in enumerate(zip(statements, changed, strict=True)):
        if old != new:
            return [*statements[:place], helper.statement, *changed[place:]]
    return None


class _Parts:
    """The parts of a program, which may be proved equal to what a helper names."""

    def __init__(self, gradient: Gradient, assumptions: Sequence[Comparison]) -> None:
        self.program, self.assumptions = gradient.program, assumptions
        given = {each: gradient.shapes.get(each, ()) for each in self.program.variables}
        known = infer(self.program, given)
        self.shapes = Shapes({**gradient.shapes, **known.names}, known.sizes)
        self.leaves: dict[str, frozenset[str]] = {}
        for each in self.program.statements:
            self.leaves[each.name] = self._leaves(each.expression)
        self.left = MOST_COMPARED

    def is_equal(self, wanted: Node, part: Node) -> bool:
        """Is a part of the same shape and the same variables proved equal?"""
        if isinstance(part, Name) or not self.left or self._leaves(part) != self._leaves(wanted):
            return False
        try:
            if self.shapes.of(part) != self.shapes.of(wanted):
                return False
        except ShapeError:
            return False
        self.left -= 1
        return proves_equal(
            part, wanted, self.shapes.names,
            definitions=self.program, assumptions=self.assumptions,
        )  # fmt: skip

    def _leaves(self, tree: Node) -> frozenset[str]:
        """Return the variables that a tree depends on, but sizes."""
        found = (self.leaves.get(name, frozenset((name,))) for name in names(tree))
        return frozenset().union(*found) - {*self.shapes.sizes}
