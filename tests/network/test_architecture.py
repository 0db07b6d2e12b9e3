"""Sizes, activations and losses to an architecture, and the shapes that follow from it."""

import pytest

from derivcli.errors import RefusedError, UsageError, describe
from derivcli.networks.layers import architecture, sizes


def test_shapes_are_those_of_the_course():
    assert architecture((3, 4, 1)).shapes(7) == {
        "X": (3, 7),
        "W1": (4, 3), "b1": (4, 1), "Z1": (4, 7), "A1": (4, 7),
        "W2": (1, 4), "b2": (1, 1), "Z2": (1, 7), "A2": (1, 7),
        "Y": (1, 7),
    }  # fmt: skip


def test_parameters_are_every_weight_and_bias():
    assert architecture((3, 4, 1)).parameters == 3 * 4 + 4 + 4 * 1 + 1
    assert architecture((784, 128, 10)).parameters == 101_770


@pytest.mark.parametrize(
    ("units", "activations", "loss", "expected"),
    [
        ((3, 4, 1), (), None, (("tanh", "sigmoid"), "cross-entropy")),
        ((3, 1), (), None, (("sigmoid",), "cross-entropy")),
        ((3, 4, 1), (), "squared", (("tanh", "linear"), "squared")),
        ((3, 4, 2), (), "softmax-cross-entropy", (("tanh", "softmax"), "softmax-cross-entropy")),
        ((3, 4, 2), ("relu", "softmax"), None, (("relu", "softmax"), "softmax-cross-entropy")),
        ((3, 4, 2), ("relu", "linear"), None, (("relu", "linear"), "squared")),
        ((3, 4, 2), ("relu", "relu"), None, (("relu", "relu"), "squared")),
        ((3, 2), ("softmax",), "squared", (("softmax",), "squared")),
    ],
)
def test_what_is_not_told_is_what_fits(units, activations, loss, expected):
    found = architecture(units, activations, loss)
    assert (found.activations, found.loss) == expected


@pytest.mark.parametrize(
    ("units", "activations", "loss", "message", "hint"),
    [
        ((3, 4, 1), ("tanh",), None, "2 layers need 2 activations, and 1 is given",
         "one a layer, such as --activation tanh sigmoid"),
        ((3, 1), ("tanh", "relu"), None, "1 layer needs 1 activation, and 2 are given",
         "one a layer, such as --activation tanh"),
        ((3, 1), ("sigmod",), None, "unknown activation 'sigmod'", "did you mean 'sigmoid'?"),
        ((3, 1), (), "mse", "unknown loss 'mse'",
         "known: cross-entropy, squared, softmax-cross-entropy, cross-entropy-from-logits, hinge, huber, log-cosh"),
        ((3, 4, 1), ("softmax", "sigmoid"), None, "softmax stands on the last layer only", None),
        ((3, 2), ("softmax",), "cross-entropy",
         "softmax on the last layer and cross-entropy do not go together",
         "choose --loss softmax-cross-entropy"),
        ((3, 2), ("sigmoid",), "softmax-cross-entropy",
         "sigmoid on the last layer and softmax-cross-entropy do not go together",
         "its last activation is softmax, not sigmoid"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(units, activations, loss, message, hint):
    with pytest.raises(UsageError) as error:
        architecture(units, activations, loss)
    assert (error.value.message, error.value.hint) == (message, hint)


def test_sizes_are_read_from_a_text():
    assert sizes("3-4-1") == (3, 4, 1)
    assert sizes("784-128-10") == (784, 128, 10)


@pytest.mark.parametrize("source", ["", "3", "3-", "-3-4", "3-4-", "3 - 4", "3--4", "3,4", "٣-٤"])
def test_other_texts_spell_no_sizes(source):
    with pytest.raises(UsageError, match="is not a list of sizes"):
        sizes(source)


def test_a_layer_without_units_is_pointed_at():
    with pytest.raises(UsageError) as error:
        sizes("3-0-1", "in SPEC")
    assert describe(error.value).splitlines() == [
        "error: in SPEC: a layer has one unit at least",
        "  3-0-1",
        "    ^",
    ]


@pytest.mark.parametrize("source", ["1-" * 60 + "1", "3-999999999999-1"])
def test_sizes_beyond_the_bounds_are_refused(source):
    with pytest.raises(RefusedError):
        sizes(source)


def test_too_many_parameters_are_refused():
    with pytest.raises(RefusedError, match="100,020,001 parameters are too many"):
        architecture((10_000, 10_000, 1))
