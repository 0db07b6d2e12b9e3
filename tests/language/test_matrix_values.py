"""Matrices as they are typed, and what is said of those that are none."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivcli.errors import DerivError, RefusedError, UsageError, describe
from derivcli.language import matrix_values
from derivcli.language.matrix_values import MatrixValue, is_matrix, read_matrix
from derivcli.language.parser import parse
from derivcli.language.sizes import sized
from derivcli.language.text import text

HOW = "write a matrix as [[1, 2], [3, 4]], and a column as [5, 6]"
ENTRY = "an entry is a number such as 3, -1e-3 or pi/4"


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("[[1, 2], [3, 4]]", [["1", "2"], ["3", "4"]]),
        (" [[1, 2,], [3, 4],] ", [["1", "2"], ["3", "4"]]),
        ("[1, 2, 3]", [["1"], ["2"], ["3"]]),
        ("[[1, 2, 3]]", [["1", "2", "3"]]),
        ("[[1. 2.]\n [3. 4.]]", [["1", "2"], ["3", "4"]]),
        ("[ 1. -2.]", [["1"], ["-2"]]),
        ("[[ 1.5e+00 -2.0e-03]]", [["1.5", "-0.002"]]),
        ("array([[1., 2.],\n       [3., 4.]])", [["1", "2"], ["3", "4"]]),
        ("np.array([1, 2], dtype=float32)", [["1"], ["2"]]),
        ("[pi/4, -1/3, log(2, 3), +3]", [["pi/4"], ["-1/3"], ["log(2, 3)"], ["3"]]),
        ("[0.1, 1.23456789012345678901234567890]", [["0.1"], ["1.2345678901234567890123456789"]]),
        ("[[7]]", [["7"]]),
    ],
)
def test_a_matrix_as_typed(source, rows):
    found = read_matrix(source)
    assert [[text(entry) for entry in row] for row in found.rows] == rows
    assert found.shape == (len(rows), len(rows[0]))
    assert is_matrix(source)
    assert read_matrix(f"W={source}", start=2).rows == found.rows


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("[]", f"an entry is missing| ^|{HOW}"),
        ("[[]]", f"an entry is missing|  ^|{HOW}"),
        ("[[1, 2], []]", f"an entry is missing|          ^|{HOW}"),
        ("[1,,2]", f"an entry is missing|   ^|{HOW}"),
        ("[[1, 2], [3]]", "row 2 has 1 entry, and row 1 has 2|          ^"),
        ("[[1], [3, 4]]", "row 2 has 2 entries, and row 1 has 1|       ^^^^"),
        ("[[1, 2], 3]", f"this is no row|       ^^^|{HOW}"),
        ("[1, [2]]", f"this is no row| ^^|{HOW}"),
        ("[[[1]]]", f"a matrix has rows and columns alone|  ^|{HOW}"),
        ("[[1, 2], [3, 4]", f"a bracket is not closed|^|{HOW}"),
        ("[1, 2)", f"a bracket is not closed|^|{HOW}"),
        ("[1, 2]]", "unexpected ']' after the matrix|      ^"),
        ("[[1]] + 2", "unexpected '+ 2' after the matrix|      ^^^"),
        ("array([1, 2]", "')' is missing|            ^"),
        ("array([1, 2]))", "unexpected '))' after the matrix|            ^^"),
        ("[[1 2; 3 4]]", "commas are missing|  ^^^^^^^^|write a comma between two entries, and no blanks inside of one"),
        ("[1 2 pi]", "commas are missing| ^^^^^^|write a comma between two entries, and no blanks inside of one"),
        ("[1, x]", f"'x' has no value here|    ^|{ENTRY}"),
        ("[1, a=2]", f"this is no number|    ^^^|{ENTRY}"),
        ("[nan, 1]", f"nan is no number| ^^^|{ENTRY}"),
        ("[1 -inf]", f"-inf is no number|   ^^^^|{ENTRY}"),
        ("[1, foo(2)]", "unknown function 'foo'|    ^^^|did you mean 'floor'?"),
        ("[[1. ... 3.]]", "entries were left out|     ^^^|np.set_printoptions(threshold=10**9) prints all entries"),
        ("[[1, ..., 3]]", "entries were left out|     ^^^|np.set_printoptions(threshold=10**9) prints all entries"),
        ("[[1], ..., [3]]", "entries were left out|    ^^^^^^|np.set_printoptions(threshold=10**9) prints all entries"),
        ("5", f"a matrix stands in brackets|^|{HOW}"),
        ("{1, 2}", f"a matrix stands in brackets|^^^^^^|{HOW}"),
    ],
)  # fmt: skip
def test_what_is_no_matrix_is_told_with_its_place(source, message):
    words, carets, *hint = message.split("|")
    lines = [f"error: {words}", f"  {source}", f"  {carets}", *(f"hint: {each}" for each in hint)]
    with pytest.raises(DerivError) as failure:
        read_matrix(source)
    assert describe(failure.value) == "\n".join(lines)


def test_an_entry_beyond_the_bounds_of_the_language_is_refused(monkeypatch):
    with pytest.raises(RefusedError, match=r"^the decimal exponent of this number is beyond 300$"):
        read_matrix("[1, 1e400]")
    monkeypatch.setattr(matrix_values, "MOST_ENTRIES", 4)
    with pytest.raises(RefusedError, match=r"^more than 4 entries are too many$"):
        read_matrix("[1, 2, 3, 4, 5]")


@given(
    st.lists(
        st.lists(
            st.floats(-1e9, 1e9).map(lambda f: f if abs(f) > 1e-290 else 0.0),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_what_numpy_prints_is_read(rows):
    width = min(map(len, rows))
    matrix = np.array([row[:width] for row in rows])
    with np.printoptions(floatmode="unique"):
        for printed in (str(matrix), repr(matrix), str(matrix.tolist())):
            found = read_matrix(printed)
            values = [[value_of(entry) for entry in row] for row in found.rows]
            assert [[float(each) for each in row] for row in values] == matrix.tolist()


def value_of(entry):
    return Fraction(text(entry))


@given(st.text(alphabet="[]()1.,- enax\n+", max_size=20))
def test_any_text_is_a_matrix_or_an_error_of_ours(source):
    try:
        found = read_matrix(source)
    except DerivError:
        return
    assert len({len(row) for row in found.rows}) == 1


def test_an_entry_is_a_constant():
    constant = read_matrix("[[1, pi/4]]").constant(0, 1)
    assert text(constant) == "pi/4"
    assert constant.source[constant.output.span.start : constant.output.span.end] == "pi/4"


def matrix(*shape):
    return read_matrix(str(np.ones(shape, dtype=int).tolist()))


def test_values_tell_sizes():
    found = sized(
        {"X": (3, "m"), "Y": (1, "m"), "W": ("k", 3)}, {"X": matrix(3, 7), "b": matrix(4, 1)}
    )
    assert found.shapes == {"X": (3, 7), "Y": (1, 7), "W": ("k", 3), "b": (4, 1)}
    assert found.sizes == {"m": 7}


def test_sizes_keep_their_names_where_every_matrix_has_a_shape():
    found = sized({"X": (3, "m"), "Y": (1, "m")}, {"X": matrix(3, 7), "c": parse("2")})
    assert found.shapes == {"X": (3, "m"), "Y": (1, "m")}
    assert found.in_numbers == {"X": (3, 7), "Y": (1, 7)}
    assert found.sizes == {"m": 7}


def test_a_list_of_numbers_is_a_row_where_the_shape_says_so():
    found = sized({"r": (1, "m")}, {"r": read_matrix("[1, 2, 3]")})
    assert found.sizes == {"m": 3}
    assert found.values["r"].shape == (1, 3)
    assert sized({"x": ("n", 1)}, {"x": read_matrix("[1, 2, 3]")}).sizes == {"n": 3}


def test_a_size_may_be_given_as_a_number():
    found = sized({"X": (3, "m")}, {"m": parse("7"), "c": parse("pi")})
    assert found.sizes == {"m": 7}
    assert sized({"u": (1, 1)}, {"u": parse("2")}).shapes == {"u": (1, 1)}


@pytest.mark.parametrize(
    ("shapes", "values", "message"),
    [
        ({"X": (3, 5)}, {"X": matrix(3, 7)}, "X is of shape (3, 5), and its value of shape (3, 7)"),
        ({"r": (1, 5)}, {"r": read_matrix("[1, 2]")}, "r is of shape (1, 5), and its value of shape (1, 2)"),
        ({"X": (3, "m"), "Y": (1, "m")}, {"X": matrix(3, 7), "Y": matrix(1, 5)}, "m is 7 by X, and 5 by Y"),
        ({"A": ("n", "n")}, {"A": matrix(2, 3)}, "n is 2 by A, and 3 by A"),
        ({"X": (3, "m")}, {"X": matrix(3, 7), "m": parse("5")}, "m is 5 by m itself, and 7 by X"),
        ({"X": (3, "m")}, {"m": parse("5/2")}, "m is a size, and no whole number from 1 on"),
        ({"X": (3, "m")}, {"m": matrix(2, 2)}, "m is a size, and no whole number from 1 on"),
        ({"W": (2, 2)}, {"W": parse("3")}, "W is of shape (2, 2), and its value is a number"),
    ],
)  # fmt: skip
def test_shapes_and_values_agree(shapes, values, message):
    with pytest.raises(UsageError) as failure:
        sized(shapes, values)
    assert failure.value.message == message


def test_how_a_value_is_written_is_shown():
    with pytest.raises(UsageError) as failure:
        sized({"W": (2, 2)}, {"W": parse("3")})
    assert failure.value.hint == 'write W="[[..., ...], [..., ...]]"'


def test_a_value_crosses_to_another_process():
    import pickle

    value = read_matrix("[[1, pi]]")
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - our own
    assert isinstance(value, MatrixValue)
