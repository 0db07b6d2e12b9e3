"""10,000 steps of gradient descent beside a plain Python loop over lambdas: medians of one process.

    python tests/benchmarks/descent.py [--runs 15]

Both sides keep w, J(w) and the gradient of every step; ours also looks for convergence, runaway
and the end of the domain. Parsing, the derivative and reporting are left out on both sides.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable
from typing import Any

from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.descent.loop import along_line, through_space
from derivcli.calculus.floats.closures import closure
from derivcli.language.parser import parse
from derivcli.language.tree import inline

STEPS = 10_000


def lambdas(J: Callable[[float], float], g: Callable[[float], float], w: float, rate: float) -> Any:
    """Return the path of one variable, the way one writes it by hand."""
    path = []
    for _ in range(STEPS + 1):
        slope = g(w)
        path.append((w, J(w), slope))
        w -= rate * slope
    return path


def lambdas2(J: Any, dw: Any, db: Any, w: float, b: float, rate: float) -> Any:
    """Return the path of two variables, the way one writes it by hand."""
    path = []
    for _ in range(STEPS + 1):
        slope_w, slope_b = dw(w, b), db(w, b)
        path.append((w, b, J(w, b), slope_w, slope_b))
        w -= rate * slope_w
        b -= rate * slope_b
    return path


def unreachable(_: Any) -> Any:
    """Stand in for what is asked at kinks; these functions have none."""
    raise AssertionError


def ours(source: str, wrt: tuple[str, ...], data: dict[str, float], start: Any, rate: float) -> Any:
    """Return a function that descends, the closures made beforehand."""
    program = parse(source)
    derivatives = Derivatives(program)
    value = closure(inline(program), wrt, data)
    gradient = [closure(derivatives.tree(name, 1), wrt, data) for name in wrt]

    def run() -> Any:
        if len(wrt) == 1:
            path = along_line(gradient[0], unreachable, rate, start, STEPS)
        else:
            path = through_space(gradient, unreachable, rate, start, STEPS)
        return path, list(map(value, path.points))

    return run


def compare(name: str, mine: Callable[[], Any], rival: Callable[[], Any], runs: int) -> None:
    """Print a row: both medians in ms, and the median of the ratios pair by pair."""
    path, values = mine()
    by_hand = rival()
    assert len(values) == len(by_hand) == STEPS + 1, f"{name} ended after {len(values)} steps"
    at = path.points[-1]
    assert math.isclose(at[0] if isinstance(at, tuple) else at, by_hand[-1][0], rel_tol=1e-9)
    pairs = [(timed(mine), timed(rival)) for _ in range(runs)]
    first, second = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"| {name} | {first:.2f} | {second:.2f} | {ratio:.2f} | 2 |", flush=True)


def timed(function: Callable[[], Any]) -> float:
    """Return the seconds of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def main() -> None:
    """Run every comparison."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    x, y = -2.0, 2.0
    print(
        f"| {STEPS:,} steps of | derivcli, ms | lambdas, ms | ratio | aim |\n|---|---|---|---|---|"
    )
    compare("w**2", ours("w**2", ("w",), {}, 3.0, 1e-4),
            lambda: lambdas(lambda w: w**2, lambda w: 2 * w, 3.0, 1e-4), runs)  # fmt: skip
    compare("w**4 - 3*w**2 + w", ours("w**4 - 3*w**2 + w", ("w",), {}, 2.0, 1e-4),
            lambda: lambdas(lambda w: w**4 - 3 * w**2 + w, lambda w: 4 * w**3 - 6 * w + 1,
                            2.0, 1e-4), runs)  # fmt: skip
    compare("exp(w) - 2*w", ours("exp(w) - 2*w", ("w",), {}, 0.0, 1e-4),
            lambda: lambdas(lambda w: math.exp(w) - 2 * w, lambda w: math.exp(w) - 2, 0.0, 1e-4),
            runs)  # fmt: skip
    compare("(w*x + b - y)**2/2 in w and b",
            ours("(w*x + b - y)**2/2", ("w", "b"), {"x": x, "y": y}, (2.0, 8.0), 1e-4),
            lambda: lambdas2(lambda w, b: (w * x + b - y) ** 2 / 2,
                             lambda w, b: x * (w * x + b - y), lambda w, b: w * x + b - y,
                             2.0, 8.0, 1e-4), runs)  # fmt: skip


if __name__ == "__main__":
    main()
