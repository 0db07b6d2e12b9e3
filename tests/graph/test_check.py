"""The double-check by nudging, the collapsed chain rule, and what `graph` computes of a request."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from console import processor_seconds
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from tiers import thinned

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import Float64
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import exact
from derivcli.errors import ExitStatus
from derivcli.graphs.backprop import backward, forward
from derivcli.graphs.check import chosen, nudged, order
from derivcli.graphs.collapse import collapsed
from derivcli.graphs.nodes import build
from derivcli.graphs.results import GraphRequest
from derivcli.graphs.study import graph_result
from derivcli.language.limits import COMMAND_LINE, file_limits
from derivcli.language.parser import parse
from derivcli.render.json import render

LOGISTIC = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -y*log(a) - (1-y)*log(1-a)"
UNIT = "c = w*x; a = c + b; d = a - y; J = d**2/2"
AT = {"w": Fraction(2), "b": Fraction(8), "x": Fraction(-2), "y": Fraction(2)}


def request(source, at, wrt=(), **options):
    point = {name: parse(str(value)) for name, value in at.items()}
    program = parse(source, (), file_limits(100_000))
    return GraphRequest(
        program, point, wrt or program.variables, (parse("0.001"),), **options
    )  # fmt: skip


def test_the_order_is_that_of_the_course():
    assert order(build(parse(UNIT), ("w", "b"))) == ("w", "c", "b", "a", "d", "J")


def test_a_nudge_runs_forward_from_the_node_and_no_more():
    graph = build(parse(UNIT), ("w", "b"))
    with exact(50, symbolic.is_zero) as arithmetic:
        values = forward(graph, AT, arithmetic).values
        nudge = nudged(graph, values, "a", Fraction(1, 1000), arithmetic)
    assert (nudge.value, nudge.change) == (Fraction("2.0020005"), Fraction("0.0020005"))
    assert nudge.effects == {"d": Fraction(1, 1000)}


@settings(max_examples=30, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys("wbxy", st.integers(-20, 20).map(Fraction))))
def test_the_estimate_comes_as_near_to_the_gradient_as_eps_is_small(at):
    graph = build(parse("c = w*x; a = c + b; d = a - y; J = d**2/2 + c*w"), tuple("wbxy"))
    with exact(50, symbolic.is_zero) as arithmetic:
        values = forward(graph, at, arithmetic).values
        gradients = backward(graph, values, lambda _: at, arithmetic).gradients
        for name in chosen(graph, 1):
            each = nudged(graph, values, name, Fraction(1, 10**9), arithmetic)
            assert abs(each.estimate - gradients[name]) < Fraction(1, 10**6)


def test_a_nudge_over_the_edge_of_the_domain_says_so():
    graph = build(parse("a = 1 - w; J = sqrt(a)"), ("w",))
    nudge = nudged(graph, forward(graph, {"w": 1.0}, Float64()).values, "w", 0.001, Float64())
    assert (nudge.estimate, nudge.problem) == (None, "sqrt(a) is undefined: it needs a >= 0")


def test_of_a_large_graph_parameters_are_checked_first_and_the_rest_is_counted():
    source = "a0 = w*2\n" + "\n".join(f"a{i} = a{i - 1} + w/{i}" for i in range(1, 1000))
    with processor_seconds(20):
        found = graph_result(request(source, {"w": 1}, arithmetic="float64"))
    assert found.check[0].name == "w"
    assert len(found.check) + found.checks_left == 1000


@pytest.mark.parametrize("source, name, derivative, paths", [
    (LOGISTIC, "z", "a - y", 1), (LOGISTIC, "w1", "x1*(a - y)", 1), (LOGISTIC, "b", "a - y", 1),
    (LOGISTIC, "a", "-y/a + (1 - y)/(1 - a)", 1), (LOGISTIC, "L", "1", 1),
    (UNIT, "w", "x*d", 1), ("z = w*x; a = tanh(z); J = (a-y)**2/2", "z", "(1 - a**2)*(a - y)", 1),
    ("z = w*x; a = sqrt(z); J = a**3", "z", "3*a/2", 1),
    ("a = w**2; b = sin(a); c = a*b; J = c + a", "w", "2*w*(1 + b + cos(a)*a)", 3),
    ("a = w + 1; J = a - w", "w", "0", 2), ("a = exp(z); J = a**2", "z", "2*a**2", 1),
    ("a = w*2; J = b**2", "w", "0", 0),
])  # fmt: skip
def test_the_collapsed_chain_rule_is_short_and_proved(source, name, derivative, paths):
    found = collapsed(parse(source), name, COMMAND_LINE)
    assert (found.derivative, found.paths, found.proved) == (derivative, paths, True)


def test_the_factors_of_logistic_regression_are_those_of_the_course():
    found = collapsed(parse(LOGISTIC), "z", COMMAND_LINE)
    assert [(each.of, each.by, each.derivative) for each in found.factors] == [
        ("L", "a", "-y/a + (1 - y)/(1 - a)"), ("a", "z", "a*(1 - a)"),
    ]  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(st.fixed_dictionaries(
    dict.fromkeys(("w1", "w2", "b", "x1", "x2", "y"), st.integers(-9, 9).map(lambda n: Fraction(n, 4)))
))  # fmt: skip
def test_the_collapsed_expression_is_what_backprop_computes(at):
    graph = build(parse(LOGISTIC), ("w1", "w2", "b"))
    floats = {name: float(value) for name, value in at.items()}
    values = forward(graph, floats, Float64()).values
    gradients = backward(graph, values, lambda _: floats, Float64()).gradients
    for name in ("z", "w1"):
        tree = parse(collapsed(parse(LOGISTIC), name, COMMAND_LINE).derivative).output.expression
        assert evaluate(tree, values, Float64()) == pytest.approx(gradients[name], abs=1e-12)


def test_an_undefined_node_is_told_with_the_values_before_it():
    found = graph_result(request("a = w - 3; b = log(a); J = b*w", {"w": 2}))
    assert (found.status, found.undefined) == (ExitStatus.UNDEFINED, "b")
    assert [None if n.value is None else n.value.exact for n in found.nodes] == ["-1", None, None]
    assert found.check == ()


def test_what_rests_on_a_kink_is_named():
    found = graph_result(request("z = w*x; a = relu(z); J = a + b", {"w": 0, "x": 2, "b": 1}))
    assert found.status == ExitStatus.UNDEFINED
    assert set(found.by_convention) == {"z", "w"}
    # J = relu(0*x) + b does not depend on x.
    assert [(each.name, each.differentiable) for each in found.as_a_whole] == [
        ("x", True), ("w", False), ("z", False),
    ]  # fmt: skip
    (kink,) = found.kinks
    assert (kink.node, kink.input, kink.left.exact, kink.right.exact, kink.used.exact) == (
        "a", "z", "0", "1", "0",
    )  # fmt: skip


def test_a_parameter_without_effect_has_gradient_0():
    found = graph_result(request("J = w**2", {"w": 3}, ("w", "b")))
    assert {name: value.exact for name, value in found.gradients.items()} == {"w": "6", "b": "0"}
    assert found.status == ExitStatus.ANSWERED


def test_irrational_gradients_have_their_closed_form():
    found = graph_result(request("a = sin(w); J = a*2", {"w": "pi/4"}))
    assert found.gradients["w"].exact == "sqrt(2)"


@pytest.mark.parametrize("step, count, value", [
    ("sin({a}) + {a}", 90, "3.141592653589793"),  # a + sin(a) goes to pi, by cubes of the distance
    ("tanh({a}*0.5 + w)", 300, None), ("tanh({a} + w)", 300, None),
])  # fmt: skip
def test_a_deep_graph_runs_in_exact_numbers(step, count, value):
    lines = [f"a{i} = {step.format(a=f'a{i - 1}')}" for i in range(1, count + 1)]
    with processor_seconds(8):
        found = graph_result(request("\n".join(["a0 = w", *lines]), {"w": 1}))
    assert len(found.check) + found.checks_left == count + 1
    if value is not None:
        assert float(found.value) == float(value)
        return
    with mp.workdps(60):
        a = slope = mpf(1)
        for _ in range(count):
            inner, rate = (a / 2 + 1, slope / 2 + 1) if "0.5" in step else (a + 1, slope + 1)
            a, slope = mp.tanh(inner), rate * (1 - mp.tanh(inner) ** 2)
    assert float(found.value) == float(a)
    assert float(found.gradients["w"]) == float(slope)


@pytest.mark.parametrize("step, count, last", thinned([
    ("a{n} = tanh(a{m}*0.5 + w)", 1_000, ""), ("a{n} = sqrt(a{m} + {n})", 1_000, ""),
    ("a{n} = 3.9*a{m}*(1 - a{m})", 1_000, ""), ("a{n} = sin(a{m}) + a{m}", 1_000, ""),
    ("a{n} = sin(w*{n})", 1_000, "\nJ = " + " + ".join(f"a{n}" for n in range(1_000))),
], 3))  # fmt: skip
def test_a_thousand_exact_nodes_take_a_few_seconds(step, count, last):
    lines = [step.format(n=n, m=n - 1) for n in range(1, count)]
    with processor_seconds(6):
        found = graph_result(request("\n".join(["a0 = w", *lines]) + last, {"w": "1/3"}))
    assert found.status == ExitStatus.ANSWERED
    assert found.arithmetic == "exact"


def test_nested_functions_cost_no_time_for_a_closed_form_that_nobody_could_read():
    lines = [f"a{i} = tanh(a{i - 1}*0.5 + b{i}/7)" for i in range(1, 16)]
    point = {f"b{i}": i for i in range(1, 16)} | {"a0": 1}
    with processor_seconds(8):
        graph_result(request("\n".join(lines), point))


def test_what_has_no_value_is_null_in_json():
    found = graph_result(request("J = log(x)", {"x": -1}))
    told = json.loads(render(found))
    assert (told["value"], told["value_exact"]) == (None, None)
    assert told["gradients_exact"] == {"x": None}
    collapsed = replace(request("a = w**2; J = log(a)", {"w": 1}), point=None, collapse="a")
    assert json.loads(render(graph_result(collapsed)))["collapse"]["derivative"] == "1/a"


@pytest.mark.parametrize("source, at, slope", [
    ("a = 2*x; b = tanh(a)*a + a/2", {"x": Fraction(14)}, lambda a: a / mp.cosh(a) ** 2 + mp.tanh(a) + mpf(1) / 2),
    ("a = exp(x); b = a*tanh(a) + a/3", {"x": Fraction(4)}, lambda a: a / mp.cosh(a) ** 2 + mp.tanh(a) + mpf(1) / 3),
])  # fmt: skip
def test_an_error_far_below_the_gradient_is_told(source, at, slope):
    program = parse(source)
    found = {each.name: each for each in graph_result(request(source, at)).check}
    with mp.workdps(80):
        a = mpf(28) if "2*x" in source else mp.exp(4)
        b = (
            (lambda w: mp.tanh(w) * w + w / 2)
            if "2*x" in source
            else (lambda w: w * mp.tanh(w) + w / 3)
        )
        eps = mpf("0.001")
        expected = (b(a + eps) - b(a)) / eps - slope(a)
        assert abs(mpf(str(found["a"].error.number)) / expected - 1) < mpf(10) ** -9
    assert program.output.name == "b"
