"""The cells of some formulas: by which conditions they differ, and a point in each."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from derivcli.calculus import symbolic
from derivcli.calculus.cells.conditions import (
    SIGNS,
    WHOLE,
    Condition,
    condition,
    factors,
    known,
    linear_form,
    possible,
    sign_at,
)
from derivcli.calculus.cells.linear import Draw, TooMany, inside, points, vanishes
from derivcli.calculus.derivation.algebra import minus
from derivcli.calculus.evaluate import HOLDS, formula
from derivcli.calculus.exact import Real, between
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import (
    Call,
    Comparison,
    Name,
    Node,
    Piecewise,
    children,
    names,
    nodes,
    rebuild,
    substitute,
)

MOST_CELLS = 300
HALF = Fraction(1, 2)

Gap = tuple[Fraction | None, Fraction | None]
Signs = tuple[tuple[Condition, int], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of space: each condition has the sign told, and `formulas` hold none of them.

    It is thin, without an inside, where a condition is 0.
    """

    signs: Signs
    formulas: tuple[Node, ...]

    @property
    def thin(self) -> bool:
        """Is a condition 0 in it, so that it has no inside?"""
        return any(sign == 0 for _, sign in self.signs)

    @property
    def known(self) -> tuple[tuple[Node, int], ...]:
        """The conditions as trees, each with its sign in the cell: -1, 0 or 1."""
        return tuple((each.node, sign * each.turn) for each, sign in self.signs)

    def holds(self, at: Mapping[str, Fraction]) -> bool:
        """Is a point in the cell, for sure?"""
        return all(sign_at(each, at) == sign for each, sign in self.signs)

    def makes_equal(self) -> bool:
        """Are two formulas the same where the conditions are 0, as linear sums?"""
        one, other = map(linear_form, self.formulas[:2])
        return vanishes(one - other, [each.linear for each, sign in self.signs if not sign])

    def words(self) -> str:
        """Return the cell's conditions as text: `x > 3 and y < 0`."""
        return " and ".join(each.words(sign) for each, sign in self.signs)

    def points(
        self, variables: Sequence[str], draws: Sequence[Draw]
    ) -> Iterator[dict[str, Fraction]]:
        """Yield points of the cell, as far as linear conditions lead to one."""
        found = _points(self.signs, [Name(name) for name in variables], draws)
        lines = _lines(self.signs)
        for index, (values, draw) in enumerate(zip(found or (), draws, strict=False)):
            at = {name: values[Name(name)] for name in variables}
            at |= {name: inside(*all_[index % len(all_)], draw()) for name, all_ in lines.items()}
            if self.holds(at):
                yield at

    def balls(self, variables: Sequence[str], draw: Draw) -> Iterator[dict[str, Real]]:
        """Yield points of the cell that no rational numbers name: zeros of a polynomial."""
        places = _lines(self.signs)
        alone = {*places}
        if all(len({*names(each.node)} - alone) == 0 for each, _ in self.signs):
            others = [each for each in self.signs if not _is_polynomial(each[0])]
            rest: dict[str, Real] = {name: inside(None, None, draw()) for name in variables}
            for values in product(*places.values()):
                at = rest | dict(zip(places, map(_ball, values), strict=True))
                if all(sign_at(each, at) == sign for each, sign in others):
                    yield at


def _is_polynomial(each: Condition) -> bool:
    """Is it one in a single variable?"""
    return len({*names(each.node)}) == 1 and symbolic.zeros((each.node,)) is not None


def _ball(place: Gap) -> Real:
    low, high = place
    return inside(low, high, HALF) if low is None or high is None else between(low, high)


class Needed(Exception):
    """The sign of a condition has to be known."""

    def __init__(self, needed: Condition, signs: tuple[int, ...]) -> None:
        super().__init__()
        self.condition = needed
        self.signs = signs


def is_split(tree: Node) -> bool:
    """Does a tree hold conditions?"""
    return any(
        isinstance(node, Piecewise)
        or (isinstance(node, Call) and _splits(FUNCTIONS[node.function].definition))
        for node in nodes(tree)
    )


def has_steps(tree: Node) -> bool:
    """Does a tree jump wherever something is whole?"""
    return any(
        isinstance(node, Call)
        and (
            WHOLE in FUNCTIONS[node.function].kinks
            or has_steps(formula(FUNCTIONS[node.function].definition or "0"))
        )
        for node in nodes(tree)
    )


def _splits(definition: str | None) -> bool:
    return definition is not None and is_split(formula(definition))


def cells(formulas: Sequence[Node], places: Sequence[Node] = ()) -> tuple[Cell, ...]:
    """Return the cells of some formulas together, without those that are seen to be empty.

    They are cut further by the conditions of `places`, whose formulas follow the others; where
    only those are 0 there is no cell. Raises TooMany.
    """
    found: list[Cell] = []
    stack: list[Signs] = [()]
    while stack:
        signs = stack.pop()
        if len(found) > MOST_CELLS:
            raise TooMany
        try:
            found.append(Cell(signs, resolved(formulas, signs) + resolved(places, signs, (1, -1))))
        except Needed as needed:
            split = needed.condition
            stack += [
                (*signs, (split, sign)) for sign in needed.signs if _is_open(signs, split, sign)
            ]
        except RecursionError:
            raise TooMany from None
    return tuple(found)


def _is_open(signs: Signs, split: Condition, sign: int) -> bool:
    """Can a condition have this sign, as far as linear ones and those of one variable tell?"""
    more = (*signs, (split, sign))
    return _points(more, (), ()) is not None and all(_lines(more).values())


def _lines(signs: Signs) -> dict[str, list[Gap]]:
    """Return where the conditions hold that are of one variable, and not all linear.

    That is in intervals, and around zeros: where a condition is 0 somewhere in an interval.
    """
    own: dict[str, list[tuple[Condition, int]]] = {}
    for each, sign in signs:
        if _is_polynomial(each):
            own.setdefault(next(names(each.node)), []).append((each, sign))
    found = {}
    for name, some in own.items():
        if all(isinstance(unknown, Name) for each, _ in some for unknown in each.linear.terms):
            continue
        zeros = symbolic.zeros(tuple(each.node for each, _ in some))
        if zeros is not None:
            places: list[Gap] = [*zeros, *_gaps(zeros)]
            found[name] = [
                place
                for place in places
                if all(_sign_in(each, name, place, zeros) == sign for each, sign in some)
            ]
    return found


def _gaps(zeros: Sequence[tuple[Fraction, Fraction]]) -> list[Gap]:
    ends = [None, *(end for zero in zeros for end in zero), None]
    return list(zip(ends[::2], ends[1::2], strict=True))


def _sign_in(each: Condition, name: str, place: Gap, zeros: Sequence[Gap]) -> int | None:
    """Return the sign of a polynomial in a gap between zeros, or at the zero in an interval."""
    if place not in zeros:
        return sign_at(each, {name: inside(*place, HALF)})
    low, high = (sign_at(each, {name: end}) for end in place if end is not None)
    return low if low == high else 0


def _points(
    signs: Signs, unknowns: Sequence[Node], draws: Sequence[Draw]
) -> Iterator[dict[Hashable, Fraction]] | None:
    """Return values of the unknowns for which linear conditions hold; None if there are none."""
    linear = [(each.linear, sign) for each, sign in signs]
    linear += known([each for each, _ in signs])
    present = dict.fromkeys((*unknowns, *(key for each, _ in linear for key in each.terms)))
    return points(linear, tuple(present), draws)


def resolved(
    formulas: Sequence[Node], signs: Signs = (), wanted: Sequence[int] = SIGNS
) -> tuple[Node, ...]:
    """Return formulas without conditions, where these have their signs.

    Raises Needed where a sign has to be known that is not.
    """
    given = {each.key: sign for each, sign in signs}

    def holds(comparison: Comparison) -> bool:
        sign = 1
        difference = minus(visit(comparison.left), visit(comparison.right))
        for factor, power in factors(difference):
            split = condition(factor)
            there = given.get(split.key)
            if there is None:
                ways = possible(split)
                if len(ways) != 1:
                    raise Needed(split, tuple(way for way in ways if way in wanted))
                (there,) = ways
            sign *= (there * split.turn) ** (2 - power % 2)
        return sign in HOLDS[comparison.operator]

    def visit(node: Node) -> Node:
        if isinstance(node, Piecewise):
            for value, comparison in zip(node.values, node.conditions, strict=True):
                if holds(comparison):
                    return visit(value)
            return visit(node.otherwise)
        made = rebuild(node, tuple(visit(part) for part in children(node)))
        if isinstance(made, Call):
            row = FUNCTIONS[made.function]
            if _splits(row.definition):
                arguments = dict(zip(row.parameters, made.arguments, strict=True))
                return visit(substitute(formula(row.definition or ""), arguments))
        return made

    return tuple(visit(tree) for tree in formulas)
