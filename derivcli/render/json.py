"""Results to JSON: the result itself, field by field, under its schema.

A number is the nearest float64, `null` where there is none; beside a key `x` stands `x_exact`,
the exact value as text where it is known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from derivcli.calculus.results import Quantity
from derivcli.report.numbers import bound, full_digits

VERBATIM = "\0"  # before a number that is written as it stands


def render(result: Any) -> str:
    """Return the result as one JSON object and a line end."""
    content = {"schema": result.schema, **_fields(result)}
    written = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    return re.sub(rf'"{re.escape(json.dumps(VERBATIM)[1:-1])}([^"]*)"', r"\1", written) + "\n"


def _fields(result: Any) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for field in fields(result):
        if not field.repr:  # drawn, not told
            continue
        value = getattr(result, field.name)
        content[field.name] = _plain(value)
        if isinstance(value, Quantity) and value.below is not None:
            content[f"{field.name}_problem"] = f"nearer to 0 than {bound(value.below)}"
        if field.name in getattr(result, "quantities", ()):
            content[f"{field.name}_exact"] = _exact(value)
    return content


def _plain(value: Any) -> Any:
    if isinstance(value, Quantity):
        return _number(value)
    if is_dataclass(value):
        return _fields(value)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _exact(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_exact(each) for each in value]
    if isinstance(value, Mapping):
        return {name: _exact(each) for name, each in value.items()}
    return None if value is None else value.exact


def _number(quantity: Quantity) -> int | float | str | None:
    if quantity.below is not None:
        return None
    text = full_digits(quantity)
    if text.lstrip("-").isdigit():
        return int(text)
    number = float(text)
    # JSON has numbers of any size, and Python's json floats only.
    return number if number or not quantity.number else f"{VERBATIM}{text}"
