"""Models and Cookbook formulas: derived to the textbook's letter, and equal to autograd."""

import numpy as np
import pytest
from models import MODELS
from numeric import central_difference, dimensions, evaluated, gradients, value

from derivcli.algebra.reverse import reverse
from derivcli.language.parser import parse
from derivcli.language.text import text
from derivcli.language.tree import Name

# All different and none 1, so that nothing transposed passes.
SIZES = (
    {"n": 4, "m": 5, "h": 3, "k": 2, "d": 6, "t": 7, "p": 8, "q": 9},
    {"n": 3, "m": 4, "h": 5, "k": 6, "d": 2, "t": 8, "p": 7, "q": 2},
)
IDS = [model.name for model in MODELS]


def shapes(model):
    found = {}
    for each in model.shapes.split():
        name, sizes = each.split("=")
        found[name] = tuple(int(size) if size.isdigit() else size for size in sizes.split("x"))
    return found


def program(model):
    return parse(model.source, arrays=tuple(shapes(model)))


def equation(source, arrays):
    return tuple(parse(side, arrays=arrays).output.expression for side in source.split(" = "))


def derived(model, **options):
    given = [equation(model.given, tuple(shapes(model)))] if model.given else []
    if model.course:
        options |= {"seed": Name("m"), "divide": "m"}
    return reverse(
        program(model), model.wrt.split(), shapes(model), assumptions=given,
        positive=model.positive.split(), **options,
    )  # fmt: skip


def drawn(model, sizes, seed=1):
    """Values for every variable, where the model is defined and the assumptions hold."""
    rng = np.random.default_rng(seed)
    names = dict(sizes)
    for name, shape in shapes(model).items():
        names[name] = rng.normal(size=dimensions(shape, sizes))
        if name in model.definite:
            names[name] = names[name] @ names[name].T + 3 * np.eye(len(names[name]))
    for name in ("lam", "eps", "keep"):
        names[name] = rng.uniform(0.5, 1.5)
    if model.given:
        axis = int(model.given[model.given.index("axis=") + 5])
        shares = np.abs(names["Y"])
        names["Y"] = shares / shares.sum(axis=axis, keepdims=True)
    elif "log(1 - A" in model.source:
        names["Y"] = rng.uniform(size=names["Y"].shape)
    return names


@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_the_gradient_is_the_textbook_s_to_the_letter(model):
    found = derived(model)
    lines = {line.name: text(line.statement, arrays=True) for line in found.lines}
    for expected in filter(None, model.expected.split("; ")):
        assert lines[expected.split(" = ")[0]] == expected


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_the_gradient_is_autograd_s_and_that_of_nudging(model, sizes):
    found = derived(model)
    names = drawn(model, sizes)
    values = evaluated(found.whole.statements, names)
    for line in (*found.helpers, *found.lines):
        assert np.shape(values[line.name]) == dimensions(line.shape, sizes), line.name
    variables = [name for name in model.wrt.split() if name in names]
    for name, gradient in zip(variables, gradients(program(model), names, variables), strict=True):
        own, scale = values[f"d{name}"], max(1, np.max(np.abs(gradient)))
        assert np.max(np.abs(own - gradient)) <= 1e-10 * scale
        assert found.shapes[f"d{name}"] == shapes(model).get(name, ())
        for entry in list(np.ndindex(np.shape(names[name])))[:5]:
            nudged = central_difference(program(model), names, name, entry)
            assert abs(nudged - own[entry]) <= 1e-6 * max(1, abs(nudged))


@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_a_line_is_what_the_rules_made_only_shorter(model):
    found = derived(model)
    names = drawn(model, SIZES[0])
    values = evaluated(found.whole.statements, names)
    for line in (*found.helpers, *found.lines):
        raw = value(line.raw, values)
        assert np.shape(raw) == np.shape(values[line.name])
        assert np.allclose(raw, values[line.name], rtol=1e-9, atol=1e-9), line.name


@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_the_same_sentence_twice_gives_the_same_gradient(model):
    assert derived(model) == derived(model)
