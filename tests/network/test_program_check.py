"""The gradient check of a program: right gradients pass, wrong ones and kinks are told apart."""

import numpy as np
import pytest

from derivcli.cli.array_programs import read
from derivcli.networks.checking import check as budget
from derivcli.networks.programs.check import program_check
from derivcli.networks.programs.nudges import ProgramNudges
from derivcli.networks.programs.point import program_point

LOGISTIC = "Z = X @ w + b; A = sigmoid(Z); J = -sum(Y*log(A) + (1 - Y)*log(1 - A))/m"
SHAPES = ["X=mxn", "w=nx1", "b=1x1", "Y=mx1"]
DATA = ["X=[[1, 0, 2], [0.5, 1, -1]]", "Y=[1, 0]"]


def point(source, shape=(), at=(), wrt=(), seed=1):
    return program_point(read(source, shape, at, wrt, 300, drawn=True), seed)


def checked(found, eps=None, **instead):
    """Return the check of each array, with other gradients in place of the right ones."""
    known = {**found.known, **instead}
    check = program_check(found.program, known, found.parameters, eps, lambda _: None)
    assert check.passed == all(each.cause is None for each in check.arrays)
    return {each.name: each for each in check.arrays}


@pytest.mark.parametrize(
    ("source", "shapes", "wrt"),
    [
        (LOGISTIC, " ".join(SHAPES), "w b"),
        ("P = softmax(W @ X); J = -sum(Y*log(P))/m", "W=3x2 X=2xm Y=3xm", "W"),
        ("H = X + tanh(W @ X); J = sum(H**2)/m", "W=2x2 X=2xm", "W"),
        ("S = Q @ K.T; J = sum((softmax(S, axis=1) @ V)**2)", "Q=2x3 K=2x3 V=2x2", "Q K V"),
        ("J = logdet(A @ A.T + eye(2)) + norm(A)", "A=2x3", "A"),
        ("J = max(X @ w)", "X=3x2 w=2x1", "w"),
        ("J = (sum(w) + 1e9) - 1e9", "w=3x1", "w"),  # rounding, and nothing else to blame
    ],
)
def test_right_gradients_agree(source, shapes, wrt):
    found = checked(point(source, shapes.split(), wrt=wrt.split()))
    assert {each.cause for each in found.values()} == {None}
    assert {*found} == {*wrt.split()}


@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        (lambda dw: -dw, "of the wrong sign"),
        (lambda dw: 2 * dw, "2 times too large"),
        (lambda dw: dw[::-1].copy(), "the estimates settle at"),
        (lambda dw: dw + 1e-5, "the estimates settle at"),
    ],
)
def test_a_wrong_gradient_is_told_with_its_entry(wrong, detail):
    found = point(LOGISTIC, SHAPES, DATA, ["w", "b"])
    check = checked(found, dw=wrong(found.known["dw"]))
    assert check["w"].cause == "wrong gradient"
    assert detail in check["w"].detail
    assert check["w"].at[1] == 1
    assert check["b"].cause is None


def test_at_a_kink_both_slopes_are_told():
    check = checked(point("J = sum(relu(Z)) + 3*sum(abs(Z))", at=["Z=[[1, 0], [2, -1]]"]))["Z"]
    assert (check.cause, check.at, check.crossed) == ("kink", (1, 2), False)
    assert "the slope is -3 on the left and 4 on the right" in check.detail


def test_a_step_that_crosses_a_kink_is_made_shorter():
    found = point("J = sum(relu(w - 1))", at=["w=[1.000001, 2]"])
    assert checked(found)["w"].cause is None
    coarse = checked(found, eps=0.01)["w"]
    assert (coarse.cause, coarse.crossed) == ("kink", True)
    assert "crosses its kink within eps" in coarse.detail


@pytest.mark.parametrize(("eps", "cause"), [(1e-12, "rounding"), (0.1, "truncation")])
def test_a_step_that_was_told_is_to_blame_where_it_is(eps, cause):
    assert checked(point(LOGISTIC, SHAPES, DATA, ["w"]), eps=eps)["w"].cause == cause


def test_a_smooth_border_is_no_kink():
    assert checked(point("J = sum(elu(w))", at=["w=[0, 1]"]))["w"].cause is None


def test_one_side_without_a_value_is_told():
    check = checked(point("J = sqrt(w - 1) + w", at=["w=1.0000000000001"], wrt=["w"]))["w"]
    assert check.cause is not None


def test_of_a_large_array_some_entries_are_nudged(monkeypatch):
    monkeypatch.setattr(budget, "SECONDS", 0.5)
    found = point("J = sum((W @ X)**2)", ["W=60x700", "X=700x2"], wrt=["W"])
    assert 3 <= checked(found)["W"].entries < 42_000


def test_quotients_are_central_differences_of_numpy():
    found = point("J = sum(exp(X @ w))", ["X=2x3", "w=3x1"], wrt=["w"])
    nudges = ProgramNudges(found.program, found.known, "w")
    X, w, h = found.known["X"], found.known["w"], 1e-3
    moved = (
        [w + h * np.eye(3)[:, [at]] for at in range(3)],
        [w - h * np.eye(3)[:, [at]] for at in range(3)],
    )
    there, behind = ([np.exp(X @ each).sum() for each in side] for side in moved)
    expected = (np.array(there) - behind) / (2 * h)
    assert nudges.quotients(np.arange(3), np.full(3, h)) == pytest.approx(expected, rel=1e-12)
