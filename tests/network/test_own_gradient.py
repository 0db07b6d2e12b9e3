"""A gradient of one's own, as students compute it in NumPy, with the mistakes that they make."""

import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from drawn import drawn, make, penalised, ready

from derivcli.networks.checking.agreement import agreeing
from derivcli.networks.checking.gradient_files import GivenArray
from derivcli.networks.checking.gradients import evaluated, swept
from derivcli.networks.checking.own_gradient import own_gradient
from derivcli.networks.equation import Equation
from derivcli.networks.equations import backward
from derivcli.networks.judging.mistakes import MISTAKES


def judged(net, gradients, tmp_path, save=np.savez):
    path = tmp_path / "g.npz"
    save(path, **gradients)
    sweeps, _ = ready(net)
    return own_gradient(net, sweeps, str(path), lambda _: None)


def by_hand(net):
    """Backprop of a network of tanh layers and a sigmoid with cross-entropy, by plain NumPy."""
    A, Z = [net.X], []
    for W, b in zip(net.W, net.b, strict=True):
        Z.append(W @ A[-1] + b)
        A.append(np.tanh(Z[-1]))
    A[-1] = 1 / (1 + np.exp(-Z[-1]))
    m, dZ = net.examples, A[-1] - net.Y
    known = {"m": m, "A": A, "Z": Z, "dZ": {}}
    found = {}
    for layer in range(len(net.W), 0, -1):
        known["dZ"][layer] = dZ
        found[f"dW{layer}"] = dZ @ A[layer - 1].T / m
        found[f"db{layer}"] = dZ.sum(axis=1, keepdims=True) / m
        dZ = net.W[layer - 1].T @ dZ * (1 - A[layer - 1] ** 2)
    return found, known


NET = make([3, 4, 4, 1], examples=5)
RIGHT, KNOWN = by_hand(NET)


def changed(**other):
    return {**RIGHT, **other}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("layers", [1, 2, 4])
def test_a_gradient_by_plain_numpy_is_right_to_the_last_entry(tmp_path, layers, seed):
    net = drawn("sigmoid", "cross-entropy", layers, seed, hidden=("tanh",))
    found = judged(net, by_hand(net)[0], tmp_path)
    assert found.passed
    assert found.number < 1e-7
    assert all(each.digits is None for each in found.arrays)


@pytest.mark.parametrize("scale", [3.0, 8.0, 20.0])
def test_what_saturated_units_lose_in_plain_numpy_is_no_mistake(tmp_path, scale):
    net = make([3, 4, 2, 1], examples=5)
    net = type(net)(net.architecture, net.X, net.Y, tuple(scale * W for W in net.W), net.b)
    assert judged(net, by_hand(net)[0], tmp_path).passed


def test_what_cancels_where_a_network_nearly_fits_is_no_mistake(tmp_path):
    net = make([9, 1], ["linear"], "squared", examples=4)
    (W,), (b,) = net.W, net.b
    Y = (W @ net.X + b) * (1 + 1e-11 * np.array([[1, -2, 3, 5]]))
    net = type(net)(net.architecture, net.X, Y, net.W, net.b)
    error = b + W[:, ::-1] @ net.X[::-1] - Y  # the same sums, in another order
    found = {"dW1": error @ net.X.T / 4, "db1": error.sum(axis=1, keepdims=True) / 4}
    sweeps, _ = ready(net)
    assert np.abs(found["dW1"] / swept(sweeps)["dW1"] - 1).max() > 1e-6
    assert judged(net, found, tmp_path).passed
    assert not judged(net, {**found, "dW1": 2 * found["dW1"]}, tmp_path).passed


def test_the_number_is_that_of_the_course(tmp_path):
    wrong = changed(dW2=1.01 * RIGHT["dW2"])
    found = judged(NET, wrong, tmp_path)
    flat = np.concatenate([each.ravel() for each in wrong.values()])
    right = np.concatenate([RIGHT[name].ravel() for name in wrong])
    expected = np.linalg.norm(flat - right) / (np.linalg.norm(flat) + np.linalg.norm(right))
    assert found.number == pytest.approx(expected, rel=1e-5)
    assert found.distance_to_backprop == pytest.approx(expected, rel=1e-9)
    assert found.number_of_backprop < 1e-8


def test_wrong_entries_are_told_with_both_numbers_the_worst_first(tmp_path):
    dW1 = RIGHT["dW1"].copy()
    dW1[3, 1] += 0.25
    dW1[0, 2] -= 0.5
    found = {each.name: each for each in judged(NET, changed(dW1=dW1), tmp_path).arrays}
    assert [name for name, each in found.items() if not each.passed] == ["dW1"]
    told = found["dW1"]
    assert (told.wrong, told.of) == (2, 12)
    assert [each.entry for each in told.entries] == [(1, 3), (4, 2)]
    assert told.worst.yours == dW1[0, 2]
    assert told.worst.expected == pytest.approx(RIGHT["dW1"][0, 2], rel=1e-11)
    assert told.cause is None


def slopes_forgotten():
    dZ3, m = KNOWN["dZ"][3], NET.examples
    dZ2 = NET.W[2].T @ dZ3
    dZ1 = NET.W[1].T @ dZ2
    return changed(
        dW2=dZ2 @ KNOWN["A"][1].T / m, db2=dZ2.sum(axis=1, keepdims=True) / m,
        dW1=dZ1 @ NET.X.T / m, db1=dZ1.sum(axis=1, keepdims=True) / m,
    )  # fmt: skip


def row_scaled(name, row, factor):
    array = RIGHT[name].copy()
    array[row] *= factor
    return array


def column_scaled(name, column, factor):
    return row_scaled(name, (slice(None), column), factor)


PLANTED = [
    ({"dW2": 5 * RIGHT["dW2"]}, {"dW2": "the 1/m is forgotten (missing-mean in dW2)"}),
    ({name: 5 * RIGHT[name] for name in RIGHT}, {"db3": "missing-mean in dW1, db1, dW2"}),
    ({name: RIGHT[name] / 5 for name in RIGHT}, {"dW1": "(mean-twice in dZ3)"}),
    ({name: -RIGHT[name] for name in RIGHT}, {"db1": "Y - A is written for A - Y (sign in dZ3)"}),
    ({name: 2 * RIGHT[name] for name in RIGHT}, {"dW3": "(factor-two in dZ3)"}),
    ({"dW1": -RIGHT["dW1"], "db2": RIGHT["db2"] / 5},
     {"dW1": "every entry is of the wrong sign",
      "db2": "every entry is m = 5 times too small: the 1/m stands twice"}),
    ({"dW2": 1.25 * RIGHT["dW2"]}, {"dW2": "every entry is 1.25 times what it should be"}),
    ({"dW2": -5 * RIGHT["dW2"]},
     {"dW2": "every entry is m = 5 times too large and of the wrong sign"}),
    ({"db1": 0 * RIGHT["db1"]}, {"db1": "every entry is 0"}),
    ({"dW2": RIGHT["dW2"].T}, {"dW2": "it is the transpose of dW2"}),
    ({"db1": RIGHT["db2"]}, {"db1": "these are the numbers of db2"}),
    ({"dW1": NET.W[0]}, {"dW1": "these are the numbers of W1, not of its gradient"}),
    (slopes_forgotten(), {"dW1": "g'(Z) is forgotten (missing-slope in dZ1 and dZ2)"}),
    ({"dW3": KNOWN["dZ"][3] @ KNOWN["Z"][1].T / 5},
     {"dW3": "dW takes Z for A (before-activation in dW3)"}),
    ({"dW2": NET.W[2].T @ KNOWN["dZ"][3] @ KNOWN["A"][1].T / 5},
     {"dW2": "dA is written for dZ (activation-derivative in dW2)"}),
    ({"dW2": RIGHT["dW2"] + 0.14 * NET.W[1]},
     {"dW2": "0.14 W2 is added to it, as by a penalty, which this cost has not"}),
    ({"dW1": np.outer(KNOWN["dZ"][1][:, 3], NET.X[:, 3])},
     {"dW1": "these are the numbers of example 4 alone, not divided by m"}),
    ({"dW2": row_scaled("dW2", 1, -1)}, {"dW2": "row 2 alone is wrong: it is of the wrong sign"}),
    ({"dW2": column_scaled("dW2", 2, 5)},
     {"dW2": "column 3 alone is wrong: it is m = 5 times too large"}),
    ({"dW1": row_scaled("dW1", 0, 0)}, {"dW1": "row 1 alone is wrong: it is 0"}),
]  # fmt: skip


@pytest.mark.parametrize("other, causes", PLANTED)
def test_the_cause_is_found(tmp_path, other, causes):
    found = {each.name: each for each in judged(NET, changed(**other), tmp_path).arrays}
    for name, cause in causes.items():
        assert cause in found[name].cause
    unchanged = [name for name in RIGHT if (changed(**other)[name] == RIGHT[name]).all()]
    assert all(found[name].passed for name in unchanged)


@pytest.mark.parametrize("other, causes", PLANTED)
def test_the_cause_is_found_in_rounded_numbers_too(tmp_path, other, causes):
    rounded = {name: np.round(each, 6) for name, each in changed(**other).items()}
    found = {each.name: each for each in judged(NET, rounded, tmp_path).arrays}
    for name, cause in causes.items():
        assert cause in found[name].cause


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("last, hidden", [("sigmoid", "tanh"), ("softmax", "relu")])
def test_every_mistake_of_the_table_is_named_where_it_can_be_told(tmp_path, name, last, hidden):
    """By name, unless the numbers are those of a proportion, of another array or of nothing."""
    net = make([4, 4, 4, 4], [hidden, hidden, last], examples=4 if name == "elementwise" else 7)
    if name == "missing-penalty":
        net = penalised(net, "2*sum(W1**2) + sum(b2**4)")
    sweeps, _ = ready(net)
    right = swept(sweeps)
    right = {each: np.array(right[each]) for each in right}
    for layer in (3, 2, 1):
        for left, side in MISTAKES[name](net.architecture, layer):
            planted = tuple(Equation(each.name, side if each.name == left else each.expression)
                            for each in backward(net.architecture))  # fmt: skip
            wrong = evaluated(net, sweeps, planted)
            wrong = {each: wrong[each] for each in right}
            if any(isinstance(each, str) for each in wrong.values()):
                continue
            if all(np.allclose(wrong[each], right[each], 1e-9, 1e-12) for each in right):
                continue
            found = judged(net, wrong, tmp_path)
            causes = {each.cause for each in found.arrays if not each.passed}
            assert all(f"{name} in {left}" in cause for cause in causes), (left, causes)


@pytest.mark.parametrize("digits, told", [(2, False), (6, True)])
def test_a_factor_of_two_numbers_is_not_read_from_two_digits(tmp_path, digits, told):
    net = make([3, 2, 1])
    right, _ = by_hand(net)
    wrong = {**right, "dW2": np.round(1.595 * right["dW2"], digits)}
    (found,) = [each for each in judged(net, wrong, tmp_path).arrays if not each.passed]
    assert (found.cause == "every entry is 1.595 times what it should be") is told


def test_digits_that_were_given_excuse_what_they_cut(tmp_path):
    rounded = {name: np.round(each, 4) for name, each in RIGHT.items()}
    found = judged(NET, rounded, tmp_path)
    assert found.passed
    assert 1e-7 < found.number < 1e-2
    assert any(each.digits and each.digits.startswith("rounded to") for each in found.arrays)
    cut = {name: np.trunc(each * 1e6) / 1e6 for name, each in RIGHT.items()}
    found = judged(NET, cut, tmp_path)
    assert found.passed
    assert {each.digits.split()[0] for each in found.arrays} == {"cut"}


@pytest.mark.parametrize("name", RIGHT)
def test_a_unit_of_the_last_digit_given_is_not_excused(tmp_path, name):
    array = np.round(RIGHT[name], 5)
    largest = np.unravel_index(np.abs(array).argmax(), array.shape)
    array[largest] = round(array[largest] + 1e-5 * np.sign(array[largest]), 5)
    found = judged(NET, changed(**{name: array}), tmp_path)
    assert [each.name for each in found.arrays if not each.passed] == [name]


def test_an_array_is_written_with_fixed_or_with_significant_digits_and_not_with_both():
    target, floor = np.array([[1.2345, 0.012345]]), np.zeros((1, 2))
    for values, decimals, significant, right in (
        ([1.23, 0.0123], 4, 3, True), ([1.2345, 0.0123], 4, 5, True), ([1.23, 0.0124], 4, 3, False),
    ):  # fmt: skip
        given = GivenArray(np.array([values]), decimals, significant)
        assert bool(agreeing(given, target, floor).all()) is right


def test_float32_is_judged_by_its_own_digits(tmp_path):
    net = make([8, 6, 5, 1], examples=40)
    arrays = (net.X, net.Y, *net.W, *net.b)
    X, Y, W1, W2, W3, *b = (each.astype(np.float32) for each in arrays)
    found, _ = by_hand(type(net)(net.architecture, X, Y, (W1, W2, W3), tuple(b)))
    right, _ = by_hand(net)
    assert {each.dtype for each in found.values()} == {np.dtype(np.float32)}
    assert max(np.abs(found[name] / right[name] - 1).max() for name in right) > 1e-6
    judgement = judged(net, found, tmp_path)
    assert judgement.passed
    assert "given in float32" in {each.digits for each in judgement.arrays}
    off = changed(dW1=(RIGHT["dW1"] * (1 + 1e-4)).astype(np.float32))
    assert not judged(NET, off, tmp_path).passed


@pytest.mark.parametrize(
    "decimals, significant, given, target, right",
    [
        (2, 3, 1.24, 1.235, True), (2, 3, 1.24, 1.2349, False), (2, 3, 1.23, 1.2391, True),
        (2, 3, -1.23, -1.2399, True), (2, 3, -1.24, -1.23, False), (0, 1, 0.0, 0.3, False),
        (1, 1, 0.2, 0.17, False), (11, 5, 1.2346e-7, 1.23456e-7, True),
        (7, 5, 12.346, 12.3456, True), (7, 5, 12.347, 12.3456, False), (4, 4, 0.0, 0.0, True),
        (4, 4, 0.0001, 0.0, False),
    ],
)  # fmt: skip
def test_a_number_is_right_to_its_last_digit(decimals, significant, given, target, right):
    array = GivenArray(np.array([[given]]), decimals, significant)
    found = agreeing(array, np.array([[target]]), np.zeros((1, 1)))
    assert bool(found.all()) is right


def test_at_a_kink_the_nudges_are_of_the_slope_that_is_taken(tmp_path):
    net = make([2, 3, 1], ["relu", "sigmoid"])
    X = net.X.copy()
    X[:, 0] = 0
    b = (np.zeros_like(net.b[0]), net.b[1])
    net = type(net)(net.architecture, X, net.Y, net.W, b)
    sweeps, _ = ready(net)
    found = judged(net, {name: np.array(each) for name, each in swept(sweeps).items()}, tmp_path)
    assert found.passed
    assert found.number < 1e-7


def test_a_gradient_of_zeros_has_a_number(tmp_path):
    net = make([2, 2, 1], ["linear", "linear"], "squared", init="zeros")
    net = type(net)(net.architecture, net.X, 0 * net.Y, net.W, net.b)
    zeros = {name: np.zeros_like(each) for name, each in by_hand(net)[0].items()}
    found = judged(net, zeros, tmp_path)
    assert (found.passed, found.number, found.distance_to_backprop) == (True, 0.0, 0.0)


def test_toml_json_and_npz_say_the_same(tmp_path):
    wrong = changed(dW2=5 * RIGHT["dW2"])
    lists = {name: each.tolist() for name, each in wrong.items()}
    (tmp_path / "g.json").write_text(json.dumps(lists))
    (tmp_path / "g.toml").write_text("".join(f"{k} = {v}\n" for k, v in lists.items()))
    sweeps, _ = ready(NET)
    found = [own_gradient(NET, sweeps, str(tmp_path / f"g.{kind}"), lambda _: None).arrays
             for kind in ("json", "toml")]  # fmt: skip
    assert found[0] == found[1] == judged(NET, wrong, tmp_path, np.savez_compressed).arrays


def test_decimals_keep_the_zeros_that_were_typed(tmp_path):
    net = make([1, 1], examples=3)
    right, _ = by_hand(net)
    texts = [f"{name} = {Decimal(float(each[0, 0])):.7f}" for name, each in right.items()]
    (tmp_path / "g.toml").write_text("\n".join(texts))
    sweeps, _ = ready(net)
    assert own_gradient(net, sweeps, str(tmp_path / "g.toml"), lambda _: None).passed


@pytest.mark.parametrize(
    "times, cause",
    [
        (0, "the penalty is missing"),
        (-1, "the penalty is subtracted, not added"),
        (1 / 5, "the penalty is divided by m"),
        (2, "the penalty counts twice"),
    ],
)
def test_a_penalty_that_counts_wrongly_is_named(tmp_path, times, cause):
    net = penalised(NET, "k/2*sum(W1**2)", k=Fraction(1, 10))
    right = {**RIGHT, "dW1": RIGHT["dW1"] + 0.1 * NET.W[0]}
    assert judged(net, right, tmp_path).passed
    found = judged(net, {**right, "dW1": RIGHT["dW1"] + times * 0.1 * NET.W[0]}, tmp_path)
    (wrong,) = [each for each in found.arrays if not each.passed]
    assert cause in wrong.cause or (times == 0 and "missing-penalty in dW1" in wrong.cause)
