"""The table as NumPy: text that stands alone, and calls in place, both beside mpmath."""

import math
import warnings

import numpy as np
import pytest
from mpmath import mp, mpf

from derivcli.calculus.arithmetic import Multiprecision
from derivcli.calculus.derivation.terms import collected
from derivcli.calculus.evaluate import apply, evaluate, formula
from derivcli.calculus.floats.closures import closure
from derivcli.calculus.steady import steady
from derivcli.errors import DerivError, RefusedError
from derivcli.graphs.tape.in_place import computed, in_place
from derivcli.language.functions import ROWS
from derivcli.language.parser import parse
from derivcli.language.shapes import Shapes
from derivcli.language.text import text
from derivcli.language.tree import Call, Name
from derivcli.matrices.numpy_text import NumPyWriter

FAR = (-800.0, -36.5, -3.4, -1.0, -0.3, -1e-9, 1e-9, 0.3, 0.75, 1.0, 2.5, 36.5, 800.0)
UNARY = [
    row for row in ROWS if len(row.parameters) == 1 and (row.numpy or row.computed or row.native)
]
each_row = pytest.mark.parametrize("row", UNARY, ids=lambda row: row.name)


def inside(row):
    """Return numbers at which a row has a value, and those values by mpmath."""
    found = []
    with mp.workdps(400):
        for z in FAR:
            try:
                value = apply(row, (mpf(z),), Multiprecision())
            except ArithmeticError:
                continue
            if abs(value) < 1e300:
                found.append((z, float(value)))
    return np.array(found).T


def numpy_text(tree):
    """Return a tree of numbers as NumPy, with the source of the functions that it needs."""
    writer = NumPyWriter(Shapes({}))
    return writer.write(tree), "\n".join(writer.functions.values())


@each_row
def test_the_text_of_a_row_runs_alone_and_warns_of_nothing(row):
    source, functions = numpy_text(Call(row.name, (Name("z"),)))
    names = {"np": np, "math": math}
    exec(functions, names)  # noqa: S102 - our own text
    points, wanted = inside(row)
    with (
        warnings.catch_warnings(action="error"),
        np.errstate(under="ignore", divide="ignore", invalid="ignore"),
    ):
        found = eval(source, {**names, "z": points})  # noqa: S307 - our own text
    assert found == pytest.approx(wanted, rel=1e-12, abs=1e-305), source


@each_row
def test_a_row_in_place_leaves_its_argument_alone(row):
    points, wanted = inside(row)
    before, program = points.copy(), in_place(Call(row.name, (Name("z"),)))
    out, scratch = np.full_like(points, np.nan), np.full_like(points, np.nan)
    run = program.bind({"z": points}, out, (scratch,))
    with np.errstate(all="ignore"):
        for _ in range(2):  # again, from what the first run left
            run()
            assert out == pytest.approx(wanted, rel=1e-12, abs=1e-305)
    assert np.array_equal(points, before)


@each_row
def test_on_floats_a_row_is_mpmaths(row):
    points, wanted = inside(row)
    function = closure(Call(row.name, (Name("z"),)), ("z",))
    assert [function(float(z)) for z in points] == pytest.approx(wanted, rel=1e-12, abs=1e-305)


@pytest.mark.parametrize("source, spelled", [
    ("relu(u)", "np.maximum(u, 0)"),
    ("hardtanh(u)", "np.minimum(np.maximum(u, -1), 1)"),
    ("softplus(u)", "np.maximum(u, 0) + np.log1p(np.exp(-np.abs(u)))"),
    ("leaky_relu(u)", "np.maximum(u, 0.01 * u)"),
    ("erf(u)", "np.vectorize(math.erf)(u)"),
])  # fmt: skip
def test_known_spellings(source, spelled):
    text, function = numpy_text(parse(source).output.expression)
    assert text == source
    assert function.endswith(f"return {spelled}")


def test_a_choice_is_where():
    text, functions = numpy_text(parse("where(u > 0, u, -u)").output.expression)
    assert (text, functions) == ("np.where(u > 0, u, -u)", "")


def test_what_neither_has_is_refused():
    with pytest.raises(RefusedError, match="digamma"):
        numpy_text(parse("digamma(u)").output.expression)


@pytest.mark.parametrize("row", [row for row in ROWS if row.pairs], ids=lambda row: row.name)
def test_a_pair_is_what_it_stands_for(row):
    for pattern, other in row.pairs:
        for z in (-2.5, -0.75, -0.3, 0.3, 0.75, 2.5):
            with mp.workdps(40):
                at = {"u": mpf(z)}
                try:
                    at["Y"] = apply(row, (at["u"],), Multiprecision())
                    one = evaluate(formula(pattern), at, Multiprecision())
                except (ArithmeticError, DerivError):
                    continue
                assert abs(one - evaluate(formula(other), at, Multiprecision())) < mpf(10) ** -35


@pytest.mark.parametrize("source, found", [
    ("1 - sigmoid(2*w)", "sigmoid(-(2*w))"), ("log(sigmoid(w))", "-softplus(-w)"), ("1 - erf(w)", "erfc(w)"),
    ("exp(w) - 1", "expm1(w)"), ("2 - sigmoid(w)", "2 - sigmoid(w)"),
])  # fmt: skip
def test_what_loses_digits_is_said_another_way(source, found):
    assert text(steady(parse(source).output.expression)) == found


@pytest.mark.parametrize("source, found", [
    ("-(y*(1/a) + (1 - y)*(-1/(1 - a)))", "-y/a + (1 - y)/(1 - a)"), ("2*(a - y)/2", "a - y"),
    ("-(a - b)", "-a + b"), ("a*(1/b)/c", "a/(b*c)"), ("-y*log(a)", "-y*log(a)"), ("a/(1/b)", "a*b"), ("a/0", "a/0"),
    ("(a + b)**2*3/6", "(a + b)**2/2"), ("where(a > 0, 2*b/2, -(-b))", "where(a > 0, b, b)"),
])  # fmt: skip
def test_terms_are_collected(source, found):
    tree = collected(parse(source).output.expression)
    assert text(tree).replace("piecewise(b, a > 0, b)", "where(a > 0, b, b)") == found


def test_what_is_said_twice_is_computed_once():
    program = in_place(parse("exp(z) + exp(z)*where(z > 0, 1, 0)").output.expression)
    assert [each.function for each in program.instructions] == [
        np.exp, np.greater, np.multiply, np.add,
    ]  # fmt: skip


@pytest.mark.parametrize("source", [
    "where(z > 0, z, 2*z)", "where(z > 0, where(z < 1, 3*z, z), 2*z)", "where(exp(z) > 1, exp(z), exp(z) - 1)", "z", "2",
    "where(z > 0, 1, 0) + where(z > 1, 1, 0)", "z**3 - z**2", "where(z < 0, sin(z)*cos(z), where(z > 1, cos(z), sin(z)))",
])  # fmt: skip
def test_choices_in_place_are_those_of_numbers(source):
    tree = parse(source).output.expression
    points = np.array([-2.0, -0.5, 0.0, 0.5, 1.0, 3.0])
    one = closure(tree, ("z",))
    assert computed(in_place(tree), {"z": points}).tolist() == pytest.approx(
        [one(float(z)) for z in points], rel=1e-15
    )
