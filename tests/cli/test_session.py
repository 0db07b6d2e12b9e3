"""A session: the answers of the commands, one after another, and what is remembered between."""

import json
import os
import pty
import select
import subprocess
import sys

import pytest
from console import run
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from derivcli.cli import prompt
from derivcli.cli.session_lines import Session, joined


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
    assert found.stderr == run("diff", "sni(w)").stderr
    assert found.stdout.endswith(run("diff", "w**2").stdout)


@pytest.mark.parametrize("line, told", [
    ("session", "a session is open already"), ("diff f'(x)", "no closing quotation"),
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
        (1, "w"), (2, "(w + 1)"), (4, "# ("), (5, "w + 2"), (7, "(w "),
    ]  # fmt: skip


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
    os.write(outside, b"\x04")
    until(b"\x1b[?2004l")
    assert started.wait(60) == 0
    os.close(outside)
    assert "+w**3" in (tmp_path / "derivcli" / "history").read_text("utf-8")
