"""Every session's command on terminals of 40 to 132 columns: nothing wider, nothing broken."""

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest
from console import BLOCK, PAGES, README, Stream, run, sessions

from derivcli.errors import columns_filled
from derivcli.render import terminal
from derivcli.report.blocks import Chart, Diagram, Matrix

TESTS = Path(__file__).parent
GOLDEN = sorted((TESTS / "golden").glob("*.txt"))
AT_80 = TESTS / "golden" / "at_80_columns.session"
WIDTHS = (40, 60, 80, 100, 132)
# Words of a table that was made to fit, and names of short headings.
ADDED = {"Left", "out", "a", "wider", "terminal", "shows", "it", "them", "ΔJ", "ΔL"}


def commands(path):
    """Return the commands of a file of sessions that write what a terminal shows."""
    text = path.read_text("utf-8")
    for each in sessions("".join(BLOCK.findall(text)) if path in PAGES else text):
        words = shlex.split(each.command)
        if words[0] == "derivcli" and not {"|", ">", "<", ";", "&&", "--output"} & set(words):
            yield words[1:]


@pytest.fixture
def drawn(monkeypatch):
    """Keep the blocks that a command draws in a terminal."""
    kept = []
    render = terminal.render

    def keep(blocks, screen):
        kept[:] = blocks
        return render(kept, screen)

    monkeypatch.setattr(terminal, "render", keep)
    return kept


def words_of(text):
    return set(re.findall(r"≈ [-\d.e]+|[-\w.]*\w", text))


def is_shortened(word):
    """Is it a rounded number, of five significant digits or more?"""
    digits = re.sub(r"e.*|\D", "", word).lstrip("0")
    return re.fullmatch(r"≈ -?[\d.]+(e-?\d+)?", word) and len(digits) >= 5


@pytest.mark.parametrize("path", [*GOLDEN, *PAGES], ids=lambda path: path.stem)
def test_nothing_is_wider_than_the_terminal_and_nothing_is_broken(path, tmp_path, drawn):
    (tmp_path / "examples.toml").unlink(missing_ok=True)
    for extra in (TESTS / "golden" / path.stem).glob("*"):
        shutil.copy(extra, tmp_path)
    for command in commands(path):
        drawn.clear()
        run(*command)
        text = [each for each in drawn if not isinstance(each, Chart | Diagram | Matrix)]
        whole = words_of(terminal.render(text, terminal.Screen()))
        for width in WIDTHS:
            shown = terminal.render(drawn, terminal.Screen(width)).splitlines()
            longest = max(shown, key=columns_filled, default="")
            assert columns_filled(longest) <= width, (command, width, longest)
            for word in words_of(terminal.render(text, terminal.Screen(width))) - whole - ADDED:
                kept = {word, word.rstrip("-"), f"≈ {word}"} & whole
                assert kept or is_shortened(word), (command, width, word)


def test_sessions_on_80_columns_read_to_the_letter(tmp_path, monkeypatch):
    """Those of README, and all that were looked at before."""
    monkeypatch.setattr(Stream, "isatty", lambda self: self.encoding == "utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    asked = dict.fromkeys(map(shlex.join, [*commands(AT_80), *commands(README)]))
    found = {each: run(*shlex.split(each)).session for each in asked}
    text = "\n".join(f"$ derivcli {command}\n{shown}" for command, shown in found.items())
    if os.environ.get("DERIVCLI_GOLDEN") == "write":
        AT_80.write_text(text, "utf-8")
    assert text == AT_80.read_text("utf-8")
