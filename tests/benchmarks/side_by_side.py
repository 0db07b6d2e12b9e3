"""Time derivcli against named rivals, in turn, in one run: medians and their ratio.

    python tests/benchmarks/side_by_side.py [--runs 15]

Whole processes, standard output thrown away, bytecode compiled beforehand. Nothing here fails: it
prints what it measured beside what was aimed at.
"""

from __future__ import annotations

import argparse
import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import derivcli

HERE = Path(__file__).parent
MODULE = [sys.executable, "-m", "derivcli"]
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

BARE_DIFF = """
import sympy
w = sympy.Symbol("w")
J = 1/w
derivative = sympy.diff(J, w)
print(derivative, derivative.subs(w, 2))
for eps in (sympy.Rational("0.001"), sympy.Rational("0.002")):
    point = 2 + eps
    value = J.subs(w, point)
    print(eps, point, value, value - J.subs(w, 2), (value - J.subs(w, 2))/eps)
"""

BARE_TABLE = """
import sys, tomllib
import sympy
w = sympy.Symbol("w")
for example in tomllib.load(open(sys.argv[1], "rb"))["example"]:
    J = sympy.sympify(example["expression"])
    derivative = sympy.diff(J, w)
    at = sympy.sympify(example["at"])
    here = J.subs(w, at)
    estimates = [
        ((J.subs(w, at + eps) - here)/eps).evalf(10)
        for eps in (sympy.Rational("0.001"), sympy.Rational("0.002"))
    ]
    print(J, at, derivative, derivative.subs(w, at).evalf(10), *estimates)
"""


def run(command: Sequence[str], cwd: str) -> float:
    """Return the seconds of one run."""
    start = time.perf_counter()
    subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, check=False)
    return time.perf_counter() - start


def compare(name: str, ours: Sequence[str], rival: Sequence[str], aim: str, runs: int) -> None:
    """Print a row: both medians in ms, and the median of the ratios pair by pair."""
    with tempfile.TemporaryDirectory() as folder:
        run(ours, folder), run(rival, folder)
        pairs = [(run(ours, folder), run(rival, folder)) for _ in range(runs)]
    first, second = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"| {name} | {first:.0f} | {second:.0f} | {ratio:.2f} | {aim} |", flush=True)


def main() -> None:
    """Run every comparison."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--rows", type=int, default=1000)
    arguments = parser.parse_args()
    compileall.compile_dir(str(Path(derivcli.__file__).parent), quiet=1)
    examples = HERE / "mixed.toml"
    from mixed import write

    with tempfile.TemporaryDirectory() as folder:
        examples = Path(folder) / "mixed.toml"
        write(examples, arguments.rows)
        python = [sys.executable, "-c"]
        print("| what | derivcli, ms | rival, ms | ratio | aim |\n|---|---|---|---|---|")
        compare('`diff "1/w" --at 2 --eps 0.001 0.002` / bare SymPy script',
                [*MODULE, "diff", "1/w", "--at", "2", "--eps", "0.001", "0.002"],
                [*python, BARE_DIFF], "1.25", arguments.runs)  # fmt: skip
        compare("`--help` / `python -c 'import typer'`",
                [*MODULE, "--help"], [*python, "import typer"], "2", arguments.runs)  # fmt: skip
        compare("a syntax error / `python -c 'import typer'`",
                [*MODULE, "diff", "3 + sni(w)^2"], [*python, "import typer"], "2", arguments.runs)  # fmt: skip
        compare(f"`table --file` of {arguments.rows} rows / bare SymPy loop",
                [*MODULE, "table", "--file", str(examples)],
                [*python, BARE_TABLE, str(examples)], "0.8", max(3, arguments.runs // 5))  # fmt: skip
        print(f"| a guard around nothing | {guard_milliseconds():.1f} | | | 15 |")


def guard_milliseconds() -> float:
    """Return the median of what the guard adds to a task that does nothing."""
    from derivcli.guard.answers import Guard, answer

    times = []
    for _ in range(50):
        start = time.perf_counter()
        answer(echo, 1, Guard())
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def echo(item: int, _: object) -> int:
    """Do nothing, under guard."""
    return item


if __name__ == "__main__":
    main()
