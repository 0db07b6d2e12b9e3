"""Random trees of matrices, and values for their names."""

import numpy as np
from hypothesis import strategies as st

from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Name,
    Number,
    Piecewise,
    Reduction,
    Transpose,
    Unary,
)

SIZES = {"m": 2, "n": 3, "k": 5}  # all different, and none 1: a transposed answer does not pass
GIVEN = {
    "A": ("n", "n"), "B": ("n", "m"), "C": ("m", "n"), "W": ("k", "n"), "x": ("n", 1), "y": (1, "n"),
    "b": ("k", 1), "r": (1, "m"), "u": (1, 1),
}  # fmt: skip
RANDOM = np.random.RandomState(3)
VALUES = {
    **{name: RANDOM.rand(*(SIZES.get(size, size) for size in shape)) + 0.25 for name, shape in GIVEN.items()},
    **SIZES, "c": 0.5,
}  # fmt: skip
REDUCING = ("sum", "mean", "prod", "max", "min", "norm", "logsumexp")
ALONG = ("softmax", "cumsum")
CALLED = ("trace", "det", "inv", "diag", "exp", "tanh", "sigmoid", "abs")


def larger(inner):
    axes = st.sampled_from([None, 0, 1])
    kept = st.sampled_from([0, 1])
    return st.one_of(
        st.builds(Binary, st.sampled_from("+-*/@@@"), inner, inner),
        st.builds(Transpose, inner),
        st.builds(lambda tree: Unary("-", tree), inner),
        st.builds(lambda tree: Binary("**", tree, Number(2)), inner),
        st.builds(Reduction, st.sampled_from(REDUCING), inner, axes, st.booleans()),
        st.builds(Reduction, st.sampled_from(ALONG), inner, kept),
        st.builds(lambda name, tree: Call(name, (tree,)), st.sampled_from(CALLED), inner),
        st.builds(lambda left, right: Call("max", (left, right)), inner, inner),
        st.builds(Comparison, st.sampled_from(["<", ">="]), inner, inner),
        st.builds(
            lambda left, right, value, rest: Piecewise((value,), (Comparison("<", left, right),), rest),
            inner, inner, inner, inner,
        ),
    )  # fmt: skip


LEAVES = st.sampled_from(
    [
        *map(Name, [*GIVEN, "c", "m"]),
        Call("eye", (Name("n"),)),
        Call("ones", (Name("m"), Number(1))),
    ]
)
TREES = st.recursive(LEAVES, larger, max_leaves=7)
