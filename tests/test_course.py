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
