"""TOML files to entries, fields and values; an error names the file, the entry and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from derivcli.errors import UsageError, printable
from derivcli.input_files import beginning, decoded
from derivcli.language.text import text
from derivcli.language.tree import number

FILE_NAME = "examples.toml"
TABLES = ("example", "exercise", "program", "network")
LARGEST_FILE = 5_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list of tables; `where` names it in messages."""

    fields: Mapping[str, Any]
    where: str

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; without a default the key has to be there."""
        if key not in self.fields:
            if default is not None:
                return default
            raise UsageError(f"{self.where}: the key '{key}' is missing")
        value = self.fields[key]
        if not isinstance(value, str):
            raise UsageError(f"{self.where}: '{key}' is not a string", hint=f'write {key} = "..."')
        return value

    def name(self, default: str) -> str:
        """Return the entry's name."""
        value = self.text("name", default)
        if "name" in self.fields and (not value.strip() or printable(value) != value):
            raise UsageError(f"{self.where}: 'name' is empty or holds control characters")
        return value

    def names(self, key: str) -> tuple[str, ...]:
        """Return a name or a list of names."""
        return self.texts(key, "name")

    def texts(self, key: str, noun: str = "string") -> tuple[str, ...]:
        """Return a string or a list of strings."""
        value = self.fields.get(key, ())
        found = (value,) if isinstance(value, str) else value
        if not isinstance(found, tuple | list) or not all(isinstance(each, str) for each in found):
            raise UsageError(f"{self.where}: '{key}' is not a {noun} or a list of {noun}s")
        return tuple(found)

    def constant(self, key: str) -> str | None:
        """Return a number as text of the language; None where the key is missing."""
        value = self.fields.get(key)
        return None if value is None else constant(value, f"{self.where}: '{key}'")

    def whole(self, key: str, default: int, most: int, least: int = 1) -> int:
        """Return a whole number from `least` to `most`."""
        value = self.fields.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise UsageError(
                f"{self.where}: '{key}' is not a whole number from {least} to {most:,}"
            )
        return value

    def point(self, key: str) -> dict[str, str]:
        """Return constants as text: one under the name "", or one for each name."""
        value = self.fields.get(key)
        if value is None:
            raise UsageError(
                f"{self.where}: the key '{key}' is missing",
                hint=f"write {key} = 3 or {key} = {{ w = 2, b = 8 }}",
            )
        if isinstance(value, dict):
            if not value:
                raise UsageError(f"{self.where}: '{key}' is empty")
            return {
                str(name): constant(each, f"{self.where}: '{key}.{printable(str(name))}'")
                for name, each in value.items()
            }
        return {"": constant(value, f"{self.where}: '{key}'")}


def entries(
    path: str | None,
    table: str,
    known: set[str] | None,
    nickname: str = "",
    *,
    required: bool = True,
) -> tuple[Entry, ...]:
    """Return the entries `[[table]]` of a file, else of ./examples.toml, else of derivcli's own.

    The field `nickname` stands in for a missing name. Without `known` the caller looks at the keys.

    Raises UsageError where the file cannot be read, holds a table or a key that nobody knows, or
    two entries of the same name, or, if they are required, no entry.
    """
    if path is None:
        path = FILE_NAME if Path(FILE_NAME).is_file() else None
    name = printable(FILE_NAME if path is None else path)
    document = _document(_shipped() if path is None else _read(Path(path)), name)
    listed = document.get(table, [])
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise UsageError(
            f"{name}: '{table}' is not a list", hint=f"write [[{table}]], twice the brackets"
        )
    if not listed and required:
        raise UsageError(f"{name} has no [[{table}]]")
    found = tuple(
        _entry(each, f"{name}: {table} {index}", known) for index, each in enumerate(listed, 1)
    )
    names: set[str] = set()
    for entry in found:
        each = str(entry.fields.get("name", entry.fields.get(nickname, "")))
        if each and each in names:
            raise UsageError(f"{name}: two {table}s are named '{printable(each)}'")
        names.add(each)
    return found


def _shipped() -> str:
    """Return the collection inside the package; in a checkout it stands beside the package."""
    inside = files("derivcli").joinpath(FILE_NAME)
    if inside.is_file():
        return inside.read_text("utf-8")
    return (Path(__file__).parents[2] / FILE_NAME).read_text("utf-8")


def _read(path: Path) -> str:
    content = beginning(path, LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise UsageError(f"{printable(str(path))} is larger than {LARGEST_FILE:,} bytes")
    return decoded(content, printable(str(path)))


def _document(content: str, name: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(content, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not valid TOML: {error}") from None
    unknown = sorted(set(document) - set(TABLES))
    if unknown:
        raise UsageError(
            f"{name}: unknown table '{printable(unknown[0])}'",
            hint=f"known tables: {', '.join(f'[[{table}]]' for table in TABLES)}",
        )
    return document


def _entry(fields: dict[str, Any], where: str, known: set[str] | None) -> Entry:
    if isinstance(fields.get("name"), str):
        where += f" ('{printable(fields['name'])}')"
    for key in sorted(set(fields) - known) if known is not None else ():
        raise UsageError(
            f"{where}: unknown key '{printable(key)}'",
            hint=f"known keys: {', '.join(sorted(known or ()))}",
        )
    return Entry(fields, where)


def constant(value: object, where: str) -> str:
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


def value(given: object, where: str) -> str:
    """Return a TOML value as text: a number, or a matrix from a list of numbers or of rows."""
    if not isinstance(given, list):
        return constant(given, where)
    parts = []
    for index, each in enumerate(given, 1):
        part = value(each, f"{where}: entry {index}")
        # In parentheses no string is two entries.
        parts.append(f"({part})" if isinstance(each, str) else part)
    return f"[{', '.join(parts)}]"


def bindings(at: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values of an entry as they are typed after --at: `w=2`, or a lone value."""
    return tuple(f"{name}={value}" if name else value for name, value in at.items())
