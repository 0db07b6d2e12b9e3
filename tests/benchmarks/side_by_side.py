"""Time derivcli against named rivals, in turn, in one run: medians and their ratio.

    python tests/benchmarks/side_by_side.py [--runs 15]

Whole processes, standard output thrown away, bytecode compiled beforehand. Nothing here fails: it
prints what it measured beside what was aimed at.
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
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

BARE_PRODUCT = """
import sympy
w = sympy.Symbol("w")
J = sympy.exp(w)*sympy.sin(w)
derivative = sympy.diff(J, w)
print(derivative, derivative.subs(w, 2).evalf(10))
for eps in (sympy.Rational("0.1"), sympy.Rational("0.01"), sympy.Rational("0.001")):
    point = 2 + eps
    value, here = J.subs(w, point).evalf(10), J.subs(w, 2).evalf(10)
    print(eps, point, value, value - here, ((J.subs(w, point) - J.subs(w, 2))/eps).evalf(10))
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


PEERS = {  # who answer the same question without estimates, each as its manual says
    "qalc": ["qalc", "-t", "diff(1/x,x)"],
    "maxima": ["maxima", "--very-quiet", "--batch-string=diff(1/x,x);"],
    "gp": ["sh", "-c", 'echo "deriv(1/x,x)" | gp -q'],
}


def main() -> None:
    """Run every comparison."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--rows", type=int, default=1000)
    arguments = parser.parse_args()
    runs, few = arguments.runs, max(3, arguments.runs // 5)
    compileall.compile_dir(str(Path(derivcli.__file__).parent), quiet=1)
    from mixed import write

    with tempfile.TemporaryDirectory() as folder:
        examples = str(Path(folder) / "mixed.toml")
        write(Path(examples), arguments.rows)
        python = [sys.executable, "-c"]
        typer = [*python, "import typer"]
        diff = [*MODULE, "diff", "1/w", "--at", "2", "--eps", "0.001", "0.002"]
        product = [*MODULE, "diff", "exp(w)*sin(w)", "--at", "2"]
        table = [*MODULE, "table", "--file", examples]
        bare = [*python, BARE_TABLE, examples]
        print("| what | derivcli, ms | rival, ms | ratio | aim |\n|---|---|---|---|---|")
        compare('`diff "1/w" --at 2 --eps 0.001 0.002` / bare SymPy script',
                diff, [*python, BARE_DIFF], "0.90", runs)  # fmt: skip
        compare('`diff "exp(w)*sin(w)" --at 2` / bare SymPy script',
                product, [*python, BARE_PRODUCT], "0.95", runs)  # fmt: skip
        compare("`--help` / `python -c 'import typer'`",
                [*MODULE, "--help"], typer, "1.2", runs)  # fmt: skip
        compare("a syntax error / `python -c 'import typer'`",
                [*MODULE, "diff", "3 + sni(w)^2"], typer, "1.3", runs)  # fmt: skip
        compare(f"`table --file` of {arguments.rows} rows / bare SymPy loop",
                table, bare, "0.5", few)  # fmt: skip
        if one := shutil.which("taskset"):
            alone = [one, "-c", "0"]
            compare('one processor: `diff "1/w"` / bare SymPy script',
                    [*alone, *diff], [*alone, *python, BARE_DIFF], "1.15", runs)  # fmt: skip
            compare(f"one processor: `table --file` of {arguments.rows} rows / bare SymPy loop",
                    [*alone, *table], [*alone, *bare], "0.8", few)  # fmt: skip
        for name, command in PEERS.items():
            if shutil.which(name):
                compare(f'`diff "1/w" --at 2 --eps 0.001 0.002` / `{" ".join(command)}`',
                        diff, command, "", runs)  # fmt: skip
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
