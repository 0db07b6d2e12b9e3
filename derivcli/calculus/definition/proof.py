"""Is each line of a working equal to the one before, and its limit what is said?"""

from __future__ import annotations

from itertools import pairwise

from derivcli.calculus import symbolic
from derivcli.calculus.definition.quotients import analytic, limit_of
from derivcli.calculus.definition.working import Working, put_in
from derivcli.calculus.derivation.algebra import ONE
from derivcli.language.tree import Name, Node, names


def is_proved(working: Working) -> bool:
    """Return whether every line equals the one before wherever both have a value.

    The step to the limit puts known limits and 0 for the step into a form that is continuous there:
    each known one is a standard limit, or that of a part, which is proved on its own.
    """
    trees = [working.start, *(line.tree for line in working.lines)]
    equal = all(_equal(*pair, working.signs) for pair in pairwise(trees))
    return equal and all(map(is_proved, working.parts)) and _has_limit(working)


def _equal(one: Node, other: Node, signs: tuple[tuple[Node, int], ...]) -> bool:
    if one == other or symbolic.normal_forms_agree(one, other, signs):
        return True
    return not signs and symbolic.simplifies_to_equal(one, other)


def _has_limit(working: Working) -> bool:
    step = working.setting.step
    if working.sides is not None:  # |a*eps|/eps
        return all(
            symbolic.normal_forms_agree(working.last, limit, ((Name(step), sign),))
            for sign, limit in zip((1, -1), working.sides, strict=True)
        )
    rest = put_in(working.last, {known.part: ONE for known in working.known})
    cases = [part for part in working.parts if part.signs]
    return (
        analytic(rest)
        and step not in names(working.limit())
        and all(_equal(working.known[0].limit, limit_of(part), part.signs) for part in cases)
    )
