"""What was typed for `graph` to a request: the program, its parameters and data, its output."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from derivcli.calculus.results import Point
from derivcli.cli import inputs
from derivcli.cli.typed import TypedProgram, read_program, variables
from derivcli.errors import Span, UsageError, printable
from derivcli.graphs.results import GraphRequest
from derivcli.graphs.statements import leading_to, natural_detail
from derivcli.language.limits import Limits, file_limits
from derivcli.language.parser import parse
from derivcli.language.tree import Program

if TYPE_CHECKING:
    from derivcli.networks.results import NetworkSpec

MOST_EXACT = 150  # operations of a network's graph: two or three seconds
ROUNDED = "So large a graph is run in float64; --arithmetic exact takes longer."
STAGES = 5  # of a large graph: reading, loading, building, running, double-checking


@dataclass(frozen=True, slots=True)
class Asked:
    """A program and where to run it, as typed, from an example or from a network.

    `operations` is how many a network's program has: more than may be typed.
    """

    source: str
    at: tuple[str, ...]
    wrt: tuple[str, ...]
    typed: bool
    operations: int | None = None

    @property
    def rounded(self) -> bool:
        """Is the graph of a network so large that exact numbers take many seconds?"""
        return self.operations is not None and self.operations > MOST_EXACT


def asked(
    program: str | None,
    example: str | None,
    at: Sequence[str] | None,
    wrt: Sequence[str] | None,
    network: str | None = None,
) -> Asked:
    """Return the program typed, or that of an example or a network.

    --at and --wrt go before the example's; a network's values are replaced one by one.
    """
    brings = {"--example": example, "--from-network": network}
    for option, name in brings.items():
        if name is not None and program is not None:
            raise UsageError(f"{option} brings its own program, and PROGRAM is given")
    if example is not None and network is not None:
        raise UsageError("--example and --from-network each bring a program; choose one")
    if network is not None:
        return _from_network(network, at or (), wrt or ())
    if program is not None:
        return Asked(program, tuple(at or ()), tuple(wrt or ()), typed=True)
    if example is None:
        raise UsageError(
            "PROGRAM is missing", hint='write derivcli graph "a = 2 + 3*w; J = a**2" --at w=3'
        )
    from derivcli.exercises.documents import bindings
    from derivcli.exercises.examples import choose
    from derivcli.exercises.programs import load

    (found,) = choose(load(), [example])
    values = tuple(at) if at else bindings(found.at)
    return Asked(found.program, values, tuple(wrt) if wrt else found.wrt, typed=False)


def _from_network(name: str, at: Sequence[str], wrt: Sequence[str]) -> Asked:
    """Return the program of a small network, and its numbers but for those that are typed."""
    spec = _network(name)
    # NumPy is loaded for this alone.
    from derivcli.networks.expansion import check_size, expand, few_examples
    from derivcli.networks.numbers import network

    check_size(spec.architecture, 1 if spec.data else spec.examples)
    data = None if spec.data is None else few_examples(spec.data, spec.architecture)
    found = expand(network(spec, data))
    typed = inputs.spelled_out(at)
    replaced = {inputs.constant(source, "in --at")[0] for source in typed}
    values = [f"{name}={value}" for name, value in found.values.items() if name not in replaced]
    return Asked(
        found.program,
        (*values, *typed),
        tuple(wrt) or found.wrt,
        typed=False,
        operations=found.operations,
    )


def _network(name: str) -> NetworkSpec:
    """Return a network of one example for sizes, else the one of this name."""
    from derivcli.networks.layers import LIKE_SIZES, architecture, sizes
    from derivcli.networks.results import NetworkSpec

    if LIKE_SIZES.fullmatch(name):
        return NetworkSpec(architecture(sizes(name, "in --from-network")), examples=1)
    from derivcli.exercises.examples import choose
    from derivcli.exercises.networks import load
    from derivcli.exercises.program_networks import ProgramNetwork

    (found,) = choose(load(), [name])
    if isinstance(found, ProgramNetwork):
        raise UsageError(
            f"the network '{printable(name)}' is a program of its own", where="in --from-network",
            hint=f"derivcli network {shlex.quote(name)} derives and runs it",
        )  # fmt: skip
    return found.spec


@contextmanager
def watched(asked: Asked) -> Iterator[Callable[[str], object]]:
    """Give what is told of each stage: a bar on a terminal's stderr for a program from a file."""
    if not (asked.typed and asked.source.startswith("@") and sys.stderr.isatty()):
        yield lambda _: None
        return
    from derivcli.render.progress import stages

    with stages(STAGES, sys.stderr) as tell:
        tell("reading the program")
        yield tell


def request(
    asked: Asked,
    eps: Sequence[str],
    detail: str | None,
    output_node: str | None,
    collapse: str | None,
    max_operations: int,
) -> GraphRequest:
    """Return the request of `graph`: program, point, parameters, nudges.

    Raises UsageError for a name that is none of the program's, or a value that is missing.
    """
    values = inputs.spelled_out(asked.at) if asked.typed else asked.at
    with inputs.uncollected():
        bindings = [inputs.constant(source, "in --at") for source in values]
    sizes = inputs.constants(eps, "in --eps")
    along = inputs.names(asked.wrt, "in --wrt")
    whole, limits = _program(asked, bindings, along, max_operations)
    output = _output(whole, output_node)
    program = leading_to(whole, output)
    known = variables(whole, bindings, along)
    typed = TypedProgram(whole, limits, tuple(bindings), along, known)
    parameters = typed.directions()
    needed = program.variables
    point = _point(typed, program, optional=collapse is not None)
    if not (along or whole.by or whole.parameters):
        parameters = needed
    node = (
        None
        if collapse is None
        else known_name(collapse, [*_names(program), *needed], "--collapse")
    )
    kept = {*_names(program)}
    return GraphRequest(
        program,
        point,
        parameters,
        sizes,
        detail or natural_detail(program),
        collapse=node,
        unused=tuple(name for name in _names(whole) if name not in kept),
        limits=limits,
    )


def _program(
    asked: Asked, bindings: Sequence[inputs.Binding], along: Sequence[str], max_operations: int
) -> tuple[Program, Limits]:
    if asked.operations is None:
        return read_program(asked.source, bindings, along, max_operations, files=asked.typed)
    limits = file_limits(2 * asked.operations)  # statements count, too
    return parse(asked.source, {name for name, _ in bindings if name} | {*along}, limits), limits


def _names(program: Program) -> list[str]:
    return [statement.name for statement in program.statements]


def _output(program: Program, name: str | None) -> str:
    if name is None:
        return program.output.name
    return known_name(name, _names(program), "--output-node")


def known_name(source: str, known: Sequence[str], option: str) -> str:
    """Return a name of the program, or raise UsageError that says which there are."""
    (name,) = inputs.names([source], f"in {option}")
    if name in known:
        return name
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"it has {', '.join(known)}"
    raise UsageError(
        f"'{name}' is not a step of the program" if option == "--output-node"
        else f"'{name}' is neither a step nor an input of the program",
        source=source, span=Span(0, len(source)), where=f"in {option}", hint=hint,
    )  # fmt: skip


def _point(whole: TypedProgram, program: Program, *, optional: bool) -> Point | None:
    """Return the one point of --at; a value that the output does not need is left aside."""
    needed = program.variables
    assigned = {statement.name for statement in program.statements}
    asked_for, left_aside = frozenset(needed) | assigned, frozenset(whole.variables)
    used = tuple(
        (name, value)
        for name, value in whole.bindings
        if not name or name in asked_for or name not in left_aside
    )
    needing = replace(whole, program=program, bindings=used, variables=needed)
    if points := needing.points():
        return needing.only(points, "point", "run it once for each point")
    if optional:
        return None
    if not needed:
        return {}
    example = " ".join(f"{name}=..." for name in needed)
    raise UsageError("--at is missing", hint=f"say where to run: --at {example}")
