"""Lines of Python as formatters lay them out: a long one is broken where its brackets open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

CALLED = re.compile(r"[\w.]+\(")
WIDTH = 88
STEP = 4
LOOSEST = (" + ", " - "), (" * ", " / ", " @ ")


def laid_out(line: str, *, indent: int = 0) -> Iterator[str]:
    """Yield a statement in lines that fit, the further ones indented; `indent` is the room before.

    `name = expression` is broken before operators in brackets, `def name(...):` in its brackets.
    """
    if len(line) + indent <= WIDTH:
        yield line
        return
    if line.endswith("):"):
        head, _, inner = line.removesuffix("):").partition("(")
        yield from _listed(f"{head}(", inner.split(", "), "):", indent)
        return
    name, _, expression = line.partition(" = ")
    head, inner, end = _last_brackets(expression)
    if CALLED.fullmatch(head) and end == ")":
        yield f"{name} = {head}"
        yield from (" " * STEP + each for each in _broken(inner, WIDTH - indent - STEP))
        yield end
        return
    if lines := _hugged(f"{name} = ", expression, WIDTH - indent):
        yield from lines
        return
    yield f"{name} = ("
    yield from (" " * STEP + each for each in _broken(expression, WIDTH - indent - STEP))
    yield ")"


def call(left: str, function: str, arguments: Sequence[str], *, indent: int) -> Iterator[str]:
    """Yield `left = function(arguments)` in lines that fit, indented."""
    room = " " * indent
    line = f"{left} = {function}({', '.join(arguments)})"
    if len(line) + indent <= WIDTH:
        yield room + line
        return
    yield from (room + each for each in _listed(f"{left} = {function}(", arguments, ")", indent))


def literal(name: str, value: Any, *, indent: int) -> Iterator[str]:
    """Yield `name = np.array([...])`, or a number, in lines that fit, indented."""
    room, inner = " " * indent, " " * (indent + STEP)
    shown = repr(value.tolist())
    line = f"np.array({shown})" if value.ndim else shown
    if len(room) + len(f"{name} = {line}") <= WIDTH:
        yield f"{room}{name} = {line}"
        return
    yield f"{room}{name} = np.array("
    if len(inner) + len(shown) <= WIDTH:
        yield inner + shown
    else:
        yield f"{inner}["
        for row in value.tolist():
            yield from _row(row, indent + 2 * STEP)
        yield f"{inner}]"
    yield f"{room})"


def _row(row: Any, indent: int) -> Iterator[str]:
    room, line = " " * indent, f"{row!r},"
    if indent + len(line) <= WIDTH or not isinstance(row, list):
        yield room + line
        return
    yield f"{room}["
    yield from (f"{room}{' ' * STEP}{entry!r}," for entry in row)
    yield f"{room}],"


def _listed(head: str, parts: Sequence[str], tail: str, indent: int) -> Iterator[str]:
    """Yield what stands in brackets on a line of its own, or, where that is long, on many."""
    yield head
    inner = ", ".join(parts)
    if len(inner) + indent + STEP <= WIDTH:
        yield " " * STEP + inner
    else:
        yield from (f"{' ' * STEP}{part}," for part in parts)
    yield tail


def _broken(expression: str, width: int, *, tail: str = "") -> Iterator[str]:
    """Yield an expression that stands in brackets in lines that fit, where it can be broken.

    It is broken at its commas, else before its loosest operators outside of brackets, else inside
    of its last brackets.
    """
    if len(expression) + len(tail) <= width:
        yield expression + tail
        return
    parts = _split(expression, (", ",))
    if len(parts) > 1:
        for part in parts:
            yield from _broken(part.removeprefix(" "), width, tail=",")
        return
    for signs in LOOSEST:
        pieces = _split(expression, signs)
        if len(pieces) > 1:
            for piece in pieces[:-1]:
                yield from _broken(piece, width)
            yield from _broken(pieces[-1], width, tail=tail)
            return
    head, inner, end = _last_brackets(expression)
    if not inner:
        yield expression + tail
        return
    yield head
    yield from (" " * STEP + line for line in _broken(inner, width - STEP))
    yield end + tail


def _hugged(line: str, expression: str, width: int) -> list[str]:
    """Return a sum or product of two, one of them in brackets, broken inside of brackets alone.

    There are no lines where that does not fit, or is not how formatters break it.
    """
    signs = next((each for each in LOOSEST if len(_split(expression, each)) > 1), ())
    in_brackets = expression.startswith("(") or expression.endswith(")")
    if len(_split(expression, signs)) != 2 or not in_brackets:
        return []
    lines, rest = [], expression
    while len(line + rest) > width:
        opening = rest.find("(")
        closing = _closing(rest, opening)
        if opening < 0 or closing < 0:
            return []
        behind = rest.find("(", closing) + 1 or len(rest)
        if len(line + rest[:behind]) <= width:
            line, rest = line + rest[: closing + 1], rest[closing + 1 :]
            continue
        lines.append(line + rest[: opening + 1])
        inner = _broken(rest[opening + 1 : closing], width - STEP)
        lines += (" " * STEP + each for each in inner)
        line, rest = ")", rest[closing + 1 :]
    lines.append(line + rest)
    return lines if all(len(each) <= width for each in lines) else []


def _closing(text: str, opening: int) -> int:
    """Return where a bracket is closed."""
    depth = 0
    for place in range(max(opening, 0), len(text)):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return -1


def _last_brackets(expression: str) -> tuple[str, str, str]:
    """Return what stands before, in and behind the last brackets, the brackets outside."""
    depth, end = 0, expression.rfind(")")
    for place in range(end, -1, -1):
        depth += {")": 1, "]": 1, "(": -1, "[": -1}.get(expression[place], 0)
        if depth == 0:
            return expression[: place + 1], expression[place + 1 : end], expression[end:]
    return expression, "", ""


def _split(expression: str, signs: Sequence[str]) -> list[str]:
    """Return what stands between signs that are outside of brackets, each with its sign.

    A comma stays with what is before it, and is left out.
    """
    depth, start, found = 0, 0, []
    for place, character in enumerate(expression):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if depth == 0 and any(expression.startswith(sign, place) for sign in signs) and place:
            found.append(expression[start:place])
            start = place + 1
    return [*found, expression[start:]]
