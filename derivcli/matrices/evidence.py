"""How it is known that a gradient is right: proved for all sizes, or compared with quotients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from derivcli.algebra.results import Gradient
from derivcli.arrays.drawing import drawn, small_sizes
from derivcli.arrays.entries import Array
from derivcli.arrays.evaluation import trace
from derivcli.arrays.lifted import Lifted
from derivcli.arrays.nudging import later
from derivcli.arrays.written_out import direction
from derivcli.calculus.exact import exact
from derivcli.errors import DerivError
from derivcli.language.broadcasting import Shape
from derivcli.language.shapes import infer
from derivcli.language.sizes import Sized
from derivcli.language.tree import Assignment, Node, Program
from derivcli.matrices.proving import GradientProof
from derivcli.matrices.study_results import Evidence

SAMPLES = 3
DIGITS = 60
STEP = Fraction(1, 10**20)
CLOSE = 1e-15  # relative, to quotients whose own error is about STEP**2


def samples(program: Program, name: str, derivative: Program, shapes: Mapping[str, Shape]) -> int:
    """Return at how many random points, of random sizes, a derivative agrees with quotients.

    The output is a number, or a column by a column with the Jacobian. `derivative` is a program
    whose output is the derivative by `name`: of the whole program, or of its statement of that
    name, which is then varied on its own. 0 where it differs at one of them.
    """
    own = {statement.name for statement in program.statements}
    more = tuple(each for each in derivative.statements if each.name not in own)
    after = later(program, name)
    output = program.output.name

    def agrees(here: Mapping[str, Array], entries: Lifted) -> bool:
        way = direction(here[name].shape)
        slope = _along(here[derivative.output.name], way, here[output], entries)
        up, down = (
            trace(after, {**here, name: entries.array(here[name] + sign * STEP * way)}, entries)[
                output
            ]
            for sign in (1, -1)
        )
        return _all_close(slope, up, down)

    return _agreeing(Program((*program.statements, *more)), shapes, agrees)


def equal_samples(one: Node, other: Node, definitions: Program, shapes: Mapping[str, Shape]) -> int:
    """Return at how many random points, of random sizes, two expressions have the same value."""
    pair = (Assignment("=1", one), Assignment("=2", other))

    def agrees(here: Mapping[str, Array], _: Lifted) -> bool:
        values = zip(here["=1"].flat, here["=2"].flat, strict=True)
        return all(_is_close(left, right) for left, right in values)

    return _agreeing(Program((*definitions.statements, *pair)), shapes, agrees)


def moved_samples(
    before: Node,
    after: Node,
    moving: Mapping[str, str],
    definitions: Program,
    shapes: Mapping[str, Shape],
) -> int:
    """Return at how many random points an expression moves as its differential says.

    Names move by the values of their differentials, whose names `moving` has.
    """
    alone = Program((Assignment("=1", before),))
    pair = (*alone.statements, Assignment("=2", after))

    def agrees(here: Mapping[str, Array], entries: Lifted) -> bool:
        up, down = (
            trace(
                alone,
                {
                    **here,
                    **{name: entries.array(here[name] + sign * STEP * here[change])
                       for name, change in moving.items()},
                },
                entries,
            )["=1"]
            for sign in (1, -1)
        )  # fmt: skip
        return _all_close(here["=2"], up, down)

    return _agreeing(Program((*definitions.statements, *pair)), shapes, agrees)


def _agreeing(
    program: Program,
    shapes: Mapping[str, Shape],
    agrees: Callable[[Mapping[str, Array], Lifted], bool],
) -> int:
    """Return at how many of a few random points something holds; 0 where it fails at one."""
    sizes = small_sizes(infer(program, shapes).sizes, Sized(shapes, {}, {}))
    free = [each for each in program.variables if each not in sizes]
    found = 0
    for seed in range(SAMPLES):
        try:
            draw = drawn(program, Sized(shapes, sizes, {}), free, seed)
            with exact(DIGITS, None, last=True) as arithmetic:
                entries = Lifted(arithmetic)
                here = trace(program, {**sizes, **draw.arrays(entries)}, entries)
                if not agrees(here, entries):
                    return 0
        except (DerivError, ArithmeticError):  # no value, or a number too near to another
            continue
        found += 1
    return found


def _all_close(slope: Array, up: Array, down: Array) -> bool:
    triples = zip(slope.flat, up.flat, down.flat, strict=True)
    return all(_is_close(one, (high - low) / (2 * STEP)) for one, high, low in triples)


def _is_close(slope: Any, quotient: Any) -> bool:
    size = max(1.0, abs(float(slope)), abs(float(quotient)))
    return abs(float(slope - quotient)) <= CLOSE * size


def _along(derivative: Array, way: Array, output: Array, entries: Lifted) -> Array:
    """Return the change of the output along a direction: of a number, or by a Jacobian."""
    if output.size == 1 and derivative.shape == way.shape:
        return entries.array(sum(entries.array(derivative * way).flat))
    return entries.array(derivative @ way.reshape(-1, 1))


def gradient_evidence(
    gradient: Gradient, names: Iterable[str], shapes: Mapping[str, Shape]
) -> dict[str, tuple[Evidence, int]]:
    """Return for the gradients by some names whether each is proved, for all sizes.

    Else at how many random points, of random sizes, it agrees with difference quotients.
    """
    wanted = tuple(names)
    proof = GradientProof(gradient, ())
    certain = {line.of for line in gradient.lines if proof.is_gradient(line)}
    found: dict[str, tuple[Evidence, int]] = {}
    for name in wanted:
        if name in certain:
            found[name] = ("proved", 0)
            continue
        derivative = Program(_up_to(gradient, gradient.line(name).name))
        count = samples(gradient.program, name, derivative, shapes)
        found[name] = ("sampled", count) if count else ("none", 0)
    return found


def _up_to(gradient: Gradient, name: str) -> tuple[Assignment, ...]:
    found = []
    for statement in gradient.whole.statements:
        found.append(statement)
        if statement.name == name:
            break
    return tuple(found)
