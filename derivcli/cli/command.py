"""A Typer command whose options take several values, and whose expressions may begin with -."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from typer.core import TyperCommand

from derivcli.cli.main import note
from derivcli.cli.options import EXPRESSIONS

# Compiled when they are used first: most commands use one of them.
IDENTIFIER = r"[^\W\d]\w*"
BINDING = r"\s*[^\W\d]\w*\s*=(?!=)([^;\n]*)\Z"
OPTION = r"--[A-Za-z]"
LIKE_HELP = {"-h", "-help"}
EXPONENT = r"(?<![\w.])(\d+\.?\d*|\.\d+)[eE][+-]?\d+"


def is_constant(token: str) -> bool:
    """Does the token hold no variable? `3`, `pi/4` and `-1e-3` do not, `-w**2` does.

    A malformed constant counts, so that its error is found where it was meant to stand.
    """
    if not token.strip() or token.startswith("@") or token == "-":
        return False
    names = re.findall(IDENTIFIER, re.sub(EXPONENT, "1", token))
    if not names:
        return True
    if not token.isascii():
        from derivcli.errors import DerivError
        from derivcli.language.tokens import tokenize

        try:
            names = [each.text for each in tokenize(token) if each.kind == "name"]
        except DerivError:
            return True
    from derivcli.language.functions import CALLED, PIECEWISE
    from derivcli.language.tree import CONSTANTS

    return all(name in CONSTANTS or name in CALLED or name in PIECEWISE for name in names)


def is_binding(token: str) -> bool:
    """Is the token `name=constant`, `name=@file`, or a constant?"""
    match = re.match(BINDING, token)
    if match and match[1].lstrip().startswith("@"):
        return True
    return is_constant(match[1]) if match else is_constant(token)


def is_name(token: str) -> bool:
    """Is the token a name, and nothing else?"""
    return re.fullmatch(IDENTIFIER, token) is not None


def is_condition(token: str) -> bool:
    """Does the token compare two sides?"""
    return re.search("[<>=≤≥≠]", token) is not None and not token.startswith("--")


def is_shape(token: str) -> bool:
    """Is the token `name=shape`?"""
    return re.fullmatch(r"\s*[^\W\d]\w*\s*=[^=;]+", token) is not None


class Sorted(NamedTuple):
    """The tokens of a command line.

    Options stand with their values: `--at=3`. `awaited` is the option of which the next token
    would be a value, the first or another one.
    """

    options: list[str]
    positional: list[str]
    awaited: str


class MathCommand(TyperCommand):
    """Normalises the tokens before Typer reads them.

    `--at 3 -3 2` becomes `--at=3 --at=-3 --at=2`, and every token that is no option goes behind
    `--`, so that `-w**2` is an expression. There are no short options.
    """

    greedy: ClassVar[Mapping[str, Callable[[str], bool]]] = {
        "--at": is_binding,
        "--from": is_binding,
        "--eps": is_constant,
        "--range": is_constant,
        "--wrt": is_name,
        "--assume": is_condition,
        "--shape": is_shape,
        "--method": is_name,
        "--arithmetic": ("exact", "float64", "float32").__contains__,
        "--activation": is_name,
        "--only": bool,
    }

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the usage line's words, an argument in capitals alone as in every manual."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of the command, as wide as the terminal."""
        from derivcli.cli.pages import help_text

        formatter.write(help_text(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the normalised tokens."""
        options, positional, _ = self.sorted_out(ctx, list(args))
        for token in LIKE_HELP.intersection(positional):
            if "--" not in args and not ctx.resilient_parsing:
                note(f"{token} is an expression here; --help shows help")
        return super().parse_args(ctx, options + (["--", *positional] if positional else []))

    def sorted_out(self, ctx: Any, args: list[str]) -> Sorted:
        """Return the tokens as what they are."""
        flags, valued, several = self._options(ctx)
        known = flags | valued
        options: list[str] = []
        positional: list[str] = []
        awaited = ""
        position = 0
        while position < len(args):
            token, position, awaited = args[position], position + 1, ""
            name, equals, value = token.partition("=")
            if token == "--":
                positional += args[position:]
                break
            if token == "-h" and not self.takes_expressions:
                token = "--help"
            if name not in valued:
                # "--epz" goes on to "did you mean --eps"; "-w**2" and "--w" are expressions
                (options if name in flags or re.match(OPTION, token) else positional).append(token)
                continue
            if not equals:
                if position == len(args) or args[position].partition("=")[0] in known | {"--"}:
                    if not ctx.resilient_parsing:
                        ctx.fail(f"Option '{name}' requires a value.")
                    awaited = name
                    continue
                value, position = self._value(name, args, position)
            options.append(f"{name}={value}")
            accepts = self.greedy.get(name) if name in several else None
            while accepts and position < len(args):
                value, after = self._value(name, args, position)
                if not _is_value(value, known, accepts):
                    break
                options.append(f"{name}={value}")
                position = after
            awaited = name if accepts else ""
        return Sorted(options, positional, awaited)

    @property
    def takes_expressions(self) -> bool:
        """Is anything but options in the language? Then -h is a formula, too."""
        metavars = (str(each.metavar or "").strip("[].") for each in self.params
                    if each.param_type_name == "argument")  # fmt: skip
        return not EXPRESSIONS.isdisjoint(metavars)

    def _value(self, name: str, args: list[str], position: int) -> tuple[str, int]:
        """Return a value and where the next token stands: `w = 3` is one value, in three tokens."""
        value, after = args[position], args[position + 1 : position + 3]
        if self.greedy.get(name) is is_binding and after:
            if is_name(value) and after[0] == "=" and len(after) == 2:
                return f"{value}={after[1]}", position + 3
            if is_name(value) and re.match(r"=[^=]", after[0]):
                return value + after[0], position + 2
            if value.endswith("=") and is_name(value[:-1]):
                return value + after[0], position + 2
        return value, position + 1

    def _options(self, ctx: Any) -> tuple[set[str], set[str], set[str]]:
        """Return the flags, the options with a value, and those of them that take several."""
        flags: set[str] = set()
        valued: set[str] = set()
        several: set[str] = set()
        for param in self.get_params(ctx):
            if param.param_type_name == "option":
                flag = getattr(param, "is_flag", False) or getattr(param, "count", False)
                (flags if flag else valued).update([*param.opts, *param.secondary_opts])
                if getattr(param, "multiple", False):
                    several.update(param.opts)
        return flags, valued, several


def _is_value(token: str, known: set[str], accepts: Callable[[str], bool]) -> bool:
    return (
        token.partition("=")[0] not in known | {"--"}
        and not re.match(OPTION, token)
        and accepts(token)
    )
