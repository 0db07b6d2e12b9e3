"""How it is known that an equation is right: proved, or equal on so many networks."""

from __future__ import annotations

from dataclasses import replace

from derivcli.language.tree import Node, names
from derivcli.network.judging.case import Case
from derivcli.network.judging.kinks import all_edges, stays_between
from derivcli.network.proof.in_indices import is_derivative, is_equal


def evidence(case: Case, tree: Node) -> tuple[str, int] | None:
    """Return how it is known that a right side is right, and on how many networks it was tried.

    "proved", or "sampled" alone; None where it is wrong.
    """
    if case.ordinarily(tree) and is_proved(case, tree):
        return "proved", 0
    count = case.agreeing(tree)
    return ("sampled", count) if count else None


def is_proved(case: Case, tree: Node) -> bool:
    """Is a right side proved equal to the right one, wherever both have a value?

    At a kink of the right one either side's slope will do: there the gradient itself is proved, as
    the derivative of J, of a right side whose pieces begin nowhere else, and which has no value of
    its own there.
    """
    network, one = case.architecture, case.one_output
    equation = replace(case.equation, expression=tree)
    if is_equal(network, equation, one_output=one):
        return True
    return (
        case.name[0] == "d"
        and stays_between(tree)
        and _begins_at_kinks(case, tree)
        and is_derivative(network, equation, one_output=one)
    )


def _begins_at_kinks(case: Case, tree: Node) -> bool:
    """Do all pieces begin where those of the right side do, and that next to nowhere?

    A of a layer may be on an edge for many Z, as it is with relu: unless the slope is that by A.
    """
    found = all_edges(tree)
    computed = {f"A{layer}" for layer in case.layers} - {case.name.removeprefix("d")}
    return {*found} <= {*all_edges(case.reference.expression)} and not any(
        name in computed for edge in found for name in names(edge)
    )
