"""What a gradient program says beside its lines: rules, shapes, rows, second derivatives, size."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad, jacobian
from console import run
from numeric import evaluated, gradients, value

from derivcli.algebra.reverse import hessian_vector, reverse
from derivcli.language.parser import parse
from derivcli.language.text import text
from derivcli.language.tree import (
    Assignment,
    Binary,
    Call,
    Name,
    Program,
    Reduction,
    fold,
)

SIZES = {"n": 4, "m": 5, "k": 3}
NETWORK = (
    "Z1 = W1 @ X + b1; A1 = tanh(Z1); Z2 = W2 @ A1 + b2; A2 = sigmoid(Z2); "
    "J = -sum(Y*log(A2) + (1 - Y)*log(1 - A2)) / m"
)
SHAPES = {
    "W1": ("k", "n"), "X": ("n", "m"), "b1": ("k", 1), "W2": (2, "k"), "b2": (2, 1), "Y": (2, "m"),
}  # fmt: skip


def tree(source, arrays=("x", "A", "X", "Y", "W", "Z", "P", "B")):
    return parse(source, arrays=arrays).output.expression


def derived(source, wrt, shapes, **options):
    return reverse(parse(source, arrays=tuple(shapes)), wrt.split(), shapes, **options)


def written(gradient):
    return [text(line.statement, arrays=True) for line in gradient.lines]


def draw(shapes, seed=3, low=None):
    rng = np.random.default_rng(seed)
    sizes = {name: tuple(SIZES.get(size, size) for size in shape) for name, shape in shapes.items()}
    if low is None:
        return {**SIZES, **{name: rng.normal(size=shape) for name, shape in sizes.items()}}
    return {**SIZES, **{name: rng.uniform(low, 1, size=shape) for name, shape in sizes.items()}}


def test_each_line_has_the_rules_that_made_it():
    found = derived(NETWORK, "W1 b1 W2 b2", SHAPES)
    assert {line.of: line.rules for line in found.lines} == {
        "Z2": (
            "product", "sum of entries", "sum", "elementwise chain (log)", "multiple",
            "elementwise chain (sigmoid)",
        ),
        "W2": ("sum", "matrix product"),
        "b2": ("sum", "broadcast"),
        "Z1": ("sum", "matrix product", "elementwise chain (tanh)"),
        "W1": ("sum", "matrix product"),
        "b1": ("sum", "broadcast"),
    }  # fmt: skip


def test_a_gradient_has_the_shape_of_what_it_is_by():
    found = derived(NETWORK, "W1 b1 W2 b2", SHAPES)
    assert {line.of: line.shape for line in found.lines if line.of in SHAPES} == {
        name: SHAPES[name] for name in ("W1", "b1", "W2", "b2")
    }
    assert found.shapes["Z1"] == found.shapes["dZ1"] == ("k", "m")


@pytest.mark.parametrize(
    "shape, expected",
    [
        ((), "db = sum(2 * (Z + b))"),
        ((1, 1), "db = sum(2 * (Z + b), keepdims=True)"),
        ((1, "m"), "db = sum(2 * (Z + b), axis=0, keepdims=True)"),
        (("k", 1), "db = sum(2 * (Z + b), axis=1, keepdims=True)"),
        (("k", "m"), "db = 2 * (Z + b)"),
    ],
)
def test_what_broadcasting_copied_is_summed_by_the_declared_size(shape, expected):
    shapes = {"Z": ("k", "m"), "b": shape} if shape else {"Z": ("k", "m")}
    found = derived("J = sum((Z + b)**2)", "b", shapes)
    names = {**draw({"Z": ("k", "m")}), "b": np.ones([SIZES.get(size, size) for size in shape])}
    own = value(found.lines[0].expression, names)
    (other,) = gradients(found.program, names, ["b"])
    assert np.shape(own) == np.shape(names["b"])
    assert np.allclose(own, other)
    assert found.lines[0].shape == shape


def test_flat_sums_are_what_numpy_has():
    # Of a (4, 5) array NumPy's sum along axis 1 is flat, and goes along the rows of a (4, 4).
    shapes = {"A": ("n", "n"), "X": ("n", "m")}
    found = derived("s = sum(X**2, axis=1); J = sum(A * s) + s @ A @ s", "X A", shapes)
    names = draw(shapes)
    values = evaluated(found.whole.statements, names)
    for name, other in zip("XA", gradients(found.program, names, ["X", "A"]), strict=True):
        assert values[f"d{name}"].shape == names[name].shape
        assert np.allclose(values[f"d{name}"], other)


def test_a_product_of_flat_arrays_has_its_gradient():
    source = "s = sum(X, axis=0); J = s @ A @ s"
    told = run("diff", source, "--shape", "X=mxn", "A=nxn", "--wrt", "X")
    assert "sum(X, axis=0, keepdims=True) @ (A + A.T) * ones(m, n), of shape (m, n)" in told.stdout
    assert "Proved for all sizes." in told.stdout


def test_softmax_collapses_where_it_is_stated_that_the_labels_add_up_to_1():
    source = "P = softmax(Z); J = -sum(Y*log(P))"
    shapes = {"Z": ("k", "m"), "Y": ("k", "m")}
    assumed = [(tree("sum(Y, axis=0)"), tree("1"))]
    assert written(derived(source, "Z", shapes, assumptions=assumed)) == ["dZ = P - Y"]
    assert written(derived(source, "Z", shapes)) == ["dZ = P * sum(Y, axis=0, keepdims=True) - Y"]


@pytest.mark.parametrize(
    "source, shapes, expected",
    [
        ("J = logdet(X.T @ X)/2", {"X": ("m", "n")}, "X @ inv(X.T @ X)"),
        ("J = logdet(X.T @ X + a*eye(n))", {"X": ("m", "n")}, "2 * X @ inv(X.T @ X + a * eye(n))"),
        ("C = X @ X.T; J = sum(C**2)", {"X": ("m", "n")}, "4 * C @ X"),
        ("J = logdet(X + a*X.T)", {"X": ("n", "n")}, "a * inv(T1) + inv(T1).T"),
        ("J = sum(X*eye(n)*Y)", {"X": ("n", "n"), "Y": ("n", "n")}, "eye(n) * Y"),
    ],
)
def test_what_is_its_own_transpose_is_not_transposed(source, shapes, expected):
    assert written(derived(source, "X", shapes))[-1] == f"dX = {expected}"


def test_the_diagonal_is_added_up_by_the_trace():
    found = derived("J = logdet(K + s*eye(n))", "s", {"K": ("n", "n")})
    assert written(found) == ["ds = trace(inv(K + s * eye(n)))"]
    found = derived("J = sum(diag(K))", "K", {"K": ("n", "n")})
    assert written(found) == ["dK = eye(n)"]


def test_a_variable_without_influence_has_the_gradient_0():
    shapes = {"A": ("n", "m"), "B": ("m", "k")}
    found = derived("J = sum(A)", "A B c", shapes)
    assert set(written(found)) == {"dA = ones(n, m)", "dB = zeros(m, k)", "dc = 0"}


def test_a_row_of_the_jacobian_is_seeded():
    source, shapes = "y = tanh(A @ x) * x", {"A": ("n", "n"), "x": ("n", 1)}
    names = draw(shapes)
    whole = jacobian(lambda x: np.tanh(1) * 0 + value(tree("tanh(A @ x) * x"), {**names, "x": x}))
    rows = whole(names["x"])
    for index in range(4):
        seed = np.eye(4)[:, index : index + 1]
        found = derived(source, "x", {**shapes, "G": ("n", 1)}, seed=Name("G"))
        values = evaluated(found.whole.statements, {**names, "G": seed})
        assert np.allclose(values["dx"][:, 0], rows[index, 0, :, 0])


@pytest.mark.parametrize(
    "source, wrt, shapes",
    [
        ("J = sum(sin(A @ x)**2)", "x", {"A": ("m", "n"), "x": ("n", 1)}),
        ("J = x.T @ A @ x", "x A", {"A": ("n", "n"), "x": ("n", 1)}),
        ("Z = W @ X + b; A = tanh(Z); J = sum(softmax(A)**2)/m", "W b",
         {"W": ("k", "n"), "X": ("n", "m"), "b": ("k", 1)}),
        ("J = sum(log(1 + exp(X @ w)))", "w", {"X": ("m", "n"), "w": ("n", 1)}),
    ],
)  # fmt: skip
def test_reverse_of_reverse_is_the_hessian_times_a_direction(source, wrt, shapes):
    program, wrt = parse(source, arrays=tuple(shapes)), wrt.split()
    along = {name: f"V{name}" for name in wrt}
    found = hessian_vector(program, wrt, along, shapes)
    names = draw({**shapes, **{along[name]: shapes[name] for name in wrt}})
    values = evaluated(found.whole.statements, names)

    def slope(*arrays):
        parts = [
            grad(lambda *own: np.sum(0) + sum_of(program, names, wrt, own), i)(*arrays)
            for i in range(len(wrt))
        ]
        total = 0
        for part, name in zip(parts, wrt, strict=True):
            total = total + (part * names[along[name]]).sum()
        return total

    for index, name in enumerate(wrt):
        other = grad(slope, index)(*(names[each] for each in wrt))
        assert values[f"d2{name}"].shape == names[name].shape
        assert np.allclose(values[f"d2{name}"], other)


def sum_of(program, names, wrt, values):
    last = evaluated(program.statements, {**names, **dict(zip(wrt, values, strict=True))})
    return anp.sum(last[program.output.name])


def test_the_hessian_of_a_quadratic_form():
    shapes = {"A": ("n", "n"), "x": ("n", 1)}
    found = hessian_vector(parse("J = x.T @ A @ x", arrays=("A", "x")), ["x"], {"x": "v"}, shapes)
    assert written(found) == ["d2x = (A + A.T) @ v"]


@pytest.mark.parametrize("count", [2_000, pytest.param(10_000, marks=pytest.mark.exhaustive)])
def test_ten_thousand_statements(count):
    statements = [Assignment("a0", Binary("@", Name("W"), Name("x")))]
    for index in range(1, count):
        inner = Binary("@", Name("W"), Name(f"a{index - 1}"))
        statements.append(Assignment(f"a{index}", Call("tanh", (inner,))))
    statements.append(Assignment("J", Reduction("sum", Name(f"a{count - 1}"))))
    found = reverse(Program(tuple(statements)), ["W"], {"W": ("n", "n"), "x": ("n", 1)})
    assert len(found.lines) == count + 1
    assert (
        text(found.lines[1].expression, arrays=True)
        == f"W.T @ dT{count - 1} * (1 - a{count - 2}**2)"
    )


@pytest.mark.parametrize("operator", ["+", "*"])
def test_ten_thousand_operations_in_one_line(operator):
    expression = Name("x")
    for index in range(10_000):
        expression = Binary(operator, expression, Name(f"v{index}"))
    program = Program((Assignment("J", Reduction("sum", expression)),))
    (line,) = reverse(program, ["x"], {"x": ("n", 1)}).lines
    assert line.shape == ("n", 1)


def test_a_tree_ten_thousand_levels_deep():
    expression = Name("x")
    for _ in range(10_000):
        expression = Call("sin", (expression,))
    found = reverse(Program((Assignment("J", expression),)), ["x"], {})
    longest = max(fold(line.expression, lambda _, parts: 1 + sum(parts)) for line in found.lines)
    assert longest < 300
    values = evaluated(found.whole.statements, {"x": 0.5})
    slope, u = 1.0, 0.5
    for _ in range(10_000):
        slope, u = slope * np.cos(u), np.sin(u)
    assert values["dx"] == pytest.approx(slope, rel=1e-9)


def test_no_line_names_one_that_has_been_written_out():
    # The gradient of T2 is put into that of B; the relation that it gives is not used from then on.
    source = (
        "S1 = X @ X @ (X.T + W); "
        "J = det(tanh(cumsum(A @ A.T, axis=0) @ softmax(A, axis=0) "
        "+ norm((prod(sin(B - V) + 2, axis=0, keepdims=True)**2)**2 + 1)) + 6*eye(n)) + mean(sin(S1))"
    )
    shapes = {
        "X": ("k", "k"), "W": (1, "k"), "B": ("m", "k"), "V": ("m", "k"), "A": ("n", "n"),
    }  # fmt: skip
    found = derived(source, "X W B V A", shapes)
    names = draw(shapes)
    values = evaluated(found.whole.statements, names)
    for name, other in zip(shapes, gradients(found.program, names, [*shapes]), strict=True):
        assert np.allclose(values[f"d{name}"], other), name
