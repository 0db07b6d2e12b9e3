"""Students' mistakes are wrong answers, and have names."""

import pytest
from algebra.corpus.mistakes import MISTAKES
from exercises.gradients.asking import MODELS, judged, judged_line

OWN = [each for each in MISTAKES if not MODELS[each.model].per_example]

LEAST_SQUARES = ("norm(A @ x - b)**2", "A=mxn x=nx1 b=mx1", "x")
LOGISTIC = (
    "Z = W @ X + b; A = sigmoid(Z); J = -sum(Y*log(A) + (1 - Y)*log(1 - A))/m",
    "W=1xn b=1x1 X=nxm Y=1xm",
)
RELU = (
    "Z1 = W1 @ X + b1; A1 = relu(Z1); Z2 = W2 @ A1 + b2; J = sum((Z2 - Y)**2)/(2*m)",
    "W1=hxn b1=hx1 X=nxm W2=kxh b2=kx1 Y=kxm",
)
SOFTMAX = "P = softmax(Z); J = -sum(Y*log(P))"

NAMED = [
    (*LEAST_SQUARES, "2*A @ (A @ x - b)", "transpose missing"),
    (*LEAST_SQUARES, "2*(A @ x - b) @ A.T", "factors in the wrong order"),
    (*LEAST_SQUARES, "A.T @ (A @ x - b)", "factor 2 missing"),
    (*LEAST_SQUARES, "4*A.T @ (A @ x - b)", "factor 2 too much"),
    (*LEAST_SQUARES, "-2*A.T @ (A @ x - b)", "wrong sign"),
    (*LEAST_SQUARES, "2*A.T @ (A @ x + b)", "wrong sign"),
    (*LEAST_SQUARES, "2*A.T @ A @ x", "term missing"),
    (*LEAST_SQUARES, "2*A.T*(A @ x - b)", "* instead of @"),
    (*LEAST_SQUARES, "2*(A @ x - b).T @ A", "the transpose of the gradient"),
    (*LEAST_SQUARES, "2*A.T @ (A @ x - b)/m", "1/m too much"),
    (*LOGISTIC, "Z", "A - Y", "1/m missing"),
    (*LOGISTIC, "Z", "(A - Y)*A*(1 - A)/m", "slope too much"),
    (*LOGISTIC, "W", "dZ @ X.T/m", "1/m too much"),
    (*LOGISTIC, "b", "sum(dZ, axis=0, keepdims=True)", "sum over the wrong axis"),
    (*LOGISTIC, "b", "sum(dZ, axis=1)", "keepdims missing"),
    (*LOGISTIC, "b", "dZ", "sum missing"),
    (*RELU, "Z1", "W2.T @ dZ2", "slope missing"),
    (*RELU, "Z1", "W2.T @ dZ2*A1", "wrong slope"),
    (*RELU, "Z1", "W2.T @ dZ2 @ (Z1 > 0)", "@ instead of *"),
    (*RELU, "W2", "dZ2 @ Z1.T", "wrong name"),
    ("x.T @ A @ x", "A=nxn x=nx1", "x", "2*A @ x", "right only for symmetric A"),
    (SOFTMAX, "Z=kxm Y=kxm", "Z", "P - Y", "right only where each column of Y adds up to 1"),
    ("P = softmax(Z); J = sum((P - Y)**2)/2", "Z=kxm Y=kxm", "Z", "dP*P*(1 - P)",
     "the Jacobian's diagonal alone"),
    ("trace(X @ Y)", "X=nxn Y=nxn", "X", "X.T", "gradient by another name"),
    ("sum(x)", "x=nx1", "x", "1", "wrong shape"),
]  # fmt: skip


@pytest.mark.parametrize("program, shapes, wrt, answer, name", NAMED)
def test_a_mistake_has_its_name_and_what_mends_it_is_right(program, shapes, wrt, answer, name):
    verdict = judged(program, answer, shapes, wrt)
    assert (verdict.verdict, verdict.diagnosis) == ("wrong", name)
    if verdict.repair is not None:
        assert judged(program, verdict.repair.answer, shapes, wrt).verdict == "correct"


@pytest.mark.exhaustive
def test_each_mistake_of_the_corpus_is_wrong_and_nine_of_ten_have_a_name():
    verdicts = [judged_line(each.model, each.line, each.text) for each in OWN]
    assert {each.verdict for each in verdicts} == {"wrong"}
    named = sum(each.diagnosis is not None for each in verdicts)
    assert named >= 0.9 * len(OWN)


def test_the_place_of_a_mistake_is_told():
    program, shapes, wrt = LEAST_SQUARES
    verdict = judged(program, "2*A @ (A @ x - b)", shapes, wrt)
    assert (verdict.repair.start, verdict.repair.end) == (2, 3)
    assert verdict.detail == "A stands where A.T is needed"


def test_a_counterexample_is_small_and_right():
    verdict = judged("x.T @ A @ x", "2*A @ x", "A=2x2 x=2x1", "x")
    point = verdict.counterexample
    A, x = ([[entry.number for entry in row] for row in point.at[name]] for name in ("A", "x"))
    row = point.entry[0] - 1
    both = sum((A[row][k] + A[k][row]) * x[k][0] for k in range(2))
    twice = sum(2 * A[row][k] * x[k][0] for k in range(2))
    assert (point.expected.number, point.answer.number) == (both, twice)
    assert all(entry.denominator == 1 for each in (*A, *x) for entry in each)


def test_a_condition_is_not_mended_by_whatever_has_its_sign():
    program = "d = sum((A - P)**2, axis=1, keepdims=True); J = sum(maximum(d - alpha, 0))/m"
    verdict = judged(program, "2*(A - P)*(d > 0)/m", "A=mxk P=mxk", "A")
    assert verdict.verdict == "wrong"
    assert verdict.repair is None or "alpha" in verdict.repair.answer


@pytest.mark.parametrize("answer", ["S @ (x - y)/J", "2*inv(S) @ (x - y)/J"])
def test_what_has_no_value_is_no_mistake_that_fits(answer):
    # a root of what may be below 0 is nan in floats, and is no answer's value
    program = "J = sqrt((x - y).T @ inv(S) @ (x - y))"
    assume = ["S.T = S"] if "2" in answer else []
    verdict = judged(program, answer, "x=nx1 y=nx1 S=nxn", "x", assume)
    assert verdict.verdict == "wrong"
    assert verdict.diagnosis in (None, "factor 2 too much")


ONE_HOT = "P = softmax(W @ X + b, axis=0); J = -sum(Y * log(P))/m"
ONE_HOT_MISTAKES = [
    ("W", "X.T @ (P - Y)/m", "factors in the wrong order", "(P - Y) @ X.T / m"),
    ("W", "(P - Y) @ X/m", "transpose missing", "(P - Y) @ X.T / m"),
    ("W", "(P - Y) @ X.T", "1/m missing", "(P - Y) @ X.T / m"),
    ("W", "(P + Y) @ X.T/m", "wrong sign", "(P - Y) @ X.T / m"),
    ("b", "sum(P - Y, axis=1)/m", "keepdims missing", "sum(P - Y, axis=1, keepdims=True) / m"),
]


@pytest.mark.parametrize("wrt, answer, name, right", ONE_HOT_MISTAKES)
def test_where_y_is_one_hot_a_mistake_in_p_minus_y_is_named(wrt, answer, name, right):
    shapes = "W=cxn X=nxm b=cx1 Y=cxm"
    verdict = judged(ONE_HOT, answer, shapes, wrt)
    assert (verdict.verdict, verdict.diagnosis) == ("wrong", name)
    assert verdict.detail.endswith(", if each column of Y adds up to 1")
    assert verdict.repair.answer == right
    assumed = ["sum(Y, axis=0) = 1"]
    assert judged(ONE_HOT, right, shapes, wrt, assumed).evidence == "proved"
