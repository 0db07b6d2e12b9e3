"""Commands to pages: what Typer knows of them is what help, man page and completion say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typer import get_terminal_size

from derivcli.render.help import render
from derivcli.report.page import Lists, Page, Row

SAFETY = 10_000  # an upper bound from here on only guards the machine, and goes without saying


def help_text(context: Any, lists: Lists = ()) -> str:
    """Return the page of a command as wide as the terminal; in a pipe that is 80 columns."""
    return render(page(context, lists), get_terminal_size().columns)


def page(context: Any, lists: Lists = ()) -> Page:
    """Return the page of the command of a Typer context; `lists` are its own headings and rows."""
    command = context.command
    usage = f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    rows: dict[str, list[Row]] = {"Arguments": [], "Options": []}
    for each in command.get_params(context):
        if not each.hidden:
            kind = "Options" if each.param_type_name == "option" else "Arguments"
            rows[kind].append((_term(each, context), _description(each, context)))
    filled = [(heading, found) for heading, found in rows.items() if found]
    about, own, examples = documented(command.help)
    return Page(context.command_path, usage, about, (*own, *filled, *lists), examples)


def documented(docstring: str) -> tuple[list[str], Lists, list[str]]:
    """Return the paragraphs of a docstring, its lists, and the command lines under `Examples:`.

    A list is a paragraph under a heading with a colon: rows of a term and, behind two spaces,
    what it is.
    """
    about, _, examples = docstring.partition("\nExamples:\n")
    paragraphs, lists = [], []
    for each in re.split(r"\n\s*\n", about.strip()):
        if found := re.fullmatch(r"(\w+):\n((?:    .*(?:\n|\Z))+)", each):
            rows = (row.strip().partition("  ") for row in found[2].splitlines())
            lists.append((found[1], [(term, told.strip()) for term, _, told in rows]))
        else:
            paragraphs.append(" ".join(each.split()))
    lines = [line.strip() for line in examples.splitlines()]
    return paragraphs, lists, [line for line in lines if line]


def summary(param: Any) -> str:
    """Return what a parameter is in a few words, for a list of them."""
    return re.split(r": \{names\}|: |\. |\.$", param.help)[0]


def _term(param: Any, context: Any) -> str:
    """Return a parameter as it is typed: --order N, [EXPRESSION]."""
    if param.param_type_name == "argument":
        return str(param.make_metavar(context))
    return param.opts[0] if param.is_flag else f"{param.opts[0]} {param.make_metavar(context)}"


def _description(param: Any, context: Any) -> str:
    told: str = param.help
    if "{names}" in told:
        names = [item.value for item in param.shell_complete(context, "")]
        told = told.replace("{names}", ", ".join(names))
    facts = "; ".join(_facts(param, context))
    return f"{told}  [{facts}]" if facts else told


def _facts(param: Any, context: Any) -> Iterator[str]:
    """Yield the default of a parameter and the range of a number."""
    default = param.get_default(context, call=False)
    if isinstance(param.show_default, str):
        yield f"default: {param.show_default}"
    elif default is not None and default is not False:
        yield f"default: {default:g}" if isinstance(default, float) else f"default: {default}"
    least, most = getattr(param.type, "min", None), getattr(param.type, "max", None)
    if most is not None and most < SAFETY:
        yield f"{least}<=x<={most}"
    elif least is not None:
        yield f"x>={least}"
