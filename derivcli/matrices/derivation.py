"""The gradient of a program of matrices derived by differentials, each line verified."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from derivcli.algebra.reverse import reverse
from derivcli.calculus.derivation.results import Rewriting, RuleStep
from derivcli.errors import RefusedError, UsageError
from derivcli.language.array_latex import PlainNotation, array_latex
from derivcli.language.shapes import Shape, ShapeError, Shapes, infer, shape_text
from derivcli.language.text import text
from derivcli.language.tree import (
    Assignment,
    Binary,
    Name,
    Node,
    Program,
    Reduction,
    fold,
    rebuild,
    substitute,
)
from derivcli.matrices.coefficients import GatheredLine, Gathering
from derivcli.matrices.derivation_results import ArrayDerivation
from derivcli.matrices.deriving import statements
from derivcli.matrices.differentials import Differential, differential
from derivcli.matrices.results import ArrayProgram
from derivcli.matrices.rule_texts import rule_text
from derivcli.matrices.verifying import LineVerdict, Verifier

Stage = Callable[[str], None]
NOT_TAKEN = "_"  # behind a differential's name that the program has already


def derivation(asked: ArrayProgram, stage: Stage = lambda _: None) -> ArrayDerivation:
    """Return the derivation of the gradient by the one name in `wrt`.

    Raises ShapeError where shapes do not fit, UsageError where the output is no number,
    RefusedError where a line could not be verified, or there is no rule for a part.
    """
    program, shapes = asked.program, asked.given.shapes
    known = infer(program, shapes)
    (variable,) = asked.wrt
    output = known.of(Name(program.output.name))
    if any(size != 1 for size in output):
        raise UsageError(
            f"{program.output.name} is of shape {shape_text(output)}, and steps derive the gradient"
            " of a number",
            hint="write sum(...) around it",
        )
    stage("differentiating")
    found = _Derivation(program, variable, known)
    try:
        found.run()
    except ShapeError:
        raise RefusedError(
            "there is no rule here for a flat array", hint="write keepdims=True"
        ) from None
    stage("verifying")
    return found.told()


class _Derivation:
    """The lines of a derivation while they are found."""

    def __init__(self, program: Program, variable: str, known: Shapes) -> None:
        self.program, self.variable, self.known = program, variable, known
        taken = {*known.names, *(each.name for each in program.statements)}
        self.moving = {variable: _fresh(variable, taken)}
        self.own: list[tuple[Assignment, Differential]] = []
        names = dict(known.names)
        names[self.moving[variable]] = known.names.get(variable, ())
        for statement in program.statements:
            here = Shapes(names, known.sizes)
            found = differential(statement.expression, dict(self.moving), here)
            if found.after is None:
                continue
            self.moving[statement.name] = title = _fresh(statement.name, taken)
            names[title] = known.names[statement.name]
            self.own.append((statement, _in_names(found, statement)))
        self.shapes = Shapes(names, known.sizes)
        self.gathered: list[GatheredLine] = []
        self.gradient: Node = Name(variable)

    @property
    def change(self) -> Node:
        """The differential of the output."""
        after = self.own[-1][1].after if self.own else None
        if after is None or self.own[-1][0] is not self.program.output:
            raise UsageError(
                f"{self.program.output.name} does not depend on {self.variable}: its gradient is 0"
            )
        return after

    @property
    def changes(self) -> dict[str, Node]:
        """The differentials of the steps on the way, by their names."""
        return {
            self.moving[each.name]: after
            for each, found in self.own[:-1]
            if (after := found.after) is not None
        }

    def run(self) -> None:
        """Find the lines from dJ to the gradient."""
        change = self.change
        back = reverse(self.program, (self.variable,), _given(self.known), prefix="=")
        self.gradient = _whole(back.line(self.variable).expression, back.statements)
        own = self.moving[self.variable]
        gathering = Gathering(self.shapes, self.changes, own)
        before = change
        for line in gathering.lines(change):
            if text(line.tree, arrays=True) != text(before, arrays=True):
                self.gathered.append(line)
            before = line.tree
        product = Binary("*", self.gradient, Name(own))
        last = Reduction("sum", product) if self.shapes.of(product) else product
        if text(last, arrays=True) != text(before, arrays=True):
            self.gathered.append(GatheredLine("simplify", last))

    def told(self) -> ArrayDerivation:
        """Return the derivation as texts, all lines verified."""
        program, known = self.program, self.known
        verifier = Verifier(program, self.moving, self.changes, self.shapes)
        verdicts = [*self._verdicts(verifier)]
        if LineVerdict.WRONG in verdicts:
            raise RefusedError("the derivation could not be verified: a line is not confirmed")
        notation = PlainNotation(self.shapes.names)
        proved = verdicts.count(LineVerdict.PROVED)
        rules = dict.fromkeys(
            (*(rule for _, found in self.own for rule in _rules(found)),
             *(line.rule for line in self.gathered))
        )  # fmt: skip
        return ArrayDerivation(
            text(program, arrays=True),
            program.output.name,
            self.variable,
            tuple(name for name in program.variables if name not in known.sizes),
            {name: shape for name, shape in known.names.items() if shape},
            statements(program.statements, known, notation),
            text(self.gradient, arrays=True),
            array_latex(self.gradient, notation),
            known.names.get(self.variable, ()),
            tuple(self._step(found, notation, each.name) for each, found in self.own),
            tuple(
                Rewriting(line.rule, text(line.tree, arrays=True), array_latex(line.tree, notation))
                for line in self.gathered
            ),
            dict(self.moving),
            verified=True,
            evidence="proved" if proved == len(verdicts) else "sampled",
            lines=len(verdicts),
            proved=proved,
            rules=tuple(dict.fromkeys(filter(None, map(rule_text, rules)))),
        )

    def _verdicts(self, verifier: Verifier) -> Iterator[LineVerdict]:
        for _, found in self.own:
            for line in _lines(found):
                yield verifier.differential(line.before, line.after)
        before = self.change
        for gathered in self.gathered:
            yield verifier.equal(before, gathered.tree)
            before = gathered.tree
        yield verifier.gradient(self.variable, self.gradient)

    def _step(
        self, found: Differential, notation: PlainNotation, name: str | None = None
    ) -> RuleStep:
        after = found.after
        if after is None:
            raise ValueError("what does not move is no step")
        return RuleStep(
            found.rule, self.variable,
            text(found.before, arrays=True), text(after, arrays=True),
            array_latex(found.before, notation), array_latex(after, notation),
            found.letters,
            tuple(self._step(each, notation) for each in found.steps),
            name,
        )  # fmt: skip


def _fresh(name: str, taken: set[str]) -> str:
    title = f"d{name}"
    while title in taken:
        title += NOT_TAKEN
    taken.add(title)
    return title


def _in_names(found: Differential, statement: Assignment) -> Differential:
    """Return a differential in which a statement's own value has its name: A * (1 - A) * dZ."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        node = rebuild(node, parts)
        return Name(statement.name) if node == statement.expression else node

    if found.after is None or isinstance(statement.expression, Name):
        return found
    return replace(found, after=fold(found.after, visit))


def _lines(found: Differential) -> Iterator[Differential]:
    stack = [found]
    while stack:
        line = stack.pop()
        yield line
        stack += line.steps


def _rules(found: Differential) -> Iterator[str]:
    return (line.rule for line in _lines(found) if line.rule)


def _whole(tree: Node, statements: Sequence[Assignment]) -> Node:
    """Return a gradient with the lines and helpers that it names written out."""
    known: dict[str, Node] = {}
    for statement in statements:
        known[statement.name] = substitute(statement.expression, known)
    return substitute(tree, known)


def _given(known: Shapes) -> Mapping[str, Shape]:
    return {name: shape for name, shape in known.names.items() if name not in known.sizes}
