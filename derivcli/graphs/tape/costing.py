"""What `cost` measures: both sweeps, and one parameter at a time on a sample."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from derivcli.graphs.cost import Cost, CostRequest, Measured, OneAtATime, SampleCheck
from derivcli.graphs.tape.arrays import Array
from derivcli.graphs.tape.network import WeightedNetwork, network

RUNS, SAMPLE = 15, 25
SHARE = 0.1  # of the clock for the sweeps, and for the sample, however large the graph is
# The step that balances the truncation and the rounding of a central difference.
EPS = float(np.cbrt(np.finfo(np.float64).eps))


def cost(request: CostRequest, stage: Callable[[str], None] = lambda _: None) -> Cost:
    """Return the costs of a graph, and of the smaller ones asked for."""
    sizes = request.sizes
    clock = request.seconds / len(sizes)
    found = tuple(
        _measured(nodes, parameters, request.seed, clock, stage) for nodes, parameters in sizes
    )
    last = found[-1]
    fields = {name: getattr(last, name) for name in Measured.__slots__}
    return Cost(**fields, seed=request.seed, growth=found if request.growth else ())


def _measured(
    nodes: int, parameters: int, seed: int, seconds: float, stage: Callable[[str], None]
) -> Measured:
    stage(f"building a graph of {nodes:,} nodes and {parameters:,} parameters")
    start = time.perf_counter()
    graph = network(nodes, parameters, seed)
    built = time.perf_counter() - start
    stage("timing the sweeps")
    forward, backward, gradient = _sweeps(graph, SHARE * seconds)
    stage("nudging one parameter at a time")
    one, check = _sample(graph, gradient, seed, SHARE * seconds)
    return Measured(
        nodes, parameters, graph.layers, nodes + parameters, nodes * parameters, built,
        statistics.median(forward), statistics.median(backward), len(forward), one, check,
    )  # fmt: skip


def _sweeps(graph: WeightedNetwork, seconds: float) -> tuple[list[float], list[float], Array]:
    """Return the seconds of forward and backward sweeps, and the derivatives by the parameters."""
    tape = graph.tape
    forward: list[float] = []
    backward: list[float] = []
    tape.backward(tape.forward(graph.weights, graph.data), graph.output)  # the caches are cold
    end = time.perf_counter() + seconds
    while not forward or (len(forward) < RUNS and time.perf_counter() < end):
        start = time.perf_counter()
        values = tape.forward(graph.weights, graph.data)
        middle = time.perf_counter()
        gradient = tape.backward(values, graph.output)
        forward.append(middle - start)
        backward.append(time.perf_counter() - middle)
    return forward, backward, gradient[: tape.parameters].copy()


def _sample(
    graph: WeightedNetwork, gradient: Array, seed: int, seconds: float
) -> tuple[OneAtATime, SampleCheck]:
    """Nudge a sample of the parameters up, timed, and down, for a central difference."""
    draw = np.random.default_rng([seed, 1])
    count = min(SAMPLE, len(gradient))
    typical = float(np.sqrt(np.mean(gradient**2)))
    place = graph.tape.places[graph.output]
    times: list[float] = []
    worst = 0.0
    end = time.perf_counter() + seconds
    for index in draw.choice(len(gradient), size=count, replace=False, shuffle=False).tolist():
        nudged = graph.weights.copy()
        start = time.perf_counter()
        nudged[index] += EPS
        above = graph.tape.forward(nudged, graph.data)[place]
        times.append(time.perf_counter() - start)
        high = nudged[index]
        nudged[index] = graph.weights[index] - EPS
        below = graph.tape.forward(nudged, graph.data)[place]
        estimate = (above - below) / (high - nudged[index])
        scale = max(abs(gradient[index]), typical)
        worst = max(worst, float(abs(estimate - gradient[index]) / scale) if scale else 0.0)
        if time.perf_counter() > end:
            break
    each = statistics.median(times)
    return OneAtATime(len(times), each, each * len(gradient)), SampleCheck(EPS, worst)
