"""Is there a derivative of an order at a point, and which number is it?"""

from __future__ import annotations

from dataclasses import replace

from derivcli.calculus.derivatives import Derivatives, confirmed, smooth_slope
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact
from derivcli.calculus.kinks import Differentiability, Values, differentiability
from derivcli.calculus.removable import decided
from derivcli.calculus.results import HIGHEST_ESTIMATED
from derivcli.errors import RefusedError
from derivcli.language.tree import inline


def differentiability_at(
    derivatives: Derivatives, point: Values, variable: str, order: int, arithmetic: Exact
) -> Differentiability:
    """Return whether a derivative of some order exists at a point where J has a value, and it.

    Where J is smooth the slope is the value of SymPy's derivative, and has to agree with the
    chain rule on the tree as typed. Elsewhere each order is judged from both sides in turn.
    """
    values = point(arithmetic)
    verdict = differentiability(derivatives.program, point, variable, None, arithmetic)
    if verdict.smooth:
        slope = verdict.slope
        if order > 1:
            tree = derivatives.tree(variable, order - 1)
            slope = smooth_slope(tree, values, variable, arithmetic)
        if slope is not None:
            slope = confirmed(slope, derivatives.tree(variable, order), values, arithmetic)
            return Differentiability(True, slope, slope, slope, smooth=True)
    if order > HIGHEST_ESTIMATED:
        raise RefusedError(f"at this point, orders above {HIGHEST_ESTIMATED} are not decided")
    for lower in range(1, order):
        if not verdict.differentiable or verdict.slope is None:
            missing = "does not exist" if verdict.differentiable is False else "is undecided"
            reason = f"the derivative of order {lower} {missing}: {verdict.reason}"
            return Differentiability(verdict.differentiable, reason=reason)
        tree = derivatives.tree(variable, lower)
        verdict = differentiability(tree, point, variable, verdict.slope, arithmetic)
        told = verdict.reason and verdict.reason.replace("{J}", f"the derivative of order {lower}")
        verdict = replace(verdict, reason=told)
        if verdict.undefined:
            # That the formula has no value beside the point does not mean that there is none.
            return Differentiability(None, reason=f"the formula of order {lower} does not tell")
    if verdict.probed and verdict.slope is not None:
        there = evaluate(derivatives.program, values, arithmetic)
        J = inline(derivatives.program)
        return decided(verdict, J, there, point, variable, order, arithmetic)
    return verdict
