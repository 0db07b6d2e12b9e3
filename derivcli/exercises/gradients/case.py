"""An answer beside the gradient that was derived: their trees, their shapes, their values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from derivcli.algebra.expressions import SizeMismatchError
from derivcli.algebra.results import Gradient, Line
from derivcli.algebra.reverse import reverse
from derivcli.arrays.entries import Array, Entries
from derivcli.arrays.evaluation import evaluate
from derivcli.errors import LanguageError, RefusedError
from derivcli.exercises.gradients.question import GradientQuestion
from derivcli.index_notation.proof import proves_equal
from derivcli.language.assumptions import equations, positive
from derivcli.language.shapes import Shape, ShapeError, Shapes, infer
from derivcli.language.tree import (
    Assignment,
    Call,
    Comparison,
    Node,
    Number,
    Program,
    inline,
    names,
)

ZERO = Number(Fraction(0))
PREFIX = "d"  # of the name of a gradient: dW


@dataclass(frozen=True)
class GradientCase:
    """One question with the gradient derived.

    `answer` is one tree, in the names of the program and of gradients by other names.
    """

    question: GradientQuestion
    gradient: Gradient
    answer: Node
    known: Shapes

    @property
    def program(self) -> Program:
        return self.gradient.program

    @property
    def variable(self) -> str:
        return self.question.variable

    @property
    def expected(self) -> Node:
        """The gradient, in the names of the program and of other gradients."""
        return self.gradient.line(self.variable).expression

    @property
    def name(self) -> str:
        """The gradient's name: dW."""
        return self.gradient.line(self.variable).name

    @property
    def shape(self) -> Shape:
        """The shape of the gradient, which is that of the variable."""
        return self.gradient.line(self.variable).shape

    @property
    def sizes(self) -> tuple[str, ...]:
        """The names of sizes without a number."""
        return tuple(self.known.sizes)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The names of numbers: of sizes, and of variables without a shape."""
        free = (name for name in self.program.variables if not self.known.names.get(name))
        return tuple(dict.fromkeys((*self.sizes, *free)))

    @cached_property
    def answer_shape(self) -> Shape | ShapeError:
        """The shape of the answer, or why it has none."""
        return self.shape_of(self.answer)

    def shape_of(self, tree: Node) -> Shape | ShapeError:
        """Return the shape of a tree in the names that an answer may use, or why it has none."""
        try:
            return self.known.of(tree)
        except ShapeError as error:
            return error

    def fits(self, shape: Shape) -> bool:
        """Is a shape that of the gradient? A number may be a matrix of one entry."""
        return shape == self.shape or (len(shape) != 1 and {*shape, *self.shape} <= {1})

    @cached_property
    def others(self) -> tuple[Assignment, ...]:
        """The lines of the gradient by other names, helpers first."""
        return tuple(each for each in self.gradient.statements if each.name != self.name)

    @cached_property
    def definitions(self) -> Program:
        """The program, and behind it the gradients that an answer may use."""
        return Program((*self.program.statements, *self.others))

    @cached_property
    def whole(self) -> Program:
        """The program, and behind it all of its gradient."""
        return Program((*self.program.statements, *self.gradient.statements))

    def value(self, tree: Node, known: Mapping[str, Array], entries: Entries) -> Array:
        """Return the value of a tree where all names have these.

        Raises UndefinedError or RefusedError where it has none.
        """
        return evaluate(tree, known, entries)


def case_of(question: GradientQuestion) -> GradientCase:
    """Return an answer beside the gradient.

    Raises ShapeError where the program's shapes do not fit.
    """
    program, shapes = question.asked.program, question.asked.given.shapes
    infer(program, shapes)
    wanted = (question.variable, *_other_gradients(question))
    try:
        found = reverse(
            program, wanted, shapes,
            assumptions=equations(question.assumed), positive=positive(question.assumed),
        )  # fmt: skip
        gradient = _certain(found, question.assumed)
        infer(gradient.whole, shapes)
    except (LanguageError, SizeMismatchError):
        raise RefusedError(f"no gradient by {question.variable} was found") from None
    answer = inline(question.answer)
    expected = gradient.line(question.variable).expression
    if answer == ZERO and isinstance(expected, Call) and expected.function == "zeros":
        answer = expected  # 0 is how a matrix of zeros is written by hand
    free = Program((*program.statements, Assignment("=", answer)))
    sizes = infer(program, shapes).sizes
    with_sizes = _sizes(free, gradient, sizes)
    return GradientCase(question, gradient, answer, Shapes(gradient.shapes, with_sizes))


def _certain(gradient: Gradient, assumed: Sequence[Comparison]) -> Gradient:
    """Return a gradient whose lines are short where that is proved, else as the rules left them."""

    def line(each: Line) -> Line:
        shapes = gradient.shapes
        ways = (
            proves_equal(each.expression, each.raw, shapes, definitions=known, assumptions=assumed)
            for known in (None, gradient.whole)
        )
        return each if each.expression == each.raw or any(ways) else _as_made(each)

    return replace(gradient, lines=tuple(map(line, gradient.lines)))


def _as_made(line: Line) -> Line:
    return replace(line, expression=line.raw)


def _sizes(program: Program, gradient: Gradient, sizes: Collection[str]) -> tuple[str, ...]:
    """Return the sizes that the answer knows: those of the program, and of eye(n) in the answer."""
    try:
        more = infer(program, gradient.shapes).sizes
    except LanguageError:
        more = ()
    return tuple(dict.fromkeys((*sizes, *more)))


def _other_gradients(question: GradientQuestion) -> tuple[str, ...]:
    """Return the names whose gradients the answer uses: W of dW."""
    program = question.asked.program
    own = {*program.variables, *(each.name for each in program.statements)}
    used = {name for each in question.answer.statements for name in names(each.expression)}
    found = (name.removeprefix(PREFIX) for name in sorted(used - own) if name.startswith(PREFIX))
    return tuple(name for name in found if name in own and name != question.variable)
