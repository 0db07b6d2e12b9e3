"""THE table of functions: everything the other rooms know about a function stands in its row.

A row speaks the expression language: its definition, partial derivatives, domain and kinks are
texts in its parameters `u` and `v`, so that a new function is one new row. A row either has a
`definition` in terms of other rows or a `primitive`, which computes it in mpmath's words: with
mpmath, or with Arb's enclosures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Rational = Callable[..., Fraction | None]
Growth = Callable[[float, float], float]

MOST_EXPONENT = 1_000  # powers tried when an exact logarithm is looked for


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language.

    `partials` holds one derivative for each parameter. The value is real where every expression
    in `positive` is > 0, in `nonnegative` >= 0 and in `nonzero` not 0. The function is smooth
    unless an expression in `kinks` is 0. `bounded` expressions are positive where the value can
    be computed with. `rational` returns the exact value where it is rational and known, or None.
    Ten thousand digits of a `slow` one take seconds. `exponent` says that it is a power of u > 0.
    `elementary` is the same function by exp, log, erf and sin.
    `growth` bounds log2|value| by a bound of |arguments| and one of |log2|arguments||; without it
    the latter, and 4, bound it. `inverse` is the inverse function, as called.
    A `word` of the language may also be the name of a variable.
    """

    name: str
    meaning: str
    partials: tuple[str, ...]
    parameters: tuple[str, ...] = ("u",)
    aliases: tuple[str, ...] = ()
    definition: str | None = None
    elementary: str | None = None
    primitive: Callable[..., Any] | None = None
    positive: tuple[str, ...] = ()
    nonnegative: tuple[str, ...] = ()
    nonzero: tuple[str, ...] = ()
    kinks: tuple[str, ...] = ()
    bounded: tuple[str, ...] = ()
    analytic: bool = True
    rational: Rational | None = None
    variadic: bool = False
    slow: bool = False
    exponent: Fraction | None = None
    latex: str | None = None
    growth: Growth | None = None
    inverse: str | None = None
    word: bool = False


@dataclass(frozen=True, slots=True)
class Shorthand:
    """A function that is read as an expression of others, each argument used once.

    With a `term` the arguments are any number, and `u` in `written` is the sum of their terms.
    """

    name: str
    meaning: str
    written: str
    parameters: tuple[str, ...] = ("u",)
    aliases: tuple[str, ...] = ()
    term: str | None = None
    word: bool = False


def _at(values: Mapping[int, int | Fraction]) -> Rational:
    """Return the exact evaluator of a function known to be rational at a few points only."""
    table = {Fraction(key): Fraction(value) for key, value in values.items()}
    return table.get


def _root(degree: int) -> Rational:
    """Return the exact evaluator of a real root: rational for the quotient of perfect powers."""

    def root(u: Fraction) -> Fraction | None:
        top, bottom = whole_root(abs(u.numerator), degree), whole_root(u.denominator, degree)
        if top is None or bottom is None:
            return None
        return Fraction(top if u >= 0 else -top, bottom)

    return root


def whole_root(n: int, degree: int) -> int | None:
    """Return the whole number whose `degree`-th power is n >= 0, or None.

    >>> whole_root(27, 3), whole_root(28, 3)
    (3, None)
    """
    if n < 2:
        return n
    if degree == 2:
        root = math.isqrt(n)
    else:  # Newton's iteration on whole numbers, from above
        root = 1 << -(-n.bit_length() // degree)
        while (better := ((degree - 1) * root + n // root ** (degree - 1)) // degree) < root:
            root = better
    return root if root**degree == n else None


def exact_logarithm(u: Fraction, base: Fraction) -> Fraction | None:
    """Return the whole k with base**k == u, or None.

    >>> exact_logarithm(Fraction(1, 8), Fraction(2))
    Fraction(-3, 1)
    """
    if u <= 0 or base <= 0 or base == 1:
        return None
    if base < 1:
        found = exact_logarithm(u, 1 / base)
        return None if found is None else -found
    if u < 1:
        found = exact_logarithm(1 / u, base)
        return None if found is None else -found
    # Both are at least 1, so a k, if any, is the quotient of the logarithms up to rounding.
    size = math.log(base.numerator) - math.log(base.denominator)
    guess = (math.log(u.numerator) - math.log(u.denominator)) / size if size else math.inf
    if guess > MOST_EXPONENT:
        return None
    return Fraction(round(guess)) if base ** round(guess) == u else None


def _at_most(bound: float) -> Growth:
    """Return the growth of a function that never exceeds a bound."""
    return lambda _size, _bits: math.log2(bound)


def _no_larger(size: float, bits: float) -> float:
    """Bound what is no further from 0 than the next whole number beyond the argument."""
    return math.log2(max(math.ceil(size), 1)) if size < math.inf else bits


def _exponential(size: float, _bits: float) -> float:
    return size / math.log(2) + 1


def _logarithmic(base: float) -> Growth:
    """Return the growth of a logarithm of u, 1 + u or 2*u + 1."""
    return lambda _, bits: math.log2((bits + 2) / math.log2(base))


def _factorially(size: float, _bits: float) -> float:
    return size * math.log2(size + 2) + 2


def _factorial(u: Fraction) -> Fraction | None:
    whole = u.denominator == 1 and 1 <= u <= 171
    return Fraction(math.factorial(int(u) - 1)) if whole else None


def _arctangent2(y: Fraction, x: Fraction) -> Fraction | None:
    return Fraction(0) if y == 0 and x > 0 else None


def _real_cbrt(m: Any, u: Any) -> Any:
    return -m.cbrt(-u) if m.re(u) < 0 else m.cbrt(u)


def _angle(m: Any, y: Any, x: Any) -> Any:
    """Return atan2, by the logarithm where an argument is complex: analytic off its cut."""
    if isinstance(y, m.mpc) or isinstance(x, m.mpc):
        return m.log((x + m.j * y) / m.sqrt(x * x + y * y)) / m.j
    return m.atan2(y, x)


def _erfinv(m: Any, u: Any) -> Any:
    """Return erfinv, by Newton's iteration from the real axis where u is complex."""
    z = m.erfinv(m.re(u))
    if not isinstance(u, m.mpc):
        return z
    for _ in range(100):
        step = (m.erf(z) - u) * m.sqrt(m.pi) / 2 * m.exp(z * z)
        z -= step
        if abs(step) <= abs(z) * m.eps * 4:
            return z
    raise ValueError("no convergence")


def _lambertw(m: Any, u: Any) -> Any:
    value = m.lambertw(u)
    return value if isinstance(u, m.mpc) else m.re(value)


ROWS = (
    Function("sqrt", "square root", ("1/(2*sqrt(u))",), nonnegative=("u",), kinks=("u",),
             primitive=lambda m, u: m.sqrt(u), rational=_root(2), exponent=Fraction(1, 2),
             inverse="square"),
    Function("cbrt", "real cube root", ("1/(3*cbrt(u)**2)",), kinks=("u",),
             primitive=_real_cbrt, rational=_root(3), exponent=Fraction(1, 3)),
    Function("exp", "e to the power u", ("exp(u)",), bounded=("744000000 - u",),
             primitive=lambda m, u: m.exp(u), rational=_at({0: 1}),
             growth=_exponential, inverse="log"),
    Function("expm1", "exp(u) - 1", ("exp(u)",), bounded=("744000000 - u",),
             primitive=lambda m, u: m.expm1(u), rational=_at({0: 0}),
             growth=_exponential, inverse="log1p"),
    Function("log", "natural logarithm; log(u, v) to base v", ("1/u",), aliases=("ln",),
             positive=("u",), primitive=lambda m, u: m.log(u), rational=_at({1: 0}),
             growth=_logarithmic(math.e), inverse="exp"),
    Function("log_base", "logarithm of u to base v",
             ("1/(u*log(v))", "-log(u)/(v*log(v)**2)"), ("u", "v"),
             positive=("u", "v"), nonzero=("v - 1",), primitive=lambda m, u, v: m.log(u) / m.log(v),
             rational=exact_logarithm),
    Function("log2", "logarithm to base 2", ("1/(u*log(2))",), positive=("u",),
             primitive=lambda m, u: m.log(u, 2),
             rational=lambda u: exact_logarithm(u, Fraction(2)),
             growth=_logarithmic(2)),
    Function("log10", "logarithm to base 10", ("1/(u*log(10))",), positive=("u",),
             primitive=lambda m, u: m.log(u, 10),
             rational=lambda u: exact_logarithm(u, Fraction(10)),
             growth=_logarithmic(10)),
    Function("log1p", "log(1 + u)", ("1/(1 + u)",), positive=("1 + u",),
             primitive=lambda m, u: m.log1p(u), rational=_at({0: 0}),
             growth=_logarithmic(math.e), inverse="expm1"),

    Function("sin", "sine, u in radians", ("cos(u)",),
             primitive=lambda m, u: m.sin(u), rational=_at({0: 0}),
             growth=_at_most(1), inverse="asin"),
    Function("cos", "cosine, u in radians", ("-sin(u)",),
             primitive=lambda m, u: m.cos(u), rational=_at({0: 1}),
             growth=_at_most(1), inverse="acos"),
    Function("tan", "tangent, u in radians", ("1 + tan(u)**2",), aliases=("tg",),
             nonzero=("cos(u)",),
             primitive=lambda m, u: m.tan(u), rational=_at({0: 0}),
             inverse="atan"),
    Function("cot", "cotangent: cos(u)/sin(u)", ("-1 - cot(u)**2",), aliases=("ctg", "cotan"),
             nonzero=("sin(u)",),
             primitive=lambda m, u: m.cot(u),
             inverse="acot"),
    Function("sec", "secant: 1/cos(u)", ("sec(u)*tan(u)",), nonzero=("cos(u)",),
             primitive=lambda m, u: m.sec(u), rational=_at({0: 1}),
             inverse="asec"),
    Function("csc", "cosecant: 1/sin(u)", ("-csc(u)*cot(u)",), aliases=("cosec",),
             nonzero=("sin(u)",),
             primitive=lambda m, u: m.csc(u),
             inverse="acsc"),
    Function("asin", "inverse sine", ("1/sqrt(1 - u**2)",), aliases=("arcsin",),
             nonnegative=("1 - u**2",), kinks=("1 - u**2",),
             primitive=lambda m, u: m.asin(u), rational=_at({0: 0}), latex=r"\arcsin",
             growth=_at_most(4), inverse="sin"),
    Function("acos", "inverse cosine", ("-1/sqrt(1 - u**2)",), aliases=("arccos",),
             nonnegative=("1 - u**2",), kinks=("1 - u**2",),
             primitive=lambda m, u: m.acos(u), rational=_at({1: 0}), latex=r"\arccos",
             growth=_at_most(4), inverse="cos"),
    Function("atan", "inverse tangent", ("1/(1 + u**2)",), aliases=("arctan", "arctg"),
             primitive=lambda m, u: m.atan(u), rational=_at({0: 0}), latex=r"\arctan",
             growth=_at_most(4), inverse="tan"),
    Function("atan2", "angle of the point (v, u)", ("v/(u**2 + v**2)", "-u/(u**2 + v**2)"),
             ("u", "v"), aliases=("arctan2",), nonzero=("u**2 + v**2",),
             kinks=("where(v < 0, u, 1)",), primitive=_angle, rational=_arctangent2,
             growth=_at_most(4)),

    Function("sinh", "hyperbolic sine", ("cosh(u)",), bounded=("744000000 - u", "744000000 + u"),
             primitive=lambda m, u: m.sinh(u), rational=_at({0: 0}),
             growth=_exponential, inverse="asinh"),
    Function("cosh", "hyperbolic cosine", ("sinh(u)",), bounded=("744000000 - u", "744000000 + u"),
             primitive=lambda m, u: m.cosh(u), rational=_at({0: 1}),
             growth=_exponential, inverse="acosh"),
    Function("tanh", "hyperbolic tangent", ("1 - tanh(u)**2",),
             primitive=lambda m, u: m.tanh(u), rational=_at({0: 0}),
             growth=_at_most(1), inverse="atanh"),
    Function("asinh", "inverse hyperbolic sine", ("1/sqrt(u**2 + 1)",), aliases=("arcsinh",
             "arsinh"),
             primitive=lambda m, u: m.asinh(u), rational=_at({0: 0}),
             growth=_logarithmic(math.e), inverse="sinh"),
    Function("acosh", "inverse hyperbolic cosine", ("1/sqrt(u**2 - 1)",), aliases=("arccosh",
             "arcosh"),
             nonnegative=("u - 1",), kinks=("u - 1",),
             primitive=lambda m, u: m.acosh(u), rational=_at({1: 0}),
             growth=_logarithmic(math.e), inverse="cosh"),
    Function("atanh", "inverse hyperbolic tangent", ("1/(1 - u**2)",), aliases=("arctanh",
             "artanh"),
             positive=("1 - u**2",), primitive=lambda m, u: m.atanh(u), rational=_at({0: 0}),
             inverse="tanh"),

    Function("abs", "absolute value; also |u|", ("sign(u)",), aliases=("Abs", "fabs", "absolute"),
             analytic=False,
             definition="where(u < 0, -u, u)",
             growth=_no_larger, rational=abs),
    Function("sign", "1, 0 or -1", ("0",), aliases=("sgn",), analytic=False,
             definition="piecewise(1, u > 0, -1, u < 0, 0)", latex=r"\operatorname{sgn}",
             growth=_at_most(1)),
    Function("min", "the smallest", ("heaviside(v - u)", "heaviside(u - v)"), ("u", "v"),
             aliases=("Min", "minimum"), analytic=False, variadic=True,
             definition="where(u < v, u, v)",
             growth=_no_larger, rational=min),
    Function("max", "the largest", ("heaviside(u - v)", "heaviside(v - u)"), ("u", "v"),
             aliases=("Max", "maximum"), analytic=False, variadic=True,
             definition="where(u > v, u, v)",
             growth=_no_larger, rational=max),
    Function("floor", "largest integer <= u", ("0",), analytic=False, kinks=("u - floor(u)",),
             primitive=lambda m, u: m.floor(u), rational=lambda u: Fraction(math.floor(u)),
             growth=_no_larger),
    Function("ceil", "smallest integer >= u", ("0",), aliases=("ceiling",), analytic=False,
             definition="-floor(-u)",
             growth=_no_larger, rational=lambda u: Fraction(math.ceil(u))),
    Function("round", "nearest integer, of two the even one", ("0",), analytic=False, word=True,
             aliases=("rint",), definition="floor(u/2 + 0.25) - floor(0.25 - u/2)",
             growth=_no_larger, rational=lambda u: Fraction(round(u))),
    Function("frac", "u - floor(u)", ("1",), analytic=False, word=True,
             definition="u - floor(u)", growth=_at_most(1)),
    Function("mod", "u - v*floor(u/v), the remainder", ("1", "-floor(u/v)"), ("u", "v"),
             aliases=("Mod",), analytic=False, word=True, definition="u - v*floor(u/v)",
             growth=_no_larger),
    Function("heaviside", "unit step: 0, 1/2 at 0, 1", ("0",), aliases=("Heaviside",),
             analytic=False,
             definition="piecewise(1, u > 0, 0, u < 0, 0.5)",
             growth=_at_most(1)),
    Function("sinc", "sin(u)/u, and 1 at 0", ("where(u == 0, 0, cos(u)/u - sin(u)/u**2)",),
             elementary="sin(u)/u", primitive=lambda m, u: m.sinc(u), rational=_at({0: 1}),
             growth=_at_most(1)),

    Function("erf", "error function", ("2*exp(-u**2)/sqrt(pi)",),
             primitive=lambda m, u: m.erf(u), rational=_at({0: 0}),
             growth=_at_most(1), inverse="erfinv"),
    Function("erfc", "1 - erf(u)", ("-2*exp(-u**2)/sqrt(pi)",),
             primitive=lambda m, u: m.erfc(u), rational=_at({0: 1}),
             growth=_at_most(2)),
    Function("erfinv", "inverse error function", ("sqrt(pi)*exp(erfinv(u)**2)/2",),
             positive=("1 - u**2",), primitive=_erfinv, rational=_at({0: 0}),
             inverse="erf"),
    Function("gamma", "gamma function: (u - 1)! at whole u", ("gamma(u)*digamma(u)",),
             aliases=("Gamma", "tgamma"), nonzero=("where(u > 0, 1, u - floor(u))",),
             bounded=("46000000 - u",),
             primitive=lambda m, u: m.gamma(u), rational=_factorial, slow=True, latex=r"\Gamma",
             growth=_factorially),
    Function("loggamma", "logarithm of gamma(u), for u > 0", ("digamma(u)",),
             aliases=("lgamma", "gammaln"), positive=("u",),
             primitive=lambda m, u: m.loggamma(u), rational=_at({1: 0, 2: 0}),
             slow=True, latex=r"\log\Gamma",
             growth=lambda _, bits: bits + math.log2(bits + 2)),
    Function("digamma", "derivative of loggamma", ("polygamma(1, u)",), aliases=("psi",),
             nonzero=("where(u > 0, 1, u - floor(u))",), primitive=lambda m, u: m.digamma(u),
             slow=True, latex=r"\psi"),
    Function("polygamma", "u-th derivative of digamma(v)", ("0", "polygamma(u + 1, v)"), ("u", "v"),
             nonzero=("where(v > 0, 1, v - floor(v))",),
             primitive=lambda m, u, v: m.polygamma(u, v), slow=True, latex=r"\psi"),
    Function("lambertw", "w with w*exp(w) = u, principal branch",
             ("exp(-lambertw(u))/(1 + lambertw(u))",), aliases=("LambertW",),
             nonnegative=("u + exp(-1)",), kinks=("u + exp(-1)",), primitive=_lambertw,
             rational=_at({0: 0}), latex="W"),

    Function("sigmoid", "1/(1 + exp(-u))", ("sigmoid(u)*(1 - sigmoid(u))",), aliases=("logistic",
             "expit"),
             elementary="1/(1 + exp(-u))",
             primitive=lambda m, u: 1 / (1 + m.exp(-u)), rational=_at({0: Fraction(1, 2)}),
             latex=r"\sigma",
             growth=_at_most(1)),
    Function("relu", "u where u > 0, else 0", ("heaviside(u)",), aliases=("ReLU",), analytic=False,
             definition="where(u > 0, u, 0)",
             growth=_no_larger, rational=lambda u: max(u, Fraction(0))),
    Function("leaky_relu", "u where u > 0, else 0.01*u", ("where(u > 0, 1, 0.01)",), analytic=False,
             aliases=("LeakyReLU",), definition="where(u > 0, u, 0.01*u)",
             growth=_no_larger),
    Function("elu", "u where u > 0, else exp(u) - 1", ("where(u > 0, 1, exp(u))",),
             aliases=("ELU",),
             analytic=False, definition="where(u > 0, u, expm1(u))"),
    Function("softplus", "log(1 + exp(u))", ("sigmoid(u)",), aliases=("Softplus",),
             elementary="log(1 + exp(u))", primitive=lambda m, u: m.log1p(m.exp(u))),
    Function("silu", "u*sigmoid(u)", ("sigmoid(u) + u*sigmoid(u)*(1 - sigmoid(u))",),
             aliases=("SiLU", "swish"), elementary="u/(1 + exp(-u))",
             primitive=lambda m, u: u / (1 + m.exp(-u)),
             rational=_at({0: 0}),
             growth=_no_larger),
    Function("gelu", "u*(1 + erf(u/sqrt(2)))/2",
             ("(1 + erf(u/sqrt(2)))/2 + u*exp(-u**2/2)/sqrt(2*pi)",), aliases=("GELU",),
             elementary="u*(1 + erf(u/sqrt(2)))/2",
             primitive=lambda m, u: u * m.erfc(-u / m.sqrt(2)) / 2, rational=_at({0: 0}),
             growth=_no_larger),
    Function("mish", "u*tanh(softplus(u))",
             ("tanh(softplus(u)) + u*sigmoid(u)*(1 - tanh(softplus(u))**2)",), aliases=("Mish",),
             elementary="u*tanh(log(1 + exp(u)))",
             primitive=lambda m, u: u * m.tanh(m.log1p(m.exp(u))), rational=_at({0: 0})),
    Function("softsign", "u/(1 + abs(u))", ("1/(1 + abs(u))**2",), aliases=("Softsign",),
             analytic=False, definition="u/(1 + abs(u))", growth=_at_most(1)),
)  # fmt: skip

SHORTHANDS = (
    Shorthand("coth", "hyperbolic cotangent: 1/tanh(u)", "1/tanh(u)", aliases=("ctanh",)),
    Shorthand("sech", "hyperbolic secant: 1/cosh(u)", "1/cosh(u)"),
    Shorthand("csch", "hyperbolic cosecant: 1/sinh(u)", "1/sinh(u)", aliases=("cosech",)),
    Shorthand("acot", "inverse cotangent, from 0 to pi", "pi/2 - atan(u)",
              aliases=("arccot", "arcctg", "actg")),
    Shorthand("asec", "inverse secant", "acos(1/u)", aliases=("arcsec",)),
    Shorthand("acsc", "inverse cosecant", "asin(1/u)", aliases=("arccsc", "arccosec")),
    Shorthand("acoth", "inverse hyperbolic cotangent", "atanh(1/u)",
              aliases=("arccoth", "arcoth")),
    Shorthand("asech", "inverse hyperbolic secant", "acosh(1/u)", aliases=("arcsech", "arsech")),
    Shorthand("acsch", "inverse hyperbolic cosecant", "asinh(1/u)",
              aliases=("arccsch", "arcsch")),
    Shorthand("square", "u**2", "u**2", word=True),
    Shorthand("power", "u**v", "u**v", ("u", "v"), aliases=("pow",), word=True),
    Shorthand("exp2", "2**u", "2**u"),
    Shorthand("hypot", "sqrt(u**2 + v**2)", "sqrt(u**2 + v**2)", ("u", "v")),
    Shorthand("clip", "u, but no less than v and no more than w", "min(max(u, v), w)",
              ("u", "v", "w"), aliases=("clamp", "clip_by_value"), word=True),
    Shorthand("hardtanh", "u from -1 to 1, else the nearest of them", "min(max(u, -1), 1)",
              aliases=("Hardtanh", "hard_tanh")),
    Shorthand("logaddexp", "log(exp(u) + exp(v))", "log(exp(u) + exp(v))", ("u", "v")),
    Shorthand("logsumexp", "log(exp(u) + exp(v) + ...)", "log(u)", ("u", "v"), term="exp(u)"),
)  # fmt: skip

FUNCTIONS: Mapping[str, Function] = {row.name: row for row in ROWS}
SPELLED: Mapping[str, str] = {
    spelling: row.name
    for row in ROWS
    if row.name != "log_base"  # typed as log(u, v)
    for spelling in (row.name, *row.aliases)
}

SHORT: Mapping[str, Shorthand] = {
    spelling: row for row in SHORTHANDS for spelling in (row.name, *row.aliases)
}
CALLED = frozenset([*SPELLED, *SHORT])

# Greek letters that are also functions: bare, they are ordinary variables.
GREEK_TOO = frozenset({"gamma", "Gamma", "psi"})
WORDS = frozenset(
    spelling for row in (*ROWS, *SHORTHANDS) if row.word for spelling in (row.name, *row.aliases)
)

PIECEWISE = ("piecewise", "Piecewise", "where")


def is_function(name: str) -> bool:
    """Is the name taken by a function, so that no variable may have it?"""
    return name in PIECEWISE or (name in CALLED and name not in GREEK_TOO and name not in WORDS)
