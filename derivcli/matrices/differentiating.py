"""Which derivative is asked of a program of matrices, as a text, and how it is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivcli.algebra.results import Gradient, Line
from derivcli.algebra.reverse import hessian_vector, reverse
from derivcli.errors import UsageError
from derivcli.index_notation.proof import proves_gradient
from derivcli.language.array_latex import PlainNotation, array_latex
from derivcli.language.shapes import Shapes, infer, shape_text
from derivcli.language.text import text
from derivcli.language.tree import Name, Node, Program, names
from derivcli.matrices.deriving import equations, proved_form, statements
from derivcli.matrices.evidence import gradient_evidence
from derivcli.matrices.jacobian import PREFIX, is_column, jacobian
from derivcli.matrices.results import ArrayStatement, DerivedGradient, GradientEquation
from derivcli.matrices.study_results import ArrayDerivative, ArrayRequest, Evidence

HIGHEST_ORDER = 2


@dataclass(frozen=True, slots=True)
class Differentiated:
    """Derivatives as texts, and the `program` whose output they are the derivative of.

    `helpers` and `equations` are what the texts may name, beside the `steps` of the program.
    """

    program: Program
    steps: tuple[ArrayStatement, ...]
    helpers: tuple[ArrayStatement, ...]
    equations: tuple[GradientEquation, ...]
    derivatives: tuple[ArrayDerivative, ...]
    trees: tuple[Node, ...]
    lines: tuple[Line, ...]

    @property
    def needed(self) -> set[str]:
        """The helpers and equations that the derivatives name, and those that these name."""
        by_name = {line.name: line for line in self.lines}
        stack = [name for tree in self.trees for name in names(tree)]
        found: set[str] = set()
        while stack:
            name = stack.pop()
            if name in by_name and name not in found:
                found.add(name)
                stack += names(by_name[name].expression)
        return found


def differentiated(request: ArrayRequest) -> Differentiated:
    """Return the derivatives that are asked for.

    Raises ShapeError where shapes do not fit, UsageError where there is no such derivative.
    """
    program, given = request.asked.program, request.asked.given
    output = infer(program, given.shapes).of(Name(program.output.name))
    is_number = all(size == 1 for size in output)
    if request.order > HIGHEST_ORDER:
        raise UsageError("of matrices there are derivatives of order 1 and 2", where="in --order")
    if request.order == 1:
        if request.along is not None:
            raise UsageError("--along needs --order 2: the Hessian times a direction")
        return _gradient(request) if is_number else _jacobian(request, program, ())
    if not is_number:
        raise UsageError(
            f"{program.output.name} is of shape {shape_text(output)}, and a Hessian is that of a"
            " number",
            where="in --order", hint="write sum(...) around it",
        )  # fmt: skip
    name = _only(request)
    if request.along is not None:
        return _along(request, name, request.along)
    if not is_column(given.shapes.get(name, ())):
        shape = shape_text(given.shapes[name])
        raise UsageError(
            f"{name} is of shape {shape}, and a Hessian by a matrix has four axes",
            where="in --order", hint=f"--along V shows it times a direction V of shape {shape}",
        )  # fmt: skip
    return _hessian(request, name)


def _only(request: ArrayRequest) -> str:
    if len(request.asked.wrt) > 1:
        raise UsageError(
            "one variable at a time, of the second derivative",
            where="in --wrt", hint=f"write --wrt {request.asked.wrt[0]}",
        )  # fmt: skip
    return request.asked.wrt[0]


def _gradient(request: ArrayRequest) -> Differentiated:
    asked = request.asked
    gradient = proved_form(reverse(asked.program, asked.wrt, asked.given.shapes))
    return _told(request, gradient, asked.program, asked.wrt, 1)


def _along(request: ArrayRequest, name: str, along: str) -> Differentiated:
    """Return the Hessian times a direction."""
    asked = request.asked
    gradient = proved_form(
        hessian_vector(asked.program, (name,), {name: along}, asked.given.shapes)
    )
    return _told(request, gradient, gradient.program, (name,), 2)


def _told(
    request: ArrayRequest,
    gradient: Gradient,
    program: Program,
    wrt: tuple[str, ...],
    order: int,
) -> Differentiated:
    """Return a gradient of a number as it is told."""
    known = gradient_evidence(gradient, wrt, request.asked.given.shapes)
    texts = equations(gradient)
    lines = [gradient.line(name) for name in wrt]
    derivatives = tuple(
        ArrayDerivative(
            line.of, order, texts.by(line.of).equation, texts.by(line.of).latex, line.shape,
            line.name, *known[line.of],
        )
        for line in lines
    )  # fmt: skip
    return Differentiated(
        program, _steps(request), texts.helpers, texts.equations, derivatives,
        tuple(line.expression for line in lines), (*gradient.helpers, *gradient.lines),
    )  # fmt: skip


def _steps(request: ArrayRequest) -> tuple[ArrayStatement, ...]:
    program = request.asked.program
    known = infer(program, request.asked.given.shapes)
    return statements(program.statements, known, PlainNotation(known.names))


def _hessian(request: ArrayRequest, name: str) -> Differentiated:
    """Return the Hessian: the Jacobian of the gradient."""
    asked = request.asked
    gradient = proved_form(reverse(asked.program, (name,), asked.given.shapes))
    evidence = gradient_evidence(gradient, (name,), asked.given.shapes)[name]
    slope = gradient.line(name).name
    program = Program((*gradient.whole.statements,), asked.program.source)
    if program.output.name != slope:
        statements = [each for each in program.statements if each.name != slope]
        program = Program((*statements, gradient.line(name).statement), asked.program.source)
    found = _jacobian(request, program, (*gradient.helpers, *gradient.lines), equations(gradient))
    if evidence[0] == "proved":
        return found
    weaker = tuple(
        replace(each, evidence=evidence[0], samples=evidence[1]) for each in found.derivatives
    )
    return replace(found, derivatives=weaker)


def _jacobian(
    request: ArrayRequest,
    program: Program,
    lines: tuple[Line, ...],
    texts: DerivedGradient | None = None,
) -> Differentiated:
    shapes = request.asked.given.shapes
    known = infer(program, shapes)
    derivatives, trees = [], []
    helpers: dict[str, Line] = {}
    for name in request.asked.wrt:
        derivative, tree, needed = _one_jacobian(request, program, name, known)
        derivatives.append(derivative)
        trees += [] if tree is None else [tree]
        helpers |= {line.name: line for line in needed}
    more = {line.name: line.shape for line in helpers.values()}
    written = statements(
        (line.statement for line in helpers.values()),
        replace(known, names={**known.names, **more}),
        PlainNotation(known.names),
    )
    return Differentiated(
        program, _steps(request), (*(texts.helpers if texts else ()), *written),
        texts.equations if texts else (), tuple(derivatives), tuple(trees),
        (*lines, *helpers.values()),
    )  # fmt: skip


def _one_jacobian(
    request: ArrayRequest, program: Program, name: str, known: Shapes
) -> tuple[ArrayDerivative, Node | None, tuple[Line, ...]]:
    shapes, order = request.asked.given.shapes, request.order
    output, by = known.of(Name(program.output.name)), shapes.get(name, ())
    if all(size == 1 for size in output):
        gradient = reverse(program, (name,), shapes, prefix=PREFIX)
        tree = gradient.line(name).expression
        proof = proves_gradient(program, name, tree, shapes)
        evidence: tuple[Evidence, int] = ("proved", 0) if proof else ("none", 0)
        if not proof:
            evidence = gradient_evidence(gradient, (name,), shapes)[name]
        found = _derivative(name, order, tree, known, evidence)
        return found, tree, gradient.helpers
    if not (is_column(output) and is_column(by)):
        axes = (*output, *by)
        problem = (
            f"{program.output.name} of shape {shape_text(output)} by {name}"
            + (f" of shape {shape_text(by)}" if by else "")
            + f" has a derivative of {len(axes)} axes, a matrix for each entry"
        )
        return ArrayDerivative(name, order, None, None, axes, problem=problem), None, ()
    rows = (output[0], by[0] if by else 1)
    matrix = jacobian(program, name, shapes)
    if matrix is None:
        problem = "no short form was found"
        return ArrayDerivative(name, order, None, None, rows, problem=problem), None, ()
    evidence = ("sampled", matrix.samples) if matrix.samples else ("proved", 0)
    more = {line.name: line.shape for line in matrix.helpers}
    found = _derivative(
        name, order, matrix.tree, replace(known, names={**known.names, **more}), evidence
    )
    return found, matrix.tree, matrix.helpers


def _derivative(
    name: str, order: int, tree: Node, known: Shapes, evidence: tuple[Evidence, int]
) -> ArrayDerivative:
    notation = PlainNotation(known.names)
    return ArrayDerivative(
        name, order, text(tree, arrays=True), array_latex(tree, notation), known.of(tree), None,
        *evidence,
    )  # fmt: skip
