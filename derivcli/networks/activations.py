"""Activations: rows of THE table of functions that have a value and a slope for all numbers.

And what is none of one number alone, or none at all: softmax, and the line itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from derivcli.language.functions import ROWS, Function


@dataclass(frozen=True, slots=True)
class ActivationRow:
    """One activation g, by its row in the table of functions, or as it is `written`.

    Texts are of the language in `{Z}` and `{A}`, the layer's own Z and A = g(Z).
    """

    name: str
    row: Function | None = None
    written: str = ""

    @property
    def function(self) -> str | None:
        """The name of the row in the table of functions."""
        return None if self.row is None else self.row.name

    @property
    def place(self) -> int:
        """Its place among those that help lists; softmax stood ninth before there were more."""
        return self.row.activation if self.row else 9 * (self is SOFTMAX)

    @property
    def formula(self) -> str:
        """g(Z)."""
        return self.written or f"{self.name}({{Z}})"

    @property
    def slope(self) -> str | None:
        """g'(Z), ready to be a factor; None for softmax, whose units depend on one another.

        At a kink it is the slope on the left, as in every framework: relu'(0) is 0.
        """
        if self.row is None:
            return "1" if self is LINEAR else None
        return _slope(self.row)

    @property
    def kinks(self) -> tuple[Fraction, ...]:
        """Where g has no slope."""
        from derivcli.calculus.pieces import corners

        return () if self.row is None else corners(self.row.name)

    @property
    def flat(self) -> bool:
        """Is g constant somewhere, as relu is?"""
        from derivcli.calculus.pieces import formulas
        from derivcli.language.tree import names

        row = self.row
        return row is not None and any(not {*names(each)} for each in formulas(row.name))

    @property
    def straight(self) -> bool:
        """Is g made of straight lines, so that it takes no digits far from 0?"""
        from derivcli.calculus.rows import is_straight

        return self is LINEAR or (self.row is not None and is_straight(self.row.name))


@cache
def _slope(row: Function) -> str:
    """Return the slope of a row in {Z} and {A}: as its row has it for arrays, or its derivative."""
    if isinstance(row.short, str):
        return re.sub(r"\bu\b", "{Z}", re.sub(r"\bY\b", "{A}", row.short))
    from derivcli.calculus.rows import derivative
    from derivcli.language.text import text
    from derivcli.language.tree import Binary, Name, Unary, substitute

    tree = substitute(derivative(row.partials[0], row), {"u": Name("{Z}"), "Y": Name("{A}")})
    written = text(tree, arrays=True)
    open_ended = isinstance(tree, Unary) or (isinstance(tree, Binary) and tree.operator in "+-/")
    return f"({written})" if open_ended else written


def _suits(row: Function) -> bool:
    """Has a row one value and one slope for each number, but at single kinks?

    A function that is no line and has one slope throughout, as floor, jumps.
    """
    smooth = not row.kinks and not row.partials[0].isdecimal()
    return len(row.parameters) == 1 and row.everywhere and smooth


LINEAR = ActivationRow("linear", written="{Z}")
SOFTMAX = ActivationRow("softmax", written="exp({Z}) / sum(exp({Z}), axis=0, keepdims=True)")
# Those that people use, in the order in which help lists them.
LISTED: dict[str, ActivationRow] = {
    each.name: each
    for each in sorted(
        (LINEAR, SOFTMAX, *(ActivationRow(row.name, row) for row in ROWS if row.activation)),
        key=lambda each: each.place,
    )
}
ACTIVATIONS: Mapping[str, ActivationRow] = LISTED | {
    row.name: ActivationRow(row.name, row) for row in ROWS if _suits(row) and not row.activation
}
