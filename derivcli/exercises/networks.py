"""The `[[network]]` entries of a file: layers, what they compute, and numbers where they matter."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from derivcli.defaults import EXAMPLES, INITS, SEED
from derivcli.errors import DerivError, UsageError, counted, printable
from derivcli.exercises.documents import FILE_NAME, Entry, entries
from derivcli.exercises.program_networks import (
    LARGEST_SEED,
    ProgramNetwork,
    program_network,
)
from derivcli.language.tree import Node, names
from derivcli.networks import layers
from derivcli.networks.layers import Architecture, Shape
from derivcli.networks.penalty import read_penalty
from derivcli.networks.results import NetworkSpec, Rows

KEYS = (
    "name", "layers", "activation", "loss", "examples", "seed", "init", "data", "about", "X", "Y",
    "penalty", "values",
)  # fmt: skip
PARAMETER = re.compile(r"([Wb])(\d{1,9})", re.ASCII)
AT = re.compile(r"--at (\w+)=(\S+)")
OPTION = re.compile(r"--(activation|loss) (.+)")
DIGITS = 50  # with which a constant is computed, to be rounded once


@dataclass(frozen=True, slots=True)
class NetworkExample:
    """One entry: a network of layers, and a word about what it shows."""

    name: str
    spec: NetworkSpec
    about: str = ""


AnyNetwork = NetworkExample | ProgramNetwork


def load(path: str | None = None, *, required: bool = True) -> tuple[AnyNetwork, ...]:
    """Return the networks of a file, else of ./examples.toml, else those that derivcli ships.

    Raises UsageError where the file cannot be read or an entry is malformed, or, if they are
    required, where there is none.
    """
    folder = Path(FILE_NAME if path is None else path).parent
    found = entries(path, "network", None, required=required)
    return tuple(_network(entry, folder) for entry in found)


def _network(entry: Entry, folder: Path) -> AnyNetwork:
    name = _name(entry)
    if "program" in entry.fields:
        return program_network(entry, name, folder)
    return NetworkExample(name, _spec(entry, folder), entry.text("about", ""))


def _name(entry: Entry) -> str:
    """Return the name, which is how a network is asked for: no sizes, they have a meaning."""
    name = entry.name(entry.text("name"))
    if layers.LIKE_SIZES.fullmatch(name):
        raise UsageError(
            f"{entry.where}: the name reads like sizes, which stand for any network of that kind",
            hint="give it a name of letters",
        )
    return name


def _spec(entry: Entry, folder: Path) -> NetworkSpec:
    architecture = _architecture(entry)
    _known_keys(entry, architecture)
    architecture = _penalised(entry, architecture)
    init = entry.text("init", INITS[0])
    if init not in INITS:
        raise UsageError(
            f"{entry.where}: unknown init '{printable(init)}'", hint=_near(init, INITS)
        )
    given = {key: _matrix(entry, key, architecture) for key in entry.fields if _is_array(key)}
    data = entry.text("data") if "data" in entry.fields else None
    return NetworkSpec(
        architecture,
        _examples(entry, given, data),
        entry.whole("seed", SEED, LARGEST_SEED, least=0),
        init,
        given,
        None if data is None else str(folder / data),
        _name(entry),
    )


def _architecture(entry: Entry) -> Architecture:
    value = entry.fields.get("layers")
    if isinstance(value, list) and all(type(each) is int and each >= 0 for each in value):
        value = "-".join(map(str, value))
    if not isinstance(value, str):
        problem = "is not a list of sizes" if "layers" in entry.fields else "is missing"
        raise UsageError(
            f"{entry.where}: the key 'layers' {problem}",
            hint='write layers = "3-4-1" or layers = [3, 4, 1], features first',
        )
    loss = entry.text("loss") if "loss" in entry.fields else None
    activations = entry.names("activation")
    try:
        sizes = layers.sizes(value, f"{entry.where}: 'layers'")
        return layers.architecture(sizes, activations, loss, entry.where)
    except DerivError as error:
        if error.hint is not None:
            error.hint = OPTION.sub(_as_key, error.hint)
        raise error.located(where=entry.where) from None


def _penalised(entry: Entry, own: Architecture) -> Architecture:
    """Return an architecture with the penalty of an entry; `values` are the numbers in it."""
    if "penalty" not in entry.fields:
        if "values" in entry.fields:
            raise UsageError(f"{entry.where}: 'values' are numbers for the names in a 'penalty'")
        return own
    source = entry.text("penalty")
    given = entry.point("values") if "values" in entry.fields else {}
    numbers = {name: _tree(text, f"{entry.where}: 'values.{name}'") for name, text in given.items()}
    try:
        return replace(own, penalty=read_penalty(source, own, numbers))
    except DerivError as error:
        key = "values" if error.where == "in --at" else "penalty"
        raise UsageError(
            error.message, source=error.source or None, span=error.span,
            where=f"{entry.where}: '{key}'",
            hint=None if error.hint is None else AT.sub(r"values = { \1 = \2 }", error.hint),
        ) from None  # fmt: skip


def _tree(source: str, place: str) -> Node:
    """Return the tree of a constant of the language."""
    from derivcli.language.parser import parse

    try:
        tree = parse(source).output.expression
        unknown = next(names(tree), None)
        if unknown is not None:
            raise UsageError(f"'{printable(unknown)}' has no value here", source=source)
    except DerivError as error:
        raise _as_usage(error, place) from None
    return tree


def _as_key(option: re.Match[str]) -> str:
    """Return an option of the command line as it is written in a file."""
    key, values = option[1], option[2].split()
    return f"{key} = {json.dumps(values if len(values) > 1 else values[0])}"


def _is_array(key: str) -> bool:
    return key in ("X", "Y") or PARAMETER.fullmatch(key) is not None


def _known_keys(entry: Entry, architecture: Architecture) -> None:
    """Raise UsageError for a key that nobody knows, or a layer that is not there."""
    count = architecture.layers
    pairs = [f"{letter}{layer}" for layer in range(1, count + 1) for letter in "Wb"]
    for key in entry.fields:
        if key in KEYS or key in pairs:
            continue
        if PARAMETER.fullmatch(key):
            has = "1 layer" if count == 1 else f"{count} layers"
            raise UsageError(
                f"{entry.where}: '{key}' is given, and a {architecture.name} network has {has}",
                hint=f"it has {', '.join(pairs[:4])}{', ...' if len(pairs) > 4 else ''}",
            )
        listed = f"known keys: {', '.join(KEYS)}, W1, b1, ..."
        raise UsageError(
            f"{entry.where}: unknown key '{printable(key)}'",
            hint=_near(key, [*KEYS, *pairs], listed),
        )


def _near(name: str, known: list[str] | tuple[str, ...], listed: str = "") -> str:
    same = [each for each in known if each.lower() == name.lower()]
    near = same or get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'?" if near else listed or f"known: {', '.join(known)}"


def _examples(entry: Entry, given: Mapping[str, Rows], data: str | None) -> int:
    """Return m, where X and Y, `data` and `examples` agree on where examples come from."""
    there = [key for key in ("X", "Y") if key in given]
    where = entry.where
    if data is not None:
        for key in (*there, *(["examples"] if "examples" in entry.fields else ())):
            raise UsageError(f"{where}: 'data' brings its own examples, and '{key}' is given")
        return EXAMPLES
    asked = entry.whole("examples", EXAMPLES, layers.MOST_NUMBERS)
    if not there:
        return asked
    if len(there) == 1:
        missing = "Y" if there == ["X"] else "X"
        raise UsageError(f"{where}: '{there[0]}' is given without '{missing}'")
    features, answers = len(given["X"][0]), len(given["Y"][0])
    if features != answers:
        raise UsageError(
            f"{where}: 'X' has {counted(features, 'example')}, and 'Y' has {answers:,}",
            hint="each example is a column, in both of them",
        )
    if "examples" in entry.fields and asked != features:
        raise UsageError(
            f"{where}: 'examples' is {asked:,}, and 'X' has {counted(features, 'example')}",
            hint="leave 'examples' out",
        )
    return features


def _matrix(entry: Entry, key: str, architecture: Architecture) -> Rows:
    """Return the rows of an array, of the shape that the network needs."""
    found = _rows(entry, key, _wanted(key, architecture, 1))
    wanted = _wanted(key, architecture, len(found[0]))
    shape = len(found), len(found[0])
    if shape == wanted:
        return found
    network = f"a {architecture.name} network"
    turned = (shape[1], shape[0]) == _wanted(key, architecture, shape[0])
    if key in ("X", "Y"):
        needs = f"{network} takes {counted(wanted[0], 'feature')}"
        if key == "Y":
            needs = f"{network} gives {counted(wanted[0], 'answer')}"
        raise UsageError(
            f"{entry.where}: '{key}' has {counted(shape[0], 'row')}, and {needs}",
            hint="examples stand in columns: turn it, a row for each "
            f"{'feature' if key == 'X' else 'answer'}" if turned else None,
        )  # fmt: skip
    raise UsageError(
        f"{entry.where}: '{key}' is {shape[0]:,} x {shape[1]:,}, and layer {key[1:]} of {network}"
        f" needs {wanted[0]:,} x {wanted[1]:,}",
        hint="turn it: a row for each unit of the layer" if turned else None,
    )


def _wanted(key: str, architecture: Architecture, examples: int) -> Shape:
    return architecture.shapes(examples)[key]


def _rows(entry: Entry, key: str, wanted: Shape) -> Rows:
    """Return a number, a list or a list of rows as rows, all of them of the same length.

    A plain list is a row where the array has one row, but for biases, and else a column.
    """
    value, place = entry.fields[key], f"{entry.where}: '{key}'"
    if not isinstance(value, list):
        return ((_number(value, place),),)
    if not value or [] in value:
        raise UsageError(f"{place} is empty" if not value else f"{place} has an empty row")
    if not any(isinstance(each, list) for each in value):
        numbers = [_number(each, f"{place}, number {i}") for i, each in enumerate(value, 1)]
        if wanted[0] == 1 and not key.startswith("b"):
            return (tuple(numbers),)
        return tuple((number,) for number in numbers)
    for index, row in enumerate(value, 1):
        if not isinstance(row, list):
            raise UsageError(f"{place} mixes numbers and rows: entry {index} is not a list")
        if len(row) != len(value[0]):
            raise UsageError(
                f"{place}: row {index} has {counted(len(row), 'number')},"
                f" and row 1 has {len(value[0]):,}"
            )
    return tuple(
        tuple(_number(each, f"{place}, row {i}, column {j}") for j, each in enumerate(row, 1))
        for i, row in enumerate(value, 1)
    )


def _number(value: Any, place: str) -> float:
    """Return the float64 nearest to a number of TOML, or to a constant of the language."""
    if isinstance(value, str):
        return _constant(value, place)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise UsageError(f"{place} is not a number", hint='write 0.5, or a constant such as "1/3"')
    if isinstance(value, Decimal) and not value.is_finite():
        raise UsageError(f"{place} is not a finite number")
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    return _finite(found, place)


def _constant(source: str, place: str) -> float:
    # mpmath is loaded for this alone.
    from derivcli.calculus.arithmetic import Multiprecision, precision
    from derivcli.calculus.evaluate import evaluate
    from derivcli.language.parser import parse
    from derivcli.language.tree import Name, nodes

    try:
        program = parse(source)
        statement = program.output
        unknown = next((n for n in nodes(statement.expression) if isinstance(n, Name)), None)
        if unknown or statement.typed:
            told = f"'{unknown.name}' has no value here" if unknown else "a number is expected"
            raise UsageError(
                told, source=source, span=unknown.span if unknown else statement.span,
                hint='a number is written as 0.5, "1/3" or "sqrt(2)"',
            )  # fmt: skip
        with precision(DIGITS):
            found = float(evaluate(program, {}, Multiprecision()))
    except OverflowError:
        found = math.inf
    except DerivError as error:
        raise _as_usage(error, place) from None
    return _finite(found, place)


def _as_usage(error: DerivError, place: str) -> UsageError:
    """Return the error with its place; whatever its kind, the file is to be mended."""
    return UsageError(
        error.message, source=error.source, span=error.span, hint=error.hint, where=place
    )


def _finite(number: float, place: str) -> float:
    if not math.isfinite(number):
        raise UsageError(f"{place} is too large for float64")
    return number
