"""Answers that slip between points: wrong on a thin set, by a period, on a half-line, far away.

Each differs from the derivative by something that is not 0 where the test says so; that the
derivative itself is right is a line of a calculus book.
"""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivcli.calculus.cells.cells import cells
from derivcli.calculus.cells.linear import Linear, points, vanishes
from derivcli.exercises.exercise import Exercise
from derivcli.exercises.grading import verdicts
from derivcli.language.parser import parse, parse_condition
from derivcli.language.tree import inline


def last(f, g, variable=None, *, order=1, assume=(), tolerance=None):
    program = parse(f)
    given_ = parse(g, set(program.variables))
    variable = variable or program.variables[0]
    variables = tuple(dict.fromkeys((*program.variables, *given_.variables)))
    assumed = tuple(parse_condition(each, variables) for each in assume)
    exercise = Exercise(
        program, given_, variable, variables, order=order, assumed=assumed, tolerance=tolerance
    )
    return list(verdicts(exercise))[-1]


WRONG = [
    # a period
    ("sin(2*pi*1000*t)", "2*pi*1000", "t"), ("t^2*cos(2000*pi*t)", "2*t", "t"),
    ("cos(2000*pi*(t-x))", "-2000*pi*sin(2000*pi*(t-x))", "x"),
    ("cos(2*pi*1000*t)^2", "-4000*pi*sin(2*pi*1000*t)", "t"), ("x^2", "2x*cos(2000*pi*x)", "x"),
    ("x^2", "2x*cos(2*pi*10^9*x)", "x"), ("x^2", "2x + sin(5040*pi*x)", "x"),
    ("exp(-t)*sin(100*pi*t)", "100*pi*exp(-t)*cos(100*pi*t)", "t"),
    # 0 at every simple point
    ("x^2", ("2x+(x-2)(x-3)(x-1/2)(x+2)(x-3/2)(x-5)(x+1/2)(x-1/10)"
     "*(1+x+sin(x)+cos(x)+exp(x)+log(x^2+1))^60"), "x"),
    # borders among many, far away, in another variable, of two together
    ("abs(sin(w)) + relu(w-2000)", "sign(sin(w))*cos(w)", "w"),
    ("x*y + x*relu(y-1001)", "y", "x"), ("x*y", "y+where(y>1.5,where(y<1.6,1,0),0)", "x"),
    ("x^2", "2x + where(x > 1e20, 1, 0)", "x"), ("x^2", "2x + relu(exp(x) - 1e200)", "x"),
    ("x^2", "2x + relu(sin(x) - 0.99999999)", "x"), ("x^2", "where(x^3 > 2e30, 5, 2x)", "x"),
    ("x^2*y", "2x*y + where(x > 7e8, where(y < -3e9, 1, 0), 0)", "x"),
    ("x^2*y", "2x*y + where(x*y > 1e9, where(x > 3e7, 1, 0), 0)", "x"),
    ("x^2*y", "2x*y + where(x^2+y^2 < 1e-8, 1, 0)", "x"),
    ("x^2*y", "2x*y + where((x-1e6)^2+(y+1e6)^2 < 1, 1, 0)", "x"),
    ("x^2", "2x + where((x-1234.567)^2 < 1e-10, 1, 0)", "x"),
    ("x^2", "2x + where(floor(x) == 1000003, 1, 0)", "x"),
    # branches of roots, logarithms and inverse functions
    ("x^2", "2x + sqrt((x-1e12)^2) + (x-1e12)", "x"),
    ("x^2", "2x + exp(log((x-1e12)^2)/2) + (x-1e12)", "x"),
    ("x^2", "2x + atan(tan(x/1e6)) - x/1e6", "x"),
    ("x^2", "2x + atan(1/(x-1e9)) + atan(x-1e9) + pi/2", "x"),
    # points and lines
    ("x^2", "2x + where(x == 17, 1, 0)", "x"), ("x^2", "2x + sign(x-17)^2 - 1", "x"),
    ("x^2", "2x + where((x-17)^2 <= 0, 1, 0)", "x"), ("x^2", "2x + where(x^2 == 2, 1, 0)", "x"),
    ("x^2", "2x + where(x^3 + x == 7, 0.001, 0)", "x"),
    ("x^2", "2x + where(exp(x) == 5, 0.001, 0)", "x"), ("x^2", "2x + where(cos(x) == 1, 1, 0)", "x"),
    ("x*|x|", "2|x| + where(x == 0, 5, 0)", "x"), ("x^2*y", "2x*y + where(x+y == 3, 1, 0)", "x"),
    # too small for any digits that are looked at
    ("x^2", "2x + erfc(x^2+100)", "x"), ("x^2", "2x + exp(-x^2-1e5)", "x"), ("x", "tanh(1000)", "x"),
    ("x", "1 + 1 - tanh(10000)", "x"), ("x", "erf(150)", "x"),
    # on half-lines that begin just beside a pole
    ("1/x", "-1/x^2 + relu(1/x-10^20)", "x"), ("1/x", "-1/x^2 + relu(-1/x-10^20)", "x"), ("tan(x)", "sec(x)^2 + relu(tan(x)-10^9)", "x"),
    ("x^2", "2x + relu(10^(-40)-x^2)", "x"), ("log(x)", "1/x + relu(-log(x)-300)", "x"),
    # where J has a slope, though its formula there is another, or none
    ("where(x==0,0,exp(-1/x^2))", "where(x==0,5,2/x^3*exp(-1/x^2))", "x"),
    ("where(x==0,0,x^3*sin(1/x))", "where(x==0,1,3x^2*sin(1/x)-x*cos(1/x))", "x"),
    ("|x|^(3/2)", "3/2*sqrt(|x|)*sign(x) + where(x==0,1,0)", "x"), ("|x|^pi", "pi*|x|^(pi-1)*sign(x) + where(x==0,1,0)", "x"),
    ("(x^2)^(3/4)", "3/2*sign(x)*sqrt(|x|) + where(x==0,1,0)", "x"),
    ("|x-y|^(3/2)", "3/2*sqrt(|x-y|)*sign(x-y) + where(x==y,1,0)", "x"),
    ("|x^2-2|^(3/2)", "3x*sqrt(|x^2-2|)*sign(x^2-2) + where(x^2==2,1,0)", "x"),
    ("relu(x^2-2)^2", "4x*relu(x^2-2) + where(x^2==2,1,0)", "x"), ("relu(exp(x)-2)^2", "2*relu(exp(x)-2)*exp(x) + where(exp(x)==2,1,0)", "x"),
    ("|x-pi|*(x-pi)", "2|x-pi| + where(x==pi,1,0)", "x"), ("relu(cos(x))^2", "-2*relu(cos(x))*sin(x) + where(cos(x)==0,1,0)", "x"),
    ("where(x<sqrt(2),x^2,2*sqrt(2)*x-2)", "where(x<sqrt(2),2x,2*sqrt(2)) + where(x==sqrt(2),5,0)", "x"),
    ("where(x==sqrt(2),2,x^2)", "2x + where(x==sqrt(2),5,0)", "x"), ("where(x==3,9,x^2)", "where(x==3,0,2x)", "x"),
    ("x^2", "where(sin(x)==0, 3x, 2x)", "x"), ("|y|*x", "|y| + where(y==0,1,0)", "x"),
    # where a function is not as good as constant: near 0, or near a point
    ("x^2", "2x + tanh(10^30*x) - erf(10^30*x)", "x"), ("|x|", "tanh(3000*x)", "x"),
    ("|x|", "erf(1000*x)", "x"), ("log(cosh(10^5*x))/10^5", "sign(x)", "x"),
    ("x*tanh(10^4*x)", "sign(x)", "x"), ("x*log(2*cosh(10^9*x))", "2*10^9*|x|", "x"),
    ("log(1+exp(10^9*x))/10^9", "where(x>0,1,0)", "x"),
    ("sqrt(x)", "tanh(10^9*x)/(2*sqrt(x))", "x"), ("x^2", "2x + 1 - tanh(10^5*|x|)", "x"),
    ("x^2", "2x + tanh(10^9*(x-10^5)) - sign(x-10^5)", "x"), ("x^2", "2x + erfc(10^9*|x-1/3|)", "x"),
    ("x*y", "y + tanh(10^9*(x-y)) - sign(x-y)", "x"), ("x*y", "y + tanh(10^9*x*y) - sign(x*y)", "x"),
    ("x^2", "2x + tanh(10^(-30)*x) - erf(10^(-30)*x*sqrt(pi)/2)", "x"),
    ("where(x^2>0,x,0)", "where(x==0,0,1)", "x"),  # which is x
]  # fmt: skip


@pytest.mark.parametrize("f, g, variable", WRONG)
def test_what_slips_between_points_is_wrong(f, g, variable):
    assert last(f, g, variable).verdict == "wrong"


@pytest.mark.parametrize(
    "f, g, variable",
    [
        ("exp(x)", "max(exp(x), exp(-x)) + min(exp(x), exp(-x)) - exp(-x)", "x"),
        ("-2*x/a+x^2/2+2*log(1+a*x)/a^2", "x/e^(2*atanh(1/(a*x)))", "x"),
        ("abs(x)", "where(x > 0, 1, -1)", "x"), ("log(x)", "where(x > 0, 1/x, 7)", "x"),
        ("max(x,y,z)", "where(x >= y, where(x > z, 1, 0), 0)", "x"),
        ("max(x,y,z)", "heaviside(x-y)*heaviside(x-z)", "x"), ("relu(x)^2", "2*relu(x)", "x"),
        ("max(a,b,c,d,x)", "where(x>a, where(x>b, where(x>c, where(x>d,1,0),0),0),0)", "x"),
        ("|sin(x)|", "where(sin(x) > 0, cos(x), -cos(x))", "x"),
        ("|sin(x)|", "sin(x)*cos(x)/|sin(x)|", "x"), ("sqrt(x^2)", "sign(x)", "x"),
        ("max(0,x)^2", "where(x >= 0, 2x, 0)", "x"), ("x^2", "2x + where(x^2 > 2, 0, 0)", "x"),
        ("floor(x)*x", "floor(x)", "x"), ("x^2", "2x + floor(x/1e9)*0", "x"),
        ("x^2", "where(x == 3, 6, 2x)", "x"), ("x^2", "where(sin(x) <= 1.5, 2x, 5)", "x"),
        ("x^x", "x^x*(log(x)+1)*sqrt(x^2)/|x|", "x"),
        # where x < 0, cos(x) < 0 and J has a value there is nothing
        ("log(sec(x)+tan(x))", "sec(x)*sqrt(x^2)/|x|", "x"),
        ("x^2", "where(tanh(x) > 1, 5, 2x)", "x"),
        ("log(csc(x)+cot(x))", "-csc(x)*sqrt((x-1)^2)/|1-x|", "x"),
    ],
)  # fmt: skip
def test_right_cell_by_cell_is_proved(f, g, variable):
    verdict = last(f, g, variable)
    assert (verdict.verdict, verdict.evidence) == ("correct", "proved")


def test_what_nobody_can_go_through_is_undecided_and_says_so():
    verdict = last("x^2", "2x + floor(sin(x)/2 + 0.5)")
    assert verdict.verdict == "undecided"
    assert "jump at infinitely many points" in verdict.note


@pytest.mark.parametrize(
    "f, g, hidden",
    [
        ("x*erf(10^5)", "1", "erf(100000)"), ("x*tanh(10^30)", "1", "tanh(1e30)"),
        ("x*sigmoid(10^8)", "1", "sigmoid(100000000)"), ("x", "softplus(10^5)/10^5", "softplus(10**5)"),
        ("x", "gelu(10^5)/10^5", "gelu(10**5)"), ("x", "10^5/mish(10^5)", "mish(10**5)"),
        ("x^2", "2x + exp(-exp(exp(x^2+5)))", "exp(-exp(exp(x**2 + 5)))"),
        ("x^2", "2x + tanh(10^30*(x-1)) - erf(10^30*(x-1))", "tanh(10**30*(x - 1))"),
        ("log(x-1000)", "tanh(x^2)/(x-1000)", "tanh(x**2)"),
        ("acosh(x/10^5)", "tanh(x)/sqrt(x^2-10^10)", "tanh(x)"),
        ("relu(x-10^6)", "where(x > 10^6, tanh(x), 0)", "tanh(x)"),
    ],
)  # fmt: skip
def test_what_no_digit_shows_is_undecided_and_named(f, g, hidden):
    verdict = last(f, g, "x")
    assert verdict.verdict == "undecided"
    assert f" {hidden} " in verdict.note


@pytest.mark.parametrize("f, g", [
    ("x*erf(10^5)", "2*erf(10^5)/2"), ("exp(-x^2)*|x-1000|", "-2x*exp(-x^2)*|x-1000| + exp(-x^2)*sign(x-1000)"),
    ("x*gamma(1/3)*gamma(2/3)", "2*pi/sqrt(3)"), ("cbrt(x^2)", "2/(3*cbrt(x))"), ("|sinh(x)|", "cosh(x)*sign(x)"),
    ("where(x==0,0,exp(-1/x^2))", "where(x==0,0,2/x^3*exp(-1/x^2))"), ("where(x>0,x^2*log(x),0)", "where(x>0,2x*log(x)+x,0)"),
    ("where(x==0,0,x^2*sin(1/x))", "where(x==0,0,2x*sin(1/x)-cos(1/x))"), ("|x|^(3/2)", "3/2*sqrt(|x|)*sign(x)"),
    ("asec(x)", "1/(|x|*sqrt(x^2-1))"), ("acsc(x)", "-1/(|x|*sqrt(x^2-1))"), ("acosh(x)", "sign(x)/sqrt(x^2-1)"),
    ("acos(1-2x^2)", "2*sign(x)/sqrt(1-x^2)"), ("sqrt(1-1/x^2)", "sign(x)/(x^2*sqrt(x^2-1))"), ("1/x^2", "-2*sign(x)/|x|^3"),
    ("1/x", "-1/x^2 + where(x==0,5,0)"), ("tan(x)", "sec(x)^2 + where(cos(x)==0,1,0)"), ("1/(x^2-2)", "-2x/(x^2-2)^2 + where(x^2==2,1,0)"),
    ("1/(x-pi)", "where(x==pi,0,-1/(x-pi)^2)"), ("sqrt(x^2-2)", "x/sqrt(x^2-2)+where(x^2==2,1,0)"), ("acosh(cosh(x))", "sign(x)"),
    ("max(0,1-x*y)", "where(x*y<1,-y,0)"), ("asin(sin(2x))", "2*sign(cos(2x))"),
    ("log(log(x))", "1/(x*log(x)) + relu(1-x)"), ("asin(exp(x))", "exp(x)/sqrt(1-exp(2x)) + relu(x)"), ("|log(x)|", "sign(x-1)/x"),
    ("asin(sin(x))", "sign(cos(x))"), ("acos(cos(x))", "sign(sin(x))"), ("asinh(tan(x))", "|sec(x)|"),
    ("sqrt(1-cos(x))", "cos(x/2)*sign(sin(x/2))/sqrt(2)"), ("sqrt(1+sin(x))", "sqrt(1-sin(x))/2*sign(cos(x))"),
    ("atan(sqrt((1-cos(x))/(1+cos(x))))", "sign(sin(x))/2"), ("sqrt(1-cos(2x))", "sqrt(2)*cos(x)*sign(sin(x))"),
    ("log(tan(x/2+pi/4))", "sec(x)"), ("log(|tan(x/2+pi/4)|)", "sec(x)"),
    ("x^2*sin(1/x)", "where(x==0,1,2x*sin(1/x)-cos(1/x))"), ("|sin(x)|", "cos(x)*sign(sin(x))"), ("|x^2-2|", "2x*sign(x^2-2)"),
    ("log(1+exp(100*x))/100", "1/(1+exp(-100*x))"), ("tanh(10^9*x)", "10^9*sech(10^9*x)^2"), ("log(1+exp(10^6*x))/10^6", "sigmoid(10^6*x)"),
    ("exp(x/1000)", "exp(x/1000)/1000"), ("x^(1/1000)", "x^(-999/1000)/1000"),
    ("where(x^2>0,x,0)", "1"), ("where(|x|>0,x,0)", "1"), ("where(x^2<=0,0,x)", "where(x==0,1,1)"),
])  # fmt: skip
def test_right_answers_stay_right(f, g):
    """Also where J has no value, or a kink, on a border of the answer."""
    assert last(f, g, "x").verdict == "correct"


@pytest.mark.parametrize("f, g, verdict", [
    # the slope of the slope at 0 is 0, or -1/3 for sin(x)/x: by expansion
    ("where(x==0,0,exp(-1/x^2))", "where(x==0,5,(4/x^6-6/x^4)*exp(-1/x^2))", "wrong"),
    ("where(x==0,0,exp(-1/x^2))", "where(x==0,0,(4/x^6-6/x^4)*exp(-1/x^2))", "correct"),
    ("where(x==0,1,sin(x)/x)", "where(x==0,7,-sin(x)/x-2*cos(x)/x^2+2*sin(x)/x^3)", "wrong"),
    ("where(x==0,1,sin(x)/x)", "where(x==0,-1/3,-sin(x)/x-2*cos(x)/x^2+2*sin(x)/x^3)", "correct"),
    ("where(x==0,0,x^3*log(|x|))", "where(x==0,1,6x*log(|x|)+5x)", "undecided"), ("|x|^(5/2)", "15/4*sqrt(|x|) + where(x==0,1,0)", "wrong"),
    # J jumps there, so there is no slope to be wrong about
    ("where(x==2,3,x^2)", "where(x==2,5,2)", "correct"), ("x^4", "12x^2 + where(x==1,1,0)", "wrong"), ("|x|^3", "6|x|", "correct"),
])  # fmt: skip
def test_second_derivatives_are_judged_from_j_on(f, g, verdict):
    assert last(f, g, "x", order=2).verdict == verdict


def test_where_an_answer_has_no_value_is_no_border():
    assert (
        last("where(x==0,0,x^2*sin(1/x))", "where(x==0,1,2x*sin(1/x)-cos(1/x))").verdict
        == "undecided"
    )
    answer = "2x + relu(sin(1/x) - 1 + 10^(-20))*heaviside(10^(-10) - |x|)"
    assert last("x^2", answer, "x").verdict == "undecided"
    slope = "cos(x)/(2*sqrt(sin(x) - 0.99))"
    assert (
        last("sqrt(sin(x) - 0.99)", f"{slope} + where(cos(x) > 0.15, 1, 0)").verdict == "undecided"
    )


NUMBERS = st.integers(-(10**6), 10**6).map(lambda n: Fraction(n, 64))
FAR = st.builds(
    lambda digits, exponent, sign: sign * Fraction(digits) * 10**exponent,
    st.integers(11, 99), st.integers(3, 25), st.sampled_from([1, -1]),
)  # fmt: skip
DERIVATIVES = st.sampled_from([
    ("x^2", "2x"), ("sin(x)", "cos(x)"), ("x*exp(-x^2)", "(1 - 2x^2)*exp(-x^2)"), ("atan(x)", "1/(1+x^2)"),
    ("x^3*y", "3x^2*y"), ("x*y - y^2", "y"), ("log(x^2+1)", "2x/(x^2+1)"), ("|x|*x", "2|x|"),
])  # fmt: skip


def written(number):
    return f"({number.numerator}/{number.denominator})"


THIN = NUMBERS.map(lambda c: f"where(x == {written(c)}, 0.001, 0)")
BAND = st.tuples(NUMBERS, st.integers(2, 12)).map(
    lambda each: f"where(abs(x - {written(each[0])}) < 1e-{each[1]}, 1, 0)"
)
PERIOD = st.integers(1, 10**6).map(lambda n: f"sin({n}*pi*x)*(x^2+1)")
HALF_LINE = FAR.map(lambda c: f"relu({'' if c > 0 else '-'}(x - {written(c)}))")
BRANCH = FAR.map(
    lambda c: f"(sqrt((x - {written(c)})^2) {'+' if c > 0 else '-'} (x - {written(c)}))"
)
BEYOND = FAR.map(lambda c: f"where(x^3 {'>' if c > 0 else '<'} {written(c)}, 1, 0)")
TINY = st.integers(10, 40_000).map(lambda n: f"exp(-x^2 - {n})")


STEEP = st.integers(3, 60).map(lambda n: f"(tanh(10^{n}*x) - sign(x))")


DIFFERENCES = st.one_of(THIN, BAND, PERIOD, HALF_LINE, BRANCH, BEYOND, TINY, STEEP)


@settings(max_examples=60, deadline=None)
@given(DERIVATIVES, DIFFERENCES)
def test_no_answer_that_differs_somewhere_is_called_correct(pair, difference):
    f, g = pair
    assert last(f, f"{g} + {difference}", "x").verdict == "wrong"


@pytest.mark.exhaustive
@settings(max_examples=600, deadline=None)
@given(DERIVATIVES, DIFFERENCES, DIFFERENCES)
def test_no_answer_that_differs_by_two_such_things_is_called_correct(pair, one, other):
    f, g = pair
    assert last(f, f"{g} + ({one})*({other})^2 + {other}", "x").verdict != "correct"


# Linear conditions: a point in each cell, or none where they clash.


def line(constant, **terms):
    return Linear({name: Fraction(c) for name, c in terms.items()}, Fraction(constant))


HALF = [lambda: Fraction(1, 2)]


@pytest.mark.parametrize(
    "signs, holds",
    [
        ([(line(0, x=1), 1), (line(-1, x=1), -1)], True),  # 0 < x < 1
        ([(line(0, x=1), -1), (line(-1, x=1), 1)], False),
        ([(line(0, x=1, y=-1), 1), (line(0, y=1, z=-1), 1), (line(0, z=1, x=-1), 1)], False),
        ([(line(0, x=1, y=-1), 1), (line(0, y=1, z=-1), 1), (line(0, x=1, z=-1), 1)], True),
        ([(line(-3, x=1, y=1), 0), (line(-10, x=1), 1)], True),
        ([(line(-3, x=1, y=1), 0), (line(-3, x=1, y=1), 1)], False),
        ([(line(-3, x=1), 0), (line(-4, x=1), 0)], False),
        ([(line(1), -1)], False),
    ],
)
def test_linear_conditions_have_a_point_or_clash(signs, holds):
    names = sorted({name for each, _ in signs for name in each.terms})
    found = points(signs, names, HALF)
    assert (found is not None) == holds
    for point in found or ():
        values = [each.at(point) for each, _ in signs]
        assert [(value > 0) - (value < 0) for value in values] == [sign for _, sign in signs]


def test_a_sum_vanishes_where_others_do():
    zero = line(-1, x=1, y=1)
    assert vanishes(line(-2, x=2, y=2), [zero])
    assert not vanishes(line(-2, x=2, y=1), [zero])
    assert vanishes(line(0, x=1, y=-1), [zero, line(0, x=1, y=-1)])


@pytest.mark.parametrize(
    "source, words",
    [
        ("where(x > 3, 1, 0)", {"x < 3", "x == 3", "x > 3"}),
        ("abs(x) + abs(-2x)", {"x < 0", "x == 0", "x > 0"}),
        ("where(x^2 < 1, 1, 0)",
         {"x < 1 and x < -1", "x < 1 and x > -1", "x > 1 and x > -1", "x == 1 and x > -1",
          "x < 1 and x == -1"}),
        ("where(exp(x) > 0, x, 1)", {""}),
        ("where(x^2 + 1 < 0, x, 1)", {""}),
    ],
)  # fmt: skip
def test_cells_are_those_that_are_not_empty(source, words):
    assert {cell.words() for cell in cells([inline(parse(source))])} == words


# Rounded answers, and assumptions


@pytest.mark.parametrize(
    "f, g, tolerance, rounded",
    [
        ("x^3/9", "0.333x^2", "1/1000", True),  # off by just a thousandth
        ("x^3/9", "0.333x^2", "1/1001", False),
        ("2^x", "0.6931471805599453*2^x", "1/10^9", True),
        ("x^2 - 2x/3", "2x - 0.6667", "1/1000", True),  # also where the slope is nearly 0
        ("x^2 - 2x/3", "2(x - 0.3333)", "1/1000", True),
        ("sin(x)", "cos(x) + 0.01", "1/1000", False),
        ("x^2", "2x", "1/1000", None),
    ],
)
def test_a_tolerance_is_relative_to_the_terms(f, g, tolerance, rounded):
    top, _, below = tolerance.partition("/")
    verdict = last(f, g, tolerance=Fraction(int(top), eval(below.replace("^", "**"))))  # noqa: S307
    assert (verdict.verdict, verdict.rounded) == (
        "wrong" if rounded is False else "correct",
        rounded is True,
    )


@pytest.mark.parametrize(
    "f, g, off",
    [("x^3/9", "0.333x^2", "0.001"), ("2^x", "0.69*2^x", "0.0045"), ("x^3/9", "0.33x^2", "0.01"),
     ("exp(2x)", "2.0exp(2.000001x)", None), ("exp(x)", "1.001exp(x)", None), ("x^2", "2.5x", None)],
)  # fmt: skip
def test_a_rounded_answer_is_wrong_and_said_to_be_rounded(f, g, off):
    verdict = last(f, g)
    assert verdict.verdict == "wrong"
    assert (verdict.diagnosis == "rounded") == (off is not None)
    assert off is None or verdict.detail.endswith(f" {off}")


@pytest.mark.parametrize(
    "f, g, assume, word",
    [
        ("sqrt(a^2)*x", "a", ["a > 0"], "correct"), ("sqrt(a^2)*x", "a", [], "wrong"),
        ("|x|", "1", ["x > 0"], "correct"), ("|x|", "1", ["x > -1"], "wrong"),
        ("|x|", "1", ["x > 1000000", "x < 1000001"], "correct"), ("|x|", "1", ["x < -5"], "wrong"),
        ("|x|", "1", ["x > 1", "x < 0"], "undecided"), ("|x - a|", "1", ["x > a"], "correct"),
        ("x^2", "2x + where(x > 9, 1, 0)", ["x <= 9"], "correct"),
        ("x^2", "2x + where(x == 9, 1, 0)", ["x <= 9"], "wrong"),
    ],
)  # fmt: skip
def test_answers_are_compared_where_all_that_is_assumed_holds(f, g, assume, word):
    assert last(f, g, "x", assume=assume).verdict == word


@pytest.mark.parametrize(
    "f, g, name",
    [
        ("cos(x)", "sin(x)", "sign slip"), ("sin(x)", "-cos(x)", "integrated instead of differentiated"),
        ("exp(-x)", "exp(-x)", "inner derivative missing (chain rule)"),
        ("x+exp(-2000)*x", "1", "term missing"), ("x^2", "2x + C", "constant of integration"),
        ("x^2*exp(x)", "2x + exp(x)", "product rule as u' + v'"), ("x*sin(x)", "1 + cos(x)", "product rule as u' + v'"),
        ("exp(x)", "x", "exponential taken for its exponent"),
        ("2^x*log(2)", "2*log(2)", "exponential taken for a product"),
        ("x^2 + pi^2", "2x + 2pi", "constant differentiated"), ("x^2 + e^3", "2x + 3e^2", "constant differentiated"),
        ("x + log(2)", "1 + 1/2", "constant differentiated"), ("pi^2*x", "2pi*x + pi^2", "constant differentiated"),
    ],
)  # fmt: skip
def test_the_more_likely_mistake_is_named(f, g, name):
    verdict = last(f, g, "x")
    assert (verdict.verdict, verdict.diagnosis) == ("wrong", name)


def test_wrong_is_said_before_its_reason():
    program, answer = parse("cos(x)"), parse("sin(x)")
    first, second = verdicts(Exercise(program, answer, "x", ("x",)))
    assert (first.verdict, first.diagnosis) == ("wrong", None)
    assert (second.verdict, second.diagnosis) == ("wrong", "sign slip")
