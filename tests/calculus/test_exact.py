from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from derivcli.calculus.arithmetic import TooLarge, Uncertain
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Ball, around, ball, exact
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.symbolic import exact_value, is_zero
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.parser import parse
from derivcli.language.tree import Name
from derivcli.report.numbers import rounded


def value(source, digits=50, **values):
    with exact(digits, is_zero) as arithmetic:
        return evaluate(parse(source), {k: Fraction(v) for k, v in values.items()}, arithmetic)


@pytest.mark.parametrize("source, expected", [
    ("w**2", "9"), ("1/w", "1/3"), ("sqrt(w + 1)", "2"), ("cbrt(-8)", "-2"), ("(w + 5)**(2/3)", "4"),
    ("w**-2", "1/9"), ("exp(w - 3)", "1"), ("log(w - 2)", "0"), ("gamma(w + 3)", "120"),
    ("floor(-w/2)", "-2"), ("max(w, 5, 4)", "5"), ("heaviside(0)", "1/2"), ("log(8, 2)", "3"),
    ("log10(1000)", "3"), ("sigmoid(0)", "1/2"), ("where(w >= 3, w, 0)", "3"), ("0*pi", "0"),
    ("sinc(0)", "1"), ("abs(-w)", "3"), ("w**0", "1"), ("0**w", "0"), ("pi**0", "1"),
])  # fmt: skip
def test_what_is_rational_stays_exact(source, expected):
    assert value(source, w=3) == Fraction(expected)


@settings(max_examples=200, deadline=None)
@given(st.recursive(
    st.sampled_from(["w", "2", "0.3", "pi", "e"]),
    lambda part: st.one_of(
        st.builds("({} + {})".format, part, part),
        st.builds("({} - {})".format, part, part),
        st.builds("({}*{})".format, part, part),
        st.builds("sin({})".format, part),
        st.builds("exp(-abs({}))".format, part),
        st.builds("atan({})".format, part),
        st.builds("sqrt(1 + ({})**2)".format, part),
        st.builds("log(2 + abs({}))".format, part),
    ),
    max_leaves=10,
))  # fmt: skip
def test_a_ball_holds_the_value_found_with_more_digits(source):
    try:
        coarse, fine = value(source, 30, w="7/5"), value(source, 90, w="7/5")
    except (RefusedError, Uncertain):
        return
    if isinstance(coarse, Ball) and isinstance(fine, Ball):
        with mp.workdps(95):
            assert abs(coarse.middle - fine.middle) <= coarse.radius + fine.radius


@pytest.mark.parametrize("source, expected", [
    ("sin(pi)", "0"), ("sin(pi/6)", "1/2"), ("cos(pi/3) - 1/2", "0"), ("sqrt(2)**2", "2"),
    ("sin(2)**2 + cos(2)**2", "1"), ("log(e**3)", "3"), ("exp(log(7))", "7"), ("tan(pi/4)", "1"),
    ("sqrt(3 + 2*sqrt(2)) - 1 - sqrt(2)", "0"), ("asin(1) - pi/2", "0"),
])  # fmt: skip
def test_a_constant_that_is_rational_is_recognised(source, expected):
    def compute(arithmetic):
        return settle(evaluate(parse(source), {}, arithmetic), 20, arithmetic, exact_value)

    assert with_digits(20, is_zero, compute).number == Fraction(expected)


def test_cancellation_is_answered_with_more_digits():
    def compute(arithmetic):
        return settle(evaluate(parse("exp(1e-200) - 1"), {}, arithmetic), 20, arithmetic)

    assert str(with_digits(20, is_zero, compute).number).startswith("1.0000000000000000000000")


NOBODY_KNOWS = "gamma(1/3)*gamma(2/3)*sin(pi/3) - pi"  # 0, by a formula that SymPy is not told


def test_what_cannot_be_proved_to_be_zero_is_a_rounded_zero():
    def compute(arithmetic):
        return settle(evaluate(parse(NOBODY_KNOWS), {}, arithmetic), 20, arithmetic)

    found = with_digits(20, lambda _: None, compute)
    assert found.number == 0
    assert isinstance(found.number, Decimal)


def test_where_its_sign_matters_it_is_refused():
    def compute(arithmetic):
        return settle(evaluate(parse(f"abs({NOBODY_KNOWS})"), {}, arithmetic), 20, arithmetic)

    with pytest.raises(RefusedError, match="cannot tell whether"):
        with_digits(20, lambda _: None, compute)


@pytest.mark.parametrize("source, reason", [
    ("1/(w - 3)", "division by 0"), ("log(w - 3)", "it needs w - 3 > 0"), ("sqrt(-w)", "it needs -w >= 0"),
    ("asin(w)", "it needs 1 - w**2 >= 0"), ("(-w)**(1/3)", "not real"), ("(w - 3)**-1", "division by 0"),
    ("gamma(-w)", "pole"), ("tan(pi/2)", "pole"), ("log(w, 1)", "pole"), ("0**(w - 3)", "varies"),
    ("erfinv(1)", "needs"), ("lambertw(-w)", "it needs -w + exp(-1) >= 0"), ("atan2(w - 3, 0)", "it needs (w - 3)**2 + 0**2 != 0"),
])  # fmt: skip
def test_undefined_values_say_why(source, reason):
    with pytest.raises(UndefinedError, match="is undefined") as error:
        value(source, w=3)
    assert reason in error.value.message


def test_a_piece_that_is_not_taken_may_be_undefined():
    assert value("where(w == 0, 5, 1/w)", w=0) == 5


@pytest.mark.parametrize("source", ["exp(exp(w))", "w**w**w", "gamma(exp(w))"])
def test_towers_are_refused_before_they_are_computed(source):
    with pytest.raises(RefusedError, match="to compute with"):
        value(source, w=40)


def test_a_zero_ball_has_no_sign_of_its_own():
    with exact(30) as arithmetic, pytest.raises(Uncertain):
        arithmetic.sign(evaluate(parse("sin(pi)"), {}, arithmetic))
    with exact(30, is_zero) as arithmetic:
        assert arithmetic.sign(evaluate(parse("sin(pi)"), {}, arithmetic)) == 0


def test_too_large_says_so():
    with exact(30) as arithmetic, pytest.raises(TooLarge):
        arithmetic.checked(arithmetic.power(Fraction(2), Fraction(2**30 + 1)))


def test_what_is_nearer_to_zero_than_any_float_keeps_its_bound():
    def compute(arithmetic):
        values = {"w": Fraction(20)}
        return settle(evaluate(parse("1 + exp(-exp(w))"), values, arithmetic), 20, arithmetic)

    assert rounded(with_digits(20, is_zero, compute).number, 20) == f"1.{'0' * 19}"


@pytest.mark.parametrize("source", [
    "gamma(-3 + 1e-30)", "gamma(-3 + 1e-55)", "digamma(-2 - 1e-57)", "erfinv(1 - 1e-60)", "polygamma(1, -3 + 1e-56)",
])  # fmt: skip
def test_near_a_pole_more_digits_keep_off_it(source):
    def compute(arithmetic):
        return settle(evaluate(parse(source), {}, arithmetic), 20, arithmetic, exact_value)

    assert with_digits(20, is_zero, compute).number != 0


def test_an_exponent_that_is_whole_in_disguise():
    assert value("w**(sqrt(2)**2)", w=-3) == 9
    assert value("w**(log(8)/log(2))", w=-2) == -8


def test_a_last_digit_is_rounded_once():
    def compute(arithmetic):
        return settle(evaluate(parse("0.12345678905 + pi*1e-30"), {}, arithmetic), 20, arithmetic)

    assert rounded(with_digits(20, is_zero, compute).number, 10) == "0.1234567891"
    half = "1 + 2**(-53) + pi*1e-40"
    exactly = with_digits(20, is_zero, lambda a: settle(evaluate(parse(half), {}, a), 20, a))
    assert float(exactly) == 1.0000000000000002


@given(
    *[st.fractions(-9, 9, max_denominator=50)] * 2,
    *[st.fractions(0, 2, max_denominator=50)] * 2,
    *[st.fractions(-1, 1, max_denominator=50)] * 2,
)
def test_ball_arithmetic_holds_every_pair_it_may_stand_for(a, b, ra, rb, s, t):
    with exact(30):

        def near(name, middle, radius):
            return around(
                mp.mpf(middle.numerator) / middle.denominator,
                mp.mpf(radius.numerator) / radius.denominator,
                Name(name),
            )

        one, other = near("a", a, ra), near("b", b, rb)
        x, y = a + s * ra, b + t * rb
        for result, true in ((one + other, x + y), (one - other, x - y), (one * other, x * y)):
            found = ball(result)
            assert (
                abs(found.middle - mp.mpf(true.numerator) / true.denominator)
                <= found.radius + mp.mpf(10) ** -25
            )
        if abs(b) > rb:
            found = one / other
            assert (
                abs(found.middle - mp.mpf((x / y).numerator) / (x / y).denominator)
                <= found.radius + mp.mpf(10) ** -25
            )
