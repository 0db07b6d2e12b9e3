"""The `[[network]]` entries that are programs of one's own: texts, read when one is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from derivcli.defaults import SEED
from derivcli.errors import UsageError, printable
from derivcli.exercises.documents import Entry, constant, value

KEYS = ("name", "program", "parameters", "shapes", "values", "data", "seed", "about")
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True, slots=True)
class ProgramNetwork:
    """One entry: the steps of a network, what its gradient is by, and numbers where they matter.

    `shapes` and `values` stand as they are typed after --shape and --at; `file` is the path of a
    CSV file whose columns are the data. `where` names the entry in messages.
    """

    name: str
    program: str
    parameters: tuple[str, ...]
    shapes: tuple[str, ...]
    values: tuple[str, ...]
    data: tuple[str, ...]
    file: str | None
    seed: int
    about: str
    where: str


def program_network(entry: Entry, name: str, folder: Path) -> ProgramNetwork:
    """Return the network of an entry with a `program`.

    Raises UsageError for a key that nobody knows, and a value that is malformed.
    """
    _known_keys(entry)
    data = entry.fields.get("data")
    given = {} if isinstance(data, str) else dict(_values(entry, "data", folder))
    values = dict(_values(entry, "values", folder))
    for each in values:
        if each in given:
            raise UsageError(f"{entry.where}: '{printable(each)}' stands in 'data' and in 'values'")
    return ProgramNetwork(
        name,
        entry.text("program").strip(),
        entry.names("parameters"),
        tuple(_shapes(entry)),
        tuple(f"{each}={text}" for each, text in {**given, **values}.items()),
        tuple(given),
        str(folder / data) if isinstance(data, str) else None,
        entry.whole("seed", SEED, LARGEST_SEED, least=0),
        entry.text("about", ""),
        entry.where,
    )


def _known_keys(entry: Entry) -> None:
    for key in entry.fields:
        if key in KEYS:
            continue
        near = get_close_matches(key, KEYS, n=1)
        listed = f"of a program the keys are {', '.join(KEYS)}"
        raise UsageError(
            f"{entry.where}: unknown key '{printable(key)}'",
            hint=f"did you mean '{near[0]}'?" if near else listed,
        )


def _table(entry: Entry, key: str, example: str) -> dict[str, object]:
    found = entry.fields.get(key, {})
    if not isinstance(found, dict):
        raise UsageError(f"{entry.where}: '{key}' is not a table", hint=f"write {key} = {example}")
    return found


def _shapes(entry: Entry) -> Iterator[str]:
    """Yield `W=1xn` for each shape, which is a text or, as in JSON, a list of two sizes."""
    for name, shape in _table(entry, "shapes", '{ W = "1xn", b = "1x1" }').items():
        place = f"{entry.where}: 'shapes.{printable(name)}'"
        if isinstance(shape, list):
            yield f"{name}={','.join(constant(size, place) for size in shape)}"
        elif isinstance(shape, str):
            yield f"{name}={shape}"
        else:
            raise UsageError(f"{place} is no shape", hint=f'write {name} = "4x3"')


def _values(entry: Entry, key: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield a name, and its number, its matrix, or @ and the path of the file that holds it."""
    for name, given in _table(entry, key, "{ X = [[1, 2], [3, 4]] }").items():
        if isinstance(given, str) and given.startswith("@"):
            yield name, f"@{folder / given[1:]}"
        else:
            yield name, value(given, f"{entry.where}: '{key}.{printable(name)}'")
