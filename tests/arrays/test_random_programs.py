"""Random programs of matrices: the shape that is inferred is NumPy's, and so are the numbers."""

import numpy as np
import numpy_words
from hypothesis import HealthCheck, given, reject, settings
from random_trees import GIVEN, SIZES, TREES, VALUES

from derivcli.arrays.entries import Float64Entries
from derivcli.arrays.evaluation import evaluate
from derivcli.arrays.lifted import Lifted
from derivcli.calculus.arithmetic import Multiprecision, precision
from derivcli.language.parser import parse
from derivcli.language.shapes import ShapeError, infer
from derivcli.language.text import text


def numpys(tree):
    """Return NumPy's value of the text of a tree, None where arrays do not fit."""
    with np.errstate(all="ignore"):
        try:
            return numpy_words.value(text(tree, arrays=True), VALUES)
        except np.linalg.LinAlgError:
            reject()  # a singular matrix
        except (ValueError, np.exceptions.AxisError):
            return None
        except TypeError as error:  # numbers under @
            assert "for @" in str(error)
            return None


@given(TREES)
@settings(max_examples=1_500, suppress_health_check=list(HealthCheck))
def test_what_is_inferred_is_what_numpy_gives(tree):
    expected = numpys(tree)
    try:
        shape = infer(parse("c", arrays=GIVEN), GIVEN).of(tree)
    except ShapeError as error:
        strict = str(error).endswith("and .T transposes a matrix") or "no axis 0" in str(error)
        assert expected is None or strict
        return
    assert expected is not None
    assert tuple(SIZES.get(size, size) for size in shape) == expected.shape
    again = parse(text(tree, arrays=True), arrays=GIVEN)
    assert infer(again, GIVEN).names["J"] == shape
    found = evaluate(tree, VALUES, Float64Entries())
    assert found.shape == expected.shape


@given(TREES)
@settings(max_examples=300, suppress_health_check=list(HealthCheck))
def test_numbers_are_numpys(tree):
    expected = numpys(tree)
    if expected is None or not np.isfinite(expected).all() or np.abs(expected).max() > 1e100:
        return
    try:
        found = evaluate(tree, VALUES, Float64Entries())
    except ShapeError:
        return
    with precision(60):
        try:
            precise = evaluate(tree, VALUES, Lifted(Multiprecision())).astype(float)
        except ArithmeticError:
            return
    size = max(1e-30, np.abs(precise).max())
    # Where float64 has lost digits it has lost them both ways.
    lost = np.abs(expected - precise).max() / size
    np.testing.assert_allclose(found, precise, rtol=0, atol=(1e-9 + 10 * lost) * size)
