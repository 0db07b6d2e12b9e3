"""The equations of backpropagation proved for one small network, a symbol for every entry.

J is written out, differentiated by SymPy entry by entry, and compared with what the matrix formula
comes to. Activations are known to SymPy by their slopes, which are proved first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from derivcli.language.text import text as scalar_text
from derivcli.language.tree import (
    Assignment,
    Binary,
    Name,
    Node,
    Piecewise,
    Reduction,
    Transpose,
    Unary,
    children,
    joined,
    number,
)
from derivcli.networks import equations
from derivcli.networks.activations import ACTIVATIONS
from derivcli.networks.equation import Equation, written
from derivcli.networks.equation_reader import parse_right_side
from derivcli.networks.layers import Architecture
from derivcli.networks.losses import LOSSES
from derivcli.networks.penalty import constants, functions, kinks, penalty_gradient, with_penalty
from derivcli.networks.proof import in_indices
from derivcli.networks.references import references
from derivcli.networks.results import Proved, WrittenSizes

if TYPE_CHECKING:
    from derivcli.networks.proof.written_out import WrittenOut

LOSS = 8  # steps through the loss itself
MOST_EXAMPLES = 20
MOST_OPERATIONS = 5_000

Stage = Callable[[str], None]


def prove(
    architecture: Architecture, examples: int, stage: Stage
) -> tuple[tuple[Proved, ...], WrittenSizes | None]:
    """Return the slopes of the activations and the equations of backprop, each proved or not.

    For all sizes, and written out for this network where it is small, else for a smaller one, whose
    sizes are returned, too; None where all are too large. For one example the equations for one
    example are among them: no sum, no 1/m.
    """
    wanted = equations.backward(architecture)
    if examples == 1:
        wanted += equations.single(architecture)
    layers = range(1, architecture.layers + 1)
    stage("proving for all sizes")
    certain = [in_indices.has_slope(architecture, layer) for layer in layers]
    slope = references(architecture)[f"dA{architecture.layers}"]
    if not (plain := LOSSES[architecture.loss].plain):
        certain.append(in_indices.follows(architecture, slope))
    certain += [in_indices.is_slope(function) for function in functions(architecture)]
    certain += [in_indices.follows(architecture, each) for each in wanted]

    sizes = _written_sizes(architecture, examples)
    small = architecture if sizes is None else replace(architecture, sizes=sizes.layers)
    stage("loading SymPy")
    from derivcli.networks.proof.lemmas import function_lemma, lemma, loss_lemma

    found = []
    for layer in layers:
        stage(f"proving g{layer}'")
        found.append(lemma(small, layer))
    if not plain:
        stage("proving the slope of the loss")
        found.append(loss_lemma(architecture))
    for function in functions(architecture):
        stage(f"proving the slope of {function}")
        found.append(function_lemma(function))
    if sizes is None:
        found += [
            Proved(written(each), False, 0, _condition(architecture, each.name)) for each in wanted
        ]
    else:
        found += prove_equations(small, sizes.examples, wanted, stage)
    return tuple(
        replace(
            each, for_all_sizes=known, written_out=each.proved if each.entries else None,
            proved=each.proved or known,
        )
        for each, known in zip(found, certain, strict=True)
    ), sizes  # fmt: skip


def _written_sizes(architecture: Architecture, examples: int) -> WrittenSizes | None:
    """Return sizes for which J can be written out: the own ones, or small ones in their order."""
    own = WrittenSizes(architecture.sizes, examples)
    ranks = {n: rank for rank, n in enumerate(sorted({*own.layers, examples} - {1}), 2)}
    small = WrittenSizes(tuple(ranks.get(n, 1) for n in own.layers), ranks.get(examples, 1))
    for sizes in (own, small):
        network = replace(architecture, sizes=sizes.layers)
        few = sizes.examples <= MOST_EXAMPLES
        if few and operations(network, sizes.examples) <= MOST_OPERATIONS:
            return sizes
    return None


def prove_equations(
    architecture: Architecture,
    examples: int,
    wanted: Sequence[Equation],
    stage: Stage = lambda _: None,
) -> tuple[Proved, ...]:
    """Return whether each equation is proved, entry by entry.

    dZ, dA, dW and db on a right side stand for the right ones: an equation is not blamed for
    another one.
    """
    stage("writing J out")
    from derivcli.calculus.symbolic.atoms import same

    network = _written_out(architecture, examples)
    found = []
    for equation in wanted:
        name, shown = equation.name, written(equation)
        stage(f"proving {name}")
        network.add(Assignment(shown, equation.expression))
        derived = network.derivatives("J", name[1:])
        if name[1] == "Z":  # of each example's own loss
            derived = (each * examples for each in derived)
        stated = network.formulas(shown).flat
        proved = all(map(same, derived, stated))
        found.append(Proved(shown, proved, len(stated), _condition(architecture, name)))
    return tuple(found)


def _written_out(architecture: Architecture, examples: int) -> WrittenOut:
    """Return a network written out, from X to J and back to the gradients by all its steps."""
    from derivcli.arrays.written_out import named_entries
    from derivcli.networks.proof.opaque import LOSS, opaque
    from derivcli.networks.proof.written_out import WrittenOut

    last = architecture.layers
    base = {
        name: named_entries(name, shape)
        for name, shape in architecture.shapes(examples).items()
        if name[0] in "XYWb"
    }
    if LOSSES[architecture.loss].answers == "shares":
        # The last row of Y is what is missing to 1.
        base["Y"][-1] = [joined("-", (number(1), *column[:-1])) for column in base["Y"].T]
    base |= {name: named_entries(name, ()) for name in constants(architecture)}
    forward, backward = in_indices.programs(architecture, single=False)
    losses = Assignment(LOSS, equations.loss_element(architecture.loss, last))
    mean = Binary("/", Reduction("sum", Name(LOSS)), Name("m"))
    J = Assignment("J", with_penalty(architecture, "J", mean))
    steps = (*forward.statements[:-1], losses, J)
    found = WrittenOut(steps, {"m": examples, **base}, opaque(architecture))
    found.add(*backward.statements)
    return found


def _condition(architecture: Architecture, name: str) -> str:
    """Return what has to hold: no Z at a kink on the way to J, answers that are shares."""
    last = architecture.layers
    first = int(name[2:]) if name.startswith("d") else last + 1
    parts = [
        f"Z{layer} != {scalar_text(number(kink))}"
        for layer in range(first, last + 1)
        for kink in ACTIVATIONS[architecture.activations[layer - 1]].kinks
    ]
    row = LOSSES[architecture.loss]
    if row.kink and name.startswith("d"):
        parts.append(row.kink.format(A=f"A{last}"))
    if name in penalty_gradient(architecture):
        pairs = kinks(architecture)
        parts += [f"{one} != {other}" for one, other in pairs if name[1:] in one + other]
    if row.answers == "shares":
        parts.append("each column of Y adds up to 1")
    return " and ".join(parts)


def operations(architecture: Architecture, examples: int) -> int:
    """Return roughly how much a proof has to do: about so many milliseconds.

    Each weight asks for a walk through what depends on it, and for its derivative multiplied out.
    """
    outputs = architecture.sizes[-1]
    # Each output of softmax depends on all of them.
    loss = LOSS + (2 * outputs**2 if architecture.activations[-1] == "softmax" else 0)
    walks = terms = above = 0
    each = _terms(equations.output_slope(architecture), architecture)
    for layer in range(architecture.layers, 0, -1):
        inputs, units = architecture.sizes[layer - 1] + 1, architecture.sizes[layer]
        walks += units * inputs * (inputs + above + loss)
        terms += units * inputs * each
        above += units * inputs
        if layer > 1:
            slope = equations.slope(architecture.activations[layer - 2], layer - 1)
            each *= units * _terms(slope or "1", architecture)
    return examples * (walks + terms // 3)


def _terms(source: str, architecture: Architecture) -> int:
    """Return about how many terms an entry of a formula of backprop has when multiplied out."""

    def count(element: Node) -> int:
        parts = [count(part) for part in children(element)]
        match element:
            case Binary(operator="+" | "-"):
                return sum(parts)
            case Binary(operator="*" | "@"):
                return parts[0] * parts[1]
            case Binary(operator="/"):
                return parts[0]
            case Piecewise():
                return parts[0] + 2 * parts[-1]
            case Reduction():
                return architecture.sizes[-1] * parts[0]
            case Transpose() | Unary():
                return parts[0]
        return 1

    return count(parse_right_side(source, architecture.layers))
