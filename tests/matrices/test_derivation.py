"""`steps` of programs of matrices: each line is verified, and a wrong one is found."""

import re

import pytest
from exercises.gradients.asking import judged
from models import MODELS
from tiers import thinned

from derivcli.cli.array_programs import read
from derivcli.errors import RefusedError, UsageError
from derivcli.language.operations import ROWS
from derivcli.language.parser import parse
from derivcli.language.shapes import Shapes
from derivcli.language.text import text
from derivcli.language.tree import Program
from derivcli.matrices.derivation import derivation
from derivcli.matrices.differentials import differential
from derivcli.matrices.evidence import moved_samples
from derivcli.matrices.rule_texts import array_rules, look_up
from derivcli.matrices.verifying import LineVerdict, Verifier

QUESTIONS = [
    (model, name)
    for model in MODELS
    for name in model.wrt.split()
    if "Zt" not in model.shapes and "bet=" not in model.shapes
]


def derived(source, shapes, wrt):
    return derivation(read(source, shapes.split(), (), [wrt], 10_000))


def tree(source):
    return parse(source, arrays=("x", "y", "X", "dx", "dX", "A", "w")).output.expression


@pytest.mark.parametrize(
    ("model", "name"), thinned(QUESTIONS, 2), ids=lambda each: getattr(each, "name", each)
)
def test_each_line_is_proved_and_the_last_one_ends_in_the_gradient(model, name):
    found = derived(model.source, model.shapes, name)
    assert (found.verified, found.evidence) == (True, "proved")
    change = found.differentials[name]
    last = found.gathered[-1].text if found.gathered else found.steps[-1].after
    assert len(re.findall(rf"(?<!\w){change}(?!\w)", last)) == 1  # it stands alone


def test_the_steps_of_least_squares_are_those_of_the_blackboard():
    found = derived("sum((X @ w - y)**2)/m", "X=mxn w=nx1 y=mx1", "w")
    (step,) = found.steps
    rules = []
    while step:
        rules.append(step.rule)
        step = step.steps[0] if step.steps else None
    assert rules == [
        "constant multiple rule", "sum of entries", "power rule", "sum rule", "matrix product"
    ]  # fmt: skip
    assert found.derivative == "2 * X.T @ (X @ w - y) / m"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("x.T @ x", "dx.T @ x + x.T @ dx", LineVerdict.PROVED),
        ("x.T @ x", "2 * x.T @ dx", LineVerdict.PROVED),
        ("x.T @ x", "x.T @ dx", LineVerdict.WRONG),
        ("A @ x", "A @ dx", LineVerdict.PROVED),
        ("A @ x", "A.T @ dx", LineVerdict.WRONG),
        ("sin(x)", "cos(x) * dx", LineVerdict.PROVED),
        ("sin(x)", "-cos(x) * dx", LineVerdict.WRONG),
    ],
)
def test_a_wrong_line_is_found(before, after, verdict):
    shapes = Shapes({"x": ("n", 1), "dx": ("n", 1), "A": ("n", "n"), "n": ()}, ("n",))
    program = Program(parse("sum(x)", arrays=("x",)).statements)
    verifier = Verifier(program, {"x": "dx"}, {}, shapes)
    assert verifier.differential(tree(before), tree(after)) == verdict


def test_two_forms_that_differ_are_found():
    shapes = Shapes({"x": ("n", 1), "dx": ("n", 1), "n": ()}, ("n",))
    verifier = Verifier(parse("sum(x)", arrays=("x",)), {"x": "dx"}, {}, shapes)
    assert verifier.equal(tree("sum(x * dx)"), tree("x.T @ dx")) == LineVerdict.PROVED
    assert verifier.equal(tree("sum(x * dx)"), tree("2 * x.T @ dx")) == LineVerdict.WRONG


@pytest.mark.parametrize("row", [row for row in ROWS if row.vjps], ids=lambda row: row.name)
def test_the_rule_of_each_operation_is_its_derivative_at_random_points(row):
    shape = ("n", "n") if row.square else ("m", "n") if row.axes else ("n", 1)
    if row.name in ("@", "T"):
        source, shape = ("X @ X" if row.name == "@" else "X.T"), ("n", "n")
    else:
        source = f"{row.name}(X)"
    known = Shapes({"X": shape, "dX": shape}, ("m", "n"))
    found = differential(tree(source), {"X": "dX"}, known)
    given = {"X": shape, "dX": shape}
    assert moved_samples(tree(source), found.after, {"X": "dX"}, Program(()), given) > 0


def test_every_operation_that_has_a_gradient_has_a_rule_to_look_up():
    known = {each.rule for each in array_rules()}
    assert {"matrix product", "transpose", "trace", "inverse", "determinant"} <= known
    (trace,) = look_up("trace").rules
    assert trace.formula == "d(trace(u)) = trace(du)"
    assert look_up("max").rules[0].rule == "extreme rule"  # that of numbers, as ever


def test_the_example_of_each_rule_shows_it_at_work():
    for rule in array_rules():
        found = derived(rule.example, " ".join(rule.shapes), _moves(rule.example, rule.shapes))
        shown = {each.rule for each in found.rules}
        assert rule.rule in shown, rule.example


def _moves(example, shapes):
    names = [shape.split("=")[0] for shape in shapes]
    return "w" if "w" in names else names[0]


@pytest.mark.parametrize(
    "source, gradient",
    [
        ("sum(diag(X))", "eye(n)"),
        ("mean(diag(X) + 1)", "eye(n) / n"),
        ("sum(cumsum(X, axis=1))", "n + 1 - cumsum(ones(n, n), axis=1)"),
        ("Z = X - mean(X, axis=0); J = sum(Z**2)", "2 * Z"),
        ("Z = X - sum(X, axis=0); J = sum(Z**2)", "2 * (Z - sum(Z, axis=0, keepdims=True))"),
    ],
)
def test_a_coefficient_has_the_shape_that_its_rule_needs(source, gradient):
    # n + 1 - j stands in column j: so many of the sums so far have the entry
    assert derived(source, "X=nxn", "X").derivative == gradient


def test_a_flat_array_without_a_rule_is_told():
    with pytest.raises(RefusedError, match="no rule here for a flat array"):
        derived("s = X @ sum(X, axis=0); J = sum(s**2)", "X=mxn", "X")


def test_what_the_steps_cannot_derive_is_refused():
    with pytest.raises(UsageError, match="of a number"):
        derived("X @ w", "X=mxn w=nx1", "w")
    with pytest.raises(UsageError, match="does not depend on"):
        derived("a = sum(x); sum(y)", "x=nx1 y=nx1", "x")


def test_texts_of_steps_are_read_back_as_the_same_trees():
    found = derived("x.T @ A @ x", "x=nx1 A=nxn", "x")
    for line in found.gathered:
        assert text(tree(line.text), arrays=True) == line.text


FLAT = [  # sums along rows, of one axis: as losses are written for examples in rows
    ("sum(sum((A - B)**2, axis=1)**2)", "A=nxd B=nxd", "A", "4*sum((A - B)**2, axis=1, keepdims=True)*(A - B)"),
    ("mean(sum((A - B)**2, axis=1))", "A=nxd B=nxd", "A", "2*(A - B)/n"),
    ("sum(mean(A, axis=1)**2)", "A=nxd", "A", "2*sum(A, axis=1, keepdims=True)*ones(n, d)/d**2"),
    ("s = sum(A**2, axis=1); J = sum(exp(s))", "A=nxd", "A", "2*exp(sum(A**2, axis=1, keepdims=True))*A"),
    ("sum(max(0, sum((A - B)**2, axis=1) - 1))/n", "A=nxd B=nxd", "B", "2*(sum((A - B)**2, axis=1, keepdims=True) > 1)*(B - A)/n"),
    ("c = mean(A, axis=0); J = sum((A - c)**2*B)", "A=nxd B=nxd", "A", "2*B*(A - c) - 2*sum(B*(A - c), axis=0, keepdims=True)/n"),
]  # fmt: skip


@pytest.mark.parametrize("source, shapes, name, gradient", FLAT)
def test_sums_along_one_axis_are_derived_without_keepdims(source, shapes, name, gradient):
    found = derived(source, shapes, name)
    assert found.verified
    assert judged(source, found.derivative, shapes, name).verdict == "correct"
    assert judged(source, gradient, shapes, name).verdict == "correct"
