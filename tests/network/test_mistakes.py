"""Classic mistakes, planted: each makes a difference, is judged wrong, and is named."""

import subprocess
import sys
from fractions import Fraction

import pytest
from drawn import penalised

from derivcli.errors import UsageError
from derivcli.networks.equation import written
from derivcli.networks.equations import backward
from derivcli.networks.judging.judging import judge
from derivcli.networks.judging.mistake_words import WORDS, words
from derivcli.networks.judging.mistakes import MISTAKES, planted
from derivcli.networks.layers import Architecture, architecture

NETWORKS = (
    architecture((3, 4, 1)),
    architecture((4, 4, 4, 4), ("relu", "sigmoid", "softmax")),
    architecture((1, 1, 1)),
    architecture((3, 4, 2), ("leaky_relu", "linear")),
    architecture((2, 3, 2), ("silu", "tanh"), "cross-entropy"),
    architecture((3, 2), ("softmax",), "squared"),
    architecture((5, 4, 3, 2), ("gelu", "elu", "sigmoid"), "squared"),
    penalised(
        architecture((3, 4, 1)), "k/2*(sum(W1**2) + sum(W2**2)) + k*sum(abs(b2))", k=Fraction(1, 10)
    ),
)
PLACELESS = (  # of each network the mistakes that have no place in it
    {"missing-penalty"},
    {"missing-penalty"},
    {"missing-penalty"},
    {"wrong-loss", "wrong-variable", "missing-penalty"},
    {"missing-label", "missing-penalty"},
    {"activation-for-slope", "missing-slope", "wrong-slope", "wrong-variable", "stale-layer", "before-activation",
     "missing-penalty"},
    {"missing-penalty"},
    set(),
)  # fmt: skip
DIAGNOSES = {
    "missing-mean": "the 1/m is missing",
    "mean-twice": "the 1/m stands in dW and db, not in dZ",
    "sign": ("the sign is wrong", "a minus too much"),
    "missing-label": "Y is missing",
    "factor-two": "2 times too large",
    "wrong-loss": "this belongs to the loss",
    "activation-for-slope": "is the activation, and its slope is needed",
    "missing-slope": ("is missing: multiply by", "this belongs to the loss cross-entropy"),
    "wrong-slope": "slope, and layer",
    "wrong-variable": "the slope is written in",
    "missing-transpose": "lacks its transpose",
    "swapped-factors": "stand in the wrong order",
    "elementwise": "* stands where @ is needed",
    "wrong-axis": "axis=0 adds up the rows",
    "missing-sum": "the mean over the examples is missing",
    "missing-keepdims": "keepdims=True is missing",
    "stale-layer": "is of another layer",
    "stale-input": "reads",
    "before-activation": "stands where",
    "activation-derivative": "stands where",
    "missing-penalty": "the penalty is missing",
}


def label(value):
    is_network = isinstance(value, Architecture)
    return "-".join((value.name, *value.activations)) if is_network else str(value)


def test_every_mistake_has_its_words_and_its_diagnosis_here():
    assert list(WORDS) == list(MISTAKES)
    assert set(DIAGNOSES) == set(MISTAKES)


@pytest.mark.parametrize("name", WORDS)
def test_the_words_for_a_mistake_stand_in_brackets(name):
    assert len(words(name)) <= 60
    assert words(name)[-1] != "."
    assert not set("()") & set(words(name).replace("(Z)", ""))


def test_the_words_are_there_without_numpy():
    program = (
        "import sys; from derivcli.networks.judging.mistake_words import words;"
        "print(words('missing-mean'), 'numpy' in sys.modules)"
    )
    written = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert written == "the 1/m is forgotten False\n"


@pytest.mark.parametrize(
    "network, name",
    [
        (network, name)
        for network, placeless in zip(NETWORKS, PLACELESS, strict=True)
        for name in sorted(placeless)
    ],
    ids=label,
)
def test_a_mistake_that_makes_no_difference_has_no_place(network, name):
    with pytest.raises(UsageError, match=f"^the mistake {name} has no place in this network$"):
        planted(network, name)


@pytest.mark.parametrize(
    "network, name",
    [
        (network, name)
        for network, placeless in zip(NETWORKS, PLACELESS, strict=True)
        for name in MISTAKES
        if name not in placeless
    ],
    ids=label,
)
def test_a_planted_mistake_is_one_wrong_equation_and_is_named(network, name):
    found = planted(network, name)
    right = backward(network)
    changed = [one for one, other in zip(found, right, strict=True) if one != other]
    assert [each.name for each in found] == [each.name for each in right]
    assert len(changed) == 1
    judged = judge(network, 5, written(changed[0]))
    assert judged.verdict == "wrong"
    named = DIAGNOSES[name]
    assert any(each in judged.diagnosis for each in ((named,) if isinstance(named, str) else named))


@pytest.mark.parametrize(
    "name, equation",
    [
        ("missing-mean", "dW2 = dZ2 @ A1.T"),
        ("mean-twice", "dZ2 = (A2 - Y) / m"),
        ("sign", "dZ2 = Y - A2"),
        ("missing-label", "dZ2 = A2"),
        ("activation-for-slope", "dZ1 = W2.T @ dZ2 * A1"),
        ("missing-slope", "dZ1 = W2.T @ dZ2"),
        ("wrong-slope", "dZ1 = W2.T @ dZ2 * (A1 * (1 - A1))"),
        ("wrong-axis", "db2 = sum(dZ2, axis=0, keepdims=True) / m"),
        ("missing-sum", "db2 = dZ2"),
        ("stale-layer", "dZ1 = W1.T @ dZ2 * (1 - A1**2)"),
        ("swapped-factors", "dW2 = A1.T @ dZ2 / m"),
    ],
)
def test_mistakes_stand_where_they_are_made(name, equation):
    assert equation in [written(each) for each in planted(NETWORKS[0], name)]


def test_a_layer_can_be_chosen():
    lines = [written(each) for each in planted(NETWORKS[0], "missing-mean", 1)]
    assert "dW1 = dZ1 @ X.T" in lines
    assert "dW2 = dZ2 @ A1.T / m" in lines


def test_the_missing_transpose_of_the_hidden_layer_can_be_chosen():
    assert "dZ1 = W2 @ dZ2 * (1 - A1**2)" in [
        written(each) for each in planted(NETWORKS[0], "missing-transpose", 1)
    ]


@pytest.mark.parametrize(
    "name, layer, message, hint",
    [
        ("missing-maen", None, "unknown mistake 'missing-maen'", "did you mean 'missing-mean'?"),
        ("xyz", None, "unknown mistake 'xyz'", "known: missing-mean, mean-twice, sign"),
        ("sign", 3, "there is no layer 3", "the last layer is 2"),
        ("sign", 1, "the mistake sign has no place in layer 1 of this network", "there is a place for missing-mean"),
    ],
)  # fmt: skip
def test_what_cannot_be_planted_is_told(name, layer, message, hint):
    with pytest.raises(UsageError) as caught:
        planted(NETWORKS[0], name, layer)
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)


def test_no_mistake_is_planted_where_it_makes_no_difference():
    linear = architecture((3, 2), ("linear",))
    with pytest.raises(UsageError):
        planted(linear, "missing-slope")
    with pytest.raises(UsageError):
        planted(linear, "stale-layer")
