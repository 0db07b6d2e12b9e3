"""What exact numbers, evaluation, slopes, kinks and estimates promise where it is easy to be wrong.

Expected values are from Fractions, from calculus by hand, from mpmath at 120 digits, and from the
floating-point arithmetic of Python and NumPy.
"""

from fractions import Fraction
from functools import reduce
from operator import mul

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpc, mpf

from derivcli.calculus.arithmetic import (
    Float64,
    Kink,
    Multiprecision,
    TooLarge,
    Uncertain,
    Undefined,
)
from derivcli.calculus.estimates import Place, _exact_chord, estimated
from derivcli.calculus.evaluate import Failure, evaluate, raised, trace, walk
from derivcli.calculus.exact import Ball, around, ball, decimal_ends, exact, rational_root, tree_of
from derivcli.calculus.kinks import differentiability
from derivcli.calculus.results import Quantity, Request
from derivcli.calculus.slopes import slope_at
from derivcli.calculus.study import study_of
from derivcli.calculus.symbolic import is_zero
from derivcli.errors import RefusedError, UndefinedError, UsageError
from derivcli.language.functions import FUNCTIONS
from derivcli.language.parser import parse
from derivcli.language.text import text
from derivcli.language.tree import Name

F = Fraction


def exactly(number):
    """Return the rational number that an mpf is."""
    sign, mantissa, exponent, _ = number._mpf_
    return F(-mantissa if sign else mantissa) * F(2) ** exponent


def true(source, **values):
    """Return a value with 120 digits by mpmath alone; `mpf` holds a number that is no integer."""
    names = {name: getattr(mp, name) for name in dir(mp) if not name.startswith("_")}
    with mp.workdps(120):
        return exactly(eval(source, {"__builtins__": {}, **names}, values))  # noqa: S307 - an oracle's own text


TRUTH = F(1, 10**110)  # how well `true` knows a number, relatively


def holds(found, number, slack=TRUTH):
    """Is the number, itself known to `slack`, in the ball?"""
    found = ball(found)
    distance = abs(exactly(found.middle) - number)
    return distance <= exactly(found.radius) + slack * (1 + abs(number))


def value(source, **values):
    values = {name: F(each) for name, each in values.items()}
    with exact(50, is_zero) as arithmetic:
        return evaluate(parse(source), values, arithmetic)


def sized(name, middle, radius):
    """Return a ball whose ends are these Fractions exactly: both are whole multiples of 2**-20."""
    return around(
        mpf(middle.numerator) / middle.denominator,
        mpf(radius.numerator) / radius.denominator,
        Name(name),
    )


# Exact numbers


@given(st.fractions(-(10**6), 10**6, max_denominator=10**9), st.sampled_from([15, 50, 120]))
def test_a_ball_is_a_midpoint_with_the_digits_asked_for_and_a_radius_that_holds_the_rest(x, digits):
    with exact(digits):
        found = ball(x)
        assert holds(found, x, F(0))
        assert exactly(found.radius) <= abs(x) / 10 ** (digits - 2)
        assert ball(found) is found


MIDDLES = st.builds(F, st.integers(-200, 200), st.just(64))
RADII = st.builds(F, st.integers(0, 2**18), st.just(2**20))
OPERATIONS = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
}


@pytest.mark.parametrize("operator", OPERATIONS)
@pytest.mark.parametrize("kinds", ["two balls", "a fraction and a ball", "a ball and a fraction"])
@settings(max_examples=60)
@given(a=MIDDLES, b=MIDDLES, ra=RADII, rb=RADII)
def test_an_operation_on_balls_holds_the_results_of_all_ends_and_little_more(
    operator, kinds, a, b, ra, rb
):
    operation = OPERATIONS[operator]
    ra, rb = 0 if kinds.startswith("a fraction") else ra, 0 if kinds.endswith("fraction") else rb
    assume(operator != "/" or abs(b) > rb)
    with exact(30):
        one = a if kinds.startswith("a fraction") else sized("a", a, F(ra))
        other = b if kinds.endswith("fraction") else sized("b", b, F(rb))
        found = ball(operation(one, other))
        middle, radius = exactly(found.middle), exactly(found.radius)
        ends = [operation(x, y) for x in (a - ra, a + ra) for y in (b - rb, b + rb)]
        needed = max(abs(end - middle) for end in ends)
        assert needed <= radius * (1 + F(1, 10**26))  # a radius has 30 digits, too
        assert radius <= 2 * needed + (abs(a) + abs(b) + abs(middle)) / 10**26


@pytest.mark.parametrize("exponent", [1, 2, 3, 10])
def test_a_whole_power_around_zero_is_a_ball_around_its_power(exponent):
    with exact(30) as arithmetic:
        found = arithmetic.power(sized("a", F(0), F(1, 2**20)), F(exponent))
        assert all(holds(found, F(sign, 2**20) ** exponent) for sign in (-1, 0, 1))
        assert exactly(found.radius) <= F(1, 2**20) ** exponent * (1 + F(1, 10**6))


@given(MIDDLES, RADII)
def test_minus_a_ball_is_its_mirror_image(a, ra):
    with exact(30):
        one = sized("a", a, ra)
        found = -one
        assert (exactly(found.middle), found.radius) == (-a, one.radius)
        assert ra <= exactly(one.radius) <= ra * (1 + F(1, 10**8))  # Arb rounds a radius up
        assert text(found.tree) == "-a"


def test_nothing_times_anything_and_a_number_minus_itself_are_exactly_zero():
    with exact(30) as arithmetic:
        pi = arithmetic.named("pi")
        for found in (pi * F(0), F(0) * pi, pi - pi, arithmetic.named("pi") - pi):
            assert isinstance(found, F)
            assert found == 0


def test_two_formulas_of_one_number_differ_by_a_ball_that_holds_zero():
    with exact(30) as arithmetic:
        other = arithmetic.primitive(FUNCTIONS["acos"], (F(-1),))
        difference = arithmetic.named("pi") - other
        assert isinstance(difference, Ball)
        assert holds(difference, 0)
        assert text(difference.tree) == "pi - acos(-1)"


def test_numbers_with_trees_too_deep_to_compare_are_not_taken_for_the_same():
    with exact(30) as arithmetic:

        def thirds():
            total = arithmetic.named("pi")
            for _ in range(5_000):
                total = total + F(1, 3)
            return total

        assert isinstance(thirds() - thirds(), Ball)


def test_what_a_ball_stands_for_is_written_in_its_tree():
    with exact(30) as arithmetic:
        pi, e = arithmetic.named("pi"), arithmetic.named("e")
        assert text(tree_of((pi + e) * pi / (F(1, 2) - e))) == "(pi + e)*pi/(0.5 - e)"
        assert text(tree_of(arithmetic.power(pi, e))) == "pi**e"
        assert text(tree_of(arithmetic.power(pi, F(-3)))) == "pi**(-3)"
        assert text(tree_of(arithmetic.primitive(FUNCTIONS["sin"], (pi,)))) == "sin(pi)"
        assert text(tree_of(F(-3, 7))) == "-3/7"


@pytest.mark.parametrize("middle, radius", [
    ("1/2", "1/2"), ("-1/2", "1/2"), ("0", "1"), ("1", "2"),
])  # fmt: skip
def test_a_ball_that_reaches_zero_has_no_sign_and_divides_nothing(middle, radius):
    with exact(30) as arithmetic:
        divisor = sized("b", F(middle), F(radius))
        for dividend in (F(1), sized("a", F(1), F(0))):
            with pytest.raises(Uncertain) as error:
                dividend / divisor
            assert error.value.tree == Name("b")
        with pytest.raises(Uncertain) as error:
            arithmetic.sign(divisor)
        assert error.value.tree == Name("b")


@pytest.mark.parametrize("number, sign", [(F(3, 7), 1), (F(0), 0), (F(-3, 7), -1)])
def test_a_sign_is_1_or_0_or_minus_1(number, sign):
    with exact(30, is_zero) as arithmetic:
        assert arithmetic.sign(number) == sign
        near = sized("a", F(sign), F(2**20 - 1, 2**20))
        assert not sign or arithmetic.sign(near) == sign
        pi = arithmetic.named("pi")
        assert arithmetic.sign(pi * number) == sign


FUNCTIONS_OF_ONE = [
    ("exp", "exp(w)", "1.25"), ("log", "log(w)", "0.75"), ("sqrt", "sqrt(w)", "2"),
    ("sin", "sin(w)", "-3"),
    ("cbrt", "-cbrt(-w)", "-2"), ("tan", "tan(w)", "1"), ("atan", "atan(w)", "0.5"),
    ("gamma", "gamma(w)", "-2.5"),
    ("gamma", "gamma(w)", "4.5"), ("digamma", "digamma(w)", "0.25"), ("erf", "erf(w)", "0.5"),
    ("log10", "log10(w)", "7"),
    ("lambertw", "re(lambertw(w))", "3"), ("tanh", "tanh(w)", "1"),
    ("sigmoid", "1/(1 + exp(-w))", "-2"),
    ("softplus", "log(1 + exp(w))", "-2"), ("gelu", "w*ncdf(w)", "-1"),
    ("log2", "log(w)/log(2)", "3"),
]  # fmt: skip


@pytest.mark.parametrize("name, oracle, at", FUNCTIONS_OF_ONE)
def test_a_function_of_a_ball_holds_what_it_is_at_the_ends_and_little_more(name, oracle, at):
    with exact(50) as arithmetic:
        argument = around(mpf(at), mpf(2) ** -66, Name("a"))
        found = arithmetic.primitive(FUNCTIONS[name], (argument,))
        middle = mpf(at)
        with mp.workdps(120):
            ends = [true(oracle, w=middle + side * mpf(2) ** -66) for side in (-1, 0, 1)]
        assert all(holds(found, end) for end in ends)
        moved = max(abs(ends[0] - ends[1]), abs(ends[2] - ends[1]))
        assert 0 < exactly(found.radius) <= 10 * moved


@pytest.mark.parametrize("name, at", [
    ("erfinv", 1 - F(1, 10**60)), ("digamma", -2 - F(1, 10**57)), ("gamma", -3 + F(1, 10**55)),
    ("atanh", 1 - F(1, 10**60)), ("log1p", -1 + F(1, 10**60)),
])  # fmt: skip
def test_what_is_rounded_onto_a_pole_asks_for_more_digits(name, at):
    with exact(50) as arithmetic, pytest.raises(Uncertain) as error:
        arithmetic.primitive(FUNCTIONS[name], (at,))
    assert text(error.value.tree).startswith(f"{name}(")
    with exact(150) as arithmetic:
        found = arithmetic.primitive(FUNCTIONS[name], (at,))
        assert exactly(found.radius) < abs(exactly(found.middle)) / 10**50


@pytest.mark.parametrize("base, exponent", [("2", "0.7"), ("0.3", "-2.5"), ("2.5", "3")])
def test_a_power_of_balls_holds_what_it_is_at_all_ends(base, exponent):
    with exact(50) as arithmetic:
        small = mpf(2) ** -66
        found = arithmetic.power(
            around(mpf(base), small, Name("a")), around(mpf(exponent), small, Name("b"))
        )
        b, k = mpf(base), mpf(exponent)
        with mp.workdps(120):
            ends = [
                true("b**k", b=b + i * small, k=k + j * small) for i in (-1, 1) for j in (-1, 1)
            ]
        assert all(holds(found, end) for end in ends)
        assert exactly(found.radius) <= 10 * max(abs(end - exactly(found.middle)) for end in ends)


@pytest.mark.parametrize("source, oracle", [
    ("polygamma(1, 1)", "pi**2/6"), ("polygamma(2, 1/2)", "-14*zeta(3)"),
    ("log(3, 7)", "log(3)/log(7)"),
    ("atan2(-1, -2)", "atan2(-1, -2)"), ("gamma(1/2)", "sqrt(pi)"), ("pi**e", "pi**e"),
    ("e**-3", "exp(-3)"),
    ("2**(1/2)", "sqrt(2)"), ("(-1/3)**5*pi", "-pi/243"), ("1/3 - pi", "mpf(1)/3 - pi"),
    ("2/(1 - e)", "2/(1 - e)"),
    ("tan(2)", "tan(2)"), ("cot(-1)", "cot(-1)"), ("sec(3)", "sec(3)"),
    ("atan2(-2, 3)", "atan2(-2, 3)"),
])  # fmt: skip
def test_an_irrational_value_is_a_ball_around_it(source, oracle):
    found = value(source)
    assert isinstance(found, Ball)
    assert holds(found, true(oracle))
    assert exactly(found.radius) < F(1, 10**45)


@pytest.mark.parametrize("source, expected", [
    ("(4/9)**(3/2)", "8/27"), ("32**(-2/5)", "1/4"), ("(1/8)**(1/3)", "1/2"), ("0**(1/2)", "0"),
    ("0**pi", "0"),
    ("sin(pi)**(1/2)", "0"), ("sin(pi)**0", "1"), ("0**0", "1"), ("w**0", "1"),
    ("(-w)**-3", "-1/27"),
    ("(-2)**(w - 3)", "1"), ("2**(w - 3)", "1"), ("(-2)**w", "-8"), ("(1 - 1/w)**w", "8/27"),
    ("w**1", "3"),
])  # fmt: skip
def test_powers_that_are_rational_are_exact(source, expected):
    found = value(source, w=3)
    assert isinstance(found, F)
    assert found == F(expected)


@pytest.mark.parametrize("source, reason", [
    ("(-2)**(pi - 0.2)", "not real"), ("(-2)**(pi - 3)", "not real"), ("(-8)**(1/3)", "not real"),
    ("(-pi)**0.5", "not real"),
    ("0**(-1/2)", "division by 0"), ("0**-1", "division by 0"), ("0**-pi", "division by 0"),
    ("sin(pi)**-1", "division by 0"),
    ("sin(pi)**-2", "division by 0"), ("sin(pi)**(-1/2)", "division by 0"),
    ("1/sin(pi)", "division by 0"),
    ("0**(w - 3)", "0**0"), ("(w - 3)**(3 - w)", "0**0"),
])  # fmt: skip
def test_powers_and_quotients_that_have_no_value_say_why(source, reason):
    with pytest.raises(UndefinedError) as error:
        value(source, w=3)
    assert reason in error.value.message


@pytest.mark.parametrize("root, degree, expected", [
    ("8/27", 3, "2/3"), ("4", 2, "2"), ("8", 2, None), ("4/3", 2, None), ("3/4", 2, None),
])  # fmt: skip
def test_a_root_is_rational_where_top_and_bottom_are_powers(root, degree, expected):
    assert rational_root(F(root), degree) == (None if expected is None else F(expected))


LARGE = [
    ("3", 10_000), ("1/3", -10_000), ("1001/1000", 10_000), ("-1001/1000", 10_001),
    ("999/1000", 20_000),
    ("3", -10_000), ("7/5", 5_000),
]  # fmt: skip


@pytest.mark.parametrize("base, exponent", LARGE)
def test_a_power_too_long_to_be_written_out_is_held_by_a_ball(base, exponent):
    with exact(50) as arithmetic:
        expected = F(base) ** exponent
        found = arithmetic.checked(arithmetic.power(F(base), F(exponent)))
        assert holds(found, expected, F(0))
        assert exactly(ball(found).radius) < abs(expected) / 10**40


def test_a_fraction_does_not_grow_for_ever():
    with exact(50) as arithmetic:
        assert isinstance(arithmetic.power(F(1001, 1000), F(10_000)), Ball)
        for long in (1 + F(1, 3**30_000), F(3**30_000, 3**30_000 - 1)):
            found = arithmetic.checked(long)
            assert isinstance(found, Ball)
            assert holds(found, long, F(0))
        assert arithmetic.checked(F(22, 7)) == F(22, 7)


def test_a_power_of_one_is_exact_however_often():
    with exact(50) as arithmetic:
        for base, exponent, expected in ((1, 10**6, 1), (-1, 10**6 + 1, -1), (0, 10**6, 0)):
            found = arithmetic.power(F(base), F(exponent))
            assert isinstance(found, F)
            assert found == expected


@pytest.mark.parametrize("base, exponent", [
    ("3", 10**9), ("-3", 10**9), ("1/3", -(10**9)), ("10", 10**30),
])  # fmt: skip
def test_a_power_beyond_all_bounds_is_too_large(base, exponent):
    with exact(50) as arithmetic, pytest.raises(TooLarge):
        arithmetic.checked(arithmetic.power(F(base), F(exponent)))


@pytest.mark.parametrize("base, exponent", [("10", 10**30), ("-7", 2**100), ("1/5", -(2**100))])
def test_a_tower_is_too_large_before_it_is_computed(base, exponent):
    with exact(50) as arithmetic:
        with pytest.raises(TooLarge):
            arithmetic.power(F(base), F(exponent))
        small = arithmetic.checked(arithmetic.power(F(base), F(-exponent)))
        assert abs(small.middle) + small.radius < mpf(2) ** -16_384


@pytest.mark.parametrize("source, w, exponent, digits", [
    ("exp(-exp(w))", 20, -210704568, "6.6376630"), ("exp(-w)", 20_000, -8686, "1.2893236"),
    ("-exp(-w)", 20_000, -8686, "-1.2893236"), ("exp(-w)", 10**6, -434295, "3.2968314"),
])  # fmt: skip
def test_what_is_all_but_zero_keeps_its_digits(source, w, exponent, digits):
    """By mpmath in 60 digits: exp(-exp(20)) is 10**-210704567.178..., for example."""
    with exact(50) as arithmetic:
        found = arithmetic.checked(evaluate(parse(source), {"w": F(w)}, arithmetic))
        low, high = decimal_ends(found, 20)
        assert low.adjusted() == high.adjusted() == exponent
        assert all(str(end).startswith(digits) for end in (low, high))
        assert arithmetic.sign(found) == (-1 if digits[0] == "-" else 1)


@pytest.mark.parametrize("source, expected", [
    ("floor(pi)", 3), ("floor(e)", 2), ("floor(-pi)", -4), ("floor(-e)", -3), ("ceil(pi)", 4),
    ("ceil(-e)", -2),
    ("floor(sqrt(2)**2)", 2), ("floor(-sqrt(2)**2)", -2), ("floor(100*pi)", 314),
    ("floor(1e20*pi)", 314159265358979323846),
    ("floor(-7/2)", -4), ("ceil(-7/2)", -3), ("floor(4)", 4), ("ceil(7/2)", 4),
])  # fmt: skip
def test_the_largest_whole_number_below_is_exact(source, expected):
    found = value(source)
    assert isinstance(found, F)
    assert found == expected


# Evaluation


@pytest.mark.parametrize("left, right", [("w", "2"), ("w*pi", "2*pi"), ("2", "4 - w")])
@pytest.mark.parametrize("operator, holding", [
    ("<", (1,)), ("<=", (1, 2)), (">", (3,)), (">=", (2, 3)), ("==", (2,)), ("!=", (1, 3)),
])  # fmt: skip
def test_a_condition_holds_where_it_says(left, right, operator, holding):
    for w in (1, 2, 3):
        found = value(f"where({left} {operator} {right}, 10, 20)", w=w)
        assert found == (10 if w in holding else 20)


@pytest.mark.parametrize("source, w, expected", [
    ("piecewise(5, w < 0, 6, w < 1, 7)", "-1", 5), ("piecewise(5, w < 0, 6, w < 1, 7)", "0", 6),
    ("piecewise(5, w < 0, 6, w < 1, 7)", "1", 7), ("piecewise(5, w > 0, 6, 1/w > 0, 7)", "2", 5),
    ("where(w > 0, sqrt(w), sqrt(-w))", "-4", 2), ("+w", "3", 3), ("-w", "3", -3),
    ("-(+(-w))", "3", 3),
    ("w + 5", "3", 8), ("w - 5", "3", -2), ("w*5", "3", 15), ("w/5", "3", F(3, 5)),
])  # fmt: skip
def test_values_by_hand(source, w, expected):
    assert value(source, w=w) == expected


def test_every_statement_of_a_program_has_its_value():
    with exact(30) as arithmetic:
        found = trace(parse("z = w*x + 1; a = z**2; J = a - z"), {"w": F(2), "x": F(3)}, arithmetic)
        assert list(found.items()) == [("w", 2), ("x", 3), ("z", 7), ("a", 49), ("J", 42)]
        assert evaluate(parse("z = w*x + 1; z**2"), {"w": F(2), "x": F(3)}, arithmetic) == 49


@pytest.mark.parametrize("source, w, kind, part, reason", [
    ("1 + log(w)", -1, UndefinedError, "log(w)", "it needs w > 0"),
    ("1 + log(-1)*w", 1, UndefinedError, "log(-1)", "log(u) needs u > 0"),
    ("z = 2*w; 3/(z + 2)", -1, UndefinedError, "3/(z + 2)", "division by 0"),
    ("log(w) + sqrt(w)", -1, UndefinedError, "log(w)", "it needs w > 0"),
    ("w + sqrt(2*w)", -1, UndefinedError, "sqrt(2*w)", "it needs 2*w >= 0"),
    ("atanh(w) + 1", 1, UndefinedError, "atanh(w)", "it needs 1 - w**2 > 0"),
    ("1 + gamma(w)", -2, UndefinedError, "gamma(w)", "pole"),
    ("where(log(w) > 0, 1, 2)", -1, UndefinedError, "log(w)", "it needs w > 0"),
    ("2*exp(w)", 10**9, RefusedError, "exp(w)", "too large"),
    ("z = exp(w); 2 + z**999", 10**7, RefusedError, "z**999", "too large"),
    ("1 + sinh(w)", -(10**9), RefusedError, "sinh(w)", "too large"),
    ("1 + gamma(w)", F(10**9 + 1, 2), RefusedError, "gamma(w)", "too large"),
])  # fmt: skip
def test_an_error_names_its_part_and_says_where_it_stands(source, w, kind, part, reason):
    program = parse(source)
    with exact(30) as arithmetic, pytest.raises(kind) as error:
        evaluate(program, {"w": F(w)}, arithmetic)
    assert error.value.message.startswith(part)
    assert reason in error.value.message
    assert error.value.source == source
    assert source[error.value.span.start : error.value.span.end] == part


@pytest.mark.parametrize("source, kind", [
    ("log(w)", UndefinedError), ("exp(-w*1e9)", RefusedError),
])  # fmt: skip
def test_a_tree_that_nobody_typed_has_no_place(source, kind):
    with exact(30) as arithmetic, pytest.raises(kind) as error:
        evaluate(parse(source).output.expression, {"w": F(-1)}, arithmetic)
    assert (error.value.source, error.value.span) == (None, None)


@pytest.mark.parametrize("source", [
    "1/sin(pi)", "where(sin(pi) > 0, 1, 2)", "sqrt(sin(pi))", "log(sin(pi))",
])  # fmt: skip
def test_a_doubt_is_handed_on_as_a_doubt(source):
    with exact(30) as arithmetic, pytest.raises(Uncertain) as error:
        evaluate(parse(source), {}, arithmetic)
    assert text(error.value.tree).startswith("sin(pi)")


@pytest.mark.parametrize("error, kind, told", [
    (ZeroDivisionError(), Undefined, UndefinedError), (OverflowError(), TooLarge, RefusedError),
    (Undefined("why"), Undefined, UndefinedError), (TooLarge(), TooLarge, RefusedError),
    (Uncertain(Name("x")), Uncertain, Uncertain), (Kink(), Kink, Kink),
])  # fmt: skip
def test_a_failure_is_a_value_that_says_what_failed_where_until_it_is_used(error, kind, told):
    tree = parse("where(x > 0, y + w, 3)").output.expression

    def at(node, parts):
        if node == Name("w"):
            raise error
        return {"x": holding, "y": 5}.get(getattr(node, "name", None), parts and parts[0])

    holding = True
    failure = walk(tree, at)
    assert isinstance(failure, Failure)
    assert (type(failure.error), failure.node) == (kind, Name("w"))
    with pytest.raises(told):
        raised(failure, "")
    holding = False
    assert not isinstance(walk(tree, at), Failure)


@pytest.mark.parametrize("source, w, expected", [
    ("sqrt(w)", 0, 0), ("asin(w)", 0, 0), ("acos(w)", 1, 0), ("acosh(w)", 1, 0), ("log(w)", 1, 0),
    ("gamma(w)", 5, 24),
    ("atanh(w)", 0, 0), ("sqrt(1 - w)", 1, 0), ("log(w, 1/2)", 2, -1), ("log(4, w)", F(1, 2), -2),
])  # fmt: skip
def test_a_domain_goes_up_to_its_edge(source, w, expected):
    assert value(source, w=w) == expected


@pytest.mark.parametrize("source, w", [
    ("sqrt(w)", "-1e-30"), ("asin(w)", "1.01"), ("asin(w)", "-1.01"), ("acosh(w)", "0.99"),
    ("log(w)", "0"), ("atanh(w)", "-1"),
    ("log1p(w)", "-1"), ("loggamma(w)", "0"), ("erfinv(w)", "1"), ("lambertw(w)", "-1"),
    ("gamma(w)", "0"), ("digamma(w)", "-3"),
    ("cot(w)", "0"), ("csc(w)", "0"), ("log(2, w)", "1"), ("log(2, w)", "0"), ("log(2, w)", "-1"),
])  # fmt: skip
def test_beyond_its_edge_there_is_no_value(source, w):
    with pytest.raises(UndefinedError):
        value(source, w=w)
    with pytest.raises(UndefinedError):
        evaluate(parse(source), {"w": float(w)}, Float64())


@pytest.mark.parametrize("source, w, expected", [
    ("1/w", 1j, -1j), ("2/(w*w + 1)", 1 + 1j, 0.4 - 0.8j), ("w/w", 2j, 1),
])  # fmt: skip
def test_a_complex_number_without_a_real_part_divides_well(source, w, expected):
    assert evaluate(parse(source), {"w": mpc(w)}, Multiprecision()) == pytest.approx(expected)


@pytest.mark.parametrize("zero, arithmetic", [
    (0.0, Float64()), (mpf(0), Multiprecision()), (mpc(0), Multiprecision()),
])  # fmt: skip
def test_zero_divides_nothing_in_any_arithmetic(zero, arithmetic):
    with pytest.raises(UndefinedError, match="division by 0"):
        evaluate(parse("1/w"), {"w": zero}, arithmetic)


# Slopes by the chain rule


def dual(source, at, variable="w", side=0, digits=40, **others):
    values = {name: F(each) for name, each in {"w": at, **others}.items()}
    with exact(digits, is_zero) as arithmetic:
        return slope_at(parse(source), values, variable, arithmetic, side)


@pytest.mark.parametrize("source, at, found, slope", [
    ("+w*3", "2", "6", "3"), ("-w*3", "2", "-6", "-3"), ("w + 5", "2", "7", "1"),
    ("5 - w", "2", "3", "-1"), ("w - 5", "2", "-3", "1"),
    ("w**2 - 3*w", "5/2", "-5/4", "2"), ("3*w + w**2", "5/2", "55/4", "8"),
    ("w*w", "7/2", "49/4", "7"), ("w*5/2", "3", "15/2", "5/2"),
    ("w/4", "3", "3/4", "1/4"), ("3/w", "2", "3/2", "-3/4"), ("(w + 1)/(w - 1)", "3", "2", "-1/2"),
    ("w**-1", "-2", "-1/2", "-1/4"),
    ("w**3", "-2", "-8", "12"), ("w**1", "0", "0", "1"), ("w**2", "0", "0", "0"),
    ("w**(1/2)", "4", "2", "1/4"), ("w**1.5", "9/4", "27/8", "9/4"),
    ("(2*w)**3", "1/2", "1", "6"), ("w**w", "1", "1", "1"), ("w**(w**2)", "1", "1", "1"),
    ("(w + 1)**(2*w)", "0", "1", "0"),
    ("sqrt(w)", "9/4", "3/2", "1/3"), ("cbrt(w)", "-8", "-2", "1/12"), ("exp(3*w)", "0", "1", "3"),
    ("log(w)*2", "1", "0", "2"),
    ("abs(w)", "-3", "3", "-1"), ("max(w, 2*w)", "3", "6", "2"),
    ("where(w < 1, w, w**2)", "3", "9", "6"), ("relu(-w)", "3", "0", "0"),
    ("sin(w)", "0", "0", "1"), ("atan2(w, 1)", "0", "0", "1"), ("atan2(0, w)", "2", "0", "0"),
    ("z = w**2; z*w", "2", "8", "12"),
    ("z = w**2; y = z*w; y/z + z", "2", "6", "5"), ("abs(w) - w", "2", "0", "0"),
    ("log(w, 2)*log(2)", "1", "0", "1"),
])  # fmt: skip
def test_a_slope_by_hand(source, at, found, slope):
    result = dual(source, at)
    with exact(40, is_zero) as arithmetic:
        assert arithmetic.sign(result.value - F(found)) == 0
        assert arithmetic.sign((result.slope or 0) - F(slope)) == 0


@pytest.mark.parametrize("source, slopes", [
    ("w*x", {"w": 5, "x": 3, "a": None}), ("w - x*a", {"w": 1, "x": -2, "a": -5}),
    ("x**2/w", {"w": F(-25, 9), "x": F(10, 3), "a": None}),
    ("(x - w)**a", {"w": -4, "x": 4}), ("z = w*a; x*z - z", {"w": 8, "x": 6, "a": 12}),
    ("max(w, x) + a", {"w": None, "x": 1, "a": 1}),
    ("where(a > w, w, x)", {"w": None, "x": 1, "a": None}), ("pi + 2", {"w": None}),
    ("atan2(w, x)", {"w": F(5, 34), "x": F(-3, 34)}),
])  # fmt: skip
def test_a_slope_is_along_one_variable_and_none_where_it_is_not_there(source, slopes):
    for variable, expected in slopes.items():
        assert dual(source, "3", variable, x=5, a=2).slope == expected


@pytest.mark.parametrize("source, at, oracle", [
    ("w**pi", "2", "pi*mpf(2)**(pi - 1)"), ("pi**w", "2", "pi**2*log(pi)"),
    ("2**w", "-3", "log(2)/8"), ("w**w", "2", "4*(log(2) + 1)"),
    ("(w/2)**(3*w)", "3", "mpf('1.5')**9*(3*log(mpf('1.5')) + 3)"),
    ("gamma(w)", "3", "2*digamma(3)"), ("log(2, w)", "3", "-log(2)/3/log(3)**2"),
    ("sin(w)/w", "1", "cos(1) - sin(1)"), ("exp(-w)*w", "2", "-exp(-2)"),
    ("polygamma(1, w)", "1", "-2*zeta(3)"), ("elu(w)", "-2", "exp(-2)"),
    ("pi*w - e/w", "2", "pi + e/4"), ("(w + pi)*(w - e)", "2", "4 + pi - e"),
])  # fmt: skip
def test_an_irrational_slope_is_held_by_its_ball(source, at, oracle):
    result = dual(source, at)
    assert holds(result.slope, true(oracle))
    assert exactly(ball(result.slope).radius) < F(1, 10**30)


KINKS = [  # source, at, slope from the left, slope from the right
    ("abs(w)", "0", "-1", "1"), ("abs(-w)", "0", "-1", "1"), ("-abs(2*w)", "0", "2", "-2"),
    ("relu(w)", "0", "0", "1"), ("relu(3 - w)", "3", "-1", "0"),
    ("max(w, 2*w)", "0", "1", "2"), ("min(w, 2*w)", "0", "2", "1"),
    ("max(2*w, w, 3*w)", "0", "1", "3"), ("leaky_relu(w)", "0", "1/100", "1"),
    ("where(w > 2, 5*w, w**2)", "2", "4", "5"), ("where(2 > w, 5*w, w**2)", "2", "5", "4"),
    ("where(w <= 2, 5*w, w**2)", "2", "5", "4"),
    ("where(w >= 2, 5*w, w**2)", "2", "4", "5"), ("where(w < 2, 5*w, w**2)", "2", "5", "4"),
    ("where(w == 2, 5*w, w**2)", "2", "4", "4"),
    ("where(w != 2, 5*w, w**2)", "2", "5", "5"), ("where(w > 4 - w, 5*w, w**2)", "2", "4", "5"),
    ("where(-3*w < -6, 5*w, w**2)", "2", "4", "5"),
    ("abs(w)*abs(w - 1)", "1", "-1", "1"), ("z = abs(w); z**2 + z", "0", "-1", "1"),
]  # fmt: skip


@pytest.mark.parametrize("source, at, left, right", KINKS)
def test_at_a_tie_there_is_a_slope_on_either_side_and_none_between(source, at, left, right):
    assert (dual(source, at, side=-1).slope or 0) == F(left)
    assert (dual(source, at, side=1).slope or 0) == F(right)
    with pytest.raises(Kink):
        dual(source, at)


@pytest.mark.parametrize("source, at, left, right", [
    ("sign(w)", "0", "-1", "1"), ("heaviside(w)", "0", "0", "1"),
    ("where(w < 2, 3*w, w**3)", "2", "6", "8"), ("where(w > 2, 7, 9)", "2", "9", "7"),
])  # fmt: skip
def test_at_a_jump_each_side_has_its_own_value(source, at, left, right):
    assert dual(source, at, side=-1).value == F(left)
    assert dual(source, at, side=1).value == F(right)


@pytest.mark.parametrize("source, at", [
    ("sqrt(w)", "0"), ("w**1.5", "0"), ("w**(1/3)", "0"), ("w**pi", "0"), ("cbrt(w)", "0"),
    ("asin(w)", "1"), ("acos(w)", "-1"), ("acosh(w)", "1"),
    ("floor(w)", "2"), ("ceil(w)", "2"), ("sqrt(abs(w))", "0"), ("(w - 1)**w", "1"),
    ("(-2)**w", "2"), ("(-w)**w", "2"), ("atan2(w, -1)", "0"),
    ("abs(w - w)", "2"), ("where(w**2 > 0, w, 0)", "0"),
])  # fmt: skip
def test_at_an_edge_the_tree_alone_tells_no_slope(source, at):
    for side in (-1, 0, 1):
        with pytest.raises(Kink):
            dual(source, at, side=side)


@pytest.mark.parametrize("source, at, slope", [
    ("where(w**2 >= 0, w, 5*w)", "2", 1), ("floor(w)", "2.5", 0), ("(w - 2)**0", "2", None), ("0**w", "2", None),
    ("(-w)**2", "2", 4), ("sqrt(w**2)", "-2", -1), ("cbrt(w**3)", "-2", 1),
])  # fmt: skip
def test_where_nothing_ties_the_slope_is_proved(source, at, slope):
    for side in (-1, 0, 1):
        found = dual(source, at, side=side).slope
        assert (found or 0) == (slope or 0)


@pytest.mark.parametrize("source, at, kind", [
    ("log(w)", "-1", UndefinedError), ("1/w", "0", UndefinedError), ("w**-1", "0", UndefinedError),
    ("exp(w)", "1e9", RefusedError),
])  # fmt: skip
def test_where_there_is_no_value_there_is_no_slope(source, at, kind):
    with pytest.raises(kind) as error:
        dual(source, at)
    assert error.value.source == source
    with pytest.raises(kind) as error, exact(30, is_zero) as arithmetic:
        slope_at(parse(source).output.expression, {"w": F(at)}, "w", arithmetic)
    assert error.value.source is None


# Verdicts: is there a derivative, and what tells?


def judged(source, at="0", value=None):
    there = parse(at)
    with exact(50, is_zero) as arithmetic:

        def point(fine):
            return {"w": evaluate(there, {}, fine)}

        return differentiability(parse(source), point, "w", value, arithmetic)


@pytest.mark.parametrize("source, at, slope", [
    ("w**2", "3", 6), ("3*abs(w)", "-2", -3), ("where(w > 1, w, 7)", "0", 0), ("7", "0", 0),
    ("floor(w)*w", "2.5", 2),
])  # fmt: skip
def test_where_the_tree_is_smooth_the_verdict_is_a_proof(source, at, slope):
    found = judged(source, at)
    assert (found.differentiable, found.slope, found.left, found.right) == (True, *[slope] * 3)
    assert (found.smooth, found.probed, found.undefined, found.reason) == (True, False, False, None)


TREE, NUMBERS = False, True  # what tells: the tree, or difference quotients
UNTOLD = "the one-sided difference quotients do not tell"
OSCILLATES = "the difference quotient oscillates and has no limit"
GROWS = "the slope grows without bound on one side"
TO_THE_RIGHT = "{J} is defined only at and to the right of the point"
TO_THE_LEFT = "{J} is defined only at and to the left of the point"
VERDICTS = [  # source, at, differentiable, left, right, told by, reason
    ("abs(w)", "0", False, "-1", "1", TREE, "the slope jumps from -1 to 1"),
    ("abs(w)*w", "0", True, "0", "0", TREE, None),
    ("where(w == 0, 0, 3*w)", "0", True, "3", "3", TREE, None),
    ("where(w < 2, 3*w, w**2)", "2", False, None, "4", TREE, "{J} jumps from 6 to 4"),
    ("where(w <= 2, 3*w, w**2)", "2", False, "3", None, TREE, "{J} jumps from 6 to 4"),
    ("where(w == 2, 1/3, w)", "2", False, None, None, TREE, "{J} jumps: it is 1/3 at the point, but tends to 2"),
    ("3*sign(w) + 1", "0", False, None, None, TREE, "{J} jumps from -2 over 1 to 4"),
    ("where(w < 0, pi, e)", "0", False, None, "0", TREE, "{J} jumps from about 3.141592654 to about 2.718281828"),
    ("pi*w + 1e-30*abs(w)", "0", False, None, None, TREE, "the slope jumps by about 2.0e-30"),
    ("sqrt(w)", "0", False, None, None, TREE, TO_THE_RIGHT),
    ("sqrt(-w)", "0", False, None, None, TREE, TO_THE_LEFT),
    ("where(w > 0, sqrt(-w), -w)", "0", False, "-1", None, TREE, TO_THE_LEFT),
    ("where(w < 0, sqrt(w), w)", "0", False, None, "1", TREE, TO_THE_RIGHT),
    ("sqrt(-w**2)", "0", False, None, None, TREE, "{J} is defined at this point alone"),
    ("cbrt(w)", "0", False, None, None, TREE, "the tangent is vertical"),
    ("cbrt(w) - 5*w", "0", False, None, None, TREE, "the tangent is vertical"),
    ("where(w < 0, w, cbrt(w))", "0", False, "1", None, TREE, GROWS),
    ("where(w < 0, cbrt(w), w)", "0", False, None, "1", TREE, GROWS),
    ("where(w > 0, 5*w*sin(1/w), 0)", "0", False, "0", None, NUMBERS, OSCILLATES),
    ("where(w < 0, w*sin(1/w)/5, 0)", "0", False, None, "0", NUMBERS, OSCILLATES),
    ("where(w == 0, 0, w*sin(1/w) + 3*w)", "0", False, None, None, NUMBERS, OSCILLATES),
    ("where(w == 0, 0, w*log(abs(w)))", "0", None, None, None, NUMBERS, UNTOLD),
    ("where(w == 0, 0, -w*log(abs(w)))", "0", None, None, None, NUMBERS, UNTOLD),
    ("where(w > 0, w*log(w), 2*w)", "0", None, "2", None, NUMBERS, UNTOLD),
    ("where(w < 0, w*log(-w), 2*w)", "0", None, None, "2", NUMBERS, UNTOLD),
    ("where(w == 0, 0, w*abs(w)**0.1*sin(1/w))", "0", None, None, None, NUMBERS, UNTOLD),
    ("where(w == 0, 0, exp(1/w**2))", "0", None, None, None, NUMBERS, UNTOLD),
    ("1e300*pi + cbrt(w**3)/1e60 - 1e300*pi", "0", True, "1e-60", "1e-60", TREE, None),
    ("floor(w)", "3", False, None, "0", TREE, "{J} jumps from 2 to 3"),
    ("floor(-w)/3", "-2", False, "0", None, TREE, "{J} jumps from 2/3 to 1/3"),
    ("pi*floor(w)", "3", False, None, "0", TREE, "{J} jumps from about 6.283185307 to about 9.424777961"),
    ("pi*floor(w) + w", "3", False, None, "1", TREE, "{J} jumps from about 9.283185307 to about 12.42477796"),
    ("floor(w) + 4*w", "3", False, None, "4", TREE, "{J} jumps from 14 to 15"),
    ("floor(w)/1e9", "1", False, None, "0", TREE, "{J} jumps from 0 to 1e-9"),
    ("sin(w)**2 + cos(w)**2 + floor(w)", "2", False, None, "0", TREE, "{J} jumps from 2 to 3"),
    ("sqrt(w**2)", "0", False, "-1", "1", TREE, "the slope jumps from -1 to 1"),
    ("sqrt((w - 1)**2)/3", "1", False, "-1/3", "1/3", TREE, "the slope jumps from -1/3 to 1/3"),
    ("where(w < 0, cbrt(w**3), 2*w)", "0", False, "1", "2", TREE, "the slope jumps from 1 to 2"),
    ("cbrt(w**3/27)", "0", True, "1/3", "1/3", TREE, None),
    ("-cbrt(w**3/343)", "0", True, "-1/7", "-1/7", TREE, None),
    ("cbrt(w**3)*0.123456", "0", True, "0.123456", "0.123456", TREE, None),
    ("cbrt(8*w**3 + w**4)", "0", True, "2", "2", TREE, None),
    ("cbrt(w**3 + 1e6*w**4)/3", "0", True, "1/3", "1/3", TREE, None),
    ("where(w == 0, 1, (exp(w) - 1)/w)", "0", True, "1/2", "1/2", TREE, None),
    ("where(w == 0, 0, w**2*sin(1/w))", "0", True, "0", "0", NUMBERS, None),
    ("where(w == 0, 0, 1e9*w**2*sin(1/w))", "0", True, "0", "0", NUMBERS, None),
    ("cbrt(w)**4", "0", True, "0", "0", TREE, None),
    ("where(w < 0, cbrt(w**3), w)", "0", True, "1", "1", TREE, None),
    ("where(w > 0, cbrt(w**3), w)", "0", True, "1", "1", TREE, None),
]  # fmt: skip


@pytest.mark.parametrize("source, at, differentiable, left, right, told, reason", VERDICTS)
def test_a_verdict_says_what_there_is_on_either_side_and_what_tells(
    source, at, differentiable, left, right, told, reason
):
    found = judged(source, at)
    assert found.differentiable is differentiable
    assert found.reason == reason
    assert found.probed is told
    assert found.undefined is ("defined" in (reason or ""))
    assert not found.smooth
    for slope, expected in ((found.left, left), (found.right, right)):
        if expected is not None:
            assert slope == F(expected)
    if not (reason or "").startswith("the slope jumps"):
        assert (found.left is None, found.right is None) == (left is None, right is None)
    assert (found.slope is not None) is (differentiable is True)
    if differentiable:
        assert found.slope == F(left)


@pytest.mark.parametrize("source", [
    "pi*cbrt(w**3)", "where(w < 0, pi*cbrt(w**3), pi*w)", "where(w > 0, pi*cbrt(w**3), pi*w)",
    "where(w == 0, 0, pi*w + w**2*sin(1/w))",
])  # fmt: skip
def test_an_irrational_limit_is_a_ball_that_holds_it(source):
    found = judged(source)
    probed = "sin" in source
    assert (found.differentiable, found.probed) == (True, probed)
    for slope in (found.slope, found.left, found.right):
        assert isinstance(slope, Ball)
        assert holds(slope, true("pi"))
        assert exactly(slope.radius) < F(1, 10**30)
    assert (text(found.slope.tree) == "unknown") is probed


@pytest.mark.parametrize("source, value, slope, reason", [
    ("where(w == 0, 5, w**2)", 0, 0, None),
    ("where(w == 0, 5, w**2)", 5, None, "{J} jumps: it is 5 at the point, but tends to 0"),
    ("cbrt(w)**3", 0, 1, None),
    ("cbrt(w)**3", 1, None, "{J} jumps: it is 1 at the point, but tends to 0"),
    ("where(w == 0, 5, sin(w)/w)", 1, 0, None), ("sin(w)/w", 1, 0, None),
    ("abs(w)/w", 0, None, "{J} jumps from -1 over 0 to 1"),
    ("abs(w)/w", 1, None, "{J} jumps from -1 to 1"), ("2*w", 0, 2, None),
])  # fmt: skip
def test_a_formula_is_judged_beside_the_value_it_is_given(source, value, slope, reason):
    found = judged(source, value=F(value))
    assert (found.slope, found.reason) == (slope, reason)


@pytest.mark.parametrize("source, value", [("2*w + 1", 0), ("exp(w)", 0)])
def test_a_smooth_formula_with_another_value_is_refused(source, value):
    with pytest.raises(RefusedError, match="does not hold"):
        judged(source, value=F(value))


# Estimates


def rows(source, at, eps, order=1, **more):
    program = parse(source)
    at = {name: parse(each) for name, each in at.items()}
    request = Request(program, (at,), ("w",), tuple(map(parse, eps)), order, **more)
    return study_of(request).points[0].slopes[0].estimates


def numbers(row):
    quantities = (row.point, row.value, row.change, row.estimate, row.error)
    return tuple(None if each is None else each.number for each in quantities)


@pytest.mark.parametrize("source, at, order, method, expected", [  # by hand, with eps = 0.1
    ("w**3", "2", 1, "forward", "2.1 9.261 1.261 12.61 0.61"),
    ("w**3", "2", 1, "backward", "1.9 6.859 1.141 11.41 -0.59"),
    ("w**3", "2", 1, "central", "2.1 9.261 2.402 12.01 0.01"),
    ("w**3", "2", 1, "complex", "- - 1.199 11.99 -0.01"),
    ("w**3", "2", 1, "richardson", "- - - 12 0"), ("w**3", "2", 2, "forward", "- - 0.126 12.6 0.6"),
    ("w**3", "2", 2, "backward", "- - 0.114 11.4 -0.6"),
    ("w**4", "1", 2, "central", "- - 0.1202 12.02 0.02"),
    ("1/w", "2", 1, "complex", "- - -10/401 -100/401 1/1604"),
    ("w**2*x - x", "3", 1, "forward", "3.1 17.22 1.22 12.2 0.2"),
    ("abs(w)", "0", 1, "forward", "0.1 0.1 0.1 1 -"),
    ("abs(w)", "0", 1, "backward", "-0.1 0.1 -0.1 -1 -"),
    ("abs(w)", "0", 1, "central", "0.1 0.1 0 0 -"),
])  # fmt: skip
def test_a_rational_estimate_and_its_error_are_exact(source, at, order, method, expected):
    at = {"w": at, "x": "2"} if "x" in source else {"w": at}
    (row,) = rows(source, at, ["0.1"], order, methods=(method,))
    assert numbers(row) == tuple(None if each == "-" else F(each) for each in expected.split())
    assert (row.method, row.eps.number, row.problem) == (method, F(1, 10), None)


@pytest.mark.parametrize("method, oracle", [
    ("forward", "(sin(1 + h) - sin(1))/h"), ("backward", "(sin(1) - sin(1 - h))/h"),
    ("central", "(sin(1 + h) - sin(1 - h))/(2*h)"),
    ("complex", "cos(1)*sinh(h)/h"),
    ("richardson", "(8*sin(1 + h/2) - 8*sin(1 - h/2) - sin(1 + h) + sin(1 - h))/(6*h)"),
])  # fmt: skip
@pytest.mark.parametrize("eps", ["0.5", "1e-7", "1e-30"])
def test_an_irrational_estimate_and_its_error_have_seventeen_digits(method, oracle, eps):
    (row,) = rows("sin(w)", {"w": "1"}, [eps], methods=(method,))
    with mp.workdps(400):
        h = mpf(eps)
        names = {"sin": mp.sin, "cos": mp.cos, "sinh": mp.sinh, "h": h}
        estimate = eval(oracle, {"__builtins__": {}}, names)  # noqa: S307 - an oracle's own text
        expected = [(row.estimate, exactly(estimate)), (row.error, exactly(estimate - mp.cos(1)))]
    for found, truth in expected:
        assert abs(F(found.number) - truth) <= abs(truth) / 10**17


def test_a_brief_estimate_is_the_same_number_alone():
    (whole,), (brief,) = (
        rows("w**3", {"w": "2"}, ["0.1"], brief=each, methods=("central",))
        for each in (False, True)
    )
    assert numbers(brief) == (None, None, None, whole.estimate.number, None)
    assert brief.eps == whole.eps


def test_an_estimate_beyond_the_domain_or_the_bounds_says_so_and_the_others_stand():
    first, second, third = rows("sqrt(w) + exp(w)", {"w": "1"}, ["-2", "1e9", "1e-9"])
    assert first.problem == "sqrt(w) is undefined: it needs w >= 0"
    assert second.problem == "exp(w) is too large to compute with"
    assert (numbers(first), numbers(second)) == ((None,) * 5, (None,) * 5)
    assert third.problem is None
    assert float(third.estimate) == pytest.approx(0.5 + np.e)


FLOATS = {"float64": np.float64, "float32": np.float32}
SIZES = ["0.1", "0.003", "1e-5", "-0.7"]


@pytest.mark.parametrize("arithmetic", FLOATS)
@pytest.mark.parametrize("eps", SIZES)
def test_a_float_estimate_is_what_numpy_computes_and_its_error_is_exact(arithmetic, eps):
    number = FLOATS[arithmetic]
    w, h, third = number("1.1"), number(eps), number(1) / number(3)

    def J(w):
        return w * w * w - w * third

    expected = {
        "forward": (w + h, J(w + h), J(w + h) - J(w), (J(w + h) - J(w)) / h),
        "backward": (w - h, J(w - h), J(w) - J(w - h), (J(w) - J(w - h)) / h),
        "central": (w + h, J(w + h), J(w + h) - J(w - h), (J(w + h) - J(w - h)) / (h + h)),
    }
    slope = 3 * F("1.1") ** 2 - F(1, 3)
    found = rows(
        "w*w*w - w*(1/3)", {"w": "1.1"}, [eps], methods=tuple(expected), arithmetic=arithmetic
    )
    for row in found:
        *told, error = numbers(row)
        assert told == list(map(float, expected[row.method]))
        assert error == F(float(expected[row.method][3])) - slope
        assert row.eps.number == F(eps)


@pytest.mark.parametrize("arithmetic", FLOATS)
def test_a_complex_step_in_floats_is_rounded_as_complex_floats_are(arithmetic):
    """Im c*(w + i h)/h is c*h/h, each operation rounded: NumPy's own numbers do the same."""
    number = FLOATS[arithmetic]
    for source in ("0.1*w", "0.7*w", "3.3*w", "123.457*w", "0.1*3*w", "0.7*0.1*w", "1.1*1.1*w"):
        found = rows(source, {"w": "1.1"}, SIZES, methods=("complex",), arithmetic=arithmetic)
        for row, eps in zip(found, SIZES, strict=True):
            change = reduce(mul, map(number, source.split("*")[:-1])) * number(eps)
            assert row.change.number == float(change)
            assert row.estimate.number == float(change / number(eps))
            assert (row.point, row.value) == (None, None)


@pytest.mark.parametrize("arithmetic, eps", [("float32", "1e-50"), ("float64", "1e-200*1e-200")])
@pytest.mark.parametrize("method", ["forward", "central", "complex"])
def test_an_eps_that_rounds_to_zero_has_no_estimate(arithmetic, eps, method):
    small, other, back = rows(
        "w**2", {"w": "3"}, [eps, "0.5", "-1"], methods=(method,), arithmetic=arithmetic
    )
    assert small.problem == f"eps rounds to 0 in {arithmetic}"
    assert numbers(small) == (None,) * 5
    assert 0 < small.eps.number < F(1, 10**49)
    expected = {"forward": (6.5, 5), "central": (6, 6), "complex": (6, 6)}[method]
    assert (other.estimate.number, back.estimate.number) == expected


@pytest.mark.parametrize("lost", range(0, 40, 4))
def test_a_complex_step_is_held_by_its_ball_whatever_cancels(lost):
    """Im sin(w + i h)/h is cos(w)*sinh(h)/h; 10**lost*w comes and goes, and takes digits along."""
    program = parse(f"sin(w) + 1e{lost}*w - 1e{lost}*w")
    h = parse("1/8")
    for tenths in range(1, 21):
        at = {"w": parse(f"{tenths}/10")}
        with exact(50, is_zero) as arithmetic:
            values = {"w": F(tenths, 10)}
            request = Request(program, (at,), ("w",), (h,), methods=("complex",))
            place = Place(request, at, "w", values, {}, arithmetic)
            chord = _exact_chord(place, "complex", h)
        slope = true("cos(mpf(n)/10)*sinh(mpf(1)/8)*8", n=tenths)
        for found, expected in ((chord.slope, slope), (chord.change, slope / 8)):
            assert holds(found, expected)
            assert 0 <= exactly(found.radius) < F(10) ** (lost - 47)


@pytest.mark.parametrize("source, at, oracle", [
    ("x*w**2", {"w": "pi", "x": "e"}, "2*pi*e"),
    ("exp(x)*w", {"w": "2", "x": "1/3"}, "exp(mpf(1)/3)"),
    ("w/x", {"w": "1", "x": "sqrt(2)"}, "1/sqrt(2)"),
])  # fmt: skip
@pytest.mark.parametrize("arithmetic, digits", [("exact", 17), ("float64", 14), ("float32", 5)])
def test_a_complex_step_goes_along_one_variable(source, at, oracle, arithmetic, digits):
    (row,) = rows(source, at, ["1/7"], methods=("complex",), arithmetic=arithmetic)
    expected = true(oracle)
    assert abs(F(row.estimate.number) - expected) < expected / 10**digits


def test_a_complex_step_is_of_the_first_order_alone():
    with pytest.raises(UsageError, match="first derivatives only"):
        rows("w**3", {"w": "2"}, ["0.1"], 2, methods=("central", "complex"))
    with pytest.raises(UsageError, match="wrong for abs, which is not analytic") as error:
        rows("z = 2*w; 1 + abs(z)", {"w": "2"}, ["0.1"], methods=("complex",))
    source, span = error.value.source, error.value.span
    assert source[span.start : span.end] == "abs(z)"
    assert len(rows("abs(w)**3", {"w": "2"}, ["0.1"], 2, methods=("central",))) == 1


def test_a_value_of_J_that_is_known_is_taken():
    """The caller says 8 at 3 and 20 at 4, unlike w**2: what is known is not computed again."""
    program, at, eps = parse("w**2"), {"w": parse("3")}, parse("1")
    with exact(50, is_zero) as arithmetic:
        known = {F(3): F(8), F(4): F(20)}
        request = Request(program, (at,), ("w",), (eps,))
        place = Place(request, at, "w", {"w": F(3)}, known, arithmetic)
        row = estimated(place, "forward", eps, Quantity(F(1)), F(6))
        assert numbers(row) == (4, 20, 12, 12, 6)
        estimated(place, "backward", eps, Quantity(F(1)), F(6))
        assert known == {F(3): F(8), F(4): F(20), F(2): F(4)}


def test_a_ball_around_a_tiny_number_stays_as_wide_as_it_was():
    with exact(50) as arithmetic:
        found = arithmetic.checked(around(mpf(2) ** -20_000, mpf(2) ** -100, Name("x")))
        assert found.middle - found.radius <= 0
        assert found.middle + found.radius >= mpf(2) ** -20_000 + mpf(2) ** -100


@pytest.mark.parametrize("base", [F(2), F(3), F(-3), F(3, 2), F(101, 100), F(1, 3), F(-2, 3)])
@pytest.mark.parametrize("exponent", [2**16_000, -(2**16_000), 10**11])
def test_a_tower_is_not_climbed(base, exponent):
    """Of a number with so many digits only its size is known, and at once."""
    with exact(50) as arithmetic:
        if (abs(base) > 1) == (exponent > 0):
            with pytest.raises(TooLarge):
                arithmetic.power(base, F(exponent))
        else:
            found = arithmetic.power(base, F(exponent))
            assert abs(found.middle) + found.radius < mpf(2) ** -16_000


def test_a_base_near_1_may_have_a_large_exponent():
    """(1 + 1e-40)**(1e40) is e, but for 1e-40."""
    with exact(50) as arithmetic:
        found = arithmetic.power(1 + F(1, 10**40), F(10**40))
        assert abs(found.middle - mp.e) <= found.radius + mpf(10) ** -39


def test_a_ball_too_large_is_no_number_any_more():
    with exact(50) as arithmetic:
        for side in (1, -1):
            with pytest.raises(TooLarge):
                arithmetic.checked(around(side * mpf(2) ** (2**30 + 10), mpf(1), Name("x")))
            near = around(side * mpf(2) ** (2**30 - 10), mpf(1), Name("x"))
            assert arithmetic.checked(near) is near
