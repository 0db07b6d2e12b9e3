"""Each rule of backprop by hand: what flows through which edge, at kinks too; in both arithmetics."""

import math
import re
from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import Float64
from derivcli.calculus.exact import Ball, exact
from derivcli.errors import UndefinedError
from derivcli.graphs.backprop import backward, forward, forward_from
from derivcli.graphs.nodes import build
from derivcli.language.limits import file_limits
from derivcli.language.parser import parse
from derivcli.language.tree import nodes

each_arithmetic = pytest.mark.parametrize("kind", ["exact", "float64"])


def number(value):
    """Return what is compared: a float, or None."""
    return value if value is None else float(value.middle if isinstance(value, Ball) else value)


def swept(source, at, kind="exact", parameters=None, detail="statements"):
    """Return the values forward, and what flows back by every parameter."""
    graph = build(parse(source), tuple(parameters or at), detail)

    def point(arithmetic):
        fractions = {name: Fraction(value) for name, value in at.items()}
        return (
            {name: float(each) for name, each in fractions.items()}
            if kind == "float64"
            else fractions
        )

    if kind == "float64":
        values = forward(graph, point(None), Float64()).values
        return values, backward(graph, values, point, Float64())
    with exact(50, symbolic.is_zero) as arithmetic:
        values = forward(graph, point(arithmetic), arithmetic).values
        return values, backward(graph, values, point, arithmetic)


def gradients(back):
    return {name: number(value) for name, value in back.gradients.items()}


# Smooth


@each_arithmetic
def test_every_edge_of_a_unit_by_hand(kind):
    values, back = swept(
        "c = w*x; a = c + b; d = a - y; J = d**2/2", {"w": 2, "b": 8, "x": -2, "y": 1}, kind
    )
    assert values == {"w": 2, "b": 8, "x": -2, "y": 1, "c": -4, "a": 4, "d": 3, "J": 4.5}
    assert back.gradients == {"w": -6, "b": 3, "x": 6, "y": -3, "c": 3, "a": 3, "d": 3, "J": 1}
    assert back.locals == {
        ("J", "d"): 3, ("d", "a"): 1, ("d", "y"): -1, ("a", "c"): 1, ("a", "b"): 1,
        ("c", "w"): -2, ("c", "x"): 2,
    }  # fmt: skip
    assert back.contributions == {
        ("J", "d"): 3, ("d", "a"): 3, ("d", "y"): -3, ("a", "c"): 3, ("a", "b"): 3,
        ("c", "w"): -6, ("c", "x"): 6,
    }  # fmt: skip
    assert back.ties == ()


@each_arithmetic
def test_what_flows_through_two_edges_adds_up(kind):
    """J = (3w)² + 5w + 3w*7w: 18w + 5 + 42w."""
    _, back = swept("a = 3*w; b = 7*w; J = a**2 + 5*w + a*b", {"w": 2}, kind)
    assert back.gradients == {"w": 125, "a": 26, "b": 6, "J": 1}
    assert back.contributions == {
        ("J", "a"): 26,
        ("J", "w"): 5,
        ("J", "b"): 6,
        ("a", "w"): 78,
        ("b", "w"): 42,
    }


@each_arithmetic
def test_a_node_that_nothing_uses_passes_nothing_back(kind):
    _, back = swept("a = 3*w; b = w**2; J = a + 1", {"w": 5}, kind)
    assert back.gradients == {"w": 3, "a": 1, "b": 0, "J": 1}
    assert back.locals["b", "w"] == 10
    assert back.contributions["b", "w"] == 0


@each_arithmetic
def test_only_parameters_and_what_depends_on_them_have_a_gradient(kind):
    _, back = swept("c = x**2; a = w*c; J = a + x", {"w": 2, "x": 3, "q": 1}, kind, ("w", "q"))
    assert back.gradients == {"w": 9, "q": 0, "a": 1, "J": 1, "c": 0}
    assert set(back.locals) == {("a", "w"), ("J", "a")}


@each_arithmetic
@pytest.mark.parametrize("source", ["where(w > 0, 3, w)", "floor(w)", "sign(w)", "0*w + 3", "w**0"])
def test_what_does_not_change_has_the_slope_0(source, kind):
    _, back = swept(f"a = {source}; J = 2*a", {"w": 1.5}, kind)
    assert back.gradients == {"w": 0, "a": 2, "J": 1}
    assert back.ties == ()


SMOOTH = [
    ("sin(w)", math.cos(0.75)), ("exp(w)*w", 1.75 * math.exp(0.75)), ("w**w", 0.75**0.75 * (math.log(0.75) + 1)),
    ("log(w)/w", (1 - math.log(0.75)) / 0.75**2), ("relu(w) + |w| + max(w, 1)", 2),
]  # fmt: skip


@each_arithmetic
@pytest.mark.parametrize("detail", ["statements", "operations"])
@pytest.mark.parametrize("source, slope", SMOOTH)
def test_slopes_of_single_nodes_by_hand(source, slope, detail, kind):
    _, back = swept(f"a = {source}; J = 1 - 4*a", {"w": 0.75}, kind, detail=detail)
    assert number(back.gradients["w"]) == pytest.approx(-4 * slope, rel=1e-14)


# Kinks

TIES = [  # at w = 0: the slopes on the left and right, and what is used
    ("relu(w)", 0, 1, 0), ("relu(-w)", -1, 0, 0), ("-relu(w)", 0, -1, 0), ("-relu(-w)", 1, 0, 0),
    ("|w|", -1, 1, 0), ("-|w|", 1, -1, 0), ("max(w, 3*w)", 1, 3, 1), ("min(w, 3*w)", 3, 1, 1),
    ("max(-w, -3*w)", -3, -1, -1), ("min(-w, -3*w)", -1, -3, -1), ("max(w, pi*w)", 1, math.pi, 1),
    ("min(w, pi*w)", math.pi, 1, 1), ("max(e*w, pi*w)", math.e, math.pi, math.e),
    ("min(-e*w, -pi*w)", -math.e, -math.pi, -math.e), ("max(-2*w, pi*w)", -2, math.pi, 0),
    ("|w| + 2*w", 1, 3, 1), ("|w|/2 - w", -1.5, -0.5, -0.5),
]  # fmt: skip


@each_arithmetic
@pytest.mark.parametrize("source, left, right, used", TIES)
def test_of_two_slopes_the_one_nearest_to_0_is_used(source, left, right, used, kind):
    _, back = swept(f"a = {source}; J = 5 - 2*a", {"w": 0}, kind)
    (tie,) = back.ties
    assert (tie.node, tie.input) == ("a", "w")
    found = [number(each) for each in (tie.left, tie.right, tie.used)]
    assert found == pytest.approx([left, right, used], rel=1e-15)
    assert gradients(back) == pytest.approx({"w": -2 * used, "a": -2, "J": 1}, rel=1e-15)
    assert number(back.locals["a", "w"]) == pytest.approx(used, rel=1e-15)
    assert tie.reason.startswith("the slope jumps from ")


REASONS = [
    ("|w|", "the slope jumps from -1 to 1"), ("cbrt(w)", "the tangent is vertical"),
    ("floor(w)", "a jumps from -1 to 0"), ("heaviside(w)", "a jumps from 0 over 0.5 to 1"),
    ("where(w == 0, 7, w)", "a jumps: it is 7 at the point, but tends to 0"),
    ("sqrt(w)", "a is defined only at and to the right of the point"),
    ("sqrt(-w)", "a is defined only at and to the left of the point"),
    ("sqrt(-w**2)", "a is defined at this point alone"),
]  # fmt: skip


@each_arithmetic
@pytest.mark.parametrize("source, reason", REASONS)
def test_the_reason_names_the_node(source, reason, kind):
    _, back = swept(f"a = {source}; J = a + w", {"w": 0}, kind)
    (tie,) = back.ties
    assert tie.reason == reason


@each_arithmetic
@pytest.mark.parametrize("source", [source for source, _ in REASONS[1:]])
def test_without_slopes_nothing_is_used_and_nothing_is_known_behind(source, kind):
    of_b = re.sub(r"\bw\b", "b", source)
    _, back = swept(f"b = 3*w; a = {of_b}; c = 2*a; J = c + b + 7*u", {"w": 0, "u": 1}, kind)
    (tie,) = back.ties
    assert (tie.node, tie.input, tie.used) == ("a", "b", None)
    assert gradients(back) == {"w": None, "u": 7, "b": None, "a": 2, "c": 1, "J": 1}
    found = {edge: number(part) for edge, part in back.contributions.items()}
    assert found == {
        ("J", "c"): 1, ("J", "b"): 1, ("J", "u"): 7, ("c", "a"): 2, ("a", "b"): None, ("b", "w"): None,
    }  # fmt: skip
    assert back.locals["b", "w"] == 3


@each_arithmetic
def test_a_kink_is_told_where_something_flows_or_may_flow(kind):
    """Through b, nothing; behind c, nobody knows; 0 times no slope is not known either."""
    _, back = swept("a = |w|; J = a**2", {"w": 0}, kind)
    assert (back.ties, gradients(back)["w"]) == ((), 0)
    _, back = swept("a = |w|; c = cbrt(a); J = c + 1", {"w": 0}, kind)
    assert [(tie.node, tie.input) for tie in back.ties] == [("c", "a"), ("a", "w")]
    assert gradients(back) == {"w": None, "a": None, "c": 1, "J": 1}
    _, back = swept("a = cbrt(w); J = a**2", {"w": 0}, kind)
    assert [(tie.node, tie.input) for tie in back.ties] == [("a", "w")]
    assert gradients(back) == {"w": None, "a": 0, "J": 1}


@each_arithmetic
@pytest.mark.parametrize("source, slope", [
    ("elu(w)", 1), ("relu(w)*w", 0), ("|w|*w + 3*w", 3), ("w - relu(w)**2", 1), ("|w|**3 - pi*w", -math.pi),
    ("relu(w) - relu(-w)", 1), ("where(w > 0, sin(w), w)", 1), ("where(w > 0, exp(w), 1 + w)", 1),
])  # fmt: skip
def test_where_both_slopes_agree_there_is_a_derivative(source, slope, kind):
    _, back = swept(f"a = {source}; J = 3*a", {"w": 0}, kind)
    assert back.ties == ()
    assert number(back.gradients["w"]) == pytest.approx(3 * slope, rel=1e-15)


@each_arithmetic
@pytest.mark.parametrize("steps, edge, slopes", [
    ("a = w - 1; b = |a|", ("b", "a"), (-1, 1, 0)),
    ("a = sin(w - 1); b = max(a, 4*a)", ("b", "a"), (1, 4, 1)),
    ("a = log(w); c = 2*a; b = cbrt(c)", ("b", "c"), (None, None, None)),
    ("b = max(w, u)", ("b", "w"), (0, 1, 0)),
    ("b = min(u, w)", ("b", "w"), (1, 0, 0)),
])  # fmt: skip
def test_a_kink_behind_other_nodes_is_judged_at_their_values(steps, edge, slopes, kind):
    """At w = u = 1."""
    _, back = swept(f"{steps}; J = b - 5*w + u", {"w": 1, "u": 1}, kind, parameters=("w",))
    (tie,) = back.ties
    assert ((tie.node, tie.input), (number(tie.left), number(tie.right), number(tie.used))) == (
        edge,
        slopes,
    )


@pytest.mark.parametrize("step, edges", [
    ("b = |a - sqrt(2)|", ["a"]), ("b = |sin(pi*w)*a|", ["w"]), ("b = max(a, sqrt(w))", ["a", "w"]),
    ("b = relu(a - 2**(1/2))", ["a"]), ("b = |a - 1.4142135623730950488|", []),
])  # fmt: skip
def test_a_kink_at_an_irrational_number_is_met_exactly(step, edges):
    """At w = 2, where a is √2, and sin(pi*w) 0."""
    _, back = swept(f"a = sqrt(w); {step}; J = b", {"w": 2})
    assert [(tie.node, tie.input) for tie in back.ties] == [("b", edge) for edge in edges]


@each_arithmetic
def test_of_several_ties_each_is_told_from_the_output_backwards(kind):
    _, back = swept("a = |w|; b = relu(u); J = max(a, b) + a + b", {"w": 0, "u": 0}, kind)
    assert [(tie.node, tie.input) for tie in back.ties] == [
        ("J", "a"),
        ("J", "b"),
        ("b", "u"),
        ("a", "w"),
    ]


@pytest.mark.parametrize("found, part", [("forward", "values"), ("back", "ties"), ("tie", "used")])
def test_what_was_found_is_changed_by_nobody_who_reads_it(found, part):
    graph = build(parse("J = |w|"), ("w",))
    there = forward(graph, {"w": 0.0}, Float64())
    back = backward(graph, there.values, lambda _: {"w": 0.0}, Float64())
    with pytest.raises(FrozenInstanceError):
        setattr({"forward": there, "back": back, "tie": back.ties[0]}[found], part, None)


# Forward from somewhere


def test_what_does_not_depend_on_a_moved_value_is_not_computed_again():
    graph = build(parse("a = w*2; b = x + 1; c = a*b; d = b**2; J = c + d"), ("w", "x"))
    values = forward(graph, {"w": 3.0, "x": 4.0}, Float64()).values
    assert values == {"w": 3, "x": 4, "a": 6, "b": 5, "c": 30, "d": 25, "J": 55}
    assert forward_from(graph, values, {"w": 1.0}, Float64()) == {"w": 1, "a": 2, "c": 10, "J": 35}
    assert forward_from(graph, values, {"c": 1.0}, Float64()) == {"c": 1, "J": 26}
    assert forward_from(graph, values, {"J": 1.0}, Float64()) == {"J": 1}
    moved = {"x": 0.0, "c": 2.0}  # c stays where it was put
    assert forward_from(graph, values, moved, Float64()) == {"x": 0, "c": 2, "b": 1, "d": 1, "J": 3}
    assert values["J"] == 55


def test_a_value_that_is_moved_out_of_a_domain_is_undefined():
    graph = build(parse("a = w - 1; J = log(a)"), ("w",))
    values = forward(graph, {"w": 2.0}, Float64()).values
    with pytest.raises(UndefinedError):
        forward_from(graph, values, {"a": -1.0}, Float64())


# Deep graphs


def test_what_is_known_of_a_number_does_not_grow_with_the_graph():
    """Written out, the last value would have 2**80 parts; and the slope is the product of a'."""
    count = 80
    steps = [f"a{n} = a{n - 1}*a{n - 1}/a{n - 1} + sin(a{n - 1})/10" for n in range(1, count)]
    graph = build(parse("\n".join(["a0 = sin(w)", *steps]), (), file_limits(10_000)), ("w",))
    with exact(50, symbolic.is_zero) as arithmetic:
        there = forward(graph, {"w": Fraction(1)}, arithmetic)
        back = backward(graph, there.values, lambda _: {"w": Fraction(1)}, arithmetic)
    value, slope = math.sin(1), math.cos(1)
    for _ in range(1, count):
        value, slope = value + math.sin(value) / 10, slope * (1 + math.cos(value) / 10)
    assert number(there.values[graph.output]) == pytest.approx(value, rel=1e-12)
    assert number(back.gradients["w"]) == pytest.approx(slope, rel=1e-12)
    for found in (*there.values.values(), *back.gradients.values()):
        if isinstance(found, Ball):
            assert sum(1 for _ in nodes(found.tree)) < 5_000
