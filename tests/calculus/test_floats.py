"""Float64 is IEEE double precision, correctly rounded; float32 is NumPy's, without NumPy."""

import math
import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from derivcli.calculus.arithmetic import Float32, Float64, Single, TooLarge
from derivcli.calculus.evaluate import evaluate
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.parser import parse

FINITE = st.floats(-1e10, 1e10, allow_nan=False)


def run(source, w, arithmetic=None):
    arithmetic = arithmetic or Float64()
    return evaluate(parse(source), {"w": arithmetic.constant(Fraction(w))}, arithmetic)


@given(FINITE, FINITE.filter(lambda b: abs(b) > 1e-5))
def test_arithmetic_is_pythons_own(a, b):
    arithmetic = Float64()
    values = {"a": a, "b": b}
    assert evaluate(parse("a + b"), values, arithmetic) == a + b
    assert evaluate(parse("a - b"), values, arithmetic) == a - b
    assert evaluate(parse("a*b"), values, arithmetic) == a * b
    assert evaluate(parse("a/b"), values, arithmetic) == a / b


@given(st.floats(-700, 700))
def test_functions_are_correctly_rounded(w):
    with mp.workdps(60):
        assert run("exp(w)", w) == float(mp.exp(mp.mpf(w)))
        assert run("sin(w)", w) == float(mp.sin(mp.mpf(w)))


@given(st.floats(-1e3, 1e3), st.integers(0, 9))
def test_whole_powers_are_correctly_rounded(w, n):
    assert run(f"w**{n}", w) == float(Fraction(w) ** n)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_single_prints_the_shortest_decimal_that_reads_back(value):
    single = Single(value)
    assert struct.pack("f", float(repr(single))) == struct.pack("f", value)


def test_single_prints_as_numpy_does():
    assert [repr(Single(x)) for x in (0.1, 1 / 3, 16777216.0, 1e-45)] == [
        "0.1", "0.33333334", "16777216.0", "1e-45",
    ]  # fmt: skip


def test_every_single_operation_rounds():
    assert run("w + 1", 2**24, Float32()) == 2.0**24
    assert run("1/w", 3, Float32()) == Single(1 / 3)
    assert type(run("exp(w)*2 - w/3", 1, Float32())) is Single


@pytest.mark.parametrize(
    "source, w", [("1/w", 0), ("log(w)", 0), ("sqrt(w)", -1), ("w**0.5", -1), ("w**-1", 0)]
)
def test_what_is_undefined_raises_and_is_no_nan(source, w):
    with pytest.raises(UndefinedError):
        run(source, w)


@pytest.mark.parametrize(
    "source, w", [("exp(w)", 710), ("w*w", 1e200), ("w**3", 1e150), ("gamma(w)", 180)]
)
def test_overflow_raises_and_is_no_infinity(source, w):
    with pytest.raises(RefusedError):
        run(source, w)


def test_sigmoid_does_not_overflow_where_its_formula_does():
    assert run("sigmoid(w)", -1000) == 0.0
    assert run("sigmoid(w)", 1000) == 1.0
    assert run("softplus(w)", 1000) == 1000.0


def test_a_single_beyond_its_range_is_too_large():
    with pytest.raises(TooLarge):
        Single(1e39)
    assert math.isfinite(Single(3e38))
