"""What `network` found when asked: a gradient check, a proof, a judgement, a training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from derivcli.defaults import ENTRY_DIGITS, EPS
from derivcli.errors import DerivError, UsageError, counted, listed
from derivcli.networks.equation import latex
from derivcli.networks.equation_reader import parse, parse_right_side
from derivcli.networks.judging.mistake_words import words
from derivcli.networks.results import (
    ArrayCheck,
    GradientCheck,
    Judgement,
    NetworkResult,
    Proved,
    Training,
)
from derivcli.report import own_gradient
from derivcli.report.blocks import (
    Block,
    Cell,
    Chart,
    Column,
    Curve,
    Formula,
    Heading,
    Table,
    Text,
)
from derivcli.report.descend import selection
from derivcli.report.markup import Kind, formula, marked, mixed
from derivcli.report.network_numbers import figure, latex_name, rounded
from derivcli.report.typesetting import typeset

if TYPE_CHECKING:
    from derivcli.exercises.own_networks.results import ProgramNetworkResult, ProgramProof

T = TypeVar("T")

ERROR_DIGITS = 3
KINDS: dict[str, Kind] = {"correct": "right", "wrong": "wrong", "undecided": "undecided"}
RUNAWAY = 100  # times the first cost: a chart would show the last one alone
BOUNDS = (1e-8, 1e-6)  # of errors that are rounding; a larger one tells more


def blocks(found: NetworkResult, digits: int | None = None) -> Iterator[Block]:
    """Yield the parts that were asked for; nothing where none was."""
    if found.judge is not None:
        yield from _judgement(found.judge)
    if found.proof is not None:
        yield from _proof(found, found.proof)
    if found.check is not None:
        yield from check(found.check)
    if found.gradient is not None:
        yield from own_gradient.blocks(found.gradient, digits)
    if found.training is not None:
        update = formula(f"W := W - {figure(found.training.rate).text} * dW")
        title = f"Gradient descent: {update}, and {formula('b')} likewise"
        yield from training(found.training, title, found.examples, digits)


def _reason(judgement: Judgement) -> str:
    """Return how it is known that an equation is right, or what is wrong with it."""
    if judgement.evidence == "proved":
        return "proved equal for all sizes"
    if judgement.evidence == "sampled":
        return f"equal on {counted(judgement.samples, 'network')} of random numbers"
    return judgement.diagnosis or "the two sides are different"


def _judgement(judgement: Judgement) -> Iterator[Block]:
    yield Formula(judgement.equation, judgement.latex)
    verdict = marked(KINDS[judgement.verdict], judgement.verdict.capitalize())
    yield Text(f"{verdict}: {_reason(judgement)}.")
    if judgement.detail:
        yield Text(f"{_sentence(judgement.detail)}.")
    if judgement.repaired:
        yield Text("Right would be")
        yield Formula(judgement.repaired, judgement.repaired_latex)


def _sentence(words: str) -> str:
    """Return words with a capital at their start, unless they start with a name: dW2."""
    first, _, rest = words.partition(" ")
    return f"{first.capitalize()} {rest}" if first.isalpha() and first.islower() else words


def _equation(source: str, found: NetworkResult) -> str:
    """Return a proved equation for a cell; what stands left of = may be more than a name."""
    layers = len(found.activations)
    try:
        if source.partition(" = ")[0].isalnum():
            return formula(source, latex(parse(source, layers, found.constants)))
        sides = (
            parse_right_side(each, layers, False, found.constants) for each in source.split(" = ")
        )
        return formula(source, " = ".join(map(latex, sides)))
    except DerivError:  # dA2[j, i]/dZ2[k, i], entry by entry
        return formula(source, typeset(source, latex_name))


def _proof(found: NetworkResult, proof: tuple[Proved, ...]) -> Iterator[Block]:
    yield from proof_table(
        formula("J"), [(_equation(each.equation, found), each) for each in proof]
    )
    where = "wherever J has a derivative"
    if any(each.condition for each in proof):
        where = "wherever J has a value and the condition holds"
    yield Text(outcome(proof, mixed(where), sized=True))
    sizes, told = found.written_out, "J is too large to be written out in symbols"
    if sizes is not None:
        layers = "-".join(map(str, sizes.layers))
        told = f"for a {layers} network with {formula(f'm = {sizes.examples}')}"
    yield Text(witnesses(formula("J"), told, written=sizes is not None))


def proof_table(J: str, proof: Sequence[tuple[str, Proved | ProgramProof]]) -> Iterator[Block]:
    """Yield equations, as formulas, beside what the two witnesses say of them."""
    yield Heading(f"Each equation beside the derivative of {J}, by two witnesses")
    conditions = [getattr(each, "condition", "") for _, each in proof]
    columns = [
        Column("equation", "equation", "formula"),
        Column("for_all_sizes", "in indices", "words"),
        Column("written_out", "written out", "words"),
    ]
    rows: list[tuple[Cell, ...]] = [
        (equation, _proved(proved=each.for_all_sizes), _entries_told(each))
        for equation, each in proof
    ]
    if any(conditions):
        columns.append(Column("condition", "where", "words"))
        rows = [(*row, condition) for row, condition in zip(rows, conditions, strict=True)]
    yield Table(tuple(columns), tuple(rows))


def outcome(proof: Sequence[Proved | ProgramProof], where: str, *, sized: bool) -> str:
    """Say how many equations are proved, and which of them for the sizes written out alone."""
    proved = sum(each.proved for each in proof)
    left = [each for each in proof if not each.for_all_sizes]
    told = f"{proved} of {len(proof)} equations are proved"
    if not left and sized:
        told += ", for all sizes"
    told += f", {where}"
    alone = [each.equation.partition(" = ")[0] for each in left if each.written_out]
    if alone and sized:
        names = listed([formula(name, latex_name(name)) for name in alone])
        told += f"; {names} for the sizes written out, and for no other sizes"
    return f"{told}."


def witnesses(J: str, told: str, *, written: bool) -> str:
    """Say what the two columns of a proof mean: where J is `written` out, or why it is not."""
    found = (
        "In indices: as sums over indices of any range, each by the chain rule from those above."
    )
    if not written:
        return f"{found} {mixed(told)}."
    at = f" {told}" if told else ""
    return f"{found} Written out: {J} with a symbol for every entry, differentiated by SymPy{at}."


def _entries_told(each: Proved | ProgramProof) -> str:
    if not each.entries:
        return "not written out"
    entries = counted(each.entries, "entry").replace("entrys", "entries")
    return _proved(proved=bool(each.written_out), more=f", {entries}")


def _proved(*, proved: bool, more: str = "") -> str:
    return f"{marked('right', 'proved')}{more}" if proved else marked("undecided", "undecided")


def bound(error: float | None) -> str:
    """Return what an error is below: its digits are rounding, and no machine's are another's."""
    if error is None:
        return ""
    if error == 0:
        return "0"
    for limit in BOUNDS:
        if error < limit:
            return f"< {figure(limit).text}"
    return rounded(error, 2)


def check(found: GradientCheck, latex: Callable[[str], str] = latex_name) -> Iterator[Block]:
    """Yield a gradient check; `latex` writes the name of an array for math mode."""
    yield Heading("Each gradient beside its central difference")
    columns = (
        Column("array", "array", "formula"),
        Column("entries", "nudged"),
        Column("worst", "worst error", "words"),
        Column("typical", "typical", "words"),
        Column("cause", "verdict", "words"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            formula(f"d{each.name}", latex(f"d{each.name}")),
            f"{each.entries:,}",
            formula(bound(each.worst_relative_error)),
            formula(bound(each.typical_relative_error)),
            marked("wrong", each.cause) if each.cause else marked("right", "agrees"),
        )
        for each in found.arrays
    )
    yield Table(columns, rows, "relative errors")
    for each in found.arrays:
        if each.cause:
            yield Text(_cause(each, latex))
    yield Text(_verdict(found))


def _cause(each: ArrayCheck, latex: Callable[[str], str]) -> str:
    """Return what was seen at the worst entry of an array."""
    detail = mixed(each.detail or "")
    if each.at is None:
        return f"{detail}."
    place, own = f"d{each.name}", latex(f"d{each.name}")
    if each.at:
        entry = ", ".join(map(str, each.at))
        place, own = f"{place}[{entry}]", f"{own}_{{{entry.replace(' ', '')}}}"
    place = formula(place, own)
    if each.cause == "wrong gradient" or each.gradient is None or each.estimate is None:
        return f"{place}: {detail}."
    return (
        f"{place}: the gradient is {formula(rounded(each.gradient, ERROR_DIGITS))}, the difference"
        f" quotient {formula(rounded(each.estimate, ERROR_DIGITS))}; {detail}."
    )


def _verdict(found: GradientCheck) -> str:
    eps, best = found.arrays[0].eps, rounded(EPS, ERROR_DIGITS)
    size = formula("max(1, |w|)")
    errors = formula("eps^2", r"\varepsilon^{2}"), formula("1/eps")
    why = "where the error of the formula, {}, and that of rounding, {}, balance".format(*errors)
    told = (
        f"{formula(f'eps = {best}')} times {size}: the cube root of float64's precision, {why}."
        if eps == EPS
        else f"{formula(f'eps = {figure(eps).text}')} times {size}, as told;"
        f" {formula(best)} is {why}."
    )
    told += "".join(
        f" In {each.name}, {each.detail}."
        for each in found.arrays
        if each.detail and not each.cause
    )
    if found.injected:
        caught = "not caught" if found.passed else "caught"
        mistake = words(found.injected) if found.planted is None else formula(found.planted)
        what = f"{found.injected} ({mistake})"
        return f"The planted mistake, {what}, is {caught}. Step: {told}"
    return f"{_outcome(found)} Step: {told}"


def _outcome(found: GradientCheck) -> str:
    causes = {each.cause for each in found.arrays} - {None}
    if not causes:
        return marked("right", "The gradients agree.")
    at_kinks = any(each.cause == "kink" and not each.crossed for each in found.arrays)
    if causes <= {"truncation", "rounding", "kink"} and not at_kinks:
        return "This step tells nothing of some gradients: it is the step that is at fault."
    if "kink" in causes and len(causes) == 1:
        return "At a kink there is no gradient that difference quotients could agree with."
    return marked("wrong", "The gradients do not agree.")


def training(training: Training, title: str, examples: int, digits: int | None) -> Iterator[Block]:
    """Yield a training under its title: costs, a chart, and how many of the examples are right."""
    yield Heading(title)
    yield _costs(training, digits)
    if len(training.costs) > 1 and training.costs[-1] < RUNAWAY * abs(training.costs[0]):
        yield chart(training)
    if training.correct is not None:
        kept = examples - training.held_out
        held = (
            f", and {training.held_out_correct} of the {training.held_out} held out"
            if training.held_out_correct is not None
            else ""
        )
        yield Text(
            f"At the end {training.correct} of {kept} examples are classified rightly{held}."
        )
    if training.note:
        yield Text(training.note)


def _costs(training: Training, digits: int | None) -> Table:
    columns = [
        Column("iteration", "iteration"),
        Column("cost", formula("J")),
    ]
    if training.held_out_costs is not None:
        columns.append(Column("held_out_cost", f"{formula('J')}, held out"))
    rows = []
    for index in selection(len(training.costs)):
        row: list[Cell] = [
            f"{training.at[index]:,}",
            figure(training.costs[index], digits or ENTRY_DIGITS),
        ]
        if training.held_out_costs is not None:
            row.append(figure(training.held_out_costs[index], digits or ENTRY_DIGITS))
        rows.append(tuple(row))
    return Table(tuple(columns), tuple(rows))


def chart(training: Training) -> Chart:
    """Return the cost against the iterations."""
    curves = [Curve("J", (tuple(zip(map(float, training.at), training.costs, strict=True)),))]
    if training.held_out_costs is not None:
        points = tuple(zip(map(float, training.at), training.held_out_costs, strict=True))
        curves.append(Curve("J, held out", (points,)))
    return Chart("the cost, iteration by iteration", "iteration", "J", tuple(curves))


def records(found: NetworkResult | ProgramNetworkResult) -> Table | None:
    """Return the rows for machines of what was asked for; None where nothing was.

    Raises UsageError where several things were: their rows have not the same columns.
    """
    asked = (found.judge, found.proof, found.check, found.gradient, found.training)
    if sum(each is not None for each in asked) > 1:
        raise UsageError(
            "CSV holds one answer at a time, of --judge, --prove, --check, --gradient and --train",
            where="in --format", hint="JSON holds them all: --format json",
        )  # fmt: skip
    if found.training is not None:
        return _training_records(found.training)
    if found.check is not None:
        return _records(found.check.arrays, (
            "name", "worst_relative_error", "typical_relative_error", "eps", "cause", "entries",
            "at", "gradient", "estimate", "slope", "detail",
        ))  # fmt: skip
    if found.gradient is not None:
        return own_gradient.records(found.gradient)
    if found.proof is not None:
        keys = ("equation", "proved", "entries", "condition", "for_all_sizes", "written_out")
        return _records(found.proof, tuple(key for key in keys if hasattr(found.proof[0], key)))
    if found.judge is not None:
        return _records(
            (found.judge,), ("equation", "verdict", "evidence", "diagnosis", "repaired")
        )
    return None


def array_records(
    arrays: Iterable[tuple[str, Sequence[Sequence[T | None]], Sequence[Sequence[T | None]]]],
    full: Callable[[T], str],
) -> Table:
    """Return a row for each entry of each array, beside that of its gradient where that is known.

    Each array is its name, its rows and those of its gradient, or none of them.
    """
    keys = ("array", "row", "column", "value", "gradient")
    rows: list[tuple[Cell, ...]] = []
    for name, values, slopes in arrays:
        for row, entries in enumerate(values):
            for column, value in enumerate(entries):
                pair = (value, slopes[row][column] if slopes else None)
                cells = ("" if each is None else full(each) for each in pair)
                rows.append((name, str(row + 1), str(column + 1), *cells))
    return Table(tuple(Column(key, key) for key in keys), tuple(rows))


def _records(rows: tuple[object, ...], keys: tuple[str, ...]) -> Table:
    return Table(
        tuple(Column(key, key, "words") for key in keys),
        tuple(tuple(_cell(getattr(row, key)) for key in keys) for row in rows),
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _training_records(training: Training) -> Table:
    held = training.held_out_costs or ("",) * len(training.costs)
    rows = tuple(
        (str(at), repr(cost), "" if other == "" else repr(other))
        for at, cost, other in zip(training.at, training.costs, held, strict=True)
    )
    return Table(tuple(Column(k, k) for k in ("iteration", "cost", "held_out_cost")), rows)
