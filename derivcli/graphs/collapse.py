"""The chain rule from the output back to a node, collapsed to one short expression.

For logistic regression that is how (-y/a + (1 - y)/(1 - a)) * a*(1 - a) becomes a - y.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivcli.calculus import symbolic
from derivcli.calculus.derivation.algebra import ONE, ZERO, plus, times
from derivcli.calculus.derivatives import Derivatives
from derivcli.errors import UsageError
from derivcli.graphs.nodes import Graph, behind, build
from derivcli.graphs.results import Collapse, Factor
from derivcli.graphs.statements import leading_to
from derivcli.language.latex import latex
from derivcli.language.limits import Limits
from derivcli.language.text import text
from derivcli.language.tree import (
    Assignment,
    Comparison,
    Node,
    Program,
    inline,
    substitute,
    without_constants,
)

MOST_TURNS = 6  # ways to use what is assumed that are tried


def collapsed(
    program: Program, name: str, limits: Limits, assumed: Sequence[Comparison] = ()
) -> Collapse:
    """Return the derivative of the output by a named step or input, in names of steps.

    It may rest on equations that are `assumed` of the inputs, such as y1 + y2 = 1.

    Raises UsageError for an assumption that tells no input, RefusedError where the steps written
    out in one are beyond the bounds.
    """
    program = leading_to(program, program.output.name)
    graph = behind(build(program, program.variables, limits=limits), name)
    # The steps behind the node, as a function of its name: what is proved is about this.
    steps = tuple(Assignment(each.name, each.expression) for each in graph.nodes)
    direct = ONE if name == graph.output else ZERO
    if steps:
        direct = Derivatives(Program(steps), limits).tree(name, 1)
    factors, paths, product = _chain(graph, name)
    meaning = {each.name: inline(Program(steps[: index + 1])) for index, each in enumerate(steps)}
    for form, known in _forms(product, steps, assumed, [e for e in program.variables if e != name]):
        if len(factors) == 1 or len(text(form)) >= len(text(product)):
            break  # nothing to collapse, or nothing gained
        written = substitute(substitute(form, meaning), known)
        if symbolic.normal_forms_agree(written, substitute(direct, known)):
            return _collapse(name, form, factors, paths, assumed, proved=True)
    proved = symbolic.proves_equal(substitute(product, meaning), direct)
    return _collapse(name, product, factors, paths, assumed, proved=proved)


def _forms(
    product: Node, steps: Sequence[Assignment], assumed: Sequence[Comparison], inputs: Sequence[str]
) -> list[tuple[Node, dict[str, Node]]]:
    """Return forms of the product, the shortest first, each with what it takes of the inputs.

    An equation that is assumed is used for one of its inputs or for another, whatever is shorter.
    """
    names = {each.name: each.expression for each in steps[:-1]}  # not of the output
    found = []
    for turn in range(min(len(inputs), MOST_TURNS) if assumed else 1):
        known = _known(assumed, [*inputs[turn:], *inputs[:turn]])
        found += [(form, known) for form in symbolic.named_forms(substitute(product, known), names)]
    return sorted(found, key=lambda each: len(text(each[0])))


def _known(assumed: Sequence[Comparison], inputs: Sequence[str]) -> dict[str, Node]:
    """Return what the equations that are assumed tell of inputs: of each the last that it can."""
    found: dict[str, Node] = {}
    for each in assumed:
        left, right = substitute(each.left, found), substitute(each.right, found)
        for name in reversed(inputs):
            value = symbolic.solved(left, right, name) if each.operator == "==" else None
            if value is not None:
                found = {key: substitute(tree, {name: value}) for key, tree in found.items()}
                found[name] = value
                break
        else:
            raise UsageError(
                f"'{text(each)}' tells no input of the program by the others",
                where="in --assume", hint="assume an equation, linear in an input: y1 + y2 = 1",
            )  # fmt: skip
    return found


def _collapse(
    name: str, form: Node, factors: tuple[Factor, ...], paths: int,
    assumed: Sequence[Comparison], *, proved: bool,
) -> Collapse:  # fmt: skip
    told = tuple(f"{text(each.left)} = {text(each.right)}" for each in assumed)
    return Collapse(name, text(form), proved, factors, paths, latex(form), form, told)


def _chain(graph: Graph, name: str) -> tuple[tuple[Factor, ...], int, Node]:
    """Return every local derivative on the way, the number of paths, and the sum of products.

    A node's own formula in its local derivative is written as its name: a*(1 - a).
    """
    adjoints: dict[str, Node] = {graph.output: ONE}
    paths: dict[str, int] = {graph.output: 1}
    factors = []
    for node in reversed(graph.nodes):
        if node.name not in adjoints:
            continue
        taken = (*node.inputs, node.name)
        for edge in node.edges:
            local = symbolic.in_names(edge.local, {node.name: node.expression})
            local = without_constants(local, taken)
            factors.append(Factor(node.name, edge.name, text(local), latex(local)))
            flow = times(local, adjoints[node.name])
            adjoints[edge.name] = plus(adjoints.get(edge.name, ZERO), flow)
            paths[edge.name] = paths.get(edge.name, 0) + paths[node.name]
    return tuple(factors), paths.get(name, 0), adjoints.get(name, ZERO)
