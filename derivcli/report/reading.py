"""Rows of difference quotients in words, as the course reads them: if w goes up by 0.001, J ..."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.calculus.results import Estimate, Quantity, Slope, Study
from derivcli.language.latex import number_latex
from derivcli.language.latex import variable as latex_name
from derivcli.report.blocks import Formula, Text
from derivcli.report.comparison import compared
from derivcli.report.markup import code, formula
from derivcli.report.notation import derivative_sign
from derivcli.report.numbers import equals, is_rounded, number_text, phrase
from derivcli.report.truncation import why


def written(study: Study, w: str) -> dict[str, str]:
    """Return how the values of J in a quotient are written, one variable moved: J(w1 + eps, w2)."""
    moves = {"here": w, "up": f"{w} + eps", "down": f"{w} - eps", "turned": f"{w} + i eps"}

    def value(moved: str) -> str:
        inner = ", ".join(moved if name == w else name for name in study.variables)
        return f"{study.output}({inner})"

    return {key: value(moved) for key, moved in moves.items()}


def sentences(
    study: Study,
    slope: Slope,
    method: str,
    estimates: list[Estimate],
    digits: int | None,
    *,
    explain: bool = False,
) -> Iterator[str]:
    """Yield the course's reading of the smallest step, and what rounding has eaten.

    With `explain`, each row is read, and what they come near to.
    """
    if slope.slope is not None and slope.slope.below is not None:
        return
    complete = [each for each in estimates if _is_told(each.change) and _is_told(each.estimate)]
    for each in complete:
        if each.point is not None and _is_lost(study, slope, each):
            values = written(study, slope.variable)
            there = values["down" if method == "backward" else "up"]
            at, lost = formula(f"eps = {number_text(each.eps, digits)}"), formula(there)
            yield f"At {at}, {lost} rounds to {formula(values['here'])}: the estimate is lost."
    if explain:
        told = [each for each in estimates if _is_told(each.estimate)]
        yield from _explained(study, slope, method, complete, told, digits)
        return
    if method not in ("forward", "backward") or slope.order > 1 or not complete:
        return
    best = min(complete, key=lambda each: abs(float(each.eps)))
    if slope.slope is not None and not _is_lost(study, slope, best):
        yield _reading(study, slope, best, method, digits)


def _explained(
    study: Study,
    slope: Slope,
    method: str,
    complete: list[Estimate],
    told: list[Estimate],
    digits: int | None,
) -> Iterator[str]:
    """Yield a sentence for each complete row, and what becomes of the estimates as eps shrinks."""
    if slope.order > 1:
        return
    for each in complete:
        if not _is_lost(study, slope, each):
            yield read_row(study, slope, method, each, digits)
    reason = why(study, slope, method, told, digits)
    if reason is not None:
        yield reason
    several = len(study.variables) > 1
    sign = formula(derivative_sign(study.output, slope.variable, 1, several=several))
    if slope.slope is not None and told:
        yield _limit(study, f"{sign} {equals(slope.slope, digits)}", told)
    elif slope.left is not None and slope.right is not None:
        left, right = phrase(slope.left, digits), phrase(slope.right, digits)
        yield (
            f"From the left the estimates come near {left}, from the right {right}: there is no"
            " derivative."
        )


def in_short(study: Study, slope: Slope, digits: int | None) -> Iterator[Text | Formula]:
    """Yield the course's summary: J goes up by 6 x eps, a ratio of 6 : 1, J ↑ 6 ε."""
    w, J, rate = slope.variable, study.output, slope.slope
    if rate is None or rate.is_zero or rate.below is not None or slope.order > 1:
        return
    k, about = number_text(rate, digits), "about " if is_rounded(rate, digits) else ""
    down = formula(f"{k[1:]} x eps")
    same = f", or, the same, down by {down}" if k.startswith("-") else ""
    yield Text(
        f"So if {formula(w)} goes up by a small {formula('eps')}, {formula(J)} goes up by roughly"
        f" {formula(f'{k} x eps')}{same}: a ratio of {about}{formula(f'{k} : 1')}."
    )
    tex = number_latex(k)
    moved, went = rf"{latex_name(w)} \uparrow", rf"{latex_name(J)} \uparrow {tex} \,"
    yield Formula(f"{w} ↑ ε,  {J} ↑ {k} ε", rf"{moved} \varepsilon, \quad {went} \varepsilon")


def read_row(study: Study, slope: Slope, method: str, each: Estimate, digits: int | None) -> str:
    """Return the reading of one row: the move, the change, and their ratio.

    Raises ValueError where these have no value.
    """
    J = formula(study.output)
    if each.change is None or each.estimate is None:
        raise ValueError("nothing to read")
    change, step = number_text(each.change, digits), number_text(each.eps, digits)
    sign = "≈" if is_rounded(each.estimate, digits) else "="
    estimate = number_text(each.estimate, digits)
    if method == "complex":
        turned = written(study, slope.variable)["turned"]
        return (
            f"The imaginary part of {formula(turned)} is {formula(change)}, and"
            f" {formula(f'{change} / {step} {sign} {estimate}')}."
        )
    went = _went(each.change, digits)
    width = f"(2*{step})" if method == "central" else f"({step})" if step[0] == "-" else step
    moved = _moved(slope.variable, each, method, digits)
    ratio = f": {formula(f'{change} / {width} {sign} {estimate}')}"
    if method == "central" or slope.slope is None or each.change.is_zero:
        return f"{moved}, {J} {went}{ratio}."
    compared = _compared(study, slope, slope.slope, each, each.change, digits)
    compared, _, _ = compared.partition("; or, the same")  # said once, in the end
    if ": " in compared[1:]:  # there is more to say, and the ratio goes first
        return f"{moved}, {J} {went}{ratio}{compared}."
    return f"{moved}, {J} {went}{compared}{ratio}."


def _went(change: Quantity, digits: int | None, *, back: bool = False) -> str:
    """Return how far J goes, or goes `back`: "goes up by about 0.006"."""
    if change.is_zero:
        return "does not change"
    return f"goes {'up' if (change.number > 0) != back else 'down'} by {_about(change, digits)}"


def _about(quantity: Quantity, digits: int | None) -> str:
    """Return the size of a number, "about" it where it is rounded."""
    return f"{'about ' if is_rounded(quantity, digits) else ''}{formula(_size(quantity, digits))}"


def _compared(
    study: Study,
    slope: Slope,
    rate: Quantity,
    each: Estimate,
    change: Quantity,
    digits: int | None,
    *,
    back: bool = False,
) -> str:
    """Return what the derivative says of a step, beside what J did: ", roughly 6 x 0.001".

    Where the two have little to do with each other, why that is so. With `back`, the step is
    told from the point that it leads to.
    """
    by_slope = compared(change, rate, each.eps)
    product = f"{_size(rate, digits)} x {_size(each.eps, digits)}"
    if by_slope.is_near:
        exact = each.error is not None and each.error.is_zero and not is_rounded(rate, digits)
        fell = change.number < 0 < each.eps.number and not back
        same = f"; or, the same, up by {formula(f'-{product}')}" if fell else ""
        return f", {'which is' if exact else 'roughly'} {formula(product)}{same}"
    if by_slope.is_flat and each.crossing is None:
        return ": hardly at all, as the derivative is 0"
    if each.crossing is not None:
        place = f"{formula(slope.variable)} {equals(each.crossing.at, digits)}"
        why = f"on the way, at {place}, {each.crossing.told(study.output)}"
    elif study.arithmetic == "exact":
        why = "the step is too large to show the derivative"
    else:
        why = f"{study.arithmetic} rounds more than that, or the step is too large"
    if rate.is_zero:
        return f", though the derivative is 0: {why}"
    way = "up" if by_slope.would_rise != back else "down"
    return (
        f"; by the derivative, {phrase(rate, digits)}, it would go {way} by"
        f" {formula(product)}: {why}"
    )


def _limit(study: Study, slope: str, told: list[Estimate]) -> str:
    """Return what the estimates come to."""
    if all(each.error is not None and each.error.is_zero for each in told):
        return f"The estimates are {slope} itself."
    if study.arithmetic != "exact":
        return (
            f"In exact numbers the estimates come nearer to {slope} with every smaller"
            f" {formula('eps')}; {study.arithmetic} rounds, and ends that"
            f" ({code('derivcli sweep')} shows where)."
        )
    return f"The smaller {formula('eps')}, the nearer the estimates come to {slope}."


def _moved(variable: str, each: Estimate, method: str, digits: int | None) -> str:
    """Return how the variable moves: "If w goes from 3 to 3.001, up by 0.001"."""
    step = _about(each.eps, digits)
    up = float(each.eps) > 0
    if method == "central":
        return f"If {formula(variable)} goes from {step} below to {step} above"
    if method == "backward":
        return f"If {formula(variable)} comes from {step} {'below' if up else 'above'}"
    there = "" if each.point is None else f" to {formula(number_text(each.point, digits))}"
    return f"If {formula(variable)} goes {'up' if up else 'down'} by {step}{there}"


def _is_told(quantity: Quantity | None) -> bool:
    """Is there a number, and not only a bound of its size?"""
    return quantity is not None and quantity.below is None


def _is_lost(study: Study, slope: Slope, estimate: Estimate) -> bool:
    """Has rounding eaten the whole change?"""
    if study.arithmetic == "exact" or estimate.change is None or not estimate.change.is_zero:
        return False
    return slope.slope is None or not slope.slope.is_zero


def _reading(study: Study, slope: Slope, best: Estimate, method: str, digits: int | None) -> str:
    rate, change = slope.slope, best.change
    if rate is None or change is None:
        raise ValueError("no reading without a slope")
    back = method == "backward"
    went = _went(change, digits, back=back)
    if change.is_zero and rate.is_zero:
        went += ": the derivative is 0"
    else:
        went += _compared(study, slope, rate, best, change, digits, back=back)
    step, verb = _about(best.eps, digits), "up" if (best.eps.number > 0) != back else "down"
    return f"If {formula(slope.variable)} goes {verb} by {step}, {formula(study.output)} {went}."


def _size(quantity: Quantity, digits: int | None) -> str:
    """Return the magnitude of a number, for a sentence."""
    return number_text(quantity, digits).removeprefix("-")
