"""A program of matrices and its gradient as Python that stands alone: NumPy, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from derivcli.algebra.results import Gradient
from derivcli.arrays.drawing import Draw
from derivcli.arrays.entries import Float64Entries
from derivcli.arrays.values import arrays
from derivcli.language.operations import OPERATIONS
from derivcli.language.shapes import Shape, Shapes, shape_text
from derivcli.language.sizes import Sized
from derivcli.language.tree import Assignment, Call, Reduction, children, computing, names, nodes
from derivcli.matrices.numpy_text import NumPyWriter, python_name
from derivcli.matrices.python_layout import call, laid_out, literal

FUNCTION = "forward_backward"
MOST_WRITTEN = 200  # entries of all values that are written into the program
EPS = "1e-6"


def numpy_code(
    gradient: Gradient, wrt: Sequence[str], given: Sized, draw: Draw | None = None
) -> str:
    """Return Python whose function takes the variables, and returns the output and its gradients.

    With values that are given or drawn, and few, it checks one entry by a nudge when it is run.

    Raises RefusedError for a function that NumPy lacks, and no text computes.
    """
    return _Code(gradient, tuple(wrt), given, draw).written()


class _Code:
    """One program while it is written."""

    def __init__(
        self, gradient: Gradient, wrt: tuple[str, ...], given: Sized, draw: Draw | None
    ) -> None:
        self.gradient, self.wrt, self.given, self.draw = gradient, wrt, given, draw
        program = gradient.program
        self.output = program.output.name
        sized = {size for shape in gradient.shapes.values() for size in shape}
        self.sizes = tuple(sorted(size for size in sized if isinstance(size, str)))
        self.free = tuple(dict.fromkeys((*program.variables, *wrt)))
        self.variables = tuple(
            name for name in self.free if name not in self.sizes or name in given.shapes
        )
        self.writer = NumPyWriter(Shapes(gradient.shapes, self.sizes))
        own = {*gradient.shapes, *self.free, *self.sizes, self.output}
        self.taken = {python_name(name) for name in own}
        self.function = self.fresh(FUNCTION)

    def fresh(self, name: str) -> str:
        """Return a name that nothing has yet."""
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def written(self) -> str:
        definition = self._definition()
        parts = [*self.writer.functions.values(), definition]
        if (main := self._main()) is not None:
            parts.append(main)
        body = "\n\n\n".join(parts) + "\n"
        modules = [f"import {module}" for module in sorted(self.writer.modules)]
        numpy = ["import numpy as np"] * (re.search(r"\bnp\.", body) is not None)
        imports = "\n".join([*modules, *[""] * bool(modules and numpy), *numpy])
        return f"{imports}\n\n\n{body}" if imports else body

    def _definition(self) -> str:
        forward = [*self._statements(self.gradient.program.statements)]
        used = computing(self.gradient.statements, (f"d{name}" for name in self.wrt))
        back = [*self._statements(used)]
        sizes = self._unpacked()
        returned = ", ".join(
            [self._number(self.output), *(python_name(f"d{name}") for name in self.wrt)]
        )
        parts = [*self._docstring(), *sizes, *[""] * bool(sizes), *forward, "", *back, ""]
        body = [f"    {line}" if line else "" for line in (*parts, f"return {returned}")]
        arguments = ", ".join(map(python_name, self.variables))
        return "\n".join([*laid_out(f"def {self.function}({arguments}):"), *body])

    def _number(self, name: str) -> str:
        shape = self.gradient.shapes.get(name, ())
        return f"{python_name(name)}.item()" if shape else python_name(name)

    def _statements(self, statements: Sequence[Assignment]) -> Iterator[str]:
        for each in statements:
            line = f"{python_name(each.name)} = {self.writer.write(each.expression)}"
            yield from laid_out(line, indent=4)

    def _docstring(self) -> Iterator[str]:
        by = " and ".join(self.wrt) if len(self.wrt) < 3 else ", ".join(self.wrt)
        gradients = f"its gradient{'s' * (len(self.wrt) > 1)} by {by}"
        yield f'"""Return {self.output} and {gradients}.'
        yield ""
        for name in self.variables:
            yield f"{python_name(name)}: {_told(self.gradient.shapes.get(name, ()))}"
        yield ""
        for name in self.wrt:
            shape = self.gradient.shapes.get(name, ())
            yield f"{python_name(f'd{name}')}: {_told(shape)}, as {python_name(name)}"
        for excluded in dict.fromkeys(self._excluded()):
            yield ""
            yield from wrap(f"Where {excluded} the formulas have no value: they divide by 0.", 96)
        yield '"""'

    def _excluded(self) -> Iterator[str]:
        """Yield where the gradient has a value, and these formulas have none."""
        moving = {*self.wrt}
        for statement in self.gradient.program.statements:
            for node in nodes(statement.expression):
                if not isinstance(node, Call | Reduction) or node.function not in OPERATIONS:
                    continue
                excludes = OPERATIONS[node.function].excludes
                if excludes and not moving.isdisjoint(names(node)):
                    yield excludes.format(*map(self.writer.write, children(node)))
            if not moving.isdisjoint(names(statement.expression)):
                moving.add(statement.name)

    def _unpacked(self) -> list[str]:
        """Return the lines that read sizes off the arrays."""
        found = []
        for size in self.sizes:
            if size not in self.writer.sizes:
                continue
            name, axis = next(
                (name, shape.index(size))
                for name in self.variables
                if size in (shape := self.gradient.shapes.get(name, ()))
            )
            found.append(f"{size} = {python_name(name)}.shape[{axis}]")
        return found

    def _main(self) -> str | None:
        """Return what checks one entry by a nudge, None where there are no values for it."""
        values = self._values()
        if values is None:
            return None
        name = next((each for each in self.wrt if values[each].size), None)
        if name is None:
            return None
        lines = ['if __name__ == "__main__":']
        for each in self.variables:
            lines += literal(python_name(each), values[each], indent=4)
        lines += self._nudged(name, values[name])
        return "\n".join(lines)

    def _nudged(self, name: str, value: Any) -> Iterator[str]:
        own, eps = python_name(name), self.fresh("eps")
        arguments = [python_name(each) for each in self.variables]
        results = [python_name(self.output), *(python_name(f"d{each}") for each in self.wrt)]
        yield from call(", ".join(results), self.function, arguments, indent=4)
        yield f"    {eps} = {EPS}"
        moved, entry = eps, ""
        if value.ndim:
            moved = self.fresh("nudge")
            entry = f"[{', '.join('0' * value.ndim)}]"
            yield f"    {moved} = np.zeros_like({own})"
            yield f"    {moved}{entry} = {eps}"
        ends = []
        for sign, title in (("+", "up"), ("-", "down")):
            ends.append(self.fresh(title))
            nudged = [f"{own} {sign} {moved}" if each == own else each for each in arguments]
            yield from call(f"{ends[-1]}, *_", self.function, nudged, indent=4)
        estimate = self.fresh("estimate")
        yield f"    {estimate} = ({ends[0]} - {ends[1]}) / (2 * {eps})"
        shown = f"d{name}{entry}"
        told = (
            f'f"{shown} = {{{python_name(f"d{name}")}{entry}:.9g}}, by a nudge {{{estimate}:.9g}}"'
        )
        yield f'    print(f"{self.output} = {{{python_name(self.output)}:.9g}}")'
        yield f"    print({told})"

    def _values(self) -> Mapping[str, Any] | None:
        entries = Float64Entries()
        found = arrays(self.given, entries)
        if self.draw is not None:
            found |= self.draw.arrays(entries)
        if not {*self.variables} <= found.keys():
            return None
        few = sum(found[name].size for name in self.variables) <= MOST_WRITTEN
        return found if few else None


def _told(shape: Shape) -> str:
    return shape_text(shape) if shape else "a number"
