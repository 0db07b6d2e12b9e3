"""The lines of a gradient put in order: what is not worth a line of its own is written out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from derivcli.algebra.expressions import Expression, names, postorder
from derivcli.algebra.facts import Facts
from derivcli.algebra.measures import operations
from derivcli.algebra.rebuilding import replaced
from derivcli.algebra.results import Gradient, Line
from derivcli.algebra.writing import written_as
from derivcli.language.tree import Program

MOST_USERS = 3  # lines that one line is written out in
LONGEST = 20.0  # operations of a line that another has been written out in


@dataclass(slots=True, eq=False)
class Draft:
    """A line while it may still change."""

    name: str
    of: str
    expression: Expression
    raw: Expression
    rules: tuple[str, ...] = ()


class Lines:
    """The gradient lines, and helper statements, of one program; `wanted` lines stay."""

    def __init__(
        self,
        facts: Facts,
        helpers: list[Draft],
        drafts: list[Draft],
        wanted: Collection[str],
        prefix: str,
    ) -> None:
        self.facts, self.wanted, self.prefix = facts, wanted, prefix
        self.helpers = {draft.name: draft for draft in helpers}
        self.drafts = {draft.name: draft for draft in drafts}
        self.users: dict[str, dict[str, None]] = {}
        self.named: dict[str, set[str]] = {}
        self.gone: dict[Expression, Expression] = {}
        for draft in (*drafts, *helpers):
            self._note(draft)

    def finished(self, program: Program) -> Gradient:
        """Return the lines in the order in which they can be computed."""
        for draft in reversed(list(self.drafts.values())):
            if draft.name not in self.wanted:
                self._write_out(draft)
        for draft in reversed(list(self.helpers.values())):
            self._put_back(draft)
        for draft in (*self.drafts.values(), *self.helpers.values()):
            while not self.gone.keys().isdisjoint(postorder(draft.raw)):
                draft.raw = replaced(draft.raw, self.gone)
        drafts = _sorted(self.drafts.values())
        shapes = {
            name: shape
            for name, shape in self.facts.home.shapes.items()
            if name not in self.removed
        }
        return Gradient(
            program,
            tuple(map(_line, self.helpers.values())),
            tuple(map(_line, drafts)),
            shapes,
        )

    @property
    def removed(self) -> set[str]:
        return {symbol.data for symbol in self.gone}

    def _note(self, draft: Draft) -> None:
        """Note which names a line has."""
        for name in self.named.get(draft.name, ()):
            self.users[name].pop(draft.name, None)
        self.named[draft.name] = names(draft.expression)
        for name in self.named[draft.name]:
            self.users.setdefault(name, {})[draft.name] = None

    def _write_out(self, draft: Draft) -> None:
        """Write out a line that nobody asked for where that leaves less in all."""
        users = [self.drafts[name] for name in self.users.get(draft.name, ())]
        symbol = draft.expression.home.sym(draft.name)
        weights = [operations(each.expression) for each in (draft, *users)]
        if (
            len(users) > MOST_USERS
            or max(weights) > LONGEST
            or (users and any(node.op == "mat" for node in postorder(draft.expression)))
        ):
            return
        self.facts.gone.add(symbol)
        forms = {}
        for user in users:
            form = self.facts.tidy(replaced(user.expression, {symbol: draft.expression}))
            new = names(form) - self.named[user.name]
            if operations(form) > LONGEST or self._needs(new, user.name):
                break
            forms[user.name] = form
        shorter = sum(map(operations, forms.values())) < sum(weights)
        if users and (len(forms) < len(users) or not shorter):
            self.facts.gone.remove(symbol)
            return
        for user in users:
            user.expression = forms[user.name]
            self._note(user)
        self._remove(draft, self.drafts)

    def _needs(self, start: Iterable[str], name: str) -> bool:
        """Does a line depend on another, by whatever other lines?"""
        seen, stack = set[str](), list(start)
        while stack:
            each = stack.pop()
            if each == name:
                return True
            if each not in seen:
                seen.add(each)
                stack += self.named.get(each, ())
        return False

    def _remove(self, draft: Draft, drafts: dict[str, Draft]) -> None:
        self.gone[draft.expression.home.sym(draft.name)] = draft.raw
        del drafts[draft.name]
        for name in self.named.pop(draft.name):
            self.users[name].pop(draft.name, None)

    def _put_back(self, helper: Draft) -> None:
        """Write out a helper that is named once at most, and whose gradient is no line."""
        if f"{self.prefix}{helper.name}" in self.drafts:
            return
        symbol = helper.expression.home.sym(helper.name)
        users = [self._draft(name) for name in self.users.get(helper.name, ())]
        if sum(_occurrences(user.expression, symbol) for user in users) > 1:
            return
        for user in users:
            user.expression = replaced(user.expression, {symbol: helper.expression})
            self._note(user)
        self._remove(helper, self.helpers)

    def _draft(self, name: str) -> Draft:
        return self.drafts.get(name) or self.helpers[name]


def _occurrences(whole: Expression, part: Expression) -> int:
    """Return how often a part is written in an expression."""
    count: dict[Expression, int] = {}
    for node in postorder(whole):
        count[node] = int(node is part) + sum(count[each] for each in node.args)
    return count[whole]


def _line(draft: Draft) -> Line:
    shape = draft.expression.home.shapes.get(draft.of or draft.name, ())
    return Line(
        draft.name, draft.of, written_as(draft.expression, shape), written_as(draft.raw, shape),
        shape, draft.rules,
    )  # fmt: skip


def _sorted(drafts: Iterable[Draft]) -> list[Draft]:
    """Return the drafts, each behind those it names, else as they are."""
    by_name = {draft.name: draft for draft in drafts}
    done: dict[str, Draft] = {}
    stack = [(draft, False) for draft in reversed(by_name.values())]
    while stack:
        draft, ready = stack.pop()
        if draft.name in done:
            continue
        if ready:
            done[draft.name] = draft
            continue
        stack.append((draft, True))
        needed = [by_name[name] for name in sorted(names(draft.expression)) if name in by_name]
        stack.extend([(each, False) for each in needed if each.name not in done])
    return list(done.values())
