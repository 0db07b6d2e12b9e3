"""What is assumed of the names of a proof, as equations to rewrite by and as signs."""

from __future__ import annotations

from collections.abc import Sequence

from derivcli.index_notation.conditions import learn, needed
from derivcli.index_notation.parts import leading
from derivcli.index_notation.reading import IndexReader
from derivcli.index_notation.space import Form, Space, quotient
from derivcli.index_notation.terms import combined, free, minus
from derivcli.language.tree import Comparison, Node


def assume(reader: IndexReader, assumptions: Sequence[Node]) -> None:
    """Take comparisons as holding for all entries; one that is of no use is passed over.

    Raises Unproved where they clash.
    """
    for each in assumptions:
        if not isinstance(each, Comparison):
            continue
        difference = minus(reader.read(each.left).form, reader.read(each.right).form)
        if each.operator == "==":
            _equation(reader.space, difference)
        elif each.operator in (">", ">="):
            learn(reader.space, needed(reader.space, difference, each.operator == ">"))
        elif each.operator in ("<", "<="):
            opposite = combined((-1, difference))
            learn(reader.space, needed(reader.space, opposite, each.operator == "<"))


def _equation(space: Space, difference: Form) -> None:
    """Take a form as 0: by its leading term, or by the symmetry of an array."""
    symmetric = _symmetric(difference)
    if symmetric is not None:
        space.symmetric.add(symmetric)
        return
    if not difference:
        return
    lead = leading(difference)
    top = difference[lead]
    if set(free([{lead: 1}])) == set(free([difference])) and lead[0]:
        rest = {term: quotient(-each, top) for term, each in difference.items() if term != lead}
        space.rules.append((lead, rest))


def _symmetric(difference: Form) -> int | None:
    """Return the atom of which the form is A - A.T."""
    if len(difference) != 2 or sum(difference.values()) != 0:
        return None
    (one, ranges), (other, more) = difference
    if ranges or more or len(one) != 1 or len(other) != 1:
        return None
    (number, at, power), (same, turned, again) = one[0], other[0]
    opposite = number == same and power == again == 1 and at == turned[::-1]
    return number if opposite and len(at) == 2 else None
