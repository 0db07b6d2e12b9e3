"""Values that were given, as arrays of any entries."""

from fractions import Fraction

import numpy as np
import pytest

from derivcli.arrays.entries import Float64Entries
from derivcli.arrays.lifted import Lifted
from derivcli.arrays.values import arrays
from derivcli.calculus.arithmetic import Float32
from derivcli.calculus.exact import Ball, exact
from derivcli.errors import UndefinedError, describe
from derivcli.language.matrix_values import read_matrix
from derivcli.language.parser import parse
from derivcli.language.sizes import sized


def test_entries_and_sizes_are_numbers_of_the_arithmetic():
    given = sized(
        {"X": (2, "m"), "u": (1, 1)},
        {"X": read_matrix("[[0.1, -3], [1/3, pi]]"), "c": parse("1/7"), "u": parse("5")},
    )
    with exact(30) as arithmetic:
        found = arrays(given, Lifted(arithmetic))
    assert found["X"].shape == (2, 2)
    assert found["X"][:, 0].tolist() == [Fraction(1, 10), Fraction(1, 3)]
    assert isinstance(found["X"][1, 1], Ball)
    assert found["c"] == Fraction(1, 7)
    assert found["m"] == 2
    assert found["u"].shape == (1, 1)
    floats = arrays(given, Float64Entries())
    assert floats["X"].tolist() == [[0.1, -3.0], [1 / 3, np.pi]]
    assert floats["c"] == 1 / 7
    assert arrays(given, Lifted(Float32()))["X"][0, 0] == np.float32(0.1)


def test_an_entry_without_a_value_is_told():
    given = sized({}, {"X": read_matrix("[[1, log(-1)]]")})
    with pytest.raises(UndefinedError) as failure:
        arrays(given, Float64Entries())
    assert (
        describe(failure.value)
        == """\
error: log(-1) is undefined: log(u) needs u > 0
  [[1, log(-1)]]
       ^^^^^^^"""
    )
