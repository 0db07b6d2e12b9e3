"""The two sweeps, against SymPy, difference quotients, and each other."""

import copy
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import Float64
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.evaluate import evaluate, trace
from derivcli.calculus.exact import ball, exact
from derivcli.graphs.backprop import backward, forward, forward_from
from derivcli.graphs.nodes import build
from derivcli.language.limits import file_limits
from derivcli.language.parser import parse

LONG = (10_000, pytest.param(100_000, marks=pytest.mark.exhaustive))
INPUTS = ("w", "b", "x")
POINTS = st.fixed_dictionaries(
    dict.fromkeys(INPUTS, st.integers(-12, 12).map(lambda n: Fraction(n, 8)))
)
RATIONAL = (
    "{0} + {1}", "{0} - {1}", "{0}*{1}", "{0}*{1} + {0}", "{0}/3", "{0}**2/2", "-{0}", "{0}**3",
    "{0}/(1 + {1}**2)", "2*{0} - 1/4", "({0} - {1})**2", "where({0} < 100000, {0}*{1}, 0)",
)  # fmt: skip
SMOOTH = (
    "sin({0})", "tanh({0})*{1}", "sigmoid({0})", "exp(-{0}**2)", "sqrt(1 + {0}**2)", "log(2 + {0}**2)",
    "softplus({0}) - {1}", "cos({0} - {1})", "atan({0})",
)  # fmt: skip


@st.composite
def programs(draw, shapes=RATIONAL, most=5):
    """Draw a program in which names are used again and again, smooth everywhere."""
    known, lines = list(INPUTS), []
    for index in range(draw(st.integers(1, most))):
        pair = [draw(st.sampled_from(known[-3:] + known)) for _ in range(2)]
        lines.append(f"s{index} = {draw(st.sampled_from(shapes)).format(*pair)}")
        known.append(f"s{index}")
    return parse("; ".join([*lines, f"J = s{len(lines) - 1} + w*{draw(st.sampled_from(known))}"]))


def swept(program, at, arithmetic, detail="statements"):
    graph = build(program, INPUTS, detail)
    values = {name: at[name] for name in graph.inputs}
    there = forward(graph, values, arithmetic)
    return graph, there.values, backward(graph, there.values, lambda _: values, arithmetic)


def same(one, other):
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one == other
    first, second = ball(one), ball(other)
    return abs(first.middle - second.middle) <= first.radius + second.radius


@settings(max_examples=60, deadline=None)
@given(programs(), POINTS)
def test_backprop_is_sympys_derivative_of_the_program_written_out(program, at):
    derivatives = Derivatives(program, file_limits(10_000))
    with exact(50, symbolic.is_zero) as arithmetic:
        _, _, back = swept(program, at, arithmetic)
        for name in INPUTS:
            expected = evaluate(derivatives.tree(name, 1), at, arithmetic)
            assert same(back.gradients[name], expected)


@settings(max_examples=40, deadline=None)
@given(programs(RATIONAL[:6] + SMOOTH, most=4), POINTS)
def test_backprop_is_sympys_derivative_with_functions_too(program, at):
    derivatives = Derivatives(program, file_limits(10_000))
    with exact(50, symbolic.is_zero) as arithmetic:
        _, _, back = swept(program, at, arithmetic)
        for name in INPUTS:
            expected = evaluate(derivatives.tree(name, 1), at, arithmetic)
            assert same(back.gradients[name], expected)


@settings(max_examples=40, deadline=None)
@given(programs(RATIONAL[:6] + SMOOTH, most=4), POINTS)
def test_backprop_is_the_central_difference_in_float64(program, at):
    floats = {name: float(value) for name, value in at.items()}
    _, _, back = swept(program, floats, Float64())
    step = 1e-5
    for name in INPUTS:
        up, down = (
            evaluate(program, {**floats, name: floats[name] + side}, Float64())
            for side in (step, -step)
        )
        scale = 1 + abs(up) + abs(back.gradients[name])
        assert math.isclose((up - down) / (2 * step), back.gradients[name], abs_tol=1e-4 * scale**2)


@settings(max_examples=40, deadline=None)
@given(programs(RATIONAL + SMOOTH), POINTS)
def test_statements_and_operations_agree(program, at):
    with exact(50, symbolic.is_zero) as arithmetic:
        _, values, back = swept(program, at, arithmetic)
        _, split_values, split = swept(program, at, arithmetic, "operations")
        assert all(same(back.gradients[name], split.gradients[name]) for name in INPUTS)
        assert all(same(values[name], split_values[name]) for name in values)


@settings(max_examples=40, deadline=None)
@given(programs(RATIONAL + SMOOTH), POINTS)
def test_forward_prop_is_evaluation(program, at):
    floats = {name: float(value) for name, value in at.items()}
    graph = build(program, INPUTS)
    assert forward(graph, floats, Float64()).values == trace(program, floats, Float64())


@settings(max_examples=40, deadline=None)
@given(programs(), POINTS)
def test_a_sweep_leaves_the_graph_as_it_was_and_a_second_gives_the_same(program, at):
    with exact(50, symbolic.is_zero) as arithmetic:
        graph, values, back = swept(program, at, arithmetic)
        before, kept = copy.deepcopy(graph), dict(values)
        again = backward(graph, values, lambda _: at, arithmetic)
        assert (again.gradients, again.contributions) == (back.gradients, back.contributions)
        assert (graph, dict(values)) == (before, kept)


@settings(max_examples=40, deadline=None)
@given(programs(), POINTS, st.data())
def test_running_forward_from_a_node_is_the_rest_with_its_value_given(program, at, data):
    with exact(50, symbolic.is_zero) as arithmetic:
        graph, values, _ = swept(program, at, arithmetic)
        node = data.draw(st.sampled_from(graph.nodes))
        moved = forward_from(graph, values, {node.name: values[node.name] + 1}, arithmetic)
        for each in graph.nodes:
            if each.name != node.name:
                known = {**values, **moved}
                assert evaluate(each.expression, known, arithmetic) == known[each.name]


def at_zero(source, arithmetic="exact"):
    graph = build(parse(source), ("w",))
    if arithmetic == "float64":
        there = forward(graph, {"w": 0.0}, Float64())
        return backward(graph, there.values, lambda _: {"w": 0.0}, Float64())
    with exact(50, symbolic.is_zero) as digits:
        there = forward(graph, {"w": Fraction(0)}, digits)
        return backward(graph, there.values, lambda _: {"w": Fraction(0)}, digits)


@pytest.mark.parametrize("arithmetic", ["exact", "float64"])
@pytest.mark.parametrize("source, left, right, used", [
    ("relu(w)", 0, 1, 0), ("|w|", -1, 1, 0), ("max(w, 3*w)", 1, 3, 1), ("min(-w, -3*w)", -1, -3, -1),
    ("leaky_relu(w)", Fraction(1, 100), 1, Fraction(1, 100)), ("sqrt(w)", None, None, None),
])  # fmt: skip
def test_at_a_kink_the_slope_nearest_to_0_is_used_and_told(source, left, right, used, arithmetic):
    (tie,) = at_zero(f"J = {source}", arithmetic).ties

    def number(value):
        return value if value is None or arithmetic == "exact" else float(value)

    assert (tie.left, tie.right, tie.used) == (number(left), number(right), number(used))


@pytest.mark.parametrize(
    "source", ["a = relu(w); J = a**2", "J = elu(w)", "J = relu(w)*w", "a = |w|; J = a*w"]
)
def test_a_kink_that_nothing_flows_through_is_none(source):
    back = at_zero(source)
    assert back.ties == ()
    assert back.gradients["w"] in (0, 1)


def test_what_lies_behind_a_vertical_tangent_has_no_gradient():
    back = at_zero("a = 2*w; b = cbrt(a); J = b + w")
    assert (back.gradients["w"], back.gradients["a"], back.gradients["b"]) == (None, None, 1)


def test_an_undefined_node_ends_the_sweep():
    graph = build(parse("a = w - 3; b = log(a); J = b*w"), ("w",))
    there = forward(graph, {"w": 2.0}, Float64())
    assert (there.undefined, dict(there.values)) == ("b", {"w": 2.0, "a": -1.0})
    assert there.problem == "log(a) is undefined: it needs a > 0"


@pytest.mark.parametrize("count", LONG)
def test_a_chain_of_many_nodes(count):
    source = "a0 = w*2\n" + "\n".join(f"a{i} = a{i - 1} + w" for i in range(1, count))
    graph = build(parse(source, (), file_limits(10**6)), ("w",))
    there = forward(graph, {"w": 0.5}, Float64())
    back = backward(graph, there.values, lambda _: {"w": 0.5}, Float64())
    assert there.values[graph.output] == 1 + 0.5 * (count - 1)
    assert back.gradients["w"] == 2 + (count - 1)


def test_a_deep_graph_of_shared_irrational_values_is_swept_exactly_in_no_time():
    source = "a0 = sin(w)\n" + "\n".join(f"a{i} = a{i - 1}*a{i - 1} + 1/9" for i in range(1, 60))
    graph = build(parse(source, (), file_limits(10_000)), ("w",))
    with exact(50, symbolic.is_zero) as arithmetic:
        there = forward(graph, {"w": Fraction(1)}, arithmetic)
        back = backward(graph, there.values, lambda _: {"w": Fraction(1)}, arithmetic)
    assert ball(back.gradients["w"]).radius < abs(ball(back.gradients["w"]).middle)
