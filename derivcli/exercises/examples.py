"""examples.toml to examples; an error names the file, the entry and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from derivcli.errors import UsageError, printable
from derivcli.language.text import text
from derivcli.language.tree import number

FILE_NAME = "examples.toml"
KEYS = {"name", "expression", "at", "wrt", "about"}
LARGEST_FILE = 5_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Example:
    """One entry: an expression, the point where it is studied, and a word about it.

    `at` maps variables to constants as typed; a lone value stands under the name "".
    """

    name: str
    expression: str
    at: Mapping[str, str]
    wrt: tuple[str, ...] = ()
    about: str = ""


def load(path: str | None = None) -> tuple[Example, ...]:
    """Return the examples of a file, else of ./examples.toml, else those that derivcli ships.

    Raises UsageError where the file cannot be read or an entry is malformed.
    """
    if path is None:
        path = FILE_NAME if Path(FILE_NAME).is_file() else None
    if path is None:
        return _examples(_shipped(), FILE_NAME)
    return _examples(_read(Path(path)), path)


def _shipped() -> str:
    """Return the collection inside the package; in a checkout it stands beside the package."""
    inside = files("derivcli").joinpath(FILE_NAME)
    if inside.is_file():
        return inside.read_text("utf-8")
    return (Path(__file__).parents[2] / FILE_NAME).read_text("utf-8")


def choose(examples: Sequence[Example], names: Sequence[str]) -> tuple[Example, ...]:
    """Return the examples of these names, in the order asked for; all of them for no names.

    Raises UsageError for a name that is not there.
    """
    known = {example.name: example for example in examples}
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else "derivcli examples lists them"
            raise UsageError(f"there is no example '{printable(name)}'", hint=hint)
    return tuple(known[name] for name in dict.fromkeys(names)) or tuple(examples)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(f"cannot read {printable(str(path))}: {error.strerror}") from None
    if len(content) > LARGEST_FILE:
        raise UsageError(f"{printable(str(path))} is larger than {LARGEST_FILE:,} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{printable(str(path))} is not UTF-8: byte {error.start + 1}") from None


def _examples(content: str, path: str) -> tuple[Example, ...]:
    try:
        document = tomllib.loads(content, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise UsageError(f"{printable(path)} is not valid TOML: {error}") from None
    unknown = sorted(set(document) - {"example"})
    if unknown:
        raise UsageError(
            f"{printable(path)}: unknown table '{printable(unknown[0])}'",
            hint="examples stand under [[example]]",
        )
    entries = document.get("example", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError(
            f"{printable(path)}: 'example' is not a list",
            hint="write [[example]], twice the brackets",
        )
    if not entries:
        raise UsageError(f"{printable(path)} has no [[example]]")
    found = tuple(_example(entry, index, path) for index, entry in enumerate(entries, 1))
    names = [example.name for example in found]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{printable(path)}: two examples are named '{name}'")
    return found


def _example(entry: dict[str, Any], index: int, path: str) -> Example:
    where = f"{printable(path)}: example {index}"
    name = entry.get("name")
    if isinstance(name, str):
        where += f" ('{printable(name)}')"
    for key in sorted(set(entry) - KEYS):
        raise UsageError(
            f"{where}: unknown key '{printable(key)}'",
            hint=f"known keys: {', '.join(sorted(KEYS))}",
        )
    expression = _text(entry, "expression", where)
    return Example(
        name=_text(entry, "name", where) if "name" in entry else expression,
        expression=expression,
        at=_point(entry.get("at"), where),
        wrt=_names(entry.get("wrt", ()), where),
        about=_text(entry, "about", where) if "about" in entry else "",
    )


def _text(entry: dict[str, Any], key: str, where: str) -> str:
    if key not in entry:
        raise UsageError(f"{where}: the key '{key}' is missing")
    value = entry[key]
    if not isinstance(value, str):
        raise UsageError(f"{where}: '{key}' is not a string", hint=f'write {key} = "..."')
    if key == "name" and (not value.strip() or printable(value) != value):
        raise UsageError(f"{where}: 'name' is empty or holds control characters")
    return value


def _point(value: object, where: str) -> dict[str, str]:
    if value is None:
        raise UsageError(
            f"{where}: the key 'at' is missing", hint="write at = 3 or at = { w = 2, b = 8 }"
        )
    if isinstance(value, dict):
        if not value:
            raise UsageError(f"{where}: 'at' is empty")
        return {
            str(name): _constant(each, f"{where}: 'at.{printable(str(name))}'")
            for name, each in value.items()
        }
    return {"": _constant(value, f"{where}: 'at'")}


def _constant(value: object, where: str) -> str:
    """Return a TOML value as text of the language; a number keeps every digit."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise UsageError(f"{where} is not a finite number")
        sign, digits, exponent = value.as_tuple()
        return f"{'-' if sign else ''}{''.join(map(str, digits))}e{exponent}"
    if isinstance(value, int) and not isinstance(value, bool):
        if value.bit_length() > 256:
            raise UsageError(f"{where} has too many digits")
        return text(number(Fraction(value)))
    raise UsageError(f"{where} is neither a number nor a string")


def _names(value: object, where: str) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, tuple | list) or not all(isinstance(name, str) for name in names):
        raise UsageError(f"{where}: 'wrt' is not a name or a list of names")
    return tuple(names)
