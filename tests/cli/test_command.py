"""Every form in which values, expressions and options can stand on the command line."""

import json

import pytest
from console import run, shell

from derivcli.cli.command import is_binding, is_constant


def asked(*arguments):
    """Return the expression, the points and the steps that were understood."""
    result = run(arguments[0], "--format", "json", *arguments[1:])
    assert result.status in (0, 4), result.stderr
    answer = json.loads(result.stdout)
    points = [point["at"] for point in answer["points"]]
    slopes = answer["points"][0]["slopes"] if points else []
    return (
        answer["expression"],
        points,
        [each["eps"] for each in slopes[0]["estimates"]] if slopes else [],
    )


@pytest.mark.parametrize("arguments, expected", [
    ("w**2 --at 3 --eps 0.001 0.002", ("w**2", [{"w": 3}], [0.001, 0.002])),
    ("w**2 --at 3 --eps 0.001 --eps 0.002", ("w**2", [{"w": 3}], [0.001, 0.002])),
    ("w**2 --at=3 --eps=0.001", ("w**2", [{"w": 3}], [0.001])),
    ("w**2 --at -3 --eps 1e-3", ("w**2", [{"w": -3}], [0.001])),
    ("w**2 --at=-3 --eps -1e-3", ("w**2", [{"w": -3}], [-0.001])),
    ("w**2 --at 3 -3 2 --eps 1", ("w**2", [{"w": 3}, {"w": -3}, {"w": 2}], [1])),
    ("-w**2 --at 3 --eps 1", ("-w**2", [{"w": 3}], [1])),
    ("--at 3 --eps 1 -- -w**2", ("-w**2", [{"w": 3}], [1])),
    ("--at 3 --eps 1 w**2", ("w**2", [{"w": 3}], [1])),
    ("--at 3 --eps 1 -w**2", ("-w**2", [{"w": 3}], [1])),
    ("-v**2 --at 3 --eps 1", ("-v**2", [{"v": 3}], [1])),
    ("-h --at 3 --eps 1", ("-h", [{"h": 3}], [1])),
    ("-sin(v) --at 0 --eps 1", ("-sin(v)", [{"v": 0}], [1])),
    ("w**2 --at 1/2 --eps 10^-3", ("w**2", [{"w": 0.5}], [0.001])),
    ("w*b --at w=2 b=8 --eps 1", ("w*b", [{"w": 2, "b": 8}], [1])),
    ("w*b --at w=2 --at b=8 --eps 1", ("w*b", [{"w": 2, "b": 8}], [1])),
    ("w*b --at b=8 w=-2 --eps 1", ("w*b", [{"w": -2, "b": 8}], [1])),
    ("w*b --at b=8 w=1 w=2 --eps 1", ("w*b", [{"w": 1, "b": 8}, {"w": 2, "b": 8}], [1])),
    ("w*b --at w=1 b=2 w=3 b=4 --eps 1", ("w*b", [{"w": 1, "b": 2}, {"w": 3, "b": 4}], [1])),
    ("w --at w=3 --eps 1", ("w", [{"w": 3}], [1])),
    ("e*w --at e=1 w=2 --eps 1", ("e*w", [{"e": 1, "w": 2}], [1])),
    ("w**2", ("w**2", [], [])),
])  # fmt: skip
def test_form(arguments, expected):
    assert asked("diff", *arguments.split()) == expected


def test_an_expression_may_hold_spaces_and_stand_anywhere():
    assert asked("diff", "--eps", "0.1", "w + 1", "--at", "3") == ("w + 1", [{"w": 3}], [0.1])
    assert asked("diff", "--wrt", "w", "--at", "w=3", "b=1", "w + b", "--eps", "1")[0] == "w + b"


@pytest.mark.parametrize("token, expected", [
    ("3", True), ("-3", True), ("1e-3", True), ("1E5", True), ("pi/4", True), ("-pi", True), ("sqrt(2)", True),
    ("10^-3", True), ("2*e", True), ("1/0", True), ("sin(", True), ("|−2|", True),
    ("w", False), ("-w**2", False), ("-", False), ("@file", False), ("", False), ("e1", False), ("E", False),
])  # fmt: skip
def test_what_may_follow_a_value(token, expected):
    assert is_constant(token) is expected


@pytest.mark.parametrize("token, expected", [
    ("w=3", True), ("w = -pi", True), ("θ=2", True), ("w==3", False), ("w=b", False), ("a=2;b=3", False), ("3", True),
])  # fmt: skip
def test_what_may_follow_a_binding(token, expected):
    assert is_binding(token) is expected


def test_greek_and_superscripts_arrive_as_typed():
    assert asked("diff", "3w²−2w", "--at", "1", "--eps", "1")[0] == "3*w**2 - 2*w"
    assert asked("diff", "θ²", "--at", "θ=2", "--eps", "1") == ("theta**2", [{"theta": 2}], [1])


def test_a_program_from_standard_input_and_from_a_file(tmp_path):
    assert run("diff", "-", "--at", "2", stdin="1/w\n").status == 0
    (tmp_path / "unit.txt").write_text("# a linear unit\nc = w*x\nJ = c + b\n", "utf-8")
    result = run("diff", "@unit.txt", "--wrt", "w", "--format", "json")
    assert json.loads(result.stdout)["derivatives"][0]["derivative"] == "x"


def test_a_file_may_hold_more_than_the_command_line(tmp_path):
    terms = "w" + " + w*2" * 400
    (tmp_path / "long.txt").write_text(terms, "utf-8")
    assert run("diff", terms).status == 3
    assert run("diff", "@long.txt").status == 0
    refused = run("diff", "@long.txt", "--max-operations", "100")
    assert (refused.status, refused.stdout) == (3, "")
    assert "--max-operations" in refused.stderr


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"w\0", b"w" * 10**6, b"", b"\n\n", b"w +\r\n1;;"]
)
def test_standard_input_of_any_kind(content):
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "derivcli", "diff", "-", "--at", "1"],
        input=content,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 2, 3)
    assert b"Traceback" not in done.stderr
    assert bool(done.stdout) is (done.returncode == 0)


def test_wrt_chooses_and_orders_the_partial_derivatives():
    answer = json.loads(
        run("diff", "w1**2*w2", "--wrt", "w2", "w1", "w2", "--format", "json").stdout
    )
    assert [each["variable"] for each in answer["derivatives"]] == ["w2", "w1"]


@pytest.mark.parametrize("arguments, message", [
    (("sin(w)", "--wrt", "sin"), "'sin' is a function, not a variable"),
    (("5", "--wrt", "x y"), "this is not a name"),
    (("5", "--wrt", "_x"), "unexpected character"),
    (("5", "--wrt", "a\x1b[31mred"), "U+001B"),
    (("5", "--wrt", "\\input{/etc/passwd}"), "unexpected character"),
    (("w = 3; w**2", "--at", "w=2"), "'w' is computed, not a variable"),
    (("w = 3; w**2", "--wrt", "w"), "'w' is computed, not a variable"),
])  # fmt: skip
def test_what_is_no_variable_is_refused(arguments, message):
    result = run("diff", *arguments)
    assert (result.status, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_name_that_is_computed_is_not_the_variable_of_a_constant():
    answer = json.loads(run("diff", "w = 3; w**2", "--at", "2", "--format", "json").stdout)
    assert answer["points"][0]["at"] == {"x": 2}
    assert answer["derivatives"] == [{"variable": "x", "order": 1, "derivative": "0", "latex": "0"}]


def test_greek_names_in_wrt_are_the_same_names():
    assert json.loads(run("diff", "θ²", "--wrt", "θ", "--format", "json").stdout)["variables"] == [
        "theta"
    ]


def test_numbers_of_thousands_of_digits_are_rounded_and_not_fatal():
    result = run("diff", "w**1000", "--at", "1.23456", "--eps", "0.001")
    assert (result.status, result.stderr) == (0, "")


def test_it_runs_as_a_module_and_as_a_script():
    for command in ("derivcli", "python -m derivcli"):
        result = shell(f"{command} diff w**2 --format plain")
        assert (result.stdout, result.status) == ("J(w) = w**2\ndJ/dw = 2*w\n", 0)


def test_values_in_files_follow_one_flag(tmp_path):
    (tmp_path / "x.csv").write_text("1\n2\n")
    (tmp_path / "y.csv").write_text("3\n4\n")
    done = shell("derivcli diff 'x.T @ y' --at x=@x.csv y=@y.csv --wrt x --format csv", tmp_path)
    assert [line.split(",")[:2] for line in done.stdout.splitlines()[1:2]] == [["x", "1"]]
