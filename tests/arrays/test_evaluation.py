"""Programs of matrices in numbers: NumPy's values, exact ones, and entries that have none."""

from fractions import Fraction
from itertools import product

import numpy as np
import numpy_words
import pytest
from array_sources import CANDIDATES, SOURCES, VALUES
from mpmath import mp, mpf

from derivcli.arrays.entries import Float64Entries
from derivcli.arrays.evaluation import UnknownError, evaluate, trace
from derivcli.arrays.lifted import Lifted
from derivcli.calculus.arithmetic import Float32, Float64, Multiprecision, TooLarge, Undefined
from derivcli.calculus.evaluate import apply
from derivcli.calculus.exact import ball, exact
from derivcli.errors import DerivError, RefusedError, UndefinedError, describe
from derivcli.language.functions import FUNCTIONS
from derivcli.language.limits import file_limits
from derivcli.language.operations import OPERATIONS
from derivcli.language.parser import parse
from derivcli.language.shapes import ShapeError
from derivcli.language.tree import Call, Name, Number, Reduction


@pytest.mark.parametrize("source", SOURCES)
def test_a_program_is_worth_what_numpy_says(source):
    program = parse(source, arrays=[name for name, value in VALUES.items() if np.ndim(value)])
    with np.errstate(all="ignore"):
        expected = numpy_words.value(source, VALUES)
    for entries in (
        Float64Entries(), Float64Entries(strict=True), Lifted(Float64()), Lifted(Multiprecision()),
    ):  # fmt: skip
        found = evaluate(program, VALUES, entries)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found.astype(float), expected, rtol=1e-12, atol=1e-14)
    with exact(40) as arithmetic:
        found = evaluate(program, VALUES, Lifted(arithmetic))
        rounded = [float(each) for each in found.flat]
    assert found.shape == expected.shape
    np.testing.assert_allclose(rounded, expected.ravel(), rtol=1e-12, atol=1e-14)


def test_every_operation_has_numbers():
    seen = {
        type(node).__name__ if not hasattr(node, "function") else node.function
        for source in SOURCES
        for statement in parse(source, arrays=VALUES).statements
        for node in numpy_nodes(statement.expression)
    }
    assert {row.name for row in OPERATIONS.values()} - {"@", "T"} <= seen


def numpy_nodes(tree):
    from derivcli.language.tree import nodes

    return [node for node in nodes(tree) if isinstance(node, Call | Reduction)]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_works_entry_by_entry(name):
    row = FUNCTIONS[name]
    points = [
        (1.0, u) if name == "polygamma" else (u, 2.5)[: len(row.parameters)] for u in CANDIDATES
    ]
    inside = []
    with mp.workdps(30):
        for point in points:
            try:
                inside.append((point, apply(row, tuple(map(mpf, point)), Multiprecision())))
            except Undefined:
                continue
        expected = np.array([[float(value) for _, value in inside]])
    assert expected.size > 1
    arrays = {"u": None, "v": None}
    for index, parameter in enumerate(row.parameters):
        arrays[parameter] = np.array([[point[index] for point, _ in inside]])
    call = Call(name, tuple(Name(each) for each in row.parameters))
    given = {each: arrays[each] for each in row.parameters}
    for entries in (Float64Entries(), Lifted(Float64())):
        found = evaluate(call, given, entries)
        np.testing.assert_allclose(found.astype(float), expected, rtol=2e-14, atol=1e-300)
    with exact(40) as arithmetic:
        found = [float(each) for each in evaluate(call, given, Lifted(arithmetic)).flat]
    np.testing.assert_allclose([found], expected, rtol=4e-16)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_strict_floats_are_undefined_where_numbers_are(name):
    row = FUNCTIONS[name]
    call = Call(name, tuple(Name(each) for each in row.parameters))
    edges = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 800.0]
    for point in product(
        [0.0, 1.0] if name == "polygamma" else edges, edges[:: len(row.parameters)]
    ):
        values = dict(zip(row.parameters, point, strict=False))
        try:
            expected = apply(row, tuple(values.values()), Float64())
        except (Undefined, TooLarge, OverflowError, ZeroDivisionError):
            expected = None
        try:
            found = evaluate(call, values, Float64Entries(strict=True))
        except DerivError:
            found = None
        assert (found is None) == (expected is None), point
        assert found is None or found == pytest.approx(expected, rel=1e-13, abs=1e-300)


def exactly(source, **values):
    """Return an exact value, its entries in a list, where all of them are rational."""
    with exact(30) as arithmetic:
        entries = Lifted(arithmetic)
        found = evaluate(
            parse(source, arrays=values), {k: entries.array(v) for k, v in values.items()}, entries
        )
    assert all(isinstance(each, Fraction) for each in found.flat)
    return found.tolist()


def test_rational_entries_stay_exact():
    third = Fraction(1, 3)
    A = [[2, 1], [1, third]]
    assert exactly("inv(A)", A=A) == [[-1, 3], [3, -6]]
    assert exactly("det(A)", A=A) == -third
    assert exactly("A @ A", A=A) == [[5, 2 + third], [2 + third, 1 + third**2]]
    assert exactly("norm(x)", x=[[3], [4]]) == 5
    assert exactly("mean(A, axis=0)", A=A) == [Fraction(3, 2), 2 * third]
    assert exactly("logdet(A)", A=[[1, 5], [0, 1]]) == 0
    assert exactly("cumsum(A, axis=1)", A=A) == [[2, 3], [1, 1 + third]]


def test_a_determinant_exchanges_rows():
    assert exactly("det(A)", A=[[0, 1, 0], [0, 0, 1], [1, 0, 0]]) == 1
    assert exactly("det(A)", A=[[0, 0, 1], [0, 1, 0], [1, 0, 0]]) == -1
    assert exactly("det(A)", A=[[0, 2], [3, 0]]) == -6
    assert exactly("det(A)", A=[[1, 2], [2, 4]]) == 0
    assert exactly("inv(A)", A=[[0, 2], [4, 0]]) == [[0, Fraction(1, 4)], [Fraction(1, 2), 0]]


def test_the_inverse_of_rational_and_irrational_numbers_side_by_side():
    with exact(50) as arithmetic:
        entries = Lifted(arithmetic)
        third, root = Fraction(1, 3), arithmetic.power(Fraction(2), Fraction(1, 2))
        matrix = entries.array([[third, root], [root, third]])
        found = evaluate(parse("inv(X) @ X", arrays=("X",)), {"X": matrix}, entries)
        assert [[round(float(each), 12) for each in row] for row in found] == [[1, 0], [0, 1]]


def test_hilberts_inverse_is_whole():
    H = [[Fraction(1, i + j + 1) for j in range(8)] for i in range(8)]
    inverse = exactly("inv(H)", H=H)
    assert all(entry.denominator == 1 for row in inverse for entry in row)
    assert inverse[0][0] == 64
    assert exactly("det(H)", H=H) == Fraction(1, 365356847125734485878112256000000)


def test_irrational_entries_are_enclosed():
    with exact(30) as arithmetic:
        entries = Lifted(arithmetic)
        x = evaluate(parse("exp(x)", arrays=("x",)), {"x": [[1], [2]]}, entries)
        found = evaluate(parse("det(x @ x.T + eye(2))", arrays=("x",)), {"x": x}, entries)
        with mp.workdps(40):
            expected = 1 + mp.e**2 + mp.e**4
            number = ball(found[()])
            assert abs(number.middle - expected) <= number.radius


@pytest.mark.parametrize(
    "source", ["softmax(x)", "logsumexp(x)", "norm(x)", "sigmoid(x)", "logdet(1e10*eye(40))"]
)
def test_floats_neither_overflow_nor_lose_what_is_small(source):
    x = [[1e200], [-3e200], [2e-310]] if source == "norm(x)" else [[1000.0], [1001.0], [-900.0]]
    found = evaluate(parse(source, arrays=("x",)), {"x": x}, Float64Entries())
    with mp.workdps(500):
        precise = evaluate(parse(source, arrays=("x",)), {"x": x}, Lifted(Multiprecision()))
        expected = [float(each) for each in precise.flat]
    np.testing.assert_allclose(found.ravel(), expected, rtol=3e-15)


def test_the_norm_of_what_is_tiny():
    tiny = [[3e-320], [4e-320]]
    found = evaluate(parse("norm(x)", arrays=("x",)), {"x": tiny}, Float64Entries())
    assert found == np.hypot(*np.ravel(tiny))


def test_single_precision_rounds_after_each_operation():
    found = evaluate(
        parse("A @ x", arrays=("A", "x")),
        {"A": [[0.1, 0.2]], "x": [[3.0], [7.0]]},
        Lifted(Float32()),
    )
    single = np.float32
    expected = single(0.1) * single(3) + single(0.2) * single(7)
    assert float(found[0, 0]) == expected


UNDEFINED = [
    ("log(A - 1)", """\
error: log(A - 1) in row 1, column 2 is undefined: it needs A - 1 > 0
  log(A - 1)
  ^^^^^^^^^^"""),
    ("1 + sum(1/(A - 2), axis=1)", """\
error: 1 / (A - 2) in row 1, column 1 is undefined: division by 0
  1 + sum(1/(A - 2), axis=1)
          ^^^^^^^^^"""),
    ("A @ inv(A - A)", """\
error: inv(A - A) is undefined: the matrix is singular: its determinant is 0
  A @ inv(A - A)
      ^^^^^^^^^^"""),
    ("logdet(A - 3*eye(2))", """\
error: logdet(A - 3 * eye(2)) is undefined: the determinant is not above 0
  logdet(A - 3*eye(2))
  ^^^^^^^^^^^^^^^^^^^^"""),
    ("Z = A @ A; J = sum(sqrt(5 - Z))", """\
error: sqrt(5 - Z) in row 2, column 2 is undefined: it needs 5 - Z >= 0
  Z = A @ A; J = sum(sqrt(5 - Z))
                     ^^^^^^^^^^^"""),
    ("sqrt(-sum(A, axis=0))", """\
error: sqrt(-sum(A, axis=0)) in entry 1 is undefined: it needs -sum(A, axis=0) >= 0
  sqrt(-sum(A, axis=0))
  ^^^^^^^^^^^^^^^^^^^^^"""),
    ("log(-sum(A))", """\
error: log(-sum(A)) is undefined: it needs -sum(A) > 0
  log(-sum(A))
  ^^^^^^^^^^^^"""),
    ("where(A > 1, log(1 - A), 1)", """\
error: log(1 - A) in row 1, column 1 is undefined: it needs 1 - A > 0
  where(A > 1, log(1 - A), 1)
               ^^^^^^^^^^"""),
    ("(A - A)**(A - A)", """\
error: (A - A)**(A - A) in row 1, column 1 is undefined: 0**0 with an exponent that varies
  (A - A)**(A - A)
  ^^^^^^^^^^^^^^^^"""),
    ("atan2(A - A, 0)", """\
error: atan2(A - A, 0) in row 1, column 1 is undefined: it needs (A - A)**2 + 0**2 != 0
  atan2(A - A, 0)
  ^^^^^^^^^^^^^^^"""),
    ("diag(log(A - 1))", """\
error: log(A - 1) in row 1, column 2 is undefined: it needs A - 1 > 0
  diag(log(A - 1))
       ^^^^^^^^^^"""),
    ("softmax(log(A - 1))", """\
error: log(A - 1) in row 2, column 1 is undefined: it needs A - 1 > 0
  softmax(log(A - 1))
          ^^^^^^^^^^"""),
]  # fmt: skip


@pytest.mark.parametrize(("source", "message"), UNDEFINED)
def test_an_entry_without_a_value_is_told_with_its_place(source, message):
    program, values = parse(source, arrays=("A",)), {"A": [[2, 1], [1, 3]]}
    with exact(30) as arithmetic:
        for entries in (Lifted(arithmetic), Float64Entries(strict=True), Lifted(Multiprecision())):
            with pytest.raises(DerivError) as failure:
                evaluate(program, values, entries)
            assert describe(failure.value) == message


def test_what_is_not_chosen_may_be_undefined():
    program = parse("where(A > 1, log(A - 1), sum(A))", arrays=("A",))
    found = evaluate(program, {"A": [[2.0, 1.0], [1.0, 3.0]]}, Float64Entries(strict=True))
    np.testing.assert_allclose(found, [[0, 7], [7, np.log(2)]])


def test_floats_that_are_not_strict_go_on():
    found = evaluate(parse("log(A)", arrays=("A",)), {"A": [[-1.0, 0.0]]}, Float64Entries())
    assert np.isnan(found[0, 0])
    assert found[0, 1] == -np.inf
    assert np.isnan(
        evaluate(parse("inv(A - A)", arrays=("A",)), {"A": np.ones((2, 2))}, Float64Entries())
    ).all()


def test_too_large_is_refused():
    with pytest.raises(
        RefusedError, match=r"^exp\(1000 \* A\) in row 1, column 1 is too large to compute with$"
    ):
        evaluate(
            parse("sum(exp(1000*A))", arrays=("A",)), {"A": [[2, 1]]}, Float64Entries(strict=True)
        )
    with pytest.raises(
        RefusedError, match=r"^an array of shape \(5000, 5000\) is too large: more than 20,000,000"
    ):
        evaluate(parse("x @ x.T", arrays=("x",)), {"x": np.ones((5_000, 1))}, Float64Entries())


@pytest.mark.parametrize("size", [2.5, 0, -1, 1e9])
def test_a_size_is_a_whole_number(size):
    with pytest.raises(
        UndefinedError, match=r"^k is a size, and no whole number from 1 to 20,000,000$"
    ):
        evaluate(parse("ones(k, 1) + x", arrays=("x",)), {"k": size, "x": 1.0}, Float64Entries())


def test_pi_is_no_size():
    program = parse("eye(k)", arrays=("x",))
    with exact(30) as arithmetic, pytest.raises(UndefinedError):
        evaluate(program, {"k": arithmetic.named("pi")}, Lifted(arithmetic))


def test_shapes_are_checked_by_the_numbers():
    program = parse("W @ X", arrays=("W", "X"))
    with pytest.raises(
        ShapeError, match=r"^\(2, 3\) @ \(2, 5\) does not fit: 3 columns and 2 rows$"
    ) as failure:
        evaluate(program, {"W": np.ones((2, 3)), "X": np.ones((2, 5))}, Float64Entries())
    assert failure.value.hint == "write W.T @ X"
    assert failure.value.node == program.output.expression


def test_a_name_without_a_value_is_told():
    with pytest.raises(UnknownError, match=r"^X has no value here$"):
        evaluate(parse("W @ X", arrays=("W", "X")), {"W": np.ones((2, 3))}, Float64Entries())


def test_a_trace_has_every_name():
    program = parse("Z = W @ X; J = sum(Z)/m", arrays=("W", "X"))
    found = trace(program, {"W": np.ones((2, 3)), "X": np.ones((3, 4)), "m": 4}, Float64Entries())
    assert [*found] == ["W", "X", "m", "Z", "J"]
    assert found["Z"].shape == (2, 4)
    assert found["J"] == 6


def test_a_program_of_ten_thousand_statements_has_values():
    lines = ["Z0 = x", *(f"Z{i} = Z{i - 1} + x" for i in range(1, 10_000))]
    program = parse("; ".join(lines), limits=file_limits(30_000), arrays=("x",))
    assert evaluate(program, {"x": [[1.0], [2.0]]}, Float64Entries()).tolist() == [[1e4], [2e4]]


def test_a_deep_program_and_a_deep_tree_have_values():
    tree = Name("x")
    for _ in range(5_000):
        tree = Call("abs", (tree,))
    assert evaluate(tree, {"x": np.array([[-2.0]])}, Float64Entries()) == 2
    with exact(30) as arithmetic:
        assert evaluate(tree, {"x": [[-2]]}, Lifted(arithmetic))[0, 0] == 2
    assert evaluate(Number(Fraction(1, 2)), {}, Float64Entries()) == 0.5
