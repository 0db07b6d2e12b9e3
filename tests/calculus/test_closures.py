"""Closures against `evaluate`: the same values to a few units in the last place, the same domain."""

import math

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from mpmath import mp

from derivcli.calculus.arithmetic import Float64
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.floats.closures import FAILURES, closure
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.functions import ROWS
from derivcli.language.parser import parse
from derivcli.language.tree import Call, Name

ULPS = 8  # C's functions are off by one or two, a formula of three of them by a few more
VALUES = (
    -1000.0,
    -3.5,
    -1.25,
    -1.0,
    -0.7,
    -0.3,
    0.0,
    1e-9,
    0.3,
    0.5,
    0.75,
    1.0,
    1.5,
    2.0,
    3.0,
    40.0,
    1000.0,
)
ORDERS = (0.0, 1.0, 3.0)
CASES = [
    pytest.param(row, point, id=f"{row.name}{point}")
    for row in ROWS
    for point in (
        [(u,) for u in VALUES]
        if len(row.parameters) == 1
        else [(n, v) for n in ORDERS for v in VALUES]
        if row.name == "polygamma"
        else [(u, v) for u in VALUES[::2] for v in VALUES[1::3]]
    )
]


def expression(source):
    return parse(source).output.expression


def outcome(tree, values):
    """Return what `evaluate` says: a number, or the kind of its failure."""
    try:
        return evaluate(tree, values, Float64())
    except (UndefinedError, RefusedError) as error:
        return type(error)


def own_outcome(tree, names, point, data=None):
    function = closure(tree, names, data)
    try:
        value = function(point)
    except FAILURES:
        return None
    return value if math.isfinite(value) else None


def close(value, expected, ulps=ULPS):
    return abs(value - expected) <= ulps * math.ulp(expected)


@pytest.mark.parametrize("row, point", CASES)
def test_every_row_has_the_value_of_evaluate(row, point):
    tree = Call(row.name, tuple(Name(name) for name in row.parameters))
    expected = outcome(tree, dict(zip(row.parameters, point, strict=True)))
    alone = len(point) == 1
    found = own_outcome(tree, row.parameters, point[0] if alone else point)
    if isinstance(expected, float):
        assert found is not None
        assert close(found, expected), (found, expected)
    else:
        assert found is None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_composes(row):
    """A call on a sub-expression is the call on its value: not only bare variables are served."""
    arguments = tuple(expression(source) for source in ("w/4 + 0.25", "w + 1.5"))
    if row.name == "polygamma":
        arguments = (expression("2"), arguments[1])
    tree = Call(row.name, arguments[: len(row.parameters)])
    expected = outcome(tree, {"w": 1.25})
    found = own_outcome(tree, ("w",), 1.25)
    assert (found is None) if isinstance(expected, type) else close(found, expected, 30)


@pytest.mark.parametrize(
    "source, point",
    [
        ("1/w", 0.0), ("w**-1", 0.0), ("w**-2", 0.0), ("w**0.5", -1.0), ("w**(1/3)", -1.0),
        ("log(w)", 0.0), ("sqrt(w)", -1.0), ("w**w", 0.0), ("w**w", -0.5), ("exp(w)", 710.0),
        ("w*w", 1e200), ("w**3", 1e150), ("w**w", 400.0), ("1/(w*w)", 1e200), ("(1/0)*w", 2.0),
        ("loggamma(w)", -0.5), ("gamma(w)", -2.0), ("tan(w)*cot(w)", 0.0), ("log(w - 1, w)", 1.0),
    ],
)  # fmt: skip
def test_what_is_undefined_or_too_large_fails(source, point):
    """So does `evaluate`: a number that is none never comes back as one."""
    tree = expression(source)
    assert isinstance(outcome(tree, {"w": point}), type)
    assert own_outcome(tree, ("w",), point) is None


def test_a_piece_that_is_not_taken_may_fail():
    tree = expression("piecewise(1/w, w != 0, 7)")
    assert own_outcome(tree, ("w",), 0.0) == 7.0
    assert own_outcome(tree, ("w",), 4.0) == 0.25
    constant = expression("where(w > 0, w, log(-1))")
    assert own_outcome(constant, ("w",), 3.0) == 3.0
    assert own_outcome(constant, ("w",), -3.0) is None


def test_whole_powers_are_products():
    """1.1**3 by C's pow differs from the product in the last digit on some machines."""
    for n in (2, 3, 4):
        found = own_outcome(expression(f"w**{n}"), ("w",), 1.1)
        assert close(found, math.prod([1.1] * n), 1)


def test_several_variables_and_data():
    """The course's neuron: (w x + b - y)^2 / 2 at w = 2, b = 8, x = -2, y = 2 is 2."""
    tree = expression("(w*x + b - y)**2/2")
    assert own_outcome(tree, ("w", "b"), (2.0, 8.0), {"x": -2, "y": 2}) == 2.0
    assert own_outcome(tree, ("b", "y", "w", "x"), (8.0, 2.0, 2.0, -2.0)) == 2.0


def test_data_as_an_exponent_keeps_the_rule_of_zero_to_the_zero():
    tree = expression("w**n")
    assert own_outcome(tree, ("w",), 0.0, {"n": 0}) is None
    assert own_outcome(tree, ("w",), 2.0, {"n": 0}) == 1.0
    assert own_outcome(expression("w**0"), ("w",), 0.0) == 1.0


def test_coefficients_beyond_float64_are_not_merged():
    """1e-200*w*1e-200 has a factor below the smallest float, but a value for w = 1e200."""
    tree = expression("10**-200*w*10**-200")
    assert own_outcome(tree, ("w",), 1e200) == pytest.approx(1e-200)


def test_constants_are_folded_once():
    calls = closure(expression("sin(1) + cos(1)*pi"), ("w",))
    assert close(calls(None), math.sin(1) + math.cos(1) * math.pi, 2)


LEAVES = st.sampled_from(["w", "b", "x", "2", "0.5", "3", "0.1", "pi", "(-1.5)"])


def joined(parts):
    operators = st.sampled_from(["+", "-", "*", "/"])
    pairs = st.tuples(parts, operators, parts).map(lambda each: f"({each[0]} {each[1]} {each[2]})")
    powers = st.tuples(parts, st.sampled_from(["2", "3", "4", "5", "-1", "-2"])).map("**".join)
    calls = st.tuples(
        st.sampled_from(["sin", "exp", "tanh", "abs", "relu", "atan", "sigmoid"]), parts
    )
    return st.one_of(
        pairs, powers.map(lambda power: f"({power})"), calls.map(lambda c: f"{c[0]}({c[1]})")
    )


@given(
    st.recursive(LEAVES, joined, max_leaves=12),
    st.floats(-3, 3), st.floats(-3, 3), st.booleans(),
)  # fmt: skip
def test_random_expressions_have_their_value_in_many_digits(source, w, b, together):
    """The measure is how much rounding the terms allow."""
    try:
        tree = expression(source)
    except RefusedError:  # a constant such as exp(5**5)
        reject()
    wide = {"w": w, "b": b, "x": 0.75}
    expected = outcome(tree, wide)
    names, point, data = (("w", "b"), (w, b), {"x": 0.75})
    if not together:
        names, point, data = ("w",), w, {"b": b, "x": 0.75}
    found = own_outcome(tree, names, point, data)
    if isinstance(expected, type) or found is None:
        # One may overflow where the other has not; a domain is left by both.
        assert isinstance(expected, type) or found is None
        return
    # Cancellation magnifies the rounding of both: compare where the reference is sure.
    shaken = [outcome(tree, {**wide, "w": math.nextafter(w, side * math.inf),
                             "b": math.nextafter(b, side * math.inf)}) for side in (1, -1)]  # fmt: skip
    if any(isinstance(each, type) for each in shaken):
        return
    spread = max(abs(each - expected) for each in shaken)
    with mp.workdps(30):
        assert abs(found - expected) <= 64 * math.ulp(expected) + 64 * spread + 1e-12 * max(
            1, abs(expected)
        )
