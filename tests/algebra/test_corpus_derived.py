"""The gradients that the package derives, measured by the corpus: its interpreter, its values, its random programs."""

import numpy as np
import pytest
from algebra.corpus.cookbook import COOKBOOK
from algebra.corpus.drawing import SIZES, values
from algebra.corpus.layers import LAYERS
from algebra.corpus.losses import LOSSES
from algebra.corpus.networks import NETWORKS
from algebra.corpus.oracle import autograd, evaluate, gradient, same, statements
from algebra.corpus.programs import drawn_values, programs
from hypothesis import HealthCheck, given, reject, settings

from derivcli.algebra.reverse import reverse
from derivcli.errors import RefusedError
from derivcli.language.parser import parse
from derivcli.language.text import text
from derivcli.language.tree import Name

MODELS = {**COOKBOOK, **LOSSES, **NETWORKS, **LAYERS}


def derived(model):
    """Return the derived lines of a model, as pairs of a name and a text."""
    arrays = tuple(model.shapes)

    def sides(equation):
        return tuple(parse(side, arrays=arrays).output.expression for side in equation.split(" = "))

    course = {"seed": Name("m"), "divide": "m"} if model.per_example else {}
    positive = [name for name, kind in model.values.items() if kind == "positive"]
    found = reverse(
        parse(model.source, arrays=arrays), model.wrt, model.shapes, **course,
        assumptions=[sides(each) for each in model.assumptions],
        positive=[*sorted(model.scalars), *positive],
    )  # fmt: skip
    lines = [text(each.statement, arrays=True) for each in (*found.helpers, *found.lines)]
    return [tuple(line.split(" = ", 1)) for line in lines]


def computed(model, names):
    """Return the values of the derived lines, by the corpus's own interpreter."""
    known = statements(model, names)
    for name, line in derived(model):
        known[name] = np.asarray(evaluate(line, known))
    return known


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("name", MODELS)
def test_the_derived_gradients_of_a_model_are_right(name, sizes):
    model = MODELS[name]
    names = values(model, sizes)
    known = computed(model, names)
    own = {*model.wrt, *(each for each, _ in model.statements)}
    assert {f"d{each}" for each in model.wrt} <= known.keys()
    for each in own:
        if f"d{each}" in known:
            assert same(known[f"d{each}"], gradient(model, names, each)), each


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(programs())
def test_the_derived_gradients_of_random_programs_are_autograd_s(model):
    differentiated(model)


def differentiated(model):
    """Assert that the derived gradients are autograd's, where derivcli does not refuse them."""
    names = drawn_values(model)
    try:
        known = computed(model, names)
    except RefusedError:
        reject()  # a matrix that is 0 in every entry has no shape left
    for wrt in model.wrt:
        assert same(known[f"d{wrt}"], autograd(model, names, wrt)), wrt


@pytest.mark.exhaustive
@settings(max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
@given(programs())
def test_the_derived_gradients_of_many_random_programs_are_autograd_s(model):
    differentiated(model)
