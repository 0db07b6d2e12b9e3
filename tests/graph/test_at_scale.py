"""A large graph on the tape gives what the graph in symbols gives."""

import json

import pytest
from console import run

from derivcli.cli import inputs
from derivcli.graphs import statements
from derivcli.language.parser import parse
from derivcli.language.tree import Assignment, Number, Unary

PROGRAM = "c = w*x; a = tanh(c) + b; d = a - y; J = d**2/2"
AT = ("--at", "w=2", "b=8", "x=-2", "y=2", "--wrt", "w", "b")


def graph(*arguments):
    return json.loads(run("graph", PROGRAM, *AT, "--format", "json", *arguments).stdout)


def test_a_large_graph_has_the_values_and_gradients_of_a_small_one(monkeypatch):
    small = graph("--arithmetic", "float64")
    monkeypatch.setattr(statements, "LARGE", 3)
    large = graph()
    assert large["note"].startswith("So large a graph is run in float64")
    assert large["arithmetic"] == "float64"
    assert large["value"] == pytest.approx(small["value"], rel=1e-12)
    assert large["gradients"] == pytest.approx(small["gradients"], rel=1e-12)
    for one, other in zip(large["nodes"], small["nodes"], strict=True):
        assert (one["name"], one["expression"]) == (other["name"], other["expression"])
        assert one["value"] == pytest.approx(other["value"], rel=1e-12)
        assert one["gradient"] == pytest.approx(other["gradient"], rel=1e-12)
    nudged = {each["name"]: each["estimate"] for each in small["check"]}
    for each in large["check"]:
        assert each["estimate"] == pytest.approx(nudged[each["name"]], rel=1e-9)


def test_exact_numbers_are_refused_for_a_large_graph(monkeypatch):
    monkeypatch.setattr(statements, "LARGE", 3)
    refused = run("graph", PROGRAM, *AT, "--arithmetic", "exact")
    assert (refused.status, refused.stdout) == (3, "")
    assert "too large for exact numbers" in refused.stderr


def test_the_point_may_stand_in_a_file(tmp_path):
    (tmp_path / "point.txt").write_text("w = 2  # a parameter\nb = 16 / 2\n\nx=-2 y=2\n", "utf-8")
    told = run("graph", PROGRAM, "--at", "@point.txt", "--wrt", "w", "b", "--format", "json")
    assert json.loads(told.stdout) == graph()
    missing = run("graph", PROGRAM, "--at", "@nowhere.txt")
    assert (missing.status, missing.stdout) == (2, "")


@pytest.mark.parametrize(
    "source", ["w=2", "w = 2.5", "b1=-0.125", "long_name = 12345678901234567890"]
)
def test_a_plain_value_is_read_as_the_parser_reads_it(source):
    name, value = inputs.constant(source, "in --at")
    assert (name, value) == (parse(source).output.name, parse(source))
    assert value.output.span == parse(source).output.span
    assert value.output.expression.span == parse(source).output.expression.span
    assert isinstance(value.statements[0], Assignment)
    assert isinstance(value.output.expression, Number | Unary)
