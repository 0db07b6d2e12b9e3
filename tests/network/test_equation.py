import pytest

from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Activation, Binary, Name, Transpose, nodes
from derivcli.networks.equation import Equation, latex
from derivcli.networks.equation import written as text
from derivcli.networks.equation_reader import parse, parse_right_side

SPELLINGS = {
    "W2": ["W_2", "W[2]", "W^[2]", "W^{[2]}", "w2", "w^[2]", "W02", "+W2", "((W2))"],
    "W2.T": ["W^[2].T", "W2ᵀ", "W^[2]ᵀ", "W2^T", "W2^{T}", "W2 . T", "W2.transpose()", "W2^⊤",
             "W^{[2]T}", "W^{[2]⊤}", "w^{[2]T}",
             "np.transpose(W2)", "transpose(W2)", "numpy.transpose(W2)", "torch . transpose(W2)"],
    "X": ["A0", "A^[0]", "A_0"],
    "dZ1.T @ X.T": ["dZ^{[1]T} @ X^{T}", "dZ^{[1]⊤}@Xᵀ"],
    "dZ1": ["dZ_1", "dZ^[1]", "dZ[1]", "dZ^{[1]}"],
    "dW2": ["dw2", "dW^[2]", "dw_2"],
    "W2 @ A1": ["W2 A1", "w2 A1", "W^{[2]}A^{[1]}", "W2 (A1)",
                "dot(W2, A1)", "np.matmul(W2, A1)", "W2.dot(A1)", "W2@A1"],
    "1 / m * dZ2 @ A1.T": ["1/m dZ2 A1.T", "1/m dZ^[2] A^[1]T", "(1/m) dZ^{[2]}A^{[1]T}"],
    "2 * W2": ["2 W2", "2W2"],
    "sigmoid(Z1)": ["σ(Z1)", "sigma(Z1)", "expit(Z1)", "torch.sigmoid(Z1)"],
    "log(Z1, 2)": [],
    "max(Z1)": ["np.max(Z1)", "np.amax(Z1)", "Z1.max()"],
    "max(Z1, axis=0, keepdims=True)": ["np.max(Z1, axis=0, keepdims=True)"],
    "softmax(Z2)": ["softmax(Z2, axis=0)", "torch.softmax(Z2, dim=0)"],
    "softmax(Z2, axis=1)": ["softmax(Z2, 1)"],
    "norm(W1)**2": ["np.linalg.norm(W1)^2"],
    "trace(W1 @ X)": ["np.trace(W1 X)", "tr(W1 @ X)"],
    "Z1 * A1": ["Z1 ⊙ A1", "Z1∘A1", "multiply(Z1, A1)", "np.multiply(Z1,A1)", "Z1 ∗ A1"],
    "Z1 + A1": ["add(Z1, A1)"],
    "Z1 - A1": ["subtract(Z1, A1)", "Z1 − A1", "Z1 \n- # a comment\n A1"],
    "Z1 / A1": ["divide(Z1, A1)", "Z1 ÷ A1"],
    "Z1**2": ["Z1^2", "Z1 ^ 2", "square(Z1)", "power(Z1, 2)", "Z1²", "Z1^(2)", "Z^[1]^2"],
    "Z1**(-1)": ["Z1**-1", "Z1^(-1)"],
    "-Z1": ["negative(Z1)", "+-Z1"],
    "sum(Z1)": ["np.sum(Z1)", "Z1.sum()", "sum(Z1, axis=None)", "sum(Z1, None)",
                "sum(Z1, keepdims=False)", "sum(Z1, None, False)"],
    "sum(Z1, axis=1)": ["sum(Z1, 1)", "Z1.sum(axis=1)", "Z1.sum(dim = 1)",
                        "sum(Z1, axis=1, keepdims=0)"],
    "sum(Z1, axis=-1)": ["sum(Z1, -1)", "Z1.sum(dim=-1)"],
    "mean(Z1, axis=0)": ["mean(Z1, 0)", "Z1.mean(0)", "np.mean(Z1, axis = 0, keepdims=false)"],
    "mean(Z1, axis=-2)": ["mean(Z1, -2)", "Z1.mean(-2)", "np.mean(Z1, axis = - 2)"],
    "sum(Z1, axis=1, keepdims=True)": ["sum(Z1, keepdims, axis=1)", "Z1.sum(1, keepdims=1)",
                                       "sum(Z1, 1, True)", "Z1.sum(1, true)",
                                       "sum(Z1, axis=1, keepdim=true)"],
    "where(Z1 > 0, 1, 0.01)": ["np.where(Z1>0,1,.01)", "leaky_relu'(Z1)", "LeakyReLU_prime(Z1)"],
    "log(A1)": ["ln(A1)", "np.log(A1)"],
    "max(0, Z1)": ["np.maximum(0, Z1)"],
    "max(0, Z1, A1)": ["max(max(0, Z1), A1)"],
    "pi * e": ["np.pi * np.e", "π*e"],
    "g1(Z1)": ["g^[1](Z1)", "g_1(Z1)", "g[1](Z^[1])", "g(Z1)", "g^{[1]}(Z1)"],
    "g1'(Z1)": ["g1_prime(Z1)", "g[1]'(Z^[1])", "g^[1]'(Z1)", "g1′(Z1)", "g'(Z1)", "g^{[1]'}(Z1)",
                "g_prime(Z1)"],
    "g2'(A2)": ["g'(A2)"],
    "sigmoid(Z1) * (1 - sigmoid(Z1))": ["sigmoid'(Z1)", "logistic_prime(Z1)"],
    "1 - tanh(Z1 + 1)**2": ["np.tanh'(Z1 + 1)"],
    "heaviside(Z1)": ["relu'(Z1)", "relu′(Z1)"],
    "Z1 <= A1": ["Z1 ≤ A1"],
    "Z1 != A1": ["Z1 ≠ A1"],
    "-Z1 @ A1": ["(-Z1) @ A1"],
    "-Z1**2": ["-(Z1**2)"],
    "Z1 - (A1 - 1)": [],
    "Z1 - A1 - 1": ["(Z1 - A1) - 1"],
    "Z1 * A1 @ Z2 / m": ["((Z1 * A1) @ Z2) / m"],
    "Z1 @ (A1 * Z2)": [],
    "Z1**A1**2": ["Z1**(A1**2)"],
    "(Z1**A1)**2": [],
    "Z1 * (-A1)": ["Z1 * -A1"],
    "2 * (-A1 @ Z1)": [],
    "(Z1 + A1).T": ["transpose(Z1 + A1)", "(Z1+A1)ᵀ"],
    "(2).T": ["transpose(2)"],
    "W2.T.T**2": ["W2ᵀᵀ²"],
    "Z1 + 1 > A1 * 2": ["(Z1 + 1) > (A1 * 2)"],
    "(Z1 > 0) * A1": [],
    "(Z1 > 0) > 0": [],
}  # fmt: skip


@pytest.mark.parametrize("canonical", SPELLINGS)
def test_every_spelling_reads_as_the_canonical_one(canonical):
    tree = parse_right_side(canonical, 2)
    assert text(tree) == canonical
    for source in SPELLINGS[canonical]:
        assert parse_right_side(source, 2) == tree, source


def test_an_equation_of_the_matrices():
    source = "dZ^[1] := np.dot(W2.T, dZ2) * g1'(Z1)"
    equation = parse(source, 2)
    product = Binary("@", Transpose(Name("W2")), Name("dZ2"))
    assert equation == Equation("dZ1", Binary("*", product, Activation(1, True, Name("Z1"))))
    assert equation.source == source
    assert text(equation) == "dZ1 = W2.T @ dZ2 * g1'(Z1)"


def test_an_equation_of_one_example():
    equation = parse("dz1 = w2.T @ dz2 * (1 - a1²)", 2)
    assert equation.single
    assert equation.name == "dZ1"
    assert text(equation) == "dz1 = W2.T @ dz2 * (1 - a1**2)"
    assert parse_right_side("x - y", 1, single=True) == parse_right_side("X - Y", 1)


def test_names_that_both_forms_share_leave_the_matrices():
    assert not parse("dw1 = w1 + dW1 * b1", 1).single
    assert parse("dW1 = dz1 @ x.T", 1).single


SPANS = [
    ("dZ1 = (W2.T @ dZ2) * g1'(Z1)", ["(W2.T @ dZ2) * g1'(Z1)", "(W2.T @ dZ2)", "W2.T", "W2", "dZ2", "g1'(Z1)", "Z1"]),
    ("db1 = np.sum(dZ^[1], axis=1) / m", ["np.sum(dZ^[1], axis=1) / m", "np.sum(dZ^[1], axis=1)", "dZ^[1]", "m"]),
    ("A1 = W^{[2]T} + b1", ["W^{[2]T} + b1", "W^{[2]T}", "W^{[2]", "b1"]),
    ("A1 = -Z1.mean(0)²", ["-Z1.mean(0)²", "Z1.mean(0)²", "Z1.mean(0)", "Z1", "²"]),
    ("A1 = where(Z1 ≥ 0, +m, ( 1 ))", ["where(Z1 ≥ 0, +m, ( 1 ))", "+m", "Z1 ≥ 0", "Z1", "0", "( 1 )"]),
    ("A1 = W1.dot(X ᵀ)^2", ["W1.dot(X ᵀ)^2", "W1.dot(X ᵀ)", "W1", "X ᵀ", "X", "2"]),
    ("A1 = tanh'((Z1))", ["tanh'((Z1))", "tanh'((Z1))", "tanh'((Z1))", "tanh'((Z1))", "(Z1)", "tanh'((Z1))"]),
]  # fmt: skip


@pytest.mark.parametrize("source, expected", SPANS)
def test_every_element_knows_where_it_stands(source, expected):
    equation = parse(source, 2)
    spans = [each.span for each in nodes(equation.expression)]
    assert [source[span.start : span.end] for span in spans] == expected
    assert source[equation.span.start : equation.span.end] == source


@pytest.mark.parametrize("name", [n for n, row in FUNCTIONS.items() if len(row.parameters) == 1])
def test_the_slope_of_every_function_can_be_written_out(name):
    tree = parse_right_side(f"{name}'(Z1 + 1)", 1)
    assert parse_right_side(text(tree), 1) == tree
    assert latex(tree)
