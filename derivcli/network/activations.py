"""THE table of activations: each with its slope as a text of the matrix language.

A slope is written in `{Z}` and `{A}`, the layer's own Z and A = g(Z). At a kink it is the slope
on the left, as in every framework: relu'(0) is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActivationRow:
    """One activation g: `function` is its row in the table of functions, where it has one.

    `slope` is g'(Z), ready to be a factor; None for softmax, whose units depend on one another.
    `kinked` where g has a kink at 0.
    """

    name: str
    formula: str
    slope: str | None
    function: str | None = None
    kinked: bool = False


ROWS = (
    ActivationRow("linear", "{Z}", "1"),
    ActivationRow("sigmoid", "sigmoid({Z})", "{A} * (1 - {A})", "sigmoid"),
    ActivationRow("tanh", "tanh({Z})", "(1 - {A}**2)", "tanh"),
    ActivationRow("relu", "relu({Z})", "({Z} > 0)", "relu", kinked=True),
    ActivationRow(
        "leaky_relu", "leaky_relu({Z})", "where({Z} > 0, 1, 0.01)", "leaky_relu", kinked=True
    ),
    ActivationRow("elu", "elu({Z})", "where({Z} > 0, 1, {A} + 1)", "elu"),
    ActivationRow("softplus", "softplus({Z})", "sigmoid({Z})", "softplus"),
    ActivationRow("silu", "silu({Z})", "(sigmoid({Z}) + {A} * (1 - sigmoid({Z})))", "silu"),
    ActivationRow(
        "gelu",
        "gelu({Z})",
        "(erfc(-{Z} / sqrt(2)) / 2 + {Z} * exp(-{Z}**2 / 2) / sqrt(2 * pi))",
        "gelu",
    ),
    ActivationRow("softmax", "exp({Z}) / sum(exp({Z}), axis=0, keepdims=True)", None),
)

ACTIVATIONS: Mapping[str, ActivationRow] = {row.name: row for row in ROWS}
