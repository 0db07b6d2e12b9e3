"""Programs to graphs: which nodes there are, and their local derivatives."""

import pytest

from derivcli.graphs.nodes import build
from derivcli.graphs.statements import leading_to, natural_detail, operations
from derivcli.language.limits import file_limits
from derivcli.language.parser import parse
from derivcli.language.text import text


def graph(source, *parameters, detail="statements"):
    program = parse(source)
    return build(program, parameters or program.variables, detail)


def local(source, name, detail="statements"):
    return {edge.name: text(edge.local) for node in graph(source, detail=detail).nodes
            if node.name == name for edge in node.edges}  # fmt: skip


@pytest.mark.parametrize("source, split", [
    ("w**2", "w**2"),
    ("(w*x + b)*(w*x) - w", "v1 = w*x; v2 = v1 + b; v3 = v2*v1; v3 - w"),
    ("d = a*b + 1; J = d^2 + a*b", "v1 = a*b; d = v1 + 1; v2 = d**2; J = v2 + v1"),
    ("a = w*x; J = w*x + 1", "a = w*x; J = a + 1"),
    ("a = w*x; J = w*x", "a = w*x; J = a"),
    ("v1 = 2w; J = v1*w + 1", "v1 = 2*w; v2 = v1*w; J = v2 + 1"),
    ("v2*w + 1", "v1 = v2*w; v1 + 1"),
    ("sqrt(2)*w + 3/4", "v1 = sqrt(2)*w; v1 + 3/4"),
    ("-sin(w)", "v1 = sin(w); -v1"),
    ("+(+w*2)", "w*2"),
    ("max(a, b, a*b)", "v1 = max(a, b); v2 = a*b; max(v1, v2)"),
    ("w*where(w > 0, sqrt(w), -w**2)", "v1 = piecewise(sqrt(w), w > 0, -w**2); w*v1"),
    ("J = 5", "J = 5"), ("a = w; J = +a", "a = w; J = a"),
])  # fmt: skip
def test_each_operation_is_a_node_and_the_same_one_is_done_once(source, split):
    assert text(operations(parse(source))) == split


@pytest.mark.parametrize("source, detail", [
    ("w**2", "statements"), ("w", "statements"), ("2", "statements"), ("sqrt(2)*w", "statements"),
    ("w**2 + 1", "operations"), ("J = w**2 + 1", "operations"), ("a = w + 1; J = a**2/2", "statements"),
])  # fmt: skip
def test_a_lone_expression_of_several_operations_is_split(source, detail):
    assert natural_detail(parse(source)) == detail


def test_only_what_leads_to_the_output_is_kept():
    program = parse("a = w*x; b = w*y; c = 2*a; J = a + 1")
    assert text(leading_to(program, "J")) == "a = w*x; J = a + 1"
    assert text(leading_to(program, "c")) == "a = w*x; c = 2*a"


@pytest.mark.parametrize("source, name, expected", [
    ("J = d**2/2", "J", {"d": "d"}),
    ("J = (a - y)**2/2", "J", {"a": "a - y", "y": "-a + y"}),
    ("a = sigmoid(z); J = a", "a", {"z": "sigmoid(z)*(1 - sigmoid(z))"}),
    ("L = -y*log(a) - (1-y)*log(1-a)", "L", {"a": "-y/a + (1 - y)/(1 - a)", "y": "-log(a) + log(1 - a)"}),
    ("J = u/v", "J", {"u": "1/v", "v": "-u/v**2"}),
    ("J = e*w", "J", {"w": "e"}),
])  # fmt: skip
def test_local_derivatives_are_short(source, name, expected):
    assert local(source, name) == expected


def test_a_constant_hidden_by_a_variable_of_its_name_stays_a_constant():
    program = parse("J = 2.718281828459045*e**w", ("e",))
    (node,) = build(program, ("e", "w")).nodes
    assert {edge.name: text(edge.local) for edge in node.edges}["w"].count("e**w") == 1


def test_data_have_no_edges_and_what_depends_on_data_alone_neither():
    nodes = graph("s = x**2; c = w*s; J = c + y", "w").nodes
    assert [[edge.name for edge in node.edges] for node in nodes] == [[], ["w"], ["c"]]
    assert [node.inputs for node in nodes] == [("x",), ("w", "s"), ("c", "y")]


def test_a_derivative_that_sympy_cannot_write_is_left_as_the_rules_give_it():
    assert local("J = 1/0*w", "J") == {"w": "1/0"}


@pytest.mark.parametrize("detail", ["statements", "operations"])
def test_a_long_chain_is_built_without_recursion(detail):
    source = "a0 = w*x\n" + "\n".join(f"a{i} = tanh(a{i - 1})/2 + w" for i in range(1, 5000))
    built = build(parse(source, (), file_limits(100_000)), ("w",), detail)
    assert len(built.nodes) == (5000 if detail == "statements" else 1 + 3 * 4999)
