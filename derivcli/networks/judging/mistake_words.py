"""What each classic mistake does, in words; without NumPy, so that a report can print them."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "missing-mean": "the 1/m is forgotten",
    "mean-twice": "the 1/m stands in dZ as well",
    "sign": "Y - A is written for A - Y",
    "missing-label": "A is written for A - Y",
    "factor-two": "a factor 2 is left over",
    "wrong-loss": "dZ of the last layer belongs to another loss",
    "activation-for-slope": "g(Z) is written for g'(Z)",
    "missing-slope": "g'(Z) is forgotten",
    "wrong-slope": "g'(Z) is that of another activation",
    "wrong-variable": "g' takes Z for A, or A for Z",
    "missing-transpose": "a .T is forgotten",
    "swapped-factors": "the factors of @ are swapped",
    "elementwise": "* is written for @",
    "wrong-axis": "the sum runs over the units instead of the examples",
    "missing-sum": "db is dZ, without a sum",
    "missing-keepdims": "keepdims=True is forgotten",
    "stale-layer": "W is that of another layer",
    "stale-input": "dW takes what its layer gives for what it reads",
    "before-activation": "dW takes Z for A",
    "activation-derivative": "dA is written for dZ",
    "missing-penalty": "what the penalty adds is forgotten",
}


def words(name: str) -> str:
    """Return what a mistake does, ready to stand in brackets after its name.

    >>> words("missing-mean")
    'the 1/m is forgotten'
    """
    return WORDS[name]
