"""What --format python hands out runs in a fresh interpreter, and finds what derivcli finds."""

import subprocess
import sys

import pytest

from derivcli.calculus.results import Request
from derivcli.calculus.study import study_of
from derivcli.calculus.sympy_script import sympy_script
from derivcli.cli.array_programs import read
from derivcli.language.parser import parse
from derivcli.matrices.study import array_study
from derivcli.matrices.study_results import ArrayRequest

EXPRESSIONS = [
    ("w**2", {"w": "3"}, "w"),
    ("(w*x + b - y)**2/2", {"w": "2", "x": "-2", "b": "8", "y": "2"}, "w"),
    ("sigmoid(w)*w**2", {"w": "1/3"}, "w"),
    ("relu(w) + abs(w - 1) + max(w, 3)", {"w": "2"}, "w"),
    ("a = sin(w)/w; J = log(a, 2) + w**(1/3)", {"w": "pi/4"}, "w"),
    ("where(w < 2, w**2, 4*w - 4)", {"w": "1.5"}, "w"),
    ("lambda_*diff + 2**-diff", {"lambda_": "2", "diff": "0.5"}, "diff"),
]


def ran(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("source", "at", "by"), EXPRESSIONS, ids=lambda each: str(each)[:30])
def test_the_script_for_sympy_finds_the_same_estimates(source, at, by):
    program = parse(source, {*at, by})
    methods = ("forward", "backward", "central", "complex", "richardson")
    if "abs" in source or "where" in source:
        methods = methods[:3]  # a complex step does not know what is less
    point = {name: parse(value) for name, value in at.items()}
    request = Request(program, (point,), (by,), (parse("0.001"),), methods=methods)
    estimates = study_of(request).points[0].slopes[0].estimates
    lines = ran(sympy_script(request).code).splitlines()
    for each in estimates:
        (line,) = (line for line in lines if line.startswith(f"{each.method}: eps"))
        value = float(line.split("estimate =")[1].split()[0])
        assert value == pytest.approx(float(each.estimate), rel=1e-12)


def test_the_program_for_numpy_finds_the_same_gradient():
    program = read("norm(A @ x - b)**2", (), ["A=[[1, 2], [3, 4]]", "x=[5, 6]", "b=[7, 9]"], ["x"],
                   10_000)  # fmt: skip
    code = array_study(ArrayRequest(program, code=True)).code
    (slope,) = array_study(ArrayRequest(program)).points[0].slopes
    line = next(line for line in ran(code).splitlines() if line.startswith("dx[0, 0] ="))
    assert float(line.split(" = ")[1].split(",")[0]) == float(slope.slope[0][0])
