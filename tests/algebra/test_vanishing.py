"""A matrix that comes to 0 in every entry has no shape left, and is refused rather than lost."""

import pytest

from derivcli.algebra.reverse import reverse
from derivcli.errors import RefusedError
from derivcli.language.parser import parse

SHAPES = {"X": ("n", "k"), "W": ("k", "m"), "A": ("n", 1), "B": ("n", "m"), "Q": ("n", "n")}


@pytest.mark.parametrize("source, name", [
    ("S = X - X; J = sum(exp(S @ W))", "S"),
    ("J = sum(zeros(n, n) + 1)*sum(Q)", "J"),
    ("J = sum((A + 0*B)**2)", "J"),
    ("T = logsumexp(X.T.T - X, axis=0, keepdims=True); J = sum(T @ W)", "T"),
])  # fmt: skip
def test_a_part_that_vanishes_is_named(source, name):
    with pytest.raises(RefusedError) as caught:
        reverse(parse(source, arrays=tuple(SHAPES)), ["W", "A", "Q"], SHAPES)
    assert caught.value.message == (
        f"a part of {name} is 0 in every entry, whatever the matrices hold"
    )


def test_a_number_that_vanishes_is_a_number():
    program = parse("c = 2 - 2; J = sum(W) + c", arrays=tuple(SHAPES))
    assert reverse(program, ["W"], SHAPES).line("W").shape == ("k", "m")
