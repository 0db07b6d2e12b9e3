"""Which side of J's borders an answer takes, where J has no jumps: there any one side is right."""

from __future__ import annotations

from collections.abc import Sequence

from derivcli.arrays.kinks import conditions, is_jump
from derivcli.exercises.gradients.case import GradientCase
from derivcli.exercises.gradients.pieces import EXACTLY, jumps, may_jump
from derivcli.index_notation.proof import proves_equal
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Binary, Call, Comparison, Node, Unary, nodes

ABOVE_WITH_BORDER = (">=", "<")  # what is above 0, in left - right, has the border, too


def takes_one_side(case: GradientCase, trees: Sequence[Node]) -> bool:
    """Does an answer go on, on every border of J, as on the one side, and jump nowhere else?

    The side is the same on all borders. Where J has a slope on a border, it is that of both sides.
    """
    own = [each.expression for each in case.program.statements]
    borders = [each for tree in own for each in conditions(tree)]
    if any(map(may_jump, own)) or any(each.operator in EXACTLY for each in borders):
        return False
    parts = [node for tree in trees for node in nodes(tree)]
    if any(map(is_jump, parts)) or any(
        isinstance(node, Call) and node.function in FUNCTIONS and jumps(node.function)
        for node in parts
    ):
        return False
    compared = dict.fromkeys(node for node in parts if isinstance(node, Comparison))
    sides = {_side(case, each, [border.left for border in borders]) for each in compared}
    return len(sides) == 1 and None not in sides


def _side(case: GradientCase, condition: Comparison, borders: Sequence[Node]) -> bool | None:
    """Return whether the border belongs to what is above 0; None where it is none of J's."""
    if condition.operator in EXACTLY:
        return None
    apart = Binary("-", condition.left, condition.right)
    above = condition.operator in ABOVE_WITH_BORDER
    for border in borders:
        for turned in (False, True):
            if _same(case, apart, Unary("-", border) if turned else border):
                return above != turned
    return None


def _same(case: GradientCase, one: Node, other: Node) -> bool:
    return proves_equal(
        one, other, case.gradient.shapes,
        definitions=case.definitions, assumptions=case.question.assumed,
    )  # fmt: skip
