"""What `network` says of a program of one's own: its steps, its derived equations, its numbers."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.errors import counted, listed
from derivcli.exercises.own_networks.results import ProgramNetworkResult, ProgramProof
from derivcli.report import array_graph, gradient_check, network_findings
from derivcli.report.array_values import derived_latex, rows
from derivcli.report.blocks import Block, Cell, Column, Formula, Heading, Table, Text
from derivcli.report.markup import formula, marked
from derivcli.report.network_numbers import figure
from derivcli.report.numbers import full_digits


def blocks(found: ProgramNetworkResult, digits: int | None = None) -> Iterator[Block]:
    """Yield what a person reads: the program as a whole, or what was asked of it."""
    yield Text(f"{found.name}: a program of your own.")
    asked = list(_findings(found, digits))
    if asked:
        yield from array_graph.parameters(found.graph)
        yield from asked
    else:
        yield from array_graph.whole(found.graph, digits)


def _findings(found: ProgramNetworkResult, digits: int | None) -> Iterator[Block]:
    """Yield the parts that were asked for; nothing where none was."""
    if found.judge is not None:
        judged, name = found.judge.answer, f"d{found.judge.answer.variable}"
        yield Formula(found.judge.equation, f"{derived_latex(name)} = {judged.answer_latex}")
        yield from gradient_check.judged(judged, name, digits)
    if found.proof is not None:
        yield from _proof(found, found.proof)
    if found.check is not None:
        yield from network_findings.check(found.check, derived_latex)
    if found.training is not None:
        title = f"Gradient descent: {_updates(found, found.training.rate)}"
        yield from network_findings.training(found.training, title, 0, digits)


def _proof(found: ProgramNetworkResult, proof: tuple[ProgramProof, ...]) -> Iterator[Block]:
    J = formula(found.output)
    yield Heading(f"Each equation beside the derivative of {J}, by two witnesses")
    columns = (
        Column("equation", "equation", "formula"),
        Column("for_all_sizes", "in indices", "words"),
        Column("written_out", "written out", "words"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (formula(each.equation, each.latex), _proved(each.for_all_sizes, ""), _entries_told(each))
        for each in proof
    )
    yield Table(columns, rows)
    yield Text(_outcome(found, proof, J))
    yield Text(_witnesses(found, J))


def _outcome(found: ProgramNetworkResult, proof: tuple[ProgramProof, ...], J: str) -> str:
    """Say how many equations are proved, and which of them for the sizes written out alone."""
    proved = sum(each.proved for each in proof)
    left = [each for each in proof if not each.for_all_sizes]
    told = f"{proved} of {len(proof)} equations are proved"
    if not left and _has_sizes(found):
        told += ", for all sizes"
    told += f", wherever {J} has a derivative"
    alone = [each.equation.partition(" = ")[0] for each in left if each.written_out]
    if alone and _has_sizes(found):
        names = listed([formula(name, derived_latex(name)) for name in alone])
        told += f"; {names} for the sizes written out, and for no other sizes"
    return f"{told}."


def _witnesses(found: ProgramNetworkResult, J: str) -> str:
    """Say what the two columns of a proof mean."""
    told = (
        f"In indices: the derivative of {J} as a sum over indices of any range, without a word of"
        " backprop."
    )
    if found.written_out is None:
        return f"{told} There was no time to write {J} out in symbols."
    sizes = ", ".join(formula(f"{name} = {size}") for name, size in found.written_out.items())
    at = f" for {sizes}" if sizes else ""
    return f"{told} Written out: {J} with a symbol for every entry, differentiated by SymPy{at}."


def _has_sizes(found: ProgramNetworkResult) -> bool:
    return any(isinstance(size, str) for shape in found.shapes.values() for size in shape)


def _entries_told(each: ProgramProof) -> str:
    entries = counted(each.entries, "entry").replace("entrys", "entries")
    return _proved(bool(each.written_out), f", {entries}")


def _proved(proved: bool, more: str) -> str:
    return f"{marked('right', 'proved')}{more}" if proved else marked("undecided", "undecided")


def _updates(found: ProgramNetworkResult, rate: float) -> str:
    """Return what each step does: w := w - 0.5 * dw, and the others likewise."""
    first, *others = found.parameters
    by, own = derived_latex(f"d{first}"), derived_latex(first)
    told = figure(rate).text
    update = formula(f"{first} := {first} - {told} * d{first}", rf"{own} := {own} - {told}\, {by}")
    likewise = [formula(name, derived_latex(name)) for name in others]
    return f"{update}, and {listed(likewise)} likewise" if likewise else update


def records(found: ProgramNetworkResult) -> Table:
    """Return the rows for machines: what was asked for, or each entry of each array."""
    asked = network_findings.records(found)
    if asked is not None:
        return asked
    return network_findings.array_records(
        (
            (each.name, rows(each.value), rows(each.gradient.value if each.gradient else None))
            for each in found.arrays
        ),
        full_digits,
    )
