"""What `diff` says of a program of matrices: derivatives with their shapes, and their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from derivcli.calculus.results import Quantity
from derivcli.language.latex import variable as latex_name
from derivcli.language.shapes import Shape, shape_text
from derivcli.matrices.results import ArrayStatement, Rows
from derivcli.matrices.study_results import (
    ArrayDerivative,
    ArrayPoint,
    ArraySlope,
    ArrayStudy,
    Entry,
    EntryQuotient,
    OneSidedSlopes,
)
from derivcli.report.array_values import NO_FORMULA, shown
from derivcli.report.array_values import place as entry_place
from derivcli.report.blocks import Block, Cell, Column, Formula, Heading, Matrix, Table, Text
from derivcli.report.markup import code, formula, marked, mixed
from derivcli.report.notation import derivative_latex, derivative_sign
from derivcli.report.numbers import equals, figure, full_digits, phrase

MOST_INLINE = 6  # entries of a value that is shown in a sentence
MOST_KINKS = 5  # entries without a derivative that are told one by one
ERROR_DIGITS = 4  # of an error, unless told


def blocks(study: ArrayStudy, digits: int | None = None) -> Iterator[Block]:
    """Yield what a person reads."""
    yield from array_definition(study.output, study.variables, study.steps)
    yield from _lines(study)
    for derivative in study.derivatives:
        yield _derivative(study, derivative)
    yield from map(Text, _evidence(study))
    for point in study.points:
        yield from _point(study, point, digits)


def array_definition(
    output: str, variables: Iterable[str], statements: Sequence[ArrayStatement]
) -> Iterator[Formula]:
    """Yield the statements of a program, the last one as J(W, X) = ..."""
    *before, last = statements
    for step in before:
        yield Formula(f"{step.name} = {step.expression}", f"{latex_name(step.name)} = {step.latex}")
    names, inner = ", ".join(variables), ", ".join(map(latex_name, variables))
    yield Formula(
        f"{output}({names}) = {last.expression}", f"{latex_name(output)}({inner}) = {last.latex}"
    )


def _lines(study: ArrayStudy) -> Iterator[Formula]:
    """Yield what the derivatives name: helpers, and the lines of the way back."""
    for each in study.helpers:
        told, tex = of_shape(each.shape)
        yield Formula(
            f"with {each.name} = {each.expression}{told}",
            rf"\text{{with }} {latex_name(each.name)} = {each.latex}{tex}",
        )
    asked = {each.name for each in study.derivatives}
    for line in study.equations:
        if line.name in asked:
            continue
        sign, sign_tex = _sign(study, line.of, 1)
        told, tex = of_shape(line.shape)
        yield Formula(
            f"{line.name} = {sign} = {line.equation}{told}",
            f"{_line_latex(line.name)} = {sign_tex} = {line.latex}{tex}",
        )


def _line_latex(name: str) -> str:
    return f"d{latex_name(name[1:])}" if name[:1] == "d" and name[1:] else latex_name(name)


def of_shape(shape: Shape) -> tuple[str, str]:
    """Return how the shape of an equation is told behind it, as text and as LaTeX."""
    if not shape:
        return "", ""
    sizes = r" \times ".join(map(str, shape))
    return f", of shape {shape_text(shape)}", rf" \qquad ({sizes})"


def _sign(study: ArrayStudy, variable: str, order: int) -> tuple[str, str]:
    several = len(study.variables) > 1
    return (
        derivative_sign(study.output, variable, order, several=several),
        derivative_latex(study.output, variable, order, several=several),
    )


def _derivative(study: ArrayStudy, found: ArrayDerivative) -> Block:
    sign, sign_tex = _signs(study, found.variable, found.order)
    if found.derivative is None:
        numbers = "" if study.points else f"; {code('--at')} shows it in numbers"
        return Text(f"{formula(sign)}: {mixed(found.problem or '')}{numbers}.")
    name = found.name if found.name in _named(study) else None
    told, tex = of_shape(found.shape)
    own = f"{name} = " if name else ""
    own_tex = f"{_line_latex(name)} = " if name else ""
    return Formula(
        f"{own}{sign} = {found.derivative}{told}", f"{own_tex}{sign_tex} = {found.latex}{tex}"
    )


def _signs(study: ArrayStudy, variable: str, order: int) -> tuple[str, str]:
    """Return what a derivative is: a slope, a Jacobian, a Hessian, or that times a direction."""
    sign, tex = _sign(study, variable, order)
    if order == 1 or not study.shapes.get(variable):
        return sign, tex
    if study.along is not None:
        return f"H {study.along}", f"H\\, {latex_name(study.along)}"
    return "H", "H"


def _named(study: ArrayStudy) -> set[str]:
    """Return the derivatives that other lines name."""
    lines = [each.equation for each in study.equations]
    return {
        each.name
        for each in study.derivatives
        if each.name and any(_names(line, each.name) for line in lines)
    }


def _names(line: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", line) is not None


def _evidence(study: ArrayStudy) -> Iterator[str]:
    """Say of which derivatives it is known, and how."""
    told = [each for each in study.derivatives if each.derivative is not None]
    sized = any(isinstance(size, str) for shape in study.shapes.values() for size in shape)
    if order := next((each.order for each in told if each.order > 1), 0):
        yield from _second(study, order)
    proved = [each for each in told if each.evidence == "proved"]
    if proved:
        which = "" if len(proved) == len(told) else f" of {_by(proved)}"
        yield f"{marked('right', 'Proved')}{' for all sizes' if sized else ''}{which}."
    for each in told:
        if each.evidence == "sampled":
            yield (
                f"{'The derivative by ' if len(told) > 1 else ''}"
                f"{formula(each.variable) if len(told) > 1 else 'It'} is not proved; it agrees with"
                f" difference quotients at {each.samples} random points"
                f"{' of random sizes' if sized else ''}, to 15 digits."
            )
        elif each.evidence == "none":
            yield (
                f"The derivative by {formula(each.variable)} is neither proved, nor compared: no"
                " point was found where it has a value."
            )


def _second(study: ArrayStudy, order: int) -> Iterator[str]:
    name = next(each.variable for each in study.derivatives if each.order == order)
    if not study.shapes.get(name):
        return
    J = formula(study.output)
    if study.along is None:
        yield (
            f"{formula('H')} is the Hessian, the second derivatives of {J} by each pair of entries"
            f" of {formula(name)}."
        )
    else:
        product, direction = formula(f"H {study.along}"), formula(study.along)
        yield f"{product} is the Hessian of {J} by {formula(name)} times {direction}."


def _by(found: Iterable[ArrayDerivative]) -> str:
    return ", ".join(formula(each.variable) for each in found)


def _point(study: ArrayStudy, point: ArrayPoint, digits: int | None) -> Iterator[Block]:
    inline = {name: told for name, value in point.at.items() if (told := _inline(value, digits))}
    at = [f"{formula(name)} {told}" for name, told in inline.items()]
    large = [formula(name) for name in point.at if name not in inline]
    where = f"At {', '.join(at)}" if at else "There"
    where += f"{' and ' if at else ' at '}the {', '.join(large)} given" if large else ""
    if study.drawn:
        names = ", ".join(map(formula, study.drawn))
        yield Text(f"Drawn by {code(f'--seed {study.seed}')}: {names}.")
        for name in study.drawn:
            if name not in inline and (block := shown(name, point.at[name], digits, given=True)):
                yield block
    if point.value is None:
        yield Heading(f"{where}: {mixed(point.problem or '')}")
        return
    told = _inline(point.value, digits)
    yield Heading(f"{where}: {formula(study.output)} {told}" if told else where)
    for slope in point.slopes:
        yield from _slope(study, slope, digits)
    if any(slope.of for slope in point.slopes):
        yield Text(f"{code('--format json')} writes the estimates by each entry, too.")


def _inline(value: Quantity | Rows | None, digits: int | None) -> str:
    """Return a small value as an equation in a sentence, "" for a large one."""
    if isinstance(value, Quantity):
        return equals(value, digits)
    if value is None or len(value) * len(value[0]) > MOST_INLINE:
        return ""
    cells = [[figure(each, digits) for each in row] for row in value]
    rounded = any(not isinstance(cell, str) and cell.rounded for row in cells for cell in row)
    rows = ", ".join(
        f"[{', '.join(c if isinstance(c, str) else c.text for c in r)}]" for r in cells
    )
    return formula(f"{'≈' if rounded else '='} [{rows}]")


def _slope(study: ArrayStudy, slope: ArraySlope, digits: int | None) -> Iterator[Block]:
    sign, tex = _signs(study, slope.variable, slope.order)
    if slope.of is not None:
        output = entry_place(study.output, slope.of, (2, 2))
        sign = sign.replace(study.output, output, 1)
    yield from _kinks(slope, sign, digits)
    block = shown(sign, slope.slope, digits)
    if block is not None:
        yield _with_latex(block, tex)
    elif isinstance(slope.slope, tuple):
        yield Text(f"{formula(sign)} has {len(slope.slope)} x {len(slope.slope[0])} entries:"
                   f" {code('--format json')} writes them all.")  # fmt: skip
    if slope.estimates and slope.of is None:
        yield from _quotients(study, slope, digits)


def _with_latex(block: Block, tex: str) -> Block:
    return replace(block, latex=tex) if isinstance(block, Matrix) else block


def _kinks(slope: ArraySlope, sign: str, digits: int | None) -> Iterator[Block]:
    if slope.differentiable:
        if slope.otherwise:
            yield Text(NO_FORMULA.format(mixed(slope.otherwise)))
        return
    if slope.reason:
        yield Text(f"{formula(sign)} is undecided: {mixed(slope.reason)}.")
    for kink in slope.kinks[:MOST_KINKS]:
        yield Text(_kink(slope, kink, digits))
    more = len(slope.kinks) - MOST_KINKS
    if more > 0:
        yield Text(f"So it is for {more} more entries: {code('--format json')} tells them all.")


def _kink(slope: ArraySlope, kink: OneSidedSlopes, digits: int | None) -> str:
    entry = _entry_name(slope, kink.entry)
    verdict = "does not exist" if kink.differentiable is False else "is undecided"
    sides = [
        f"{name} slope {phrase(value, digits)}"
        for name, value in (("left", kink.left), ("right", kink.right))
        if value is not None
    ]
    reason = f": {mixed(kink.reason)}" if kink.reason else ""
    told = f" ({', '.join(sides)})" if len(sides) == 1 else ""
    return f"The derivative by {mixed(entry)} {verdict}{reason}{told}."


def _entry_name(slope: ArraySlope, entry: Entry) -> str:
    """Return which entry of a variable was moved: x[2, 1]; of a Jacobian, where it stands."""
    if slope.jacobian and len(entry) == 2:
        return f"row {entry[0]}, column {entry[1]}"
    return f"{slope.variable}[{', '.join(map(str, entry))}]" if entry else slope.variable


def _quotients(study: ArrayStudy, slope: ArraySlope, digits: int | None) -> Iterator[Block]:
    """Yield a table for each method: the row of the entry whose estimate is farthest off."""
    slopes = _by_entry(slope)
    for method in dict.fromkeys(each.method for each in slope.estimates):
        rows: list[tuple[Cell, ...]] = []
        failed: list[EntryQuotient] = []
        own = [each for each in slope.estimates if each.method == method]
        for eps in dict.fromkeys(each.eps for each in own):
            group = [each for each in own if each.eps == eps]
            failed += [each for each in group if each.problem is not None]
            if known := [each for each in group if each.estimate is not None]:
                worst = max(known, key=_error)
                rows.append(_row(slope, worst, slopes.get(worst.entry), digits))
        if rows:
            yield Table(_columns(slope), tuple(rows), _title(study, slope, method))
        if failed:
            entry = _entry_name(slope, failed[0].entry)
            yield Text(
                f"The estimate by {mixed(entry)} is missing at {formula('eps')}"
                f" {equals(failed[0].eps, digits)}: {mixed(failed[0].problem or '')}."
            )


def _error(each: EntryQuotient) -> float:
    return -1.0 if each.error is None else abs(float(each.error))


def _by_entry(slope: ArraySlope) -> Mapping[Entry, Quantity | None]:
    if not isinstance(slope.slope, tuple):
        return {(): slope.slope}
    return {
        (row, column): value
        for row, values in enumerate(slope.slope, 1)
        for column, value in enumerate(values, 1)
    }


def _columns(slope: ArraySlope) -> tuple[Column, ...]:
    kind: Literal["words", "formula"] = "words" if slope.jacobian else "formula"
    entry = (Column("entry", "entry", kind),) if isinstance(slope.slope, tuple) else ()
    return (
        Column("eps", formula("eps")),
        *entry,
        Column("estimate", "estimate"),
        Column("gradient", "derivative"),
        Column("error", "error", spare=1),
    )


def _row(
    slope: ArraySlope, each: EntryQuotient, exact: Quantity | None, digits: int | None
) -> tuple[Cell, ...]:
    entry = (_entry_name(slope, each.entry),) if isinstance(slope.slope, tuple) else ()
    return (
        figure(each.eps, digits),
        *entry,
        figure(each.estimate, digits),
        figure(exact, digits),
        figure(each.error, digits or ERROR_DIGITS),
    )


def _title(study: ArrayStudy, slope: ArraySlope, method: str) -> str:
    name = {"complex": "complex step", "richardson": "richardson extrapolation"}.get(
        method, f"{method} difference quotient"
    )
    arithmetic = "" if study.arithmetic == "exact" else f" in {study.arithmetic}"
    count = len({each.entry for each in slope.estimates})
    if count == 1:
        return f"{name}{arithmetic}"
    return f"{name}{arithmetic}: of {count:,} entries, the one that is farthest off"


def records(study: ArrayStudy) -> Table:
    """Return the study as one flat table for machines: a row for each estimate of an entry."""
    fixed = ("variable", "order", "derivative", "shape")
    moving = (
        "entry", "slope", "method", "eps", "point", "value", "change", "estimate", "error",
        "problem",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    heads = {
        each.variable: (
            each.variable, str(each.order), each.derivative or "", shape_text(each.shape)
        )
        for each in study.derivatives
    }  # fmt: skip
    if not study.points:
        return Table(tuple(Column(key, key) for key in fixed), tuple(heads.values()))
    for point in study.points:
        for slope in point.slopes:
            slopes = _by_entry(slope)
            for each in slope.estimates:
                tail = (each.eps, each.point, each.value, each.change, each.estimate, each.error)
                rows.append((
                    *heads[slope.variable], _entry(slope, each.entry),
                    _full(slopes.get(each.entry)), each.method, *map(_full, tail),
                    each.problem or "",
                ))  # fmt: skip
        if point.value is None:
            rows.append(
                (*next(iter(heads.values())), *[""] * (len(moving) - 1), point.problem or "")
            )
    return Table(tuple(Column(key, key) for key in (*fixed, *moving)), tuple(rows))


def _entry(slope: ArraySlope, entry: Entry) -> str:
    of = f"{','.join(map(str, slope.of))};" if slope.of else ""
    return of + ",".join(map(str, entry))


def _full(quantity: Quantity | None) -> str:
    return "" if quantity is None else full_digits(quantity)
