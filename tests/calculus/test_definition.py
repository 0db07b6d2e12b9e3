"""From first principles: the lines of sixty textbook functions, evaluated by Python and mpmath."""

from dataclasses import replace

import pytest
from mpmath import mp

from derivcli.calculus.definition import definition as room
from derivcli.calculus.definition.definition import with_definition
from derivcli.calculus.definition.proof import is_proved
from derivcli.calculus.definition.quotients import working
from derivcli.calculus.definition.working import Setting, WorkingLine
from derivcli.language.parser import parse
from derivcli.language.tree import inline

TEXTBOOK = """
7; w; 5*w - 2; w**2; -w**2; 3*w**2 - 4*w + 1; w**3; w**3 - 2*w; w**4; w**5; (w + 1)**2; (2*w - 1)**3; w*(w + 1)
(w - 1)*(w + 2); w**2/2; (w**2 + 1)*w; 1/w; 2/w; 1/w**2; 1/(w + 1); 1/(2*w - 5); w/(w + 1); (w + 1)/(w + 2)
(w**2 + 1)/(w + 3); 1/(w**2 + 1); w + 1/w; w**-3; sqrt(w); sqrt(w + 1); sqrt(2*w + 3); 3*sqrt(w); 1/sqrt(w)
sqrt(w**2 + 1); w*sqrt(w); w + sqrt(w); exp(w); exp(2*w); exp(-w); 3*exp(w); exp(w) + w; log(w); log(2*w)
log(w + 1); 2*log(w); sin(w); cos(w); tan(w); sin(2*w); cos(3*w); sin(w + 1); 2*sin(w) + cos(w); w*sin(w)
w**2*exp(w); w*exp(w); w*log(w); sin(w)*cos(w); exp(w)*sin(w); sin(w)/w; exp(w)/w; log(w)/w; sin(w)**2; sin(w**2)
exp(w**2); cos(2*w + 1); log(w**2 + 1); exp(sin(w)); sqrt(sin(w) + 2); exp(-w**2/2); 1/(1 + exp(-w)); abs(w)
3*abs(w); abs(w - 2); abs(2*w + 1); b*w**2 + w; w**2*b**3; sin(b*w); 2**w; w**2*exp(b*w)
"""  # fmt: skip
SOURCES = [each.strip() for line in TEXTBOOK.strip().splitlines() for each in line.split(";")]
# Where the letters of a quotient stand for; all parts of a working hold for any values of theirs.
AT = {"w": "0.7", "b": "1.3", "eps": "0.01", "u": "0.9", "v": "1.1", "h": "0.02", "k": "0.03"}
PYTHON = {"__builtins__": {}, "abs": abs, "pi": mp.pi, "E": mp.e} | {
    name: getattr(mp, name) for name in ("sqrt", "exp", "log", "sin", "cos", "tan", "sign")
}


def value(text, **instead):
    """Return what a line of derivcli's is worth, as Python reads it."""
    names = {name: mp.mpf(number) for name, number in (AT | instead).items()}
    return mp.mpmathify(eval(text, PYTHON, names))  # noqa: S307 - a line that derivcli wrote


def defined(source):
    *_, last = with_definition(parse(source), "w")
    return last


def quotients(found):
    yield found
    for part in found.parts:
        yield from quotients(part)


def signs(quotient):
    """Return the values for which the lines of a case hold."""
    name = quotient.variable
    kink = {"w > 0": "0.7", "w < 0": "-0.7", "w > 2": "2.7", "w < 2": "0.7", "w > -1/2": "0.7",
            "w < -1/2": "-0.9"}  # fmt: skip
    case = quotient.remark.split(",")[0]
    return {name: kink[case]} if case in kink else {}


@pytest.mark.parametrize("source", SOURCES)
def test_every_line_is_equal_to_the_one_before_and_the_last_tends_to_the_derivative(source):
    found = defined(source).definition
    assert found is not None
    assert found.proved
    with mp.workdps(60):
        for each in quotients(found):
            at = signs(each)
            start = value(each.start.text, **at)
            for line in each.lines:
                assert abs(value(line.text, **at) - start) < mp.mpf(10) ** -50, line.text
            if each.limit is None:
                continue
            near = value(each.start.text, **at, **{each.step: "1e-25"})
            assert abs(near - value(each.limit, **at)) < mp.mpf(10) ** -22, each.limit
        slope = mp.diff(lambda w: value(source, w=w), mp.mpf(AT["w"]))
        assert abs(value(found.limit) - slope) < mp.mpf(10) ** -25


def test_the_textbook_has_sixty_functions_and_more():
    assert len(set(SOURCES)) == len(SOURCES) > 60


def said(source):
    found = defined(source).definition
    lines = [(line.text, line.reason) for line in found.lines]
    return [*lines, (found.limit, ", ".join(found.limits) or found.limit_reason)]


@pytest.mark.parametrize("source, expected", [
    ("w**2", [
        ("((w + eps)**2 - w**2)/eps", "put in"),
        ("(2*w*eps + eps**2)/eps", "expand"),
        ("2*w + eps", "cancel eps"),
        ("2*w", "put eps = 0"),
    ]),
    ("1/w", [
        ("(1/(w + eps) - 1/w)/eps", "put in"),
        ("(w - (w + eps))/(eps*(w + eps)*w)", "common denominator"),
        ("-eps/(eps*(w + eps)*w)", "expand"),
        ("-1/((w + eps)*w)", "cancel eps"),
        ("-1/w**2", "put eps = 0"),
    ]),
    ("sqrt(w)", [
        ("(sqrt(w + eps) - sqrt(w))/eps", "put in"),
        (
            "(sqrt(w + eps) - sqrt(w))*(sqrt(w + eps) + sqrt(w))/(eps*(sqrt(w + eps) + sqrt(w)))",
            "times the conjugate, over itself",
        ),
        ("(w + eps - w)/(eps*(sqrt(w + eps) + sqrt(w)))", "(x - y)*(x + y) = x**2 - y**2"),
        ("eps/(eps*(sqrt(w + eps) + sqrt(w)))", "expand"),
        ("1/(sqrt(w + eps) + sqrt(w))", "cancel eps"),
        ("1/(2*sqrt(w))", "put eps = 0"),
    ]),
    ("exp(w)", [
        ("(exp(w + eps) - exp(w))/eps", "put in"),
        ("(exp(w)*exp(eps) - exp(w))/eps", "exp(x + y) = exp(x)*exp(y)"),
        ("exp(w)*(exp(eps) - 1)/eps", "common factor"),
        ("exp(w)", "(exp(eps) - 1)/eps → 1"),
    ]),
])  # fmt: skip
def test_the_lines_are_those_of_a_textbook(source, expected):
    assert said(source) == expected


@pytest.mark.parametrize("source, why", [
    ("asin(w)", "asin"),
    ("w*abs(w)", "abs(w)"),
    ("gamma(w)", "gamma"),
    ("max(w, 1)", "max"),
    ("where(w > 0, w, 0)", "pieces"),
    ("w**100", "too many terms"),
    ("sin(exp(cos(w)))", "many layers"),
])  # fmt: skip
def test_where_it_does_not_teach_it_says_so_and_the_rules_are_there(source, why):
    found = defined(source)
    assert found.definition is None
    assert why in found.obstacle
    assert found.steps
    assert found.derivative


def test_a_letter_of_the_user_is_not_taken_for_the_step():
    found = defined("eps*w**2").definition
    assert found.step == "h"
    assert found.limit == "2*eps*w"


@pytest.mark.parametrize("source", ["w**2", "sin(w)", "w*exp(w)", "exp(w**2)", "abs(w)"])
def test_a_line_that_is_wrong_is_not_proved(source):
    whole = working(inline(parse(source)), Setting("w", "eps", frozenset({"w", "eps"})))
    assert is_proved(whole)
    wrong = inline(parse("w + eps"))
    for each in room._all(whole):
        for number, line in enumerate(each.lines):
            lines = list(each.lines)
            lines[number] = WorkingLine(wrong, line.reason)
            assert not is_proved(replace(each, lines=tuple(lines))), line


def test_a_limit_that_is_wrong_is_not_proved():
    setting = Setting("w", "eps", frozenset({"w", "eps"}))
    kink = working(inline(parse("abs(w)")), setting)
    one = inline(parse("1"))
    assert is_proved(kink)
    assert not is_proved(replace(kink, known=(replace(kink.known[0], limit=one),)))
