"""Arrays as people read them."""

import pytest

from derivcli.report.network_numbers import equals, is_short, latex_name, matrix, rounded


def test_short_numbers_are_shown_as_they_are():
    found = matrix("W1", ((1.62, -0.612), (0.0, -0.0), (250.0, 1e-9)))
    assert found.rows == (("1.62", "-0.612"), ("0", "0"), ("250", "1e-9"))
    assert not found.rounded


def test_others_are_rounded_to_the_same_place():
    found = matrix("dW1", ((1 / 3, 200 / 3), (-1e-9, 1.0)))
    assert found.rows == (("0.333", "66.667"), ("0.000", "1.000"))
    assert found.rounded


@pytest.mark.parametrize(
    ("largest", "expected"),
    [
        (1 / 3, "0.33333"), (2e5 / 3, "66667"), (2e9 / 3, "6.6667e8"),
        (1e-3 / 3, "0.00033333"), (1e-7 / 3, "3.3333e-8"), (1e30 / 3, "3.3333e29"),
    ],
)  # fmt: skip
def test_the_largest_entry_has_five_digits(largest, expected):
    assert matrix("A1", ((largest,),)).rows == ((expected,),)


def test_digits_are_those_of_the_largest_entry():
    assert matrix("A1", ((1 / 3, 2 / 300),), 8).rows == (("0.33333333", "0.00666667"),)


@pytest.mark.parametrize(
    ("number", "expected"), [(0.1, True), (1 / 3, False), (123456.0, True), (1234567.0, False)]
)
def test_a_number_is_short_with_six_digits(number, expected):
    assert is_short(number) is expected


def test_numbers_of_equations():
    assert (equals(2.0), equals(1 / 3), rounded(1.5e-7, 2)) == ("= 2", "≈ 0.33333", "1.5e-7")


def test_names_are_typeset_as_in_the_course():
    assert [latex_name(name) for name in ("X", "dW2", "A10")] == ["X", "dW^{[2]}", "A^{[10]}"]
