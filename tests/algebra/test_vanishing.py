"""A matrix that comes to 0 in every entry keeps its shape, and so does what is made of it."""

import numpy as np
import pytest

from derivcli.algebra.reverse import reverse
from derivcli.arrays.entries import Float64Entries
from derivcli.arrays.evaluation import trace
from derivcli.language.parser import parse
from derivcli.language.text import text

SHAPES = {"X": ("n", "k"), "W": ("k", "m"), "A": ("n", 1), "B": ("n", "m"), "Q": ("n", "n")}


@pytest.mark.parametrize("source, gradients", [
    ("S = X - X; J = sum(exp(S @ W))", {"W": "zeros(k, m)", "X": "zeros(n, k)"}),
    ("J = sum(zeros(n, n) + 1)*sum(Q)", {"Q": "n**2 * ones(n, n)", "A": "zeros(n, 1)"}),
    ("J = sum((A + 0*B)**2)", {"A": "2 * m * A", "B": "zeros(n, m)"}),
])  # fmt: skip
def test_a_part_that_vanishes_keeps_its_shape(source, gradients):
    found = reverse(parse(source, arrays=tuple(SHAPES)), [*gradients], SHAPES)
    assert {name: text(found.line(name).expression, arrays=True) for name in gradients} == gradients


def test_what_is_made_of_zeros_has_their_number():
    source = "T = logsumexp(X.T.T - X, axis=0, keepdims=True); J = sum(T @ W)"
    found = reverse(parse(source, arrays=tuple(SHAPES)), ["W", "X"], SHAPES)
    sizes = {"n": 3, "k": 2, "m": 4}
    X, W = np.arange(6.0).reshape(3, 2), np.arange(8.0).reshape(2, 4)
    known = trace(found.whole, {"X": X, "W": W, **sizes}, Float64Entries())
    assert np.allclose(known["dW"], np.full((2, 4), np.log(3)))  # of 3 entries that are 0
    assert not known["dX"].any()
    assert known["dX"].shape == (3, 2)


def test_a_number_that_vanishes_is_a_number():
    program = parse("c = 2 - 2; J = sum(W) + c", arrays=tuple(SHAPES))
    assert reverse(program, ["W"], SHAPES).line("W").shape == ("k", "m")
