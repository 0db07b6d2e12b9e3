"""What a program says of its own names: used to write its gradient in them, and shorter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from derivcli.algebra.elementwise import fit, mul, power
from derivcli.algebra.expressions import BOTH, Expression, names, postorder
from derivcli.algebra.hoisting import Statement
from derivcli.algebra.measures import measure, operations
from derivcli.algebra.products import is_symmetric, total
from derivcli.algebra.rebuilding import divisors, replaced
from derivcli.algebra.regions import least
from derivcli.algebra.simplification import Simplifier

MOST_ROUNDS = 5
MOST_OPERATIONS = 80.0  # of an expression in which statements are put in and looked for
MOST_FACTORS = 6  # of a product that is solved for each of them
MOST_TRIED = 12  # statements put in at a time
SHORT = 6.0  # operations of a right side that may be written out
MOST_WRITTEN_OUT = 60.0  # operations of right sides together, when looking for sums that are known
AXES = ((0,), (1,), BOTH)

Replacement = dict[Expression, Expression]


class Facts:
    """The statements of a program, and what follows from them; `assumed` is stated beside them."""

    def __init__(self, statements: Sequence[Statement], assumed: Replacement) -> None:
        self.home = statements[0][1].home
        self.simplifier = Simplifier()
        self.statements = statements
        self.assumed = dict(assumed)
        self.named: dict[Expression, Expression] = {}
        self.gone: set[Expression] = set()  # names whose lines have been written out
        self.roots: dict[Expression, tuple[Expression, Expression]] = {}
        self.relations: dict[Expression, list[tuple[Expression, Replacement]]] = {}
        self.reducing: dict[Expression, Expression] = {}
        self.safe = divisors(*(expression for _, expression in statements))
        for name, expression in statements:
            symbol = expression.home.sym(name)
            if is_symmetric(expression):
                self.home.symmetric.add(symbol)
                self.home.special.add(name)
            if expression.args:
                self.named.setdefault(expression, symbol)
            if expression.op == "pow":
                self.roots[expression.args[0]] = (expression, symbol)
            self.relate(symbol, expression)
            if _reduces(expression):
                self.reducing[symbol] = expression
        for node, value in self.assumed.items():
            if node.op == "sum":
                self._learn(node, value)
        self._find_totals()

    def relate(self, symbol: Expression, value: Expression) -> None:
        """Note what the factors of a named product are in terms of the name."""
        for found in _solved(symbol, value):
            # By the youngest of its factors, which stands in the fewest places.
            place = max(found, key=lambda each: each.serial)
            self.relations.setdefault(place, []).append((symbol, found))

    def _learn(self, node: Expression, value: Expression) -> None:
        home = node.home
        home.totals[node.args[0], node.data] = fit(value, node.shape)
        home.special |= names(node)

    def _find_totals(self) -> None:
        """Find named values whose sum along an axis is a number: shares, deviations from a mean."""
        full: Replacement = {}
        for name, expression in self.statements:
            symbol = expression.home.sym(name)
            out = replaced(expression, full)
            entrywise = not any(node.op in {"mat", "fn", "where"} for node in postorder(out))
            if not entrywise or operations(out) > MOST_WRITTEN_OUT:
                continue
            full[symbol] = out
            if not any(node.op in {"sum", "row"} for node in postorder(out)):
                continue
            for axes in AXES:
                node = total(symbol, axes)
                if node.op != "sum" or node.data != axes:
                    continue
                value = self.simplifier.simplified(total(out, axes))
                if value.op not in {"num", "ones"}:
                    value = total(expression, axes)
                if value.op in {"num", "ones"}:
                    self._learn(node, value)

    def tidy(self, whole: Expression) -> Expression:
        """Return the shortest form in the program's own names."""
        simplified = self.simplifier.simplified
        for _ in range(MOST_ROUNDS):
            before = whole
            whole = simplified(whole)
            for by in self._written_out(whole):
                whole = least(whole, iter([simplified(replaced(whole, by))]))
            whole = self._in_names(whole)
            for by in self._related(whole):
                form = simplified(replaced(whole, by))
                if divisors(form) <= self.safe | divisors(whole):
                    whole = least(whole, iter([form]))
                whole = self._in_names(whole)
            for node, value in self._known(whole):
                whole = least(whole, iter([simplified(replaced(whole, {node: value}))]))
            if whole is before:
                break
        return whole

    def _written_out(self, whole: Expression) -> list[Replacement]:
        """Return the names in an expression whose own right side may cancel."""
        if not self.reducing or operations(whole) > MOST_OPERATIONS:
            return []
        nodes = (node for node in postorder(whole) if node in self.reducing)
        return [{node: self.reducing[node]} for node in islice(nodes, MOST_TRIED)]

    def _related(self, whole: Expression) -> list[Replacement]:
        if not self.relations or operations(whole) > MOST_OPERATIONS:
            return []
        # Something cancels only where the other factors stand there, too.
        nodes = set(postorder(whole))
        found = (
            by
            for node in postorder(whole)
            for symbol, by in self.relations.get(node, ())
            if symbol not in self.gone and nodes.issuperset(by)
        )
        return list(islice(found, MOST_TRIED))

    def _known(self, whole: Expression) -> Iterator[tuple[Expression, Expression]]:
        known = {
            (node.args[0], node.data): value
            for node, value in self.assumed.items()
            if node.op == "sum"
        }
        known.update(whole.home.totals)
        if not known and not self.assumed:
            return
        for node in list(postorder(whole)):
            if node in self.assumed:
                yield node, fit(self.assumed[node], node.shape)
            elif node.op == "sum" and (node.args[0], node.data) in known:
                yield node, known[node.args[0], node.data]

    def _in_names(self, whole: Expression) -> Expression:
        """Return the expression with what has a name called by it, where that is no longer."""
        table: Mapping[Expression, Expression] = {}
        for node in postorder(whole):
            if node in self.named and self.named[node] not in self.gone:
                table = {**table, node: self.named[node]}
            elif node.op == "pow" and node.args[0] in self.roots:
                root, symbol = self.roots[node.args[0]]
                times = node.data / root.data
                if times == int(times):
                    table = {**table, node: power(symbol, int(times))}
        if not table:
            return whole
        form = replaced(whole, table)
        return form if measure(form) <= measure(whole) else whole


def _reduces(expression: Expression) -> bool:
    nodes = list(postorder(expression))
    return (
        any(node.op == "sum" for node in nodes)
        and operations(expression) <= SHORT
        and not any(node.op in {"fn", "mat", "row"} for node in nodes)
    )


def _solved(symbol: Expression, value: Expression) -> Iterator[Replacement]:
    """Yield each factor of a named product in terms of the name and the other factors."""
    if value.op not in {"mul", "pow"}:
        return
    home = value.home
    factors = value.args if value.op == "mul" else (value,)
    if len(factors) > MOST_FACTORS:
        return
    number = value.data if value.op == "mul" else 1
    bases = {factor: factor.args[0] if factor.op == "pow" else factor for factor in factors}
    for factor, base in bases.items():
        exponent = factor.data if factor.op == "pow" else 1
        if abs(exponent) != 1 or base.op in {"size", "num"} or factor.shape != value.shape:
            continue
        others = [power(other, -1) for other in factors if other is not factor]
        rest = mul(power(home.num(number), -1), symbol, *others)
        if base.shape == rest.shape:
            kept = {other: other for other in bases.values() if other is not base}
            yield {base: power(rest, exponent), **kept}
