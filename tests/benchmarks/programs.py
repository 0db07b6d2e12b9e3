"""Programs of one's own, compiled: forward and backward, beside NumPy by hand and PyTorch eager.

    python tests/benchmarks/programs.py [--runs 31]

Logistic regression and single-head attention, read from text, derived and compiled. Same numbers,
one process, one thread each, the systems in turn; the ratio is the median of the ratios run by run,
beside it that of the quickest runs. By hand twice: as one writes the formulas down, and by one who
makes every array once. PyTorch takes part where it is installed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # read when NumPy is loaded, so before that

import numpy as np  # noqa: E402 - see above

from derivcli.algebra.reverse import reverse  # noqa: E402 - see above
from derivcli.arrays.compiling import compiled  # noqa: E402 - see above
from derivcli.arrays.entries import Float64Entries  # noqa: E402 - see above
from derivcli.arrays.evaluation import trace  # noqa: E402 - see above
from derivcli.language.parser import parse  # noqa: E402 - see above

LOGISTIC = "Z = W @ X + b; A = sigmoid(Z); J = -sum(Y*log(A) + (1 - Y)*log(1 - A))/m"
ATTENTION = (
    "Q = X @ Wq; K = X @ Wk; V = X @ Wv; P = softmax(Q @ K.T / sqrt(d), axis=1); O = P @ V;"
    " J = sum((O - Y)**2)/T"
)
SHORT = 1e-3  # seconds: shorter runs are repeated until they take that long together
Arrays = Mapping[str, Any]
Run = Callable[[], tuple[Any, ...]]


def logistic(features: int, examples: int) -> dict[str, Any]:
    """Return numbers for logistic regression, examples in columns, every time the same."""
    draw = np.random.default_rng(1)
    return {
        "W": draw.normal(0, features**-0.5, (1, features)),
        "b": draw.normal(size=(1, 1)),
        "X": draw.normal(size=(features, examples)),
        "Y": draw.integers(0, 2, (1, examples)).astype(float),
        "m": np.asarray(float(examples)),
    }


def attention(length: int, width: int) -> dict[str, Any]:
    """Return numbers for single-head attention, tokens in rows, every time the same."""
    draw = np.random.default_rng(1)
    weights = {name: draw.normal(0, width**-0.5, (width, width)) for name in ("Wq", "Wk", "Wv")}
    return {
        **weights,
        "X": draw.normal(size=(length, width)),
        "Y": draw.normal(size=(length, width)),
        "T": np.asarray(float(length)),
        "d": np.asarray(float(width)),
    }


def by_plan(source: str, wrt: tuple[str, ...], data: Arrays, *, walked: bool = False) -> Run:
    """Return derivcli's forward and backward: compiled, or its tree walked each time."""
    program = parse(source, arrays=[name for name, each in data.items() if each.ndim])
    shapes = {name: each.shape for name, each in data.items() if each.ndim}
    whole = reverse(program, wrt, shapes).whole
    wanted = ["J", *(f"d{name}" for name in wrt)]
    if walked:
        entries = Float64Entries()

        def walk() -> tuple[Any, ...]:
            known = trace(whole, data, entries)
            return tuple(known[name] for name in wanted)

        return walk
    plan = compiled(whole, data, wanted, wrt)
    outputs = tuple(plan.outputs[name] for name in wanted)

    def run() -> tuple[Any, ...]:
        plan.run()
        return outputs

    return run


def logistic_by_hand(data: Arrays) -> Run:
    """Return logistic regression as one writes it down."""
    W, b, X, Y, m = data["W"], data["b"], data["X"], data["Y"], data["X"].shape[1]

    def run() -> tuple[Any, ...]:
        Z = W @ X + b
        A = 1 / (1 + np.exp(-Z))
        J = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
        dZ = (A - Y) / m
        return J, dZ @ X.T, np.sum(dZ, axis=1, keepdims=True)

    return run


def logistic_in_place(data: Arrays) -> Run:
    """Return the same with arrays made once, and 1 - Y computed once."""
    W, b, X, Y, m = data["W"], data["b"], data["X"], data["Y"], data["X"].shape[1]
    A, logs, others, rest = np.empty_like(Y), np.empty_like(Y), np.empty_like(Y), 1 - Y
    dW, db = np.empty_like(W), np.empty_like(b)

    def run() -> tuple[Any, ...]:
        np.matmul(W, X, out=A)
        np.add(A, b, out=A)
        np.negative(A, out=A)
        np.exp(A, out=A)
        np.add(A, 1, out=A)
        np.divide(1, A, out=A)
        np.log(A, out=logs)
        np.multiply(logs, Y, out=logs)
        np.subtract(1, A, out=others)
        np.log(others, out=others)
        np.multiply(others, rest, out=others)
        np.add(logs, others, out=logs)
        J = -logs.sum() / m
        np.subtract(A, Y, out=A)
        np.divide(A, m, out=A)
        np.matmul(A, X.T, out=dW)
        np.sum(A, axis=1, keepdims=True, out=db)
        return J, dW, db

    return run


def logistic_by_torch(data: Arrays) -> Run:
    """Return PyTorch's, of the same formula."""
    import torch

    torch.set_num_threads(1)
    X, Y = torch.from_numpy(data["X"]), torch.from_numpy(data["Y"])
    W, b = (torch.from_numpy(data[name].copy()).requires_grad_() for name in ("W", "b"))
    m = X.shape[1]

    def run() -> tuple[Any, ...]:
        W.grad = b.grad = None
        A = torch.sigmoid(W @ X + b)
        J = -torch.sum(Y * torch.log(A) + (1 - Y) * torch.log(1 - A)) / m
        J.backward()
        return J.item(), W.grad, b.grad

    return run


def logistic_by_torch_loss(data: Arrays) -> Run:
    """Return PyTorch's by its own layer and loss, examples in rows."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, linear

    torch.set_num_threads(1)
    X = torch.from_numpy(np.ascontiguousarray(data["X"].T))
    Y = torch.from_numpy(np.ascontiguousarray(data["Y"].T))
    W = torch.from_numpy(data["W"].copy()).requires_grad_()
    b = torch.from_numpy(data["b"].ravel().copy()).requires_grad_()

    def run() -> tuple[Any, ...]:
        W.grad = b.grad = None
        J = binary_cross_entropy_with_logits(linear(X, W, b), Y)
        J.backward()
        return J.item(), W.grad, b.grad.reshape(1, 1)

    return run


def attention_by_hand(data: Arrays) -> Run:
    """Return attention as one writes it down, both ways."""
    X, Y, Wq, Wk, Wv = (data[name] for name in ("X", "Y", "Wq", "Wk", "Wv"))
    T, root = X.shape[0], float(np.sqrt(data["d"]))

    def run() -> tuple[Any, ...]:
        Q, K, V = X @ Wq, X @ Wk, X @ Wv
        S = Q @ K.T / root
        E = np.exp(S - S.max(axis=1, keepdims=True))
        P = E / E.sum(axis=1, keepdims=True)
        D = P @ V - Y
        J = np.sum(D**2) / T
        dO = 2 * D / T
        dP = dO @ V.T
        dS = P * (dP - np.sum(P * dP, axis=1, keepdims=True)) / root
        return J, X.T @ (dS @ K), X.T @ (dS.T @ Q), X.T @ (P.T @ dO)

    return run


def attention_in_place(data: Arrays) -> Run:
    """Return the same with arrays made once."""
    X, Y, Wq, Wk, Wv = (data[name] for name in ("X", "Y", "Wq", "Wk", "Wv"))
    T, root = X.shape[0], float(np.sqrt(data["d"]))
    Q, K, V, D, back = (np.empty_like(Y) for _ in range(5))
    P, dP, products = (np.empty((T, T)) for _ in range(3))
    dWq, dWk, dWv = (np.empty_like(Wq) for _ in range(3))

    def run() -> tuple[Any, ...]:
        np.matmul(X, Wq, out=Q)
        np.matmul(X, Wk, out=K)
        np.matmul(X, Wv, out=V)
        np.matmul(Q, K.T, out=P)
        np.divide(P, root, out=P)
        np.subtract(P, P.max(axis=1, keepdims=True), out=P)
        np.exp(P, out=P)
        np.divide(P, P.sum(axis=1, keepdims=True), out=P)
        np.matmul(P, V, out=D)
        np.subtract(D, Y, out=D)
        J = np.vdot(D, D) / T
        np.multiply(D, 2 / T, out=D)
        np.matmul(D, V.T, out=dP)
        np.multiply(P, dP, out=products)
        np.subtract(dP, products.sum(axis=1, keepdims=True), out=dP)
        np.multiply(dP, P, out=dP)
        np.divide(dP, root, out=dP)
        np.matmul(dP, K, out=back)
        np.matmul(X.T, back, out=dWq)
        np.matmul(dP.T, Q, out=back)
        np.matmul(X.T, back, out=dWk)
        np.matmul(P.T, D, out=back)
        np.matmul(X.T, back, out=dWv)
        return J, dWq, dWk, dWv

    return run


def attention_by_torch(data: Arrays) -> Run:
    """Return PyTorch's, of the same formula, with its own softmax."""
    import torch

    torch.set_num_threads(1)
    X, Y = torch.from_numpy(data["X"]), torch.from_numpy(data["Y"])
    Wq, Wk, Wv = (
        torch.from_numpy(data[name].copy()).requires_grad_() for name in ("Wq", "Wk", "Wv")
    )
    T, root = X.shape[0], float(np.sqrt(data["d"]))

    def run() -> tuple[Any, ...]:
        Wq.grad = Wk.grad = Wv.grad = None
        Q, K, V = X @ Wq, X @ Wk, X @ Wv
        P = torch.softmax(Q @ K.T / root, dim=1)
        J = torch.sum((P @ V - Y) ** 2) / T
        J.backward()
        return J.item(), Wq.grad, Wk.grad, Wv.grad

    return run


def seconds(run: Run, times: int) -> float:
    """Return the seconds of one call, of so many in a row."""
    start = time.perf_counter()
    for _ in range(times):
        run()
    return (time.perf_counter() - start) / times


def distance(found: tuple[Any, ...], reference: tuple[Any, ...]) -> float:
    """Return the largest difference of any array, relative to its largest entry."""
    pairs = [
        (np.asarray(one), np.asarray(other)) for one, other in zip(found, reference, strict=True)
    ]
    return max(float(np.abs(one - other).max() / np.abs(other).max()) for one, other in pairs)


def measure(title: str, runs: dict[str, Run], count: int) -> None:
    """Print a row a system; the first is what the others are measured against."""
    reference = tuple(np.array(each) for each in runs["derivcli"]())
    apart = {name: distance(run(), reference) for name, run in runs.items()}
    times: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        seconds(run, 3)
    repeats = {name: max(1, round(SHORT / seconds(run, 3))) for name, run in runs.items()}
    for _ in range(count):
        for name, run in runs.items():
            times[name].append(seconds(run, repeats[name]))
    first = times["derivcli"]
    for name, own in times.items():
        ratio = statistics.median(mine / other for mine, other in zip(first, own, strict=True))
        least = min(first) / min(own)
        print(
            f"| {title} | {name} | {statistics.median(own) * 1e3:.4f} | {ratio:.2f} | {least:.2f}"
            f" | {apart[name]:.1e} |"
        )


def main() -> None:
    """Measure, print a row for each system."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=31)
    options = parser.parse_args()
    print(
        "| what | system | ms | derivcli / system | of the quickest runs | difference |"
        "\n|---|---|---|---|---|---|"
    )
    torch = find_spec("torch") is not None
    np.seterr(all="ignore")
    for sizes in ((784, 10_000), (20, 200)):
        data, wrt = logistic(*sizes), ("W", "b")
        runs = {
            "derivcli": by_plan(LOGISTIC, wrt, data),
            "NumPy by hand": logistic_by_hand(data),
            "NumPy by hand, in place": logistic_in_place(data),
            "derivcli, its tree walked": by_plan(LOGISTIC, wrt, data, walked=True),
        }
        if torch:
            runs |= {"PyTorch": logistic_by_torch(data)}
            runs |= {"PyTorch, its own loss, rows": logistic_by_torch_loss(data)}
        measure(f"logistic regression, {sizes[0]} x {sizes[1]:,}", runs, options.runs)
    for sizes in ((128, 64), (32, 16)):
        data, wrt = attention(*sizes), ("Wq", "Wk", "Wv")
        runs = {
            "derivcli": by_plan(ATTENTION, wrt, data),
            "NumPy by hand": attention_by_hand(data),
            "NumPy by hand, in place": attention_in_place(data),
            "derivcli, its tree walked": by_plan(ATTENTION, wrt, data, walked=True),
        }
        if torch:
            runs |= {"PyTorch": attention_by_torch(data)}
        measure(f"attention, T = {sizes[0]}, d = {sizes[1]}", runs, options.runs)


if __name__ == "__main__":
    main()
