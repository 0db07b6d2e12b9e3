"""What `network` says of a program of one's own: its steps, its derived equations, its numbers."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.errors import listed
from derivcli.exercises.own_networks.results import ProgramNetworkResult, ProgramProof
from derivcli.report import array_graph, gradient_check, network_findings, own_gradient
from derivcli.report.array_values import derived_latex, rows
from derivcli.report.blocks import Block, Formula, Table, Text
from derivcli.report.markup import formula, mixed
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
    if found.gradient is not None:
        yield from own_gradient.blocks(found.gradient, digits, derived_latex, mixed)
    if found.training is not None:
        title = f"Gradient descent: {_updates(found, found.training.rate)}"
        yield from network_findings.training(found.training, title, 0, digits)


def _proof(found: ProgramNetworkResult, proof: tuple[ProgramProof, ...]) -> Iterator[Block]:
    J = formula(found.output)
    yield from network_findings.proof_table(
        J, [(formula(each.equation, each.latex), each) for each in proof]
    )
    sized = any(isinstance(size, str) for shape in found.shapes.values() for size in shape)
    where = f"wherever {J} has a derivative"
    yield Text(network_findings.outcome(proof, where, sized=sized))
    sizes, told = found.written_out, f"There was no time to write {found.output} out in symbols"
    written = any(each.entries for each in proof)
    if sizes is not None and not written:
        told = f"SymPy could tell none of them from {found.output} written out in symbols"
    elif sizes is not None:
        known = ", ".join(formula(f"{name} = {size}") for name, size in sizes.items())
        told = f"for {known}" if known else ""
    yield Text(network_findings.witnesses(J, told, written=written))


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
