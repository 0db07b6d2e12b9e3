"""From the output back to each name: which gradient gets a line, and what it says."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from derivcli.algebra.elementwise import add, mul, power
from derivcli.algebra.expressions import Expression, postorder
from derivcli.algebra.facts import Facts
from derivcli.algebra.hoisting import Statement
from derivcli.algebra.lines import LONGEST, Draft
from derivcli.algebra.measures import operations
from derivcli.algebra.vjps import Contribution, contributions

WORTH_A_LINE = 1.0  # operations a name must save, where its statement is one operation


class BackwardSweep:
    """The way back through the statements; `divide` is put below the gradients of variables."""

    def __init__(
        self,
        facts: Facts,
        statements: Sequence[Statement],
        wrt: Sequence[str],
        active: Collection[str],
        made: Collection[str],
        prefix: str,
    ) -> None:
        self.facts, self.statements, self.prefix, self.made = facts, statements, prefix, made
        self.wrt, self.active = set(wrt), set(active)
        self.divide: Expression | None = None
        self.parts: dict[str, list[Expression]] = {}
        self.raw: dict[str, list[Expression]] = {}
        self.rules: dict[str, dict[str, None]] = {}
        self.drafts: list[Draft] = []
        self.assigned = {name for name, _ in statements}
        self.home = statements[0][1].home

    def run(self, output: str, seed: Expression) -> list[Draft]:
        """Return the lines, last statement first; a variable's where its gradient is complete."""
        first_use: dict[str, int] = {}
        for index, (_, expression) in enumerate(self.statements):
            for node in postorder(expression):
                if node.op == "sym":
                    first_use.setdefault(node.data, index)
        complete: dict[int, list[str]] = {}
        for name, index in first_use.items():
            if name in self.wrt and name not in self.assigned:
                complete.setdefault(index, []).append(name)
        self.parts[output], self.raw[output] = [seed], [seed]
        for index in range(len(self.statements) - 1, -1, -1):
            name, expression = self.statements[index]
            if name in self.parts and name in self.active:
                self._statement(name, expression)
            for variable in complete.get(index, ()):
                self._variable(variable)
        for name in self.wrt - {draft.of for draft in self.drafts}:
            self._variable(name)
        return self.drafts

    def _statement(self, name: str, expression: Expression) -> None:
        """Hand the gradient of a statement on to the names in it: by its name, or written out."""
        raw = add(*self.raw[name])
        gradient = self.facts.tidy(add(*self.parts[name]))
        symbol = self.home.sym(name)
        wanted = name in self.wrt
        if not gradient.args and not wanted:
            self._hand_on(name, contributions(expression, symbol, gradient, self.active), {})
            return
        title = self.prefix + name
        self.home.shapes[title] = self.home.shapes[name]
        by_name = contributions(expression, symbol, self.home.sym(title), self.active)
        tidy = {key: self.facts.tidy(each.gradient) for key, each in by_name.items()}
        if not wanted:
            inline = contributions(expression, symbol, gradient, self.active)
            short = {key: self.facts.tidy(each.gradient) for key, each in inline.items()}
            direct = sum(map(operations, short.values()))
            named = sum(map(operations, tidy.values())) + operations(gradient)
            once = self._once(name, expression)
            if max(map(operations, short.values()), default=0.0) > LONGEST:
                once, direct = False, named
            if direct < named or (once and direct <= named + WORTH_A_LINE):
                unfolded = contributions(expression, symbol, raw, self.active)
                self._hand_on(name, unfolded, short)
                return
        self._emit(name, gradient, raw)
        self._hand_on("", by_name, tidy)

    def _once(self, name: str, expression: Expression) -> bool:
        """Is a statement an operation on one active name, and no product of matrices?"""
        nodes = list(postorder(expression))
        active = sum(node.op == "sym" and node.data in self.active for node in nodes)
        return active == 1 and (name in self.made or all(node.op != "mat" for node in nodes))

    def _hand_on(
        self, through: str, found: dict[str, Contribution], tidy: dict[str, Expression]
    ) -> None:
        """Add the contributions to the gradients; those of `through` bring its rules along."""
        for name, each in found.items():
            self.parts.setdefault(name, []).append(tidy.get(name, each.gradient))
            self.raw.setdefault(name, []).append(each.gradient)
            rules = self.rules.setdefault(name, {})
            rules.update(self.rules.get(through, {}))
            rules.update(dict.fromkeys(each.rules))
            if len(self.parts[name]) > 1:
                rules.setdefault("shared name")

    def _variable(self, name: str) -> None:
        raw = add(*self.raw.get(name, [self.home.zero]))
        gradient = self.facts.tidy(add(*self.parts.get(name, [self.home.zero])))
        if self.divide is not None:
            below = power(self.divide, -1)
            raw, gradient = mul(raw, below), self.facts.tidy(mul(gradient, below))
        self._emit(name, gradient, raw)

    def _emit(self, name: str, gradient: Expression, raw: Expression) -> None:
        title = self.prefix + name
        self.home.shapes[title] = self.home.shapes.get(name, ())
        if operations(gradient) >= 1 and gradient.op != "T":
            self.facts.named.setdefault(gradient, self.home.sym(title))
            if any(part.op == "sum" for part in gradient.args):
                self.facts.relate(self.home.sym(title), gradient)
        self.drafts.append(Draft(title, name, gradient, raw, tuple(self.rules.get(name, ()))))
