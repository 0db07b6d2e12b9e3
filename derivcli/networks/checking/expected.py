"""Which arrays a file of one's own gradient is to hold: their names, and the shape of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from derivcli.errors import UsageError, counted, listed, printable
from derivcli.networks.layers import Architecture, Shape

NAME = re.compile(
    r"d([WwBbZzAa])(?:_?(\d{1,9})|\^?\[(\d{1,9})\]|[_^]\{\[?(\d{1,9})\]?\})?", re.ASCII
)
LETTERS = {"W": "W", "w": "W", "B": "b", "b": "b", "Z": "Z", "z": "Z", "A": "A", "a": "A"}


@dataclass(frozen=True, slots=True)
class ExpectedGradient:
    """The shape, of two axes, of each gradient by its name, dW1; `beside` are not compared.

    `owner` is whose they are, "a 3-4-1 network"; `layers` is how many it has, None of a program.
    """

    shapes: Mapping[str, Shape]
    beside: frozenset[str]
    owner: str
    layers: int | None = None

    def by_name(self, names: Iterable[str], file: str) -> tuple[dict[str, str], tuple[str, ...]]:
        """Return the name in a file of every gradient, and the names of what is not compared.

        Raises UsageError where a name is unknown, given twice or missing.
        """
        found: dict[str, str] = {}
        others: list[str] = []
        for given in names:
            key = self._canonical(given)
            if key in found:
                raise UsageError(
                    f"{file}: '{printable(found[key])}' and '{printable(given)}' are both {key}"
                )
            if key in self.shapes:
                found[key] = given
            elif key in self.beside:
                others.append(printable(given))
            else:
                raise self._unknown(given, key, file)
        missing = [key for key in self.shapes if key not in found]
        if missing:
            shown = [*missing[:4], f"{len(missing) - 4} more"] if len(missing) > 5 else missing
            raise UsageError(
                f"{file} has no {listed(shown)}", hint=f"{self.owner} has {self._few()}"
            )
        return {key: found[key] for key in self.shapes}, tuple(others)

    def _canonical(self, given: str) -> str:
        """Return dW1 for dw1, dW[1], dW^[1], and for dw of one layer; else the name itself."""
        match = NAME.fullmatch(given)
        if given in self.shapes or given in self.beside or match is None:
            return given
        layer = match[2] or match[3] or match[4] or ("1" if self.layers == 1 else "")
        key = f"d{LETTERS[match[1]]}{int(layer)}" if layer else given
        return key if self.layers or key in self.shapes or key in self.beside else given

    def _unknown(self, given: str, key: str, file: str) -> UsageError:
        of_layer = NAME.fullmatch(given) if self.layers else None
        has = counted(self.layers or 0, "layer")
        if of_layer and key[2:].isdecimal():
            return UsageError(
                f"{file}: '{printable(given)}' is given, and {self.owner} has {has}",
                hint=f"it has {self._few()}",
            )
        near = get_close_matches(given, self.shapes, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"known: {self._few()}"
        if of_layer:
            hint = f"of which of {has}? Write {self._few()}"
        return UsageError(f"{file}: unknown name '{printable(given)[:40]}'", hint=hint)

    def _few(self) -> str:
        names = [*self.shapes]
        return f"{', '.join(names[:4])}{', ...' if len(names) > 4 else ''}"


def expected(network: Architecture) -> ExpectedGradient:
    """Return the gradient of a network of layers: dW and db of each."""
    shapes, layers = network.shapes(1), range(1, network.layers + 1)
    return ExpectedGradient(
        {f"d{letter}{layer}": shapes[f"{letter}{layer}"] for layer in layers for letter in "Wb"},
        frozenset(f"d{letter}{layer}" for layer in layers for letter in "ZA"),
        f"a {network.name} network",
        network.layers,
    )
