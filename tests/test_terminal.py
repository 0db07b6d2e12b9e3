"""Sessions on a terminal of 80 columns, to the letter: those of README, and all looked at before."""

import os
import shlex
from pathlib import Path

from console import BLOCK, README, Stream, run, sessions

AT_80 = Path(__file__).parent / "golden" / "at_80_columns.session"


def commands(text):
    """Return the commands of sessions that write what a terminal shows."""
    for each in sessions(text):
        words = shlex.split(each.command)
        if words[0] == "derivcli" and not {"|", ">", "<", ";", "&&", "--output"} & set(words):
            yield words[1:]


def test_sessions_on_80_columns_read_to_the_letter(tmp_path, monkeypatch):
    monkeypatch.setattr(Stream, "isatty", lambda self: self.encoding == "utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    readme = "".join(BLOCK.findall(README.read_text("utf-8")))
    before = AT_80.read_text("utf-8")
    asked = dict.fromkeys(map(shlex.join, [*commands(before), *commands(readme)]))
    found = {each: run(*shlex.split(each)).session for each in asked}
    text = "\n".join(f"$ derivcli {command}\n{shown}" for command, shown in found.items())
    if os.environ.get("DERIVCLI_GOLDEN") == "write":
        AT_80.write_text(text, "utf-8")
    assert text == AT_80.read_text("utf-8")
