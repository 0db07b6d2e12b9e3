"""The lines from what the rules leave to what is printed: as a teacher writes them, and all equal."""

import random
import re
import sys
from collections import Counter

import pytest
from mpmath import mp
from tiers import thinned

from derivcli.calculus import symbolic
from derivcli.calculus.derivation.differentiate import derive
from derivcli.calculus.derivation.steps import derivation
from derivcli.calculus.derivatives import Derivatives
from derivcli.errors import DerivError
from derivcli.language.functions import ROWS
from derivcli.language.parser import parse
from derivcli.language.text import text
from derivcli.language.tree import inline


def lines(source, variable="w"):
    *_, last = derivation(parse(source), variable)
    return [(each.rule, each.text) for each in last.simplification]


@pytest.mark.parametrize("source, expected", [
    ("w**2", []),  # nothing is left to be done
    ("w**2*exp(-w)", [("reorder", "-w**2*exp(-w) + 2*w*exp(-w)")]),
    ("sin(w)/w", [("split", "cos(w)/w - sin(w)/w**2")]),
    ("w*(w + 1)", [("collect", "2*w + 1")]),
    ("(w + 1)**2", [("expand", "2*w + 2")]),
    ("w**3*log(w)", [("cancel", "3*w**2*log(w) + w**2")]),
    ("sin(w)*cos(w)", [("multiply", "-sin(w)**2 + cos(w)**2")]),
    ("w**2*sin(w)*exp(w)", [("expand", "w**2*exp(w)*sin(w) + w**2*exp(w)*cos(w) + 2*w*exp(w)*sin(w)")]),
    ("(w**2 + 1)/(w - 1)", [
        ("expand", "(2*w**2 - 2*w - w**2 - 1)/(w - 1)**2"),
        ("collect", "(w**2 - 2*w - 1)/(w - 1)**2"),
    ]),
    ("(w + 1)**2*(w + 2)*(w + 3)", [  # the outer brackets alone
        ("expand", "(w + 1)**2*(w + 2) + (w + 1)**2*(w + 3) + (w + 2)*(w + 3)*(2*w + 2)"),
    ]),
    ("(2*w - 1)/(3*w + 2)", [
        ("expand", "(6*w + 4 - 6*w + 3)/(3*w + 2)**2"),
        ("collect", "7/(3*w + 2)**2"),
    ]),
    ("(w + 1)*(w + 2)*(w + 3)", [
        ("collect", "(w + 3)*(2*w + 3) + (w + 1)*(w + 2)"),
        ("expand", "2*w**2 + 6*w + 3*w + 9 + w**2 + 2*w + w + 2"),
        ("collect", "3*w**2 + 12*w + 11"),
    ]),
    ("(w**2 - 1)/(w + 1)", [
        ("expand", "(2*w**2 + 2*w - w**2 + 1)/(w + 1)**2"),
        ("collect", "(w**2 + 2*w + 1)/(w + 1)**2"),
        ("factor", "(w + 1)**2/(w + 1)**2"),
        ("cancel", "1"),
    ]),
    ("(w**3 - 2*w)/w", [
        ("expand", "(3*w**3 - 2*w - w**3 + 2*w)/w**2"),
        ("collect", "2*w**3/w**2"),
        ("cancel", "2*w"),
    ]),
    ("w*acos(w) - sqrt(1 - w**2)", [
        ("cancel", "acos(w) - w/sqrt(1 - w**2) + w/sqrt(1 - w**2)"),
        ("collect", "acos(w)"),
    ]),
    ("w/sqrt(w**2 + 1)", [
        ("cancel", "(sqrt(w**2 + 1) - w**2/sqrt(w**2 + 1))/(w**2 + 1)"),
        ("combine", "(w**2 + 1 - w**2)/(w**2 + 1)**(3/2)"),
        ("collect", "1/(w**2 + 1)**(3/2)"),
    ]),
    ("w/(1 + exp(-w))", [
        ("multiply", "(1 + exp(-w) + w*exp(-w))/(1 + exp(-w))**2"),
        ("multiply top and bottom", "(exp(2*w) + exp(w) + w*exp(w))/(exp(w) + 1)**2"),
        ("factor", "exp(w)*(w + exp(w) + 1)/(exp(w) + 1)**2"),
    ]),
    ("(exp(w) - exp(-w))/(exp(w) + exp(-w))", [
        ("multiply", "((exp(w) + exp(-w))**2 - (exp(w) - exp(-w))**2)/(exp(w) + exp(-w))**2"),
        ("expand", "(exp(2*w) + 2 + exp(-2*w) - exp(2*w) + 2 - exp(-2*w))/(exp(w) + exp(-w))**2"),
        ("collect", "4/(exp(w) + exp(-w))**2"),
        ("multiply top and bottom", "4*exp(2*w)/(exp(2*w) + 1)**2"),
    ]),
    ("-y*log(w) - (1 - y)*log(1 - w)", [
        ("multiply", "-y/w + (y - 1)/(w - 1)"),
        ("combine", "(-y*(w - 1) + w*(y - 1))/(w*(w - 1))"),
        ("expand", "(-w*y + y + w*y - w)/(w*(w - 1))"),
        ("collect", "(-w + y)/(w*(w - 1))"),
    ]),
    ("a = sigmoid(w); L = -y*log(a) - (1 - y)*log(1 - a)", [
        ("put in", ("-y*(1/sigmoid(w)*(sigmoid(w)*(1 - sigmoid(w))))"
                   " - (1 - y)*(1/(1 - sigmoid(w))*(-sigmoid(w)*(1 - sigmoid(w))))")),
        ("cancel", "y*(sigmoid(w) - 1) - sigmoid(w)*(y - 1)"),
        ("expand", "y*sigmoid(w) - y - y*sigmoid(w) + sigmoid(w)"),
        ("collect", "-y + sigmoid(w)"),
    ]),
    ("c = w*x; a = c + b; d = a - y; J = d**2/2", [
        ("put in", "2*(w*x + b - y)*x/2"), ("cancel", "x*(b + w*x - y)"),
    ]),
    # No name fits: one line, as one step.
    ("abs(w)*w", [("simplification", "2*abs(w)")]),
    ("max(w, 1)*w", [("simplification", "w*heaviside(w - 1) + max(w, 1)")]),
])  # fmt: skip
def test_the_lines_are_those_of_a_teacher(source, expected):
    assert lines(source) == expected


@pytest.mark.parametrize("source", [
    "(w**2 + 13*w + 17)*(w**2 + 19*w + 23)",  # 66 characters, in between 97, then 35
    "(w + 1)*(w + 2)*(w + 3)*(w + 4)",  # four products of three brackets would be 32 terms
])  # fmt: skip
def test_no_line_is_much_longer_than_both_ends(source):
    assert [name for name, _ in lines(source)] == ["simplification"]


MP = ("exp", "log", "sqrt", "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "atan2", "sinh", "cosh",
      "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "erfinv", "gamma", "loggamma", "digamma", "polygamma",
      "lambertw", "sinc", "sign", "floor", "ceil", "cbrt", "pi", "e", "expm1", "log1p", "log10")  # fmt: skip


def sigmoid(u):
    return 1 / (1 + mp.exp(-u))


def softplus(u):
    return mp.log(1 + mp.exp(u))


def piecewise(value, holds, *others):
    return value if holds else others[0] if len(others) == 1 else piecewise(*others)


SEEN = {name: getattr(mp, name) for name in MP if name != "loggamma"} | {
    "abs": abs, "min": min, "max": max, "sigmoid": sigmoid, "softplus": softplus, "piecewise": piecewise,
    "loggamma": lambda u: mp.log(mp.gamma(u)), "log2": lambda u: mp.log(u, 2), "round": mp.nint,
    "frac": lambda u: u - mp.floor(u), "mod": lambda u, v: u - v * mp.floor(u / v),
    "relu": lambda u: max(u, 0), "heaviside": lambda u: mp.mpf(u > 0),
    "leaky_relu": lambda u: u if u > 0 else u / 100, "elu": lambda u: u if u > 0 else mp.expm1(u),
    "silu": lambda u: u * sigmoid(u), "gelu": lambda u: u * (1 + mp.erf(u / mp.sqrt(2))) / 2,
    "mish": lambda u: u * mp.tanh(softplus(u)), "hardtanh": lambda u: max(-1, min(1, u)), "softsign": lambda u: u / (1 + abs(u)),
}  # fmt: skip


def value(written, at):
    """What mpmath makes of a line's text, 1/3 and 0.1 to all digits; None where that is not real."""
    exact = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])", r"mpf('\1')", written)
    try:
        found = eval(exact, {**SEEN, "mpf": mp.mpf, **at})  # noqa: S307 - our own output
        return mp.re(found) if mp.isfinite(found) and mp.im(found) == 0 else None
    except (ArithmeticError, ValueError, TypeError):
        return None


def all_equal(texts, seed):
    """How many points tell that all texts are equal; fails where one is not."""
    rng, told = random.Random(seed), 0
    with mp.workdps(40):
        for _ in range(12):
            at = {name: mp.mpf(rng.uniform(-3, 3)) for name in ("w", "x", "y")}
            values = [value(each, at) for each in texts]
            if None in values:
                continue
            size = max(1, *map(abs, values))
            assert max(values) - min(values) <= mp.mpf(10) ** -25 * size, (texts, at, values)
            told += 1
    return told


def rewritten(source):
    """What the rules leave, and the lines to what is printed, which end there."""
    program = parse(source, {"w"})
    found, after = Derivatives(program).tree("w", 1), derive(inline(program), "w").after
    simpler = () if text(after) == text(found) else symbolic.simplification(after, found, {})
    assert not simpler or simpler[-1][1] == found
    assert len(simpler) <= 4
    return text(after), text(found), [text(tree) for _, tree in simpler]


@pytest.mark.parametrize("row", thinned(ROWS, 3), ids=lambda row: row.name)
def test_the_lines_of_every_function_are_equal_for_mpmath(row):
    name = "log" if row.name == "log_base" else row.name
    inner = {"polygamma": "1, {}", "log_base": "{}, w + 2", "atan2": "{}, w", "min": "{}, w",
             "max": "{}, w", "mod": "{}, 3"}.get(row.name, "{}")  # fmt: skip
    for pattern in ("w*{}", "{}/w", "w**2/{}", "{}**2", "(w + {})/(w - 1)", "exp(-w)*{}"):
        source = pattern.format(f"{name}({inner.format('w/3')})")
        after, _, simpler = rewritten(source)
        all_equal([after, *simpler], source)


FUNCTIONS = [
    "sin",
    "cos",
    "tan",
    "exp",
    "log",
    "sqrt",
    "sigmoid",
    "tanh",
    "atan",
    "relu",
    "softplus",
    "abs",
]


def expression(rng, depth):
    if depth == 0:
        return rng.choice(["w", "w", "w", "x", "1", "2", "3", "5"])
    inner, other = expression(rng, depth - 1), expression(rng, depth - 1)
    operator = rng.choice("++-***///^ff")
    if operator == "f":
        return f"{rng.choice(FUNCTIONS)}({inner})"
    if operator == "^":
        return f"({inner})**{rng.choice(['2', '3', '-1'])}"
    return f"({inner}){operator}({other})"


@pytest.mark.parametrize("many", [150, pytest.param(2_000, marks=pytest.mark.exhaustive)])
def test_the_lines_of_any_expression_are_equal_for_mpmath(many):
    rng, counts, told = random.Random(many), Counter(), 0
    for _ in range(many):
        source = expression(rng, rng.choice([2, 3, 3]))
        try:
            after, found, simpler = rewritten(source)
        except DerivError:
            continue
        if after != found:
            counts[len(simpler)] += 1
            told += bool(simpler) and all_equal([after, *simpler], source) > 0
    print("lines:", dict(counts))  # seen with -s
    assert counts[0] <= 0.25 * counts.total(), counts
    assert told >= 0.6 * counts.total(), (told, counts)


def test_a_line_that_is_not_equal_is_not_shown(monkeypatch):
    """One pass adds 1, the next takes it away again: only a proof of each line sees that."""
    module = sys.modules["derivcli.calculus.symbolic.simplification"]
    passes = (
        ("add one", lambda form: module.Form((*form.terms, module.ONE), form.below), 0.1),
        ("take one", lambda form: module._collect(module.Form(form.terms[:-1], form.below)), 1),
    )
    monkeypatch.setattr(module, "PASSES", passes)
    assert lines("w*(w + 1)") == [("simplification", "2*w + 1")]
    monkeypatch.setattr(module, "normal_forms_agree", lambda *_: True)
    assert rewritten("w*(w + 1)")[2] == ["w + 1 + w + 1", "2*w + 1"]
