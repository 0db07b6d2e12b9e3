"""The architecture of a network: its sizes, activations and loss, and the shape of every array."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from derivcli.errors import DerivError, RefusedError, Span, UsageError, counted, printable
from derivcli.networks.activations import ACTIVATIONS, LISTED, SOFTMAX
from derivcli.networks.losses import LOSSES, own

if TYPE_CHECKING:
    from derivcli.language.tree import Node

NAME = re.compile(r"[A-Za-z]+(?:[-_ ][A-Za-z]+)*")
SIZES = re.compile(r"\d+(?:-\d+)+", re.ASCII)
LIKE_SIZES = re.compile(r"[-\d\s,x]*\d[-\d\s,x]*", re.ASCII)
MOST_LAYERS = 50
MOST_PARAMETERS = 5_000_000
MOST_NUMBERS = 20_000_000  # entries of all arrays together: what fits into the memory limit

Shape = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Penalty:
    """An expression of parameters and m, as text; `constants` are the other names with values."""

    text: str
    constants: tuple[tuple[str, Node], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the constants."""
        return tuple(name for name, _ in self.constants)


@dataclass(frozen=True, slots=True)
class Architecture:
    """Layers of `sizes` n_0, n_1, ..., n_L units, n_0 being the features; an activation a layer.

    The cost is the mean of the losses, and the `penalty`, if there is one.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    penalty: Penalty | None = None

    @property
    def layers(self) -> int:
        """L: the layers that compute; the input is none of them."""
        return len(self.activations)

    @property
    def parameters(self) -> int:
        """The entries of every W and b."""
        return sum(
            after * (before + 1) for before, after in zip(self.sizes, self.sizes[1:], strict=False)
        )

    @property
    def name(self) -> str:
        """The sizes as they are typed: 3-4-1."""
        return "-".join(map(str, self.sizes))

    def shapes(self, examples: int) -> dict[str, Shape]:
        """Return the shape of X, of W, b, Z and A of each layer, and of Y, in this order.

        A gradient dW has the shape of its W.
        """
        found = {"X": (self.sizes[0], examples)}
        for layer in range(1, self.layers + 1):
            units, before = self.sizes[layer], self.sizes[layer - 1]
            found[f"W{layer}"], found[f"b{layer}"] = (units, before), (units, 1)
            found[f"Z{layer}"] = found[f"A{layer}"] = (units, examples)
        found["Y"] = (self.sizes[-1], examples)
        return found


def sizes(source: str, where: str = "") -> tuple[int, ...]:
    """Return the sizes that a text such as 3-4-1 spells.

    Raises UsageError where it spells none, RefusedError beyond what is computed with.
    """
    if not SIZES.fullmatch(source):
        raise UsageError(
            f"'{printable(source)}' is not a list of sizes", where=where or None,
            hint="write them with hyphens, features first: 3-4-1",
        )  # fmt: skip
    parts = source.split("-")
    zeros = [index for index, part in enumerate(parts) if not part.strip("0")]
    if zeros:
        start = sum(len(part) + 1 for part in parts[: zeros[0]])
        raise UsageError(
            "a layer has one unit at least", source=source,
            span=Span(start, start + len(parts[zeros[0]])), where=where or None,
        )  # fmt: skip
    if len(parts) - 1 > MOST_LAYERS:
        raise RefusedError(f"{len(parts) - 1} layers are too many (at most {MOST_LAYERS})")
    if max(map(len, parts)) > 8:
        raise RefusedError(f"a layer of {max(parts, key=len)} units is too large")
    return tuple(map(int, parts))


def architecture(
    units: Sequence[int], activations: Sequence[str] = (), loss: str | None = None, where: str = ""
) -> Architecture:
    """Return the architecture of these sizes; what is not told is chosen so that it fits.

    Hidden layers are tanh. Without a loss it is the one that fits the last activation, without
    activations the last one fits the loss; without either it is sigmoid and cross-entropy.

    Raises UsageError for a name that nobody knows, or names that do not go together.
    """
    count = len(units) - 1
    if loss is not None and loss not in LOSSES:
        if NAME.fullmatch(loss) and loss != "A":
            raise _unknown("loss", loss, LOSSES, where)
        loss = _own_loss(loss, where)
    for each in activations:
        if each not in ACTIVATIONS and "," in each:
            apart = " ".join(part.strip() for part in each.split(","))
            raise UsageError(
                f"'{printable(each)}' is no activation", where=where or None,
                hint=f"write them apart: --activation {printable(apart)}",
            )  # fmt: skip
        if each not in ACTIVATIONS:
            raise _unknown("activation", each, LISTED, where)
    if activations and len(activations) != count:
        wanted = [*activations, *["sigmoid"] * count][:count]
        raise UsageError(
            f"{counted(count, 'layer')} {'needs' if count == 1 else 'need'}"
            f" {counted(count, 'activation')}, and"
            f" {len(activations)} {'is' if len(activations) == 1 else 'are'} given",
            where=where or None, hint=f"one a layer, such as --activation {' '.join(wanted)}",
        )  # fmt: skip
    if not activations:
        activations = [*["tanh"] * (count - 1), LOSSES[loss or "cross-entropy"].fits]
    if loss is None:
        fitting = [row.name for row in LOSSES.values() if row.fits == activations[-1]]
        loss = fitting[0] if fitting else "squared"
    found = Architecture(tuple(units), tuple(activations), loss)
    _goes_together(found, where)
    if found.parameters > MOST_PARAMETERS:
        raise RefusedError(
            f"{found.parameters:,} parameters are too many (at most {MOST_PARAMETERS:,})"
        )
    return found


def _own_loss(source: str, where: str) -> str:
    """Return the text of a loss that was given as an expression, as its name."""
    try:
        return own(source).name
    except DerivError as error:
        raise error.located(where=where or "in --loss") from None


def go_together(last: str, loss: str) -> bool:
    """Has the loss a meaning with this activation on the last layer?"""
    row = LOSSES[loss]
    if row.only or last == SOFTMAX.name:
        return last == row.fits or (not row.only and row.answers == "numbers")
    return True


def _goes_together(found: Architecture, where: str) -> None:
    *hidden, last = found.activations
    if SOFTMAX.name in hidden:
        raise UsageError("softmax stands on the last layer only", where=where or None)
    if not go_together(last, found.loss):
        row = LOSSES[found.loss]
        fitting = [each.name for each in LOSSES.values() if each.fits == last]
        hint = (
            f"its last activation is {row.fits}, not {last}" if row.only
            else f"choose --loss {fitting[0]}"
        )  # fmt: skip
        raise UsageError(
            f"{last} on the last layer and {found.loss} do not go together",
            where=where or None, hint=hint,
        )  # fmt: skip


def _unknown(what: str, name: str, known: Mapping[str, object], where: str) -> UsageError:
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
    return UsageError(f"unknown {what} '{printable(name)}'", where=where or None, hint=hint)


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as NumPy writes it: (4, 1), (4,), ()."""
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"
