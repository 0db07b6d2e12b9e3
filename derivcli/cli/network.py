"""`derivcli network`: layers of units, the equations of backprop, and what can be asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from derivcli.cli import names
from derivcli.cli.options import (
    EXAMPLES_FILE,
    OutputFormat,
    PictureOutput,
    Standalone,
    Timeout,
)
from derivcli.defaults import ENTRY_DIGITS, EPS, EXAMPLES, INITS, ITERATIONS, RATE, SEED, TIMEOUT
from derivcli.errors import UsageError

if TYPE_CHECKING:
    from derivcli.cli.output import Destination
    from derivcli.exercises.program_networks import ProgramNetwork
    from derivcli.networks.results import TrainingRequest


def network(
    spec: Annotated[
        str | None,
        typer.Argument(
            metavar="[SPEC]",
            help="Sizes such as 3-4-1, features first, or a network of derivcli examples.",
            autocompletion=names.networks,
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--file", metavar="TOML", help="A [[network]] of this file.", show_default=EXAMPLES_FILE
        ),
    ] = None,
    activation: Annotated[
        list[str] | None,
        typer.Option(
            "--activation",
            metavar="NAME...",
            help="One a layer, softmax on the last alone: {names}.",
            show_default="tanh, and what fits the loss",
            autocompletion=names.activations,
        ),
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(
            "--loss",
            metavar="NAME",
            help="One of {names}; or an expression in A and Y, entry by entry.",
            show_default="what fits the last activation",
            autocompletion=names.losses,
        ),
    ] = None,
    penalty: Annotated[
        str | None,
        typer.Option(
            "--penalty",
            metavar="EXPRESSION",
            help='What is added to the cost: "lambda/2*sum(W1**2)".',
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at",
            metavar="NAME=VALUE...",
            help="Numbers for the names in --penalty: lambda=0.1.",
            show_default=False,
        ),
    ] = None,
    examples: Annotated[
        int | None,
        typer.Option(
            "--examples",
            min=1,
            metavar="M",
            help="How many are drawn.",
            show_default=str(EXAMPLES),
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar="CSV",
            help="Examples from a file with the columns x1, x2, ... and y, or y1, y2, ...",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            min=0,
            max=2**32 - 1,
            metavar="N",
            help="Draws what is not given.",
            show_default=str(SEED),
        ),
    ] = None,
    init: Annotated[
        str | None,
        typer.Option(
            "--init",
            metavar="NAME",
            help="How weights begin: {names}.",
            show_default=INITS[0],
            autocompletion=names.inits,
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Check every gradient by nudging its parameter.")
    ] = False,
    inject: Annotated[
        str | None,
        typer.Option(
            "--inject",
            metavar="MISTAKE",
            help="With --check: plant a classic mistake, such as missing-mean, and see it caught.",
            autocompletion=names.mistakes,
        ),
    ] = None,
    eps: Annotated[
        str | None,
        typer.Option(
            "--eps",
            metavar="EPS",
            help="With --check: the step.",
            show_default=f"{EPS:.2e}".replace("e-0", "e-"),
        ),
    ] = None,
    gradient: Annotated[
        str | None,
        typer.Option(
            "--gradient",
            metavar="FILE",
            help="Check dW1, db1, ... of your own, from a .toml, .json or .npz file.",
            show_default=False,
        ),
    ] = None,
    prove: Annotated[
        bool, typer.Option("--prove", help="Prove the equations for all sizes.")
    ] = False,
    judge: Annotated[
        str | None,
        typer.Option(
            "--judge",
            metavar="EQUATION",
            help='Judge an equation: "dZ1 = W2.T @ dZ2 * g1\'(Z1)".',
            show_default=False,
        ),
    ] = None,
    train: Annotated[bool, typer.Option("--train", help="Train it by gradient descent.")] = False,
    iterations: Annotated[
        int | None,
        typer.Option(
            "--iterations",
            min=1,
            max=10_000_000,
            metavar="N",
            help="With --train: how many steps.",
            show_default=str(ITERATIONS),
        ),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            "--rate",
            metavar="A",
            help="With --train: the learning rate.",
            show_default=str(RATE),
        ),
    ] = None,
    held_out: Annotated[
        int | None,
        typer.Option(
            "--held-out",
            min=1,
            metavar="N",
            help="With --train: keep the last N examples out, and show their cost, too.",
            show_default=False,
        ),
    ] = None,
    values: Annotated[bool, typer.Option("--values", help="Show large arrays, too.")] = False,
    output_format: OutputFormat = None,
    output: PictureOutput = None,
    standalone: Standalone = False,
    digits: Annotated[
        int | None,
        typer.Option(
            "--digits",
            min=1,
            max=12,
            metavar="N",
            help="Significant digits of the largest entry.",
            show_default=str(ENTRY_DIGITS),
        ),
    ] = None,
    timeout: Timeout = TIMEOUT,
) -> int:
    """A network's six equations: shown, checked, proved, judged.

    Exit status 1: a check, a proof or a judgement says no.

    Examples:
        derivcli network 3-4-1 --check
        derivcli network 3-4-1 --judge "dW2 = dZ2 @ A1.T"  # wrong: exit status 1
    """  # fmt: skip
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs, networks
    from derivcli.cli.output import deliver, destination

    to = destination(output_format, output, standalone=standalone, figures=True)
    if to.is_drawing and not train:
        raise UsageError(
            "without --train there is no chart to draw", where="in --output",
            hint="add --train, or end it in .txt .json .csv .md .tex .html",
        )  # fmt: skip
    seconds = inputs.check_timeout(timeout)
    training = networks.training(train, iterations, rate, held_out)
    nudge = networks.nudge(check, inject, eps)
    chosen = networks.spec(
        spec, file, activation or (), loss, examples, data, seed, init, penalty, at or ()
    )

    from derivcli.cli.run import run
    from derivcli.networks.results import NetworkRequest, NetworkSpec
    from derivcli.report import network as report

    if not isinstance(chosen, NetworkSpec):
        return _of_program(
            chosen, check, inject, nudge, gradient, prove, judge, training, values, to, digits,
            seconds,
        )  # fmt: skip
    request = NetworkRequest(chosen, check, inject, nudge, prove, judge, training, values, gradient)
    loads = "proof" if prove or judge else None
    with networks.watched(training=train) as tell:
        result = run("network", request, seconds, to, tell, loads)
    return deliver(result, to, report, digits)


def _of_program(
    chosen: ProgramNetwork,
    check: bool,
    inject: str | None,
    eps: float | None,
    gradient: str | None,
    prove: bool,
    judge: str | None,
    training: TrainingRequest | None,
    values: bool,
    to: Destination,
    digits: int | None,
    seconds: float,
) -> int:
    """Answer for a network that is a program of one's own."""
    from derivcli.cli import networks, program_networks
    from derivcli.cli.output import deliver
    from derivcli.cli.run import run
    from derivcli.exercises.own_networks.results import ProgramNetworkRequest
    from derivcli.report import program_network as report

    held_out = training is not None and training.held_out
    networks.refuse(chosen.name, {"--held-out": held_out})
    asked, loads = program_networks.read(chosen), "proof" if prove else None
    question = None
    if judge is not None:
        from derivcli.cli.matrix_answers import equation_question

        question, loads = equation_question(asked, judge), "gradient check"
    request = ProgramNetworkRequest(
        asked, chosen.name, chosen.seed, check, eps, prove, question, training, values, gradient,
        inject,
    )  # fmt: skip
    with networks.watched(training=training is not None) as tell:
        result = run("program_network", request, seconds, to, tell, loads)
    return deliver(result, to, report, digits)
