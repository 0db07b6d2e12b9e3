"""The README is true: its sessions to the letter, its options, functions and statuses complete."""

import os
import re
from pathlib import Path

import pytest
from console import run, sessions

from derivcli.cli.app import COMMANDS
from derivcli.errors import STATUS_MEANINGS
from derivcli.language.functions import ROWS, SHORTHANDS

README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text("utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)


def test_sessions_read_to_the_letter(tmp_path):
    text = TEXT
    for block in BLOCKS:
        written = "\n".join(
            f"$ {each.command}\n{each.actual(tmp_path)}" for each in sessions(block)
        )
        if os.environ.get("DERIVCLI_GOLDEN") == "write":
            text = text.replace(f"```console\n{block}```", f"```console\n{written}```")
            README.write_text(text, "utf-8")
        else:
            assert block == written


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_in_the_reference(command):
    for option in re.findall(r"--[a-z-]+", run(command, "--help").stdout):
        assert option in ("--help", "--file", "--only") or f"`{option}" in TEXT, option


def test_every_function_is_in_the_reference():
    listed = re.search(r"Functions: (.*?)\.\n\n", TEXT, re.DOTALL)[1]
    names = re.findall(r"`(\w+)`", listed)
    assert names == [row.name for row in ROWS if row.name != "log_base"]


def test_every_shorthand_is_in_the_reference():
    listed = re.search(r"Read as expressions of these: (.*?)\. ", TEXT, re.DOTALL)[1]
    assert re.findall(r"`(\w+)`", listed) == [row.name for row in SHORTHANDS]


def test_every_exit_status_is_in_the_reference():
    for status, meaning in STATUS_MEANINGS.items():
        assert f"| {status.value} | {meaning} |" in TEXT
