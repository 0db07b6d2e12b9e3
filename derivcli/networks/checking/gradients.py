"""The gradient that is put to the check: of the backward sweep, or of equations with a mistake."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derivcli.arrays.entries import Array, Float64Entries
from derivcli.arrays.evaluation import UnknownError, evaluate
from derivcli.errors import UsageError
from derivcli.language.shapes import ShapeError
from derivcli.networks.backprop import Sweeps
from derivcli.networks.equation import Equation
from derivcli.networks.kernels import activated, multiply_by_slope
from derivcli.networks.layers import shape_text
from derivcli.networks.numbers import Matrix, Network
from derivcli.networks.penalty_arrays import constant_values

ROUNDING = 1e-13  # relative

Gradients = dict[str, Matrix | str]  # by name, dW1; a text says why there is none


def swept(sweeps: Sweeps) -> Gradients:
    """Return the gradients of the backward sweep."""
    sweeps.backward()
    found = Gradients()
    for number, layer in enumerate(sweeps.layers, 1):
        found[f"dW{number}"], found[f"db{number}"] = np.hsplit(layer.gradient, [-1])
    return found


def planted(network: Network, sweeps: Sweeps, name: str) -> Gradients:
    """Return the gradients by equations with a mistake, one after the other.

    Raises UsageError where the mistake changes nothing, as without a mean one example does.
    """
    from derivcli.networks.judging import mistakes

    found = evaluated(network, sweeps, mistakes.planted(network.architecture, name))
    right = swept(sweeps)
    if all(_same(found[each], right[each]) for each in right):
        raise UsageError(
            f"the mistake {name} changes nothing here: every gradient is what it was",
            hint="take more examples, or another mistake",
        )
    return found


def _same(one: Matrix | str, other: Matrix | str) -> bool:
    """Are two gradients the same, but for rounding?"""
    if isinstance(one, str) or isinstance(other, str):
        return False
    return one.shape == other.shape and np.allclose(one, other, rtol=ROUNDING, atol=0.0)


def evaluated(network: Network, sweeps: Sweeps, equations: tuple[Equation, ...]) -> Gradients:
    """Return what backward equations make of the arrays of a forward sweep.

    What does not fit has no value, and nothing that needs it has.
    """
    shapes = network.architecture.shapes(network.examples)
    values: dict[str, Array] = {
        "X": network.X, "Y": network.Y, "m": np.asarray(float(network.examples)),
        **constant_values(network.architecture, Float64Entries()),
    }  # fmt: skip
    for layer, arrays in enumerate(sweeps.layers, 1):
        values |= {
            f"W{layer}": network.W[layer - 1], f"b{layer}": network.b[layer - 1],
            f"Z{layer}": np.array(arrays.Z), f"A{layer}": np.array(arrays.A),
        }  # fmt: skip
    entries = Float64Entries()
    activation = _activation(network)
    found, missing = Gradients(), dict[str, str]()
    for equation in equations:
        name = equation.name
        wanted = shapes[name.removeprefix("d")]
        try:
            value = evaluate(equation.expression, values, entries, activation)
        except ShapeError as error:
            missing[name] = f"{name}: {error}"
        except UnknownError as error:
            needed = getattr(error.node, "name", "")
            missing[name] = (
                f"{name} is not computed, for want of {missing[needed]}"
                if needed in missing
                else f"{name} is not computed: {error}"
            )
        else:
            if value.shape == wanted:
                values[name] = value
                found[name] = np.asarray(value, dtype=np.float64)
                continue
            missing[name] = (
                f"{name} comes out of shape {shape_text(value.shape)}, not {shape_text(wanted)}"
            )
        found[name] = missing[name]
    return found


def _activation(network: Network) -> Callable[[int, bool, Array], Array]:
    """Return g and g' of each layer on arrays."""

    def value(layer: int, prime: bool, Z: Array) -> Array:
        name = network.architecture.activations[layer - 1]
        A = activated(name, Z)
        if not prime:
            return A
        slope = np.ones_like(Z)
        multiply_by_slope(name, Z, A, slope)
        return slope

    return value
