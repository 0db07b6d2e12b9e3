"""Random programs: right answers are right in any dress, edited ones judged as autograd says."""

import numpy as np
import pytest
from algebra.corpus.oracle import autograd, evaluate, same, statements
from algebra.corpus.programs import drawn_values, programs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derivcli.cli.matrix_answers import question
from derivcli.errors import RefusedError
from derivcli.exercises.gradients.answer_sites import replaced, sites, turned, written
from derivcli.exercises.gradients.case import case_of
from derivcli.exercises.gradients.edits import LIKELY, OTHERS
from derivcli.exercises.gradients.judging import gradient_verdicts
from derivcli.language.tree import (
    Binary,
    Comparison,
    Number,
    Transpose,
    Unary,
    definitions,
    nodes,
)

LARGEST = 120  # nodes of an answer that is edited
ONE = Number(1)


def case_with(model, wrt, answer):
    shapes = [f"{n}={'x'.join(map(str, shape))}" for n, shape in model.shapes.items()]
    return case_of(question(model.source, answer, shapes, (), (wrt,), 0))


def verdict(model, wrt, answer):
    return list(gradient_verdicts(case_with(model, wrt, answer).question))[-1]


def dressed(part, shape):
    """Return what is the same, written otherwise; None where nothing comes to mind."""
    match part:
        case Binary(operator="+" | "*", left=left, right=right):
            return Binary(part.operator, right, left)
        case Binary(operator="-", left=left, right=right):
            return Unary("-", Binary("-", right, left))
        case Binary(operator="/", left=left, right=right):
            return Binary("*", left, Binary("/", ONE, right))
        case Binary(operator="@", left=left, right=right) if shape and len(shape) == 2:
            return Transpose(Binary("@", turned(right), turned(left)))
    return None


def gradient_of(model, wrt):
    """Return a case, and the gradient in the names of the program alone."""
    case = case_with(model, wrt, "0")
    return case, definitions(case.whole)[case.name]


@pytest.mark.exhaustive
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(programs(), st.data())
def test_a_right_answer_is_right_in_any_dress(model, data):
    wrt = data.draw(st.sampled_from(model.wrt))
    try:
        case, answer = gradient_of(model, wrt)
    except RefusedError:
        return  # the gradient itself is not known for sure
    for _ in range(data.draw(st.integers(0, 4))):
        found = [site for site in sites(case, answer) if not isinstance(site.parent, Comparison)]
        site = data.draw(st.sampled_from(found))
        other = dressed(site.part, site.shape)
        if other is not None:
            answer = replaced(answer, site.path, other)
    try:
        assert verdict(model, wrt, written(answer)).verdict == "correct"
    except RefusedError:
        return  # an answer has a longest length


@pytest.mark.exhaustive
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(programs(), st.data())
def test_an_edited_answer_is_wrong_unless_it_is_equal(model, data):
    wrt = data.draw(st.sampled_from(model.wrt))
    try:
        case, answer = gradient_of(model, wrt)
    except RefusedError:
        return  # the gradient itself is not known for sure
    if sum(1 for _ in nodes(answer)) > LARGEST:
        return
    site = data.draw(st.sampled_from(list(sites(case, answer))))
    offers = list(data.draw(st.sampled_from([*LIKELY, *OTHERS]))(site))
    if not offers:
        return
    text = written(replaced(answer, site.path, data.draw(st.sampled_from(offers))[0]))
    values = drawn_values(model)
    try:
        with np.errstate(all="ignore"):
            value = np.asarray(evaluate(text, statements(model, values)), dtype=float)
        right = same(value, autograd(model, values, wrt))
    except (ValueError, TypeError, AttributeError, IndexError):
        right = False  # the shapes do not fit
    if np.size(autograd(model, values, wrt)) > 1:
        assert verdict(model, wrt, text).verdict == ("correct" if right else "wrong")
