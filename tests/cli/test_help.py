"""Help: examples that run, defaults that are those of the code, any width of a terminal."""

import json
import re
import shlex

import pytest
from console import run, shell

from derivcli.cli.app import COMMANDS
from derivcli.defaults import DIGITS, EXACT_DIGITS

PAGES = [(), *((name,) for name in COMMANDS)]
EXPRESSIONS = ("diff", "table", "steps", "check", "plot", "explore", "sweep", "descend", "graph")


def page(*words, columns=80, monkeypatch=None):
    if monkeypatch is not None:
        monkeypatch.setenv("COLUMNS", str(columns))
    result = run(*words, "--help")
    assert (result.status, result.stderr) == (0, "")
    return result.stdout


def examples(name):
    _, _, lines = page(*name).partition("\nExamples:\n")
    return [line.strip() for line in lines.splitlines()]


EXAMPLES = [line for name in PAGES for line in examples(name)]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_ends_in_an_example_or_two(name):
    found = examples(name)
    assert 1 <= len(found) <= 2
    for line in found:
        assert line.startswith(" ".join(["derivcli", *name]))


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_runs(line):
    command, _, remark = line.partition("  # ")
    told = re.search(r"exit status (\d+)", remark)
    result = run(*shlex.split(command)[1:])
    assert (result.status, result.stderr) == (int(told[1]) if told else 0, "")


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 250])
@pytest.mark.parametrize("name", PAGES)
def test_no_line_is_wider_than_the_terminal_and_no_word_is_broken(name, columns, monkeypatch):
    text = page(*name, columns=columns, monkeypatch=monkeypatch)
    widest = max(map(len, text.splitlines()))
    assert widest <= min(columns, 100)
    whole = page(*name, columns=100, monkeypatch=monkeypatch)
    assert sorted(text.replace("\\\n", "\n").split()) == sorted(whole.replace("\\\n", "\n").split())
    assert text.isascii()


@pytest.mark.parametrize("name", PAGES)
def test_in_forty_columns_an_example_is_the_same_command(name, monkeypatch):
    whole = [shlex.split(line, comments=True) for line in examples(name)]
    _, _, lines = page(*name, columns=40, monkeypatch=monkeypatch).partition("\nExamples:\n")
    typed = [shlex.split(line, comments=True) for line in lines.replace("\\\n", "").splitlines()]
    assert [words for words in typed if words] == whole


def test_a_pipe_is_eighty_columns_wide():
    piped = shell("env -u COLUMNS derivcli diff --help | cat").stdout
    assert piped == page("diff")
    assert 70 < max(map(len, piped.splitlines())) <= 80


def options(name):
    """Return the options with a value, each with what its help says."""
    found = re.split(r"\n  (?=--)", page(name).partition("\nOptions:")[2].partition("\n\n")[0])
    rows = (
        re.fullmatch(r"(--[a-z-]+) ([A-Z=.]+(?: [A-Z]+)?)(.*)", each, re.DOTALL) for each in found
    )
    return {row[1]: " ".join(row[3].split()) for row in rows if row}


# What is nowhere unless it is given.
WITHOUT = {
    "--at", "--from", "--hint", "--assume", "--tolerance", "--collapse", "--draw", "--example", "--from-network", "--rule",
    "--data", "--inject", "--judge", "--held-out", "--shape", "--along", "--gradient", "--penalty",
}  # fmt: skip

SEEDS_AND_FILES = {("check", "--file"), ("diff", "--seed"), ("graph", "--seed")}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_with_a_value_says_its_default(name):
    for option, told in options(name).items():
        without = option in WITHOUT or (name, option) in SEEDS_AND_FILES
        assert ("[default: " in told) != without, option
        assert "efault" not in told.replace("[default: ", ""), option


def default(name, option):
    return re.search(r"\[default: (.*?)[;\]]", options(name)[option])[1]


@pytest.mark.parametrize("arguments", [
    ("diff", "w**3", "--at", "2"), ("table", "w**3", "--at", "2"), ("graph", "a = w; J = a**3", "--at", "w=2"),
    ("sweep", "w**3", "--at", "2"),
])  # fmt: skip
def test_eps_as_help_says_is_eps_as_it_is(arguments):
    told = run(*arguments, "--eps", *default(arguments[0], "--eps").split(), "--format", "json")
    assert told.stdout == run(*arguments, "--format", "json").stdout


def test_method_and_arithmetic_as_help_says_are_those_that_are_used():
    for name in ("diff", "sweep"):
        arguments = (name, "w**3", "--at", "2", "--format", "json")
        for option in ("--method", "--arithmetic"):
            told = run(*arguments, option, *default(name, option).split())
            assert told.stdout == run(*arguments).stdout


def test_a_network_is_drawn_and_trained_as_help_says():
    arguments = ("network", "2-2-1", "--train", "--format", "json")
    names = ("--examples", "--seed", "--init", "--iterations", "--rate")
    told = [word for option in names for word in (option, default("network", option))]
    assert run(*arguments, *told).stdout == run(*arguments).stdout
    checked = json.loads(run("network", "2-2-1", "--check", "--format", "json").stdout)
    eps = checked["check"]["arrays"][0]["eps"]
    assert abs(eps / float(default("network", "--eps")) - 1) < 1e-3


def test_digits_as_help_says_are_those_that_are_shown():
    assert default("diff", "--digits") == f"{DIGITS}, and {EXACT_DIGITS} of exact numbers"
    shown = run("diff", "sqrt(w)", "--at", "2", "--eps", "0.1").stdout
    assert f"{2**0.5:.{DIGITS - 1}f}" in shown
    third = run("diff", "w", "--at", f"1.{'2' * (EXACT_DIGITS - 1)}", "--eps", "0.1").stdout
    assert f"J = 1.{'2' * (EXACT_DIGITS - 1)}\n" in third


def test_bounds_that_only_guard_the_machine_are_not_told():
    assert "[default: 1; x>=1]" in options("diff")["--order"]
    assert "1<=x<=100]" in options("diff")["--digits"]
    assert "0<=" not in page("network")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_explains_a_command_as_its_option_does(name):
    assert run("help", name) == run(name, "--help")


def test_help_without_a_command_explains_all():
    assert run("help") == run("--help") == run("-h") == run()


@pytest.mark.parametrize("word", ["nonsense", "dif", "--at", "w**2"])
def test_help_for_an_unknown_command_fails_as_the_command_does(word):
    result = run("help", "--", word)
    assert (result.status, result.stdout) == (2, "")
    if not word.startswith("-"):
        assert result == run(word)


NOTE = "note: -h is an expression here; --help shows help\n"


@pytest.mark.parametrize("arguments", [
    ("diff", "-h"), ("diff", "-h", "--at", "3"), ("steps", "-h"), ("plot", "-h", "--at", "1"),
    ("sweep", "-h", "--at", "1"), ("descend", "-h", "--from", "1"), ("graph", "-h", "--at", "h=1"),
    ("table", "w", "-h", "--at", "1"), ("check", "-h", "-1"), ("check", "w*h", "-h", "--wrt", "w"),
])  # fmt: skip
def test_h_is_an_expression_and_that_is_noted(arguments):
    result = run(*arguments)
    behind = run(*(each for each in arguments if each != "-h"), "--", "-h")
    assert result.stderr == NOTE
    assert result.stdout
    if arguments[0] not in ("table", "check"):  # there the order of the expressions matters
        assert (behind.stdout, behind.stderr, behind.status) == (result.stdout, "", result.status)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_h_alone_is_noted_beside_the_error(name):
    result = run(name, "-h", "--epz", "1")
    assert result.status == 2
    assert result.stderr.startswith(NOTE)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in EXPRESSIONS])
def test_h_is_help_where_nothing_is_an_expression(name):
    assert run(name, "-h") == run(name, "--help")
