"""What a whole answer may be instead: the transpose, a multiple, a gradient by another name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from derivcli.algebra.reverse import reverse
from derivcli.errors import DerivError
from derivcli.exercises.gradients.answer_sites import multiplied, turned_apart, written
from derivcli.exercises.gradients.case import GradientCase
from derivcli.exercises.gradients.comparing import agrees
from derivcli.exercises.gradients.edits import LIKELY, OTHERS, PIECES
from derivcli.exercises.gradients.granted import granted, may_be_shares, shares, told_shares
from derivcli.exercises.gradients.plants import plants
from derivcli.exercises.gradients.samples import GradientSample, Samples
from derivcli.exercises.gradients.search import NamedMistake, mended, mended_everywhere
from derivcli.exercises.gradients.trials import Trials
from derivcli.language.shapes import ShapeError, shape_text
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Number,
    Reduction,
    Transpose,
    Unary,
    definitions,
    fold,
    names,
    nodes,
    rebuild,
    size_node,
)

ASSUMED_POINTS = 5
ONE, TWO = Number(Fraction(1)), Number(Fraction(2))

Look = Callable[[Trials], NamedMistake | None]


def named(trials: Trials) -> NamedMistake | None:
    """Return the mistake in a wrong answer, as far as it has a name."""
    return _first(trials, LOOKS)


def _first(trials: Trials, looks: Iterable[Look]) -> NamedMistake | None:
    if not trials.samples:
        return None
    return next(filter(None, (look(trials) for look in looks)), None)


def _likely(trials: Trials) -> NamedMistake | None:
    return mended(trials, LIKELY)


def _pieces(trials: Trials) -> NamedMistake | None:
    """Is the answer right at most points, and wrong in a piece that is too much?"""
    return mended(trials, PIECES) if _is_mostly_right(trials) else None


def _is_mostly_right(trials: Trials) -> bool:
    case = trials.case
    if isinstance(case.answer_shape, ShapeError) or not case.fits(case.answer_shape):
        return False
    right = sum(agrees(case, case.answer, sample) for sample in trials.samples)
    return right > len(trials.samples) / 2


def _other(trials: Trials) -> NamedMistake | None:
    return mended(trials, OTHERS)


def _planted(trials: Trials) -> NamedMistake | None:
    """Is the answer what a classic mistake makes of the gradient?"""
    if _is_mostly_right(trials):
        return None
    for tree, name, detail in plants(trials.case):
        if trials.is_answer(tree):
            return NamedMistake(name, detail)
    return None


def _flat(trials: Trials) -> NamedMistake | None:
    """Is the answer right but for the axis that a sum without keepdims lost?"""
    case = trials.case
    shape = case.answer_shape
    if isinstance(shape, ShapeError) or len(shape) != 1 or len(case.shape) != 2:
        return None
    kept = _kept(case.answer)
    if not trials.is_gradient(kept):
        return None
    detail = (
        f"it is a flat array of shape {shape_text(shape)}, and {case.variable} is of shape"
        f" {shape_text(case.shape)}"
    )
    return NamedMistake("keepdims missing", detail, kept)


def _kept(tree: Node) -> Node:
    """Return a tree in which every sum keeps its axis."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        node = rebuild(node, parts)
        if isinstance(node, Reduction) and node.axis is not None:
            return replace(node, keepdims=True)
        return node

    return fold(tree, visit)


def _layout(trials: Trials) -> NamedMistake | None:
    """Is the answer the transpose of the gradient?"""
    case = trials.case
    shape = case.answer_shape
    if shape == case.shape or shape != case.shape[::-1]:
        return None
    if not trials.is_gradient(Transpose(case.answer)):
        return None
    detail = (
        f"of shape {shape_text(shape)} it is right in numerator layout; here a gradient has the"
        f" shape of its variable, and {case.variable} is of shape {shape_text(case.shape)}"
    )
    return NamedMistake("the transpose of the gradient", detail, turned_apart(case.answer, case))


def _spread(trials: Trials) -> NamedMistake | None:
    """Is each entry right, and only the shape another: one number for all of them?"""
    case = trials.case
    shape = case.answer_shape
    if isinstance(shape, ShapeError) or case.fits(shape) or not trials.is_it(case.answer):
        return None
    what = f"of shape {shape_text(shape)}" if shape else "a number"
    detail = (
        f"each entry is right, but the answer is {what}, and {case.variable} is of shape"
        f" {shape_text(case.shape)}"
    )
    return NamedMistake("wrong shape", detail, _filled(case))


def _filled(case: GradientCase) -> Node | None:
    """Return the answer times ones of the right shape."""
    if len(case.shape) != 2:
        return None
    ones: Node = Call("ones", tuple(map(size_node, case.shape)))
    return ones if case.answer == ONE else Binary("*", case.answer, ones)


def _assuming(trials: Trials) -> NamedMistake | None:
    """Is the answer right where A is symmetric, or Y one-hot?"""
    case = trials.case
    if isinstance(case.answer_shape, ShapeError) or not case.fits(case.answer_shape):
        return None
    if _is_mostly_right(trials):
        return None
    for condition, words in granted(case):
        _, found = _where(case, condition)
        if len(found) == ASSUMED_POINTS and all(agrees(case, case.answer, s) for s in found):
            shown = written(condition).replace(" == ", " = ")
            detail = f'with --assume "{shown}" it is correct'
            return NamedMistake(f"right only {words}", detail)
    return None


def _where(case: GradientCase, condition: Comparison) -> tuple[GradientCase, list[GradientSample]]:
    """Return a case where something more is assumed, and points at which it holds."""
    question = replace(case.question, assumed=(*case.question.assumed, condition))
    assuming = replace(case, question=question)
    return assuming, list(Samples(assuming).found(ASSUMED_POINTS))


def _mended_where_shares(trials: Trials) -> NamedMistake | None:
    """Is there one mistake, where Y is one-hot: P - Y stands for a gradient that has more of Y?"""
    case = trials.case
    if case.question.assumed:
        return None
    for name, axis in may_be_shares(case.program, case.known.names, case.variable):
        assuming, points = _where(case, shares(name, axis))
        found = _first(Trials(assuming, points, confirm=trials.confirm), ONE_MISTAKE)
        if found is not None:
            return replace(found, detail=f"{found.detail}, if {told_shares(name, axis)}")
    return None


def _other_variable(trials: Trials) -> NamedMistake | None:
    """Is the answer the gradient by another name?"""
    case = trials.case
    others = [n for n in case.program.variables if n != case.variable and n not in case.sizes]
    try:
        gradient = reverse(case.program, others, case.question.asked.given.shapes)
    except DerivError:
        return None
    other = Trials(case, trials.samples)
    for line in gradient.lines:
        if line.of == case.variable or not line.shape == case.answer_shape == case.shape:
            continue
        tree = definitions(gradient.whole)[line.name]
        if other.is_zero(Binary("-", case.expected, tree)):
            continue  # at these points both gradients are the same
        if other.is_zero(Binary("-", case.answer, tree)):
            return NamedMistake("gradient by another name", f"this is the gradient by {line.of}")
    return None


def _scaled(trials: Trials) -> NamedMistake | None:
    """Is the answer the gradient times 2, m, 1/m or -1?"""
    case = trials.case
    if isinstance(case.answer_shape, ShapeError) or not case.fits(case.answer_shape):
        return None
    for tree, name, detail in _scales(case):
        if trials.is_gradient(tree):
            found = mended(Trials(case, trials.samples), LIKELY)
            if found is None or found.mended is None:
                return NamedMistake(name, detail, tree)
            return NamedMistake(name, found.detail, found.mended, found.span)
    return None


def _scales(case: GradientCase) -> Iterator[tuple[Node, str, str]]:
    answer = case.answer
    yield Unary("-", answer), "wrong sign", "the whole answer has the other sign"
    yield multiplied(TWO, answer), "factor 2 missing", "multiply by 2"
    yield Binary("/", answer, TWO), "factor 2 too much", "divide by 2"
    for name in case.numbers:
        factor = Name(name)
        yield Binary("/", answer, factor), f"1/{name} missing", f"divide by {name}"
        yield multiplied(factor, answer), *_multiplied(case, name)


def _multiplied(case: GradientCase, name: str) -> tuple[str, str]:
    divided = any(
        isinstance(node, Binary) and node.operator == "/" and name in names(node.right)
        for node in nodes(case.answer)
    )
    known = f"1/{name} too much" if name in case.sizes or divided else f"factor {name} missing"
    return known, f"multiply by {name}"


# The more likely first.
ONE_MISTAKE: tuple[Look, ...] = (_flat, _layout, _scaled, _likely, mended_everywhere)
LOOKS: tuple[Look, ...] = (
    _flat, _layout, _pieces, _scaled, _other_variable, _likely, _assuming, _mended_where_shares,
    _planted, mended_everywhere, _spread, _other,
)  # fmt: skip
