"""What `cost` says: N + P steps beside N * P, how long both take, and that they agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivcli.errors import counted
from derivcli.graphs.cost import Cost, Measured
from derivcli.report.blocks import (
    Block,
    Cell,
    Chart,
    Column,
    Curve,
    Figure,
    Heading,
    Table,
    Text,
)
from derivcli.report.markup import formula

DIGITS = 3  # of a time, unless told: it varies from run to run
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0


def blocks(cost: Cost, digits: int = DIGITS) -> Iterator[Block]:
    """Yield the answer for people, numbers to `digits` significant digits."""
    last = "J adds the units of the last layer" if cost.layers > 1 else "J adds the units"
    yield Text(
        f"A network of N = {counted(cost.nodes, 'node')} and P ="
        f" {counted(cost.parameters, 'parameter')}"
        f" (seed {cost.seed}): {counted(cost.layers, 'layer')} of tanh units,"
        f" each of a weighted sum; {last}."
    )
    yield Heading(f"What {_all(cost)} of J take{'s' if cost.parameters == 1 else ''}")
    yield _table(cost, digits)
    yield from _reading(cost, digits)
    if len(cost.growth) > 1:
        yield Heading("How that grows with the graph")
        yield _growth(cost.growth, digits)
        yield chart(cost.growth)


def _all(cost: Cost) -> str:
    return "the derivative" if cost.parameters == 1 else f"all {cost.parameters:,} derivatives"


def _table(cost: Cost, digits: int) -> Table:
    columns = (
        Column("way", "way", "words"),
        Column("formula", "steps", "words"),
        Column("steps", "that is"),
        Column("seconds", "seconds"),
    )
    sweeps = cost.forward_seconds + cost.backward_seconds
    extrapolated = cost.one_at_a_time.total_seconds_extrapolated
    rows: tuple[tuple[Cell, ...], ...] = (
        ("backprop, forward and backward once", "N + P", f"{cost.backprop_steps:,}",
         _seconds(sweeps, digits)),
        ("one parameter at a time, extrapolated", "N * P", f"{cost.one_at_a_time_steps:,}",
         _seconds(extrapolated, digits)),
    )  # fmt: skip
    return Table(columns, rows)


def _seconds(seconds: float, digits: int) -> Figure:
    return Figure(_rounded(seconds, digits), rounded=True, full=repr(seconds))


def _rounded(number: float, digits: int) -> str:
    """Return a number to so many significant digits, an exponent only where it is tiny."""
    if number >= 10**digits:
        return f"{number:,.0f}"
    written = f"{number:#.{digits}g}".removesuffix(".")
    mantissa, _, exponent = written.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def _reading(cost: Cost, digits: int) -> Iterator[Text]:
    one, check = cost.one_at_a_time, cost.check
    steps = cost.one_at_a_time_steps / cost.backprop_steps
    sweeps = cost.forward_seconds + cost.backward_seconds
    yield Text(
        f"Backprop: {_duration(cost.forward_seconds, digits)} forward and"
        f" {_duration(cost.backward_seconds, digits)} backward, medians of"
        f" {counted(cost.runs, 'run')}; together as long as"
        f" {sweeps / cost.forward_seconds:.1f} forward sweeps, for {_all(cost)}."
    )
    yield Text(
        f"One at a time: to nudge a parameter and run forward again took"
        f" {_duration(one.seconds_each, digits)}, the median of"
        f" {counted(one.sample, 'parameter')}. For {_all(cost)} that is"
        f" {_duration(one.total_seconds_extrapolated, digits)}: extrapolated, not run."
    )
    yield Text(
        f"By steps that is {_times(steps)} the work, by the clock"
        f" {_times(one.total_seconds_extrapolated / sweeps)}: each run forward reads all the"
        f" parameters, which N does not count."
    )
    yield Text(
        f"Check: {'its derivative' if one.sample == 1 else f'the {one.sample} derivatives'} by"
        f" central differences (eps = {check.eps:.2g}) and by backprop differ by at most"
        f" {_rounded(check.worst_relative_difference, 2)}, relative."
    )


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} times" if ratio >= 10 else f"{ratio:.2g} times"


def _duration(seconds: float, digits: int) -> str:
    """Return a time in the unit that people would choose."""
    for least, unit in ((2 * DAY, "days"), (2 * HOUR, "hours"), (2 * MINUTE, "minutes")):
        if seconds >= least:
            size = {"days": DAY, "hours": HOUR, "minutes": MINUTE}[unit]
            return f"{_rounded(seconds / size, digits)} {unit}"
    if seconds >= 1:
        return f"{_rounded(seconds, digits)} s"
    return f"{_rounded(seconds * 1e3, digits)} ms"


def _growth(sizes: Sequence[Measured], digits: int) -> Table:
    columns = (
        Column("nodes", formula("N")),
        Column("parameters", formula("P")),
        Column("backprop_steps", formula("N + P")),
        Column("one_at_a_time_steps", formula("N * P")),
        Column("backprop_seconds", "backprop, s"),
        Column("one_at_a_time_seconds", "one at a time, s"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            *(f"{each:,}" for each in (size.nodes, size.parameters, size.backprop_steps,
                                       size.one_at_a_time_steps)),
            _seconds(size.forward_seconds + size.backward_seconds, digits),
            _seconds(size.one_at_a_time.total_seconds_extrapolated, digits),
        )
        for size in sizes
    )  # fmt: skip
    return Table(columns, rows, "one at a time is extrapolated from a sample of the parameters")


def chart(sizes: Sequence[Measured]) -> Chart:
    """Return the seconds of both ways against the number of nodes, on logarithmic axes."""
    one = tuple(
        (float(size.nodes), size.one_at_a_time.total_seconds_extrapolated) for size in sizes
    )
    sweeps = tuple(
        (float(size.nodes), size.forward_seconds + size.backward_seconds) for size in sizes
    )
    curves = (
        Curve("one parameter at a time, extrapolated", (one,)),
        Curve("backprop", (sweeps,)),
    )
    return Chart("seconds for all derivatives", "nodes", "seconds", curves, logarithmic=True)


def records(cost: Cost) -> Table:
    """Return the rows for machines: one for each graph."""
    keys = (
        "nodes", "parameters", "layers", "backprop_steps", "one_at_a_time_steps", "build_seconds",
        "forward_seconds", "backward_seconds", "runs", "sample", "seconds_each",
        "total_seconds_extrapolated", "eps", "worst_relative_difference",
    )  # fmt: skip
    parts = (("", keys[:9]), ("one_at_a_time", keys[9:12]), ("check", keys[12:]))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        tuple(
            repr(getattr(getattr(size, part) if part else size, key))
            for part, own in parts
            for key in own
        )
        for size in cost.growth or (cost,)
    )
    return Table(tuple(Column(key, key) for key in keys), rows)
