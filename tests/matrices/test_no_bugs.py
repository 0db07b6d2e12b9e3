"""No question about matrices ends as a bug: what random programs came upon."""

import json

import pytest
from console import run


@pytest.mark.parametrize("source", [
    "sum(max(x, x)*cumsum(x, axis=0))", "logdet(max(A, A))", "sum(min(x, A @ x))",
    "det(max(A - A, inv(A)))", "sum(max(x, 2, A @ x))",
])  # fmt: skip
def test_the_larger_of_two_matrices_has_its_steps(source):
    wrt = "x" if "x" in source.replace("max", "") else "A"
    shapes = [each for each in ("A=nxn", "x=nx1") if each[0] in source.replace("max", "")]
    found = run("steps", source, "--shape", *shapes, "--wrt", wrt, "--format", "json")
    assert found.status == 0, found.stderr
    assert json.loads(found.stdout)["verified"]


@pytest.mark.parametrize("command", ["diff", "graph"])
def test_numbers_too_near_to_one_another_at_a_sample_are_no_bug(command):
    found = run(command, "J = max((A - A) + sqrt(A))", "--at", "A=[[0, -0.25], [1, 0.5]]")
    assert found.status == 4  # the root of -0.25
    found = run(command, "J = max((A - A) + sqrt(A))", "--at", "A=[[0.1, 0.25], [1, 0.5]]")
    assert found.status == 0, found.stderr
