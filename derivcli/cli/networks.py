"""What was typed for `network` to a request: a size string, a name, a file, and the options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from math import isfinite
from typing import TYPE_CHECKING

from derivcli.calculus.arithmetic import Float64
from derivcli.calculus.evaluate import evaluate
from derivcli.cli.inputs import constant, constants
from derivcli.defaults import INITS
from derivcli.errors import DerivError, UsageError, printable
from derivcli.networks.layers import (
    LIKE_SIZES,
    Architecture,
    architecture,
    go_together,
    sizes,
)
from derivcli.networks.losses import LOSSES
from derivcli.networks.penalty import read_penalty
from derivcli.networks.results import NetworkSpec, TrainingRequest

if TYPE_CHECKING:
    from derivcli.exercises.networks import AnyNetwork
    from derivcli.exercises.program_networks import ProgramNetwork

DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2212", "-----")  # as pasted from a text
SMALLEST_EPS, LARGEST_EPS = 1e-15, 10.0


def spec(
    named: str | None,
    file: str | None,
    activations: Sequence[str],
    loss: str | None,
    examples: int | None,
    data: str | None,
    seed: int | None,
    init: str | None,
    penalty: str | None = None,
    at: Sequence[str] = (),
) -> NetworkSpec | ProgramNetwork:
    """Return the network that was asked for; options go before what its entry says."""
    if init is not None and init not in INITS:
        near = get_close_matches(init, INITS, n=1)
        raise UsageError(
            f"unknown initialisation '{printable(init)}'", where="in --init",
            hint=f"did you mean '{near[0]}'?" if near else f"known: {', '.join(INITS)}",
        )  # fmt: skip
    if data is not None and examples is not None:
        raise UsageError("--data brings its own examples, and --examples is given")
    if named is not None:
        named = named.translate(DASHES)
    if file is None and named is not None and LIKE_SIZES.fullmatch(named):
        found = NetworkSpec(architecture(sizes(named, "in SPEC"), activations, loss))
    else:
        entry = _entry(named, file)
        from derivcli.exercises.networks import NetworkExample

        if not isinstance(entry, NetworkExample):
            refuse(entry.name, {
                "--activation": activations, "--loss": loss, "--examples": examples, "--init": init,
                "--penalty": penalty, "--at": at,
            })  # fmt: skip
            return _program(entry, data, seed)
        found = entry.spec
        if activations or loss is not None:
            chosen = _instead(found.architecture, activations, loss)
            found = replace(found, architecture=chosen)
    found = replace(found, architecture=_penalised(found.architecture, penalty, at))
    if examples is not None and (found.data is not None or {"X", "Y"} & set(found.given)):
        raise UsageError(
            f"the network '{found.name}' brings its own examples", where="in --examples"
        )
    if data is not None:
        given = {name: rows for name, rows in found.given.items() if name not in ("X", "Y")}
        found = replace(found, data=data, given=given)
    return replace(
        found,
        examples=found.examples if examples is None else examples,
        seed=found.seed if seed is None else seed,
        init=found.init if init is None else init,
    )


def _penalised(own: Architecture, source: str | None, at: Sequence[str]) -> Architecture:
    """Return an architecture with a penalty, or with other numbers in its own."""
    if source is None and own.penalty is None:
        if at:
            raise UsageError("--at goes with --penalty: it gives numbers to the names in it")
        return own
    given = {} if source is not None or own.penalty is None else dict(own.penalty.constants)
    for text in at:
        name, value = constant(text, "in --at")
        if not name:
            raise UsageError(
                "whose value is this?", source=text, span=value.output.span, where="in --at",
                hint=f"write --at lambda={text}",
            )  # fmt: skip
        given[name] = value.output.expression
    typed = own.penalty.text if source is None and own.penalty is not None else source or ""
    try:
        return replace(own, penalty=read_penalty(typed, replace(own, penalty=None), given))
    except DerivError as error:
        raise error if error.where else error.located(source=typed, where="in --penalty") from None


def refuse(name: str, options: Mapping[str, object]) -> None:
    """Raise UsageError for options that were given and are for layers alone."""
    for option, value in options.items():
        if value:
            raise UsageError(
                f"{option} is for layers, and the network '{name}' is a program of its own",
                hint="change its program, its shapes or its data in the file",
            )


def _program(entry: ProgramNetwork, data: str | None, seed: int | None) -> ProgramNetwork:
    """Return a program with other examples or another seed, or both."""
    if data is not None:
        kept = [each for each in entry.values if each.partition("=")[0] not in entry.data]
        entry = replace(entry, values=tuple(kept), data=(), file=data)
    return entry if seed is None else replace(entry, seed=seed)


def _instead(own: Architecture, activations: Sequence[str], loss: str | None) -> Architecture:
    """Return an entry's architecture with other activations or another loss, or both.

    With a loss alone the activations stay, but for a last one that has no meaning with it.
    """
    kept = list(activations or own.activations)
    row = LOSSES.get(loss or own.loss)
    if not activations and row is not None and not go_together(kept[-1], row.name):
        kept[-1] = row.fits
    return replace(architecture(own.sizes, kept, loss or own.loss), penalty=own.penalty)


def _entry(named: str | None, file: str | None) -> AnyNetwork:
    """Return an entry of a file, or of the collection of examples."""
    from derivcli.exercises.networks import load

    if named is None and file is None:
        raise UsageError("SPEC is missing", hint="write derivcli network 3-4-1, or a name")
    listed = load(file)
    if named is None:
        if len(listed) == 1:
            return listed[0]
        names = ", ".join(each.name for each in listed)
        raise UsageError(f"the file has {len(listed)} networks", hint=f"choose one: {names}")
    known = {each.name: each for each in listed}
    if named not in known:
        folded = {name.casefold(): name for name in known}
        near = get_close_matches(named.casefold(), folded, n=1)
        hint = (
            f"did you mean '{folded[near[0]]}'?"
            if near
            else f"there are {', '.join(known)}; or sizes: 3-4-1"
        )
        raise UsageError(f"there is no network '{printable(named)}'", hint=hint)
    return known[named]


def training(
    train: bool, iterations: int | None, rate: float | None, held_out: int | None
) -> TrainingRequest | None:
    """Return how to train, or None; Raises UsageError for its options without --train."""
    given = {"--iterations": iterations, "--rate": rate, "--held-out": held_out}
    if not train:
        for option, value in given.items():
            if value is not None:
                raise UsageError(f"{option} goes with --train")
        return None
    if rate is not None and not (rate > 0 and isfinite(rate)):
        raise UsageError("the learning rate is a number above 0", where="in --rate")
    usual = TrainingRequest()
    return TrainingRequest(
        usual.iterations if iterations is None else iterations,
        usual.rate if rate is None else rate,
        held_out or 0,
    )


def nudge(check: bool, inject: str | None, eps: str | None) -> float | None:
    """Return the step of --check; Raises UsageError for its options without --check."""
    for option, value in (("--inject", inject), ("--eps", eps)):
        if value is not None and not check:
            raise UsageError(f"{option} goes with --check")
    if eps is None:
        return None
    (given,) = constants([eps], "in --eps")
    step = float(evaluate(given, {}, Float64()))
    if not SMALLEST_EPS <= step <= LARGEST_EPS:
        raise UsageError(
            f"the step is a number from {SMALLEST_EPS:g} to {LARGEST_EPS:g}",
            source=eps, span=given.output.span, where="in --eps",
        )  # fmt: skip
    return step


@contextmanager
def watched(*, training: bool) -> Iterator[Callable[[str], object]]:
    """Give what is told of each stage: a bar on a terminal's stderr for a training."""
    if not (training and sys.stderr.isatty()):
        yield lambda _: None
        return
    from derivcli.render.progress import counted

    with counted(sys.stderr) as tell:
        yield tell
