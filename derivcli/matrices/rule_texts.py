"""The rules by which differentials of matrices are found and gathered, as texts."""

from __future__ import annotations

from functools import lru_cache

from derivcli.calculus.derivation.results import RuleBook, RuleText
from derivcli.calculus.derivation.rule_book import look_up as scalar_look_up
from derivcli.calculus.derivation.rule_book import rule_book as scalar_rule_book
from derivcli.errors import UsageError
from derivcli.language.operations import ROWS, Operation
from derivcli.language.shapes import Shapes
from derivcli.language.text import text
from derivcli.language.tree import Call, Name, Node, Reduction
from derivcli.matrices.coefficients import moving
from derivcli.matrices.differentials import differential

OWN = (
    RuleText(
        "matrix product",
        "d(u @ v) = du @ v + u @ dv",
        "As of numbers, but the order of the factors stays.",
        "x.T @ A @ x",
        ("x=nx1", "A=nxn"),
    ),
    RuleText(
        "transpose",
        "d(u.T) = du.T",
        "A change of the transpose is the transpose of the change.",
        "x.T @ x",
        ("x=nx1",),
    ),
    RuleText(
        "where",
        "d(where(c, u, v)) = where(c, du, dv)",
        "The piece that is taken moves; there is no derivative where one piece meets the other.",
        "sum(where(x > 0, x, 0))",
        ("x=nx1",),
    ),
    RuleText(
        "split the sum",
        "sum(u * (v + w)) = sum(u * v) + sum(u * w)",
        "Each term is gathered on its own.",
        "x.T @ A @ x",
        ("x=nx1", "A=nxn"),
    ),
    RuleText(
        "move a matrix",
        "sum(u * (v @ w)) = sum((v.T @ u) * w) = sum((u @ w.T) * v)",
        "A factor of a matrix product goes to the other side as its transpose.",
        "sum((X @ w - y)**2)",
        ("X=mxn", "w=nx1", "y=mx1"),
    ),
    RuleText(
        "move a transpose",
        "sum(u * v.T) = sum(u.T * v)",
        "Both are transposed, and the sum stays the same.",
        "x.T @ A @ x",
        ("x=nx1", "A=nxn"),
    ),
    RuleText(
        "put in",
        "sum(u * dA), where dA = v * dZ, is sum(u * v * dZ)",
        "The chain rule: the change of a statement is replaced by what it comes from.",
        "A = sigmoid(Z); sum(A**2)",
        ("Z=nxm",),
    ),
    RuleText(
        "collect",
        "sum(u * dX) + sum(v * dX) = sum((u + v) * dX)",
        "What all terms do to dX is added up.",
        "x.T @ A @ x",
        ("x=nx1", "A=nxn"),
    ),
    RuleText(
        "simplify",
        "sum(u * dX) = sum(v * dX), where u = v",
        "The gradient in its shortest form.",
        "sum((X + b)**2)",
        ("b=mx1", "X=mxn"),
    ),
)
# The rules of numbers, which hold entry by entry, as differentials.
ENTRY_BY_ENTRY = {
    rule: RuleText(rule, formula, "", "", ("u=mxn",))
    for rule, formula in (
        ("sum rule", "d(u + v) = du + dv and d(u - v) = du - dv"),
        ("constant multiple rule", "d(c * u) = c * du, d(u / c) = du / c and d(-u) = -du"),
        ("product rule", "d(u * v) = du * v + u * dv"),
        ("quotient rule", "d(u / v) = (du * v - u * dv) / v**2"),
        ("power rule", "d(u**n) = n * u**(n - 1) * du"),
        ("chain rule", "d(f(u)) = f'(u) * du"),
    )
}
BY_NAME = {each.rule: each for each in OWN}


def array_rules() -> tuple[RuleText, ...]:
    """Return the rules of matrices: the operations of the table, then how dJ is gathered."""
    operations = (_operation(row) for row in ROWS if _has_rule(row))
    return (*OWN[:3], *operations, *OWN[3:])


def rule_book() -> RuleBook:
    """Return all rules: those of numbers, and those of matrices."""
    return RuleBook((*scalar_rule_book().rules, *array_rules()))


def look_up(name: str) -> RuleBook:
    """Return the rule that a user means: of numbers where there is one, else of matrices.

    Raises UsageError for any other name.
    """
    try:
        return scalar_look_up(name)
    except UsageError:
        wanted = " ".join(name.lower().split())
        rows = {row.name: _operation(row).rule for row in ROWS if _has_rule(row)}
        for each in array_rules():
            if each.rule in (wanted, rows.get(wanted)):
                return RuleBook((each,))
        raise


def rule_text(name: str) -> RuleText | None:
    """Return the rule of a name as the steps show it; None for one without a text."""
    for each in array_rules():
        if each.rule == name:
            return each
    if name.startswith("put in "):
        return BY_NAME["put in"]
    moved = next((row for row in ROWS if _has_rule(row) and name == moving(row)), None)
    return ENTRY_BY_ENTRY.get(name) if moved is None else _moved(moved)


def _moved(row: Operation) -> RuleText:
    """Return how an operation is moved to the other side of a product."""
    (vjp,) = row.vjps
    formula = f"sum(G * {row.name}(u)) = sum(H * u), where H = {vjp}"
    return RuleText(moving(row), formula, "", "", ("u=mxn",))


def _has_rule(row: Operation) -> bool:
    return bool(row.vjps) and row.parameters == ("u",) and row.name.isalpha() and row.name != "T"


@lru_cache(maxsize=100)
def _operation(row: Operation) -> RuleText:
    """Return the rule of a row of the table, worked out as the steps do it."""
    square = ("n", "n") if row.square else ("n", 1)
    shapes = Shapes({"u": square, "du": square}, ("n",))
    tree: Node = Reduction(row.name, Name("u")) if row.axes else Call(row.name, (Name("u"),))
    found = differential(tree, {"u": "du"}, shapes)
    formula = f"d({text(tree, arrays=True)}) = {text(found.after or tree, arrays=True)}"
    example = f"{row.name}(X)" if row.to_number or row.reduces else f"sum({row.name}(X)**2)"
    shape = "X=nxn" if row.square else "X=mxn" if row.axes else "X=nx1"
    return RuleText(found.rule, formula, f"{row.name}: {row.meaning}.", example, (shape,))
