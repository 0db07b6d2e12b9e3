"""When there is colour, and what of an error is set off."""

import io
import re

import pytest
from console import shell

from derivcli.cli.colour import error, is_coloured


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("settings", "on_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "0"}, True, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
    ],
)
def test_colour_follows_the_environment(monkeypatch, settings, on_terminal, in_pipe):
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert is_coloured(Terminal()) is on_terminal
    assert is_coloured(io.StringIO()) is in_pipe


def test_an_error_in_colour_is_the_same_text():
    plain = shell('derivcli diff "3 + sni(w)^2"')
    coloured = shell('derivcli diff "3 + sni(w)^2"', FORCE_COLOR="1")
    assert coloured.stderr.startswith("\x1b[1;31merror:\x1b[0m unknown function")
    assert "\x1b[1;31m      ^^^\x1b[0m" in coloured.stderr
    assert "\x1b[1mhint:\x1b[0m" in coloured.stderr
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured.stderr) == plain.stderr
    assert (plain.status, coloured.stdout) == (2, "")


def test_only_the_parts_of_an_error_are_set_off():
    assert error("the error: none\n  a^b") == "the error: none\n  a^b"


def test_verdicts_are_green_and_red():
    right = shell('derivcli check "w**2" "2*w"', FORCE_COLOR="1").stdout
    wrong = shell('derivcli check "w**2" "3*w"', FORCE_COLOR="1").stdout
    assert "\x1b[1;32mCorrect\x1b[0m: proved equal." in right
    assert "\x1b[1;31mWrong\x1b[0m: " in wrong
    assert "\x1b[1mJ(w) = w**2\x1b[0m" in right
