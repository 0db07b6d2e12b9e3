"""Gradients proved for all sizes: the textbooks' lines are, students' mistakes are not."""

import pytest
from algebra.corpus.cookbook import COOKBOOK, HESSIANS, JACOBIANS
from algebra.corpus.layers import LAYERS
from algebra.corpus.losses import LOSSES
from algebra.corpus.mistakes import MISTAKES
from algebra.corpus.model import shapes
from algebra.corpus.networks import NETWORKS
from algebra.corpus.rewritten import REWRITTEN

from derivcli.index_notation.proof import proves_gradient
from derivcli.language.functions import ROWS
from derivcli.language.parser import parse
from derivcli.language.tree import Comparison, Name, Number, Program

MODELS = {**COOKBOOK, **LOSSES, **NETWORKS, **LAYERS}


def is_proved(model, line, text):
    """Is a text proved a line of a model, which may use the lines before it?"""
    wrt = line[1:]
    arrays = {*model.shapes, *model.lines, *(name for name, _ in model.statements), "J"}
    arrays |= {f"d{name}" for name in model.wrt}
    before = list(model.lines)[: list(model.lines).index(line)]
    earlier = "; ".join(f"{name} = {model.lines[name]}" for name in before)
    scale = Name("m") if model.per_example and wrt not in model.wrt else None
    equations = [each.split(" = ") for each in model.assumptions]
    assumptions = [
        Comparison("==", *(parse(side, arrays=arrays).output.expression for side in each))
        for each in equations
    ]
    assumptions += [Comparison(">", Name(name), Number(0)) for name in sorted(model.scalars)]
    return proves_gradient(
        parse(model.source, arrays=arrays),
        wrt,
        parse(text, arrays=arrays).output.expression,
        model.shapes,
        definitions=parse(earlier, arrays=arrays) if earlier else None,
        scale=scale,
        assumptions=assumptions,
    )


@pytest.mark.parametrize("name", MODELS)
def test_each_line_of_a_textbook_is_proved(name):
    model = MODELS[name]
    for line, text in model.lines.items():
        assert is_proved(model, line, text), f"{line} = {text}"
    for line, text in model.shortest.items():
        assert is_proved(model, line, text), f"{line} = {text}"


@pytest.mark.parametrize(
    "mistake", MISTAKES, ids=lambda each: f"{each.model}: {each.line} = {each.text}"
)
def test_no_mistake_is_proved(mistake):
    assert not is_proved(MODELS[mistake.model], mistake.line, mistake.text)


@pytest.mark.parametrize(("name", "line", "text"), REWRITTEN)
def test_an_answer_that_is_written_otherwise_is_proved(name, line, text):
    assert is_proved(MODELS[name], line, text)


def proved(source, wrt, text, given, scale=None, assuming=()):
    typed = shapes(given)
    arrays = {*typed, *(part.split(" = ")[0] for part in source.split("; ")), "G"}
    trees = [parse(each, arrays=arrays).output.expression for each in (text, *assuming)]
    factor = parse(scale, arrays=arrays).output.expression if scale else None
    return proves_gradient(
        parse(source, arrays=arrays), wrt, trees[0], typed, scale=factor, assumptions=trees[1:]
    )


@pytest.mark.parametrize("name", JACOBIANS)
def test_a_jacobian_has_a_row_for_each_entry_of_the_output(name):
    output, given, wrt, text = JACOBIANS[name]
    assert proved(f"y = {output}", wrt, text, given)
    assert not proved(f"y = {output}", wrt, f"2*({text})", given)


def test_a_jacobian_is_not_its_transpose():
    assert proved("y = A @ x", "x", "A", "A=nxn x=nx1")
    assert not proved("y = A @ x", "x", "A.T", "A=nxn x=nx1")


@pytest.mark.parametrize("name", HESSIANS)
def test_a_hessian_is_the_jacobian_of_the_gradient(name):
    output, given, wrt, text = HESSIANS[name]
    gradients = {"quadratic": "(A + A.T) @ x + b", "cookbook 98": "(A + A.T) @ x + b",
                 "least squares": "2*X.T @ (X @ w - y)/m", "logistic": "X.T @ (sigmoid(X @ w) - y)/m",
                 "logsumexp": "softmax(x)", "norm": "x/norm(x)"}  # fmt: skip
    assert proved(f"J = {output}", wrt, gradients[name], given)
    assert proved(f"g = {gradients[name]}", wrt, text, given)


SEEDED = [  # operation, its vector-Jacobian product
    ("A @ x", "x", "A.T @ G", "A=mxn x=nx1 G=mx1"),
    ("A @ x", "A", "G @ x.T", "A=mxn x=nx1 G=mx1"),
    ("A.T", "A", "G.T", "A=mxn G=nxm"),
    ("sum(A, axis=0, keepdims=True)", "A", "G*ones(m, n)", "A=mxn G=1xn"),
    ("mean(A, axis=1, keepdims=True)", "A", "G*ones(m, n)/n", "A=mxn G=mx1"),
    ("norm(A, axis=0, keepdims=True)", "A", "G*A/norm(A, axis=0, keepdims=True)", "A=mxn G=1xn"),
    ("logsumexp(A, axis=0, keepdims=True)", "A", "G*softmax(A)", "A=mxn G=1xn"),
    ("softmax(A)", "A", "softmax(A)*(G - sum(G*softmax(A), axis=0, keepdims=True))", "A=mxn G=mxn"),
    ("softmax(A, axis=1)", "A", "softmax(A, axis=1)*(G - sum(G*softmax(A, axis=1), axis=1, keepdims=True))", "A=mxn G=mxn"),
    ("cumsum(A, axis=0)", "A", "sum(G, axis=0, keepdims=True) - cumsum(G, axis=0) + G", "A=mxn G=mxn"),
    ("prod(A, axis=1, keepdims=True)", "A", "G*prod(A, axis=1, keepdims=True)/A", "A=mxn G=mx1"),
    ("max(A, axis=1, keepdims=True)", "A", "G*(A == max(A, axis=1, keepdims=True))", "A=mxn G=mx1"),
    ("min(A, axis=0, keepdims=True)", "A", "G*(A == min(A, axis=0, keepdims=True))", "A=mxn G=1xn"),
    ("max(A)", "A", "G*(A == max(A))", "A=mxn G=1x1"),
    ("trace(A)", "A", "G*eye(n)", "A=nxn G=1x1"),
    ("det(A)", "A", "G*det(A)*inv(A).T", "A=nxn G=1x1"),
    ("logdet(A)", "A", "G*inv(A).T", "A=nxn G=1x1"),
    ("inv(A)", "A", "-inv(A).T @ G @ inv(A).T", "A=nxn G=nxn"),
    ("diag(A)", "A", "diag(G)", "A=nxn G=nx1"),
    ("diag(x)", "x", "diag(G)", "x=nx1 G=nxn"),
    ("A*x", "x", "sum(G*A, axis=1, keepdims=True)", "A=mxn x=mx1 G=mxn"),
    ("A + b", "b", "sum(G)", "A=mxn b=1x1 G=mxn"),
    ("max(A, B)", "A", "G*(A > B)", "A=mxn B=mxn G=mxn"),
    ("where(A > B, A**2, B)", "A", "2*G*A*(A > B)", "A=mxn B=mxn G=mxn"),
    ("where(A > B, A**2, B)", "B", "G*(A <= B)", "A=mxn B=mxn G=mxn"),
    ("A**k", "A", "G*k*A**(k - 1)", "A=mxn G=mxn"),
    ("k**A", "A", "G*k**A*log(k)", "A=mxn G=mxn"),
]  # fmt: skip


@pytest.mark.parametrize(("output", "wrt", "text", "given"), SEEDED)
def test_of_an_array_the_sum_of_its_entries_times_a_scale_is_meant(output, wrt, text, given):
    assert proved(f"y = {output}", wrt, text, given, "G")
    assert not proved(f"y = {output}", wrt, f"-({text})", given, "G")
    assert not proved(f"y = {output}", wrt, f"({text}) + {wrt}", given, "G")


SMOOTH = [row for row in ROWS if len(row.parameters) == 1]


@pytest.mark.parametrize("row", SMOOTH, ids=lambda row: row.name)
def test_the_slope_of_each_function_is_its_partial_derivative(row):
    J = parse(f"J = sum(y*{row.name}(u))", arrays=("u", "y"))
    right = parse(f"y*({row.partials[0]})", arrays=("u", "y")).output.expression
    wrong = parse(f"y*({row.partials[0]} + 1)", arrays=("u", "y")).output.expression
    given = {"u": ("n", "m"), "y": ("n", "m")}
    assert proves_gradient(J, "u", right, given)
    assert not proves_gradient(J, "u", wrong, given)


NOT_GRADIENTS = [
    ("J = sum(relu(A))", "A", "ones(m, n)", "A=mxn"),
    ("J = sum(relu(A))", "A", "(A < 0)", "A=mxn"),
    ("J = sum(relu(A))", "A", "relu(A)", "A=mxn"),
    ("J = sum(abs(A))", "A", "(A > 0)", "A=mxn"),
    ("J = sum(where(A == A.T, A, 0))", "A", "zeros(n, n)", "A=nxn"),  # the diagonal
    ("J = sum(where(cumsum(x, axis=0) == x, x, 0))", "x", "zeros(n, 1)", "x=nx1"),  # the first
    ("J = sum(where(eye(n) == 0, A, 0))", "A", "zeros(n, n)", "A=nxn"),
    ("J = sum(where(relu(x) == 0, x, 0))", "x", "zeros(n, 1)", "x=nx1"),
    ("J = sum(where(x - x == 0, x, 0))", "x", "zeros(n, 1)", "x=nx1"),
    ("J = sum(where(sin(x)**2 + cos(x)**2 == 1, x, 0))", "x", "zeros(n, 1)", "x=nx1"),
    ("J = sum(where(atan(x) + atan(1/x) == pi/2, x, 0))", "x", "zeros(n, 1)", "x=nx1"),
    ("J = sum(where(x == mean(x), x, 0))", "x", "zeros(n, 1)", "x=nx1"),  # where n is 1
    ("J = sum(where(tanh(x)*(exp(x) + exp(-x)) == exp(x) - exp(-x), x, 0))", "x", "zeros(n, 1)", "x=nx1"),
    ("J = max(A + A.T)", "A", "2*(A + A.T == max(A + A.T))", "A=nxn"),  # two entries tie
    ("J = sum(max(x + ones(n, m), axis=1))", "x", "m*ones(n, 1)", "x=nx1"),
    ("J = max(A + A.T)", "A", "(A + A.T == max(A + A.T)) + (A + A.T == max(A + A.T)).T", "A=nxn"),
    ("J = max(min(x, g))", "g", "sum(g <= x)", "x=nx1 g=1x1"),
    ("J = max(min(x, g))", "g", "sum((min(x, g) == max(min(x, g)))*(x > g))", "x=nx1 g=1x1"),
    ("J = sum(floor(x)*x)", "x", "x", "x=nx1"),
    ("J = sum(sqrt(x**2))", "x", "ones(n, 1)", "x=nx1"),
    ("J = sum(log(x)*0)", "x", "1/x", "x=nx1"),
    ("J = trace(A @ A)", "A", "2*A", "A=nxn"),
    ("J = x.T @ A @ x", "x", "2*A @ x", "A=nxn x=nx1"),
    ("J = x.T @ x", "x", "2*x.T", "x=nx1"),
    ("J = sum(A, axis=0) @ b", "b", "sum(A, axis=0)", "A=mxn b=nx1"),  # flat, not a column
    ("J = sum(A)", "A", "1", "A=mxn"),
    ("J = m*sum(x)", "m", "sum(x)*x", "x=mx1"),
    ("J = sum(where(y == 0, x, x**2))", "x", "2*x", "x=nx1 y=nx1"),  # y may be 0
    ("J = sum(where(x*y == 0, x, x**2))", "x", "2*x", "x=nx1 y=nx1"),
    ("J = sum(where(norm(y) == 3, x, x**2))", "x", "2*x", "x=nx1 y=nx1"),
    ("J = sum(x*sign(y)**2)", "x", "ones(n, 1)", "x=nx1 y=nx1"),
    ("A = relu(X); J = sum(A*w)", "w", "A + (A == 0)", "X=mxn w=mxn"),  # half of A is 0
    ("A = X - X; J = sum(A*w)", "w", "A + (A == 0)", "X=mxn w=mxn"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "wrt", "text", "given"), NOT_GRADIENTS)
def test_what_is_no_gradient_is_not_proved(source, wrt, text, given):
    assert not proved(source, wrt, text, given)


KINKED = [
    ("J = sum(relu(A)**2)", "A", "2*relu(A)", "A=mxn"),
    ("J = sum(relu(A)*relu(-A))", "A", "zeros(m, n)", "A=mxn"),
    ("J = sum(clip(A, -1, 1)*B)", "A", "B*(A > -1)*(A < 1)", "A=mxn B=mxn"),
    ("J = sum(max(A, 0)**2)", "A", "2*A*(A > 0)", "A=mxn"),
    ("J = sum(max(A, B))", "A", "(A >= B)", "A=mxn B=mxn"),
    ("J = sum(abs(A @ x - b))", "x", "A.T @ sign(A @ x - b)", "A=mxn x=nx1 b=mx1"),
    ("J = sum(where(A > 0, A, 0.01*A))", "A", "where(A > 0, 1, 0.01)", "A=mxn"),
    ("J = sum(floor(A)*A)", "A", "floor(A)", "A=mxn"),
    ("J = sum(softsign(A))", "A", "1/(1 + abs(A))**2", "A=mxn"),
    ("J = sum(relu(tanh(A)))", "A", "(tanh(A) > 0)*(1 - tanh(A)**2)", "A=mxn"),
    ("J = sum(max(A, A**2))", "A", "where(A**2 > A, 2*A, 1)", "A=mxn"),
    ("J = sum(softmax(A - max(A, axis=0, keepdims=True))*B)", "A",
     "softmax(A)*(B - sum(B*softmax(A), axis=0, keepdims=True))", "A=mxn B=mxn"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "wrt", "text", "given"), KINKED)
def test_a_gradient_is_proved_where_it_is_not_at_a_kink(source, wrt, text, given):
    assert proved(source, wrt, text, given)


def test_a_statement_is_varied_on_its_own():
    source = "Z = A @ x; Y = Z*x; J = sum(Y**2)"
    given = "A=nxn x=nx1"
    assert proved(source, "Z", "2*Y*x", given)
    assert proved(source, "x", "2*A.T @ (Y*x) + 2*Y*Z", given)
    assert not proved(source, "x", "2*A.T @ (Y*x)", given)
    assert proved(source, "J", "1", given)


def test_a_layer_s_activation_is_known_by_its_name_alone():
    from derivcli.language.tree import Activation, Assignment, Binary, Reduction

    z = Binary("@", Name("W"), Name("x"))
    J = Program((Assignment("J", Reduction("sum", Activation(1, False, z))),))
    slope = Binary("@", Activation(1, True, z), parse("x.T", arrays=("x",)).output.expression)
    other = Binary("@", Activation(2, True, z), parse("x.T", arrays=("x",)).output.expression)
    given = {"W": ("n", "m"), "x": ("m", 1)}
    assert proves_gradient(J, "W", slope, given)
    assert not proves_gradient(J, "W", other, given)
