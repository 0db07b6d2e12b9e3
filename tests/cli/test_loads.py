"""What is loaded before the arguments are read, and when nothing is."""

import os
import subprocess
import sys
from importlib import import_module

import pytest
from console import needs_fork, run

from derivcli.cli import app
from derivcli.cli.loads import LOADS, early
from derivcli.guard import nursery
from derivcli.guard.nursery import Nursery


@pytest.mark.parametrize("command", app.COMMANDS)
def test_each_command_that_computes_is_begun_early(command):
    computes = command not in ("session", "examples", "help", "completion")  # it loads by itself
    assert early([command, "w**2", "--at", "3"]) == LOADS.get(command)
    assert (early([command]) is not None) == computes
    assert early([command, "--help"]) is None
    assert early([command, "w", "--at", "2", "--help"]) is None


@pytest.mark.parametrize("module", sorted(set(LOADS.values())))
def test_what_is_loaded_early_is_there(module):
    assert import_module(module)


@pytest.mark.parametrize(
    "arguments", [[], ["--help"], ["--version"], ["dif", "w"], ["w**2"], ["diff", "sni(w)"],
                  ["examples"]],
)  # fmt: skip
def test_where_an_error_or_help_is_likely_nothing_is_begun(arguments):
    assert early(arguments) is None


def test_a_fault_in_the_first_look_is_told_where_the_arguments_are_read(monkeypatch):
    monkeypatch.setattr("derivcli.language.parser.parse", lambda _: 1 / 0)
    assert early(["diff", "sin(w)"]) is None


@pytest.mark.parametrize("typed", ["-", "@program.txt", "2πr", "c = w*x; J = c**2", "-w"])
def test_what_has_to_be_read_first_or_is_lawful_is_begun(typed):
    assert early(["diff", typed]) == LOADS["diff"]


@pytest.fixture
def started(monkeypatch):
    """Return a list of the modules that nurseries were started for; none is really started."""
    found = []
    monkeypatch.setattr(nursery, "Nursery", found.append)
    monkeypatch.setattr(nursery, "_waiting", [])
    return found


@needs_fork
def test_on_one_processor_nothing_is_begun_early(started, monkeypatch):
    monkeypatch.setattr(nursery, "processors", lambda: 1)
    nursery.prepare("json")
    monkeypatch.setattr(nursery, "processors", lambda: 2)
    assert started == []
    nursery.prepare("json")
    assert started == ["json"]


@needs_fork
def test_without_a_process_to_be_had_the_question_is_read_all_the_same(monkeypatch):
    def refused(_):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(nursery, "Nursery", refused)
    monkeypatch.setattr(nursery, "processors", lambda: 2)
    nursery.prepare("json")


@needs_fork
def test_what_was_begun_early_is_taken_once_or_dismissed(monkeypatch):
    monkeypatch.setattr(nursery, "processors", lambda: 2)
    nursery.prepare("json")
    (prepared,) = nursery._waiting
    assert nursery.taken("json") is prepared
    other = nursery.taken("json")
    assert other is not prepared
    nursery.prepare("json")
    (dismissed,) = nursery._waiting
    nursery.dismiss()
    assert nursery._waiting == []
    prepared.close()
    other.close()
    for ended in (prepared, other, dismissed):
        with pytest.raises(ChildProcessError):
            os.waitpid(ended._pid, os.WNOHANG)


@needs_fork
def test_a_nursery_that_somebody_killed_is_replaced(monkeypatch):
    dead = Nursery("")
    os.kill(dead._pid, 9)
    os.waitid(os.P_PID, dead._pid, os.WEXITED | os.WNOWAIT)
    monkeypatch.setattr(nursery, "_waiting", [dead])
    result = run("diff", "w**2", "--at", "3", "--format", "csv", "--eps", "0.001")
    assert result.status == 0
    assert "6.001" in result.stdout


def test_only_the_command_that_is_asked_for_is_loaded():
    program = (
        "import sys; from derivcli.cli.main import main; main(['examples', '--format', 'csv'])\n"
        "from derivcli.cli.app import COMMANDS\n"
        "print([name for name in COMMANDS if f'derivcli.cli.{name}' in sys.modules])\n"
    )
    told = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert told.splitlines()[-1] == "['examples']"
