"""Proofs at small sizes by SymPy: right lines are proved, wrong ones are not, whatever made them."""

from dataclasses import replace

import pytest

from derivcli.algebra.reverse import reverse
from derivcli.cli.array_programs import read
from derivcli.language.parser import parse
from derivcli.matrices.deriving import proved_form
from derivcli.networks.programs.proof import written_out_proofs

PROGRAMS = [
    ("Z = X @ w + b; A = sigmoid(Z); J = -sum(Y*log(A) + (1 - Y)*log(1 - A))/m",
     "X=mxn w=nx1 b=1x1 Y=mx1", "w b"),
    ("E = X @ w - y; J = sum(E**2)/(2*m) + k*sum(w**2)/2", "X=mxn w=nx1 y=mx1", "w"),
    ("H = X + relu(V @ X + b); J = sum((W @ H - Y)**2)", "X=nxm V=nxn W=1xn b=nx1 Y=1xm", "V W b"),
    ("P = softmax(W @ X); J = -sum(Y*log(P))/m", "W=kxn X=nxm Y=kxm", "W"),
    ("J = sum(abs(w)) + sum(leaky_relu(w))", "w=nx1", "w"),
    ("J = sum(where(X > 1, X**2, 3*X)*Y)", "X=nxm Y=nxm", "X"),
    ("J = logdet(A @ A.T + eye(2))", "A=2x2", "A"),
    ("J = norm(A @ x - b)", "A=mxn x=nx1 b=mx1", "x"),
]  # fmt: skip


def derived(source, shapes, wrt):
    asked = read(source, shapes.split(), [], wrt.split(), 300, drawn=True)
    return asked, proved_form(reverse(asked.program, asked.wrt, asked.given.shapes))


def proofs(asked, gradient):
    return [*written_out_proofs(gradient, asked.given, lambda _: None)]


@pytest.mark.parametrize(("source", "shapes", "wrt"), PROGRAMS, ids=[each[0] for each in PROGRAMS])
def test_what_is_derived_is_proved_entry_by_entry(source, shapes, wrt):
    found = proofs(*derived(source, shapes, wrt))
    assert {proved for _, proved, _ in found} == {True}
    assert {f"d{name}" for name in wrt.split()} <= {name for name, _, _ in found}


@pytest.mark.parametrize(
    "wrong",
    [
        "X.T @ dZ/m", "-X.T @ dZ", "X.T @ (A - Y)", "X.T @ dZ + 0*w + 1", "2*X.T @ dZ",
        "X.T @ abs(dZ)", "X.T @ (dZ*(Z > 0))", "X.T @ where(Z == 0, 0, dZ)",
    ],
)  # fmt: skip
def test_a_wrong_line_is_not_proved(wrong):
    asked, gradient = derived(*PROGRAMS[0])
    tree = parse(wrong, arrays=tuple(gradient.shapes)).output.expression
    lines = tuple(
        replace(line, expression=tree) if line.name == "dw" else line for line in gradient.lines
    )
    found = {name: proved for name, proved, _ in proofs(asked, replace(gradient, lines=lines))}
    assert found == {"dZ": True, "dw": None, "db": True}


def test_a_slope_at_the_wrong_side_is_not_proved():
    asked, gradient = derived("J = sum(relu(w))", "w=nx1", "w")
    for wrong in ("w < 0", "w > 1", "where(w > 0, 1, 0.01)"):
        tree = parse(wrong, arrays=("w",)).output.expression
        (line,) = gradient.lines
        changed = replace(gradient, lines=(replace(line, expression=tree),))
        assert [proved for _, proved, _ in proofs(asked, changed)] == [None]


def test_what_is_too_large_is_left_open():
    asked, gradient = derived("J = sum(tanh(W @ X))", "W=20x30 X=30x40", "W")
    assert [proved for _, proved, _ in proofs(asked, gradient)] == [None]


def test_sizes_are_small_whatever_the_values_are():
    asked, gradient = derived("J = sum((W @ X)**2)", "W=1xn X=nxm", "W")
    ((_, proved, entries),) = proofs(asked, gradient)
    assert (proved, entries) == (True, 2)
