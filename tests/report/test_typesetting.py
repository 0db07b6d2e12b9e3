"""Formulas as they are typed in sentences and cells, beside how a hand would write them."""

import pytest

from derivcli.language.latex import number_latex
from derivcli.report.markup import mixed, parts
from derivcli.report.typesetting import typeset


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("6 x 0.001", r"6 \times 0.001"),
        ("-6 x eps", r"-6 \times \varepsilon"),
        ("x*y", r"x\, y"),
        ("N x P = 1,000", r"N \times P = 1{,}000"),
        ("w = 1, b = 2", "w = 1, b = 2"),
        ("dJ/dw = 6", "dJ/dw = 6"),
        ("∂J/∂w1 = -4", r"\partial J/\partial w_{1} = -4"),
        ("d²J/dw²", "d^{2} J/dw^{2}"),
        ("(J(w + eps) - J(w)) / eps", r"(J(w + \varepsilon) - J(w)) / \varepsilon"),
        ("ΔJ = J(w + eps) - J(w)", r"\Delta J = J(w + \varepsilon) - J(w)"),
        ("eps⁴", r"\varepsilon^{4}"),
        ("2/J'' = 1", "2/J'' = 1"),
        ("-1e-7 ≈ 2.5e-10", r"-10^{-7} \approx 2.5 \cdot 10^{-10}"),
        ("a**b**-c", "a^{b^{-c}}"),
        ("2**(-x)*y", r"2^{-x}\, y"),
        ("exp(-x**2)**2", "(e^{-x^{2}})^{2}"),
        ("sqrt(u)'", r"(\sqrt{u})'"),
        ("log(w, 2)", r"\log_{2}(w)"),
        ("atan2(max(u, v), w)", r"\operatorname{atan2}(\max(u, v), w)"),
        ("3*w**2 + 2*10", r"3\, w^{2} + 2 \cdot 10"),
        ("w_j + x_max + theta", r"w_{j} + x_{\mathrm{max}} + \theta"),
        ("w1 <= 2", r"w_{1} \leq 2"),
        ("f_u(u, v)*u'", r"f_{u}(u, v)\, u'"),
        ("50%", r"50\%"),
        ("", ""),
        ("((", "(("),
    ],
)
def test_formulas_are_typeset_as_by_hand(text, latex):
    assert typeset(text) == latex


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("1e-7", "10^{-7}"),
        ("-1e20", "-10^{20}"),
        ("< 1e-2000", "< 10^{-2000}"),
        ("2.5e3", r"2.5 \cdot 10^{3}"),
        ("0.25", "0.25"),
    ],
)
def test_a_power_of_ten_has_no_factor_of_1(text, latex):
    assert number_latex(text) == latex


def test_words_among_formulas_stay_words():
    told = list(parts(mixed("(u**n)' = n*u**(n - 1), and times u' where u is more than w")))
    assert [(part.kind, part.text) for part in told] == [
        ("math", "(u**n)' = n*u**(n - 1)"), ("words", ", and times "), ("math", "u'"),
        ("words", " where "), ("math", "u"), ("words", " is more than "), ("math", "w"),
    ]  # fmt: skip
