"""A network that is a program, studied: derived, run, and, as asked, checked, trained, judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from derivcli.algebra.reverse import reverse
from derivcli.calculus.results import Quantity
from derivcli.exercises.own_networks.results import (
    ProgramArray,
    ProgramGradient,
    ProgramJudgement,
    ProgramNetworkRequest,
    ProgramNetworkResult,
    ProgramProof,
)
from derivcli.language.broadcasting import Shape
from derivcli.language.latex import variable as latex_name
from derivcli.matrices.deriving import proved_form
from derivcli.matrices.graph_results import ArrayGraphRequest, ArrayGraphResult, ArrayValue
from derivcli.matrices.graph_study import array_graph_result
from derivcli.matrices.results import GradientEquation
from derivcli.networks.programs.check import program_check
from derivcli.networks.programs.point import ProgramPoint, program_point
from derivcli.networks.programs.training import train_program
from derivcli.networks.results import GradientCheck, OwnGradient

LARGEST_SHOWN = 100  # entries of an array that is shown without being asked for

Stage = Callable[[str], None]


def study(request: ProgramNetworkRequest, stage: Stage) -> Iterator[ProgramNetworkResult]:
    """Yield what is asked of a program; a proof first by one witness, then by both.

    Raises the errors of the language where shapes do not fit, UndefinedError where what is asked
    needs a cost that has no value.
    """
    found = _without_proof(request, stage)
    if request.prove:
        proof = tuple(_proof(each) for each in found.equations)
        yield replace(found, proof=proof)
        found = _written_out(request, replace(found, proof=proof), stage)
    yield from _judged(request, found, stage)


def _judged(
    request: ProgramNetworkRequest, found: ProgramNetworkResult, stage: Stage
) -> Iterator[ProgramNetworkResult]:
    """Yield a result with the verdict on an equation: as sampled, then as proved."""
    if request.judge is None:
        yield found
        return
    from derivcli.exercises.gradients.judging import gradient_verdicts

    for each in gradient_verdicts(request.judge, stage):
        name = f"d{each.variable}"
        repaired = None if each.repair is None else f"{name} = {each.repair.answer}"
        judgement = ProgramJudgement(
            f"{name} = {each.answer}", each.verdict, each.evidence, each.diagnosis, each.detail,
            repaired, each.counterexample, each,
        )  # fmt: skip
        yield replace(found, judge=judgement)


def _without_proof(request: ProgramNetworkRequest, stage: Stage) -> ProgramNetworkResult:
    graph, check, gradient, training = _graph(request, stage), None, None, None
    if request.check or request.training or request.gradient is not None:
        stage("running forward and backward")
        point = program_point(request.asked, request.seed)
        check = _check(request, point, stage)
        gradient = _gradient(request, point, stage)
        if request.training is not None:
            training = train_program(point, request.training, stage)
        graph = replace(
            graph,
            value=Quantity(point.cost),
            sizes=point.sizes,
            drawn=point.drawn,
            seed=request.seed,
            arithmetic="float64",
        )
    return ProgramNetworkResult(
        request.name,
        graph.program,
        graph.output,
        graph.wrt,
        graph.value,
        graph.shapes,
        graph.sizes,
        graph.helpers,
        graph.equations,
        tuple(_arrays(graph)),
        graph,
        check,
        training=training,
        seed=request.seed if graph.drawn else None,
        drawn=graph.drawn,
        undefined=graph.undefined,
        problem=graph.problem,
        gradient=gradient,
    )


def _graph(request: ProgramNetworkRequest, stage: Stage) -> ArrayGraphResult:
    """Return the equations; where nothing else is asked for, they are run."""
    asked = request.asked
    if request.shown:
        graph = array_graph_result(ArrayGraphRequest(asked, (), request.seed, checked=False), stage)
        return graph if request.values else _without_large(graph)
    asked = replace(asked, given=replace(asked.given, values={}))
    return array_graph_result(ArrayGraphRequest(asked, (), checked=False), stage)


def _check(
    request: ProgramNetworkRequest, point: ProgramPoint, stage: Stage
) -> GradientCheck | None:
    if not request.check:
        return None
    forward = (point.program, point.known, point.parameters, request.eps, stage)
    if request.inject is None:
        return program_check(*forward)
    from derivcli.exercises.own_networks.mistakes import planted

    mistake, found = planted(request.asked, point, request.inject)
    checked = program_check(*forward, found)
    return replace(checked, injected=mistake.slug, planted=mistake.equation)


def _gradient(
    request: ProgramNetworkRequest, point: ProgramPoint, stage: Stage
) -> OwnGradient | None:
    if request.gradient is None:
        return None
    from derivcli.exercises.own_networks.own_causes import causes
    from derivcli.networks.programs.own_gradient import program_gradient

    return program_gradient(
        point,
        request.name,
        request.gradient,
        lambda case: causes(case, request.asked, point),
        stage,
    )


def _proof(each: GradientEquation) -> ProgramProof:
    """Return what is known of an equation by the first witness."""
    latex = f"{latex_name(each.name)} = {each.latex}"
    equation = f"{each.name} = {each.equation}"
    return ProgramProof(equation, each.proved, each.proved, None, 0, latex)


def _written_out(
    request: ProgramNetworkRequest, found: ProgramNetworkResult, stage: Stage
) -> ProgramNetworkResult:
    """Return a result with the second witness of its proof, too."""
    from derivcli.networks.programs.proof import sizes_written_out, written_out_proofs

    asked = request.asked
    gradient = proved_form(reverse(asked.program, asked.wrt, asked.given.shapes))
    witnesses = written_out_proofs(gradient, asked.given, stage)
    proof = tuple(
        replace(each, proved=each.proved or bool(told), written_out=told, entries=entries)
        for each, (_, told, entries) in zip(found.proof or (), witnesses, strict=True)
    )
    sizes = sizes_written_out(gradient, asked.given)
    return replace(found, proof=proof, written_out=sizes)


def _without_large(graph: ArrayGraphResult) -> ArrayGraphResult:
    """Return a graph without the values of large arrays."""

    def kept(value: ArrayValue | None) -> ArrayValue | None:
        return value if _count(value) <= LARGEST_SHOWN else None

    nodes = tuple(
        replace(node, value=kept(node.value), gradient=kept(node.gradient)) for node in graph.nodes
    )
    gradients = {name: kept(value) for name, value in graph.gradients.items()}
    at = {name: kept(value) for name, value in graph.at.items()}
    return replace(graph, nodes=nodes, gradients=gradients, at=at)


def _count(value: ArrayValue | None) -> int:
    if not isinstance(value, tuple):
        return 1
    return sum(len(row) if isinstance(row, tuple) else 1 for row in value)


def _arrays(graph: ArrayGraphResult) -> Iterator[ProgramArray]:
    """Yield the variables and the steps, in the order of forward prop."""
    values: Mapping[str, ArrayValue | None] = {
        **graph.at, **{node.name: node.value for node in graph.nodes}
    }  # fmt: skip
    gradients = {**{node.name: node.gradient for node in graph.nodes}, **graph.gradients}
    lines = {each.of: each for each in graph.equations}
    used = (each.name for node in graph.nodes for each in node.inputs)
    steps = [node.name for node in graph.nodes]
    sizes = {*graph.sizes, *(size for shape in graph.shapes.values() for size in shape)}
    variables = dict.fromkeys(name for name in used if name not in steps and name not in sizes)
    for name in (*variables, *steps):
        shape = _shape(graph.shapes.get(name, ()), graph.sizes)
        line = lines.get(name)
        own = None if line is None else ProgramGradient(line.name, shape, gradients.get(name))
        yield ProgramArray(name, shape, values.get(name), own)


def _shape(shape: Shape, sizes: Mapping[str, int]) -> Shape:
    return tuple(sizes.get(size, size) if isinstance(size, str) else size for size in shape)
