"""Notation of derivatives: d/dw for one variable, ∂/∂w for several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from derivcli.calculus.results import Derivative, Statement
from derivcli.language.latex import variable as latex_name
from derivcli.report.blocks import Formula

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


def mixed_sign(output: str, one: str, other: str) -> str:
    """Return ∂²J/∂w∂b."""
    return f"∂²{output}/∂{one}∂{other}"


def mixed_latex(output: str, one: str, other: str) -> str:
    r"""Return \frac{\partial^{2} J}{\partial w \partial b}."""
    below = rf"\partial {latex_name(one)} \partial {latex_name(other)}"
    return rf"\frac{{\partial^{{2}} {latex_name(output)}}}{{{below}}}"


class FunctionResult(Protocol):
    """A result about a function: its name and its variables."""

    @property
    def output(self) -> str:
        """The name of the function: J."""

    @property
    def variables(self) -> tuple[str, ...]:
        """What it depends on."""


def operator_sign(variable: str, *, several: bool) -> str:
    """Return d/dw or ∂/∂w."""
    sign = "∂" if several else "d"
    return f"{sign}/{sign}{variable}"


def operator_latex(variable: str, *, several: bool) -> str:
    r"""Return \frac{d}{d w} and its like."""
    sign = r"\partial" if several else "d"
    return rf"\frac{{{sign}}}{{{sign} {latex_name(variable)}}}"


def function_sign(result: FunctionResult) -> str:
    """Return J(w), J(w1, w2), ..."""
    return f"{result.output}({', '.join(result.variables)})"


def function_latex(result: FunctionResult) -> str:
    r"""Return J(w_{1}, w_{2}), ..."""
    inner = ", ".join(latex_name(name) for name in result.variables)
    return f"{latex_name(result.output)}({inner})"


def derivative_formula(result: FunctionResult, derivative: Derivative) -> Formula:
    """Return dJ/dw = ..., or ∂J/∂w = ... where J has several variables."""
    several = len(result.variables) > 1
    name = (result.output, derivative.variable, derivative.order)
    return Formula(
        f"{derivative_sign(*name, several=several)} = {derivative.derivative}",
        f"{derivative_latex(*name, several=several)} = {derivative.latex}",
    )


def definition(result: FunctionResult, statements: Sequence[Statement]) -> Iterator[Formula]:
    """Yield the statements of a program, the last one as J(w) = ..."""
    *before, last = statements
    for step in before:
        yield Formula(f"{step.name} = {step.expression}", f"{latex_name(step.name)} = {step.latex}")
    yield Formula(
        f"{function_sign(result)} = {last.expression}", f"{function_latex(result)} = {last.latex}"
    )
