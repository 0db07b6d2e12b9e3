"""A network studied: its equations, its numbers, and, as asked, a check, a proof, a judgement."""

from __future__ import annotations

from collections.abc import Callable
from math import floor, log10

import numpy as np

from derivcli.arrays.entries import Float64Entries
from derivcli.arrays.evaluation import evaluate
from derivcli.errors import RefusedError, UndefinedError
from derivcli.networks import equations
from derivcli.networks.backprop import Sweeps
from derivcli.networks.equation import written
from derivcli.networks.layers import Architecture
from derivcli.networks.losses import LOSSES
from derivcli.networks.numbers import Matrix, Network, count, network
from derivcli.networks.penalty import kinks
from derivcli.networks.penalty_arrays import FLOATS, constant_values
from derivcli.networks.results import (
    GradientArray,
    GradientCheck,
    Judgement,
    NamedEquation,
    NetworkArray,
    NetworkRequest,
    NetworkResult,
    NetworkSpec,
    OwnGradient,
    Proved,
    Rows,
    Training,
    WrittenSizes,
)

LARGEST_SHOWN = 100  # entries of an array that is shown without being asked for
DIGITS = 12  # of what was computed
EXACT_POWERS = 22  # of ten: beyond, a float64 is not exactly one

Stage = Callable[[str], None]


def study(request: NetworkRequest, stage: Stage) -> NetworkResult:
    """Return what is asked of a network.

    Raises UsageError where data and network do not go together, UndefinedError where the cost has
    no value.
    """
    spec, architecture = request.spec, request.spec.architecture
    stage("reading the data")
    data = _data(request)
    examples = count(spec, data)
    cost, arrays = None, _without_numbers(architecture, examples)
    checked, training, gradient = None, None, None
    if request.needs_numbers:
        found = network(spec, data)
        with np.errstate(all="ignore"):
            stage("running forward and backward")
            sweeps = _swept(found)
            cost = float(settled(np.array([sweeps.cost()]))[0])
            arrays = _arrays(found, sweeps, whole=request.values)
            checked = _check(request, found, stage)
            gradient = _gradient(request, found, sweeps, stage)
            training = _training(request, found, stage)
    proof, written_out = _proof(request, architecture, examples, stage)
    return NetworkResult(
        layers=architecture.sizes,
        activations=architecture.activations,
        loss=architecture.loss,
        examples=examples,
        cost=cost,
        equations=named_equations(architecture, examples),
        arrays=arrays,
        check=checked,
        proof=proof,
        written_out=written_out,
        judge=_judgement(request, architecture, examples, stage),
        training=training,
        name=spec.name,
        drawn=_drawn(spec, arrays),
        gradient=gradient,
        seed=spec.seed,
        init=spec.init,
        forward=tuple(
            written(each)
            for each in (*equations.forward(architecture), equations.cost(architecture))
        ),
        penalty=None if architecture.penalty is None else architecture.penalty.text,
        constants={
            name: float(each) for name, each in constant_values(architecture, FLOATS).items()
        },
        penalty_kinks=tuple(f"{one} = {other}" for one, other in kinks(architecture)),
    )


def _data(request: NetworkRequest) -> dict[str, Matrix] | None:
    if request.spec.data is None:
        return None
    from derivcli.networks.data import read

    return read(request.spec.data, request.spec.architecture)


def _drawn(spec: NetworkSpec, arrays: tuple[NetworkArray, ...]) -> tuple[str, ...]:
    """Return the names of the arrays that were not given."""
    given = {*spec.given, *(("X", "Y") if spec.data else ())}
    return tuple(each.name for each in arrays if each.name[0] in "XYWb" and each.name not in given)


def _swept(found: Network) -> Sweeps:
    """Return the sweeps of a network, run forward and backward.

    Raises UndefinedError where the cost or a gradient is no finite number, and says where.
    """
    row, last = LOSSES[found.architecture.loss], found.architecture.layers
    sweeps = Sweeps(found)
    sweeps.forward()
    sweeps.backward()
    for number, layer in enumerate(sweeps.layers, 1):
        if not np.isfinite(layer.Z).all() or not np.isfinite(layer.A).all():
            raise RefusedError(f"the numbers of layer {number} are too large for float64")
    if np.isfinite(sweeps.cost()) and np.isfinite(sweeps.gradient).all():
        return sweeps
    _penalty_has_a_value(sweeps)
    A = sweeps.layers[-1].A
    if row.confined and not ((A > 0) & (A < 1)).all():
        outside = float(A.min()) if A.min() <= 0 else float(A.max())
        raise UndefinedError(
            f"{row.name} needs outputs between 0 and 1, and A{last} holds {outside:.6g}",
            hint=f"choose {row.fits} on the last layer: --activation ... {row.fits}",
        )
    raise RefusedError("the cost is too large for float64")


def _penalty_has_a_value(sweeps: Sweeps) -> None:
    """Raise UndefinedError where the penalty, or what it adds to a gradient, has no value."""
    if sweeps.penalty is None:
        return
    if not np.isfinite(sweeps.penalty.value()):
        raise UndefinedError("the penalty has no value at these parameters")
    for name, added in sweeps.penalty.gradient().items():
        if not np.isfinite(added).all():
            raise UndefinedError(f"the penalty has no derivative by {name[1:]} at these parameters")


def named_equations(architecture: Architecture, examples: int) -> tuple[NamedEquation, ...]:
    """Return the equations of backprop in their three forms; for two layers there are six."""
    shapes = architecture.shapes(examples)
    forms = (equations.backward, equations.general, equations.single)
    rows = zip(*(form(architecture) for form in forms), strict=True)
    return tuple(
        NamedEquation(
            here.name,
            written(here.expression),
            written(general.expression),
            written(single.expression, single=True),
            shapes[here.name[1:]],
        )
        for here, general, single in rows
    )


def _without_numbers(architecture: Architecture, examples: int) -> tuple[NetworkArray, ...]:
    """Return the shapes alone: equations are proved and judged for all numbers."""
    return tuple(
        NetworkArray(
            name, shape, None, None if name in "XY" else GradientArray(f"d{name}", shape, None)
        )
        for name, shape in architecture.shapes(examples).items()
    )


def _arrays(found: Network, sweeps: Sweeps, *, whole: bool) -> tuple[NetworkArray, ...]:
    """Return every array with its gradient; dZ and dA are those of each example's own loss."""
    dA = _slopes_of_outputs(found, sweeps)
    listed: list[tuple[str, Matrix, Matrix | None]] = [("X", found.X, None)]
    for number, layer in enumerate(sweeps.layers, 1):
        listed += [
            (f"W{number}", layer.W, layer.gradient[:, :-1]),
            (f"b{number}", layer.parameters[:, -1:], layer.gradient[:, -1:]),
            (f"Z{number}", layer.Z, layer.dZ),
            (f"A{number}", layer.A, dA[number - 1]),
        ]
    listed.append(("Y", found.Y, None))
    return tuple(_array(name, value, slope, whole=whole) for name, value, slope in listed)


def _slopes_of_outputs(found: Network, sweeps: Sweeps) -> list[Matrix]:
    """Return dA of each layer: W.T @ dZ of the layer after, and the loss's slope for the last."""
    last = found.architecture.layers
    given = {"Y": found.Y, f"A{last}": sweeps.layers[-1].A}
    slope = equations.loss_slope(found.architecture.loss, last)
    later = [after.W.T @ after.dZ for after in sweeps.layers[1:]]
    return [*later, evaluate(slope, given, Float64Entries())]


def _array(name: str, value: Matrix, slope: Matrix | None, *, whole: bool) -> NetworkArray:
    rows, columns = value.shape
    gradient = None
    if slope is not None:
        shown = _rows(settled(slope), whole=whole)
        gradient = GradientArray(f"d{name}", (rows, columns), shown)
    # What is given or drawn is told to the last digit.
    own = settled(value) if name[0] in "ZA" else value
    return NetworkArray(name, (rows, columns), _rows(own, whole=whole), gradient)


def _rows(array: Matrix, *, whole: bool) -> Rows | None:
    """Return the entries for people and machines; None where they are many."""
    if array.size > LARGEST_SHOWN and not whole:
        return None
    return tuple(
        tuple(float(entry) if np.isfinite(entry) else None for entry in row) for row in array
    )


def settled(array: Matrix) -> Matrix:
    """Return what was computed to the place at which its largest entry has twelve digits; no -0.

    Beyond these, the order in which a processor adds up is seen, and no two machines need to agree.
    """
    largest = float(np.abs(array[np.isfinite(array)]).max(initial=0.0))
    if largest == 0:
        return array + 0.0
    places = DIGITS - 1 - floor(log10(largest))
    return np.round(array, places) + 0.0 if abs(places) <= EXACT_POWERS else array


def _check(request: NetworkRequest, found: Network, stage: Stage) -> GradientCheck | None:
    if not request.check:
        return None
    from derivcli.networks.checking.check import gradient_check

    stage("checking the gradient")
    return gradient_check(found, request.inject, request.eps, stage)


def _gradient(
    request: NetworkRequest, found: Network, sweeps: Sweeps, stage: Stage
) -> OwnGradient | None:
    if request.gradient is None:
        return None
    from derivcli.networks.checking.own_gradient import own_gradient

    return own_gradient(found, sweeps, request.gradient, stage)


def _training(request: NetworkRequest, found: Network, stage: Stage) -> Training | None:
    if request.training is None:
        return None
    from derivcli.networks.training import train

    return train(found, request.training, stage)


def _proof(
    request: NetworkRequest, architecture: Architecture, examples: int, stage: Stage
) -> tuple[tuple[Proved, ...] | None, WrittenSizes | None]:
    if not request.prove:
        return None, None
    from derivcli.networks.proof.proof import prove

    return prove(architecture, examples, stage)


def _judgement(
    request: NetworkRequest, architecture: Architecture, examples: int, stage: Stage
) -> Judgement | None:
    if request.judge is None:
        return None
    from derivcli.networks.judging.judging import judge

    stage("judging the equation")
    return judge(architecture, examples, request.judge)
