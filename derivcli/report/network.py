"""What `network` says: the equations, general and specialised, the shapes, the numbers."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.defaults import ENTRY_DIGITS
from derivcli.errors import listed
from derivcli.networks.activations import ACTIVATIONS
from derivcli.networks.equation import latex, written
from derivcli.networks.equation_reader import parse, parse_right_side
from derivcli.networks.layers import shape_text
from derivcli.networks.losses import LOSSES
from derivcli.networks.results import NetworkResult, Rows
from derivcli.report import network_findings as findings
from derivcli.report.blocks import Block, Cell, Column, Formula, Heading, Table, Text
from derivcli.report.markup import code, formula
from derivcli.report.network_numbers import array, equals, matrix


def blocks(found: NetworkResult, digits: int | None = None) -> Iterator[Block]:
    """Yield what a person reads: the network as a whole, or what was asked of it."""
    yield Text(title(found))
    if found.drawn and (found.judge, found.proof) == (None, None):
        drawn = code(f"--seed {found.seed} --init {found.init}")
        yield Text(f"Drawn ({drawn}): {', '.join(map(array, found.drawn))}.")
    asked = list(findings.blocks(found, digits))
    if found.penalty is not None and found.penalty_kinks:
        yield Text(_pieces(found))
    if asked:
        yield from asked
        return
    yield from _forward(found, digits)
    yield from _backward(found)
    yield Heading("Shapes: a variable and its gradient always have the same dimensions", 1)
    yield shapes(found)
    yield from _numbers(found, digits)


def _pieces(found: NetworkResult) -> str:
    where = listed([formula(each) for each in found.penalty_kinks])
    return (
        f"The penalty is in pieces, which meet where {where}: at a kink it has no derivative, and"
        " the equations take the slope on one side."
    )


def title(found: NetworkResult) -> str:
    """Return the line that says which network this is."""
    count = len(found.activations)
    name = f"{found.name}: a" if found.name else "A"
    layers = "layer" if count == 1 else "layers"
    examples = (
        "1 example" if found.examples == 1 else f"{formula(f'm = {found.examples:,}')} examples"
    )
    return (
        f"{name} network of {count} {layers}, {'-'.join(map(str, found.layers))}:"
        f" {', '.join(found.activations)}; {found.loss}{_penalty(found)}; {examples}, in columns."
    )


def _penalty(found: NetworkResult) -> str:
    """Return the penalty, with the numbers of the names in it, for the title."""
    if found.penalty is None:
        return ""
    tree = parse_right_side(found.penalty, len(found.activations), False, found.constants)
    numbers = "".join(
        f", {formula(f'{name} {equals(each)}')}" for name, each in found.constants.items()
    )
    return f" + {formula(found.penalty, latex(tree))}{numbers}"


def _forward(found: NetworkResult, digits: int | None) -> Iterator[Block]:
    yield Heading("Forward prop", 1)
    *steps, cost = found.forward
    for source in steps:
        yield _formula(source, found)
    value = ""
    if found.cost is not None:  # made of rounded numbers it is short by rounding alone
        value = equals(found.cost, digits or ENTRY_DIGITS, rounded=bool(_rounded(found)))
    typeset = value.replace("≈", r"\approx")
    last = _formula(cost, found)
    yield Formula(f"{last.text} {value}", f"{last.latex} {typeset}")


def _formula(source: str, found: NetworkResult) -> Formula:
    equation = parse(source, len(found.activations), found.constants)
    return Formula(written(equation), latex(equation))


def _cell(source: str, found: NetworkResult, *, single: bool = False) -> str:
    """Return the right side of an equation for a cell."""
    tree = parse_right_side(source, len(found.activations), single, found.constants)
    return formula(source, latex(tree, single=single))


def _backward(found: NetworkResult) -> Iterator[Block]:
    yield Heading("Backprop in general, from right to left", 1)
    last = len(found.activations)
    yield _formula(f"dA{last} = {LOSSES[found.loss].slope.format(A=f'A{last}')}", found)
    for each in found.equations:
        yield _formula(f"{each.name} = {each.general}", found)
    yield Heading("Backprop for these layers", 1)
    columns = (
        Column("name", "gradient", "formula"),
        Column("single", "for one example", "formula", spare=1),
        Column("equation", "for m examples in columns", "formula"),
    )
    rows = tuple(
        (array(each.name), _cell(each.single, found, single=True), _cell(each.equation, found))
        for each in found.equations
    )
    yield Table(columns, rows)


def shapes(found: NetworkResult) -> Table:
    """Return every variable beside its gradient; X and Y, which are data, have none."""
    columns = (
        Column("variable", "variable", "formula"),
        Column("shape", "shape", "words"),
        Column("gradient", "gradient", "formula"),
        Column("gradient_shape", "its shape", "words"),
    )
    rows: list[tuple[Cell, ...]] = []
    for each in found.arrays:
        gradient = each.gradient
        own = ("", "") if gradient is None else (array(gradient.name), shape_text(gradient.shape))
        rows.append((array(each.name), shape_text(each.shape), *own))
    return Table(columns, tuple(rows))


def _numbers(found: NetworkResult, digits: int | None) -> Iterator[Block]:
    yield Heading("Numbers", 1)
    hidden = []
    rounded = _rounded(found)
    for each in found.arrays:
        if each.value is None:
            hidden.append(f"{array(each.name)} {shape_text(each.shape)}")
            continue
        yield matrix(each.name, each.value, digits, rounded=each.name in rounded)
        if each.gradient is not None and each.gradient.value is not None:
            yield matrix(each.gradient.name, each.gradient.value, digits, rounded=bool(rounded))
    if hidden:
        yield Text(f"Too large to show: {', '.join(hidden)}; {code('--values')} shows them all.")
    beyond = [name for name, rows in _shown(found) if any(None in row for row in rows)]
    if beyond:
        yield Text(f"An entry - has no value in float64: in {', '.join(map(array, beyond))}.")
    if found.examples > 1:
        yield Text(
            "{} and {} are those of each example's own loss; the {} of {} stands in {} and"
            " {}.".format(*(formula(each, each) for each in ("dZ", "dA", "1/m", "J", "dW", "db")))
        )


def _rounded(found: NetworkResult) -> set[str]:
    """Return the arrays that come from a curved activation: tanh(z) is irrational, but at 0."""
    arrays = {each.name: each.value for each in found.arrays}
    names: set[str] = set()
    for layer, activation in enumerate(found.activations, start=1):
        if names:
            names.add(f"Z{layer}")
        if names or (
            not ACTIVATIONS[activation].straight and _is_anything(arrays.get(f"Z{layer}"))
        ):
            names.add(f"A{layer}")
    return names


def _is_anything(rows: Rows | None) -> bool:
    """Is there a number that is not 0?"""
    return rows is None or any(entry != 0 for row in rows for entry in row)


def _shown(found: NetworkResult) -> Iterator[tuple[str, Rows]]:
    """Yield the name and the rows of every array and gradient that is not too large."""
    for each in found.arrays:
        for part in (each, each.gradient):
            if part is not None and part.value is not None:
                yield part.name, part.value


def records(found: NetworkResult) -> Table:
    """Return the rows for machines: what was asked for, or each entry of each array."""
    asked = findings.records(found)
    if asked is not None:
        return asked
    return findings.array_records(
        (
            (each.name, each.value or (), (each.gradient and each.gradient.value) or ())
            for each in found.arrays
        ),
        repr,
    )
