"""Matrix expressions to arrays, in NumPy's own terms, and the words for what does not fit."""

import numpy as np
import pytest

from derivcli.arrays.entries import Float64Entries
from derivcli.arrays.evaluation import UnknownError, evaluate
from derivcli.arrays.objects import PreciseEntries
from derivcli.calculus.arithmetic import precision
from derivcli.language.shapes import ShapeError
from derivcli.networks.equation import written
from derivcli.networks.equation_reader import parse_right_side

draw = np.random.RandomState(3)
VALUES = {
    "W2": draw.standard_normal((2, 4)),
    "A1": draw.standard_normal((4, 5)),
    "dZ2": draw.standard_normal((2, 5)),
    "Z1": draw.standard_normal((4, 5)),
    "b2": draw.standard_normal((2, 1)),
    "m": np.float64(5),
}
W2, A1, slopes, Z1, b2 = (VALUES[name] for name in ("W2", "A1", "dZ2", "Z1", "b2"))
CASES = {
    "W2 @ A1 + b2": W2 @ A1 + b2,
    "dZ2 @ A1.T / m": slopes @ A1.T / 5,
    "W2.T @ dZ2 * (1 - A1**2)": W2.T @ slopes * (1 - A1**2),
    "sum(dZ2, axis=1, keepdims=True) / m": slopes.sum(axis=1, keepdims=True) / 5,
    "sum(dZ2, axis=0)": slopes.sum(axis=0),
    "sum(dZ2)": slopes.sum(),
    "mean(dZ2, axis=1)": slopes.mean(axis=1),
    "where(Z1 > 0, Z1, 0.01 * Z1)": np.where(Z1 > 0, Z1, 0.01 * Z1),
    "(Z1 > 0)": Z1 > 0,
    "tanh(Z1) / pi": np.tanh(Z1) / np.pi,
    "-exp(Z1)**2": -(np.exp(Z1) ** 2),
    "maximum(Z1, 0)": np.maximum(Z1, 0),
}
SQUARE = W2 @ W2.T
OF_SQUARES = {
    "det(W2 @ W2.T)": np.linalg.det(SQUARE),
    "logdet(W2 @ W2.T)": np.linalg.slogdet(SQUARE)[1],
    "inv(W2 @ W2.T)": np.linalg.inv(SQUARE),
}


@pytest.mark.parametrize("source", CASES)
def test_float64_is_what_numpy_says(source):
    found = evaluate(parse_right_side(source, 2), VALUES, Float64Entries())
    assert found.shape == np.shape(CASES[source])
    np.testing.assert_allclose(found, CASES[source], rtol=1e-14)


@pytest.mark.parametrize("source", [*CASES, *OF_SQUARES])
def test_many_digits_agree_with_float64(source):
    with precision(30):
        entries = PreciseEntries()
        values = {
            name: np.asarray(np.frompyfunc(lambda x: entries.constant(_exact(x)), 1, 1)(array))
            for name, array in VALUES.items()
        }
        found = evaluate(parse_right_side(source, 2), values, entries)
    expected, rtol = (OF_SQUARES[source], 1e-10) if source in OF_SQUARES else (CASES[source], 1e-14)
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=rtol)


def _exact(number):
    from fractions import Fraction

    return Fraction(float(number))


@pytest.mark.parametrize(
    ("source", "part", "message"),
    [
        ("W2 @ dZ2", "W2 @ dZ2", "(2, 4) @ (2, 5) does not fit: 4 columns and 2 rows"),
        ("W2.T @ dZ2 * W2", "W2.T @ dZ2 * W2", "(4, 5) * (2, 4) does not fit entry by entry"),
        ("m @ W2", "m @ W2", "m is a number, and @ multiplies matrices"),
        ("sum(sum(W2, axis=1), axis=1)", "sum(sum(W2, axis=1), axis=1)",
         "sum(W2, axis=1) has no axis 1"),
    ],
)  # fmt: skip
def test_shapes_that_do_not_fit_are_told_with_their_part(source, part, message):
    with pytest.raises(ShapeError) as error:
        evaluate(parse_right_side(source, 2), VALUES, Float64Entries())
    assert (written(error.value.node), str(error.value)) == (part, message)


def test_an_array_without_a_value_is_named():
    with pytest.raises(UnknownError, match="Y has no value here"):
        evaluate(parse_right_side("A1 - Y", 2), VALUES, Float64Entries())
