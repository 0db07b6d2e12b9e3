"""A small network as the computation graph of scalars that it is: a program, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array
from derivcli.arrays.evaluation import trace
from derivcli.arrays.written_out import TreeEntries, filled
from derivcli.calculus.derivation.terms import collected
from derivcli.errors import RefusedError, counted
from derivcli.language.text import text
from derivcli.language.tree import (
    Assignment,
    Binary,
    Constant,
    Name,
    Node,
    Number,
    Program,
    inline,
    nodes,
    number,
    substitute,
)
from derivcli.networks.activations import ACTIVATIONS, LINEAR, SOFTMAX
from derivcli.networks.data import read
from derivcli.networks.layers import Architecture, Shape
from derivcli.networks.losses import LOSSES, tree
from derivcli.networks.numbers import Matrix, Network
from derivcli.networks.penalty import constants, penalty_tree

MOST_OPERATIONS = 2_000
FOR_LARGE_ONES = "derivcli network checks and trains large ones"
LARGEST_WHOLE = 1e15  # written without a point or an exponent


@dataclass(frozen=True, slots=True)
class Expansion:
    """A program in the expression language, the values of its inputs, and its parameters.

    `values` maps X_1, W1_2_3, b1_2, Y_1, ... to decimals; with more than one example, those of
    the second are X_1_2, Z1_2_2, Y_1_2, ... `operations` is how many the program has.
    """

    program: str
    values: dict[str, str]
    wrt: tuple[str, ...]
    operations: int


def expand(network: Network) -> Expansion:
    """Return the network as a program with one statement for each Z, A, loss and J.

    Raises RefusedError beyond the size of a graph that somebody reads.
    """
    architecture, m = network.architecture, network.examples
    count = operations(architecture, m)
    check_size(architecture, m)
    statements = [
        statement for example in range(1, m + 1) for statement in _example(architecture, m, example)
    ]
    penalty = _penalty(architecture, m)
    added = "" if penalty is None else f" + {text(penalty)}"
    if m > 1:
        losses = " + ".join(f"L_{example}" for example in range(1, m + 1))
        statements.append(f"J = ({losses})/{m}{added}")
    elif added:
        statements.append(f"J = L{added}")
    parameters: dict[str, str] = {}
    for layer, (W, b) in enumerate(zip(network.W, network.b, strict=True), 1):
        parameters |= {f"W{layer}_{i}_{j}": text for i, j, text in _entries(W)}
        parameters |= {f"b{layer}_{i}": text for i, _, text in _entries(b)}
    data = {
        _name(letter, row, m, example): text
        for letter, matrix in (("X", network.X), ("Y", network.Y))
        for row, example, text in _entries(matrix)
    }
    if architecture.penalty is not None:
        data |= {name: text(each) for name, each in architecture.penalty.constants}
    return Expansion("; ".join(statements), parameters | data, tuple(parameters), count)


def operations(architecture: Architecture, examples: int) -> int:
    """Return how many operations the program of such a network has, statements aside."""
    sizes, outputs = architecture.sizes, architecture.sizes[-1]
    sums = sum(2 * after * before for before, after in pairwise(sizes))
    applied = sum(
        units
        for units, activation in zip(sizes[1:], architecture.activations, strict=True)
        if activation != LINEAR.name
    )
    if architecture.activations[-1] == SOFTMAX.name:
        applied += 2 * outputs - 1  # A is exp(Z) over their sum
    loss = _operations(_loss(architecture.loss, ["A"] * outputs, ["Y"] * outputs))
    each = sums + applied + loss
    found = each if examples == 1 else examples * (each + 1)
    if found > MOST_OPERATIONS or (penalty := _penalty(architecture, examples)) is None:
        return found
    return found + 1 + _operations(penalty)


def _named(name: str, shape: Shape) -> Array:
    """Return the entries of W1 or b1 by their names, W1_1_2 or b1_1."""

    def own(at: tuple[int, ...]) -> Name:
        places = at if name[0] == "W" else at[:1]
        return Name("_".join([name, *(str(place + 1) for place in places)]))

    return filled(shape, own)


def _penalty(architecture: Architecture, m: int) -> Node | None:
    """Return the penalty as an expression of the entries of W and b; None where there is none."""
    tree = penalty_tree(architecture)
    if tree is None:
        return None
    values: dict[str, Any] = {"m": number(m)}
    values |= {name: Name(name) for name in constants(architecture)}
    for name, shape in architecture.shapes(m).items():
        if name[0] in "Wb":
            values[name] = _named(name, shape)
    entries = TreeEntries()
    found = trace(Program((Assignment("J", tree),)), values, entries)["J"]
    last = Assignment("J", entries.numeric(found.reshape(-1)[0]))
    return inline(Program((*entries.statements, last)))


def check_size(architecture: Architecture, examples: int) -> None:
    """Raise RefusedError where the graph would be too large to be read."""
    count = operations(architecture, examples)
    if count > MOST_OPERATIONS:
        raise RefusedError(
            f"the graph of a {architecture.name} network with {counted(examples, 'example')} has"
            f" {count:,} operations, too many to be read (at most {MOST_OPERATIONS:,})",
            hint=FOR_LARGE_ONES,
        )


def few_examples(path: str, architecture: Architecture) -> dict[str, Matrix]:
    """Return X and Y of a file, unless it holds more examples than a graph that somebody reads.

    Raises RefusedError where it does, before it has read them all.
    """
    most = MOST_OPERATIONS // (operations(architecture, 1) + 1)
    try:
        return read(path, architecture, max(1, most))
    except RefusedError as error:
        message = f"{error.message}, and its graph is too large to be read"
        raise RefusedError(message, hint=FOR_LARGE_ONES) from None


def _example(architecture: Architecture, m: int, example: int) -> Iterator[str]:
    """Yield the statements of one example, from its features to its loss."""
    before = [_name("X", i, m, example) for i in _from_1(architecture.sizes[0])]
    for layer, activation in enumerate(architecture.activations, 1):
        units = _from_1(architecture.sizes[layer])
        sums = [_name(f"Z{layer}", unit, m, example) for unit in units]
        for unit, Z in zip(units, sums, strict=True):
            products = [f"W{layer}_{unit}_{j}*{each}" for j, each in enumerate(before, 1)]
            yield f"{Z} = {' + '.join(products)} + b{layer}_{unit}"
        if activation == LINEAR.name:
            before = sums
            continue
        outputs = [_name(f"A{layer}", unit, m, example) for unit in units]
        if activation == SOFTMAX.name:
            yield from _softmax(layer, sums, outputs, m, example)
        else:
            function = ACTIVATIONS[activation].function
            yield from (f"{A} = {function}({Z})" for Z, A in zip(sums, outputs, strict=True))
        before = outputs
    answers = [_name("Y", i, m, example) for i in _from_1(architecture.sizes[-1])]
    alone = "J" if architecture.penalty is None else "L"
    name = alone if m == 1 else f"L_{example}"
    yield f"{name} = {text(_loss(architecture.loss, before, answers))}"


def _softmax(
    layer: int, sums: Sequence[str], outputs: Sequence[str], m: int, example: int
) -> Iterator[str]:
    """Yield each exp(Z), their total, and each A."""
    powers = [_name(f"E{layer}", unit, m, example) for unit in _from_1(len(sums))]
    total = f"S{layer}" if m == 1 else f"S{layer}_{example}"
    yield from (f"{E} = exp({Z})" for Z, E in zip(sums, powers, strict=True))
    yield f"{total} = {' + '.join(powers)}"
    yield from (f"{A} = {E}/{total}" for E, A in zip(powers, outputs, strict=True))


def _loss(loss: str, outputs: Sequence[str], answers: Sequence[str]) -> Node:
    """Return the loss of one example, the sum over its outputs."""
    of_one = collected(tree(LOSSES[loss].text))
    each = [
        substitute(of_one, {"A": Name(A), "Y": Name(Y)})
        for A, Y in zip(outputs, answers, strict=True)
    ]
    return collected(reduce(lambda total, one: Binary("+", total, one), each))


def _operations(tree: Node) -> int:
    """Return how many operations a tree has."""
    return sum(not isinstance(each, Name | Number | Constant) for each in nodes(tree))


def _name(letter: str, row: int, m: int, example: int) -> str:
    return f"{letter}_{row}" if m == 1 else f"{letter}_{row}_{example}"


def _from_1(count: int) -> range:
    return range(1, count + 1)


def _entries(matrix: Matrix) -> Iterator[tuple[int, int, str]]:
    """Yield row and column, from 1, and the shortest decimal that is this float64."""
    for (i, j), value in np.ndenumerate(matrix):
        number = float(value)
        whole = number.is_integer() and abs(number) < LARGEST_WHOLE
        yield i + 1, j + 1, repr(int(number) if whole else number)
