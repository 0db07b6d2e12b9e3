"""Where pieces of formulas meet is found, and points are put on both sides."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from derivcli.calculus.landmarks import critical, points_beside
from derivcli.language.parser import parse
from derivcli.language.text import text


def tree(source):
    return parse(source).output.expression


def beside(*sources, variable="w", **others):
    known = {name: Fraction(value) for name, value in others.items()}
    return points_beside([tree(each) for each in sources], variable, known)


def stands_around(points, zeros):
    """Is a point near each zero on either side, one between each pair of them, and one beyond?"""
    ordered = sorted(zeros)
    near = [Fraction(max(abs(zero), 1)) / 500 for zero in ordered]
    return (
        all(
            any(zero - reach < w < zero for w in points)
            and any(zero < w < zero + reach for w in points)
            for zero, reach in zip(ordered, near, strict=True)
        )
        and all(any(low + (high - low) / 4 < w < high - (high - low) / 4 for w in points)
                for low, high in pairwise(ordered))
        and any(w <= ordered[0] - Fraction(1, 2) for w in points)
        and any(w >= ordered[-1] + Fraction(1, 2) for w in points)
    )  # fmt: skip


@pytest.mark.parametrize("source, zeros", [
    ("w - 3", [3]),
    ("w + 1/7", [Fraction(-1, 7)]),
    ("w", [0]),
    ("w - 5000", [5000]),
    ("w + 2500000", [-2500000]),
    ("w - 0.0004", [Fraction(4, 10**4)]),
    ("1000*w - 3", [Fraction(3, 1000)]),
    ("(w - 3.5)*(w - 4.2)", [Fraction("3.5"), Fraction("4.2")]),
    ("w**2 - 10", [Fraction("3.16227766"), Fraction("-3.16227766")]),
    ("(w - 4)**2", [4]),
    ("(w - 4)**2*(w + 9)", [4, -9]),
    ("exp(w) - 20", [Fraction("2.995732273554")]),
    ("log(w) - 4", [Fraction("54.598150033144")]),
    ("sqrt(w - 2) - 3", [11]),
    ("1/w - 4", [Fraction(1, 4)]),
    ("w**3 - 27000000", [300]),
    ("cos(w) - w", [Fraction("0.739085133215")]),
    ("atan(w) + 1", [Fraction("-1.557407724654902")]),
    ("(w - 0.37)*(w + 1.3)", [Fraction("0.37"), Fraction("-1.3")]),
    ("w*(w - 1)*(w - 2)*(w + 3)", [0, 1, 2, -3]),
])  # fmt: skip
def test_points_stand_on_both_sides_of_each_zero(source, zeros):
    assert stands_around(beside(source), zeros)


ROOTS = st.builds(
    lambda digits, exponent: Fraction(digits) * Fraction(10) ** exponent,
    st.integers(10, 99) | st.integers(-99, -10),
    st.integers(-5, 5),
)


@given(ROOTS)
def test_the_border_of_a_line_is_found_at_every_scale(root):
    assert stands_around(beside(f"w - ({root})"), [root])


@given(ROOTS, ROOTS)
def test_two_borders_of_one_sign_far_apart_are_both_found(one, other):
    assume(one * other > 0 and not 0.8 < one / other < 1.25)
    assert stands_around(beside(f"(w - ({one}))*(w - ({other}))"), [one, other])


def test_zeros_of_several_expressions_are_taken_together():
    assert stands_around(beside("w - 3", "w + 4", "w - 3", "x"), [3, -4])


def test_the_other_variables_have_the_values_that_are_given():
    assert stands_around(beside("w - 2*x", x=Fraction(7, 2), w=100), [7])


@pytest.mark.parametrize(
    "source", ["w**2 + 1", "exp(w) + 1", "x - 3", "5", "log(-1 - w**2)", "w/w"]
)
def test_without_a_zero_there_is_no_point(source):
    assert beside(source, x=1) == []


def test_a_function_with_thousands_of_zeros_comes_to_an_end():
    assert len(beside("sin(1000*w)")) < 100
    assert len(beside(*(f"sin(w + {k})" for k in range(200)))) < 100


@pytest.mark.parametrize("source", ["w - 1e300", "exp(w**3) - 1", "1/(w - 3)", "(w - 3)**(-2)"])
def test_overflow_and_poles_are_no_failure(source):
    assert all(abs(each) < 10**310 for each in beside(source))


def test_points_are_short_enough_to_be_read():
    assert all(len(f"{float(w):.15g}".strip("-0.")) <= 17 for w in beside("w**2 - 10"))
    assert all(Fraction(f"{float(w):.15g}") == w for w in beside("w**2 - 10", "w - 1/3"))


@pytest.mark.parametrize("source, zeros", [
    ("log(w - 2)", ["w - 2"]),
    ("sqrt(w + 5)", ["w + 5"]),
    ("1/(w - 7)", ["w - 7"]),
    ("(w + 2)**x", ["w + 2"]),
    ("acos(w)", ["w", "1 - w**2"]),
    ("abs(w - 4)", ["w - 4"]),
    ("sin(w/8)", ["w/8"]),
    ("where(w < 3, w, 2)", ["w - 3"]),
])  # fmt: skip
def test_what_may_matter_are_edges_arguments_bases_and_divisors(source, zeros):
    assert set(zeros) <= {text(each) for each in critical(tree(source))}


@pytest.mark.parametrize("source", ["(w + 2)**3", "w*x + 1"])
def test_a_smooth_formula_has_nothing_critical(source):
    assert critical(tree(source)) == []
