"""Right at the borders of the language: what is lawful there, what is refused one step beyond."""

import re
from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest
from mpmath import mp

from derivcli.errors import LanguageError, RefusedError
from derivcli.language.limits import COMMAND_LINE, _sizes, check_inlined, file_limits
from derivcli.language.parser import parse
from derivcli.language.text import text
from derivcli.language.tree import nodes


def refusal(source, limits=COMMAND_LINE):
    """Return the message and the part of the text that it points at."""
    with pytest.raises(RefusedError) as error:
        parse(source, limits=limits)
    span = error.value.span
    return error.value.message, span and source[span.start : span.end]


# How much text is read


@pytest.mark.parametrize("limits, most, advice", [
    (COMMAND_LINE, 2_000, ""),
    (file_limits(10), 200_000, "; see --max-operations"),
    (file_limits(10_000), 400_000, "; see --max-operations"),
])  # fmt: skip
def test_so_many_characters_are_read_and_not_one_more(limits, most, advice):
    """For each operation of a file, 40 characters may be typed; for a short file, 200,000."""
    longest = "w".ljust(most)
    parse(longest, limits=limits)
    message = f"{most + 1:,} characters are too many (at most {most:,}{advice})"
    assert refusal(longest + " ", limits) == (message, None)


THREE_HUNDRED = {  # operations: signs, calls, comparisons and choices are one each
    "names": "w" + "+w" * 300,
    "numbers": "1" + "+1" * 300,
    "fractions": "0.5" + "*0.5" * 300,
    "constants": "pi" + "-pi" * 300,
    "signs and calls": "+".join(["sin(-w)"] * 100) + "+w",
    "powers": "+".join(["w²"] * 75 + ["w^2"] * 75) + "+w",
    "pairs": "+".join(["max(w,0)"] * 150) + "+w",
    "longer lists": "+".join(["max(w,0,1)"] * 100) + "+w",
    "bars and roots": "+".join(["|w|"] * 75 + ["√w"] * 75) + "+w",
    "choices": "+".join(["where(w>0,w,0)"] * 100) + "+w",
    "products that are not written": "w" + " w" * 300,
    "steps": "; ".join([f"a{n} = w + 2" for n in range(150)] + ["w"]),
    "steps that use one another": "; ".join(
        ["a0 = w"] + [f"a{n} = a{n - 1}+2" for n in range(1, 100)] + ["a99" + "+a0" * 101]
    ),
    "constant steps": "; ".join([f"a{n} = 1/{n + 1}" for n in range(150)] + ["a7"]),
}


@pytest.mark.parametrize("source", THREE_HUNDRED.values(), ids=THREE_HUNDRED)
def test_three_hundred_operations_are_read_and_not_one_more(source):
    parse(source)
    message = "more than 300 operations are too many"
    assert refusal(f"{source}-w") == (message, None)


@pytest.mark.parametrize("count, lawful", [(298, True), (299, True), (301, False), (302, False)])
def test_on_either_side_of_three_hundred(count, lawful):
    source = "w" + "+w" * count
    if lawful:
        parse(source)
    else:
        refusal(source)


def test_what_is_written_out_has_three_hundred_operations_at_most():
    """2*148 for the two a, and a sum of five."""
    steps = f"a = w{'+w' * 148}; J = a + a + w + w + w"
    check_inlined(parse(steps), COMMAND_LINE)
    with pytest.raises(RefusedError, match=r"this is more than 300 operations$"):
        check_inlined(parse(f"{steps} + w"), COMMAND_LINE)
    with pytest.raises(RefusedError, match="more than 299 operations; see --max-operations"):
        check_inlined(parse(steps), file_limits(299))


def test_a_step_that_nothing_uses_is_not_written_out():
    check_inlined(parse(f"a = w{'+w' * 290}; J = w + 1"), file_limits(1))


@pytest.mark.parametrize("limits, most", [(COMMAND_LINE, 64), (file_limits(300), 96)])
@pytest.mark.parametrize(
    "opening, closing", [("(", ")"), ("sin(", ")"), ("max(", ",1)"), ("-", "")]
)
def test_levels_of_nesting(opening, closing, limits, most):
    """What stands innermost is a level too, and is what is pointed at."""

    def nested(depth):
        return opening * (depth - 1) + "w" + closing * (depth - 1)

    parse(nested(most), limits=limits)
    message, part = refusal(nested(most + 1), limits)
    assert message == f"nested more than {most} deep"
    assert part == "w"


def test_levels_beside_one_another_are_not_nested():
    parse("+".join(["(sin(w))"] * 100))
    parse("(1 + w)" * 100)


def test_what_all_share_is_changed_by_none():
    with pytest.raises(FrozenInstanceError):
        COMMAND_LINE.operations = 10**9


# Exponents


def by_mpmath(source):
    """Return what mpmath makes of a constant, each number of it exact."""
    with mp.workdps(50):
        return eval(re.sub(r"(?<![a-z\d.])[\d.]+(e-?\d+)?", r"mpf('\g<0>')", source), MATH)  # noqa: S307 - our own text


MATH = {name: getattr(mp, name) for name in (
    "mpf", "pi", "e", "exp", "expm1", "cosh", "sinh", "sin", "log", "sqrt", "gamma", "loggamma", "atan2",
    "tan", "sec", "cot", "acos", "floor",
)}  # fmt: skip
MATH |= {
    "abs": abs,
    "max": max,
    "where": lambda condition, one, other: one if condition else other,
    "sigmoid": lambda u: 1 / (1 + mp.exp(-u)),
}


@pytest.mark.parametrize("exponent", [
    "1000", "-1000", "999.9", "2000/2", "-2000/2", "10**3", "1e300/1e298", "0*1e300", "3**6 + 271",
    "318*pi", "-318*pi", "1000 + -pi", "2000*pi - 1900*pi", "30*pi/(pi/30)", "(pi/99)/(99*pi)",
    "pi**6", "2**9.9", "exp(6.9)", "exp(-2000)", "1/exp(-6.9)", "expm1(6.9)", "cosh(7.6)",
    "sinh(-7.6)", "sqrt(10**6)", "log(2**1000)", "gamma(7)", "gamma(7.1)", "tan(1.569)",
    "atan2(1, 0)*600", "abs(-400)", "max(400, 7)", "where(1 > 0, 400, 1)", "60*sigmoid(1)",
    "15*cot(1)", "floor(400.5)", "acos(-1)*300",
])  # fmt: skip
def test_a_constant_exponent_up_to_a_thousand_is_lawful(exponent):
    assert abs(by_mpmath(exponent)) <= 1000
    parse(f"w**({exponent})")


@pytest.mark.parametrize("exponent", [
    "1000.1", "-1000.1", "2002/2", "10**3 + 1", "1e300/1e296", "3**6 + 272", "2**1000*2**24",
    "319*pi", "-319*pi", "1000 - -pi", "2000*pi - 1600*pi", "(100*pi)/(pi/100)", "pi**6.1", "2**9.97",
    "pi**6.5", "1.5**(6*pi)", "exp(6.91)", "exp(750)", "1/exp(-6.91)", "expm1(6.95)",
    "cosh(7.7)", "sinh(-7.7)", "sqrt(10**7)", "gamma(7.3)", "tan(1.57)", "atan2(1, 0)*640",
    "abs(-2000)", "max(2000, 7)", "where(1 > 0, 2000, 1)", "2000*sigmoid(9)", "cot(0.0001)",
    "floor(2000.5)", "10**400*pi", "10**400*pi/10**390", "sec(1.5)**2.62", "acos(-1)*319",
    "gamma(0.0001)", "loggamma(1000)", "gamma(1e-300)", "exp(300)*exp(300)*exp(300)",
])  # fmt: skip
def test_a_constant_exponent_beyond_a_thousand_is_refused_and_pointed_at(exponent):
    assert abs(by_mpmath(exponent)) > 1000
    assert refusal(f"2 + w**({exponent})") == ("this exponent is beyond 1,000", f"({exponent})")


@pytest.mark.parametrize("source", [
    "w**(2000w)", "w**(2000*w/w)", "w**(2000 + 0*w)", "2000**w", "a = 2000w; w**a", "a = 3; w**(a*333)",
    "2000**(w*0)", "w**where(w > 0, 2000, 1)",
])  # fmt: skip
def test_an_exponent_with_a_variable_in_it_has_no_bound(source):
    parse(source)


@pytest.mark.parametrize("source, part", [
    ("a = 2000; w**a", "a"), ("a = 3; b = a*334; w**b", "b"), ("a = 3; w**(a*334)", "(a*334)"),
    ("w²⁰⁰⁰", "²⁰⁰⁰"), ("w⁻¹⁰⁰¹", "⁻¹⁰⁰¹"),
])  # fmt: skip
def test_a_constant_stays_one_by_whatever_name(source, part):
    assert refusal(source) == ("this exponent is beyond 1,000", part)


@pytest.mark.parametrize("source", [
    "w**w**w", "w**w**2", "2**w**w", "2**3**2", "w**w²", "w**(1 + w**w)", "w**sin(w**w)",
    "w**(-w**w)", "w**max(1, w**w)", "w**where(w > 0, w**w, 1)", "x**((w**w)**2)",
    "x**(((w**w)**w)**w)", "((w**w**w)**w)**w**w", "w**w**w + w**w**w", "sin(w**w**w)**2",
    "a = w**w; w**a", "a = w**w**w; a**2",
])  # fmt: skip
def test_an_exponent_may_have_a_power_in_it_in_whose_exponent_is_none(source):
    parse(source)


@pytest.mark.parametrize("source, part", [
    ("w**w**w**w", "w**w**w**w"), ("w**w**w**2", "w**w**w**2"), ("2**2**2**2", "2**2**2**2"),
    ("w**w**w²", "w**w**w²"), ("1 + x**(1 + w**w**w)", "x**(1 + w**w**w)"),
    ("x**sin(w**w**w)", "x**sin(w**w**w)"), ("x**-w**w**w", "x**-w**w**w"),
    ("x**max(1, w**w**w)", "x**max(1, w**w**w)"), ("x**max(w**w**w, 1)", "x**max(w**w**w, 1)"),
    ("x**where(w > 0, w**w**w, 1)", "x**where(w > 0, w**w**w, 1)"),
    ("x**where(w**w**w > 0, 2, 1)", "x**where(w**w**w > 0, 2, 1)"),
    ("x**(w**w**w)**2", "x**(w**w**w)**2"), ("x**(w**w)**w**w", "x**(w**w)**w**w"),
    ("a = w**w**w; 1 + x**a", "x**a"), ("w*w**w**w**w*w", "w**w**w**w"),
])  # fmt: skip
def test_a_third_power_in_an_exponent_is_refused_and_pointed_at(source, part):
    assert refusal(source) == ("more than 2 powers are stacked", part)


# Constants

A = "2**1000*2**24 - 1"


def bits(source):
    """Return the bits before or behind the point, by mpmath."""
    return abs(mp.log(abs(by_mpmath(source)), 2))


@pytest.mark.parametrize("source", [
    "15**1000", "1/15**1000", "0.125**1000", "(2/3)**1000*(3/2)**1000", "10**600*10**600",
    "1/(10**600*10**600)", "2**1000*2**1000*2**1000*2**1000*2**93", "10**600*10**600 - 1",
    "10**500*10**500 - 1/10**30", "pi**1000", "(5*pi/2)**1000", "(pi/20)**1000", "exp(2837)",
    "exp(-2837)", "expm1(2830)", "cosh(2830)", "sinh(-2830)", "exp(1400)*exp(1400)",
    "exp(1400)/exp(-1400)", "gamma(400)", "gamma(1)", "gamma(2)", "gamma(0.5)", "gamma(0.001)",
    "gamma(1.5)", "(10**1000)**(1/2)", "(10**600*10**600)**0.001", "(10**600*10**600*pi)**0.5",
    "10**600*10**600 + pi", "pi/3**1000 + pi/7**1000", "pi/7**1000 - pi/3**1000",
    "exp(100*sin(10**600*10**600))", "exp(30*cot(1))", "1e300*pi*1e300*pi", "log(10**600*10**600)",
    "2**1000*2**22 - 1", "2**1000*2**23 - 1", "2**1000*2**24 - 1", "2**1000*2**24", "1/(2**1000*2**24)",
    "10**308", "10**309", "1.8e300*10**8", "pi*1e300*10**8", "exp(709)*2", "exp(-745)", "1 + exp(-800)",
])  # fmt: skip
def test_a_constant_of_up_to_4096_bits_is_lawful(source):
    assert bits(source) <= 4096
    parse(source)
    parse(f"w*({source})")


@pytest.mark.parametrize("source", [
    "18**1000", "1/15**1000/15**60", "2**1000*2**1000*2**1000*2**1000*2**97", "10**600*10**634",
    "1/10**700/10**700", "(10**600*10**600 + 1)*10**40", "(5.46*pi)**1000", "(pi/54)**1000",
    "exp(2840)", "exp(-2840)", "expm1(2840)", "cosh(2841)", "sinh(-2841)", "exp(1430)*exp(1430)",
    "exp(1430)/exp(-1430)", "gamma(540)", "10**600*10**600*pi*10**50", "gamma(400)*gamma(300)",
    "exp(exp(8))", "exp(gamma(8))", "exp(2000*pi)", "(10**600*10**600)**1.1", "(pi*10**400)**4",
    "pi**1000*gamma(400)", "(1 + exp(2000))*exp(1000)", "exp(cosh(9))", "gamma(exp(7))",
    f"pi*({A})*({A})*({A})*2**1000*2**23", "exp(max(3000, 1))", "exp(-abs(3000))", "cosh(where(1 > 0, 3000, 1))",
])  # fmt: skip
def test_a_constant_of_more_bits_is_refused_and_pointed_at(source):
    assert bits(source) > 4096
    message = "this constant may need more than 4,096 bits"
    assert refusal(f"w + 2/({source})") == (message, f"({source})")


@pytest.mark.parametrize("source, longest", [
    ("1/3**900 + 1/5**900", 3517), ("1 - 1/(2**1000*2**1000*2**95 - 1)", 2095),
    ("1/3**900 + 1/5**900 + 1/7**900", 6043), ("1/3**900 - 1/5**900 - 7**800", 5763),
    ("1 - 1/(2**1000*2**1000*2**48 - 1) + (1 - 1/(2**1000*2**1000*2**48 - 3))", 4097),
])  # fmt: skip
def test_a_fraction_has_the_bits_of_its_longer_part(source, longest):
    """As Python's fractions find it."""
    value = eval(re.sub(r"\d+", r"Fraction(\g<0>)", source), {"Fraction": Fraction})  # noqa: S307 - our own text
    assert max(value.numerator.bit_length(), value.denominator.bit_length()) == longest
    if longest <= 4096:
        parse(source)
    else:
        assert refusal(source) == ("this constant may need more than 4,096 bits", source)


@pytest.mark.parametrize("start, step, lawful, refused", [
    ("exp(2800)", "{0} + {0}", 50, 57), ("-exp(2800)", "{0} - -{0}", 50, 57), ("exp(700)", "{0}*{0}", 2, 3),
    ("2**1000", "{0}*{0}", 2, 3), ("1/3", "{0}*{0}", 11, 12),
])  # fmt: skip
def test_bits_add_up_from_step_to_step(start, step, lawful, refused):
    """exp(2800) has 4,039.6 bits, and its double one more; a square has twice as many."""

    def steps(count):
        names = [f"a{n + 1} = {step.format(f'a{n}')}" for n in range(count)]
        return "; ".join([f"a0 = {start}", *names, "w"])

    parse(steps(lawful))
    message, part = refusal(steps(refused))
    assert message == "this constant may need more than 4,096 bits"
    assert part.startswith("a")


@pytest.mark.parametrize("source", [
    "pi", "e", "-pi", "exp(1)", "gamma(0.5)", "gamma(1.4616)", "sec(1.5)", "cot(0.07)", "acos(-1)",
])  # fmt: skip
def test_small_constants_are_not_underestimated_either(source):
    program = parse(source)
    assert _sizes(program, inlined=False)[program.output.name].bits >= bits(source)


@pytest.mark.parametrize("source", [
    "1/(pi - pi)", "1/0", "0**-1", "(pi - pi)**-1", "0**0", "log(-pi)", "acos(pi)", "(-pi)**0.5",
    "(-8)**(1/3)", "sqrt(-1)", "log(0)", "gamma(-3)", "gamma(0)", "atanh(1)", "sigmoid(-pi)/0",
])  # fmt: skip
def test_a_constant_without_a_value_is_no_matter_of_size(source):
    parse(f"w + {source}")


# Readings

READINGS = [
    ("-w²", "-w**2"), ("2⁻¹", "2**(-1)"), ("w^2²", "w**2**2"), ("(w²)³", "(w**2)**3"),
    ("2^-w^2", "2**(-w**2)"), ("-2^-3", "-2**(-3)"), ("2*-w*x", "2*(-w)*x"), ("-w*x", "-w*x"),
    ("-w x", "-w*x"), ("w - -x + +y", "w - (-x) + (+y)"), ("w/x*y/a", "w/x*y/a"), ("w - x - y", "w - x - y"),
    ("w^x^y", "w**x**y"), ("2w^x y", "2*w**x*y"), ("a b/c", "a*b/c"), ("a/b*c d", "a/b*c*d"),
    ("a/b + c d", "a/b + c*d"), ("1/2*w x", "1/2*w*x"), ("a/(b c)", "a/(b*c)"), ("a - b c", "a - b*c"),
    ("a²b", "a**2*b"), ("x^2 y", "x**2*y"), ("x^2 sin(w)", "x**2*sin(w)"), ("x^(2)y", "x**2*y"),
    ("x^2(y)", "x**2*y"), ("x^y z", "x**y*z"), ("|w| |x|", "abs(w)*abs(x)"), ("|w||x|", "abs(w)*abs(x)"),
    ("|w| + x|y|", "abs(w) + x*abs(y)"), ("|(2|w|)|", "abs(2*abs(w))"),
    ("|sin(|w|)|", "abs(sin(abs(w)))"), ("||w||", "abs(abs(w))"), ("|w|²", "abs(w)**2"),
    ("|w|^x", "abs(w)**x"), ("|-w|", "abs(-w)"), ("w|x|", "w*abs(x)"), ("|\nw\n|", "abs(w)"),
    ("(w +\n\n x)\n", "w + x"), ("√√w", "sqrt(sqrt(w))"), ("√|w|", "sqrt(abs(w))"), ("√ 2", "sqrt(2)"),
    ("√w x", "sqrt(w)*x"), ("√w |x|", "sqrt(w)*abs(x)"), ("√(w)x", "sqrt(w)*x"), ("√(w)²", "sqrt(w)**2"),
    ("√(w)(x)", "sqrt(w)*x"), ("√sin(w)²", "sqrt(sin(w))**2"), ("√sin(w)x", "sqrt(sin(w))*x"), ("√w/2", "sqrt(w)/2"),
    ("2√w + 1", "2*sqrt(w) + 1"), ("f + f(w)", "f + f*w"), ("a(w + 1) + a", "a*(w + 1) + a"),
    ("psi + psi(w)", "psi + digamma(w)"), ("pi(w)", "pi*w"), ("max(w,x,y,1)", "max(w, x, y, 1)"),
    ("min(max(w,1),2,3)", "min(max(w, 1), 2, 3)"), ("log(w)/log(w,2)", "log(w)/log(w, 2)"),
    ("ln(w, 2)", "log(w, 2)"), ("2where(w ≥ 0, 1, x) + 1", "2*piecewise(1, w >= 0, x) + 1"),
    ("Piecewise(1, w<0, 2, w<=1, 3)", "piecewise(1, w < 0, 2, w <= 1, 3)"),
    ("where(w + 1 == 2w, 1, 2)", "piecewise(1, w + 1 == 2*w, 2)"), ("where(w ≠ 0, 1, 2)", "piecewise(1, w != 0, 2)"),
    ("where(a > b, where(b > c, 1, 2), 3)", "piecewise(piecewise(1, b > c, 2), a > b, 3)"),
    ("\n; w + 1 ;\n", "w + 1"), ("sina + expt", "sina + expt"),
]  # fmt: skip


@pytest.mark.parametrize("source, expected", READINGS)
def test_reading_at_the_edges(source, expected):
    assert text(parse(source)) == expected
    assert text(parse(expected)) == expected


def test_names_with_a_value_are_no_functions_no_constants_and_no_guesses():
    for source, name, expected in (
        ("where(w)", "where", "where*w"), ("sin(w) + sin", "sin", "sin*w + sin"), ("e(w)", "e", "e*w"),
        ("sinw(x)", "sinw", "sinw*x"), ("f(w)", "f", "f*w"), ("max(w)", "max", "max*w"),
    ):  # fmt: skip
        assert text(parse(source, variables={name})) == expected
        assert name in parse(source, variables={name}).variables
    assert parse("e = 2w; e + pi").variables == ("w",)
    assert parse("sinw = 2w; sinw²").variables == ("w",)


def sources(source):
    """Return what each node was read from, parents before children."""
    tree = parse(source).output.expression
    return [source[node.span.start : node.span.end] for node in nodes(tree)]


@pytest.mark.parametrize("source, parts", [
    ("a + b*c", ["a + b*c", "a", "b*c", "b", "c"]), ("2 a b", ["2 a b", "2 a", "2", "a", "b"]),
    ("(a + b) c", ["(a + b) c", "(a + b)", "a", "b", "c"]), ("-(a)", ["-(a)", "(a)"]),
    ("- a^b", ["- a^b", "a^b", "a", "b"]), ("a^-b", ["a^-b", "a", "-b", "b"]),
    ("ab²", ["ab²", "ab", "²"]), ("(a)⁻²", ["(a)⁻²", "(a)", "⁻²", "⁻²"]), ("| a |", ["| a |", "| a |"]),
    ("√(a + 1)", ["√(a + 1)", "(a + 1)", "a", "1"]), ("2 √a", ["2 √a", "2", "√a", "a"]),
    ("sin( a ) + 1", ["sin( a ) + 1", "sin( a )", "a", "1"]), ("log(a, 2)*b", ["log(a, 2)*b", "log(a, 2)", "a", "2", "b"]),
    ("max(a, b, c)", ["max(a, b, c)", "max(a, b, c)", "a", "b", "c"]),
    ("1 + where(a < b, 2, c)", ["1 + where(a < b, 2, c)", "1", "where(a < b, 2, c)", "2", "a < b", "a", "b", "c"]),
    ("piecewise(1, a >= (b), 2)", ["piecewise(1, a >= (b), 2)", "1", "a >= (b)", "a", "(b)", "2"]),
])  # fmt: skip
def test_every_part_knows_where_it_was_read(source, parts):
    assert [part.strip() for part in sources(source)] == [part.strip() for part in parts]


# What is refused, where the caret stands, and what is advised

TWO_WAYS = "this can be read in two ways"
BARS = "write abs(...) instead of bars"
ROOT = "write √(...) with parentheses"
SUPERSCRIPT = "a power of a superscript", "write (w^2)^3 or w^(2^3)"
SIDES = "write * for a product, ^ for a power"
WHERE = "write where(condition, value, otherwise)"
PIECEWISE = "write piecewise(value, condition, ..., otherwise)"
NO_VALUE = "has no value where no condition holds"
NOT_HERE = "a value is expected here, not a condition"
SINGLE = "conditions are tried in order: piecewise(a, w < 0, b, w < 3, c) is b from 0 to 3"
ONLY_IN = "a comparison stands only in piecewise and where"
ATOM = "expected a number, a name or '('"
POINT = "decimals are written with a point: 0.5"
BRACKET = "needs parentheses"
GLUED = ", or give the variable another name"

REFUSED = [  # the part that is pointed at stands between « and »
    ("w²«^»3", *SUPERSCRIPT), ("w² «³»", *SUPERSCRIPT), ("2 + w²«**»2", *SUPERSCRIPT), ("w⁻²«^»3", *SUPERSCRIPT),
    ("(w²\n«^»3)", *SUPERSCRIPT),
    ("«|w|x|»y|", TWO_WAYS, BARS), ("«|w|x|»", TWO_WAYS, BARS), ("«|a|*b|»c|", TWO_WAYS, BARS),
    ("1 + «|a|b|»c|", TWO_WAYS, BARS), ("«|2|w|»|", TWO_WAYS, BARS), ("sin(«|a| b |»c|)", TWO_WAYS, BARS),
    ("«w 2»", "'w' and '2' stand side by side", SIDES), ("1 + (w«)2»", "')' and '2' stand side by side", SIDES),
    ("w«² 3»", "'²' and '3' stand side by side", SIDES), ("|w«|2»", "'|' and '2' stand side by side", SIDES),
    ("«0.5  7»w", "'0.5' and '7' stand side by side", SIDES), ("√«2 3»", "'2' and '3' stand side by side", SIDES),
    ("2 + «a/b c»", TWO_WAYS, "write (a/b)*c or a/(b*c)"), ("«a*b/c d»", TWO_WAYS, "write (a*b/c)*d or a*b/(c*d)"),
    ("«a/b c» d", TWO_WAYS, "write (a/b)*c or a/(b*c)"), ("«a/b/c d»", TWO_WAYS, "write (a/b/c)*d or a/b/(c*d)"),
    ("«(a+b)/c d»", TWO_WAYS, "write ((a + b)/c)*d or (a + b)/(c*d)"), ("«1/2pi»", TWO_WAYS, "write (1/2)*pi or 1/(2*pi)"),
    ("«a/b² c»", TWO_WAYS, "write (a/b**2)*c or a/(b**2*c)"), ("«a/2√w»", TWO_WAYS, "write (a/2)*sqrt(w) or a/(2*sqrt(w))"),
    ("«a/b |c|»", TWO_WAYS, "write (a/b)*abs(c) or a/(b*abs(c))"), ("«-1/2w»", TWO_WAYS, "write (-1/2)*w or -1/(2*w)"),
    ("«x**2y»", TWO_WAYS, "write x**2*y or x**(2*y)"), ("1 + «x^-2y»", TWO_WAYS, "write x**(-2)*y or x**(-2*y)"),
    ("a^«b^2c»", TWO_WAYS, "write b**2*c or b**(2*c)"), ("w + " * 99 + "«x^2y»", TWO_WAYS, "write x**2*y or x**(2*y)"),
    ("w + " * 99 + "«√w²»", TWO_WAYS, ROOT), ("2«x^0.5y»", TWO_WAYS, "write x**0.5*y or x**(0.5*y)"),
    ("«x^2pi»*w", TWO_WAYS, "write x**2*pi or x**(2*pi)"),
    ("«√w²»", TWO_WAYS, ROOT), ("2«√w^»2", TWO_WAYS, ROOT), ("«√w**»2", TWO_WAYS, ROOT), ("«√2w»", TWO_WAYS, ROOT),
    ("«√2(»w)", TWO_WAYS, ROOT), ("«√2√»3", TWO_WAYS, ROOT), ("«√3.5 ²»", TWO_WAYS, ROOT), ("√«√w²»", TWO_WAYS, ROOT),
    ("w +«»", f"{ATOM} after '+', found the end", None), ("w**  «»", f"{ATOM} after '**', found the end", None),
    ("-«»", f"{ATOM} after '-', found the end", None), ("√«»", f"{ATOM} after '√', found the end", None),
    ("(w + «»", f"{ATOM} after '+', found the end", None),
    ("a =«\n»b", f"{ATOM} after '=', found the end of the line", None), ("a = «;» a", f"{ATOM} after '=', found ';'", None),
    ("«*» w", f"{ATOM}, found '*'", None), ("a = w;«*» w", f"{ATOM}, found '*'", None), ("«²»", f"{ATOM}, found '²'", None),
    ("w + «)»", f"{ATOM} after '+', found ')'", None), ("(«)»", f"{ATOM} after '(', found ')'", None),
    ("sin(w,«)»", f"{ATOM} after ',', found ')'", None), ("√«-»w", f"{ATOM} after '√', found '-'", None),
    ("w + «≤» 2", f"{ATOM} after '+', found '≤'", ONLY_IN), ("«<» w", f"{ATOM}, found '<'", ONLY_IN),
    ("2*(«²»)", f"{ATOM} after '(', found '²'", None),
    ("(w|«)»", f"{ATOM} after '|', found ')'", None),
    ("«(»", "the '(' is never closed", "add ')'"), ("2*sin«(»", "the '(' is never closed", "add ')'"),
    ("«(»(w)", "the '(' is never closed", "add ')'"), ("(w) + «(»w\n", "the '(' is never closed", "add ')'"),
    ("sin(w)*cos«(»w", "the '(' is never closed", "add ')'"), ("|w + («|»2", "the '|' is never closed", "add '|'"),
    ("|«|»", "the '|' is never closed", "add '|'"), ("1 + «|»w", "the '|' is never closed", "add '|'"),
    ("where«(»w > 0", "the '(' is never closed", "add ')'"), ("where«(»w > 0, 1", "the '(' is never closed", "add ')'"),
    ("|w«)»", "expected '|', found ')'", None), ("sin(w «=» 2)", "expected ')', found '='", None),
    ("sin(w«;» 2)", "expected ')', found ';'", None), ("(1«,»5)*w", "expected ')', found ','", POINT),
    ("|w«,» 2|", "expected '|', found ','", POINT), ("where(w > 0, 1, 2«,» 3)", "expected ')', found ','", POINT),
    ("(w «>=» 2)", "expected ')', found '>='", "one comparison a condition; conditions are tried in order"),
    ("2 «f»( w ) =w", "unknown function 'f'", "a product is written f*(...)"),
    ("f(w) = 3; «f»(2)", "only f(w) is known here, of the same variables", "write out what f is of other values"),
    ("«zzzz»(w) + f", "unknown function 'zzzz'", "a product is written zzzz*(...)"),
    ("1 + «Sin»(w)", "unknown function 'Sin'", "did you mean 'sin'?"), ("«arcsine»(w)", "unknown function 'arcsine'", "did you mean 'arcsin'?"),
    ("«wehre»(w > 0, 1, 2)", "unknown function 'wehre'", "did you mean 'where'?"),
    ("«sin» + 2", f"'sin' is a function and {BRACKET}", "write sin(...)"), ("2 «max»", f"'max' is a function and {BRACKET}", "write max(...)"),
    ("«sin»^2(w)", f"'sin' is a function and {BRACKET}", "write sin(w)^2"), ("«cos»²(w)", f"'cos' is a function and {BRACKET}", "write cos(w)^2"),
    ("«exp»**w", f"'exp' is a function and {BRACKET}", "write exp(w)^2"), ("«sin»^-2(w)", f"'sin' is a function and {BRACKET}", "write sin(w)^2"),
    ("«sin»^w(1)", f"'sin' is a function and {BRACKET}", "write sin(w)^2"),
    ("«sin»⁻¹(w)", f"'sin' is a function and {BRACKET}", "write asin(w) for the inverse function, 1/sin(w) for the power"),
    ("2*«tanh»^-1 w", f"'tanh' is a function and {BRACKET}", "write atanh(w) for the inverse function, 1/tanh(w) for the power"),
    ("«sin»⁻²(w)", f"'sin' is a function and {BRACKET}", "write sin(w)^2"), ("«where» w > 0", f"'where' is a function and {BRACKET}", "write where(...)"),
    ("2 «sinw»", "'sinw' is one name, and reads like sin(w)", f"write sin(w){GLUED}"),
    ("«costheta»", "'costheta' is one name, and reads like cos(theta)", f"write cos(theta){GLUED}"),
    ("«log()»", "log takes 1 argument, not 0", None), ("2 + «log(w, 2, 3)»", "log takes 1 argument, not 3", None),
    ("«log2(w, 2)»*w", "log2 takes 1 argument, not 2", None), ("«atan2(w)»", "atan2 takes 2 arguments, not 1", None),
    ("«atan2(1, 2, 3)»", "atan2 takes 2 arguments, not 3", None), ("«max()»", "max takes 2 or more arguments, not 0", None),
    ("w + «max( w )»", "max takes 2 or more arguments, not 1", None),
    ("where(w > 0«)»", f"where {NO_VALUE}", WHERE), ("where(w > 0, 1«)»", f"where {NO_VALUE}", WHERE),
    ("piecewise(1, w > 0«)» + w", f"piecewise {NO_VALUE}", PIECEWISE), ("piecewise(1, w > 0, 2, w < 0«)»", f"piecewise {NO_VALUE}", PIECEWISE),
    ("Piecewise(1, w > 0«)»", f"Piecewise {NO_VALUE}", PIECEWISE),
    ("where(w > 0, w «<» 1, 2)", NOT_HERE, WHERE), ("where(w > 0, 1, w «<» 2)", NOT_HERE, WHERE), ("where(w > 0, 1 «!=» 2, 3)", NOT_HERE, WHERE),
    ("piecewise(w «>» 0, 1)", NOT_HERE, PIECEWISE), ("piecewise(1, w > 0, 2 «!=» 1)", NOT_HERE, PIECEWISE),
    ("piecewise(1, w > 0, 2 «>=» 1, 3)", NOT_HERE, PIECEWISE),
    ("2 + «piecewise»(1)", "piecewise has no condition", PIECEWISE), ("«Piecewise»(w + 1)", "Piecewise has no condition", PIECEWISE),
    ("where(«1», w > 0, 2)", "expected a condition such as w < 0", None), ("piecewise(1, «w + 2», 3)", "expected a condition such as w < 0", None),
    ("where(«w» = 0, 1, 2)", "expected a condition such as w < 0", None),
    ("where(0 < w «<» 1, 1, 2)", "one comparison a condition", SINGLE), ("piecewise(1, 0 < w «==» 2, 3)", "one comparison a condition", SINGLE),
    ("where(w > 0 «=» 1, 2)", "expected ',', found '='", None), ("where(w > 0, 1 «;» 2)", "expected ',', found ';'", None),
]  # fmt: skip


@pytest.mark.parametrize("marked, message, hint", REFUSED)
def test_what_is_refused_is_pointed_at_with_advice(marked, message, hint):
    before, part, after = re.split("[«»]", marked)
    with pytest.raises(LanguageError) as error:
        parse(before + part + after)
    found = error.value
    assert (found.message, found.hint) == (message, hint)
    start, end = (
        len(before),
        len(before) + (len(part) or 1),
    )  # the end is one column beyond the text
    assert (found.span.start, found.span.end) == (start, end)


@pytest.mark.parametrize("limits", [COMMAND_LINE, file_limits(10_000)])
def test_roots_of_roots_are_nested_too(limits):
    parse("√" * (limits.nesting - 1) + "w", limits=limits)
    for deep in (limits.nesting, 500, 1_900):
        with pytest.raises(RefusedError, match="deep"):
            parse("√" * deep + "w", limits=limits)
    parse("+".join(["√w"] * limits.nesting), limits=limits)


def test_a_plus_leaves_the_sign_of_an_exponent():
    """300 * (pi + 3) is 1,842."""
    for exponent in ("300*(+pi + 3)", "300*(pi + 3)", "300*(-(-pi) + 3)"):
        with pytest.raises(RefusedError, match="this exponent is beyond 1,000"):
            parse(f"w**({exponent})")
    parse("w**(300*(-pi + 3))")
