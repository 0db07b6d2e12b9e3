"""THE table of losses: the loss of one entry of A and Y, and its derivative by A."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LossRow:
    """One loss, as texts of the matrix language in `{A}` and Y, elementwise; J = sum(loss) / m.

    `slope` is dA, the derivative of the loss by A. `fits` is the activation of the last layer with
    which dZ comes to A - Y.
    """

    name: str
    loss: str
    slope: str
    fits: str


ROWS = (
    LossRow(
        "cross-entropy",
        "-(Y * log({A}) + (1 - Y) * log(1 - {A}))",
        "-Y / {A} + (1 - Y) / (1 - {A})",
        "sigmoid",
    ),
    LossRow("squared", "({A} - Y)**2 / 2", "{A} - Y", "linear"),
    LossRow("softmax-cross-entropy", "-Y * log({A})", "-Y / {A}", "softmax"),
)

LOSSES: Mapping[str, LossRow] = {row.name: row for row in ROWS}
