"""Charts and graphs for TeX: they compile, and no box is overfull."""

import shutil
import subprocess

import pytest

from derivcli.render import pgfplots, tikz
from derivcli.report.blocks import Chart, Curve, Diagram, Label, Vertex

PREAMBLE = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath,tikz,pgfplots}
\usetikzlibrary{arrows.meta}
\pgfplotsset{compat=1.16}
\begin{document}
"""
PARABOLA = Curve("J(w) & 50%", (tuple((x / 4, x * x / 16) for x in range(-8, 13)),), role="curve")
INSET = Chart("near w_1 = 3", "", "", (PARABOLA,), (2, 2.2, 4, 5),
              labels=(Label(("width 0.1", "= eps"), (2.1, 4.1), "below", "triangle"),))  # fmt: skip
CHARTS = {
    "plot": Chart("J = w**2 at w_1 = $3", "w", "J", (
        PARABOLA, Curve("tangent", (((0, -1), (3, 5)),), role="tangent"),
        Curve("", (((1, 1), (2, 1), (2, 4)),), "thin", "triangle"),
        Curve("point", (((1, 1),),), "points", "point"),
    ), (-2, 3, -1, 9), labels=(
        Label(("width 1", "= eps"), (1.5, 1), "below", "triangle"),
        Label(("height 3", "= J(w + eps)", "- J(w)"), (2, 2.5), "right", "triangle"),
    )),
    "inset": Chart("", "w", "J", (PARABOLA,), inset=INSET),
    "sweep": Chart("errors", "eps", "|error|", (
        Curve("forward", (tuple((10.0**-k, 10.0**-k) for k in range(1, 9)),)),
        Curve("best", (((1e-8, 1e-8),),), "points", "best"),
        Curve("predicted", (((2e-8, 2e-8),),), "points", "predicted"),
    ), logarithmic=True, labels=(Label(("truncation", "like eps²"), (1e-4, 1e-4), "right", "best"),)),
    "path": Chart("path", "w", "b", (
        Curve("J is the same", (((0, 0), (1, 1), (2, 0)),), "thin", "contour"),
        Curve("path", (((0, 0), (1, 0.5), (2, 0.2)),), "arrows", "path"),
        Curve("minimum", (((2, 0),),), "points", "minimum"),
    ), (-1, 3, -1, 2), square=True, labels=(
        Label(("0",), (0, 0), "free", "path"), Label(("J = 2",), (1, 1), "on", "contour"),
    )),
    "bare": Chart("", "x", "y", ()),
}  # fmt: skip
GRADIENT = r"\frac{\partial J}{\partial w_{1}} \approx -1.5 \cdot 10^{-7}"
GRAPH = Diagram(
    (
        Vertex("w1", "w1", "≈ -1.5e-7", "∂J/∂w1 ≈ -1.5e-7", "parameter", "w_{1}", GRADIENT),
        Vertex("x_2", "x_2", "log(2)", kind="data", label_latex="x_{2}"),
        *(Vertex(f"a{i}", f"a{i} = w1*x_2", "3", "∂J/∂a = 1", "step", rf"a_{{{i}}} = w_{{1}} x_{{2}}", r"\frac{\partial J}{\partial a} = 1")
          for i in range(6)),
        Vertex("J", "J = $5%", "2", kind="output"),
    ),
    (("w1", "a0"), ("x_2", "a0"), *((f"a{i}", f"a{i + 1}") for i in range(5)), ("w1", "a3"), ("a5", "J")),
    {("w1", "a0"): "≈ -1.5e-7", ("a0", "a1"): "1", ("w1", "a3"): "log(2)"},
)  # fmt: skip


TALL = Diagram(
    (Vertex("w", "w", "2", kind="parameter"), *(Vertex(f"s{i}", f"s{i} = {i}*w", "3") for i in range(25)),
     Vertex("J", "J = sum", "2", kind="output")),
    tuple(pair for i in range(25) for pair in (("w", f"s{i}"), (f"s{i}", "J"))),
)  # fmt: skip


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="TeX is not installed")
def test_what_is_drawn_compiles_without_an_overfull_box(tmp_path):
    parts = [*map(pgfplots.picture, CHARTS.values()), tikz.picture(GRAPH), tikz.picture(TALL)]
    body = "\n\\clearpage\n".join(parts)
    (tmp_path / "all.tex").write_text(f"{PREAMBLE}{body}\n\\end{{document}}\n", "utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout
    assert f"({len(parts)} pages" in done.stdout.replace("\n", "")


def test_a_thing_has_the_colour_that_it_has_in_other_pictures():
    written = pgfplots.picture(CHARTS["plot"])
    assert r"\definecolor{c0072B2}{HTML}{0072B2}" in written
    assert r"\addplot[cD55E00, thick, dashed] coordinates {(0,-1)(3,5)};" in written
    assert "cD55E00" in tikz.picture(GRAPH)


def test_labels_are_nodes_and_parts_are_lines():
    written = pgfplots.picture(CHARTS["plot"])
    assert "{width 1 = eps};" in written
    assert r"height 3 \\ = J(w + eps) - J(w)};" in written or r"height 3 \\ = J(w + eps) \\ - J(w)};" in written  # fmt: skip


def test_curves_without_a_name_are_not_in_the_legend():
    written = pgfplots.picture(CHARTS["plot"])
    assert written.count(r"\addlegendentry") == 3
    assert written.count("forget plot") == 1


def test_a_graph_keeps_to_its_page():
    assert r"{\ifdim\width>\linewidth" in tikz.picture(GRAPH)
    assert r"{\ifdim\height>0.85\textheight" in tikz.picture(TALL)


def test_numbers_of_a_graph_are_set_as_mathematics():
    written = tikz.picture(GRAPH)
    assert r"$w_{1}$ $\approx -1.5 \cdot 10^{-7}$" in written
    assert r"$x_{2}$ $= \text{log(2)}$" in written
    assert r"{J = \$5\% \\ $= 2$};" in written
