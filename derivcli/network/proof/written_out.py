"""A small network written out: a symbol for every entry of X, Y, W and b, J a formula of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array
from derivcli.arrays.evaluation import UnknownError, evaluate
from derivcli.arrays.objects import ObjectEntries
from derivcli.calculus.symbolic import entries as symbolic
from derivcli.calculus.symbolic import symbol
from derivcli.errors import RefusedError
from derivcli.language.tree import Activation, Binary, Name, Node
from derivcli.network import equations
from derivcli.network.activations import ACTIVATIONS, LINEAR, LISTED, SOFTMAX
from derivcli.network.layers import Architecture
from derivcli.network.losses import LOSSES
from derivcli.network.penalty import constants, functions, penalty_tree

Functions = Mapping[str, Callable[..., Any]]


class SymbolicEntries(ObjectEntries):
    """SymPy expressions; `functions` are rows that have another form here than elsewhere."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions

    def constant(self, value: Fraction) -> Any:
        return symbolic.rational(value)

    def named(self, name: str) -> Any:
        return symbolic.named(name)

    def power(self, node: Binary, base: Array, exponent: Array) -> Array:  # noqa: ARG002
        return np.asarray(base**exponent)

    def scalar(self, name: str) -> Callable[..., Any]:
        return self.functions.get(name) or symbolic.function(name)

    def holds(self, operator: str, left: Any, right: Any) -> Any:
        return symbolic.compare(operator, left, right)

    def chosen(self, condition: Any, value: Any, otherwise: Any) -> Any:
        return symbolic.where(condition, value, otherwise)

    def determinant(self, u: Array) -> Array:
        raise RefusedError(f"a determinant of {len(u)} rows is not written out")

    def log_determinant(self, u: Array) -> Array:
        return self.determinant(u)

    def inverse(self, u: Array) -> Array:
        return self.determinant(u)


@cache
def _known_by_slope(activation: str) -> Callable[[Any], Any]:
    """Return g, known to SymPy by its slope alone, as the table of activations states it.

    That this is the slope of g is proved apart, in `proof.lemmas`.
    """
    element = equations.activation_element(activation, prime=True)

    def slope(z: Any, a: Any) -> Any:
        arrays = {"Z1": single(z), "A1": single(a)}
        return evaluate(element, arrays, opaque_entries()).item()

    found: Callable[[Any], Any] = symbolic.by_slope(activation, slope)
    return found


@cache
def _loss_by_slope(loss: str) -> Callable[[Any, Any], Any]:
    """Return a loss of A and Y, known to SymPy by its derivative by A, which is proved apart."""
    element = equations.loss_slope(loss, 1)

    def slope(a: Any, y: Any) -> Any:
        return evaluate(element, {"A1": single(a), "Y": single(y)}, opaque_entries()).item()

    found: Callable[[Any, Any], Any] = symbolic.loss_by_slope(loss, slope)
    return found


@cache
def opaque_entries(activations: tuple[str, ...] = ()) -> SymbolicEntries:
    """Return the entries in which these activations are known by their slopes alone.

    So are those that help lists; what SymPy knows, as exp and sin, is not taken from it otherwise.
    """
    names = {*LISTED, *activations}
    rows = (row for row in ACTIVATIONS.values() if row.name in names and row.function)
    return SymbolicEntries({str(row.function): _known_by_slope(row.name) for row in rows})


def single(entry: Any) -> Array:
    """Return an array of one row and one column."""
    return np.array([[entry]], dtype=object)


def activated(activation: str, Z: Array) -> Array:
    """Return A = g(Z)."""
    if activation == LINEAR.name:
        return Z
    if activation != SOFTMAX.name:
        return opaque_entries((activation,)).function(activation)(Z)
    columns = [
        [symbolic.Softmax(row, *column) for row in range(1, len(column) + 1)] for column in Z.T
    ]
    return np.array(columns, dtype=object).T


class WrittenOut:
    """A network and m examples; `arrays` holds X, Y, m, and each W, b, Z and A of a layer.

    The entries of X, Y, W and b are symbols, the others expressions of them.
    """

    def __init__(self, architecture: Architecture, examples: int) -> None:
        self.architecture = architecture
        self.examples = examples
        self.shapes = architecture.shapes(examples)
        self.entries = opaque_entries((*architecture.activations, *functions(architecture)))
        self.arrays: dict[str, Array] = {"m": np.asarray(symbolic.rational(Fraction(examples)))}
        for name in constants(architecture):
            self.arrays[name] = np.asarray(symbol(name))
        for name in self.shapes:
            if name[0] in "XYWb":
                self.arrays[name] = self._symbols(name)
        self.base = {name: array.copy() for name, array in self.arrays.items() if array.ndim}
        if LOSSES[architecture.loss].answers == "shares":
            # The last row of Y is what is missing to 1.
            self.arrays["Y"][-1] = 1 - self.arrays["Y"][:-1].sum(axis=0)
        self._forward(self.arrays, 1)
        self.J = self._losses(self.arrays).sum() / self.arrays["m"].item()
        if (penalty := penalty_tree(architecture)) is not None:
            self.J += evaluate(penalty, self.arrays, self.entries).item()

    def _symbols(self, name: str) -> Array:
        rows, columns = self.shapes[name]
        named = [
            [symbol(f"{name}[{row}, {column}]") for column in range(1, columns + 1)]
            for row in range(1, rows + 1)
        ]
        return np.array(named, dtype=object).reshape(rows, columns)

    def _forward(self, arrays: dict[str, Array], layer: int) -> None:
        """Compute Z and A from a layer on; its Z is taken where it is there."""
        for each in range(layer, self.architecture.layers + 1):
            if f"Z{each}" not in arrays:
                inputs = arrays[equations.before(each)]
                arrays[f"Z{each}"] = arrays[f"W{each}"] @ inputs + arrays[f"b{each}"]
            if f"A{each}" not in arrays:
                activation = self.architecture.activations[each - 1]
                arrays[f"A{each}"] = activated(activation, arrays[f"Z{each}"])

    def _losses(self, arrays: Mapping[str, Array]) -> Array:
        """Return the loss of each example."""
        loss, last = self.architecture.loss, self.architecture.layers
        if LOSSES[loss].plain:
            element = equations.loss_element(loss, last)
            return np.asarray(evaluate(element, arrays, self.entries).sum(axis=0))
        known = np.frompyfunc(_loss_by_slope(loss), 2, 1)
        return np.asarray(known(arrays[f"A{last}"], arrays["Y"]).sum(axis=0))

    def value(self, element: Node, gradients: Mapping[str, Array]) -> Array:
        """Return what an expression comes to; dZ, dA, dW and db stand for `gradients`."""
        return evaluate(element, {**self.arrays, **gradients}, self.entries, self._activation)

    def _activation(self, layer: int, prime: bool, Z: Array) -> Array:
        activation = self.architecture.activations[layer - 1]
        A = activated(activation, Z)
        if not prime:
            return A
        if activation == SOFTMAX.name:
            slope = Activation(layer, prime, Name(f"Z{layer}"))
            raise UnknownError(f"g{layer}' has no value unit by unit", slope)
        element = equations.activation_element(activation, prime=True)
        found = evaluate(element, {"Z1": Z, "A1": A}, self.entries)
        return np.asarray(found + 0 * Z)  # the slope of a line is a number

    def derivatives(self, name: str) -> Array:
        """Return what stands before `=` as SymPy derives it, entry by entry.

        dW and db are derivatives of J, dZ and dA of each example's own loss; the others are their
        own values.
        """
        if name[0] != "d":
            return np.asarray(self.J) if name == "J" else self.arrays[name]
        if name[1] in "Wb":
            return _each(lambda weight: symbolic.partial(self.J, weight), self.base[name[1:]])
        return self._by_inner(name[1], int(name[2:]))

    def _by_inner(self, letter: str, layer: int) -> Array:
        """Return the derivatives by each Z, or A, of a layer.

        The losses are written in new symbols for it, derived, and written in the old ones again.
        """
        inner = f"{letter}{layer}"
        symbols = self._symbols(inner)
        given = (name for name, each in self.arrays.items() if name in self.base or not each.ndim)
        arrays = {name: self.arrays[name] for name in given}
        arrays[inner] = symbols
        if letter == "A":
            arrays[f"Z{layer}"] = self.arrays[f"Z{layer}"]  # not read by anything that follows
        self._forward(arrays, layer)
        losses = self._losses(arrays)
        back = dict(zip(symbols.flat, self.arrays[inner].flat, strict=True))
        found = np.empty(symbols.shape, dtype=object)
        for (row, column), variable in np.ndenumerate(symbols):
            found[row, column] = symbolic.replaced(symbolic.partial(losses[column], variable), back)
        return found


def _each(function: Callable[[Any], Any], array: Array) -> Array:
    return np.asarray(np.frompyfunc(function, 1, 1)(array))
