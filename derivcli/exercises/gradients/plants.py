"""The classic mistakes planted in the derivation: what the gradient becomes by each of them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivcli.exercises.gradients.answer_sites import (
    AnswerSite,
    is_scale,
    replaced,
    sites,
    turned,
    written,
)
from derivcli.exercises.gradients.case import PREFIX, GradientCase
from derivcli.exercises.gradients.parts import slopes, with_part
from derivcli.language.tree import (
    Binary,
    Name,
    Node,
    Number,
    Reduction,
    Transpose,
    Unary,
    children,
    nodes,
    substitute,
)

ONE, TWO = Number(Fraction(1)), Number(Fraction(2))

Plant = tuple[Node, str, str]  # a wrong gradient, the mistake's name, and where it was made


def plants(case: GradientCase) -> Iterator[Plant]:
    """Yield wrong gradients, of the short form and of what the rules made, the classic first."""
    line = case.gradient.line(case.variable)
    forms = dict.fromkeys((line.expression, line.raw))
    yield from _diagonals(case)
    yield from _twice(case)
    for plant in (_symmetric, _without, _misread):
        for form in forms:
            yield from plant(case, form)


def _diagonals(case: GradientCase) -> Iterator[Plant]:
    """P*(dP - sum(dP*P)) -> dP*P*(1 - P): softmax as if each entry stood alone."""
    for statement in case.program.statements:
        whole = statement.expression
        if isinstance(whole, Reduction) and whole.function == "softmax":
            share = Name(statement.name)
            back = Name(PREFIX + statement.name)
            tree = Binary("*", Binary("*", back, share), Binary("-", ONE, share))
            detail = (
                f"each entry of {written(whole)} depends on all entries of"
                f" {written(whole.operand)} along the axis, not on its own alone"
            )
            yield tree, "the Jacobian's diagonal alone", detail


def _twice(case: GradientCase) -> Iterator[Plant]:
    """A - Y -> (A - Y)*A*(1 - A): a slope is there once too often."""
    for slope in slopes(case):
        tree = Binary("*", case.expected, slope.tree)
        yield tree, "slope too much", f"{slope.told}, {written(slope.tree)}, is there already"


def _symmetric(case: GradientCase, form: Node) -> Iterator[Plant]:
    """B + B.T -> 2*B."""
    for site in sites(case, form):
        match site.part:
            case Binary(operator="+", left=left, right=right):
                if turned(left) != right and turned(right) != left and not site.is_array:
                    continue
                for part in (left, right):
                    tree = replaced(form, site.path, Binary("*", TWO, part))
                    shown = site.text
                    yield tree, "symmetry assumed", f"{written(part)} twice, not {shown}"


def _without(case: GradientCase, form: Node) -> Iterator[Plant]:
    """U - v -> u; u * v -> u: a term or a factor is missing."""
    for site in sites(case, form):
        match site.part:
            case Binary(operator=operator, left=left, right=right):
                yield replaced(form, site.path, left), *_lacking(case, site, right, operator)
                if operator != "/":
                    rest: Node = Unary("-", right) if operator == "-" else right
                    tree = replaced(form, site.path, rest)
                    yield tree, *_lacking(case, site, left, "+" if operator == "-" else operator)
            case Transpose(operand=inner):
                detail = f"{written(inner)} stands where {site.text} is needed"
                yield replaced(form, site.path, inner), "transpose missing", detail


def _lacking(case: GradientCase, site: AnswerSite, part: Node, operator: str) -> tuple[str, str]:
    """Return the name of a mistake by what is missing, and where."""
    shown = written(part)
    for slope in slopes(case):
        if slope.tree == part and operator in "*@":
            return "slope missing", f"{slope.told}, {shown}, is missing"
    if operator in "+-":
        sign = "-" if operator == "-" else ""
        return "term missing", f"at {site.text}: {sign}{shown} is missing"
    if operator == "/":
        return f"1/{shown} missing", f"at {site.text}: / {shown} is missing"
    if operator == "**":
        return (
            "square missing",
            f"{written(children(site.part)[0])} stands where {site.text} is needed",
        )
    name = f"factor {shown} missing" if is_scale(part, case) else "factor missing"
    return name, f"at {site.text}: {shown} is missing"


def _misread(case: GradientCase, form: Node) -> Iterator[Plant]:
    """da*a*(1 - a) -> da*z*(1 - z): a slope in another name, or of another function."""
    shapes = case.known.names
    for slope in slopes(case):
        if slope.tree not in set(nodes(form)):
            continue
        for name in dict.fromkeys(n.name for n in nodes(slope.tree) if isinstance(n, Name)):
            for other, shape in shapes.items():
                if other != name and shape == shapes.get(name):
                    wrong = substitute(slope.tree, {name: Name(other)})
                    tree = with_part(form, slope.tree, wrong)
                    detail = f"{written(wrong)} stands where {written(slope.tree)} is needed"
                    yield tree, "wrong slope", detail
        for another in slopes(case):
            if another.tree != slope.tree:
                tree = with_part(form, slope.tree, another.tree)
                detail = f"{written(another.tree)} stands where {slope.told} is needed"
                yield tree, "wrong slope", detail
