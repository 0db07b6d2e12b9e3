"""The chain rule from the output back to a node, collapsed to one short expression.

For logistic regression that is how (-y/a + (1 - y)/(1 - a)) * a*(1 - a) becomes a - y.
"""

from __future__ import annotations

from derivcli.calculus import symbolic
from derivcli.calculus.derivation.algebra import ONE, ZERO, plus, times
from derivcli.calculus.derivatives import Derivatives
from derivcli.graph.nodes import Graph, behind, build
from derivcli.graph.results import Collapse, Factor
from derivcli.graph.statements import leading_to
from derivcli.language.latex import latex
from derivcli.language.limits import Limits
from derivcli.language.text import text
from derivcli.language.tree import Assignment, Node, Program, inline, substitute, without_constants


def collapsed(program: Program, name: str, limits: Limits) -> Collapse:
    """Return the derivative of the output by a named step or input, in names of steps.

    Raises RefusedError where the steps written out in one are beyond the bounds.
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
    for form in symbolic.shortest(product):
        if len(factors) == 1 or len(text(form)) >= len(text(product)):
            break  # nothing to collapse, or nothing gained
        if symbolic.normal_forms_agree(substitute(form, meaning), direct):
            return _collapse(name, form, factors, paths, proved=True)
    proved = symbolic.proves_equal(substitute(product, meaning), direct)
    return _collapse(name, product, factors, paths, proved=proved)


def _collapse(
    name: str, form: Node, factors: tuple[Factor, ...], paths: int, *, proved: bool
) -> Collapse:
    return Collapse(name, text(form), proved, factors, paths, latex(form), form)


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
