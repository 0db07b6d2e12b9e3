"""How it is known that an equation is right: proved, or equal on so many networks."""

from __future__ import annotations

from dataclasses import replace

from derivcli.errors import RefusedError
from derivcli.language.tree import Binary, Name, Node, nodes
from derivcli.networks.judging.case import Case
from derivcli.networks.judging.kinks import all_edges, stays_between
from derivcli.networks.judging.unseen import unseen
from derivcli.networks.proof.in_indices import is_derivative, is_equal


def evidence(case: Case, tree: Node) -> tuple[str, int] | None:
    """Return how it is known that a right side is right, and on how many networks it was tried.

    "proved", or "sampled" alone; None where it is wrong. Raises RefusedError where it is equal on
    all networks, and something of it shows on none.
    """
    if case.ordinarily(tree) and is_proved(case, tree):
        return "proved", 0
    trials = case.agreeing(tree)
    if trials and (what := unseen(tree, case.name, trials)):
        raise RefusedError(
            f"equal on {len(trials)} networks of random numbers, and undecided: {what} there",
            source=case.equation.source, span=tree.span,
        )  # fmt: skip
    return ("sampled", len(trials)) if trials else None


def is_proved(case: Case, tree: Node) -> bool:
    """Is a right side proved equal to the right one, wherever both have a value?

    At a kink of the right one either side's slope will do: there the gradient itself is proved, as
    the derivative of J, of a right side whose pieces begin nowhere else.
    """
    network, one = case.architecture, case.one_output
    equation = replace(case.equation, expression=tree)
    if is_equal(network, equation, one_output=one):
        return True
    return (
        case.name[0] == "d"
        and _begins_at_kinks(case, tree)
        and is_derivative(network, equation, one_output=one)
    )


def _begins_at_kinks(case: Case, tree: Node) -> bool:
    """Do pieces begin nowhere but at kinks of J, and is the value there one of both or between?

    Both right sides are looked at: what is equal next to everywhere is then equal but at kinks. An
    edge is one if the variable crosses it, whatever else is held: Z1 that of Z1 > 0.
    """
    variable, right = Name(case.name.removeprefix("d")), case.reference.expression
    found, own = all_edges(tree), all_edges(right)
    crossed = all(_is_crossed_by(variable, edge) for edge in own)
    return crossed and {*found} <= {*own} and stays_between(tree) and stays_between(right)


def _is_crossed_by(variable: Name, edge: Node) -> bool:
    """Is an edge a variable, or a variable less something else?"""
    match edge:
        case Binary(operator="+" | "-", left=left, right=right):
            return variable in (left, right) and [*nodes(edge)].count(variable) == 1
    return edge == variable
