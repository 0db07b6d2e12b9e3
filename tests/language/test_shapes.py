"""Shapes of programs of matrices: NumPy's rules, and the words for what does not fit."""

import numpy as np
import pytest

from derivcli.errors import LanguageError, describe
from derivcli.language.limits import file_limits
from derivcli.language.parser import parse
from derivcli.language.shapes import broadcast, infer, product
from derivcli.language.tree import Binary, Name, Reduction

SIZES = {"k": 4, "m": 5, "n": 3}
GIVEN = {
    "A": ("n", "n"), "B": ("n", "m"), "x": ("n", 1), "r": (1, "m"), "y": ("m", 1), "W": ("k", "n"),
    "b": ("k", 1), "one": (1, 1), "P": (2, 7), "Q": (7, 2),
}  # fmt: skip
SHAPES = [
    ("3", ()), ("c", ()), ("m", ()), ("c + m", ()), ("B", ("n", "m")), ("-B", ("n", "m")),
    ("B + 1", ("n", "m")), ("c*B/m", ("n", "m")), ("B**2", ("n", "m")), ("B - x", ("n", "m")),
    ("r*B", ("n", "m")), ("x*r", ("n", "m")), ("one + B", ("n", "m")), ("x.T", (1, "n")),
    ("W @ B", ("k", "m")), ("W @ B + b", ("k", "m")), ("x.T @ A @ x", (1, 1)), ("x @ x.T", ("n", "n")),
    ("sum(B)", ()), ("sum(B, axis=0)", ("m",)), ("sum(B, axis=1)", ("n",)), ("sum(B, axis=-1)", ("n",)),
    ("sum(B, axis=-2)", ("m",)), ("sum(B, axis=0, keepdims=True)", (1, "m")),
    ("sum(B, axis=1, keepdims=True)", ("n", 1)), ("sum(B, keepdims=True)", (1, 1)),
    ("mean(sum(B, axis=0), axis=0)", ()), ("norm(x)", ()), ("max(B, axis=0)", ("m",)),
    ("prod(P, axis=1, keepdims=True)", (2, 1)), ("logsumexp(B, axis=0)", ("m",)),
    ("softmax(B, axis=0)", ("n", "m")), ("softmax(B)", ("n", "m")), ("cumsum(B, axis=1)", ("n", "m")), ("cumsum(B)", ("n", "m")),
    ("cumsum(sum(B, axis=0))", ("m",)), ("sum(c)", ()),
    ("B - mean(B, axis=0)", ("n", "m")), ("y - sum(B, axis=0)", ("m", "m")),
    ("sum(B, axis=0) @ y", (1,)), ("B @ sum(B, axis=0)", ("n",)), ("sum(B, axis=0) @ sum(B, axis=0)", ()),
    ("sum(B, axis=0).T", ("m",)), ("trace(A)", ()), ("det(A @ A.T)", ()), ("logdet(A)", ()),
    ("inv(A)", ("n", "n")), ("diag(A)", ("n", 1)), ("diag(x)", ("n", "n")), ("diag(one)", (1, 1)),
    ("diag(sum(B, axis=0))", ("m", "m")), ("eye(3)", (3, 3)), ("eye(n) + A", ("n", "n")),
    ("ones(2, 7) * P", (2, 7)), ("zeros(m, 1)", ("m", 1)), ("ones(j, 1)", ("j", 1)), ("exp(B)", ("n", "m")),
    ("max(x, r)", ("n", "m")), ("where(B > 0, B, 0)", ("n", "m")), ("where(c > 0, x, r)", ("n", "m")),
    ("B > x", ("n", "m")), ("B @ (B > 0).T", ("n", "n")),
]  # fmt: skip


def program(source):
    return parse(source, limits=file_limits(30_000), arrays=[*GIVEN, "U", "V"])


def tree(source):
    return program(source).output.expression


@pytest.mark.parametrize(("source", "shape"), SHAPES)
def test_the_shape_of_a_part(source, shape):
    shapes = infer(program(source), GIVEN)
    assert shapes.names["J"] == shape
    assert shapes.of(tree(source)) == shape


def test_statements_sizes_and_variables_have_shapes():
    shapes = infer(program("Z = W @ B + b; J = sum(Z**2)/(2*m)"), GIVEN)
    assert shapes.names == {**GIVEN, "k": (), "m": (), "n": (), "Z": ("k", "m"), "J": ()}
    assert shapes.sizes == ("n", "m", "k")
    assert shapes.of(tree("B @ Z.T")) == ("n", "k")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("V @ B", """\
error: (4, 3) @ (4, 5) does not fit: 3 columns and 4 rows
  V @ U
  ^^^^^
hint: write V.T @ U"""),
        ("B @ W", """\
error: (n, m) @ (k, n) does not fit: m columns and k rows
  B @ W
  ^^^^^
hint: write W @ B"""),
        ("W @ W", """\
error: (k, n) @ (k, n) does not fit: n columns and k rows
  W @ W
  ^^^^^
hint: write W.T @ W or W @ W.T"""),
        ("2*(B.T @ r.T)", """\
error: (m, n) @ (m, 1) does not fit: n columns and m rows
  2*(B.T @ r.T)
    ^^^^^^^^^^^
hint: write B @ r.T"""),
        ("one @ B", """\
error: (1, 1) @ (n, m) does not fit: 1 column and n rows
  one @ B
  ^^^^^^^
hint: write one * B"""),
        ("P @ W", """\
error: (2, 7) @ (k, n) does not fit: 7 columns and k rows
  P @ W
  ^^^^^"""),
        ("sum(P, axis=0) @ x", """\
error: (7,) @ (n, 1) does not fit: 7 entries and n rows
  sum(P, axis=0) @ x
  ^^^^^^^^^^^^^^^^^^"""),
        ("J = f @ x", """\
error: f is a number, and @ multiplies matrices
  J = f @ x
      ^^^^^
hint: a name without a shape is a number: add --shape f=..."""),
        ("f @ g", """\
error: f is a number, and @ multiplies matrices
  f @ g
  ^^^^^
hint: a name without a shape is a number: add --shape f=... g=..."""),
        ("sum(x) @ x", """\
error: sum(x) is a number, and @ multiplies matrices
  sum(x) @ x
  ^^^^^^^^^^
hint: a number takes *"""),
        ("f.T * x", """\
error: f is a number, and .T transposes a matrix
  f.T * x
  ^^^
hint: a name without a shape is a number: add --shape f=..."""),
        ("sum(x).T", """\
error: sum(x) is a number, and .T transposes a matrix
  sum(x).T
  ^^^^^^^^
hint: leave out .T"""),
        ("W + B", """\
error: (k, n) + (n, m) does not fit entry by entry
  W + B
  ^^^^^"""),
        ("W * B", """\
error: (k, n) * (n, m) does not fit entry by entry
  W * B
  ^^^^^
hint: write W @ B"""),
        ("P - Q", """\
error: (2, 7) - (7, 2) does not fit entry by entry
  P - Q
  ^^^^^
hint: write P.T - Q or P - Q.T"""),
        ("x/b", """\
error: (n, 1) / (k, 1) does not fit entry by entry
  x/b
  ^^^"""),
        ("B - mean(B, axis=1)", """\
error: (n, m) - (n,) does not fit entry by entry
  B - mean(B, axis=1)
  ^^^^^^^^^^^^^^^^^^^
hint: write B - mean(B, axis=1, keepdims=True)"""),
        ("mu = mean(B, axis=1); J = sum(B - mu)", """\
error: (n, m) - (n,) does not fit entry by entry
  mu = mean(B, axis=1); J = sum(B - mu)
                                ^^^^^^
hint: a sum or a mean along axis 1 stays a column with keepdims=True"""),
        ("max(B, b)", """\
error: (n, m) and (k, 1) do not fit entry by entry
  max(B, b)
  ^^^^^^^^^"""),
        ("where(B > 0, W, x)", """\
error: (k, n) and (n, m) and (n, 1) do not fit entry by entry
  where(B > 0, W, x)
  ^^^^^^^^^^^^^^^^^^"""),
        ("B < b", """\
error: (n, m) and (k, 1) do not fit entry by entry
  B < b
  ^^^^^"""),
        ("sum(sum(B, axis=0), axis=1)", """\
error: sum(B, axis=0) has no axis 1
  sum(sum(B, axis=0), axis=1)
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: a flat array (m,) has axis 0 alone"""),
        ("sum(f, axis=0)", """\
error: f is a number and has no axis 0
  sum(f, axis=0)
  ^^^^^^^^^^^^^^
hint: a name without a shape is a number: add --shape f=..."""),
        ("softmax(f)", """\
error: f is a number and has no axis 0
  softmax(f)
  ^^^^^^^^^^
hint: a name without a shape is a number: add --shape f=..."""),
        ("det(B)", """\
error: B is of shape (n, m), and det takes a square matrix
  det(B)
  ^^^^^^"""),
        ("1 + inv(f)", """\
error: f is a number, and inv takes a square matrix
  1 + inv(f)
      ^^^^^^
hint: a name without a shape is a number: add --shape f=..."""),
        ("diag(r)", """\
error: r is of shape (1, m), and diag takes a square matrix or a column
  diag(r)
  ^^^^^^^"""),
        ("eye(2.5)", """\
error: 2.5 is no size for eye
  eye(2.5)
      ^^^
hint: a size is a whole number from 1 on, or a name for one"""),
        ("zeros(m, 0)", """\
error: 0 is no size for zeros
  zeros(m, 0)
           ^
hint: a size is a whole number from 1 on, or a name for one"""),
        ("eye(B)", """\
error: B is no size for eye
  eye(B)
      ^
hint: a size is a whole number from 1 on, or a name for one"""),
        ("j = 2; J = eye(j)", """\
error: j is no size for eye
  j = 2; J = eye(j)
                 ^
hint: a size is a whole number from 1 on, or a name for one"""),
        ("m = 3; J = sum(B)/m", """\
error: m is a size, whose value comes with an array
  m = 3; J = sum(B)/m
  ^^^^^
hint: give one of them another name"""),
        ("b = W @ B; J = sum(b)", """\
error: b is of shape (k, m), and is said to be of shape (k, 1)
  b = W @ B; J = sum(b)
      ^^^^^"""),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_place(source, message):
    given = {**GIVEN, "V": (4, 3), "U": (4, 5)}
    source = source.replace("V @ B", "V @ U")
    with pytest.raises(LanguageError) as failure:
        infer(program(source), given)
    assert describe(failure.value) == message


def test_an_array_has_two_axes():
    with pytest.raises(LanguageError, match=r"^B has no axis 2$") as failure:
        infer(program("B"), GIVEN).of(Reduction("sum", Name("B"), 2))
    assert failure.value.hint == "axis 0 is down the rows, 1 across the columns"


def test_a_size_is_a_number_and_no_matrix():
    with pytest.raises(
        LanguageError, match=r"^m is a size, and so a number, and of shape \(2, 2\)$"
    ):
        infer(program("sum(X)"), {"X": (3, "m"), "m": (2, 2)})


def test_a_part_that_nobody_typed_is_told_without_a_place():
    shapes = infer(program("sum(B)"), GIVEN)
    with pytest.raises(LanguageError) as failure:
        shapes.of(Binary("@", Name("W"), Name("W")))
    assert failure.value.span is None


def test_sizes_fit_as_numpy_has_it():
    sizes = [(), (1,), (3,), (1, 1), (1, 3), (3, 1), (3, 5), (5, 3), (5,), (5, 1)]
    for one in sizes:
        for other in sizes:
            left, right = np.zeros(one), np.zeros(other)
            for ours, numpy in ((broadcast, np.add), (product, np.matmul)):
                try:
                    expected = numpy(left, right).shape
                except ValueError:
                    expected = None
                assert ours(one, other) == expected


def test_a_name_for_a_size_fits_itself_alone():
    assert broadcast(("m", 1), (1, "m")) == ("m", "m")
    assert broadcast(("m", 2), ("k", 2)) is None
    assert broadcast(("m",), (3,)) is None
    assert product((2, "m"), ("k", 2)) is None


def test_a_program_of_ten_thousand_statements_has_shapes():
    lines = ["Z0 = B", *(f"Z{i} = Z{i - 1} + x" for i in range(1, 10_000))]
    shapes = infer(program("; ".join(lines)), GIVEN)
    assert shapes.names["Z9999"] == ("n", "m")


def test_a_sum_of_ten_thousand_terms_has_a_shape():
    sum_of_many = Name("B")
    for _ in range(10_000):
        sum_of_many = Binary("+", sum_of_many, Name("x"))
    assert infer(program("B"), GIVEN).of(sum_of_many) == ("n", "m")
