"""A program as a tape: every operation a node, sums and weighted sums of any length one node each.

Statements keep nodes of their own, so that each name has its value and its derivative; of other
sub-expressions, those that say the same are one node.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from derivcli.graphs.tape.builder import Builder
from derivcli.graphs.tape.fusion import FusedOperation, emit
from derivcli.graphs.tape.tape import Tape
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
)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Both sweeps of a program, by name: the value of each, and the derivative of `output` by it.

    `gradient` has the parameters and the statements that depend on one; by anything else the
    derivative was not asked for.
    """

    output: str
    value: float
    values: Mapping[str, float]
    gradient: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ProgramTape:
    """A program ready to be swept for any values of its variables.

    `nodes` has the node of each name: parameters, data, statements.
    """

    program: Program
    tape: Tape
    parameters: tuple[str, ...]
    data: tuple[str, ...]
    nodes: Mapping[str, int]

    def value(self, values: Mapping[str, float]) -> float:
        """Return the output where the variables have `values`: the forward sweep alone."""
        found = self.tape.forward(
            [values[each] for each in self.parameters], [values[each] for each in self.data]
        )
        node = self.nodes[self.program.output.name]
        return float(found[int(self.tape.places[node])])

    def sweep(self, values: Mapping[str, float], output: str | None = None) -> Sweep:
        """Return values and derivatives where the variables have `values`, in float64.

        `output` names a statement or a variable; without it the last statement is the output.
        Raises UndefinedError or RefusedError naming the part that has no value or derivative.
        """
        name = self.program.output.name if output is None else output
        found = self.tape.forward(
            [values[each] for each in self.parameters], [values[each] for each in self.data]
        )
        gradient = self.tape.backward(found, self.nodes[name])
        active = self.tape.wiring.active
        places = {each: int(self.tape.places[node]) for each, node in self.nodes.items()}
        numbers, slopes = found.tolist(), gradient.tolist()
        return Sweep(
            name,
            numbers[places[name]],
            {each: numbers[place] for each, place in places.items()},
            {each: slopes[place] for each, place in places.items() if active[self.nodes[each]]},
        )


def program_tape(program: Program, wrt: Sequence[str]) -> ProgramTape:
    """Return the tape of a program; the variables in `wrt` are parameters, the others are data.

    >>> from derivcli.language.parser import parse
    >>> tape = program_tape(parse("c = w*x; a = c + b; J = (a - y)**2/2"), ("w", "b"))
    >>> tape.sweep({"w": 2, "b": 8, "x": -2, "y": 2}).gradient
    {'w': -4.0, 'b': 2.0, 'c': 2.0, 'a': 2.0, 'J': 1.0}
    """
    builder = Builder()
    builder.source = program.source
    parameters = dict.fromkeys(wrt)
    data = [name for name in program.variables if name not in parameters]
    leaves = [*builder.parameters(len(parameters)).tolist(), *builder.data(len(data)).tolist()]
    graph = _Graph(dict(zip((*parameters, *data), leaves, strict=True)), len(leaves))
    for statement in program.statements:
        graph.add(statement.name, statement.expression)
    made = emit(graph.operations, graph.kept, len(leaves), builder)
    nodes = {name: made[each] for name, each in graph.nodes.items()}
    builder.names.update({nodes[name]: name for name in (*parameters, *data)})
    builder.required += [made[each] for each in graph.kept]
    return ProgramTape(program, Tape.of(builder.wiring()), tuple(parameters), tuple(data), nodes)


@dataclass(slots=True)
class _Graph:
    """Operations one by one, each said once; their numbers go on where those of the leaves end."""

    nodes: dict[str, int]
    leaves: int
    operations: list[FusedOperation] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)
    known: dict[FusedOperation, int] = field(default_factory=dict)

    def add(self, name: str, expression: Node) -> None:
        """Take a statement, whose node is its own: no other sub-expression shares it."""
        before = self.leaves + len(self.operations)
        top: int = fold(expression, self._visit)
        if top < before:
            top = self._new(FusedOperation("sum", (top,), expression))
        self.known.pop(self.operations[top - self.leaves], None)
        self.kept.add(top)
        self.nodes[name] = top

    def _visit(self, node: Node, parts: tuple[Any, ...]) -> Any:
        match node:
            case Name():
                return self.nodes[node.name]
            case Binary():
                return self._node(_kind(node), parts[:1] if _is_square(node) else parts, node)
            case Number():
                return self._constant(float(node.value))
            case Call():
                return self._node(node.function, parts, node)
            case Unary(operator="-", operand=Number(value=value)):
                return self._constant(-float(value))
            case Unary():
                return self._node("negate", parts, node) if node.operator == "-" else parts[0]
            case Constant():
                return self._constant(math.pi if node.name == "pi" else math.e)
            case Comparison():
                return (node.operator, *parts)
            case Piecewise():
                chosen = parts[-1]
                for value, (sign, left, right) in zip(parts[-3::-2], parts[-2::-2], strict=True):
                    chosen = self._node(f"where {sign}", (left, right, value, chosen), node)
                return chosen
        raise TypeError(f"no operation for {node}")

    def _constant(self, value: float) -> int:
        return self._node("constant", (), None, value)

    def _node(
        self, kind: str, operands: tuple[int, ...], tree: Node | None, value: float = 0.0
    ) -> int:
        operation = FusedOperation(kind, operands, tree, value)
        found = self.known.get(operation)
        if found is None:
            found = self.known[operation] = self._new(operation)
        return found

    def _new(self, operation: FusedOperation) -> int:
        self.operations.append(operation)
        return self.leaves + len(self.operations) - 1


def _is_square(node: Binary) -> bool:
    return node.operator == "**" and isinstance(node.right, Number) and node.right.value == 2


def _kind(node: Binary) -> str:
    if node.operator != "**":
        return node.operator
    if _is_square(node):
        return "square"
    return "constant power" if next(names(node.right), None) is None else "**"
