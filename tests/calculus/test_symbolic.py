from fractions import Fraction

import pytest
import sympy

from derivcli.calculus import symbolic
from derivcli.language.parser import parse
from derivcli.language.text import text
from derivcli.language.tree import inline

DERIVATIVES = [
    ("w**2", "2*w"),
    ("1/w", "-1/w**2"),
    ("-2/w", "2/w**2"),
    ("w/(w + 1)", "1/(w + 1)**2"),
    ("3*(w**2 - 2)*cos(w) + w*(w**2 - 6)*sin(w)", "w**3*cos(w)"),
    ("exp(w)/(1 + exp(w))", "exp(w)/(exp(w) + 1)**2"),
    ("log(w + sqrt(w**2 + 1))", "1/sqrt(w**2 + 1)"),
    ("atan(w/sqrt(1 - w**2))", "1/sqrt(1 - w**2)"),
    ("(w + 1)**10", "10*(w + 1)**9"),
    ("(w + 1)**1000", "1000*(w + 1)**999"),
    ("abs(w)", "sign(w)"),
    ("log(abs(w))", "1/w"),
    ("abs(w)**3", "3*w*abs(w)"),
    ("sqrt(w**2)", "sign(w)"),
    ("sign(w)*w", "sign(w)"),
    ("max(0, w)", "heaviside(w)"),
    ("relu(w)", "heaviside(w)"),
    ("floor(w)*w", "floor(w)"),
    ("sigmoid(w)", "sigmoid(w)*(1 - sigmoid(w))"),
    ("cbrt(w)", "1/(3*cbrt(w)**2)"),
    ("w**w", "w**w*(log(w) + 1)"),
    ("2**w", "2**w*log(2)"),
    ("e**(2*w)", "2*exp(2*w)"),
    ("log2(w)", "1/(w*log(2))"),
    ("polygamma(1, w)", "polygamma(2, w)"),
    ("piecewise(w**2, w <= 2, 5*w - 7)", "piecewise(2*w, w <= 2, 5)"),
    ("a = 2 + 3*w; J = a**2", "18*w + 12"),
    ("5", "0"),
    ("where(w == 0, 0, w)", "1"),
    ("where(w == x, 0, w)", "1"),
    ("where(w != 0, 1/w, 0)", "-1/w**2"),
    (
        "where(sin(w)**2 + cos(w)**2 == 1, w**2, w**3)",
        "piecewise(2*w, sin(w)**2 + cos(w)**2 == 1, 3*w**2)",
    ),
    ("where(w*x == 0, w, w**2)", "piecewise(1, x == 0, 2*w)"),  # at w = 0 the slope is 0
    ("where(w*x == w, w, w**2)", "piecewise(1, x == 1, 2*w)"),
    ("where(floor(w) == 2, w**2, 0)", "piecewise(2*w, floor(w) == 2, 0)"),
    ("where(x == 2, w**2, w)", "piecewise(2*w, x == 2, 1)"),
    ("abs(log(w))", "sign(log(w))/w"),
    ("abs(asin(w))", "sign(asin(w))/sqrt(1 - w**2)"),
]


@pytest.mark.parametrize("source, expected", DERIVATIVES)
def test_derivative_is_written_as_people_write_it(source, expected):
    expression = symbolic.to_sympy(inline(parse(source)))
    found = symbolic.to_tree(symbolic.tidy(symbolic.derivative(expression, "w")))
    assert text(found) == expected
    assert text(parse(text(found))) == expected


@pytest.mark.parametrize("source, _", DERIVATIVES[:-7])
def test_the_way_back_from_sympy_loses_nothing(source, _):
    expression = symbolic.to_sympy(inline(parse(source)))
    again = symbolic.to_sympy(symbolic.to_tree(expression))
    assert sympy.simplify(again - expression) == 0


def test_names_of_sympy_are_ordinary_variables():
    for name in ("E", "I", "N", "S", "O", "Q", "pi2", "beta", "zeta", "lambda", "Symbol"):
        tree = parse(f"{name}**2").output.expression
        assert (
            text(symbolic.to_tree(symbolic.derivative(symbolic.to_sympy(tree), name)))
            == f"2*{name}"
        )


@pytest.mark.parametrize("source", ["sqrt(-w**2)", "w*(-8)**(1/3)", "log(-1)*w"])
def test_what_is_not_real_is_noticed(source):
    expression = symbolic.to_sympy(parse(source).output.expression)
    assert symbolic.is_complex(symbolic.derivative(expression, "w"))


def test_second_derivative_at_a_kink_has_no_delta():
    expression = symbolic.to_sympy(parse("abs(w)").output.expression)
    assert symbolic.derivative(expression, "w", 2) == 0


def test_a_high_order_of_a_polynomial_is_zero_at_once():
    expression = symbolic.to_sympy(parse("w**5").output.expression)
    assert symbolic.derivative(expression, "w", 10**8) == 0


def test_exact_value_is_a_fraction_a_short_formula_or_nothing():
    def constant(source):
        return symbolic.exact_value(parse(source).output.expression)

    assert constant("sin(pi/6)") == Fraction(1, 2)
    assert text(constant("sin(pi/4)")) == "sqrt(2)/2"
    assert constant(" + ".join(f"sin({n})" for n in range(1, 15))) is None
    assert constant("1/0") is None


def test_a_constant_too_large_to_multiply_out_is_left_alone():
    from derivcli.language.tree import Binary, number

    tower = Binary("**", Binary("**", number(3), number(1000)), number(1000))
    assert symbolic.exact_value(tower) is None
    assert symbolic.is_zero(tower) is False


UNEQUAL = [  # formulas that differ on an interval where both are real
    ("where(w*heaviside(w) == 0, 1, 2)", "2"),
    ("where(max(w, 0) == 0, w, 2)", "2"),
    ("where(w + abs(w) == 0, 1, 2)", "2"),
    ("where(asin(sin(w)) == w, 1, 2)", "2"),
    ("where(w > 0, sqrt(w), w)*abs(w)", "where(w > 0, sqrt(w), w)*w"),
    ("where(w > 0, log(w), w)*abs(w)", "where(w > 0, log(w), w)*w"),
    ("where(w > 0, w**x, w)*abs(w)", "where(w > 0, w**x, w)*w"),
    ("where(w > 0, 1/(w + abs(w)), 5)", "1/(2*w) + where(w > 0, 0, 5)"),
    ("log(cbrt(w)**2)*abs(w)", "log(cbrt(w)**2)*w"),
    ("log(abs(cbrt(w)))*abs(w)", "log(abs(cbrt(w)))*w"),
    ("abs(w**3 - 5*w**2 + 8*w - 4)*((w - 1)/(w - 2))**(1/3)",
     "(w**3 - 5*w**2 + 8*w - 4)*((w - 1)/(w - 2))**(1/3)"),
    ("abs(w)**floor(x)", "w**floor(x)"),
    ("abs(w)**sign(x)", "w**sign(x)"),
    ("abs(w)**where(x > 0, 2, 3)", "w**where(x > 0, 2, 3)"),
    ("w**(1/w)*(1 - log(w))", "(-w)**(1/w)*(1 - log(w))"),
    ("sqrt(w**2)", "w"), ("sqrt(sin(w)**2)", "sin(w)"), ("acos(cos(w))", "w"),
    ("exp(log(w**2)/2)", "w"), ("log(w**2)", "log(w)"), ("cbrt(w)", "w"), ("relu(w)", "w"),
]  # fmt: skip
EQUAL = [
    ("sin(w)**2", "1 - cos(w)**2"), ("tan(w)**2 + 1", "sec(w)**2"), ("sin(2*w)", "2*sin(w)*cos(w)"),
    ("log(w**2)", "2*log(w)"), ("1/sqrt(1 - w**2)", "1/(sqrt(1 - w)*sqrt(1 + w))"),
    ("sqrt(4 - 4*w**2)", "2*sqrt(1 - w**2)"), ("w**w*(1 + log(w))", "exp(w*log(w))*(log(w) + 1)"),
    ("3*w*abs(w)", "3*w**2*sign(w)"), ("sign(w)/abs(w)", "1/w"), ("4**w", "2**(2*w)"),
    ("tan(w/2)", "sin(w)/(1 + cos(w))"), ("acos(w)", "pi/2 - asin(w)"), ("cbrt(8*w)", "2*cbrt(w)"),
    ("max(w, 2) - min(w, 2)", "abs(w - 2)"), ("relu(w)**2", "relu(w)*w"),
    ("sqrt((exp(w) + 1)**2)", "exp(w) + 1"), ("where(abs(w) == w, w, -w)", "abs(w)"),
    ("abs(w)*sqrt(w)", "w*sqrt(w)"), ("1 - tanh(w)**2", "1/cosh(w)**2"),
    ("log((1 + w)/(1 - w))", "2*atanh(w)"), ("w**(1/3)", "cbrt(w)"), ("(w**2)**w", "w**(2*w)"),
]  # fmt: skip


def forms(*sources):
    return (inline(parse(source)) for source in sources)


@pytest.mark.parametrize("one, other", UNEQUAL)
def test_nothing_is_proved_that_is_false_on_an_interval(one, other):
    assert not symbolic.proves_equal(*forms(one, other))


@pytest.mark.parametrize("one, other", EQUAL)
def test_identities_are_proved_by_their_normal_form(one, other):
    assert symbolic.normal_forms_agree(*forms(one, other))
