import warnings
from dataclasses import replace

import numpy as np
import pytest
from drawn import CASES, OUTPUTS, SMOOTH, checked, drawn, make, named, ready

from derivcli.networks.checking import check, gradients
from derivcli.networks.checking.causes import EPS
from derivcli.networks.checking.check import SECONDS, costs, largest_sample, spread
from derivcli.report.blocks import Text
from derivcli.report.network_findings import check as check_blocks


def tampered(monkeypatch, change):
    """Let the check see another gradient: `change` is given the right one to spoil."""
    right = gradients.swept

    def wrong(sweeps):
        found = right(sweeps)
        change(found)
        return found

    monkeypatch.setattr(check, "swept", wrong)


def test_cross_entropy_of_outputs_that_are_no_sigmoid():
    net = make([2, 3, 2], ["tanh", "softplus"], "cross-entropy", init="xavier")
    net = replace(net, b=(net.b[0], net.b[1] - 2.0))
    found = checked(net)
    assert found.passed
    assert max(each.worst_relative_error for each in found.arrays) < 1e-8


@pytest.mark.parametrize("last, loss, layers", CASES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_right_gradients_pass(last, loss, layers, seed):
    found = checked(drawn(last, loss, layers, seed))
    assert found.passed
    assert all(each.worst_relative_error <= 1e-6 for each in found.arrays)


@pytest.mark.parametrize("last, loss", OUTPUTS)
def test_right_gradients_of_zeros_pass(last, loss):
    found = checked(make([3, 4, 2], ["tanh", last], loss, init="zeros"))
    causes = {each.cause for each in found.arrays} - {None}
    # Outputs of relu are all at the kink then, and say so.
    assert causes == ({"kink"} if "relu" in last else set())


@pytest.mark.parametrize("last, loss, layers", CASES)
@pytest.mark.parametrize("scale", [10.0, 100.0, 1000.0])
def test_right_gradients_of_saturated_networks_pass(last, loss, layers, scale):
    net = drawn(last, loss, layers, hidden=SMOOTH)
    assert checked(replace(net, W=tuple(W * scale for W in net.W))).passed


def test_right_gradients_of_large_features_pass():
    net = make([3, 4, 2], ["tanh", "softmax"])
    assert checked(replace(net, X=net.X * 255.0)).passed


def test_another_step_is_told():
    net = make([1, 1], ["sigmoid"], examples=1)
    net = replace(net, X=np.full((1, 1), 2000.0), W=(np.full((1, 1), 1e-3),))
    found = checked(net)
    assert found.passed
    assert [each.detail for each in found.arrays] == [
        "1 entry needs another step, down to eps = 6e-9", None,
    ]  # fmt: skip


def test_a_unit_with_a_kink_nearby_passes_with_a_shorter_step():
    net = make([1, 1], ["relu"], examples=1)
    net = replace(net, W=(np.ones((1, 1)),), b=(np.full((1, 1), 1e-8),), X=np.zeros((1, 1)))
    found = named(checked(net))
    assert found["db1"].cause is None
    assert "another step" in found["db1"].detail


@pytest.mark.parametrize("name, below", [("relu", 0.0), ("leaky_relu", 0.01)])
def test_a_unit_at_its_kink_is_named(name, below):
    net = make([2, 3, 1], [name, "linear"], examples=4, init="he")
    X = net.X.copy()
    X[:, 2] = 0.0  # and no bias: z = 0 in example 3
    found = checked(replace(net, X=X))
    own = named(found)["db1"]
    assert not found.passed
    assert own.cause == "kink"
    unit = own.at[0]
    assert f"of layer 1, {name}, in example 3 is at its kink, z = 0" in own.detail
    assert "no step mends it" in own.detail
    assert own.at == (unit, 1)
    # Half of the two slopes is what a central difference sees.
    sweeps, _ = ready(replace(net, X=X))
    dz = float(net.W[1][0, unit - 1] * (sweeps.layers[-1].A - net.Y)[0, 2]) / 4
    assert own.estimate - own.gradient == pytest.approx(dz * (1.0 - below) / 2, rel=1e-4)


def test_a_unit_at_its_kink_but_for_rounding_passes_by_its_own_side():
    net = make([1, 1], ["relu"], examples=1)
    zero = np.zeros((1, 1))
    net = replace(net, W=(zero + 1.0,), b=(zero + 1e-14,), X=zero)
    own = named(checked(net))["db1"]
    assert own.cause is None
    assert 0.0 < own.worst_relative_error < 1e-6


def test_a_wrong_gradient_at_a_kink_is_wrong(monkeypatch):
    net = make([2, 3, 1], ["relu", "linear"], examples=4, init="he")
    X = net.X.copy()
    X[:, 2] = 0.0
    tampered(monkeypatch, lambda found: found["db1"].__iadd__(10.0))
    own = named(checked(replace(net, X=X)))["db1"]
    assert own.cause == "wrong gradient"


def test_a_large_step_is_truncation():
    found = checked(make([3, 4, 1]), eps=0.5)
    assert not found.passed
    for each in found.arrays:
        assert each.cause == "truncation"
        assert each.slope == pytest.approx(2.0, abs=0.01)
        assert each.detail == "the error shrinks like eps^2.0: truncation; eps = 6e-6 would do"
        assert each.eps == 0.5


def test_a_large_step_across_a_kink_says_so():
    own = named(checked(make([3, 4, 2], ["relu", "softmax"]), eps=0.5))["dW1"]
    assert own.cause == "kink"
    assert "crosses its kink within eps" in own.detail
    assert own.detail.endswith("eps = 6e-6 would do")


@pytest.mark.parametrize("eps", [1e-11, 1e-13, 1e-15, 1e-20])
def test_a_small_step_is_rounding(eps):
    for activations in (["tanh", "sigmoid"], ["relu", "softmax"], ["gelu", "linear"]):
        found = checked(make([3, 4, 2], activations), eps=eps)
        assert not found.passed
        seen = [each for each in found.arrays if each.cause]
        assert {each.cause for each in seen} == {"rounding"}
        for each in seen:
            assert each.slope == pytest.approx(-1.0, abs=0.3)
            assert each.detail.endswith("rounding; eps = 6e-6 would do")


@pytest.mark.parametrize("eps", [1e-5, 1e-4, 1e-7])
def test_a_step_that_does_passes(eps):
    found = checked(make([3, 4, 1]), eps=eps)
    assert found.passed
    assert {each.eps for each in found.arrays} == {eps}


def test_a_step_out_of_the_domain_of_the_cost_is_too_large():
    net = make([1, 1], ["linear"], "cross-entropy", examples=1)
    one = np.ones((1, 1))
    net = replace(net, X=one, Y=one, W=(0.1 * one,), b=(0.1 * one,))
    own = named(checked(net, eps=0.5))["dW1"]
    assert (own.cause, own.estimate, own.worst_relative_error) == ("truncation", None, None)
    assert "no value" in own.detail
    assert checked(net).passed


def test_a_bad_step_does_not_hide_a_wrong_gradient(monkeypatch):
    tampered(monkeypatch, lambda found: found["dW1"].__imul__(5.0))
    for eps in (0.5, 1e-13):
        assert named(checked(make([3, 4, 1]), eps=eps))["dW1"].cause == "wrong gradient"


FACTORS = [
    (5.0, "m = 5 times too large, everywhere"),
    (0.2, "m = 5 times too small, everywhere"),
    (2.0, ": 2 times too large, everywhere"),
    (-1.0, ": of the wrong sign, everywhere"),
    (-2.5, ": 2.5 times too large and of the wrong sign, everywhere"),
    (0.0, "the gradient says 0 everywhere"),
]


@pytest.mark.parametrize("factor, words", FACTORS)
def test_a_gradient_off_by_a_factor_is_told_by_how_much(factor, words, monkeypatch):
    tampered(monkeypatch, lambda found: found["dW1"].__imul__(factor))
    found = checked(make([3, 4, 1]))
    own = named(found).pop("dW1")
    assert own.cause == "wrong gradient"
    assert own.detail.endswith(words)
    assert own.slope == pytest.approx(0.0, abs=0.01)
    assert own.gradient == pytest.approx(factor * own.estimate, rel=1e-6)
    assert [each.name for each in found.arrays if each.cause] == ["W1"]


@pytest.mark.parametrize("last, loss, layers", CASES)
def test_one_entry_that_is_wrong_by_a_ten_thousandth_is_caught(last, loss, layers, monkeypatch):
    net = drawn(last, loss, layers, hidden=SMOOTH)

    def spoil(found):
        place = np.unravel_index(np.abs(found["dW1"]).argmax(), found["dW1"].shape)
        found["dW1"][place] *= 1.0001
        place_of.append(tuple(int(each) + 1 for each in place))

    place_of = []
    tampered(monkeypatch, spoil)
    own = named(checked(net))["dW1"]
    assert (own.cause, own.at) == ("wrong gradient", place_of[0])
    assert "everywhere" not in own.detail


@pytest.mark.parametrize("size", [1e-3, 1e-6, 1e-8])
def test_a_tiny_wrong_entry_among_large_ones_is_caught(size, monkeypatch):
    net = make([4, 3, 2], ["tanh", "linear"], examples=8)
    X = net.X.copy()
    X[2] *= size  # column 3 of dW1 is as small

    def spoil(found):
        found["dW1"][1, 2] *= 2.0

    tampered(monkeypatch, spoil)
    own = named(checked(replace(net, X=X)))["dW1"]
    assert (own.cause, own.at) == ("wrong gradient", (2, 3))


def test_a_gradient_without_a_value_is_wrong(monkeypatch):
    def spoil(found):
        found["dW1"][1, 2] = np.nan
        found["db2"][0, 0] = np.inf

    tampered(monkeypatch, spoil)
    own = named(checked(make([3, 4, 1])))
    for name, at in (("dW1", (2, 3)), ("db2", (1, 1))):
        assert (own[name].cause, own[name].at) == ("wrong gradient", at)
        assert own[name].gradient is own[name].worst_relative_error is None


def test_arrays_come_in_the_order_of_the_layers():
    found = checked(make([3, 4, 2]))
    assert [each.name for each in found.arrays] == ["W1", "b1", "W2", "b2"]
    assert [each.entries for each in found.arrays] == [12, 4, 8, 2]
    assert {each.eps for each in found.arrays} == {EPS}


def test_a_large_network_is_sampled():
    net = make([300, 200, 10], ["tanh", "softmax"], examples=200, init="xavier")
    most = largest_sample(net, costs(net))
    assert 10 < most < net.W[0].size
    found = checked(net)
    assert found.passed
    assert [each.entries for each in found.arrays] == [most, min(most, 200), min(most, 2000), 10]


def test_a_digit_network_is_checked_in_full():
    net = make([784, 32, 10], ["tanh", "softmax"], examples=10, init="xavier")
    assert sum(min(size.size, 25_088) for size in (*net.W, *net.b)) == 25_450
    assert largest_sample(net, costs(net)) == 25_088
    assert costs(net)[0] * 25_450 < SECONDS


def test_a_sample_is_spread_over_rows_and_columns():
    chosen = spread(784 * 32, 400)
    assert len(set(chosen.tolist())) == 400
    assert len(set((chosen // 784).tolist())) == 32
    assert np.bincount(chosen % 784 // 98, minlength=8).min() > 30


@pytest.mark.parametrize("size", range(2, 120))
def test_no_entry_is_sampled_twice(size):
    assert len(set(spread(size, size - 1).tolist())) == size - 1


def test_no_warning_escapes():
    net = make([2, 3, 2], ["relu", "softmax"])
    net = replace(net, W=tuple(W * 1e150 for W in net.W))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        checked(net)
        checked(make([2, 3, 1], ["tanh", "sigmoid"]), eps=1e300)


def at(z):
    """Return a network of one unit of relu, whose z is given."""
    net = make([1, 1], ["relu"], examples=1)
    return replace(net, W=(np.ones((1, 1)),), b=(np.full((1, 1), z),), X=np.zeros((1, 1)))


def told(found):
    return " ".join(block.text for block in check_blocks(found) if isinstance(block, Text))


@pytest.mark.parametrize("z", [1e-6, -1e-6])
def test_a_step_that_was_used_is_told(z):
    """eps = 6e-6 would take z across 0."""
    assert "In b1, 1 entry needs another step, down to eps = 2e-8." in told(checked(at(z)))


@pytest.mark.parametrize("z", [1e-6, 1e-8, -1e-6])
def test_a_step_that_crosses_a_kink_is_at_fault_and_no_unit_is_at_its_kink(z):
    shown = told(checked(at(z), eps=1e-3))
    assert "it is the step that is at fault" in shown
    assert "At a kink there is no gradient" not in shown
    assert "At a kink there is no gradient" in told(checked(at(0.0), eps=1e-3))
