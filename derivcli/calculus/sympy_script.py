"""What a person would paste: the question of `diff` as a script for SymPy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivcli.calculus.evaluate import formula
from derivcli.calculus.results import Point, Request
from derivcli.language.sympy_text import SymPyWriter
from derivcli.language.text import text

WORDS = ("diff", "symbols", "point", "slope", "eps", "estimate", "at", "print", "float")
QUOTIENTS = {
    "forward": "(at({w} + eps) - at({w})) / eps",
    "backward": "(at({w}) - at({w} - eps)) / eps",
    "central": "(at({w} + eps) - at({w} - eps)) / (2 * eps)",
    "complex": "im(at({w} + I * eps)) / eps",
    "richardson": "(8 * (at({w} + eps / 2) - at({w} - eps / 2)) - at({w} + eps) + at({w} - eps))"
    " / (6 * eps)",
}
FROM_SYMPY = {"complex": ("I", "im")}


@dataclass(frozen=True, slots=True)
class SymPyScript:
    """A result that is written as Python alone."""

    code: str


def sympy_script(request: Request) -> SymPyScript:
    """Return the script: symbols, diff, subs, and the estimates beside them.

    Raises RefusedError for a function that SymPy lacks, and that no text defines.
    """
    script = _Script(request)
    body = [*script.body()]
    imported = sorted({"diff", "symbols", *script.writer.imported}, key=str.lower)
    return SymPyScript("\n".join([f"from sympy import {', '.join(imported)}", "", *body]) + "\n")


class _Script:
    def __init__(self, request: Request) -> None:
        self.request = request
        functions = {"E", "I", "N", "Integer", "Rational", "Piecewise", "Eq", "Ne", "im", "pi"}
        self.writer = SymPyWriter(formula, {*WORDS, *functions})
        self.variables = tuple(dict.fromkeys((*request.program.variables, *request.wrt)))
        self.output = self.name(request.program.output.name)

    def name(self, name: str) -> str:
        return self.writer.name(name)

    def body(self) -> Iterator[str]:
        shown = [self.name(each) for each in self.variables]
        yield f'{", ".join(shown)} = symbols("{" ".join(self.variables)}", real=True)'
        for statement in self.request.program.statements:
            yield f"{self.name(statement.name)} = {self.writer.text(statement.expression)}"
        yield f'print("{self.output} =", {self.output})'
        for variable in self.request.wrt:
            yield from self._derivative(variable)
        for point in self.request.points:
            yield ""
            yield from self._point(point)

    def _slope(self, variable: str) -> str:
        order = self.request.order
        power = "" if order == 1 else str(order)
        return f"d{power}{self.output}_d{self.name(variable)}{power}"

    def _title(self, variable: str) -> str:
        power = "" if self.request.order == 1 else f"**{self.request.order}"
        return f"d{power}{self.output}/d{variable}{power}"

    def _derivative(self, variable: str) -> Iterator[str]:
        order = "" if self.request.order == 1 else f", {self.request.order}"
        own = self._slope(variable)
        yield ""
        yield f"{own} = diff({self.output}, {self.name(variable)}{order})"
        yield f'print("{self._title(variable)} =", {own})'

    def _point(self, point: Point) -> Iterator[str]:
        values = ", ".join(
            f"{self.name(name)}: {self.writer.text(point[name].output.expression)}"
            for name in self.variables
            if name in point
        )
        where = ", ".join(
            f"{name} = {text(value.output.expression)}" for name, value in point.items()
        )
        yield f"point = {{{values}}}"
        yield f'print("At {where}: {self.output} =", {self.output}.subs(point))'
        for variable in self.request.wrt:
            yield from self._estimates(variable)

    def _estimates(self, variable: str) -> Iterator[str]:
        w = self.name(variable)
        yield f"slope = {self._slope(variable)}.subs(point)"
        yield f'print("{self._title(variable)} =", slope)'
        if self.request.order > 1 or not self.request.eps:
            return
        yield ""
        yield ""
        yield "def at(value):"
        yield f'    """Return {self.output} with {w} moved to a value."""'
        yield f"    return {self.output}.subs({{**point, {w}: value}})"
        yield ""
        yield ""
        written = (self.writer.text(each.output.expression) for each in self.request.eps)
        steps = ", ".join(written)
        comma = "," if len(self.request.eps) == 1 else ""
        yield f"for eps in ({steps}{comma}):"
        for method in self.request.methods:
            self.writer.imported.update(FROM_SYMPY.get(method, ()))
            quotient = QUOTIENTS[method].format(w=f"point[{w}]")
            yield f"    estimate = {quotient}"
            yield (
                f'    print("{method}: eps =", float(eps), "estimate =", float(estimate),'
                f' "error =", float(estimate - slope))'
            )
