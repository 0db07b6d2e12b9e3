"""The one file that imports SymPy: our tree to SymPy and back, derivatives, exact constants.

No text reaches SymPy, only objects built from a tree; see `to_sympy`. Import this module where
mathematics begins: loading SymPy takes longer than everything before it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import sympy
from mpmath import mp

from derivcli.calculus.evaluate import formula
from derivcli.errors import RefusedError
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.limits import COMMAND_LINE, check
from derivcli.language.text import text
from derivcli.language.tree import (
    Assignment,
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
    number,
)

SHORT = 80  # characters of an exact constant that is still worth printing
LONGEST_NUMBER = 8_192  # bits of a number in a printed derivative
SHORTER = 0.75  # a form this much shorter replaces what the rules of calculus leave
TIDY_NODES = 120  # an expression beyond this is printed as the rules of calculus leave it

RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": sympy.StrictLessThan,
    "<=": sympy.LessThan,
    ">": sympy.StrictGreaterThan,
    ">=": sympy.GreaterThan,
    "==": sympy.Equality,
    "!=": sympy.Unequality,
}
OPERATORS = {"StrictLessThan": "<", "LessThan": "<=", "StrictGreaterThan": ">", "GreaterThan": ">=",
             "Equality": "==", "Unequality": "!="}  # fmt: skip

SAME_NAME = (
    "sin cos tan cot sec csc asin acos atan atan2 sinh cosh tanh asinh acosh atanh erf erfc erfinv"
)


def _absolute(u: Any) -> Any:
    """Return |u|; SymPy splits it into real and imaginary parts unless it knows that u is real."""
    return (sympy.Abs if u.is_extended_real else _opaque("abs"))(u)


def _sign(u: Any) -> Any:
    return (sympy.sign if u.is_extended_real else _opaque("sign"))(u)


# Rows that SymPy knows by the same meaning; the others become opaque functions below: those of
# which SymPy knows nothing, and the gamma family, whose whole arguments it would multiply out.
KNOWN: dict[str, Callable[..., Any]] = {
    "sqrt": sympy.sqrt,
    "exp": sympy.exp,
    "expm1": lambda u: sympy.exp(u) - 1,
    "log": sympy.log,
    "log_base": lambda u, v: sympy.log(u) / sympy.log(v),
    "log2": lambda u: sympy.log(u) / sympy.log(2),
    "log10": lambda u: sympy.log(u) / sympy.log(10),
    "log1p": lambda u: sympy.log(1 + u),
    **{name: getattr(sympy, name) for name in SAME_NAME.split()},
    "abs": _absolute,
    "sign": _sign,
    "lambertw": sympy.LambertW,
}


# SymPy


@cache
def symbol(name: str) -> sympy.Symbol:
    """Return the real variable of this name; the parser has matched the name."""
    return sympy.Symbol(name, real=True)


@cache
def _opaque(name: str) -> Any:
    """Return a SymPy function for a row of the table, differentiated by the row's partials."""
    row = FUNCTIONS[name]

    def fdiff(self: Any, argindex: int = 1) -> Any:
        arguments = dict(zip(row.parameters, self.args, strict=True))
        return to_sympy(formula(row.partials[argindex - 1]), arguments)

    def evaluated(_cls: Any, *arguments: Any) -> Any:
        if row.rational and all(argument.is_Rational for argument in arguments):
            value = row.rational(*(Fraction(int(a.p), int(a.q)) for a in arguments))
            if value is not None:
                return sympy.Rational(value.numerator, value.denominator)
        if row.name == "cbrt" and all(argument.is_positive for argument in arguments):
            return arguments[0] ** sympy.Rational(1, 3) if arguments[0].is_number else None
        if row.definition and all(argument.is_number for argument in arguments):
            return to_sympy(
                formula(row.definition), dict(zip(row.parameters, arguments, strict=True))
            )
        return None

    def evalf(self: Any, prec: int) -> Any:
        if row.primitive is None:
            return None
        with mp.workprec(prec):
            values = [argument._to_mpmath(prec) for argument in self.args]  # noqa: SLF001 - SymPy offers no other way
            try:
                return sympy.Float(row.primitive(mp, *values), precision=prec)
            except (ValueError, ZeroDivisionError, TypeError):
                return None  # on a pole, or off the real axis

    members = {
        "fdiff": fdiff,
        "eval": classmethod(evaluated),
        "_eval_evalf": evalf,
        "is_real": True,
    }
    return type(f"derivcli_{name}", (sympy.Function,), {**members, "row": row})


def to_sympy(tree: Node, values: dict[str, Any] | None = None) -> Any:
    """Return the SymPy expression of a tree, names replaced by `values` where given.

    SymPy simplifies as it builds: w + w becomes 2*w.
    """
    known = values or {}

    def visit(node: Node, parts: tuple[Any, ...]) -> Any:
        match node:
            case Number():
                return sympy.Rational(node.value.numerator, node.value.denominator)
            case Constant():
                return sympy.pi if node.name == "pi" else sympy.E
            case Name():
                return known[node.name] if node.name in known else symbol(node.name)
            case Unary():
                return -parts[0] if node.operator == "-" else parts[0]
            case Binary():
                return _operate(node.operator, *parts)
            case Call():
                return _function(node.function)(*parts)
            case Comparison():
                return _relation(node.operator, *parts)
            case Piecewise():
                pieces = zip(parts[:-1:2], parts[1::2], strict=True)
                return sympy.Piecewise(*pieces, (parts[-1], True), evaluate=True)

    return fold(tree, visit)


def _relation(operator: str, left: Any, right: Any) -> Any:
    try:
        return RELATIONS[operator](left, right)
    except (TypeError, ValueError, ArithmeticError):
        raise RefusedError("a condition compares what is not a real number") from None


def _function(name: str) -> Callable[..., Any]:
    return KNOWN[name] if name in KNOWN else _opaque(name)


def _operate(operator: str, left: Any, right: Any) -> Any:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
    return left**right


# And back


def to_tree(expression: Any) -> Node:
    """Return the tree of a SymPy expression, laid out the way people write it.

    Raises TypeError for what the language has no word for.
    """
    if expression.is_Add:
        return _sum(expression)
    if expression.is_Mul or (expression.is_Rational and not expression.is_Integer):
        return _product(expression)
    if expression.is_Integer:
        return number(_writable(expression))
    if expression.is_Symbol:
        return Name(str(expression.name))
    if expression.is_Pow and expression.exp.is_Rational and expression.exp.is_negative:
        return _product(expression)
    return _atom(expression)


def _writable(value: Any) -> int:
    """Return a whole number of SymPy's, unless nobody would want to read it."""
    if int(value).bit_length() > LONGEST_NUMBER:
        raise TypeError(f"a number of {int(value).bit_length():,} bits")
    return int(value)


def _atom(expression: Any) -> Node:
    if expression is sympy.pi:
        return Constant("pi")
    if expression is sympy.E:
        return Constant("e")
    if expression.is_Pow:
        return _power(expression)
    if isinstance(expression, sympy.Piecewise):
        return _piecewise(expression)
    if isinstance(expression, sympy.Function):
        return _call(expression)
    raise TypeError(f"no word for {type(expression).__name__}")


def _sum(expression: Any) -> Node:
    terms = expression.as_ordered_terms()
    tree = to_tree(terms[0])
    for term in terms[1:]:
        if term.could_extract_minus_sign():
            tree = Binary("-", tree, to_tree(-term))
        else:
            tree = Binary("+", tree, to_tree(term))
    return tree


def _product(expression: Any) -> Node:
    """Return a product as one fraction; a minus sign belongs to its first factor."""
    coefficient, rest = expression.as_coeff_Mul()
    over: list[Node] = []
    under: list[Node] = []
    if abs(coefficient.p) != 1:
        over.append(number(abs(_writable(coefficient.p))))
    if coefficient.q != 1:
        under.append(number(_writable(coefficient.q)))
    factors = [] if rest is sympy.S.One else list(rest.as_ordered_factors())
    negative = bool(coefficient.is_negative)
    for index, factor in enumerate(factors):
        if negative and factor.is_Add and factor.could_extract_minus_sign():
            factors[index], negative = -factor, False  # -(x - w) is w - x
    for factor in sorted(factors, key=lambda factor: factor.is_Add):
        base, exponent = factor.as_base_exp()
        if exponent.is_Rational and exponent < 0 and base is not sympy.E:
            under.append(to_tree(base**-exponent))
        else:
            over.append(_atom(factor) if factor.is_Pow else to_tree(factor))
    if not over:
        over.append(Number(Fraction(1)))
    if negative:
        over[0] = Unary("-", over[0])
    top = _times(over)
    return Binary("/", top, _times(under)) if under else top


def _times(factors: list[Node]) -> Node:
    tree = factors[0]
    for factor in factors[1:]:
        tree = Binary("*", tree, factor)
    return tree


def _power(expression: Any) -> Node:
    base, exponent = expression.as_base_exp()
    if exponent == sympy.Rational(1, 2):
        return Call("sqrt", (to_tree(base),))
    return Binary("**", to_tree(base), to_tree(exponent))


def _piecewise(expression: Any) -> Node:
    *pieces, (last, always) = expression.args
    if always != sympy.true:
        raise TypeError("no value where no condition holds")
    tree = to_tree(last)
    for value, condition in reversed(pieces):
        tree = _where(condition, to_tree(value), tree)
    return tree


def _where(condition: Any, value: Node, otherwise: Node) -> Node:
    """Return value where the condition holds, else otherwise; the language has no and, no or."""
    if condition in (sympy.true, sympy.false):
        return value if condition == sympy.true else otherwise
    if isinstance(condition, sympy.ITE):
        test, then, other = condition.args
        return _where(test, _where(then, value, otherwise), _where(other, value, otherwise))
    if isinstance(condition, sympy.Not):
        return _where(condition.args[0], otherwise, value)
    if isinstance(condition, sympy.And):
        for part in reversed(condition.args):
            value = _where(part, value, otherwise)
        return value
    if isinstance(condition, sympy.Or):
        for part in reversed(condition.args):
            otherwise = _where(part, value, otherwise)
        return otherwise
    comparison = _comparison(condition)
    if isinstance(otherwise, Piecewise):
        return Piecewise(
            (value, *otherwise.values), (comparison, *otherwise.conditions), otherwise.otherwise
        )
    return Piecewise((value,), (comparison,), otherwise)


def _comparison(condition: Any) -> Comparison:
    operator = OPERATORS.get(type(condition).__name__)
    if operator is None:
        raise TypeError(f"no word for {type(condition).__name__}")
    return Comparison(operator, to_tree(condition.lhs), to_tree(condition.rhs))


NAMES = {"Abs": "abs", "LambertW": "lambertw", "ceiling": "ceil", "Heaviside": "heaviside"}


def _call(expression: Any) -> Node:
    arguments = expression.args
    if isinstance(expression, sympy.exp):
        return Call("exp", (to_tree(arguments[0]),))
    row: Function | None = getattr(type(expression), "row", None)
    if row is None:
        name = type(expression).__name__
        row = FUNCTIONS.get(NAMES.get(name, name))
    if row is None:
        raise TypeError(f"no word for {type(expression).__name__}")
    return Call(row.name, tuple(to_tree(argument) for argument in arguments[: len(row.parameters)]))


# Calculus


def derivative(expression: Any, variable: str, order: int = 1) -> Any:
    """Return the SymPy derivative, valid wherever no function is at a kink."""
    found = _differentiated(expression, symbol(variable), order)
    if found.has(sympy.DiracDelta):
        # What sits exactly on a kink is decided elsewhere, by one-sided slopes.
        found = found.replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)
    return found.replace(_has_sign, _without_sign) if found.has(sympy.sign) else found


def _differentiated(expression: Any, variable: Any, order: int) -> Any:
    if not expression.has(sympy.Piecewise, _opaque("sinc")):
        return sympy.diff(expression, variable, order)
    for _ in range(order):
        expression = sympy.diff(_without_points(expression, variable), variable)
    return expression


def _without_points(expression: Any, variable: Any) -> Any:
    """Return the expression without pieces for single points: their derivative is not J's there."""

    def off_the_points(*pieces: Any) -> Any:
        kept = []
        for value, condition in pieces:
            alone = _is_isolating(condition, variable)
            if not (alone and isinstance(condition, sympy.Equality)):
                everywhere = alone and isinstance(condition, sympy.Unequality)
                kept.append((value, True if everywhere else condition))
        return sympy.Piecewise(*kept)

    return expression.replace(sympy.Piecewise, off_the_points)


def _is_isolating(condition: Any, variable: Any) -> bool:
    """Is this an equation that surely holds at single points: a polynomial in the variable?"""
    if not isinstance(condition, sympy.Equality | sympy.Unequality):
        return False
    rest = sympy.expand(condition.lhs - condition.rhs)
    return rest.free_symbols == {variable} and bool(rest.is_polynomial(variable))


def is_complex(expression: Any) -> bool:
    """Does the expression hold the imaginary unit, or (-1)**(1/3), as that of sqrt(-w**2) does?"""
    return bool(expression.has(sympy.I)) or any(
        power.base.is_negative and power.base.is_number and power.exp.is_integer is False
        for power in expression.atoms(sympy.Pow)
    )


def _has_sign(expression: Any) -> bool:
    return bool(expression.is_Mul) and any(isinstance(part, sympy.sign) for part in expression.args)


def _without_sign(product: Any) -> Any:
    """Return a product without sign(u): sign(u)*|u|**n is u**n for odd n, sign(u)*u is |u|.

    Both hold off the kink u = 0.
    """
    powers = product.as_powers_dict()
    for factor in list(powers):
        if not isinstance(factor, sympy.sign) or powers[factor] != 1:
            continue
        u = factor.args[0]
        size = sympy.Abs(u)
        if size in powers and powers[size].is_odd:
            return product / (factor * size ** powers[size]) * u ** powers[size]
        if u in powers and powers[u].is_Integer and powers[u] > 0:
            return product / (factor * u) * size
    return product


def tidy(expression: Any) -> Any:
    """Return another form, equal where the expression is defined, if it is much shorter.

    Multiplied out where that may cancel terms, as one fraction where a sum has denominators.
    """
    if not (expression.is_Add or expression.is_Mul):
        return expression
    size = _size(expression)
    if size > TIDY_NODES:
        return expression
    forms = [expression]
    sums = expression.is_Add and any(_has_sum(term) for term in expression.args)
    if sums and _terms(expression) <= TIDY_NODES:
        parts = (sympy.expand(term, deep=False, **EXPAND) for term in expression.args)
        forms.append(sympy.Add(*parts))
    if _has_nested_fraction(expression) and _small_powers(expression):
        factored = sympy.factor(expression)
        forms.append(factored.replace(_is_root, lambda root: sympy.expand(root.base) ** root.exp))
    best = min(forms, key=_size)
    return best if _size(best) < SHORTER * size else expression


def _size(expression: Any) -> int:
    """Return how many nodes an expression has: a fair measure of how long its text is."""
    count, stack = 0, [expression]
    while stack:
        count += 1
        stack.extend(stack.pop().args)
    return count


def _has_sum(term: Any) -> bool:
    """Is a factor of the term a sum, or a power of one?"""
    factors = term.args if term.is_Mul else (term,)
    return any((factor.base if factor.is_Pow else factor).is_Add for factor in factors)


def _has_nested_fraction(expression: Any) -> bool:
    """Is there a fraction within a fraction: a sum over a sum in a sum, or 1/2 under the line?"""
    parts = expression.args if expression.is_Mul else (expression,)
    if any(_under_line(power) for part in parts if part.is_Add for power in part.atoms(sympy.Pow)):
        return True
    return any(
        not term.as_coeff_Mul()[0].is_Integer
        for part in parts
        if _under_line(part)
        for term in part.base.args
    )


def _under_line(expression: Any) -> bool:
    """Is this a sum in a denominator?"""
    return bool(
        expression.is_Pow
        and expression.base.is_Add
        and expression.exp.is_Rational
        and expression.exp.is_negative
    )


def _is_root(expression: Any) -> bool:
    return bool(expression.is_Pow and expression.exp.is_Rational and not expression.exp.is_Integer)


EXPAND = {"power_base": False, "power_exp": False, "log": False, "basic": False}


def _small_powers(expression: Any) -> bool:
    """Is every whole exponent small enough for SymPy to multiply polynomials out?"""
    return all(
        abs(power.exp) <= 12 for power in expression.atoms(sympy.Pow) if power.exp.is_Rational
    )


def _terms(expression: Any) -> int:
    """Return an upper bound of the number of terms of the expanded expression."""
    if expression.is_Add:
        return sum(_terms(part) for part in expression.args)
    count = 1
    for factor in expression.args if expression.is_Mul else (expression,):
        if factor.is_Add:
            count *= _terms(factor)
        elif factor.is_Pow and factor.base.is_Add and factor.exp.is_Integer and factor.exp > 0:
            count *= _terms(factor.base) ** min(int(factor.exp), 20)
        if count > TIDY_NODES:
            return count
    return count


# Constants


def _constant(tree: Node) -> Any:
    """Return a constant as SymPy's, or None where it would multiply out too large a number."""
    try:
        check(Program((Assignment("value", tree),)), COMMAND_LINE)
        return to_sympy(tree)
    except (RefusedError, RecursionError):
        return None


def exact_value(tree: Node) -> Fraction | Node | None:
    """Return a constant as a Fraction, else as a short tree, else None."""
    value = _constant(tree)
    if value is None:
        return None
    if value.is_Rational:
        return Fraction(int(value.p), int(value.q))
    if not value.is_number or value.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I):
        return None
    try:
        short = to_tree(value)
    except TypeError:
        return None
    return short if len(text(short)) <= SHORT else None


def is_zero(tree: Node) -> bool | None:
    """Return whether a constant is exactly 0: True, False, or None where SymPy cannot tell."""
    try:
        answer: bool | None = _is_zero(tree)
    except RecursionError:
        return None
    return answer


# Opaque functions that a proof may see through.
ELEMENTARY: dict[str, Callable[..., Any]] = {
    "sigmoid": lambda u: 1 / (1 + sympy.exp(-u)),
    "softplus": lambda u: sympy.log(1 + sympy.exp(u)),
    "silu": lambda u: u / (1 + sympy.exp(-u)),
    "gelu": lambda u: u * (1 + sympy.erf(u / sympy.sqrt(2))) / 2,
    "sinc": lambda u: sympy.sin(u) / u,
}


@lru_cache(maxsize=4096)
def _is_zero(tree: Node) -> bool | None:
    value = _constant(tree)
    if value is None or not value.is_number:
        return None
    for name, elementary in ELEMENTARY.items():
        value = value.replace(_opaque(name), elementary)
    if value.is_zero is not None:
        return bool(value.is_zero)
    if any(hasattr(type(each), "row") for each in value.atoms(sympy.Function)):
        return None  # SymPy can only compute its digits, and takes its time
    try:
        answer = value.equals(0)
    except (ArithmeticError, TypeError, ValueError):
        return None  # SymPy stumbles over some constants
    return None if answer is None else bool(answer)
