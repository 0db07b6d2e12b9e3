"""Names that others use and this language has not, or not with that meaning: what to write."""

from __future__ import annotations

from collections.abc import Iterable

from derivcli.language.functions import CALLED, PIECEWISE, ROWS, SHORTHANDS

# Functions of any number of arguments; there a second one tells along which axis.
OF_SEVERAL = (
    *(row.name for row in ROWS if row.variadic), *(row.name for row in SHORTHANDS if row.term),
)  # fmt: skip
NUMPY = ("np", "numpy", "jnp", "anp", "onp", "cp", "cupy", "torch")

# The last parts of a dotted name -> what to write instead.
DIFFERENT: dict[str, str] = {
    **{f"{module}.sinc": "there sinc(x) is sin(pi*x)/(pi*x): write sinc(pi*x)" for module in NUMPY},
    **{
        f"{module}.{name}": f"there the second argument is an axis: write {name}(u, v) alone"
        for module in (*NUMPY, "special")
        for name in OF_SEVERAL
    },
    **{
        f"{module}.fmod": "there it has the sign of x: write sign(x)*mod(abs(x), 3)"
        for module in (*NUMPY, "math")
    },
    "Math.round": "there a half is rounded up: write floor(x + 0.5)",
    "torch.frac": "there frac(x) has the sign of x: write sign(x)*frac(abs(x))",
    "jax.nn.gelu": "there gelu is approximate by default: write gelu(x) for the exact one",
    "tf.nn.leaky_relu": "there the slope below 0 is 0.2: write where(x > 0, x, 0.2*x)",
}
# Functions that are not read under any name.
OTHER_NAMES = {
    "lg": "write log10(...) or log2(...): lg stands for either",
    "ld": "write log2(...)",
    "lb": "write log2(...)",
    "sh": "write sinh(...)",
    "ch": "write cosh(...)",
    "th": "write tanh(...)",
    "cth": "write coth(...)",
    "softmax": "a softmax has several values; the first is exp(a)/(exp(a) + exp(b))",
    "log_softmax": "it has several values; the first is a - logsumexp(a, b)",
    "sum": "write the terms with + between them, or say what is a matrix: --shape x=3x1",
    "mean": "write the terms with + between them, and divide",
    "dot": "write the products with + between them: w1*x1 + w2*x2",
    "norm": "write sqrt(x**2 + y**2), or say what is a matrix: --shape x=3x1",
    "integral": "integrals are not read; write what is to be differentiated",
    "int": "write floor(...); integrals are not read",
    "factorial": "write gamma(n + 1)",
    "derivative": "write what is to be differentiated alone",
    "diff": "write what is to be differentiated alone",
    "trunc": "write sign(x)*floor(abs(x))",
    "versin": "write 1 - cos(...)",
    "haversin": "write (1 - cos(...))/2",
    "if": "write where(condition, value, otherwise)",
    "IF": "write where(condition, value, otherwise)",
    "If": "write where(condition, value, otherwise)",
    "cases": "write piecewise(value, condition, ..., otherwise)",
    "sigma": "write sigmoid(...)",
    "of": "write the formula alone, such as x^2",
    **dict.fromkeys(("d", "dx", "dy", "dt", "dw"), "write what is to be differentiated alone"),
    **dict.fromkeys(("radians", "deg2rad"), "write (...)*pi/180"),
    **dict.fromkeys(("degrees", "rad2deg"), "write (...)*180/pi"),
    **dict.fromkeys(("sqr", "sq"), "write (...)^2"),
    **dict.fromkeys(("root", "nthroot", "nthRoot"), "write (...)^(1/n), or cbrt(...)"),
    **dict.fromkeys(("add", "subtract", "multiply", "divide"), "write + - * / between them"),
    **dict.fromkeys(("selu", "celu"), "write where(x > 0, x, a*(exp(x/a) - 1)) with its numbers"),
    "negative": "write -(...)",
    "reciprocal": "write 1/(...)",
    "cube": "write (...)^3",
    "exp10": "write 10^(...)",
    "fact": "write gamma(n + 1)",
    "logit": "write log(p/(1 - p))",
    "avg": "write the terms with + between them, and divide",
    "step": "write heaviside(...)",
    "tau": "write 2*pi",
    "LN2": "write log(2)",
    "LN10": "write log(10)",
    "SQRT2": "write sqrt(2)",
    **dict.fromkeys(("inf", "Infinity", "nan"), "there is no infinity here, and no nan"),
}
NAMED_CONSTANTS = {"PI": "pi", "E": "e", "pi": "pi", "e": "e", "exp1": "e"}


def difference(module: str, name: str) -> str | None:
    """Return what to write where a library's function is not the one of that name here.

    >>> difference("np", "sinc"), difference("np", "sin")
    ('there sinc(x) is sin(pi*x)/(pi*x): write sinc(pi*x)', None)
    """
    return DIFFERENT.get(f"{module}.{name}") or DIFFERENT.get(f"{module.rpartition('.')[2]}.{name}")


def nearest(name: str, more: Iterable[str] = ()) -> str:
    """Return a hint for an unknown function: the nearest spelling, or how to write a product.

    `more` are names that are read beside the functions of the table.
    """
    from difflib import get_close_matches

    if name in OTHER_NAMES:
        return OTHER_NAMES[name]
    if len(name) == 1:
        return f"a product is written {name}*(...)"
    known = {spelling.lower(): spelling for spelling in (*more, *CALLED, *PIECEWISE)}
    for letter in range(1, min(3, len(name) - 1)):
        if name[letter:] in CALLED and len(name[letter:]) > 1 and name[:letter].isalnum():
            return f"write {name[:letter]}*{name[letter:]}(...)"
    if found := get_close_matches(name.lower(), known, n=1, cutoff=0.6):
        return f"did you mean '{known[found[0]]}'?"
    return f"a product is written {name}*(...)"
