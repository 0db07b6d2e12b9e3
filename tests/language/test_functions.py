"""Every row of the table, against SymPy, mpmath and central differences: three independent judges."""

from fractions import Fraction

import pytest
import sympy
from mpmath import mp

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import Multiprecision
from derivcli.calculus.evaluate import apply, evaluate, formula
from derivcli.calculus.exact import Ball, ball, exact
from derivcli.calculus.slopes import slope_at
from derivcli.errors import LanguageError
from derivcli.language.functions import (
    FUNCTIONS,
    ROWS,
    SHORTHANDS,
    SPELLED,
)
from derivcli.language.parser import parse
from derivcli.language.primitives import exact_logarithm, whole_root
from derivcli.language.text import text
from derivcli.language.tree import Call, Name, nodes

POINTS = {  # inside the domain and off the kinks, on both sides of 0 where that is possible
    "log_base": [(3, 2), (0.7, 5)],
    "atan2": [(1, 2), (-0.5, -3), (0.25, 3)],
    "min": [(1, 2), (3, -1)],
    "max": [(1, 2), (3, -1)],
    "mod": [(5, 3), (-1, 2.75), (0.5, -3)],
    "round": [(0.25,), (-1.25,), (2.75,)],
    "polygamma": [(1, 2.5), (3, 0.75)],
    "acosh": [(1.5,), (3,)],
    "asin": [(0.3,), (-0.7,)], "acos": [(0.3,), (-0.7,)], "atanh": [(0.3,), (-0.7,)],
    "erfinv": [(0.3,), (-0.7,)],
    "sqrt": [(0.5,), (3,)], "log": [(0.5,), (3,)], "log2": [(0.5,), (3,)], "log10": [(0.5,), (3,)],
    "log1p": [(-0.5,), (3,)], "loggamma": [(0.5,), (3.5,)],
    "gamma": [(0.5,), (3.5,), (-1.5,)], "digamma": [(0.5,), (3.5,), (-1.5,)],
    "lambertw": [(-0.2,), (3,)],
    "floor": [(0.5,), (-1.25,)], "ceil": [(0.5,), (-1.25,)],
}  # fmt: skip
DEFAULT = [(0.5,), (-1.25,), (2.75,)]

MPMATH = {  # independent evaluations, for rows whose own is a formula
    "abs": abs,
    "sign": mp.sign,
    "min": min,
    "max": max,
    "ceil": mp.ceil,
    "heaviside": lambda u: mp.mpf(u > 0),
    "round": mp.nint,
    "frac": lambda u: u - mp.floor(u),
    "mod": lambda u, v: u - v * mp.floor(u / v),
    "mish": lambda u: u * mp.tanh(mp.log(1 + mp.exp(u))),
    "hardtanh": lambda u: max(-1, min(1, u)),
    "softsign": lambda u: u / (1 + abs(u)),
    "sigmoid": lambda u: mp.exp(u) / (mp.exp(u) + 1),
    "relu": lambda u: max(u, 0),
    "leaky_relu": lambda u: u if u > 0 else u / 100,
    "elu": lambda u: u if u > 0 else mp.exp(u) - 1,
    "softplus": lambda u: mp.log(1 + mp.exp(u)),
    "silu": lambda u: u * mp.exp(u) / (mp.exp(u) + 1),
    "gelu": lambda u: u * mp.ncdf(u),
    "log_base": mp.log,
    "log2": lambda u: mp.log(u) / mp.log(2),
    "cbrt": lambda u: mp.sign(u) * mp.root(abs(u), 3),
    "sinc": lambda u: mp.sin(u) / u,
    "expm1": lambda u: mp.exp(u) - 1,
    "log1p": lambda u: mp.log(1 + u),
    "polygamma": lambda n, u: (-1) ** (int(n) + 1) * mp.factorial(n) * mp.zeta(n + 1, u),
}
CASES = [
    pytest.param(row, tuple(map(Fraction, point)), id=f"{row.name}{point}")
    for row in ROWS
    for point in POINTS.get(row.name, DEFAULT)
]


def to_mp(value):
    value = ball(value).middle if isinstance(value, Fraction | Ball) else value
    return +value


@pytest.mark.parametrize("row, point", CASES)
def test_value_is_mpmaths(row, point):
    with exact(40) as arithmetic:
        found = to_mp(apply(row, point, arithmetic))
        oracle = MPMATH.get(row.name) or getattr(mp, row.name)
        expected = oracle(*(to_mp(value) for value in point))
        assert abs(found - expected) <= mp.mpf(10) ** -35 * max(1, abs(expected))
        plain = apply(row, tuple(to_mp(value) for value in point), Multiprecision())
        assert abs(plain - expected) <= mp.mpf(10) ** -35 * max(1, abs(expected))


@pytest.mark.parametrize("row, point", CASES)
def test_partials_are_central_differences(row, point):
    with exact(60) as arithmetic:
        named = dict(zip(row.parameters, point, strict=True))
        for index, partial in enumerate(row.partials):
            if row.name == "polygamma" and index == 0:
                continue  # its order is a whole number: nothing to differentiate
            step = Fraction(1, 10**15)
            ends = []
            for sign in (1, -1):
                moved = list(point)
                moved[index] += sign * step
                ends.append(to_mp(apply(row, tuple(moved), arithmetic)))
            quotient = (ends[0] - ends[1]) / (2 * to_mp(step))
            found = to_mp(evaluate(formula(partial), named, arithmetic))
            assert abs(found - quotient) <= mp.mpf(10) ** -20 * max(1, abs(quotient))


@pytest.mark.parametrize("row, point", CASES)
def test_partials_are_sympys_derivatives(row, point):
    names = [Name(name) for name in row.parameters]
    expression = symbolic.to_sympy(Call(row.name, tuple(names)))
    for index, name in enumerate(row.parameters):
        if row.name == "polygamma" and index == 0:
            continue
        tree = symbolic.to_tree(symbolic.derivative(expression, name))
        with exact(40) as arithmetic:
            named = dict(zip(row.parameters, point, strict=True))
            found = to_mp(evaluate(tree, named, arithmetic))
            expected = to_mp(evaluate(formula(row.partials[index]), named, arithmetic))
            assert abs(found - expected) <= mp.mpf(10) ** -35 * max(1, abs(expected))


@pytest.mark.parametrize("row, point", CASES)
def test_a_definition_agrees_with_its_slope(row, point):
    """The chain rule through a definition, or by the partials, gives the same slope."""
    call = Call(row.name, tuple(Name(name) for name in row.parameters))
    variable = row.parameters[-1]
    with exact(40) as arithmetic:
        named = dict(zip(row.parameters, point, strict=True))
        slope = slope_at(call, named, variable, arithmetic).slope
        found = to_mp(Fraction(0) if slope is None else slope)
        expected = to_mp(evaluate(formula(row.partials[-1]), named, arithmetic))
        assert abs(found - expected) <= mp.mpf(10) ** -35 * max(1, abs(expected))


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.rational and row.definition], ids=lambda row: row.name
)
def test_an_exact_value_is_that_of_the_definition(row):
    values = [Fraction(n, d) for n in range(-9, 10) for d in (1, 2, 3)]
    with exact(45) as arithmetic:
        for u in values:
            point = (u, Fraction(1, 2))[: len(row.parameters)]
            assert row.rational(*point) == apply(row, point, arithmetic)


@pytest.mark.parametrize("row", [row for row in ROWS if row.parity], ids=lambda row: row.name)
def test_parity_is_mpmaths(row):
    """SymPy or mpmath has the function; they know nothing of the column."""
    sign = -1 if row.parity == "odd" else 1
    with mp.workdps(40):
        for point in POINTS.get(row.name, DEFAULT):
            function = MPMATH.get(row.name) or getattr(mp, row.name)
            u = mp.mpf(point[0])
            assert mp.almosteq(function(-u), sign * function(u), rel_eps=mp.mpf(10) ** -35)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.rational and row.primitive], ids=lambda row: row.name
)
def test_exact_values_are_mpmaths(row):
    """Wherever a row claims an exact value, mpmath agrees to 40 digits."""
    claimed = 0
    values = [Fraction(n, d) for n in range(-9, 10) for d in (1, 2, 3, 4, 8, 27)]
    pairs = (
        [(u,) for u in values]
        if len(row.parameters) == 1
        else [(u, v) for u in values for v in values[::7]]
    )
    with exact(45) as arithmetic:
        for point in pairs:
            try:
                value = apply(row, point, arithmetic)
            except ArithmeticError:
                continue
            if isinstance(value, Fraction):
                claimed += 1
                expected = row.primitive(mp, *(to_mp(each) for each in point))
                assert abs(to_mp(value) - expected) <= mp.mpf(10) ** -40 * max(1, abs(expected))
    assert claimed


@pytest.mark.parametrize("value, nearest", [
    ("0.5", 0), ("1.5", 2), ("2.5", 2), ("-0.5", 0), ("-1.5", -2), ("0.49", 0), ("0.51", 1),
    ("-2.51", -3), ("7", 7),
])  # fmt: skip
def test_a_half_is_rounded_to_the_even_one_as_numpy_does(value, nearest):
    with exact(40) as arithmetic:
        assert apply(FUNCTIONS["round"], (Fraction(value),), arithmetic) == nearest


SHORT_VALUES = [  # by mpmath, or by hand
    ("coth(x)", 0.75, "coth(x)"), ("sech(x)", 0.75, "sech(x)"), ("csch(x)", 0.75, "csch(x)"),
    ("acot(x)", 0.75, "acot(x)"), ("acot(x)", -0.75, "pi + acot(x)"), ("asec(x)", 1.75, "asec(x)"),
    ("asec(x)", -1.75, "asec(x)"), ("acsc(x)", -1.75, "acsc(x)"), ("acoth(x)", 1.75, "acoth(x)"),
    ("asech(x)", 0.75, "asech(x)"), ("acsch(x)", -0.75, "acsch(x)"), ("square(x)", -1.5, "x*x"),
    ("power(x, 3)", -1.5, "x**3"), ("pow(2, x)", 0.5, "sqrt(2)"), ("exp2(x)", 1.5, "sqrt(8)"),
    ("hypot(x, 4)", 3, "5"), ("clip(x, 0, 1)", 1.5, "1"), ("clamp(x, 0, 1)", -2, "0"),
    ("clip(x, 0, 1)", 0.25, "0.25"), ("hardtanh(x)", -7, "-1"), ("hardtanh(x)", 0.5, "0.5"),
    ("logaddexp(x, 1)", 1, "1 + log(2)"), ("logsumexp(x, 1, 1)", 1, "1 + log(3)"),
    ("ctg(x)", 0.75, "cot(x)"),
]  # fmt: skip
MATH = {name: getattr(mp, name) for name in (
    "coth", "sech", "csch", "acot", "pi", "asec", "acsc", "acoth", "asech", "acsch", "sqrt", "log",
    "cot",
)}  # fmt: skip


@pytest.mark.parametrize("source, x, value", SHORT_VALUES)
def test_what_a_shorthand_stands_for_has_its_value(source, x, value):
    tree = parse(source).output.expression
    with exact(40) as arithmetic:
        found = to_mp(evaluate(tree, {"x": Fraction(x)}, arithmetic))
        expected = eval(value, {"x": mp.mpf(x), **MATH})  # noqa: S307 - our own text
        assert abs(found - expected) <= mp.mpf(10) ** -35


def test_every_shorthand_is_looked_at_and_grows_with_its_arguments_only():
    assert {source.partition("(")[0] for source, *_ in SHORT_VALUES} >= {
        row.name for row in SHORTHANDS
    }
    nested = "x"
    for _ in range(20):
        nested = f"coth({nested})"
    assert sum(1 for _ in nodes(parse(nested).output.expression)) == 61


def test_an_english_word_may_name_a_variable_and_a_function():
    assert text(parse("square = w^2; square + 1")) == "square = w**2; square + 1"
    assert text(parse("square(w) + power")) == "w**2 + power"
    with pytest.raises(LanguageError, match="needs parentheses"):
        parse("round w")


def test_every_spelling_leads_to_a_row():
    for spelling, name in SPELLED.items():
        row = FUNCTIONS[name]
        arguments = ", ".join(["2"] * len(row.parameters))
        assert parse(f"{spelling}({arguments})").output.expression.function == name


def test_sympys_spellings_are_aliases():
    for name in ("Abs", "Max", "Min", "LambertW", "acos", "ceiling", "Heaviside", "sign", "atan2"):
        assert name in SPELLED
        assert hasattr(sympy, name)


@pytest.mark.parametrize(
    "n, degree, root",
    [(0, 3, 0), (1, 5, 1), (27, 3, 3), (26, 3, None), (10**60, 3, 10**20), (2**200, 100, 4)],
)
def test_whole_root(n, degree, root):
    assert whole_root(n, degree) == root


def test_exact_logarithm():
    assert exact_logarithm(Fraction(1, 8), Fraction(2)) == -3
    assert exact_logarithm(Fraction(8), Fraction(1, 2)) == -3
    assert exact_logarithm(Fraction(4, 9), Fraction(2, 3)) == 2
    assert exact_logarithm(Fraction(10), Fraction(2)) is None
