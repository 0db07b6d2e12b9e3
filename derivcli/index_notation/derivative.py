"""The derivative of a form by one entry of an array: product and chain rule on every atom."""

from __future__ import annotations

from dataclasses import dataclass, field

from derivcli.index_notation.calls import partial
from derivcli.index_notation.canonical import collect
from derivcli.index_notation.conditions import extreme_atom
from derivcli.index_notation.matrices import inverse
from derivcli.index_notation.powers import power
from derivcli.index_notation.reducing import reduced
from derivcli.index_notation.space import (
    COLUMN,
    DELTA,
    LISTED,
    ROW,
    ZERO_OR_ONE,
    Form,
    Space,
    Unproved,
    whole,
)
from derivcli.index_notation.terms import (
    constant,
    contracted,
    minus,
    place,
    plus,
    renamed,
    single,
    summed,
    times,
)

ENTRY_ROW, ENTRY_COLUMN = -11, -12  # the entry by which is differentiated
OTHER = -23  # an index beside those that a reduction goes over
TURNED = dict(zip(LISTED, LISTED[::-1], strict=True))


@dataclass(slots=True)
class ByEntry:
    """The derivatives by an entry of one array, whose indices are `entry`: as many as its slots.

    An atom's is a form in its slots and in the entry's indices.
    """

    space: Space
    variable: int  # the atom
    entry: tuple[int, ...]
    found: dict[int, Form] = field(default_factory=dict)

    def of(self, form: Form) -> Form:
        """Return the derivative of a form. Raises Unproved where no rule is known."""
        for number in self._needed(form):
            self.found[number] = reduced(self.space, self._of_atom(number))
        return self._by_parts(form)

    def _needed(self, form: Form) -> list[int]:
        """Return the atoms that a form is made of, inner ones first."""
        seen: set[int] = set()
        waiting = [form]
        while waiting:
            for factors, _ in waiting.pop():
                for number, _, _ in factors:
                    if number not in seen:
                        seen.add(number)
                        waiting.extend(self.space.atoms[number].forms)
        return sorted(seen - self.found.keys())

    def _by_parts(self, form: Form) -> Form:
        """Return the derivative by the product rule, those of the atoms being known."""
        out: Form = {}
        for (factors, ranges), coefficient in form.items():
            for n, (number, at, exponent) in enumerate(factors):
                inner = self.found[number]
                if inner:
                    lower = [(number, at, whole(exponent - 1))] if exponent != 1 else []
                    rest = [*factors[:n], *lower, *factors[n + 1 :]]
                    slots = {-1 - k: x for k, x in enumerate(at)}
                    place(self.space, out, coefficient * exponent, rest, ranges, inner, slots)
        return out

    def _of_atom(self, number: int) -> Form:
        space, atom = self.space, self.space.atoms[number]
        if number == self.variable:
            deltas = [(DELTA, (-1 - n, x), 1) for n, x in enumerate(self.entry)]
            out: Form = {}
            collect(space, out, 1, deltas, ())
            return out
        inner = [self._by_parts(form) for form in atom.forms]
        if not any(inner) or atom.kind in ZERO_OR_ONE:
            return {}
        own = single(space, number, tuple(-1 - n for n in range(atom.slots)))
        match atom.kind:
            case "base":
                return inner[0]
            case "exponential":
                return times(space, own, inner[0])
            case "logarithm":
                return times(space, power(space, atom.forms[0], -1), inner[0])
            case "function":
                return self._of_function(number, own, inner)
            case "inverse":
                return self._of_inverse(own, inner[0], atom.range[0])
            case "determinant":
                return self._of_determinant(number, own, inner[0])
            case "reduction" if atom.name == "prod":
                return self._of_product(number, own, inner[0])
            case "reduction":
                return self._of_extreme(number, inner[0])
        raise Unproved

    def _of_function(self, number: int, own: Form, inner: list[Form]) -> Form:
        atom = self.space.atoms[number]
        out: Form = {}
        for n, each in enumerate(inner):
            if each:
                slope = partial(self.space, atom.name, list(atom.forms), own, n)
                out = plus(out, times(self.space, slope, each))
        return out

    def _of_product(self, number: int, own: Form, inner: Form) -> Form:
        """The sum of u'/u over what was multiplied, times the product."""
        atom = self.space.atoms[number]
        out = times(self.space, power(self.space, atom.forms[0], -1), inner)
        for index, size in zip(LISTED, atom.range, strict=False):
            out = summed(self.space, out, index, size)
        return times(self.space, own, out)

    def _of_extreme(self, number: int, inner: Form) -> Form:
        """The derivative of the largest entry is that of the one entry which it is."""
        atom = self.space.atoms[number]
        if self.space.kinked(atom.forms) or self._ties(atom.forms[0], len(atom.range)):
            raise Unproved
        listed = LISTED[: len(atom.range)]
        at = (*(-1 - n for n in range(atom.slots)), *listed)
        out = times(self.space, single(self.space, extreme_atom(self.space, number), at), inner)
        for index, size in zip(listed, atom.range, strict=True):
            out = summed(self.space, out, index, size)
        return out

    def _ties(self, form: Form, listed: int) -> bool:
        """Are there two entries that are the same, whatever the values?"""
        row, column = LISTED
        others = [{row: OTHER}] if listed == 1 else [{row: OTHER}, {column: OTHER}, TURNED]
        return not all(minus(form, renamed(self.space, form, each)) for each in others)

    def _of_determinant(self, number: int, own: Form, inner: Form) -> Form:
        """D det(u) = det(u) * trace(inv(u) @ du)."""
        atom = self.space.atoms[number]
        size = atom.range[0]
        inverted = inverse(self.space, atom.forms[0], size)
        product = contracted(self.space, inverted, inner, ROW, size)
        traced = summed(self.space, renamed(self.space, product, {COLUMN: ROW}), ROW, size)
        return times(self.space, own, traced)

    def _of_inverse(self, own: Form, inner: Form, size: int) -> Form:
        """D inv(u) = -inv(u) @ du @ inv(u)."""
        product = contracted(self.space, own, inner, ROW, size)
        product = contracted(self.space, product, own, ROW, size)
        return times(self.space, constant(-1), product)
