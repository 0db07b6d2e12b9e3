"""Edits of the same kind at several places: a name everywhere, every axis, two transposes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

from derivcli.exercises.gradients.answer_sites import Path, replaced, sites, turned, written
from derivcli.exercises.gradients.case import GradientCase
from derivcli.language.tree import (
    Name,
    Node,
    Reduction,
    Transpose,
    fold,
    joined,
    names,
    nodes,
    operands,
    rebuild,
)

MOST_TURNED = 12  # parts of which two are transposed

Change = tuple[Node, str, str]


def everywhere(case: GradientCase, tree: Node) -> Iterator[Change]:
    """Yield what an answer is with the same edit made at all places, or at two."""
    for change in (_axes, _totals, _names, _turned, _reversed):
        yield from change(case, tree)


def _changed(tree: Node, change: Callable[[Node], Node]) -> Node:
    return fold(tree, lambda node, parts: change(rebuild(node, parts)))


def _axes(_case: GradientCase, tree: Node) -> Iterator[Change]:
    """sum(u, axis=0) - v*mean(u, axis=0) -> along axis 1."""
    for axis in (0, 1):

        def change(node: Node, axis: int = axis) -> Node:
            if isinstance(node, Reduction) and node.axis is not None:
                return replace(node, axis=axis, keepdims=True)
            return node

        other = _changed(tree, change)
        yield other, "sum over the wrong axis", f"every sum is along axis={axis}"


def _totals(_case: GradientCase, tree: Node) -> Iterator[Change]:
    """sum(u) - v*sum(u*v) -> means."""
    for one, other in (("sum", "mean"), ("mean", "sum")):

        def change(node: Node, one: str = one, other: str = other) -> Node:
            if isinstance(node, Reduction) and node.function == one:
                return replace(node, function=other)
            return node

        yield _changed(tree, change), f"{one} instead of {other}", f"every {one} is a {other}"


def _names(case: GradientCase, tree: Node) -> Iterator[Change]:
    """X @ dZt.T -> X @ dZn.T wherever dZt stands; A and B in each other's place."""
    used = [*dict.fromkeys(names(tree))]
    shapes = case.known.names
    for name in used:
        for other, shape in shapes.items():
            if shape and other not in (name, case.name) and shape == shapes.get(name):
                change = _renamed(tree, {name: other})
                yield change, "wrong name", f"{name} stands where {other} is needed"
    for one, other in combinations(used, 2):
        both = f"{one} and {other} stand in each other's place"
        yield _renamed(tree, {one: other, other: one}), "names exchanged", both


def _renamed(tree: Node, names_of: dict[str, str]) -> Node:
    def change(node: Node) -> Node:
        if isinstance(node, Name):
            return replace(node, name=names_of.get(node.name, node.name))
        return node

    return _changed(tree, change)


def _turned(case: GradientCase, tree: Node) -> Iterator[Change]:
    """A @ M @ B -> A.T @ M @ B.T: two transposes."""
    places: list[tuple[Path, Node]] = [
        (site.path, site.part)
        for site in sites(case, tree)
        if isinstance(site.part, Name | Transpose | Reduction) or _is_inverse(site.part)
        if not isinstance(site.parent, Transpose) and (site.is_array or site.shape is None)
    ][:MOST_TURNED]
    for count in (2, 3):
        for chosen in combinations(places, count):
            if any(_holds(one, other) for (one, _), (other, _) in combinations(chosen, 2)):
                continue
            changed = tree
            for path, part in chosen:
                changed = replaced(changed, path, turned(part))
            shown = " and ".join(written(turned(part)) for _, part in chosen)
            yield changed, "wrong transposes", f"{shown} are needed"


def _holds(one: Path, other: Path) -> bool:
    """Is one of two places inside the other?"""
    return one == other[: len(one)] or other == one[: len(other)]


def _is_inverse(part: Node) -> bool:
    return getattr(part, "function", None) == "inv"


def _reversed(_case: GradientCase, tree: Node) -> Iterator[Change]:
    """B.T @ M @ A.T -> A.T @ M @ B.T: a chain in the other order."""
    for node in nodes(tree):
        chain = operands("@", node)
        if len(chain) < 3:
            continue
        for flipped in (chain[::-1], [turned(each) for each in chain[::-1]]):
            other = joined("@", flipped)

            def change(each: Node, node: Node = node, other: Node = other) -> Node:
                return other if each == node else each

            name = "factors in the wrong order"
            yield _changed(tree, change), name, f"write {written(other)}, not {written(node)}"
