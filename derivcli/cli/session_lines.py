"""A session: each line is a command, an expression, or a point and steps to remember."""

from __future__ import annotations

import contextlib
import gc
import io
import re
import shlex
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import chain
from typing import Any

from derivcli.calculus.study import eps_quantities, quantity
from derivcli.cli import inputs
from derivcli.cli.app import COMMANDS, command
from derivcli.cli.loads import early
from derivcli.cli.main import fail, main, note
from derivcli.defaults import MAX_OPERATIONS
from derivcli.errors import DerivError, ExitStatus, UsageError, describe
from derivcli.language.parser import parse

OWN, PROGRAM = "session", "derivcli"
# Of these a point is where they look, and steps are those of a difference quotient.
AT_A_POINT = ("diff", "table", "plot", "explore", "sweep", "graph")
WITH_STEPS = ("diff", "table", "plot", "explore")
PLACED = {"--at", "--shape", "--example", "--file", "--help"}  # with one of these it is clear where
ENDS = ("quit", "exit")
FORGET, NOTHING = "forget", "none"
VERBS = {
    "at": "the point from now on",
    "eps": "the steps from now on",
    FORGET: "no point and no steps any more",
    "quit": "the end",
}
TOLD = re.compile(r"(at|eps)(?:\s+(?![=*/^+,;)<>])(.*))?", re.DOTALL)
ASSIGNED = re.compile(r"\s*=\s*")
OPTION = re.compile(r"(?:^|\s)--(?=[a-z])")
ERROR = re.compile(r"^(?=(?:error|note): )", re.MULTILINE)
DIGITS = 17


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
        """Answer one line, which is the `number`-th of a batch; False where it is the last."""
        line = line.strip()
        if not line:
            return True
        if line in ENDS:
            return False
        if self.echo:
            sys.stdout.write(f"{self._apart}> {' '.join(line.split())}\n")
            sys.stdout.flush()
            self._apart = ""
        out, err = _stream(), _stream()
        with contextlib.ExitStack() as kept:
            if self.as_json:
                kept.enter_context(contextlib.redirect_stdout(out))
            if self.as_json or (number and sys.stderr is not None and not sys.stderr.isatty()):
                kept.enter_context(contextlib.redirect_stderr(err))
            status = self._answered(line)
        told = _content(err)
        if self.as_json and status is not None:
            self._write(number, line, status, _content(out), told)
        elif told and not (number and status == ExitStatus.INTERRUPTED):  # which is told at the end
            sys.stderr.write(ERROR.sub(f"line {number}: ", told))
            sys.stderr.flush()
        if status is None:
            return True
        self._apart = "\n"
        self.status = max(self.status, ExitStatus(status))
        # At a prompt Ctrl-C ends an answer, and of a batch all.
        return status != ExitStatus.BROKEN_PIPE and (status != ExitStatus.INTERRUPTED or not number)

    def _answered(self, line: str) -> int | None:
        """Do what a line asks, and return the exit status; None where it is only remembered."""
        try:
            arguments = self._arguments(line)
        except DerivError as error:
            return fail(describe(error), error.status)
        if arguments is None:
            return None
        if (room := early(arguments)) is not None:
            import_module(room)
        if self.as_json and _is_chosen_here(arguments):
            arguments[1:1] = ["--format", "json"]
        sys.stdin = _stream()  # what a command reads there is not the lines of the session
        try:
            return main(arguments)
        finally:
            sys.stdin = self._source

    def _arguments(self, line: str) -> list[str] | None:
        """Return the arguments of the command that a line is; None for what is only remembered."""
        if line.startswith(f"{PROGRAM} "):
            line = line.removeprefix(PROGRAM).lstrip()
        if line == FORGET:
            self.at, self.eps = {}, []
            return None
        if told := TOLD.fullmatch(line):
            self._remember(told[1], (told[2] or "").strip())
            return None
        name, *others = line.split()
        if name == OWN and "--help" not in others:
            raise UsageError("a session is open already", hint="write the command alone")
        if name == "help" and others and others[0] in VERBS:
            return ["help", OWN]
        if name in (*COMMANDS, "--help", "--version"):
            name, *words = _words(line)
            return self._whole(name, words) if name in COMMANDS else [name, *words]
        start = OPTION.search(line)
        expression = (line if start is None else line[: start.start()]).strip()
        options = _words("" if start is None else line[start.start() :])
        return self._whole("diff", [*options, "--", expression])

    def _whole(self, name: str, words: list[str]) -> list[str]:
        """Return the arguments of a command with the point and the steps that it is not given.

        Its own parameters tell which words are expressions; those that stand for one, written
        with spaces, are put together.
        """
        asked = command(name)
        context = asked.make_context(name, [], resilient_parsing=True)
        options, expressions, _ = asked.sorted_out(context, words)
        given = {each.partition("=")[0] for each in options}
        takes = [each for each in asked.params if each.param_type_name == "argument"]
        if len(expressions) > 1 and len(takes) == 1 and takes[0].nargs == 1:
            expressions = [" ".join(expressions)]
            words = [*options, "--", *expressions]
        told = []
        if name in AT_A_POINT and not given & PLACED:
            told = [f"--at={each}" for each in self._point(expressions)]
        if name in WITH_STEPS and "--eps" not in given and (told or "--at" in given):
            told += [f"--eps={each}" for each in self.eps]
        return [name, *told, *words]

    def _point(self, expressions: Sequence[str]) -> list[str]:
        """Return what is remembered, where it is a value for each name of the expressions."""
        try:
            sources = [inputs.read_source(each, MAX_OPERATIONS)[0] for each in expressions]
            variables = [parse(each).variables for each in sources]
        except DerivError:
            return []  # the command tells what is wrong with it
        if not self.at or not variables:
            return []
        if "" in self.at:
            return [self.at[""]] if all(len(each) == 1 for each in variables) else []
        missing = {each: None for names in variables for each in names if each not in self.at}
        common = [each for each in variables[0] if all(each in names for names in variables)]
        if missing and len(missing) < len({*chain(*variables)}):
            note(f"at says nothing of {', '.join(missing)}: the point is left out")
        if missing or any(len(names) > len(common) for names in variables):
            return []
        return [f"{each}={self.at[each]}" for each in common]

    def _remember(self, what: str, text: str) -> None:
        """Keep a point or steps; show them where none are told."""
        if not text:
            point = [f"{name} = {value}" if name else value for name, value in self.at.items()]
            shown = self.eps if what == "eps" else point
            if not self.as_json:
                sys.stdout.write(f"{what} {' '.join(shown) or NOTHING}\n")
            return
        values = [] if text == NOTHING else _words(ASSIGNED.sub("=", text))
        found = [inputs.constant(each, f"in {what}") for each in values]
        if what == "eps":
            eps_quantities(inputs.constants(values, "in eps"), DIGITS)
            self.eps = values
            return
        names = [name for name, _ in found]
        if ("" in names and len(names) > 1) or len({*names}) < len(names):
            raise UsageError("one number, or names with theirs", hint="write at w=3 b=8, or at 3")
        kept = {} if "" in names or not names else dict(self.at)
        kept.pop("", None)
        for (name, constant), typed in zip(found, values, strict=True):
            quantity(constant, DIGITS, "at")
            kept[name] = typed.partition("=")[2] if name else typed
        self.at = kept

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
