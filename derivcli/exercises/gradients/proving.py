"""Proofs that an answer is the gradient: for all sizes, or entry by entry at small ones."""

from __future__ import annotations

from derivcli.exercises.gradients.case import GradientCase
from derivcli.index_notation.proof import proves_equal, proves_gradient
from derivcli.language.tree import Node


def proves_derivative(case: GradientCase, tree: Node) -> bool:
    """Is a tree proved the derivative of J, off the borders of pieces, without reverse mode?"""
    return proves_gradient(
        case.program, case.variable, tree, case.question.asked.given.shapes,
        definitions=case.definitions, assumptions=case.question.assumed,
    )  # fmt: skip


def proves_same(case: GradientCase, tree: Node) -> bool:
    """Is a tree proved to be what was derived, wherever both have a value?"""
    return proves_equal(
        tree, case.expected, case.gradient.shapes,
        definitions=case.definitions, assumptions=case.question.assumed,
    )  # fmt: skip
