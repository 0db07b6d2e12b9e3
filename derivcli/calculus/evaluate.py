"""Tree x values x arithmetic -> number.

A failure (undefined, too large, uncertain) travels up as a value and is raised only where it is
used: the piece of a piecewise that is not taken may be undefined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from derivcli.calculus.arithmetic import (
    DIVISION,
    Arithmetic,
    Kink,
    TooLarge,
    Uncertain,
    Undefined,
    Unexpanded,
)
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.limits import COMMAND_LINE
from derivcli.language.statements import Parser
from derivcli.language.text import text
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Number,
    Piecewise,
    Program,
    Unary,
    fold,
    names,
    substitute,
)

HOLDS = {
    "<": (-1,),
    "<=": (-1, 0),
    ">": (1,),
    ">=": (1, 0),
    "==": (0,),
    "!=": (-1, 1),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """The value of a sub-tree that has none, and the node where that came about."""

    error: ArithmeticError
    node: Node

    @property
    def told(self) -> str:
        """The part without a value, for a sentence."""
        return text(self.node)


class OutOfDomain(Undefined):
    """A function has no real value: `source` compared to 0 says what it needs."""

    def __init__(self, row: Function, source: str, relation: str) -> None:
        super().__init__(f"{row.name} needs {source} {relation} 0")
        self.row = row
        self.source = source
        self.relation = relation

    def explained(self, node: Node) -> str:
        """Return the condition in the arguments of the call at fault."""
        if not isinstance(node, Call) or node.function != self.row.name:
            return str(self)
        if next(names(node), None) is None:
            signature = f"{self.row.name}({', '.join(self.row.parameters)})"
            return f"{signature} needs {self.source} {self.relation} 0"
        arguments = dict(zip(self.row.parameters, node.arguments, strict=True))
        condition = text(substitute(formula(self.source), arguments))
        return f"it needs {condition} {self.relation} 0"


@cache
def formula(source: str) -> Node:
    """Return the tree of a text from the table of functions, in u and v, and Y for the value."""
    return Parser(source, ("u", "v", "Y"), COMMAND_LINE).program().output.expression


def evaluate(program: Program | Node, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
    """Return the value of the output where the variables have `values`.

    Raises UndefinedError or RefusedError naming the part at fault, or Uncertain.
    """
    if not isinstance(program, Program):
        return raised(_value(program, values, arithmetic), "")
    return trace(program, values, arithmetic)[program.output.name]


def trace(program: Program, values: Mapping[str, Any], arithmetic: Arithmetic) -> dict[str, Any]:
    """Return the value of every name: the variables' and each statement's, in order."""
    known = dict(values)
    for statement in program.statements:
        value = _value(statement.expression, known, arithmetic)
        known[statement.name] = raised(value, program.source)
    return known


def raised(value: Any, source: str) -> Any:
    """Return a value, or raise the error that a failure stands for."""
    if not isinstance(value, Failure):
        return value
    if not isinstance(value.error, Undefined | TooLarge):
        raise value.error
    span = value.node.span
    place = (source, span) if source and span.end else (None, None)
    if isinstance(value.error, TooLarge):
        message = f"{value.told} is too large to compute with"
        raise RefusedError(message, source=place[0], span=place[1])
    reason = str(value.error)
    if isinstance(value.error, OutOfDomain):
        reason = value.error.explained(value.node)
    message = f"{value.told} is undefined: {reason}"
    raise UndefinedError(message, source=place[0], span=place[1])


def _value(tree: Node, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
    return walk(tree, lambda node, parts: own_value(node, parts, values, arithmetic))


def own_value(
    node: Node, parts: tuple[Any, ...], values: Mapping[str, Any], arithmetic: Arithmetic
) -> Any:
    """Return the value of one node from those of its children, or whether a comparison holds."""
    if isinstance(node, Comparison):
        return arithmetic.sign(parts[0] - parts[1]) in HOLDS[node.operator]
    return arithmetic.checked(operation(node, parts, values, arithmetic))


def walk(tree: Node, at: Callable[[Node, tuple[Any, ...]], Any]) -> Any:
    """Return `at(node, results of its children)` at the root, or the Failure that is used there."""
    return fold(tree, lambda node, parts: attempted(node, parts, at))


def attempted(
    node: Node, parts: tuple[Any, ...], at: Callable[[Node, tuple[Any, ...]], Any]
) -> Any:
    """Return `at(node, parts)`, or the Failure of a part that is used, or of the node itself."""
    try:
        if isinstance(node, Piecewise):
            return chosen(parts)
        for part in parts:
            if isinstance(part, Failure):
                return part
        return at(node, parts)
    except ZeroDivisionError:
        return Failure(Undefined(DIVISION), node)
    except OverflowError:
        return Failure(TooLarge(), node)
    except (Undefined, TooLarge, Uncertain, Kink, Unexpanded) as error:
        return Failure(error, node)


def operation(
    node: Node, parts: tuple[Any, ...], values: Mapping[str, Any], arithmetic: Arithmetic
) -> Any:
    """Return the value of one node from those of its children."""
    match node:
        case Number():
            return arithmetic.constant(node.value)
        case Constant():
            return arithmetic.named(node.name)
        case Name():
            return values[node.name]
        case Unary():
            return -parts[0] if node.operator == "-" else parts[0]
        case Binary(operator="**"):
            return _power(node, parts, arithmetic)
        case Binary():
            return combine(node.operator, parts[0], parts[1], arithmetic)
        case Call():
            return apply(FUNCTIONS[node.function], parts, arithmetic)
    raise TypeError(f"no operation for {node}")


def combine(operator: str, left: Any, right: Any, arithmetic: Arithmetic) -> Any:
    """Return `left operator right` for one of + - * /."""
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    if arithmetic.sign(right) == 0:
        return left / _zero_divisor(right)
    return left / right


def _zero_divisor(value: Any) -> Any:
    """Return the divisor, unless it is real: a complex number with real part 0 divides well."""
    if getattr(value, "imaginary", 0) or getattr(value, "imag", 0):
        return value
    raise Undefined(DIVISION)


def _power(node: Binary, parts: tuple[Any, ...], arithmetic: Arithmetic) -> Any:
    base, exponent = parts
    # w**0 is 1 everywhere; but 0**0 where the exponent varies has no value to agree on.
    varies = not isinstance(node.right, Number) and next(names(node.right), None) is not None
    if varies and arithmetic.sign(base) == 0 and arithmetic.sign(exponent) == 0:
        raise Undefined("0**0 with an exponent that varies")
    return arithmetic.power(base, exponent)


def chosen(parts: tuple[Any, ...]) -> Any:
    """Return the value of the first piece whose condition holds."""
    for value, condition in zip(parts[:-1:2], parts[1::2], strict=True):
        if isinstance(condition, Failure):
            return condition
        if condition:
            return value
    return parts[-1]


def apply(row: Function, arguments: tuple[Any, ...], arithmetic: Arithmetic) -> Any:
    """Return the value of a function of the table, after checking its domain."""
    named = dict(zip(row.parameters, arguments, strict=True))
    check_domain(row, named, arithmetic)
    if row.definition is None:
        return arithmetic.primitive(row, arguments)
    return inner(row.definition, named, arithmetic)


def inner(source: str, named: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
    """Return the value of a text of the table, raising its failure as it is."""
    value = _value(formula(source), named, arithmetic)
    if isinstance(value, Failure):
        raise value.error
    return value


def check_domain(row: Function, named: Mapping[str, Any], arithmetic: Arithmetic) -> None:
    """Raise Undefined outside the row's domain, TooLarge beyond its bounds."""
    for source in row.positive:
        if arithmetic.sign(inner(source, named, arithmetic)) <= 0:
            raise OutOfDomain(row, source, ">")
    for source in row.nonnegative:
        if arithmetic.sign(inner(source, named, arithmetic)) < 0:
            raise OutOfDomain(row, source, ">=")
    for source in row.nonzero:
        if arithmetic.sign(inner(source, named, arithmetic)) == 0:
            if len({*names(formula(source))}) > 1:  # at a single point there is no pole
                raise OutOfDomain(row, source, "!=")
            raise Undefined("it has a pole here")
    for source in row.bounded:
        if arithmetic.sign(inner(source, named, arithmetic)) <= 0:
            raise TooLarge
