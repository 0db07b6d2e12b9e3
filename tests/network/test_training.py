"""Gradient descent of networks, beside a loop written by hand."""

import math

import numpy as np
import pytest

from derivcli.errors import UndefinedError, UsageError
from derivcli.networks.backprop import Sweeps
from derivcli.networks.layers import architecture
from derivcli.networks.numbers import Network
from derivcli.networks.obstacles import Twins
from derivcli.networks.results import TrainingRequest
from derivcli.networks.training import RECORDED, recorded_at, train

X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
Y = np.array([[0.0, 1.0, 1.0, 0.0]])


def silent(message):
    """Take a message and say nothing."""


def net(sizes, activations=(), loss=None, *, data=(X, Y), weights=None, seed=1):
    found = architecture(sizes, activations, loss)
    draw = np.random.default_rng(seed)
    pairs = list(zip(sizes[1:], sizes, strict=False))
    W = tuple(
        draw.normal(size=pair) if weights is None else np.full(pair, weights) for pair in pairs
    )
    return Network(found, *data, W, tuple(np.zeros((after, 1)) for after, _ in pairs))


def trained(network, iterations=50, rate=0.5, held_out=0):
    return train(network, TrainingRequest(iterations, rate, held_out), silent)


def by_hand(network, iterations, rate):
    """Return the costs of every iteration: two layers, tanh, sigmoid, cross-entropy."""
    X, Y, m = network.X, network.Y, network.examples
    (W1, W2), (b1, b2), costs = network.W, network.b, []
    for _ in range(iterations + 1):
        A1 = np.tanh(W1 @ X + b1)
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        costs.append(-(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)).sum() / m)
        dZ2 = A2 - Y
        dZ1 = W2.T @ dZ2 * (1 - A1**2)
        W2 = W2 - rate * dZ2 @ A1.T / m
        b2 = b2 - rate * dZ2.sum(axis=1, keepdims=True) / m
        W1 = W1 - rate * dZ1 @ X.T / m
        b1 = b1 - rate * dZ1.sum(axis=1, keepdims=True) / m
    return costs


@pytest.mark.parametrize("iterations", [0, 1, 37, 200, 1_234])
def test_costs_are_those_of_a_loop_by_hand(iterations):
    found = trained(net((2, 4, 1)), iterations, 0.3)
    costs = by_hand(net((2, 4, 1)), iterations, 0.3)
    assert found.costs == pytest.approx([costs[each] for each in found.at], rel=1e-12)
    assert (found.at[0], found.at[-1], found.iterations) == (0, iterations, iterations)


def test_every_cost_of_a_short_training_is_recorded_and_a_long_one_is_spread_evenly():
    assert recorded_at(0) == (0,)
    assert recorded_at(RECORDED) == tuple(range(RECORDED + 1))
    for iterations in (201, 1_000, 12_345):
        at = recorded_at(iterations)
        assert (len(at), at[0], at[-1]) == (RECORDED + 1, 0, iterations)
        assert max(np.diff(at)) - min(np.diff(at)) <= 1


def test_xor_is_learnt():
    found = trained(net((2, 4, 1)), 10_000, 0.5)
    assert found.costs[-1] < 0.01
    assert (found.correct, found.held_out_correct, found.note) == (4, None, None)


def test_the_network_itself_is_left_as_it_was():
    network = net((2, 3, 1))
    before = [array.copy() for array in (network.X, network.Y, *network.W, *network.b)]
    trained(network, 10)
    after = (network.X, network.Y, *network.W, *network.b)
    assert all((one == other).all() for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("iterations", [0, 1, 5, 199, 200, 201, 5_000])
def test_progress_is_told_a_hundred_times_at_most(iterations):
    told = []
    train(net((2, 2, 1)), TrainingRequest(iterations, 0.5), told.append)
    assert len(told) <= 101
    assert told[:1] == ([f"0 of {iterations:,} iterations"] if iterations else [])


def test_zeros_keep_the_units_alike():
    answers = np.array([[0.0, 1.0, 1.0, 1.0]])
    assert trained(net((2, 3, 1), data=(X, answers), weights=0.0)).note == (
        "Every weight began at 0, so the units of layer 1 are all alike: the rows of dW1 stay"
        " identical, dW1 and dW2 stay 0, and the units stay alike; draw the weights at random."
    )


def test_zeros_under_sigmoid_move_and_stay_alike():
    answers = np.array([[0.0, 1.0, 1.0, 1.0]])
    network = net((2, 3, 1), ("sigmoid", "sigmoid"), data=(X, answers), weights=0.0)
    found = trained(network, 500, 2.0)
    assert found.costs[-1] < found.costs[0]
    assert found.note == (
        "Every weight began at 0, so the units of layer 1 are all alike: the rows of dW1 stay"
        " identical, and the units stay alike; draw the weights at random."
    )


def test_one_unit_of_zeros_has_no_twin_and_stays_where_it_is():
    assert trained(net((2, 1, 1), weights=0.0)).note == (
        "Every weight began at 0, and dW1 and dW2 stay 0; draw the weights at random."
    )


def test_given_twins_are_found_by_their_numbers():
    network = net((2, 4, 1))
    W1, W2 = network.W
    W1[3], W2[0, 3] = W1[1], W2[0, 1]
    assert trained(network, 300).note == (
        "Units 2 and 4 of layer 1 began with the same weights, in and out: the rows of dW1"
        " stay identical, and the units stay alike; draw the weights at random."
    )


def test_a_gradient_that_dies_in_the_first_step_does_not_stay_0():
    network = net((2, 2, 1), ("relu", "linear"), data=(X, -np.ones((1, 4))), weights=1.0)
    found = trained(network, 10_000, 1.0)
    assert found.at[:2] == (0, 50)
    assert found.note == (
        "Units 1 and 2 of layer 1 began with the same weights, in and out: the rows of dW1 stay"
        " identical, and the units stay alike; draw the weights at random."
    )


def test_units_alike_at_first_only_are_no_twins():
    network = net((2, 4, 1))
    network.W[0][3] = network.W[0][1]
    assert trained(network, 300).note is None


def test_twins_that_come_apart_are_forgotten():
    network = net((2, 3, 1), weights=0.5)
    twins, sweeps = Twins(network), Sweeps(network)
    sweeps.forward()
    sweeps.backward()
    twins.look(sweeps)
    assert [group.tolist() for group in twins.groups[1]] == [[0, 1, 2]]
    sweeps.layers[0].gradient[1] *= 1 + 1e-6
    twins.look(sweeps)
    assert twins.note(still=[False, False]) == []


def test_the_same_number_everywhere_makes_all_layers_alike():
    found = trained(net((2, 2, 3, 1), weights=0.5), 300)
    assert found.note.startswith(
        "Units 1 and 2 of layer 1 and 1, 2 and 3 of layer 2 began with the same weights, in and out:"
        " the rows of dW1 and of dW2 stay identical, and the units stay alike;"
    )


def test_held_out_examples_are_not_trained_with():
    draw = np.random.default_rng(5)
    X, Y = draw.normal(size=(2, 10)), draw.integers(0, 2, (1, 10)).astype(float)
    found = trained(net((2, 3, 1), data=(X, Y)), 40, held_out=3)
    alone = trained(net((2, 3, 1), data=(X[:, :7], Y[:, :7])), 40)
    assert (found.costs, found.correct) == (alone.costs, alone.correct)
    assert (found.held_out, len(found.held_out_costs)) == (3, len(found.costs))
    others = trained(net((2, 3, 1), data=(X[:, 7:], Y[:, 7:])), 0)
    assert found.held_out_costs[0] == pytest.approx(others.costs[0], rel=1e-14)
    assert 0 <= found.held_out_correct <= 3


def test_held_out_examples_are_judged_by_the_parameters_as_they_are_at_the_time():
    twice = np.hstack([X, X]), np.hstack([Y, Y])
    found = trained(net((2, 4, 1), data=twice), 2_000, held_out=4)
    assert found.held_out_costs == found.costs
    assert found.held_out_correct == found.correct == 4


@pytest.mark.parametrize("held_out", [4, 5])
def test_no_example_left_is_refused(held_out):
    with pytest.raises(UsageError) as caught:
        trained(net((2, 2, 1)), held_out=held_out)
    assert caught.value.where == "in --held-out"
    assert "leave none to train with" in str(caught.value)


def test_a_rate_too_large_ends_the_training_with_finite_costs_only():
    draw = np.random.default_rng(3)
    data = draw.normal(size=(3, 20)), draw.normal(size=(1, 20))
    found = trained(net((3, 4, 1), ("relu", "linear"), data=data), 2_000, 5.0, held_out=4)
    assert found.at[-1] < 2_000
    assert all(map(math.isfinite, (*found.costs, *found.held_out_costs)))
    assert len(found.at) == len(found.costs) == len(found.held_out_costs)
    assert (found.correct, found.held_out_correct) == (None, None)
    assert found.note.startswith("The training stopped: by iteration ")
    assert found.note.endswith("the cost had no finite value, and the rate 5 is too large.")


def test_outputs_that_leave_cross_entropys_domain_are_told():
    data = np.array([[1.0, 2.0]]), np.array([[1.0, 0.0]])
    network = net((1, 1), ("linear",), "cross-entropy", data=data, weights=0.3)
    assert trained(network, 100, 1.0).note.endswith(
        " too large to keep A1 between 0 and 1, where cross-entropy has a value; sigmoid on the last"
        " layer always does."
    )


def test_a_cost_that_grew_is_told():
    data = np.array([[1.0, 2.0]]), np.array([[1.0, -1.0]])
    found = trained(net((1, 1), ("linear",), data=data, weights=0.1), 10, 1.0)
    assert found.costs[-1] > found.costs[0]
    assert found.note.endswith(": the rate 1 is too large.")
    assert found.note.startswith(f"The cost grew from {found.costs[0]:.4g} to ")


def test_a_cost_without_a_value_at_the_beginning_is_an_error():
    data = np.array([[1.0]]), np.array([[1.0]])
    with pytest.raises(UndefinedError):
        trained(net((1, 1), ("linear",), "cross-entropy", data=data, weights=-1.0))


def test_dead_units_are_counted():
    network = net((2, 3, 1), ("relu", "sigmoid"), seed=2)
    network.b[0][:] = [[-50.0], [-0.5], [-50.0]]  # the second is 0 for one example
    network.W[0][1] = 1.0
    assert trained(network, 20, 0.1).note == (
        "2 of the 3 relu units of layer 1 are 0 for every example at the end: no gradient reaches"
        " their weights any more."
    )


def test_classes_by_softmax_are_counted_and_a_tie_is_wrong():
    labels = np.eye(2)[:, [0, 1, 1, 0]]
    found = trained(net((2, 4, 2), ("tanh", "softmax"), data=(X, labels)), 3_000)
    assert found.correct == 4
    flat = trained(net((2, 2, 2), ("tanh", "softmax"), data=(X, labels), weights=0.0))
    assert flat.correct == 0


def test_a_sigmoid_says_1_above_a_half():
    ones = net((2, 1, 1), data=(X, np.ones((1, 4))), weights=0.0)
    counts = []
    for offset in (-0.1, 0.0, 0.1):
        ones.b[1][:] = offset
        counts.append(trained(ones, 0).correct)
    assert counts == [0, 0, 4]


def test_an_example_counts_if_all_its_outputs_are_right():
    both = np.vstack([Y, X[:1]])
    network = net((2, 1, 2), data=(X, both), weights=0.0)
    network.b[1][:] = [[-1.0], [-1.0]]  # says 0 and 0
    assert trained(network, 0).correct == 1


@pytest.mark.parametrize(
    "activations, loss, data",
    [
        (("tanh", "sigmoid"), "squared", (X, Y)),
        (("tanh", "sigmoid"), "cross-entropy", (X, Y / 2)),
        (("tanh", "linear"), "squared", (X, Y)),
    ],
)
def test_only_a_classification_counts_what_is_right(activations, loss, data):
    assert trained(net((2, 2, 1), activations, loss, data=data)).correct is None
