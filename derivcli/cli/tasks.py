"""What runs under guard; SymPy and NumPy are loaded there and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from derivcli.calculus.results import Constant, Quantity, Request

if TYPE_CHECKING:
    from derivcli.calculus.definition.results import DefinedDerivation
    from derivcli.calculus.derivation.results import Derivation
    from derivcli.calculus.descent.trajectory import DescentRequest, Trajectory
    from derivcli.calculus.explore.results import Exploration
    from derivcli.calculus.plot.picture import Picture, PlotRequest
    from derivcli.calculus.results import Study
    from derivcli.calculus.sweep.error_curve import SweepRequest, SweepResult
    from derivcli.exercises.exercise import Exercise
    from derivcli.exercises.gradients.question import GradientQuestion
    from derivcli.exercises.gradients.verdict import GradientVerdict
    from derivcli.exercises.own_networks.results import ProgramNetworkRequest, ProgramNetworkResult
    from derivcli.exercises.verdict import Verdict
    from derivcli.graphs.cost import Cost, CostRequest
    from derivcli.graphs.results import GraphRequest, GraphResult
    from derivcli.language.limits import Limits
    from derivcli.language.tree import Program
    from derivcli.matrices.derivation_results import ArrayDerivation
    from derivcli.matrices.graph_results import ArrayGraphRequest, ArrayGraphResult
    from derivcli.matrices.results import ArrayProgram
    from derivcli.matrices.study_results import ArrayRequest, ArrayStudy
    from derivcli.networks.results import NetworkRequest, NetworkResult

Stage = Callable[[str], None]


def diff(request: Request, stage: Stage) -> Study:
    """Return J, its slopes and their estimates at the points of a request."""
    from derivcli.calculus.study import study_of

    return study_of(request, stage)


def array_diff(request: ArrayRequest, stage: Stage) -> ArrayStudy:
    """Return the derivatives of a program of matrices, and their numbers at its point."""
    from derivcli.matrices.study import array_study

    return array_study(request, stage)


def table(item: Request | tuple[Constant, ...], stage: Stage) -> Study | tuple[Quantity, ...]:
    """Return the study of a row, or the values of eps, which come first of all, as quantities."""
    if isinstance(item, Request):
        return diff(item, stage)
    from derivcli.calculus.study import eps_quantities

    return eps_quantities(item)


def steps(item: tuple[Program, str, Limits], stage: Stage) -> Iterator[Derivation]:
    """Return the derivation of a program by a variable: as sampled, then as proved."""
    from derivcli.calculus.derivation.steps import derivation

    program, variable, limits = item
    return derivation(program, variable, limits, stage)


def definition(item: tuple[Program, str, Limits], stage: Stage) -> Iterator[DefinedDerivation]:
    """Return a derivation with the derivative's definition: as sampled, then as proved."""
    from derivcli.calculus.definition.definition import with_definition

    program, variable, limits = item
    return with_definition(program, variable, limits, stage)


def array_steps(asked: ArrayProgram, stage: Stage) -> ArrayDerivation:
    """Return the derivation of the gradient of a program of matrices."""
    from derivcli.matrices.derivation import derivation

    return derivation(asked, stage)


def check(
    asked: Exercise | GradientQuestion, stage: Stage
) -> Iterator[Verdict] | Iterator[GradientVerdict]:
    """Return the verdict on an answer, or on one that is a matrix: as sampled, then as proved."""
    from derivcli.exercises.exercise import Exercise

    if isinstance(asked, Exercise):
        from derivcli.exercises.grading import verdicts

        return verdicts(asked, stage)
    from derivcli.exercises.gradients.judging import gradient_verdicts

    return gradient_verdicts(asked, stage)


def plot(request: PlotRequest, stage: Stage) -> Picture:
    """Return J, its tangents and its chords, as what is drawn."""
    from derivcli.calculus.plot.plotting import picture

    return picture(request, stage)


def explore(request: PlotRequest, stage: Stage) -> Exploration:
    """Return the studies of a request's point and of those around it."""
    from derivcli.calculus.explore.exploration import exploration

    return exploration(request, stage)


def sweep(request: SweepRequest, stage: Stage) -> SweepResult:
    """Return the errors of estimates for eps after eps."""
    from derivcli.calculus.sweep.sweep import sweep

    return sweep(request, stage)


def descend(request: DescentRequest, stage: Stage) -> Trajectory:
    """Return the path of gradient descent."""
    from derivcli.calculus.descent.descend import descend

    return descend(request, stage)


def graph(request: GraphRequest, stage: Stage) -> GraphResult:
    """Return a graph run forward and backward, and double-checked."""
    from derivcli.graphs.study import graph_result

    return graph_result(request, stage)


def array_graph(request: ArrayGraphRequest, stage: Stage) -> ArrayGraphResult:
    """Return the gradient of a program of matrices, run and double-checked at its point."""
    from derivcli.matrices.graph_study import array_graph_result

    return array_graph_result(request, stage)


def cost(request: CostRequest, stage: Stage) -> Cost:
    """Return what all derivatives of a large graph take."""
    from derivcli.graphs.tape.costing import cost

    return cost(request, stage)


def network(request: NetworkRequest, stage: Stage) -> NetworkResult:
    """Return what is asked of a network of layers."""
    from derivcli.networks.study import study

    return study(request, stage)


def program_network(request: ProgramNetworkRequest, stage: Stage) -> Iterator[ProgramNetworkResult]:
    """Return what is asked of a network that is a program of one's own."""
    from derivcli.exercises.own_networks.study import study

    return study(request, stage)
