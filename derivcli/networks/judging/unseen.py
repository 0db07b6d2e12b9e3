"""What of a right side no network shows: a piece nowhere entered, a part too small to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

import numpy as np

from derivcli.arrays.entries import Array
from derivcli.arrays.evaluation import evaluate
from derivcli.arrays.kinks import one_sided
from derivcli.arrays.written_out import TreeEntries, entry_name, named_entries, places
from derivcli.calculus.arithmetic import TooLarge, precision, rational
from derivcli.calculus.hidden import hidden_in_entries
from derivcli.calculus.sampling import DIGITS, FINE_DIGITS
from derivcli.language.text import text
from derivcli.language.tree import (
    Assignment,
    Comparison,
    Node,
    Program,
    inline,
    names,
)
from derivcli.networks.equation import parted
from derivcli.networks.judging.trials import FAILURES, Trial, activations, value

LARGEST = 400  # operations on numbers of a right side that are looked at one by one


def unseen(tree: Node, name: str, trials: Sequence[Trial]) -> str | None:
    """Say what of a right side none of these networks shows, None where all of it is seen.

    Then that it is equal to the left side, `name`, on them says nothing of what it is elsewhere.
    """
    told = (on for on in trials if _tells(tree, name, on))
    found = one_sided([tree], (partial(_truth, on=on) for on in told))
    if found is None and (part := _hidden(tree, trials[0])):
        found = f"{text(part, arrays=True)} makes no difference to the digits"
    return found


def _tells(tree: Node, name: str, on: Trial) -> bool:
    """Are both sides known on a network, to more than what is left of digits that are lost?"""
    with precision(on.plan.digits):
        try:
            value(tree, on, precise=True)
        except FAILURES:
            return False
        return bool(np.any(np.abs(on.expected(name)) > on.noise))


def _truth(condition: Comparison, *, on: Trial) -> set[bool]:
    with precision(on.plan.digits):
        try:
            return {bool(each) for each in value(condition, on, precise=True).flat}
        except FAILURES:
            return set()


def _hidden(tree: Node, on: Trial) -> Node | None:
    """Return a part that is too small to be seen on a network, or that does not move there."""
    try:
        return hidden_in_entries(*_written_out(tree, on), (DIGITS, FINE_DIGITS))
    except FAILURES:
        return None


def _written_out(tree: Node, on: Trial) -> tuple[list[Node], dict[str, Fraction]]:
    """Return a right side as numbers, an entry each, in those of all that is no A, with values.

    A is computed from Z, so that 1 - A**2 and 1 - tanh(Z)**2 are one number to all digits.
    """
    entries, at = TreeEntries(), dict[str, Fraction]()
    slopes = activations(on.plan.architecture, entries)
    known: dict[str, Array] = {}
    for name in names(tree):
        letter, layer = parted(name)
        if letter == "A" and layer is not None:
            own = f"Z{layer}"
            known[name] = slopes(layer, False, _leaf(own, on.values[own], at))
        else:
            known[name] = _leaf(name, on.values[name], at)
    found = evaluate(tree, known, entries, slopes)
    if len(entries.statements) > LARGEST:
        raise TooLarge("a right side is too large to be looked at number by number")
    whole = [entries.numeric(each) for each in found.flat]
    return [inline(Program((*entries.statements, Assignment("=", each)))) for each in whole], at


def _leaf(name: str, values: Array, at: dict[str, Fraction]) -> Array:
    """Return the names of the entries of an array, whose values go to `at`."""
    at |= {entry_name(name, place): rational(values[place]) for place in places(values.shape)}
    return named_entries(name, values.shape)
