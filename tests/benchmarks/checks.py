"""1,000 checks of textbook pairs in one process, beside a bare SymPy loop with the same clock.

The pairs are those of tests/exercises/test_grading.py: derivatives as books print them, in many
algebraic dresses, all of them right. The rival is `sympy.simplify(sympy.diff(f) - g) == 0` on
expressions that have been built beforehand.

    python tests/benchmarks/checks.py --checks 1000 --clock 5
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "exercises"))

import sympy
from test_grading import TEXTBOOK, exercise, forms

from derivcli.calculus import symbolic
from derivcli.exercises.grading import verdicts
from derivcli.language.tree import inline


class OutOfTime(Exception):
    """The clock has run out."""


def _ring(_signal, _frame):
    raise OutOfTime


def ours(item):
    """Return what derivcli says of a right answer, the best it said before the clock."""
    found = "out of time"
    try:
        for verdict in verdicts(item):
            found = f"{verdict.verdict}, {verdict.evidence}"
    except OutOfTime:
        pass
    return found


def rival(item):
    """Return what SymPy's simplify says of it."""
    f, g = item
    try:
        return "equal" if sympy.simplify(sympy.diff(f, symbolic.symbol("x")) - g) == 0 else "no"
    except OutOfTime:
        return "out of time"


def timed(judge, items, clock):
    """Return how long a loop took, and how often it said what."""
    said: Counter[str] = Counter()
    start = time.perf_counter()
    for item in items:
        signal.setitimer(signal.ITIMER_REAL, clock)
        try:
            said[judge(item)] += 1
        except OutOfTime:
            said["out of time"] += 1
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return time.perf_counter() - start, said


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks", type=int, default=1_000)
    parser.add_argument("--clock", type=float, default=5.0)
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _ring)
    pairs = [(f, form) for f, g in TEXTBOOK for form in forms(g)]
    random.Random(1).shuffle(pairs)
    exercises = [exercise(f, g) for f, g in pairs[: options.checks]]
    built = [
        (symbolic.to_sympy(inline(each.program)), symbolic.to_sympy(inline(each.answer)))
        for each in exercises
    ]
    for name, judge, items in (("derivcli", ours, exercises), ("simplify", rival, built)):
        sympy.core.cache.clear_cache()
        seconds, said = timed(judge, items, options.clock)
        print(f"{name}: {len(items) / seconds:.1f} checks a second, {dict(said)}", flush=True)


if __name__ == "__main__":
    main()
