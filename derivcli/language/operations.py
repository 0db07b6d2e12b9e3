"""THE table of operations on arrays: what the language knows of them stands in their rows.

A function of the table of functions works entry by entry and is none of these. A row speaks the
language: `definition` and `vjps` are texts in the operands `u` and `v`, in the value `Y` and in the
gradient `G` by the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on arrays.

    `vjps` holds, for each operand, the gradient by it: the vector-Jacobian product, with the
    operand's shape; what broadcasting copied is summed by whoever uses it. An operation with `axes`
    is a `Reduction`, taken over all entries or along an axis: `reduces` says that the axis is gone,
    or 1 long with keepdims. In its texts `softmax(u)` and `sum(u)` have its own axis, and keep it,
    and `eye(u)` is the identity matrix with the rows of u. `vjps_of_all` stands for `vjps` where
    all entries of a matrix are taken together and `vjps` needs an axis: softmax has one.
    `square` needs as many rows as columns. `signatures` says as NumPy does which shapes are taken
    and given: the first that fits, by names for sizes. Without operands in it the arguments are the
    sizes.

    A `derived` one is differentiated as its definition. A `linear` one may be taken of each term of
    a sum. Of `u.T` it is what it is of u ("same"), the transpose of that ("transpose"), or that
    along the other axis ("axes"). What its entries add up to along its axis is `totals`.

    Numbers come by a `fold` of two entries, which accumulates where nothing `reduces`, and which
    `averages` by their count; else by a `primitive` in the words of an arithmetic of arrays; else
    by the `definition`. `stable` is a program for floats that does not overflow.
    `excludes` says where a vjp has no value and the gradient has one.
    `numpy` is how NumPy's users write it, of operands {0}, {1}; one text for each signature where
    there are several. Without it `stable` tells how it is computed.
    """

    name: str
    meaning: str
    vjps: tuple[str, ...]
    parameters: tuple[str, ...] = ("u",)
    aliases: tuple[str, ...] = ()
    rule: str = ""
    definition: str | None = None
    axes: bool = False
    reduces: bool = False
    square: bool = False
    signatures: tuple[str, ...] = ()
    derived: bool = False
    linear: bool = False
    of_transpose: str = ""
    totals: int | None = None
    fold: str | None = None
    averages: bool = False
    vjps_of_all: tuple[str, ...] = ()
    primitive: Callable[..., Any] | None = None
    stable: str | None = None
    latex: str | None = None
    excludes: str = ""
    numpy: tuple[str, ...] = ()

    @property
    def to_number(self) -> bool:
        """Does it make one number of a matrix?"""
        return any(signature.endswith("-> ()") for signature in self.signatures)


ROWS = (
    Operation("@", "matrix product", ("G @ v.T", "u.T @ G"), ("u", "v"), rule="matrix product"),
    Operation("T", "transpose", ("G.T",), rule="transpose"),
    Operation("sum", "sum of the entries", ("G",), rule="sum", axes=True, reduces=True,
              linear=True, fold="u + v", latex=r"\sum", numpy=("np.sum",)),
    Operation("mean", "mean of the entries", ("G / sum(u**0)",), rule="mean",
              definition="sum(u) / sum(u**0)", derived=True, axes=True, reduces=True, linear=True,
              fold="u + v", averages=True, numpy=("np.mean",)),
    Operation("prod", "product of the entries", ("G * Y / u",), rule="product of entries",
              axes=True, reduces=True, of_transpose="axes", fold="u*v",
              excludes="an entry of {0} is 0", numpy=("np.prod",)),
    Operation("max", "largest entry", ("G * (u == Y) / sum(u == Y)",),
              aliases=("amax",), rule="largest entry",
              axes=True, reduces=True, of_transpose="axes", fold="max(u, v)", numpy=("np.max",)),
    Operation("min", "smallest entry", ("G * (u == Y) / sum(u == Y)",),
              aliases=("amin",), rule="smallest entry",
              axes=True, reduces=True, of_transpose="axes", fold="min(u, v)", numpy=("np.min",)),
    Operation("norm", "square root of the sum of squares", ("G * u / Y",), rule="norm",
              definition="sqrt(sum(u**2))", derived=True, axes=True, reduces=True,
              stable="M = max(abs(u)); S = where(M == 0, 1, 2**floor(log2(M)));"
              " S*sqrt(sum((u/S)**2))", numpy=("np.linalg.norm",)),
    Operation("logsumexp", "logarithm of the sum of exp", ("G * softmax(u)",), rule="logsumexp",
              definition="log(sum(exp(u)))", axes=True, reduces=True, of_transpose="axes",
              vjps_of_all=("G * exp(u - Y)",),
              stable="M = max(u); M + log(sum(exp(u - M)))"),
    Operation("softmax", "exp over the sum of exp", ("Y * (G - sum(Y * G))",), rule="softmax",
              definition="exp(u) / sum(exp(u))", axes=True, of_transpose="axes", totals=1,
              stable="E = exp(u - max(u)); E/sum(E)"),
    Operation("cumsum", "sums of the entries so far", ("sum(G) - cumsum(G) + G",), rule="cumsum",
              axes=True, linear=True, of_transpose="axes", fold="u + v", numpy=("np.cumsum",)),
    Operation("trace", "sum of the diagonal", ("G * eye(u)",), aliases=("tr",), rule="trace",
              square=True, signatures=("(n, n) -> ()",), linear=True, of_transpose="same",
              primitive=lambda a, u: a.total(a.diagonal(u)), latex=r"\operatorname{tr}",
              numpy=("np.trace({0})",)),
    Operation("det", "determinant", ("G * Y * inv(u).T",), rule="determinant", square=True,
              signatures=("(n, n) -> ()",), of_transpose="same",
              primitive=lambda a, u: a.determinant(u), latex=r"\det",
              excludes="{0} is singular", numpy=("np.linalg.det({0})",)),
    Operation("logdet", "logarithm of the determinant", ("G * inv(u).T",), rule="logdet",
              definition="log(det(u))", square=True, signatures=("(n, n) -> ()",),
              of_transpose="same", primitive=lambda a, u: a.log_determinant(u),
              latex=r"\log\det", numpy=("np.linalg.slogdet({0})[1]",)),
    Operation("inv", "inverse", ("-Y.T @ G @ Y.T",), aliases=("inverse",), rule="inverse",
              square=True, signatures=("(n, n) -> (n, n)",), of_transpose="transpose",
              primitive=lambda a, u: a.inverse(u), numpy=("np.linalg.inv({0})",)),
    Operation("diag", "diagonal of a square matrix as a column; of a column, the matrix with it",
              ("diag(G)",), rule="diagonal", linear=True,
              signatures=("(n, n) -> (n, 1)", "(n, 1) -> (n, n)", "(n,) -> (n, n)"),
              primitive=lambda a, u: a.diagonal(u),
              numpy=("np.diag({0}).reshape(-1, 1)", "np.diagflat({0})", "np.diag({0})")),
    Operation("eye", "identity matrix of n rows", (), ("n",), aliases=("identity",),
              signatures=("-> (n, n)",), primitive=lambda a, n: a.diagonal(a.filled(1, n, 1)),
              numpy=("np.eye({0})",)),
    Operation("ones", "ones, of m rows and n columns", (), ("m", "n"), signatures=("-> (m, n)",),
              primitive=lambda a, m, n: a.filled(1, m, n), numpy=("np.ones(({0}, {1}))",)),
    Operation("zeros", "zeros, of m rows and n columns", (), ("m", "n"), signatures=("-> (m, n)",),
              primitive=lambda a, m, n: a.filled(0, m, n), numpy=("np.zeros(({0}, {1}))",)),
)  # fmt: skip

OPERATIONS: Mapping[str, Operation] = {row.name: row for row in ROWS}
# Those that are called, and no function of the table of functions, as max is, entry by entry.
CALLED_OPERATIONS: Mapping[str, Operation] = {row.name: row for row in ROWS if row.signatures}
SPELLED_OPERATIONS: Mapping[str, str] = {
    spelling: row.name
    for row in ROWS
    if row.name[0].islower()  # not @, not .T
    for spelling in (row.name, *row.aliases)
}
