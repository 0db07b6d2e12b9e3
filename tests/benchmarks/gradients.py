"""The gradient of a layered network: the tape beside NumPy by hand, CasADi, autograd, micrograd.

    OMP_NUM_THREADS=1 python tests/benchmarks/gradients.py [--nodes 10000] [--parameters 100000]

Units of tanh over weighted sums, in layers of 100, each reading units of the layer before, drawn at
random; J adds the units of the last layer. Same weights, one process, one thread, the systems in
turn, medians of forward and backward together. micrograd runs once, torch where it is installed.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # read when NumPy is loaded, so before that

import numpy as np  # noqa: E402 - see above

from derivcli.graphs.tape.builder import Builder  # noqa: E402 - see above
from derivcli.graphs.tape.tape import Tape  # noqa: E402 - see above

WIDTH = 100


@dataclass
class Task:
    """One network: inputs[layer][unit] are the units that it reads, weights likewise."""

    inputs: np.ndarray
    weights: np.ndarray
    data: np.ndarray


def task(nodes: int, parameters: int, width: int) -> Task:
    """Return a network of about that size, every time the same."""
    draw = np.random.default_rng(1)
    layers, fan_in = max(1, nodes // width), max(1, parameters // nodes)
    inputs = draw.integers(0, width, size=(layers, width, fan_in))
    weights = draw.normal(0, 1.2 / np.sqrt(fan_in), inputs.shape)
    return Task(inputs, weights, draw.normal(size=width))


def by_tape(net: Task) -> Callable[[], Any]:
    """Return both sweeps of a tape."""
    builder = Builder()
    weights = builder.parameters(net.weights.size).reshape(net.weights.shape)
    units = builder.data(net.data.size)
    for layer, read in enumerate(net.inputs):
        units = builder.operations("tanh", builder.weighted_sums(weights[layer], units[read]))
    output = builder.sum(units.tolist())
    tape, flat = Tape.of(builder.wiring()), net.weights.ravel()

    def run() -> Any:
        values = tape.forward(flat, net.data)
        return values[tape.places[output]], tape.backward(values, output)[: flat.size]

    def halves() -> tuple[float, float]:
        """Return the seconds of each sweep."""
        start = time.perf_counter()
        values = tape.forward(flat, net.data)
        middle = time.perf_counter()
        tape.backward(values, output)
        return middle - start, time.perf_counter() - middle

    run.halves = halves
    return run


def by_hand(net: Task) -> Callable[[], Any]:
    """Return what one writes for this very network, a layer at a time."""
    layers, width, _ = net.inputs.shape

    def run() -> Any:
        units, read = [net.data], []
        for layer in range(layers):
            read.append(units[-1][net.inputs[layer]])
            units.append(np.tanh((net.weights[layer] * read[-1]).sum(axis=1)))
        gradient = np.empty_like(net.weights)
        slope = np.ones(width)
        for layer in reversed(range(layers)):
            slope = (slope * (1 - units[layer + 1] ** 2))[:, None]
            gradient[layer] = slope * read[layer]
            slope = np.bincount(
                net.inputs[layer].ravel(), (slope * net.weights[layer]).ravel(), width
            )
        return units[-1].sum(), gradient.ravel()

    return run


def by_casadi(net: Task, *, buffered: bool = False) -> Callable[[], Any]:
    """Return an SX function of value and gradient, called plainly or through its buffers.

    It is built a layer at a time, on vectors of symbols: six times as fast as one by one.
    """
    import casadi

    _, width, fan_in = net.inputs.shape
    symbols = casadi.SX.sym("w", net.weights.size)
    units, used = casadi.SX(net.data), 0
    for read in net.inputs:
        rows = casadi.reshape(symbols[used : used + width * fan_in], fan_in, width)
        used += width * fan_in
        total = sum(rows[each, :].T * units[read[:, each].tolist()] for each in range(fan_in))
        units = casadi.tanh(total)
    J = casadi.sum1(units)
    function = casadi.Function("J", [symbols], [J, casadi.gradient(J, symbols)])
    flat = net.weights.ravel()
    if not buffered:

        def plain() -> Any:
            value, gradient = function(flat)
            return float(value), gradient

        return plain
    buffer, trigger = function.buffer()
    value, gradient = np.zeros(1), np.zeros(flat.size)
    kept = function, buffer, flat  # CasADi holds addresses alone
    buffer.set_arg(0, memoryview(flat))
    buffer.set_res(0, memoryview(value))
    buffer.set_res(1, memoryview(gradient))

    def run() -> Any:
        trigger()
        return value[0], gradient

    run.kept = kept
    return run


def by_autograd(net: Task) -> Callable[[], Any]:
    """Return autograd's gradient of the same layers."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    def J(weights: Any) -> Any:
        units = net.data
        for layer, read in enumerate(net.inputs):
            units = anp.tanh(anp.sum(weights[layer] * units[read], axis=1))
        return anp.sum(units)

    # A layer at a time: indexing one large array would make a gradient of its size for each.
    both = value_and_grad(J)
    separate = list(net.weights)

    def run() -> Any:
        value, gradient = both(separate)
        return value, np.concatenate([each.ravel() for each in gradient])

    return run


def by_micrograd(net: Task) -> Callable[[], Any]:
    """Return micrograd's, a scalar at a time; its backward sweep adds up, so it is built anew."""
    from micrograd.engine import Value

    sys.setrecursionlimit(1_000_000)

    def run() -> Any:
        weights = [Value(each) for each in net.weights.ravel().tolist()]
        units, used = [Value(each) for each in net.data.tolist()], 0
        for read in net.inputs.tolist():
            layer = []
            for row in read:
                total = weights[used] * units[row[0]]
                for index, each in enumerate(row[1:], used + 1):
                    total = total + weights[index] * units[each]
                used += len(row)
                layer.append(tanh(Value, total))
            units = layer
        J = units[0]
        for unit in units[1:]:
            J = J + unit
        J.backward()
        return J.data, np.array([weight.grad for weight in weights])

    return run


def tanh(Value: Any, z: Any) -> Any:
    """Return a node that micrograd lacks, written as its own operations are."""
    out = Value(math.tanh(z.data), (z,), "tanh")

    def backward() -> None:
        z.grad += (1 - out.data**2) * out.grad

    out._backward = backward
    return out


def by_torch(net: Task) -> Callable[[], Any]:
    """Return torch's gradient of the same layers, on arrays."""
    import torch

    torch.set_num_threads(1)
    weights = [torch.tensor(each, requires_grad=True) for each in net.weights]
    inputs = [torch.tensor(each) for each in net.inputs]
    data = torch.tensor(net.data)

    def run() -> Any:
        units = data
        for weight, read in zip(weights, inputs, strict=True):
            units = torch.tanh((weight * units[read]).sum(dim=1))
        J = units.sum()
        gradient = torch.autograd.grad(J, weights)
        return float(J), np.concatenate([each.numpy().ravel() for each in gradient])

    return run


SYSTEMS: dict[str, tuple[str | None, Callable[[Task], Callable[[], Any]], bool]] = {
    "tape": (None, by_tape, False),
    "NumPy by hand": (None, by_hand, False),
    "CasADi SX": ("casadi", by_casadi, False),
    "CasADi SX, buffers": ("casadi", lambda net: by_casadi(net, buffered=True), False),
    "autograd": ("autograd", by_autograd, False),
    "torch": ("torch", by_torch, False),
    "micrograd": ("micrograd", by_micrograd, True),
}


def seconds(function: Callable[[], Any]) -> float:
    """Return the seconds of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def distance(gradient: np.ndarray, reference: np.ndarray) -> float:
    """Return the largest difference, relative to the larger of the derivative and their mean."""
    size = np.maximum(np.abs(reference), np.abs(reference).mean())
    return float((np.abs(gradient - reference) / size).max())


def main() -> None:
    """Build every system, run them in turn, print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--parameters", type=int, default=100_000)
    parser.add_argument("--width", type=int, default=WIDTH, help="units in a layer")
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--only", nargs="*", default=list(SYSTEMS), help="names of systems")
    options = parser.parse_args()
    net = task(options.nodes, options.parameters, options.width)
    print(
        f"{net.inputs.shape[0]} layers of {options.width} units, {net.weights.size:,} parameters\n"
    )
    runs, built, slow = {}, {}, set()
    for name, (package, make, is_slow) in SYSTEMS.items():
        if name not in options.only or (package and find_spec(package) is None):
            continue
        start = time.perf_counter()
        runs[name] = make(net)
        built[name] = time.perf_counter() - start
        if is_slow:
            slow.add(name)
    results = {name: run() for name, run in runs.items()}
    times: dict[str, list[float]] = {name: [] for name in runs}
    halves = []
    for index in range(options.runs):
        halves.append(runs["tape"].halves())
        for name, run in runs.items():
            if name not in slow or index == 0:
                times[name].append(seconds(run))
    reference = np.array(results.get("CasADi SX", results["NumPy by hand"])[1]).ravel()
    print("| system | build, s | forward + backward, ms | tape / system | difference |")
    print("|---|---|---|---|---|")
    for name, own in times.items():
        pairs = zip(times["tape"], own, strict=False)
        ratio = statistics.median(mine / other for mine, other in pairs)
        apart = distance(np.array(results[name][1]).ravel(), reference)
        print(f"| {name} | {built[name]:.3f} | {statistics.median(own) * 1e3:.2f} | {ratio:.3f} "
              f"| {apart:.1e} |")  # fmt: skip
    ratio = statistics.median(backward / forward for forward, backward in halves)
    print(f"\ntape: backward / forward = {ratio:.2f}")


if __name__ == "__main__":
    main()
