"""One's own dW and db from a TOML, JSON or npz file, each number with the digits it was given."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from derivcli.errors import UsageError, counted, printable
from derivcli.input_files import decoded, whole
from derivcli.networks.checking import npz_files
from derivcli.networks.checking.expected import ExpectedGradient
from derivcli.networks.layers import Shape
from derivcli.networks.numbers import Matrix

LARGEST_TEXT = 50_000_000  # bytes
LARGEST_NPZ = 200_000_000
MOST_ROUNDED = 1_000_000  # entries of an array that anybody would round to paste it
DOUBLE = 2.0**-52  # the relative distance of two float64
OWN_SCHEMA = "derivcli.network/"


@dataclass(frozen=True, slots=True)
class GivenArray:
    """The dW or db of a file: at most `decimals` behind the point, and `significant` digits.

    Both are None where the numbers are to be taken as they are. `spacing` is the relative distance
    of two floats of the kind that they were computed in.
    """

    values: Matrix
    decimals: int | None = None
    significant: int | None = None
    spacing: float = DOUBLE


@dataclass(frozen=True, slots=True)
class GivenGradient:
    """What a file gives, by the names of the course, dW1; `others` are names of dZ and dA."""

    arrays: Mapping[str, GivenArray]
    others: tuple[str, ...]


def read(path: str, expected: ExpectedGradient) -> GivenGradient:
    """Return every array that is expected, as a .toml, .json or .npz file gives them.

    Raises UsageError that names the array and the entry at fault, RefusedError for what is too
    large.
    """
    name, suffix = printable(path), Path(path).suffix.lower()
    if suffix not in (".toml", ".json", ".npz"):
        raise UsageError(
            f"{name} ends in no .toml, .json or .npz",
            hint="with NumPy: np.savez('my.npz', dW1=dW1, db1=db1)",
        )
    content = whole(path, LARGEST_NPZ if suffix == ".npz" else LARGEST_TEXT)
    if suffix == ".npz":
        archive = npz_files.opened(content, name)
        own, others = expected.by_name(npz_files.names(archive, name), name)
        arrays = {
            key: _from_floats(
                npz_files.array(
                    archive, given, f"{name}: '{printable(given)}'", key, expected.shapes[key]
                )
            )
            for key, given in own.items()
        }
    else:
        fields = _toml(content, name) if suffix == ".toml" else _json(content, name, expected)
        own, others = expected.by_name(fields, name)
        arrays = {
            key: _from_numbers(fields[given], f"{name}: '{printable(given)}'", expected.shapes[key])
            for key, given in own.items()
        }
    for key, array in arrays.items():
        _sound(array.values, f"{name}: '{printable(own[key])}'", key, expected.shapes[key])
    return GivenGradient(arrays, others)


def _toml(content: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(decoded(content, name).replace("\r\n", "\n"), parse_float=Decimal)
    except RecursionError:
        raise UsageError(f"{name} is nested too deep") from None
    except (ValueError, ArithmeticError) as error:
        raise UsageError(f"{name} is not valid TOML: {_short(error)}") from None


def _json(content: bytes, name: str, expected: ExpectedGradient) -> dict[str, Any]:
    """Return the fields of an object, or the gradients of derivcli's own answer."""
    try:
        found = json.loads(
            decoded(content, name),
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=Decimal,
            object_pairs_hook=_fields,
        )
    except RecursionError:
        raise UsageError(f"{name} is nested too deep") from None
    except (ValueError, ArithmeticError) as error:
        raise UsageError(f"{name} is not valid JSON: {_short(error)}") from None
    if not isinstance(found, dict):
        raise UsageError(f"{name} is no JSON object", hint='write {"dW1": [[...]], "db1": [...]}')
    schema = found.get("schema")
    return _own(found, name, expected) if str(schema).startswith(OWN_SCHEMA) else found


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        again = next(key for key in found if keys.count(key) > 1)
        raise ValueError(f"'{again}' is given twice")
    return found


def _short(error: Exception) -> str:
    if isinstance(error, ArithmeticError):
        return "a number has too large an exponent"
    told = str(error)
    return "a whole number has too many digits" if "digits) for integer" in told else told


def _own(answer: dict[str, Any], name: str, expected: ExpectedGradient) -> dict[str, Any]:
    """Return the gradient of what `network --format json` wrote."""
    found: dict[str, Any] = {}
    arrays = answer.get("arrays")
    for each in arrays if isinstance(arrays, list) else ():
        gradient = each.get("gradient") if isinstance(each, dict) else None
        if not isinstance(gradient, dict):
            continue
        key = str(gradient.get("name"))
        if key not in expected.shapes:
            continue
        found[key] = gradient.get("value")
        if found[key] is None:
            raise UsageError(
                f"{name} has no numbers of {printable(key)}",
                hint="write them all by --values --format json",
            )
    return found


def _from_floats(found: npz_files.Floats) -> GivenArray:
    """Return an array of a binary file; each number has the digits of its shortest text."""
    values, written = found.values, None
    if values.size <= MOST_ROUNDED and np.isfinite(values).all():
        written = [Decimal(text) for text in found.native.astype(str).ravel().tolist()]
    return _with_digits(values, written, found.spacing)


def _with_digits(
    values: Matrix, written: list[Decimal] | None, spacing: float = DOUBLE
) -> GivenArray:
    if not written or len(written) > MOST_ROUNDED or not all(each.is_finite() for each in written):
        return GivenArray(values, spacing=spacing)
    parts = [each.as_tuple() for each in written]
    decimals = max(-int(part.exponent) for part in parts)
    return GivenArray(values, decimals, max(len(part.digits) for part in parts), spacing)


def _from_numbers(value: Any, place: str, wanted: Shape) -> GivenArray:
    """Return a number, a list or a list of rows as an array.

    A plain list is a row where the array has one row, and else a column.
    """
    if not isinstance(value, list):
        rows = [[_number(value, place)]]
    elif not value or [] in value:
        raise UsageError(f"{place} is empty" if not value else f"{place} has an empty row")
    elif not any(isinstance(each, list) for each in value):
        flat = [_number(each, f"{place}, number {i}") for i, each in enumerate(value, 1)]
        rows = [flat] if npz_files.lies(wanted) else [[each] for each in flat]
    else:
        rows = [_row(row, i, value[0], place) for i, row in enumerate(value, 1)]
    values = np.array([[float(each) for each in row] for row in rows], dtype=np.float64)
    return _with_digits(values, [each for row in rows for each in row])


def _row(row: Any, index: int, first: Any, place: str) -> list[Decimal]:
    if not isinstance(row, list):
        raise UsageError(f"{place} mixes numbers and rows: entry {index} is not a list")
    if isinstance(first, list) and len(row) != len(first):
        raise UsageError(
            f"{place}: row {index} has {counted(len(row), 'number')}, and row 1 has {len(first):,}"
        )
    return [_number(each, f"{place}, row {index}, column {j}") for j, each in enumerate(row, 1)]


def _number(value: Any, place: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise UsageError(f"{place} is not a number", hint="write 0.5 or 5e-1, without quotes")
    return Decimal(value)


def _sound(values: Matrix, place: str, key: str, wanted: Shape) -> None:
    """Raise UsageError for an array of another shape, or with an entry that is no number."""
    if values.shape != wanted:
        raise npz_files.misshapen(values.shape, wanted, place, key)
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        row, column = (bad[0] + 1).tolist()
        what = "nan" if np.isnan(values[row - 1, column - 1]) else "no finite float64"
        raise UsageError(f"{place}, row {row}, column {column} is {what}")
