"""The shortest form of an expression: each node is replaced by its least candidate, bottom-up."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.algebra.elementwise import add, defined, fit, mul, split, transpose, where
from derivcli.algebra.expressions import SCALAR, Expression, postorder
from derivcli.algebra.patterns import Pattern, pattern
from derivcli.algebra.polynomials import TooLargeError
from derivcli.algebra.products import mat, row, total
from derivcli.algebra.rebuilding import rebuilt, replaced
from derivcli.algebra.regions import REGION, atoms, candidates, collapsed, least, spread

MOST_ROUNDS = 4
MOST_LEVELS = 6  # of candidates that are simplified to be compared


class Simplifier:
    """Simplifies the expressions of one computation, those of one form but for the names once."""

    def __init__(self) -> None:
        self.known: dict[Expression, Expression] = {}
        self.patterns: dict[object, Pattern] = {}

    def simplified(self, whole: Expression) -> Expression:
        """Return the shortest form that the rules find."""
        found = self.known.get(whole)
        if found is None:
            form = pattern(whole)
            solved = self.patterns.get(form.key)
            if solved is None:
                found = self._nodes(whole, 0)
                self.patterns[form.key] = pattern(found, form)
            else:
                found = solved.filled(form)
            self.known[whole] = self.known[found] = found
        return found

    def _nodes(self, whole: Expression, level: int) -> Expression:
        """Simplify every node, parts first; a region of sums and products as a whole."""
        known = self.known
        inner = _inside_regions(whole)
        done: dict[Expression, Expression] = {}
        for node in postorder(whole):
            if not node.args:
                done[node] = node
                continue
            found = known.get(node)
            if found is None:
                found = rebuilt(node, tuple([done[part] for part in node.args]))
                if node not in inner:
                    best = self._best(found, level)
                    if best is not found and level < MOST_LEVELS:
                        # Its parts may be new ones.
                        best = self._nodes(best, level + 1)
                    known[node] = known[best] = found = best
            done[node] = found
        return done[whole]

    def _best(self, whole: Expression, level: int) -> Expression:
        for _ in range(MOST_ROUNDS):
            before = whole
            if whole.op in REGION:
                whole = _region(whole)
            if whole.args:
                whole = least(whole, self._tried(whole, level))
            if whole is before:
                break
        return whole

    def _tried(self, whole: Expression, level: int) -> Iterator[Expression]:
        for option in _others(whole):
            done = level < MOST_LEVELS and option not in self.known
            yield self._nodes(option, level + 1) if done else self.known.get(option, option)


def _inside_regions(whole: Expression) -> set[Expression]:
    """Return the nodes that only stand inside a region: they are looked at with the whole of it."""
    inner: set[Expression] = set()
    outer = {whole}
    for node in postorder(whole):
        if node.op in REGION:
            fractional = node.op == "pow" and not isinstance(node.data, int)
            (outer if fractional else inner).update(part for part in node.args if part.op in REGION)
        else:
            outer.update(part for part in node.args if part.op in REGION)
    return inner - outer


def _region(whole: Expression) -> Expression:
    """Return the least form of a region whose atoms are simplified."""
    found = collapsed(whole)
    if found.op not in REGION:
        return found
    table = {}
    for atom in atoms(found):
        if atom.op == "sum" and atom.args[0].op in REGION:
            apart = _sum_apart(atom)
            if apart is not None and apart is not atom:
                table[atom] = apart
    if table:
        full = fit(replaced(found, table), found.shape)
        options = [full, *candidates(full)] if full.op in REGION else [full]
        found = least(found, iter(options))
    if found.op == "add":
        found = least(found, iter([add(*map(collapsed, found.args))]))
    elif found.op == "mul":
        number = found.home.num(found.data)
        found = least(found, iter([mul(number, *map(collapsed, found.args))]))
    return found


def _sum_apart(whole: Expression) -> Expression | None:
    """Return sum(u + v) as sum(u) + sum(v), each with what is constant taken out of it."""
    inner = whole.args[0]
    try:
        terms = spread(inner)
    except (TooLargeError, ZeroDivisionError):
        return None
    if terms is None:
        return None
    return add(
        whole.home.zero,
        *(total(fit(term, inner.shape), whole.data, whole.asked) for term in terms),
    )


def _others(whole: Expression) -> Iterator[Expression]:
    """Yield other forms of a node beside those of a region."""
    match whole.op:
        case "add":
            yield from _shared_products(whole)
            yield from _shared_sums(whole)
            yield from _shared_conditions(whole)
        case "sum":
            apart = _sum_apart(whole)
            if apart is not None:
                yield apart
                yield collapsed(apart)
        case "mul":
            yield from _shared_in_factors(whole)
        case "T" if whole.args[0].op == "add":
            yield add(*(transpose(part) for part in whole.args[0].args))
        case "mat":
            yield from _chains(whole)
        case "where":
            yield from _pieces(whole)


def _shared_products(whole: Expression) -> Iterator[Expression]:
    """A @ x + B @ x is (A + B) @ x."""
    for side in (0, -1):
        groups: dict[Expression, list[tuple[Expression, Expression]]] = {}
        for term in whole.args:
            number, rest = split(term)
            factors = rest.args if rest.op == "mul" else (rest,)
            chain = next((factor for factor in factors if factor.op == "mat"), None)
            if chain is None:
                continue
            others = [factor for factor in factors if factor is not chain]
            if any(other.shape != SCALAR for other in others):
                continue
            inner = mat(*(chain.args[1:] if side == 0 else chain.args[:-1]))
            part = mul(whole.home.num(number), *others, inner)
            groups.setdefault(chain.args[side], []).append((term, part))
        for shared, found in groups.items():
            if len(found) > 1:
                inner = add(*(part for _, part in found))
                joined = mat(shared, inner) if side == 0 else mat(inner, shared)
                gone = {term for term, _ in found}
                yield add(joined, *(term for term in whole.args if term not in gone))


def _shared_in_factors(whole: Expression) -> Iterator[Expression]:
    """(A @ x + B @ x) / m is (A + B) @ x / m."""
    for index, factor in enumerate(whole.args):
        if factor.op == "add":
            others = (*whole.args[:index], *whole.args[index + 1 :])
            for joined in (*_shared_products(factor), *_shared_sums(factor)):
                yield mul(whole.home.num(whole.data), joined, *others)


def _shared_sums(whole: Expression) -> Iterator[Expression]:
    """sum(u) + sum(v) is sum(u + v), where both are sums of arrays of one shape."""
    groups: dict[object, list[Expression]] = {}
    for term in whole.args:
        rest = split(term)[1]
        if rest.op == "sum":
            groups.setdefault((rest.args[0].shape, rest.data), []).append(term)
    for found in groups.values():
        if len(found) > 1:
            first = split(found[0])[1]
            parts = []
            for term in found:
                number, rest = split(term)
                parts.append(mul(whole.home.num(number), rest.args[0]))
            joined = total(add(*parts), first.data, first.asked)
            yield add(joined, *(term for term in whole.args if term not in found))


def _shared_conditions(whole: Expression) -> Iterator[Expression]:
    """where(c, u, 0) + where(c, 0, v) is where(c, u, v)."""
    groups: dict[tuple[Expression, ...], dict[Expression, list[Expression]]] = {}
    for term in whole.args:
        number, rest = split(term)
        factors = rest.args if rest.op == "mul" else (rest,)
        piece = next((factor for factor in factors if factor.op == "where"), None)
        if piece is not None:
            others = [whole.home.num(number), *(each for each in factors if each is not piece)]
            values = [mul(value, *others) for value in _values(piece)]
            groups.setdefault(piece.args[:-1:2], {})[term] = values
    for conditions, found in groups.items():
        if len(found) > 1:
            joined = [add(*each) for each in zip(*found.values(), strict=True)]
            rest_of_it = (term for term in whole.args if term not in found)
            yield add(_where(conditions, joined), *rest_of_it)


def _values(whole: Expression) -> tuple[Expression, ...]:
    return (*whole.args[1:-1:2], whole.args[-1])


def _where(conditions: tuple[Expression, ...], values: list[Expression]) -> Expression:
    pairs = zip(conditions, values, strict=False)
    return where(*(part for pair in pairs for part in pair), values[-1])


def _pieces(whole: Expression) -> Iterator[Expression]:
    """where(c, u, 0) is u * (c), and what all values have in common stands before a where."""
    home, values, conditions = whole.home, _values(whole), whole.args[:-1:2]
    if len(conditions) == 1 and values[1] is home.zero and defined(values[0]):
        yield mul(values[0], conditions[0])
    factors = [
        [split(value)[1]] if split(value)[1].op != "mul" else list(split(value)[1].args)
        for value in values
        if value is not home.zero
    ]
    for shared in factors[0] if factors else ():
        if all(shared in each for each in factors) and shared is not home.one:
            if home.zero in values and not defined(shared):
                continue
            rest = [value if value is home.zero else _divided(value, shared) for value in values]
            yield mul(shared, _where(conditions, rest))


def _divided(value: Expression, factor: Expression) -> Expression:
    number, rest = split(value)
    factors = list(rest.args) if rest.op == "mul" else [rest]
    factors.remove(factor)
    return mul(value.home.num(number), *factors)


def _chains(whole: Expression) -> Iterator[Expression]:
    """Broadcast terms and factors are taken out of a chain, inverses of products written out."""
    chain = whole.args
    for index, part in enumerate(chain):
        before, behind = chain[:index], chain[index + 1 :]
        if part.op == "add" and any(term.shape != part.shape for term in part.args):
            yield add(*(mat(*before, fit(term, part.shape), *behind) for term in part.args))
        apart = _inverse_apart(part)
        if apart is not None:
            yield mat(*before, apart, *behind)
        if part.op == "mul":
            yield from _ends(chain, index)


def _inverse_apart(part: Expression) -> Expression | None:
    """Return inv(A @ B) as inv(B) @ inv(A), where both are square."""
    inverse = part.args[0] if part.op == "T" else part
    if inverse.op != "row" or inverse.data[0] != "inv" or inverse.args[0].op != "mat":
        return None
    factors = inverse.args[0].args
    if any(factor.shape != inverse.shape for factor in factors):
        return None
    apart = mat(*(row("inv", factor) for factor in reversed(factors)))
    return apart if part is inverse else transpose(apart)


def _ends(chain: tuple[Expression, ...], index: int) -> Iterator[Expression]:
    """(c * B) @ A with a column c is c * (B @ A); A @ (r * B) with a row r is r * (A @ B)."""
    part = chain[index]
    for axis, end in ((1, 0), (0, len(chain) - 1)):
        if index != end:
            continue
        outside = [factor for factor in part.args if factor.shape[axis] == 1]
        inside = [factor for factor in part.args if factor.shape[axis] != 1]
        if not outside or not inside:
            continue
        rest = mul(part.home.num(part.data), *inside)
        if rest.shape == part.shape:
            yield mul(*outside, mat(*chain[:index], rest, *chain[index + 1 :]))
