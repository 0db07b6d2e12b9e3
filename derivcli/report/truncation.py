"""Why an estimate is off, in words: it is 2*w + eps = 6 + 0.001, too large by eps itself."""

from __future__ import annotations

from collections.abc import Sequence

from derivcli.calculus.results import Estimate, Quantity, Slope, Study, TaylorTerm, Truncation
from derivcli.report.markup import formula
from derivcli.report.notation import FunctionResult, derivative_sign
from derivcli.report.numbers import is_rounded, number_text

PRIMES = 3  # derivatives up to this order are written with primes
NEAR = 2.0  # times the error at most, and at least a part of it: that much the first term tells


def why(
    study: Study, slope: Slope, method: str, estimates: Sequence[Estimate], digits: int | None
) -> str | None:
    """Return what the estimates of a method are off by, with the numbers of the smallest step."""
    found = next((each for each in slope.truncations if each.method == method), None)
    if found is None or found.estimate == "0":  # of a constant there is nothing to be said
        return None
    rounds = study.arithmetic != "exact"
    if found.leading is None:
        opening = "Without rounding the estimate would be" if rounds else "The estimate is"
        numbers = f" {_sum(found.numbers, digits)}" if found.excess else ""
        return f"{opening} {_whole(found, numbers)}."
    best = min(estimates, key=lambda each: abs(float(each.eps)), default=None)
    if best is None or best.crossing is not None:
        return None
    opening = "Without rounding the error would be" if rounds else "The error is"
    told = f"{opening} {formula(error_term(study, slope.variable, found.leading, digits))}"
    size, step = number_text(found.numbers[0], digits), number_text(best.eps, digits)
    about = "about " if is_rounded(found.numbers[0], digits) else ""
    told += f": the first term is {about}{formula(size)} at {formula(f'eps = {step}')}"
    if not rounds and not _tells(found.numbers[0], best.error):
        told += ", where the others are no smaller"
    return f"{told}."


def error_term(
    result: FunctionResult, variable: str, term: TaylorTerm, digits: int | None = None
) -> str:
    """Return the first term of an error: J''(w)/2 * eps + ... = 0.125 * eps + ..."""
    several = len(result.variables) > 1
    if several or term.order > PRIMES:
        derivative = derivative_sign(result.output, variable, term.order, several=several)
    else:
        derivative = f"{result.output}{term.order * chr(39)}({variable})"
    top = term.part.numerator
    sign, times = "-" if top < 0 else "", "" if abs(top) == 1 else f"{abs(top)}*"
    eps = "eps" if term.order == 2 else f"eps**{term.order - 1}"
    equal = "≈" if is_rounded(term.rate, digits) else "="
    rate = number_text(term.rate, digits)
    formal = f"{sign}{times}{derivative}/{term.part.denominator} * {eps}"
    return f"{formal} + ... {equal} {rate} * {eps} + ..."


def before_rounding(result: FunctionResult, variable: str, found: Truncation) -> str:
    """Return what a method's estimates are off by, for every step."""
    if found.leading is None:
        return f"before rounding the estimate is {_whole(found)}"
    return f"the error is {formula(error_term(result, variable, found.leading))} before rounding"


def _whole(found: Truncation, numbers: str = "") -> str:
    """Return the estimate as the polynomial that it is, and what is left of eps in it."""
    estimate = formula(f"{found.estimate}{numbers}")
    if found.excess is None:
        return f"{estimate}: no {formula('eps')} is left in it"
    way, itself = (
        "small" if found.is_below else "large",
        " itself" if found.excess.isalpha() else "",
    )
    return f"{estimate}: too {way} by {formula(found.excess)}{itself}"


def _sum(numbers: Sequence[Quantity], digits: int | None) -> str:
    """Return numbers as a sum behind its sign: = 12 - 0.006 + 0.000001."""
    written = [number_text(each, digits) for each in numbers]
    first, *others = written
    total = first + "".join(
        f" - {each[1:]}" if each.startswith("-") else f" + {each}" for each in others
    )
    return f"{'≈' if any(is_rounded(each, digits) for each in numbers) else '='} {total}"


def _tells(term: Quantity, error: Quantity | None) -> bool:
    """Is the first term of the size of the error?"""
    if error is None or error.below is not None or error.is_zero:
        return error is None
    return 1 / NEAR <= float(error) / (float(term) or float("nan")) <= NEAR
