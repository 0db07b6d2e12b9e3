"""README and the pages of docs are true: sessions to the letter, links, commands, a full reference.

After reading a difference: DERIVCLI_GOLDEN=write pytest tests/test_pages.py.
"""

import os
import re
import runpy
import shlex
from functools import cache

import pytest
from console import BLOCK, PAGES, README, ROOT, run, sessions, written

from derivcli.cli.app import COMMANDS
from derivcli.errors import STATUS_MEANINGS
from derivcli.language.functions import ROWS, SHORTHANDS

WRITE = os.environ.get("DERIVCLI_GOLDEN") == "write"
REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")
DOCUMENTS = [*PAGES, *ROOT.glob("C*.md"), ROOT / "tests" / "benchmarks" / "README.md"]
PICTURES = runpy.run_path(str(ROOT / "docs" / "pictures" / "make.py"))["pictures"]

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@each_page
def test_sessions_read_to_the_letter(page, tmp_path, drawn):
    text = page.read_text("utf-8")
    for block in BLOCK.findall(text):
        found = list(sessions(block))
        now = written(found, {each.command: each.actual(tmp_path, drawn) for each in found})
        if WRITE:
            text = text.replace(f"```console\n{block}```", f"```console\n{now}```")
            page.write_text(text, "utf-8")
        else:
            assert block == now
    assert not drawn.broken


@cache
def options(command):
    """Return the options of a command, as its help lists them; of derivcli for no command."""
    listed = run(*command.split(), "--help").stdout
    return set(re.findall(r"^ +(--[a-z-]+)", listed, re.MULTILINE))


@each_page
def test_commands_in_the_text_exist(page):
    """A session is run; of a command in a sentence, or for a shell, every name is looked up."""
    text = BLOCK.sub("", page.read_text("utf-8"))
    scripts = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = re.findall(r"`(derivcli [^`]*)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for line in [*lines, *"".join(scripts).splitlines()]:
        for part in re.split(r" && | \| ", line):
            words = shlex.split(part.replace(r"\|", "|"))
            if words[0] != "derivcli":
                continue
            command = next((word for word in words[1:] if word in COMMANDS), "")
            assert command or words[1].startswith("--"), line
            used = {word for word in words if word.startswith("--")}
            assert used <= options(command), line


def slugs(document):
    """Return the anchors that GitHub gives to the headings of a document."""
    text = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.*)", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    text = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)]*)\)|src(?:set)?=\"([^\"]*)\"", text):
        path, _, anchor = "".join(target).partition("#")
        if path.startswith("https://"):
            continue
        there = document.parent / path if path else document
        assert there.exists(), path
        assert not anchor or anchor in slugs(there), f"{path}#{anchor}"


def test_first_page_is_read_in_a_minute():
    text = README.read_text("utf-8")
    assert len(text.splitlines()) < 250
    install, test = re.search(r"```sh\n(.*?)```", text, re.DOTALL)[1].splitlines()
    assert install.endswith("derivcli table --eps 0.001 0.002")
    assert test.endswith("pytest -q -n auto")
    for page in PAGES[1:]:
        assert f"](docs/{page.name})" in text, f"README leads nowhere to {page.name}"


def test_picture_of_a_terminal_shows_what_derivcli_prints():
    for name, drawn in PICTURES().items():
        path = ROOT / "docs" / "pictures" / name
        if WRITE:
            path.write_text(drawn, "utf-8")
        assert path.read_text("utf-8") == drawn
        assert "6.001" in drawn
        assert "Wrong" in drawn


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_in_the_reference(command):
    cells = re.findall(r"^\| (`--.*?`) \|", REFERENCE, re.MULTILINE)
    assert options(command) <= set(re.findall(r"--[a-z-]+", " ".join(cells)))


def test_every_command_is_in_the_reference():
    listed = re.findall(r"^\| `derivcli (\w+)", REFERENCE, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)


def test_every_function_is_in_the_reference():
    listed = re.search(r"Functions: (.*?)\.\n\n", REFERENCE, re.DOTALL)[1]
    names = re.findall(r"`(\w+)`", listed)
    assert names == [row.name for row in ROWS if row.name != "log_base"]


def test_every_shorthand_is_in_the_reference():
    listed = re.search(r"Read as expressions of these: (.*?)\. ", REFERENCE, re.DOTALL)[1]
    assert re.findall(r"`(\w+)`", listed) == [row.name for row in SHORTHANDS]


def test_every_exit_status_is_in_the_reference():
    for status, meaning in STATUS_MEANINGS.items():
        assert f"| {status.value} | {meaning} |" in REFERENCE
