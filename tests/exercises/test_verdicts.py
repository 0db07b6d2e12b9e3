"""What a verdict says: the mistake, where it was made, a counterexample, how it is known, a note.

Expected numbers come from derivatives by hand, in Fractions or by mpmath.
"""

from fractions import Fraction
from math import perm
from types import SimpleNamespace

import pytest
from mpmath import mp, mpf

from derivcli.exercises.exercise import Exercise
from derivcli.exercises.grading import verdicts
from derivcli.language.parser import parse

# 0 for every x, which SymPy does not see: with x = tan(a), x + sqrt(x^2+1) is tan(pi/4 + a/2).
ZERO = "(2*atan(x + sqrt(x^2 + 1)) - atan(x) - pi/2)"
TOO_FEW = "too few points were found where both have a value, and no proof"


def stream(f, g, variable=None, order=1):
    """All that is said, one after the other."""
    program = parse(f)
    given = parse(g, set(program.variables))
    variable = variable or program.variables[0]
    variables = tuple(dict.fromkeys((*program.variables, *given.variables)))
    return list(verdicts(Exercise(program, given, variable, variables, order)))


def last(f, g, variable=None, order=1):
    return stream(f, g, variable, order)[-1]


def point(verdict):
    """Where the counterexample is."""
    return SimpleNamespace(**{name: w.number for name, w in verdict.counterexample.at.items()})


def noted(at):
    return f"compared where both have a value: the answer has none at {at}"


# (f, answer, by, order): the mistake, and what is said of it
NAMED = [
    (("x^2*y", "x^2", "x", 1), "derivative in the wrong variable", "this is the derivative by y"),
    (("x*y^2", "y^2", "y", 1), "derivative in the wrong variable", "this is the derivative by x"),
    (("x^2*y^2", "2x^2", "x", 2), "derivative in the wrong variable",
     "this is the derivative by y"),
    (("x^3", "3t^2", "x", 1), "derivative in the wrong variable", "t stands where x should"),
    (("x^3", "6t", "x", 2), "derivative in the wrong variable", "t stands where x should"),
    (("x^2", "x^3/3 + 7", "x", 1), "integrated instead of differentiated",
     "the derivative of the answer is J"),
    (("sin(x^2)", "cos(x^2)", "x", 1), "inner derivative missing (chain rule)",
     "at sin(x**2): the factor 2*x is missing"),
    (("x + x^2*sin(x)", "1 + 2x*cos(x)", "x", 1), "product rule as u'*v'",
     "at x**2*sin(x): (u*v)' is u'*v + u*v'"),
    (("cos(x) + x^3", "sin(x) + 3x^2", "x", 1), "sign slip",
     "at cos(x): the derivative of cos has the other sign"),
    (("exp(1-x^2)", "2x*exp(1-x^2)", "x", 1), "sign slip",
     "at exp(1 - x**2): the inner derivative, -2*x, keeps its minus"),
    (("sqrt(1-x^2)", "x/sqrt(1-x^2)", "x", 1), "sign slip",
     "at sqrt(1 - x**2): the inner derivative, -2*x, keeps its minus"),
    (("x^2-3x+2", "2x-3+2", "x", 1), "constant term kept",
     "at x**2 - 3*x + 2: a constant has the derivative 0"),
    (("log(x-1000)", "1/(x-1000) + exp(-10^7*x)", "x", 1), None, None),
    (("x^2", "-2x", "x", 1), "sign slip", "the whole answer has the other sign"),
    (("x^4", "-12x^2", "x", 2), "sign slip", "the whole answer has the other sign"),
    (("x^3 + x", "x^3 + x", "x", 1), "not differentiated", "this is the expression itself"),
    (("x^4", "x^4", "x", 2), "not differentiated", "this is the expression itself"),
    (("x^2 - x^3", "2x + 3x^2", "x", 1), "sign slip", "the term -3*x**2 has the other sign"),
    (("x^3 + x^2 + x", "3x^2 + 1", "x", 1), "term missing", "the term 2*x is missing"),
    (("x^3 + x^2 + x", "3x^2 + 2x", "x", 1), "term missing", "the term 1 is missing"),
    (("x^5 + exp(x)", "20x^3", "x", 2), "term missing", "the term exp(x) is missing"),
    # terms that stand in no printed derivative: 2(x+1) + 3 is printed as 2x + 5
    (("(x+1)^2 + 3x", "2(x+1)", "x", 1), "term missing", "the term 3 is missing"),
    (("(x+1)^2 + 3x", "2(x+1) - 3", "x", 1), "sign slip", "the term 3 has the other sign"),
    (("x^2", "2x + 1", "x", 1), "off by a constant", "the answer is 1 too large"),
    (("x^2", "2x - 1", "x", 1), "off by a constant", "the answer is 1 too small"),
    (("sin(x)", "cos(x) + 1/2", "x", 1), "off by a constant", "the answer is 0.5 too large"),
    (("sin(x)", "cos(x) - 1/2", "x", 1), "off by a constant", "the answer is 0.5 too small"),
    (("x^4", "12x^2 - 3/4", "x", 2), "off by a constant", "the answer is 0.75 too small"),
    (("x^2", "2x + 100", "x", 1), "off by a constant", "the answer is 100 too large"),
    (("x^4", "2x^3", "x", 1), "constant factor lost", "the derivative is 2 times the answer"),
    (("x^4", "3x^2", "x", 2), "constant factor lost", "the derivative is 4 times the answer"),
    (("sin(x)", "cos(x)/100", "x", 1), "constant factor lost",
     "the derivative is 100 times the answer"),
    (("sin(x)", "-cos(x)/2", "x", 1), "constant factor lost",
     "the derivative is -2 times the answer"),
    (("sin(x)", "2cos(x)/3", "x", 1), "wrong constant factor",
     "the derivative is 1.5 times the answer"),
    (("sin(x)", "-2cos(x)", "x", 1), "wrong constant factor",
     "the derivative is -0.5 times the answer"),
    (("x^2", "200x", "x", 1), "wrong constant factor",
     "the derivative is 0.01 times the answer"),
    # other mistakes would lead to 1/(2sqrt(-1)), and to 1/0
    (("sqrt(3-x)", "1 - 1/(2sqrt(3-x))", "x", 1), "off by a constant",
     "the answer is 1 too large"),
    (("log(3 + sin(x)^2 + cos(x)^2)", "1", "x", 1), "off by a constant",
     "the answer is 1 too large"),
]  # fmt: skip


@pytest.mark.parametrize("case, name, detail", NAMED)
def test_a_mistake_is_named_and_said_where_it_was_made(case, name, detail):
    verdict = last(*case)
    assert (verdict.verdict, verdict.diagnosis, verdict.detail) == ("wrong", name, detail)


@pytest.mark.parametrize(
    "case",
    [
        # a constant or a factor of three figures is a coincidence
        ("x^2", "2x + 101"), ("x^2", "2x + 1/101"), ("x^2", "202x"), ("sin(x)", "cos(x)/101"),
        # right with another number at other points
        ("x^2", "2x + sign(x)"), ("x^2", "2x*(2 + sign(x))"), ("sin(x)", "cos(x)*(2 + sign(x))"),
        # right for positive x only, where the outer derivative at the inner one has a value
        ("sqrt(x^2 + 1)", "1/(2sqrt(2*|x|))"),
        # a value at one point or two
        ("x^2", "2x + 1 + sqrt(-(x - 2)^2)"), ("x^2", "2x + 1 + sqrt(-((x - 2)(x - 3))^2)"),
        # nearly, but not quite
        ("sin(x)", "sin(x) + 1e-100"), ("x^2", "1e-100 - 2x"), ("sin(x^2)", "cos(x^2) + 1e-100"),
        ("sin(x)", "cos(x) + 1e-200*1e-250*x"), ("x^2", "2x + 1 + 1e-100*x"),
        # two strangers, or one that leaves no value where it is x
        ("x^3", "3s*t"), ("x^3", "3t^2 + 0*log(|x - t|)"),
    ],
)  # fmt: skip
def test_no_mistake_is_named_that_does_not_hold_wherever_there_is_a_value(case):
    verdict = last(*case)
    assert (verdict.verdict, verdict.diagnosis, verdict.detail) == ("wrong", None, None)


@pytest.mark.parametrize(
    "order, given", [(order, given) for order in range(1, 6) for given in range(1, 9)]
)
def test_an_answer_of_another_order_is_known_up_to_two_orders_beside(order, given):
    """The n-th derivative of x^9 is 9*8*...*(10-n) * x^(9-n)."""
    found = last("x^9", f"{perm(9, given)}*x^{9 - given}", "x", order)
    said = (None, None)
    if 0 < abs(given - order) <= 2:
        said = "right for another order", f"this is the derivative of order {given}"
    assert found.verdict == ("correct" if given == order else "wrong")
    assert (found.diagnosis, found.detail) == said


@pytest.mark.parametrize(
    "case, answer, slope",
    [
        (("x^2", "3x"), lambda p: 3 * p.x, lambda p: 2 * p.x),
        (("x^2", "x"), lambda p: p.x, lambda p: 2 * p.x),
        (("1/x", "1/x^2"), lambda p: 1 / p.x**2, lambda p: -1 / p.x**2),
        (("x^3", "3x", "x", 2), lambda p: 3 * p.x, lambda p: 6 * p.x),
        (("x^2*y", "x^2 + 1"), lambda p: p.x**2 + 1, lambda p: 2 * p.x * p.y),
        (("x^2*y", "2x*y", "y"), lambda p: 2 * p.x * p.y, lambda p: p.x**2),
        (("x^3", "3t^2"), lambda p: 3 * p.t**2, lambda p: 3 * p.x**2),
        (("|x|", "1"), lambda _: 1, lambda p: 1 if p.x > 0 else -1),
        (("x^2", "2x + 1e-300"), lambda p: 2 * p.x + Fraction(1, 10**300), lambda p: 2 * p.x),
    ],
)
def test_a_counterexample_holds_exactly(case, answer, slope):
    found = last(*case)
    at, shown = point(found), found.counterexample
    assert found.verdict == "wrong"
    assert shown.answer.number == answer(at)
    assert shown.expected.number == slope(at)
    assert shown.difference.number == answer(at) - slope(at) != 0


@pytest.mark.parametrize(
    "f, g, answer, slope",
    [
        ("exp(2x)", "exp(x)", mp.exp, lambda x: 2 * mp.exp(2 * x)),
        ("sin(x)", "cos(x) + x", lambda x: mp.cos(x) + x, mp.cos),
        ("log(x)", "log(x)", mp.log, lambda x: 1 / x),
        ("sqrt(x)", "sqrt(x)/2", lambda x: mp.sqrt(x) / 2, lambda x: 1 / (2 * mp.sqrt(x))),
        ("exp(1000*x)", "0", lambda _: 0, lambda x: 1000 * mp.exp(1000 * x)),  # beyond 1.8e308
        ("exp(800*x)", "exp(x)", mp.exp, lambda x: 800 * mp.exp(800 * x)),
    ],
)
def test_the_numbers_of_a_counterexample_are_those_of_mpmath(f, g, answer, slope):
    found = last(f, g)
    shown = found.counterexample
    assert found.verdict == "wrong"
    with mp.workdps(50):
        x = point(found).x
        x = mpf(x.numerator) / x.denominator
        values = answer(x), slope(x), answer(x) - slope(x)
        for quantity, value in zip(
            (shown.answer, shown.expected, shown.difference), values, strict=True
        ):
            assert abs(mpf(str(quantity.number)) - value) <= abs(value) * mpf(10) ** -16
            assert float(quantity) == float(value)


@pytest.mark.parametrize("g", ["0", "x"])
def test_numbers_beyond_float64_are_not_shown(g):
    """The slope is 2e900*x*exp(x^2): below 1.8e308 for |x| < 1e-592 only, and right at 0."""
    found = last("1e300*exp(x^2)*1e300*1e300", g)
    assert (found.verdict, found.counterexample) == ("wrong", None)


@pytest.mark.parametrize("tiny", ["1e-300", "1e-150", "-1e-300"])
def test_a_difference_that_60_digits_do_not_tell_is_seen_in_a_narrow_domain(tiny):
    slope = "1000/sqrt(1 - (1000*(x - 1234.5))^2)"
    found = last("asin(1000*(x - 1234.5))", f"{slope} + {ZERO} + {tiny}")
    assert found.verdict == "wrong"
    assert abs(float(found.counterexample.difference) / float(tiny) - 1) < 1e-15


@pytest.mark.parametrize(
    "f, g, slope, note",
    [
        ("x", "log(-x^2)", lambda _: 1, "tried"),
        ("x^2", "sqrt(-1 - x^2)", lambda x: 2 * x, "tried"),
        ("|x|", "1 + 0*log(x)", lambda _: -1, "of this piece"),
        ("|x|", "-1 + 0*log(-x)", lambda _: 1, "of this piece"),
        ("where(x < 2, x^2, 3x)", "2x + 0*log(2 - x)", lambda _: 3, "of this piece"),
        ("max(x, y)", "0*log(x - y) + 1", lambda _: 0, "of this piece"),
    ],
)
def test_an_answer_without_a_value_in_a_piece_is_wrong_there(f, g, slope, note):
    found = last(f, g, "x")
    shown = found.counterexample
    assert (found.verdict, found.diagnosis, found.detail) == ("wrong", None, None)
    assert found.note == f"the answer has no value at any of the points {note}"
    assert (shown.answer, shown.difference) == (None, None)
    assert shown.expected.number == slope(point(found).x)


def test_the_points_are_counted_wherever_the_answer_was_tried():
    """Where the answers before were wrong, the next is right, or has no value."""
    known = []
    for _ in range(4):
        factors = ["1", *(f"(x - ({w}))" for w in known)]
        for split in range(1, len(factors) + 1):
            right, holes = "*".join(factors[:split]), "*".join(["1", *factors[split:]])
            found = last("x^2", f"2x + ({right})/({holes})")
            assert (found.verdict, found.samples, found.note) == ("wrong", len(known) + 1, None)
        known.append(point(found).x)
    assert len({*known}) == len(known)


@pytest.mark.parametrize("f, g", [("x^2", "2x"), ("sin(x)^2", "sin(2x)"), ("x^2*y", "2*x*y")])
def test_right_is_said_as_sampled_and_then_as_proved(f, g):
    sampled, proved = stream(f, g)
    assert (sampled.verdict, sampled.evidence) == ("correct", "sampled")
    assert (proved.verdict, proved.evidence) == ("correct", "proved")
    assert min(sampled.samples, proved.samples) >= 3
    assert (proved.counterexample, proved.diagnosis, proved.detail, proved.note) == (None,) * 4


@pytest.mark.parametrize(
    "g, verdict, note",
    [
        (f"2x + {ZERO}", ("correct", "sampled"), None),
        # no value at some points, at most points
        (f"2x + {ZERO}*log(x + 10)", ("correct", "sampled"), "compared where both have a value"),
        (f"2x + {ZERO}*log(x + 3)", ("correct", "sampled"), "compared where both have a value"),
        (f"2x + {ZERO}*sqrt(log(x - 2))", ("undecided", None), TOO_FEW),
        (f"2x + {ZERO}*sqrt((x - 1)*(4 - x))", ("undecided", None), TOO_FEW),
    ],
)
def test_without_a_proof_the_answer_is_right_if_it_is_at_half_of_the_points(g, verdict, note):
    found = last("x^2", g)
    assert (found.verdict, found.evidence) == verdict
    assert found.counterexample is found.diagnosis is found.detail is None
    assert found.note is None if note is None else found.note.startswith(note)
    assert found.evidence is None or found.samples >= 3


@pytest.mark.parametrize("hole", ["2", "3", "0.5", "-2", "1.5", "5", "-0.5", "0.1"])
def test_a_hole_in_the_answer_is_noted_where_it_is_met(hole):
    found = last("x^2", f"2x*(x - ({hole}))/(x - ({hole}))")
    assert (found.verdict, found.evidence) == ("correct", "proved")
    assert found.note in (None, noted(f"x = {hole}"))


@pytest.mark.parametrize(
    "f, g, lacks",
    [
        ("cbrt(x)", "x^(-2/3)/3", lambda p: p.x < 0),
        ("x^2", "2x + 0*log(x - 1)", lambda p: p.x <= 1),
        ("x^2", "2x + 0*sqrt(x)", lambda p: p.x < 0),
        ("x^2*y", "2x*y + 0*log(x - y)", lambda p: p.x <= p.y),
        ("x^2", "2x + 0*log(t)", lambda p: p.t <= 0),
    ],
)
def test_the_note_names_a_point_where_the_answer_has_no_value(f, g, lacks):
    found = last(f, g, "x")
    assert (found.verdict, found.evidence) == ("correct", "proved")
    at = dict(each.split(" = ") for each in found.note.partition(" none at ")[2].split(", "))
    assert found.note == noted(", ".join(f"{name} = {w}" for name, w in at.items()))
    assert lacks(SimpleNamespace(**{name: Fraction(w) for name, w in at.items()}))


def test_a_derivative_that_nobody_asked_for_is_no_obstacle():
    """That by n is not real; the answer is wrong all the same."""
    assert last("x^2*(-1)^n", "3x*(-1)^n", "x").verdict == "wrong"


def test_a_sign_slip_is_named_in_a_derivative_of_any_order():
    found = last("x^4 + x^3", "12x^2 - 6x", order=2)
    assert found.diagnosis == "sign slip"
