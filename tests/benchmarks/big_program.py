"""A program of 10,000 statements and 100,000 parameters: parsed, made into a tape, and swept.

    python tests/benchmarks/big_program.py [--statements N] [--parameters P] [--write FILE]

The statements are the units of a layered network, each a weighted sum of units of the layer before
through tanh; the last one adds the units of the last layer. Prints seconds, medians of one process.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from derivcli.graphs.tape.programs import program_tape
from derivcli.language.limits import file_limits
from derivcli.language.parser import parse

WIDTH = 100


def program(statements: int, parameters: int) -> str:
    """Return the text of a program; the parameters are w0, w1, ..., the data x0 to x99."""
    draw = random.Random(20)
    units = statements - 1
    before = [f"x{index}" for index in range(WIDTH)]
    layer: list[str] = []
    lines = []
    used = 0
    for index in range(units):
        share = parameters * (index + 1) // units - used
        terms = [f"w{used + each}*{draw.choice(before)}" for each in range(share)]
        used += share
        lines.append(f"a{index} = tanh({' + '.join(terms) or draw.choice(before)})")
        layer.append(f"a{index}")
        if len(layer) == WIDTH:
            before, layer = layer, []
    return "\n".join([*lines, f"J = {' + '.join(layer or before)}", ""])


def point(parameters: int) -> dict[str, float]:
    """Return a value for each variable of the program."""
    draw = random.Random(21)
    values = {f"x{index}": draw.uniform(-1, 1) for index in range(WIDTH)}
    return values | {f"w{index}": draw.gauss(0, 0.4) for index in range(parameters)}


def timed(what: str, task: Callable[[], Any], runs: int) -> Any:
    """Print the median of the seconds of a task, and return its result."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        result = task()
        seconds.append(time.perf_counter() - start)
    print(f"| {what} | {statistics.median(seconds):.3f} |", flush=True)
    return result


def main() -> None:
    """Write the program, or measure each stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=10_000)
    parser.add_argument("--parameters", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", metavar="FILE", help="write the program to FILE, and no more")
    options = parser.parse_args()
    source = program(options.statements, options.parameters)
    if options.write:
        Path(options.write).write_text(source, "utf-8")
        return
    values = point(options.parameters)
    names = [name for name in values if name.startswith("w")]
    print(f"{len(source):,} characters\n\n| stage | seconds |\n|---|---|")
    limits = file_limits(10_000_000)
    read = timed("parse", lambda: parse(source, (), limits), options.runs)
    tape = timed("build the tape", lambda: program_tape(read, names), options.runs)
    timed("both sweeps, by name", lambda: tape.sweep(values), 5 * options.runs)


if __name__ == "__main__":
    main()
