"""What Tab completes: asked as the scripts ask, and in real shells, as somebody types."""

import re
import subprocess
import sys

import pytest
from console import run

from derivcli.cli.app import COMMANDS
from derivcli.cli.shells import split
from derivcli.networks.activations import LISTED
from derivcli.networks.judging.mistake_words import WORDS
from derivcli.networks.losses import LOSSES

SHELLS = ("bash", "zsh", "fish", "powershell")
METHODS = ["forward", "backward", "central", "complex", "richardson"]
ARITHMETICS = ["exact", "float64", "float32"]
FORMATS = ["rich", "plain", "json", "csv", "markdown", "latex", "html"]
PROGRAMS = ["linear unit", "two ReLU units", "logistic regression"]
FILES = ["files"]
NOTHING = ["names"]


def answer(shell, *words):
    result = run("completion", shell, "--", *words)
    assert (result.status, result.stderr) == (0, "")
    return result.stdout.splitlines()


def following(*words):
    """Return what zsh is told: names, or that files follow."""
    return [line.partition("\t")[0] for line in answer("zsh", *words)]


@pytest.mark.parametrize("words, expected", [
    ([""], COMMANDS), (["help", ""], COMMANDS), (["completion", ""], SHELLS), (["-"], ["--version", "--man", "--help"]),
    (["diff", "w", "--method", ""], METHODS), (["diff", "w", "--method", "forward", ""], METHODS),
    (["diff", "--method", "forward", "central", "c"], METHODS), (["diff", "w", "--method=c"], METHODS),
    (["diff", "--method", "forward", "--method", ""], METHODS), (["diff", "-w", "--arithmetic", ""], ARITHMETICS),
    (["sweep", "w", "--arithmetic", "exact", ""], ARITHMETICS), (["descend", "w", "--format", ""], FORMATS),
    (["graph", "J = w", "--draw", ""], ["dot", "mermaid"]), (["graph", "--detail", ""], ["statements", "operations"]),
    (["graph", "J = w", "--only", ""], ["forward", "backward", "check"]), (["graph", "--example", ""], PROGRAMS),
    (["network", "--activation", ""], LISTED), (["network", "--activation", "tanh", ""], LISTED),
    (["network", "3-4-1", "--activation", "tanh", "relu", "s"], LISTED), (["network", "--loss", ""], LOSSES),
    (["network", "3-4-1", "--init", ""], ["random", "zeros", "he", "xavier"]), (["network", "--inject", ""], WORDS),
    (["diff", "w", "--epz", "x", "--method", ""], METHODS),
])  # fmt: skip
def test_choices_and_names_follow(words, expected):
    assert following(*words) == [*NOTHING, *expected]


@pytest.mark.parametrize("words", [
    ["table", "--file", ""], ["check", "--file", "a"], ["network", "3-4-1", "--data", ""], ["diff", "w", "--output", ""],
    ["diff", "w", "--output="], ["diff", "@"], ["diff", "@some"], ["graph", "J = w", "--at", "@"], ["check", "w", "@"],
    ["graph", "J = w", "--at", "w=1", "X=@x."], ["plot", "--at", "3", "@"],
])  # fmt: skip
def test_files_follow(words):
    assert following(*words) == FILES


@pytest.mark.parametrize("words", [
    ["diff", ""], ["diff", "w", "--eps", "0.1"], ["check", "w", ""], ["nonsense", ""], ["--version", ""], ["diff", "--at", ""],
    ["diff", "--at", "3", ""], ["diff", "--", "w", ""], ["network", "3-4-1", "--judge", ""],
])  # fmt: skip
def test_nothing_follows_where_a_formula_or_a_number_is_meant(words):
    assert following(*words) == NOTHING


def test_options_follow_and_do_not_come_twice_unless_they_may():
    found = following("diff", "w", "--order", "2", "--at", "3", "--explain", "-")
    assert {"--at", "--eps", "--format", "--help"} <= set(found)
    assert not {"--order", "--explain"} & set(found)
    assert following("diff", "w", "--method", "forward", "-") == following(
        "diff", "--method", "forward", "w", "-"
    )
    assert following("diff", "w", "--at", "3", "") == following("diff", "w", "--at", "3", "--")


def test_every_option_of_every_command_is_completed():
    for name in COMMANDS:
        listed = re.findall(r"^  (--[a-z-]+)", run(name, "--help").stdout, re.MULTILINE)
        assert following(name, "-") == [*NOTHING, *listed]


def test_a_word_about_it_stands_beside_a_name():
    assert "diff\tDifferentiate: the exact slope beside its estimates." in answer("zsh", "")
    assert "--eps\tThe steps" in answer("fish", "diff", "-")
    assert "missing-mean\tthe 1/m is forgotten" in answer("zsh", "network", "--inject", "")


OWN = r"""
[[example]]
name = "it's a: \"name\" & $more \\"
expression = "w"
at = 1
about = "two\nlines"

[[program]]
program = "a = w\nJ = a"
at = { w = 1 }
"""
NAME = 'it\'s a: "name" & $more \\'


def test_names_are_those_of_the_file_that_is_given(tmp_path):
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    given = ["examples", "--file", "own.toml", ""]
    assert answer("zsh", *given) == ["names\t", f"{NAME}\ttwo lines"]
    assert "linear unit" in following("examples", "")
    (tmp_path / "examples.toml").write_text(OWN, "utf-8")
    assert following("table", "--only", "") == [*NOTHING, NAME]


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_broken_is_silent(shell, tmp_path):
    (tmp_path / "examples.toml").write_text("[[example]\n", "utf-8")
    given = ["derivcli examples ", ""] if shell == "bash" else ["examples", ""]
    assert answer(shell, *given) == []
    answer(shell, *given, "--nonsense", "\udcff", "\0")  # what nobody types


@pytest.mark.parametrize(
    "words", [["diff", "-"], ["network", "--activation", ""], ["examples", ""], ["network", ""]]
)
def test_it_loads_nothing_that_takes_long(words):
    code = (
        "import sys; from derivcli.cli.main import main; main(sys.argv[1:])\n"
        "print(sorted({'sympy', 'mpmath', 'numpy', 'flint', 'rich', 'matplotlib', 'socket'} & set(sys.modules)))"
    )
    arguments = ["completion", "fish", "--", *words]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    *names, loaded = done.stdout.splitlines()
    assert len(names) > 3
    assert loaded == "[]"


@pytest.mark.parametrize("line, expected", [
    ("", ([], "", "")), ("a b", (["a"], "b", "")), ("a ", (["a"], "", "")), ("a 'b c' d", (["a", "b c"], "d", "")),
    ("a 'b c", (["a"], "b c", "'")), ('a "b c', (["a"], "b c", '"')), ("a b\\ c", (["a"], "b c", "")),
    ("a b\\ ", (["a"], "b ", "")), ("a x'b c", (["a"], "xb c", "'")), ('a "b\\"c', (["a"], 'b"c', '"')),
    ('a "b # c', (["a"], "b # c", '"')), ("a #b", (["a"], "#b", "")), ("θ 'λ μ", (["θ"], "λ μ", "'")), ("a ''", (["a"], "", "")),
])  # fmt: skip
def test_a_line_that_is_being_typed_is_split_as_a_shell_would(line, expected):
    assert split(line) == expected


# What bash hands over: the line up to the cursor, and the end of it that stands for a word.
@pytest.mark.parametrize("line, end, expected", [
    ("derivcli examples li", "li", ["linear\\ unit"]), ('derivcli examples "li', "li", ["linear unit"]),
    ("derivcli examples linear\\ u", "linear\\ u", ["linear\\ unit"]), ("derivcli diff w --method=ce", "ce", ["central"]),
    ("derivcli examples x'lin", "lin", []), ("derivcli di", "di", ["diff"]), ('derivcli examples "linear "u', '"linear "u', ["linear\\ unit"]),
    ('derivcli examples "squared error, w', "squared error, w", ["squared error, weight"]), ("derivcli diff w --format json p", "p", []),
])  # fmt: skip
def test_bash_is_given_what_stands_in_place_of_the_end(line, end, expected):
    assert answer("bash", line, end) == expected


@pytest.mark.parametrize("quote, written", [
    ("", "it\\'s\\ a:\\ \\\"name\\\"\\ \\&\\ \\$more\\ \\\\"), ("'", "it'\\''s a: \"name\" & $more \\"),
    ('"', "it's a: \\\"name\\\" & \\$more \\\\"),
])  # fmt: skip
def test_bash_reads_what_it_is_given_as_the_name(quote, written, tmp_path):
    (tmp_path / "examples.toml").write_text(OWN, "utf-8")
    (found,) = answer("bash", f"derivcli table --only {quote}", "")
    assert found == written
    echoed = subprocess.run(
        ["bash", "-c", f"printf %s {quote}{found}{quote}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert echoed.stdout == NAME


def test_paths_are_completed_for_bash(tmp_path):
    (tmp_path / "data").mkdir()
    for name in ("data/x.csv", "data/.hidden", "a b.toml", "program.txt"):
        (tmp_path / name).touch()
    assert answer("bash", "derivcli table --file a", "a") == ["a\\ b.toml"]
    assert answer("bash", "derivcli table --file 'a", "a") == ["a b.toml"]
    assert answer("bash", "derivcli network --data d", "d") == ["data/"]
    assert answer("bash", "derivcli network --data=data/", "data/") == ["data/x.csv"]
    assert answer("bash", "derivcli network --data data/.", "data/.") == ["data/.hidden"]
    assert answer("bash", "derivcli network --data nowhere/", "nowhere/") == []
    assert answer("bash", "derivcli diff @p", "@p") == ["@program.txt"]
    assert answer("bash", "derivcli graph J=w --at X=@p", "@p") == ["@program.txt"]
    assert answer("bash", "derivcli diff @p", "p") == [
        "program.txt"
    ]  # without @ among its word breaks


def test_powershell_is_given_whole_words_in_its_quotes(tmp_path):
    (tmp_path / "program.txt").touch()
    assert answer("powershell", "diff", "w", "=--method=ce") == ["--method=central\t"]
    assert answer("powershell", "graph", "--example", "=li") == [
        "'linear unit'\tOne linear unit, one example: J = 2, dJ/dw = -4, dJ/db = 2."
    ]
    assert answer("powershell", "diff", "=@p") == ["'@program.txt'\t"]
    (tmp_path / "examples.toml").write_text(OWN, "utf-8")
    assert answer("powershell", "examples", "=")[0].startswith(
        "'" + NAME.replace("'", "''") + "'\t"
    )
