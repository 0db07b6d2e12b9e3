"""`sweep` and `descend` from the command line: values after one flag, contracts of JSON, files."""

import csv
import io
import json
import sys

import pytest
from console import run, shell


def answer(*arguments):
    command, *rest = arguments
    result = run(command, "--format", "json", *rest)
    assert not result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    "arguments",
    [
        ("(w*x + b)**2", "--from", "w=1", "b=2", "x=3", "--wrt", "w", "b"),
        ("--from", "w=1", "b=2", "x=3", "--wrt", "w", "b", "--", "(w*x + b)**2"),
        ("--from=w=1", "--from", "b=2", "x=3", "(w*x + b)**2", "--wrt=w", "--wrt", "b"),
        ("--wrt", "w", "b", "--from", "w=1", "b=4/2", "x=sqrt(9)", "(w*x + b)**2"),
    ],
)
def test_from_takes_values_as_at_does(arguments):
    found = answer("descend", "--iterations", "1", *arguments)
    assert found["steps"][0]["at"] == {"w": 1, "b": 2}
    assert found["data"] == {"x": 3}
    assert found["steps"][0]["gradient"] == {"w": 30, "b": 10}


def test_an_expression_that_begins_with_a_minus_is_one():
    assert answer("descend", "-w**2", "--from", "-1", "--iterations", "2")["outcome"] == "stopped"
    assert answer("descend", "--from", "-1", "-w**2")["outcome"] == "diverged"


def test_the_contract_of_descend():
    found = answer("descend", "w**2", "--from", "3")
    assert found["schema"] == "derivcli.descend/1"
    assert found["rate"] == 0.1
    first = found["steps"][0]
    assert (first["iteration"], first["at"], first["value"], first["gradient"]) == (
        0,
        {"w": 3},
        9,
        {"w": 6},
    )
    assert found["steps"][3]["at_exact"] == {"w": "1.536"}
    assert len(found["steps"]) == 21
    assert found["outcome"] in {"converged", "diverged", "stopped"}
    assert "backdrop" not in found  # drawn, not told


def test_the_contract_of_sweep():
    arguments = (
        "--at",
        "3",
        "--method",
        "forward",
        "central",
        "--arithmetic",
        "float64",
        "float32",
    )
    found = answer("sweep", *arguments, "w**3")
    assert found["schema"] == "derivcli.sweep/1"
    assert len(found["rows"]) == 4 * 16
    assert {"method", "arithmetic", "eps", "estimate", "error"} <= found["rows"][0].keys()
    assert [(each["method"], each["arithmetic"]) for each in found["summary"]] == [
        ("forward", "float64"), ("central", "float64"), ("forward", "float32"), ("central", "float32"),
    ]  # fmt: skip
    assert {"order", "best_eps", "predicted_eps"} <= found["summary"][0].keys()
    assert found["rows"][0]["error"] > 0  # signed: the chord of w**3 is steeper than its tangent


def test_ten_thousand_steps_are_ten_thousand_rows():
    arguments = ("descend", "w**2", "--from", "3", "--rate", "1e-4", "--iterations", "10000")
    rows = list(csv.DictReader(io.StringIO(run(*arguments, "--format", "csv").stdout)))
    steps = answer(*arguments)["steps"]
    assert len(rows) == len(steps) == 10_001
    assert float(rows[-1]["w"]) == steps[-1]["at"]["w"]
    w = 3.0
    for _ in range(10_000):
        w -= 1e-4 * (2 * w)
    assert steps[-1]["at"]["w"] == w


@pytest.mark.parametrize("width", ["40", "200"])
def test_no_digit_is_lost_in_a_pipe(width):
    command = f"COLUMNS={width} derivcli descend 'w**2' --from 3 --iterations 5"
    assert "0.98304" in shell(command).stdout


def test_a_picture_of_the_path(tmp_path):
    pytest.importorskip("matplotlib")
    for command in (["descend", "w**2", "--from", "3"], ["sweep", "w**2", "--at", "3"]):
        result = run(*command, "--output", "picture.svg")
        assert (result.stdout, result.status) == ("", 0)
        assert "<svg" in (tmp_path / "picture.svg").read_text("utf-8")


@pytest.mark.parametrize("command", ["sweep", "descend"])
def test_help_loads_no_mathematics(command):
    code = (
        "import sys; from derivcli.cli.main import main; main([sys.argv[1], '--help']);"
        "sys.exit(any(name in sys.modules for name in ('sympy', 'mpmath', 'rich.table')))"
    )
    result = shell(f'{sys.executable} -c "{code}" {command}')
    assert result.status == 0
    assert "--arithmetic" in result.stdout
