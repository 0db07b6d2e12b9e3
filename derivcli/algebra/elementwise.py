"""What works entry by entry: sums, products and powers, normalised as they are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from derivcli.algebra.expressions import (
    SCALAR,
    Expression,
    Rational,
    Shape,
    broadcast,
    exact,
    postorder,
)
from derivcli.language.functions import FUNCTIONS
from derivcli.language.primitives import whole_root

MOST_DIGITS = 200  # of a power of numbers that is worked out

# The transpose of a kind of node by its parts, where that is no longer: of others by their rooms.
TRANSPOSED: dict[str, Callable[[Expression], Expression | None]] = {}


def fit(expression: Expression, shape: Shape) -> Expression:
    """Return the expression with a shape that a cancellation took: ones keep it. A 0 needs none."""
    if expression.shape == shape or expression is expression.home.zero:
        return expression
    return mul(expression, expression.home.ones(shape))


def split(expression: Expression) -> tuple[Rational, Expression]:
    """Return the coefficient of an expression, and the rest."""
    if expression.op == "num":
        return expression.data, expression.home.one
    if expression.op == "mul" and expression.data != 1:
        return expression.data, scale(Fraction(1) / expression.data, expression)
    return 1, expression


def scale(coefficient: Rational, expression: Expression) -> Expression:
    """Return `coefficient * expression`, for a coefficient that is not 0."""
    home = expression.home
    if expression.op == "num":
        return home.num(coefficient * expression.data)
    if expression.op == "mul":
        coefficient = exact(coefficient * expression.data)
        if coefficient == 1 and len(expression.args) == 1:
            return expression.args[0]
        return home.make("mul", expression.args, coefficient, expression.shape)
    if coefficient == 1:
        return expression
    return home.make("mul", (expression,), exact(coefficient), expression.shape)


def neg(expression: Expression) -> Expression:
    """Return `-expression`."""
    return scale(-1, expression) if expression is not expression.home.zero else expression


def terms_of(expression: Expression) -> tuple[Expression, ...]:
    """Return the terms of a sum; of anything else, itself."""
    return expression.args if expression.op == "add" else (expression,)


def add(*terms: Expression) -> Expression:
    """Return the sum: flat, equal terms collected, numbers added up."""
    home = terms[0].home
    if len(terms) == 1:
        return terms[0]
    collected: dict[Expression, Rational] = {}
    shape: Shape = SCALAR
    for term in terms:
        for part in terms_of(term):
            shape = broadcast(shape, part.shape) if part.shape != shape else shape
            coefficient, rest = split(part)
            collected[rest] = collected.get(rest, 0) + coefficient
    kept = tuple(
        [scale(number, rest) for rest, number in collected.items() if number and rest.op != "zeros"]
    )
    if not kept:
        return home.zeros(shape) if any(each.op == "zeros" for each in collected) else home.zero
    if len(kept) == 1:
        return fit(kept[0], shape)
    if (turned := all_turned(kept)) is not None:
        return transpose(add(*turned))
    own = broadcast(*(part.shape for part in kept))
    bare = _without_ones(kept, own)
    if bare is not None:
        return fit(bare, shape)
    return fit(home.make("add", kept, None, own), shape)


def all_turned(parts: Sequence[Expression]) -> list[Expression] | None:
    """Return u and v where the parts are u.T and v.T, and numbers."""
    turned = [part.op == "T" for part in parts]
    if not any(turned) or not all(
        each or part.shape == SCALAR for each, part in zip(turned, parts, strict=True)
    ):
        return None
    return [part.args[0] if part.op == "T" else part for part in parts]


def _without_ones(parts: tuple[Expression, ...], shape: Shape) -> Expression | None:
    """Return the sum without ones that no shape needs: another part has it."""
    for index, part in enumerate(parts):
        if part.op != "ones" and not (
            part.op == "mul" and any(factor.op == "ones" for factor in part.args)
        ):
            continue
        others = (*parts[:index], *parts[index + 1 :])
        if broadcast(*(other.shape for other in others)) == shape:
            home = part.home
            factors = part.args if part.op == "mul" else ()
            number = part.data if part.op == "mul" else 1
            bare = mul(home.num(number), *(each for each in factors if each.op != "ones"))
            return add(*parts[:index], bare, *parts[index + 1 :])
    return None


def mul(*factors: Expression) -> Expression:
    """Return the product entry by entry: flat, powers of one base collected, numbers multiplied."""
    home = factors[0].home
    coefficient, powers, shape = _collected(factors)
    if coefficient == 0:
        return home.zero
    if any(base.op == "zeros" and exponent > 0 for base, exponent in powers.items()):
        return home.zeros(shape)
    kept: list[Expression] = []
    again: list[Expression] = []
    for base, exponent in powers.items():
        if exponent == 0:
            continue
        factor = power(base, exponent)
        (again if factor.op in {"mul", "num"} else kept).append(factor)
    if again:
        return fit(mul(home.num(coefficient), *kept, *again), shape)
    if len(kept) > 1:
        found = _as_shares(kept) or _in_pieces(kept)
        if found is not None:
            return fit(mul(home.num(coefficient), *found), shape)
    big = [factor for factor in kept if factor.shape != SCALAR]
    if (
        len(big) > 1
        and all(factor.op == "T" for factor in big)
        and broadcast(*(factor.shape for factor in big)) == shape
    ):
        small = [factor for factor in kept if factor.shape == SCALAR]
        inner = transpose(mul(*(factor.args[0] for factor in big)))
        return mul(home.num(coefficient), *small, inner)
    own = broadcast(*(factor.shape for factor in kept))
    if own != shape:
        kept.append(home.ones(shape))
    if not kept:
        return home.num(coefficient)
    if len(kept) == 1 and coefficient == 1:
        return kept[0]
    return home.make("mul", tuple(kept), exact(coefficient), shape)


def _collected(
    factors: Iterable[Expression],
) -> tuple[Rational, dict[Expression, Rational], Shape]:
    """Return the coefficient, base to exponent, and the shape of a product."""
    coefficient: Rational = 1
    powers: dict[Expression, Rational] = {}
    shape: Shape = SCALAR
    for whole in factors:
        if whole.shape != shape:
            shape = broadcast(shape, whole.shape)
        if whole.op == "mul":
            coefficient *= whole.data
        for factor in whole.args if whole.op == "mul" else (whole,):
            if factor.op == "num":
                coefficient *= factor.data
            elif factor.op == "pow":
                base = factor.args[0]
                powers[base] = powers.get(base, 0) + factor.data
            elif factor.op != "ones":
                powers[factor] = powers.get(factor, 0) + 1
    return coefficient, powers, shape


def _as_shares(kept: list[Expression]) -> list[Expression] | None:
    """Return the factors with exp(u) / sum(exp(u)), along one axis, as softmax(u)."""
    for quotient in kept:
        if quotient.op != "pow" or quotient.data != -1 or quotient.args[0].op != "sum":
            continue
        total = quotient.args[0]
        whole = total.args[0]
        if whole.op == "fn" and whole.data == "exp" and len(total.data) == 1 and whole in kept:
            # Its argument is no transpose: that is taken out of exp(u).
            said = ("softmax", total.data)
            shares = whole.home.make("row", whole.args, said, whole.shape)
            return [shares, *(each for each in kept if each is not whole and each is not quotient)]
    return None


def _in_pieces(kept: list[Expression]) -> list[Expression] | None:
    """Return where(c, u, 0) / v as where(c, u / v, 0): it is 0, too, where v is 0 and c is not."""
    home = kept[0].home
    for index, piece in enumerate(kept):
        if piece.op != "where" or home.zero not in (*piece.args[1:-1:2], piece.args[-1]):
            continue
        others = [*kept[:index], *kept[index + 1 :]]
        partial = [factor for factor in others if not defined(factor)]
        if partial:
            parts = list(piece.args)
            for place in (*range(1, len(parts) - 1, 2), len(parts) - 1):
                parts[place] = mul(parts[place], *partial)
            return [where(*parts), *(factor for factor in others if factor not in partial)]
    return None


def defined(whole: Expression) -> bool:
    """Has an expression a finite value whatever finite values its names have?"""
    return all(_defined(node) for node in postorder(whole))


def _defined(node: Expression) -> bool:
    match node.op:
        case "pow":
            return node.data > 0 and isinstance(node.data, int)
        case "fn" if node.data in FUNCTIONS:
            facts = FUNCTIONS[node.data]
            return not (facts.positive or facts.nonnegative or facts.nonzero or facts.bounded)
    return node.op not in {"fn", "row", "activation"}


def power(base: Expression, exponent: Rational) -> Expression:
    """Return the power by a number; roots of powers stay where a sign would be lost."""
    home = base.home
    exponent = exact(exponent)
    if exponent == 1:
        return base
    if exponent == 0:
        return fit(home.one, base.shape)
    whole = isinstance(exponent, int)
    match base.op:
        case "ones":
            return base
        case "cond" if exponent > 0:
            return base
        case "num":
            value = _number_power(base.data, exponent)
            if value is not None:
                return home.num(value)
        case "pow" if whole or positive(base.args[0]):
            return power(base.args[0], base.data * exponent)
        case "mul" if whole:
            number = power(home.num(base.data), exponent)
            return mul(number, *(power(factor, exponent) for factor in base.args))
        case "T":
            return transpose(power(base.args[0], exponent))
    return home.make("pow", (base,), exponent, base.shape)


def positive(expression: Expression) -> bool:
    """Is the value known to be > 0, whatever the names are?"""
    return expression.op == "size" or (
        expression.op == "sym" and expression.data in expression.home.positive
    )


def _number_power(base: Rational, exponent: Rational) -> Rational | None:
    """Return the power where it is rational and of moderate length."""
    if base == 1:
        return 1
    if base == 0:
        return 0 if exponent > 0 else None
    top, bottom, degree = base.numerator, base.denominator, exponent.denominator
    if degree > 1:
        if base < 0:
            return None
        roots = whole_root(top, degree), whole_root(bottom, degree)
        if roots[0] is None or roots[1] is None:
            return None
        top, bottom = roots[0], roots[1]
    digits = len(str(max(abs(top), bottom))) * abs(exponent.numerator)
    return Fraction(top, bottom) ** exponent.numerator if digits <= MOST_DIGITS else None


def where(*parts: Expression) -> Expression:
    """Return the first value whose condition holds: condition, value, ..., and what else."""
    shape = broadcast(*(part.shape for part in parts))
    kept: list[Expression] = []
    otherwise = parts[-1]
    for condition, value in zip(parts[:-1:2], parts[1::2], strict=True):
        if condition.op == "num" and condition.data:
            otherwise = value
            break
        if condition.op != "num":
            kept += (condition, value)
    if all(value is otherwise for value in kept[1::2]):
        return fit(otherwise, shape)
    if (turned := all_turned((*kept, otherwise))) is not None:
        return transpose(where(*turned))
    return otherwise.home.make("where", (*kept, otherwise), None, shape)


def transpose(whole: Expression) -> Expression:
    """Return the transpose, at the leaves where that is shorter."""
    home, shape = whole.home, whole.shape
    if shape == SCALAR or whole.op == "eye" or whole in home.symmetric:
        return whole
    if whole.op == "T":
        return whole.args[0]
    if whole.op in {"ones", "zeros"}:
        return home.make(whole.op, shape=(shape[1], shape[0]))
    special = TRANSPOSED.get(whole.op)
    found = special(whole) if special is not None else None
    return found or home.make("T", (whole,), None, (shape[1], shape[0]))


def _transpose_of_parts(whole: Expression) -> Expression | None:
    """Return the transpose of a sum or product by its parts, where most of them are transposes."""
    home = whole.home
    big = [part for part in whole.args if part.shape != SCALAR]
    turned = sum(part.op == "T" for part in big)
    product = whole.op == "mul"
    chained = product and any(part.op in {"ones", "mat"} for part in big)
    if chained or 2 * turned >= len(big):
        parts = (transpose(part) for part in whole.args)
        if product:
            return mul(home.num(whole.data), *parts)
        return add(*parts)
    if product and (whole.data != 1 or len(big) < len(whole.args)):
        small = (part for part in whole.args if part.shape == SCALAR)
        inner = fit(mul(*big), whole.shape)
        return mul(home.num(whole.data), *small, transpose(inner))
    return None


TRANSPOSED["add"] = TRANSPOSED["mul"] = _transpose_of_parts
