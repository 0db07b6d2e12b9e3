"""What the way back comes to: a program of gradients, one statement each, with its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivcli.language.tree import Assignment, Node, Program

Shape = tuple[int | str, ...]  # () is a number; a size is a number or a name


@dataclass(frozen=True, slots=True)
class Line:
    """One statement: `name` is the gradient of the output by `of`, with the shape of `of`.

    `raw` is the expression as the rules made it, in the same names, before it was shortened.
    """

    name: str
    of: str
    expression: Node
    raw: Node
    shape: Shape
    rules: tuple[str, ...] = ()

    @property
    def statement(self) -> Assignment:
        return Assignment(self.name, self.expression)


@dataclass(frozen=True, slots=True)
class Gradient:
    """A program's gradient: `helpers` name parts of the program that the `lines` repeat.

    `shapes` are those of every name: given, assigned, of helpers and of gradients.
    """

    program: Program
    helpers: tuple[Line, ...]
    lines: tuple[Line, ...]
    shapes: Mapping[str, Shape]

    def line(self, of: str) -> Line:
        """Return the line of the gradient by a name. Raises KeyError."""
        for line in self.lines:
            if line.of == of:
                return line
        raise KeyError(of)

    @property
    def statements(self) -> tuple[Assignment, ...]:
        """The helpers and the gradients, each behind what it names."""
        return tuple(line.statement for line in (*self.helpers, *self.lines))

    @property
    def whole(self) -> Program:
        """The program, and behind it its gradient."""
        return Program((*self.program.statements, *self.statements))
