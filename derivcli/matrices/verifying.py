"""Are the lines of a derivation right? Proved for all sizes, or compared at random points."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from derivcli.algebra.reverse import reverse
from derivcli.errors import LanguageError, RefusedError
from derivcli.index_notation.proof import proves_equal, proves_gradient
from derivcli.language.shapes import Shapes
from derivcli.language.tree import (
    Assignment,
    Binary,
    Name,
    Node,
    Program,
    Reduction,
    names,
)
from derivcli.matrices.evidence import equal_samples, moved_samples, samples

WEIGHT, SUM, PREFIX = "weights", "weighted sum", "="  # no names of a program


class LineVerdict(StrEnum):
    """How far a line is known to be right."""

    PROVED = "proved"
    SAMPLED = "sampled"
    WRONG = "wrong"


class Verifier:
    """Judges lines about a program, whose names move by the differentials in `moving`.

    `changes` says what the differentials of statements are.
    """

    def __init__(
        self,
        program: Program,
        moving: Mapping[str, str],
        changes: Mapping[str, Node],
        shapes: Shapes,
    ) -> None:
        self.program, self.moving, self.shapes = program, moving, shapes
        moves = (Assignment(name, change) for name, change in changes.items())
        self.moved = Program((*program.statements, *moves))
        sizes = {*shapes.sizes}
        self.names = {name: shape for name, shape in shapes.names.items() if name not in sizes}
        assigned = {each.name for each in self.moved.statements}
        self.given = {name: shape for name, shape in self.names.items() if name not in assigned}

    def equal(self, one: Node, other: Node) -> LineVerdict:
        """Judge two forms of a differential."""
        if proves_equal(one, other, self.names, definitions=self.moved):
            return LineVerdict.PROVED
        agree = equal_samples(one, other, self.moved, self.given)
        return LineVerdict.SAMPLED if agree else LineVerdict.WRONG

    def gradient(self, name: str, gradient: Node) -> LineVerdict:
        """Judge the gradient of the program itself."""
        if proves_gradient(self.program, name, gradient, self.given):
            return LineVerdict.PROVED
        whole = Program((*self.program.statements, Assignment(f"{PREFIX}{name}", gradient)))
        return (
            LineVerdict.SAMPLED
            if samples(self.program, name, whole, self.given)
            else LineVerdict.WRONG
        )

    def differential(self, before: Node, after: Node | None) -> LineVerdict:
        """Judge d(before) = after: beside any weights, the sum of what each name contributes."""
        if after is None:
            return LineVerdict.WRONG
        shape = self.shapes.of(before)
        weighted = Binary("*", Name(WEIGHT), before) if shape else before
        program = Program((Assignment(SUM, Reduction("sum", weighted) if shape else before),))
        moved = [name for name in dict.fromkeys(names(before)) if name in self.moving]
        shapes = {**self.names, **({WEIGHT: shape} if shape else {})}
        used = {name: each for name, each in shapes.items() if name != SUM}
        try:
            gradient = reverse(program, moved, used, prefix=PREFIX)
        except (LanguageError, RefusedError):
            return LineVerdict.WRONG
        total: Node | None = None
        certain = True
        for name in moved:
            line = gradient.line(name).expression
            helpers = Program(gradient.statements)
            certain = certain and proves_gradient(program, name, line, used, definitions=helpers)
            term: Node = Binary("*", Name(f"{PREFIX}{name}"), Name(self.moving[name]))
            term = Reduction("sum", term) if self.names.get(name) else term
            total = term if total is None else Binary("+", total, term)
        left = Reduction("sum", Binary("*", Name(WEIGHT), after)) if shape else after
        definitions = Program((*self.program.statements, *program.statements, *gradient.statements))
        if total is None:
            return LineVerdict.WRONG
        if certain and proves_equal(left, total, used, definitions=definitions):
            return LineVerdict.PROVED
        changes = {name: self.moving[name] for name in moved}
        agree = moved_samples(before, after, changes, self.moved, self.given)
        return LineVerdict.SAMPLED if agree else LineVerdict.WRONG
