"""What a row of the table of functions holds, and what one for a shorthand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from derivcli.language.primitives import Growth, Rational


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language.

    Its texts are expressions in the parameters `u` and `v`; `Y` in them is the function's value.

    What it is. `partials` holds one derivative for each parameter. A row has a `definition` by
    branches, of other rows, or a `primitive`, in mpmath's words. `elementary` is the same function
    by exp, log, erf and sin. `exponent` says that it is a power of u > 0, `base` that it is the
    logarithm to this base, `inverse` names its inverse function, as called. `parity`: "odd" where
    f(-u) is -f(u), "even" where it is f(u). `angle` is "u" where u is an angle in radians, "Y"
    where the value is one. `addition` holds forms of f(u + v) - f(u), each with the reason why it
    equals the one before; `small` is what goes to 0 with v in the last of them, and the limit of
    small/v: its standard limit. `slow`: ten thousand digits take seconds.

    Where it is. The value is real where every expression in `positive` is > 0, in `nonnegative`
    >= 0 and in `nonzero` not 0. The function is smooth unless an expression in `kinks` is 0, or a
    condition in its definition ties. `bounded` expressions are positive where the value can be
    computed with. `rational` returns the exact value where it is rational and known, or None.
    `growth` bounds log2|value| by a bound of |arguments| and one of |log2|arguments||; without it
    the latter, and 4, bound it.

    In float64. `native` computes it by the C library, and fails where there is no value; `numpy`
    is its name in NumPy; `kernel` is a text that neither overflows nor cancels, where it is no
    function of a library, and `quick` a shorter one that may pass by infinity. `pairs` are what it
    stands in where digits would be lost, each with a text that loses none: log(Y) of a sigmoid.

    As an activation. `short` is the slope as it is written for arrays, ready to be a factor (of
    several arguments one each);
    without it the partial derivative is. `steady` is a text of the slope that loses no digits; at
    a kink both are the slope on the left. `activation` is its place among those that help lists.

    In other languages. `sympy` is its name there, or a text of others that are known there. `latex`
    is a command, or a notation with #1 and #2 for the arguments, (#1) with brackets as tall as
    they are. `called` is its name in a formula where another row has the same; `shown` are
    arguments that show its rule. A `word` of English may also be the name of a variable.
    """

    name: str
    meaning: str
    partials: tuple[str, ...]
    parameters: tuple[str, ...] = ("u",)
    aliases: tuple[str, ...] = ()
    definition: str | None = None
    elementary: str | None = None
    primitive: Callable[..., Any] | None = None
    exponent: Fraction | None = None
    base: str | None = None
    parity: Literal["odd", "even"] | None = None
    inverse: str | None = None
    angle: str | None = None
    addition: tuple[tuple[str, str], ...] = ()
    small: tuple[str, str] | None = None
    analytic: bool = True
    variadic: bool = False
    slow: bool = False
    positive: tuple[str, ...] = ()
    nonnegative: tuple[str, ...] = ()
    nonzero: tuple[str, ...] = ()
    kinks: tuple[str, ...] = ()
    bounded: tuple[str, ...] = ()
    rational: Rational | None = None
    growth: Growth | None = None
    native: Callable[..., float] | None = None
    numpy: str | None = None
    kernel: str | None = None
    quick: str | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    short: str | tuple[str, ...] | None = None
    steady: str | None = None
    activation: int = 0
    sympy: str | None = None
    latex: str | None = None
    called: str | None = None
    shown: tuple[str, ...] = ("w", "w**2")
    word: bool = False

    @property
    def written(self) -> str:
        """The name in a formula."""
        return self.called or self.name

    @property
    def everywhere(self) -> bool:
        """Has it a value for all real numbers?"""
        return not (self.positive or self.nonnegative or self.nonzero)

    @property
    def computed(self) -> str | None:
        """The text that it is computed by in float64, where no library has it."""
        return self.kernel or self.definition


@dataclass(frozen=True, slots=True)
class Shorthand:
    """A function that is read as an expression of others, each argument used once.

    With a `term` the arguments are any number, and `u` in `written` is the sum of their terms.
    """

    name: str
    meaning: str
    written: str
    parameters: tuple[str, ...] = ("u",)
    aliases: tuple[str, ...] = ()
    term: str | None = None
    word: bool = False
