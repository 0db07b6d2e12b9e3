"""Trees to forms: what an entry of an expression is, in the indices of its row and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from derivcli.index_notation.calls import demands, of_entries
from derivcli.index_notation.conditions import Need, needed
from derivcli.index_notation.matrices import UNIT, determinant, inverse, size_form
from derivcli.index_notation.powers import function, general_power, power
from derivcli.index_notation.reducing import reduced
from derivcli.index_notation.space import (
    COLUMN,
    LISTED,
    ORDER,
    ROW,
    Atom,
    Form,
    Space,
    Unproved,
    frozen,
)
from derivcli.index_notation.terms import (
    constant,
    contracted,
    free,
    renamed,
    single,
    summed,
    times,
    transposed,
    value,
)
from derivcli.language.functions import FUNCTIONS
from derivcli.language.operations import OPERATIONS
from derivcli.language.parser import parse
from derivcli.language.shapes import Shape, Shapes, Size
from derivcli.language.tree import (
    Activation,
    Binary,
    Call,
    Name,
    Node,
    Piecewise,
    Reduction,
    Transpose,
    fold,
    rebuild,
)


@cache
def definition(source: str) -> Node:
    """Return the tree of an operation's definition, in u."""
    return parse(source, arrays=("u",)).output.expression


@dataclass(frozen=True, slots=True)
class Indexed:
    """Any entry of an array: a form in ROW and COLUMN, of a flat array in COLUMN alone.

    An axis of one entry has no index. `needs` are the signs without which there is no value.
    """

    form: Form
    shape: Shape
    needs: frozenset[Need] = frozenset()

    def has_shape(self, other: Shape) -> bool:
        """Is it of this shape? A number is also a matrix of one entry."""
        return (self.shape or (1, 1)) == (other or (1, 1))

    @property
    def padded(self) -> tuple[Size, Size]:
        """The shape as two axes: a flat array is a row."""
        rows, columns = (1, 1, *self.shape)[-2:]
        return rows, columns


@dataclass(frozen=True, slots=True)
class IndexReader:
    """Reads trees whose names have these shapes; `values` are names that are written out."""

    space: Space
    shapes: Shapes
    values: Mapping[str, Indexed]

    def read(self, tree: Node) -> Indexed:
        """Return any entry of an expression.

        Raises Unproved where it has no value, LanguageError where shapes do not fit.
        """
        return fold(tree, self._visit)

    def variable(self, name: str) -> int:
        """Return the atom of a name."""
        indices = self.indices(self.shapes.names.get(name, ()))
        kinked = name in self.space.computed
        return self.space.atom(Atom("entry", name, slots=len(indices), kinked=kinked))

    @staticmethod
    def indices(shape: Shape) -> tuple[int, ...]:
        """Return the indices that an entry of an array has: an axis that is 1 long has none."""
        axes = zip((ROW, COLUMN)[-len(shape) :] if shape else (), shape, strict=True)
        return tuple(index for index, size in axes if size != 1)

    def _visit(self, node: Node, parts: tuple[Indexed, ...]) -> Indexed:
        if isinstance(node, Name):
            return self._named(node.name)
        shape = self.shapes.own(node, tuple(part.shape for part in parts))
        needs = frozenset[Need]().union(*(part.needs for part in parts))
        match node:
            case Binary(operator="@"):
                form = self._product(*parts)
            case Transpose():
                form = transposed(self.space, parts[0].form) if len(shape) == 2 else parts[0].form
            case Reduction():
                return self._reduction(node, parts[0], shape)
            case Call() if node.function not in FUNCTIONS:
                form = self._operation(node, parts, shape)
            case Activation():
                form = self._activation(node, parts[0])
            case _:
                return self._of_entries(node, parts, shape, needs)
        return Indexed(form, shape, needs)

    def _named(self, name: str) -> Indexed:
        if name in self.values:
            return self.values[name]
        if name in self.shapes.sizes:
            return Indexed(size_form(self.space, self.space.size(name)), ())
        shape = self.shapes.names.get(name, ())
        return Indexed(single(self.space, self.variable(name), self.indices(shape)), shape)

    def _of_entries(
        self, node: Node, parts: tuple[Indexed, ...], shape: Shape, needs: frozenset[Need]
    ) -> Indexed:
        forms = tuple(part.form for part in parts)
        match node:
            case Call():
                needs |= demands(self.space, FUNCTIONS[node.function], forms)
            case Binary(operator="**"):
                exponent = value(forms[1])
                if exponent is not None and exponent.denominator != 1:
                    needs |= needed(self.space, forms[0], strict=exponent < 0)
            case Piecewise():
                needs = parts[1].needs  # what stands in a piece is wanted there alone
        return Indexed(of_entries(self.space, node, forms), shape, needs)

    def _product(self, left: Indexed, right: Indexed) -> Form:
        at = COLUMN if len(right.shape) == 1 else ROW
        size = self.space.size(left.shape[-1])
        if size == 1:
            form = times(self.space, left.form, right.form)
        else:
            form = contracted(self.space, left.form, right.form, at, size)
        if len(left.shape) == 2 and len(right.shape) == 1:
            return renamed(self.space, form, {ROW: COLUMN})
        return form

    def _reduction(self, node: Reduction, part: Indexed, shape: Shape) -> Indexed:
        row = OPERATIONS[node.function]
        axes = (ROW, COLUMN)[-len(part.shape) :] if part.shape else ()
        axis = node.axis
        if axis is None and axes and not row.reduces:
            axis = 0
        chosen = axes if axis is None else (axes[axis],)
        sizes = dict(zip((ROW, COLUMN), map(self.space.size, part.padded), strict=True))
        listed = {index: sizes[index] for index in chosen if sizes[index] != 1}
        needs = part.needs
        if row.definition is not None:
            defined = self._defined(row.definition, part, axis)
            form, needs = defined.form, defined.needs
        else:
            form = self._reduced(node.function, part.form, listed)
        if len(shape) == 1 and len(part.shape) == 2 and COLUMN in chosen:
            form = renamed(self.space, form, {ROW: COLUMN})
        return Indexed(form, shape, needs)

    def _defined(self, source: str, part: Indexed, axis: int | None) -> Indexed:
        """Return the value of a definition in u, whose sums go along the same axis."""
        tree = definition(source)

        def visit(node: Node, parts: tuple[Node, ...]) -> Node:
            node = rebuild(node, parts)
            if isinstance(node, Reduction):
                return replace(node, axis=axis, keepdims=True)
            return node

        own = IndexReader(self.space, Shapes({"u": part.shape}), {"u": part})
        return own.read(fold(tree, visit))

    def _reduced(self, function: str, form: Form, listed: Mapping[int, int]) -> Form:
        match function:
            case "sum" | "mean":
                for index, size in listed.items():
                    form = summed(self.space, form, index, size)
                    if function == "mean":
                        over = power(self.space, size_form(self.space, size), -1)
                        form = times(self.space, form, over)
                return form
            case "cumsum":
                return self._summed_so_far(form, listed)
        return self._listed(function, form, listed)

    def _summed_so_far(self, form: Form, listed: Mapping[int, int]) -> Form:
        for index, size in listed.items():
            so_far = single(self.space, ORDER, (LISTED[0], index))
            moved = renamed(self.space, form, {index: LISTED[0]})
            form = summed(self.space, times(self.space, so_far, moved), LISTED[0], size)
        return form

    def _listed(self, function: str, form: Form, listed: Mapping[int, int]) -> Form:
        """Return an operation on all entries along axes, as an atom of its own."""
        if not listed:
            return form
        form = reduced(self.space, form)
        for index in [index for index in listed if index not in free([form])]:
            # The same along the axis: it is its own largest, and prod is a power.
            size = listed[index]
            listed = {other: each for other, each in listed.items() if other != index}
            if function == "prod":
                form = general_power(self.space, form, size_form(self.space, size))
        if not listed:
            return form
        kept = [index for index in (ROW, COLUMN) if index not in listed]
        used = [index for index in kept if index in free([form])]
        slots = {index: -1 - n for n, index in enumerate(used)}
        orders = [tuple(listed)] if len(listed) == 1 else [(ROW, COLUMN), (COLUMN, ROW)]
        found = []
        for order in orders:
            inside = dict(zip(order, LISTED, strict=False))
            inner = renamed(self.space, form, {**slots, **inside})
            found.append((frozen(inner), inner, tuple(listed[index] for index in order)))
        _, inner, sizes = min(found, key=lambda each: (each[0], each[2]))
        kinked = function != "prod" or self.space.kinked([inner])
        atom = Atom("reduction", function, (inner,), len(used), range=sizes, kinked=kinked)
        return single(self.space, self.space.atom(atom), tuple(used))

    def _operation(self, node: Call, parts: tuple[Indexed, ...], shape: Shape) -> Form:
        row = OPERATIONS[node.function]
        if row.definition is not None:
            return self._defined(row.definition, parts[0], None).form
        if node.function == "zeros":
            return {}
        if node.function == "ones":
            return constant(1)
        if node.function == "eye":
            return constant(1) if shape == (1, 1) else UNIT
        return self._of_square(node.function, parts[0])

    def _of_square(self, function: str, part: Indexed) -> Form:
        space = self.space
        form = reduced(space, part.form)
        size = space.size(part.shape[0])
        match function:
            case "trace" if size != 1:
                return summed(space, renamed(space, form, {COLUMN: ROW}), ROW, size)
            case "inv" if size == 1:
                return power(space, form, -1)
            case "inv":
                return inverse(space, form, size)
            case "det" if size != 1:
                return determinant(space, form, size)
            case "diag" if size != 1:
                diagonal = renamed(space, form, {COLUMN: ROW})
                column = len(part.shape) == 1 or part.shape[1] == 1
                return times(space, diagonal, UNIT) if column else diagonal
            case "trace" | "det" | "diag":
                return form
        raise Unproved

    def _activation(self, node: Activation, part: Indexed) -> Form:
        return function(self.space, f"g{node.layer}{node.prime * chr(39)}", [part.form])
