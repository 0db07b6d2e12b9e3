"""THE table of activations: each with its slope as a text of the matrix language.

A slope is written in `{Z}` and `{A}`, the layer's own Z and A = g(Z). At a kink it is the slope
on the left, as in every framework: relu'(0) is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActivationRow:
    """One activation g, by the name of its row in the table of functions, where it has one.

    `slope` is g'(Z), ready to be a factor; None for softmax, whose units depend on one another.
    `written` is g(Z) where it is no row of that table; `kinked` where g has a kink at 0;
    `straight` where g is made of straight lines, and takes no digits far from 0.
    """

    name: str
    slope: str | None
    written: str = ""
    kinked: bool = False
    straight: bool = False

    @property
    def function(self) -> str | None:
        """The row in the table of functions."""
        return None if self.written else self.name

    @property
    def formula(self) -> str:
        """g(Z)."""
        return self.written or f"{self.name}({{Z}})"


ROWS = (
    ActivationRow("linear", "1", "{Z}", straight=True),
    ActivationRow("sigmoid", "{A} * (1 - {A})"),
    ActivationRow("tanh", "(1 - {A}**2)"),
    ActivationRow("relu", "({Z} > 0)", kinked=True, straight=True),
    ActivationRow("leaky_relu", "where({Z} > 0, 1, 0.01)", kinked=True, straight=True),
    ActivationRow("elu", "where({Z} > 0, 1, {A} + 1)"),
    ActivationRow("softplus", "sigmoid({Z})"),
    ActivationRow("silu", "(sigmoid({Z}) + {A} * (1 - sigmoid({Z})))"),
    ActivationRow("gelu", "(erfc(-{Z} / sqrt(2)) / 2 + {Z} * exp(-{Z}**2 / 2) / sqrt(2 * pi))"),
    ActivationRow("softmax", None, "exp({Z}) / sum(exp({Z}), axis=0, keepdims=True)"),
)

ACTIVATIONS: Mapping[str, ActivationRow] = {row.name: row for row in ROWS}
