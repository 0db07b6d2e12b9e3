"""The rows of `table`: a study's points and variables, or the error in their place."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.calculus.results import PointStudy, Row, RowEstimate, Slope, Study
from derivcli.errors import DerivError, ExitStatus


def rows(name: str, study: Study) -> Iterator[Row]:
    """Yield a row for each point and each variable of a study."""
    for point in study.points:
        if point.refused:
            yield Row(
                name,
                study.expression,
                None,
                point.at,
                study.derivatives[0].derivative,
                None,
                None,
                (),
                point.problem,
                ExitStatus.REFUSED,
            )
        for slope, found in zip(point.slopes, study.derivatives, strict=not point.refused):
            problem = _problem(point, slope)
            yield Row(
                name,
                study.expression,
                slope.variable,
                point.at,
                found.derivative,
                point.value,
                slope.slope,
                tuple(RowEstimate(each.eps, each.estimate) for each in slope.estimates),
                problem or _missing(slope),
                ExitStatus.UNDEFINED if problem else ExitStatus.ANSWERED,
            )


def _missing(slope: Slope) -> str | None:
    """Return why an estimate is missing."""
    found = (each for each in slope.estimates if each.estimate is None and each.problem)
    return next((f"eps = {float(each.eps):g}: {each.problem}" for each in found), None)


def _problem(point: PointStudy, slope: Slope) -> str | None:
    if point.problem is not None:
        return point.problem
    if slope.slope is not None:
        return None
    verdict = "not differentiable" if slope.differentiable is False else "undecided"
    return f"{verdict}: {slope.reason}"


def failed_row(name: str, expression: str, error: DerivError, latex: tuple[str, ...] = ()) -> Row:
    """Return the row of an expression, as typed, that could not be read or not be studied."""
    place = f"{error.where}: " if error.where else ""
    hint = f" ({error.hint})" if error.hint else ""
    return Row(
        name,
        expression,
        None,
        {},
        None,
        None,
        None,
        (),
        f"{place}{error.message}{hint}",
        error.status,
        latex,
    )
