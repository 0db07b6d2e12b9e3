import pytest

from derivcli.language.latex import latex, variable
from derivcli.language.parser import parse


@pytest.mark.parametrize("source, expected", [
    ("2w", "2 w"),
    ("w**2", "w^{2}"),
    ("-w**2", "- w^{2}"),
    ("1/w", r"\frac{1}{w}"),
    ("-1/w**2", r"- \frac{1}{w^{2}}"),
    ("a - (b - c)", r"a - (b - c)"),
    ("(w + 1)*(w - 1)", r"(w + 1) (w - 1)"),
    ("(w + 1)**2", r"(w + 1)^{2}"),
    ("2*3", r"2 \cdot 3"),
    ("w*2", r"w \cdot 2"),
    ("2*(-3)", r"2 (- 3)"),
    ("3*(1/3)", r"3 \cdot \frac{1}{3}"),  # not the mixed number
    ("weight*exp(w)", r"\mathrm{weight} \, e^{w}"),
    ("w_j*x_max", r"w_{j} x_{\mathrm{max}}"),
    ("sqrt(w)/2", r"\frac{\sqrt{w}}{2}"),
    ("cbrt(w)", r"\sqrt[3]{w}"),
    ("|w|", r"\left|w\right|"),
    ("exp(-w)", "e^{- w}"),
    ("exp(w)**2", r"(e^{w})^{2}"),
    ("sin(pi*w)", r"\sin(\pi w)"),
    ("log(w, 2)", r"\log_{2}(w)"),
    ("leaky_relu(w)", r"\operatorname{leaky\_relu}(w)"),
    ("1e-30*w", r"10^{-30} w"),
    ("theta1**2", r"\theta_{1}^{2}"),
    ("where(w > 0, w, 0)", r"\begin{cases} w & \text{if } w > 0 \\ 0 & \text{otherwise} \end{cases}"),
])  # fmt: skip
def test_latex(source, expected):
    assert latex(parse(source).output.expression) == expected


@pytest.mark.parametrize("name, expected", [
    ("w", "w"), ("w1", "w_{1}"), ("W1_2_3", "W_{1,2,3}"), ("theta_1_2", r"\theta_{1,2}"), ("w_1", "w_{1}"), ("theta", r"\theta"), ("lambda2", r"\lambda_{2}"),
    ("rate", r"\mathrm{rate}"), ("learning_rate", r"\mathrm{learning\_rate}"),
])  # fmt: skip
def test_variable(name, expected):
    assert variable(name) == expected
