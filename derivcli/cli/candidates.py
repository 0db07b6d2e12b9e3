"""What can stand in place of the last word of a command line that is being typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from derivcli.cli.app import COMMANDS, command, summaries
from derivcli.cli.options import FILES
from derivcli.cli.pages import summary
from derivcli.errors import printable

AT_FILE = r"(?:[^\W\d]\w*\s*=\s*)?@"  # @FILE, and X=@FILE


class Candidates(NamedTuple):
    """What can follow the `head` of a word: names, each with a word about it, or a path."""

    head: str = ""
    names: Sequence[tuple[str, str]] = ()
    files: bool = False


def candidates(program: Any, words: Sequence[str], word: str) -> Candidates:
    """Return what can stand for `word` after `words`; `program` is the context of the group."""
    if not words:
        listed = _options(program, ()) if word.startswith("-") else summaries()
        return Candidates("", listed)
    name, *typed = words
    if name not in COMMANDS:
        return Candidates()
    asked = command(name)
    context = asked.make_context(name, list(typed), parent=program, resilient_parsing=True)
    options, positional, awaited = asked.sorted_out(context, typed)
    valued = {each.opts[0]: each for each in asked.params if each.param_type_name == "option"}
    option, equals, value = word.partition("=")
    if equals and option in valued:
        return _values(valued[option], context, value, f"{option}=")
    value_of = _values(valued[awaited], context, word) if awaited else Candidates()
    if awaited and typed[-1] == awaited:
        return value_of
    more = Candidates("", () if "--" in typed else _options(context, options))
    if word.startswith("-") and more.names:
        return more
    if value_of.names or value_of.files:
        return value_of
    arguments = [each for each in asked.params if each.param_type_name == "argument"]
    if arguments and arguments[-1].nargs == -1:
        arguments += arguments[-1:] * len(positional)
    if len(positional) < len(arguments):
        return _values(arguments[len(positional)], context, word)
    return more


def _values(param: Any, context: Any, value: str, head: str = "") -> Candidates:
    """Return what can follow as the value of a parameter."""
    if str(param.metavar).strip("[].") in FILES:
        return Candidates(head, files=True)
    if found := re.match(AT_FILE, value):
        return Candidates(head + found[0], files=True)
    names = [
        (item.value, " ".join(printable(item.help or "", keep="\n\t").split()))
        for item in param.shell_complete(context, "")
        if item.value.isprintable()  # a program without a name is called as it reads
    ]
    return Candidates(head, names) if names else Candidates()


def _options(context: Any, typed: Sequence[str]) -> list[tuple[str, str]]:
    """Return the options of a command, but for those that were given and cannot come again."""
    given = {each.partition("=")[0] for each in typed}
    return [
        (each.opts[0], summary(each))
        for each in context.command.get_params(context)
        if each.param_type_name == "option" and (each.multiple or each.opts[0] not in given)
    ]
