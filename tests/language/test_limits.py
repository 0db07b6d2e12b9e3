import re
from fractions import Fraction

import pytest
from console import processor_seconds
from hypothesis import given, reject
from hypothesis import strategies as st
from mpmath import mp

from derivcli.errors import ExitStatus, LanguageError, RefusedError
from derivcli.language.limits import COMMAND_LINE, _sizes, check_inlined, file_limits
from derivcli.language.parser import parse

HOSTILE = [
    "9**9**9",
    "9**9**9**9",
    "2**2**2**2**2**2",
    "7**(-9**8)",
    "1e1000000",
    "sin(1e1000000)",
    "cos(1e100000000)",
    "1e-1000000000*w",
    "1e-301",
    "81e300",
    "0.01e-300",
    "0." + "0" * 301 + "1",
    "gamma(10**9)",
    "gamma(gamma(gamma(5)))",
    "exp(exp(exp(exp(10))))",
    "cosh(10**6)",
    "w**w**w**w**w**w**w**w",
    "w**(1 + 2**(1 + 2**(1 + w)))",
    "w**1001",
    "w**abs(-1001)",
    "w**log10(10**320*10**320*10**320*10**320)",
    "18**1000",  # 4,170 bits
    "w**-1001",
    "(10**1000)**1000",
    "10**999*10**999*10**999",
    "(" * 65 + "w" + ")" * 65,
    "-" * 100 + "w",
    "w" + "+w" * 301,
    "1*" * 900 + "w",
    "1" * 41,
    "w" * 2001,
]


@pytest.mark.parametrize("source", HOSTILE, ids=lambda source: source[:30])
def test_hostile_text_is_refused_at_once(source):
    with processor_seconds(0.5), pytest.raises(RefusedError) as error:
        parse(source)
    assert error.value.status is ExitStatus.REFUSED


ACCEPTED = [
    "w**1000",
    "w**(1/3)",
    "w**0.001",
    "w**(1/0.001)",
    "e**700",
    "exp(700)",
    "2**1000",
    "w**w**w",
    "1e300*1e300",
    "1" * 40,
    "(" * 60 + "w" + ")" * 60,
    "w" + "+w" * 300,
    "loggamma(1e300)",
    "sin(1e300)",
    "sin(2)**1000",
    "w**(pi/1000)",
    "w**cos(1/1000)",
    "w**exp(-8)",
    "exp(sqrt(2)/1000)*w",
    "exp(-atan(1/1460) + 73/50 + pi)",
    "1.23e300",
    "w**abs(-600)",
    "w**max(2, 1000)",
    "w**(abs(-1800)/2)",
    "w**floor(1000.5)",
    "w**(500 + abs(-400))",
    "w**log(10**320)",
    "w**log10(10**320)",
    "w**sqrt(999999)",
    "w**hypot(600, 800)",
    "16**1000",
    "17**1000",  # 4,088 bits
    "pi**1000*pi**1000",
    "sqrt(2)**1000*sqrt(2)**1000*sqrt(2)**1000",
]


@pytest.mark.parametrize("source", ACCEPTED, ids=lambda source: source[:30])
def test_what_is_within_the_bounds_is_read(source):
    parse(source)


def test_a_file_may_be_larger_and_says_how():
    source = "w" + "+w" * 5000
    parse(source, limits=file_limits(10_000))
    with pytest.raises(RefusedError, match="see --max-operations"):
        parse(source, limits=file_limits(1_000))


def test_names_that_double_at_every_step_are_refused_before_they_are_written_out():
    steps = ["a0 = w + 1"] + [f"a{n} = sin(a{n - 1})*cos(a{n - 1})" for n in range(1, 40)]
    program = parse("; ".join(steps))
    with pytest.raises(RefusedError, match="written out as one expression"):
        check_inlined(program, COMMAND_LINE)


def known_of(source):
    """Return what is known of a constant before it is computed."""
    program = parse(source)
    return _sizes(program, inlined=False)[program.output.name]


RATIONALS = st.recursive(
    st.integers(0, 30).map(str),
    lambda parts: st.tuples(parts, st.sampled_from("+-*/"), parts).map(lambda it: f"({' '.join(it)})")
    | parts.map(lambda part: f"(-{part})")
    | st.tuples(parts, st.integers(-3, 3)).map(lambda it: f"({it[0]}**({it[1]}))"),
    max_leaves=8,
)  # fmt: skip


@given(RATIONALS)
def test_a_rational_constant_is_known_exactly_and_within_its_bound(source):
    """What Python's fractions make of the same text, each whole number made a fraction."""
    try:
        expected = eval(re.sub(r"\d+", r"Fraction(\g<0>)", source))  # noqa: S307 - our own text
    except ZeroDivisionError:
        reject()
    try:
        known = known_of(source)
    except RefusedError:
        reject()
    if known.exact is not None:
        assert known.exact == expected
    largest = max(abs(expected.numerator), expected.denominator)
    assert known.bits >= mp.log(largest, 2) or known.exact is None


@pytest.mark.parametrize("source, value", [
    ("(1/3)**2 - 2/9", "-1/9"), ("2**-3", "1/8"), ("0.5**3", "1/8"), ("7/2 - 1/2", "3"),
    ("2**(3/1)", "8"), ("2**(1/2)", None), ("0**2", None), ("pi", None),
])  # fmt: skip
def test_what_is_rational_is_known(source, value):
    assert known_of(source).exact == (None if value is None else Fraction(value))


@pytest.mark.parametrize("source", [
    "exp(700)", "cosh(300)", "expm1(500)", "sinh(-400)", "gamma(150)", "gamma(30.5)", "pi**600",
    "(pi*1000)**100", "exp(300)*exp(300)", "exp(300)/exp(-300)", "exp(300) + exp(300)", "pi - 1000",
    "sqrt(2)**2**9", "(exp(1)**600 + 1)*2**200", "atan(5)", "sign(-3)", "sin(1e300)", "2**(1/2)",
    "(2**0.5)**1000", "10**300*pi", "log(10**300)", "erfc(-5)", "acos(-1)", "2**999*3**0.5",
])  # fmt: skip
def test_the_size_of_a_constant_is_never_underestimated(source):
    """mpmath computes it."""
    exact = re.sub(r"(?<![a-z])[\d.]+(e\d+)?", r"mpf('\g<0>')", source)
    with mp.workdps(30):
        value = eval(exact, {"mpf": mp.mpf, **MATH})  # noqa: S307 - our own text
        assert known_of(source).bits >= mp.log(abs(value), 2)


MATH = {name: getattr(mp, name) for name in (
    "exp", "cosh", "expm1", "sinh", "gamma", "pi", "sqrt", "atan", "sign", "sin", "log", "erfc", "acos",
)}  # fmt: skip


@pytest.mark.parametrize("source, part", [
    ("w**1000.5", "1000.5"), ("w**(exp(7))", "exp(7)"), ("w**-(10**9*pi)", "-(10**9*pi)"),
    ("w**(sin(1)*10**200*10**200)", "sin(1)*10**200*10**200"), ("w**gamma(8)", "gamma(8)"),
])  # fmt: skip
def test_an_exponent_too_large_is_pointed_at(source, part):
    with pytest.raises(RefusedError, match="this exponent is beyond 1,000") as error:
        parse(source)
    assert source[error.value.span.start : error.value.span.end].strip("()") in part


@pytest.mark.parametrize(
    "source", ["(w**w)**w**w", "(w**w**w)**2", "((w**w)**w)**w", "(w**w**w)*w**w"]
)
def test_two_powers_may_be_stacked_in_an_exponent(source):
    parse(source)


@pytest.mark.parametrize("source", ["w**w**w**w", "(w**w**w**w)**2", "x**(1 + w**w**w)"])
def test_three_may_not(source):
    with pytest.raises(RefusedError, match="more than 2 powers are stacked"):
        parse(source)


@pytest.mark.parametrize("order", ["0", "1", "100", "200/2"])
def test_lawful_orders_of_polygamma(order):
    parse(f"polygamma({order}, w)")


@pytest.mark.parametrize("order", ["-1", "101", "1/2", "w", "pi"])
def test_other_orders_of_polygamma(order):
    with pytest.raises(LanguageError, match="a whole number from 0 to 100"):
        parse(f"polygamma({order}, w)")


@pytest.mark.parametrize("depth, lawful", [(96, True), (97, False)])
def test_a_file_is_nested_96_deep(depth, lawful):
    source = "(" * (depth - 1) + "w" + ")" * (depth - 1)  # what stands innermost is one more
    if lawful:
        parse(source, limits=file_limits(10_000))
    else:
        with pytest.raises(RefusedError):
            parse(source, limits=file_limits(10_000))


def test_operations_of_steps_are_counted_and_each_further_step_is_one():
    """149 + 148 + 1 operations in three steps are 300, the most that is read."""
    steps = f"a = w{'+w' * 149}; b = w{'+w' * 148}; a + b"
    parse(steps)
    with pytest.raises(RefusedError, match="more than 300 operations"):
        parse(steps + " + w")
