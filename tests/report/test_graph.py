"""What `graph` says: numbers in place of names, nudges, kinks; and what it does with files."""

import json
import re
import shlex

import pytest
from console import run, shell
from tiers import thinned

from derivcli.exercises.programs import load
from derivcli.render import dot

UNIT = ("graph", "--example", "linear unit")


@pytest.mark.parametrize("program, at, line", [
    ("J = a - b", "a=1 b=-2", "J = a - b = 1 - (-2) = 3"),
    ("J = a + b*c", "a=1 b=-0.5 c=2", "J = a + b*c = 1 + (-0.5)*2 = 0"),
    ("J = a + -b**2", "a=1 b=0.5", "J = a + (-b**2) = 1 + (-0.5**2) = 0.75"),
    ("J = b**2", "b=-3", "J = b**2 = (-3)**2 = 9"),
    ("J = b/c", "b=1 c=3", "J = b/c = 1/3 ≈ 0.3333333333"),
    ("a = sqrt(w); J = a**2", "w=2", "J = a**2 ≈ 1.414213562**2 = 2"),
    ("J = exp(w)", "w=1", "J = exp(w) = exp(1) ≈ 2.718281828"),
    ("a = w; J = a", "w=1", "J = a = 1"),
    ("J = w*1e30", "w=1e-30", "J = w*1e30 = 1e-30*1e30 = 1"),
])  # fmt: skip
def test_forward_prop_has_numbers_in_place_of_names(program, at, line):
    assert (
        f"\n{line}\n"
        in run(
            "graph", program, "--at", *at.split(), "--only", "forward", "--detail", "statements"
        ).stdout
    )


@pytest.mark.parametrize("program, at, sentence", [
    ("J = -2*w", "1", "If w goes up by 0.001, J goes down by 0.002, which is 2 x 0.001; or, the same, up by -2 x 0.001."),
    ("J = w**2", "0", "If w goes up by 0.001, J goes up by 0.000001: hardly at all, as the derivative is 0."),
    ("J = 0*w + 1", "0", "If w goes up by 0.001, J does not change: the derivative is 0."),
    ("J = sqrt(1 - w)", "0.9995", "If w goes up by 0.001, J has no value: "),
])  # fmt: skip
def test_a_nudge_is_told_as_it_is(program, at, sentence):
    arguments = ("--at", at, "--detail", "statements", "--only", "backward")
    assert sentence in run("graph", program, *arguments).stdout


def test_a_name_used_twice_has_the_sum_of_what_comes_back():
    shown = run("graph", "a = w**2; b = 3*a; c = a*b; J = c + b", "--at", "2").stdout
    assert "∂J/∂b = 1 + ∂c/∂b * ∂J/∂c = 1 + 4 * 1 = 5" in shown
    assert "∂J/∂a = ∂c/∂a * ∂J/∂c + ∂b/∂a * ∂J/∂b = 12 * 1 + 3 * 5 = 27" in shown


def test_what_rests_on_a_kink_is_never_called_a_derivative():
    program, at = "z = w*x; a = relu(z); J = a + b", ("w=0", "x=2", "b=1")
    result = run("graph", program, "--at", *at, "--wrt", "w", "b")
    assert result.status == 4
    assert "left slope 0, right slope 1. By convention backprop goes on with 0" in result.stdout
    assert "∂a/∂z := 0 by convention" in result.stdout
    assert re.search(r"∂J/∂w = 0 \(convention\)", result.stdout)
    assert "the derivative is 0" not in result.stdout


def test_a_drawn_gradient_that_is_no_derivative_says_so():
    program = ("graph", "z = w*x; a = relu(z); J = a + b", "--at", "w=0", "x=2", "b=1")
    drawn = run(*program, "--wrt", "w", "b", "--draw", "dot").stdout
    assert "∂J/∂w = 0 (convention)" in drawn
    assert "∂J/∂b = 1<" in drawn


@pytest.mark.parametrize("form", thinned(["rich", "plain", "markdown", "latex", "json", "csv"], 2))
def test_a_long_program_is_told_by_its_ends(form, tmp_path):
    steps = "\n".join(f"a{i} = a{i - 1} + w" for i in range(1, 300))
    (tmp_path / "long.txt").write_text(f"a0 = w*2\n{steps}\n", "utf-8")
    result = run("graph", "@long.txt", "--at", "1", "--arithmetic", "float64", "--format", form)
    assert result.status == 0
    if form == "json":
        assert len(json.loads(result.stdout)["nodes"]) == 300
    elif form == "csv":
        assert result.stdout.count("\n") > 500
    else:
        assert "280 more steps" in result.stdout
        assert result.stdout.count("\n") < 800


@pytest.mark.parametrize("suffix, start", [
    ("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("dot", b"digraph"), ("gv", b"digraph"), ("mmd", b"flowchart"),
    ("md", b"$$\nc = w x\n$$"), ("tex", b"% needs: \\usepackage{amsmath,booktabs,graphicx,tikz}"), ("json", b"{"), ("csv", b"name,"), ("txt", b"c = w*x"),
])  # fmt: skip
def test_every_suffix_has_its_format(suffix, start, tmp_path):
    assert run(*UNIT, "--output", f"graph.{suffix}").session == ""
    assert (tmp_path / f"graph.{suffix}").read_bytes().startswith(start)


def test_without_a_painter_a_picture_is_refused_before_anything_is_computed(monkeypatch, tmp_path):
    monkeypatch.setattr("derivcli.cli.output._has_matplotlib", lambda: False)
    monkeypatch.setattr(dot.shutil, "which", lambda _: None)
    result = run(*UNIT, "--output", "graph.svg")
    assert (result.status, result.stdout) == (2, "")
    assert "a picture needs Graphviz or matplotlib, and neither is installed" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_painter_that_fails_leaves_no_file(monkeypatch, tmp_path):
    monkeypatch.setattr("derivcli.cli.output._has_matplotlib", lambda: False)
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "dot").write_text("#!/bin/sh\nexit 1\n")
    (folder / "dot").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    result = run(*UNIT, "--output", "graph.svg")
    assert (result.status, result.stdout) == (3, "")
    assert not (tmp_path / "graph.svg").exists()


def test_help_of_graph_loads_no_mathematics():
    code = "import sys; from derivcli.cli.main import main; main(['graph', '--help']);"
    code += "print(sorted({'sympy', 'mpmath', 'numpy', 'matplotlib'} & set(sys.modules)))"
    assert shell(f'python -c "{code}"').stdout.endswith("[]\n")


def test_only_takes_one_value_and_the_program_may_follow_it():
    assert "Backprop" not in run("graph", "--only", "forward", "J = w**2", "--at", "3").stdout


@pytest.mark.parametrize("name", [each.name for each in load()])
def test_every_program_runs_by_its_name_and_by_the_command_that_is_printed(name):
    told = json.loads(run("examples", name, "--format", "json").stdout)["examples"][0]["command"]
    by_command = run(*shlex.split(told)[1:])
    assert by_command.status == 0
    assert run("graph", "--example", name).stdout == by_command.stdout


def test_a_file_of_programs_alone_is_listed(tmp_path):
    (tmp_path / "examples.toml").write_text('[[program]]\nprogram = "J = w**2"\nat = 3\n', "utf-8")
    assert "J = w**2" in run("examples").stdout
    assert run("graph", "--example", "J = w**2", "--only", "check").status == 0
    assert "has no [[example]]" in run("table").stderr


def test_values_given_go_before_those_of_the_example():
    arguments = ("--at", "w=3", "b=8", "x=-2", "y=2", "--wrt", "b", "--format", "json")
    answer = json.loads(run(*UNIT, *arguments).stdout)
    assert (answer["value"], answer["gradients"]) == (0, {"b": 0})
