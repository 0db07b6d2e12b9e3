"""Repairs of what is added up over the examples, and of the 1/m."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TypeGuard

from derivcli.language.tree import Binary, Name, Node, Number, Reduction
from derivcli.networks.judging.repair_sites import M, Offer, Site

ONE = Number(Fraction(1))

TWICE = "the 1/m is there once too often"


def missing_mean(site: Site) -> Iterator[Offer]:
    """dZ2 @ A1.T -> dZ2 @ A1.T / m."""
    if not site.case.single and site.whole and site.case.letter in ("dW", "db", "J"):
        yield Binary("/", site.element, M), "the 1/m is missing"


def mean_too_often(site: Site) -> Iterator[Offer]:
    """(A2 - Y) / m -> A2 - Y."""
    case, rest = site.case, None
    match site.element:
        case Binary(operator="/", left=left, right=Name(name="m")):
            rest = left
        case Binary(operator="*", left=Binary("/", left=one, right=Name(name="m")), right=right):
            rest = right if one == ONE else Binary("*", one, right)
        case Binary(operator="*", left=left, right=Binary("/", left=one, right=Name(name="m"))):
            rest = left if one == ONE else Binary("*", left, one)
        case Binary(operator="*", left=left, right=Name(name="m")):
            yield Binary("/", left, M), "it is multiplied by m where it is divided by m"
        case Binary(operator="*", left=Name(name="m"), right=right):
            yield Binary("/", right, M), "it is multiplied by m where it is divided by m"
        case Reduction(function="mean"):
            rest = replace(site.element, function="sum")
    if rest is None:
        return
    if case.single:
        yield rest, "one example has no mean: leave out the 1/m"
    elif case.letter in ("dZ", "dA"):
        yield rest, f"the 1/m stands in dW and db, not in {case.name}"
    elif case.letter in ("Z", "A"):
        yield rest, f"there is no 1/m in {case.name}"
    else:
        yield rest, TWICE


def _is_total(node: Node | None) -> TypeGuard[Reduction]:
    return isinstance(node, Reduction) and node.function in ("sum", "mean")


def sum_mended(site: Site) -> Iterator[Offer]:
    """sum(dZ2, axis=0) -> sum(dZ2, axis=1, keepdims=True)."""
    write, total = site.case.text, site.element
    if _is_total(total):
        if total.axis is not None and not total.keepdims:
            yield replace(total, keepdims=True), "keepdims=True is missing"
        if total.axis is None:
            changed = replace(total, axis=1, keepdims=True)
            yield changed, (
                f"{site.written} adds up every entry, not those of a row: write {write(changed)}"
            )  # fmt: skip
        else:
            axis = 1 if total.axis in (0, -2) else 0
            along = "rows, and the examples are columns" if axis else "columns"
            words = f"axis={total.axis} adds up the {along}: write axis={axis}"
            if total.keepdims or site.case.letter != "A":
                yield replace(total, axis=axis), words
            if not total.keepdims:
                yield replace(total, axis=axis, keepdims=True), f"{words}, keepdims=True"
            yield (
                replace(total, axis=None, keepdims=False),
                "every entry is to be added up: leave out the axis",
            )
        is_mean = total.function == "mean"
        if is_mean and total.axis is None:
            divided = Binary("/", replace(total, function="sum"), M)
            yield (
                divided,
                f"mean divides by the number of all entries, not by m: write {write(divided)}",
            )
        if not is_mean:
            yield replace(total, function="mean"), "the mean is needed, not the sum"
        yield (
            total.operand,
            f"{total.function} is too much: nothing is added up here",
        )


def sum_axis(site: Site) -> Iterator[Offer]:
    """Make the change exp(Z2) / sum(exp(Z2), axis=1) -> exp(Z2) / sum(exp(Z2), axis=0, ...)."""
    if site.case.letter == "A" and _is_total(site.element):
        changed = replace(site.element, axis=0, keepdims=True)
        if changed != site.element:
            yield changed, f"the sum is over the units: write {site.case.text(changed)}"


def missing_sum(site: Site) -> Iterator[Offer]:
    """Offer a sum where there is none: dZ2 -> sum(dZ2, axis=1, keepdims=True)."""
    write = site.case.text
    if _is_total(site.element) or _is_total(site.parent):
        return
    if site.case.single:
        # The loss of one example is still a sum, over the units of the last layer.
        if site.whole and site.case.letter == "J":
            every = Reduction("sum", site.element)
            yield every, f"the sum over the units is missing: write {write(every)}"
        return
    if isinstance(site.element, Name) and site.written != "m":
        wanted = Reduction("sum", site.element, 1, True)
        yield wanted, f"the sum over the examples is missing: write {write(wanted)}"
    if site.whole:
        wanted = Reduction("sum", site.element, 1, True)
        yield (
            Binary("/", wanted, M),
            f"the mean over the examples is missing: write {write(wanted)} / m",
        )
        yield wanted, f"the sum over the examples is missing: write {write(wanted)}"
        every = Reduction("sum", site.element)
        yield Binary("/", every, M), "the mean over the examples is missing"
        words = "the sum over all entries is missing"
        if site.case.one_output and site.case.shape(site.element) == (1, 1):
            words = "right but for its shape, with one unit: sum(...) makes it a number"
        yield every, words
