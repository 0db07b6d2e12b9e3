"""Numbers of a network: given, or drawn the same on every machine."""

import numpy as np
import pytest

from derivcli.errors import RefusedError, UsageError
from derivcli.networks.layers import architecture
from derivcli.networks.numbers import network
from derivcli.networks.results import NetworkSpec


def spec(*sizes, **options):
    chosen = {key: options.pop(key) for key in ("activations", "loss") if key in options}
    return NetworkSpec(architecture(sizes, **chosen), **options)


def test_drawn_numbers_are_those_of_a_frozen_stream():
    found = network(spec(3, 4, 1))
    # The first numbers of the Mersenne twister with seed 1, to three digits.
    assert found.W[0][0].tolist() == [1.62, -0.612, -0.528]
    assert found.W[1].tolist() == [[-0.322, -0.384, 1.13, -1.1]]


def test_drawn_numbers_have_three_digits():
    for array in (*network(spec(3, 4, 1)).W, network(spec(3, 4, 1)).X):
        assert all(float(f"{entry:.2e}") == entry for entry in array.flat)


def test_parameters_do_not_depend_on_the_number_of_examples():
    few, many = network(spec(3, 4, 1, examples=1)), network(spec(3, 4, 1, examples=50))
    assert all((one == other).all() for one, other in zip(few.W, many.W, strict=True))


def test_another_seed_draws_other_numbers():
    assert (network(spec(3, 4, 1, seed=2)).W[0] != network(spec(3, 4, 1)).W[0]).any()


@pytest.mark.parametrize(
    ("init", "variance"), [("random", 1), ("he", 2 / 200), ("xavier", 1 / 200)]
)
def test_weights_are_drawn_with_the_variance_of_their_initialisation(init, variance):
    W = network(spec(200, 300, 1, init=init)).W[0]
    assert W.var() == pytest.approx(variance, rel=0.02)


def test_zeros_are_zeros_and_only_random_draws_biases():
    assert not any(W.any() for W in network(spec(3, 4, 1, init="zeros")).W)
    for init, some in (("random", True), ("zeros", False), ("he", False), ("xavier", False)):
        assert any(b.any() for b in network(spec(3, 4, 1, init=init)).b) is some


def test_answers_suit_the_loss():
    assert set(network(spec(3, 4, 2, examples=40)).Y.flat) == {0.0, 1.0}
    one_hot = network(spec(3, 4, 3, loss="softmax-cross-entropy", examples=40)).Y
    assert (one_hot.sum(axis=0) == 1).all()
    assert len(set(one_hot.argmax(axis=0))) == 3
    assert len(set(network(spec(3, 2, loss="squared", examples=40)).Y.flat)) > 40


def test_given_numbers_are_taken_and_the_rest_stays_as_drawn():
    found = network(spec(3, 4, 1, given={"W2": ((1.0, 2.0, 3.0, 4.0),)}))
    assert found.W[1].tolist() == [[1, 2, 3, 4]]
    assert (found.X == network(spec(3, 4, 1)).X).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"given": {"W2": ((1.0, 2.0),)}}, r"W2 is of shape \(1, 2\), and a 3-4-1 network with 5"),
        ({"given": {"Y": ((0.0, 2.0),)}}, "Y holds 2, and cross-entropy needs answers from 0 to 1"),
        ({"given": {"Y": ((-0.5, 1.0),)}}, "Y holds -0.5"),
        ({"given": {"X": ((), (), ())}}, "X holds no examples"),
    ],
)  # fmt: skip
def test_numbers_that_make_no_sense_are_refused(options, message):
    with pytest.raises(UsageError, match=message):
        network(spec(3, 4, 1, **options))


def test_a_column_that_does_not_add_up_to_one_is_named():
    given = {"X": ((1.0, 2.0),), "Y": ((1.0, 0.5), (0.0, 0.4))}
    with pytest.raises(UsageError, match=r"column 2 of Y adds up to 0.9"):
        network(spec(1, 2, loss="softmax-cross-entropy", given=given))


def test_too_many_numbers_are_refused_before_they_are_drawn():
    with pytest.raises(RefusedError, match="is too large"):
        network(spec(1000, 1000, 1, examples=10_000_000))


def test_large_arrays_are_drawn_at_once():
    assert network(spec(784, 2, examples=2_000)).X.shape == (784, 2000)
    assert np.isfinite(network(spec(784, 2, examples=2_000)).X).all()
