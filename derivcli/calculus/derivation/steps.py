"""The derivation of a program's derivative, verified against SymPy's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from derivcli.calculus import symbolic
from derivcli.calculus.derivation.algebra import ZERO
from derivcli.calculus.derivation.differentiate import derive
from derivcli.calculus.derivation.results import (
    SIMPLIFICATION,
    Derivation,
    Rewriting,
    RuleStep,
)
from derivcli.calculus.derivation.rule_book import rule_text
from derivcli.calculus.derivation.rules import Derived
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.nowhere import with_values
from derivcli.calculus.sampling import FEWEST, FINE_POINTS, Question, contrast, finely, samples
from derivcli.calculus.study import statements
from derivcli.errors import RefusedError
from derivcli.language.latex import latex
from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.text import text
from derivcli.language.tree import Comparison, Node, Program, definitions, inline, substitute


def derivation(
    program: Program,
    variable: str,
    limits: Limits = COMMAND_LINE,
    stage: Callable[[str], None] = lambda _: None,
) -> Iterator[Derivation]:
    """Yield the derivation, first with samples as evidence, then with a proof if there is one.

    Raises RefusedError where nothing can be verified.
    """
    stage("differentiating")
    derivatives = Derivatives(program, limits)
    derivative = derivatives.tree(variable, 1)
    values = definitions(program)
    derived = _statements(with_values(program), variable, values)
    last = derived[-1][1]
    after = substitute(last.after, values)
    steps = tuple(_texts(step, name) for name, step in derived)
    lines: tuple[Rewriting, ...] = ()
    if text(last.after) != text(derivative):
        steps = (*steps, _simplified(last, derivative))
        lines = (Rewriting(SIMPLIFICATION, text(derivative), latex(derivative)),)
    result = Derivation(
        text(program), program.output.name, variable, program.variables or (variable,),
        statements(program),
        text(derivative), latex(derivative), steps, lines, verified=True, evidence="sampled",
        samples=0,
        rules=tuple(map(rule_text, _rules_used(steps))),
    )  # fmt: skip
    stage("verifying")
    agreeing, proved = 0, _cancels(after, derivative)
    if proved:
        result = replace(result, evidence="proved")
    else:
        agreeing = _agreeing(program, variable, after, derivative)
        result = replace(result, samples=agreeing)
    if proved or agreeing >= FEWEST:
        yield result
    stage("simplifying")
    simpler = symbolic.simplification(last.after, derivative, values)
    if proved or simpler or symbolic.proves_equal(after, derivative):
        yield replace(_in_lines(result, simpler), evidence="proved")
    elif agreeing < FEWEST:
        raise RefusedError("the derivation could not be verified: there is no point to try it at")


def _in_lines(result: Derivation, simpler: tuple[tuple[str, Node], ...]) -> Derivation:
    """Return the derivation with its simplification in these lines, if there are any."""
    if not simpler:
        return result
    lines = tuple(Rewriting(name, text(tree), latex(tree)) for name, tree in simpler)
    rules = dict.fromkeys((*result.rules, *(rule_text(each.rule) for each in lines)))
    return replace(result, simplification=lines, rules=tuple(rules))


def _cancels(after: Node, derivative: Node) -> bool:
    """Is SymPy's difference 0 as soon as it is written down?"""
    return bool(symbolic.to_sympy(after) - symbolic.to_sympy(derivative) == 0)


def _agreeing(program: Program, variable: str, after: Node, derivative: Node) -> int:
    """Return at how many points rules, SymPy and the chain rule on numbers agree.

    Raises AssertionError, a bug, where they do not.
    """
    question = Question(inline(program), program.variables or (variable,), variable)
    points = samples(question, (after, derivative))
    counts = []
    for tree in (after, derivative):
        result = contrast(tree, points)
        different = result.different or finely(question, tree, result.agreeing[-FINE_POINTS:])
        if different is not None:
            raise AssertionError(f"{text(tree)} is not the slope at {different[0].at}")
        counts.append(len(result.agreeing))
    return min(counts)


def _statements(
    program: Program, variable: str, values: dict[str, Node]
) -> list[tuple[str, Derived]]:
    """Return the derivation of each statement that matters, in order, with its name."""

    def isolates(condition: Comparison) -> bool:
        left, right = (substitute(side, values) for side in (condition.left, condition.right))
        return symbolic.isolates(left, right, variable)

    known: dict[str, Node] = {}
    derivations = []
    for statement in program.statements:
        derived = derive(statement.expression, variable, known, isolates)
        known[statement.name] = derived.after
        last = statement is program.output
        if last or derived.after != ZERO:
            derivations.append((statement.name, derived))
    return derivations


def _texts(derived: Derived, name: str | None = None) -> RuleStep:
    return RuleStep(
        derived.rule,
        derived.variable,
        text(derived.before),
        text(derived.after),
        latex(derived.before),
        latex(derived.after),
        _remark(derived),
        tuple(_texts(step) for step in derived.steps),
        name,
    )


def _remark(derived: Derived) -> str:
    """Return what letters stand for, and the caveats that may ever apply."""
    caveats = (
        each.words
        for each in derived.caveats
        if each.zero is None or not symbolic.is_never_zero(each.zero)
    )
    return "; ".join(filter(None, (derived.letters, *caveats)))


def _simplified(last: Derived, derivative: Node) -> RuleStep:
    return RuleStep(
        SIMPLIFICATION, last.variable, text(last.after), text(derivative), latex(last.after),
        latex(derivative), "", (),
    )  # fmt: skip


def _rules_used(steps: tuple[RuleStep, ...]) -> list[str]:
    """Return the names of the rules in the order in which they are first used."""
    seen: dict[str, None] = {}
    stack = list(reversed(steps))
    while stack:
        step = stack.pop()
        if step.rule != SIMPLIFICATION:
            seen.setdefault(step.rule)
        stack.extend(reversed(step.steps))
    return list(seen)
