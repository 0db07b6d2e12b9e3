"""Points where formulas are compared: on all scales, in every piece, different only for sure."""

from fractions import Fraction
from itertools import pairwise

import pytest
from mpmath import mp, mpf

from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import around, exact
from derivcli.calculus.sampling import (
    Question,
    Sample,
    agree,
    contrast,
    differ,
    finely,
    is_known,
    samples,
    value_at,
    values,
)
from derivcli.errors import UndefinedError
from derivcli.language.parser import parse
from derivcli.language.tree import number

W = "w"


def tree(source):
    return parse(source).output.expression


def question(source, variable=W):
    program = parse(source)
    return Question(program.output.expression, program.variables, variable)


def slope(source, w, digits=60):
    with exact(digits) as arithmetic:
        return question(source).slope({W: Fraction(w)}, arithmetic)


def compared(source, answer, *, gap=None):
    found = samples(question(source), (tree(answer),))
    return contrast(tree(answer), found, gap)


@pytest.mark.parametrize("source, w, expected", [
    ("w**2", 3, 6), ("1/w", 2, Fraction(-1, 4)), ("5 + 0*w", 2, 0), ("abs(w)", -3, -1),
    ("max(w, w)", 2, 1), ("abs(w - w) + w", 5, 1), ("where(w < 3, w, 2*w)", 2, 1),
    ("where(w < 3, w, 2*w)", 4, 2), ("min(2*w, w + w)", 7, 2), ("relu(w)", -4, 0),
    ("max(w, where(abs(w - 5) < 0.01, w, 2*w))", 5, 1),
    ("max(w**3, -8, max(w**2, w**2))", "-1e-110", Fraction(-2, 10**110)),
    ("max(w**3, -8, max(w**2, w*w))", "-1e-110", Fraction(-2, 10**110)),
    ("min(w, max(w, w**3), w)", 2, 1), ("where(w**2 < w**2, 5*w, w)", "1e-200", 1),
])  # fmt: skip
def test_a_slope_is_the_derivatives_value(source, w, expected):
    assert slope(source, w) == expected


def test_ties_of_what_is_made_alike_are_none_however_near_a_kink():
    at = Fraction("-1e-110")
    found = slope("max(sin(w)**3, max(sin(w)**2, sin(w)**2, sin(w)**3))", at)
    with exact(60), mp.workdps(60):  # the slope of sin(w)**2
        assert not differ(found, around(mp.sin(2 * mpf("-1e-110")), mpf("1e-160")))


def test_what_only_difference_quotients_tell_is_no_slope():
    # Tied all around, as sin and cos tell; and with a kink that is nearer than they look.
    source = "max(abs(w), abs(w)*(sin(w)**2 + cos(w)**2))"
    assert slope(source, Fraction("1e-110")) in (None, 1)


@pytest.mark.parametrize("source, w", [
    ("abs(w)", 0), ("relu(w - 3)", 3), ("log(w)", -1), ("sqrt(w)", -2), ("1/w", 0), ("max(w, 2)", 2),
    ("where(w < 3, w, 2*w)", 3), ("acos(w)", 2), ("sqrt(w)", 0), ("sign(w)", 0), ("floor(w)", 2),
    ("gamma(w)", -1), ("w**w", -1), ("abs(w)*abs(w - 1)", 1), ("max(w, w - relu(-w))", 0),
])  # fmt: skip
def test_where_there_is_none_for_sure_there_is_none(source, w):
    assert slope(source, w) is None


def test_a_slope_of_one_variable_leaves_the_others_where_they_are():
    asked = Question(tree("w**2*x**3"), ("w", "x"), "x")
    with exact(60) as arithmetic:
        assert asked.slope({"w": Fraction(2), "x": Fraction(5)}, arithmetic) == 4 * 3 * 25


SOURCES = [
    "w**2", "1/w", "log(w)", "sqrt(w - 2)", "acos(w)", "exp(w)*sin(w)", "relu(w - 5000)", "abs(w + 3)",
    "where(w < 3.5, w, where(w < 4.2, w**2, 1/w))", "log(1 - w)", "gamma(w)", "sqrt(1 - w**2)",
    "max(w, 400, w**2/1000)",
]  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("count", [8, 20])
def test_points_are_distinct_have_a_slope_and_repeat_exactly(source, count):
    asked = question(source)
    found = samples(asked, (), count)
    assert len(found) >= count / 2
    assert len({sample.at[W] for sample in found}) == len(found)
    assert [each.at for each in found] == [each.at for each in samples(asked, (), count)]
    with exact(60) as arithmetic:
        assert all(not differ(sample.slope, asked.slope(sample.at, arithmetic)) for sample in found)
        assert all(is_known(sample.slope) for sample in found)


@pytest.mark.parametrize("source, count", [("w**2", 8), ("w**2", 20), ("sin(w)", 20)])
def test_there_are_as_many_as_were_asked_for(source, count):
    assert len(samples(question(source), (), count)) >= count


def sides(found, *borders):
    """Return the sides of some borders, sources in w, on which there are samples."""
    with exact(50) as arithmetic:
        return {
            tuple(arithmetic.sign(evaluate(tree(each), sample.at, arithmetic)) for each in borders)
            for sample in found
        }


@pytest.mark.parametrize("source, borders", [
    ("relu(w - 5000)", ["w - 5000"]), ("relu(w + 70000)", ["w + 70000"]),
    ("where(w < 3.5, w, where(w < 3.6, w**2, 1/w))", ["w - 3.5", "w - 3.6"]),
    ("abs(w - 0.003)", ["w - 0.003"]), ("max(w, 10**6)", ["w - 10**6"]),
    ("abs(w**2 - 2)", ["w**2 - 2"]), ("relu(w - 1)*relu(2 - w)", ["w - 1", "w - 2"]),
])  # fmt: skip
@pytest.mark.parametrize("count", [8, 20])
def test_there_are_points_in_every_piece(source, borders, count):
    assert len(sides(samples(question(source), (), count), *borders)) == len(borders) + 1


def test_there_are_points_in_every_piece_of_the_answer_too():
    found = samples(question("w**2"), (tree("where(w < 3000, 2*w, 5)"),), 8)
    assert sides(found, "w - 3000") == {(1,), (-1,)}


def test_points_are_of_every_size_and_sign():
    sizes = [sample.at[W] for sample in samples(question("w**2"))]
    edges = [-1000, -60, -6, -1, 0, 1, 5, 60, 1000]
    assert all(any(low < w < high for w in sizes) for low, high in pairwise(edges))
    assert any(w.denominator > 10 for w in sizes)
    assert all(abs(w) <= 1000 for w in sizes)


@pytest.mark.parametrize("border", [1, -3, 2, 5000, Fraction(1, 2)])
def test_there_are_points_just_beside_a_border(border):
    found = samples(question(f"relu(w - ({border}))"), (), 8)
    near = [
        sample.at[W] - border for sample in found if abs(sample.at[W] - border) < abs(border) / 50
    ]
    assert min(near) < 0 < max(near)


def test_variables_are_drawn_apart():
    """Where all had one value, w - x would be nothing."""
    found = samples(Question(tree("w*x*y"), ("w", "x", "y"), W))
    assert all(len(set(sample.at.values())) == 3 for sample in found)
    assert len({tuple(sample.at.values()) for sample in found}) == len(found) >= 17


@pytest.mark.parametrize("source", ["log(-1 - w**2)", "sqrt(-w**2 - 1)", "acos(w**2 + 2)"])
def test_where_nothing_has_a_slope_there_are_none(source):
    assert samples(question(source)) == ()


@pytest.mark.parametrize("source, answer", [
    ("w**2", "2*w"), ("sin(w)**2", "sin(2*w)"), ("log(w)", "1/w"), ("abs(w)", "sign(w)"),
    ("exp(2*w)", "2*exp(w)**2"), ("w**2*x", "2*w*x"),
])  # fmt: skip
def test_the_derivative_agrees_wherever_both_have_a_value(source, answer):
    result = compared(source, answer)
    assert result.different is None
    assert result.missing == ()
    assert len(result.agreeing) >= 8


@pytest.mark.parametrize("source, answer", [
    ("w**2", "2*w + 10**-200"), ("w**2", "2*w*(1 + exp(-w**2 - 700))"), ("sin(w)", "cos(w) + 10**-59"),
    ("w**2", "w"), ("log(w)", "1/w + 0.000001"), ("exp(w)", "exp(w)*cos(10**-35)"),
])  # fmt: skip
def test_another_formula_differs_somewhere_however_little(source, answer):
    result = compared(source, answer)
    sample, value = result.different or finely(question(source), tree(answer), result.agreeing)
    with exact(400) as arithmetic:
        here = value_at(tree(answer), sample.at, arithmetic)
        there = question(source).slope(sample.at, arithmetic)
        assert differ(here, there)
        assert not differ(here, value)


def test_few_digits_do_not_tell_what_many_do():
    asked, answer = question("sin(w)"), tree("cos(w) + 10**-200")
    found = compared("sin(w)", "cos(w) + 10**-200")
    assert found.different is None
    sample, value = finely(asked, answer, found.agreeing)
    assert differ(sample.slope, value)
    assert finely(asked, tree("cos(w)"), found.agreeing) is None


@pytest.mark.parametrize(
    "tiny", ["exp(-w**2)*exp(-w**2 - 4000)", "exp(-9000 - w**2)", "erfc(w**2 + 90)"]
)
def test_at_one_point_even_more_digits_are_looked_at(tiny):
    asked, answer = question("sin(w)"), tree(f"cos(w) + {tiny}")
    assert finely(asked, answer, samples(asked)) is not None


def test_a_gap_tells_what_no_digits_do():
    """The gap is so small that 400 digits do not show it beside a slope; by itself it is seen."""
    gap = number(Fraction(1, 10**1000))
    assert compared("sin(w)", "cos(w)", gap=gap).different is not None
    assert compared("sin(w)", "cos(w)", gap=number(Fraction(0))).different is None
    assert compared("sin(w)", "cos(w)", gap=tree("log(-2 - w**2)")).different is None


def test_where_the_formula_has_no_value_it_is_said():
    result = compared("w**2", "2*sqrt(w)**2")
    assert result.different is None
    assert result.missing
    assert all(sample.at[W] < 0 for sample in result.missing)
    assert all(sample.at[W] > 0 for sample in result.agreeing)


def test_it_ends_at_the_first_difference():
    found = [Sample({W: Fraction(w)}, Fraction(2 * w)) for w in (1, 2, 3, 4)]
    result = contrast(tree("where(w < 2.5, 2*w, w)"), found)
    assert [sample.at[W] for sample in result.agreeing] == [1, 2]
    assert result.different == (found[2], 3)


def about(middle, radius):
    return around(mpf(middle), mpf(radius), tree("pi"))


@pytest.mark.parametrize("one, other, different", [
    (Fraction(1), Fraction(1), False), (Fraction(1), Fraction(10**40 + 1, 10**40), True),
    (about(1, 0.1), about(1.15, 0.1), False), (about(1, 0.1), about(1.25, 0.1), True),
    (about(1.25, 0.1), about(1, 0.1), True), (about(1, 0.25), about(1.5, 0.25), False),
    (about(1, 0.1), Fraction(2), True), (Fraction(1), about(1, 0.1), False),
])  # fmt: skip
def test_numbers_differ_where_their_balls_do_not_meet(one, other, different):
    assert differ(one, other) is different


@pytest.mark.parametrize("value, known", [
    (Fraction(1, 3), True), (about(1, 1e-30), True), (about(1, 1e-20), False),
    (about(1e10, 1e-20), True), (about(0, 1e-20), False), (about(0, 1e-30), True),
    (about(-1e10, 1e-20), True), (about(-1e10, 1), False),
])  # fmt: skip
def test_a_value_is_known_by_many_digits(value, known):
    assert is_known(value) is known


def test_a_value_is_what_mpmath_computes():
    with exact(60) as arithmetic, mp.workdps(60):
        value = value_at(tree("exp(w)/3"), {W: Fraction(1, 2)}, arithmetic)
        assert abs(value.middle - mp.exp("0.5") / 3) < mpf(10) ** -55
        assert value_at(tree("w/3"), {W: Fraction(1, 2)}, arithmetic) == Fraction(1, 6)


def test_no_value_and_an_unknown_one_are_not_the_same():
    with exact(60) as arithmetic:
        with pytest.raises(UndefinedError):
            value_at(tree("log(w)"), {W: Fraction(-1)}, arithmetic)
        assert value_at(tree("sin(w + 1/3)"), {W: Fraction(10) ** 200}, arithmetic) is None
    points = [Sample({W: Fraction(w)}, Fraction(0)) for w in (-4, 4, 9)]
    assert values(tree("w**2"), points) == (16, 16, 81)
    assert values(tree("1/(w - 4)"), points) == (Fraction(-1, 8), None, Fraction(1, 5))


ONE, TWO, THREE = map(Fraction, (1, 2, 3))


@pytest.mark.parametrize("row, other, agreed", [
    ([ONE, TWO, THREE], [ONE, TWO, THREE], True), ([ONE, TWO], [ONE, TWO], False), ([], [], False),
    ([ONE, TWO, None, THREE], [ONE, TWO, ONE, THREE], True), ([ONE, TWO, THREE], [ONE, TWO, TWO], False),
    ([ONE, TWO, None, None], [ONE, TWO, None, THREE], False),
    ([ONE, TWO, THREE, ONE], [ONE, TWO, THREE, None], True),
])  # fmt: skip
def test_rows_agree_by_three_values_that_both_know(row, other, agreed):
    assert agree(row, other) is agreed
