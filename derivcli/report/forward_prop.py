"""Forward prop as the course tells it: each step with its numbers, c = w*x = 2*(-2) = -4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from derivcli.calculus.results import Quantity
from derivcli.graphs.results import GraphResult, NodeResult, ends
from derivcli.language.latex import latex
from derivcli.language.latex import variable as latex_name
from derivcli.language.text import text
from derivcli.language.tree import Node, number, substitute
from derivcli.report.blocks import Block, Figure, Heading, Text
from derivcli.report.chain_rule import Written, equation
from derivcli.report.chain_rule import number as written
from derivcli.report.markup import formula, mixed
from derivcli.report.numbers import figure, place

LONGEST_FRACTION = 8  # characters of p/q in a formula
# A number with a sign behind an operator, 1 + -0.5*2: in brackets it reads better.
SIGNED = re.compile(r"([+-]) (-[\d.]+(?:e-?\d+)?)(?![\d.e]|\*\*)")
SIGNED_LATEX = re.compile(r"([+-]) - ([\d.]+)(?![\d.^])")


def forward(result: GraphResult, digits: int | None) -> Iterator[Block]:
    """Yield each step with its numbers, as far as there are values."""
    yield Heading("Forward prop, left to right", 1)
    known = {**result.at, **{n.name: n.value for n in result.nodes if n.value is not None}}
    done = [node for node in result.nodes if node.value is not None]
    for node in ends(done):
        if isinstance(node, int):
            yield Text(f"... {node:,} more steps: --format csv or json has them all.")
            continue
        own = {name: known[name] for name in inputs(node)}
        name = Written(node.name, latex_name(node.name))
        formula = Written(node.expression, node.latex)
        yield equation(name, formula, _substituted(node, own, digits), written(node.value, digits))


def _substituted(node: NodeResult, own: dict[str, Quantity], digits: int | None) -> Written:
    """Return a node's expression with numbers in place of names: 2*(-2)."""
    if node.step is None:
        raise TypeError("the tree of a step that is told is expected")
    # What is only known to be nearer to 0 than some bound keeps its name.
    told = {name: value for name, value in own.items() if value.below is None}
    numbers = {name: _short(value, digits) for name, value in told.items()}
    trees = {name: tree for name, (tree, _) in numbers.items()}
    tree = substitute(node.step.output.expression, trees)
    plain = SIGNED.sub(r"\1 (\2)", text(tree))
    typeset = SIGNED_LATEX.sub(r"\1 (-\2)", latex(tree))
    return Written(plain, typeset, all(exact for _, exact in numbers.values()))


def _short(quantity: Quantity, digits: int | None) -> tuple[Node, bool]:
    """Return a number as a tree, and whether it is exact: 1/3 is, and 0.5498339973 is not."""
    value = quantity.number
    if isinstance(value, Fraction) and len(str(value)) <= LONGEST_FRACTION:
        return number(value), True
    shown = figure(quantity, digits)
    if not isinstance(shown, Figure):
        raise TypeError("a number is expected")
    return number(Fraction(shown.text)), not shown.rounded


def undefined(result: GraphResult, digits: int | None) -> str:
    """Return which node has no value, why, and from what values of its inputs."""
    node = next(node for node in result.nodes if node.name == result.undefined)
    known = {**result.at, **{each.name: each.value for each in result.nodes}}
    own = {name: value for name in inputs(node) if (value := known[name]) is not None}
    where = f", and {place(own, digits)}" if own else ""
    return f"{formula(node.name)} has no value here: {mixed(result.problem or '')}{where}"


def inputs(node: NodeResult) -> tuple[str, ...]:
    """Return the names a node is computed from: those behind a parameter, then data."""
    return (*(edge.name for edge in node.inputs), *node.data)
