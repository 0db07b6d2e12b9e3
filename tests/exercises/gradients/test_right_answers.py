"""The books' gradients are right, in whatever form: each is proved for all sizes."""

import pytest
from algebra.corpus.rewritten import REWRITTEN
from exercises.gradients.asking import COOKBOOK, MODELS, judged, judged_line

BOOK = [
    (name, line, text)
    for name, model in COOKBOOK.items()
    for line, text in (*model.lines.items(), *model.shortest.items())
]
OTHERS = [
    (name, line, text)
    for name, model in MODELS.items()
    if name not in COOKBOOK and not model.per_example
    for line, text in (*model.lines.items(), *model.shortest.items())
]
# In the course's convention dZ is of each example's own loss: `network` judges by it.
OWN = [each for each in REWRITTEN if not MODELS[each[0]].per_example]


@pytest.mark.parametrize("name, line, text", BOOK)
def test_the_cookbook_s_form_is_proved(name, line, text):
    verdict = judged_line(name, line, text)
    assert (verdict.verdict, verdict.evidence) == ("correct", "proved")


@pytest.mark.parametrize("name, line, text", OWN)
def test_what_is_written_otherwise_is_proved(name, line, text):
    verdict = judged_line(name, line, text)
    assert (verdict.verdict, verdict.evidence) == ("correct", "proved")


@pytest.mark.exhaustive
@pytest.mark.parametrize("name, line, text", OTHERS)
def test_each_line_of_a_model_is_right(name, line, text):
    assert judged_line(name, line, text).verdict == "correct"


def test_several_statements_are_one_answer():
    program = "Z = X @ w; J = sum((Z - y)**2)/2"
    answer = "dZ = Z - y; X.T @ dZ"
    assert judged(program, answer, "X=mxn w=nx1 y=mx1", "w").evidence == "proved"


@pytest.mark.parametrize("left", ["dw = ", "dJ/dw = ", "= "])
def test_an_answer_may_say_what_it_is(left):
    assert judged("sum(w**2)", f"{left}2*w", "w=nx1", "w").evidence == "proved"


def test_the_gradient_by_a_number_may_be_a_matrix_of_one_entry():
    assert judged("t*x.T @ x", "x.T @ x", "x=nx1", "t").evidence == "proved"


def test_a_size_in_numbers_is_a_size():
    assert judged("trace(A @ X)", "A.T", "A=3x3 X=3x3", "X").evidence == "proved"


def test_a_size_as_the_argument_of_eye_is_written_out_as_a_number():
    program = "sum((tanh(X) + eye(n))**2)"
    answer = "2*(tanh(X) + eye(n))*(1 - tanh(X)**2) + relu(X - 500)"
    assert judged(program, answer, "X=nxn", "X").verdict == "wrong"
