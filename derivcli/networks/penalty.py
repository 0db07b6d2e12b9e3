"""A penalty on parameters, added to the mean of the losses: what it is, and what it hands back."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache

from derivcli.errors import DerivError, LanguageError, RefusedError, UsageError
from derivcli.language.broadcasting import Shape
from derivcli.language.functions import FUNCTIONS
from derivcli.language.operations import CALLED_OPERATIONS, OPERATIONS
from derivcli.language.shapes import Shapes, shape_text
from derivcli.language.text import text
from derivcli.language.tokens import Token
from derivcli.language.tree import (
    Activation,
    Assignment,
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Number,
    Program,
    Reduction,
    Unary,
    names,
    nodes,
    number,
    substitute,
)
from derivcli.networks.activations import ACTIVATIONS
from derivcli.networks.equation import LAYERED, MATRICES, RATE, parted, written
from derivcli.networks.equation_reader import CANONICAL, EquationReader, parse_right_side
from derivcli.networks.layers import Architecture, Penalty

PARAMETERS = ("W", "b")
HINT = "a penalty is an expression of W1, b1, ..., m, and names given numbers: --at lambda=0.1"


def constants(network: Architecture) -> tuple[str, ...]:
    """Return the names that stand for numbers in the equations of a network, beside m."""
    return () if network.penalty is None else network.penalty.names


def penalty_tree(network: Architecture, *, single: bool = False) -> Node | None:
    """Return the penalty of a network, None where there is none; of a `single` example m is 1."""
    if network.penalty is None:
        return None
    tree = parse_right_side(network.penalty.text, network.layers, constants=constants(network))
    return substitute(tree, {"m": Number(Fraction(1))}) if single else tree


@lru_cache(maxsize=64)
def penalty_gradient(network: Architecture, *, single: bool = False) -> Mapping[str, Node]:
    """Return what a penalty adds to dW1, db1, ..., by their names: derived, and proved.

    Raises LanguageError where shapes do not fit.
    """
    tree = penalty_tree(network, single=single)
    if tree is None:
        return {}
    from derivcli.algebra.reverse import reverse
    from derivcli.matrices.deriving import proved_form

    program = Program((Assignment("J", tree),))
    wanted = [name for name in _shapes(network) if name in program.variables]
    found = proved_form(reverse(program, wanted, _shapes(network)))
    known: dict[str, Node] = {"J": tree}
    for statement in found.statements:
        known[statement.name] = substitute(statement.expression, known)
    return {f"d{name}": known[f"d{name}"] for name in wanted}


def penalty_part(network: Architecture, name: str, *, single: bool = False) -> Node | None:
    """Return what the penalty adds to the right side of dW or db, or of J; None where nothing."""
    if name == "J":
        return penalty_tree(network, single=single)
    return penalty_gradient(network, single=single).get(name)


def with_penalty(network: Architecture, name: str, right: Node, *, single: bool = False) -> Node:
    """Return the right side of dW or db, or of J, with what the penalty adds to it."""
    added = penalty_part(network, name, single=single)
    return right if added is None else _sum(right, added)


def _sum(left: Node, right: Node) -> Node:
    """Return a sum without brackets around its last terms."""
    match right:
        case Binary(operator="+" | "-" as operator, left=first, right=last):
            return Binary(operator, _sum(left, first), last)
    negated = _negated(right)
    return Binary("+", left, right) if negated is None else Binary("-", left, negated)


def _negated(tree: Node) -> Node | None:
    """Return a term without the minus that it begins with; None where it has none."""
    match tree:
        case Unary(operator="-", operand=operand):
            return operand
        case Number(value=value) if value < 0:
            return Number(-value)
        case Binary(operator="*" | "/" | "@", left=first) if (rest := _negated(first)) is not None:
            return replace(tree, left=rest)
    return None


def functions(network: Architecture) -> tuple[str, ...]:
    """Return the functions in pieces that the penalty takes of arrays entry by entry: abs."""
    tree = penalty_tree(network)
    called = (node.function for node in nodes(tree) if isinstance(node, Call)) if tree else ()
    rows = (ACTIVATIONS.get(name) for name in dict.fromkeys(called))
    return tuple(row.name for row in rows if row is not None and row.kinks)


def kinks(network: Architecture) -> tuple[tuple[str, str], ...]:
    """Return what is equal, two texts, where a piece of the penalty begins."""
    tree = penalty_tree(network)
    return () if tree is None else tuple(dict.fromkeys(_kinks(tree)))


def _kinks(tree: Node) -> Iterator[tuple[str, str]]:
    from derivcli.calculus.evaluate import formula
    from derivcli.calculus.pieces import corners
    from derivcli.calculus.ties import ties

    for node in nodes(tree):
        match node:
            case Call(arguments=(argument,)) if node.function in FUNCTIONS:
                if not FUNCTIONS[node.function].analytic:
                    for kink in corners(node.function):
                        yield written(argument), text(number(kink))
            case Call(arguments=(left, right)) if node.function in FUNCTIONS:
                if not FUNCTIONS[node.function].analytic:
                    yield written(left), written(right)
            case Comparison():
                yield written(node.left), written(node.right)
            case Reduction():
                fold = OPERATIONS[node.function].fold
                if fold is not None and any(True for _ in ties(formula(fold))):
                    yield f"two entries of {written(node.operand)}", "each other"


def read_penalty(source: str, network: Architecture, given: Mapping[str, Node]) -> Penalty:
    """Return the penalty that a text spells; `given` are the numbers that names stand for.

    Raises LanguageError or RefusedError where it is none, UsageError for a number that it does not
    need.
    """
    if not source.strip():
        raise UsageError("the penalty is empty", hint=HINT)
    for name, tree in given.items():
        _is_constant(name, tree)
    reader = _PenaltyReader(source, network.layers, tuple(given))
    tree = reader.whole()
    used = {*names(tree)}
    for name in given:
        if name not in used:
            raise UsageError(f"the penalty has no '{name}'", where="in --at")
    for node in nodes(tree):
        _allowed(node, source)
    if not any(parted(name)[0] in PARAMETERS for name in used - {*given}):
        raise LanguageError("a penalty has a parameter", source=source, span=tree.span, hint=HINT)
    _is_number(tree, network, source)
    found = Penalty(written(tree), tuple(given.items()))
    _derived(found, network, source, tree)
    return found


def _is_constant(name: str, tree: Node) -> None:
    """Refuse a name that has another meaning, and one whose number has no value."""
    if name in ("m", "J", RATE) or parted(name)[0] in CANONICAL:
        raise UsageError(
            f"'{name}' has a meaning in a network", where="in --at",
            hint="give a number to another name: --at lambda=0.1",
        )  # fmt: skip
    from derivcli.calculus.arithmetic import Float64
    from derivcli.calculus.evaluate import evaluate

    try:
        found = float(evaluate(Program((Assignment("J", tree),)), {}, Float64()))
    except (DerivError, ArithmeticError):
        found = math.inf
    if not math.isfinite(found):
        raise UsageError(f"'{name}' has no finite value", where="in --at")


class _PenaltyReader(EquationReader):
    """Reads a penalty: what is no name of the network is a number that nobody gave."""

    def _meant(self, token: Token) -> str | None:
        if near := get_close_matches(token.text, self.constants, n=1):
            return f"did you mean '{near[0]}'?"
        own = super()._meant(token) or ""
        return own if own.startswith(("did", "write")) else f"a number? --at {token.text}=0.1"


def _allowed(node: Node, source: str) -> None:
    problem = None
    match node:
        case Activation():
            problem = f"{written(node)} is an activation, and a penalty is of parameters"
        case Name(name="X" | "Y"):
            problem = f"{node.name} is data, and a penalty is of parameters"
        case Name(name=name) if parted(name)[0] in {*LAYERED, *MATRICES} - {*PARAMETERS}:
            problem = f"{node.name} is computed from the data, and a penalty is of parameters"
        case Call(function=function) if function in CALLED_OPERATIONS:
            problem = f"{function} cannot be used in the penalty of a network of layers"
    if problem is not None:
        raise LanguageError(problem, source=source, span=node.span, hint=HINT)


def _is_number(tree: Node, network: Architecture, source: str) -> None:
    shape = Shapes(_shapes(network), (), source).of(tree)
    if shape != ():
        raise LanguageError(
            f"the penalty is of shape {shape_text(shape)}, and a cost is a number",
            source=source, span=tree.span, hint="add up its entries: sum(...)",
        )  # fmt: skip


def _derived(penalty: Penalty, network: Architecture, source: str, tree: Node) -> None:
    """Refuse a penalty whose gradient cannot be written in the names of a network."""
    known = {*_shapes(network), "m", *penalty.names}
    try:
        found = penalty_gradient(replace(network, penalty=penalty))
    except DerivError:
        found = None
    for right in found.values() if found is not None else ():
        strange = {*names(right)} - known
        called = (node for node in nodes(right) if isinstance(node, Call))
        if strange or any(node.function in CALLED_OPERATIONS for node in called):
            found = None
            break
    if found is None:
        raise RefusedError(
            "the gradient of this penalty is not one that a network of layers can use",
            source=source, span=tree.span,
            hint="write it by sums of entries, such as sum(W1**2), or the network as a program",
        )  # fmt: skip


def _shapes(network: Architecture) -> dict[str, Shape]:
    """Return the shapes of the parameters, for any sizes."""
    found: dict[str, Shape] = {}
    for layer in range(1, network.layers + 1):
        found[f"W{layer}"] = (f"n{layer}", f"n{layer - 1}")
        found[f"b{layer}"] = (f"n{layer}", 1)
    return found
