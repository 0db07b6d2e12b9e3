"""THE table of losses: the loss of one entry of A and Y, which says what its derivative by A is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from derivcli.language.tree import Node

# What Y holds: any numbers, numbers from 0 to 1, those with columns that add up to 1, or -1 and 1.
Answers = Literal["numbers", "probabilities", "shares", "signs"]


@dataclass(frozen=True, slots=True)
class LossRow:
    """One loss, as a text of the language in A and Y, elementwise; J = sum(loss) / m.

    `fits` is the activation of the last layer that it is meant for, and with `only` it has a
    meaning with no other; where `fused`, dZ then comes to A - Y, and both texts lose no digits: of
    the loss and of dZ, in Z, A and Y. `kernel` and `steady` are such texts of the loss and of its
    derivative by A. `written` is that derivative, where it is shorter than what is derived, and
    `kink` holds where there is one. `confined`: there is no loss unless A is between 0 and 1. With
    labels for answers a unit says the larger one where A is above the `threshold`.
    """

    name: str
    text: str
    fits: str
    answers: Answers = "numbers"
    only: bool = False
    fused: tuple[str, str] | None = None
    kernel: str | None = None
    steady: str | None = None
    written: str | None = None
    kink: str = ""
    confined: bool = False
    threshold: float | None = None

    @property
    def loss(self) -> str:
        """The loss as a text of arrays, in `{A}` and Y."""
        return self.text.replace("A", "{A}")

    @property
    def slope(self) -> str:
        """Its derivative by A, in `{A}` and Y."""
        from derivcli.language.text import text

        written = self.written or text(slope(self.name), arrays=True)
        return written.replace("A", "{A}")

    @property
    def labelled(self) -> bool:
        """May the answers be labels, 0 and 1, and numbers between them as well?"""
        return self.answers in ("probabilities", "shares")

    @property
    def plain(self) -> bool:
        """Is it made of numbers, + - * / and logarithms?"""
        from derivcli.language.tree import Call, Piecewise, nodes

        return not any(
            isinstance(each, Piecewise) or (isinstance(each, Call) and each.function != "log")
            for each in nodes(tree(self.text))
        )


ROWS = (
    LossRow(
        "cross-entropy",
        "-(Y * log(A) + (1 - Y) * log(1 - A))",
        "sigmoid",
        "probabilities",
        fused=(
            # z - y z is exactly 0 for y = 1: alone it would take the digits of the logarithm.
            "log1p(exp(-abs(Z))) + (max(Z, 0) - Y*Z)",
            # A - Y as (1 - y) s(z) - y s(-z): where y is 1, s(z) - 1 would cancel.
            "(1 - Y)*A - Y/(1 + exp(Z))",
        ),
        # A factor 0 takes its logarithm with it: y = 0 and a = 0 is no loss.
        kernel="-(where(Y == 0, 0, Y*log(A)) + where(Y == 1, 0, (1 - Y)*log1p(-A)))",
        steady="where(Y == 1, 0, (1 - Y)/(1 - A)) - where(Y == 0, 0, Y/A)",
        confined=True,
        threshold=0.5,
    ),
    LossRow("squared", "(A - Y)**2 / 2", "linear"),
    LossRow("softmax-cross-entropy", "-Y * log(A)", "softmax", "shares", only=True),
    LossRow(
        "cross-entropy-from-logits",
        "softplus(A) - Y * A",
        "linear",
        "probabilities",
        only=True,
        kernel="log1p(exp(-abs(A))) + (max(A, 0) - Y*A)",
        steady="(1 - Y)*sigmoid(A) - Y*sigmoid(-A)",
        threshold=0.0,
    ),
    LossRow("hinge", "max(1 - Y * A, 0)", "linear", "signs", kink="Y * {A} != 1", threshold=0.0),
    LossRow("huber", "where(abs(A - Y) <= 1, (A - Y)**2 / 2, abs(A - Y) - 1 / 2)", "linear"),
    LossRow(
        "log-cosh",
        "log(cosh(A - Y))",
        "linear",
        written="tanh(A - Y)",
    ),
)


class _Losses(dict[str, LossRow]):
    """The rows by name; an expression in A and Y is a loss of one's own, by its text."""

    def __missing__(self, source: str) -> LossRow:
        return own(source)


LOSSES: Mapping[str, LossRow] = _Losses({row.name: row for row in ROWS})


@cache
def own(source: str) -> LossRow:
    """Return the loss that an expression in A and Y is, entry by entry, as a row.

    Where it has a logarithm of A, it is one of probabilities, and the last layer is a sigmoid.

    Raises LanguageError or RefusedError where it is no such expression.

    >>> own("(A-Y)^4/4").name
    '(A - Y)**4 / 4'
    """
    from derivcli.errors import LanguageError
    from derivcli.language.parser import parse
    from derivcli.language.text import text
    from derivcli.language.tree import Call, Name, names, nodes

    program = parse(source, ("A", "Y"))
    expression = program.output.expression
    for node in nodes(expression):
        if isinstance(node, Name) and node.name not in ("A", "Y"):
            raise LanguageError(
                f"'{node.name}' is neither A nor Y", source=source, span=node.span,
                hint="a loss is an expression in A, the output, and Y, the answer, entry by entry",
            )  # fmt: skip
    if len(program.statements) > 1 or "A" not in names(expression):
        raise LanguageError(
            "a loss is one expression in A and Y", source=source, span=program.output.span,
            hint="such as (A - Y)**4/4",
        )  # fmt: skip
    of_logarithms = any(
        isinstance(node, Call) and node.function == "log" and "A" in names(node)
        for node in nodes(expression)
    )
    written = text(expression, arrays=True)
    if of_logarithms:
        return LossRow(written, written, "sigmoid", "probabilities", confined=True)
    return LossRow(written, written, "linear")


@cache
def tree(source: str) -> Node:
    """Return the tree of a text of this table, in A, Y and Z."""
    from derivcli.language.limits import COMMAND_LINE
    from derivcli.language.statements import Parser

    return Parser(source, ("A", "Y", "Z"), COMMAND_LINE).program().output.expression


@cache
def slope(name: str) -> Node:
    """Return the derivative of a loss by A, as it is derived."""
    from derivcli.calculus.derivation.differentiate import derive
    from derivcli.calculus.derivation.terms import collected

    row = LOSSES[name]
    return tree(row.written) if row.written else collected(derive(tree(row.text), "A").after)
