"""Trees as NumPy's users write them, and the functions that NumPy lacks, from the tables' texts."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from derivcli.calculus.evaluate import formula
from derivcli.errors import RefusedError
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.operations import OPERATIONS, Operation
from derivcli.language.parser import parse
from derivcli.language.shapes import Shape, Shapes, operation
from derivcli.language.text import ATOM, COMPARED, POWER, SIGN, TERM, Written, spaced
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Piecewise,
    Reduction,
    Unary,
    fold,
)

SIMPLE = re.compile(r"-?[\w.]+")  # what ** stands close to, as ruff has it

OWN = {row.name for row in OPERATIONS.values() if row.stable and not row.numpy}  # are defined
CALLED_THERE = {"np", "math", "print", *OWN}

# A text, how tightly its outermost operator binds, and whether its entries are True and False.
Part = tuple[str, int, bool]


@dataclass(slots=True)
class NumPyWriter:
    """Writes trees of names with these shapes, and remembers which functions they need.

    `functions` holds the source of each, in the order in which they can be read; `modules` what
    they import beside NumPy.
    """

    shapes: Shapes
    functions: dict[str, str] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)
    sizes: set[str] = field(default_factory=set)
    axis: str | None = None  # the axis of the operation that is being defined

    def write(self, tree: Node) -> str:
        """Return a tree as text. Raises RefusedError for what neither NumPy nor a text computes."""
        text, _ = self._number(self._part(tree))
        return text

    def _part(self, tree: Node) -> Part:
        def visit(node: Node, parts: tuple[tuple[Part, Shape], ...]) -> tuple[Part, Shape]:
            shape = self.shapes.own(node, tuple(shape for _, shape in parts))
            own = self._own(node, tuple(part for part, _ in parts), tuple(s for _, s in parts))
            return own, shape

        return fold(tree, visit)[0]

    def _own(self, node: Node, parts: tuple[Part, ...], shapes: tuple[Shape, ...]) -> Part:
        match node:
            case Name():
                if node.name in self.shapes.sizes:
                    self.sizes.add(node.name)
                return python_name(node.name), ATOM, False
            case Constant():
                return f"np.{node.name}", ATOM, False
            case Comparison():
                return (*spaced(node, tuple(map(self._number, parts))), True)
            case Piecewise():
                return self._piecewise(parts), ATOM, False
            case Binary(operator="**"):
                return (*self._power(*map(self._number, parts)), False)
            case Binary(operator="*") if not (parts[0][2] and parts[1][2]):
                return (*spaced(node, tuple(part[:2] for part in parts)), False)
            case Reduction():
                return self._reduced(node, self._number(parts[0]), shapes[0]), ATOM, False
            case Call():
                return self._call(node, parts, shapes), ATOM, False
        written = tuple(map(self._number, parts))
        if isinstance(node, Unary) and written[0][1] == POWER:
            written = ((f"({written[0][0]})", ATOM),)  # as formatters have it
        return (*spaced(node, written), False)

    def _number(self, part: Part) -> Written:
        """Return a part as numbers: of True and False arithmetic makes something else."""
        text, level, truth = part
        if not truth:
            return text, level
        return f"1.0 * ({text})" if level == COMPARED else f"1.0 * {text}", TERM

    def _power(self, base: Written, exponent: Written) -> Written:
        left = base[0] if base[1] == ATOM else f"({base[0]})"
        right = exponent[0] if exponent[1] in (ATOM, SIGN) else f"({exponent[0]})"
        close = SIMPLE.fullmatch(left) and SIMPLE.fullmatch(right)
        return (f"{left}**{right}" if close else f"{left} ** {right}"), POWER

    def _piecewise(self, parts: tuple[Part, ...]) -> str:
        written = self._number(parts[-1])[0]
        for value, condition in zip(parts[-3::-2], parts[-2::-2], strict=True):
            written = f"np.where({condition[0]}, {self._number(value)[0]}, {written})"
        return written

    def _reduced(self, node: Reduction, operand: Written, shape: Shape) -> str:
        row = OPERATIONS[node.function]
        name = row.numpy[0] if row.numpy else self._operation(row)
        told = [operand[0]]
        if self.axis is not None:
            told += [f"axis={self.axis}", "keepdims=True"]
        else:
            told += [f"axis={node.axis}"] * (node.axis is not None)
            told += ["keepdims=True"] * (node.keepdims and row.reduces)
        written = f"{name}({', '.join(told)})"
        if node.axis is None and not row.reduces and len(shape) == 2:
            self.sizes.update(size for size in shape if isinstance(size, str))
            return f"{written}.reshape({', '.join(map(str, shape))})"
        return written

    def _call(self, node: Call, parts: tuple[Part, ...], shapes: tuple[Shape, ...]) -> str:
        arguments = [self._number(part)[0] for part in parts]
        row = operation(node)
        if row is not None:
            return self._template(row, shapes).format(*arguments)
        return f"{self._function(FUNCTIONS[node.function])}({', '.join(arguments)})"

    def _template(self, row: Operation, shapes: tuple[Shape, ...]) -> str:
        if len(row.numpy) == 1:
            return row.numpy[0]
        (shape,) = shapes
        kind = 2 if len(shape) == 1 else int(shape[1] == 1 and shape[0] != 1)
        return row.numpy[kind]

    def _function(self, row: Function) -> str:
        """Return the name of a function: NumPy's, or one that is written out before."""
        if row.numpy is not None:
            return f"np.{row.numpy}"
        name = row.name
        if name in self.functions:
            return name
        if row.computed is not None:
            inner = NumPyWriter(Shapes({}), self.functions, self.modules)
            body = inner.write(formula(row.computed))
            self.functions[name] = _definition(
                name, row.parameters, row.meaning, [f"return {body}"]
            )
        elif (native := getattr(row.native, "__name__", "")) and hasattr(math, native):
            self.modules.add("math")
            lines = [f"return np.vectorize(math.{native})({', '.join(row.parameters)})"]
            self.functions[name] = _definition(name, row.parameters, row.meaning, lines)
        else:
            raise RefusedError(f"NumPy has no {row.written}, and nothing else computes it there")
        return name

    def _operation(self, row: Operation) -> str:
        """Return the name of an operation that NumPy lacks, which is written out before."""
        name = row.name
        if name in self.functions:
            return name
        source = row.stable or row.definition
        if source is None:
            raise RefusedError(f"NumPy has no {row.name}, and nothing else computes it there")
        *before, last = parse(source, arrays=("u",)).statements
        inner = NumPyWriter(Shapes({}), self.functions, self.modules, axis="axis")
        lines = [f"{each.name} = {inner.write(each.expression)}" for each in before]
        result = inner.write(last.expression)
        parameters = ["u", "axis=None"]
        if row.reduces:
            parameters.append("keepdims=False")
            lines += [f"found = {result}", "return found if keepdims else np.squeeze(found, axis)"]
        else:
            lines.append(f"return {result}")
        self.functions[name] = _definition(name, parameters, row.meaning, lines)
        return name


def _definition(name: str, parameters: Sequence[str], meaning: str, lines: Sequence[str]) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f'def {name}({", ".join(parameters)}):\n    """Return {meaning}."""\n{body}'


def python_name(name: str) -> str:
    """Return a name as Python can have it: lambda is a word of its own there, print is called."""
    return f"{name}_" if keyword.iskeyword(name) or name in CALLED_THERE else name
