"""An answer that is wrong in one piece alone is wrong, wherever the piece begins, in any entry."""

import pytest
from exercises.gradients.asking import asked, judged

from derivcli.exercises.gradients.judging import gradient_verdicts

LEAST_SQUARES = "norm(A @ x - b)**2"
SHAPES = "A=mxn x=nx1 b=mx1"
RIGHT = "2*A.T @ (A @ x - b)"

WRONG = [
    f"{RIGHT} + relu(x - 300)",
    f"{RIGHT} + relu(-x - 4000)",
    f"where(x == 1, 0, {RIGHT})",
    f"where(x == 0.1, 0, {RIGHT})",
    f"where(sum(x) == 7, 0, {RIGHT})",
    f"{RIGHT}*(x != 2)",
    f"{RIGHT}*(norm(x) < 1e6)",
    f"{RIGHT}*(max(x) < 1e5)",
    f"{RIGHT}*(max(x) != 7)",
    f"{RIGHT} + relu(max(x) - min(x) - 30)",
    f"{RIGHT} + sum(relu(-b - 3000))",
    f"{RIGHT} + x*(sum(A) > 1e8)",
    f"where(abs(x - 4.2) < 0.001, 1, {RIGHT})",
    f"{RIGHT} + (x > 12345)",
    f"{RIGHT} + 1e-300*x",
]


@pytest.mark.parametrize("answer", WRONG)
def test_a_piece_far_away_is_found(answer):
    verdict = judged(LEAST_SQUARES, answer, SHAPES, "x")
    assert verdict.verdict == "wrong"
    assert verdict.counterexample is not None


HELD = [
    ("sum(where(y == 0, x, x**2))", "2*x"),
    ("sum(where(y == 7.5, x, x**2))", "2*x"),
    ("sum(where(y > 750, x, x**2))", "2*x"),
    ("sum(where(sum(y) == 7.5, x, x**2))", "2*x"),
    ("sum(x*sign(y - 7.3)**2)", "ones(n, 1)"),
    ("sum(where(y > 7.5, 1, 0)*x)", "(y >= 7.5)*1"),
    ("sum(where(y*x > 0, x, 0))", "y*x >= 0"),
    ("sum(where(y*x == 0, x, x**2))", "2*x"),
]


@pytest.mark.parametrize("program, answer", HELD)
def test_where_another_matrix_is_on_a_border_j_has_its_slope(program, answer):
    verdict = judged(program, answer, "x=nx1 y=nx1", "x")
    assert verdict.verdict == "wrong"
    assert verdict.diagnosis is None
    assert verdict.counterexample is not None


HINGE = "mean(maximum(0, 1 - y*(X @ w + b)))"
RIGHT_IN_PIECES = [
    ("sum(abs(x))", "x=nx1", "x", "where(x >= 0, 1, -1)"),
    ("sum(abs(x))", "x=nx1", "x", "sign(x)"),
    ("sum(max(x, y))", "x=nx1 y=nx1", "x", "x > y"),
    ("max(x)", "x=nx1", "x", "x == max(x)"),
    ("sum(relu(1 - y*s))/m", "s=mx1 y=mx1", "s", "-y*(1 - y*s >= 0)/m"),
    ("sum(where(abs(r) <= 1, r**2/2, abs(r) - 1/2))", "r=mx1", "r", "clip(r, -1, 1)"),
    ("sum(relu(x) - relu(-x))", "x=nx1", "x", "x**0"),
    (HINGE, "X=mxn w=nx1 y=mx1", "w", "-X.T @ (y*(1 - y*(X @ w + b) > 0))/m"),
    (HINGE, "X=mxn w=nx1 y=mx1", "w", "-X.T @ where(y*(X @ w + b) < 1, y, 0)/m"),
    (HINGE, "X=mxn w=nx1 y=mx1", "w", "-X.T @ (y*(1 >= y*(X @ w + b)))/m"),
]


@pytest.mark.parametrize("program, shapes, wrt, answer", RIGHT_IN_PIECES)
def test_at_a_kink_any_slope_is_right(program, shapes, wrt, answer):
    assert judged(program, answer, shapes, wrt).evidence == "proved"


@pytest.mark.parametrize(
    "program, answer",
    [
        ("sum(relu(x) - relu(-x))", "(x > 0) + (x < 0)"),
        ("sum(relu(x) - relu(-2*x)/2)", "(x > 0) + (-2*x > 0)"),
        ("sum(where(x**2 > 0, x, 0))", "x**2 > 0"),
    ],
)
def test_where_pieces_meet_and_j_has_a_slope_the_answer_has_to_have_it(program, answer):
    # J is x, and the answer is 0 at 0, between two pieces that are right.
    verdict = judged(program, answer, "x=nx1", "x")
    assert verdict.verdict == "wrong"


def test_a_network_s_slope_at_its_kinks_is_proved_where_they_do_not_meet():
    program = "Z = W @ X + b; A = relu(Z); J = sum((A - Y)**2)/(2*m)"
    verdict = judged(program, "dA*(Z > 0) @ X.T", "W=kxn X=nxm b=kx1 Y=kxm", "W")
    assert verdict.evidence == "proved"


FAR_OUT = [  # where floats take what is no border for 0
    ("r = y - X @ w; J = sum(max(t*r, (t - 1)*r))/n", "X=nxk w=kx1 y=nx1", "w", "-X.T @ where(r > 0, t, t - 1)/n"),
    ("R = X/sqrt(mean(X**2, axis=0, keepdims=True) + eps); Z = W @ R; J = sum(relu(Z)**2)/2", "X=nxm W=hxn", "W", "(relu(Z)*(Z > 0)) @ R.T"),
]  # fmt: skip


@pytest.mark.parametrize("program, shapes, wrt, answer", FAR_OUT)
def test_kinks_that_meet_in_floats_alone_do_not_meet(program, shapes, wrt, answer):
    assert judged(program, answer, shapes, wrt).evidence == "proved"


def test_what_no_digit_shows_is_undecided():
    verdict = judged("sum(x**2)", "2*x + exp(-1e9*exp(x))", "x=nx1", "x")
    assert (verdict.verdict, verdict.counterexample) == ("undecided", None)


UNENTERED = [
    ("sum(x**2)", "2*x + (norm(x) == 7.5)", "norm(x) == 7.5 nowhere holds"),
    ("sum(where(norm(y) == 7.5, x, x**2))", "2*x", "norm(y) == 7.5 nowhere holds"),
    ("sum(0**abs(y)*x)", "zeros(n, 1)", "abs(y) == 0 nowhere holds"),
]


@pytest.mark.parametrize("program, answer, reason", UNENTERED)
def test_a_piece_that_no_point_is_in_is_undecided(program, answer, reason):
    verdict = judged(program, answer, "x=nx1 y=nx1" if "y" in program else "x=nx1", "x")
    assert (verdict.verdict, verdict.evidence) == ("undecided", None)
    assert verdict.note == f"at the points where they agree {reason}"


def test_what_one_entry_shows_is_seen_though_another_does_not_show_it():
    verdict = judged("sum(where(x > 0, x, exp(x) - 1))", "min(1, exp(x))", "x=nx1", "x")
    assert (verdict.verdict, verdict.evidence) == ("correct", "sampled")


def test_points_tell_before_every_entry_is_looked_at():
    huber = "r = X @ w - y; J = mean(where(abs(r) <= 1, r**2/2, abs(r) - 1/2))"
    answer = "X.T @ where(abs(r) < 1, r, sign(r))/m"
    first = next(gradient_verdicts(asked(huber, answer, "X=mxn w=nx1 y=mx1", "w")))
    # What the clock ends is no verdict: on a border an entry may still differ.
    assert (first.verdict, first.evidence) == ("undecided", None)
    assert first.note.startswith("equal at ")
    wrong = judged(huber, answer[:-2], "X=mxn w=nx1 y=mx1", "w")
    assert wrong.diagnosis == "1/m missing"
