"""Where each classic mistake can be planted in the equations of a layer, and what it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from derivcli.language.tree import Binary, Name, Node, Number, Reduction, Transpose, Unary
from derivcli.networks.activations import ACTIVATIONS
from derivcli.networks.equation import places, replaced
from derivcli.networks.equation_reader import parse_right_side
from derivcli.networks.equations import before, slope
from derivcli.networks.layers import Architecture
from derivcli.networks.losses import LOSSES
from derivcli.networks.penalty import penalty_part, with_penalty
from derivcli.networks.references import reference

M = Name("m")

Planted = tuple[str, Node]  # the left side of the equation it is planted in, and the wrong side


def _right(network: Architecture, name: str) -> Node:
    return reference(network, name, single=False).expression


def _parsed(network: Architecture, text: str) -> Node:
    return parse_right_side(text, network.layers)


def _changed(element: Node, change: Callable[[Node], Node | None]) -> Iterator[Node]:
    """Yield the tree with one of its parts changed, for each part that `change` has another for."""
    for path, part in places(element):
        other = change(part)
        if other is not None:
            yield replaced(element, path, other)


def _in(*stems: str) -> Callable[..., Callable[[Architecture, int], Iterator[Planted]]]:
    """Return a decorator: a change of a part, looked for in the equations of these left sides."""

    def decorated(
        change: Callable[[Architecture, int, Node], Node | None],
    ) -> Callable[[Architecture, int], Iterator[Planted]]:
        def found(network: Architecture, layer: int) -> Iterator[Planted]:
            for stem in stems:
                name = f"{stem}{layer}"
                for wrong in _changed(
                    _right(network, name), lambda part: change(network, layer, part)
                ):
                    yield name, wrong

        return found

    return decorated


@_in("dW", "db")
def missing_mean(_network: Architecture, _layer: int, part: Node) -> Node | None:
    """Make the change dZ2 @ A1.T / m -> dZ2 @ A1.T."""
    match part:
        case Binary(operator="/", left=left, right=Name(name="m")):
            return left
    return None


def _last(
    make: Callable[[Architecture, Node], Node | None],
) -> Callable[[Architecture, int], Iterator[Planted]]:
    """Return a mistake in dZ of the last layer."""

    def found(network: Architecture, layer: int) -> Iterator[Planted]:
        if layer == network.layers:
            wrong = make(network, _right(network, f"dZ{layer}"))
            if wrong is not None:
                yield f"dZ{layer}", wrong

    return found


@_last
def mean_twice(_network: Architecture, right: Node) -> Node:
    """Make the change A2 - Y -> (A2 - Y) / m."""
    return Binary("/", right, M)


@_last
def sign(network: Architecture, right: Node) -> Node:
    """Make the change A2 - Y -> Y - A2."""
    A = Name(f"A{network.layers}")
    error = Binary("-", A, Name("Y"))
    found = _changed(right, lambda part: Binary("-", Name("Y"), A) if part == error else None)
    return next(found, Unary("-", right))


@_last
def missing_label(network: Architecture, right: Node) -> Node | None:
    """Make the change A2 - Y -> A2."""
    A = Name(f"A{network.layers}")
    error = Binary("-", A, Name("Y"))
    return next(_changed(right, lambda part: A if part == error else None), None)


@_last
def factor_two(_network: Architecture, right: Node) -> Node:
    """Make the change A2 - Y -> 2 * (A2 - Y)."""
    return Binary("*", Number(Fraction(2)), right)


@_last
def wrong_loss(network: Architecture, _right_side: Node) -> Node | None:
    """Make the change A2 - Y -> (A2 - Y) * g2'(Z2), and back."""
    last = network.activations[-1]
    other = "cross-entropy" if network.loss == "squared" else "squared"
    if last == "softmax" and other == "cross-entropy":
        other = "softmax-cross-entropy"
    if LOSSES[other].fits != last and other != "squared":
        return None
    name = f"dZ{network.layers}"
    return _right(replace(network, loss=other), name)


def _with_slope(
    make: Callable[[Architecture, int], str | None],
) -> Callable[[Architecture, int], Iterator[Planted]]:
    """Return a mistake that puts something else in the place of g'(Z); "" for nothing at all."""

    def found(network: Architecture, layer: int) -> Iterator[Planted]:
        own = slope(network.activations[layer - 1], layer)
        name = f"dZ{layer}"
        right = _right(network, name)
        if own is None or own == "1" or not isinstance(right, Binary):
            return
        wanted = make(network, layer)
        product = _without(right, _parsed(network, own))
        if wanted is None or product is None:
            return
        if not wanted:
            yield name, product
        else:
            yield name, Binary("*", product, _parsed(network, wanted))

    return found


def _without(product: Node, factor: Node) -> Node | None:
    """Return a product without its last factor, which may itself be a product of several."""
    match product, factor:
        case Binary(operator="*", left=left, right=right), _ if right == factor:
            return left
        case (
            Binary(operator="*", left=left, right=right),
            Binary(operator="*", left=first, right=second),
        ) if right == second:
            return _without(left, first)
    return None


@_with_slope
def activation_for_slope(_network: Architecture, layer: int) -> str:
    """Make the change W2.T @ dZ2 * g1'(Z1) -> W2.T @ dZ2 * A1."""
    return f"A{layer}"


@_with_slope
def missing_slope(_network: Architecture, _layer: int) -> str:
    """Make the change W2.T @ dZ2 * g1'(Z1) -> W2.T @ dZ2."""
    return ""


@_with_slope
def wrong_slope(network: Architecture, layer: int) -> str | None:
    """Make the change 1 - A1**2 -> A1 * (1 - A1)."""
    other = "tanh" if network.activations[layer - 1] == "sigmoid" else "sigmoid"
    return slope(other, layer)


@_with_slope
def wrong_variable(network: Architecture, layer: int) -> str | None:
    """Make the change 1 - A1**2 -> 1 - Z1**2."""
    written = ACTIVATIONS[network.activations[layer - 1]].slope or ""
    if "{A}" in written and "{Z}" not in written:
        return written.format(A=f"Z{layer}")
    return written.format(Z=f"A{layer}") if "{A}" not in written else None


@_in("dZ", "dW")
def missing_transpose(_network: Architecture, _layer: int, part: Node) -> Node | None:
    """Make the change W2.T @ dZ2 -> W2 @ dZ2."""
    return part.operand if isinstance(part, Transpose) else None


@_in("dW", "dZ")
def swapped_factors(_network: Architecture, _layer: int, part: Node) -> Node | None:
    """Make the change dZ2 @ A1.T -> A1.T @ dZ2."""
    match part:
        case Binary(operator="@", left=left, right=right):
            return Binary("@", right, left)
    return None


@_in("dZ", "dW")
def elementwise(_network: Architecture, _layer: int, part: Node) -> Node | None:
    """Make the change W2.T @ dZ2 -> W2.T * dZ2."""
    match part:
        case Binary(operator="@", left=left, right=right):
            return Binary("*", left, right)
    return None


@_in("db")
def wrong_axis(_network: Architecture, _layer: int, part: Node) -> Node | None:
    """Make the change axis=1 -> axis=0."""
    return replace(part, axis=0) if isinstance(part, Reduction) else None


@_in("db")
def missing_keepdims(_network: Architecture, _layer: int, part: Node) -> Node | None:
    """Make the change sum(dZ2, axis=1, keepdims=True) -> sum(dZ2, axis=1)."""
    return replace(part, keepdims=False) if isinstance(part, Reduction) else None


def missing_penalty(network: Architecture, layer: int) -> Iterator[Planted]:
    """Make the change dZ1 @ X.T / m + lambda * W1 -> dZ1 @ X.T / m."""
    for name in (f"dW{layer}", f"db{layer}"):
        if penalty_part(network, name) is not None:
            yield name, _right(replace(network, penalty=None), name)


def missing_sum(network: Architecture, layer: int) -> Iterator[Planted]:
    """Make the change sum(dZ2, axis=1, keepdims=True) / m -> dZ2."""
    yield f"db{layer}", with_penalty(network, f"db{layer}", Name(f"dZ{layer}"))


@_in("dZ")
def stale_weights(_network: Architecture, layer: int, part: Node) -> Node | None:
    """Make the change W2.T @ dZ2 -> W1.T @ dZ2."""
    return Name(f"W{layer}") if part == Name(f"W{layer + 1}") else None


@_in("dW")
def stale_input(_network: Architecture, layer: int, part: Node) -> Node | None:
    """Make the change dZ2 @ A1.T -> dZ2 @ A2.T."""
    return Name(f"A{layer}") if part == Name(before(layer)) else None


@_in("dW")
def before_activation(_network: Architecture, layer: int, part: Node) -> Node | None:
    """Make the change dZ2 @ A1.T -> dZ2 @ Z1.T."""
    return Name(f"Z{layer - 1}") if layer > 1 and part == Name(before(layer)) else None


@_in("dW", "db")
def missing_backward(_network: Architecture, layer: int, part: Node) -> Node | None:
    """Make the change dZ2 @ A1.T -> dA2 @ A1.T."""
    return Name(f"dA{layer}") if part == Name(f"dZ{layer}") else None
