"""The gradient check of a 784-32-10 network: nudges in batches beside one nudge at a time.

    python tests/benchmarks/gradient_check.py [--sizes 784 32 10] [--examples 10] [--full]

Central differences of all 25,450 parameters, one process, one BLAS thread, in turn. One at a time
is two forward sweeps of the whole network a parameter, by the very arrays that the network itself
runs on; it is timed on a sample and multiplied up, with --full on all of them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # read when NumPy is loaded, so before that

import numpy as np  # noqa: E402 - see above

from derivcli.networks.backprop import Sweeps  # noqa: E402 - see above
from derivcli.networks.checking.causes import EPS  # noqa: E402 - see above
from derivcli.networks.checking.check import gradient_check  # noqa: E402 - see above
from derivcli.networks.checking.perturbation import NudgedWeights, Nudges  # noqa: E402 - see above
from derivcli.networks.layers import architecture  # noqa: E402 - see above
from derivcli.networks.numbers import Network, network  # noqa: E402 - see above
from derivcli.networks.results import NetworkSpec  # noqa: E402 - see above


def in_batches(net: Network) -> np.ndarray:
    """Return the central difference of every parameter, forward sweep and all."""
    sweeps = Sweeps(net)
    sweeps.forward()
    nudges = Nudges(net, sweeps)
    found = []
    for layer, (W, b) in enumerate(zip(net.W, net.b, strict=True)):
        both = np.hstack([W, b])
        entries = NudgedWeights(layer, *np.divmod(np.arange(both.size), both.shape[1]))
        found.append(nudges.quotients(entries, EPS * np.maximum(1.0, np.abs(both.ravel()))))
    return np.concatenate(found)


def one_at_a_time(net: Network, chosen: np.ndarray) -> np.ndarray:
    """Return the central differences of these parameters, each by two sweeps of the network."""
    sweeps = Sweeps(net)
    parameters, found = sweeps.parameters, np.empty(len(chosen))
    for place, index in enumerate(chosen.tolist()):
        before = parameters[index]
        step = EPS * max(1.0, abs(before))
        parameters[index] = before + step
        sweeps.forward()
        above = sweeps.cost()
        parameters[index] = before - step
        sweeps.forward()
        found[place] = (above - sweeps.cost()) / (2.0 * step)
        parameters[index] = before
    return found


def main() -> None:
    """Run both in turn and print a row for each pair of activations and loss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[784, 32, 10])
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--sample", type=int, default=1_000, help="parameters one at a time")
    parser.add_argument("--full", action="store_true", help="all parameters one at a time")
    options = parser.parse_args()
    print("| network | batches, ms | whole check, ms | one at a time, ms | ratio | apart |")
    print("|---|---|---|---|---|---|")
    for hidden, last in (("tanh", "sigmoid"), ("tanh", "softmax"), ("relu", "softmax")):
        names = [*[hidden] * (len(options.sizes) - 2), last]
        found = architecture(options.sizes, names)
        net = network(NetworkSpec(found, examples=options.examples, init="xavier"))
        row(net, options, f"{found.name} {hidden} {last}, m = {net.examples}")


def row(net: Network, options: argparse.Namespace, name: str) -> None:
    """Print the medians; the ratio is the median of the ratios pair by pair."""
    count = net.architecture.parameters
    size = count if options.full else min(count, options.sample)
    chosen = np.random.default_rng(1).choice(count, size=size, replace=False)
    batches, wholes, singles, apart = [], [], [], 0.0
    with np.errstate(all="ignore"):
        for _ in range(1 if options.full else options.runs):
            start = time.perf_counter()
            fast = in_batches(net)
            batches.append(time.perf_counter() - start)
            start = time.perf_counter()
            gradient_check(net, None, None, lambda _: None)
            wholes.append(time.perf_counter() - start)
            start = time.perf_counter()
            slow = one_at_a_time(net, chosen)
            singles.append((time.perf_counter() - start) * count / size)
            apart = float(np.abs(fast[chosen] - slow).max())
    ratio = statistics.median(one / other for one, other in zip(batches, singles, strict=True))
    times = [statistics.median(each) * 1e3 for each in (batches, wholes, singles)]
    print(
        f"| {name} | {times[0]:.0f} | {times[1]:.0f} | {times[2]:.0f} | {ratio:.4f} | {apart:.1e} |"
    )


if __name__ == "__main__":
    main()
