"""A session: the answers of the commands, one after another, and what is remembered between."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest
import typer
from console import run
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from derivcli.cli import prompt
from derivcli.cli.app import app
from derivcli.cli.session_lines import Session
from derivcli.cli.session_text import is_open, joined


def batch(*lines, form=()):
    return run("session", *form, stdin="".join(f"{line}\n" for line in lines))


def objects(*lines):
    found = batch(*lines, form=("--format", "json"))
    assert found.stderr == ""
    return [json.loads(line) for line in found.stdout.splitlines()], found.status


def test_each_answer_stands_after_its_line_as_the_command_gives_it():
    found = batch("w**2", "check w**3 3*w**2", 'table "1/w" --at 2')
    expected = "\n".join(
        f"> {line}\n{run(*arguments).stdout}"
        for line, arguments in [
            ("w**2", ("diff", "w**2")), ("check w**3 3*w**2", ("check", "w**3", "3*w**2")),
            ('table "1/w" --at 2', ("table", "1/w", "--at", "2")),
        ]
    )  # fmt: skip
    assert (found.stdout, found.stderr, found.status) == (expected, "", 0)


@pytest.mark.parametrize("lines, arguments", [
    (["at w = 3", "eps 0.1 0.001", "w**2"], ["w**2", "--at", "w=3", "--eps", "0.1", "0.001"]),
    (["at 3", "x**2"], ["x**2", "--at", "3"]),
    (["at 3", "w*x"], ["w*x"]),  # whose number would it be?
    (["at w=2 b=8", "at x = -1", "w*x + b"], ["w*x + b", "--at", "w=2", "x=-1", "b=8"]),
    (["at w=2 b=8", "w**2"], ["w**2", "--at", "w=2"]),
    (["at w=2", "y**2"], ["y**2"]),
    (["at w=2", "w**2 --at 5"], ["w**2", "--at", "5"]),
    (["at w=2", "at none", "w**2"], ["w**2"]),
    (["eps 0.5", "w**2"], ["w**2"]),  # steps from nowhere
    (["at pi/4", "sin(w)"], ["sin(w)", "--at", "pi/4"]),
    (["at w=2", "-w**2"], ["-w**2", "--at", "w=2"]),
    (["at w=2", "c = w*3; J = c**2"], ["c = w*3; J = c**2", "--at", "w=2"]),
    (["at = w**2"], ["at = w**2"]), (["eps*w"], ["eps*w"]),
    (["where(w > 0,", "  w, 1)"], ["where(w > 0, w, 1)"]), (["w**2 + \\", "w"], ["w**2 + w"]),
])  # fmt: skip
def test_an_expression_alone_is_differentiated_where_it_was_told(lines, arguments):
    found = batch(*lines).stdout
    assert found.endswith(f"\n{run('diff', *arguments).stdout}"), found


def test_other_commands_are_told_the_point_and_the_steps_that_they_take():
    for command in ("diff", "table", "plot"):
        found = batch("at w = 3", "eps 0.5", f'{command} "w**2"').stdout
        assert found.endswith(f"\n{run(command, 'w**2', '--at', 'w=3', '--eps', '0.5').stdout}")
    found = batch("at w=2 x=3", "eps 0.5", 'graph "c = w*x; J = c**2"').stdout
    assert found.endswith(run("graph", "c = w*x; J = c**2", "--at", "w=2", "x=3").stdout)
    assert batch("at w = 3", "steps w**2").stdout.endswith(run("steps", "w**2").stdout)


def test_after_an_error_it_goes_on_and_the_largest_status_is_the_last():
    found = batch("sni(w)", "check w**2 3*w", "log(w) --at -1", "w**2")
    assert found.status == 4
    wrong = [(1, "sni(w)", ()), (3, "log(w)", ("--at", "-1"))]
    told = [run("diff", expression, *at).stderr for _, expression, at in wrong]
    assert found.stderr == f"line 1: {told[0]}{told[1]}"
    assert found.stdout.endswith(run("diff", "w**2").stdout)


@pytest.mark.parametrize("line, told", [
    ("session", "a session is open already"), ("at w=", "error:"), ("diff f'(x)", "no closing quotation"),
    ("at w = sni(3)", "unknown function 'sni'"), ("at 3 4", "one number, or names"), ("at w=1 2", "one number, or names"),
    ("diff -", "the expression is empty"), ("eps 0.1 )", "error:"), ("frobnicate the w", "error:"),
])  # fmt: skip
def test_what_cannot_be_is_told_and_costs_itself_alone(line, told):
    found = batch(line, "w**2")
    assert told in found.stderr
    assert found.status == 2
    assert found.stdout.endswith(run("diff", "w**2").stdout)


def test_json_is_an_object_a_line():
    found, status = objects(
        "# a remark", "w**2", "", "sni(w)", "help diff", "check w**2 3*w", "quit", "1/w"
    )
    assert status == 2
    assert [each["line"] for each in found] == [2, 4, 5, 6]
    assert [each["schema"] for each in found] == ["derivcli.diff/1", "derivcli.error/1", "derivcli.text/1", "derivcli.check/1"]  # fmt: skip
    assert [each["status"] for each in found] == [0, 2, 0, 1]
    alone = json.loads(run("diff", "w**2", "--format", "json").stdout)
    assert {key: found[0][key] for key in alone} == alone
    assert "did you mean 'sin'" in found[1]["error"]


def test_lines_of_a_file(tmp_path):
    (tmp_path / "lines.txt").write_text("w**2\n1/w\n", "utf-8")
    assert run("session", "--file", "lines.txt") == batch("w**2", "1/w")
    found = run("session", "--file", "nowhere.txt")
    assert (found.status, found.stdout) == (2, "")
    assert "cannot read nowhere.txt" in found.stderr


def test_a_line_that_takes_too_long_costs_itself_alone():
    found = batch("tan(tan(tan(w))) --order 9 --timeout 0.3", "w**2")
    assert found.status == 3
    assert "dJ/dw = 2*w" in found.stdout


def test_lines_are_counted_where_they_begin():
    assert list(joined(["w", "(w +", "1)", "# (", "w +\\", "2", "(w"])) == [
        (1, "w"), (2, "(w + 1)"), (4, ""), (5, "w + 2"), (7, "(w"),
    ]  # fmt: skip


@pytest.mark.parametrize("line, goes_on", [
    ("w**2 # (", False), ("# (", False), ("where(w > 0,", True), ('check "w**2" "2*(w"', False), ("w + \\", True),
    ("w + 1  # \\", False), ('graph "a = (w', True), ("(w # first", True), ("f'(x)", False),
])  # fmt: skip
def test_brackets_in_remarks_and_between_quotes_leave_no_line_open(line, goes_on):
    assert is_open(line) is goes_on


def test_a_forgotten_bracket_costs_what_stands_before_the_empty_line():
    found = batch("(w + 1", "w**3", "", "w**2", "sni(w)")
    assert found.stdout.endswith(run("diff", "w**2").stdout + "\n> sni(w)\n")
    assert found.stderr.startswith("line 1: error: ")
    assert "line 5: error: unknown function 'sni'" in found.stderr


@pytest.mark.parametrize("lines, arguments", [
    (["at w=3", "diff --format json w**2"], ["diff", "w**2", "--at", "w=3", "--format", "json"]),
    (["at w=3", "diff w ** 2 --eps 0.5"], ["diff", "w ** 2", "--at", "w=3", "--eps", "0.5"]),
    (["at w=3", "eps 0.5", "diff w ** 2"], ["diff", "w ** 2", "--at", "w=3", "--eps", "0.5"]),
    (["eps 0.5", "diff w**2 --at 4"], ["diff", "w**2", "--at", "4", "--eps", "0.5"]),
    (["at w=3", "derivcli diff w**2"], ["diff", "w**2", "--at", "w=3"]),
    (["at w=3", "forget", "w**2"], ["diff", "w**2"]),
    (["at w=3", "diff @square.txt"], ["diff", "w**2", "--at", "w=3"]),
    (["at w=3", "graph --example logistic\\ regression"], ["graph", "--example", "logistic regression"]),
    (["at w=3", "w*b"], ["diff", "w*b"]),
    (["at w=2 x=5", "table w**2 x**2"], ["table", "w**2", "x**2"]),
    (["at w=2", "table w**2 w**3"], ["table", "w**2", "w**3", "--at", "w=2"]),
    (["help at"], ["help", "session"]), (["help diff"], ["help", "diff"]),
    (["w**2 # squared"], ["diff", "w**2"]),
])  # fmt: skip
def test_a_command_is_told_what_it_takes_however_it_is_written(lines, arguments, tmp_path):
    (tmp_path / "square.txt").write_text("w**2", "utf-8")
    assert batch(*lines).stdout.endswith(f"\n{run(*arguments).stdout}")


def test_a_value_that_is_missing_is_named():
    found = batch("at w=2", "w*b")
    assert (found.status, found.stderr) == (0, "line 2: note: at says nothing of b: the point is left out\n")  # fmt: skip


def test_what_is_told_has_a_value_before_it_is_remembered():
    found = batch("at w=2", "at 1/0", "eps 0", "at b=w", "w**2")
    assert found.stdout.endswith(f"\n{run('diff', 'w**2', '--at', 'w=2').stdout}")
    told = [line for line in found.stderr.splitlines() if "error" in line]
    assert [each.partition(": ")[0] for each in told] == ["line 2", "line 3", "line 4"]
    assert found.stderr.count("^") >= 3


def test_many_lines_hold_no_more_memory_than_few():
    """Answers are written and forgotten."""
    code = (
        "import resource, sys; from derivcli.cli.main import main; main(['session']);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    sizes = [
        int(subprocess.run([sys.executable, "-c", code], input="w**2 --at 3\n" * count, text=True, capture_output=True, check=True).stderr)
        for count in (20, 200)
    ]  # fmt: skip
    assert sizes[1] < 1.1 * sizes[0]


def typed(keys, monkeypatch):
    monkeypatch.setattr(prompt, "_history", InMemoryHistory)
    with create_pipe_input() as pipe:
        pipe.send_text(keys)
        return list(prompt.prompted(None, input=pipe, output=DummyOutput()))


def test_the_prompt_goes_on_in_the_next_line_and_ctrl_c_leaves_one(monkeypatch):
    assert typed("w**2\r(w +\r1)\rw + \x03x\r\x04", monkeypatch) == ["w**2", "(w + 1)", "x"]


def test_a_history_that_cannot_be_kept_is_no_trouble(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert isinstance(prompt._history(), InMemoryHistory)


def test_what_is_remembered_is_shown(capsys):
    answering = Session()
    for line in ("at w=2 b=8", "at", "eps", "eps 0.1", "eps"):
        answering.answer(line)
    assert capsys.readouterr().out == "at w = 2 b = 8\neps none\neps 0.1\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty")
def test_somebody_types_in_a_terminal(tmp_path):
    outside, inside = pty.openpty()
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "TERM": "xterm"}
    started = subprocess.Popen(
        [sys.executable, "-m", "derivcli", "session"],
        stdin=inside, stdout=inside, stderr=inside, env=environment,
    )  # fmt: skip
    os.close(inside)
    shown = b""

    def until(sign):
        nonlocal shown
        while sign not in shown:
            assert select.select([outside], [], [], 60)[0], shown
            found = os.read(outside, 65536)
            if b"\x1b[6n" in found:  # where is the cursor?
                os.write(outside, b"\x1b[1;1R")
            shown += found
        shown = shown.partition(sign)[2]

    until(b"\x1b[?2004h")  # it listens
    os.write(outside, b"w**3\r")
    until(b"dJ/dw = 3*w**2")
    until(b"\x1b[?2004h")
    for _ in range(2):  # Ctrl-C ends an answer, again and again, and not the session
        os.write(outside, b"tan(tan(tan(w))) --order 40\r")
        until(b"\x1b[?2004l")
        time.sleep(0.2)
        started.send_signal(signal.SIGINT)
        until(b"interrupted")
        until(b"\x1b[?2004h")
    os.write(outside, b"1/w\r")
    until(b"dJ/dw = -1/w**2")
    until(b"\x1b[?2004h")
    os.write(outside, b"\x04")
    until(b"\x1b[?2004l")
    assert started.wait(60) == 0
    os.close(outside)
    assert "+w**3" in (tmp_path / "derivcli" / "history").read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_ctrl_c_ends_a_batch():
    started = subprocess.Popen(
        [sys.executable, "-m", "derivcli", "session"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    started.stdin.write("w**2\ntan(tan(tan(w))) --order 40\n1/w\n")
    started.stdin.flush()
    while "order 40" not in started.stdout.readline():
        pass
    time.sleep(0.2)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, out, err) == (130, "", "interrupted\n")


@pytest.mark.parametrize("before, completed", [
    ("ep", "eps"), ("pl", "plot"), ("forg", "forget"), ("w**2 --ep", "--eps"), ("diff w**2 --met", "--method"),
    ("diff w**2 --method cen", "central"), ("w*sinh", "sinh("), ("steps 2*relu", "relu("),
])  # fmt: skip
def test_words_are_completed(before, completed):
    program = typer.Context(typer.main.get_command(app), info_name="derivcli")
    found = prompt._Words(program).get_completions(Document(before), None)
    assert completed in [each.text for each in found]
