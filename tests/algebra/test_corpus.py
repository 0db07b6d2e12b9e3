"""The corpus is right by itself: autograd, central differences, SymPy and the books' lines agree, none from the package."""

import numpy as np
import pytest
from algebra.corpus.cookbook import COOKBOOK, HESSIANS, JACOBIANS
from algebra.corpus.drawing import SIZES, values
from algebra.corpus.layers import LAYERS
from algebra.corpus.losses import LOSSES
from algebra.corpus.mistakes import MISTAKES
from algebra.corpus.model import Model, shapes
from algebra.corpus.networks import NETWORKS
from algebra.corpus.oracle import (
    autograd,
    central,
    evaluate,
    gradient,
    lines,
    operations,
    same,
    statements,
)
from algebra.corpus.programs import drawn_values, programs
from algebra.corpus.rewritten import REWRITTEN
from algebra.corpus.symbols import symbolic
from hypothesis import HealthCheck, given, settings

MODELS = {**COOKBOOK, **LOSSES, **NETWORKS, **LAYERS}
ANY_SPEED = [HealthCheck.too_slow]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("name", MODELS)
def test_each_line_of_the_corpus_is_the_gradient_by_autograd_and_by_central_differences(
    name, sizes
):
    model = MODELS[name]
    names = values(model, sizes)
    found = lines(model, names)
    for by in model.wrt:
        assert same(autograd(model, names, by), central(model, names, by)), by
    for line, value in found.items():
        assert same(value, gradient(model, names, line[1:])), line
    known = statements(model, names) | found
    for line, text in model.shortest.items():
        assert same(evaluate(text, known), found[line]), text
        assert operations(text) < operations(model.lines[line]), text


def test_the_sizes_are_all_different_and_none_is_1():
    assert all(len({*sizes.values(), 1}) == len(sizes) + 1 for sizes in SIZES)


def test_each_formula_of_the_cookbook_is_there():
    numbers = {int(name.split()[1].rstrip(",")) for name in COOKBOOK}
    unsayable = {
        39,
        45,
        56,
        *range(66, 69),
        105,
        128,
    }  # Kronecker, complex, pseudo-inverse, eigenvalues, sin(X)
    not_gradients = {36, 41, 42, 43, 47, 48, 50, 60, 73, 80, 90, 94, 96, 98, 130}  # or by entries
    structured = {*range(133, 137)}
    assert numbers | unsayable | not_gradients | structured == set(range(33, 138))


def answer(model, line, text, sizes):
    """Return the value of an answer, None where its shapes do not fit, and what is right."""
    names = values(model, sizes)
    known = statements(model, names) | lines(model, names)
    del known[line]
    truth = gradient(model, names, line[1:])
    try:
        return evaluate(text, known), truth
    except ValueError:
        return None, truth


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(
    "mistake", MISTAKES, ids=lambda each: f"{each.model}: {each.line} = {each.text}"
)
def test_each_mistake_is_one(mistake, sizes):
    value, truth = answer(MODELS[mistake.model], mistake.line, mistake.text, sizes)
    assert value is None or not same(value, truth)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("name, line, text", REWRITTEN)
def test_each_answer_that_is_written_otherwise_is_right(name, line, text, sizes):
    assert same(*answer(MODELS[name], line, text, sizes))


def slopes(model, names, wrt):
    """Return the derivative of each entry of the output by each entry of a column."""
    count = np.size(statements(model, names)[model.output])
    rows = []
    for entry in range(count):
        one = Model("", f"{model.source}; entry = sum(y*chosen)", model.shapes, model.wrt)
        rows.append(central(one, {**names, "chosen": np.eye(count)[:, [entry]]}, wrt)[:, 0])
    return np.array(rows)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("name", JACOBIANS)
def test_each_jacobian_has_a_row_for_each_entry_of_the_output(name, sizes):
    output, typed, wrt, text = JACOBIANS[name]
    model = Model(name, f"y = {output}", shapes(typed), (wrt,))
    names = values(model, sizes)
    assert same(evaluate(text, statements(model, names)), slopes(model, names, wrt))


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("name", HESSIANS)
def test_each_hessian_is_the_slope_of_the_gradient(name, sizes):
    output, typed, wrt, text = HESSIANS[name]
    model = Model(name, f"J = {output}", shapes(typed), (wrt,))
    names = values(model, sizes)
    columns, step = [], 1e-3
    for entry in range(len(names[wrt])):
        ahead = {
            times: np.eye(len(names[wrt]))[:, [entry]] * step * times for times in (-2, -1, 1, 2)
        }
        at = {
            times: autograd(model, {**names, wrt: names[wrt] + move}, wrt)
            for times, move in ahead.items()
        }
        columns.append((8 * (at[1] - at[-1]) - (at[2] - at[-2])) / (12 * step))
    assert same(evaluate(text, statements(model, names)), np.hstack(columns))


@settings(max_examples=60, suppress_health_check=ANY_SPEED)
@given(programs())
def test_random_programs_have_the_same_gradient_by_autograd_and_by_central_differences(model):
    names = drawn_values(model)
    for wrt in model.wrt:
        assert same(autograd(model, names, wrt), central(model, names, wrt)), wrt


@pytest.mark.exhaustive
@settings(max_examples=500, suppress_health_check=ANY_SPEED)
@given(programs())
def test_random_programs_have_the_same_gradient_by_sympy_entry_by_entry(model):
    names = drawn_values(model)
    for wrt in model.wrt:
        assert same(symbolic(model, names, wrt), autograd(model, names, wrt)), wrt


SYMBOLIC = (
    "logistic (rows)",
    "softmax, squared",
    "huber",
    "max pooling",
    "cookbook 61",
    "product of entries",
    "two layers, gelu",
)


@pytest.mark.parametrize("name", SYMBOLIC)
def test_sympy_finds_the_same_gradients_of_models(name):
    model = MODELS[name]
    names = values(model, {"n": 3, "m": 2, "h": 2, "k": 2})
    for wrt in model.wrt:
        assert same(symbolic(model, names, wrt), autograd(model, names, wrt)), wrt
