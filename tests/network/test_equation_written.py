import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivcli.language.tree import (
    COMPARISONS,
    Activation,
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Number,
    Piecewise,
    Reduction,
    Transpose,
    Unary,
)
from derivcli.networks.equation import LAYERED, Equation, latex
from derivcli.networks.equation import written as text
from derivcli.networks.equation_reader import parse, parse_right_side

NUMBERS = st.builds(
    lambda digits, power: Number(Fraction(digits) * Fraction(10) ** power),
    st.integers(0, 10**6),
    st.integers(-12, 25),
)
ARRAYS = st.sampled_from(["X", "Y", "m", *(f"{stem}{n}" for stem in LAYERED for n in (1, 2))]).map(
    Name
)
LEAVES = st.one_of(NUMBERS, ARRAYS, ARRAYS, st.sampled_from(["pi", "e"]).map(Constant))
OPERATORS = ["@", "+", "-", "*", "/", "**"]


def grown(inner):
    apply = st.sampled_from(
        ["exp", "log", "sqrt", "cbrt", "abs", "floor", "log2", "leaky_relu", "sigmoid"]
    )
    compared = st.builds(Comparison, st.sampled_from(COMPARISONS), inner, inner)
    axes = st.sampled_from([None, 0, 1, -1, -2])
    return st.one_of(
        st.builds(Transpose, inner),
        st.builds(Unary, st.just("-"), inner),
        st.builds(Binary, st.sampled_from(OPERATORS), inner, inner),
        st.builds(Binary, st.sampled_from(OPERATORS), inner, inner),
        compared,
        st.builds(Reduction, st.sampled_from(["sum", "mean", "max"]), inner, axes, st.booleans()),
        st.builds(Reduction, st.just("softmax"), inner, st.sampled_from([0, 1, -1])),
        st.builds(Call, apply, st.tuples(inner)),
        st.builds(Call, st.sampled_from(["max", "atan2"]), st.tuples(inner, inner)),
        st.builds(Call, st.sampled_from(["trace", "inv"]), st.tuples(inner)),
        st.builds(Piecewise, st.tuples(inner), st.tuples(compared), inner),
        st.builds(Activation, st.integers(1, 2), st.booleans(), inner),
    )


TREES = st.recursive(LEAVES, grown, max_leaves=12)


@settings(max_examples=600, deadline=None)
@given(TREES, st.booleans())
def test_what_is_written_is_read_again(tree, single):
    assert parse_right_side(text(tree, single=single), 2, single=single) == tree


@settings(max_examples=200, deadline=None)
@given(TREES, st.sampled_from(["Z1", "A2", "dZ2", "dA1"]), st.booleans())
def test_an_equation_that_is_written_is_read_again(tree, name, single):
    equation = Equation(name, tree, single)
    assert parse(text(equation), 2) == equation


@settings(max_examples=300, deadline=None)
@given(TREES, st.booleans())
def test_latex_closes_every_brace_and_has_one_superscript_at_a_time(tree, single):
    written = latex(tree, single=single)
    depth = 0
    for character in written:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert written.count(r"\left") == written.count(r"\right")
    assert not re.search(r"\^\{[^{}]*\}\^", written)


LATEX = {
    "W2.T @ dZ2 * g1'(Z1)": r"W^{[2]\mathsf{T}}\, dZ^{[2]} \odot g^{[1]\prime}(Z^{[1]})",
    "W2.T @ (dZ2 * A2)": r"W^{[2]\mathsf{T}}\, (dZ^{[2]} \odot A^{[2]})",
    "dZ2 * A2 @ A1.T": r"(dZ^{[2]} \odot A^{[2]})\, A^{[1]\mathsf{T}}",
    "1 / m * dZ2 @ A1.T": r"\frac{1}{m}\, dZ^{[2]}\, A^{[1]\mathsf{T}}",
    "dZ2 @ A1.T / m": r"\frac{1}{m}\, dZ^{[2]}\, A^{[1]\mathsf{T}}",
    "(A1 + Z1).T": r"(A^{[1]} + Z^{[1]})^{\mathsf{T}}",
    "X.T": r"X^{\mathsf{T}}",
    "W1 @ X + b1": r"W^{[1]}\, X + b^{[1]}",
    "-Y / A2 + (1 - Y) / (1 - A2)": r"-\frac{Y}{A^{[2]}} + \frac{1 - Y}{1 - A^{[2]}}",
    "-A2 / m": r"-\frac{1}{m}\, A^{[2]}",
    "1 - A1**2": r"1 - (A^{[1]})^{2}",
    "2 * 3 * A1": r"2 \cdot 3\, A^{[1]}",
    "sum(dZ2, axis=1, keepdims=True)": r"\sum_{i=1}^{m} dZ^{[2](i)}",
    "1 / m * sum(dZ2, axis=1, keepdims=True)": r"\frac{1}{m}\, \sum_{i=1}^{m} dZ^{[2](i)}",
    "sum(dZ2, axis=1, keepdims=True) / m": r"\frac{1}{m}\, \sum_{i=1}^{m} dZ^{[2](i)}",
    "mean(dZ2, axis=1, keepdims=True)": r"\frac{1}{m}\, \sum_{i=1}^{m} dZ^{[2](i)}",
    "sum(dZ2, axis=1, keepdims=True) + b2": r"\left(\sum_{i=1}^{m} dZ^{[2](i)}\right) + b^{[2]}",
    "sum(X, axis=1, keepdims=True) * A1": r"\left(\sum_{i=1}^{m} X^{(i)}\right) \odot A^{[1]}",
    "mean(dZ2, axis=-1, keepdims=True)": r"\frac{1}{m}\, \sum_{i=1}^{m} dZ^{[2](i)}",
    "sum(dZ2, axis=-1)": r"\sum_{\text{columns}}(dZ^{[2]})",
    "sum(dZ2, axis=-2)": r"\sum_{\text{rows}}(dZ^{[2]})",
    "sum(dW2, axis=1, keepdims=True)": r"\sum_{\text{columns}}(dW^{[2]})",
    "sum(dZ2, axis=1)": r"\sum_{\text{columns}}(dZ^{[2]})",
    "mean(W2, axis=0)": r"\operatorname{mean}_{\text{rows}}(W^{[2]})",
    "-sum(Y * log(A2)) / m": r"-\frac{1}{m}\, \sum(Y \odot \log(A^{[2]}))",
    "dA1 * (Z1 > 0)": r"dA^{[1]} \odot [Z^{[1]} > 0]",
    "where(Z1 >= 0, 1, 0.01)": r"\begin{cases} 1 & \text{if } Z^{[1]} \geq 0 \\ 0.01 & \text{otherwise} \end{cases}",
    "sigmoid(Z1) * (1 - sigmoid(Z1))": r"\sigma(Z^{[1]}) \odot (1 - \sigma(Z^{[1]}))",
    "exp(-Z1) + pi": r"e^{-Z^{[1]}} + \pi",
    "floor(Z1)**2": r"\left\lfloor{Z^{[1]}}\right\rfloor^{2}",
    "cbrt(Z1)": r"\sqrt[3]{Z^{[1]}}",
    "log2(Z1 / A1)": r"\log_{2}\left(\frac{Z^{[1]}}{A^{[1]}}\right)",
    "leaky_relu(Z1)": r"\operatorname{leaky\_relu}(Z^{[1]})",
    "A1 - (-Z1)": r"A^{[1]} - (-Z^{[1]})",
}  # fmt: skip


@pytest.mark.parametrize("source", LATEX)
def test_latex(source):
    assert latex(parse_right_side(source, 2)) == LATEX[source]


def test_latex_of_one_example():
    equation = parse("dz1 = W2.T @ dz2 * g1'(z1)", 2)
    assert (
        latex(equation) == r"dz^{[1]} = W^{[2]\mathsf{T}}\, dz^{[2]} \odot g^{[1]\prime}(z^{[1]})"
    )
    assert latex(parse_right_side("X", 1), single=True) == "x"
