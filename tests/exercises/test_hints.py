"""`check --hide` and `--hint`: what is judged or hinted at, and never given away."""

import json
import re
import shlex

import pytest
import sympy
from console import run

FORMATS = ("rich", "plain", "json", "csv", "markdown", "latex")
# Expression, a wrong answer, and what only the derivative holds, as text and as LaTeX.
WRONG = [
    ("sin(w**2)", "cos(w**2)", ("2*w", "2 w")),
    ("w**3", "-3*w**2 + w", ("3*w**2}", "dJ/dw = ")),
    ("7*w + 5*w**2", "7 + 5*w", ("10",)),
    ("sin(3*w)", "cos(3*w)", ("3*cos", "factor 3", "3 \\cos")),
    ("w**2 + 8*w", "2*w", ("8 too",)),
    ("exp(5*w)", "exp(5*w)", ("5*exp", "5 e")),
    ("abs(w)", "1", ("sign", "sgn", "-1")),
]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("expression", "answer", "secrets"), WRONG)
def test_no_format_shows_what_is_hidden(expression, answer, secrets, form):
    result = run("check", expression, answer, "--hide", "--format", form)
    assert result.status == 1
    for secret in secrets:
        assert secret not in result.stdout
    shown = run("check", expression, answer, "--format", form)
    assert shown.status == 1  # the verdict is that of an open one
    assert shown.stdout != result.stdout


def test_json_has_no_derivative():
    told = json.loads(run("check", "w**3", "w**2", "--hide", "--format", "json").stdout)
    assert told["derivative"] is told["latex"] is told["detail"] is None
    assert told["diagnosis"] == "power not brought down"
    point = told["counterexample"]
    assert point["expected"] is point["expected_exact"] is point["difference"] is None
    assert point["answer"] == point["at"]["w"] ** 2


@pytest.mark.parametrize(("answer", "status"), [("2*w", 0), ("w", 1)])
def test_statuses_stay(answer, status):
    assert run("check", "w**2", answer, "--hide").status == status
    assert run("check", "w**2", answer, "--hint", "1").status == status


def test_a_gradient_is_hidden():
    asked = ("check", "x.T @ A @ x", "A @ x", "--shape", "x=nx1", "A=nxn", "--wrt", "x", "--hide")
    told = json.loads(run(*asked, "--format", "json").stdout)
    assert told["verdict"] == "wrong"
    assert told["derivative"] is told["latex"] is told["repair"] is told["detail"] is None
    assert told["lines"] == []
    assert told["counterexample"]["expected"] is None
    assert "A.T" not in run(*asked).stdout


def test_the_factor_in_a_mistake_of_a_gradient_is_hidden():
    result = run("check", "x.T @ x", "x", "--shape", "x=nx1", "--hide")
    assert "factor missing" in result.stdout
    assert "factor 2" not in result.stdout


def test_a_file_is_judged_hidden(tmp_path):
    path = tmp_path / "answers.toml"
    path.write_text('[[exercise]]\nexpression = "sin(4*w)"\nanswer = "cos(4*w)"\n')
    for form in FORMATS:
        result = run("check", "--file", str(path), "--hide", "--format", form)
        assert result.status == 1
        assert "inner derivative missing" in result.stdout
        assert "4*cos" not in result.stdout
        assert "factor 4" not in result.stdout


HINTED = ["w**3*sin(2*w)", "w**2 + 3", "3 + w**2", "sin(w)", "log(w) + 1", "(w**2 + 1)**5", "w**7",
          "2**w", "sin(w)/w", "1/w", "w**w", "-sin(w)", "log(sin(w))", "tan(w)", "w/3", "sqrt(w)",
          "where(w > 0, w**2, w)", "max(w, w**2)", "abs(w**3)", "a = w**2; a*sin(a)"]  # fmt: skip


@pytest.mark.parametrize("expression", HINTED)
def test_no_hint_before_the_last_shows_the_derivative(expression):
    last = json.loads(run("check", expression, "--hint", "3", "--format", "json").stdout)
    derivative = last["derivation"]["derivative"]
    for number in "12":
        for form in FORMATS:
            result = run("check", expression, "--hint", number, "--format", form)
            assert result.status == 0
            assert not re.search(rf"(?<![\w*-]){re.escape(derivative)}(?![\w*])", result.stdout)
            assert "dJ/dw =" not in result.stdout


def test_the_hints_of_a_product():
    first, second = (
        json.loads(run("check", "w**3*sin(2*w)", "--hint", each, "--format", "json").stdout)
        for each in "12"
    )
    assert first["rule"] == "product rule"
    assert [each["text"] for each in first["parts"]] == ["w**3", "sin(2*w)"]
    assert first["step"] is first["derivation"] is None
    step = second["step"]
    difference = sympy.diff(sympy.sympify(step["before"])) - sympy.sympify(step["after"])
    assert sympy.simplify(difference) == 0
    assert second["derivation"] is None


@pytest.mark.parametrize("expression", ["sin(w)", "log(w, 2)", "w", "5", "a = w**2; a"])
def test_the_command_in_a_hint_runs(expression):
    told = run("check", expression, "--wrt", "w", "--hint", "2").stdout
    command = re.search(r"derivcli (steps --rule .*) tells", told)[1]
    assert run(*shlex.split(command)).status == 0


def test_a_rule_in_words_has_no_letters():
    told = run("check", "where(w > 0, w**2, w)", "--hint", "1").stdout
    assert "piecewise rule comes first: each piece" in told
    assert "u = " not in told


@pytest.mark.parametrize(("arguments", "message"), [
    (("x.T @ x", "--shape", "x=nx1", "--hint", "1"), "not of matrices"),
    (("w**2", "--hint", "1", "--order", "2"), "first derivative"),
    (("w**2", "--hint", "1", "--assume", "w > 0"), "about an ANSWER"),
    (("w**2", "--hint", "4"), "--hint"),
    (("w**2", "--hint", "0"), "--hint"),
    (("w**2", "--hide"), "ANSWER is missing"),
    (("w*x", "--hint", "1"), "variables"),
    (("--file", "answers.toml", "--hint", "1"), "one expression"),
])  # fmt: skip
def test_what_has_no_hint_is_refused(arguments, message):
    result = run("check", *arguments)
    assert result.status == 2
    assert result.stdout == ""
    assert message in result.stderr
