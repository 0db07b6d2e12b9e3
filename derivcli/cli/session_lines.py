"""Lines of a session: each a command, an expression, or a point and steps to remember."""

from __future__ import annotations

import contextlib
import gc
import io
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any

from derivcli.cli.app import COMMANDS, command
from derivcli.cli.loads import early
from derivcli.cli.main import fail, main
from derivcli.errors import DerivError, ExitStatus, UsageError, describe
from derivcli.language.parser import parse

OWN = "session"
# Of these a point is where they look, and steps are those of a difference quotient.
AT_A_POINT = ("diff", "table", "plot", "explore", "sweep", "graph")
WITH_STEPS = ("diff", "table", "plot", "explore")
ENDS = ("quit", "exit")
FORGET = "none"
TOLD = re.compile(r"(at|eps)(?:\s+(?![=*/^+,;)<>])(.*))?", re.DOTALL)
ASSIGNED = re.compile(r"\s*=\s*")
OPTION = re.compile(r"(?:^|\s)--(?=[a-z])")
STOP = (ExitStatus.INTERRUPTED, ExitStatus.BROKEN_PIPE)


def is_open(line: str) -> bool:
    """Does a line go on: has it an open bracket, or a backslash at its end?"""
    if line.lstrip().startswith("#"):
        return False
    opened, closed = (sum(map(line.count, each)) for each in ("([{", ")]}"))
    return line.endswith("\\") or opened > closed


def joined(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, together with those that it goes on in."""
    begun, first = "", 0
    for number, line in enumerate(lines, 1):
        whole = begun + line.rstrip("\r\n")
        first = first or number
        if is_open(whole.rstrip()):
            begun = whole.rstrip().removesuffix("\\") + " "
            continue
        yield first, whole
        begun, first = "", 0
    if begun:
        yield first, begun


class Session:
    """Answers lines, and remembers the point, the steps, and the largest exit status."""

    def __init__(self, *, as_json: bool = False, echo: bool = False) -> None:
        self.as_json = as_json
        self.echo = echo
        self.status = ExitStatus.ANSWERED
        self.at: dict[str, str] = {}  # by name; a number alone by no name
        self.eps: list[str] = []
        self._source = sys.stdin
        self._apart = ""  # between an answer and the line after it
        _warm()

    def answer(self, line: str, number: int = 0) -> bool:
        """Answer one line; False where it is the last."""
        line = line.strip()
        if not line or line.startswith("#"):
            return True
        if line in ENDS:
            return False
        if self.echo:
            sys.stdout.write(f"{self._apart}> {' '.join(line.split())}\n")
            sys.stdout.flush()
            self._apart = ""
        try:
            arguments = self._arguments(line)
        except DerivError as error:
            status, out, err = int(error.status), "", describe(error) + "\n"
            if not self.as_json:
                fail(describe(error), error.status)
        else:
            if arguments is None:
                return True
            status, out, err = self._run(arguments)
        if self.as_json:
            self._write(number, line, status, out, err)
        self._apart = "\n"
        self.status = max(self.status, ExitStatus(status))
        return status not in STOP

    def _arguments(self, line: str) -> list[str] | None:
        """Return the arguments of the command that a line is; None for what is only remembered."""
        if told := TOLD.fullmatch(line):
            self._remember(told[1], (told[2] or "").strip())
            return None
        name = line.split(maxsplit=1)[0]
        if name == OWN:
            raise UsageError("a session is open already", hint="write the command alone")
        if name in (*COMMANDS, "--help", "--version"):
            words = _words(line)
            typed = next((word for word in words[1:] if not word.startswith("--")), "")
            return [*words, *self._told(name, typed, words)]
        start = OPTION.search(line)
        expression, options = (
            (line, "") if start is None else (line[: start.start()], line[start.start() :])
        )
        words = _words(options)
        return ["diff", expression.strip(), *words, *self._told("diff", expression, words)]

    def _told(self, name: str, expression: str, words: Sequence[str]) -> list[str]:
        """Return the point and the steps that a command is told, where it has none of its own."""
        given = {word.partition("=")[0] for word in words}
        found = []
        if name in AT_A_POINT and "--at" not in given and "--shape" not in given:
            found += self._point(expression)
        if name in WITH_STEPS and self.eps and "--eps" not in given and (found or "--at" in given):
            found += ["--eps", *self.eps]
        return found

    def _point(self, expression: str) -> list[str]:
        """Return what is remembered of the names that an expression has."""
        try:
            variables = parse(expression).variables
        except DerivError:
            return []  # the command tells what is wrong with it
        if "" in self.at:
            return ["--at", self.at[""]] if len(variables) == 1 else []
        values = [f"{each}={self.at[each]}" for each in variables if each in self.at]
        return ["--at", *values] if values else []

    def _remember(self, what: str, text: str) -> None:
        """Keep a point or steps; show them where none are told."""
        if not text:
            shown = (
                self.eps
                if what == "eps"
                else [f"{k} = {v}" if k else v for k, v in self.at.items()]
            )
            if not self.as_json:
                sys.stdout.write(f"{what} {' '.join(shown) or FORGET}\n")
            return
        values = [] if text == FORGET else _words(ASSIGNED.sub("=", text))
        if what == "eps":
            for each in values:
                parse(each)
            self.eps = values
            return
        point = {} if text == FORGET or "=" not in text else dict(self.at)
        point.pop("", None)
        for each in values:
            before, equals, after = each.partition("=")
            name, value = (before, after) if equals else ("", before)
            if bool(equals) != ("=" in text) or (not equals and len(values) > 1):
                raise UsageError(
                    "one number, or names with theirs", hint="write at w=3 b=8, or at 3"
                )
            parse(value)
            point[name] = value
        self.at = point

    def _run(self, arguments: list[str]) -> tuple[int, str, str]:
        """Run a command; in JSON what it writes is kept. Its standard input is empty."""
        if (room := early(arguments)) is not None:
            import_module(room)
        sys.stdin = _stream()
        try:
            if not self.as_json:
                return main(arguments), "", ""
            form = ["--format", "json"] if _is_chosen_here(arguments) else []
            out, err = _stream(), _stream()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = main([*arguments, *form])
            return status, _content(out), _content(err)
        finally:
            sys.stdin = self._source

    def _write(self, number: int, line: str, status: int, out: str, err: str) -> None:
        """Write one object on a line: the answer of a command, its text, or its error."""
        import json

        found: dict[str, Any] = {"line": number, "command": line, "status": status}
        try:
            found = {**json.loads(out), **found}
        except ValueError:
            if out:
                found = {"schema": "derivcli.text/1", "text": out, **found}
        if err:
            found = {"schema": "derivcli.error/1", **found, "error": err.rstrip("\n")}
        sys.stdout.write(
            json.dumps(found, ensure_ascii=sys.stdout.encoding.lower() != "utf-8", allow_nan=False)
            + "\n"
        )
        sys.stdout.flush()


def _is_chosen_here(arguments: Sequence[str]) -> bool:
    """Has a command formats, and was none of them asked for?"""
    if arguments[0] not in COMMANDS or any(each.startswith("--format") for each in arguments):
        return False
    return any("--format" in each.opts for each in command(arguments[0]).params)


def _words(text: str) -> list[str]:
    """Return the words of a line as a shell reads them. Raises UsageError for an open quote."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError(
            f"{str(error).lower()} in this line", hint='put an expression in "..."'
        ) from None


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")


def _content(stream: Any) -> str:
    stream.flush()
    content: bytes = stream.buffer.getvalue()
    return content.decode("utf-8")


def _warm() -> None:
    """Load SymPy and have it differentiate once: each line's process is forked from this one."""
    from derivcli.calculus.results import Request
    from derivcli.calculus.study import study_of

    point = {"w": parse("3")}
    study_of(Request(parse("w**2 + exp(w) + 1/w"), (point,), ("w",), (parse("0.001"),)))
    gc.collect()
    gc.freeze()
