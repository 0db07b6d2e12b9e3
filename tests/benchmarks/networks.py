"""Sweeps of a layered network and its training: beside NumPy by hand and PyTorch, one thread each.

    python tests/benchmarks/networks.py [--runs 15]

Forward, cost and backward of 784-128-10 over 10,000 examples in float64, then 10,000 iterations of
XOR. Same numbers, one process, the systems in turn; the ratio is the median of the ratios run by
run. PyTorch takes part where it is installed, with examples in rows, as it likes them best; its
products come from MKL and NumPy's from OpenBLAS, so the bare products stand beside them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # read when NumPy is loaded, so before that

import numpy as np  # noqa: E402 - see above

from derivcli.networks.backprop import Sweeps  # noqa: E402 - see above
from derivcli.networks.layers import architecture  # noqa: E402 - see above
from derivcli.networks.numbers import Network  # noqa: E402 - see above
from derivcli.networks.results import TrainingRequest  # noqa: E402 - see above
from derivcli.networks.training import recorded_at, train  # noqa: E402 - see above

ITERATIONS = 10_000
RATE = 0.5
Runs = dict[str, Callable[[], Any]]


def classifier(sizes: tuple[int, ...], activation: str, examples: int) -> Network:
    """Return a network with softmax on its last layer, every time the same."""
    draw = np.random.default_rng(1)
    before, hidden, last = sizes
    return Network(
        architecture(sizes, (activation, "softmax")),
        draw.normal(size=(before, examples)),
        np.eye(last)[:, draw.integers(0, last, examples)],
        (
            draw.normal(0, before**-0.5, (hidden, before)),
            draw.normal(0, hidden**-0.5, (last, hidden)),
        ),
        (draw.normal(size=(hidden, 1)), draw.normal(size=(last, 1))),
    )


def xor(hidden: int) -> Network:
    """Return 2-hidden-1, tanh and sigmoid, on the four examples of XOR."""
    draw = np.random.RandomState(2)
    return Network(
        architecture((2, hidden, 1)),
        np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]]),
        np.array([[0.0, 1.0, 1.0, 0.0]]),
        (draw.standard_normal((hidden, 2)), draw.standard_normal((1, hidden))),
        (np.zeros((hidden, 1)), np.zeros((1, 1))),
    )


def by_sweeps(net: Network) -> Callable[[], Any]:
    """Return derivcli's sweeps."""
    sweeps = Sweeps(net)

    def run() -> Any:
        sweeps.forward()
        return sweeps.cost(), sweeps.backward()

    return run


def flat(*pairs: tuple[Any, Any]) -> np.ndarray:
    """Return (dW, db) of each layer as one vector, in the order of Sweeps."""
    return np.concatenate([np.hstack([W, b.reshape(-1, 1)]).ravel() for W, b in pairs])


def by_hand(net: Network) -> Callable[[], Any]:
    """Return the six equations as one writes them down."""
    (W1, W2), (b1, b2), X, Y, m = net.W, net.b, net.X, net.Y, net.examples
    tanh = net.architecture.activations[0] == "tanh"

    def run() -> Any:
        Z1 = W1 @ X + b1
        A1 = np.tanh(Z1) if tanh else np.maximum(Z1, 0)
        Z2 = W2 @ A1 + b2
        exps = np.exp(Z2 - Z2.max(axis=0))
        A2 = exps / exps.sum(axis=0)
        cost = -(Y * np.log(A2)).sum() / m
        dZ2 = A2 - Y
        dW2 = dZ2 @ A1.T / m
        db2 = dZ2.sum(axis=1, keepdims=True) / m
        dZ1 = W2.T @ dZ2 * (1 - A1**2 if tanh else Z1 > 0)
        dW1 = dZ1 @ X.T / m
        db1 = dZ1.sum(axis=1, keepdims=True) / m
        return cost, ((dW1, db1), (dW2, db2))

    return run


def by_hand_in_place(net: Network) -> Callable[[], Any]:
    """Return the same with arrays made once, and 1/m where the fewest numbers are."""
    (W1, W2), (b1, b2), X, Y, m = net.W, net.b, net.X, net.Y, net.examples
    tanh = net.architecture.activations[0] == "tanh"
    hidden, last, labels = W1.shape[0], W2.shape[0], net.Y.argmax(axis=0)
    A1, dZ1, A2 = np.empty((hidden, m)), np.empty((hidden, m)), np.empty((last, m))
    dW1, dW2, columns = np.empty_like(W1), np.empty_like(W2), np.arange(m)

    def run() -> Any:
        np.matmul(W1, X, out=A1)
        A1.__iadd__(b1)
        np.tanh(A1, out=A1) if tanh else np.maximum(A1, 0, out=A1)
        np.matmul(W2, A1, out=A2)
        A2.__iadd__(b2)
        A2.__isub__(A2.max(axis=0))
        np.exp(A2, out=A2)
        A2.__itruediv__(A2.sum(axis=0))
        cost = -np.log(A2[labels, columns]).sum() / m
        dZ2 = A2
        dZ2.__isub__(Y)
        dZ2.__itruediv__(m)
        np.matmul(dZ2, A1.T, out=dW2)
        np.matmul(W2.T, dZ2, out=dZ1)
        if tanh:
            np.multiply(A1, A1, out=A1)
            np.subtract(1.0, A1, out=A1)
            dZ1.__imul__(A1)
        else:
            dZ1.__imul__(A1 > 0)
        np.matmul(dZ1, X.T, out=dW1)
        return cost, ((dW1, dZ1.sum(axis=1)), (dW2, dZ2.sum(axis=1)))

    return run


def by_torch(net: Network, *, columns: bool = False) -> Callable[[], Any]:
    """Return PyTorch's eager forward and backward: by its own layers, or with examples in columns."""
    import torch
    from torch.nn.functional import cross_entropy, linear

    torch.set_num_threads(1)
    hidden = torch.tanh if net.architecture.activations[0] == "tanh" else torch.relu
    X = torch.from_numpy(net.X if columns else np.ascontiguousarray(net.X.T))
    labels = torch.from_numpy(net.Y.argmax(axis=0))
    W1, W2 = (torch.from_numpy(W.copy()).requires_grad_() for W in net.W)
    b1, b2 = (
        torch.from_numpy((b if columns else b.ravel()).copy()).requires_grad_() for b in net.b
    )

    def outputs() -> Any:
        if columns:
            return torch.addmm(b2, W2, hidden(torch.addmm(b1, W1, X))).T
        return linear(hidden(linear(X, W1, b1)), W2, b2)

    def run() -> Any:
        for each in (W1, b1, W2, b2):
            each.grad = None  # what optimizer.zero_grad() does
        cost = cross_entropy(outputs(), labels)
        cost.backward()
        return cost.item(), ((W1.grad, b1.grad), (W2.grad, b2.grad))

    return run


def train_by_hand(net: Network) -> Callable[[], Any]:
    """Return the loop that one writes for one hidden layer, with costs where derivcli has them."""
    X, Y, m = net.X, net.Y, net.examples
    recorded = set(recorded_at(ITERATIONS))

    def run() -> Any:
        (W1, W2), (b1, b2) = (W.copy() for W in net.W), (b.copy() for b in net.b)
        costs = []
        for iteration in range(ITERATIONS + 1):
            Z1 = W1 @ X + b1
            A1 = np.tanh(Z1)
            Z2 = W2 @ A1 + b2
            A2 = 1 / (1 + np.exp(-Z2))
            if iteration in recorded:
                costs.append(-(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)).sum() / m)
            dZ2 = A2 - Y
            dW2 = dZ2 @ A1.T / m
            db2 = dZ2.sum(axis=1, keepdims=True) / m
            dZ1 = W2.T @ dZ2 * (1 - A1**2)
            dW1 = dZ1 @ X.T / m
            db1 = dZ1.sum(axis=1, keepdims=True) / m
            W1 -= RATE * dW1
            b1 -= RATE * db1
            W2 -= RATE * dW2
            b2 -= RATE * db2
        return costs

    return run


def products(examples: int) -> dict[str, Runs]:
    """Return the two large products, bare: W1 @ X, and dZ1 @ X.T; both ways round for each BLAS."""
    draw = np.random.default_rng(1)
    W, X, D = (draw.normal(size=size) for size in ((128, 784), (784, examples), (128, examples)))
    found: dict[str, Runs] = {
        "W1 @ X": {"NumPy": lambda: W @ X, "NumPy, rows": lambda: rows @ W.T},
        "dZ1 @ X.T": {"NumPy": lambda: D @ X.T, "NumPy, rows": lambda: by_row.T @ rows},
    }
    rows, by_row = np.ascontiguousarray(X.T), np.ascontiguousarray(D.T)
    if find_spec("torch"):
        import torch

        torch.set_num_threads(1)
        w, x, d, r, s = (torch.from_numpy(each) for each in (W, X, D, rows, by_row))
        found["W1 @ X"] |= {"PyTorch": lambda: w @ x, "PyTorch, rows": lambda: r @ w.T}
        found["dZ1 @ X.T"] |= {"PyTorch": lambda: d @ x.T, "PyTorch, rows": lambda: s.T @ r}
    return found


def timed(runs: Runs, count: int) -> dict[str, list[float]]:
    """Return the seconds of `count` calls of each, in turn, after one that is not counted."""
    for run in runs.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(count):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    return times


def report(title: str, times: dict[str, list[float]], differences: dict[str, float]) -> None:
    """Print a row a system; the first is what the others are measured against."""
    first = next(iter(times.values()))
    for name, own in times.items():
        ratio = statistics.median(mine / other for mine, other in zip(first, own, strict=True))
        apart = f"{differences[name]:.1e}" if name in differences else ""
        print(f"| {title} | {name} | {statistics.median(own) * 1e3:.2f} | {ratio:.3f} | {apart} |")


def sweeps(examples: int, count: int) -> None:
    """Measure both sweeps of 784-128-10."""
    for activation in ("tanh", "relu"):
        net = classifier((784, 128, 10), activation, examples)
        runs: Runs = {
            "derivcli": by_sweeps(net),
            "NumPy by hand": by_hand(net),
            "NumPy by hand, in place": by_hand_in_place(net),
        }
        if find_spec("torch"):
            runs["PyTorch"] = by_torch(net)
            runs["PyTorch, columns"] = by_torch(net, columns=True)
        cost, gradient = runs["derivcli"]()
        differences = {}
        for name in list(runs)[1:]:
            other, pairs = runs[name]()
            own = flat(*((np.asarray(W), np.asarray(b)) for W, b in pairs))
            apart = np.abs(own - gradient).max() / np.abs(gradient).max()
            differences[name] = max(float(apart), abs(other - cost) / cost)
        report(f"784-128-10, {activation}", timed(runs, count), differences)


def trainings(hidden: int, count: int) -> None:
    """Measure the training of XOR."""
    net, request = xor(hidden), TrainingRequest(ITERATIONS, RATE)
    runs: Runs = {"derivcli": lambda: train(net, request, str), "NumPy by hand": train_by_hand(net)}
    apart = np.abs(np.subtract(runs["derivcli"]().costs, runs["NumPy by hand"]())).max()
    report(f"XOR, 2-{hidden}-1", timed(runs, count), {"NumPy by hand": float(apart)})


def main() -> None:
    """Measure, print a row for each system."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    print("| what | system | ms | first / system | difference |\n|---|---|---|---|---|")
    for title, runs in products(options.examples).items():
        report(title, timed(runs, options.runs), {})
    sweeps(options.examples, options.runs)
    for hidden in (2, 4):
        trainings(hidden, options.runs)


if __name__ == "__main__":
    main()
