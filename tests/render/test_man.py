"""The man page: what help says, in the macros of man; the file in share/ is up to date."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from console import run

from derivcli.cli.app import COMMANDS
from derivcli.errors import STATUS_MEANINGS
from derivcli.render import man
from derivcli.report.page import Page

FILE = Path(__file__).parents[2] / "share" / "man" / "man1" / "derivcli.1"


def source():
    result = run("--man")
    assert (result.status, result.stderr) == (0, "")
    return result.stdout


def formatted(*words):
    """Return what a formatter makes of the page, or skip where there is none; it may not warn."""
    if shutil.which(words[0]) is None:
        pytest.skip(f"there is no {words[0]}")
    done = subprocess.run(words, input=source(), capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return re.sub(r".\x08", "", done.stdout)  # bold and underlined by overstriking


def test_the_file_in_share_is_what_is_printed():
    if os.environ.get("DERIVCLI_GOLDEN") == "write":
        FILE.write_text(source(), "utf-8")
    assert FILE.read_text("utf-8") == source()


def test_groff_has_nothing_to_complain_about():
    assert "DERIVCLI(1)" in formatted("groff", "-man", "-Tutf8", "-ww")


def test_mandoc_has_nothing_to_complain_about():
    assert formatted("mandoc", "-Tlint", "-Wstyle") == ""


@pytest.mark.parametrize("formatter", [("groff", "-man", "-Tutf8"), ("mandoc", "-Tutf8")])
def test_everything_that_help_says_is_there(formatter):
    """Word for word: nothing is lost, hyphenated or turned into a typographic sign."""
    words = set(formatted(*formatter).split())
    for name in ((), *((name,) for name in COMMANDS)):
        said = run(*name, "--help").stdout
        told = {word for word in said.split() if not word.endswith(":")} - {"Usage:", ":="}
        assert told <= words, name


def test_commands_and_statuses_have_their_places():
    text = source()
    for name in COMMANDS:
        assert text.count(f"\n.SS derivcli {name}\n") == 1
    statuses = text.partition(".SH EXIT STATUS\n")[2].partition(".SH")[0]
    assert re.findall(r"\\fB(\d+)\\fR", statuses) == [str(each.value) for each in STATUS_MEANINGS]
    assert text.isascii()


@pytest.mark.parametrize(
    "text", [".svg and 'quoted'", "'tis", r"\frac{1}{w}", "`a` ^ ~b - --c", '"x"']
)
def test_signs_arrive_as_they_are(text):
    page = Page("name", "name", ("About it.", text), [("Options", [("--o X", text)])], [text])
    written = man.render(page, [], "1", "2026-01-01")
    if shutil.which("mandoc") is None:
        pytest.skip("there is no mandoc")
    done = subprocess.run(
        ["mandoc", "-Tutf8"], input=written, capture_output=True, text=True, check=True
    )
    assert re.sub(r".\x08", "", done.stdout).count(text) == 3
