"""The graph of a program of matrices: derived, run both ways, double-checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from derivcli.algebra.results import Gradient
from derivcli.algebra.reverse import reverse
from derivcli.arrays.drawing import NOTHING, Draw, drawn_with_sizes
from derivcli.arrays.entries import Array, Entries, Float64Entries
from derivcli.arrays.kinks import kinks
from derivcli.arrays.lifted import Lifted
from derivcli.arrays.results import EntryKink
from derivcli.arrays.runs import ArrayRun, Work, run, work
from derivcli.arrays.values import arrays
from derivcli.calculus.arithmetic import Arithmetic, Float64
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import Quantity
from derivcli.language.array_latex import PlainNotation, array_latex
from derivcli.language.assumptions import equations, positive
from derivcli.language.shapes import Shape, ShapeError, infer, shape_text
from derivcli.language.sizes import Sized
from derivcli.language.text import text
from derivcli.language.tree import Comparison, Program, names
from derivcli.matrices import deriving
from derivcli.matrices.code import numpy_code
from derivcli.matrices.collapsing import collapsed
from derivcli.matrices.confirming import confirmed
from derivcli.matrices.double_check import MOST_NUDGED, MOST_WORK, DoubleCheck
from derivcli.matrices.entry_by_entry import FromProgram
from derivcli.matrices.graph_results import (
    Agreement,
    ArrayGraphRequest,
    ArrayGraphResult,
    ArrayInput,
    ArrayNode,
    ArrayValue,
    EntryNudge,
)
from derivcli.matrices.settling import Shown, is_zero, rounded, settled, value_of

Stage = Callable[[str], None]

MOST_EXACT = 60_000  # entries computed in all runs together, about ten microseconds each
LARGE = "So large a program is run in float64; --arithmetic exact takes longer."


def array_graph_result(
    request: ArrayGraphRequest, stage: Stage = lambda _: None
) -> ArrayGraphResult:
    """Return the graph of a program of matrices, with values and checks where there is a point.

    Raises the errors of the language where shapes do not fit, RefusedError beyond the bounds.
    """
    asked = request.asked
    program, given = asked.program, asked.given
    known = infer(program, given.shapes)
    if (shape := known.names[program.output.name]) not in ((), (1, 1)):
        raise ShapeError(
            f"{program.output.name} is of shape {shape_text(shape)}, and backprop starts at a"
            " number",
            source=program.source or None, span=program.output.span,
            hint=f"write J = sum({program.output.name}) behind it, or choose an --output-node",
        )  # fmt: skip
    stage("deriving the gradient")
    assumed = equations(request.assumed)
    gradient = reverse(
        program, asked.wrt, given.shapes,
        assumptions=assumed, positive=positive(request.assumed),
    )  # fmt: skip
    gradient = deriving.proved_form(gradient, assumed)
    found = _derived(request, gradient, known.names)
    stage("comparing what is not proved")
    unproved = {each.of for each in found.equations if not each.proved}
    confirmed(program, gradient, given, (name for name in asked.wrt if name in unproved))
    if request.code:
        stage("writing the program")
        given, draw, _ = point_of(request, gradient)
        return replace(found, code=numpy_code(gradient, asked.wrt, given, draw))
    if request.collapse is not None:
        stage("collapsing the chain rule")
        return replace(found, collapse=collapsed(request, request.collapse))
    if not asked.has_values and request.seed is None:
        return found
    stage("running the graph")
    return _at_point(request, gradient, found, stage)


def _derived(
    request: ArrayGraphRequest, gradient: Gradient, shapes: Mapping[str, Shape]
) -> ArrayGraphResult:
    """Return what there is without a point."""
    program = request.asked.program
    derived = deriving.equations(gradient, equations(request.assumed))
    notation = PlainNotation(gradient.shapes)
    nodes = tuple(
        ArrayNode(
            each.name,
            text(each.expression, arrays=True),
            shapes[each.name],
            None,
            None,
            tuple(
                ArrayInput(name, shapes.get(name, ()))
                for name in dict.fromkeys(names(each.expression))
            ),
            array_latex(each.expression, notation),
        )
        for each in program.statements
    )
    return ArrayGraphResult(
        text(program, arrays=True), program.output.name, None, {}, request.asked.wrt, None,
        {**gradient.shapes, **shapes}, request.asked.given.sizes, nodes, derived.helpers,
        derived.equations, {},
        assumed=tuple(map(_assumed, request.assumed)),
        unused=request.unused,
    )  # fmt: skip


def _assumed(each: Comparison) -> str:
    """Return what is assumed, an equation as in mathematics."""
    operator = "=" if each.operator == "==" else each.operator
    return f"{text(each.left, arrays=True)} {operator} {text(each.right, arrays=True)}"


def point_of(request: ArrayGraphRequest, gradient: Gradient) -> tuple[Sized, Draw, tuple[str, ...]]:
    """Return the values that were given with all sizes, those drawn, and the names drawn."""
    asked, given = request.asked, request.asked.given
    if request.seed is None:
        return given, NOTHING, ()
    sizes = infer(asked.program, given.shapes).sizes
    whole = _whole(gradient, asked.program)
    return drawn_with_sizes(whole, given, tuple(sizes), asked.program.variables, request.seed)


def _whole(gradient: Gradient, program: Program) -> Program:
    return Program(gradient.whole.statements, program.source)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """What a run of the program and its gradient came to."""

    run: ArrayRun
    values: Mapping[str, ArrayValue | None]
    kinks: tuple[EntryKink, ...]
    checks: tuple[tuple[Agreement, tuple[EntryNudge, ...]], ...]


def _at_point(
    request: ArrayGraphRequest, gradient: Gradient, found: ArrayGraphResult, stage: Stage
) -> ArrayGraphResult:
    program = request.asked.program
    given, draw, by_seed = point_of(request, gradient)
    whole = _whole(gradient, program)
    cost = work(program, found.shapes, given.sizes)
    running = _Running(request, gradient, whole, given, draw, cost)
    arithmetic = request.arithmetic or ("exact" if running.is_small else "float64")
    stage("double-checking")
    if arithmetic == "exact":
        numbers = with_digits(request.digits, is_zero, running.exactly)
    else:
        numbers = running.in_floats()
    values, last = numbers.values, program.output.name
    at = {name: values[name] for name in program.variables if name not in given.sizes}
    J = values.get(last)
    while isinstance(J, tuple):
        J = J[0]
    nodes = tuple(
        replace(node, value=values.get(node.name), gradient=values.get(f"d{node.name}"))
        for node in found.nodes
    )
    return replace(
        found,
        arithmetic=arithmetic,
        at={name: value for name, value in at.items() if value is not None},
        value=J,
        sizes=given.sizes,
        nodes=nodes,
        gradients={name: values.get(f"d{name}") for name in request.asked.wrt},
        check=tuple(nudge for _, nudges in numbers.checks for nudge in nudges),
        agreement=tuple(each for each, _ in numbers.checks),
        kinks=numbers.kinks,
        undefined=numbers.run.undefined,
        problem=_problem(numbers.run, arithmetic),
        otherwise=numbers.run.otherwise,
        seed=request.seed,
        drawn=by_seed,
        note=LARGE if arithmetic == "float64" and request.arithmetic is None else None,
    )


def _problem(run: ArrayRun, arithmetic: str) -> str | None:
    if run.problem is None or arithmetic == "exact":
        return run.problem
    return f"{run.problem}, in {arithmetic}"


@dataclass(frozen=True, slots=True)
class _Running:
    """A program and its gradient at a point, run in an arithmetic; `cost` is the work forward."""

    request: ArrayGraphRequest
    gradient: Gradient
    whole: Program
    given: Sized
    draw: Draw
    cost: Work

    @property
    def is_small(self) -> bool:
        """Do exact numbers take a second at most?"""
        entries = sum(
            _count(self.gradient.shapes.get(name, ()), self.given.sizes)
            for name in self.request.asked.wrt
        )
        nudges = 2 * len(self.request.eps) * entries if self.request.checked else 0
        return self.cost.entries * (3 + nudges) <= MOST_EXACT

    def exactly(self, arithmetic: Exact) -> _Numbers:
        shown = settled(self.request.digits, arithmetic)
        return self._run(Lifted(arithmetic), arithmetic, shown)

    def in_floats(self) -> _Numbers:
        return self._run(Float64Entries(strict=True), Float64(), rounded)

    def _run(self, entries: Entries, arithmetic: Arithmetic, shown: Shown) -> _Numbers:
        program, wrt = self.request.asked.program, self.request.asked.wrt
        point = {**arrays(self.given, entries), **self.draw.arrays(entries)}
        source = FromProgram(program, self.gradient, self.given, self.draw)
        found = run(
            self.whole, point, entries, source.helpers,
            lambda name: self._otherwise(source, name, arithmetic),
        )  # fmt: skip
        values = {name: value_of(array, shown) for name, array in found.values.items()}
        at_kinks: tuple[EntryKink, ...] = ()
        if program.output.name in found.values:
            at_kinks = tuple(kinks(program, found.values, wrt, entries))
        checks: list[tuple[Agreement, tuple[EntryNudge, ...]]] = []
        if found.undefined is None and self.request.checked:
            check = DoubleCheck(program, found.values, entries, arithmetic, shown)
            steps = [(eps, self._size(eps)) for eps in self.request.eps]
            for name in wrt:
                checks += check.by(name, steps, self._most(entries))
        return _Numbers(found, values, at_kinks, tuple(checks))

    def _otherwise(self, source: FromProgram, name: str, arithmetic: Arithmetic) -> Array | str:
        """Return a gradient whose formula has no value, from the program itself, or why not."""
        if isinstance(arithmetic, Exact):
            return source.array(name, arithmetic)
        return with_digits(self.request.digits, is_zero, lambda exact: source.array(name, exact))

    def _size(self, eps: Program) -> Quantity:
        return with_digits(
            self.request.digits, is_zero,
            lambda exact: settle(evaluate(eps, {}, exact), self.request.digits, exact),
        )  # fmt: skip

    def _most(self, entries: Entries) -> int:
        if isinstance(entries, Lifted):
            return MOST_NUDGED
        each = 2 * self.cost.in_floats * len(self.request.eps) * max(1, len(self.request.asked.wrt))
        return max(2, min(MOST_NUDGED, MOST_WORK // max(1, each)))


def _count(shape: Shape, sizes: Mapping[str, int]) -> int:
    count = 1
    for size in shape:
        count *= size if isinstance(size, int) else sizes[size]
    return count
