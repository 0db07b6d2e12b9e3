"""The equations of a network are derived: to the letter what the tables of backprop say."""

import pytest

from derivcli.algebra.reverse import reverse
from derivcli.language.parser import parse
from derivcli.language.text import text
from derivcli.language.tree import Name
from derivcli.network import equations
from derivcli.network.activations import ACTIVATIONS
from derivcli.network.equation import written as tabulated_text
from derivcli.network.layers import architecture, go_together
from derivcli.network.losses import LOSSES

HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
ENDS = [(last, loss) for last in ACTIVATIONS for loss in LOSSES if go_together(last, loss)]


def network(depth, last, loss, first=0):
    """A network whose hidden layers go through all activations from the `first` on."""
    hidden = [HIDDEN[(first + layer) % len(HIDDEN)] for layer in range(depth - 1)]
    return architecture(tuple(range(depth + 3, 2, -1)), (*hidden, last), loss)


def shapes(depth, examples):
    found = {"X": ("n0", examples), "Y": (f"n{depth}", examples)}
    for layer in range(1, depth + 1):
        found[f"W{layer}"] = (f"n{layer}", f"n{layer - 1}")
        found[f"b{layer}"] = (f"n{layer}", 1)
    return found


def parameters(depth):
    return [f"{letter}{layer}" for layer in range(1, depth + 1) for letter in "Wb"]


def one_hot(loss):
    if loss != "softmax-cross-entropy":
        return []
    return [(tree("sum(Y, axis=0)"), tree("1"))]


def tree(source):
    return parse(source, arrays=("Y",)).output.expression


def program(of, cost):
    lines = [*map(tabulated_text, equations.forward(of)), cost]
    arrays = {name for line in lines for name in line.split() if name[0] in "WbXYZA"}
    return parse("; ".join(lines), arrays=(*arrays, *shapes(of.layers, "m")))


def written(gradient):
    return [text(line.statement, arrays=True) for line in gradient.lines]


def tabulated(lines):
    return [f"{line.name} = {tabulated_text(line.expression)}" for line in lines]


def derived(of):
    cost = tabulated_text(equations.cost(of))
    return reverse(
        program(of, cost), parameters(of.layers), shapes(of.layers, "m"), seed=Name("m"),
        divide="m", assumptions=one_hot(of.loss),
    )  # fmt: skip


@pytest.mark.parametrize("last, loss", ENDS)
@pytest.mark.parametrize("depth", range(1, 6))
def test_the_gradient_of_m_examples(depth, last, loss):
    of = network(depth, last, loss, first=2 * depth)
    assert written(derived(of)) == tabulated(equations.backward(of))


@pytest.mark.parametrize("hidden", range(len(HIDDEN)))
def test_every_activation_in_a_hidden_layer(hidden):
    of = network(3, "sigmoid", "cross-entropy", first=hidden)
    assert written(derived(of)) == tabulated(equations.backward(of))


@pytest.mark.parametrize("last, loss", ENDS)
@pytest.mark.parametrize("depth", range(1, 6))
def test_the_gradient_of_one_example(depth, last, loss):
    of = network(depth, last, loss, first=depth)
    cost = "J = sum(" + tabulated_text(equations.loss_element(of.loss, depth)) + ")"
    found = reverse(
        program(of, cost), parameters(depth), shapes(depth, 1), assumptions=one_hot(of.loss)
    )
    assert written(found) == tabulated(equations.single(of))


@pytest.mark.parametrize("depth", range(1, 6))
@pytest.mark.parametrize("last", ["sigmoid", "softmax"])
def test_whatever_the_activations_are(depth, last):
    loss = "softmax-cross-entropy" if last == "softmax" else "cross-entropy"
    of = network(depth, last, loss)
    lines = []
    for layer, activation in enumerate(of.activations, 1):
        lines.append(f"Z{layer} = W{layer} @ {equations.before(layer)} + b{layer}")
        g = "softmax" if activation == "softmax" else f"g{layer}"
        lines.append(f"A{layer} = {g}(Z{layer})")
    found = reverse(
        with_activations(lines, depth), parameters(depth),
        {**shapes(depth, "m"), f"dA{depth}": (f"n{depth}", "m")},
        seed=Name(f"dA{depth}"), divide="m",
    )  # fmt: skip
    assert written(found) == tabulated(equations.general(of))


def with_activations(lines, depth):
    from derivcli.language.tree import Activation, Assignment, Program

    found = []
    for line in lines:
        name, source = line.split(" = ")
        if source[0] == "g":
            layer = int(source[1 : source.index("(")])
            expression = Activation(layer, False, Name(f"Z{layer}"))
        else:
            arrays = [f"{letter}{layer}" for layer in range(depth + 1) for letter in "WbZA"]
            expression = parse(source, arrays=("X", *arrays)).output.expression
        found.append(Assignment(name, expression))
    return Program(tuple(found))
