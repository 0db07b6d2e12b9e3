from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivcli.calculus.results import Quantity
from derivcli.report.markup import plain
from derivcli.report.numbers import figure, full_digits, phrase, rounded


@pytest.mark.parametrize("number, digits, text, is_rounded", [
    (Fraction(9), None, "9", False),
    (Fraction("9.006001"), None, "9.006001", False),
    (Fraction("9.000006000001"), None, "9.000006000001", False),
    (Fraction("9.0000000600000001"), None, "9.000000060", True),
    (Fraction(1, 3), None, "0.3333333333", True),
    (Fraction(-1, 4002), None, "-0.0002498750625", True),
    (Fraction("9.006001"), 3, "9.01", True),
    (Fraction("9.006001"), 7, "9.006001", False),
    (Fraction("2.5"), 1, "2", True),
    (Fraction("3.5"), 1, "4", True),
    (Fraction(10**20), None, "1e20", False),
    (Fraction(2**70), None, "1.180591621e21", True),
    (Fraction(1, 10**9), None, "1e-9", False),
    (Fraction(0), None, "0", False),
    (Decimal("0.70710678118654752440"), None, "0.7071067812", True),
    (Decimal("6.25E-12"), 5, "6.2500e-12", True),
    (6.000000496442226, None, "6.000000496442226", False),
    (6.000000496442226, 4, "6.000", True),
    (9.0, None, "9", False),
    (0.1, 3, "0.100", True),
])  # fmt: skip
def test_figure(number, digits, text, is_rounded):
    shown = figure(Quantity(number), digits)
    assert (shown.text, shown.rounded) == (text, is_rounded)


@given(st.fractions(min_value=-1000, max_value=1000), st.integers(1, 30))
def test_a_rounded_number_is_within_half_a_unit_of_its_last_digit(value, digits):
    shown = rounded(value, digits)
    unit = Fraction(10) ** (Decimal(shown).adjusted() + 1 - digits)
    assert abs(Fraction(shown) - value) <= unit / 2


@given(st.fractions())
def test_an_exact_figure_is_exact(value):
    shown = figure(Quantity(value))
    if not shown.rounded:
        assert Fraction(shown.text) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_shown_as_python_prints_it(value):
    assert float(figure(Quantity(value)).text) == value
    assert float(full_digits(Quantity(value))) == value


@pytest.mark.parametrize("quantity, text", [
    (Quantity(Fraction(1, 3)), "1/3 ≈ 0.3333333333"),
    (Quantity(Fraction(1, 4)), "0.25"),
    (Quantity(Decimal("0.70710678118654752"), "sqrt(2)/2"), "sqrt(2)/2 ≈ 0.7071067812"),
    (Quantity(Decimal("0.70710678118654752")), "≈ 0.7071067812"),
])  # fmt: skip
def test_phrase(quantity, text):
    assert plain(phrase(quantity)) == text
