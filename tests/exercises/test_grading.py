"""Right answers in whatever dress, wrong ones with the mistake named."""

import pytest
import sympy
from tiers import thinned

from derivcli.calculus import symbolic
from derivcli.errors import DerivError
from derivcli.exercises.exercise import Exercise
from derivcli.exercises.grading import verdicts
from derivcli.guard.answers import Guard, answers
from derivcli.language.parser import parse
from derivcli.language.text import text
from derivcli.language.tree import inline

# Functions and their derivatives as calculus books print them.
TEXTBOOK = [
    ("x^7", "7x^6"),
    ("5x^3 - 4x^2 + 7x - 8", "15x^2 - 8x + 7"),
    ("1/x", "-1/x^2"),
    ("1/x^3", "-3/x^4"),
    ("sqrt(x)", "1/(2sqrt(x))"),
    ("x^(2/3)", "(2/3)*x^(-1/3)"),
    ("1/sqrt(x)", "-1/(2x*sqrt(x))"),
    ("x*sqrt(x)", "3sqrt(x)/2"),
    ("(2x+3)^4", "8(2x+3)^3"),
    ("(x^2+1)^10", "20x*(x^2+1)^9"),
    ("sqrt(x^2+1)", "x/sqrt(x^2+1)"),
    ("sqrt(1-x^2)", "-x/sqrt(1-x^2)"),
    ("x/(x+1)", "1/(x+1)^2"),
    ("(x^2-1)/(x^2+1)", "4x/(x^2+1)^2"),
    ("x^2/(x-1)", "(x^2-2x)/(x-1)^2"),
    ("(x-1)(x-2)(x-3)", "3x^2 - 12x + 11"),
    ("sin(x)", "cos(x)"),
    ("cos(x)", "-sin(x)"),
    ("tan(x)", "sec(x)^2"),
    ("cot(x)", "-csc(x)^2"),
    ("sec(x)", "sec(x)tan(x)"),
    ("csc(x)", "-csc(x)cot(x)"),
    ("sin(3x)", "3cos(3x)"),
    ("sin(x)^2", "sin(2x)"),
    ("cos(x)^3", "-3cos(x)^2*sin(x)"),
    ("sin(x)cos(x)", "cos(2x)"),
    ("x*sin(x)", "sin(x) + x*cos(x)"),
    ("x^2*cos(x)", "2x*cos(x) - x^2*sin(x)"),
    ("sin(x)/x", "(x*cos(x) - sin(x))/x^2"),
    ("sin(x^2)", "2x*cos(x^2)"),
    ("tan(x)^2", "2tan(x)*sec(x)^2"),
    ("log(cos(x))", "-tan(x)"),
    ("log(sec(x)+tan(x))", "sec(x)"),
    ("exp(x)", "exp(x)"),
    ("exp(-x)", "-exp(-x)"),
    ("exp(x^2)", "2x*exp(x^2)"),
    ("x*exp(x)", "(x+1)exp(x)"),
    ("x^2*exp(-x)", "(2x - x^2)exp(-x)"),
    ("exp(x)/x", "exp(x)(x-1)/x^2"),
    ("exp(x)*sin(x)", "exp(x)(sin(x)+cos(x))"),
    ("2^x", "2^x*log(2)"),
    ("x*3^x", "3^x*(1 + x*log(3))"),
    ("log(x)", "1/x"),
    ("x*log(x) - x", "log(x)"),
    ("log(x)/x", "(1-log(x))/x^2"),
    ("log(x^2+1)", "2x/(x^2+1)"),
    ("log(log(x))", "1/(x*log(x))"),
    ("log(x)^2", "2log(x)/x"),
    ("log10(x)", "1/(x*log(10))"),
    ("log((1+x)/(1-x))", "2/(1-x^2)"),
    ("asin(x)", "1/sqrt(1-x^2)"),
    ("acos(x)", "-1/sqrt(1-x^2)"),
    ("atan(x)", "1/(1+x^2)"),
    ("x*atan(x)", "atan(x) + x/(1+x^2)"),
    ("asin(sqrt(x))", "1/(2sqrt(x)*sqrt(1-x))"),
    ("sinh(x)", "cosh(x)"),
    ("tanh(x)", "1/cosh(x)^2"),
    ("asinh(x)", "1/sqrt(x^2+1)"),
    ("x^x", "x^x*(log(x)+1)"),
    ("x^sin(x)", "x^sin(x)*(cos(x)*log(x) + sin(x)/x)"),
    ("sigmoid(x)", "exp(-x)/(1+exp(-x))^2"),
    ("x*acos(x) - sqrt(1-x^2)", "acos(x)"),
    ("log(x+sqrt(x^2+1))", "1/sqrt(x^2+1)"),
    ("atan(x/sqrt(1-x^2))", "1/sqrt(1-x^2)"),
    ("|x|^3", "3x*|x|"),
    ("log(|x|)", "1/x"),
]  # fmt: skip
DRESSES = 20

REWRITINGS = (
    sympy.expand,
    sympy.factor,
    sympy.together,
    sympy.cancel,
    sympy.expand_trig,
    sympy.trigsimp,
    sympy.powsimp,
    sympy.radsimp,
    sympy.expand_log,
    lambda g: sympy.logcombine(g, force=False),
    lambda g: sympy.apart(g, symbolic.symbol("x")),
    lambda g: g.rewrite(sympy.cos),
    lambda g: g.rewrite(sympy.tan),
    lambda g: sympy.collect(sympy.expand(g), symbolic.symbol("x")),
)
CLOTHES = (  # true for every real g, or wherever x has a logarithm
    "({g})*(sin(x)^2 + cos(x)^2)",
    "({g}) + sec(x)^2 - tan(x)^2 - 1",
    "({g})*(cosh(x) - sinh(x))*exp(x)",
    "2*({g}) - ({g})",
    "-(-({g}))",
    "(x^2 + 1)*({g})/(1 + x^2)",
    "({g})*log(8)/(3*log(2))",
    "sqrt(8)*({g})/sqrt(2)/2",
    "(({g})^2 - 1)/(({g}) + 1) + 1",
    "((({g}) + 1)^2 - (({g}) - 1)^2)/4",
    "({g}) + log(x^2) - 2*log(|x|)",
    "({g})*|x|^2/x^2",
    "({g})*(1 + tan(x)^2)*cos(x)^2",
    "({g})*sqrt(x^2)/|x|",
    "({g}) + sin(2x) - 2*sin(x)*cos(x)",
    "({g})*exp(2x)/exp(x)^2",
    "({g})*(asin(1/3) + acos(1/3))*2/pi",
    "({g}) + cos(x)^2 - (1 + cos(2x))/2",
    "({g})*2^x*4^x/8^x",
    "({g})*(sqrt(x^2 + 1) + 1)*(sqrt(x^2 + 1) - 1)/x^2",
)


def judge(item, stage):
    """A task: the verdict on an answer to be guarded by a clock."""
    stage("judging")
    expression, answer, *rest = item
    return verdicts(exercise(expression, answer, *rest))


def exercise(expression, answer, variable=None, order=1):
    program = parse(expression)
    given = parse(answer, set(program.variables))
    variable = variable or (program.variables or ("x",))[0]
    assigned = {statement.name for statement in program.statements}
    free = (name for name in given.variables if name not in assigned)
    variables = tuple(dict.fromkeys((*program.variables, variable, *free)))
    return Exercise(program, given, variable, variables, order)


def judged(items):
    return list(answers(judge, items, Guard(60.0)))


def forms(answer):
    """The answer as typed, as SymPy rewrites it in many ways, and in the clothes above."""
    found = {answer: None}
    expression = symbolic.to_sympy(inline(parse(answer)))
    for rewrite in REWRITINGS:
        try:
            found.setdefault(text(symbolic.to_tree(rewrite(expression))))
        except (TypeError, sympy.PolynomialError, DerivError):
            continue  # not a form that the language can say
    for clothes in CLOTHES:
        found.setdefault(clothes.format(g=answer))
    return list(found)


@pytest.mark.parametrize("f, g", thinned(TEXTBOOK, 5))
def test_a_right_answer_is_right_in_every_dress_and_nearly_always_proved(f, g):
    items = [(f, form) for form in forms(g)]
    assert len(items) >= DRESSES
    found = judged(items)
    words = {
        form: getattr(result, "verdict", result)
        for (_, form), result in zip(items, found, strict=True)
    }
    assert words == dict.fromkeys(words, "correct")
    assert sum(result.evidence == "proved" for result in found) >= 0.9 * len(found)


@pytest.mark.parametrize(
    "f, g",
    [
        ("cbrt(x)", "x^(-2/3)/3"),  # x^(-2/3) is not real for x < 0
        ("x^2", "2*sqrt(x)^2"),
        ("1/x", "-1/exp(2*log(-x))"),
        ("log(|x|)", "-exp(-log(-x))"),  # one formula on both sides of 0
        ("x^2", "2x + 0*sqrt(-x)"),
        ("x^2", "2x + 0*sqrt(-x - 999)"),
    ],
)
def test_an_answer_with_a_smaller_domain_is_right_and_said_to_have_it(f, g):
    *_, verdict = verdicts(exercise(f, g))
    assert verdict.verdict == "correct"
    assert "compared where both have a value: the answer has none at x = " in verdict.note


@pytest.mark.parametrize(
    "f, g",
    [
        ("x", "log(-x^2)"),  # no value anywhere
        ("x^2", "2x + 1e-300"),  # no tolerance
        ("exp(x)", "exp(x) + 1e-300*x"),
        ("exp(1000*x)", "1000*exp(1000*x) + 1"),
        ("x", "1 + 0.0001*sin(x)"),
        ("0*x", "1e-200*x"),  # around 0, too
        ("sqrt(x^2)", "1"),
        ("|x|", "1"),
        ("asin(x)", "1/sqrt(1-x)"),
        ("asin(1000*(x - 1234.5))", "1000/sqrt(1 - (1000*(x - 1234.5))^2) + 1"),  # a narrow domain
        ("sin(x)", "where(x == 1, 0, cos(x) + 1)"),
        ("where(x > 50, x^2, x)", "1"),
        # pieces and borders where no simple point lies
        ("where(|x| == x, x^2, x)", "1"),
        ("where(x < 5000, (5000-x)^1.5, (x-5000)^2)", "where(x < 5000, -1.5sqrt(5000-x), 17)"),
        ("where(x < 5000, (5000-x)^1.5, (x-5000)^2)", "-1.5sqrt(5000-x)"),
        ("where(x < 4, x, (x-4)^1.5)", "1.5sqrt(x-4)"),
        ("|x - 5000|", "-1"),
        ("max(x, 3000)", "0"),
        ("piecewise(x/10, x < 10000, x/5 - 1000, x < 40000, 3x/10 - 5000)", "1/10"),
        ("piecewise(x^2, x < 10, x^3, x < 40, x^2)", "2x"),
        ("|x - 4|", "where(x > 4.4, 1, -1)"),
        ("|x|*sign(x - 3.5)", "sign(x)*sign(x - 4.2)"),
        ("x^2", "where(x < 2000, 2x, 0)"),
        ("x^2", "2x + relu(x - 1000)"),
        ("lambertw(x)", "lambertw(x)/(|x|*(lambertw(x) + 1))"),
        ("where(x*x > 1/3 + x, x*x, 3x)", "where(x^6 > x + 1/3, 2x, 3)"),
        ("x^2", "2x + exp(-10^6*(x - 0.77)^2)"),
        ("sin(x)", "cos(x) + 1e-200*1e-250*x"),
        ("sin(x)^2 + cos(x)^2", "sin(x)"),
        ("x + max(x, x)", "1"),
        ("1e300*exp(x^2)*1e300", "0"),
    ],
)
def test_a_wrong_answer_is_wrong_however_near(f, g):
    *_, verdict = verdicts(exercise(f, g))
    assert verdict.verdict == "wrong"
    point = verdict.counterexample
    assert point is None or point.answer is None or point.difference.number != 0


def test_a_narrow_domain_is_found():
    *_, verdict = verdicts(
        exercise("asin(1000*(x - 1234.5))", "1000/sqrt(1 - (1000*x - 1234500)^2)")
    )
    assert (verdict.verdict, verdict.evidence) == ("correct", "proved")


@pytest.mark.parametrize("g", ["x", "2x/(1 + x^2)"])
def test_nothing_is_correct_without_samples(g):
    *_, verdict = verdicts(exercise("log(-1 - x^2)", g))
    assert (verdict.verdict, verdict.evidence, verdict.samples) == ("undecided", None, 0)


@pytest.mark.parametrize(
    "f, g",
    [
        ("sin(x)^2 + cos(x)^2", "0"),
        ("x + max(x, x)", "2"),
        ("a = x^2; b = a*x; b + a", "3a + 2x"),  # names of the program
        ("exp(x)", "J"),
        ("where(x == 0, 1, sin(x)/x)", "(x*cos(x) - sin(x))/x^2"),
        ("((x - 1234.567)(1234.568 - x))^0.5", "(2469.135 - 2x)/(2sqrt((x-1234.567)(1234.568-x)))"),
    ],
)
def test_odd_but_right_answers_are_right(f, g):
    *_, verdict = verdicts(exercise(f, g))
    assert verdict.verdict == "correct"


@pytest.mark.parametrize(
    "f, g",
    [
        ("x^2", "2x + max(0, 1 - |x - 4|)"),
        ("x^2", "where(x < 900, 4x, 2x)"),
        ("x^2", "where(x < 50, 2x + 1, 7)"),
        ("sin(x)", "cos(x) + sin(7x)"),
    ],
)
def test_a_diagnosis_holds_everywhere_or_is_not_made(f, g):
    *_, verdict = verdicts(exercise(f, g))
    assert (verdict.verdict, verdict.diagnosis) == ("wrong", None)


# Each misconception on functions where it leads to an answer of its own.
MISTAKES = {
    "integrated instead of differentiated": [
        ("x^2", "x^3/3"), ("cos(3x)", "sin(3x)/3"), ("exp(2x)", "exp(2x)/2"),
        ("1/x", "log(x)"), ("x^3 + 2x", "x^4/4 + x^2"), ("sin(2x)", "-cos(2x)/2 + 5"),
        ("sqrt(x)", "2x^(3/2)/3"), ("1/(1+x^2)", "atan(x)"),
    ],
    "constant factor lost": [
        ("3x^2", "2x"), ("5sin(x)", "cos(x)"), ("x^3/2", "3x^2"), ("7exp(x) + x^2", "exp(x) + 2x"),
        ("4*sqrt(x)", "1/(2sqrt(x))"), ("2log(x)", "1/x"), ("6sqrt(x)", "1/(2sqrt(x))"),
    ],
    "sign slip": [
        ("cos(x) + x^3", "sin(x) + 3x^2"), ("1/x", "1/x^2"), ("x - exp(x)", "1 + exp(x)"), ("x^2 - x^3", "2x + 3x^2"),
        ("x^2*cos(x)", "2x*cos(x) + x^2*sin(x)"), ("x^2*exp(x)", "2x*exp(x) - x^2*exp(x)"),
        ("acos(x)", "1/sqrt(1-x^2)"), ("x/(x^2+1)", "((x^2+1) + 2x^2)/(x^2+1)^2"),
    ],
    "inner derivative missing (chain rule)": [
        ("sin(x^2)", "cos(x^2)"), ("exp(3x)", "exp(3x)"), ("(x^2+1)^5", "5(x^2+1)^4"),
        ("log(sin(x))", "1/sin(x)"), ("sqrt(1-x^2)", "1/(2sqrt(1-x^2))"), ("cos(5x)", "-sin(5x)"),
        ("2^(x^2)", "2^(x^2)*log(2)"), ("x*sin(2x)", "sin(2x) + x*cos(2x)"),
    ],
    "outer derivative taken at the inner derivative (chain rule)": [
        ("sin(x^2)", "cos(2x)"), ("exp(x^3)", "exp(3x^2)"), ("(x^2+1)^5", "5(2x)^4"),
        ("log(x^2)", "1/(2x)"), ("tan(x^2)", "sec(2x)^2"),
    ],
    "product rule as u'*v'": [
        ("x^2*sin(x)", "2x*cos(x)"), ("x*exp(x)", "exp(x)"), ("x^3*log(x)", "3x^2/x"),
        ("sin(x)*cos(x)", "-sin(x)*cos(x)"), ("(x^2+1)(x^3-x)", "2x*(3x^2-1)"),
        ("exp(x)*cos(x)", "-exp(x)*sin(x)"),
    ],
    "quotient rule reversed": [
        ("x/(x^2+1)", "(2x^2 - (x^2+1))/(x^2+1)^2"), ("sin(x)/x", "(sin(x) - x*cos(x))/x^2"),
        ("exp(x)/(x+1)", "(exp(x) - (x+1)exp(x))/(x+1)^2"), ("log(x)/x", "(log(x) - 1)/x^2"),
        ("(x-1)/(x+1)", "((x-1) - (x+1))/(x+1)^2"),
    ],
    "quotient rule without the square": [
        ("x/(x^2+1)", "((x^2+1) - 2x^2)/(x^2+1)"), ("sin(x)/x", "(x*cos(x) - sin(x))/x"),
        ("exp(x)/(x+1)", "((x+1)exp(x) - exp(x))/(x+1)"), ("log(x)/x", "(1 - log(x))/x"),
        ("(x-1)/(x+1)", "2/(x+1)"), ("1/(x^2+1)", "-2x/(x^2+1)"),
    ],
    "quotient rule as u'/v'": [
        ("x/(x^2+1)", "1/(2x)"), ("sin(x)/x", "cos(x)"), ("exp(x)/(x^2+1)", "exp(x)/(2x)"),
        ("log(x)/x^2", "(1/x)/(2x)"), ("x^3/sin(x)", "3x^2/cos(x)"),
    ],
    "power not reduced": [
        ("x^3", "3x^3"), ("x^5 + x", "5x^5 + 1"), ("2x^4", "8x^4"), ("1/x + x^2", "-1/x^2 + 2x^2"),
        ("sin(x)^3", "3sin(x)^3*cos(x)"), ("(x+1)^6", "6(x+1)^6"),
    ],
    "power not brought down": [
        ("x^3", "x^2"), ("x^5 + x", "x^4 + 1"), ("x^7", "x^6"), ("sin(x)^3", "sin(x)^2*cos(x)"),
        ("(x^2+1)^4", "(x^2+1)^3*2x"),
    ],
    "power rule on an exponential": [
        ("2^x", "x*2^(x-1)"), ("exp(x)", "x*exp(x-1)"), ("3^x + x", "x*3^(x-1) + 1"),
        ("x*2^x", "2^x + x*x*2^(x-1)"), ("e^x", "x*e^(x-1)"),
    ],
    "logarithm of the base missing": [
        ("2^x", "2^x + 0*x"), ("log10(x)", "1/x"), ("log(x, 2)", "1/x"), ("x^2 + 3^x", "2x + 3^x"),
        ("5^(2x)", "2*5^(2x)"),
    ],
    "constant term kept": [
        ("x^2 + 5", "2x + 5"), ("sin(x) - 3", "cos(x) - 3"), ("4 + x^3", "4 + 3x^2"),
        ("exp(x) + pi", "exp(x) + pi"), ("1/x + 2", "-1/x^2 + 2"),
    ],
    "derivative in the wrong variable": [
        ("x^2*y", "x^2"), ("sin(x*y)", "x*cos(x*y)"), ("x^y", "x^y*log(x)"), ("exp(x) + y^2", "2y"),
        ("x/y", "-x/y^2"), ("x^3", "3t^2"), ("cos(x)", "-sin(t)"),
    ],
    "off by a constant": [
        ("x^2", "2x + 1"), ("sin(x)", "cos(x) - 2"), ("exp(2x)", "2exp(2x) + 1/2"),
        ("x^3", "3x^2 - 7"), ("log(x)", "1/x + 3"),
    ],
    "right for another order": [
        ("x^4", "12x^2"), ("sin(2x)", "-4sin(2x)"), ("exp(3x)", "9exp(3x)"), ("log(x)", "-1/x^2"),
        ("x^5", "60x^2"), ("1/x", "2/x^3"),
    ],
    "degrees instead of radians": [
        ("sin(x)", "cos(x)*pi/180"), ("cos(x)", "-pi*sin(x)/180"), ("tan(x)", "sec(x)^2*pi/180"),
        ("atan(x)", "(180/pi)/(1+x^2)"), ("x*sin(x)", "sin(x) + x*cos(x)*pi/180"),
    ],
    "power rule on u**v": [
        ("x^x", "x*x^(x-1)"), ("x^sin(x)", "sin(x)*x^(sin(x)-1)"), ("(2x)^x", "x*(2x)^(x-1)"),
        ("x^(2x)", "2x*x^(2x-1)"), ("log(x)^x", "x*log(x)^(x-1)"),
    ],
    "not differentiated": [
        ("x^2", "x^2"), ("sin(x)", "sin(x)"), ("log(x)", "log(x)"), ("x^3 + x", "x^3 + x"),
        ("tan(x)", "tan(x)"),
    ],
}  # fmt: skip
PLANTED = [(name, f, g) for name, cases in MISTAKES.items() for f, g in cases]


@pytest.fixture(scope="module")
def planted():
    items = [(f, g) for _, f, g in PLANTED]
    return dict(zip(PLANTED, judged(items), strict=True))


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_on_five_functions_or_more(name):
    assert len(MISTAKES[name]) >= 5


@pytest.mark.parametrize("name, f, g", PLANTED)
def test_a_mistake_is_named_and_no_other(name, f, g, planted):
    result = planted[name, f, g]
    assert (result.verdict, result.diagnosis) == ("wrong", name), result.detail
