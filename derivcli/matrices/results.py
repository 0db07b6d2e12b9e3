"""What is asked of a program of matrices, and what it comes to, without anything heavy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from derivcli.calculus.results import Quantity
from derivcli.language.broadcasting import Shape
from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.sizes import Sized
from derivcli.language.tree import Program

Rows = tuple[tuple[Quantity | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ArrayProgram:
    """A program with the shapes of its variables, and the values that were given.

    `given` holds the shapes by name, what is known of sizes, and values: of all variables and
    sizes, or of none. `wrt` are the names to differentiate by.
    """

    program: Program
    given: Sized
    wrt: tuple[str, ...]
    limits: Limits = COMMAND_LINE

    @property
    def has_values(self) -> bool:
        """Is there a point at which it can be run?"""
        return bool(self.given.values)


@dataclass(frozen=True, slots=True)
class ArrayStatement:
    """One step forward: `name = expression`, of a shape, as text and as LaTeX."""

    name: str
    expression: str
    shape: Shape
    latex: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GradientEquation:
    """One step of the way back: `name` is the gradient by `of`, and has its shape.

    `rules` made it, the last of them first known by its name as `rule`. `dimensions` is the
    dimension check of the course, where it is a product of matrices: "(1, n) = (1, m) @ (m, n)".
    `proved` says that it is proved to be the derivative of the output, for all sizes.
    """

    name: str
    of: str
    equation: str
    rule: str
    rules: tuple[str, ...]
    shape: Shape
    dimensions: str | None
    proved: bool
    latex: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DerivedGradient:
    """The gradient of a program as a program: helpers first, then one equation a name.

    `shapes` are those of every name. `assumed` are the equations that were taken for granted.
    """

    output: str
    statements: tuple[ArrayStatement, ...]
    helpers: tuple[ArrayStatement, ...]
    equations: tuple[GradientEquation, ...]
    shapes: Mapping[str, Shape]
    assumed: tuple[str, ...] = ()

    def by(self, name: str) -> GradientEquation:
        """Return the equation of the gradient by a name. Raises KeyError."""
        for equation in self.equations:
            if equation.of == name:
                return equation
        raise KeyError(name)
