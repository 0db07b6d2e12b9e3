"""Which node has no value, or no derivative, and why: looked for after a sweep has gone wrong."""

from __future__ import annotations

import numpy as np

from derivcli.arrays.formulas import COMPARE
from derivcli.calculus.arithmetic import DIVISION, Float64, TooLarge, Undefined
from derivcli.calculus.evaluate import Failure, apply, raised
from derivcli.errors import DerivError, RefusedError, UndefinedError
from derivcli.graphs.tape.arrays import Array, Flags, Index
from derivcli.graphs.tape.builder import Wiring
from derivcli.graphs.tape.kinds import CONSTANT, DATA, FIRST_OPERATION, NAMES, PARAMETER, WHERE
from derivcli.language.functions import FUNCTIONS
from derivcli.language.text import text

LONGEST = 80  # characters of a formula in an error


def check_values(wiring: Wiring, places: Index, values: Array) -> None:
    """Raise the error of the first node that has no value and needs one."""
    own = values[places]
    lacking = np.flatnonzero(~np.isfinite(own) & _required(wiring, own))
    if len(lacking):
        raise _error(wiring, int(lacking[0]), own)


def check_gradient(wiring: Wiring, places: Index, values: Array, gradient: Array) -> None:
    """Raise the error of the last node whose derivative is not finite."""
    own = gradient[places]
    lacking = np.flatnonzero(~np.isfinite(own))
    if not len(lacking):
        return
    node = int(lacking[-1])
    users = np.searchsorted(wiring.starts, np.flatnonzero(wiring.operands == node), "right") - 1
    through = [user for user in users.tolist() if own[user] != 0] or [node]
    numbers = values[places]
    operands = _operands(wiring, through[0])
    at = ", ".join(f"{_name(wiring, each)} = {numbers[each]:.6g}" for each in operands[:4])
    raise UndefinedError(
        f"{_name(wiring, through[0])} has no finite derivative by {_name(wiring, node)} where {at}"
    )


def _required(wiring: Wiring, own: Array) -> Flags:
    """Return which nodes need a value: all but what only branches not taken are made of."""
    if not np.isin(wiring.kinds, list(WHERE)).any():
        return np.ones(len(own), dtype=np.bool_)
    required = np.ones(len(own), dtype=np.bool_)
    required[wiring.operands] = False  # what nobody uses is asked for itself
    required[list(wiring.required)] = True
    for node in range(len(own) - 1, -1, -1):
        if not required[node]:
            continue
        operands = _operands(wiring, node)
        if int(wiring.kinds[node]) in WHERE:
            left, right, taken, other = operands
            sign = NAMES[wiring.kinds[node]].removeprefix("where ")
            required[[left, right]] = True
            required[taken if COMPARE[sign](own[left], own[right]) else other] = True
        else:
            required[operands] = True
    return required


def _operands(wiring: Wiring, node: int) -> list[int]:
    return list(wiring.operands[wiring.starts[node] : wiring.starts[node + 1]].tolist())


def _name(wiring: Wiring, node: int) -> str:
    """Return what a node is called: its name, the formula it was made from, or its number."""
    if node in wiring.names:
        return wiring.names[node]
    if node in wiring.trees:
        written = text(wiring.trees[node])
        return written if len(written) <= LONGEST else f"{written[:LONGEST]}..."
    kind = NAMES[wiring.kinds[node]]
    if wiring.kinds[node] == CONSTANT:
        return f"{wiring.constants[node]:g}"
    return f"{kind} {node}" if wiring.kinds[node] in (PARAMETER, DATA) else f"node {node} ({kind})"


def _error(wiring: Wiring, node: int, own: Array) -> DerivError:
    if wiring.kinds[node] < FIRST_OPERATION:
        return UndefinedError(f"{_name(wiring, node)} is not a finite number")
    numbers = [float(own[each]) for each in _operands(wiring, node)]
    reason = _reason(NAMES[wiring.kinds[node]], numbers)
    if node in wiring.trees:
        try:
            raised(Failure(reason, wiring.trees[node]), wiring.source)
        except DerivError as error:
            return error
    at = ", ".join(f"{number:.6g}" for number in numbers[:4])
    if isinstance(reason, TooLarge):
        return RefusedError(f"{_name(wiring, node)} is too large to compute with")
    return UndefinedError(f"{_name(wiring, node)} is undefined at {at}: {reason}")


def _reason(kind: str, numbers: list[float]) -> ArithmeticError:
    """Return why an operation has no value, as evaluation one by one says it."""
    arithmetic = Float64()
    try:
        if kind == "/" and numbers[1] == 0:
            return Undefined(DIVISION)
        if kind == "**" and numbers == [0, 0]:
            return Undefined("0**0 with an exponent that varies")
        if kind in ("**", "constant power"):
            arithmetic.power(*numbers)
        elif kind in FUNCTIONS:
            arithmetic.checked(apply(FUNCTIONS[kind], tuple(numbers), arithmetic))
    except (Undefined, TooLarge) as error:
        return error
    return TooLarge()
