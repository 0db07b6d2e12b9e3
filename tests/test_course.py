"""The course's own numbers, through the command line: in JSON and in the table."""

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from console import run

from derivcli.calculus import symbolic
from derivcli.language.parser import parse
from derivcli.language.tree import inline

COURSE = json.loads((Path(__file__).parent / "course.json").read_text())


def diff(*arguments):
    result = run("diff", *arguments, "--format", "json")
    return json.loads(result.stdout), result.status


def names(row):
    return f"{row['expression']} at {row['at']}" + (f" eps {row['eps']}" if "eps" in row else "")


@pytest.mark.parametrize("row", COURSE["difference_quotients"], ids=names)
def test_difference_quotient_to_the_digit(row):
    at = ("--at", str(row["at"]), "--eps", row["eps"])
    answer, status = diff(row["expression"], *at)
    slope = answer["points"][0]["slopes"][0]
    estimate = slope["estimates"][0]
    assert status == 0
    assert answer["derivatives"][0]["derivative"] == row["derivative"]
    assert slope["slope_exact"] == row["slope"]
    for key in ("point", "value", "change", "estimate"):
        assert estimate[f"{key}_exact"] == row[key]
        assert estimate[key] == float(Fraction(row[key]))
    table = run("diff", row["expression"], *at).stdout
    for key in ("point", "value", "change", "estimate"):
        exact = Fraction(row[key])
        shown = row[key] if "/" not in row[key] else f"≈ {float(exact):.10g}"
        assert re.search(rf"│ +{re.escape(shown)} │", table), (key, shown)


@pytest.mark.parametrize("row", COURSE["float64_lab"], ids=names)
def test_float64_lab_to_the_digit(row):
    at = ("--at", str(row["at"]), "--eps", repr(row["eps"]), "--arithmetic", "float64")
    answer, _ = diff(row["expression"], *at)
    assert answer["points"][0]["slopes"][0]["estimates"][0]["estimate"] == row["estimate"]
    assert f"│ {row['estimate']!r} │" in run("diff", row["expression"], *at).stdout


@pytest.mark.parametrize("row", COURSE["kinks"], ids=names)
def test_verdict_at_a_kink(row):
    answer, status = diff(row["expression"], "--at", str(row["at"]))
    point = answer["points"][0]
    slope = point["slopes"][0]
    table = run("diff", row["expression"], "--at", str(row["at"])).stdout
    if row.get("undefined"):
        assert (status, point["value"], slope["slope"]) == (4, None, None)
        assert "is undefined" in table
    elif row.get("differentiable"):
        assert (status, slope["slope"]) == (0, row["slope"])
        assert re.search(rf"^dJ/dw = {row['slope']}(,|$)", table, re.MULTILINE)
    else:
        assert (status, slope["slope"], slope["differentiable"]) == (4, None, False)
        assert row.get("reason", "") in slope["reason"]
        assert "dJ/dw does not exist" in table
        if "left" in row:
            assert (slope["left"], slope["right"]) == (row["left"], row["right"])
            assert f"the slope jumps from {row['left']} to {row['right']}" in table


@pytest.mark.parametrize("expression, variable, order, expected", COURSE["derivatives"])
def test_derivative_is_the_published_one(expression, variable, order, expected):
    answer, _ = diff(expression, "--wrt", variable, "--order", str(order))
    found = parse(answer["derivatives"][0]["derivative"])
    difference = symbolic.to_sympy(inline(found)) - symbolic.to_sympy(inline(parse(expected)))
    assert sympy.simplify(difference) == 0
    assert (
        f"= {answer['derivatives'][0]['derivative']}\n"
        in run("diff", expression, "--wrt", variable, "--order", str(order)).stdout
    )


def graph(row, *arguments):
    words = ["graph", row["program"], "--at", *(f"{k}={v}" for k, v in row["at"].items())]
    if "wrt" in row:
        words += ["--wrt", *row["wrt"]]
    return run(*words, *arguments)


def told(row, *arguments):
    result = graph(row, "--format", "json", *arguments)
    assert result.status == 0, result.stderr
    answer = json.loads(result.stdout)
    nodes = {node["name"]: node for node in answer["nodes"]}
    slopes = {name: node["gradient"] for name, node in nodes.items()} | answer["gradients"]
    return answer, nodes, slopes


@pytest.mark.parametrize("arithmetic", ["exact", "float64"])
@pytest.mark.parametrize("row", COURSE["graphs"], ids=lambda row: row["name"])
def test_graph_to_the_digit(row, arithmetic):
    answer, nodes, slopes = told(row, "--arithmetic", arithmetic)
    for name, value in row.get("values", {}).items():
        assert nodes[name]["value"] == float(value)
    for name, value in row.get("gradients", {}).items():
        assert slopes[name] == value
    if arithmetic == "exact":
        exact = {name: node["value_exact"] for name, node in nodes.items()}
        assert {k: exact[k] for k in row.get("values", {})} == {
            k: str(v) for k, v in row.get("values", {}).items()
        }
    if "cost" in row:
        assert answer["cost"] == row["cost"]
    if "value_rounded" in row:
        assert f"{answer['value']:.4f}" == row["value_rounded"]
        assert {k: f"{slopes[k]:.4f}" for k in row["at"]} == row["gradients_rounded"]


@pytest.mark.parametrize(
    "row", [row for row in COURSE["graphs"] if "check" in row], ids=lambda row: row["name"]
)
def test_double_check_to_the_digit(row):
    answer, _, _ = told(row)
    checks = {each["name"]: each for each in answer["check"]}
    table = graph(row).stdout
    for name, expected in row["check"].items():
        assert checks[name]["eps_exact"] == expected["eps"]
        assert checks[name]["value_exact"] == expected["value"]
        assert re.search(
            rf"│ {name} +│ +{expected['eps']} │ +{re.escape(expected['value'])} │", table
        )


@pytest.mark.parametrize(
    "row", [row for row in COURSE["graphs"] if "float64" in row], ids=lambda row: row["name"]
)
def test_double_check_in_float64_to_the_digit(row):
    answer, _, _ = told(row, "--arithmetic", "float64", "--eps", row["float64"]["eps"])
    estimates = {each["name"]: each["estimate"] for each in answer["check"]}
    assert estimates["w"] == row["float64"]["estimate"]


def test_wrap_up_has_the_rows_of_the_chapter():
    shown = graph(COURSE["graphs"][0]).stdout
    rows = re.findall(r"│ (\d) │ (\w) = \S+ +│(?: ∂J/∂(\w) = \S+)? +│", shown)
    assert rows == [
        ("1", "w", "d"), ("2", "c", "a"), ("3", "b", "b"), ("4", "a", "c"), ("5", "d", "w"), ("6", "J", ""),
    ]  # fmt: skip
    for line in (
        "c = w*x = 2*(-2) = -4", "a = c + b = -4 + 8 = 4", "∂J/∂d = d = 2",
        "∂J/∂a = ∂d/∂a * ∂J/∂d = 1 * 2 = 2", "∂J/∂w = ∂c/∂w * ∂J/∂c = -2 * 2 = -4",
    ):  # fmt: skip
        assert f"\n{line}\n" in shown
