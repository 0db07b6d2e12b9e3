import pytest
from console import processor_seconds

from derivcli.errors import DerivError, ExitStatus, LanguageError, RefusedError, describe
from derivcli.language.limits import file_limits
from derivcli.language.parser import parse
from derivcli.language.text import text

READINGS = [
    ("w^2", "w**2"),
    ("-2^2", "-2**2"),
    ("2^-3", "2**(-3)"),
    ("2^3^w", "2**3**w"),
    ("(2^3)^w", "(2**3)**w"),
    ("2w", "2*w"),
    ("2(w+1)", "2*(w + 1)"),
    ("(w+1)(w-1)", "(w + 1)*(w - 1)"),
    ("3 sin(w)", "3*sin(w)"),
    ("x(1+x)", "x*(1 + x)"),
    ("pi w", "pi*w"),
    ("e(w+1)", "e*(w + 1)"),
    ("2e3w", "2000*w"),
    ("2e", "2*e"),
    ("2w^2", "2*w**2"),
    ("w^2 y", "w**2*y"),
    ("2w/3", "2*w/3"),
    ("a/b*c", "a/b*c"),
    ("a/(b*c)", "a/(b*c)"),
    ("a-(b-c)", "a - (b - c)"),
    ("a-b-c", "a - b - c"),
    ("2*-3", "2*(-3)"),
    ("--w", "--w"),
    ("+w", "+w"),
    ("3w²−2w", "3*w**2 - 2*w"),
    ("w⁻¹", "w**(-1)"),
    ("w·x×y÷2", "w*x*y/2"),
    ("√w", "sqrt(w)"),
    ("√(w+1)", "sqrt(w + 1)"),
    ("2π", "2*pi"),
    ("θ1²+λ", "theta1**2 + lambda"),
    ("|w|", "abs(w)"),
    ("2|w|x", "2*abs(w)*x"),
    ("||w|-1|", "abs(abs(w) - 1)"),
    ("ln(w)", "log(w)"),
    ("log(w, 2)", "log(w, 2)"),
    ("Max(0, w, 1)", "max(0, w, 1)"),
    ("arcsin(w)", "asin(w)"),
    ("gamma*gamma(w)", "gamma*gamma(w)"),
    ("where(w > 0, w, 0)", "piecewise(w, w > 0, 0)"),
    ("piecewise(w², w ≤ 2, 5)", "piecewise(w**2, w <= 2, 5)"),
    ("lambda**2*E", "lambda**2*E"),
    ("class + if + def", "class + if + def"),
    ("a = 2 + 3w; J = a^2", "a = 2 + 3*w; J = a**2"),
    ("a = 2\n# a comment\nJ = a^2 # another\n", "a = 2; J = a**2"),
    ("max(0,\n w)", "max(0, w)"),
    ("1e-3", "0.001"),
    ("1e300", "1e300"),
    ("1e-12", "1e-12"),
    (".5", "0.5"),
    ("3.", "3"),
]


@pytest.mark.parametrize("source, expected", READINGS)
def test_reading(source, expected):
    assert text(parse(source)) == expected
    assert text(parse(expected)) == expected


TWO_WAYS = {
    "1/2w": "write (1/2)*w or 1/(2*w)",
    "1/2(w+1)": "write (1/2)*(w + 1) or 1/(2*(w + 1))",
    "a/b c": "write (a/b)*c or a/(b*c)",
    "e^2w": "write e**2*w or e**(2*w)",
    "x^2y": "write x**2*y or x**(2*y)",
}
GUESSED = ["√w²", "√w^2", "√2w", "|w|w|w|", "sinw", "lnx", "2 sinw"]


@pytest.mark.parametrize("source", GUESSED)
def test_what_would_be_guessed_is_refused(source):
    with pytest.raises(LanguageError, match=r"two ways|reads like"):
        parse(source)


def test_a_name_that_reads_like_a_call_may_be_a_variable_on_purpose():
    assert parse("sinw = 3; sinw*w").variables == ("w",)
    assert parse("sinw*w", variables={"sinw"}).variables == ("sinw", "w")
    assert parse("cost").variables == ("cost",)


def test_the_inverse_function_is_named():
    with pytest.raises(LanguageError) as error:
        parse("sin^-1(w)")
    assert error.value.hint.startswith("write asin(w) for the inverse function")


def test_ten_thousand_statements_are_read_in_a_moment():
    source = "a0 = w\n" + "\n".join(f"a{n} = a{n - 1} + 1" for n in range(1, 10_000))
    with processor_seconds(5):
        parse(source, limits=file_limits(30_000))
    with pytest.raises(RefusedError):
        parse("\n".join(f"a{n} = w" for n in range(1, 1_000)), limits=file_limits(500))


@pytest.mark.parametrize("source", TWO_WAYS)
def test_what_people_read_in_two_ways_is_refused_with_both_readings(source):
    with pytest.raises(LanguageError) as error:
        parse(source)
    assert error.value.hint == TWO_WAYS[source]
    for reading in TWO_WAYS[source].removeprefix("write ").split(" or "):
        parse(reading)


ERRORS = [
    ("sni(w)", "unknown function 'sni'", "sni"),
    ("w +", "after '+'", ""),
    ("w ** * 2", "found '*'", "*"),
    ("(w", "never closed", "("),
    ("w)", "closes nothing", ")"),
    ("", "empty", None),
    ("   ", "empty", None),
    ("2 3", "side by side", "2 3"),
    ("w 2", "side by side", "w 2"),
    ("(w+1)2", "side by side", ")2"),
    ("sin w", "needs parentheses", "sin"),
    ("sin^2(w)", "needs parentheses", "sin"),
    ("sin()", "takes 1 argument, not 0", "sin()"),
    ("atan2(w)", "takes 2 arguments, not 1", "atan2(w)"),
    ("max(w)", "takes 2 or more arguments, not 1", "max(w)"),
    ("0 < w", "comparison", "<"),
    ("where(0 < w < 1, w, 0)", "one comparison a condition", "<"),
    ("where(w > 0, w)", "no value where no condition holds", ")"),
    ("where(w, 1, 2)", "expected a condition", "w"),
    ("piecewise(w < 0, 1, 2)", "a value is expected here", "<"),
    ("piecewise(w)", "has no condition", "piecewise"),
    ("w = 3; w = 4", "defined twice", "w"),
    ("a = a + 1", "defined by itself", "a"),
    ("a = b; b = a", "defined by way of itself", "b"),
    ("a = b; b = w", "used before it is defined", "b"),
    ("sin = 3", "is a function", "sin"),
    ("2 = w", "only a name", "2"),
    ("w\n+1", "only the last statement", "w"),
    ("1,5", "unexpected ','", ","),
    ("max(1,,2)", "found ','", ","),
    ("0x10", "not a decimal number", "0x10"),
    ("w²³⁴^2", "superscript", None),
    ("√2w", "two ways", "√2w"),
    ("w\0", "U+0000", "\0"),
    ("ѕin(w)", "U+0455 (CYRILLIC SMALL LETTER DZE)", "ѕ"),
    ("w\u202e", "U+202E", "\u202e"),
    ("ρ", "U+03C1 (GREEK SMALL LETTER RHO)", "ρ"),
    ("polygamma(w, 2)", "whole number", "w"),
]


@pytest.mark.parametrize("source, message, marked", ERRORS)
def test_error_says_what_and_where(source, message, marked):
    with pytest.raises(LanguageError) as error:
        parse(source)
    assert message in error.value.message
    assert error.value.status is ExitStatus.USAGE
    if marked is not None:
        span = error.value.span
        assert source[span.start : span.end] == marked


def test_a_known_variable_is_no_function_and_no_constant():
    assert text(parse("gamma(w+1)", variables={"gamma"})) == "gamma*(w + 1)"
    assert parse("pi*e", variables={"pi"}).variables == ("pi",)
    assert parse("e = 3; e*w").variables == ("w",)


def test_the_unnamed_output_is_J_unless_J_is_a_variable():
    assert parse("w**2").output.name == "J"
    assert parse("J**2").output.name == "F"


def test_variables_are_listed_in_the_order_they_appear():
    assert parse("b*w + x - b").variables == ("b", "w", "x")
    assert parse("c = w*x; a = c + b; J = a - y").variables == ("w", "x", "b", "y")


def test_a_caret_stands_under_the_part_at_fault_of_a_long_line():
    source = "w + " * 100 + "sni(w)"
    with pytest.raises(DerivError) as error:
        parse(source)
    lines = describe(error.value).split("\n")
    assert all(len(line) <= 80 for line in lines)
    at = lines[2].index("^")
    assert lines[1][at : at + 3] == "sni"


def test_a_caret_counts_wide_characters_as_two_columns():
    with pytest.raises(DerivError) as error:
        parse("w + 界")
    assert describe(error.value).split("\n")[2] == "      ^^"


def test_control_characters_never_reach_the_terminal():
    with pytest.raises(DerivError) as error:
        parse("w + \x1b[2J")
    assert "\x1b" not in describe(error.value)
