"""Repairs of what is added up over the examples, and of the 1/m."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivcli.language.matrices.tree import Array, Number, Operation, Total
from derivcli.network.judging.sites import M, Offer, Site

ONE = Number(Fraction(1))

TWICE = "the 1/m is there once too often"


def missing_mean(site: Site) -> Iterator[Offer]:
    """dZ2 @ A1.T -> dZ2 @ A1.T / m."""
    if not site.case.single and site.whole and site.case.letter in ("dW", "db", "J"):
        yield Operation("/", site.element, M), "the 1/m is missing"


def mean_too_often(site: Site) -> Iterator[Offer]:
    """(A2 - Y) / m -> A2 - Y."""
    case, rest = site.case, None
    match site.element:
        case Operation(operator="/", left=left, right=Array(name="m")):
            rest = left
        case Operation(
            operator="*", left=Operation("/", left=one, right=Array(name="m")), right=right
        ):
            rest = right if one == ONE else Operation("*", one, right)
        case Operation(
            operator="*", left=left, right=Operation("/", left=one, right=Array(name="m"))
        ):
            rest = left if one == ONE else Operation("*", left, one)
        case Operation(operator="*", left=left, right=Array(name="m")):
            yield Operation("/", left, M), "it is multiplied by m where it is divided by m"
        case Operation(operator="*", left=Array(name="m"), right=right):
            yield Operation("/", right, M), "it is multiplied by m where it is divided by m"
        case Total(mean=True):
            rest = replace(site.element, mean=False)
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


def sum_mended(site: Site) -> Iterator[Offer]:
    """sum(dZ2, axis=0) -> sum(dZ2, axis=1, keepdims=True)."""
    write, total = site.case.text, site.element
    if isinstance(total, Total):
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
        if total.mean and total.axis is None:
            divided = Operation("/", replace(total, mean=False), M)
            yield (
                divided,
                f"mean divides by the number of all entries, not by m: write {write(divided)}",
            )
        if not total.mean:
            yield replace(total, mean=True), "the mean is needed, not the sum"
        yield (
            total.operand,
            f"{'mean' if total.mean else 'sum'} is too much: nothing is added up here",
        )


def sum_axis(site: Site) -> Iterator[Offer]:
    """Make the change exp(Z2) / sum(exp(Z2), axis=1) -> exp(Z2) / sum(exp(Z2), axis=0, ...)."""
    if site.case.letter == "A" and isinstance(site.element, Total):
        changed = replace(site.element, axis=0, keepdims=True)
        if changed != site.element:
            yield changed, f"the sum is over the units: write {site.case.text(changed)}"


def missing_sum(site: Site) -> Iterator[Offer]:
    """Offer a sum where there is none: dZ2 -> sum(dZ2, axis=1, keepdims=True)."""
    write = site.case.text
    if isinstance(site.element, Total):
        return
    if isinstance(site.parent, Total):
        return
    if site.case.single:
        # The loss of one example is still a sum, over the units of the last layer.
        if site.whole and site.case.letter == "J":
            every = Total(site.element)
            yield every, f"the sum over the units is missing: write {write(every)}"
        return
    if isinstance(site.element, Array) and site.written != "m":
        wanted = Total(site.element, 1, True)
        yield wanted, f"the sum over the examples is missing: write {write(wanted)}"
    if site.whole:
        wanted = Total(site.element, 1, True)
        yield (
            Operation("/", wanted, M),
            f"the mean over the examples is missing: write {write(wanted)} / m",
        )
        yield wanted, f"the sum over the examples is missing: write {write(wanted)}"
        every = Total(site.element)
        yield Operation("/", every, M), "the mean over the examples is missing"
        words = "the sum over all entries is missing"
        if site.case.one_output and site.case.shape(site.element) == (1, 1):
            words = "right but for its shape, with one unit: sum(...) makes it a number"
        yield every, words
