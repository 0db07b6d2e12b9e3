"""Regions of entry-by-entry sums, products and powers as rational functions of their atoms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from derivcli.algebra.elementwise import add, fit, mul, neg, power
from derivcli.algebra.expressions import Algebra, Expression, Rational
from derivcli.algebra.measures import measure
from derivcli.algebra.polynomials import (
    ONE,
    Frozen,
    Monomial,
    Polynomial,
    TooLargeError,
    content,
    frozen,
    inverse,
    joined,
    monic,
    number_content,
    plus,
    quotient,
    shifted,
    times,
)

REGION = frozenset({"add", "mul", "pow"})
MOST_EXPONENT = 6  # of a sum that is multiplied out
MOST_SPREAD = 12  # terms that a sum is split into
MOST_TAKEN = 2  # atoms that are tried as a common factor
MOST_PARTS = 2_000  # nodes of a region that is looked at as a whole


Divisors = frozenset[object]  # atoms by number, and sums
NOTHING: Divisors = frozenset()


@dataclass(frozen=True, slots=True)
class RationalQuotient:
    """A polynomial over a product of powers of polynomials.

    Sizes apart, `some` is what any of its terms divides by as written, `every` what all do.
    """

    top: Polynomial
    bottom: dict[Frozen, int]
    every: Divisors = NOTHING
    some: Divisors = NOTHING


@dataclass(slots=True)
class _Region:
    """What is found on the way: `factors` are sums that may be factors of the whole."""

    home: Algebra
    factors: dict[Frozen, None] = field(default_factory=dict)

    def of(self, whole: Expression) -> RationalQuotient:
        """Return the region as one quotient. Raises TooLargeError, ZeroDivisionError."""
        found: dict[Expression, RationalQuotient] = {}
        for node in _within(whole):
            found[node] = self._visit(node, [found[part] for part in _parts(node)])
        return found[whole]

    def _visit(self, node: Expression, parts: list[RationalQuotient]) -> RationalQuotient:
        match node.op:
            case "num":
                return RationalQuotient({(): node.data} if node.data else {}, {})
            case "ones":
                return RationalQuotient(ONE, {})
            case "add":
                return self._sum(parts)
            case "mul":
                return self._product(node.data, parts)
            case "pow" if parts:
                return self._power(parts[0], node.data)
        base, exponent = (node.args[0], node.data) if node.op == "pow" else (node, 1)
        top: Polynomial = {((base.serial, exponent),): 1}
        divisors = self.divisors(top, ())
        return RationalQuotient(top, {}, divisors, divisors)

    def _sum(self, parts: list[RationalQuotient]) -> RationalQuotient:
        bottom: dict[Frozen, int] = {}
        for part in parts:
            for factor, exponent in part.bottom.items():
                bottom[factor] = max(bottom.get(factor, 0), exponent)
        top: Polynomial = {}
        for part in parts:
            term = part.top
            for factor, exponent in bottom.items():
                for _ in range(exponent - part.bottom.get(factor, 0)):
                    term = times(term, dict(factor))
            top = plus(top, term)
        if len(top) > 1 and not bottom:
            self.factors.setdefault(frozen(monic(content(top)[1])[1]))
        every = frozenset.intersection(*(part.every for part in parts))
        return RationalQuotient(top, bottom, every, NOTHING.union(*(part.some for part in parts)))

    def _product(self, number: Rational, parts: list[RationalQuotient]) -> RationalQuotient:
        top: Polynomial = {(): number}
        bottom: dict[Frozen, int] = {}
        for part in parts:
            top = times(top, part.top)
            for factor, exponent in part.bottom.items():
                bottom[factor] = bottom.get(factor, 0) + exponent
        every = NOTHING.union(*(part.every for part in parts))
        return RationalQuotient(top, bottom, every, NOTHING.union(*(part.some for part in parts)))

    def divisors(self, top: Polynomial, bottom: Iterable[Frozen]) -> Divisors:
        """Return what a quotient divides by, sizes apart."""
        nodes = self.home.nodes
        atoms = {
            atom
            for monomial in top
            for atom, exponent in monomial
            if exponent < 0 and nodes[atom].op != "size"
        }
        return frozenset([*atoms, *bottom])

    def _power(self, base: RationalQuotient, exponent: Rational) -> RationalQuotient:
        if exponent < 0:
            base = self._inverse(base)
        count = abs(int(exponent))
        raised = ONE
        for _ in range(count):
            raised = times(raised, base.top)
        bottom = {factor: each * count for factor, each in base.bottom.items()}
        return RationalQuotient(raised, bottom, base.every, base.some)

    def _inverse(self, base: RationalQuotient) -> RationalQuotient:
        if not base.top:
            raise ZeroDivisionError
        shared, rest = content(base.top)
        top = ONE
        for factor, count in base.bottom.items():
            for _ in range(count):
                top = times(top, dict(factor))
        bottom: dict[Frozen, int] = {}
        lead = rest[next(iter(rest))]
        if len(rest) > 1:
            lead, rest = monic(rest)
            bottom = {frozen(rest): 1}
        number = power(self.home.num(lead), -1).data
        top = times(shifted(top, inverse(shared)), {(): number})
        divisors = self.divisors(top, bottom)
        return RationalQuotient(top, bottom, divisors, divisors)


def _parts(node: Expression) -> tuple[Expression, ...]:
    """Return the parts of a node that belong to its region."""
    if node.op in {"add", "mul"}:
        return node.args
    if node.op == "pow" and isinstance(node.data, int) and abs(node.data) <= MOST_EXPONENT:
        return node.args
    return ()


def _within(whole: Expression) -> Iterator[Expression]:
    """Yield the nodes of a region once, parts first. Raises TooLargeError."""
    seen: set[Expression] = set()
    stack = [(whole, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif node not in seen:
            seen.add(node)
            if len(seen) > MOST_PARTS:
                raise TooLargeError
            stack.append((node, True))
            stack.extend([(part, False) for part in _parts(node)])


def candidates(whole: Expression) -> Iterator[Expression]:
    """Yield other forms of a region: multiplied out, over one denominator, factored."""
    home = whole.home
    region = _Region(home)
    try:
        found = region.of(whole)
        if not found.top:
            yield home.zero
            return
        top, bottom = _cancelled(found)
    except (TooLargeError, ZeroDivisionError):
        return
    if (found.some - found.every) & region.divisors(top, bottom):
        # Quotients over different things stay apart, unless what they are over goes away.
        return
    low = [power(_expression(home, dict(factor)), -count) for factor, count in bottom.items()]
    factors = sorted(region.factors, key=lambda each: (-len(each), each))
    yield mul(_expression(home, top), *low)
    yield mul(_factored(home, top, factors), *low)
    yield mul(_factored(home, top, ()), *low)
    nested = {atom for monomial in top for atom, _ in monomial if home.nodes[atom].op != "size"}
    yield mul(_factored(home, top, (), nested), *low)


def spread(whole: Expression) -> list[Expression] | None:
    """Return the terms of a region multiplied out, or None where it divides by a sum.

    Raises TooLargeError, ZeroDivisionError.
    """
    found = _Region(whole.home).of(whole)
    if found.bottom or len(found.top) > MOST_SPREAD:
        return None
    return [_monomial(whole.home, monomial, number) for monomial, number in found.top.items()]


def _cancelled(found: RationalQuotient) -> tuple[Polynomial, dict[Frozen, int]]:
    """Return what is above and below the bar, without the factors that both have."""
    top, bottom = found.top, {}
    for factor, count in found.bottom.items():
        left = count
        while left:
            shared, rest = content(top)
            divided = quotient(rest, dict(factor))
            if divided is None:
                break
            top = shifted(divided, shared)
            left -= 1
        if left:
            bottom[factor] = left
    return top, bottom


def _monomial(home: Algebra, monomial: Monomial, number: Rational = 1) -> Expression:
    nodes = home.nodes
    return mul(home.num(number), *(power(nodes[atom], exponent) for atom, exponent in monomial))


def _expression(home: Algebra, polynomial: Polynomial) -> Expression:
    return add(*(_monomial(home, monomial, number) for monomial, number in polynomial.items()))


def _nested(home: Algebra, polynomial: Polynomial) -> Expression:
    """Return the polynomial with an atom that most terms share taken out of them."""
    if len(polynomial) <= 2:
        return _expression(home, polynomial)
    count: dict[int, int] = {}
    for monomial in polynomial:
        for atom, exponent in monomial:
            if exponent > 0:
                count[atom] = count.get(atom, 0) + 1
    most = max(count.values(), default=0)
    if not 2 <= most < len(polynomial):
        return _expression(home, polynomial)
    forms = []
    for atom in sorted((atom for atom in count if count[atom] == most), reverse=True)[:MOST_TAKEN]:
        inside = {m: c for m, c in polynomial.items() if dict(m).get(atom, 0) > 0}
        outside = {m: c for m, c in polynomial.items() if m not in inside}
        forms.append(add(_expression(home, outside), _factored(home, inside, ())))
    return min(forms, key=measure)


def _factored(
    home: Algebra,
    polynomial: Polynomial,
    factors: Sequence[Frozen],
    nested: Collection[int] = (),
) -> Expression:
    """Return the polynomial as its content, those of the factors that it has, and the rest."""
    shared, rest = content(polynomial, nested)
    found: list[Expression] = []
    for factor in factors:
        divisor = dict(factor)
        while len(rest) > 1:
            divided = quotient(rest, divisor)
            if divided is None:
                break
            found.append(_expression(home, divisor))
            more, rest = content(divided)
            shared = joined(shared, more)
    number = number_content(rest)
    rest = {m: power(home.num(number), -1).data * c for m, c in rest.items()}
    return mul(_monomial(home, shared, number), *found, _nested(home, rest))


def atoms(whole: Expression) -> Iterator[Expression]:
    """Yield what a region is made of."""
    seen: set[Expression] = set()
    stack = [whole]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            if node.op in REGION:
                stack.extend(reversed(node.args))
            else:
                yield node


def least(whole: Expression, options: Iterator[Expression]) -> Expression:
    """Return the shortest of an expression and the other forms of it."""
    best, weight = whole, measure(_plain(whole))
    for option in options:
        form = _flipped(fit(option, whole.shape))
        other = measure(form)
        if other < weight:
            best, weight = form, other
    return best


def _plain(whole: Expression) -> Expression:
    """Return a product with the sums of a textbook as short as they get: what others must beat."""
    textbook = whole.home.textbook
    if whole.op == "mul" and not textbook.isdisjoint(whole.args):
        number = whole.home.num(whole.data)
        factors = (
            least(part, candidates(part)) if part in textbook else part for part in whole.args
        )
        return fit(mul(number, *factors), whole.shape)
    return whole


def _flipped(whole: Expression) -> Expression:
    """Return -(A - 1) as 1 - A."""
    if whole.op == "mul" and whole.data < 0:
        for index, part in enumerate(whole.args):
            if part.op == "add":
                others = [*whole.args[:index], *whole.args[index + 1 :]]
                turned = add(*(neg(term) for term in part.args))
                form = mul(whole.home.num(-whole.data), *others[:index], turned, *others[index:])
                form = fit(form, whole.shape)
                if measure(form) < measure(whole):
                    return form
    return whole


def collapsed(whole: Expression) -> Expression:
    """Return the shortest form of a region, its atoms being what they are."""
    if whole.op not in REGION or whole in whole.home.textbook:
        return whole
    return least(whole, candidates(whole))
