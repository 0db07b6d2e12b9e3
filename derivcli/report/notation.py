"""Notation of derivatives: d/dw for one variable, ∂/∂w for several."""

from __future__ import annotations

from derivcli.calculus.results import Study
from derivcli.language.latex import variable as latex_name

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def derivative_sign(output: str, variable: str, order: int, *, several: bool) -> str:
    """Return dJ/dw, ∂J/∂w, d²J/dw², ..."""
    sign = "∂" if several else "d"
    power = "" if order == 1 else str(order).translate(SUPERSCRIPTS)
    return f"{sign}{power}{output}/{sign}{variable}{power}"


def derivative_latex(output: str, variable: str, order: int, *, several: bool) -> str:
    r"""Return \frac{dJ}{dw} and its like."""
    sign = r"\partial " if several else "d"
    power = "" if order == 1 else f"^{{{order}}}"
    above = f"{sign.strip()}{power}" if order > 1 else sign
    return rf"\frac{{{above} {latex_name(output)}}}{{{sign}{latex_name(variable)}{power}}}".replace(
        "d J", "dJ"
    )


def function_sign(study: Study) -> str:
    """Return J(w), J(w1, w2), ..."""
    return f"{study.output}({', '.join(study.variables)})"


def function_latex(study: Study) -> str:
    r"""Return J(w_{1}, w_{2}), ..."""
    inner = ", ".join(latex_name(name) for name in study.variables)
    return rf"{latex_name(study.output)}\left({inner}\right)"
